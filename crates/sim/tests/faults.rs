//! Each fault does what it says, no more and no less, seen from the socket.

mod client;

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use adjutant_sim::jamf::{Faults, Sim};
use client::{Client, sim};

const LIST: &str = "/api/v4/computers-inventory?page-size=10&sort=id";

fn with(faults: &str) -> (Sim, Client) {
    let sim = sim("computers=100");
    let client = Client::logged_in(&sim);
    sim.set_faults(Faults::parse(faults).expect("faults"));
    (sim, client)
}

fn ids(client: &mut Client, page: u64) -> Vec<u64> {
    let page = client.json(&format!("{LIST}&page={page}"));
    let rows = page["results"].as_array().expect("rows");
    rows.iter().map(|row| row["id"].as_str().expect("an id").parse().expect("a number")).collect()
}

/// Statuses of so many list requests.
fn statuses(client: &mut Client, n: usize) -> Vec<u16> {
    (0..n).map(|_| client.get(LIST).status).collect()
}

#[test]
fn a_token_dies_mid_run() {
    let (_sim, mut client) = with("401:after=3");
    assert_eq!(statuses(&mut client, 4), [200, 200, 401, 401]);
    client.login();
    assert_eq!(statuses(&mut client, 3), [200, 200, 200]);
}

#[test]
fn statuses_come_as_often_as_told() {
    let (sim, mut client) = with("429:every=3:retry-after=7");
    assert_eq!(statuses(&mut client, 6), [200, 200, 429, 200, 200, 429]);
    sim.set_faults(Faults::parse("503:every=1:skip=1:times=2:retry-after=1").expect("faults"));
    assert_eq!(statuses(&mut client, 5), [200, 503, 503, 200, 200]);
    assert_eq!(sim.stats().faults["503"], 2);
    sim.set_faults(Faults::parse("429:retry-after=7").expect("faults"));
    assert_eq!(client.get(LIST).header("retry-after"), Some("7"));
    client.login();
    sim.set_faults(Faults::parse("503:tokens").expect("faults"));
    let form = "client_id=adjutant&client_secret=simulated&grant_type=client_credentials";
    assert_eq!(client.post("/api/v1/oauth/token", "application/x-www-form-urlencoded", form).status, 503);
    sim.set_faults(Faults::none());
    assert_eq!(statuses(&mut client, 1), [200]);
}

#[test]
fn large_pages_time_out() {
    let (_sim, mut client) = with("504:above=50");
    assert_eq!(client.get("/api/v4/computers-inventory?page-size=51").status, 504);
    assert_eq!(client.get("/api/v4/computers-inventory?page-size=50").status, 200);
    assert_eq!(client.get("/api/v4/computers-inventory").status, 504, "the default size is 100");
    assert_eq!(client.get("/api/v4/computers-inventory/1").status, 200);
}

#[test]
fn a_write_is_carried_out_and_denied() {
    let (sim, mut client) = with("503-executed");
    let body = r#"{"general":{"name":"done"}}"#;
    assert_eq!(client.patch("/api/v4/computers-inventory-detail/1", body).status, 503);
    assert_eq!(client.json("/api/v4/computers-inventory/1")["general"]["name"], "done");
    for _ in 0..2 {
        assert_eq!(client.post("/api/v4/computers-inventory", "application/json", body).status, 503);
    }
    assert_eq!((sim.stats().writes, sim.stats().doubled_writes, sim.stats().computers), (3, 1, 102));
}

#[test]
fn an_answer_is_dropped() {
    let (sim, mut client) = with("drop-answer:every=2");
    let detail = "/api/v4/computers-inventory-detail/1";
    assert_eq!(client.patch(detail, r#"{"general":{"name":"one"}}"#).status, 204);
    assert!(client.send("PATCH", detail, &[], r#"{"general":{"name":"two"}}"#).is_err());
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.json(detail)["general"]["name"], "two");
    assert_eq!(sim.stats().per_status["none"], 1);
}

#[test]
fn a_connection_is_reset_before_anything() {
    let (sim, mut client) = with("reset-before:times=1");
    let error = client.send("DELETE", "/api/v4/computers-inventory/1", &[], "").expect_err("a reset");
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof), "{error:?}");
    assert_eq!((sim.stats().computers, sim.stats().writes, sim.stats().in_flight), (100, 0, 0));
}

#[test]
fn a_connection_is_reset_within_the_body() {
    for tls in ["true", "false"] {
        let sim = sim(&format!("computers=100&tls={tls}"));
        let mut client = Client::logged_in(&sim);
        sim.set_faults(Faults::parse("reset:after=5000:times=1").expect("faults"));
        let answer = client.get(LIST);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body.len(), 5000);
        let broken = answer.broken.expect("an error").kind();
        assert!(broken == ErrorKind::ConnectionReset, "{broken:?}");
    }
}

#[test]
fn a_body_is_truncated() {
    let (sim, mut client) = with("truncated:times=1");
    let answer = client.get(LIST);
    let announced: usize = answer.header("content-length").expect("a length").parse().expect("a number");
    assert_eq!(answer.body.len(), announced / 2);
    assert_eq!(answer.broken.expect("an error").kind(), ErrorKind::UnexpectedEof);
    assert_eq!(statuses(&mut Client::logged_in(&sim), 1), [200]);
}

#[test]
fn a_body_is_slow() {
    let (_sim, mut client) = with("slow-body:rate=20000");
    let start = Instant::now();
    let answer = client.get("/api/v4/computers-inventory/1?section=APPLICATIONS");
    answer.json();
    let expected = Duration::from_secs_f64(answer.body.len() as f64 / 20_000.0);
    let took = start.elapsed();
    assert!(took >= expected.mul_f64(0.7) && took < expected * 3, "{took:?}, not {expected:?}");
}

#[test]
fn a_page_of_html_comes_instead() {
    let (_sim, mut client) = with("html:every=2,html:status=502:every=3");
    let answers: Vec<_> = (0..4).map(|_| client.get(LIST)).collect();
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 200, 502, 200]);
    assert!(
        answers[1].text().starts_with("<html>") && answers[2].header("content-type").expect("one").contains("html")
    );
}

#[test]
fn totals_are_wrong() {
    for (fault, total) in [("wrong-total:+10", 110), ("wrong-total:-10", 90)] {
        let (_sim, mut client) = with(fault);
        assert_eq!(client.json(LIST)["totalCount"], total);
        assert_eq!(ids(&mut client, 9), (91..=100).collect::<Vec<u64>>());
    }
}

#[test]
fn reads_are_stale() {
    let (_sim, mut client) = with("stale:700ms");
    let detail = "/api/v4/computers-inventory-detail/2";
    let before = client.json(detail);
    client.patch(detail, r#"{"general":{"name":"new"}}"#);
    client.delete("/api/v4/computers-inventory/1");
    assert_eq!(client.json(detail), before);
    assert_eq!(client.json(LIST)["totalCount"], 100);
    std::thread::sleep(Duration::from_millis(800));
    assert_eq!(client.json(detail)["general"]["name"], "new");
    assert_eq!(client.json(LIST)["totalCount"], 99);
    assert_eq!(client.get("/api/v4/computers-inventory/1").status, 404);
}

#[test]
fn rows_come_twice() {
    let (_sim, mut client) = with("duplicate-rows:every=2");
    assert_eq!(ids(&mut client, 0), (1..=10).collect::<Vec<u64>>());
    assert_eq!(ids(&mut client, 1), (10..=19).collect::<Vec<u64>>());
    assert_eq!(ids(&mut client, 2), (21..=30).collect::<Vec<u64>>());
}

#[test]
fn the_fleet_changes_while_it_is_read() {
    let (sim, mut client) = with("enrol:every=3,remove:every=2");
    let pages: Vec<Vec<u64>> = (0..3).map(|page| ids(&mut client, page)).collect();
    assert_eq!(pages[1], (12..=21).collect::<Vec<u64>>(), "11 has moved to the page before");
    assert_eq!(pages[2], (22..=31).collect::<Vec<u64>>());
    assert_eq!(sim.stats().computers, 100);
    assert_eq!(client.get("/api/v4/computers-inventory/101").status, 200);
}

#[test]
fn a_page_is_empty() {
    let (_sim, mut client) = with("empty-page:every=2");
    assert_eq!([ids(&mut client, 0).len(), ids(&mut client, 1).len(), ids(&mut client, 2).len()], [10, 0, 10]);
}

#[test]
fn no_answer_comes() {
    let (sim, mut client) = with("hang:times=1");
    client.write("GET", LIST, &[], "").expect("a connection");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(sim.stats().in_flight, 1);
    drop(client);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(sim.stats().in_flight, 0);
    assert_eq!(statuses(&mut Client::logged_in(&sim), 1), [200]);
}

#[test]
fn faults_are_for_reads_or_writes() {
    let (_sim, mut client) = with("503:writes");
    assert_eq!(client.get(LIST).status, 200);
    assert_eq!(client.delete("/api/v4/computers-inventory/1").status, 503);
    assert_eq!(client.get("/api/v4/computers-inventory/1").status, 200);
}
