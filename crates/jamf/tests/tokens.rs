//! One login for everybody, renewed in time, ended on close.

mod support;

use adjutant_jamf::{Client, ErrorKind, TokenKind};
use std::{sync::Arc, time::Duration};
use support::{Scripted, Server, json, soon, token};

async fn get(client: &Client, id: u64) -> adjutant_jamf::Result<()> {
    client.pro().computer_inventory().get(id).await.map(drop)
}

#[tokio::test]
async fn fifty_first_calls_log_in_once() {
    let server = Server::start("computers=60&latency=5ms");
    let client = server.client();
    let calls: Vec<_> = (1..=50)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { get(&client, id).await })
        })
        .collect();
    for call in calls {
        soon(call).await.expect("no panic").expect("a computer");
    }
    assert_eq!(server.sim.stats().token_requests, 1);
}

#[tokio::test]
async fn a_life_of_five_seconds_does_not_mean_one_login_a_call() {
    let server = Server::start("computers=60&token=5s");
    let client = server.client();
    for id in 1..=40 {
        get(&client, id).await.expect("a computer");
    }
    assert!(server.sim.stats().token_requests <= 2, "{}", server.sim.stats().token_requests);
}

#[tokio::test]
async fn tokens_are_renewed_before_they_die() {
    for user in [false, true] {
        let server = Server::start("computers=10&token=2s");
        let builder = server.anonymous();
        let builder =
            if user { builder.user("admin", "simulated") } else { builder.api_client("adjutant", "simulated") };
        let client = builder.build().expect("a client");
        let started = std::time::Instant::now();
        while started.elapsed() < Duration::from_secs(5) {
            get(&client, 1).await.expect("never a dead token");
            support::pause(Duration::from_millis(50)).await;
        }
        let stats = server.sim.stats();
        // Keeping a user's token alive ends the old one at once; a call that was on its way with it is replayed.
        let met = stats.per_status.get("401").copied().unwrap_or(0);
        assert!(if user { met < stats.token_requests } else { met == 0 }, "{met} calls met a dead token");
        assert!((2..=8).contains(&stats.token_requests), "{}", stats.token_requests);
        if user {
            assert!(server.requests_to("POST /api/v1/auth/keep-alive") >= 1, "a user's token is kept alive");
        }
    }
}

#[tokio::test]
async fn a_token_killed_mid_run_is_renewed_once() {
    let server = Server::start("computers=600&latency=2ms");
    let client = server.client();
    get(&client, 1).await.expect("a computer");
    support::pause(Duration::from_millis(1100)).await;
    server.sim.expire_tokens();
    let mut reads = client.concurrent(1..=100u64, |client, id| async move { get(&client, id).await });
    while let Some(outcome) = soon(reads.next()).await {
        outcome.result.expect("replayed with the new token");
    }
    assert_eq!(server.sim.stats().token_requests, 2, "one for the five that met it");
}

#[tokio::test]
async fn a_token_killed_at_once_is_replaced_but_not_for_ever() {
    let server = Server::start("computers=5&fault=401:after=1");
    get(&server.client(), 1).await.expect("replayed with a new token");
    assert_eq!(server.sim.stats().token_requests, 2);

    let server = Scripted::start(|seen| if seen.line.contains("oauth") { token() } else { json(401, "{}") });
    let client = server.client();
    for _ in 0..10 {
        assert!(get(&client, 1).await.expect_err("never accepted").is_credentials());
    }
    assert!(server.seen_at("/api/v1/oauth").len() <= 11 && server.seen().len() <= 25, "{}", server.seen().len());
}

#[tokio::test]
async fn a_failed_keep_alive_is_followed_by_a_login() {
    let server = Scripted::start(|seen| match seen.line.split(' ').nth(1).unwrap_or("") {
        "/api/v1/auth/token" => {
            let expires = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2);
            json(200, &format!(r#"{{"token":"a-user","expires":"{expires:.3}"}}"#))
        }
        "/api/v1/auth/keep-alive" => json(401, "{}"),
        _ => json(200, "{}"),
    });
    let client = Client::builder(&server.url).user("name", "password").build().expect("a client");
    for _ in 0..50 {
        client.pro_request("GET", "v1/x").await.expect("an answer");
        support::pause(Duration::from_millis(50)).await;
    }
    let (alive, logins) = (server.seen_at("/api/v1/auth/keep-alive"), server.seen_at("/api/v1/auth/token"));
    assert_eq!(alive[0].header("authorization"), Some("Bearer a-user"));
    assert_eq!(logins.len(), alive.len() + 1, "one at first, then one after each that failed");
    assert_eq!(logins[0].header("authorization"), Some("Basic bmFtZTpwYXNzd29yZA=="));
}

#[tokio::test]
async fn what_the_token_says_of_itself() {
    let server = Server::start("computers=1");
    let token = server.client().get_access_token().await.expect("a token");
    assert_eq!((token.kind(), token.scope().len()), (TokenKind::OAuth, 2));
    assert!(token.expose().starts_with("sim.") && !format!("{token} {token:?}").contains("sim."));
    let user = server.anonymous().user("admin", "simulated").build().expect("a client");
    let token = user.get_access_token().await.expect("a token");
    let left = token.seconds_left(jiff::Timestamp::now().into()).expect("it expires");
    assert!(token.kind() == TokenKind::User && (1190..=1201).contains(&left), "{left}");
}

#[tokio::test]
async fn close_invalidates_and_the_next_call_logs_in_afresh() {
    for user in [false, true] {
        let server = Server::start("computers=5");
        let builder = server.anonymous();
        let builder =
            if user { builder.user("admin", "simulated") } else { builder.api_client("adjutant", "simulated") };
        let client = builder.build().expect("a client");
        let clone = client.clone();
        let old = client.get_access_token().await.expect("a token");
        client.close().await.expect("closed");
        client.close().await.expect("closing twice is harmless");
        assert_eq!(server.requests_to("POST /api/v1/auth/invalidate-token"), 1);
        support::pause(Duration::from_millis(50)).await;
        assert_eq!(server.sim.stats().connections, 0, "no connection is left open");
        let stale = server.anonymous().access_token(old.expose()).build().expect("a client");
        assert!(get(&stale, 1).await.expect_err("it is dead").is_credentials());
        get(&clone, 1).await.expect("a clone opens afresh");
    }
}

#[tokio::test]
async fn a_given_token_is_used_as_it_is_and_not_invalidated() {
    let server = Server::start("computers=5");
    let token = server.client().get_access_token().await.expect("a token");
    let client = server.anonymous().access_token(token.expose()).build().expect("a client");
    get(&client, 1).await.expect("a computer");
    client.close().await.expect("closed");
    assert_eq!(server.requests_to("POST /api/v1/auth/invalidate-token"), 0);
    assert_eq!(server.sim.stats().token_requests, 1);
}

#[tokio::test]
async fn a_wrong_secret_is_an_error_that_helps_and_not_a_storm() {
    let server = Server::start("computers=5");
    for builder in [server.anonymous().api_client("adjutant", "wr0ng"), server.anonymous().user("admin", "wr0ng")] {
        server.sim.reset_stats();
        let client = builder.build().expect("a client");
        let mut reads = client.concurrent(1..=50u64, |client, id| async move { get(&client, id).await });
        while let Some(outcome) = soon(reads.next()).await {
            let error = outcome.result.expect_err("refused");
            assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
            assert!(error.hint().is_some_and(|hint| hint.contains("check")), "{error:?}");
            assert!(!format!("{error} {error:?}").contains("wr0ng"));
        }
        assert!(server.sim.stats().token_requests <= 3, "{}", server.sim.stats().token_requests);
    }
}

#[tokio::test]
async fn the_older_path_is_found_and_remembered() {
    let server = Server::start("computers=5&oauth-v1=false&token=1s");
    let client = server.client();
    get(&client, 1).await.expect("a computer");
    support::pause(Duration::from_millis(1100)).await;
    get(&client, 1).await.expect("a computer");
    assert_eq!(server.requests_to("POST /api/v1/oauth/token"), 1);
    assert_eq!(server.requests_to("POST /api/oauth/token"), 2);
}

#[tokio::test]
async fn the_login_is_a_form_as_the_server_wants_it() {
    let server = Scripted::start(|seen| if seen.line.contains("oauth") { token() } else { json(200, "{}") });
    let client = Client::builder(&server.url).api_client("a&b=c", "s p+ä").build().expect("a client");
    client.pro_request("GET", "v1/x").await.expect("an answer");
    let login = &server.seen_at("/api/v1/oauth/token")[0];
    assert_eq!(login.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(login.text(), "client_id=a%26b%3Dc&client_secret=s%20p%2B%C3%A4&grant_type=client_credentials");
    assert_eq!(login.header("authorization"), None);
    assert_eq!(server.seen_at("/api/v1/x")[0].header("authorization"), Some("Bearer the-token"));
}

#[tokio::test]
async fn odd_answers_to_a_login_are_explained() {
    for (status, body, what) in [
        (200, "", "is empty"),
        (200, "<html>sign in</html>", "is not JSON"),
        (200, "{}", "has no access_token"),
        (200, r#"{"access_token":"two words"}"#, "malformed token"),
        (403, "<html><body>WAF</body></html>", "refused the login"),
        (400, r#"{"error":"invalid_client"}"#, "refused the login"),
        (200, r#"{"access_token":"x","expires_in":0}"#, "had expired when it came"),
        (200, r#"{"access_token":"x","expires_in":-5}"#, "had expired when it came"),
    ] {
        let server = Scripted::start(move |_| json(status, body));
        let error = soon(get(&server.client(), 1)).await.expect_err("no token");
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
        assert!(error.message().contains(what), "{body}: {error}");
    }
}

#[tokio::test]
async fn one_provider_serves_several_clients_and_a_closure_is_one() {
    let server = Server::start("computers=5");
    let token = server.client().get_access_token().await.expect("a token");
    let text = token.expose().to_owned();
    let provide = move || Ok(adjutant_jamf::AccessToken::new(TokenKind::Static, text.clone(), None));
    let shared: Arc<dyn adjutant_jamf::CredentialsProvider> = Arc::new(provide);
    for _ in 0..2 {
        let client = server.anonymous().shared_credentials(Arc::clone(&shared)).build().expect("a client");
        get(&client, 1).await.expect("a computer");
    }
}
