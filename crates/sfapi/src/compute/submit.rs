//! A job is submitted once.
//!
//! A POST whose answer is lost has been carried out or not; sending it again may make two jobs, and a job costs hours.
//! So the submit leaves a mark by which its job can be told from all others, and when its answer is lost, the client
//! looks for the job before it says anything. It never sends a second POST by itself.

use super::{
    Compute, Machine,
    find::{self, Mark},
    job::Job,
    rows::JobId,
    script::{self, JobSource},
};
use crate::{
    hub::Hub,
    model::{CommandStarted, StatusValue, TaskStatus},
    operation::{flow_endings, form, operation},
    paths::RemotePath,
    status::GetStatus,
    tasks, wire,
};
use adjutant_core::{Applied, Async, Error, ErrorKind, Flow, Mode, Result, path::segment};
use std::sync::Arc;

operation! {
    /// Submits a job. The answer names a task; its result has the job's id. Sent by itself it has none of the care that
    /// [`SubmitJob`] takes.
    PostJob { machine: Machine, source: JobSource, args: Vec<String> } -> CommandStarted,
    POST: "job.submit" "POST" "/compute/jobs/{machine}" Write false;
    request |op| {
        let (job, is_path) = match &op.source {
            JobSource::Script(text) => (text.as_str(), "false"),
            JobSource::Remote(path) => (path.as_str(), "true"),
        };
        let mut fields = vec![("job", job), ("isPath", is_path)];
        fields.extend(op.args.iter().map(|arg| ("args", arg.as_str())));
        let target = format!("/compute/jobs/{}", segment(op.machine.as_str()));
        Ok(form(&POST, http::Method::POST, target, fields))
    };
    decode |response| wire::checked(&response);
}

/// A job to be submitted.
///
/// An inline script without a `--comment` of its own gets one with a mark of ours, so that its job can be found when
/// the server's answer is lost. Scripts that use theirs (variable-time jobs do) are never touched, nor is any with
/// [`no_tag`](Self::no_tag): for those, and for scripts on the machine, the queue before and after is compared, one
/// submit of a client at a time.
///
/// An error says whether there is a job: [`Applied::No`] if certainly not (a queue limit, a wrong script),
/// [`Applied::Maybe`] if its answer was lost and no job was found within the settle time.
#[derive(Clone, Debug)]
#[must_use = "a submit does nothing until it is sent"]
pub struct SubmitJob<M: Mode = Async> {
    compute: Compute<M>,
    source: JobSource,
    args: Vec<String>,
    after_ok: Vec<JobId>,
    tag: bool,
    check_machine: bool,
}

impl<M: Mode> SubmitJob<M> {
    pub(super) fn new(compute: Compute<M>, source: JobSource) -> Self {
        Self { compute, source, args: Vec::new(), after_ok: Vec::new(), tag: true, check_machine: true }
    }

    /// Arguments for a script on the machine. An inline script takes none.
    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Starts it only after that job has ended well (`--dependency=afterok`); may be repeated. For inline scripts
    /// without a dependency of their own.
    pub fn after_ok(mut self, job: impl Into<JobId>) -> Self {
        self.after_ok.push(job.into());
        self
    }

    /// Leaves the script as it is. A lost answer is then looked for by comparing the queue before and after.
    pub fn no_tag(mut self) -> Self {
        self.tag = false;
        self
    }

    /// Submits without asking first whether the machine is up.
    pub fn unchecked(mut self) -> Self {
        self.check_machine = false;
        self
    }

    fn flow(self) -> Flow<M, Job<M>> {
        let world = self.compute.world.clone();
        world.flow(|hub| async move {
            let Self { compute, source, args, after_ok, tag, check_machine } = self;
            let machine = compute.machine.clone();
            let id = Submit { hub: &hub, machine: &machine }
                .run(source, args, &after_ok, tag, check_machine)
                .await
                .map_err(|error| error.with_operation(POST.name))?;
            Ok(Job::submitted(compute, id))
        })
    }
}

flow_endings!(SubmitJob -> Job);

impl<M: Mode> From<&Job<M>> for JobId {
    fn from(job: &Job<M>) -> Self {
        job.id().clone()
    }
}

/// What came of a POST and its task.
enum Came {
    Job(JobId),
    Refused(Error),
    /// There may be a job.
    Lost(Error),
}

struct Submit<'a> {
    hub: &'a Arc<Hub>,
    machine: &'a Machine,
}

impl Submit<'_> {
    async fn run(
        &self,
        source: JobSource,
        args: Vec<String>,
        after_ok: &[JobId],
        tag: bool,
        check_machine: bool,
    ) -> Result<JobId> {
        let source = prepare(source, &args, after_ok)?;
        if check_machine {
            self.machine_is_up().await?;
        }
        let monitor = self.hub.monitor(self.machine);
        match source {
            JobSource::Script(text) if tag && script::option(&text, "comment", None).is_none() => {
                let tag = script::new_tag();
                let text = script::with_option(&text, &format!("--comment={tag}"));
                self.once(JobSource::Script(text), args, Mark::Tag(tag)).await
            }
            source => {
                if let JobSource::Remote(path) = &source {
                    self.is_script(path).await?;
                }
                // Two submits at once could not be told apart.
                let _alone = monitor.comparing.lock().await;
                let mark = find::before(&monitor, &source).await?;
                self.once(source, args, mark).await
            }
        }
    }

    /// One POST, and the search for its job if its answer is lost.
    async fn once(&self, source: JobSource, args: Vec<String>, mark: Mark) -> Result<JobId> {
        let lost = match self.post(source, args).await {
            Came::Job(id) => return Ok(id),
            Came::Refused(error) => return Err(error.with_applied(Applied::No)),
            Came::Lost(error) => error,
        };
        tracing::info!(error = %lost, mark = %mark, "the answer to a submit was lost: looking for its job");
        let monitor = self.hub.monitor(self.machine);
        match find::find(self.hub, &monitor, &mark).await {
            Ok(id) => Ok(id),
            Err(tried) => {
                let message = format!("the answer to the submit was lost ({}), and {tried}", lost.message());
                let mut error = Error::new(lost.kind(), message).with_applied(Applied::Maybe).with_hint(format!(
                    "look into {}'s queue before submitting again; the job's mark is {mark}",
                    self.machine
                ));
                if let Some(status) = lost.status() {
                    error = error.with_status(status);
                }
                Err(error.with_effort(lost.attempts(), lost.elapsed()).with_source(lost))
            }
        }
    }

    async fn post(&self, source: JobSource, args: Vec<String>) -> Came {
        let started = match self.hub.send(PostJob::new(self.machine.clone(), source, args)).await {
            Ok(started) => started,
            Err(error) if error.applied() == Applied::No => return words_of(error),
            Err(error) => return Came::Lost(error),
        };
        let Some(task) = started.task_id.filter(|id| !id.is_empty()) else {
            return Came::Lost(Error::decode("the server names no task for the submit"));
        };
        let task = match tasks::wait(self.hub, &task, None).await {
            Ok(task) => task,
            Err(error) => return Came::Lost(error),
        };
        let result = match tasks::result_of(&task) {
            Ok(result) => result,
            // A task that ended otherwise may have reached Slurm.
            Err(error) => return Came::Lost(error),
        };
        let id = wire::text_of(&result, "jobid").filter(|id| !id.trim().is_empty());
        let failed = wire::text_of(&result, "status").is_some_and(|status| status.eq_ignore_ascii_case("error"));
        match id {
            Some(id) if !failed => Came::Job(JobId::from(id)),
            _ if failed && task.status == Some(TaskStatus::Completed) => {
                words_of(wire::refusal(&wire::text_of(&result, "error").unwrap_or_default()))
            }
            _ => Came::Lost(Error::decode("the result of the submit names no job")),
        }
    }

    /// A path that is no file is refused here, where its name is known, and not by `sbatch`.
    async fn is_script(&self, path: &str) -> Result<()> {
        let listing = RemotePath::<adjutant_core::Unbound>::new(path);
        if !path.starts_with('/') {
            return Err(Error::usage(format!("{path:?} is neither a script nor a whole path on {}", self.machine))
                .with_hint("begin a path with /, and a script with #! and a line of its own"));
        }
        let entry = crate::paths::entry(self.hub, self.machine, &listing).await?;
        match entry.kind() {
            crate::paths::Kind::Directory => Err(Error::usage(format!("{path} is a directory, not a script"))),
            _ => Ok(()),
        }
    }

    /// Says why a submit cannot work while the machine is down. That it cannot be asked is no reason not to submit.
    async fn machine_is_up(&self) -> Result<()> {
        let status = match self.hub.machine_status(self.machine, GetStatus::new(self.machine.to_string())).await {
            Ok(status) => status,
            Err(error) => {
                tracing::debug!(%error, "whether the machine is up is not known");
                return Ok(());
            }
        };
        if status.status != Some(StatusValue::Unavailable) {
            return Ok(());
        }
        let mut words = status.description.clone().unwrap_or_default();
        for note in status.notes.iter().flatten() {
            words = format!("{words}; {note}");
        }
        let words = adjutant_core::error::tame(words.trim_start_matches("; "), 300);
        Err(Error::new(ErrorKind::Conflict, format!("{} is unavailable: {words}", self.machine))
            .with_hint("nothing was submitted; look at its outages, or submit with unchecked() all the same"))
    }
}

/// Checks what is submitted, and puts dependencies into it.
fn prepare(source: JobSource, args: &[String], after_ok: &[JobId]) -> Result<JobSource> {
    match source {
        JobSource::Script(text) => {
            script::check(&text)?;
            if !args.is_empty() {
                return Err(Error::usage("an inline script takes no arguments")
                    .with_hint("write them into the script, or upload it and submit its path"));
            }
            if after_ok.is_empty() {
                return Ok(JobSource::Script(text));
            }
            if script::option(&text, "dependency", Some("d")).is_some() {
                return Err(Error::usage("the script has a --dependency of its own")
                    .with_hint("write all dependencies into the script, or leave that line to after_ok"));
            }
            let ids: Vec<&str> = after_ok.iter().map(JobId::as_str).collect();
            Ok(JobSource::Script(script::with_option(&text, &format!("--dependency=afterok:{}", ids.join(":")))))
        }
        JobSource::Remote(path) => {
            if !after_ok.is_empty() {
                return Err(Error::usage("a script on the machine cannot be given a dependency from here")
                    .with_hint("submit its text, or write the dependency into it"));
            }
            Ok(JobSource::Remote(path))
        }
    }
}

/// Slurm's words: mostly a refusal, but some of them mean that it may have taken the job.
fn words_of(error: Error) -> Came {
    let words = error.message().to_ascii_lowercase();
    let unsure =
        ["timed out", "zero bytes were transmitted", "communication connection failure", "message receive failure"];
    if unsure.iter().any(|part| words.contains(part)) {
        return Came::Lost(error);
    }
    let limits = ["limit", "maxsubmit", "too many jobs"];
    Came::Refused(if limits.iter().any(|part| words.contains(part)) {
        error.with_hint("a limit of the queue: nothing was submitted; wait for jobs to end, or take another QOS")
    } else {
        error
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let script = || JobSource::from("#!/bin/sh\nsrun x\n");
        assert!(prepare(script(), &["a".into()], &[]).unwrap_err().message().contains("no arguments"));
        assert!(prepare(JobSource::from("/x"), &["a".into()], &[]).is_ok());
        assert!(prepare(JobSource::from("/x"), &[], &["1".into()]).is_err());
        let own = JobSource::from("#!/bin/sh\n#SBATCH -d afterany:4\nx\n");
        assert!(prepare(own, &[], &["1".into()]).is_err());
        let JobSource::Script(text) = prepare(script(), &[], &["1".into(), "2_3".into()]).unwrap() else { panic!() };
        assert!(text.contains("\n#SBATCH --dependency=afterok:1:2_3\n"), "{text}");
    }

    #[test]
    fn a_limit_is_a_refusal_and_a_time_out_is_not() {
        let limit = "sbatch: error: QOSMaxSubmitJobPerUserLimit";
        assert!(
            matches!(words_of(wire::refusal(limit)), Came::Refused(error) if error.hint().unwrap().contains("limit"))
        );
        let lost = "sbatch: error: Batch job submission failed: Socket timed out on send/recv operation";
        assert!(matches!(words_of(wire::refusal(lost)), Came::Lost(_)));
    }
}
