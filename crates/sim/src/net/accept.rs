//! The accept loop: one task a connection, counted from accept to close, all ended together.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::gauge::{Gauge, Inside};
use super::line::{Cutter, Line};

/// The connection ends here, without an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HangUp;

impl std::fmt::Display for HangUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the simulator closes this connection without an answer")
    }
}

impl std::error::Error for HangUp {}

/// What answers requests.
pub(crate) trait Answer: Send + Sync + 'static {
    /// One answer; `cutter` cuts the connection that the request came on.
    fn answer(
        self: &Arc<Self>,
        request: Request<Incoming>,
        cutter: Cutter,
    ) -> impl Future<Output = Result<Response<Body>, HangUp>> + Send;
}

/// Accepts until the other end of `stop` is dropped; then every connection ends.
pub(crate) async fn run<A: Answer>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    connections: Arc<Gauge>,
    answer: Arc<A>,
    mut stop: watch::Receiver<()>,
) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            Some(_) = open.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((tcp, _)) => {
                    let inside = connections.enter_quietly();
                    open.spawn(connection(tcp, tls.clone(), inside, Arc::clone(&answer)));
                }
                // Out of file handles: a pause lets others close.
                Err(_) => super::pause(Duration::from_millis(10)).await,
            },
        }
    }
}

async fn connection<A: Answer>(tcp: TcpStream, tls: Option<TlsAcceptor>, inside: Inside, answer: Arc<A>) {
    let _ = tcp.set_nodelay(true);
    let cutter = Cutter::default();
    let line = Line::new(tcp, cutter.clone());
    // The height is noted after the handshake: a connection that its client closed before it opened this one has
    // then been seen to close, even when both events arrived in one turn of the loop.
    match tls {
        Some(tls) => {
            let shaken = tls.accept(line).await;
            inside.note();
            if let Ok(stream) = shaken {
                let _ = serve(stream, cutter, answer).await;
            }
        }
        None => {
            tokio::task::yield_now().await;
            inside.note();
            let _ = serve(line, cutter, answer).await;
        }
    }
}

async fn serve<A: Answer>(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    cutter: Cutter,
    answer: Arc<A>,
) -> Result<(), hyper::Error> {
    let service = service_fn(move |request| {
        let (answer, cutter) = (Arc::clone(&answer), cutter.clone());
        async move { answer.answer(request, cutter).await }
    });
    http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await
}

/// A loopback listener that a runtime can take over.
pub(crate) fn bind(port: u16) -> io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Spells out that a result cannot fail.
pub(crate) fn never<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
