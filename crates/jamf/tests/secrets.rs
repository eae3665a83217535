//! No secret is in a log at any level, in an error, or in anything's `Debug`.

mod support;

use adjutant_jamf::{Client, Error};
use std::{
    io,
    sync::{Arc, Mutex},
};
use support::{Scripted, Server, json};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

const SECRETS: [&str; 6] = ["s3cret-one", "s3cret-two", "s3cret%2Done", "the-token-text", "czNjcmV0", "sim."];

fn clean(text: &str, where_: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in {where_}: {text}");
    }
}

fn clean_error(error: &Error) {
    clean(&format!("{error} {error:?} {:?} {:?}", error.hint(), std::error::Error::source(error)), "an error");
}

// One test, since a process has one log.
#[tokio::test]
async fn nothing_shows_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).expect("the first");

    // A life in health, as client and as user, with a renewal and a close.
    let server = Server::start("computers=20&client-secret=s3cret-one&password=s3cret-two&token=1s");
    let builders =
        [server.anonymous().api_client("adjutant", "s3cret-one"), server.anonymous().user("admin", "s3cret-two")];
    for builder in builders {
        clean(&format!("{builder:?} {builder:#?}"), "a builder");
        let client = builder.build().expect("a client");
        let token = client.get_access_token().await.expect("a token");
        clean(&format!("{token} {token:?} {client:?} {:?} {:?}", client.bound(), client.engine()), "Debug");
        support::pause(std::time::Duration::from_millis(1050)).await;
        let list = client.pro().computer_inventory().list();
        clean(&format!("{list:?}"), "an operation");
        list.await.expect("a page");
        server.sim.expire_tokens();
        let _ = client.pro().computer_inventory().get(1).await;
        client.close().await.expect("closed");
    }

    // Answers that are no token, but hold one.
    for (status, body) in [
        (500, r#"{"access_token":"the-token-text"}"#),
        (200, r#"{"token":"the-token-text"}"#),
        (200, r#"the-token-text"#),
    ] {
        let server = Scripted::start(move |_| json(status, body));
        let builder = Client::builder(&server.url).api_client("id", "s3cret-one").max_retries(0);
        clean_error(&builder.build().expect("a client").get_access_token().await.expect_err("refused"));
    }

    // The login's own answer, had raw.
    let server = Scripted::start(|_| json(200, r#"{"access_token":"the-token-text","expires_in":600}"#));
    let client = Client::builder(&server.url).api_client("id", "s3cret-one").build().expect("a client");
    let raw = client.pro_request("POST", "v1/oauth/token").body("text/plain", "client_secret=s3cret-one");
    clean(&format!("{raw:?} {raw:#?}"), "a raw request");
    let answer = raw.await.expect("an answer");
    clean(&format!("{answer:?}"), "an answer");

    let text = log.text();
    assert!(text.contains("DEBUG") && text.contains("computer-inventory.list"), "the log was on");
    clean(&text, "the log");
}
