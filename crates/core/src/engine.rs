//! The life of one call: permit ▸ attempt ▸ classify ▸ (retry | renew | done).
//!
//! One loop for every operation, protocol and world, compiled once. It knows requests and answers as values
//! and reaches the wire through a [`Transport`]; clock, sleep and chance come from a [`Clock`]. A read that is
//! dropped is cut off; a write that has begun is carried to its end in a task of its own, because half a write
//! helps nobody.

use crate::{
    Error, Result, Safety,
    clock::{Clock, within},
    config::SessionConfig,
    error::{Applied, ErrorKind},
    operation::BoxFuture,
    permit::{Permit, PermitSource, Signal},
    request::{Lane, Request, Response},
    retry::{Backoff, Budget, may_repeat},
    secret::Secret,
    stream::Streamed,
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use tracing::Instrument as _;

/// What a request needs before it may go out: proof of a login.
#[derive(Clone, Default)]
pub struct Ticket {
    /// Tells this login from its successors; 0 where none is needed.
    pub generation: u64,
    /// What to present.
    pub credential: Option<Arc<Secret>>,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("generation", &self.generation).finish_non_exhaustive()
    }
}

/// How an attempt failed.
#[derive(Debug)]
pub struct Failure {
    /// The error to report if it is the last attempt; its `applied` is what is known of this one.
    pub error: Error,
    /// What another attempt may do about it.
    pub then: Then,
    /// What it says of the server's health.
    pub signal: Signal,
    /// The answer itself, for a caller who asked for any status.
    pub response: Option<Box<Response>>,
}

impl Failure {
    /// A failure without an answer to hand on.
    #[must_use]
    pub fn new(error: Error, then: Then, signal: Signal) -> Self {
        Self { error, then, signal, response: None }
    }
}

/// What may follow a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it would fail again.
    Stop,
    /// Another attempt, if that is safe.
    Retry,
    /// Another attempt at once and free of charge, if that is safe: the connection had gone stale.
    Reconnect,
    /// A new login, then one replay.
    Renew,
}

/// How requests reach a server.
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Gets what must be there before a permit is taken, so that no permit is held while logging in.
    fn ready<'a>(&'a self, engine: &'a Engine, request: &'a Request) -> BoxFuture<'a, Result<Ticket>>;

    /// What is there already and serves now: asked again under the permit, because waiting for one takes time.
    fn ticket(&self, engine: &Engine, request: &Request) -> Option<Ticket>;

    /// Sends once and reads the answer to its end. `Ok` is an answer to hand on.
    fn attempt(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Response, Failure>>;

    /// Sends once, and hands on a successful answer with its body still on its way.
    fn open(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Streamed, Failure>> {
        let _ = (request, ticket);
        let error = Error::usage("this transport does not stream");
        Box::pin(async { Err(Failure::new(error, Then::Stop, Signal::Neutral)) })
    }

    /// The login of that ticket was refused; `false` if another would be too.
    fn renew(&self, ticket: &Ticket) -> bool;

    /// The limit of a live client was set: connections above it are to be closed.
    fn set_limit(&self, limit: usize) {
        let _ = limit;
    }

    /// Logs out and closes what is open; the next call opens afresh. Harmless when repeated.
    fn close<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, ()>;

    /// The login in use, if this transport has one that can be shown as a token.
    fn access_token<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, Result<crate::token::AccessToken>>;
}

/// Sends requests under the client's limits. Clones share everything.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    transport: Arc<dyn Transport>,
    permits: Arc<dyn PermitSource>,
    clock: Arc<dyn Clock>,
    config: SessionConfig,
    backoff: Backoff,
    budget: Budget,
    sent: AtomicU64,
}

impl Engine {
    /// An engine over a transport.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        permits: Arc<dyn PermitSource>,
        clock: Arc<dyn Clock>,
        config: SessionConfig,
    ) -> Self {
        let (backoff, budget) = (Backoff::default(), Budget::default());
        Self(Arc::new(Shared { transport, permits, clock, config, backoff, budget, sent: Default::default() }))
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &SessionConfig {
        &self.0.config
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The permits that all clones share.
    #[must_use]
    pub fn permits(&self) -> &Arc<dyn PermitSource> {
        &self.0.permits
    }

    /// Sets how many requests may be on the wire, and connections open, for all clones. Requests that are out go on;
    /// none is added until few enough are left.
    ///
    /// # Errors
    /// A limit below 1.
    pub fn set_max_concurrency(&self, limit: usize) -> Result<()> {
        self.0.permits.set_limit(limit)?;
        self.0.transport.set_limit(limit);
        Ok(())
    }

    /// Requests sent so far, retries and log-ins included.
    #[must_use]
    pub fn requests_sent(&self) -> u64 {
        self.0.sent.load(Ordering::Relaxed)
    }

    /// The token in use, fetched if there is none.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] and the kinds of any call.
    pub fn access_token(&self) -> BoxFuture<'static, Result<crate::token::AccessToken>> {
        let this = self.clone();
        Box::pin(async move { this.0.transport.access_token(&this).await })
    }

    /// Logs out and closes every connection. Harmless when repeated; the next call opens afresh.
    pub fn close(&self) -> BoxFuture<'static, ()> {
        let this = self.clone();
        Box::pin(async move { this.0.transport.close(&this).await })
    }

    /// Sends a request through its whole life.
    ///
    /// # Errors
    /// Any [`ErrorKind`]; `applied()` says what is known of the request's effect.
    pub fn execute(&self, request: Request) -> BoxFuture<'static, Result<Response>> {
        let this = self.clone();
        let span = span(&request);
        let call = async move {
            let name = request.info().name;
            let response = match this.rounds(request, attempt).await {
                Ok(response) => response,
                Err(GivenUp { response: Some(response), .. }) => *response,
                Err(GivenUp { error, .. }) => return Err(error.with_operation(name)),
            };
            let current = tracing::Span::current();
            current.record("status", response.status()).record("bytes", response.body().len());
            tracing::debug!("done");
            Ok(response)
        };
        Box::pin(call.instrument(span))
    }

    /// As [`execute`](Self::execute), with the answer's body still on its way: it holds its permit until it has been
    /// read, has no total time, and is not tried again once it has begun.
    ///
    /// # Errors
    /// As [`execute`](Self::execute).
    pub fn open(&self, request: Request) -> BoxFuture<'static, Result<Streamed>> {
        let this = self.clone();
        let span = span(&request);
        let name = request.info().name;
        let call = async move { this.rounds(request, open).await.map_err(|e| e.error.with_operation(name)) };
        Box::pin(call.instrument(span))
    }

    async fn rounds<T: Send + 'static>(&self, request: Request, attempt: Attempt<T>) -> Result<T, GivenUp> {
        let shared = &*self.0;
        let info = request.info();
        if shared.config.read_only && info.safety != Safety::Read {
            let message = format!("this client is read-only; {} was not sent", info.name);
            let error = Error::new(ErrorKind::ReadOnly, message);
            return Err(error.with_hint("drop --read-only, or read_only in the profile, to allow writes").into());
        }
        let started = shared.clock.now();
        let deadline = [request.deadline, shared.config.deadline.map(|d| started + d)].into_iter().flatten().min();
        let max_retries = request.max_retries.unwrap_or(shared.config.max_retries);
        let mut call = Call { shared, started, deadline, max_retries, attempts: 0, retries: 0, renewed: false };
        loop {
            let (ticket, permit) = call.admission(self, &request).await?;
            match call.attempt(attempt, &request, ticket.clone(), permit).await? {
                Ok(answer) => {
                    shared.budget.earn(call.attempts > 1);
                    tracing::Span::current().record("attempt", call.attempts);
                    return Ok(answer);
                }
                Err(failure) => call.after(&request, &ticket, failure).await?,
            }
        }
    }
}

/// The end of a call that failed.
struct GivenUp {
    error: Error,
    response: Option<Box<Response>>,
}

impl From<Error> for GivenUp {
    fn from(error: Error) -> Self {
        Self { error, response: None }
    }
}

fn span(request: &Request) -> tracing::Span {
    tracing::debug_span!(
        "call",
        operation = request.info().name,
        method = request.method().as_str(),
        attempt = tracing::field::Empty,
        status = tracing::field::Empty,
        bytes = tracing::field::Empty,
        waited_ms = tracing::field::Empty,
    )
}

/// One attempt under its permit, which it gives back when it is done with the wire.
type Attempt<T> = fn(&Shared, Request, Ticket, Permit) -> BoxFuture<'static, Result<T, Failure>>;

fn attempt(
    shared: &Shared,
    request: Request,
    ticket: Ticket,
    mut permit: Permit,
) -> BoxFuture<'static, Result<Response, Failure>> {
    let (clock, sending) = (Arc::clone(&shared.clock), shared.transport.attempt(request, ticket));
    Box::pin(async move {
        let began = clock.now();
        let outcome = sending.await;
        permit.note(signal(&outcome), clock.now().duration_since(began));
        outcome
    })
}

fn open(
    shared: &Shared,
    request: Request,
    ticket: Ticket,
    mut permit: Permit,
) -> BoxFuture<'static, Result<Streamed, Failure>> {
    let (clock, opening) = (Arc::clone(&shared.clock), shared.transport.open(request, ticket));
    Box::pin(async move {
        let began = clock.now();
        let outcome = opening.await;
        permit.note(signal(&outcome), clock.now().duration_since(began));
        outcome.map(|streamed| streamed.hold(permit))
    })
}

fn signal<T>(outcome: &Result<T, Failure>) -> Signal {
    outcome.as_ref().map_or_else(|failure| failure.signal, |_| Signal::Fine)
}

/// The state of one call between its attempts.
struct Call<'a> {
    shared: &'a Shared,
    started: Instant,
    deadline: Option<Instant>,
    max_retries: u32,
    attempts: u32,
    retries: u32,
    renewed: bool,
}

impl Call<'_> {
    /// Waits for something, but not past the deadline.
    async fn bounded<T>(&self, applied: Applied, future: impl Future<Output = T> + Send) -> Result<T> {
        let Some(deadline) = self.deadline else {
            return Ok(future.await);
        };
        let left = deadline.saturating_duration_since(self.shared.clock.now());
        let late = || self.close(Error::new(ErrorKind::Deadline, "the deadline passed").with_applied(applied));
        within(&*self.shared.clock, left, future).await.ok_or_else(late)
    }

    /// A login and a permit. No permit is held while logging in, which takes one of its own; a login that died in
    /// the queue is replaced, and the second wait goes to the head of the queue.
    async fn admission(&self, engine: &Engine, request: &Request) -> Result<(Ticket, Permit)> {
        let transport = &self.shared.transport;
        let mut lane = request.lane;
        let mut last = None;
        for _ in 0..3 {
            if transport.ticket(engine, request).is_none() {
                last = Some(self.bounded(Applied::No, transport.ready(engine, request)).await??);
            }
            let permit = self.permit(lane).await?;
            match transport.ticket(engine, request) {
                Some(ticket) => return Ok((ticket, permit)),
                None => lane = Lane::Interactive,
            }
        }
        // Logins that die before they can be used: the server is to say so.
        let permit = self.permit(lane).await?;
        Ok((last.unwrap_or_default(), permit))
    }

    async fn permit(&self, lane: Lane) -> Result<Permit> {
        let asked = self.shared.clock.now();
        let permit = self.bounded(Applied::No, self.shared.permits.acquire(lane)).await?;
        let waited = self.shared.clock.now().duration_since(asked);
        tracing::Span::current().record("waited_ms", u64::try_from(waited.as_millis()).unwrap_or(u64::MAX));
        Ok(permit)
    }

    /// One attempt. The permit travels with it, so that a write whose caller has gone still counts.
    async fn attempt<T: Send + 'static>(
        &mut self,
        attempt: Attempt<T>,
        request: &Request,
        ticket: Ticket,
        permit: Permit,
    ) -> Result<Result<T, Failure>> {
        self.attempts += 1;
        self.shared.sent.fetch_add(1, Ordering::Relaxed);
        let sending = attempt(self.shared, request.clone(), ticket, permit);
        if request.info().safety == Safety::Read {
            self.bounded(Applied::No, sending).await
        } else {
            self.bounded(Applied::Maybe, carried(sending)).await
        }
    }

    /// Decides what follows a failure: returns to try again, or gives the error up.
    async fn after(&mut self, request: &Request, ticket: &Ticket, failure: Failure) -> Result<(), GivenUp> {
        let Failure { mut error, then, response, signal: _ } = failure;
        if request.info().safety == Safety::Read {
            error = error.with_applied(Applied::No);
        }
        let safe = may_repeat(request.is_repeatable(), error.applied());
        match then {
            Then::Renew if !self.renewed && self.shared.transport.renew(ticket) => {
                self.renewed = true;
                tracing::debug!("the token was refused: renewing it");
                return Ok(());
            }
            Then::Reconnect if safe && self.attempts <= self.max_retries + 1 => {
                tracing::debug!("the connection had gone stale: connecting again");
                return Ok(());
            }
            Then::Retry if safe && self.retries < self.max_retries => {}
            _ => return Err(GivenUp { error: self.close(error), response }),
        }
        let wait = self.shared.backoff.wait(self.retries, self.shared.clock.random(), error.retry_after());
        let resume = self.shared.clock.now() + wait;
        if self.deadline.is_some_and(|deadline| resume >= deadline) {
            return Err(GivenUp { error: self.close(error), response });
        }
        if !self.shared.budget.spend(error.is_timeout()) {
            let error = error.with_hint(
                "the server keeps failing, so retries have stopped; try again later or with a lower --max-concurrency",
            );
            return Err(GivenUp { error: self.close(error), response });
        }
        self.retries += 1;
        tracing::debug!(retry = self.retries, wait_ms = wait.as_millis() as u64, %error, "trying again");
        Ok(self.bounded(error.applied(), self.shared.clock.sleep(wait)).await?)
    }

    fn close(&self, error: Error) -> Error {
        let elapsed = self.shared.clock.now().duration_since(self.started);
        tracing::debug!(attempts = self.attempts, %error, "failed");
        let error = error.with_effort(self.attempts, elapsed);
        match (error.hint(), advice(error.kind(), error.applied())) {
            (None, Some(advice)) => error.with_hint(advice),
            _ => error,
        }
    }
}

/// What to do about a failure that brings no hint of its own.
fn advice(kind: ErrorKind, applied: Applied) -> Option<&'static str> {
    match (kind, applied) {
        (_, Applied::Maybe) => Some("read what it was to change, and repeat it only if the change is not there"),
        (ErrorKind::Server, _) => Some("the server fails by itself: try later, and look into its log"),
        (ErrorKind::Broken, _) => {
            Some("the connection breaks: check the network and any proxy on the way, then try again")
        }
        (ErrorKind::Deadline, _) => Some("allow more time, or ask for less"),
        (ErrorKind::Conflict, _) => Some("read the present state and apply the change to that"),
        _ => None,
    }
}

/// Runs a write to its end even if nobody waits for it any more.
fn carried<T: Send + 'static>(
    attempt: BoxFuture<'static, Result<T, Failure>>,
) -> BoxFuture<'static, Result<T, Failure>> {
    let task = tokio::spawn(attempt.in_current_span());
    Box::pin(async move {
        task.await.unwrap_or_else(|_| {
            let error = Error::new(ErrorKind::Closed, "the client was shut down while it sent a write")
                .with_applied(Applied::Maybe);
            Err(Failure::new(error, Then::Stop, Signal::Neutral))
        })
    })
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("permits", &self.0.permits).finish_non_exhaustive()
    }
}
