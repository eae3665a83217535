//! Commands and tasks.

mod support;

use adjutant_sfapi::{Applied, Command, TaskStatus};
use std::time::Duration;
use support::{SCRIPT, Scripted, Server, done, json, soon};

#[tokio::test]
async fn text_words_and_paths_run() {
    let server = Server::start("");
    let path = server.put("hi.sh", "#!/bin/bash\necho hello\n");
    let machine = server.client().compute("perlmutter");
    assert_eq!(soon(machine.run("echo hello")).await.expect("ran").stdout, "hello\n");
    assert_eq!(soon(machine.run(["echo", "a  b"])).await.expect("ran").stdout, "a  b\n");
    assert_eq!(soon(machine.run(Command::shell("echo one; echo two"))).await.expect("ran").stdout, "one\ntwo\n");
    let output = soon(machine.run(machine.path(path.clone()))).await.expect("ran");
    assert_eq!(output.stdout, "hello\n", "{output:?}");
    assert!(soon(machine.run("")).await.is_err());
}

#[tokio::test]
async fn a_command_that_fails_is_a_value() {
    let server = Server::start("");
    let output = soon(server.client().compute("perlmutter").run("ls /no/such/place")).await.expect("ran");
    assert_eq!(output.status, "error");
    assert!(!output.is_success() && output.exit_code.is_some_and(|code| code != 0) && !output.stderr.is_empty());
    let error = output.into_stdout().expect_err("it failed");
    assert!(error.message().contains("exit code"), "{error}");
}

#[tokio::test]
async fn text_on_standard_error_is_no_failure() {
    let server = Scripted::start(|seen| match seen.is("POST") {
        true => json(200, r#"{"task_id":"1","status":"OK","error":null}"#),
        false => done(r#"{"status":"ok","output":"x\n","error":"a warning","exit_code":0}"#),
    });
    let output = soon(server.client().compute("perlmutter").run("x")).await.expect("ran");
    assert!(output.is_success());
    assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("x\n", "a warning"));
}

#[tokio::test]
async fn a_task_is_waited_for_or_given_up() {
    let server = Server::start("");
    let client = server.client();
    let machine = client.compute("perlmutter");
    let task = soon(machine.run_task("echo hello")).await.expect("started");
    assert!(!task.id().is_empty());
    assert_eq!(soon(task.complete(None)).await.expect("done").stdout, "hello\n");
    assert_eq!(soon(task.update()).await.expect("seen").status, Some(TaskStatus::Completed));
    assert!(soon(client.tasks().list()).await.expect("all").iter().any(|known| known.id.as_deref() == Some(task.id())));

    let task = soon(machine.run_task("sleep 60")).await.expect("started");
    let error = soon(task.complete(Duration::from_millis(300))).await.expect_err("not done");
    assert!(error.is_timeout() && error.message().contains("new"), "{error}");
    soon(task.cancel()).await.expect("given up");
    assert_eq!(soon(client.tasks().get(task.id())).await.expect("seen").status, Some(TaskStatus::Cancelled));
    let error = soon(task.complete(None)).await.expect_err("given up");
    assert!(error.message().contains("cancelled"), "{error}");
}

#[tokio::test]
async fn a_command_whose_answer_is_lost_is_not_run_again() {
    let server = Server::start("fault=drop-answer:commands");
    let error = soon(server.client().compute("perlmutter").run("touch x")).await.expect_err("lost");
    assert_eq!(error.applied(), Applied::Maybe);
    assert_eq!(server.sim.stats().commands, 1);
}

#[tokio::test]
async fn looks_at_a_task_may_fail() {
    let server = Server::start("task=100ms&fault=503:tasks:every=2,429:tasks:every=3:retry-after=0");
    let machine = server.client().compute("perlmutter");
    assert_eq!(soon(machine.run("echo hello")).await.expect("ran").stdout, "hello\n");
}

#[tokio::test]
async fn retry_after_is_waited_for_and_the_cause_is_told() {
    let server = Server::start("fault=429:commands:times=1:retry-after=1");
    let started = std::time::Instant::now();
    soon(server.client().compute("perlmutter").run("true")).await.expect("after a second");
    assert!(started.elapsed() >= Duration::from_secs(1));
    let server = Server::start("fault=503:polls");
    let client = server.builder().max_retries(1).build().expect("a client");
    let error = soon(client.compute("perlmutter").jobs()).await.expect_err("down");
    assert_eq!((error.status(), error.attempts()), (Some(503), 2));
}

#[tokio::test]
async fn a_read_only_client_writes_nothing() {
    let server = Server::start("");
    let client = server.builder().read_only(true).build().expect("a client");
    let machine = client.compute("perlmutter");
    assert!(soon(machine.run("true")).await.is_err());
    assert!(soon(machine.submit_job(SCRIPT)).await.is_err());
    assert!(soon(machine.jobs()).await.is_ok(), "it logs in and reads");
    assert_eq!(server.sim.jobs_submitted() + server.sim.stats().commands, 0);
}
