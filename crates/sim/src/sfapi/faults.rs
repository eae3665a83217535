//! What can go wrong with a Superfacility API.

use std::fmt;
use std::time::Duration;

use super::call::Call;
use crate::fault::{self, Arguments, Subject, When, Wire, faults_of};

faults_of! {
    /// What goes wrong, such as `drop-answer:submits:every=3,502:polls:every=10`; nothing or `none` for no faults.
    ///
    /// ```text
    /// faults = fault *("," fault)
    /// fault  = name *(":" argument)
    /// ```
    ///
    /// | fault | what happens |
    /// |---|---|
    /// | `401:after=N` | the token of the N-th request is killed before it is looked at, once |
    /// | `429`, `500`, `502`, `503`, `504` | refused with this status; `retry-after=SECONDS` adds the header |
    /// | `503-executed`, `504-executed` | a write is carried out, and answered with this status |
    /// | `drop-answer` | a write is carried out, and the connection closed without an answer |
    /// | `reset:after=BYTES` | connection reset after so many bytes of the body |
    /// | `reset-before` | connection reset before anything is carried out |
    /// | `slow-body:rate=BYTES` | the body comes at so many bytes a second |
    /// | `truncated` | half of the announced body comes, then the connection closes |
    /// | `html:status=N` | an HTML page instead of the answer (default 200); nothing is carried out |
    /// | `hang` | no answer, ever |
    /// | `error` | status 200 and `"status": "ERROR"`; nothing is carried out |
    /// | `late:TIME` | a submitted job appears in squeue and sacct only after so long |
    /// | `slow-tasks:TIME` | the task of a submit, a cancel or a command takes so much longer |
    /// | `task-failed` | such a task fails, and nothing is carried out |
    /// | `stale-id` | a squeue query that names a job not in the queue is an error, even if it names others |
    /// | `short-file` | a download is half of the file, in a well-formed answer |
    ///
    /// Every fault takes `every=N` (each N-th request that it could befall; default 1), `skip=N` (spares the first N),
    /// `times=N` (then never again), `chance=N` (percent, the same in every run), `reads`, `writes` (only those),
    /// `tokens` (token requests too), and one of `submits`, `cancels`, `polls`, `tasks`, `commands`, `listings`,
    /// `downloads`, `uploads`, `transfers`, `accounts`, `public` (only those; polls read squeue or sacct).
    Kind
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Wire(Wire),
    Error,
    Late(Duration),
    SlowTasks(Duration),
    TaskFailed,
    StaleId,
    ShortFile,
}

impl fault::Kind for Kind {
    type Call = Call;

    const NAMES: &'static str = "error, late, slow-tasks, task-failed, stale-id, short-file";

    const SCOPES: &'static [&'static str] = &[
        "submits",
        "cancels",
        "polls",
        "tasks",
        "commands",
        "listings",
        "downloads",
        "uploads",
        "transfers",
        "accounts",
        "public",
    ];

    fn read(name: &str, arguments: &mut Arguments<'_>, when: &mut When) -> Result<Option<Self>, String> {
        let kind = match name {
            "error" => Self::Error,
            "late" => Self::Late(arguments.time("late:2s")?),
            "slow-tasks" => Self::SlowTasks(arguments.time("slow-tasks:5s")?),
            "task-failed" => Self::TaskFailed,
            "stale-id" => Self::StaleId,
            "short-file" => Self::ShortFile,
            _ => return Ok(Wire::read(name, arguments, when)?.map(Self::Wire)),
        };
        Ok(Some(kind))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Wire(wire) => wire.name(),
            Self::Error => "error",
            Self::Late(_) => "late",
            Self::SlowTasks(_) => "slow-tasks",
            Self::TaskFailed => "task-failed",
            Self::StaleId => "stale-id",
            Self::ShortFile => "short-file",
        }
    }

    fn write_arguments(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(wire) => wire.write_arguments(f),
            Self::Late(time) | Self::SlowTasks(time) => write!(f, ":{}ms", time.as_millis()),
            _ => Ok(()),
        }
    }

    fn suits(self, call: &Call, when: &When) -> bool {
        match self {
            Self::Wire(wire) => !wire.is_of_writes() || call.is_write() || when.reads,
            Self::Error => !matches!(call.scope(), "public" | ""),
            Self::Late(_) => call.scope() == "submits",
            Self::SlowTasks(_) | Self::TaskFailed => matches!(call.scope(), "submits" | "cancels" | "commands"),
            Self::StaleId => call.scope() == "polls",
            Self::ShortFile => call.scope() == "downloads",
        }
    }
}

/// What goes wrong with one request beyond the wire; its handler carries that out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Twist {
    pub(crate) late: Option<Duration>,
    pub(crate) slow_task: Duration,
    pub(crate) task_failed: bool,
    pub(crate) stale_id: bool,
    pub(crate) short_file: bool,
}

impl Twist {
    pub(crate) fn of(kinds: &[Kind]) -> Self {
        let mut twist = Self::default();
        for kind in kinds {
            match kind {
                Kind::Late(time) => twist.late = Some(*time),
                Kind::SlowTasks(time) => twist.slow_task = *time,
                Kind::TaskFailed => twist.task_failed = true,
                Kind::StaleId => twist.stale_id = true,
                Kind::ShortFile => twist.short_file = true,
                Kind::Wire(_) | Kind::Error => {}
            }
        }
        twist
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_reads_back() {
        for text in [
            "drop-answer:every=3:submits,504-executed:chance=30:submits,502:every=10:polls",
            "late:2000ms,slow-tasks:1500ms:times=1,task-failed,stale-id,short-file,error:every=4:listings",
        ] {
            assert_eq!(Faults::parse(text).expect(text).to_string(), text);
        }
        assert!(Faults::parse("late").expect_err("no time").contains("late:2s"));
        assert!(Faults::parse("503:sometimes").is_err());
    }
}
