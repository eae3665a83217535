//! Every defect that was seen in the reference SDK and concerns this crate, as a test that it is absent here.
//!
//! Named after the section of the reference's inventory. Those that have a file of their own are listed at its end.

mod support;

use adjutant_jamf::{
    AccessToken, Client, Computer, ComputerUpdate, Error, ErrorKind, Field, Login, ResponseExt as _, Result, TokenKind,
    field, generated::models::ComputerGeneralUpdate,
};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use support::{Scripted, Server, json, soon, token};

/// § 2: five seconds of life meant one token request per call (4 for 4).
#[tokio::test]
async fn s2_short_lived_tokens_serve_more_than_one_call() {
    let server = Server::start("computers=10&token=5s");
    let client = server.client();
    for _ in 0..4 {
        client.pro().computer_inventory().get(1).await.expect("a computer");
    }
    assert_eq!(server.sim.stats().token_requests, 1);
}

/// § 2: a token that was revoked kept failing until its local expiry.
#[tokio::test]
async fn s2_a_revoked_token_is_replaced() {
    let server = Server::start("computers=10");
    let client = server.client();
    client.pro().computer_inventory().get(1).await.expect("a computer");
    support::pause(Duration::from_millis(1050)).await;
    server.sim.expire_tokens();
    client.pro().computer_inventory().get(1).await.expect("with a new token");
}

/// § 2: the whole refresh was held under a lock, for every request.
#[tokio::test]
async fn s2_calls_go_on_while_a_token_is_renewed() {
    let server = Scripted::start(|seen| match seen.line.contains("oauth") {
        true => json(200, r#"{"access_token":"t","expires_in":2}"#),
        false => json(200, "{}"),
    });
    let client = server.client();
    for _ in 0..30 {
        client.pro_request("GET", "v1/x").await.expect("an answer");
        support::pause(Duration::from_millis(20)).await;
    }
    assert_eq!(server.seen_at("/api/v1/oauth/token").len(), 1);
}

/// § 2: a missing `scope` was a KeyError.
#[tokio::test]
async fn s2_a_missing_scope_is_no_error() {
    let server = Scripted::start(|_| json(200, r#"{"access_token":"t","expires_in":60}"#));
    assert!(server.client().get_access_token().await.expect("a token").scope().is_empty());
}

/// § 2: a provider served one client only, and an async client with a sync provider sent an empty bearer.
#[tokio::test]
async fn s2_an_empty_token_is_never_sent() {
    let server = Scripted::start(|_| json(200, "{}"));
    let client = Client::builder(&server.url)
        .credentials(|| Ok(AccessToken::new(TokenKind::Static, "", None)))
        .build()
        .expect("a client");
    let error = client.pro_request("GET", "v1/x").await.expect_err("refused");
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Credentials, 0), "{error}");
}

/// § 3: `https://host` gave `https://https://host:443`.
#[test]
fn s3_server_names_in_any_spelling() {
    for (typed, port, exact) in [
        ("jamf.my.org", None, "https://jamf.my.org"),
        ("https://jamf.my.org/", None, "https://jamf.my.org"),
        ("https://jamf.my.org:443/api/v1", Some(8443), "https://jamf.my.org:8443"),
        ("[::1]", Some(9), "https://[::1]:9"),
        ("http://localhost:8080", None, "http://localhost:8080"),
    ] {
        let builder = Client::builder(typed).access_token("t");
        let builder = if let Some(port) = port { builder.port(port) } else { builder };
        assert_eq!(builder.build().expect(typed).server().to_string(), exact);
    }
    assert!(Client::builder("").access_token("t").build().expect_err("no server").hint().is_some());
    let error = Client::builder("http://jamf.my.org").access_token("t").build().expect_err("unencrypted");
    assert!(error.to_string().contains("unencrypted"), "{error}");
}

/// § 3: no timeout at all: a server that stays silent hung the client.
#[tokio::test]
async fn s3_a_silent_server_is_a_timeout() {
    let server = Server::start("computers=10&fault=hang");
    let builder = server.builder().timeout(Duration::from_millis(200)).max_retries(0);
    let client = builder.build().expect("a client");
    let error = soon(client.pro().computer_inventory().get(1).send()).await.expect_err("a timeout");
    assert!(error.is_timeout() && error.hint().is_some(), "{error:?}");
}

/// § 3: retries were ignored, or took no status into account, and Retry-After was not known.
#[tokio::test]
async fn s3_a_503_is_retried_after_the_time_the_server_asks_for() {
    let server = Server::start("computers=10&fault=503:retry-after=1:times=1");
    let started = std::time::Instant::now();
    server.client().pro().computer_inventory().get(1).await.expect("a computer");
    assert!(started.elapsed() >= Duration::from_secs(1));
}

/// § 3: Authorization could be replaced by a caller's header; lists were refused; `{}` sent no body; bodies of DELETE
/// were dropped; a path with `#` or `?` in it was cut.
#[tokio::test]
async fn s3_raw_requests_are_exact() {
    let server = Scripted::start(|seen| if seen.line.contains("oauth") { token() } else { json(200, "{}") });
    let client = server.client();
    assert!(client.pro_request("GET", "v1/x").header("authorization", "mine").await.is_err());
    client.pro_request("POST", "v1/x").json(&[1, 2]).await.expect("a list");
    client.pro_request("POST", "v1/x").json(&serde_json::json!({})).await.expect("an empty object");
    client.pro_request("DELETE", "v1/jcds/files").segment("a b#c?d.pkg").json(&[1]).await.expect("sent");
    let seen: Vec<_> = server.seen().into_iter().skip(1).map(|s| (s.line.clone(), s.text())).collect();
    assert_eq!(seen[0].1, "[1,2]");
    assert_eq!(seen[1].1, "{}");
    assert_eq!(seen[2], ("DELETE /api/v1/jcds/files/a%20b%23c%3Fd.pkg HTTP/1.1".into(), "[1]".into()));
}

/// § 3: errors were the HTTP library's, without the server's words.
#[tokio::test]
async fn s3_errors_carry_the_servers_own_words() {
    let server = Server::start("computers=10");
    let error = server.client().pro().computer_inventory().get(99).await.expect_err("no such");
    assert_eq!((error.status(), error.code()), (Some(404), Some("INVALID_ID")));
    assert!(error.message().contains("99"), "{error}");
    let classic = server.client().classic().computers().get(99).await.expect_err("no such");
    assert!(classic.is_not_found() && !classic.message().contains('<'), "{classic}");
}

/// § 4: everything ran to its end before the first result; a consumer that stopped early had paid for all.
#[tokio::test]
async fn s4_results_come_while_others_run_and_stopping_stops() {
    let server = Server::start("computers=200&latency=2ms&body-kb=1");
    let client = server.client();
    let mut reads = client.concurrent(1..=200u64, |c, id| async move { c.pro().computer_inventory().get(id).await });
    soon(reads.next()).await.expect("an outcome").result.expect("a computer");
    drop(reads);
    support::pause(Duration::from_millis(50)).await;
    assert!(server.sim.stats().requests < 20, "{}", server.sim.stats().requests);
}

/// § 4: failures were dropped silently, and so were results that happened to be None.
#[tokio::test]
async fn s4_every_input_has_its_outcome() {
    let server = Server::start("computers=10");
    let client = server.client();
    let mut outcomes = client.concurrent(1..=30u64, |client, id| async move {
        match client.pro().computer_inventory().get(id).await {
            Ok(_) if id % 2 == 0 => Ok(None),
            Ok(computer) => Ok(computer.id),
            Err(error) => Err(error),
        }
    });
    let (mut some, mut none, mut failed) = (0, 0, 0);
    while let Some(outcome) = soon(outcomes.next()).await {
        match outcome.result {
            Ok(Some(id)) => some += usize::from(id == outcome.input.to_string()),
            Ok(None) => none += 1,
            Err(error) => failed += usize::from(error.is_not_found() && outcome.input > 10),
        }
    }
    assert_eq!((some, none, failed), (5, 5, 20));
}

/// § 4: the limit was one of each call, not of the client: two calls at once doubled it.
#[tokio::test]
async fn s4_two_fan_outs_share_one_limit() {
    let server = Server::start("computers=60&latency=3ms&body-kb=1");
    let client = server.client();
    let run = || async {
        let mut reads = client.concurrent(1..=40u64, |c, id| async move { c.pro().computer_inventory().get(id).await });
        while let Some(outcome) = soon(reads.next()).await {
            outcome.result.expect("a computer");
        }
    };
    tokio::join!(run(), run(), run());
    assert_eq!(server.sim.stats().max_in_flight, 5);
}

/// § 4: the handler's name was read, so that a partial function failed; here any function serves.
#[tokio::test]
async fn s4_any_function_is_a_handler() {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    async fn named(_: Client, n: usize) -> Result<usize> {
        CALLS.fetch_add(n, Ordering::SeqCst);
        Ok(n)
    }
    let client = Client::builder("x.example").access_token("t").build().expect("a client");
    let mut outcomes = client.concurrent(vec![1, 2, 3], named);
    while let Some(outcome) = outcomes.next().await {
        assert_eq!(outcome.result.expect("a number"), outcome.input);
    }
    assert_eq!(CALLS.load(Ordering::SeqCst), 6);
}

/// § 5: an empty list of computers read every computer.
#[tokio::test]
async fn s5_an_empty_list_reads_nothing() {
    let server = Server::start("computers=10");
    assert!(server.client().classic().computers().get_many([]).next().await.is_none());
    assert_eq!(server.sim.stats().requests, 0);
}

/// § 7: an unknown enum value, or a value of another type, failed the record and the page with it.
#[tokio::test]
async fn s7_unknown_values_fail_nothing_and_are_kept() {
    let record = r#"{"id":"1","udid":7,"general":{"name":"x","brandNew":[1]},"security":{"sipStatus":"HALF"}}"#;
    let page = format!(r#"{{"totalCount":1,"results":[{record}]}}"#);
    let server = Scripted::start(move |seen| if seen.line.contains("oauth") { token() } else { json(200, &page) });
    let mut items = server.client().pro().computer_inventory().list().items();
    let computer = soon(items.next()).await.expect("one").expect("a computer");
    let security = computer.security.clone().expect("security");
    assert_eq!(security.sip_status.expect("kept").as_str(), "HALF");
    assert_eq!(adjutant_schema::json::encode(&computer).expect("JSON"), record.as_bytes());
}

/// § 7: an update sent default sub-objects along.
#[tokio::test]
async fn s7_an_update_sends_what_was_set_and_nothing_else() {
    let server = Scripted::start(|seen| if seen.line.contains("oauth") { token() } else { json(204, "") });
    let general = ComputerGeneralUpdate { asset_tag: Field::Clear, ..Default::default() };
    let update = ComputerUpdate { general: Field::Set(general), ..Default::default() };
    server.client().pro().computer_inventory().update("7", update).await.expect("sent");
    assert_eq!(server.seen().pop().expect("a request").text(), r#"{"general":{"assetTag":null}}"#);
}

/// § 7: `ALL` left the first section out; a computer could not be read by id at all.
#[tokio::test]
async fn s7_all_sections_are_all() {
    let server = Server::start("computers=10");
    let computer = server.client().pro().computer_inventory().get(1).sections(["ALL"]).await.expect("a computer");
    assert!(computer.general.is_some() && computer.group_memberships.is_some());
    let detail: Computer = server.client().pro().computer_inventory().detail(1).await.expect("a computer");
    assert!(detail.general.is_some());
}

/// § 8: nothing was quoted, and an "or" inside an "and" came out the other way round.
#[tokio::test]
async fn s8_filters_are_quoted_and_grouped() {
    let filter = (field("general.name").eq("O\"Brien;x,y)") | field("id").is_in([1, 2])) & field("udid").ne("a b");
    assert_eq!(filter.to_string(), r#"(general.name=="O\"Brien;x,y)",id=in=("1","2"));udid!="a b""#);
}

/// § 8: a misspelt name in the list refused the real field.
#[tokio::test]
async fn s8_building_id_is_a_field() {
    let server = Server::start("computers=10");
    let list = server.client().pro().computer_inventory().list().filter(field("userAndLocation.buildingId").ne("0"));
    list.await.expect("known here and there");
}

/// § 9: a page size above the server's clamp lost a third of the rows, without a word.
#[tokio::test]
async fn s9_a_clamped_page_size_loses_nothing() {
    let server = Server::start("computers=900&page-clamp=200&body-kb=1");
    let rows = server.client().pro().computer_inventory().list().page_size(500).rows();
    assert_eq!(count(rows).await.expect("complete"), 900);
}

async fn count(mut rows: adjutant_jamf::pager::Rows) -> Result<u64> {
    let mut count = 0;
    while let Some(row) = soon(rows.next()).await {
        row?;
        count += 1;
    }
    assert_eq!(rows.proof().expect("a proof").rows, count);
    Ok(count)
}

/// § 9: a failed page was left out (850 of 950 rows "complete"), or hid its cause behind another error.
#[tokio::test]
async fn s9_a_failed_page_is_its_own_error_and_never_a_gap() {
    let server = Server::start("computers=950&body-kb=1&fault=html:status=501:skip=4:times=1");
    let rows = server.client().pro().computer_inventory().list().rows();
    let error: Error = count(rows).await.expect_err("a page failed");
    assert_eq!(error.status(), Some(501), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("950 rows had been read")), "{:?}", error.hint());
}

/// § 9: no order was asked for, and records that moved between pages were lost or doubled.
#[tokio::test]
async fn s9_a_stable_order_is_always_asked_for() {
    let server = Scripted::start(|seen| {
        if seen.line.contains("oauth") { token() } else { json(200, r#"{"totalCount":0,"results":[]}"#) }
    });
    let client = server.client();
    assert_eq!(count(client.pro().computer_inventory().list().rows()).await.expect("complete"), 0);
    assert!(server.seen().last().is_some_and(|seen| seen.line.contains("sort=id%3Aasc")));
    client.pro().computer_inventory().list().sort(adjutant_jamf::sort("general.name").desc()).await.expect("a page");
    let line = server.seen().pop().expect("a request").line;
    assert!(line.contains("sort=general.name%3Adesc&sort=id%3Aasc"), "{line}");
}

/// § 9: the generator streamed nothing: the second page came when all were in memory.
#[tokio::test]
async fn s9_pages_stream() {
    let server = Server::start("computers=4000&body-kb=1");
    let mut rows = server.client().pro().computer_inventory().list().page_size(100).rows();
    for _ in 0..150 {
        soon(rows.next()).await.expect("a row").expect("a row");
    }
    let asked = server.requests_to("GET /api/v4/computers-inventory");
    assert!(asked <= 12, "{asked} of 41 requests for the second page");
}

/// § 2: DEBUG logs showed tokens: tests/secrets.rs. § 6: XML: tests/classic.rs. § 12: `logging::quick_setup` twice
/// doubles no lines.
#[test]
fn s12_setting_the_log_up_twice_changes_nothing() {
    adjutant_jamf::logging::quick_setup(tracing::Level::ERROR);
    adjutant_jamf::logging::quick_setup(tracing::Level::ERROR);
}

/// § 13: a provider of one's own for a token that is kept elsewhere, as the documentation promised.
#[tokio::test]
async fn s13_a_provider_of_ones_own() {
    struct Elsewhere;
    impl adjutant_jamf::CredentialsProvider for Elsewhere {
        fn get_access_token(&self, login: Login) -> adjutant_core::BoxFuture<'static, Result<AccessToken>> {
            let expires = login.clock().wall() + Duration::from_secs(60);
            Box::pin(async move { Ok(AccessToken::new(TokenKind::OAuth, "kept-elsewhere", Some(expires))) })
        }
    }
    let server = Scripted::start(|_| json(200, "{\"a\":1}"));
    let client = Client::builder(&server.url).credentials(Elsewhere).build().expect("a client");
    let answer = client.pro_request("GET", "v1/x").await.expect("an answer");
    assert_eq!(answer.value().expect("JSON")["a"], 1);
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer kept-elsewhere"));
}
