//! A client that knows nothing: raw HTTP/1.1 over a socket, so that what the simulator sends is seen as sent.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use std::net::SocketAddr;

use adjutant_sim::{jamf, sfapi};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// An answer as received.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Why the body ended early.
    pub(crate) broken: Option<io::Error>,
}

impl Answer {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub(crate) fn json(&self) -> Value {
        assert!(self.broken.is_none(), "{:?}", self.broken);
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let pair = |line: &'_ str| line.split_once(':').is_some_and(|(key, _)| key.eq_ignore_ascii_case(name));
        self.head.lines().find(|line| pair(line)).and_then(|line| line.split_once(':')).map(|(_, value)| value.trim())
    }
}

/// One connection.
pub(crate) struct Client {
    stream: BufReader<Box<dyn Stream>>,
    pub(crate) token: Option<String>,
    host: String,
}

/// A simulator in a thread of its own.
pub(crate) fn sim(options: &str) -> jamf::Sim {
    jamf::Sim::start_in_thread(jamf::Options::parse(options).expect("options")).expect("a free port")
}

/// A simulated Superfacility API, and a client with a token.
pub(crate) fn facility(options: &str) -> (sfapi::Sim, Client) {
    let options = sfapi::Options::parse(&format!("tls=false&{options}")).expect("options");
    let sim = sfapi::Sim::start_in_thread(options).expect("a free port");
    let mut client = Client::connect(&sim);
    client.token = Some(sim.access_token());
    (sim, client)
}

/// What can be connected to.
pub(crate) trait Place {
    fn place(&self) -> (SocketAddr, Option<&str>);
}

impl Place for jamf::Sim {
    fn place(&self) -> (SocketAddr, Option<&str>) {
        (self.addr(), self.ca_pem())
    }
}

impl Place for sfapi::Sim {
    fn place(&self) -> (SocketAddr, Option<&str>) {
        (self.addr(), self.ca_pem())
    }
}

/// Percent-encodes a query value.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

impl Client {
    pub(crate) fn connect(sim: &impl Place) -> Self {
        let (addr, ca_pem) = sim.place();
        let tcp = TcpStream::connect(addr).expect("a listening simulator");
        tcp.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
        tcp.set_nodelay(true).expect("a socket");
        let stream: Box<dyn Stream> = match ca_pem {
            None => Box::new(tcp),
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM")).expect("an authority");
                let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                    .with_safe_default_protocol_versions()
                    .expect("versions")
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                let name = ServerName::try_from("127.0.0.1").expect("a name");
                Box::new(StreamOwned::new(ClientConnection::new(Arc::new(config), name).expect("TLS"), tcp))
            }
        };
        Self { stream: BufReader::new(stream), token: None, host: addr.to_string() }
    }

    /// Connected, with a token of the API client.
    pub(crate) fn logged_in(sim: &jamf::Sim) -> Self {
        let mut client = Self::connect(sim);
        client.login();
        client
    }

    pub(crate) fn login(&mut self) {
        let form = "client_id=adjutant&client_secret=simulated&grant_type=client_credentials";
        let answer = self.post("/api/v1/oauth/token", "application/x-www-form-urlencoded", form);
        self.token = Some(answer.json()["access_token"].as_str().expect("a token").to_owned());
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, &[], "").expect("an answer")
    }

    pub(crate) fn json(&mut self, target: &str) -> Value {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    pub(crate) fn post(&mut self, target: &str, media: &str, body: &str) -> Answer {
        self.send("POST", target, &[("Content-Type", media)], body).expect("an answer")
    }

    pub(crate) fn patch(&mut self, target: &str, body: &str) -> Answer {
        self.send("PATCH", target, &[("Content-Type", "application/json")], body).expect("an answer")
    }

    pub(crate) fn delete(&mut self, target: &str) -> Answer {
        self.send("DELETE", target, &[], "").expect("an answer")
    }

    /// Of an API that takes forms.
    pub(crate) fn form(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        self.post(target, "application/x-www-form-urlencoded", &pairs.join("&"))
    }

    pub(crate) fn write(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> io::Result<()> {
        self.write_head(method, target, headers, body.len() as u64)?;
        self.write_body(body.as_bytes())
    }

    pub(crate) fn write_body(&mut self, bytes: &[u8]) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(bytes)?;
        stream.flush()
    }

    pub(crate) fn write_head(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        length: u64,
    ) -> io::Result<()> {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n", self.host);
        if let Some(token) = &self.token {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        let stream = self.stream.get_mut();
        stream.write_all(format!("{head}\r\n").as_bytes())
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        self.write(method, target, headers, body)?;
        self.read()
    }

    pub(crate) fn read(&mut self) -> io::Result<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let mut answer = Answer { status, head, body: Vec::new(), broken: None };
        answer.broken = self.read_body(&mut answer).err();
        Ok(answer)
    }

    /// Reads so many bytes of whatever comes, and forgets them.
    pub(crate) fn skim(&mut self, bytes: u64) {
        let read = io::copy(&mut (&mut self.stream).take(bytes), &mut io::sink()).expect("bytes");
        assert_eq!(read, bytes);
    }

    fn read_body(&mut self, answer: &mut Answer) -> io::Result<()> {
        if answer.header("transfer-encoding").is_some() {
            loop {
                let mut line = String::new();
                if self.stream.read_line(&mut line)? == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                let length = u64::from_str_radix(line.trim(), 16).expect("a chunk's length");
                self.read_exactly(length, &mut answer.body)?;
                self.stream.read_line(&mut String::new())?;
                if length == 0 {
                    return Ok(());
                }
            }
        }
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        self.read_exactly(length, &mut answer.body)
    }

    fn read_exactly(&mut self, length: u64, into: &mut Vec<u8>) -> io::Result<()> {
        let before = into.len() as u64;
        (&mut self.stream).take(length).read_to_end(into)?;
        if into.len() as u64 - before < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}
