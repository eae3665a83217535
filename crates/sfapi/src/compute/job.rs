//! One job: looked at, waited for, cancelled.

use super::{
    Compute, Machine,
    logs::{self, JobLogs},
    monitor::{Monitor, Source, Want},
    rows::{JobId, JobRows},
    state::JobState,
    watch::{Seen, Watcher, not_found},
};
use crate::{
    hub::{Hub, end_of, late},
    model::{CommandStarted, TaskStatus},
    operation::operation,
    tasks, wire,
};
use adjutant_core::{Applied, Async, Error, Flow, Mode, Request, Result, path::segment};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

// Cancelling twice is cancelling once; a job that has ended stays as it is.
operation! {
    /// Cancels a job. The answer names a task; only its result says whether that worked.
    CancelJob { machine: Machine, id: JobId } -> CommandStarted,
    CANCEL: "job.cancel" "DELETE" "/compute/jobs/{machine}/{jobid}" Destructive true;
    request |op| {
        if op.id.as_str().is_empty() {
            return Err(Error::usage("the job's id is empty"));
        }
        let target = format!("/compute/jobs/{}/{}", segment(op.machine.as_str()), segment(op.id.as_str()));
        Ok(Request::new(&CANCEL, http::Method::DELETE, target))
    };
    decode |response| wire::checked(&response);
}

/// A job on a machine. Clones share what is known of it.
///
/// ```no_run
/// # async fn demo(client: adjutant_sfapi::Client) -> adjutant_sfapi::Result<()> {
/// use std::time::Duration;
///
/// let perlmutter = client.compute("perlmutter");
/// let job = perlmutter.submit_job("#!/bin/bash\n#SBATCH -q debug -t 1 -C cpu\nsrun hostname\n").await?;
/// let state = job.complete(Duration::from_secs(3600)).await?;
/// println!("{} is {state}", job.id());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Job<M: Mode = Async> {
    compute: Compute<M>,
    id: JobId,
    books_only: bool,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    /// When this client submitted it.
    submitted: Option<Instant>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What became of one of many jobs that were waited for.
#[derive(Debug)]
pub struct JobOutcome<M: Mode = Async> {
    /// The job.
    pub job: Job<M>,
    /// How it ended, or why that is not known.
    pub result: Result<JobState>,
}

impl<M: Mode> Job<M> {
    pub(super) fn new(compute: Compute<M>, id: JobId) -> Self {
        Self { compute, id, books_only: false, shared: Arc::default() }
    }

    /// A job that this client has just submitted: it may take a while to be seen.
    pub(super) fn submitted(compute: Compute<M>, id: JobId) -> Self {
        let submitted = Some(compute.world.hub.now());
        Self { compute, id, books_only: false, shared: Arc::new(Shared { submitted, ..Shared::default() }) }
    }

    /// Looks for it in the books (`sacct`) only, not in the queue first.
    #[must_use]
    pub fn from_books(mut self) -> Self {
        self.books_only = true;
        self
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &JobId {
        &self.id
    }

    /// The machine that it is on.
    #[must_use]
    pub fn compute(&self) -> &Compute<M> {
        &self.compute
    }

    /// Its state when it was last looked at; unknown before the first look. Sends nothing.
    #[must_use]
    pub fn state(&self) -> JobState {
        self.shared.lock().state.clone()
    }

    /// All that was known of it when it was last looked at: the rows of the queue and of the books. Sends nothing.
    #[must_use]
    pub fn rows(&self) -> JobRows {
        self.shared.lock().rows.clone()
    }

    /// Looks at it now: in the queue, and in the books if it has left that. Calls at the same time share their
    /// requests. A job that was submitted a moment ago and is not seen yet is waited for, within the client's settle
    /// time.
    pub fn update(&self) -> Flow<M, JobState> {
        let (monitor, id, shared) = (self.monitor(), self.id.clone(), Arc::clone(&self.shared));
        let books_only = self.books_only;
        self.compute.world.flow(|hub| async move { update(&hub, &monitor, &id, books_only, &shared).await })
    }

    /// Waits until it runs, or has ended before that was seen, at most so long (`None`: without end).
    pub fn running(&self, timeout: impl Into<Option<Duration>>) -> Flow<M, JobState> {
        self.wait(timeout.into(), |state| *state == JobState::Running || state.is_final())
    }

    /// Waits until it has ended, for good or ill, at most so long (`None`: without end). The end is a value: look at
    /// the state. One that has ended already is known at once.
    pub fn complete(&self, timeout: impl Into<Option<Duration>>) -> Flow<M, JobState> {
        self.wait(timeout.into(), JobState::is_final)
    }

    /// Cancels it. With `wait`, waits for its end, whatever that is: it may have ended otherwise first. Without, the
    /// state is the one last seen.
    pub fn cancel(&self, wait: bool) -> Flow<M, JobState> {
        let (monitor, id, machine) = (self.monitor(), self.id.clone(), self.compute.machine.clone());
        let shared = Arc::clone(&self.shared);
        self.compute.world.flow(|hub| async move {
            cancel(&hub, &machine, &id).await?;
            if !wait {
                return Ok(shared.lock().state.clone());
            }
            let watcher = monitor.watch(&id);
            let timeout = Some(hub.settings.task_deadline);
            wait_for(&hub, watcher, &shared, timeout, JobState::is_final).await
        })
    }

    /// Where its output goes: looked for in what Slurm says of it.
    pub fn logs(&self) -> Flow<M, JobLogs<M>> {
        let (monitor, id, shared) = (self.monitor(), self.id.clone(), Arc::clone(&self.shared));
        let compute = self.compute.clone();
        self.compute.world.flow(|hub| async move {
            update(&hub, &monitor, &id, false, &shared).await?;
            let mut rows = shared.lock().rows.clone();
            if let Some(found) = logs::find(&id, &rows) {
                return Ok(JobLogs::at(&compute, found));
            }
            // The books say more of it than the queue does.
            rows.sacct = monitor.look(Source::Sacct, Want::Ids(vec![id.clone()])).await?.of(&id).sacct;
            let found = logs::find(&id, &rows).ok_or_else(|| {
                Error::new(crate::ErrorKind::NotFound, format!("Slurm does not say where job {id} writes"))
                    .with_hint("give --output in the script, and look there")
            })?;
            Ok(JobLogs::at(&compute, found))
        })
    }

    fn monitor(&self) -> Arc<Monitor> {
        self.compute.world.hub.monitor(&self.compute.machine)
    }

    fn wait(&self, timeout: Option<Duration>, done: fn(&JobState) -> bool) -> Flow<M, JobState> {
        let (monitor, id, shared) = (self.monitor(), self.id.clone(), Arc::clone(&self.shared));
        self.compute.world.flow(move |hub| async move {
            let known = shared.lock().state.clone();
            if known.is_final() {
                return Ok(known);
            }
            let watcher = monitor.watch(&id);
            hub.mind_horizon(timeout).await;
            wait_for(&hub, watcher, &shared, timeout, done).await
        })
    }
}

async fn update(hub: &Hub, monitor: &Arc<Monitor>, id: &JobId, books_only: bool, shared: &Shared) -> Result<JobState> {
    let mut pause = Duration::from_millis(250);
    loop {
        let mut rows = JobRows::default();
        if !books_only {
            rows = monitor.look(Source::Squeue, Want::Ids(vec![id.clone()])).await?.of(id);
        }
        if rows.is_empty() {
            rows = monitor.look(Source::Sacct, Want::Ids(vec![id.clone()])).await?.of(id);
        }
        if !rows.is_empty() {
            let state = rows.state();
            *shared.lock() = Seen { rows, state: state.clone(), ..Seen::default() };
            return Ok(state);
        }
        let young = shared.submitted.is_some_and(|at| hub.now().duration_since(at) < hub.settings.settle);
        if !young {
            return Err(not_found(id, monitor.machine()));
        }
        hub.clock().sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5)).min(hub.settings.wait_interval.max(pause));
    }
}

/// Waits for a state, and keeps what is seen on the way.
async fn wait_for(
    hub: &Hub,
    mut watcher: Watcher,
    shared: &Shared,
    timeout: Option<Duration>,
    done: fn(&JobState) -> bool,
) -> Result<JobState> {
    let id = watcher.id().clone();
    let wait = async {
        loop {
            let seen = watcher.next().await?;
            let state = seen.state.clone();
            *shared.lock() = seen;
            if done(&state) {
                return Ok(state);
            }
        }
    };
    match hub.until(end_of(hub, timeout), wait).await {
        Some(result) => result,
        None => {
            let state = shared.lock().state.clone();
            let state = if state.is_unknown() { "not seen yet".to_owned() } else { state.to_string() };
            Err(late(format!("job {id} is {state} after {:?}", timeout.unwrap_or_default())))
        }
    }
}

/// Waits for all of them, each on the same list, so that one poll serves all.
pub(super) async fn wait_all<M: Mode>(
    hub: &Arc<Hub>,
    jobs: Vec<Job<M>>,
    timeout: Option<Duration>,
) -> Vec<JobOutcome<M>> {
    let end = end_of(hub, timeout);
    let watch = |job: &Job<M>| (!job.state().is_final()).then(|| hub.monitor(&job.compute.machine).watch(&job.id));
    let waiting: Vec<_> = jobs.into_iter().map(|job| (watch(&job), job)).collect();
    hub.mind_horizon(timeout).await;
    let mut outcomes = Vec::with_capacity(waiting.len());
    for (watcher, job) in waiting {
        let result = match watcher {
            None => Ok(job.state()),
            Some(watcher) => {
                let left = end.map(|end| end.saturating_duration_since(hub.now()));
                wait_for(hub, watcher, &job.shared, left, JobState::is_final).await
            }
        };
        outcomes.push(JobOutcome { job, result });
    }
    outcomes
}

/// Cancels, and makes sure that the server has done so.
async fn cancel(hub: &Arc<Hub>, machine: &Machine, id: &JobId) -> Result<()> {
    let fail = |error: Error| error.with_operation(CANCEL.name);
    let started = match hub.send(CancelJob::new(machine.clone(), id.clone())).await {
        Err(error) if has_ended(error.message()) => return Ok(()),
        started => started?,
    };
    let Some(task) = started.task_id.filter(|task| !task.is_empty()) else { return Ok(()) };
    let task = tasks::wait(hub, &task, None).await.map_err(|e| fail(e.with_applied(Applied::Maybe)))?;
    if task.status != Some(TaskStatus::Completed) {
        return tasks::result_of(&task).map(drop).map_err(|e| fail(e.with_applied(Applied::Maybe)));
    }
    // A result that is not JSON says nothing against it.
    let Ok(result) = tasks::result_of(&task) else { return Ok(()) };
    let failed = wire::text_of(&result, "status").is_some_and(|status| status.eq_ignore_ascii_case("error"));
    let words = wire::text_of(&result, "error").unwrap_or_default();
    if failed && !has_ended(&words) {
        return Err(fail(wire::refusal(&words)));
    }
    Ok(())
}

/// Slurm's words for a job that cannot be cancelled, because it has ended.
fn has_ended(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("already completing") || words.contains("already completed") || words.contains("already finished")
}

impl<M: Mode> fmt::Debug for Job<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("machine", &self.compute.machine)
            .field("id", &self.id)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
