//! The simulated server's whole state, and the way of one request through it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tower_service::Service;

use super::call::Call;
use super::faults::{Faults, Kind};
use super::fleet::Fleet;
use super::listing::Orders;
use super::options::Options;
use super::record::Mould;
use super::refusal::Refusal;
use super::routes;
use super::stats::{Counts, Stats};
use super::tokens::Account;
use crate::fault::{Mischief, Subject, Wire};
use crate::net::accept::{Answer, HangUp, never};
use crate::net::body::Counted;
use crate::net::gauge::Gauge;
use crate::net::line::Cutter;
use crate::net::pause;
use crate::net::reply::refused;
use crate::net::tokens::{Tokens, bearer};

/// Request bodies may be so long.
const LONGEST_BODY: usize = 16 << 20;

/// Everything that the server knows.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) options: Options,
    pub(crate) mould: Mould,
    pub(crate) requests: Arc<Gauge>,
    pub(crate) connections: Arc<Gauge>,
    fleet: Mutex<Fleet>,
    tokens: Mutex<Tokens<Account>>,
    orders: Mutex<Orders>,
    /// Held while an order is worked out.
    pub(crate) sorting: tokio::sync::Mutex<()>,
    counts: Mutex<Counts>,
    mischief: RwLock<Arc<Mischief<Kind>>>,
}

/// What goes wrong with a list request; its handler carries that out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Twist {
    pub(crate) total: i64,
    pub(crate) duplicate_row: bool,
    pub(crate) empty: bool,
}

impl Server {
    pub(crate) fn new(options: Options) -> Self {
        let mould = Mould {
            seed: options.seed,
            size: options.record_size(),
            classic_size: u64::from(options.classic_kb) * 1024,
            odd: options.odd,
        };
        let server = Self {
            mould,
            requests: Arc::default(),
            connections: Arc::default(),
            fleet: Mutex::new(Fleet::new(options.computers)),
            tokens: Mutex::default(),
            orders: Mutex::default(),
            sorting: tokio::sync::Mutex::default(),
            counts: Mutex::default(),
            mischief: RwLock::default(),
            options,
        };
        server.set_faults(server.options.faults.clone());
        server
    }

    pub(crate) fn fleet(&self) -> MutexGuard<'_, Fleet> {
        locked(&self.fleet)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens<Account>> {
        locked(&self.tokens)
    }

    pub(crate) fn orders(&self) -> MutexGuard<'_, Orders> {
        locked(&self.orders)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        locked(&self.counts)
    }

    fn mischief(&self) -> Arc<Mischief<Kind>> {
        Arc::clone(&self.mischief.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        self.fleet().set_lag(faults.stale());
        *self.mischief.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Mischief::new(faults.0));
    }

    pub(crate) fn stats(&self) -> Stats {
        let (computers, mischief) = (self.fleet().count(), self.mischief());
        let (tokens, counts) = (self.tokens(), self.counts());
        Stats {
            requests: self.requests.total(),
            in_flight: self.requests.now(),
            max_in_flight: self.requests.highest(),
            accepted: self.connections.total(),
            connections: self.connections.now(),
            max_connections: self.connections.highest(),
            token_requests: tokens.requested,
            tokens_issued: tokens.issued,
            writes: counts.writes,
            doubled_writes: counts.doubled,
            repeated_writes: counts.repeated,
            computers,
            limit: self.options.limit,
            per_path: counts.per_path.clone(),
            per_status: counts.per_status.clone(),
            faults: mischief.fired(),
        }
    }

    /// Starts all counters anew; what was written stays known, so that a write doubled across a reset still counts.
    pub(crate) fn reset_stats(&self) {
        self.requests.reset();
        self.connections.reset();
        let (mut tokens, mut counts) = (self.tokens(), self.counts());
        (tokens.requested, tokens.issued) = (0, 0);
        (counts.writes, counts.doubled, counts.repeated) = (0, 0, 0);
        counts.per_path.clear();
        counts.per_status.clear();
    }

    fn latency(&self) -> Duration {
        let spread = self.options.latency_spread;
        self.options.latency + spread.mul_f64(if spread.is_zero() { 0.0 } else { fastrand::f64() })
    }

    /// The faults of a request, those carried out that concern the fleet and the token.
    fn befall(&self, call: &Call, headers: &HeaderMap) -> (Vec<Kind>, Twist) {
        let mut twist = Twist::default();
        let kinds = self.mischief().of(call);
        for kind in &kinds {
            match kind {
                Kind::Wire(Wire::Unauthorized) => self.tokens().kill(bearer(headers).unwrap_or_default()),
                Kind::Enrol => drop(self.fleet().enrol(1)),
                Kind::Remove => {
                    let mut fleet = self.fleet();
                    if let Some(id) = fleet.lowest() {
                        fleet.remove(id);
                    }
                }
                Kind::WrongTotal(by) => twist.total = *by,
                Kind::DuplicateRows => twist.duplicate_row = true,
                Kind::EmptyPage => twist.empty = true,
                _ => {}
            }
        }
        (kinds, twist)
    }
}

/// A lock whose holder cannot leave half-done work behind, poisoned or not.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server with its routes, as the accept loop sees it.
pub(crate) struct Front {
    pub(crate) server: Arc<Server>,
    router: Router,
}

impl Front {
    pub(crate) fn new(server: Arc<Server>) -> Self {
        let router = routes::all(Arc::clone(&server));
        Self { server, router }
    }

    async fn route(&self, request: Request<Body>) -> Response {
        never(self.router.clone().call(request).await)
    }

    /// From the faults that come before everything, through the handlers, to the faults that come after.
    async fn carry_out(&self, call: &Call, request: Request<Incoming>, cutter: &Cutter) -> Result<Response, HangUp> {
        let latency = self.server.latency();
        if !latency.is_zero() {
            pause(latency).await;
        }
        let (kinds, twist) = self.server.befall(call, request.headers());
        for kind in &kinds {
            match kind {
                Kind::GatewayTimeout { .. } => return Ok(refuse(504, None)),
                Kind::Wire(wire) => {
                    if let Some(answer) = wire.before(cutter, refuse).await? {
                        return Ok(answer);
                    }
                }
                _ => {}
            }
        }
        let (parts, body) = request.into_parts();
        let Ok(body) = Limited::new(body, LONGEST_BODY).collect().await else { return Err(HangUp) };
        let body = body.to_bytes();
        let mut request = Request::from_parts(parts, Body::from(Bytes::clone(&body)));
        request.extensions_mut().insert(twist);
        let mut answer = self.route(request).await;
        if call.is_write() && answer.status().is_success() {
            self.server.counts().executed(call, &body);
        }
        for kind in &kinds {
            if let Kind::Wire(wire) = kind {
                answer = wire.after(answer, cutter, refuse)?;
            }
        }
        Ok(answer)
    }
}

impl Answer for Front {
    async fn answer(self: &Arc<Self>, request: Request<Incoming>, cutter: Cutter) -> Result<Response, HangUp> {
        if request.uri().path().starts_with("/__sim/") {
            return Ok(self.route(request.map(Body::new)).await);
        }
        let inside = self.server.requests.enter();
        let call = Call::new(request.method(), request.uri());
        self.server.counts().received(&call);
        let answer = self.carry_out(&call, request, &cutter).await;
        self.server.counts().answered(answer.as_ref().ok().map(|answer| answer.status().as_u16()));
        answer.map(|answer| answer.map(|inner| Body::new(Counted::new(inner, inside))))
    }
}

/// A status page of the gateway, or the server's own JSON for what it says itself.
fn refuse(status: u16, retry_after: Option<u64>) -> Response {
    refused(status, retry_after, |status, title| Refusal::new(status, "SIMULATED", title).into_response())
}
