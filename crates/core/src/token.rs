//! One login for everyone: tokens are fetched once, renewed ahead of time, and never shown.
//!
//! While a token is fresh, a call costs one lock. In its last fifth it still serves, and one renewal runs
//! beside it. Once it is dead, all callers wait for the same login, which is a task of its own: a caller who
//! goes away does not cancel it for the others. A refused login is remembered for a moment, so that five
//! hundred waiters do not become five hundred logins.

use crate::{
    Error, Result,
    clock::Clock,
    engine::Engine,
    error::ErrorKind,
    operation::BoxFuture,
    request::{Auth, Request, Response},
    secret::Secret,
};
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant, SystemTime},
};
use tokio::sync::watch;

/// What kind of login a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A user's session (basic → bearer).
    User,
    /// An API client (OAuth 2 client credentials, or a signed assertion).
    OAuth,
    /// A token that was given, not fetched.
    Static,
}

/// A bearer token. `Debug` and `Display` never show it.
#[derive(Clone)]
pub struct AccessToken {
    kind: TokenKind,
    secret: Arc<Secret>,
    expires: Option<SystemTime>,
    scope: Vec<String>,
}

impl AccessToken {
    /// A token; `expires` on this machine's wall clock, `None` if it does not say.
    #[must_use]
    pub fn new(kind: TokenKind, secret: impl Into<Secret>, expires: Option<SystemTime>) -> Self {
        Self { kind, secret: Arc::new(secret.into()), expires, scope: Vec::new() }
    }

    /// Adds what the server granted.
    #[must_use]
    pub fn with_scope(mut self, scope: Vec<String>) -> Self {
        self.scope = scope;
        self
    }

    /// What kind of login it came from.
    #[must_use]
    pub fn kind(&self) -> TokenKind {
        self.kind
    }

    /// When it expires, on this machine's wall clock.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// What the server granted, in its own words; empty if it does not say.
    #[must_use]
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// Whole seconds left at `now`, never below 0; `None` if it does not expire.
    #[must_use]
    pub fn seconds_left(&self, now: SystemTime) -> Option<u64> {
        self.expires.map(|at| at.duration_since(now).unwrap_or(Duration::ZERO).as_secs())
    }

    /// The token's text, for the rare caller who must hand it on.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.secret.expose()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("kind", &self.kind)
            .field("secret", &self.secret)
            .field("expires", &self.expires)
            .field("scope", &self.scope)
            .finish()
    }
}

impl fmt::Display for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted token]")
    }
}

/// Where tokens come from. Implement it for a token that is kept elsewhere; one provider may serve several
/// clients. A closure `Fn() -> Result<AccessToken>` is a provider too: it runs on a thread that may block.
pub trait CredentialsProvider: Send + Sync + 'static {
    /// Gets a new token.
    fn get_access_token(&self, login: Login) -> BoxFuture<'static, Result<AccessToken>>;

    /// Extends a token that is still good; by default gets a new one. A failure is followed by
    /// [`get_access_token`](Self::get_access_token).
    fn renew_access_token(&self, login: Login, current: AccessToken) -> BoxFuture<'static, Result<AccessToken>> {
        let _ = current;
        self.get_access_token(login)
    }

    /// Tells the server that a token is no longer needed; by default nothing. Best effort, bounded by the caller.
    fn invalidate_access_token(&self, login: Login, token: AccessToken) -> BoxFuture<'static, Result<()>> {
        let _ = (login, token);
        Box::pin(async { Ok(()) })
    }
}

impl<F> CredentialsProvider for F
where
    F: Fn() -> Result<AccessToken> + Clone + Send + Sync + 'static,
{
    fn get_access_token(&self, _login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        let provide = self.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(provide)
                .await
                .unwrap_or_else(|_| Err(Error::new(ErrorKind::Credentials, "the credentials provider panicked")))
        })
    }
}

/// What a provider may use: unauthenticated requests to the configured server, under the client's limits.
#[derive(Clone, Debug)]
pub struct Login {
    engine: Engine,
}

impl Login {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine }
    }

    /// Sends a request with no credentials but those given in it, and hands on an answer of any status.
    ///
    /// # Errors
    /// As any call; never because of the status.
    pub async fn send(&self, request: Request, auth: Auth) -> Result<Response> {
        self.engine.execute(request.auth(auth).any_status()).await
    }

    /// The client's clock.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        self.engine.clock()
    }
}

/// A token in use, with the number that tells it from its successors.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) token: AccessToken,
    pub(crate) generation: u64,
    /// The `Authorization` value.
    pub(crate) bearer: Arc<Secret>,
    issued: Instant,
    soft: Option<Instant>,
    hard: Option<Instant>,
}

type Shared = Result<Held, Arc<Error>>;

#[derive(Default)]
struct State {
    current: Option<Held>,
    generation: u64,
    flight: Option<watch::Receiver<Option<Shared>>>,
    refused: Option<(Instant, Arc<Error>)>,
    /// The last token that was refused had only just been issued.
    refused_young: bool,
}

/// The cache; see the [module documentation](self).
pub(crate) struct TokenCache {
    provider: Arc<dyn CredentialsProvider>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

/// How long a refused login is remembered, in seconds, before jitter.
const NEGATIVE_SECONDS: f64 = 1.0;
/// A token refused so soon after it was issued was revoked, once; if that happens again, something else is wrong.
const TOO_YOUNG: Duration = Duration::from_secs(1);

impl TokenCache {
    pub(crate) fn new(provider: Arc<dyn CredentialsProvider>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self { provider, clock, state: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token that is there, if it serves now. In its last part of life, renewal is started beside it.
    pub(crate) fn current(self: &Arc<Self>, engine: &Engine) -> Option<Held> {
        let mut state = self.lock();
        let now = self.clock.now();
        let held = state.current.clone().filter(|h| h.hard.is_none_or(|hard| now < hard))?;
        let calm = state.flight.is_none() && state.refused.as_ref().is_none_or(|(until, _)| now >= *until);
        if calm && held.soft.is_some_and(|soft| now >= soft) {
            state.flight = Some(self.start(engine, Some(held.token.clone())));
        }
        Some(held)
    }

    /// A token that serves now, got if there is none.
    pub(crate) async fn get(self: &Arc<Self>, engine: &Engine) -> Result<Held> {
        if let Some(held) = self.current(engine) {
            return Ok(held);
        }
        let mut waiting = {
            let mut state = self.lock();
            let now = self.clock.now();
            if let Some((_, error)) = state.refused.as_ref().filter(|(until, _)| now < *until) {
                return Err(error.again());
            }
            match &state.flight {
                Some(flight) => flight.clone(),
                None => {
                    let flight = self.start(engine, None);
                    state.flight = Some(flight.clone());
                    flight
                }
            }
        };
        let landed = waiting.wait_for(Option::is_some).await;
        match landed.as_deref() {
            Ok(Some(Ok(held))) => Ok(held.clone()),
            Ok(Some(Err(error))) => Err(error.again()),
            // The task is gone without a word: its runtime was shut down.
            _ => Err(Error::new(ErrorKind::Closed, "the client was shut down while it logged in")),
        }
    }

    /// Starts the one login or renewal in flight.
    fn start(self: &Arc<Self>, engine: &Engine, current: Option<AccessToken>) -> watch::Receiver<Option<Shared>> {
        let (done, flight) = watch::channel(None);
        let (this, login) = (Arc::clone(self), Login::new(engine.clone()));
        tokio::spawn(async move {
            let fetched = match current {
                Some(token) => match this.provider.renew_access_token(login.clone(), token).await {
                    Err(_) => this.provider.get_access_token(login).await,
                    renewed => renewed,
                },
                None => this.provider.get_access_token(login).await,
            };
            let shared = this.land(fetched);
            let _ = done.send(Some(shared));
        });
        flight
    }

    fn land(&self, fetched: Result<AccessToken>) -> Shared {
        let mut state = self.lock();
        state.flight = None;
        let now = self.clock.now();
        match fetched.and_then(|token| usable(token, self.clock.wall())) {
            Ok(token) => {
                state.generation += 1;
                let held = self.hold(token, state.generation, now);
                state.current = Some(held.clone());
                state.refused = None;
                Ok(held)
            }
            Err(error) => {
                let error = Arc::new(error);
                let pause = Duration::from_secs_f64(NEGATIVE_SECONDS * (0.5 + self.clock.random()));
                state.refused = Some((now + pause, Arc::clone(&error)));
                Err(error)
            }
        }
    }

    fn hold(&self, token: AccessToken, generation: u64, now: Instant) -> Held {
        let life = token.expires.map(|at| at.duration_since(self.clock.wall()).unwrap_or(Duration::ZERO));
        // A share of the life, so that a token of five seconds is not renewed with every call.
        let before = |share: f64, most: u64| life.map(|l| now + l - l.mul_f64(share).min(Duration::from_secs(most)));
        let soft = before(0.1 + 0.1 * self.clock.random(), 300);
        let bearer = Arc::new(Secret::new(format!("Bearer {}", token.expose())));
        Held { token, generation, bearer, issued: now, soft, hard: before(0.02, 5) }
    }

    /// The token of that generation was refused: forget it. `false` if asking for another is of no use, because it
    /// was given from outside, or had only just been issued, as had the one before it when that was refused.
    pub(crate) fn invalidate(&self, generation: u64) -> bool {
        let mut state = self.lock();
        let now = self.clock.now();
        match &state.current {
            Some(held) if held.generation == generation => {
                let young = now.duration_since(held.issued) < TOO_YOUNG;
                let hopeless = held.token.kind == TokenKind::Static || (young && state.refused_young);
                state.refused_young = young;
                state.current = None;
                !hopeless
            }
            // Someone else has renewed it, or is about to.
            _ => true,
        }
    }

    /// Forgets the token and tells the server.
    pub(crate) async fn close(&self, engine: &Engine) {
        let current = self.lock().current.take();
        if let Some(held) = current {
            let goodbye = self.provider.invalidate_access_token(Login::new(engine.clone()), held.token);
            let bounded = crate::clock::within(&*self.clock, Duration::from_secs(5), goodbye);
            if !matches!(bounded.await, Some(Ok(()))) {
                tracing::debug!("the token could not be invalidated; it will expire by itself");
            }
        }
    }
}

/// An empty token, one that HTTP cannot carry, or one that is dead already is refused here: with the last, each call
/// would log in for ever.
fn usable(token: AccessToken, now: SystemTime) -> Result<AccessToken> {
    if token.expires.is_some_and(|at| at <= now) {
        let error = Error::new(ErrorKind::Credentials, "the token had expired when it came");
        return Err(error.with_hint("check this machine's clock, and the life of tokens that the server is set to"));
    }
    let text = token.expose();
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Error::new(
            ErrorKind::Credentials,
            "the credentials provider returned an empty or malformed token",
        ));
    }
    Ok(token)
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").field("generation", &self.lock().generation).finish_non_exhaustive()
    }
}
