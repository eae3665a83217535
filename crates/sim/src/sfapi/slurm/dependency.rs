//! What a job waits for.

use super::job::{Job, Phase};
use crate::sfapi::clock::Moment;

/// When another job lets this one begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// It has begun.
    After,
    /// It has ended, in whatever way.
    AfterAny,
    /// It has ended well.
    AfterOk,
    /// It has not ended well.
    AfterNotOk,
}

/// One condition on one job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    pub(crate) condition: Condition,
    pub(crate) job: u64,
}

/// Reads `afterok:1:2,afterany:3`.
pub(crate) fn dependencies(text: &str) -> Option<Vec<Dependency>> {
    let mut all = Vec::new();
    for part in text.split(',') {
        let mut words = part.split(':');
        let condition = match words.next()? {
            "after" => Condition::After,
            "afterany" => Condition::AfterAny,
            "afterok" => Condition::AfterOk,
            "afternotok" => Condition::AfterNotOk,
            _ => return None,
        };
        let before = all.len();
        for id in words {
            all.push(Dependency { condition, job: id.split('_').next()?.parse().ok()? });
        }
        if all.len() == before {
            return None;
        }
    }
    Some(all)
}

/// How a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    MetAt(Moment),
    Open,
    Never,
}

impl Standing {
    /// Both must be met.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::MetAt(one), Self::MetAt(two)) => Self::MetAt(one.max(two)),
        }
    }
}

impl Condition {
    /// How it stands with one job, or one task of an array.
    pub(crate) fn standing(self, job: &Job) -> Standing {
        match (self, &job.phase) {
            (Self::After, Phase::Running { begin }) => Standing::MetAt(*begin),
            (_, Phase::Pending | Phase::Running { .. }) => Standing::Open,
            (Self::After | Self::AfterAny, Phase::Ended { end, .. }) => Standing::MetAt(*end),
            (_, Phase::Ended { end, verdict, .. }) => {
                let well = verdict.state == "COMPLETED";
                if well == (self == Self::AfterOk) { Standing::MetAt(*end) } else { Standing::Never }
            }
        }
    }
}
