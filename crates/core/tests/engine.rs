//! Promises 1, 3 and 6 at the engine: limits, no doubled write, no endless wait.
#![allow(clippy::disallowed_methods, reason = "tests wait on tokio's paused clock")]

mod common;

use adjutant_core::{Applied, ErrorKind, Lane, SessionConfig};
use common::{PUT, READ, Script, Step, WRITE, request};
use std::time::Duration;

fn config() -> SessionConfig {
    SessionConfig::default()
}

#[tokio::test(start_paused = true)]
async fn reads_are_retried_through_everything_that_may_pass() {
    let script = Script::new([Step::Status(503), Step::Lost, Step::Unsent, Step::Status(429), Step::Status(200)]);
    let response = script.engine(config()).execute(request(&READ)).await.unwrap();
    assert_eq!((response.status(), script.count()), (200, 5));
}

#[tokio::test(start_paused = true)]
async fn a_write_is_sent_again_only_when_it_was_not_applied() {
    for (step, attempts, applied) in [
        (Step::Unsent, 2, None),
        (Step::Status(429), 2, None),
        (Step::Status(503), 1, Some(Applied::Maybe)),
        (Step::Status(504), 1, Some(Applied::Maybe)),
        (Step::Lost, 1, Some(Applied::Maybe)),
        (Step::Status(409), 1, Some(Applied::No)),
    ] {
        let script = Script::new([step.clone()]);
        let outcome = script.engine(config()).execute(request(&WRITE)).await;
        assert_eq!(script.count(), attempts, "{step:?}");
        assert_eq!(outcome.err().map(|e| e.applied()), applied, "{step:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_idempotent_write_is_repeated() {
    let script = Script::new([Step::Status(503), Step::Lost]);
    assert!(script.engine(config()).execute(request(&PUT)).await.is_ok());
    assert_eq!(script.count(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_and_replayed_once() {
    let script = Script::new([Step::Status(401)]);
    assert!(script.engine(config()).execute(request(&WRITE)).await.is_ok());
    assert_eq!((script.count(), script.renewals.load(std::sync::atomic::Ordering::SeqCst)), (2, 1));

    let script = Script::new([Step::Status(401), Step::Status(401), Step::Status(401)]);
    let error = script.engine(config()).execute(request(&READ)).await.unwrap_err();
    assert_eq!((error.status(), script.count()), (Some(401), 2));
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_and_a_deadline_is_kept() {
    let start = tokio::time::Instant::now();
    let script = Script::new([Step::RetryAfter(503, 7)]);
    script.engine(config()).execute(request(&READ)).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(7));

    // Waiting would pass the deadline: said at once, not slept through.
    let start = tokio::time::Instant::now();
    let script = Script::new([Step::RetryAfter(503, 3600)]);
    let mut short = config();
    short.deadline = Some(Duration::from_secs(30));
    let error = script.engine(short).execute(request(&READ)).await.unwrap_err();
    assert_eq!(error.status(), Some(503));
    assert!(start.elapsed() < Duration::from_secs(1));

    let script = Script::new([Step::Slow(Duration::from_secs(999))]);
    let mut short = config();
    short.deadline = Some(Duration::from_secs(2));
    let error = script.engine(short.clone()).execute(request(&READ)).await.unwrap_err();
    assert_eq!((error.kind(), error.applied()), (ErrorKind::Deadline, Applied::No));
    let script = Script::new([Step::Slow(Duration::from_secs(999))]);
    let error = script.engine(short).execute(request(&WRITE)).await.unwrap_err();
    assert_eq!((error.kind(), error.applied()), (ErrorKind::Deadline, Applied::Maybe));
}

#[tokio::test(start_paused = true)]
async fn retries_end() {
    let script = Script::new(vec![Step::Status(503); 50]);
    let error = script.engine(config()).execute(request(&READ)).await.unwrap_err();
    assert_eq!((script.count(), error.attempts()), (5, 5));
    assert_eq!(error.operation(), Some("read"));
    let mut none = config();
    none.max_retries = 0;
    let script = Script::new(vec![Step::Status(503); 50]);
    script.engine(none).execute(request(&READ)).await.unwrap_err();
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_read_only_client_sends_no_write() {
    let script = Script::new([]);
    let mut read_only = config();
    read_only.read_only = true;
    let engine = script.engine(read_only);
    let error = engine.execute(request(&WRITE)).await.unwrap_err();
    assert_eq!((error.kind(), error.applied(), script.count()), (ErrorKind::ReadOnly, Applied::No, 0));
    assert!(engine.execute(request(&READ)).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn clones_share_the_limit() {
    let script = Script::new(vec![Step::Slow(Duration::from_millis(10)); 200]);
    let engine = script.engine(config());
    let calls: Vec<_> = (0..200)
        .map(|i| {
            let lane = if i % 3 == 0 { Lane::Interactive } else { Lane::Bulk };
            tokio::spawn(engine.clone().execute(request(&READ).lane(lane)))
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(script.highest.load(std::sync::atomic::Ordering::SeqCst), 5);
    assert_eq!(engine.permits().in_use(), (0, 5));
}

#[tokio::test(start_paused = true)]
async fn distress_halves_the_limit_and_health_restores_it() {
    let script = Script::new(vec![Step::Status(503); 5]);
    let engine = script.engine(config());
    engine.execute(request(&WRITE)).await.unwrap_err();
    assert_eq!(engine.permits().effective(), 2);
    for _ in 0..20 {
        engine.execute(request(&READ)).await.unwrap();
    }
    assert_eq!(engine.permits().effective(), 5);
}

/// Dropping a call at any of its awaits gives its permit back; a write that was on the wire ends there.
#[tokio::test(start_paused = true)]
async fn cancelled_at_every_await() {
    for write in [false, true] {
        for polls in 0..12 {
            let script = Script::new([Step::Status(429), Step::Slow(Duration::from_millis(5))]);
            let engine = script.engine(config());
            let mut call = engine.execute(request(if write { &WRITE } else { &READ }));
            for _ in 0..polls {
                let done = tokio::time::timeout(Duration::from_millis(3), &mut call).await.is_ok();
                if done {
                    break;
                }
            }
            let flying = script.flying.load(std::sync::atomic::Ordering::SeqCst);
            drop(call);
            tokio::time::sleep(Duration::from_secs(60)).await;
            assert_eq!(engine.permits().in_use().0, 0, "after {polls} polls");
            assert_eq!(script.flying.load(std::sync::atomic::Ordering::SeqCst), 0);
            if write && flying > 0 {
                assert_eq!(script.finished.load(std::sync::atomic::Ordering::SeqCst), script.count());
            }
        }
    }
}
