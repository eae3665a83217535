//! The HTTP transport against servers that misbehave: promises 1, 3, 4, 5 and 6 on a real socket.
#![allow(clippy::disallowed_methods, reason = "tests wait")]

mod common;

use adjutant_core::{
    AccessToken, Applied, Auth, BoxFuture, CredentialsProvider, Engine, Error, ErrorKind, Login, OpInfo, Request,
    Result, Safety, Scheme, Secret, SessionConfig, TokenKind,
    clock::SystemClock,
    http::{HttpTransport, Origin, explain},
    permit::Permits,
};
use common::{
    PUT, READ, WRITE,
    wire::{Reply, Server, answer, ok},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

struct Client {
    engine: Engine,
    transport: Arc<HttpTransport>,
}

fn client_with(server: &str, credentials: Option<Arc<dyn CredentialsProvider>>, config: SessionConfig) -> Client {
    let origin = Origin::parse(server, Scheme::Https).unwrap();
    let permits = Arc::new(Permits::new(config.max_concurrency).unwrap());
    let clock: Arc<dyn adjutant_core::clock::Clock> = Arc::new(SystemClock);
    let transport =
        Arc::new(HttpTransport::new(origin, credentials, explain, config.clone(), Arc::clone(&clock)).unwrap());
    Client { engine: Engine::new(Arc::clone(&transport) as _, permits, clock, config), transport }
}

fn client(server: &Server) -> Client {
    client_with(&server.url(), None, quick())
}

fn quick() -> SessionConfig {
    SessionConfig::default()
}

fn get(path: &str) -> Request {
    Request::new(&READ, http::Method::GET, path)
}

fn post(info: &'static OpInfo, path: &str) -> Request {
    Request::new(info, http::Method::POST, path).json(r#"{"a":1}"#)
}

/// Gives out numbered tokens that live as long as it says.
struct Counter {
    issued: AtomicUsize,
    life: Duration,
    delay: Duration,
    fail: AtomicUsize,
}

impl Counter {
    fn new(life: Duration) -> Arc<Self> {
        Arc::new(Self { issued: AtomicUsize::new(0), life, delay: Duration::from_millis(5), fail: AtomicUsize::new(0) })
    }

    fn count(&self) -> usize {
        self.issued.load(Ordering::SeqCst)
    }
}

struct Provider(Arc<Counter>);

impl CredentialsProvider for Provider {
    fn get_access_token(&self, login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        let counter = Arc::clone(&self.0);
        Box::pin(async move {
            login.clock().sleep(counter.delay).await;
            let number = counter.issued.fetch_add(1, Ordering::SeqCst) + 1;
            if counter.fail.load(Ordering::SeqCst) >= number {
                return Err(Error::new(ErrorKind::Credentials, "wrong secret"));
            }
            let expires = login.clock().wall() + counter.life;
            Ok(AccessToken::new(TokenKind::OAuth, format!("token-{number}"), Some(expires)))
        })
    }
}

fn with_tokens(server: &Server, counter: &Arc<Counter>) -> Client {
    client_with(&server.url(), Some(Arc::new(Provider(Arc::clone(counter)))), quick())
}

#[tokio::test]
async fn status_headers_and_body_come_unaltered() {
    let server =
        Server::start(|_, _| Reply::Bytes(answer(200, "X-Y: z\r\nContent-Type: text/plain\r\n", " {x\n"))).await;
    let request = get("/a%20b").query("k", "1 2").query("k", "&").header("x-mine", "yes").unwrap();
    let response = client(&server).engine.execute(request).await.unwrap();
    assert_eq!((response.status(), response.header("x-y"), &response.body()[..]), (200, Some("z"), &b" {x\n"[..]));
    let head = server.head(0);
    assert!(head.starts_with("get /a%20b?k=1%202&k=%26 http/1.1"), "{head}");
    assert!(head.contains("x-mine: yes") && head.contains("user-agent: adjutant/"), "{head}");
    assert!(get("/").header("Authorization", "x").is_err());
}

#[tokio::test]
async fn never_more_connections_than_permits_even_when_reads_are_dropped() {
    let server = Server::start(|_, n| match n % 3 {
        0 => Reply::After(Duration::from_millis(50), answer(200, "", "slow")),
        _ => ok("{}"),
    })
    .await;
    let client = client(&server);
    let mut calls = vec![];
    for n in 0..300 {
        let call = tokio::spawn(client.engine.execute(get("/")));
        if n % 4 == 0 {
            let abort = call.abort_handle();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(n % 40)).await;
                abort.abort();
            });
        }
        calls.push(call);
    }
    for call in calls {
        if let Ok(outcome) = call.await {
            outcome.unwrap();
        }
    }
    assert!(client.transport.open_connections() <= 5);
    assert!(server.most_open.load(Ordering::SeqCst) <= 5, "{} open", server.most_open.load(Ordering::SeqCst));
    assert_eq!(client.engine.permits().in_use(), (0, 5));
    assert!(client.engine.set_max_concurrency(0).is_err());
    client.engine.set_max_concurrency(2).unwrap();
    assert!(client.transport.open_connections() <= 2, "the limit of a live client bounds connections too");
    client.engine.close().await;
    client.engine.close().await;
    assert_eq!(client.transport.open_connections(), 0);
    client.engine.execute(get("/")).await.unwrap();
}

#[tokio::test]
async fn one_login_for_all_and_none_for_each_call_of_a_short_life() {
    let server = Server::start(|_, _| ok("{}")).await;
    let counter = Counter::new(Duration::from_secs(5));
    let client = with_tokens(&server, &counter);
    let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.engine.execute(get("/")))).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!((counter.count(), server.count()), (1, 50));
    assert!(server.heads.lock().unwrap().iter().all(|h| h.contains("Bearer token-1")), "each call carries it");
}

#[tokio::test]
async fn a_token_is_renewed_ahead_while_the_old_one_serves() {
    let server = Server::start(|_, _| ok("{}")).await;
    let counter = Counter::new(Duration::from_millis(600));
    let client = with_tokens(&server, &counter);
    for _ in 0..60 {
        client.engine.execute(get("/")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!((2..=6).contains(&counter.count()), "{} logins in 2 lives", counter.count());
}

#[tokio::test]
async fn a_token_that_dies_early_is_renewed_once_for_all() {
    let dead = Arc::new(AtomicUsize::new(0));
    let flag = Arc::clone(&dead);
    let server = Server::start(move |head, _| {
        let old = head.contains("token-1") && flag.load(Ordering::SeqCst) == 1;
        if old { Reply::Bytes(answer(401, "", "{}")) } else { ok("{}") }
    })
    .await;
    let counter = Counter::new(Duration::from_secs(600));
    let client = with_tokens(&server, &counter);
    client.engine.execute(get("/")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    dead.store(1, Ordering::SeqCst);
    let calls: Vec<_> = (0..20)
        .map(|n| tokio::spawn(client.engine.execute(if n % 2 == 0 { get("/") } else { post(&WRITE, "/") })))
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(counter.count(), 2);
}

#[tokio::test]
async fn a_refused_login_is_not_repeated_by_every_waiter() {
    let server = Server::start(|_, _| ok("{}")).await;
    let counter = Counter::new(Duration::from_secs(600));
    counter.fail.store(usize::MAX, Ordering::SeqCst);
    let client = with_tokens(&server, &counter);
    for _ in 0..3 {
        let calls: Vec<_> = (0..50).map(|_| tokio::spawn(client.engine.execute(get("/")))).collect();
        for call in calls {
            let error = call.await.unwrap().unwrap_err();
            assert_eq!((error.kind(), error.applied()), (ErrorKind::Credentials, Applied::No));
        }
    }
    assert_eq!((counter.count(), server.count()), (1, 0));
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_cancel_the_login_of_others() {
    let server = Server::start(|_, _| ok("{}")).await;
    let counter = Counter::new(Duration::from_secs(600));
    let client = with_tokens(&server, &counter);
    let first = tokio::spawn(client.engine.execute(get("/")));
    tokio::time::sleep(Duration::from_millis(2)).await;
    let second = tokio::spawn(client.engine.execute(get("/")));
    tokio::time::sleep(Duration::from_millis(1)).await;
    first.abort();
    second.await.unwrap().unwrap();
    assert_eq!(counter.count(), 1);
}

#[tokio::test]
async fn credentials_go_to_the_configured_server_only() {
    let elsewhere = Server::start(|_, _| ok("there")).await;
    let there = elsewhere.url();
    let home = Server::start(move |head, _| match head.split(' ').nth(1).unwrap() {
        "/away" => Reply::Bytes(answer(302, &format!("Location: {there}/landed\r\n"), "")),
        "/circle" => Reply::Bytes(answer(302, "Location: /circle\r\n", "")),
        "/near" => Reply::Bytes(answer(307, "Location: here?x=1\r\n", "")),
        _ => Reply::Bytes(answer(200, "Set-Cookie: node=1; Path=/\r\n", "here")),
    })
    .await;
    let counter = Counter::new(Duration::from_secs(600));
    let mut config = quick();
    config.sticky_cookies = true;
    let client = client_with(&home.url(), Some(Arc::new(Provider(counter))), config);
    client.engine.execute(get("/")).await.unwrap();

    let landed = client.engine.execute(get("/away")).await.unwrap();
    assert_eq!(&landed.body()[..], b"there");
    client.engine.execute(get(&format!("{}/direct", elsewhere.url()))).await.unwrap();
    for n in 0..2 {
        let head = elsewhere.head(n);
        assert!(!head.contains("authorization") && !head.contains("cookie"), "{head}");
    }
    let near = client.engine.execute(get("/near")).await.unwrap();
    assert_eq!(&near.body()[..], b"here");
    let head = home.head(home.count() - 1);
    assert!(head.starts_with("get /here?x=1") && head.contains("bearer token-1") && head.contains("node=1"), "{head}");

    let absolute = get(&format!("{}/x", home.url()));
    client.engine.execute(absolute).await.unwrap();
    assert!(home.head(home.count() - 1).contains("bearer token-1"), "an absolute URL of the server itself");

    assert!(client.engine.execute(get("/circle")).await.is_err());
    let before = (home.count(), elsewhere.count());
    let error = client.engine.execute(post(&WRITE, "/away")).await.unwrap_err();
    assert_eq!((error.status(), error.applied()), (Some(302), Applied::No));
    assert_eq!((home.count(), elsewhere.count()), (before.0 + 1, before.1), "a write is never redirected");
}

#[tokio::test]
async fn a_lost_answer_repeats_reads_and_idempotent_writes_but_no_other() {
    for (cut, what) in [
        (Reply::Cut(vec![]), "closed before an answer"),
        (Reply::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":".to_vec()), "cut off"),
        (
            Reply::Cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n".to_vec()),
            "chunk missing",
        ),
    ] {
        let cut = Arc::new(std::sync::Mutex::new(Some(cut)));
        for (info, method, goes_on) in [(&READ, "GET", true), (&PUT, "PUT", true), (&WRITE, "POST", false)] {
            let bytes = match cut.lock().unwrap().as_ref().unwrap() {
                Reply::Cut(bytes) => bytes.clone(),
                _ => unreachable!(),
            };
            let server =
                Server::start(move |_, n| if n == 1 { Reply::Cut(bytes.clone()) } else { ok("{\"a\":1}") }).await;
            let request = Request::new(info, method.parse().unwrap(), "/");
            let outcome = client(&server).engine.execute(request).await;
            if goes_on {
                assert_eq!(&outcome.unwrap().body()[..], b"{\"a\":1}", "{method} {what}");
            } else {
                assert_eq!(outcome.unwrap_err().applied(), Applied::Maybe, "{what}");
                assert_eq!(server.count(), 1, "{what}");
            }
        }
    }
}

/// A server closes connections that rest. The next call must neither fail nor be doubled.
#[tokio::test]
async fn a_connection_that_went_stale_is_replaced() {
    let server = Server::start(|_, _| Reply::Cut(answer(200, "", "x"))).await;
    let client = client(&server);
    for n in 0..10 {
        let request = if n % 2 == 0 { get("/") } else { post(&WRITE, "/") };
        client.engine.execute(request).await.unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(server.count(), 10);
}

#[tokio::test]
async fn waits_end() {
    let mut config = quick();
    (config.idle_timeout, config.max_retries) = (Duration::from_millis(80), 0);
    type Case = (fn(usize) -> Reply, &'static str);
    let cases: Vec<Case> = vec![
        (|_| Reply::After(Duration::from_secs(30), vec![]), "sent no answer"),
        (
            |_| {
                let head = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec();
                Reply::Drip(Duration::from_millis(1), vec![head, vec![]])
            },
            "stopped in its answer after 3 bytes",
        ),
    ];
    for (script, says) in cases {
        let server = Server::start(move |_, n| script(n)).await;
        let client = client_with(&server.url(), None, config.clone());
        for (request, applied) in [(get("/"), Applied::No), (post(&WRITE, "/"), Applied::Maybe)] {
            let error = client.engine.execute(request).await.unwrap_err();
            assert_eq!((error.kind(), error.applied()), (ErrorKind::Timeout, applied), "{error}");
            assert!(error.message().contains(says), "{error}");
        }
    }
    // Drop by drop it stays within the gap, but not within the total.
    let drops: Vec<_> = std::iter::repeat_n(b"x".to_vec(), 200).collect();
    let server = Server::start(move |_, _| {
        let mut parts = vec![b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n".to_vec()];
        parts.extend(drops.iter().cloned());
        Reply::Drip(Duration::from_millis(10), parts)
    })
    .await;
    config.total_timeout = Duration::from_millis(300);
    let error = client_with(&server.url(), None, config).engine.execute(get("/")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.message().contains("did not finish"), "{error}");
}

#[tokio::test]
async fn answers_are_bounded() {
    let server = Server::start(|head, _| {
        if head.contains("/length") {
            Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n".to_vec())
        } else if head.contains("/headers") {
            let mut head = b"HTTP/1.1 200 OK\r\n".to_vec();
            head.extend(b"X: y\r\n".repeat(10_000));
            Reply::Cut(head)
        } else {
            let mut body = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            body.extend(
                b"400\r\n".iter().copied().chain(std::iter::repeat_n(b'x', 1024)).chain(*b"\r\n").cycle().take(200_000),
            );
            Reply::Cut(body)
        }
    })
    .await;
    let client = client(&server);
    for path in ["/length", "/chunks"] {
        let error = client.engine.execute(get(path).max_answer(100_000)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge, "{path}: {error}");
    }
    assert!(client.engine.execute(get("/headers").max_retries(0)).await.is_err());
}

#[tokio::test]
async fn clear_words_for_a_server_that_is_not_there_or_not_what_it_should_be() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let mut config = quick();
    config.max_retries = 0;
    let error =
        client_with(&format!("http://{closed}"), None, config.clone()).engine.execute(get("/")).await.unwrap_err();
    assert_eq!((error.kind(), error.applied()), (ErrorKind::Connect, Applied::No));
    assert!(error.hint().unwrap().contains("port"));

    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = plain.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = plain.accept().unwrap();
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    });
    let error =
        client_with(&format!("https://{address}"), None, config.clone()).engine.execute(get("/")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls);
    assert!(error.message().contains("does not answer in TLS"), "{error}");

    let odd = Server::start(|_, _| Reply::Cut(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec())).await;
    let error = client_with(&odd.url(), None, config).engine.execute(get("/")).await.unwrap_err();
    assert!(error.message().contains("does not answer in HTTP"), "{error}");
}

#[tokio::test]
async fn an_html_page_is_reported_with_its_status_first() {
    let page = "<html><head><title>t</title></head><body><h1>Bad Gateway</h1></body></html>";
    let server = Server::start(move |_, _| Reply::Bytes(answer(502, "Content-Type: text/html\r\n", page))).await;
    let error = client(&server).engine.execute(get("/").max_retries(0)).await.unwrap_err();
    assert_eq!(error.to_string(), "read: HTTP 502: Bad Gateway");
    let kept = client(&server).engine.execute(get("/").any_status().max_retries(0)).await;
    assert_eq!(kept.unwrap().status(), 502, "the caller asked for any status");
    let server = Server::start(|_, _| Reply::Bytes(answer(404, "", "none"))).await;
    let kept = client(&server).engine.execute(get("/").any_status()).await.unwrap();
    assert_eq!((kept.status(), &kept.body()[..]), (404, &b"none"[..]));
}

#[tokio::test]
async fn no_secret_is_ever_shown() {
    let server = Server::start(|_, _| Reply::Bytes(answer(500, "", "{}"))).await;
    let secret: Arc<Secret> = Arc::new("Basic hunter2".into());
    let request = get("/").auth(Auth::Header(secret)).max_retries(0);
    let counter = Counter::new(Duration::from_secs(9));
    let client = with_tokens(&server, &counter);
    let shown = format!("{request:?} {:?} {:?}", client.engine, client.transport);
    let error = client.engine.execute(request).await.unwrap_err();
    let token = client.engine.access_token().await.unwrap();
    let shown = format!("{shown} {error:?} {error} {token:?} {token}");
    assert!(!shown.contains("hunter2") && !shown.contains("token-1"), "{shown}");
    assert_eq!(
        token.seconds_left(SystemTime::UNIX_EPOCH),
        token.expires().map(|e| e.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs())
    );
}

#[test]
fn plain_http_to_another_machine_is_refused_before_anything_is_sent() {
    let origin = Origin::parse("http://jamf.example.org", Scheme::Https).unwrap();
    let refused = HttpTransport::new(origin, None, explain, quick(), Arc::new(SystemClock)).unwrap_err();
    assert!(refused.hint().unwrap().contains("--insecure-transport"));
    assert_eq!(Safety::Read.as_str(), "read");
}

fn queued_calls(client: &Client, count: usize) -> Vec<tokio::task::JoinHandle<Result<adjutant_core::Response>>> {
    (0..count).map(|_| tokio::spawn(client.engine.execute(get("/").lane(adjutant_core::Lane::Bulk)))).collect()
}

/// Waiting for a permit takes longer than a token lives: nobody starves, and logins stay few.
#[tokio::test]
async fn a_queue_longer_than_a_tokens_life() {
    let server = Server::start(|_, _| Reply::After(Duration::from_millis(10), answer(200, "", "{}"))).await;
    let counter = Counter::new(Duration::from_millis(300));
    let client = with_tokens(&server, &counter);
    for call in queued_calls(&client, 500) {
        call.await.unwrap().unwrap();
    }
    assert_eq!(server.count(), 500);
    assert!(counter.count() <= 30, "{} logins", counter.count());
    // A token that is dead on arrival is an error, not a circle.
    let counter = Counter::new(Duration::ZERO);
    let client = with_tokens(&server, &counter);
    let error = client.engine.execute(get("/")).await.unwrap_err();
    assert!(error.is_credentials() && counter.count() <= 3, "{error}");
}

#[tokio::test]
async fn a_streamed_answer_comes_in_chunks_and_holds_its_permit() {
    let server = Server::start(|head, _| {
        if head.contains("/cut") {
            return Reply::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this".to_vec());
        }
        if head.contains("/none") {
            return Reply::Bytes(answer(404, "", r#"{"errors":[{"description":"no such file"}]}"#));
        }
        let mut parts = vec![b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n".to_vec()];
        parts.extend((0..3).map(|n| format!("chunk {n}...").into_bytes()).map(|mut c| {
            c.resize(10, b'.');
            c
        }));
        Reply::Drip(Duration::from_millis(20), parts)
    })
    .await;
    let client = client(&server);
    let mut streamed = client.engine.open(get("/")).await.unwrap();
    assert_eq!((streamed.status(), streamed.length()), (200, Some(30)));
    assert_eq!(client.engine.permits().in_use().0, 1, "held while it is read");
    let mut whole = vec![];
    while let Some(chunk) = streamed.chunk().await.unwrap() {
        whole.extend_from_slice(&chunk);
    }
    assert_eq!(whole.len(), 30);
    assert_eq!(client.engine.permits().in_use().0, 0);
    drop(streamed);
    assert_eq!(client.transport.open_connections(), 1, "the connection can be used again");

    let mut cut = client.engine.open(get("/cut")).await.unwrap();
    let mut got = 0;
    let error = loop {
        match cut.chunk().await {
            Ok(Some(chunk)) => got += chunk.len(),
            Ok(None) => panic!("a short body was taken for whole"),
            Err(error) => break error,
        }
    };
    assert_eq!((got, error.kind()), (9, ErrorKind::Broken));
    let error = client.engine.open(get("/none")).await.unwrap_err();
    assert_eq!((error.is_not_found(), error.message()), (true, "no such file"));
    drop(client.engine.open(get("/")).await.unwrap());
    assert_eq!((client.engine.permits().in_use().0, client.transport.open_connections()), (0, 0), "dropped unread");
}

#[tokio::test]
async fn a_body_from_a_file_is_sent_whole_and_again_on_a_retry() {
    let server = Server::start(|_, n| if n == 1 { Reply::Bytes(answer(429, "", "")) } else { ok("{}") }).await;
    let path = std::env::temp_dir().join(format!("adjutant-core-test-{}", std::process::id()));
    let content: Vec<u8> = (0..700_000u32).map(|n| b'a' + (n % 23) as u8).collect();
    std::fs::write(&path, &content).unwrap();
    let source = Arc::new(adjutant_core::stream::FileSource::new(&path).unwrap());
    let request = Request::new(&WRITE, http::Method::POST, "/").body_source("application/octet-stream", source);
    client(&server).engine.execute(request).await.unwrap();
    for n in 0..2 {
        let request = server.heads.lock().unwrap()[n].clone();
        let body = request.split_once("\r\n\r\n").unwrap().1.as_bytes().to_vec();
        assert!(body == content, "attempt {n}: {} bytes", body.len());
    }
    // A file that shrinks while it is sent is an error, and nothing short is taken for whole.
    let source = Arc::new(adjutant_core::stream::FileSource::new(&path).unwrap());
    std::fs::write(&path, b"short").unwrap();
    let request = Request::new(&WRITE, http::Method::POST, "/").body_source("application/octet-stream", source);
    assert!(client(&server).engine.execute(request.max_retries(0)).await.is_err());
    std::fs::remove_file(&path).unwrap();
    assert_eq!(server.count(), 2);
}
