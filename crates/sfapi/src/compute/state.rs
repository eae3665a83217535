//! How a job does.
//!
//! A list of final states that lacks one makes a wait that never ends; a list that fails on a new one makes a wait that
//! ends in an error. So all of Slurm's are here, and one that is not is kept and waited on.

adjutant_schema::open_enum! {
    /// A job's state, in Slurm's words.
    pub enum JobState {
        /// Could not be started, mostly for a broken node. Final.
        BootFail = "BOOT_FAIL",
        /// Given up by its user or an administrator. Final.
        Cancelled = "CANCELLED",
        /// Ended with exit code 0. Final.
        Completed = "COMPLETED",
        /// Has its nodes; they are being made ready.
        Configuring = "CONFIGURING",
        /// Is ending.
        Completing = "COMPLETING",
        /// Its deadline came first. Final.
        Deadline = "DEADLINE",
        /// Ended with another exit code. Final.
        Failed = "FAILED",
        /// Lost a node. Final.
        NodeFail = "NODE_FAIL",
        /// Took more memory than it may. Final.
        OutOfMemory = "OUT_OF_MEMORY",
        /// Waits.
        Pending = "PENDING",
        /// Had to make room. Final.
        Preempted = "PREEMPTED",
        /// Runs.
        Running = "RUNNING",
        /// Is held, because its reservation was deleted.
        ResvDelHold = "RESV_DEL_HOLD",
        /// Is being requeued by a federation.
        RequeueFed = "REQUEUE_FED",
        /// Is held and will be requeued.
        RequeueHold = "REQUEUE_HOLD",
        /// Is being requeued.
        Requeued = "REQUEUED",
        /// Is about to change its size.
        Resizing = "RESIZING",
        /// Was removed here, because another cluster of the federation has it. Final.
        Revoked = "REVOKED",
        /// Is being signalled.
        Signaling = "SIGNALING",
        /// Is held in a state of its own.
        SpecialExit = "SPECIAL_EXIT",
        /// Stages files out.
        StageOut = "STAGE_OUT",
        /// Is stopped, with its nodes kept.
        Stopped = "STOPPED",
        /// Is suspended.
        Suspended = "SUSPENDED",
        /// Ran out of time. Final.
        Timeout = "TIMEOUT",
    }
}

/// The short codes of `squeue`'s `ST`.
const CODES: [(&str, JobState); 24] = [
    ("BF", JobState::BootFail),
    ("CA", JobState::Cancelled),
    ("CD", JobState::Completed),
    ("CF", JobState::Configuring),
    ("CG", JobState::Completing),
    ("DL", JobState::Deadline),
    ("F", JobState::Failed),
    ("NF", JobState::NodeFail),
    ("OOM", JobState::OutOfMemory),
    ("PD", JobState::Pending),
    ("PR", JobState::Preempted),
    ("R", JobState::Running),
    ("RD", JobState::ResvDelHold),
    ("RF", JobState::RequeueFed),
    ("RH", JobState::RequeueHold),
    ("RQ", JobState::Requeued),
    ("RS", JobState::Resizing),
    ("RV", JobState::Revoked),
    ("SI", JobState::Signaling),
    ("SE", JobState::SpecialExit),
    ("SO", JobState::StageOut),
    ("ST", JobState::Stopped),
    ("S", JobState::Suspended),
    ("TO", JobState::Timeout),
];

impl JobState {
    /// Reads a state as `squeue` and `sacct` write it: `CANCELLED by 12345`, `CANCELLED+`, `cancelled`, `CA`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let word = text.trim().split([' ', '+']).next().unwrap_or("").to_ascii_uppercase();
        match CODES.iter().find(|(code, _)| *code == word) {
            Some((_, state)) => state.clone(),
            None => Self::from(word.as_str()),
        }
    }

    /// Whether the job has ended, for good or ill. A state that is not known is taken to be one that goes on.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::BootFail
                | Self::Cancelled
                | Self::Completed
                | Self::Deadline
                | Self::Failed
                | Self::NodeFail
                | Self::OutOfMemory
                | Self::Preempted
                | Self::Revoked
                | Self::Timeout
        )
    }

    /// Whether the job has ended well.
    #[must_use]
    pub fn is_success(&self) -> bool {
        *self == Self::Completed
    }

    /// Whether the job has never been seen: there is no state yet.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.as_str().is_empty()
    }

    /// The state of a job with several tasks: what goes on, else what went wrong, else what is common to all.
    pub(super) fn of_all(states: impl IntoIterator<Item = Self>) -> Self {
        let rank = |state: &Self| match state {
            Self::Running => 5,
            state if !state.is_final() && *state != Self::Pending => 4,
            Self::Pending => 3,
            state if !state.is_success() => 2,
            _ => 1,
        };
        states.into_iter().reduce(|a, b| if rank(&b) > rank(&a) { b } else { a }).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_as_slurm_writes_them() {
        for text in ["CANCELLED", "CANCELLED by 1234", "CANCELLED+", "cancelled", " CA "] {
            assert_eq!(JobState::parse(text), JobState::Cancelled, "{text}");
        }
        assert_eq!(JobState::parse("R"), JobState::Running);
        for name in JobState::NAMES {
            assert!(!matches!(JobState::parse(name), JobState::Unlisted(_)), "{name}");
        }
    }

    #[test]
    fn every_final_state_is_final_and_an_unknown_one_is_not() {
        for name in ["NODE_FAIL", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT", "REVOKED"] {
            assert!(JobState::parse(name).is_final(), "{name}");
        }
        for name in ["PENDING", "RUNNING", "COMPLETING", "LAUNCH_FAILED", "SOMETHING_NEW", ""] {
            assert!(!JobState::parse(name).is_final(), "{name}");
        }
        assert_eq!(JobState::parse("SOMETHING_NEW").as_str(), "SOMETHING_NEW");
    }

    #[test]
    fn the_state_of_an_array() {
        use JobState as S;
        assert_eq!(S::of_all([S::Completed, S::Failed, S::Completed]), S::Failed);
        assert_eq!(S::of_all([S::Completed, S::Pending, S::Running]), S::Running);
        assert_eq!(S::of_all([S::Failed, S::Pending]), S::Pending);
        assert_eq!(S::of_all([S::Completed, S::Completed]), S::Completed);
        assert!(S::of_all([]).is_unknown());
    }
}
