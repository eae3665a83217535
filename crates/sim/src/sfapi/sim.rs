//! A running simulator.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::call::{API, TOKEN};
use super::faults::Faults;
use super::keys::Keys;
use super::options::Options;
use super::server::{Front, Server};
use super::slurm::Verdict;
use super::stats::Stats;
use crate::net::host::{Host, Socket};

/// A running simulator; it ends, with all its connections and its temporary files, when this is dropped.
#[derive(Debug)]
pub struct Sim {
    server: Arc<Server>,
    host: Host,
}

impl Drop for Sim {
    /// The process may end before the simulator's thread has seen that it is over.
    fn drop(&mut self) {
        self.server.sandbox.remove();
    }
}

impl Sim {
    /// Starts on the current tokio runtime, of whichever flavour.
    ///
    /// # Errors
    /// When the port is taken, or there is no place for its files.
    pub async fn start(options: Options) -> io::Result<Self> {
        let (sim, socket, front) = Self::prepare(options)?;
        tokio::spawn(socket.run(Arc::clone(&sim.server.connections), front));
        Ok(sim)
    }

    /// Starts in a thread with a runtime of its own, so that the server's work is not the client's.
    ///
    /// # Errors
    /// As [`Self::start`], or when there can be no thread.
    pub fn start_in_thread(options: Options) -> io::Result<Self> {
        let (sim, socket, front) = Self::prepare(options)?;
        socket.run_in_thread(Arc::clone(&sim.server.connections), front)?;
        Ok(sim)
    }

    fn prepare(options: Options) -> io::Result<(Self, Socket, Arc<Front>)> {
        let (host, socket) = Host::prepare(options.port, options.tls)?;
        let server = Arc::new(Server::new(options, host.origin())?);
        let front = Arc::new(Front::new(Arc::clone(&server)));
        Ok((Self { server, host }, socket, front))
    }

    /// The base of the API: `https://127.0.0.1:PORT/api/v1.2`, or `http://…`.
    pub fn url(&self) -> String {
        format!("{}{API}", self.server.origin)
    }

    /// Where tokens are given out, and the audience of assertions.
    pub fn token_url(&self) -> String {
        format!("{}{TOKEN}", self.server.origin)
    }

    /// Scheme, address and port: `/__sim` lies below it.
    pub fn origin(&self) -> &str {
        &self.server.origin
    }

    /// The address that it listens on.
    pub fn addr(&self) -> SocketAddr {
        self.host.addr
    }

    /// The certificate authority that clients must trust, in PEM; nothing without TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.host.ca_pem.as_deref()
    }

    /// The registered client.
    pub fn client_id(&self) -> &str {
        &self.server.options.client_id
    }

    /// Its key for ES256, made at start, as PKCS #8 in PEM.
    pub fn private_key_pem(&self) -> &str {
        self.server.keys.ec_pem()
    }

    /// Its key for ES256 as a JSON Web Key.
    pub fn private_jwk(&self) -> String {
        self.server.keys.ec_jwk()
    }

    /// Its key for RS256 as PKCS #8 in PEM. It is compiled in, the same for everybody, and not a secret.
    pub fn rsa_private_key_pem(&self) -> &'static str {
        Keys::rsa_pem()
    }

    /// Its key for RS256 as a JSON Web Key; see [`Self::rsa_private_key_pem`].
    pub fn rsa_private_jwk(&self) -> &'static str {
        Keys::rsa_jwk()
    }

    /// An access token, as if the client had asked for one; not counted as a request.
    pub fn access_token(&self) -> String {
        self.server.tokens().issue((), self.server.options.token_life)
    }

    /// The directory of the host that is the file system of all machines.
    pub fn root(&self) -> &Path {
        self.server.sandbox.root()
    }

    /// The user's home directory, as the machines see it.
    pub fn home(&self) -> &str {
        self.server.sandbox.home()
    }

    /// How it was told to be.
    pub fn options(&self) -> &Options {
        &self.server.options
    }

    /// What it has counted so far.
    pub fn stats(&self) -> Stats {
        self.server.stats()
    }

    /// How many jobs came into the queue since the start or the last reset.
    pub fn jobs_submitted(&self) -> u64 {
        self.server.counts().submitted
    }

    /// Starts counting anew.
    pub fn reset_stats(&self) {
        self.server.reset_stats();
    }

    /// Replaces all faults, from the next request on.
    pub fn set_faults(&self, faults: Faults) {
        self.server.set_faults(faults);
    }

    /// Changes the state of a machine or service, such as `unavailable`; false if there is none of this name.
    pub fn set_status(&self, name: &str, status: &str, notes: &str) -> bool {
        self.server.facility().set(name, status, notes)
    }

    /// Ends a job of any machine with a state such as `NODE_FAIL`; false if it is not there or has ended.
    pub fn end_job(&self, id: u64, state: &str) -> bool {
        self.server.end_job(id, Verdict::of(state))
    }

    /// Ends the life of every access token issued so far.
    pub fn expire_tokens(&self) {
        self.server.tokens().kill_all();
    }
}
