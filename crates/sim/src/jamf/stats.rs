//! What the simulator has counted, and by which rules: promises about a client are kept or broken here.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::call::Call;

/// A snapshot of the counters, since the start or the last reset.
///
/// **Doubled writes.** A write (POST, PUT, PATCH or DELETE on computers) that was carried out is remembered by its
/// method, target and body. When the same one is carried out again, it counts as *doubled* if carrying it out twice
/// does harm (POST: two computers where one was meant), and as *repeated* if the server declares it idempotent
/// (PUT, PATCH and DELETE by id: the second changes nothing). Headers play no part, so nothing that a client adds to
/// look innocent helps; a test that means to create two equal computers must give them different bodies.
/// Refused requests (4xx, 5xx without execution) were not carried out and are not counted.
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
    /// Writes carried out.
    pub writes: u64,
    /// Writes carried out twice that should not have been; see the rule above.
    pub doubled_writes: u64,
    /// Idempotent writes carried out again.
    pub repeated_writes: u64,
    /// Computers enrolled now.
    pub computers: u64,
    /// The limit that the client under test has promised, if one was given.
    pub limit: Option<u32>,
    /// Requests by method and path; numbers in paths are shown as `{id}`.
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
            "writes": self.writes,
            "doubled_writes": self.doubled_writes,
            "repeated_writes": self.repeated_writes,
            "computers": self.computers,
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
    pub(crate) writes: u64,
    pub(crate) doubled: u64,
    pub(crate) repeated: u64,
    executed: HashSet<u64>,
}

impl Counts {
    pub(crate) fn received(&mut self, call: &Call) {
        *self.per_path.entry(format!("{} {}", call.method, call.pattern)).or_default() += 1;
    }

    pub(crate) fn answered(&mut self, status: Option<u16>) {
        let status = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        *self.per_status.entry(status).or_default() += 1;
    }

    /// Notes a write that was carried out.
    pub(crate) fn executed(&mut self, call: &Call, body: &[u8]) {
        let mut hasher = DefaultHasher::new();
        (call.method.as_str(), &call.target, body).hash(&mut hasher);
        self.writes += 1;
        if !self.executed.insert(hasher.finish()) {
            let counter = if call.is_idempotent() { &mut self.repeated } else { &mut self.doubled };
            *counter += 1;
        }
    }
}
