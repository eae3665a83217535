//! Tasks: what takes longer than an answer may.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::clock::Moment;
use super::faults::Twist;
use super::reply::{Refusal, ok};
use super::server::Server;
use super::tokens::Caller;

/// So many tasks are remembered.
const MOST: usize = 100_000;

/// All tasks.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    all: BTreeMap<u64, Task>,
    next: u64,
}

#[derive(Debug)]
struct Task {
    ready: Moment,
    failed: bool,
    cancelled: bool,
    result: String,
}

impl Tasks {
    fn add(&mut self, task: Task) -> u64 {
        self.next += 1;
        self.all.insert(1_000_000 + self.next, task);
        if self.all.len() > MOST {
            self.all.pop_first();
        }
        1_000_000 + self.next
    }
}

impl Task {
    fn show(&self, id: u64, now: Moment) -> Value {
        let (status, result) = match (self.cancelled, self.ready <= now, self.failed) {
            (true, ..) => ("cancelled", None),
            (_, false, _) => ("new", None),
            (_, true, true) => ("failed", Some(&self.result)),
            (_, true, false) => ("completed", Some(&self.result)),
        };
        json!({ "id": id.to_string(), "status": status, "result": result })
    }
}

/// When a task that is accepted now is done.
fn ready(server: &Server, twist: Twist) -> Moment {
    server.clock.now().saturating_add(server.options.task).saturating_add(twist.slow_task)
}

/// The answer to what became a task with this result, ready after the usual time and `more`.
pub(crate) fn accepted(server: &Server, twist: Twist, more: Moment, result: &Value) -> Response {
    let ready = ready(server, twist).saturating_add(more);
    let task = Task { ready, failed: false, cancelled: false, result: result.to_string() };
    let id = server.tasks().add(task);
    ok(&json!({ "task_id": id.to_string(), "status": "OK", "error": null }))
}

/// The answer to what became a task that will fail without having done anything.
pub(crate) fn doomed(server: &Server, twist: Twist) -> Response {
    let ready = ready(server, twist);
    let result = json!({ "status": "error", "output": null, "error": "The task could not be run." }).to_string();
    let id = server.tasks().add(Task { ready, failed: true, cancelled: false, result });
    ok(&json!({ "task_id": id.to_string(), "status": "OK", "error": null }))
}

/// `GET tasks`.
pub(crate) async fn list(_caller: Caller, State(server): State<Arc<Server>>) -> Response {
    let now = server.clock.now();
    let tasks: Vec<Value> = server.tasks().all.iter().map(|(id, task)| task.show(*id, now)).collect();
    ok(&json!({ "tasks": tasks }))
}

fn missing(id: &str) -> Refusal {
    Refusal::missing(format!("Task {id} not found"))
}

/// `GET tasks/{id}`.
pub(crate) async fn get(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (now, tasks) = (server.clock.now(), server.tasks());
    let number = id.parse().map_err(|_| missing(&id))?;
    let task = tasks.all.get(&number).ok_or_else(|| missing(&id))?;
    Ok(ok(&task.show(number, now)))
}

/// `DELETE tasks/{id}`: cancels it, unless it is done.
pub(crate) async fn delete(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let (now, mut tasks) = (server.clock.now(), server.tasks());
    let number = id.parse().map_err(|_| missing(&id))?;
    let task = tasks.all.get_mut(&number).ok_or_else(|| missing(&id))?;
    task.cancelled |= task.ready > now;
    Ok(ok(&task.show(number, now)))
}
