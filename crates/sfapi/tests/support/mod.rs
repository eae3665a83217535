//! What the tests share: a simulated centre with a client that trusts it, and a server whose answers are scripted.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use adjutant_sfapi::{Builder, Client, blocking};
use adjutant_sim::sfapi::{Faults, Options, Sim};
use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// A script whose job ends well.
pub const SCRIPT: &str = "#!/bin/bash\n#SBATCH -J hello -q debug -t 5\necho hello\n";

/// A simulator in a thread of its own, and what its client must trust.
pub struct Server {
    pub sim: Sim,
    ca: tempfile::NamedTempFile,
}

impl Server {
    /// Starts one with these options (`jobs-run=50ms`). Jobs are quick unless they say otherwise.
    pub fn start(options: &str) -> Self {
        let quick = "jobs-pend=20ms&jobs-run=100ms&task=5ms";
        let options = if options.is_empty() { quick.to_owned() } else { format!("{quick}&{options}") };
        let sim = Sim::start_in_thread(Options::parse(&options).expect("options")).expect("a port");
        let mut ca = tempfile::NamedTempFile::new().expect("a file");
        ca.write_all(sim.ca_pem().unwrap_or_default().as_bytes()).expect("written");
        Self { sim, ca }
    }

    /// A builder with its key, and with waits that a test can wait for.
    pub fn builder(&self) -> Builder {
        self.anonymous().client_id(self.sim.client_id()).secret(self.sim.private_jwk())
    }

    /// A builder without a key.
    pub fn anonymous(&self) -> Builder {
        let builder = Client::builder()
            .api_base_url(self.sim.url())
            .token_url(self.sim.token_url())
            .anonymous()
            .wait_interval(Duration::from_millis(50))
            .settle_time(Duration::from_secs(3));
        if self.sim.ca_pem().is_some() { builder.ca_cert_bundle(self.ca.path()) } else { builder }
    }

    /// The authority that its client must trust.
    pub fn ca_file(&self) -> &std::path::Path {
        self.ca.path()
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

    /// Requests to a path pattern such as `GET compute/jobs/perlmutter?squeue`; all whose pattern begins so.
    pub fn requests_to(&self, pattern: &str) -> u64 {
        self.sim.stats().per_path.iter().filter(|(path, _)| path.starts_with(pattern)).map(|(_, n)| n).sum()
    }

    /// Puts a file into the user's home; its path as the machines see it.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = format!("{}/{name}", self.sim.home());
        let host = self.sim.root().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(host.parent().expect("a folder")).expect("made");
        std::fs::write(host, content).expect("written");
        path
    }

    /// A file of a machine, as it is on this one.
    pub fn content(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.sim.root().join(path.trim_start_matches('/'))).expect("a file")
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

    /// Method and path.
    pub fn is(&self, start: &str) -> bool {
        self.line.starts_with(start)
    }
}

/// A plain server that gives what a function of the request says.
pub struct Scripted {
    pub url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// What a scripted server answers: status, further header lines, body. Status 0 closes the connection instead.
pub type Answer = (u16, Vec<(&'static str, String)>, String);

/// An answer in JSON.
pub fn json(status: u16, body: &str) -> Answer {
    (status, vec![("Content-Type", "application/json".into())], body.to_owned())
}

/// A task that is done, with that result.
pub fn done(result: &str) -> Answer {
    let body = serde_json::json!({"id": "1", "status": "completed", "result": result});
    json(200, &body.to_string())
}

/// No rows.
pub fn no_jobs() -> Answer {
    json(200, r#"{"status":"OK","output":[],"error":null}"#)
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

    pub fn builder(&self) -> Builder {
        Client::builder()
            .api_base_url(format!("{}/api/v1.2", self.url))
            .access_token("the-token")
            .wait_interval(Duration::from_millis(20))
            .settle_time(Duration::from_millis(700))
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }

    /// How many requests began so (`POST /api`).
    pub fn count(&self, start: &str) -> usize {
        self.seen().iter().filter(|seen| seen.is(start)).count()
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
        if status == 0 {
            return None;
        }
        let mut out = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            out += &format!("{name}: {value}\r\n");
        }
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
pub async fn soon<T>(future: impl IntoFuture<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future.into_future()).await.expect("it hangs")
}

/// Lets time pass: for the simulator's clock, which is the real one.
pub async fn pause(duration: Duration) {
    #[expect(clippy::disallowed_methods, reason = "a test against a server in real time")]
    tokio::time::sleep(duration).await;
}
