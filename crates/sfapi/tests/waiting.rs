//! One poll for all who wait, and for all who look.

mod support;

use adjutant_sfapi::{Job, JobState};
use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};
use support::{SCRIPT, Scripted, Server, json, no_jobs, soon};

const POLLS: &str = "GET compute/jobs/perlmutter";

async fn submit(server: &Server, client: &adjutant_sfapi::Client, count: usize, script: &str) -> Vec<Job> {
    let submits: Vec<_> =
        (0..count).map(|_| tokio::spawn(client.compute("perlmutter").submit_job(script).unchecked().send())).collect();
    let mut jobs = Vec::new();
    for submit in submits {
        jobs.push(submit.await.expect("no panic").expect("a job"));
    }
    server.sim.reset_stats();
    jobs
}

#[tokio::test]
async fn looks_at_once_share_their_requests() {
    let server = Server::start("jobs-pend=60s&latency=20ms");
    let client = server.client();
    let jobs = submit(&server, &client, 10, SCRIPT).await;
    let looks: Vec<_> = jobs.iter().map(|job| tokio::spawn(job.update().send())).collect();
    for look in looks {
        assert_eq!(look.await.expect("no panic").expect("seen"), JobState::Pending);
    }
    assert!(server.requests_to(POLLS) <= 2, "{:?}", server.sim.stats().per_path);
}

#[tokio::test]
async fn looks_of_both_kinds_are_united_by_kind() {
    let server = Scripted::start(|seen| {
        std::thread::sleep(Duration::from_millis(50));
        let rows: Vec<String> = (1..=20).map(|id| format!(r#"{{"jobid":"{id}","state":"RUNNING"}}"#)).collect();
        let _ = seen;
        json(200, &format!(r#"{{"status":"OK","output":[{}]}}"#, rows.join(",")))
    });
    let machine = server.client().compute("perlmutter");
    let first = tokio::spawn(machine.job(1u64).update().send());
    support::pause(Duration::from_millis(20)).await;
    let looks: Vec<_> = (2..=20u64)
        .map(|id| {
            let job = machine.job(id);
            let job = if id % 2 == 0 { job } else { job.from_books() };
            tokio::spawn(job.update().send())
        })
        .collect();
    first.await.expect("no panic").expect("seen");
    for look in looks {
        look.await.expect("no panic").expect("seen");
    }
    let kinds: Vec<bool> = server.seen().iter().map(|seen| seen.line.contains("sacct=true")).collect();
    assert_eq!(kinds, [false, false, true], "queue, queue, books");
}

#[tokio::test]
async fn a_failed_look_fails_nobody_after_it() {
    let failing = std::sync::Arc::new(AtomicBool::new(true));
    let flag = std::sync::Arc::clone(&failing);
    let server = Scripted::start(move |_| match flag.load(Ordering::SeqCst) {
        true => json(400, r#"{"detail":"broken"}"#),
        false => json(200, r#"{"status":"OK","output":[{"jobid":"1","state":"RUNNING"}]}"#),
    });
    let job = server.client().compute("perlmutter").job(1u64);
    let looks: Vec<_> = (0..5).map(|_| tokio::spawn(job.update().send())).collect();
    for look in looks {
        assert!(soon(look).await.expect("no panic").is_err());
    }
    failing.store(false, Ordering::SeqCst);
    assert_eq!(soon(job.update()).await.expect("as if nothing had been"), JobState::Running);
}

#[tokio::test]
async fn two_thousand_jobs_cost_three_requests_an_interval() {
    let server = Server::start("jobs-pend=60s&others=50");
    let client =
        server.builder().max_concurrency(16).wait_interval(Duration::from_millis(200)).build().expect("a client");
    let jobs = submit(&server, &client, 2000, "#!/bin/bash\n# sim: run=1ms\necho\n").await;
    server.faults("502:polls:every=10,504:polls:every=11");
    let ids: Vec<u64> = jobs.iter().filter_map(|job| job.id().as_str().parse().ok()).collect();
    let started = Instant::now();
    let waiting = tokio::spawn(client.compute("perlmutter").wait_all(jobs, Duration::from_secs(50)).send());
    support::pause(Duration::from_secs(3)).await;
    let polls = server.requests_to(POLLS);
    // Above 100 jobs an interval is three times as long: 600 ms. A failed poll is retried by the engine.
    let intervals = started.elapsed().as_millis() as u64 / 600 + 1;
    assert!(polls <= 3 * intervals, "{polls} polls in {intervals} intervals");
    assert!(server.sim.stats().longest_target <= 4096);
    for id in ids {
        assert!(server.sim.end_job(id, "COMPLETED"));
    }
    let outcomes = waiting.await.expect("no panic").expect("waited");
    assert_eq!(outcomes.len(), 2000);
    for outcome in outcomes {
        assert_eq!(outcome.result.expect("ended"), JobState::Completed);
    }
    let intervals = started.elapsed().as_millis() as u64 / 600 + 2;
    let polls = server.requests_to(POLLS);
    assert!(polls <= 3 * intervals, "{polls} polls in {intervals} intervals");
    assert!(server.sim.stats().longest_target <= 4096, "{}", server.sim.stats().longest_target);
}

#[tokio::test]
async fn a_stale_id_and_failing_polls_spoil_nothing() {
    let server = Server::start("jobs-run=500ms&fault=stale-id,502:polls:every=10,error:polls:every=7");
    let client = server.builder().settle_time(Duration::from_secs(1)).build().expect("a client");
    let machine = client.compute("perlmutter");
    let mut jobs = submit(&server, &client, 20, SCRIPT).await;
    jobs.insert(7, machine.job("424242"));
    let started = Instant::now();
    let outcomes = soon(machine.wait_all(jobs, Duration::from_secs(30))).await.expect("waited");
    for (i, outcome) in outcomes.into_iter().enumerate() {
        match i {
            7 => assert!(outcome.result.expect_err("no such job").is_not_found()),
            _ => assert_eq!(outcome.result.expect("ended"), JobState::Completed),
        }
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn polls_that_fail_for_good_are_told() {
    let server = Scripted::start(|_| json(403, r#"{"detail":"not from this address"}"#));
    let job = server.client().compute("perlmutter").job(1u64);
    let error = soon(job.complete(None)).await.expect_err("forbidden");
    assert!(error.is_forbidden() && error.message().contains("not from this address"), "{error}");
    assert_eq!(server.count("GET"), 1, "asking again would not help");
}

#[tokio::test]
async fn who_goes_away_is_not_asked_for() {
    let asked = std::sync::Arc::new(AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&asked);
    let server = Scripted::start(move |seen| {
        if seen.line.contains("sacct=false") {
            count.fetch_add(1, Ordering::SeqCst);
            return json(
                200,
                r#"{"status":"OK","output":[{"jobid":"1","state":"RUNNING"},{"jobid":"2","state":"RUNNING"}]}"#,
            );
        }
        no_jobs()
    });
    let machine = server.client().compute("perlmutter");
    let one = tokio::spawn(machine.job(1u64).complete(Duration::from_secs(30)).send());
    let two = tokio::spawn(machine.job(2u64).complete(Duration::from_secs(30)).send());
    support::pause(Duration::from_millis(200)).await;
    assert!(server.seen().last().is_some_and(|seen| seen.line.contains("1%2C2") || seen.line.contains("2%2C1")));
    one.abort();
    support::pause(Duration::from_millis(200)).await;
    let last = server.seen().last().expect("polls").line.clone();
    assert!(last.contains("jobid%3D2") && !last.contains("%2C"), "{last}");
    two.abort();
    support::pause(Duration::from_millis(200)).await;
    let then = asked.load(Ordering::SeqCst);
    support::pause(Duration::from_millis(300)).await;
    assert_eq!(asked.load(Ordering::SeqCst), then, "nobody waits, nobody asks");
    // And the next to come is served.
    let error = soon(machine.job(1u64).complete(Duration::from_millis(100))).await.expect_err("still running");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn many_waits_for_one_job_are_one() {
    let server = Server::start("jobs-run=600ms");
    let client = server.client();
    let jobs = submit(&server, &client, 1, SCRIPT).await;
    let waits: Vec<_> = (0..50).map(|_| tokio::spawn(jobs[0].complete(Duration::from_secs(20)).send())).collect();
    let mut ends = HashMap::new();
    for wait in waits {
        *ends.entry(wait.await.expect("no panic").expect("ended").to_string()).or_insert(0) += 1;
    }
    assert_eq!(ends, HashMap::from([("COMPLETED".to_owned(), 50)]));
    assert!(server.requests_to(POLLS) <= 40, "{}", server.requests_to(POLLS));
}

#[tokio::test]
async fn before_a_long_wait_the_end_of_the_client_is_told() {
    #[derive(Clone, Default)]
    struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
    impl std::io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no panic").extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    for (life, warned) in [("2h", true), ("720h", false)] {
        let server = Server::start(&format!("client-expires={life}"));
        let client = server.client();
        let jobs = submit(&server, &client, 2, SCRIPT).await;
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
            .finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        for job in &jobs {
            soon(job.complete(Duration::from_secs(3 * 3600))).await.expect("ended");
        }
        let said = String::from_utf8(log.0.lock().expect("no panic").clone()).expect("text");
        assert_eq!(said.matches("expires before this may end").count(), usize::from(warned), "{said}");
        assert!(server.requests_to("GET account/clients") <= 1, "asked once");
    }
}
