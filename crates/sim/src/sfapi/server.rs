//! The simulated server's whole state, and the way of one request through it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderMap, Request};
use hyper::body::Incoming;
use tower_service::Service;

use super::account::{Accounts, OTHER};
use super::assertion::Seen;
use super::call::Call;
use super::clock::Clock;
use super::facility::Facility;
use super::faults::{Faults, Kind, Twist};
use super::globus::Transfers;
use super::keys::Keys;
use super::options::Options;
use super::reply;
use super::routes;
use super::sandbox::Sandbox;
use super::slurm::{Output, Script, Site, Slurm, Verdict};
use super::stats::{Counts, Stats};
use super::tasks::Tasks;
use crate::fault::{Mischief, Wire};
use crate::net::accept::{Answer, HangUp, never};
use crate::net::body::Counted;
use crate::net::gauge::Gauge;
use crate::net::line::Cutter;
use crate::net::pause;
use crate::net::tokens::{Tokens, bearer};

/// The user's number.
pub(crate) const UID: u32 = 10_001;

/// Everything that the server knows.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) options: Options,
    /// `https://127.0.0.1:PORT`.
    pub(crate) origin: String,
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) sandbox: Sandbox,
    pub(crate) requests: Arc<Gauge>,
    pub(crate) connections: Arc<Gauge>,
    tokens: Mutex<Tokens<()>>,
    assertions: Mutex<Seen>,
    clusters: Mutex<BTreeMap<String, Slurm>>,
    tasks: Mutex<Tasks>,
    accounts: Mutex<Accounts>,
    facility: Mutex<Facility>,
    transfers: Mutex<Transfers>,
    counts: Mutex<Counts>,
    mischief: RwLock<Arc<Mischief<Kind>>>,
}

impl Server {
    pub(crate) fn new(options: Options, origin: String) -> io::Result<Self> {
        let server = Self {
            origin,
            clock: Clock::start(),
            keys: Keys::make()?,
            sandbox: Sandbox::new(options.root.as_deref(), &options.user)?,
            requests: Arc::default(),
            connections: Arc::default(),
            tokens: Mutex::default(),
            assertions: Mutex::default(),
            clusters: Mutex::default(),
            tasks: Mutex::default(),
            accounts: Mutex::new(Accounts::new(&options.user)),
            facility: Mutex::new(Facility::new(&options.down)),
            transfers: Mutex::default(),
            counts: Mutex::default(),
            mischief: RwLock::default(),
            options,
        };
        server.set_faults(server.options.faults.clone());
        server.occupy();
        Ok(server)
    }

    /// Fills the queue with jobs of somebody else.
    fn occupy(&self) {
        let now = self.clock.now();
        let site = Site { user: OTHER, ..self.site() };
        self.cluster("perlmutter", |slurm| {
            for number in 0..self.options.others {
                let script = Script { name: Some(format!("other-{number}")), ..Script::default() };
                slurm.occupy(script, &site, now);
            }
        });
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, Tokens<()>> {
        locked(&self.tokens)
    }

    pub(crate) fn assertions(&self) -> MutexGuard<'_, Seen> {
        locked(&self.assertions)
    }

    pub(crate) fn tasks(&self) -> MutexGuard<'_, Tasks> {
        locked(&self.tasks)
    }

    pub(crate) fn accounts(&self) -> MutexGuard<'_, Accounts> {
        locked(&self.accounts)
    }

    pub(crate) fn facility(&self) -> MutexGuard<'_, Facility> {
        locked(&self.facility)
    }

    pub(crate) fn transfers(&self) -> MutexGuard<'_, Transfers> {
        locked(&self.transfers)
    }

    pub(crate) fn counts(&self) -> MutexGuard<'_, Counts> {
        locked(&self.counts)
    }

    /// A machine's batch system, with everything done that was due.
    pub(crate) fn cluster<T>(&self, machine: &str, act: impl FnOnce(&mut Slurm) -> T) -> T {
        let mut clusters = locked(&self.clusters);
        let first_id = 50_000_000 + self.options.seed % 1_000_000 * 1000;
        let slurm = clusters.entry(machine.to_owned()).or_insert_with(|| Slurm::new(first_id));
        self.write(slurm.advance(self.clock.now()));
        act(slurm)
    }

    /// Lets the jobs of all machines get to where they are by now, so that their files are there.
    fn settle(&self) {
        let now = self.clock.now();
        for slurm in locked(&self.clusters).values_mut() {
            self.write(slurm.advance(now));
        }
    }

    /// Ends a job of whichever machine.
    pub(crate) fn end_job(&self, id: u64, verdict: Verdict) -> bool {
        let now = self.clock.now();
        locked(&self.clusters).values_mut().any(|slurm| slurm.end(id, verdict.clone(), now))
    }

    fn write(&self, outputs: Vec<Output>) {
        for output in outputs {
            // As with Slurm, an output that cannot be written is lost.
            let _ = self.sandbox.follow(&output.path).and_then(|host| fs::write(host, output.text));
        }
    }

    pub(crate) fn site(&self) -> Site<'_> {
        Site {
            sandbox: &self.sandbox,
            user: &self.options.user,
            run: self.options.jobs_run,
            pend: self.options.jobs_pend,
            speed: self.options.speed,
        }
    }

    fn mischief(&self) -> Arc<Mischief<Kind>> {
        Arc::clone(&self.mischief.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.mischief.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Mischief::new(faults.0));
    }

    pub(crate) fn stats(&self) -> Stats {
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
            jobs_submitted: counts.submitted,
            repeated_submits: counts.repeated,
            refused_submits: counts.refused_submits,
            jobs_cancelled: counts.cancelled,
            commands: counts.commands,
            uploads: counts.uploads,
            longest_target: counts.longest_target,
            limit: self.options.limit,
            per_path: counts.per_path.clone(),
            per_status: counts.per_status.clone(),
            faults: self.mischief().fired(),
        }
    }

    pub(crate) fn reset_stats(&self) {
        self.requests.reset();
        self.connections.reset();
        let mut tokens = self.tokens();
        (tokens.requested, tokens.issued) = (0, 0);
        self.counts().reset();
    }

    fn latency(&self) -> Duration {
        let spread = self.options.latency_spread;
        self.options.latency + spread.mul_f64(if spread.is_zero() { 0.0 } else { fastrand::f64() })
    }

    fn received(&self, call: &Call, target: usize) {
        let mut counts = self.counts();
        *counts.per_path.entry(format!("{} {}", call.method, call.pattern)).or_default() += 1;
        counts.longest_target = counts.longest_target.max(target as u64);
    }

    /// The faults of a request, that which concerns the token carried out.
    fn befall(&self, call: &Call, headers: &HeaderMap) -> Vec<Kind> {
        let kinds = self.mischief().of(call);
        if kinds.contains(&Kind::Wire(Wire::Unauthorized)) {
            self.tokens().kill(bearer(headers).unwrap_or_default());
        }
        kinds
    }
}

/// A lock whose holder cannot leave half-done work behind, poisoned or not.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The server with its routes, as the accept loop sees it.
pub(crate) struct Front {
    server: Arc<Server>,
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
        let kinds = self.server.befall(call, request.headers());
        for kind in &kinds {
            match kind {
                Kind::Error => return Ok(reply::error(call)),
                Kind::Wire(wire) => {
                    if let Some(answer) = wire.before(cutter, reply::refuse).await? {
                        return Ok(answer);
                    }
                }
                _ => {}
            }
        }
        self.server.settle();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Twist::of(&kinds));
        let mut answer = self.route(request).await;
        for kind in &kinds {
            if let Kind::Wire(wire) = kind {
                answer = wire.after(answer, cutter, reply::refuse)?;
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
        self.server.received(&call, request.uri().path_and_query().map_or(0, |target| target.as_str().len()));
        let answer = self.carry_out(&call, request, &cutter).await;
        self.server.counts().answered(answer.as_ref().ok().map(|answer| answer.status().as_u16()));
        answer.map(|answer| answer.map(|inner| Body::new(Counted::new(inner, inside))))
    }
}
