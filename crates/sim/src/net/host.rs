//! A simulator's place on the loopback: its socket, its authority, its end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::accept::{self, Answer};
use super::gauge::Gauge;
use super::tls::Identity;

/// Where a simulator runs; everything ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) addr: SocketAddr,
    /// The authority that clients must trust; nothing without TLS.
    pub(crate) ca_pem: Option<String>,
    _stop: watch::Sender<()>,
}

/// What accepts connections, before it is known who answers them.
pub(crate) struct Socket {
    listener: std::net::TcpListener,
    tls: Option<TlsAcceptor>,
    stop: watch::Receiver<()>,
}

impl Host {
    /// Takes the port and makes the certificates.
    pub(crate) fn prepare(port: u16, tls: bool) -> io::Result<(Self, Socket)> {
        let identity = if tls { Some(Identity::make()?) } else { None };
        let listener = accept::bind(port)?;
        let addr = listener.local_addr()?;
        let (tls, ca_pem) = identity.map(|identity| (identity.acceptor, identity.ca_pem)).unzip();
        let (stop, stopped) = watch::channel(());
        Ok((Self { addr, ca_pem, _stop: stop }, Socket { listener, tls, stop: stopped }))
    }

    /// `https://127.0.0.1:PORT`, or `http://…`.
    pub(crate) fn origin(&self) -> String {
        let scheme = if self.ca_pem.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.addr)
    }
}

impl Socket {
    /// Answers until the host is dropped.
    pub(crate) async fn run<A: Answer>(self, connections: Arc<Gauge>, answer: Arc<A>) -> io::Result<()> {
        let listener = TcpListener::from_std(self.listener)?;
        accept::run(listener, self.tls, connections, answer, self.stop).await;
        Ok(())
    }

    /// The same in a thread with a runtime of its own.
    pub(crate) fn run_in_thread<A: Answer>(self, connections: Arc<Gauge>, answer: Arc<A>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let work = move || runtime.block_on(self.run(connections, answer));
        std::thread::Builder::new().name("simulator".to_owned()).spawn(work).map(drop)
    }
}
