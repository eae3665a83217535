//! One poll for all who wait.
//!
//! A thousand jobs waited for one by one are a thousand questions a tick; the controller would notice. Here waiting is
//! putting an id on a list. One patrol a machine goes through the list each interval: the queue first, then the books
//! for those that have left it. A patrol that fails tells nobody and comes back; an id that is dropped is off the list.

use super::{
    monitor::{Monitor, Source, Want, chunks, gone},
    rows::{JobId, JobRows},
    state::JobState,
};
use crate::explain::{again, may_pass};
use adjutant_core::{Error, ErrorKind, Result};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Notify, watch};

/// Above so many jobs the interval is three times as long.
const MANY: usize = 100;
/// Parts of a list of ids that the books are asked for in one round.
const SACCT_PARTS: usize = 2;
/// Those who come within this time are asked for together.
const GATHER: Duration = Duration::from_millis(5);
/// Rounds that may fail in a row before those who wait are told.
const PATIENCE: u32 = 10;

/// What is known of a job that is waited for.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) rows: JobRows,
    pub(super) state: JobState,
    pub(super) error: Option<Arc<Error>>,
}

/// The list of a machine.
#[derive(Debug, Default)]
pub(super) struct Watched {
    list: Mutex<List>,
    news: Notify,
}

#[derive(Debug, Default)]
struct List {
    patrolling: bool,
    jobs: HashMap<JobId, Entry>,
}

#[derive(Debug)]
struct Entry {
    tell: watch::Sender<Seen>,
    watchers: usize,
    /// Not looked at since someone came for it.
    fresh: bool,
    /// Since when it has been neither in the queue nor in the books.
    absent: Option<Instant>,
    /// The round in which the books were last asked for it.
    asked: u64,
}

/// One who waits. Dropping it takes the job off the list, if nobody else waits for it.
#[derive(Debug)]
pub(super) struct Watcher {
    monitor: Arc<Monitor>,
    id: JobId,
    told: watch::Receiver<Seen>,
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Monitor {
    /// Puts a job on the list. It is looked at at once.
    pub(super) fn watch(self: &Arc<Self>, id: &JobId) -> Watcher {
        let (told, start) = {
            let mut list = self.watched.lock();
            let entry = list.jobs.entry(id.clone()).or_insert_with(|| Entry {
                tell: watch::Sender::new(Seen::default()),
                watchers: 0,
                fresh: true,
                absent: None,
                asked: 0,
            });
            entry.watchers += 1;
            entry.fresh = true;
            let told = entry.tell.subscribe();
            (told, !std::mem::replace(&mut list.patrolling, true))
        };
        if start {
            let this = Arc::clone(self);
            tokio::spawn(async move { this.patrol().await });
        } else {
            self.watched.news.notify_one();
        }
        Watcher { monitor: Arc::clone(self), id: id.clone(), told }
    }

    async fn patrol(self: Arc<Self>) {
        let mut patrol = Patrol { monitor: Arc::clone(&self), ended: false };
        let Ok(clock) = self.hub().map(|hub| Arc::clone(hub.clock())) else { return };
        let (mut due, mut failures, mut round) = (clock.now(), 0, 0);
        loop {
            clock.sleep(GATHER).await;
            let Ok(interval) = self.hub().map(|hub| hub.settings.wait_interval) else { return };
            let begun = clock.now();
            let full = begun >= due;
            let (ids, count) = {
                let mut list = self.watched.lock();
                if list.jobs.is_empty() {
                    list.patrolling = false;
                    patrol.ended = true;
                    return;
                }
                let count = list.jobs.len();
                let due = list.jobs.iter_mut().filter(|(_, entry)| full || entry.fresh);
                let ids: Vec<JobId> = due.map(|(id, entry)| (entry.fresh = false, id.clone()).1).collect();
                (ids, count)
            };
            if !ids.is_empty() {
                round += 1;
                match self.round(&ids, round).await {
                    Ok(()) => failures = 0,
                    Err(error) => {
                        failures += 1;
                        tracing::debug!(%error, failures, jobs = ids.len(), "a look at jobs failed");
                        if failures >= PATIENCE || !may_pass(&error) {
                            self.tell_error(&ids, &Arc::new(error));
                        }
                    }
                }
            }
            if full {
                due = begun + if count > MANY { interval * 3 } else { interval };
            }
            // Newcomers are looked at at once, but those who trickle in share their looks.
            clock.sleep((interval / 10).min(Duration::from_secs(1))).await;
            let Ok(hub) = self.hub() else { return };
            let _ = hub.until(Some(due), self.watched.news.notified()).await;
        }
    }

    /// One look at these jobs: at most one question to the queue and one to the books.
    async fn round(self: &Arc<Self>, ids: &[JobId], round: u64) -> Result<()> {
        let queue = self.look(Source::Squeue, Want::Ids(ids.to_vec())).await?;
        let mut missing = Vec::new();
        for id in ids {
            let rows = queue.of(id);
            // Tasks that have ended leave the queue before their array does: the books know how they ended.
            let partial = rows.squeue.len() != 1 || rows.squeue.iter().any(|row| row_is_task(row));
            if rows.is_empty() || (partial && id.task().is_none() && rows.state().is_final()) {
                missing.push(id.clone());
            } else {
                self.tell(id, rows);
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        // Who was asked for longest ago comes first; what does not fit waits for the next round.
        {
            let list = self.watched.lock();
            missing.sort_by_key(|id| list.jobs.get(id).map_or(0, |entry| entry.asked));
        }
        let now: Vec<JobId> = chunks(&missing).into_iter().take(SACCT_PARTS).flatten().cloned().collect();
        let books = self.look(Source::Sacct, Want::Ids(now.clone())).await?;
        for id in &now {
            let mut rows = books.of(id);
            if let Some(entry) = self.watched.lock().jobs.get_mut(id) {
                entry.asked = round;
            }
            if rows.is_empty() {
                rows.squeue = queue.of(id).squeue;
            }
            if rows.is_empty() {
                self.absent(id)?;
            } else {
                self.tell(id, rows);
            }
        }
        Ok(())
    }

    fn tell(&self, id: &JobId, rows: JobRows) {
        if let Some(entry) = self.watched.lock().jobs.get_mut(id) {
            entry.absent = None;
            let state = rows.state();
            entry.tell.send_replace(Seen { rows, state, error: None });
        }
    }

    fn tell_error(&self, ids: &[JobId], error: &Arc<Error>) {
        let list = self.watched.lock();
        for entry in ids.iter().filter_map(|id| list.jobs.get(id)) {
            entry.tell.send_modify(|seen| seen.error = Some(Arc::clone(error)));
        }
    }

    /// A job that nobody knows: it may be too new, so its watchers are told only after a while.
    fn absent(&self, id: &JobId) -> Result<()> {
        let hub = self.hub()?;
        let mut list = self.watched.lock();
        let Some(entry) = list.jobs.get_mut(id) else { return Ok(()) };
        let since = *entry.absent.get_or_insert(hub.now());
        if hub.now().duration_since(since) >= hub.settings.settle {
            let error = Arc::new(not_found(id, self.machine()));
            entry.tell.send_modify(|seen| seen.error = Some(error));
        }
        Ok(())
    }
}

fn row_is_task(row: &crate::model::SqueueRow) -> bool {
    row.array_task_id.as_deref().is_some_and(|task| !task.is_empty() && task != "N/A")
}

/// Neither the queue nor the books know a job.
pub(super) fn not_found(id: &JobId, machine: &super::Machine) -> Error {
    Error::new(ErrorKind::NotFound, format!("job {id} is neither in {machine}'s queue nor in its books"))
        .with_hint("check the id and the machine; the books go back to the beginning of the day unless asked by id")
}

impl Watcher {
    pub(super) fn id(&self) -> &JobId {
        &self.id
    }

    /// What is known after the next look.
    pub(super) async fn next(&mut self) -> Result<Seen> {
        if self.told.changed().await.is_err() {
            return Err(gone());
        }
        let seen = self.told.borrow_and_update().clone();
        match &seen.error {
            Some(error) => Err(again(error)),
            None => Ok(seen),
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let watched = &self.monitor.watched;
        let mut list = watched.lock();
        if let Some(entry) = list.jobs.get_mut(&self.id) {
            entry.watchers -= 1;
            if entry.watchers == 0 {
                list.jobs.remove(&self.id);
            }
        }
        if list.jobs.is_empty() {
            watched.news.notify_one();
        }
    }
}

/// Whatever ends the patrol, those who wait are told, and the next to come starts another.
struct Patrol {
    monitor: Arc<Monitor>,
    ended: bool,
}

impl Drop for Patrol {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let mut list = self.monitor.watched.lock();
        list.patrolling = false;
        let error = Arc::new(gone());
        for entry in list.jobs.values() {
            entry.tell.send_modify(|seen| seen.error = Some(Arc::clone(&error)));
        }
    }
}
