//! Keys: read from whatever Iris wrote, refused when others can read them, and shown to nobody.

mod support;

use adjutant_sfapi::{Client, ClientKey, ErrorKind};
use std::{path::PathBuf, time::Duration};
use support::{Scripted, Server, json, soon};

/// A folder of keys.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn put(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("written");
        #[cfg(unix)]
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("set");
        let _ = mode;
        path
    }
}

fn json_key(server: &Server) -> String {
    let jwk: serde_json::Value = serde_json::from_str(&server.sim.private_jwk()).expect("a JWK");
    serde_json::json!({"client_id": server.sim.client_id(), "secret": jwk}).to_string()
}

async fn works(client: &Client) {
    let user = soon(client.account().user()).await.expect("logged in");
    assert_eq!(user.name.as_deref(), Some("simuser"));
}

#[tokio::test]
async fn every_form_of_key_logs_in() {
    let server = Server::start("");
    let id = server.sim.client_id();
    let secrets = [
        server.sim.private_jwk(),
        server.sim.private_key_pem().to_owned(),
        server.sim.private_key_pem().replace('\n', "\\n"),
        server.sim.rsa_private_jwk().to_owned(),
        server.sim.rsa_private_key_pem().to_owned(),
    ];
    for secret in secrets {
        let client = server.anonymous().client_id(id).secret(secret).build().expect("a key");
        works(&client).await;
        assert_eq!(client.client_id(), Some(id));
    }
}

#[tokio::test]
async fn key_files_json_and_pem_with_the_id_on_the_first_line() {
    let server = Server::start("");
    let folder = Folder::new();
    let pem = format!("{}\n{}", server.sim.client_id(), server.sim.private_key_pem());
    for (name, text, mode) in
        [("a.json", json_key(&server), 0o600), ("b.pem", pem.clone(), 0o400), ("c", format!("\u{feff}{pem}"), 0o600)]
    {
        let path = folder.put(name, &text, mode);
        works(&server.anonymous().key(path.to_string_lossy()).build().expect(name)).await;
    }
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_refused() {
    let server = Server::start("");
    let folder = Folder::new();
    for mode in [0o644, 0o640, 0o660, 0o604, 0o602] {
        let path = folder.put("open.json", &json_key(&server), mode);
        let error = ClientKey::from_file(&path).expect_err("open");
        assert!(error.is_credentials() && error.message().contains(&format!("{mode:04o}")), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.starts_with("chmod 600 ")), "{error:?}");
    }
}

#[test]
fn a_key_file_that_is_none_says_what_is_wrong() {
    let folder = Folder::new();
    for (text, said) in [
        ("", "empty"),
        ("  \n", "empty"),
        ("{", "JSON"),
        ("{}", "client_id"),
        (r#"{"client_id":"x"}"#, "secret"),
        (r#"{"client_id":"x","secret":{}}"#, "kty"),
        (r#"{"client_id":"x","secret":{"kty":"RSA","n":"AA","e":"AQAB"}}"#, "public key"),
        ("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----", "first line"),
        ("abc\nnonsense", "neither a JWK nor a PEM"),
        ("abc\n-----BEGIN PRIVATE KEY-----\nAAAA", "cut off"),
        ("abc\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "encrypted"),
        ("abc\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "no private key"),
        ("abc\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no RSA key"),
    ] {
        let path = folder.put("key", text, 0o600);
        let error = ClientKey::from_file(&path).expect_err(text);
        assert!(error.message().contains(said) && error.hint().is_some(), "{text}: {error:?}");
        assert!(error.is_credentials());
    }
    let missing = ClientKey::from_file(folder.0.path().join("none")).expect_err("nothing there");
    assert!(missing.message().contains("none"));
    assert!(ClientKey::from_file(folder.0.path()).is_err(), "a folder");
}

#[tokio::test]
async fn nicknames_found_ambiguous_and_misspelled() {
    let server = Server::start("");
    let folder = Folder::new();
    let builder = || server.anonymous().key_folder(folder.0.path());
    let none = builder().key("red").build().expect_err("an empty folder");
    assert!(none.hint().is_some_and(|hint| hint.contains("no keys")), "{none:?}");

    folder.put("red-beamline.json", &json_key(&server), 0o600);
    folder.put("red-queue.json", &json_key(&server), 0o600);
    folder.put("green.json", &json_key(&server), 0o600);
    works(&builder().key("gre").build().expect("one begins so")).await;
    works(&builder().key("red-q").build().expect("one begins so")).await;
    works(&builder().key("green").build().expect("its stem")).await;

    let both = builder().key("red").build().expect_err("two");
    assert!(both.message().contains("red-beamline.json") && both.message().contains("red-queue.json"), "{both}");
    let near = builder().key("greem").build().expect_err("no such");
    assert!(near.hint().is_some_and(|hint| hint.contains("green.json")), "{near:?}");
    let far = builder().key("zzzzzzzz").build().expect_err("no such");
    assert!(far.hint().is_some_and(|hint| hint.contains("red-queue.json")), "{far:?}");
    assert!(builder().key("/no/such/file").build().is_err());
}

#[tokio::test]
async fn without_a_word_the_one_key_in_the_folder_is_taken() {
    let server = Server::start("");
    let folder = Folder::new();
    let builder = || {
        Client::builder()
            .api_base_url(server.sim.url())
            .token_url(server.sim.token_url())
            .ca_cert_bundle(server.ca_file())
            .key_folder(folder.0.path())
    };
    let refused = async |client: Client| {
        assert!(soon(client.resources().all()).await.is_ok(), "what is public needs none");
        soon(client.account().user()).await.expect_err("no key")
    };
    let error = refused(builder().build().expect("a client")).await;
    assert!(error.message().contains("none was given") && error.hint().is_some(), "{error:?}");
    let key = folder.put("one.json", &json_key(&server), 0o600);
    works(&builder().build().expect("a client")).await;
    folder.put("two.json", &json_key(&server), 0o600);
    let error = refused(builder().build().expect("a client")).await;
    assert!(error.message().contains("one.json, two.json"), "{error}");
    std::fs::remove_file(key).expect("gone");
    folder.put("two.json", &json_key(&server), 0o644);
    if cfg!(unix) {
        let error = refused(builder().build().expect("a client")).await;
        assert!(error.hint().is_some_and(|hint| hint.starts_with("chmod 600")), "{error:?}");
    }
}

#[tokio::test]
async fn what_is_public_needs_no_key_and_the_rest_says_so() {
    let server = Server::start("");
    let client = server.anonymous().build().expect("a client");
    let status = soon(client.compute("perlmutter").status()).await.expect("public");
    assert_eq!(status.name.as_deref(), Some("perlmutter"));
    assert!(!soon(client.api().changelog()).await.expect("public").is_empty());
    assert!(client.get("status/perlmutter").await.is_ok(), "raw, too");
    server.sim.reset_stats();
    let error = soon(client.compute("perlmutter").jobs()).await.expect_err("no key");
    assert!(error.is_credentials() && error.hint().is_some(), "{error:?}");
    assert!(error.to_string().contains("jobs.list needs a key"), "{error}");
    assert!(client.token().await.expect_err("no key").is_credentials());
    assert_eq!(server.sim.stats().requests, 0, "nothing was sent");
}

#[tokio::test]
async fn a_key_is_not_shown_for_what_is_public() {
    let server = Server::start("");
    let client = server.client();
    soon(client.resources().all()).await.expect("public");
    assert_eq!(server.sim.stats().token_requests, 0);
}

#[test]
fn half_a_pair_and_an_api_without_tokens_are_refused() {
    let error = Client::builder().client_id("abc").build().expect_err("no key");
    assert!(error.message().contains("private key"));
    let error = Client::builder().secret("{}").build().expect_err("no id");
    assert!(error.message().contains("client id"));
    let server = Server::start("");
    let builder = Client::builder().api_base_url("https://sf.example.org/api").client_id("a");
    let error = builder.secret(server.sim.private_jwk()).build().expect_err("where are tokens?");
    assert!(error.hint().is_some_and(|hint| hint.contains("token_url")));
}

#[tokio::test]
async fn a_wrong_key_and_an_expired_client_say_so() {
    let (server, other) = (Server::start(""), Server::start(""));
    let wrong = server.anonymous().client_id(server.sim.client_id()).secret(other.sim.private_jwk());
    let error = soon(wrong.build().expect("a key").account().user()).await.expect_err("not its key");
    assert!(error.is_credentials() && error.to_string().contains(server.sim.client_id()), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("expired")), "{error:?}");

    let expired = Server::start("client-expires=0s");
    let error = soon(expired.client().account().user()).await.expect_err("expired");
    assert!(error.is_credentials() && error.hint().is_some_and(|hint| hint.contains("expired")), "{error:?}");
}

#[tokio::test]
async fn a_token_is_reused_and_a_401_replays_once() {
    let server = Server::start("");
    let client = server.client();
    for _ in 0..5 {
        works(&client).await;
    }
    assert_eq!(server.sim.stats().token_requests, 1);
    support::pause(Duration::from_millis(1100)).await;
    server.sim.expire_tokens();
    works(&client).await;
    assert_eq!(server.sim.stats().token_requests, 2);
}

#[tokio::test]
async fn a_lost_login_is_tried_again_with_another_statement() {
    let server = Server::start("fault=503:tokens:times=1,drop-answer:tokens:times=1:writes");
    works(&server.client()).await;
    assert_eq!(server.sim.stats().faults.len(), 2, "{:?}", server.sim.stats());
}

#[tokio::test]
async fn the_login_on_the_wire() {
    let keys = Server::start("");
    let server = Scripted::start(|seen| match seen.is("POST /token") {
        true => json(200, r#"{"access_token":"the-token","token_type":"Bearer","expires_in":600}"#),
        false => json(200, r#"{"name":"u","uid":1}"#),
    });
    let token_url = format!("{}/token", server.url);
    let client = Client::builder()
        .api_base_url(format!("{}/api/v1.2/", server.url))
        .token_url(&token_url)
        .client_id(keys.sim.client_id())
        .secret(keys.sim.rsa_private_jwk())
        .build()
        .expect("a client");
    soon(client.account().user()).await.expect("a user");
    let seen = server.seen();
    let form = seen[0].text();
    assert!(form.contains("grant_type=client_credentials"));
    assert!(form.contains("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"));
    let assertion = form.split("client_assertion=").nth(1).expect("an assertion");
    let part = |i: usize| -> serde_json::Value {
        use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
        let part = assertion.split('.').nth(i).expect("three parts");
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
    };
    assert_eq!(part(0), serde_json::json!({"alg": "RS256", "typ": "JWT"}));
    let claims = part(1);
    assert_eq!(claims["aud"], token_url);
    assert_eq!((&claims["iss"], &claims["sub"]), (&keys.sim.client_id().into(), &keys.sim.client_id().into()));
    let life = claims["exp"].as_u64().expect("exp") - claims["iat"].as_u64().expect("iat");
    assert!((60..=600).contains(&life), "short-lived: {life} s");
    assert_eq!(claims["jti"].as_str().expect("jti").len(), 36);
    assert!(seen[1].is("GET /api/v1.2/account/ "), "{}", seen[1].line);
    assert_eq!(seen[1].header("authorization"), Some("Bearer the-token"));
}

#[tokio::test]
async fn a_given_token_serves_as_it_is() {
    let server = Server::start("");
    let client = server.anonymous().access_token(server.sim.access_token()).build().expect("a client");
    assert!(soon(client.compute("perlmutter").jobs()).await.is_ok());
    assert_eq!(server.sim.stats().token_requests, 0);
    server.sim.expire_tokens();
    let error = soon(client.account().user()).await.expect_err("dead");
    assert!(error.is_credentials());
    assert_eq!(error.kind(), ErrorKind::Credentials);
}

#[tokio::test]
async fn the_clients_own_end_is_known() {
    let server = Server::start("client-expires=36h");
    let horizon = soon(server.client().account().credential_horizon()).await.expect("known");
    assert_eq!(horizon.client_id, server.sim.client_id());
    let left = horizon.left(std::time::SystemTime::from(jiff::Timestamp::now()));
    assert!(left > Duration::from_secs(35 * 3600) && left <= Duration::from_secs(36 * 3600), "{left:?}");
    let token = server.anonymous().access_token(server.sim.access_token()).build().expect("a client");
    assert!(soon(token.account().credential_horizon()).await.is_err(), "a token does not say whose it is");
}

#[tokio::test]
async fn no_secret_is_shown() {
    let server = Server::start("");
    let jwk: serde_json::Value = serde_json::from_str(&server.sim.private_jwk()).expect("a JWK");
    let secret = jwk["d"].as_str().expect("d").to_owned();
    let builder = server.builder();
    let client = builder.clone().build().expect("a client");
    let token = client.token().await.expect("a token");
    let key = ClientKey::new("abc", server.sim.private_jwk()).expect("a key");
    let job = client.compute("perlmutter").job(1u64);
    for shown in
        [format!("{builder:?}"), format!("{client:?}"), format!("{key:?}"), format!("{token:?}"), format!("{job:?}")]
    {
        assert!(!shown.contains(&secret) && !shown.contains(token.expose()), "{shown}");
    }
    let broken = server.private_without_y();
    let error = ClientKey::new("abc", broken.as_str()).expect_err("broken");
    assert!(!format!("{error:?}").contains(&secret), "{error:?}");
}

impl Server {
    fn private_without_y(&self) -> String {
        let mut jwk: serde_json::Value = serde_json::from_str(&self.sim.private_jwk()).expect("a JWK");
        jwk["y"] = jwk["x"].clone();
        jwk.to_string()
    }
}
