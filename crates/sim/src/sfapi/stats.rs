//! What the simulator has counted, and by which rules: promises about a client are kept or broken here.

use std::collections::{BTreeMap, HashSet};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// A snapshot of the counters, since the start or the last reset.
///
/// **Jobs submitted** are those that came into the queue, whatever became of the answer (an array is one): when a test
/// asked for a thousand jobs and this says more, some were submitted twice. **Repeated submits** are those whose
/// machine, script and arguments are, byte for byte, those of one before; no header or form field beside them plays a
/// part. A test that means to submit two equal jobs sees one of them counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests received; those to `/__sim` do not count anywhere.
    pub requests: u64,
    /// Requests whose answer is not yet written.
    pub in_flight: u64,
    /// The most there were at once.
    pub max_in_flight: u64,
    /// Connections accepted.
    pub accepted: u64,
    /// Connections open now.
    pub connections: u64,
    /// The most there were at once.
    pub max_connections: u64,
    /// Requests for tokens, refused ones included.
    pub token_requests: u64,
    /// Tokens given out.
    pub tokens_issued: u64,
    /// Jobs submitted; see the rule above.
    pub jobs_submitted: u64,
    /// Submits that were carried out before; see the rule above.
    pub repeated_submits: u64,
    /// Submits that sbatch refused.
    pub refused_submits: u64,
    /// Jobs cancelled.
    pub jobs_cancelled: u64,
    /// Commands carried out.
    pub commands: u64,
    /// Files put in place.
    pub uploads: u64,
    /// The longest path and query of all requests, in bytes.
    pub longest_target: u64,
    /// The limit that the client under test has promised, if one was given.
    pub limit: Option<u32>,
    /// Requests by method and path below the API; ids are shown as `{id}`, files as `{path}`, and job lists end in
    /// `?squeue` or `?sacct`.
    pub per_path: BTreeMap<String, u64>,
    /// Answers by status; connections closed without an answer are `none`.
    pub per_status: BTreeMap<String, u64>,
    /// How often each fault came about.
    pub faults: BTreeMap<String, u64>,
}

impl Stats {
    /// The same as JSON, with the field names as keys.
    pub fn to_json(&self) -> Value {
        json!({
            "requests": self.requests,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "accepted": self.accepted,
            "connections": self.connections,
            "max_connections": self.max_connections,
            "token_requests": self.token_requests,
            "tokens_issued": self.tokens_issued,
            "jobs_submitted": self.jobs_submitted,
            "repeated_submits": self.repeated_submits,
            "refused_submits": self.refused_submits,
            "jobs_cancelled": self.jobs_cancelled,
            "commands": self.commands,
            "uploads": self.uploads,
            "longest_target": self.longest_target,
            "limit": self.limit,
            "per_path": self.per_path,
            "per_status": self.per_status,
            "faults": self.faults,
        })
    }
}

impl Serialize for Stats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// The counters that are not gauges.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) per_path: BTreeMap<String, u64>,
    pub(crate) per_status: BTreeMap<String, u64>,
    pub(crate) longest_target: u64,
    pub(crate) submitted: u64,
    pub(crate) repeated: u64,
    pub(crate) refused_submits: u64,
    pub(crate) cancelled: u64,
    pub(crate) commands: u64,
    pub(crate) uploads: u64,
    executed: HashSet<u64>,
}

impl Counts {
    pub(crate) fn answered(&mut self, status: Option<u16>) {
        let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        *self.per_status.entry(status).or_default() += 1;
    }

    /// Notes a submit that was carried out.
    pub(crate) fn submitted(&mut self, what: u64) {
        self.submitted += 1;
        self.repeated += u64::from(!self.executed.insert(what));
    }

    /// Starts anew; what was submitted stays known, so that a repetition across a reset still counts.
    pub(crate) fn reset(&mut self) {
        let executed = std::mem::take(&mut self.executed);
        *self = Self { executed, ..Self::default() };
    }
}
