//! The queue: what is submitted, what happens to it as time goes by, what is cancelled.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use super::dependency::Standing;
use super::job::{Job, Output, Phase, Site, Verdict};
use super::script::Script;
use crate::sfapi::clock::Moment;

/// Jobs of all times.
#[derive(Debug, Default)]
pub(crate) struct Slurm {
    pub(super) jobs: BTreeMap<u64, Job>,
    live: BTreeSet<u64>,
    next_id: u64,
    /// Nothing happens before.
    next_event: Moment,
}

/// What is asked of [`Slurm::submit`].
#[derive(Debug)]
pub(crate) struct Submission<'s> {
    pub(crate) script: Script,
    /// The path of the script, if it was one.
    pub(crate) path: Option<&'s str>,
    pub(crate) arguments: &'s [String],
    /// How long until squeue shows it, and sacct.
    pub(crate) late: (Duration, Duration),
}

/// A submission that came to nothing.
#[derive(Debug)]
pub(crate) struct Refused {
    /// What sbatch says.
    pub(crate) said: String,
    /// Whether it was for the limits of the queue and not for the script.
    pub(crate) by_limit: bool,
}

impl From<String> for Refused {
    fn from(said: String) -> Self {
        Self { said, by_limit: false }
    }
}

/// The limits of the queue.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    pub(crate) most_jobs: Option<u64>,
}

/// Which jobs a query asks for; empty lists ask for all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) ids: HashSet<String>,
    pub(crate) users: Vec<String>,
    pub(crate) partitions: Vec<String>,
    pub(crate) states: Vec<String>,
    pub(crate) names: Vec<String>,
}

pub(super) const PARTITION: &str = "regular_milan_ss11";

impl Filter {
    pub(super) fn wants(&self, job: &Job) -> bool {
        let among = |list: &[String], value: &str| list.is_empty() || list.iter().any(|wanted| wanted == value);
        (self.ids.is_empty() || job.ids().any(|id| self.ids.contains(&id)))
            && among(&self.users, &job.user)
            && among(&self.partitions, job.script.partition.as_deref().unwrap_or(PARTITION))
            && among(&self.states, job.state())
            && among(&self.names, &job.name)
    }
}

impl Slurm {
    pub(crate) fn new(first_id: u64) -> Self {
        Self { next_id: first_id, ..Self::default() }
    }

    /// How many jobs wait or run.
    pub(crate) fn live(&self, user: &str) -> u64 {
        self.live.iter().filter(|id| self.jobs.get(id).is_some_and(|job| job.user == user)).count() as u64
    }

    /// Takes a job, or an array of them, into the queue and returns its id.
    ///
    /// # Errors
    /// What sbatch says.
    pub(crate) fn submit(
        &mut self,
        submission: Submission<'_>,
        site: &Site<'_>,
        rules: Rules,
        now: Moment,
    ) -> Result<u64, Refused> {
        let Submission { script, path, arguments, late } = submission;
        let count = script.array.as_ref().map_or(1, |indices| indices.list.len() as u64);
        if rules.most_jobs.is_some_and(|most| self.live(site.user) + count > most) {
            let said = "sbatch: error: QOSMaxSubmitJobPerUserLimit\nsbatch: error: Batch job submission failed: Job \
                        violates accounting/QOS policy (job submit limit, user's size and/or time limits)";
            return Err(Refused { said: said.to_owned(), by_limit: true });
        }
        if script.dependencies.iter().any(|dependency| !self.is_known(dependency.job)) {
            return Err("sbatch: error: Batch job submission failed: Job dependency problem".to_owned().into());
        }
        let first = self.next_id;
        let tasks: Vec<Option<(u64, u32)>> = match &script.array {
            None => vec![None],
            Some(indices) => indices.list.iter().map(|index| Some((first, *index))).collect(),
        };
        for (offset, task) in tasks.into_iter().enumerate() {
            let id = first + offset as u64;
            let mut job = made(id, task, &script, path, site, now);
            (job.queued, job.recorded) = (now.saturating_add(late.0), now.saturating_add(late.1));
            job.foresee(arguments, site);
            self.next_event = match job.script.dependencies.is_empty() {
                true => self.next_event.min(now.saturating_add(job.pend)),
                false => Moment::ZERO,
            };
            self.live.insert(id);
            self.jobs.insert(id, job);
        }
        self.next_id = first + count;
        Ok(first)
    }

    /// A job of somebody else that never begins.
    pub(crate) fn occupy(&mut self, script: Script, site: &Site<'_>, now: Moment) {
        let id = self.next_id;
        let mut job = made(id, None, &script, None, site, now);
        job.reason = "Priority";
        job.pend = Duration::MAX;
        self.jobs.insert(id, job);
        self.next_id += 1;
    }

    fn is_known(&self, id: u64) -> bool {
        self.tasks_of(id).next().is_some()
    }

    /// A job, or the tasks of an array.
    fn tasks_of(&self, id: u64) -> impl Iterator<Item = &Job> {
        let of_array = move |job: &&Job| job.id == id || job.task.is_some_and(|(array, _)| array == id);
        self.jobs.range(id..).map(|(_, job)| job).take_while(of_array)
    }

    /// Lets happen what has happened until now; returns the files that were written.
    pub(crate) fn advance(&mut self, now: Moment) -> Vec<Output> {
        let mut outputs = Vec::new();
        if now < self.next_event {
            return outputs;
        }
        let mut next = Moment::MAX;
        for id in self.live.clone() {
            let standing = self.standing(id);
            let Some(job) = self.jobs.get_mut(&id) else { continue };
            if matches!(job.phase, Phase::Pending) {
                begin(job, standing, now, &mut outputs);
            }
            if let Phase::Running { begin } = job.phase {
                let end = begin.saturating_add(job.run);
                if end <= now {
                    outputs.append(&mut job.outputs);
                    job.phase = Phase::Ended { begin: Some(begin), end, verdict: job.verdict.clone() };
                }
            }
            match (&job.phase, standing) {
                (Phase::Pending, Standing::MetAt(at)) => next = next.min(at.max(job.submit).saturating_add(job.pend)),
                (Phase::Running { begin }, _) => next = next.min(begin.saturating_add(job.run)),
                _ => {}
            }
            if !job.is_live() {
                self.live.remove(&id);
            }
        }
        self.next_event = next;
        outputs
    }

    fn standing(&self, id: u64) -> Standing {
        let Some(job) = self.jobs.get(&id) else { return Standing::Never };
        let mut standing = Standing::MetAt(job.submit);
        for dependency in &job.script.dependencies {
            for task in self.tasks_of(dependency.job) {
                standing = standing.and(dependency.condition.standing(task));
            }
        }
        standing
    }

    /// Cancels what an id means; how many jobs that were, or none if it means nothing.
    pub(crate) fn cancel(&mut self, id: &str, by: u32, now: Moment) -> Option<u64> {
        let meant: Vec<u64> =
            self.jobs.values().filter(|job| job.ids().any(|known| known == id)).map(|job| job.id).collect();
        let verdict = Verdict { by: Some(by), ..Verdict::of("CANCELLED") };
        if meant.is_empty() {
            return None;
        }
        Some(meant.into_iter().filter(|id| self.end(*id, verdict.clone(), now)).count() as u64)
    }

    /// Ends one job as told, unless it has ended.
    pub(crate) fn end(&mut self, id: u64, verdict: Verdict, now: Moment) -> bool {
        match self.jobs.get_mut(&id) {
            Some(job) if job.is_live() => {
                job.phase = Phase::Ended { begin: job.begin(), end: now, verdict };
                self.live.remove(&id);
                self.next_event = Moment::ZERO;
                true
            }
            _ => false,
        }
    }
}

fn begin(job: &mut Job, standing: Standing, now: Moment, outputs: &mut Vec<Output>) {
    match standing {
        Standing::Open => job.reason = "Dependency",
        Standing::Never if job.script.kill_on_invalid => {
            job.phase = Phase::Ended { begin: None, end: now, verdict: Verdict::of("CANCELLED") };
        }
        Standing::Never => job.reason = "DependencyNeverSatisfied",
        Standing::MetAt(at) => {
            let begin = at.max(job.submit).saturating_add(job.pend);
            job.reason = "Priority";
            if begin <= now {
                job.phase = Phase::Running { begin };
                job.reason = "None";
                let empty = job.outputs.iter().map(|output| Output { path: output.path.clone(), text: String::new() });
                outputs.extend(empty);
            }
        }
    }
}

fn made(id: u64, task: Option<(u64, u32)>, script: &Script, path: Option<&str>, site: &Site<'_>, now: Moment) -> Job {
    let home = site.sandbox.home();
    let directory = script.directory.clone().unwrap_or_else(|| home.to_owned());
    let base = path.and_then(|path| path.rsplit('/').next()).unwrap_or("sbatch");
    let name = script.name.clone().unwrap_or_else(|| base.to_owned());
    let default = if task.is_some() { "slurm-%A_%a.out" } else { "slurm-%j.out" };
    let file = |pattern: &str| {
        let (array, index) = task.unwrap_or((id, 0));
        let path = pattern
            .replace("%j", &id.to_string())
            .replace("%A", &array.to_string())
            .replace("%a", &index.to_string())
            .replace("%u", site.user)
            .replace("%x", &name);
        if path.starts_with('/') { path } else { format!("{directory}/{path}") }
    };
    let stdout = file(script.output.as_deref().unwrap_or(default));
    Job {
        id,
        task,
        user: site.user.to_owned(),
        command: path.map_or_else(|| "(null)".to_owned(), str::to_owned),
        stderr: script.error.as_deref().map_or_else(|| stdout.clone(), file),
        stdout,
        name: name.clone(),
        directory: directory.clone(),
        script: script.clone(),
        submit: now,
        queued: now,
        recorded: now,
        pend: site.pend,
        run: site.run,
        verdict: Verdict::of("COMPLETED"),
        outputs: Vec::new(),
        phase: Phase::Pending,
        reason: "Priority",
    }
}
