//! Tokens, privileges, counters, certificates.

mod client;

use std::thread::sleep;
use std::time::Duration;

use adjutant_sim::jamf::{Options, Sim};
use client::{Client, sim};

const FORM: &str = "application/x-www-form-urlencoded";
const BASIC: (&str, &str) = ("Authorization", "Basic YWRtaW46c2ltdWxhdGVk");

#[test]
fn an_api_client_logs_in() {
    let sim = sim("computers=3");
    let mut client = Client::connect(&sim);
    let refused = client.get("/api/v1/jamf-pro-version");
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["errors"][0]["code"], "INVALID_TOKEN");
    for path in ["/api/v1/oauth/token", "/api/oauth/token"] {
        let form = "grant_type=client_credentials&client_id=adjutant&client_secret=simulated";
        let answer = client.post(path, FORM, form).json();
        assert_eq!((answer["token_type"].as_str(), answer["expires_in"].as_u64()), (Some("Bearer"), Some(1200)));
        assert!(answer["scope"].is_string());
        let wrong = client.post(path, FORM, "grant_type=client_credentials&client_id=adjutant&client_secret=guess");
        assert_eq!((wrong.status, wrong.json()["error"].as_str()), (401, Some("invalid_client")));
        client.token = answer["access_token"].as_str().map(str::to_owned);
        assert!(client.json("/api/v1/jamf-pro-version")["version"].is_string());
        assert_eq!(client.json("/api/v1/auth")["account"]["username"], "adjutant");
    }
    let stats = sim.stats();
    assert_eq!((stats.token_requests, stats.tokens_issued), (4, 2));
}

#[test]
fn the_newer_token_path_can_be_absent() {
    let sim = sim("computers=3&oauth-v1=false");
    let mut client = Client::connect(&sim);
    let form = "grant_type=client_credentials&client_id=adjutant&client_secret=simulated";
    assert_eq!(client.post("/api/v1/oauth/token", FORM, form).status, 404);
    assert_eq!(client.post("/api/oauth/token", FORM, form).status, 200);
}

#[test]
fn a_user_logs_in_keeps_alive_and_out() {
    let sim = sim("computers=3");
    let mut client = Client::connect(&sim);
    let answer = client.send("POST", "/api/v1/auth/token", &[BASIC], "").expect("an answer").json();
    let expires: jiff::Timestamp = answer["expires"].as_str().expect("a time").parse().expect("RFC 3339");
    let left = expires.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((1190..=1200).contains(&left), "{left}");
    client.token = answer["token"].as_str().map(str::to_owned);
    assert_eq!(client.json("/api/v1/auth")["account"]["username"], "admin");
    let old = client.token.clone();
    let renewed = client.send("POST", "/api/v1/auth/keep-alive", &[], "").expect("an answer").json();
    assert_eq!(client.get("/api/v1/auth").status, 401, "the old token is dead");
    client.token = renewed["token"].as_str().map(str::to_owned);
    assert_ne!(client.token, old);
    assert_eq!(client.send("POST", "/api/v1/auth/invalidate-token", &[], "").expect("an answer").status, 204);
    assert_eq!(client.get("/api/v1/auth").status, 401);
    client.token = None;
    let wrong = client.send("POST", "/api/v1/auth/token", &[("Authorization", "Basic YWRtaW46eA==")], "");
    assert_eq!(wrong.expect("an answer").status, 401);
}

#[test]
fn tokens_expire() {
    let sim = sim("computers=3&token=1s");
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.get("/api/v4/computers-inventory").status, 200);
    sleep(Duration::from_millis(1100));
    assert_eq!(client.get("/api/v4/computers-inventory").status, 401);
    client.login();
    assert_eq!(client.get("/api/v4/computers-inventory").status, 200);
    sim.expire_tokens();
    assert_eq!(client.get("/api/v4/computers-inventory").status, 401);
}

#[test]
fn privileges_can_be_taken_away() {
    let sim = sim("computers=3&deny=Update+Computers,Delete+Computers");
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.get("/api/v4/computers-inventory").status, 200);
    let refused = client.patch("/api/v4/computers-inventory-detail/1", "{}");
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["errors"][0]["code"], "INVALID_PRIVILEGE");
    assert_eq!(client.delete("/api/v4/computers-inventory/1").status, 403);
    assert_eq!(client.send("PUT", "/JSSResource/computers/id/1", &[], "<computer/>").expect("an answer").status, 403);
}

#[test]
fn requests_and_connections_are_counted() {
    let sim = sim("computers=3&latency=300ms&limit=5");
    let mut clients: Vec<Client> = (0..4).map(|_| Client::logged_in(&sim)).collect();
    sim.reset_stats();
    for client in &mut clients {
        client.write("GET", "/api/v4/computers-inventory/1", &[], "").expect("a connection");
    }
    sleep(Duration::from_millis(150));
    let during = sim.stats();
    assert_eq!((during.in_flight, during.max_in_flight, during.connections), (4, 4, 4));
    for client in &mut clients {
        assert_eq!(client.read().expect("an answer").status, 200);
    }
    // Those that give up are no longer in flight.
    clients[0].write("GET", "/api/v4/computers-inventory/2", &[], "").expect("a connection");
    sleep(Duration::from_millis(100));
    drop(clients);
    sleep(Duration::from_millis(100));
    let stats = sim.stats();
    assert_eq!((stats.in_flight, stats.max_in_flight, stats.connections, stats.max_connections), (0, 4, 0, 4));
    assert_eq!(stats.per_path["GET /api/v4/computers-inventory/{id}"], 5);
    assert_eq!((stats.requests, stats.limit), (5, Some(5)));
    let mut client = Client::connect(&sim);
    let served = client.json("/__sim/stats");
    assert_eq!((served["requests"].as_u64(), served["max_in_flight"].as_u64()), (Some(5), Some(4)));
    assert_eq!(client.post("/__sim/stats/reset", "", "").status, 204);
    assert_eq!(client.json("/__sim/stats")["requests"], 0);
}

#[test]
fn writes_done_twice_are_counted() {
    let sim = sim("computers=3");
    let mut client = Client::logged_in(&sim);
    for _ in 0..2 {
        client.patch("/api/v4/computers-inventory-detail/1", r#"{"general":{"name":"a"}}"#);
        client.post("/api/v4/computers-inventory", "application/json", r#"{"general":{"name":"b"}}"#);
        client.delete("/api/v4/computers-inventory/2");
        client.patch("/api/v4/computers-inventory-detail/99", "{}");
    }
    client.post("/api/v4/computers-inventory", "application/json", r#"{"general":{"name":"c"}}"#);
    let stats = sim.stats();
    assert_eq!((stats.writes, stats.doubled_writes, stats.repeated_writes), (6, 1, 1));
}

#[test]
fn the_simulator_can_be_controlled_over_the_socket() {
    let sim = sim("computers=3");
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.post("/__sim/enrol?n=4", "", "").json()["last"], 7);
    assert_eq!(client.post("/__sim/remove?id=7", "", "").status, 204);
    assert_eq!(client.post("/__sim/remove?id=7", "", "").status, 404);
    assert_eq!(client.json("/api/v4/computers-inventory")["totalCount"], 6);
    assert_eq!(client.post("/__sim/faults", "text/plain", "503:every=2").json()["faults"], "503:every=2");
    assert_eq!([client.get("/api/v1/auth").status, client.get("/api/v4/computers-inventory").status], [200, 200]);
    assert_eq!(client.get("/api/v4/computers-inventory").status, 503);
    assert!(client.post("/__sim/faults", "text/plain", "505").text().contains("empty-page"));
    assert_eq!(client.post("/__sim/faults", "text/plain", "").status, 200);
    assert_eq!(client.post("/__sim/expire-tokens", "", "").status, 204);
    assert_eq!(client.get("/api/v1/auth").status, 401);
    assert_eq!(client.get("/api/v1/nothing").status, 404);
}

#[test]
fn every_runtime_flavour_will_do() {
    for threads in [0, 2] {
        let mut builder = match threads {
            0 => tokio::runtime::Builder::new_current_thread(),
            _ => tokio::runtime::Builder::new_multi_thread(),
        };
        let runtime = builder.enable_all().build().expect("a runtime");
        let sim = runtime.block_on(async {
            let sim = Sim::start(Options::parse("computers=3").expect("options")).await.expect("a port");
            let shown = sim.url();
            assert!(shown.starts_with("https://127.0.0.1:"), "{shown}");
            let status = tokio::task::spawn_blocking({
                let sim = std::sync::Arc::new(sim);
                move || (Client::logged_in(&sim).get("/api/v4/computers-inventory").status, sim)
            });
            let (status, sim) = status.await.expect("no panic");
            assert_eq!(status, 200);
            sim
        });
        // Neither the order of the two nor the place matters.
        drop(runtime);
        drop(sim);
    }
}

#[test]
fn it_ends_when_dropped() {
    let sim = sim("computers=3");
    let mut client = Client::logged_in(&sim);
    let addr = sim.addr();
    drop(sim);
    sleep(Duration::from_millis(100));
    assert!(client.send("GET", "/api/v1/auth", &[], "").is_err());
    assert!(std::net::TcpStream::connect(addr).is_err());
}
