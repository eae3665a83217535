//! Tasks: what the server does by itself after it has answered.
//!
//! A submitted job, a command and a cancellation are tasks; only the task's result says whether they worked. Each wait
//! for one has an end.

use crate::{
    hub::{Hub, World, end_of, late},
    model::{Task, TaskStatus, Tasks as TaskList},
    operation::{get, operation},
    wire,
};
use adjutant_core::{Async, Bound, Error, ErrorKind, Flow, Mode, Request, Result, path::segment};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

operation! {
    /// All tasks of the user.
    ListTasks {} -> Vec<Task>,
    LIST: "tasks.list" "GET" "/tasks" Read true;
    request |_op| Ok(get(&LIST, "/tasks"));
    decode |response| Ok(wire::record::<TaskList>(&response)?.tasks.unwrap_or_default());
}

operation! {
    /// One task.
    GetTask { id: String } -> Task,
    GET: "tasks.get" "GET" "/tasks/{id}" Read true;
    request |op| Ok(get(&GET, target(&op.id)?));
    decode |response| wire::record(&response);
}

operation! {
    /// Gives a task up. One that is done stays as it is.
    CancelTask { id: String } -> (),
    CANCEL: "tasks.cancel" "DELETE" "/tasks/{id}" Write true;
    request |op| Ok(Request::new(&CANCEL, http::Method::DELETE, target(&op.id)?));
    decode |response| wire::check_any(&response);
}

fn target(id: &str) -> Result<String> {
    if id.trim().is_empty() {
        return Err(Error::usage("the task's id is empty"));
    }
    Ok(format!("/tasks/{}", segment(id)))
}

/// The user's tasks.
#[derive(Clone, Debug)]
pub struct Tasks<M: Mode = Async> {
    world: World<M>,
}

impl<M: Mode> Tasks<M> {
    pub(crate) fn new(world: World<M>) -> Self {
        Self { world }
    }

    /// All of them, old ones included as long as the server keeps them.
    pub fn list(&self) -> ListTasks<Bound<M>> {
        ListTasks::bound(self.world.bound())
    }

    /// One of them, as it is now.
    pub fn get(&self, id: impl Into<String>) -> GetTask<Bound<M>> {
        GetTask::bound(self.world.bound(), id.into())
    }

    /// Gives one up.
    pub fn cancel(&self, id: impl Into<String>) -> CancelTask<Bound<M>> {
        CancelTask::bound(self.world.bound(), id.into())
    }

    /// Waits until it is done, cancelled or failed, at most so long; `None` takes the client's task deadline (see
    /// [`Builder::task_deadline`](crate::Builder::task_deadline)).
    pub fn complete(&self, id: impl Into<String>, timeout: impl Into<Option<Duration>>) -> Flow<M, Task> {
        let (id, timeout) = (id.into(), timeout.into());
        self.world.flow(|hub| async move { wait(&hub, &id, timeout).await })
    }
}

/// The first wait between two looks at a task, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Waits for the end of a task. A look that fails for a reason that may pass is not the end of the wait.
pub(crate) async fn wait(hub: &Arc<Hub>, id: &str, timeout: Option<Duration>) -> Result<Task> {
    let end = end_of(hub, Some(timeout.unwrap_or(hub.settings.task_deadline)));
    let mut pause = PAUSES.0;
    let mut seen = String::from("not been seen");
    loop {
        match look(hub, id, end).await {
            Some(Ok(task)) if task.status.as_ref().is_some_and(TaskStatus::is_final) => return Ok(task),
            Some(Ok(task)) => seen = task.status.map_or_else(|| "begun".into(), |status| status.to_string()),
            Some(Err(error)) if !crate::explain::may_pass(&error) => return Err(error),
            Some(Err(error)) => tracing::debug!(%error, id, "a look at a task failed"),
            None => {}
        }
        let resume = hub.now() + pause;
        if end.is_some_and(|end| resume >= end) {
            return Err(late(format!("task {id} is not done in time (last: {seen})")));
        }
        hub.clock().sleep(pause).await;
        pause = pause.mul_f64(1.5).min(PAUSES.1);
    }
}

async fn look(hub: &Arc<Hub>, id: &str, end: Option<Instant>) -> Option<Result<Task>> {
    hub.until(end, hub.send(GetTask::new(id.to_owned()))).await
}

/// What a task came to: the JSON in its result, if it was completed and there is some.
pub(crate) fn result_of(task: &Task) -> Result<serde_json::Value> {
    let id = task.id.as_deref().unwrap_or("?");
    let said = task.result.as_deref().unwrap_or_default();
    match task.status {
        Some(TaskStatus::Completed) => serde_json::from_str(said).map_err(|_| {
            Error::decode(format!("the result of task {id} is not JSON: {}", adjutant_core::error::tame(said, 200)))
        }),
        _ => {
            let state = task.status.as_ref().map_or("unknown", TaskStatus::as_str);
            let said = adjutant_core::error::tame(said, 200);
            let colon = if said.is_empty() { "" } else { ": " };
            Err(Error::new(ErrorKind::Closed, format!("task {id} is {state}{colon}{said}")))
        }
    }
}
