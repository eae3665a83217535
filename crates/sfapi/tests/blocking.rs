//! The same, waited for.

mod support;

use adjutant_sfapi::{ErrorKind, JobState};
use std::{io::Read as _, time::Duration};
use support::{SCRIPT, Server, soon};

#[test]
fn everything_has_the_same_spelling() {
    let server = Server::start("");
    let client = server.blocking();
    let machine = client.compute("perlmutter");
    assert!(machine.status().send().expect("public").name.is_some());
    let job = machine.submit_job(SCRIPT).send().expect("a job");
    assert_eq!(job.complete(Duration::from_secs(20)).send().expect("ended"), JobState::Completed);
    assert_eq!(job.logs().send().expect("known").stdout.read_text().send().expect("output"), "hello\n");
    assert_eq!(machine.run("echo hello").send().expect("ran").stdout, "hello\n");
    assert_eq!(client.account().user().send().expect("oneself").name.as_deref(), Some("simuser"));
    let file = machine.path(format!("{}/f", server.sim.home()));
    file.write("content").send().expect("written");
    let mut text = String::new();
    file.open("r").send().expect("open").read_to_string(&mut text).expect("read");
    assert_eq!(text, "content");
    assert!(client.get("account/").send().expect("raw").is_success());
    client.close().expect("closed");
}

#[test]
fn many_threads_share_one_poll() {
    let server = Server::start("jobs-run=500ms");
    let client = server.blocking();
    let machine = client.compute("perlmutter");
    let jobs: Vec<_> = (0..8).map(|_| machine.submit_job(SCRIPT).send().expect("a job")).collect();
    server.sim.reset_stats();
    let waits: Vec<_> =
        jobs.into_iter().map(|job| std::thread::spawn(move || job.complete(Duration::from_secs(20)).send())).collect();
    for wait in waits {
        assert_eq!(wait.join().expect("no panic").expect("ended"), JobState::Completed);
    }
    let polls = server.requests_to("GET compute/jobs/perlmutter?squeue");
    assert!(polls <= 25, "{polls}");
}

#[tokio::test]
async fn in_asynchronous_code_it_is_an_error() {
    let server = Server::start("");
    let client = tokio::task::spawn_blocking({
        let builder = server.builder();
        move || builder.build_blocking().expect("a client")
    });
    let client = client.await.expect("no panic");
    let error = client.compute("perlmutter").job(1u64).complete(None).send().expect_err("it would park");
    assert_eq!(error.kind(), ErrorKind::BlockingInAsync);
    let error = client.account().user().send().expect_err("it would park");
    assert_eq!(error.kind(), ErrorKind::BlockingInAsync);
    let user = soon(tokio::task::spawn_blocking(move || client.account().user().send())).await.expect("no panic");
    assert!(user.is_ok());
}
