//! Never more on the wire than the limit, requests and connections both.

mod support;

use adjutant_jamf::{Client, ErrorKind};
use std::time::Duration;
use support::{Server, soon};

async fn fan_out(client: &Client, ids: std::ops::RangeInclusive<u64>) {
    let mut reads = client.concurrent(ids, |client, id| async move { client.pro().computer_inventory().get(id).await });
    while let Some(outcome) = soon(reads.next()).await {
        outcome.result.expect("a computer");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fan_outs_pagers_and_clones_together_stay_below_it() {
    for limit in [1, 3, 5] {
        let server = Server::start("computers=300&latency=1ms&latency-spread=3ms&body-kb=1");
        let client = server.builder().max_concurrency(limit).build().expect("a client");
        let mut all = tokio::task::JoinSet::new();
        for n in 0..50u64 {
            let client = client.clone();
            all.spawn(async move {
                match n % 3 {
                    0 => fan_out(&client, 1..=8).await,
                    1 => {
                        let mut rows = client.pro().computer_inventory().list().page_size(100).rows();
                        while let Some(row) = soon(rows.next()).await {
                            row.expect("a row");
                        }
                    }
                    _ => {
                        let mut rows = client.classic().computers().get_many(1..=5);
                        while let Some(row) = soon(rows.next()).await {
                            row.result.expect("a record");
                        }
                    }
                }
            });
        }
        while let Some(done) = all.join_next().await {
            done.expect("no panic");
        }
        let stats = server.sim.stats();
        assert!(stats.max_in_flight <= limit as u64, "{} in flight, limit {limit}", stats.max_in_flight);
        assert!(stats.max_connections <= limit as u64, "{} connections, limit {limit}", stats.max_connections);
        assert_eq!(stats.max_in_flight, limit as u64, "and the limit is used");
    }
}

#[tokio::test]
async fn the_limit_of_a_live_client_can_be_changed() {
    let server = Server::start("computers=100&latency=5ms&body-kb=1");
    let client = server.client();
    fan_out(&client, 1..=40).await;
    assert_eq!(server.sim.stats().max_in_flight, 5);
    let clone = client.clone();
    clone.set_max_concurrency(2).expect("a limit");
    fan_out(&client, 1..=10).await;
    server.sim.reset_stats();
    fan_out(&client, 1..=40).await;
    assert_eq!(server.sim.stats().max_in_flight, 2);
    client.set_max_concurrency(4).expect("a limit");
    fan_out(&client, 1..=40).await;
    assert_eq!(server.sim.stats().max_in_flight, 4);
    assert_eq!(client.set_max_concurrency(0).expect_err("refused").kind(), ErrorKind::Usage);
    assert!(server.builder().max_concurrency(0).build().is_err());
}

#[tokio::test]
async fn a_batchs_own_limit_can_only_lower_it() {
    let server = Server::start("computers=50&latency=5ms&body-kb=1");
    for (asked, used) in [(2, 2), (50, 5)] {
        server.sim.reset_stats();
        let client = server.client();
        let reads = client.concurrent(1..=30u64, |c, id| async move { c.pro().computer_inventory().get(id).await });
        let mut reads = reads.limit(asked).expect("a limit");
        while let Some(outcome) = soon(reads.next()).await {
            outcome.result.expect("a computer");
        }
        assert_eq!(server.sim.stats().max_in_flight, used);
    }
}

#[tokio::test]
async fn two_clients_can_share_one_budget() {
    let server = Server::start("computers=50&latency=5ms&body-kb=1");
    let one = server.builder().max_concurrency(3).build().expect("a client");
    let two = server.builder().permits(std::sync::Arc::clone(one.engine().permits())).build().expect("a client");
    tokio::join!(fan_out(&one, 1..=30), fan_out(&two, 1..=30));
    assert!(server.sim.stats().max_in_flight <= 3);
}

#[tokio::test]
async fn a_dropped_read_gives_its_permit_back() {
    let server = Server::start("computers=50&fault=hang:skip=1:times=3");
    let client = server.builder().max_concurrency(1).build().expect("a client");
    client.pro().computer_inventory().get(1).await.expect("a computer");
    for id in 1..=3 {
        let read = client.pro().computer_inventory().get(id).send();
        assert!(tokio::time::timeout(Duration::from_millis(100), read).await.is_err(), "it hangs");
    }
    soon(client.pro().computer_inventory().get(1).send()).await.expect("the permit came back three times");
    assert_eq!(client.engine().permits().in_use().0, 0);
}

#[tokio::test]
async fn a_dropped_list_ends_its_read_ahead() {
    let server = Server::start("computers=5000&latency=5ms&body-kb=1");
    let client = server.client();
    let mut rows = client.pro().computer_inventory().list().page_size(50).rows();
    for _ in 0..10 {
        soon(rows.next()).await.expect("a row").expect("a row");
    }
    drop(rows);
    support::pause(Duration::from_millis(100)).await;
    let after = server.sim.stats().requests;
    support::pause(Duration::from_millis(200)).await;
    assert_eq!((server.sim.stats().requests, client.engine().permits().in_use().0), (after, 0));
    assert!(after < 20, "{after} requests for ten rows");
}

#[tokio::test]
async fn results_stream_while_later_ones_are_in_flight() {
    let server = Server::start("computers=200&latency=2ms&body-kb=1");
    let client = server.client();
    let pulled = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counter = std::sync::Arc::clone(&pulled);
    let inputs = (1..=200u64).inspect(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    });
    let mut reads = client.concurrent(inputs, |c, id| async move { c.pro().computer_inventory().get(id).await });
    soon(reads.next()).await.expect("an outcome").result.expect("a computer");
    let pulled = pulled.load(std::sync::atomic::Ordering::SeqCst);
    assert!(pulled <= 12, "{pulled} of 200 inputs were pulled for the first result");
}
