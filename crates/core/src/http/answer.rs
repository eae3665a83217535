//! An answer being read: to its end in bounded memory, or in chunks; each wait bounded.

use super::{Wire, attempt::stop, connect::Connection, origin::Origin};
use crate::{
    Error, ErrorKind, Result,
    engine::{Failure, Then},
    error::Applied,
    operation::BoxFuture,
    permit::Signal,
    request::{Request, Response},
    stream::{AnswerBody, Streamed},
};
use bytes::{Bytes, BytesMut};
use http_body::Body as _;
use hyper::body::Incoming;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// An answer whose head has come. Dropped unread, it closes its connection.
pub(super) struct Answer {
    wire: Arc<Wire>,
    /// Given back once the body has been read to its end.
    connection: Option<Connection>,
    head: http::response::Parts,
    body: Incoming,
    watch: Watch,
    origin: Origin,
    /// Bytes of the body so far.
    got: u64,
}

impl Answer {
    pub(super) fn new(
        wire: Arc<Wire>,
        connection: Connection,
        answer: http::Response<Incoming>,
        mut watch: Watch,
        origin: Origin,
    ) -> Self {
        watch.progress();
        let (head, body) = answer.into_parts();
        Self { wire, connection: Some(connection), head, body, watch, origin, got: 0 }
    }

    pub(super) fn status(&self) -> u16 {
        self.head.status.as_u16()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    /// The body to its end. A length is a server's word: memory is taken as bytes arrive.
    pub(super) async fn read(mut self, limit: u64) -> Result<Response, Failure> {
        let expected = self.body.size_hint().exact();
        if expected.is_some_and(|length| length > limit) {
            return Err(self.too_large(limit));
        }
        let mut out = BytesMut::with_capacity(expected.unwrap_or(0).min(4 << 20) as usize);
        while let Some(data) = self.next().await? {
            if (out.len() + data.len()) as u64 > limit {
                return Err(self.too_large(limit));
            }
            out.extend_from_slice(&data);
        }
        Ok(Response::new(self.status(), self.head.headers, out))
    }

    /// The body in chunks.
    pub(super) fn stream(mut self) -> Streamed {
        self.watch.no_total();
        let (status, headers) = (self.status(), self.head.headers.clone());
        Streamed::new(status, headers, self.body.size_hint().exact(), Box::new(self))
    }

    /// A body that has been read already, as chunks.
    pub(super) fn whole(response: Response) -> Streamed {
        let (status, headers, length) = (response.status(), response.headers().clone(), response.body().len() as u64);
        Streamed::new(status, headers, Some(length), Box::new(Read(Some(response.into_body()))))
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let Some(connection) = &mut self.connection else { return Ok(None) };
            let (body, watch) = (&mut self.body, &mut self.watch);
            let frame = std::future::poll_fn(|cx| {
                if let Poll::Ready(frame) = connection.poll_with(cx, |cx| Pin::new(&mut *body).poll_frame(cx)) {
                    return Poll::Ready(Ok(frame));
                }
                watch.poll(cx).map(Err)
            })
            .await;
            match frame {
                Ok(None) => {
                    self.give_back();
                    return Ok(None);
                }
                Ok(Some(Ok(frame))) => {
                    self.watch.progress();
                    if let Ok(data) = frame.into_data() {
                        self.got += data.len() as u64;
                        return Ok(Some(data));
                    }
                }
                Ok(Some(Err(cause))) => {
                    self.connection = None;
                    return Err(self.cut_off(cause));
                }
                Err(late) => {
                    self.connection = None;
                    return Err(late.failure(&self.origin, &format!("stopped in its answer after {} bytes", self.got)));
                }
            }
        }
    }

    fn give_back(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.wire.pool.put(self.origin.clone(), connection, self.wire.clock.now());
        }
    }

    fn cut_off(&self, cause: hyper::Error) -> Failure {
        let of = self.header("content-length").map_or_else(String::new, |n| format!(" of {n}"));
        let message = format!("the answer of {} was cut off after {}{of} bytes", self.origin, self.got);
        let error = Error::new(ErrorKind::Broken, message).with_status(self.status());
        let error = error.with_applied(Applied::Maybe).with_source(cause);
        Failure::new(error, Then::Retry, Signal::Neutral)
    }

    fn too_large(&self, limit: u64) -> Failure {
        let error = Error::new(ErrorKind::TooLarge, format!("the answer is longer than the limit of {limit} bytes"));
        stop(error.with_status(self.status()).with_applied(Applied::Yes).with_hint("ask for a smaller page"))
    }
}

impl AnswerBody for Answer {
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>>> {
        Box::pin(async move { self.next().await.map_err(|failure| failure.error) })
    }
}

struct Read(Option<Bytes>);

impl AnswerBody for Read {
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>>> {
        let rest = self.0.take().filter(|bytes| !bytes.is_empty());
        Box::pin(async move { Ok(rest) })
    }
}

/// Bounds the waits of one attempt with one timer: the gap since the last byte, and the total.
pub(super) struct Watch {
    wire: Arc<Wire>,
    idle: Duration,
    last: Instant,
    /// `None` for a streamed body.
    end: Option<Instant>,
    /// Bytes of the request's body that have gone out, and how many had at the last look.
    pub(super) sent: Arc<AtomicU64>,
    seen: u64,
    timer: BoxFuture<'static, ()>,
}

/// A wait that ended.
pub(super) struct Late {
    total: bool,
    limit: Duration,
}

impl Watch {
    pub(super) fn new(wire: &Arc<Wire>, request: &Request) -> Self {
        let now = wire.clock.now();
        let total = request.timeout.unwrap_or(wire.config.total_timeout);
        let idle = wire.config.idle_timeout;
        let end = request.source.is_none().then(|| now + total);
        let timer = wire.clock.sleep(idle.min(total));
        Self { wire: Arc::clone(wire), idle, last: now, end, sent: Arc::default(), seen: 0, timer }
    }

    pub(super) fn progress(&mut self) {
        self.last = self.wire.clock.now();
    }

    fn no_total(&mut self) {
        self.end = None;
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Late> {
        while self.timer.as_mut().poll(cx).is_ready() {
            let now = self.wire.clock.now();
            let sent = self.sent.load(Ordering::Relaxed);
            if sent != self.seen {
                (self.seen, self.last) = (sent, now);
            }
            let gap_ends = self.last + self.idle;
            if self.end.is_some_and(|end| now >= end) {
                return Poll::Ready(Late { total: true, limit: self.wire.config.total_timeout });
            }
            if now >= gap_ends {
                return Poll::Ready(Late { total: false, limit: self.idle });
            }
            let next = self.end.map_or(gap_ends, |end| gap_ends.min(end));
            self.timer = self.wire.clock.sleep(next.duration_since(now));
        }
        Poll::Pending
    }
}

impl Late {
    pub(super) fn failure(self, origin: &Origin, what: &str) -> Failure {
        let message = if self.total {
            format!("{origin} did not finish its answer in time")
        } else {
            format!("{origin} {what} for {:?}", self.limit)
        };
        let error = Error::new(ErrorKind::Timeout, message)
            .with_applied(Applied::Maybe)
            .with_hint("the server is slow: ask for smaller pages, or allow more with --timeout");
        Failure::new(error, Then::Retry, Signal::Distress)
    }
}
