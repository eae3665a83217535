//! The blocking world: the same calls, waited for, from anywhere that may wait.

mod support;

use adjutant_jamf::{ErrorKind, blocking, pager::ProofMethod};
use support::Server;

fn get(client: &blocking::Client, id: u64) -> adjutant_jamf::Result<()> {
    client.pro().computer_inventory().get(id).send().map(drop)
}

#[test]
fn one_client_serves_many_threads() {
    let server = Server::start("computers=100&latency=2ms&body-kb=1");
    let client = server.blocking();
    std::thread::scope(|scope| {
        for thread in 0..20u64 {
            let client = &client;
            scope.spawn(move || (1..=5).for_each(|n| get(client, thread * 5 + n).expect("a computer")));
        }
    });
    let stats = server.sim.stats();
    assert_eq!((stats.token_requests, stats.max_in_flight, stats.max_connections), (1, 5, 5));
}

#[test]
fn every_ending() {
    let server = Server::start("computers=230");
    let client = server.blocking();
    let inventory = client.pro().computer_inventory();
    let mut items = inventory.list().items();
    assert_eq!(items.by_ref().map(|item| item.expect("a computer").id).filter(Option::is_some).count(), 230);
    assert_eq!(items.get_ref().proof().expect("complete").method, ProofMethod::Steady);
    assert_eq!(inventory.list().rows().filter(|row| row.is_ok()).count(), 230);
    assert_eq!(inventory.list().pages().map(|page| page.expect("a page").rows.len()).sum::<usize>(), 230);
    assert_eq!(inventory.list().send().expect("a page").total, Some(230));
    assert_eq!(inventory.get(3).raw().send().expect("an answer").status(), 200);
    assert_eq!(client.pro_request("GET", "v1/jamf-pro-version").send().expect("an answer").status(), 200);
    let mut all = client.classic().computers().read_all();
    assert_eq!(all.by_ref().filter(|row| row.is_ok()).count(), 230);
    assert_eq!(all.get_ref().proof().expect("complete").rows, 230);
    assert_eq!(client.classic().computers().get_many(vec![1, 2, 3]).filter(|o| o.result.is_ok()).count(), 3);
    assert!(!client.get_access_token().expect("a token").expose().is_empty());
    client.close().expect("closed");
    get(&client, 1).expect("opens afresh");
}

#[test]
fn fan_outs_stream_in_order() {
    let server = Server::start("computers=60&latency-spread=3ms&body-kb=1");
    let client = server.blocking();
    let inputs: Vec<u64> = client
        .concurrent(1..=60u64, |client, id| get(&client, id))
        .map(|outcome| {
            outcome.result.expect("a computer");
            outcome.input
        })
        .collect();
    assert_eq!(inputs, (1..=60).collect::<Vec<_>>());
    assert!(server.sim.stats().max_in_flight <= 5);
}

fn refused_in_a_task(flavour: &mut tokio::runtime::Builder) {
    let server = Server::start("computers=10");
    let client = server.blocking();
    let runtime = flavour.enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let inner = client.clone();
        let task = tokio::spawn(async move {
            let call = get(&inner, 1).expect_err("in a task").kind();
            let item =
                inner.pro().computer_inventory().list().items().next().expect("an error").expect_err("in a task");
            let fan_out = inner.concurrent([1u64], |c, id| get(&c, id)).next().expect("an outcome").result;
            let close = inner.close().expect_err("in a task").kind();
            drop(inner);
            [call, item.kind(), fan_out.expect_err("in a task").kind(), close]
        });
        assert_eq!(task.await.expect("no panic"), [ErrorKind::BlockingInAsync; 4]);
        let inner = client.clone();
        tokio::task::spawn_blocking(move || get(&inner, 1)).await.expect("no panic").expect("it may wait there");
        // The last clone, dropped in a task: no panic.
        drop(client);
    });
}

#[test]
fn in_an_asynchronous_task_it_is_an_error_and_in_spawn_blocking_it_works() {
    refused_in_a_task(&mut tokio::runtime::Builder::new_current_thread());
    refused_in_a_task(&mut tokio::runtime::Builder::new_multi_thread());
}

#[test]
fn a_list_dropped_half_way_ends() {
    let server = Server::start("computers=3000&body-kb=1&latency=1ms");
    let client = server.blocking();
    let first: Vec<_> = client.pro().computer_inventory().list().page_size(50).rows().take(60).collect();
    assert_eq!(first.len(), 60);
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert!(server.sim.stats().requests < 30);
    assert_eq!(client.engine().permits().in_use().0, 0);
}
