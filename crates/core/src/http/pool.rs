//! Connections, each counted from before it is opened until its socket is closed.

use super::{
    connect::{Connection, Connector},
    origin::Origin,
};
use crate::{Result, config::SessionConfig};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// A server may have closed a connection that rested longer than this without our having noticed; a write
/// should not be the one to find out.
const RESTED: Duration = Duration::from_secs(5);

/// The idle connections, the last used on top.
pub(super) struct Pool {
    connector: Connector,
    idle: Mutex<Vec<Idle>>,
    open: Arc<AtomicUsize>,
    /// Connections that may be open.
    limit: AtomicUsize,
}

struct Idle {
    origin: Origin,
    connection: Connection,
    since: Instant,
}

impl Pool {
    pub(super) fn new(config: &SessionConfig) -> Self {
        let limit = AtomicUsize::new(config.max_concurrency);
        Self { connector: Connector::new(config), idle: Mutex::default(), open: Arc::default(), limit }
    }

    pub(super) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that can take a request now, and whether it has served before. The caller holds a permit.
    pub(super) async fn take(&self, origin: &Origin, write: bool, now: Instant) -> Result<(Connection, bool)> {
        loop {
            let found = {
                let mut idle = self.idle();
                let at = idle.iter().rposition(|i| i.origin == *origin);
                at.map(|at| idle.remove(at))
            };
            let Some(mut found) = found else { break };
            let stale = write && now.duration_since(found.since) > RESTED;
            if !stale && found.connection.is_ready().await {
                return Ok((found.connection, true));
            }
            found.connection.close().await;
        }
        // Idle connections to elsewhere, or left from a higher limit, must go before a new one comes.
        let spare = self.idle().pop();
        if let Some(spare) = spare {
            spare.connection.close().await;
        }
        Ok((self.connector.connect(origin, &self.open).await?, false))
    }

    /// Puts a connection back whose answer has been read to the end.
    pub(super) fn put(&self, origin: Origin, connection: Connection, now: Instant) {
        self.idle().push(Idle { origin, connection, since: now });
        self.trim();
    }

    /// Sets how many connections may be open. Those that rest are closed at once, those in use when they come back.
    pub(super) fn set_limit(&self, limit: usize) {
        self.limit.store(limit, Ordering::Relaxed);
        self.trim();
    }

    /// Closes what is above the limit and rests, the one that rested longest first.
    fn trim(&self) {
        let mut idle = self.idle();
        while self.open() > self.limit.load(Ordering::Relaxed) && !idle.is_empty() {
            drop(idle.remove(0));
        }
    }

    /// Closes all idle connections.
    pub(super) async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle());
        for one in idle {
            one.connection.close().await;
        }
    }
}
