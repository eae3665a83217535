//! Commands on a machine: run, and their end told as it was.

use super::Machine;
use crate::{
    hub::{Hub, World},
    model::{CommandStarted, Task},
    operation::{form, operation},
    paths::RemotePath,
    tasks, wire,
};
use adjutant_core::{Applied, Async, Error, Flow, Mode, Result, path::segment};
use std::{fmt, sync::Arc, time::Duration};

operation! {
    /// Starts a command. The answer names a task; its result has the command's output.
    StartCommand { machine: Machine, executable: String } -> CommandStarted,
    START: "command.start" "POST" "/utilities/command/{machine}" Write false;
    request |op| {
        if op.executable.trim().is_empty() {
            return Err(Error::usage("the command is empty"));
        }
        let target = format!("/utilities/command/{}", segment(op.machine.as_str()));
        Ok(form(&START, http::Method::POST, target, [("executable", op.executable.as_str())]))
    };
    decode |response| wire::checked(&response);
}

/// A command line. Text is taken as it is; a list of words is quoted, so that each stays one word; a path is a command
/// without words. The server runs it without a shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command(String);

impl Command {
    /// The line, as it is sent (`executable`).
    #[must_use]
    pub fn line(&self) -> &str {
        &self.0
    }

    /// Several words as one line.
    #[must_use]
    pub fn words<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Self {
        let quoted: Vec<String> = words.into_iter().map(|word| quote(word.as_ref())).collect();
        Self(quoted.join(" "))
    }

    /// A line for a shell (`bash -c …`), with pipes, variables and all.
    #[must_use]
    pub fn shell(line: impl AsRef<str>) -> Self {
        Self::words(["bash", "-c", line.as_ref()])
    }
}

/// A word as a POSIX shell reads it back.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r#"'"'"'"#))
}

impl From<&str> for Command {
    fn from(line: &str) -> Self {
        Self(line.to_owned())
    }
}

impl From<String> for Command {
    fn from(line: String) -> Self {
        Self(line)
    }
}

impl<S: AsRef<str>> From<&[S]> for Command {
    fn from(words: &[S]) -> Self {
        Self::words(words)
    }
}

impl<S: AsRef<str>, const N: usize> From<[S; N]> for Command {
    fn from(words: [S; N]) -> Self {
        Self::words(words)
    }
}

impl<S: AsRef<str>> From<Vec<S>> for Command {
    fn from(words: Vec<S>) -> Self {
        Self::words(words)
    }
}

impl<B> From<&RemotePath<B>> for Command {
    fn from(path: &RemotePath<B>) -> Self {
        Self::words([path.as_str()])
    }
}

impl<B> From<RemotePath<B>> for Command {
    fn from(path: RemotePath<B>) -> Self {
        Self::from(&path)
    }
}

/// What a command wrote, and how it ended. One that fails is a value too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandOutput {
    /// Standard output (`output`).
    pub stdout: String,
    /// Standard error (`error`). That something is in it is no failure.
    pub stderr: String,
    /// Exit code (`exit_code`); `None` if the server does not say.
    pub exit_code: Option<i64>,
    /// The server's own word (`status`): `ok` or `error`.
    pub status: String,
}

impl CommandOutput {
    fn of(task: &Task) -> Result<Self> {
        let result = tasks::result_of(task)?;
        let text = |name: &str| wire::text_of(&result, name).unwrap_or_default();
        Ok(Self {
            stdout: text("output"),
            stderr: text("error"),
            exit_code: text("exit_code").parse().ok(),
            status: text("status"),
        })
    }

    /// Whether it ended well: by its exit code, or by the server's word where there is no code.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.exit_code.map_or_else(|| !self.status.eq_ignore_ascii_case("error"), |code| code == 0)
    }

    /// Standard output, or an error if the command failed.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`](crate::ErrorKind::Rejected) with what it wrote to standard error.
    pub fn into_stdout(self) -> Result<String> {
        if self.is_success() {
            return Ok(self.stdout);
        }
        let code = self.exit_code.map_or_else(|| "an error".to_owned(), |code| format!("exit code {code}"));
        let words = adjutant_core::error::tame(&self.stderr, 300);
        Err(Error::new(crate::ErrorKind::Rejected, format!("the command ended with {code}: {words}"))
            .with_applied(Applied::Yes))
    }
}

/// Starts a command; the id of its task.
pub(super) async fn start(hub: &Hub, machine: &Machine, command: &Command) -> Result<String> {
    let started = hub.send(StartCommand::new(machine.clone(), command.0.clone())).await?;
    started.task_id.filter(|id| !id.is_empty()).ok_or_else(|| {
        Error::decode("the server names no task for the command")
            .with_operation(START.name)
            .with_applied(Applied::Maybe)
    })
}

/// Runs a command to its end.
pub(super) async fn run(hub: &Arc<Hub>, machine: &Machine, command: &Command) -> Result<CommandOutput> {
    let id = start(hub, machine, command).await?;
    let outcome = match tasks::wait(hub, &id, None).await {
        Ok(task) => CommandOutput::of(&task),
        Err(error) => Err(error),
    };
    outcome.map_err(|error| error.with_operation("command.run").with_applied(Applied::Maybe))
}

/// A command that was started.
#[derive(Clone)]
pub struct CommandTask<M: Mode = Async> {
    world: World<M>,
    id: String,
}

impl<M: Mode> CommandTask<M> {
    pub(super) fn new(world: World<M>, id: String) -> Self {
        Self { world, id }
    }

    /// The id of its task.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How far it is.
    pub fn update(&self) -> Flow<M, Task> {
        let id = self.id.clone();
        self.world.flow(|hub| async move { hub.send(tasks::GetTask::new(id)).await })
    }

    /// Waits for its end, at most so long (`None`: the client's task deadline). A command that fails is a value; one
    /// that was given up is an error.
    pub fn complete(&self, timeout: impl Into<Option<Duration>>) -> Flow<M, CommandOutput> {
        let (id, timeout) = (self.id.clone(), timeout.into());
        self.world.flow(|hub| async move { CommandOutput::of(&tasks::wait(&hub, &id, timeout).await?) })
    }

    /// Gives it up.
    pub fn cancel(&self) -> Flow<M, ()> {
        let id = self.id.clone();
        self.world.flow(|hub| async move { hub.send(tasks::CancelTask::new(id)).await })
    }
}

impl<M: Mode> fmt::Debug for CommandTask<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandTask").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TaskStatus;

    #[test]
    fn words_stay_words() {
        assert_eq!(Command::from("ls -l").line(), "ls -l");
        assert_eq!(Command::from(["echo", "a b", "it's", ""]).line(), r#"echo 'a b' 'it'"'"'s' ''"#);
        assert_eq!(Command::from(vec!["ls", "/home/u"]).line(), "ls /home/u");
        assert_eq!(Command::shell("ls | wc").line(), "bash -c 'ls | wc'");
    }

    #[test]
    fn the_exit_code_decides() {
        let output = |result: &str| {
            let task = Task { status: Some(TaskStatus::Completed), result: Some(result.into()), ..Task::default() };
            CommandOutput::of(&task).unwrap()
        };
        let warned = output(r#"{"status":"ok","output":"x\n","error":"warning","exit_code":0}"#);
        assert_eq!(warned.clone().into_stdout().unwrap(), "x\n");
        assert_eq!(warned.stderr, "warning");
        let failed = output(r#"{"status":"error","output":"","error":"no","exit_code":1}"#);
        assert!(!failed.is_success() && failed.exit_code == Some(1));
        assert!(!output(r#"{"status":"error","error":"no"}"#).is_success());
    }
}
