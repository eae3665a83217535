//! A running simulator.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::faults::Faults;
use super::options::Options;
use super::server::{Front, Server};
use super::stats::Stats;
use crate::net::accept;
use crate::net::tls::Identity;

/// A running simulator; it ends, with all its connections, when this is dropped.
#[derive(Debug)]
pub struct Sim {
    server: Arc<Server>,
    addr: SocketAddr,
    ca_pem: Option<String>,
    _stop: watch::Sender<()>,
}

/// What runs, before it is known where.
struct Ready {
    listener: std::net::TcpListener,
    tls: Option<TlsAcceptor>,
    front: Arc<Front>,
    stop: watch::Receiver<()>,
}

impl Ready {
    async fn run(self) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        let connections = Arc::clone(&self.front.server.connections);
        accept::run(listener, self.tls, connections, self.front, self.stop).await;
        Ok(())
    }
}

impl Sim {
    /// Starts on the current tokio runtime, of whichever flavour.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(options: Options) -> io::Result<Self> {
        let (sim, ready) = Self::prepare(options)?;
        tokio::spawn(ready.run());
        Ok(sim)
    }

    /// Starts in a thread with a runtime of its own, so that the server's work is not the client's.
    ///
    /// # Errors
    /// When the port is taken, or there can be no thread.
    pub fn start_in_thread(options: Options) -> io::Result<Self> {
        let (sim, ready) = Self::prepare(options)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        std::thread::Builder::new().name("simulator".to_owned()).spawn(move || runtime.block_on(ready.run()))?;
        Ok(sim)
    }

    fn prepare(options: Options) -> io::Result<(Self, Ready)> {
        let identity = if options.tls { Some(Identity::make()?) } else { None };
        let listener = accept::bind(options.port)?;
        let addr = listener.local_addr()?;
        let server = Arc::new(Server::new(options));
        let (tls, ca_pem) = identity.map(|identity| (identity.acceptor, identity.ca_pem)).unzip();
        let (stop, stopped) = watch::channel(());
        let front = Arc::new(Front::new(Arc::clone(&server)));
        let ready = Ready { listener, tls, front, stop: stopped };
        Ok((Self { server, addr, ca_pem, _stop: stop }, ready))
    }

    /// Where it listens: `https://127.0.0.1:PORT`, or `http://…`.
    pub fn url(&self) -> String {
        let scheme = if self.ca_pem.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The certificate authority that clients must trust, in PEM; nothing without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }

    /// How it was told to be.
    pub fn options(&self) -> &Options {
        &self.server.options
    }

    /// What it has counted so far.
    pub fn stats(&self) -> Stats {
        self.server.stats()
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        self.server.reset_stats();
    }

    /// Replaces all faults, from the next request on.
    pub fn set_faults(&self, faults: Faults) {
        self.server.set_faults(faults);
    }

    /// Enrols so many more computers, with the next ids.
    pub fn enrol(&self, n: u64) {
        self.server.fleet().enrol(n);
    }

    /// Removes a computer, if there is one with this id.
    pub fn remove(&self, id: u64) {
        self.server.fleet().remove(id);
    }

    /// Ends the life of every token issued so far.
    pub fn expire_tokens(&self) {
        self.server.tokens().kill_all();
    }
}
