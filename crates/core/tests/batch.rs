//! Promise 2 for fan-outs: as many outcomes as inputs, each with its input, lazily, in bounded memory.
#![allow(clippy::disallowed_methods, reason = "tests wait on tokio's paused clock")]

use adjutant_core::{Blocking, Error, ErrorKind, Result, batch::Batch};
use futures_core::Stream;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await
}

async fn work(n: u64) -> Result<u64> {
    tokio::time::sleep(Duration::from_millis(100 - n % 100)).await;
    match n % 10 {
        3 => Err(Error::new(ErrorKind::NotFound, "three")),
        7 => panic!("seven"),
        _ => Ok(n * 2),
    }
}

#[tokio::test(start_paused = true)]
async fn every_input_has_its_outcome_in_order() {
    let mut batch = Batch::new(0..100u64, 5, work);
    let mut count = 0;
    while let Some(outcome) = next(&mut batch).await {
        assert_eq!((outcome.index as u64, outcome.input), (count, count));
        match count % 10 {
            3 | 7 => assert!(outcome.result.is_err()),
            _ => assert_eq!(outcome.result.unwrap(), count * 2),
        }
        count += 1;
    }
    assert_eq!(count, 100);
}

#[tokio::test(start_paused = true)]
async fn as_completed_gives_the_quick_first_and_loses_none() {
    let mut batch = Batch::new(vec![0u64, 99, 50], 5, work).as_completed();
    let mut seen = vec![];
    while let Some(outcome) = next(&mut batch).await {
        seen.push(outcome.input);
    }
    assert_eq!(seen, [99, 50, 0]);
}

#[tokio::test(start_paused = true)]
async fn inputs_are_pulled_lazily_and_results_stream() {
    let pulled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&pulled);
    let inputs = (0u64..).inspect(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
    });
    let mut batch = Batch::new(inputs, 5, work).limit(3).unwrap();
    for _ in 0..10 {
        next(&mut batch).await.unwrap();
    }
    assert!(pulled.load(Ordering::SeqCst) <= 10 + 6, "pulled {}", pulled.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn fail_fast_ends_at_the_first_error() {
    let mut batch = Batch::new(0..100u64, 5, work).fail_fast();
    let mut count = 0;
    let mut last = None;
    while let Some(outcome) = next(&mut batch).await {
        count += 1;
        last = Some(outcome);
    }
    assert_eq!(count, 4);
    assert!(last.unwrap().result.is_err());
}

#[tokio::test(start_paused = true)]
async fn the_limit_can_only_be_lowered() {
    assert!(Batch::new(0..1u64, 5, work).limit(0).is_err());
    let highest = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let seen = Arc::clone(&highest);
    let mut batch = Batch::new(0..50u64, 5, move |_| {
        let seen = Arc::clone(&seen);
        async move {
            let now = seen.0.fetch_add(1, Ordering::SeqCst) + 1;
            seen.1.fetch_max(now, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(1)).await;
            seen.0.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    })
    .limit(50)
    .unwrap();
    while next(&mut batch).await.is_some() {}
    assert_eq!(highest.1.load(Ordering::SeqCst), 5);
}

#[tokio::test(start_paused = true)]
async fn dropping_it_ends_what_is_in_flight() {
    let ended = Arc::new(AtomicUsize::new(0));
    let flag = Arc::clone(&ended);
    let mut batch = Batch::new(0..10u64, 5, move |n| {
        let flag = Arc::clone(&flag);
        async move {
            tokio::time::sleep(Duration::from_millis(10 * (n + 1))).await;
            flag.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    });
    next(&mut batch).await.unwrap();
    drop(batch);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(ended.load(Ordering::SeqCst), 1);
}

#[test]
fn the_blocking_world_does_the_same() {
    let world = Blocking::new().unwrap();
    let outcomes = Batch::blocking(0..20u64, 5, |n| {
        std::thread::sleep(Duration::from_millis(20 - n));
        if n == 3 { Err(Error::new(ErrorKind::NotFound, "three")) } else { Ok(n) }
    })
    .iter(world.runtime());
    let all: Vec<_> = outcomes.collect();
    assert_eq!(all.len(), 20);
    assert!(all.iter().enumerate().all(|(i, o)| o.index == i && o.result.is_ok() == (i != 3)));
}
