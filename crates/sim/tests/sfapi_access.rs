//! Assertions, tokens, who may see what.

mod client;

use std::thread::sleep;
use std::time::Duration;

use adjutant_sim::sfapi::{Options, Sim};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use client::{Client, facility};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::{Value, json};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

fn der(pem: &str) -> Vec<u8> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(text).expect("base64")
}

fn claims(sim: &Sim, id: &str) -> Value {
    let now = jiff::Timestamp::now().as_second();
    let client = sim.client_id();
    json!({ "iss": client, "sub": client, "aud": sim.token_url(), "iat": now, "exp": now + 300, "jti": id })
}

fn signed(sim: &Sim, algorithm: &str, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(&json!({ "typ": "JWT", "alg": algorithm })), part(claims));
    let random = SystemRandom::new();
    let signature = if algorithm == "RS256" {
        let key = RsaKeyPair::from_pkcs8(&der(sim.rsa_private_key_pem())).expect("a key");
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).expect("a signature");
        signature
    } else {
        let der = der(sim.private_key_pem());
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random).expect("a key");
        key.sign(&random, text.as_bytes()).expect("a signature").as_ref().to_vec()
    };
    format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

fn ask(client: &mut Client, assertion: &str) -> (u16, Value) {
    let fields =
        [("grant_type", "client_credentials"), ("client_assertion_type", TYPE), ("client_assertion", assertion)];
    let answer = client.form("/c2id/token", &fields);
    (answer.status, answer.json())
}

#[test]
fn assertions_of_both_keys_are_exchanged_for_tokens() {
    for tls in ["true", "false"] {
        let sim = Sim::start_in_thread(Options::parse(&format!("tls={tls}")).expect("options")).expect("a port");
        let mut client = Client::connect(&sim);
        for algorithm in ["RS256", "ES256"] {
            let assertion = signed(&sim, algorithm, &claims(&sim, algorithm));
            let (status, answer) = ask(&mut client, &assertion);
            assert_eq!((status, answer["expires_in"].as_u64()), (200, Some(600)), "{answer}");
            client.token = answer["access_token"].as_str().map(str::to_owned);
            assert_eq!(client.json("/api/v1.2/account/")["name"], "simuser");
            let (status, answer) = ask(&mut client, &assertion);
            assert_eq!(status, 401);
            assert!(answer["error_description"].as_str().expect("words").contains("jti"), "{answer}");
        }
        assert_eq!((sim.stats().token_requests, sim.stats().tokens_issued), (4, 2));
    }
}

#[test]
fn wrong_assertions_are_refused_and_told_why() {
    let (sim, mut client) = facility("");
    let now = jiff::Timestamp::now().as_second();
    for (claim, value, word) in [
        ("iss", json!("somebody"), "iss"),
        ("sub", json!("somebody"), "sub"),
        ("aud", json!("https://oidc.example.org/token"), "aud"),
        ("exp", json!(now - 3600), "expired"),
        ("exp", json!(now + 90_000), "far"),
        ("exp", Value::Null, "exp"),
        ("jti", Value::Null, "jti"),
        ("nbf", json!(now + 3600), "future"),
    ] {
        let mut claims = claims(&sim, "one");
        claims[claim] = value;
        let (status, answer) = ask(&mut client, &signed(&sim, "ES256", &claims));
        assert_eq!((status, answer["error"].as_str()), (401, Some("invalid_client")));
        assert!(answer["error_description"].as_str().expect("words").contains(word), "{claim}: {answer}");
    }
    let mut several = claims(&sim, "several");
    several["aud"] = json!(["https://example.org", sim.token_url()]);
    assert_eq!(ask(&mut client, &signed(&sim, "ES256", &several)).0, 200);
    let good = signed(&sim, "ES256", &claims(&sim, "good"));
    let (text, signature) = good.rsplit_once('.').expect("a signature");
    let forged = format!("{text}.{}", signature.chars().rev().collect::<String>());
    for assertion in ["", "a.b.c", &forged, &signed(&sim, "none", &claims(&sim, "none"))] {
        assert_eq!(ask(&mut client, assertion).0, 401, "{assertion}");
    }
    assert_eq!(ask(&mut client, &good).0, 200, "a refused forgery does not use up the id");
    assert_eq!(client.form("/c2id/token", &[("grant_type", "password")]).status, 400);
}

#[test]
fn what_is_public_needs_no_token() {
    let (sim, mut client) = facility("down=dtn01");
    client.token = None;
    for path in ["meta/changelog", "meta/config", "status", "status/", "status/perlmutter", "status/notes/dtn01"] {
        client.json(&format!("/api/v1.2/{path}"));
    }
    assert_eq!(client.json("/api/v1.2/status/dtn01")["status"], "unavailable");
    assert!(client.json("/api/v1.2/status/outages")[0][0]["name"].is_string(), "a list of lists");
    assert!(client.json("/api/v1.2/status/outages/planned/dtn01")[0]["name"].is_string(), "a list");
    assert_eq!(client.json("/api/v1.2/status/notes"), json!([client.json("/api/v1.2/status/notes/dtn01")]));
    assert_eq!(client.get("/api/v1.2/status/nothing").status, 404);
    for path in ["account/", "account/groups", "compute/jobs/perlmutter", "tasks", "utilities/ls/perlmutter//tmp"] {
        let answer = client.get(&format!("/api/v1.2/{path}"));
        assert_eq!((answer.status, answer.json()["detail"].is_string()), (401, true), "{path}");
    }
    assert!(sim.set_status("perlmutter", "unavailable", "a burst pipe"));
    client.token = Some(sim.access_token());
    let fields = [("job", "#!/bin/sh\n"), ("isPath", "false")];
    let answer = client.form("/api/v1.2/compute/jobs/perlmutter", &fields).json();
    assert_eq!(answer["status"], "ERROR");
    assert!(answer["error"].as_str().expect("words").contains("burst pipe"));
}

#[test]
fn tokens_and_clients_expire() {
    let (sim, mut client) = facility("token=1s&client-expires=2s");
    let account = "/api/v1.2/account/";
    assert_eq!(client.get(account).status, 200);
    sleep(Duration::from_millis(1100));
    assert_eq!(client.get(account).status, 401);
    client.token = Some(sim.access_token());
    assert_eq!(client.get(account).status, 200);
    sim.expire_tokens();
    assert_eq!(client.get(account).status, 401);
    sleep(Duration::from_millis(1000));
    let (status, answer) = ask(&mut client, &signed(&sim, "ES256", &claims(&sim, "late")));
    assert_eq!(status, 401);
    assert!(answer["error_description"].as_str().expect("words").contains("client is expired"));
}

#[test]
fn groups_change() {
    let (sim, mut client) = facility("client-expires=1h");
    let api = "/api/v1.2/account";
    let clients = client.json(&format!("{api}/clients"));
    let expires: jiff::Timestamp = clients[0]["expiresAt"].as_str().expect("a date").parse().expect("RFC 3339");
    assert!((3500..=3600).contains(&expires.duration_since(jiff::Timestamp::now()).as_secs()));
    assert_eq!(clients[0]["clientId"], sim.client_id());
    let fields = [("name", "new"), ("repo_name", "m0001")];
    assert_eq!(client.form(&format!("{api}/groups"), &fields).json()["users"][0]["name"], "simuser");
    assert_eq!(client.form(&format!("{api}/groups"), &fields).json()["status"], "ERROR", "it exists");
    let long = client.form(&format!("{api}/groups"), &[("name", "ninechars"), ("repo_name", "m0001")]);
    assert_eq!((long.status, long.json()["detail"][0]["loc"][1].as_str()), (422, Some("name")));
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let mut change = |body: &str| client.send("PUT", "/api/v1.2/account/groups/new", &form, body).expect("an answer");
    assert_eq!(change("action=batch_add&usernames=otheruser,thirduser").json()["users"][2]["name"], "thirduser");
    assert_eq!(change("action=batch_add&usernames=otheruser,nobody").json()["status"], "ERROR");
    assert_eq!(change("action=batch_remove&usernames=otheruser").json()["users"].as_array().map(Vec::len), Some(2));
    assert_eq!(change("action=rename&usernames=otheruser").status, 422);
    assert_eq!(client.json(&format!("{api}/groups"))["groups"].as_array().map(Vec::len), Some(3));
    assert_eq!(client.json(&format!("{api}/?username=otheruser"))["name"], "otheruser");
    assert_eq!(client.get(&format!("{api}/?username=nobody")).status, 404);
}
