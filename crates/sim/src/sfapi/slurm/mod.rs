//! A batch system: scripts in, states over time out.
//!
//! Time passes when somebody looks: [`Slurm::advance`] works out what has happened until now, with the times at which
//! it happened, so that no answer depends on how often anybody asks.

mod array;
mod dependency;
mod job;
mod queue;
mod sacct;
mod script;
mod squeue;

pub(crate) use job::{Output, Site, Verdict};
pub(crate) use queue::{Filter, Refused, Rules, Slurm, Submission};
pub(crate) use script::Script;
