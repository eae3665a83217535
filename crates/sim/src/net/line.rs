//! One TCP connection that can be cut from above.
//!
//! A connection reset happens below HTTP and below TLS. The layer that decides on it sees requests and responses,
//! so it gets a [`Cutter`]; the line looks at it before every write and close.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Cuts the line it was made with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cutter(Arc<AtomicBool>);

impl Cutter {
    /// From now on nothing is written any more, and closing sends a reset instead of an orderly end.
    pub(crate) fn cut(&self) {
        self.0.store(true, SeqCst);
    }

    fn is_cut(&self) -> bool {
        self.0.load(SeqCst)
    }
}

/// A TCP stream under the power of a [`Cutter`].
#[derive(Debug)]
pub(crate) struct Line {
    tcp: TcpStream,
    cutter: Cutter,
}

impl Line {
    pub(crate) fn new(tcp: TcpStream, cutter: Cutter) -> Self {
        Self { tcp, cutter }
    }

    fn check(&self) -> io::Result<()> {
        if self.cutter.is_cut() { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.cutter.is_cut() {
            // Without lingering, closing a socket sends RST.
            let _ = self.tcp.set_zero_linger();
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}
