//! Work that the server does by itself.

use super::record;
use adjutant_schema::{
    Kind::{Enum, List, Record, Text},
    open_enum,
};

open_enum! {
    /// How far a task is (`TaskStatus`).
    pub enum TaskStatus {
        /// Not done yet.
        New = "new",
        /// Done; the result says how it went.
        Completed = "completed",
        /// Given up on request.
        Cancelled = "cancelled",
        /// Given up by the server.
        Failed = "failed",
    }
}

impl TaskStatus {
    /// Whether nothing more will come of it. A status that is not known is taken to be one that goes on.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Cancelled | Self::Failed)
    }
}

record! {
    /// A task (`Task`).
    pub Task, TASK, "Task";
    0 id: String = "id" Text;
    1 status: TaskStatus = "status" Enum(TaskStatus::NAMES);
    /// JSON in a string; its shape depends on the kind of task.
    2 result: String = "result" Text;
}

record! {
    /// All tasks.
    pub(crate) Tasks, TASKS, "Tasks";
    0 tasks: Vec<Task> = "tasks" List(&Record(Task::DESC));
}

record! {
    /// A task was begun (`CommandOutput`).
    pub CommandStarted, COMMAND_STARTED, "CommandOutput";
    0 task_id: String = "task_id" Text;
    1 status: String = "status" Text;
    2 error: String = "error" Text;
}

record! {
    /// What any answer says of itself.
    pub(crate) Verdict, VERDICT, "Verdict";
    0 status: String = "status" Text;
    1 error: String = "error" Text;
    2 reason: String = "reason" Text;
}
