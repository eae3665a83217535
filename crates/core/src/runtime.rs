//! The blocking world: the same engine, waited for.
//!
//! A blocking client owns one thread with one runtime. Connections, renewals and reads ahead live there and go
//! on between calls; callers park. So it serves many threads at once, costs one wake-up a call, and is dropped
//! anywhere without a panic. In an asynchronous task, where parking would stall others, it returns an error.

use crate::{Error, Result, error::ErrorKind, operation::Blocking};
use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::{Arc, mpsc},
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};
use tokio::{runtime::Handle, sync::oneshot};

/// A runtime on a thread of its own; it ends when the last clone is dropped.
#[derive(Clone)]
pub struct Runtime(Arc<Owned>);

struct Owned {
    handle: Handle,
    /// Dropping it ends the thread.
    _alive: oneshot::Sender<()>,
}

impl Blocking {
    /// A world with a runtime of its own.
    ///
    /// # Errors
    /// The machine gives no thread or no poller.
    pub fn new() -> Result<Self> {
        Runtime::new().map(Self)
    }

    /// The runtime.
    #[must_use]
    pub fn runtime(&self) -> Runtime {
        self.0.clone()
    }
}

impl Runtime {
    /// Starts the thread.
    ///
    /// # Errors
    /// As [`Blocking::new`].
    pub fn new() -> Result<Self> {
        let failed = |e| Error::local("no thread for the blocking client", e);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let handle = runtime.handle().clone();
        let (alive, gone) = oneshot::channel::<()>();
        let run = move || {
            let _ = runtime.block_on(gone);
            runtime.shutdown_background();
        };
        thread::Builder::new().name("adjutant".into()).spawn(run).map_err(failed)?;
        Ok(Self(Arc::new(Owned { handle, _alive: alive })))
    }

    /// The handle, to spawn on.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.0.handle
    }

    /// Runs a future on the runtime's thread and parks until it is done.
    ///
    /// # Errors
    /// The future's own; [`ErrorKind::BlockingInAsync`] in an asynchronous task.
    pub fn wait<T: Send + 'static>(&self, future: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        may_park()?;
        let (done, outcome) = mpsc::sync_channel(1);
        self.0.handle.spawn(async move {
            let _ = done.send(future.await);
        });
        outcome.recv().unwrap_or_else(|_| Err(Error::new(ErrorKind::Closed, "the call was ended from outside")))
    }

    /// Polls a future on this thread, with the runtime's thread doing its I/O.
    ///
    /// # Errors
    /// [`ErrorKind::BlockingInAsync`] in an asynchronous task.
    pub fn wait_here<T>(&self, future: impl Future<Output = T>) -> Result<T> {
        may_park()?;
        let _context = self.0.handle.enter();
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        loop {
            match future.as_mut().poll(&mut cx) {
                Poll::Ready(value) => return Ok(value),
                Poll::Pending => thread::park(),
            }
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Whether this thread may wait. An asynchronous task has a budget of polls, and runs out of it; code that may
/// block, inside `spawn_blocking` or outside any runtime, has none.
fn may_park() -> Result<()> {
    if Handle::try_current().is_err() {
        return Ok(());
    }
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..=u8::MAX {
        match tokio::task::coop::poll_proceed(&mut cx) {
            Poll::Ready(step) => step.made_progress(),
            Poll::Pending => {
                return Err(Error::new(ErrorKind::BlockingInAsync, "a blocking call was made in asynchronous code")
                    .with_hint("use the async client there, or wrap the call in tokio::task::spawn_blocking"));
            }
        }
    }
    Ok(())
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Runtime")
    }
}
