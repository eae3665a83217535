//! A running simulator.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use super::faults::Faults;
use super::options::Options;
use super::server::{Front, Server};
use super::stats::Stats;
use crate::net::host::{Host, Socket};

/// A running simulator; it ends, with all its connections, when this is dropped.
#[derive(Debug)]
pub struct Sim {
    server: Arc<Server>,
    host: Host,
}

impl Sim {
    /// Starts on the current tokio runtime, of whichever flavour.
    ///
    /// # Errors
    /// When the port is taken.
    pub async fn start(options: Options) -> io::Result<Self> {
        let (sim, socket, front) = Self::prepare(options)?;
        tokio::spawn(socket.run(Arc::clone(&sim.server.connections), front));
        Ok(sim)
    }

    /// Starts in a thread with a runtime of its own, so that the server's work is not the client's.
    ///
    /// # Errors
    /// When the port is taken, or there can be no thread.
    pub fn start_in_thread(options: Options) -> io::Result<Self> {
        let (sim, socket, front) = Self::prepare(options)?;
        socket.run_in_thread(Arc::clone(&sim.server.connections), front)?;
        Ok(sim)
    }

    fn prepare(options: Options) -> io::Result<(Self, Socket, Arc<Front>)> {
        let (host, socket) = Host::prepare(options.port, options.tls)?;
        let server = Arc::new(Server::new(options));
        let front = Arc::new(Front::new(Arc::clone(&server)));
        Ok((Self { server, host }, socket, front))
    }

    /// Where it listens: `https://127.0.0.1:PORT`, or `http://…`.
    pub fn url(&self) -> String {
        self.host.origin()
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.host.addr
    }

    /// The certificate authority that clients must trust, in PEM; nothing without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.host.ca_pem.as_deref()
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
