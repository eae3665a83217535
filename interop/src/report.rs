//! What came of all trials, by operation.

use crate::document::Document;
use crate::trial::{Finding, Trial};
use adjutant_core::{Error, OpInfo, Operation};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many findings of one kind are shown for an operation.
const SHOWN: usize = 3;

/// The findings, and what they were found in.
#[derive(Default)]
pub(crate) struct Report {
    operations: BTreeMap<&'static str, Judged>,
    requests: usize,
    answers: usize,
    logins: Vec<(&'static str, Option<String>)>,
}

struct Judged {
    info: &'static OpInfo,
    /// Names of query parameters that were sent.
    names: BTreeSet<String>,
    findings: Vec<(String, Finding)>,
}

impl Report {
    /// Takes note of a request that is going to be sent.
    pub(crate) fn sent(&mut self, trial: &Trial) {
        let names = trial.sent().query_pairs().iter().map(|(name, _)| name.clone());
        self.of(trial.info()).names.extend(names);
        self.requests += 1;
    }

    /// Holds the names that were sent against those that the document declares: no other, and each of them.
    pub(crate) fn hold_against(&mut self, document: &Document) {
        for judged in self.operations.values_mut() {
            let mut find = |text: String| judged.findings.push(("all seeds".into(), Finding::Request(text)));
            let Some(declared) = document.query_names(judged.info.method, judged.info.path) else {
                find("the document has no such operation".into());
                continue;
            };
            for name in judged.names.difference(&declared) {
                find(format!("query parameter {name:?} is not in the document"));
            }
            for name in declared.difference(&judged.names) {
                find(format!("query parameter {name:?} is never sent"));
            }
        }
    }

    /// Takes note of a judgement.
    pub(crate) fn judged(&mut self, trial: &Trial, result: Result<Vec<Finding>, Error>) {
        let findings = result.unwrap_or_else(|error| {
            let judge = error.status().is_some_and(|status| status >= 500);
            vec![if judge { Finding::Judge(error.to_string()) } else { Finding::Request(error.to_string()) }]
        });
        self.answers += usize::from(!findings.iter().any(|f| matches!(f, Finding::Request(_))));
        let seed = format!("seed {}", trial.seed);
        self.of(trial.info()).findings.extend(findings.into_iter().map(|finding| (seed.clone(), finding)));
    }

    /// Takes note of a log-in, and of what was wrong with it.
    pub(crate) fn logged_in(&mut self, name: &'static str, wrong: Option<String>) {
        self.logins.push((name, wrong));
    }

    /// Whether neither a request nor an answer gave cause for complaint.
    pub(crate) fn is_clean(&self) -> bool {
        let mut findings = self.operations.values().flat_map(|j| &j.findings);
        findings.all(|(_, finding)| matches!(finding, Finding::Judge(_)))
            && self.logins.iter().all(|(_, w)| w.is_none())
    }

    fn of(&mut self, info: &'static OpInfo) -> &mut Judged {
        let fresh = || Judged { info, names: BTreeSet::new(), findings: Vec::new() };
        self.operations.entry(info.name).or_insert_with(fresh)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut refused, mut altered, mut odd) = (0, 0, BTreeSet::new());
        for (name, judged) in &self.operations {
            let mut texts: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
            for (seed, finding) in &judged.findings {
                let (kind, text) = match finding {
                    Finding::Request(text) => ("request violation", text),
                    Finding::Answer(text) => ("answer altered", text),
                    Finding::Judge(text) => ("Prism's own answer breaks the document", text),
                };
                match finding {
                    Finding::Request(_) => refused += 1,
                    Finding::Answer(_) => altered += 1,
                    Finding::Judge(_) => drop(odd.insert(*name)),
                }
                texts.entry((kind, text)).or_default().push(seed);
            }
            let mut shown = BTreeMap::new();
            for ((kind, text), seeds) in texts {
                let shown: &mut usize = shown.entry(kind).or_default();
                *shown += 1;
                if *shown <= SHOWN {
                    let more = if seeds.len() > 1 { format!(" and {} more", seeds.len() - 1) } else { String::new() };
                    writeln!(f, "  {kind}: {name} ({}{more}): {text}", seeds[0])?;
                }
            }
        }
        for (name, wrong) in &self.logins {
            match wrong {
                None => writeln!(f, "  {name}: taken")?,
                Some(wrong) => writeln!(f, "  {name}: refused: {wrong}")?,
            }
        }
        writeln!(
            f,
            "{} operations × {} values, {} requests: {refused} request violations; \
             {} answers read and written back, {altered} altered; {} operations whose answers break the document",
            self.operations.len(),
            crate::VALUES,
            self.requests,
            self.answers,
            odd.len(),
        )
    }
}
