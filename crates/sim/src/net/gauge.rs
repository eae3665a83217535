//! A number that goes up and down and remembers its highest value.
//!
//! "Never above the limit" can only be tested by a server that counts exactly, so the count is tied to a guard:
//! whatever ends a request or a connection (an answer, an error, a client that hangs up) drops the guard.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// How many there are now, how many there ever were at once, and how many in all.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    now: AtomicU64,
    highest: AtomicU64,
    total: AtomicU64,
}

impl Gauge {
    /// Counts one in until the guard is dropped, and notes the height at once.
    pub(crate) fn enter(self: &Arc<Self>) -> Inside {
        let inside = self.enter_quietly();
        inside.note();
        inside
    }

    /// Counts one in without noting the height yet: [`Inside::note`] does.
    pub(crate) fn enter_quietly(self: &Arc<Self>) -> Inside {
        self.now.fetch_add(1, SeqCst);
        self.total.fetch_add(1, SeqCst);
        Inside(Arc::clone(self))
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(SeqCst)
    }

    pub(crate) fn highest(&self) -> u64 {
        self.highest.load(SeqCst)
    }

    pub(crate) fn total(&self) -> u64 {
        self.total.load(SeqCst)
    }

    /// Forgets the past; what is inside now stays counted.
    pub(crate) fn reset(&self) {
        self.highest.store(self.now(), SeqCst);
        self.total.store(self.now(), SeqCst);
    }
}

/// One that is counted as long as it lives.
#[derive(Debug)]
pub(crate) struct Inside(Arc<Gauge>);

impl Inside {
    /// Raises the highest value to the present one.
    pub(crate) fn note(&self) {
        self.0.highest.fetch_max(self.0.now(), SeqCst);
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, SeqCst);
    }
}
