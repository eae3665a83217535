//! The newest version of the inventory that the server has, found once, for all clones.

mod support;

use adjutant_jamf::{ComputerUpdate, Field};
use support::{Server, soon};

#[tokio::test]
async fn the_newest_is_used_without_a_question() {
    let server = Server::start("computers=10");
    server.client().pro().computer_inventory().get(1).await.expect("a computer");
    assert_eq!(server.sim.stats().requests, 2, "a login and a read");
    assert_eq!(server.requests_to("GET /api/v4/computers-inventory/{id}"), 1);
}

#[tokio::test]
async fn older_servers_get_what_they_have() {
    for (versions, used) in [("1,3", 3), ("1", 1), ("3", 3), ("1,2", 1)] {
        let server = Server::start(&format!("computers=250&versions={versions}"));
        let client = server.client();
        let mut rows = client.clone().pro().computer_inventory().list().rows();
        let mut count = 0;
        while let Some(row) = soon(rows.next()).await {
            row.expect("a row");
            count += 1;
        }
        assert_eq!(count, 250, "{versions}");
        client.pro().computer_inventory().get(7).all_sections().await.expect("a computer");
        client.pro().computer_inventory().detail(7).await.expect("a computer");
        assert!(server.requests_to(&format!("GET /api/v{used}/computers-inventory")) >= 3, "{versions}");
        assert_eq!(server.requests_to("GET /api/v4/computers-inventory"), 1, "{versions}: asked once, remembered");
        assert_eq!(server.requests_to("GET /api/v4/computers-inventory/{id}"), 0, "{versions}");
    }
}

#[tokio::test]
async fn no_such_computer_and_no_such_endpoint_are_told_apart() {
    // A first call for a computer that is not there: the newest version exists, so nothing older is tried.
    let server = Server::start("computers=10");
    let client = server.client();
    let error = client.pro().computer_inventory().get(999).await.expect_err("no such computer");
    assert!(error.is_not_found(), "{error}");
    assert_eq!(server.requests_to("GET /api/v3/computers-inventory/{id}"), 0);
    let before = server.sim.stats().requests;
    client.pro().computer_inventory().get(998).await.expect_err("no such computer");
    assert_eq!(server.sim.stats().requests, before + 1, "the version is known: one request");

    // The same on an older server, which is found out on the way.
    let server = Server::start("computers=10&versions=1");
    let client = server.client();
    assert!(client.pro().computer_inventory().get(999).await.expect_err("no such computer").is_not_found());
    client.pro().computer_inventory().get(1).await.expect("a computer");
    assert_eq!(server.requests_to("GET /api/v4/computers-inventory/{id}"), 1);
    assert_eq!(server.requests_to("GET /api/v1/computers-inventory/{id}"), 2);
}

#[tokio::test]
async fn writes_find_their_version_and_are_carried_out_once() {
    for versions in ["1,3", "1"] {
        let server = Server::start(&format!("computers=10&versions={versions}"));
        let client = server.client();
        let update = ComputerUpdate { udid: Field::Set("AAAA".into()), ..ComputerUpdate::default() };
        client.pro().computer_inventory().update(3, update).await.expect("updated");
        client.pro().computer_inventory().delete(4).await.expect("deleted");
        let stats = server.sim.stats();
        assert_eq!((stats.writes, stats.doubled_writes, stats.repeated_writes, stats.computers), (2, 0, 0, 9));
    }
}

#[tokio::test]
async fn a_server_without_any_says_so_and_nothing_is_learned() {
    let server = Server::start("computers=10&versions=2");
    let client = server.client();
    for _ in 0..2 {
        let error = client.pro().computer_inventory().list().await.expect_err("none of them");
        assert!(error.is_not_found(), "{error}");
    }
    assert_eq!(server.requests_to("GET /api/v4/computers-inventory"), 2);
}

#[tokio::test]
async fn fifty_first_calls_agree() {
    let server = Server::start("computers=60&versions=1&latency=2ms");
    let client = server.client();
    let mut reads = client.concurrent(1..=50u64, |c, id| async move { c.pro().computer_inventory().get(id).await });
    while let Some(outcome) = soon(reads.next()).await {
        outcome.result.expect("a computer");
    }
    assert!(server.sim.stats().max_in_flight <= 5);
    assert!(server.requests_to("GET /api/v4/computers-inventory/{id}") <= 5);
}

#[tokio::test]
async fn a_generated_operation_stays_with_its_version() {
    use adjutant_jamf::generated::operations::computer_inventory::v1;
    let server = Server::start("computers=5");
    let computer = server.client().send(v1::GetComputer::new("2")).await.expect("a computer");
    assert_eq!(computer.id.as_deref(), Some("2"));
    assert_eq!(server.requests_to("GET /api/v1/computers-inventory/{id}"), 1);
}
