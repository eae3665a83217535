//! A request's body on the wire, whole or in chunks, telling how far it has come.

use crate::stream::{BodySource, Chunks};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

pub(super) enum Outgoing {
    Whole(Option<Bytes>),
    Chunks { chunks: Chunks, left: u64, sent: Arc<AtomicU64> },
}

impl Outgoing {
    pub(super) fn new(whole: &Bytes, source: Option<&Arc<dyn BodySource>>, sent: &Arc<AtomicU64>) -> Self {
        match source {
            Some(source) => Self::Chunks { chunks: source.open(), left: source.length(), sent: Arc::clone(sent) },
            None => Self::Whole(Some(whole.clone()).filter(|b| !b.is_empty())),
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Chunks { chunks, left, sent } => {
                let chunk = ready!(chunks.as_mut().poll_next(cx));
                Poll::Ready(match chunk {
                    Some(Ok(chunk)) if chunk.len() as u64 <= *left => {
                        *left -= chunk.len() as u64;
                        sent.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                        Some(Ok(Frame::data(chunk)))
                    }
                    Some(Ok(_)) => Some(Err(io::Error::other("the body is longer than it said"))),
                    Some(Err(error)) => Some(Err(error)),
                    None if *left > 0 => Some(Err(io::Error::other("the body is shorter than it said"))),
                    None => None,
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Chunks { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Whole(bytes) => bytes.as_ref().map_or(0, |b| b.len() as u64),
            Self::Chunks { left, .. } => *left,
        })
    }
}
