//! A job is submitted once, whatever becomes of the answers.

mod support;

use adjutant_sfapi::{Applied, Client, ErrorKind, JobState};
use std::{
    collections::HashSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use support::{SCRIPT, Scripted, Server, done, json, no_jobs, soon};

const PERLMUTTER: &str = "perlmutter";

fn script(i: usize) -> String {
    format!("#!/bin/bash\n#SBATCH -J job{i} -q debug -t 5\n# sim: run=20s\necho {i}\n")
}

async fn submit_many(client: &Client, count: usize, script: impl Fn(usize) -> String) -> HashSet<String> {
    let jobs: Vec<_> = (0..count)
        .map(|i| {
            let submit = client.compute(PERLMUTTER).submit_job(script(i));
            tokio::spawn(async move { submit.await.map(|job| job.id().to_string()) })
        })
        .collect();
    let mut ids = HashSet::new();
    for job in jobs {
        ids.insert(job.await.expect("no panic").expect("its job"));
    }
    ids
}

#[tokio::test]
async fn a_third_of_the_answers_lost_and_no_job_doubled() {
    let server = Server::start("jobs-pend=60s");
    let client = server.builder().max_concurrency(8).build().expect("a client");
    server.faults("drop-answer:submits:chance=15,504-executed:submits:chance=15");
    let ids =
        tokio::time::timeout(Duration::from_secs(120), submit_many(&client, 1000, script)).await.expect("in time");
    assert_eq!((ids.len(), server.sim.jobs_submitted()), (1000, 1000));
    assert_eq!(server.sim.stats().repeated_submits, 0);
    let lost: u64 = server.sim.stats().faults.values().sum();
    assert!(lost >= 200, "{lost} answers were lost");
}

#[tokio::test]
async fn equal_scripts_are_told_apart_by_their_marks() {
    let server = Server::start("jobs-pend=60s");
    let client = server.client();
    server.faults("drop-answer:submits:every=2");
    let ids = submit_many(&client, 20, |_| SCRIPT.to_owned()).await;
    assert_eq!((ids.len(), server.sim.jobs_submitted()), (20, 20));
}

#[tokio::test]
async fn a_script_on_the_machine_is_found_by_comparing() {
    let server = Server::start("jobs-pend=60s");
    let path = server.put("fit.sh", script(0));
    let client = server.client();
    soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("another of one's own");
    server.faults("504-executed:submits");
    let ids = submit_many(&client, 4, |_| path.clone()).await;
    assert_eq!((ids.len(), server.sim.jobs_submitted()), (4, 5));
}

#[tokio::test]
async fn a_job_that_appears_late_is_found() {
    let server = Server::start("jobs-pend=60s");
    let client = server.client();
    server.faults("late:1s:submits,504-executed:submits");
    let job = soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("late, but there");
    assert_eq!(server.sim.jobs_submitted(), 1);
    assert_eq!(soon(job.update()).await.expect("seen"), JobState::Pending);
}

#[tokio::test]
async fn a_job_that_is_over_before_it_is_looked_for_is_in_the_books() {
    let server = Server::start("jobs-pend=0ms&jobs-run=1ms");
    server.faults("504-executed:submits");
    soon(server.client().compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("by its comment in sacct");
    assert_eq!(server.sim.jobs_submitted(), 1);
}

#[tokio::test]
async fn where_nothing_is_found_it_says_maybe_and_does_not_post_again() {
    // Accepted, over at once, and the books keep no comments: there is no proof to be had.
    let server = Server::start("jobs-pend=0ms&jobs-run=1ms&sacct-comments=false");
    let client = server.builder().settle_time(Duration::from_millis(900)).build().expect("a client");
    server.faults("504-executed:submits");
    let error = soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect_err("not found");
    assert_eq!((error.applied(), error.status()), (Applied::Maybe, Some(504)));
    assert!(error.message().contains("adjutant-") && error.message().contains("looks"), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("before submitting again")), "{error:?}");
    assert_eq!((server.sim.jobs_submitted(), server.requests_to("POST compute/jobs")), (1, 1));
}

#[tokio::test]
async fn what_was_never_sent_is_simply_sent_again() {
    let server = Server::start("");
    server.faults("429:submits:times=2");
    soon(server.client().compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("submitted");
    assert_eq!(server.sim.jobs_submitted(), 1);
}

#[tokio::test]
async fn two_jobs_that_fit_are_no_proof() {
    // The submit's answer is lost, and two new jobs are in the queue afterwards.
    let listed = AtomicUsize::new(0);
    let server = Scripted::start(move |seen| match seen.line.as_str() {
        line if line.contains("/status/") => json(200, r#"{"name":"perlmutter","status":"active"}"#),
        line if line.contains("/account/") => json(200, r#"{"name":"u","uid":1}"#),
        line if line.contains("/utilities/ls/") => {
            json(200, r#"{"status":"OK","entries":[{"perms":"-rwx","name":"/home/u/x.sh","size":9}]}"#)
        }
        line if line.starts_with("POST") => (0, vec![], String::new()),
        line if line.contains("sacct=false") && listed.fetch_add(1, Ordering::SeqCst) > 0 => {
            json(200, r#"{"status":"OK","output":[{"jobid":"8","name":"x"},{"jobid":"9","name":"x"}]}"#)
        }
        _ => no_jobs(),
    });
    let error = soon(server.client().compute(PERLMUTTER).submit_job("/home/u/x.sh")).await.expect_err("which?");
    assert_eq!(error.applied(), Applied::Maybe);
    assert!(error.message().contains("2 jobs fit") && error.message().contains("8, 9"), "{error}");
    assert_eq!(server.count("POST"), 1);
}

#[tokio::test]
async fn own_comments_and_no_tag_leave_the_script_alone() {
    let server = Scripted::start(|seen| match seen.line.as_str() {
        line if line.starts_with("POST") => json(200, r#"{"task_id":"1","status":"OK","error":null}"#),
        line if line.contains("/tasks/") => done(r#"{"status":"ok","jobid":77,"error":null}"#),
        line if line.contains("/account/") => json(200, r#"{"name":"u","uid":1}"#),
        line if line.contains("/status/") => json(200, r#"{"name":"perlmutter","status":"active"}"#),
        _ => no_jobs(),
    });
    let client = server.client();
    let machine = client.compute(PERLMUTTER);
    let own = "#!/bin/bash\n#SBATCH --comment=96:00:00\nsrun x\n";
    let posted = |nth: usize| {
        let seen: Vec<_> = server.seen().into_iter().filter(|seen| seen.is("POST")).collect();
        seen[nth].text()
    };
    assert_eq!(soon(machine.submit_job(own)).await.expect("a job").id().as_str(), "77");
    soon(machine.submit_job(SCRIPT).no_tag()).await.expect("a job");
    soon(machine.submit_job(SCRIPT)).await.expect("a job");
    assert!(posted(0).contains("96%3A00%3A00") && !posted(0).contains("adjutant-"));
    assert!(!posted(1).contains("comment"));
    assert!(posted(2).contains("%23SBATCH%20--comment%3Dadjutant-") && posted(2).contains("isPath=false"));
}

#[tokio::test]
async fn a_queue_limit_is_a_refusal_however_it_is_told() {
    for late in ["false", "true"] {
        let server = Server::start(&format!("jobs-pend=60s&queue-limit=1&late-refusal={late}"));
        let client = server.client();
        soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("the first");
        let error = soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect_err("over the limit");
        assert_eq!(error.applied(), Applied::No, "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("limit")), "{error:?}");
        assert_eq!(server.requests_to("POST compute/jobs"), 2, "one for each");
    }
}

#[tokio::test]
async fn a_slow_task_is_waited_for_and_one_that_fails_says_maybe() {
    let server = Server::start("jobs-pend=60s");
    let client = server.builder().settle_time(Duration::from_millis(500)).build().expect("a client");
    server.faults("slow-tasks:600ms:submits");
    soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("slowly");
    server.faults("task-failed:submits");
    let error = soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect_err("failed");
    assert_eq!(error.applied(), Applied::Maybe, "{error}");
    // The task's deadline comes first, and the job is there all the same.
    server.faults("slow-tasks:60s:submits");
    let hasty = server.builder().task_deadline(Duration::from_millis(300)).build().expect("a client");
    soon(hasty.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect("found in the queue");
    assert_eq!(server.sim.jobs_submitted(), 2);
}

#[tokio::test]
async fn a_machine_that_is_down_says_why() {
    let server = Server::start("");
    assert!(server.sim.set_status(PERLMUTTER, "unavailable", "Back at noon"));
    let client = server.client();
    let error = soon(client.compute(PERLMUTTER).submit_job(SCRIPT)).await.expect_err("down");
    assert!(error.message().contains("perlmutter is unavailable") && error.message().contains("noon"), "{error}");
    assert_eq!((error.applied(), server.requests_to("POST compute/jobs")), (Applied::No, 0));
    let error = soon(client.compute(PERLMUTTER).submit_job(SCRIPT).unchecked()).await.expect_err("down all the same");
    assert_eq!(error.applied(), Applied::No);
}

#[tokio::test]
async fn what_cannot_be_meant_is_not_sent() {
    let server = Server::start("");
    let folder = server.put("d/x", "");
    let folder = folder.trim_end_matches("/x").to_owned();
    let machine = server.client().compute(PERLMUTTER);
    server.sim.reset_stats();
    for (source, said) in
        [("", "empty"), ("echo hi\nls", "does not begin with #!"), (" #!/bin/sh\nls\n", "white space")]
    {
        let error = soon(machine.submit_job(source)).await.expect_err(source);
        assert!(error.kind() == ErrorKind::Usage && error.message().contains(said), "{error}");
    }
    let error = soon(machine.submit_job(SCRIPT).args(["a"])).await.expect_err("arguments");
    assert!(error.message().contains("no arguments") && error.hint().is_some());
    assert_eq!(server.sim.stats().requests, 0);
    let error = soon(machine.submit_job("/no/such/script.sh")).await.expect_err("missing");
    assert!(error.is_not_found(), "{error}");
    let error = soon(machine.submit_job(folder)).await.expect_err("a directory");
    assert!(error.message().contains("directory"), "{error}");
    let error = soon(machine.submit_job("script.sh")).await.expect_err("no whole path");
    assert!(error.hint().is_some_and(|hint| hint.contains("begin a path with /")), "{error:?}");
    assert_eq!(server.requests_to("POST compute/jobs"), 0);
}

#[tokio::test]
async fn args_reach_a_script_on_the_machine() {
    let server = Server::start("");
    let path = server.put("args.sh", "#!/bin/bash\n#SBATCH -t 5\necho \"$1 and $2\"\n");
    let client = server.client();
    let job = soon(client.compute(PERLMUTTER).submit_job(path).args(["one", "two words"])).await.expect("submitted");
    assert_eq!(soon(job.complete(None)).await.expect("done"), JobState::Completed);
    let logs = soon(job.logs()).await.expect("known");
    assert_eq!(soon(logs.stdout.read_text()).await.expect("its output"), "one and two words\n");
}

#[tokio::test]
async fn after_ok_waits_for_the_job_before() {
    let server = Server::start("");
    let client = server.client();
    let machine = client.compute(PERLMUTTER);
    let first = soon(machine.submit_job("#!/bin/bash\n# sim: run=400ms\necho\n")).await.expect("first");
    let second = soon(machine.submit_job(SCRIPT).after_ok(&first)).await.expect("second");
    assert_eq!(soon(second.update()).await.expect("seen"), JobState::Pending);
    assert!(second.rows().squeue[0].dependency.as_deref().is_some_and(|text| text.contains("afterok")));
    assert_eq!(soon(second.complete(None)).await.expect("done"), JobState::Completed);
    assert_eq!(soon(first.update()).await.expect("done"), JobState::Completed);
}
