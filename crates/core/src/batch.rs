//! One function over many inputs: lazily, within the limit, nothing unaccounted for.
//!
//! Inputs are pulled only as room appears. Each gives exactly one [`Outcome`] with the input in it, whether the
//! function succeeded, failed or panicked. Results come while later ones are in flight; dropping the batch ends
//! what is in flight (a write that has begun is carried to its end by the engine).

use crate::{Error, Result, error::ErrorKind, operation::BoxFuture, runtime::Runtime};
use futures_core::Stream;
use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::task::{Id, JoinSet};

/// What became of one input.
#[derive(Debug)]
pub struct Outcome<I, T> {
    /// Position in the input, from 0.
    pub index: usize,
    /// The input.
    pub input: I,
    /// What came of it.
    pub result: Result<T>,
}

type Work<I, T> = Arc<dyn Fn(I) -> Job<T> + Send + Sync>;

/// One unit of work, for the world it runs in.
enum Job<T> {
    Future(BoxFuture<'static, Result<T>>),
    Closure(Box<dyn FnOnce() -> Result<T> + Send>),
}

/// A batch that is being worked on. As a stream it gives outcomes; see [`Batch::iter`] for the blocking world.
#[must_use = "a batch does nothing until it is polled"]
pub struct Batch<I: Iterator, T> {
    inputs: I,
    work: Work<I::Item, T>,
    window: usize,
    ordered: bool,
    fail_fast: bool,
    tasks: JoinSet<Result<T>>,
    running: HashMap<Id, (usize, I::Item)>,
    /// Finished, waiting for their turn.
    done: BTreeMap<usize, Outcome<I::Item, T>>,
    started: usize,
    given: usize,
    exhausted: bool,
}

impl<I, T> Batch<I, T>
where
    I: Iterator + Send + 'static,
    I::Item: Clone + Send + 'static,
    T: Send + 'static,
{
    /// A batch of futures; `limit` is the client's `max_concurrency`.
    pub fn new<F, Fut>(inputs: impl IntoIterator<IntoIter = I>, limit: usize, work: F) -> Self
    where
        F: Fn(I::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        Self::with(inputs, limit, Arc::new(move |input| Job::Future(Box::pin(work(input)))))
    }

    /// A batch of closures that block.
    pub fn blocking<F>(inputs: impl IntoIterator<IntoIter = I>, limit: usize, work: F) -> Self
    where
        F: Fn(I::Item) -> Result<T> + Send + Sync + 'static,
    {
        let work = Arc::new(work);
        Self::with(
            inputs,
            limit,
            Arc::new(move |input| {
                let work = Arc::clone(&work);
                Job::Closure(Box::new(move || work(input)))
            }),
        )
    }

    fn with(inputs: impl IntoIterator<IntoIter = I>, limit: usize, work: Work<I::Item, T>) -> Self {
        Self {
            inputs: inputs.into_iter(),
            work,
            window: limit.max(1),
            ordered: true,
            fail_fast: false,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            done: BTreeMap::new(),
            started: 0,
            given: 0,
            exhausted: false,
        }
    }

    /// At most so many inputs at once. It can only be lowered: a higher number than the client's is cut to it.
    ///
    /// # Errors
    /// A limit below 1.
    pub fn limit(mut self, limit: usize) -> Result<Self> {
        if limit < 1 {
            return Err(Error::usage("the limit of a batch must be at least 1"));
        }
        self.window = self.window.min(limit);
        Ok(self)
    }

    /// Outcomes as they come, instead of in the order of the inputs.
    pub fn as_completed(mut self) -> Self {
        self.ordered = false;
        self
    }

    /// Ends at the first error: it is the last outcome, and no further input is pulled.
    pub fn fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    /// The next outcome; `None` after the last. As `StreamExt::next`, for those who have no `StreamExt`.
    pub async fn next(&mut self) -> Option<Outcome<I::Item, T>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The outcomes as an iterator on that runtime.
    pub fn iter(self, runtime: Runtime) -> Outcomes<I, T> {
        Outcomes { runtime, batch: self }
    }

    fn fill(&mut self) {
        while !self.exhausted && self.running.len() < self.window && self.done.len() < self.window {
            let Some(input) = self.inputs.next() else {
                self.exhausted = true;
                return;
            };
            let handle = match (self.work)(input.clone()) {
                Job::Future(future) => self.tasks.spawn(future),
                Job::Closure(closure) => self.tasks.spawn_blocking(closure),
            };
            self.running.insert(handle.id(), (self.started, input));
            self.started += 1;
        }
    }

    fn finish(&mut self, id: Id, result: Result<T>) {
        if let Some((index, input)) = self.running.remove(&id) {
            self.done.insert(index, Outcome { index, input, result });
        }
    }

    /// The next outcome that may be given now.
    fn next_done(&mut self) -> Option<Outcome<I::Item, T>> {
        let first = self.done.first_entry()?;
        if self.ordered && *first.key() != self.given {
            return None;
        }
        let outcome = first.remove();
        self.given += 1;
        if self.fail_fast && outcome.result.is_err() {
            self.exhausted = true;
            self.tasks.abort_all();
            self.running.clear();
            self.done.clear();
        }
        Some(outcome)
    }
}

impl<I: Iterator, T> Unpin for Batch<I, T> {}

impl<I, T> Stream for Batch<I, T>
where
    I: Iterator + Send + 'static,
    I::Item: Clone + Send + 'static,
    T: Send + 'static,
{
    type Item = Outcome<I::Item, T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            self.fill();
            while let Poll::Ready(Some(joined)) = self.tasks.poll_join_next_with_id(cx) {
                match joined {
                    Ok((id, result)) => self.finish(id, result),
                    Err(error) => {
                        let what =
                            if error.is_panic() { "the function panicked" } else { "the work was ended from outside" };
                        self.finish(error.id(), Err(Error::new(ErrorKind::Closed, what)));
                    }
                }
            }
            if let Some(outcome) = self.next_done() {
                self.fill();
                return Poll::Ready(Some(outcome));
            }
            if self.running.is_empty() {
                if self.exhausted {
                    return Poll::Ready(None);
                }
                continue;
            }
            return Poll::Pending;
        }
    }
}

impl<I: Iterator, T> fmt::Debug for Batch<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("window", &self.window).field("started", &self.started).finish_non_exhaustive()
    }
}

/// Outcomes of a batch in the blocking world.
#[must_use = "a batch does nothing until it is iterated"]
#[derive(Debug)]
pub struct Outcomes<I: Iterator, T> {
    runtime: Runtime,
    batch: Batch<I, T>,
}

impl<I, T> Outcomes<I, T>
where
    I: Iterator + Send + 'static,
    I::Item: Clone + Send + 'static,
    T: Send + 'static,
{
    /// As [`Batch::limit`].
    ///
    /// # Errors
    /// A limit below 1.
    pub fn limit(mut self, limit: usize) -> Result<Self> {
        self.batch = self.batch.limit(limit)?;
        Ok(self)
    }

    /// As [`Batch::as_completed`].
    pub fn as_completed(mut self) -> Self {
        self.batch = self.batch.as_completed();
        self
    }

    /// As [`Batch::fail_fast`].
    pub fn fail_fast(mut self) -> Self {
        self.batch = self.batch.fail_fast();
        self
    }
}

impl<I, T> Iterator for Outcomes<I, T>
where
    I: Iterator + Send + 'static,
    I::Item: Clone + Send + 'static,
    T: Send + 'static,
{
    type Item = Outcome<I::Item, T>;

    /// # Panics
    /// Never; in asynchronous code the iteration simply ends, and every call in it has failed with
    /// [`ErrorKind::BlockingInAsync`] already.
    fn next(&mut self) -> Option<Self::Item> {
        let batch = &mut self.batch;
        let next = std::future::poll_fn(|cx| Pin::new(&mut *batch).poll_next(cx));
        match self.runtime.wait_here(next) {
            Ok(next) => next,
            Err(error) => refused(&mut self.batch, error),
        }
    }
}

/// In asynchronous code no work can start: each input gets the error as its outcome.
fn refused<I, T>(batch: &mut Batch<I, T>, error: Error) -> Option<Outcome<I::Item, T>>
where
    I: Iterator,
{
    let input = batch.inputs.next()?;
    let index = batch.started;
    batch.started += 1;
    Some(Outcome { index, input, result: Err(error) })
}
