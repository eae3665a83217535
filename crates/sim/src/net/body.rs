//! Response bodies that are counted, slowed down or cut short.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::{Buf, Bytes};
use http_body::{Frame, SizeHint};
use tokio::time::Sleep;

use super::accept::HangUp;
use super::gauge::Inside;
use super::line::Cutter;
use super::pause;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Time for bytes already written to reach the other side before the connection dies.
const SETTLE: Duration = Duration::from_millis(25);

/// A body that keeps its request counted as in flight until it is written or dropped.
#[derive(Debug)]
pub(crate) struct Counted {
    inner: Body,
    _inside: Inside,
}

impl Counted {
    pub(crate) fn new(inner: Body, inside: Inside) -> Self {
        Self { inner, _inside: inside }
    }
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What is done to a body on its way out.
#[derive(Clone, Debug)]
pub(crate) enum Injury {
    /// Only so many bytes, then the end of the connection: a reset with a cutter, an early end without.
    Cut { after: u64, cutter: Option<Cutter> },
    /// At most so many bytes a second.
    Slow { rate: u64 },
}

/// A body with an [`Injury`].
#[derive(Debug)]
pub(crate) struct Injured {
    inner: Body,
    injury: Injury,
    sent: u64,
    held: Bytes,
    pause: Option<Pin<Box<Sleep>>>,
}

impl Injured {
    pub(crate) fn new(inner: Body, injury: Injury) -> Self {
        Self { inner, injury, sent: 0, held: Bytes::new(), pause: None }
    }

    /// The next data of the inner body, at most `most` bytes.
    fn poll_data(&mut self, cx: &mut Context<'_>, most: usize) -> Poll<Option<Result<Bytes, axum::Error>>> {
        while !self.held.has_remaining() {
            match ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
                Some(Ok(frame)) => self.held = frame.into_data().unwrap_or_default(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        let part = self.held.split_to(most.min(self.held.len()));
        self.sent += part.len() as u64;
        Poll::Ready(Some(Ok(part)))
    }
}

impl HttpBody for Injured {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        if let Some(waiting) = &mut this.pause {
            ready!(waiting.as_mut().poll(cx));
            this.pause = None;
            if let Injury::Cut { cutter, .. } = &this.injury {
                if let Some(cutter) = cutter {
                    cutter.cut();
                }
                return Poll::Ready(Some(Err(Box::new(HangUp))));
            }
        }
        let most = match this.injury {
            Injury::Cut { after, .. } => after - this.sent,
            Injury::Slow { rate } => (rate / 10).max(1),
        };
        if most == 0 {
            this.pause = Some(Box::pin(pause(SETTLE)));
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let data = ready!(this.poll_data(cx, usize::try_from(most).unwrap_or(usize::MAX)));
        if matches!(this.injury, Injury::Slow { .. }) {
            this.pause = Some(Box::pin(pause(Duration::from_millis(100))));
        }
        Poll::Ready(data.map(|data| data.map(Frame::data).map_err(Into::into)))
    }

    fn size_hint(&self) -> SizeHint {
        // The promise of the whole body: that is what makes the end a premature one.
        self.inner.size_hint()
    }
}
