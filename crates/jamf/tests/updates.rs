//! A write is carried out once, or its error says that nobody knows.

mod support;

use adjutant_jamf::{
    Applied, ComputerUpdate, ErrorKind, Field, Result,
    classic::{ClassicComputerUpdate, ClassicGeneralUpdate},
    generated::models::{ComputerGeneralUpdate, ComputerUserAndLocationUpdate},
};
use support::{Scripted, Server, json, token};

fn renamed(name: &str) -> ComputerUpdate {
    let general = ComputerGeneralUpdate { name: name.into(), ..Default::default() };
    ComputerUpdate { general: Field::Set(general), ..Default::default() }
}

async fn update(server: &Server, id: u64, name: &str) -> Result<()> {
    server.client().pro().computer_inventory().update(id, renamed(name)).await
}

async fn name_of(server: &Server, id: u64) -> String {
    let computer = server.client().pro().computer_inventory().get(id).await.expect("a computer");
    computer.general.and_then(|general| general.name).expect("a name")
}

#[tokio::test]
async fn it_shows_in_the_next_read() {
    let server = Server::start("computers=10");
    update(&server, 3, "Oscar's \"Air\" & <more> 日本").await.expect("updated");
    assert_eq!(name_of(&server, 3).await, "Oscar's \"Air\" & <more> 日本");
    server.client().pro().computer_inventory().delete(3).await.expect("deleted");
    let error = server.client().pro().computer_inventory().get(3).await.expect_err("gone");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn only_what_was_set_is_sent() {
    let server = Scripted::start(|seen| if seen.line.contains("oauth") { token() } else { json(204, "") });
    let mut change = renamed("x");
    change.user_and_location = Field::Set(ComputerUserAndLocationUpdate { room: Field::Clear, ..Default::default() });
    server.client().pro().computer_inventory().update(7, change).await.expect("sent");
    let sent = server.seen_at("/api/v4/computers-inventory-detail/7").pop().expect("a request");
    assert_eq!(sent.text(), r#"{"general":{"name":"x"},"userAndLocation":{"room":null}}"#);
    let error =
        server.client().pro().computer_inventory().update(7, ComputerUpdate::default()).await.expect_err("empty");
    assert_eq!(error.kind(), ErrorKind::Usage);
}

#[tokio::test]
async fn what_was_executed_behind_a_503_is_not_sent_again() {
    for fault in ["503-executed", "drop-answer", "reset:after=0:writes"] {
        let server = Server::start("computers=10");
        name_of(&server, 1).await;
        server.faults(&format!("{fault}:times=1"));
        let outcome = update(&server, 2, fault).await;
        let stats = server.sim.stats();
        assert_eq!((stats.doubled_writes, stats.repeated_writes, stats.writes), (0, 0, 1), "{fault}");
        if let Err(error) = outcome {
            assert_eq!(error.applied(), Applied::Maybe, "{fault}: {error}");
            assert!(error.to_string().contains("look before repeating"), "{error}");
        }
        assert_eq!(name_of(&server, 2).await, fault, "it had been applied");
    }
}

#[tokio::test]
async fn what_was_refused_is_sent_again() {
    for fault in ["429:retry-after=0", "401"] {
        let server = Server::start("computers=10");
        let client = server.client();
        client.pro().computer_inventory().get(1).await.expect("a computer");
        support::pause(std::time::Duration::from_millis(1100)).await;
        server.faults(&format!("{fault}:times=1"));
        client.pro().computer_inventory().update(2, renamed("new")).await.unwrap_or_else(|e| panic!("{fault}: {e}"));
        let stats = server.sim.stats();
        assert_eq!((stats.writes, stats.doubled_writes, stats.repeated_writes), (1, 0, 0), "{fault}");
    }
}

#[tokio::test]
async fn creating_is_never_doubled() {
    for fault in ["503-executed:every=2", "drop-answer:every=2", "503:every=2", "reset-before:every=3:writes"] {
        let server = Server::start("computers=0");
        let client = server.client();
        server.faults(fault);
        let (mut made, mut unknown) = (0, 0);
        for n in 0..12 {
            let body = serde_json::json!({ "general": { "name": format!("{fault}-{n}") } });
            match client.pro_request("POST", "v4/computers-inventory").json(&body).await {
                Ok(_) => made += 1,
                Err(error) if error.applied() == Applied::Maybe => unknown += 1,
                Err(error) => assert_eq!(error.applied(), Applied::No, "{error}"),
            }
        }
        let stats = server.sim.stats();
        assert_eq!(stats.doubled_writes, 0, "{fault}");
        assert!(stats.computers >= made && stats.computers <= made + unknown, "{fault}: {made} {unknown} {stats:?}");
    }
}

#[tokio::test]
async fn an_idempotent_write_may_be_sent_again() {
    let server = Server::start("computers=10");
    let client = server.client();
    client.get_access_token().await.expect("a token");
    server.faults("503-executed:times=1");
    let general = ClassicGeneralUpdate { name: "again".into(), ..Default::default() };
    let change = ClassicComputerUpdate { general: Field::Set(general), ..Default::default() };
    client.classic().computers().update(2, change).await.expect("a PUT sets the same values again");
    let stats = server.sim.stats();
    assert_eq!((stats.doubled_writes, stats.repeated_writes), (0, 1));
}

#[tokio::test]
async fn a_deletion_that_may_have_happened_is_not_reported_as_not_found() {
    let server = Server::start("computers=10");
    let client = server.client();
    client.get_access_token().await.expect("a token");
    server.faults("503-executed:times=1");
    let error = client.pro().computer_inventory().delete(2).await.expect_err("unknown");
    assert_eq!((error.applied(), error.status()), (Applied::Maybe, Some(503)), "{error}");
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_done() {
    let server = Server::start("computers=10");
    let client = server.client();
    client.get_access_token().await.expect("a token");
    server.faults("html:status=200");
    for error in [
        client.pro().computer_inventory().update(2, renamed("x")).await.expect_err("a page"),
        client.pro().computer_inventory().delete(2).await.expect_err("a page"),
        client.classic().computers().delete(2).await.expect_err("a page"),
    ] {
        assert_eq!((error.kind(), error.applied()), (ErrorKind::Decode, Applied::Maybe), "{error}");
    }
}

#[tokio::test]
async fn a_missing_privilege_is_named() {
    let server = Server::start("computers=10&deny=Update Computers");
    let error = update(&server, 2, "x").await.expect_err("forbidden");
    assert_eq!((error.kind(), error.privilege()), (ErrorKind::Forbidden, Some("Update Computers")), "{error}");
}

#[tokio::test]
async fn a_write_whose_caller_has_gone_is_carried_to_its_end() {
    let server = Server::start("computers=10&latency=100ms");
    let client = server.client();
    client.get_access_token().await.expect("a token");
    let writing = client.pro().computer_inventory().update(2, renamed("carried")).send();
    assert!(tokio::time::timeout(std::time::Duration::from_millis(40), writing).await.is_err());
    support::pause(std::time::Duration::from_millis(300)).await;
    assert_eq!((server.sim.stats().writes, client.engine().permits().in_use().0), (1, 0));
}
