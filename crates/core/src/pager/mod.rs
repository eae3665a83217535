//! Reading a collection page by page, and proving that nothing was missed.
//!
//! A server that counts pages while computers enrol and vanish shifts rows across page borders: some come
//! twice, some never. Every reader that stops at "the last page was short" loses rows silently. This one knows
//! the highest key before it starts, holds every page's total against the first, and drops what comes twice. If
//! nothing moved, that is the proof. If something did, it lists the keys once more, by key and not by page
//! number, so that shifts cannot matter, and fetches what it lacks. What cannot be had is an error that names it.

mod drive;
mod seen;

pub use seen::{Key, Seen};

use crate::{
    Error, Result,
    engine::Engine,
    error::ErrorKind,
    operation::{BoxFuture, Paged},
    request::{Request, Response},
    runtime::Runtime,
};
use bytes::Bytes;
use futures_core::Stream;
use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};
use tokio::sync::mpsc;

/// One row as it came: validated, compacted, not decoded.
#[derive(Clone, Debug)]
pub struct Row {
    /// What tells it from the others, if it says.
    pub key: Option<Key>,
    /// Its text.
    pub bytes: Bytes,
}

/// One page as it came.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// How many rows there are in all, the server says.
    pub total: Option<u64>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// How to look at a collection's keys cheaply, and fetch rows by key.
pub trait Audit: Send + Sync + fmt::Debug {
    /// The request for the one row with the highest key, as light as the server makes them.
    ///
    /// # Errors
    /// Arguments that cannot be sent.
    fn newest(&self) -> Result<Request>;
    /// The request for the next `size` keys above `after`, ascending, as light as the server makes them.
    ///
    /// # Errors
    /// As above.
    fn keys_after(&self, after: Option<u64>, size: u32) -> Result<Request>;
    /// The request for these rows, whole.
    ///
    /// # Errors
    /// As above.
    fn by_keys(&self, keys: &[u64]) -> Result<Request>;
    /// Opens an answer of any of the three.
    ///
    /// # Errors
    /// An answer that is not a page.
    fn open(&self, response: Response) -> Result<Page>;
}

/// What proves a read complete, and what the collection itself did meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// Rows delivered, each once.
    pub rows: u64,
    /// How it was proven.
    pub method: ProofMethod,
    /// Rows that appeared while it was read; they are among the delivered.
    pub enrolled: u64,
    /// Rows that vanished while it was read; they are among the delivered if they had been read before.
    pub removed: u64,
    /// Rows that pages brought again; delivered once.
    pub repeated: u64,
    /// Rows that no page brought and that were fetched by key.
    pub recovered: u64,
}

/// How a read was proven complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofMethod {
    /// The server's total is the number of distinct keys, and neither moved from the first page to the last.
    Steady,
    /// The collection moved; afterwards its keys were listed once more, and every one of them had been read.
    KeysListed,
    /// The rows have no keys: as many as the server's total, which did not move.
    Counted,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.method {
            ProofMethod::Steady => {
                f.write_str("complete: as many distinct ids as the server's total, which held from first page to last")?
            }
            ProofMethod::KeysListed => {
                f.write_str("complete: all ids listed once more after the read, none missing")?
            }
            ProofMethod::Counted => f.write_str("complete: as many rows as the server's total")?,
        }
        for (count, what) in [
            (self.enrolled, "enrolled meanwhile"),
            (self.removed, "removed meanwhile"),
            (self.repeated, "came twice, kept once"),
            (self.recovered, "fetched by id"),
        ] {
            if count > 0 {
                write!(f, "; {count} {what}")?;
            }
        }
        Ok(())
    }
}

/// Where a broken read can go on.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// The keys that are already there.
    pub seen: Seen,
}

/// Reads ahead of the caller by default, in pages: as many as the default limit lets be in flight.
const DEFAULT_PREFETCH: usize = 5;

/// A paged read that has not begun.
#[must_use = "a read does nothing until it is polled"]
pub struct Pager<O: Paged> {
    engine: Engine,
    operation: O,
    prefetch: usize,
    resume: Option<Resume>,
}

impl<O: Paged> Pager<O> {
    /// A read of everything that the operation lists.
    pub fn new(engine: Engine, operation: O) -> Self {
        Self { engine, operation, prefetch: DEFAULT_PREFETCH, resume: None }
    }

    /// Pages to read ahead, under the client's limit; 0 reads one by one. Default 5.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// Goes on where another read broke off.
    pub fn resume(mut self, resume: Resume) -> Self {
        self.resume = Some(resume);
        self
    }

    /// The pages, undecoded, in order.
    pub fn pages(self) -> Pages {
        let operation = Arc::new(self.operation);
        let progress = Arc::new(Progress::default());
        let source = drive::Source {
            engine: self.engine,
            info: operation.info(),
            page_size: operation.page_size().max(1),
            audit: operation.audit(),
            request: {
                let operation = Arc::clone(&operation);
                Box::new(move |index, size| operation.page_request(index, size))
            },
            open: Box::new(move |response| operation.open(response)),
        };
        let (sender, receiver) = mpsc::channel(1);
        let driver =
            drive::drive(source, self.prefetch, self.resume.unwrap_or_default(), sender, Arc::clone(&progress));
        Pages { start: Some(Box::pin(driver)), task: None, receiver, progress }
    }

    /// The rows, undecoded, in order.
    pub fn rows(self) -> Rows {
        Rows { pages: self.pages(), current: Vec::new().into_iter() }
    }

    /// The rows, decoded, in order.
    pub fn items(self) -> Items<O> {
        Items { operation: self.operation.clone(), rows: self.rows() }
    }
}

impl<O: Paged> fmt::Debug for Pager<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pager").field("prefetch", &self.prefetch).finish_non_exhaustive()
    }
}

/// What a running read tells its watchers.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) total: Mutex<Option<u64>>,
    pub(crate) proof: Mutex<Option<Proof>>,
}

impl Progress {
    fn get<T: Clone>(slot: &Mutex<Option<T>>) -> Option<T> {
        slot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set<T>(slot: &Mutex<Option<T>>, value: T) {
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }
}

/// Pages of a read. Dropping it ends the read.
#[must_use = "a read does nothing until it is polled"]
pub struct Pages {
    start: Option<BoxFuture<'static, ()>>,
    task: Option<tokio::task::AbortHandle>,
    receiver: mpsc::Receiver<Result<Page>>,
    progress: Arc<Progress>,
}

impl Pages {
    /// What proves the read complete; `None` until its end has been reached.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        Progress::get(&self.progress.proof)
    }

    /// How many rows there are, as far as is known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        Progress::get(&self.progress.total)
    }
}

impl Pages {
    /// The next one; `None` after the last. As `StreamExt::next`, for those who have no `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<Page>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Pages {
    type Item = Result<Page>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(driver) = self.start.take() {
            self.task = Some(tokio::spawn(driver).abort_handle());
        }
        let next = ready!(self.receiver.poll_recv(cx));
        if next.is_none() {
            let crashed = self.task.take().is_some() && self.proof().is_none();
            if crashed {
                let error = Error::new(ErrorKind::Closed, "the read was ended from outside");
                return Poll::Ready(Some(Err(error)));
            }
        }
        if matches!(next, Some(Err(_))) {
            self.task = None; // It has said its last word.
        }
        Poll::Ready(next)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("progress", &self.progress).finish_non_exhaustive()
    }
}

/// Rows of a read, one by one.
#[must_use = "a read does nothing until it is polled"]
#[derive(Debug)]
pub struct Rows {
    pages: Pages,
    current: std::vec::IntoIter<Row>,
}

impl Rows {
    /// As [`Pages::proof`].
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.pages.proof()
    }

    /// As [`Pages::total`].
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.pages.total()
    }
}

impl Rows {
    /// The next one; `None` after the last. As `StreamExt::next`, for those who have no `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<Row>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Rows {
    type Item = Result<Row>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(row) = self.current.next() {
                return Poll::Ready(Some(Ok(row)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => self.current = page.rows.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// Rows of a read, decoded one by one. A row that does not decode is an error in its place; the read goes on.
#[must_use = "a read does nothing until it is polled"]
pub struct Items<O: Paged> {
    operation: O,
    rows: Rows,
}

impl<O: Paged> Items<O> {
    /// As [`Pages::proof`].
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.rows.proof()
    }

    /// As [`Pages::total`].
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.rows.total()
    }
}

// Nothing in it is pinned in place.
impl<O: Paged> Unpin for Items<O> {}

impl<O: Paged> Items<O> {
    /// The next one; `None` after the last. As `StreamExt::next`, for those who have no `StreamExt`.
    pub async fn next(&mut self) -> Option<Result<O::Item>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<O: Paged> Stream for Items<O> {
    type Item = Result<O::Item>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let row = ready!(Pin::new(&mut self.rows).poll_next(cx));
        Poll::Ready(row.map(|row| {
            row.and_then(|row| self.operation.item(&row)).map_err(|e| e.with_operation(self.operation.info().name))
        }))
    }
}

impl<O: Paged> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// A stream of results as an iterator: the blocking ending of [`Pages`], [`Rows`] and [`Items`].
pub struct Iter<S> {
    runtime: Runtime,
    stream: S,
    refused: bool,
}

impl<S> Iter<S> {
    /// Iterates a stream on that runtime.
    #[must_use]
    pub fn new(runtime: Runtime, stream: S) -> Self {
        Self { runtime, stream, refused: false }
    }

    /// The stream itself, for what it can tell (`proof()`, `total()`).
    #[must_use]
    pub fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<T, S: Stream<Item = Result<T>> + Unpin> Iterator for Iter<S> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.refused {
            return None;
        }
        let stream = &mut self.stream;
        match self.runtime.wait_here(std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx))) {
            Ok(next) => next,
            Err(error) => {
                self.refused = true;
                Some(Err(error))
            }
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for Iter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// Gives a [`Paged`] operation type `Op<B>` with a field `bound: B` its `.items()`, `.rows()` and `.pages()`
/// in both worlds, and `.pager()` for their options.
#[macro_export]
macro_rules! many_endings {
    ($($operation:ident),+ $(,)?) => {$(
        impl<M: $crate::Mode> $operation<$crate::Bound<M>> {
            /// The paged read with its options (`prefetch`, `resume`).
            pub fn pager(self) -> $crate::pager::Pager<Self> {
                let engine = ::std::clone::Clone::clone(&self.bound.engine);
                $crate::pager::Pager::new(engine, self)
            }
        }

        impl $operation<$crate::Bound<$crate::Async>> {
            /// Every row, decoded, as a stream that ends with its completeness proven or with an error.
            pub fn items(self) -> $crate::pager::Items<Self> {
                self.pager().items()
            }

            /// Every row as the server wrote it, compacted, as a stream.
            pub fn rows(self) -> $crate::pager::Rows {
                self.pager().rows()
            }

            /// Every page, undecoded, as a stream.
            pub fn pages(self) -> $crate::pager::Pages {
                self.pager().pages()
            }
        }

        impl $operation<$crate::Bound<$crate::Blocking>> {
            /// Every row, decoded, as an iterator that ends with its completeness proven or with an error.
            #[must_use]
            pub fn items(self) -> $crate::pager::Iter<$crate::pager::Items<Self>> {
                let runtime = self.bound.mode.runtime();
                $crate::pager::Iter::new(runtime, self.pager().items())
            }

            /// Every row as the server wrote it, compacted, as an iterator.
            #[must_use]
            pub fn rows(self) -> $crate::pager::Iter<$crate::pager::Rows> {
                let runtime = self.bound.mode.runtime();
                $crate::pager::Iter::new(runtime, self.pager().rows())
            }

            /// Every page, undecoded, as an iterator.
            #[must_use]
            pub fn pages(self) -> $crate::pager::Iter<$crate::pager::Pages> {
                let runtime = self.bound.mode.runtime();
                $crate::pager::Iter::new(runtime, self.pager().pages())
            }
        }
    )+};
}
