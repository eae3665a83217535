//! Which computers there are, and what was written to them.
//!
//! Ids run from 1 without gaps; only the exceptions are kept. Each change carries its time, because a stale node
//! shows the state of a while ago.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::record::Patch;

/// The fleet's state.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// The highest id.
    last: u64,
    removed: BTreeMap<u64, Instant>,
    patches: HashMap<u64, Vec<(Instant, Arc<Patch>)>>,
    /// Changes with every change, for caches.
    revision: u64,
    /// Reads lag so far behind.
    lag: Duration,
}

impl Fleet {
    pub(crate) fn new(computers: u64) -> Self {
        Self { last: computers, removed: BTreeMap::new(), patches: HashMap::new(), revision: 0, lag: Duration::ZERO }
    }

    pub(crate) fn set_lag(&mut self, lag: Duration) {
        self.lag = lag;
        self.revision += 1;
    }

    /// Changes whenever an answer may change; nothing while reads lag, since then time alone changes them.
    pub(crate) fn revision(&self) -> Option<u64> {
        self.lag.is_zero().then_some(self.revision)
    }

    pub(crate) fn enrol(&mut self, n: u64) -> u64 {
        self.last += n;
        self.revision += 1;
        self.last
    }

    /// Removes a computer; false if there is none.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        if !self.exists_now(id) {
            return false;
        }
        self.removed.insert(id, Instant::now());
        self.patches.remove(&id);
        self.revision += 1;
        true
    }

    pub(crate) fn lowest(&self) -> Option<u64> {
        (1..=self.last).find(|id| !self.removed.contains_key(id))
    }

    fn exists_now(&self, id: u64) -> bool {
        id >= 1 && id <= self.last && !self.removed.contains_key(&id)
    }

    /// Whether reads show it.
    pub(crate) fn exists(&self, id: u64) -> bool {
        id >= 1 && id <= self.last && !self.removed.get(&id).is_some_and(|at| self.shows(*at))
    }

    /// Whether reads show what happened then.
    fn shows(&self, at: Instant) -> bool {
        at.elapsed() >= self.lag
    }

    fn gone(&self) -> impl Iterator<Item = u64> {
        self.removed.iter().filter(|(_, at)| self.shows(**at)).map(|(id, _)| *id)
    }

    pub(crate) fn count(&self) -> u64 {
        self.last - self.gone().count() as u64
    }

    /// Every id, ascending.
    pub(crate) fn ids(&self) -> impl Iterator<Item = u64> {
        let mut gone = self.gone().peekable();
        (1..=self.last).filter(move |id| gone.next_if_eq(id).is_none())
    }

    /// So many ids after the first `skip`, without walking over those.
    pub(crate) fn slice(&self, skip: u64, size: u64, descending: bool) -> Vec<u64> {
        let count = self.count();
        let size = size.min(count.saturating_sub(skip));
        if size == 0 {
            return Vec::new();
        }
        let skip = if descending { count - skip - size } else { skip };
        let mut first = skip + 1;
        for id in self.gone() {
            if id > first {
                break;
            }
            first += 1;
        }
        let gone: Vec<u64> = self.gone().filter(|id| *id >= first).collect();
        let mut gone = gone.into_iter().peekable();
        let ids = (first..=self.last).filter(|id| gone.next_if_eq(id).is_none());
        let mut ids: Vec<u64> = ids.take(size as usize).collect();
        if descending {
            ids.reverse();
        }
        ids
    }

    /// What reads show to have been written to a computer.
    pub(crate) fn patch(&self, id: u64) -> Option<Arc<Patch>> {
        let versions = self.patches.get(&id)?;
        versions.iter().rev().find(|(at, _)| self.shows(*at)).map(|(_, patch)| Arc::clone(patch))
    }

    /// Writes to a computer.
    ///
    /// # Errors
    /// Nothing is written when `change` fails.
    pub(crate) fn write<E>(&mut self, id: u64, change: impl FnOnce(&mut Patch) -> Result<(), E>) -> Result<(), E> {
        let versions = self.patches.entry(id).or_default();
        let mut patch = versions.last().map(|(_, patch)| Patch::clone(patch)).unwrap_or_default();
        let changed = change(&mut patch);
        if changed.is_ok() {
            // Only what a stale read can still show is kept.
            if let Some(visible) = versions.iter().rposition(|(at, _)| at.elapsed() >= self.lag) {
                versions.drain(..visible);
            }
            versions.push((Instant::now(), Arc::new(patch)));
            self.revision += 1;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_those_of_the_whole() {
        let mut fleet = Fleet::new(20);
        for id in [1, 2, 7, 8, 19, 20] {
            assert!(fleet.remove(id));
        }
        assert!(!fleet.remove(7) && !fleet.remove(21) && !fleet.remove(0));
        fleet.enrol(3);
        let all: Vec<u64> = fleet.ids().collect();
        assert_eq!(all.len() as u64, fleet.count());
        for size in 1..20 {
            for skip in 0..20 {
                let expected: Vec<u64> = all.iter().copied().skip(skip).take(size).collect();
                assert_eq!(fleet.slice(skip as u64, size as u64, false), expected);
                let expected: Vec<u64> = all.iter().rev().copied().skip(skip).take(size).collect();
                assert_eq!(fleet.slice(skip as u64, size as u64, true), expected);
            }
        }
    }
}
