//! One job: submitted, looked at, waited for, cancelled; and the reference's mistakes, absent.

mod support;

use adjutant_sfapi::{ErrorKind, JobState};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use support::{SCRIPT, Scripted, Server, json, no_jobs, soon};

#[tokio::test]
async fn submitted_completed_and_looked_up_again() {
    let server = Server::start("");
    let machine = server.client().compute("perlmutter");
    let job = soon(machine.submit_job(SCRIPT)).await.expect("a job");
    assert!(job.state().is_unknown());
    assert!(!soon(job.update()).await.expect("seen").is_final());
    assert_eq!(soon(job.complete(None)).await.expect("done"), JobState::Completed);
    let again = machine.job(job.id().as_str());
    assert_eq!(soon(again.update()).await.expect("in the books"), JobState::Completed);
    assert_eq!(again.rows().sacct[0].jobid.as_deref(), Some(job.id().as_str()));
    let logs = soon(job.logs()).await.expect("known");
    assert_eq!(soon(logs.stdout.read_text()).await.expect("output"), "hello\n");
}

#[tokio::test]
async fn running_is_seen() {
    let server = Server::start("jobs-run=3s");
    let job = soon(server.client().compute("perlmutter").submit_job(SCRIPT)).await.expect("a job");
    assert_eq!(soon(job.running(None)).await.expect("runs"), JobState::Running);
    let error = soon(job.complete(Duration::from_millis(100))).await.expect_err("not yet");
    assert!(
        error.is_timeout() && error.kind() == ErrorKind::Deadline && error.message().contains("RUNNING"),
        "{error}"
    );
}

#[tokio::test]
async fn a_deadline_is_kept_to() {
    let server = Server::start("jobs-pend=60s");
    let client = server.builder().wait_interval(Duration::from_secs(10)).build().expect("a client");
    let job = soon(client.compute("perlmutter").submit_job(SCRIPT)).await.expect("a job");
    let started = Instant::now();
    soon(job.complete(Duration::from_millis(700))).await.expect_err("waits");
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(700) && took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test]
async fn a_job_that_is_over_is_known_at_once() {
    let server = Server::start("");
    let client = server.builder().wait_interval(Duration::from_secs(30)).build().expect("a client");
    let job = soon(client.compute("perlmutter").submit_job(SCRIPT)).await.expect("a job");
    support::pause(Duration::from_millis(400)).await;
    let started = Instant::now();
    assert_eq!(soon(job.complete(None)).await.expect("over"), JobState::Completed);
    assert!(started.elapsed() < Duration::from_secs(5), "no interval was slept through");
    server.sim.reset_stats();
    soon(job.complete(None)).await.expect("known");
    assert_eq!(server.sim.stats().requests, 0);
}

#[tokio::test]
async fn every_end_ends_the_wait() {
    let server = Server::start("");
    let machine = server.client().compute("perlmutter");
    for end in ["FAILED", "NODE_FAIL", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY", "TIMEOUT", "PREEMPTED"] {
        let job = soon(machine.submit_job(format!("#!/bin/bash\n# sim: {end} run=20ms\necho\n"))).await.expect("a job");
        assert_eq!(soon(job.complete(None)).await.expect(end).as_str(), end);
        assert!(!job.state().is_success());
    }
}

#[tokio::test]
async fn cancelled_with_and_without_waiting() {
    let server = Server::start("jobs-run=60s");
    let machine = server.client().compute("perlmutter");
    let job = soon(machine.submit_job(SCRIPT)).await.expect("a job");
    assert_eq!(soon(job.cancel(true)).await.expect("cancelled"), JobState::Cancelled);
    let job = soon(machine.submit_job(SCRIPT)).await.expect("a job");
    soon(job.cancel(false)).await.expect("sent");
    assert_eq!(soon(job.complete(None)).await.expect("ended"), JobState::Cancelled);
}

#[tokio::test]
async fn cancelling_what_has_ended_otherwise_returns() {
    let server = Server::start("");
    let machine = server.client().compute("perlmutter");
    let job = soon(machine.submit_job("#!/bin/bash\nexit 3\n")).await.expect("a job");
    assert_eq!(soon(job.complete(None)).await.expect("ended"), JobState::Failed);
    let again = machine.job(job.id());
    assert_eq!(soon(again.cancel(true)).await.expect("it ended"), JobState::Failed);
    let error = soon(machine.job("99999999").cancel(false)).await.expect_err("no such job");
    assert!(error.is_not_found() && error.message().contains("Invalid job id"), "{error}");
}

#[tokio::test]
async fn a_state_that_is_not_known_is_waited_on() {
    let looks = AtomicUsize::new(0);
    let server = Scripted::start(move |seen| {
        if !seen.line.contains("sacct=false") {
            return no_jobs();
        }
        let state = if looks.fetch_add(1, Ordering::SeqCst) < 2 { "LAUNCH_FAILED" } else { "COMPLETED" };
        json(200, &format!(r#"{{"status":"OK","output":[{{"jobid":"7","state":"{state}"}}],"error":null}}"#))
    });
    let job = server.client().compute("perlmutter").job(7u64);
    assert_eq!(soon(job.update()).await.expect("kept").as_str(), "LAUNCH_FAILED");
    assert_eq!(soon(job.complete(None)).await.expect("at last"), JobState::Completed);
}

#[tokio::test]
async fn cancelled_by_somebody_is_cancelled() {
    let server = Scripted::start(|seen| match seen.line.contains("sacct=true") {
        true => json(
            200,
            r#"{"status":"OK","output":[{"jobid":7,"state":"CANCELLED by 1234"},{"jobid":"7.batch","state":"CANCELLED"}]}"#,
        ),
        false => {
            json(200, r#"{"status":"ERROR","output":null,"error":"slurm_load_jobs error: Invalid job id specified"}"#)
        }
    });
    let job = server.client().compute("perlmutter").job("7");
    assert_eq!(soon(job.update()).await.expect("in the books"), JobState::Cancelled);
    assert_eq!(job.rows().sacct.len(), 1, "steps are not the job");
}

#[tokio::test]
async fn an_error_in_an_answer_of_200_keeps_its_words() {
    let server = Server::start("fault=error:polls");
    let machine = server.client().compute("perlmutter");
    let error = soon(machine.jobs()).await.expect_err("an error");
    assert!(error.status() == Some(200) && !error.message().is_empty() && error.hint().is_some(), "{error:?}");
    assert_eq!(error.operation(), Some("jobs.list"));
}

#[tokio::test]
async fn a_job_that_is_not_seen_yet_is_waited_for_and_one_that_is_not_there_is_not() {
    let server = Server::start("jobs-pend=60s&queue-late=800ms&sacct-late=800ms");
    let client = server.client();
    let machine = client.compute("perlmutter");
    let job = soon(machine.submit_job(SCRIPT)).await.expect("a job");
    assert_eq!(soon(job.update()).await.expect("after a while"), JobState::Pending);
    let started = Instant::now();
    let error = soon(machine.job("99999999").update()).await.expect_err("no such job");
    assert!(error.is_not_found() && error.hint().is_some() && started.elapsed() < Duration::from_secs(1), "{error}");
    // A wait for one ends too, after the settle time.
    let hasty = server.builder().settle_time(Duration::from_millis(300)).build().expect("a client");
    let error = soon(hasty.compute("perlmutter").job("99999999").complete(None)).await.expect_err("no such job");
    assert!(error.is_not_found(), "{error}");
}

#[tokio::test]
async fn listings_are_filtered() {
    let server = Server::start("jobs-pend=60s&others=3");
    let machine = server.client().compute("perlmutter");
    let job = soon(machine.submit_job(SCRIPT)).await.expect("a job");
    assert_eq!(soon(machine.jobs()).await.expect("all").len(), 4);
    let own = soon(machine.jobs().user("simuser")).await.expect("own");
    assert_eq!((own.len(), own[0].name.as_deref()), (1, Some("hello")));
    let one = soon(machine.jobs().ids([job.id()])).await.expect("one");
    assert_eq!(one[0].jobid.as_deref(), Some(job.id().as_str()));
    assert!(soon(machine.jobs().partition("none")).await.expect("none").is_empty());
    assert!(!soon(machine.past_jobs().user("simuser")).await.expect("own").is_empty());
}

#[tokio::test]
async fn an_array_is_one_job_with_tasks() {
    let server = Server::start("jobs-run=200ms");
    let machine = server.client().compute("perlmutter");
    let script = "#!/bin/bash\n#SBATCH --array=1-3\ntest $SLURM_ARRAY_TASK_ID = 2 && exit 1\nexit 0\n";
    let array = soon(machine.submit_job(script)).await.expect("an array");
    let task = machine.job(format!("{}_1", array.id()));
    let whole = soon(array.complete(None)).await.expect("ended");
    assert!(whole.is_final());
    soon(array.update()).await.expect("in the books");
    assert_eq!(array.rows().tasks().len(), 3, "{:?}", array.rows().tasks());
    assert!(soon(task.complete(None)).await.expect("ended").is_final());
}

#[tokio::test]
async fn several_submits_at_once_all_complete() {
    let server = Server::start("");
    let machine = server.client().compute("perlmutter");
    let submits: Vec<_> = (0..5).map(|_| tokio::spawn(machine.submit_job(SCRIPT).send())).collect();
    let mut jobs = Vec::new();
    for submit in submits {
        jobs.push(submit.await.expect("no panic").expect("a job"));
    }
    for outcome in soon(machine.wait_all(jobs, None)).await.expect("waited") {
        assert_eq!(outcome.result.expect("ended"), JobState::Completed);
    }
    assert_eq!(server.sim.jobs_submitted(), 5);
}
