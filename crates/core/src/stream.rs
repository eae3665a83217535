//! Bodies that do not fit into memory: sent from a source, read in chunks.
//!
//! A body that goes out can be opened again for a retry, so it is a source and not a stream. One that comes in holds
//! its permit and its connection until it has been read or dropped.

use crate::{Error, Result, operation::BoxFuture, permit::Permit};
use bytes::Bytes;
use futures_core::Stream;
use http::HeaderMap;
use std::{
    fmt, io,
    io::{Read as _, Seek as _},
    path::PathBuf,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// Chunks on their way.
pub type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A body that can be read from its beginning as often as it must be sent.
pub trait BodySource: Send + Sync + fmt::Debug {
    /// Its exact length in bytes.
    fn length(&self) -> u64;
    /// Its chunks, from the first byte. An error ends the attempt; nothing short is ever sent as whole.
    fn open(&self) -> Chunks;
}

/// A file, read as it is sent: memory does not depend on its size.
#[derive(Clone, Debug)]
pub struct FileSource {
    path: PathBuf,
    length: u64,
}

/// Bytes read at once from a file.
const CHUNK: usize = 256 << 10;

impl FileSource {
    /// The file as it is now; one that changes its length before it has been sent is an error.
    ///
    /// # Errors
    /// It cannot be looked at, or is not a file.
    pub fn new(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let shown = path.display();
        let meta = std::fs::metadata(&path).map_err(|e| Error::local(format!("{shown} cannot be read: {e}"), e))?;
        if !meta.is_file() {
            return Err(Error::usage(format!("{shown} is not a file")));
        }
        Ok(Self { length: meta.len(), path })
    }
}

impl BodySource for FileSource {
    fn length(&self) -> u64 {
        self.length
    }

    fn open(&self) -> Chunks {
        Box::pin(FileChunks { path: self.path.clone(), at: 0, left: self.length, reading: None })
    }
}

type Reading = tokio::task::JoinHandle<io::Result<Bytes>>;

/// Reads a chunk ahead on a thread that may block.
struct FileChunks {
    path: PathBuf,
    at: u64,
    left: u64,
    reading: Option<Reading>,
}

impl FileChunks {
    fn read(&self) -> Reading {
        let (path, at) = (self.path.clone(), self.at);
        let size = self.left.min(CHUNK as u64);
        tokio::task::spawn_blocking(move || {
            let mut file = std::fs::File::open(path)?;
            file.seek(io::SeekFrom::Start(at))?;
            let mut chunk = Vec::with_capacity(size as usize);
            file.take(size).read_to_end(&mut chunk)?;
            if chunk.len() as u64 != size {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was sent"));
            }
            Ok(chunk.into())
        })
    }
}

impl Stream for FileChunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if self.reading.is_none() {
            self.reading = Some(self.read());
        }
        let Some(reading) = &mut self.reading else { return Poll::Pending };
        let read = ready!(Pin::new(reading).poll(cx)).unwrap_or_else(|e| Err(io::Error::other(e)));
        self.reading = None;
        match &read {
            Ok(chunk) => {
                self.at += chunk.len() as u64;
                self.left -= chunk.len() as u64;
            }
            Err(_) => self.left = 0,
        }
        Poll::Ready(Some(read))
    }
}

/// An answer whose body is still on its way. Dropping it closes its connection.
#[must_use = "an answer that is not read holds a permit"]
pub struct Streamed {
    status: u16,
    headers: HeaderMap,
    length: Option<u64>,
    body: Box<dyn AnswerBody>,
    permit: Option<Permit>,
}

/// The rest of an answer, as a transport reads it.
pub trait AnswerBody: Send {
    /// The next chunk; `None` at the proven end. Each wait is bounded.
    fn chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>>>;
}

impl Streamed {
    /// Puts an answer together, as a transport does.
    pub fn new(status: u16, headers: HeaderMap, length: Option<u64>, body: Box<dyn AnswerBody>) -> Self {
        Self { status, headers, length, body, permit: None }
    }

    pub(crate) fn hold(mut self, permit: Permit) -> Self {
        self.permit = Some(permit);
        self
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The answer's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body's length in bytes, if the server says.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// The next chunk; `None` once the body has come whole. A body cut short is an error, never an end.
    ///
    /// # Errors
    /// The connection broke, or the server paused for longer than the idle timeout.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let chunk = self.body.chunk().await;
        if !matches!(chunk, Ok(Some(_))) {
            self.permit = None;
        }
        chunk
    }
}

impl fmt::Debug for Streamed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streamed").field("status", &self.status).field("length", &self.length).finish_non_exhaustive()
    }
}
