//! Lists on the wire.
//!
//! A list is written row by row as the client takes it, so that memory is set by what is on the wire and not by the
//! page; small lists come whole, with their length.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body::Frame;

/// Lists up to this size are sent whole, larger ones in chunks.
const WHOLE: usize = 4 << 20;

/// Size of a chunk.
const CHUNK: usize = 256 << 10;

/// What writes one row.
type WriteRow = Box<dyn FnMut(&mut String, u64) + Send>;

/// The body of a list: a head, rows with something between them, a tail.
pub(crate) struct Rows {
    ids: std::vec::IntoIter<u64>,
    row: WriteRow,
    between: &'static str,
    tail: &'static str,
    text: String,
    first: bool,
    ended: bool,
}

impl Rows {
    pub(crate) fn new(
        head: String,
        ids: Vec<u64>,
        (between, tail): (&'static str, &'static str),
        row: impl FnMut(&mut String, u64) + Send + 'static,
    ) -> Self {
        Self { ids: ids.into_iter(), row: Box::new(row), between, tail, text: head, first: true, ended: false }
    }

    /// Whole if it is small, else as a stream.
    pub(crate) fn into_body(mut self) -> Body {
        self.write(WHOLE);
        if self.ended { Body::from(self.text) } else { Body::new(self) }
    }

    /// Writes rows until there are so many bytes, and the tail after the last.
    fn write(&mut self, bytes: usize) {
        while self.text.len() < bytes && !self.ended {
            match self.ids.next() {
                Some(id) => {
                    if !std::mem::take(&mut self.first) {
                        self.text.push_str(self.between);
                    }
                    (self.row)(&mut self.text, id);
                }
                None => {
                    self.text.push_str(self.tail);
                    self.ended = true;
                }
            }
        }
    }
}

impl HttpBody for Rows {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        this.write(CHUNK);
        if this.text.is_empty() {
            return Poll::Ready(None);
        }
        let chunk = Bytes::from(std::mem::take(&mut this.text));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.ended && self.text.is_empty()
    }
}
