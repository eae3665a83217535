//! Any endpoint: sent as it was said, answered as it came.

mod support;

use adjutant_jamf::{Client, ErrorKind, ResponseExt as _, Safety};
use serde_json::json as value;
use std::collections::BTreeMap;
use support::{Scripted, Server, json, token};

fn echo() -> Scripted {
    Scripted::start(|seen| if seen.line.contains("oauth") { token() } else { json(200, "{\"ok\": true}") })
}

fn last(server: &Scripted) -> support::Seen {
    server.seen().pop().expect("a request")
}

#[tokio::test]
async fn values_in_a_path_cannot_become_another_path() {
    let server = echo();
    let client = server.client();
    client.pro_request("DELETE", "v1/jcds/files").segment("a b#c?d/../e.pkg").await.expect("sent");
    assert_eq!(last(&server).line, "DELETE /api/v1/jcds/files/a%20b%23c%3Fd%2F..%2Fe.pkg HTTP/1.1");
    client.pro_request("GET", "/api/v1/a b").await.expect("sent");
    assert_eq!(last(&server).line, "GET /api/v1/a%20b HTTP/1.1");
    client.classic_request("GET", "JSSResource/computers/id/1").await.expect("sent");
    assert_eq!(last(&server).line, "GET /JSSResource/computers/id/1 HTTP/1.1");
}

#[tokio::test]
async fn a_key_may_repeat_and_maps_serve_too() {
    let server = echo();
    let request = server.client().pro_request("GET", "v1/x").query("section", "A").query("section", "B C");
    request.queries(BTreeMap::from([("page", 0), ("page-size", 5)])).await.expect("sent");
    assert_eq!(last(&server).line, "GET /api/v1/x?section=A&section=B%20C&page=0&page-size=5 HTTP/1.1");
}

#[tokio::test]
async fn headers_merge_but_never_the_credentials() {
    let server = echo();
    let client = server.client();
    client.pro_request("GET", "v1/x").header("Accept", "text/csv").header("X-Mine", "1").await.expect("sent");
    let seen = last(&server);
    assert_eq!((seen.header("accept"), seen.header("x-mine")), (Some("text/csv"), Some("1")));
    assert_eq!(seen.header("authorization"), Some("Bearer the-token"));
    for name in ["Authorization", "AUTHORIZATION", "host", "not a header"] {
        let before = server.seen().len();
        let error = client.pro_request("GET", "v1/x").header(name, "Bearer mine").await.expect_err(name);
        assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Usage, before), "{name}: {error}");
    }
}

#[tokio::test]
async fn bodies_go_out_as_given() {
    let server = echo();
    let client = server.client();
    client.pro_request("POST", "v1/x").json(&value!({})).await.expect("sent");
    let seen = last(&server);
    assert_eq!((seen.text().as_str(), seen.header("content-type")), ("{}", Some("application/json")));
    client.pro_request("POST", "v1/x").json(&value!([1, "a", null])).await.expect("sent");
    assert_eq!(last(&server).text(), r#"[1,"a",null]"#);
    client.pro_request("DELETE", "v1/x").json(&["1", "2"]).await.expect("a DELETE keeps its body");
    assert_eq!(last(&server).text(), r#"["1","2"]"#);
    client.classic_request("PUT", "computers/id/1").xml("<computer/>").await.expect("sent");
    let seen = last(&server);
    assert_eq!((seen.text().as_str(), seen.header("content-type")), ("<computer/>", Some("text/xml")));
    client
        .pro_request("POST", "v1/x")
        .body("application/json", "{ \"a\" :1}")
        .header("content-type", "application/merge-patch+json")
        .await
        .expect("sent");
    let seen = last(&server);
    assert_eq!(
        (seen.text().as_str(), seen.header("content-type")),
        ("{ \"a\" :1}", Some("application/merge-patch+json"))
    );
    client
        .pro_request("POST", "v1/x")
        .file("file", "ä \"1\".pkg", vec![0, 255, 13, 10])
        .form_text("note", "n")
        .await
        .expect("sent");
    let seen = last(&server);
    assert!(seen.header("content-type").is_some_and(|media| media.starts_with("multipart/form-data; boundary=")));
    assert!(
        seen.body.windows(6).any(|w| w == [0, 255, 13, 10, 13, 10])
            && seen.text().contains("filename=\"ä %221%22.pkg\"")
    );
}

#[tokio::test]
async fn answers_come_unaltered_and_are_decoded_on_demand() {
    let server = Server::start("computers=3");
    let client = server.client();
    let answer = client.pro_request("GET", "v4/computers-inventory/2").await.expect("an answer");
    assert_eq!((answer.status(), answer.media_type().as_str()), (200, "application/json"));
    let computer: adjutant_jamf::Computer = answer.json().expect("a computer");
    assert_eq!(computer.id.as_deref(), Some("2"));
    assert_eq!(answer.value().expect("JSON")["id"], "2");
    let xml = client.classic_request("GET", "computers/id/2").header("accept", "application/xml").await.expect("XML");
    assert!(xml.text().expect("text").starts_with("<?xml"));
    assert!(xml.value().expect_err("not JSON").is_decode());
}

#[tokio::test]
async fn any_status_is_handed_on_when_asked_for() {
    let server = Server::start("computers=3");
    let client = server.client();
    assert!(client.pro_request("GET", "v4/computers-inventory/99").await.expect_err("no such").is_not_found());
    let answer = client.pro_request("GET", "v4/computers-inventory/99").any_status().await.expect("handed on");
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn a_read_only_client_refuses_raw_writes_too() {
    let server = Server::start("computers=3");
    let client = server.builder().read_only(true).build().expect("a client");
    for method in ["POST", "put", "PATCH", "delete"] {
        let error = client.pro_request(method, "v1/x").await.expect_err(method);
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    }
    client.pro_request("GET", "v1/jamf-pro-version").await.expect("reads work");
    assert_eq!(server.sim.stats().writes, 0);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    let server = echo();
    let client = server.client();
    for (method, path) in
        [("FETCH", "v1/x"), ("GET", "v1/x?y=z"), ("GET", "https://elsewhere.example/"), ("GET", "v1/../x")]
    {
        let error = client.pro_request(method, path).await.expect_err(path);
        assert!(error.kind() == ErrorKind::Usage && error.hint().is_some(), "{error:?}");
    }
    assert!(client.fetch("v1/x").await.is_err());
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn the_token_goes_to_the_configured_server_only() {
    let (home, elsewhere) = (echo(), echo());
    let client = home.client();
    client.fetch(format!("{}/api/v1/x", home.url)).await.expect("home");
    assert_eq!(last(&home).header("authorization"), Some("Bearer the-token"));
    client.fetch("/api/v1/jobs/7").await.expect("home, by path");
    assert_eq!(last(&home).header("authorization"), Some("Bearer the-token"));
    client.fetch(format!("{}/public", elsewhere.url)).await.expect("elsewhere");
    assert_eq!(last(&elsewhere).header("authorization"), None);
}

#[test]
fn operations_know_what_they_may_do() {
    use adjutant_core::Operation as _;
    let client = Client::builder("x.example").access_token("t").build().expect("a client");
    let safety = |method: &str| client.pro_request(method, "v1/x").info().safety;
    assert_eq!([safety("get"), safety("POST"), safety("DELETE")], [Safety::Read, Safety::Write, Safety::Destructive]);
    assert!(!client.pro_request("PUT", "v1/x").info().idempotent);
    assert!(client.pro_request("PUT", "v1/x").idempotent().info().idempotent);
}
