//! One question at a time, for all who ask.
//!
//! Slurm's controller is the one thing on a machine that everybody shares. So each machine has one monitor in a client,
//! with one request in flight; what is asked meanwhile is united in the next one. An answer that fails fails those who
//! asked, and nobody after them.

use super::{
    Machine,
    jobs::{ListJobs, ListSacct},
    rows::{JobId, Listing},
    watch::Watched,
};
use crate::{explain::again, hub::Hub};
use adjutant_core::{Error, ErrorKind, Result};
use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};
use tokio::sync::oneshot;

/// Above so many ids the queue is asked by user, and filtered here.
pub(super) const BY_ID: usize = 50;
/// The longest list of ids in a URL, in bytes, as it is encoded there.
const MAX_IDS: usize = 4000;

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Squeue,
    Sacct,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum Want {
    Ids(Vec<JobId>),
    /// All jobs of the user.
    Own,
}

struct Ask {
    source: Source,
    want: Want,
    answer: oneshot::Sender<Result<Arc<Listing>>>,
}

/// The one monitor of a machine.
pub(crate) struct Monitor {
    hub: Weak<Hub>,
    machine: Machine,
    asks: Mutex<Asks>,
    pub(super) watched: Watched,
    /// Held while a submit can only be told from others by comparing the queue before and after.
    pub(super) comparing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Asks {
    running: bool,
    /// In the order in which they came.
    waiting: Vec<Ask>,
    /// A list of ids was refused as a whole for one of them: from now on by user.
    by_user: bool,
}

impl Monitor {
    pub(crate) fn new(hub: &Arc<Hub>, machine: Machine) -> Self {
        Self {
            hub: Arc::downgrade(hub),
            machine,
            asks: Mutex::default(),
            watched: Watched::default(),
            comparing: tokio::sync::Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Asks> {
        self.asks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn machine(&self) -> &Machine {
        &self.machine
    }

    pub(super) fn hub(&self) -> Result<Arc<Hub>> {
        self.hub.upgrade().ok_or_else(gone)
    }

    /// What the queue or the books say now: the answer to a request that is sent after this call.
    pub(super) async fn look(self: &Arc<Self>, source: Source, want: Want) -> Result<Arc<Listing>> {
        let (answer, answered) = oneshot::channel();
        let start = {
            let mut asks = self.lock();
            asks.waiting.push(Ask { source, want, answer });
            !std::mem::replace(&mut asks.running, true)
        };
        if start {
            // A task of its own: whoever asked first may go away without leaving the others alone.
            let this = Arc::clone(self);
            tokio::spawn(async move { this.answer_all().await });
        }
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    async fn answer_all(self: Arc<Self>) {
        let mut running = Running { monitor: Arc::clone(&self), ended: false };
        loop {
            let batch = {
                let mut asks = self.lock();
                // Who gave up waiting is not asked for.
                asks.waiting.retain(|ask| !ask.answer.is_closed());
                let Some(first) = asks.waiting.first() else {
                    asks.running = false;
                    running.ended = true;
                    return;
                };
                let source = first.source;
                let (batch, rest) =
                    std::mem::take(&mut asks.waiting).into_iter().partition(|a: &Ask| a.source == source);
                asks.waiting = rest;
                batch
            };
            self.answer(batch).await;
        }
    }

    async fn answer(&self, batch: Vec<Ask>) {
        let Some(source) = batch.first().map(|ask| ask.source) else { return };
        let mut own = false;
        let (mut ids, mut seen) = (Vec::new(), HashSet::new());
        for ask in &batch {
            match &ask.want {
                Want::Own => own = true,
                Want::Ids(wanted) => ids.extend(wanted.iter().filter(|id| seen.insert((*id).clone())).cloned()),
            }
        }
        let answer = match source {
            Source::Squeue => self.squeue(ids, own).await,
            Source::Sacct => self.sacct(ids, own).await,
        };
        match answer {
            Ok(listing) => {
                let listing = Arc::new(listing);
                for ask in batch {
                    let _ = ask.answer.send(Ok(Arc::clone(&listing)));
                }
            }
            Err(error) => {
                for ask in batch {
                    let _ = ask.answer.send(Err(again(&error)));
                }
            }
        }
    }

    async fn squeue(&self, ids: Vec<JobId>, own: bool) -> Result<Listing> {
        let hub = self.hub()?;
        let by_user = own || ids.len() > BY_ID || (ids.len() > 1 && self.lock().by_user);
        if !by_user {
            let alone = ids.len() == 1;
            match hub.send(ListJobs::new(self.machine.clone()).ids(ids)).await {
                // Slurm's word for an id that it has forgotten.
                Err(error) if error.is_not_found() && error.status().is_none_or(|status| status == 200) => {
                    if alone {
                        return Ok(Listing::default());
                    }
                    self.lock().by_user = true;
                }
                rows => return rows.map(Listing::of_squeue),
            }
        }
        let user = hub.username().await?;
        hub.send(ListJobs::new(self.machine.clone()).user(user)).await.map(Listing::of_squeue)
    }

    async fn sacct(&self, ids: Vec<JobId>, own: bool) -> Result<Listing> {
        let hub = self.hub()?;
        let mut all = Listing::default();
        for chunk in chunks(&ids) {
            let rows = match hub.send(ListSacct::new(self.machine.clone()).ids(chunk.to_vec())).await {
                Err(error) if error.is_not_found() && error.status().is_none_or(|status| status == 200) => Vec::new(),
                rows => rows?,
            };
            all.extend(Listing::of_sacct(rows));
        }
        if own {
            let user = hub.username().await?;
            let rows = hub.send(ListSacct::new(self.machine.clone()).user(user)).await?;
            all.extend(Listing::of_sacct(rows));
        }
        Ok(all)
    }
}

/// Cuts a list of ids so that each part fits into a URL.
pub(super) fn chunks(ids: &[JobId]) -> Vec<&[JobId]> {
    let mut out = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (i, id) in ids.iter().enumerate() {
        // A comma becomes %2C.
        let own = adjutant_core::path::segment(id.as_str()).len() + 3;
        if size + own > MAX_IDS && i > start {
            out.push(&ids[start..i]);
            (start, size) = (i, 0);
        }
        size += own;
    }
    if start < ids.len() {
        out.push(&ids[start..]);
    }
    out
}

/// Whatever ends the answering task, nobody waits for ever and the next question starts another.
struct Running {
    monitor: Arc<Monitor>,
    ended: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let mut asks = self.monitor.lock();
            asks.running = false;
            asks.waiting.clear();
        }
    }
}

pub(super) fn gone() -> Error {
    Error::new(ErrorKind::Closed, "the client was shut down while it looked at jobs")
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Monitor").field("machine", &self.machine).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cut_to_fit_a_url() {
        let ids: Vec<JobId> = (10_000_000..10_002_000u64).map(JobId::from).collect();
        let parts = chunks(&ids);
        assert_eq!(parts.iter().map(|part| part.len()).sum::<usize>(), 2000);
        assert!(parts.len() <= 6, "{}", parts.len());
        for part in parts {
            let list: Vec<&str> = part.iter().map(JobId::as_str).collect();
            let query = adjutant_core::path::query(&[("kwargs".into(), format!("jobid={}", list.join(",")))]);
            assert!(query.len() <= 4096, "{}", query.len());
        }
        assert!(chunks(&[]).is_empty());
    }
}
