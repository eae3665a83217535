//! Decides for each request which faults befall it.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::call::Call;
use super::faults::{Fault, Faults, Kind};

/// Faults with their counters.
#[derive(Debug, Default)]
pub(crate) struct Mischief {
    pub(crate) faults: Faults,
    counters: Vec<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    seen: AtomicU64,
    fired: AtomicU64,
}

impl Mischief {
    pub(crate) fn new(faults: Faults) -> Self {
        let counters = faults.0.iter().map(|_| Counters::default()).collect();
        Self { faults, counters }
    }

    /// The faults that befall this request, in their order.
    pub(crate) fn of(&self, call: &Call) -> Vec<Kind> {
        let pairs = self.faults.0.iter().zip(&self.counters);
        pairs
            .filter(|(fault, counters)| befalls(fault, call) && counters.fires(fault))
            .map(|(fault, _)| fault.kind)
            .collect()
    }

    /// How often each fault came about.
    pub(crate) fn fired(&self) -> impl Iterator<Item = (String, u64)> {
        let pairs = self.faults.0.iter().zip(&self.counters);
        pairs.map(|(fault, counters)| (fault.kind.name().to_owned(), counters.fired.load(SeqCst)))
    }
}

fn befalls(fault: &Fault, call: &Call) -> bool {
    let Fault { kind, when } = fault;
    let by_kind = match kind {
        Kind::Stale(_) => false,
        Kind::GatewayTimeout { above } => call.page_size.is_some_and(|size| size > *above),
        kind if kind.is_of_lists() => call.page_size.is_some(),
        kind if kind.is_of_writes() => call.is_write() || when.reads,
        _ => true,
    };
    let by_direction = match (when.reads, when.writes) {
        (true, false) => !call.is_write(),
        (false, true) => call.is_write(),
        _ => true,
    };
    by_kind && by_direction && (!call.is_token || when.tokens)
}

impl Counters {
    fn fires(&self, fault: &Fault) -> bool {
        let number = self.seen.fetch_add(1, SeqCst) + 1;
        let when = &fault.when;
        if number <= when.skip || (number - when.skip - 1) % when.every != when.every - 1 {
            return false;
        }
        let before = self.fired.fetch_add(1, SeqCst);
        let spent = when.times.is_some_and(|times| before >= times);
        if spent {
            self.fired.fetch_sub(1, SeqCst);
        }
        !spent
    }
}
