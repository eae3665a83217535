//! Where a job writes: what Slurm says, else what it would do by itself.

use super::{
    Compute,
    rows::{JobId, JobRows},
};
use crate::paths::RemotePath;
use adjutant_core::{Async, Mode};
use serde_json::Value;

/// The files that a job writes to. They are the same file unless the job keeps them apart.
#[derive(Clone, Debug)]
pub struct JobLogs<M: Mode = Async> {
    /// Standard output.
    pub stdout: RemotePath<Compute<M>>,
    /// Standard error.
    pub stderr: RemotePath<Compute<M>>,
}

impl<M: Mode> JobLogs<M> {
    pub(super) fn at(compute: &Compute<M>, (stdout, stderr): (String, String)) -> Self {
        Self { stdout: compute.path(stdout), stderr: compute.path(stderr) }
    }
}

/// What the places are made of.
#[derive(Default)]
struct Facts {
    stdout: Option<String>,
    stderr: Option<String>,
    folder: Option<String>,
    name: String,
    user: String,
}

/// The paths of standard output and standard error.
pub(super) fn find(id: &JobId, rows: &JobRows) -> Option<(String, String)> {
    let mut facts = Facts::default();
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty() && text != "N/A");
    if let Some(row) = rows.sacct.first() {
        let comment: Value = row.admincomment.as_deref().and_then(|c| serde_json::from_str(c).ok()).unwrap_or_default();
        let said = |name: &str| comment.get(name).and_then(Value::as_str).map(str::to_owned).filter(|s| !s.is_empty());
        facts.stdout = filled(&row.stdout).or_else(|| said("stdoutPath"));
        facts.stderr = filled(&row.stderr).or_else(|| said("stderrPath"));
        facts.folder = filled(&row.workdir).or_else(|| said("workdir"));
        facts.name = filled(&row.jobname).unwrap_or_default();
        facts.user = filled(&row.user).unwrap_or_default();
    }
    if let Some(row) = rows.squeue.first() {
        facts.folder = facts.folder.or_else(|| filled(&row.work_dir));
        facts.name = filled(&row.name).unwrap_or(facts.name);
        facts.user = filled(&row.user).unwrap_or(facts.user);
    }
    // The queue does not say: the caller asks the books, which may.
    if facts.stdout.is_none() && rows.sacct.is_empty() {
        return None;
    }
    let usual = if id.task().is_some() { "slurm-%A_%a.out" } else { "slurm-%j.out" };
    let stdout = place(id, &facts, facts.stdout.as_deref().unwrap_or(usual))?;
    let stderr = match &facts.stderr {
        Some(pattern) => place(id, &facts, pattern)?,
        None => stdout.clone(),
    };
    Some((stdout, stderr))
}

/// A pattern of Slurm's with its marks filled in, as a whole path.
fn place(id: &JobId, facts: &Facts, pattern: &str) -> Option<String> {
    let filled = fill(id, facts, pattern);
    if filled.starts_with('/') {
        return Some(filled);
    }
    let folder = facts.folder.as_deref()?.trim_end_matches('/');
    Some(format!("{folder}/{filled}"))
}

fn fill(id: &JobId, facts: &Facts, pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut width = String::new();
        while let Some(digit) = rest.peek().filter(|c| c.is_ascii_digit()) {
            width.push(*digit);
            rest.next();
        }
        let value = match rest.next() {
            Some('%') => "%",
            Some('j' | 'J' | 'A') => id.base(),
            Some('a') => id.task().unwrap_or("4294967294"),
            Some('x') => &facts.name,
            Some('u') => &facts.user,
            Some('n' | 't' | 's') => "0",
            // What depends on the node cannot be known here.
            Some(other) => {
                out.push('%');
                out.push(other);
                continue;
            }
            None => "%",
        };
        let width = width.parse::<usize>().unwrap_or(0).min(10);
        for _ in value.len()..width {
            out.push('0');
        }
        out.push_str(value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SacctRow, SqueueRow};
    use std::sync::Arc;

    fn found(id: &str, row: SacctRow) -> Option<(String, String)> {
        find(&id.into(), &JobRows { sacct: vec![Arc::new(row)], ..JobRows::default() })
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn what_slurm_says_goes_first() {
        let row = SacctRow {
            admincomment: text(r#"{"stdoutPath":"/a/out-%j.txt","stderrPath":"/a/err-%5j"}"#),
            workdir: text("/w"),
            ..SacctRow::default()
        };
        assert_eq!(found("12", row.clone()), Some(("/a/out-12.txt".into(), "/a/err-00012".into())));
        let newer = SacctRow { stdout: text("logs/%x-%A_%a.log"), jobname: text("fit"), ..row };
        assert_eq!(found("12_3", newer).unwrap().0, "/w/logs/fit-12_3.log");
    }

    #[test]
    fn else_what_slurm_does_by_itself() {
        let row = SacctRow { workdir: text("/w/"), admincomment: text("not json"), ..SacctRow::default() };
        assert_eq!(found("12", row.clone()), Some(("/w/slurm-12.out".into(), "/w/slurm-12.out".into())));
        assert_eq!(found("12_3", row).unwrap().0, "/w/slurm-12_3.out");
        assert_eq!(found("12", SacctRow::default()), None);
    }

    #[test]
    fn the_queue_alone_does_not_say() {
        let row = SqueueRow { work_dir: text("/w"), ..SqueueRow::default() };
        assert_eq!(find(&"12".into(), &JobRows { squeue: vec![Arc::new(row)], ..JobRows::default() }), None);
    }
}
