//! One job, or one task of an array.

use std::time::Duration;

use super::script::Script;
use crate::sfapi::clock::Moment;
use crate::sfapi::sandbox::Sandbox;
use crate::sfapi::shell::{Outcome, Shell};

/// Where a job has got to.
#[derive(Clone, Debug)]
pub(crate) enum Phase {
    Pending,
    Running { begin: Moment },
    Ended { begin: Option<Moment>, end: Moment, verdict: Verdict },
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// One of Slurm's words.
    pub(crate) state: String,
    /// Exit code and signal.
    pub(crate) exit: (i32, i32),
    /// Who cancelled it, a user id.
    pub(crate) by: Option<u32>,
}

impl Verdict {
    /// An end that is not of the script's making.
    pub(crate) fn of(state: &str) -> Self {
        let exit = match state {
            "COMPLETED" => (0, 0),
            "FAILED" => (1, 0),
            "OUT_OF_MEMORY" => (0, 125),
            "CANCELLED" | "TIMEOUT" | "PREEMPTED" | "DEADLINE" => (0, 15),
            _ => (1, 0),
        };
        Self { state: state.to_owned(), exit, by: None }
    }
}

/// A file that a job writes.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Where jobs run, and the times that nothing else sets.
pub(crate) struct Site<'s> {
    pub(crate) sandbox: &'s Sandbox,
    pub(crate) user: &'s str,
    pub(crate) run: Duration,
    pub(crate) pend: Duration,
    pub(crate) speed: u32,
}

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: u64,
    /// The array's id and the index in it.
    pub(crate) task: Option<(u64, u32)>,
    pub(crate) user: String,
    pub(crate) name: String,
    pub(crate) command: String,
    pub(crate) script: Script,
    pub(crate) directory: String,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) submit: Moment,
    /// When squeue first shows it, and sacct.
    pub(crate) queued: Moment,
    pub(crate) recorded: Moment,
    pub(crate) pend: Duration,
    pub(crate) run: Duration,
    /// How it will end, if nobody cancels it.
    pub(crate) verdict: Verdict,
    pub(crate) outputs: Vec<Output>,
    pub(crate) phase: Phase,
    /// Why it is pending.
    pub(crate) reason: &'static str,
}

/// Slurm's limit for jobs that give none.
const DEFAULT_LIMIT: Duration = Duration::from_secs(10 * 60);

impl Job {
    /// Reads through the script to see what will come of it.
    pub(crate) fn foresee(&mut self, arguments: &[String], site: &Site<'_>) {
        let mut shell = Shell::new(site.sandbox, site.user, "nid000001");
        shell.trusting = true;
        shell.directory.clone_from(&self.directory);
        shell.arguments = std::iter::once(self.command.clone()).chain(arguments.iter().cloned()).collect();
        let (array, index) = self.task.unwrap_or((self.id, 0));
        let variables = [
            ("SLURM_JOB_ID", self.id.to_string()),
            ("SLURM_JOB_NAME", self.name.clone()),
            ("SLURM_SUBMIT_DIR", self.directory.clone()),
            ("SLURM_ARRAY_JOB_ID", array.to_string()),
            ("SLURM_ARRAY_TASK_ID", index.to_string()),
        ];
        shell.variables.extend(variables.map(|(name, value)| (name.to_owned(), value)));
        let mut outcome = Outcome::default();
        let code = shell.script(&self.script.text, &mut outcome);
        self.pend = self.script.pend.unwrap_or(site.pend);
        let slept = outcome.slept / site.speed;
        self.run = self.script.run.unwrap_or(if slept.is_zero() { site.run } else { slept });
        self.verdict = match (&self.script.end, code) {
            (Some(state), _) => Verdict::of(state),
            (None, 0) => Verdict::of("COMPLETED"),
            (None, code) => Verdict { exit: (code, 0), ..Verdict::of("FAILED") },
        };
        let limit = self.limit() / site.speed;
        if self.run > limit {
            (self.run, self.verdict) = (limit, Verdict::of("TIMEOUT"));
        }
        self.outputs = if self.stdout == self.stderr {
            vec![Output { path: self.stdout.clone(), text: outcome.output + &outcome.error }]
        } else {
            let error = Output { path: self.stderr.clone(), text: outcome.error };
            vec![Output { path: self.stdout.clone(), text: outcome.output }, error]
        };
    }

    pub(crate) fn limit(&self) -> Duration {
        self.script.time_limit.unwrap_or(DEFAULT_LIMIT)
    }

    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.phase, Phase::Ended { .. })
    }

    pub(crate) fn begin(&self) -> Option<Moment> {
        match self.phase {
            Phase::Pending => None,
            Phase::Running { begin } => Some(begin),
            Phase::Ended { begin, .. } => begin,
        }
    }

    pub(crate) fn end(&self) -> Option<Moment> {
        if let Phase::Ended { end, .. } = self.phase { Some(end) } else { None }
    }

    /// The word for its state.
    pub(crate) fn state(&self) -> &str {
        match &self.phase {
            Phase::Pending => "PENDING",
            Phase::Running { .. } => "RUNNING",
            Phase::Ended { verdict, .. } => &verdict.state,
        }
    }

    /// How long it has run.
    pub(crate) fn elapsed(&self, now: Moment) -> Duration {
        self.begin().map_or(Duration::ZERO, |begin| self.end().unwrap_or(now).saturating_sub(begin))
    }

    /// The id as listed: `123`, or `123_4` in an array.
    pub(crate) fn shown_id(&self) -> String {
        self.task.map_or_else(|| self.id.to_string(), |(array, index)| format!("{array}_{index}"))
    }

    /// The ids of a query that mean it: its own, as listed, its array's.
    pub(crate) fn ids(&self) -> impl Iterator<Item = String> {
        let of_array = self.task.map(|(array, _)| array.to_string());
        [self.id.to_string(), self.shown_id()].into_iter().chain(of_array)
    }
}
