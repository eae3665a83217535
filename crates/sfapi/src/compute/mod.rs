//! Machines: their jobs, commands and files.

mod command;
mod find;
mod job;
mod jobs;
mod logs;
mod machine;
mod monitor;
mod rows;
mod script;
mod state;
mod submit;
mod watch;

pub use command::{Command, CommandOutput, CommandTask, StartCommand};
pub use job::{CancelJob, Job, JobOutcome};
pub use jobs::{ListJobs, ListSacct};
pub use logs::JobLogs;
pub use machine::Machine;
pub use rows::{JobId, JobRows};
pub use script::JobSource;
pub use state::JobState;
pub use submit::{PostJob, SubmitJob};

pub(crate) use monitor::Monitor;

use crate::{
    hub::World,
    paths::RemotePath,
    status::{GetStatus, Notes, Outages, PlannedOutages},
};
use adjutant_core::{Async, Bound, Flow, Mode};
use std::time::Duration;

/// One machine.
#[derive(Clone, Debug)]
pub struct Compute<M: Mode = Async> {
    pub(crate) world: World<M>,
    pub(crate) machine: Machine,
}

impl<M: Mode> Compute<M> {
    pub(crate) fn new(world: World<M>, machine: Machine) -> Self {
        Self { world, machine }
    }

    /// Which one.
    #[must_use]
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// How it does. Public.
    pub fn status(&self) -> GetStatus<Bound<M>> {
        GetStatus::bound(self.world.bound(), self.machine.to_string())
    }

    /// Its outages, past ones included. Public.
    pub fn outages(&self) -> Outages<Bound<M>> {
        Outages::bound(self.world.bound(), self.machine.to_string())
    }

    /// Its planned outages. Public.
    pub fn planned_outages(&self) -> PlannedOutages<Bound<M>> {
        PlannedOutages::bound(self.world.bound(), self.machine.to_string())
    }

    /// Notes on it. Public.
    pub fn notes(&self) -> Notes<Bound<M>> {
        Notes::bound(self.world.bound(), self.machine.to_string())
    }

    /// Submits a job: the text of a script, or the path of one on the machine. See [`SubmitJob`].
    pub fn submit_job(&self, source: impl Into<JobSource>) -> SubmitJob<M> {
        SubmitJob::new(self.clone(), source.into())
    }

    /// A job by its id. Nothing is sent before it is looked at.
    pub fn job(&self, id: impl Into<JobId>) -> Job<M> {
        Job::new(self.clone(), id.into())
    }

    /// Jobs of the queue (`squeue`): all that one may see, unless filtered.
    pub fn jobs(&self) -> ListJobs<Bound<M>> {
        ListJobs::bound(self.world.bound(), self.machine.clone())
    }

    /// Jobs of the books (`sacct`): the user's of today, unless filtered.
    pub fn past_jobs(&self) -> ListSacct<Bound<M>> {
        ListSacct::bound(self.world.bound(), self.machine.clone())
    }

    /// Runs a command on the machine and waits for its end, at most so long (`None`: the client's task deadline). One
    /// that fails is a value: look at its exit code. There is no shell, unless the command is one
    /// (`["bash", "-c", "…"]`).
    pub fn run(&self, command: impl Into<Command>) -> Flow<M, CommandOutput> {
        let (machine, command) = (self.machine.clone(), command.into());
        self.world.flow(|hub| async move { command::run(&hub, &machine, &command).await })
    }

    /// Starts a command on the machine, to be waited for or given up later.
    pub fn run_task(&self, command: impl Into<Command>) -> Flow<M, CommandTask<M>> {
        let (world, machine, command) = (self.world.clone(), self.machine.clone(), command.into());
        self.world.flow(|hub| async move {
            let id = command::start(&hub, &machine, &command).await?;
            Ok(CommandTask::new(world, id))
        })
    }

    /// A path on the machine.
    pub fn path(&self, path: impl Into<String>) -> RemotePath<Self> {
        RemotePath::bound(self.clone(), path.into())
    }

    /// What is in a directory, or the one entry of a file.
    pub fn ls(&self, path: impl ToString) -> Flow<M, Vec<RemotePath<Self>>> {
        self.path(path.to_string()).ls()
    }

    /// Waits for many jobs at once, at most so long (`None`: without end), at the cost of one poll for all of them.
    /// Each gives an outcome, in the order given, whatever becomes of the others.
    pub fn wait_all(
        &self,
        jobs: impl IntoIterator<Item = Job<M>>,
        timeout: impl Into<Option<Duration>>,
    ) -> Flow<M, Vec<JobOutcome<M>>> {
        let (jobs, timeout): (Vec<_>, _) = (jobs.into_iter().collect(), timeout.into());
        self.world.flow(|hub| async move { Ok(job::wait_all(&hub, jobs, timeout).await) })
    }
}
