//! An operation is a value: it can be built, shown, sent, repeated, or put into a batch.
//!
//! Each operation is a type of the crate that knows it, generic over what it is bound to:
//! `ListComputers<B = Unbound>`. Unbound it serves dry runs and batches; bound to a client it gets its
//! endings: `.send()` for one answer, `.items()`, `.pages()`, `.rows()` for many. Both worlds spell them the
//! same. The endings stand here once; [`endings!`](crate::endings) and [`many_endings!`](crate::many_endings)
//! add shims to a type.

use crate::{
    Error, Result,
    engine::Engine,
    pager::{Page, Row},
    request::{Request, Response},
    runtime::Runtime,
};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// A boxed future as flows of several requests use it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What an operation may do to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Changes nothing.
    Read,
    /// Changes something that can be put back.
    Write,
    /// Deletes, erases, wipes, locks, unmanages, purges: cannot be put back.
    Destructive,
}

impl Safety {
    /// `read`, `write` or `destructive`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Destructive => "destructive",
        }
    }
}

/// Static facts of an operation, from the server's catalog.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// Our name, for logs and errors: `computer-inventory.list`.
    pub name: &'static str,
    /// HTTP method, or the protocol's own word.
    pub method: &'static str,
    /// The server's path template, or command name.
    pub path: &'static str,
    /// What it may do.
    pub safety: Safety,
    /// Whether the catalog declares that doing it twice equals doing it once.
    pub idempotent: bool,
    /// Privileges that the account needs, in the server's own words.
    pub privileges: &'static [&'static str],
    /// Since when the server calls it deprecated (a date, or `yes`).
    pub deprecated: Option<&'static str>,
}

/// One operation with its arguments. No I/O, no async.
pub trait Operation: Send + Sync + 'static {
    /// What comes of it.
    type Output: Send + 'static;

    /// Static facts.
    fn info(&self) -> &'static OpInfo;

    /// The request to send.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for arguments that cannot be sent.
    fn request(&self) -> Result<Request>;

    /// Reads a successful answer (2xx); other answers never get here.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) for an answer that does not fit.
    fn decode(&self, response: Response) -> Result<Self::Output>;
}

/// An operation whose answer comes in pages that are asked for by number.
pub trait Paged: Operation + Clone {
    /// One decoded row.
    type Item: Send + 'static;

    /// Rows a page that the caller wants.
    fn page_size(&self) -> u32;

    /// The request for page `index` (from 0) of `size` rows.
    ///
    /// # Errors
    /// As [`Operation::request`].
    fn page_request(&self, index: u64, size: u32) -> Result<Request>;

    /// Opens a page: the server's total and the rows, undecoded.
    ///
    /// # Errors
    /// As [`Operation::decode`].
    fn open(&self, response: Response) -> Result<Page>;

    /// Decodes one row.
    ///
    /// # Errors
    /// As [`Operation::decode`].
    fn item(&self, row: &Row) -> Result<Self::Item>;

    /// How to look at the collection's keys cheaply and fetch single rows, which lets a paged read prove itself
    /// complete on a living server. Without it, drift is an error.
    fn audit(&self) -> Option<std::sync::Arc<dyn crate::pager::Audit>> {
        None
    }
}

/// Not bound to a client.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unbound;

/// The asynchronous world.
#[derive(Clone, Copy, Debug, Default)]
pub struct Async;

/// The blocking world: a runtime of its own on a thread of its own.
#[derive(Clone, Debug)]
pub struct Blocking(pub(crate) Runtime);

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Async {}
    impl Sealed for super::Blocking {}
}

/// [`Async`] or [`Blocking`].
pub trait Mode: sealed::Sealed + Clone + Send + Sync + fmt::Debug + 'static {}
impl Mode for Async {}
impl Mode for Blocking {}

/// What an operation is bound to: an engine and a world.
#[derive(Clone, Debug)]
pub struct Bound<M> {
    /// Sends the requests.
    pub engine: Engine,
    /// How the caller waits.
    pub mode: M,
}

impl<M: Mode> Bound<M> {
    /// Binds to an engine.
    #[must_use]
    pub fn new(engine: Engine, mode: M) -> Self {
        Self { engine, mode }
    }
}

/// The future of one call. It is `Send` and `'static`, and does nothing until it is polled.
#[must_use = "a call does nothing until it is awaited"]
pub struct Sending<O> {
    operation: O,
    state: State,
}

enum State {
    Running(BoxFuture<'static, Result<Response>>),
    Refused(Option<Error>),
}

impl<O: Operation> Sending<O> {
    /// Starts nothing; see the type.
    pub fn new(engine: &Engine, operation: O) -> Self {
        let state = match operation.request() {
            Ok(request) => State::Running(engine.execute(request)),
            Err(error) => State::Refused(Some(error.with_operation(operation.info().name))),
        };
        Self { operation, state }
    }
}

// Nothing in it is pinned in place: the inner future is boxed.
impl<O> Unpin for Sending<O> {}

impl<O: Operation> Future for Sending<O> {
    type Output = Result<O::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = match &mut self.state {
            State::Running(running) => std::task::ready!(running.as_mut().poll(cx)),
            State::Refused(error) => {
                Err(error.take().unwrap_or_else(|| Error::usage("a finished call was polled again")))
            }
        };
        let info = self.operation.info();
        Poll::Ready(answer.and_then(|response| {
            let status = response.status();
            self.operation.decode(response).map_err(|e| e.with_status(status).with_operation(info.name))
        }))
    }
}

impl<O> fmt::Debug for Sending<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending")
    }
}

/// A flow of several requests: one boxed future with the same endings as an operation.
#[must_use = "a flow does nothing until it is sent"]
pub struct Flow<M, T> {
    mode: M,
    future: BoxFuture<'static, Result<T>>,
}

impl<M: Mode, T: Send + 'static> Flow<M, T> {
    /// Wraps a flow for that world.
    pub fn new(mode: M, future: impl Future<Output = Result<T>> + Send + 'static) -> Self {
        Self { mode, future: Box::pin(future) }
    }
}

impl<T: Send + 'static> Flow<Async, T> {
    /// Runs it when awaited.
    pub fn send(self) -> BoxFuture<'static, Result<T>> {
        self.future
    }
}

impl<T: Send + 'static> IntoFuture for Flow<Async, T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<'static, Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        self.future
    }
}

impl<T: Send + 'static> Flow<Blocking, T> {
    /// Runs it and waits.
    ///
    /// # Errors
    /// The flow's own, or [`ErrorKind::BlockingInAsync`](crate::ErrorKind::BlockingInAsync).
    pub fn send(self) -> Result<T> {
        self.mode.0.wait(self.future)
    }
}

impl<M, T> fmt::Debug for Flow<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Flow")
    }
}

/// Sends one operation and waits: the blocking ending.
///
/// # Errors
/// The operation's own, or [`ErrorKind::BlockingInAsync`](crate::ErrorKind::BlockingInAsync).
pub fn send_blocking<O: Operation>(bound: &Bound<Blocking>, operation: O) -> Result<O::Output> {
    let request = operation.request().map_err(|e| e.with_operation(operation.info().name))?;
    let response = bound.mode.0.wait(bound.engine.execute(request))?;
    let status = response.status();
    operation.decode(response).map_err(|e| e.with_status(status).with_operation(operation.info().name))
}

/// Gives an operation type `Op<B>` with a field `bound: B` its `.send()` in both worlds, and `IntoFuture` in
/// the asynchronous one.
#[macro_export]
macro_rules! endings {
    ($($operation:ident),+ $(,)?) => {$(
        impl $operation<$crate::Bound<$crate::Async>> {
            /// Sends it; the future is `Send + 'static` and does nothing until awaited.
            pub fn send(self) -> $crate::Sending<Self> {
                let engine = ::std::clone::Clone::clone(&self.bound.engine);
                $crate::Sending::new(&engine, self)
            }
        }

        impl ::std::future::IntoFuture for $operation<$crate::Bound<$crate::Async>> {
            type Output = $crate::Result<<Self as $crate::Operation>::Output>;
            type IntoFuture = $crate::Sending<Self>;

            fn into_future(self) -> Self::IntoFuture {
                self.send()
            }
        }

        impl $operation<$crate::Bound<$crate::Blocking>> {
            /// Sends it and waits for the answer.
            ///
            /// # Errors
            /// See [`ErrorKind`]($crate::ErrorKind).
            pub fn send(self) -> $crate::Result<<Self as $crate::Operation>::Output> {
                let bound = ::std::clone::Clone::clone(&self.bound);
                $crate::operation::send_blocking(&bound, self)
            }
        }
    )+};
}
