//! Decides for each request which faults befall it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use super::grammar::{Fault, Kind, Set, When};

/// What the choice of faults must know about a call.
pub(crate) trait Subject {
    /// Whether it changes anything.
    fn is_write(&self) -> bool;
    /// Whether it is about tokens.
    fn is_token(&self) -> bool;
    /// Which of [`Kind::SCOPES`] it belongs to.
    fn scope(&self) -> &'static str {
        ""
    }
}

/// Faults with their counters.
#[derive(Debug)]
pub(crate) struct Mischief<K> {
    faults: Set<K>,
    counters: Vec<Counters>,
}

impl<K> Default for Mischief<K> {
    fn default() -> Self {
        Self { faults: Set::default(), counters: Vec::new() }
    }
}

#[derive(Debug, Default)]
struct Counters {
    seen: AtomicU64,
    fired: AtomicU64,
}

impl<K: Kind> Mischief<K> {
    pub(crate) fn new(faults: Set<K>) -> Self {
        let counters = faults.0.iter().map(|_| Counters::default()).collect();
        Self { faults, counters }
    }

    /// The faults that befall this request, in their order.
    pub(crate) fn of(&self, call: &K::Call) -> Vec<K> {
        let pairs = self.faults.0.iter().zip(&self.counters);
        pairs
            .filter(|(fault, counters)| befalls(fault, call) && counters.fires(&fault.when))
            .map(|(fault, _)| fault.kind)
            .collect()
    }

    /// How often each fault came about.
    pub(crate) fn fired(&self) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for (fault, counters) in self.faults.0.iter().zip(&self.counters) {
            *all.entry(fault.kind.name().to_owned()).or_default() += counters.fired.load(SeqCst);
        }
        all
    }
}

fn befalls<K: Kind>(fault: &Fault<K>, call: &K::Call) -> bool {
    let Fault { kind, when } = fault;
    let by_direction = match (when.reads, when.writes) {
        (true, false) => !call.is_write(),
        (false, true) => call.is_write(),
        _ => true,
    };
    let by_scope = when.only.is_none_or(|scope| call.scope() == scope);
    by_direction && by_scope && (!call.is_token() || when.tokens) && kind.suits(call, when)
}

impl Counters {
    fn fires(&self, when: &When) -> bool {
        let number = self.seen.fetch_add(1, SeqCst) + 1;
        if number <= when.skip || (number - when.skip - 1) % when.every != when.every - 1 {
            return false;
        }
        if when.chance.is_some_and(|percent| scattered(number) % 100 >= percent) {
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

/// A number that looks random and is the same in every run.
fn scattered(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
