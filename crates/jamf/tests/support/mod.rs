//! What the tests share: a simulator with a client that trusts it, and a server whose answers are scripted.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use adjutant_jamf::{Builder, Client, blocking};
use adjutant_sim::jamf::{Faults, Options, Sim};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// A simulator in a thread of its own, and what its client must trust.
pub struct Server {
    pub sim: Sim,
    ca: tempfile::NamedTempFile,
}

impl Server {
    /// Starts one with these options (`computers=50&latency=1ms`).
    pub fn start(options: &str) -> Self {
        let sim = Sim::start_in_thread(Options::parse(options).expect("options")).expect("a port");
        let mut ca = tempfile::NamedTempFile::new().expect("a file");
        ca.write_all(sim.ca_pem().unwrap_or_default().as_bytes()).expect("written");
        Self { sim, ca }
    }

    /// A builder for its API client.
    pub fn builder(&self) -> Builder {
        self.anonymous().api_client("adjutant", "simulated")
    }

    /// A builder without credentials.
    pub fn anonymous(&self) -> Builder {
        let builder = Client::builder(self.sim.url());
        if self.sim.ca_pem().is_some() { builder.ca_cert_bundle(self.ca.path()) } else { builder }
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }

    pub fn blocking(&self) -> blocking::Client {
        self.builder().build_blocking().expect("a client")
    }

    pub fn faults(&self, text: &str) {
        self.sim.set_faults(Faults::parse(text).expect("faults"));
    }

    /// Requests to a path pattern such as `GET /api/v4/computers-inventory`.
    pub fn requests_to(&self, pattern: &str) -> u64 {
        self.sim.stats().per_path.get(pattern).copied().unwrap_or(0)
    }
}

/// A request as a scripted server saw it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A plain server that gives what a function of the request says: `(status, headers, body)`.
pub struct Scripted {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// What a scripted server answers: status, further header lines, body.
pub type Answer = (u16, Vec<(&'static str, String)>, String);

/// An answer in JSON.
pub fn json(status: u16, body: &str) -> Answer {
    (status, vec![("Content-Type", "application/json".into())], body.to_owned())
}

/// A token that lives for ten minutes.
pub fn token() -> Answer {
    json(200, r#"{"access_token":"the-token","expires_in":600,"scope":"a b"}"#)
}

impl Scripted {
    pub fn start(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { url, seen }
    }

    pub fn client(&self) -> Client {
        Client::builder(&self.url).api_client("id", "the-secret").build().expect("a client")
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }

    /// What was seen at paths that begin like this.
    pub fn seen_at(&self, path: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|s| s.line.split(' ').nth(1).is_some_and(|p| p.starts_with(path))).collect()
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Seen>>, answer: &dyn Fn(&Seen) -> Answer) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let head = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at;
            }
            more(&mut stream, &mut buffer)?;
        };
        let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let mut lines = text.split("\r\n");
        let mut seen = Seen { line: lines.next()?.to_owned(), ..Seen::default() };
        seen.headers = lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        let length: usize = seen.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        while buffer.len() < head + 4 + length {
            more(&mut stream, &mut buffer)?;
        }
        seen.body = buffer[head + 4..head + 4 + length].to_vec();
        buffer.drain(..head + 4 + length);
        log.lock().expect("no panic").push(seen.clone());
        let (status, headers, body) = answer(&seen);
        let mut out = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            out += &format!("{name}: {value}\r\n");
        }
        let body = if seen.line.starts_with("HEAD") { String::new() } else { body };
        stream.write_all(format!("{out}\r\n{body}").as_bytes()).ok()?;
    }
}

fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk) {
        Ok(0) | Err(_) => None,
        Ok(n) => {
            buffer.extend_from_slice(&chunk[..n]);
            Some(())
        }
    }
}

/// Fails a test that hangs.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it hangs")
}

/// Lets time pass: for the simulator's clock, which is the real one.
pub async fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "a test against a server in real time")]
    tokio::time::sleep(duration).await;
}
