//! A transport that follows a script, so that every rule of the engine is tested without a wire.
#![allow(dead_code, clippy::disallowed_methods, reason = "each test file uses a part; a script may wait")]

pub(crate) mod wire;

use adjutant_core::{
    AccessToken, Applied, BoxFuture, Engine, Error, ErrorKind, OpInfo, Request, Response, Result, Safety,
    SessionConfig, TokenKind,
    clock::SystemClock,
    engine::{Failure, Then, Ticket, Transport},
    permit::{Permits, Signal},
    retry::{Verdict, judge_status},
};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

pub(crate) const fn info(name: &'static str, safety: Safety, idempotent: bool) -> OpInfo {
    OpInfo { name, method: "GET", path: "/", safety, idempotent, privileges: &[], deprecated: None }
}

pub(crate) static READ: OpInfo = info("read", Safety::Read, false);
pub(crate) static WRITE: OpInfo = info("write", Safety::Write, false);
pub(crate) static PUT: OpInfo = info("put", Safety::Write, true);

pub(crate) fn request(info: &'static OpInfo) -> Request {
    let method = if info.safety == Safety::Read { http::Method::GET } else { http::Method::POST };
    Request::new(info, method, "/x")
}

/// One scripted attempt.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Status(u16),
    RetryAfter(u16, u64),
    /// Never sent.
    Unsent,
    /// The answer was lost.
    Lost,
    /// Takes that long, then answers 200.
    Slow(Duration),
}

#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) steps: Mutex<VecDeque<Step>>,
    pub(crate) attempts: AtomicUsize,
    pub(crate) renewals: AtomicUsize,
    pub(crate) flying: AtomicUsize,
    pub(crate) highest: AtomicUsize,
    pub(crate) finished: AtomicUsize,
    pub(crate) paths: Mutex<Vec<String>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        Arc::new(Self { steps: Mutex::new(steps.into_iter().collect()), ..Self::default() })
    }

    pub(crate) fn count(&self) -> usize {
        self.attempts.load(Ordering::SeqCst)
    }

    pub(crate) fn engine(self: &Arc<Self>, config: SessionConfig) -> Engine {
        let permits = Permits::new(config.max_concurrency).unwrap();
        Engine::new(Arc::new(Wire(Arc::clone(self))), Arc::new(permits), Arc::new(SystemClock), config)
    }
}

#[derive(Debug)]
struct Wire(Arc<Script>);

impl Transport for Wire {
    fn ready<'a>(&'a self, _: &'a Engine, _: &'a Request) -> BoxFuture<'a, Result<Ticket>> {
        Box::pin(async { Ok(Ticket::default()) })
    }

    fn ticket(&self, _: &Engine, _: &Request) -> Option<Ticket> {
        Some(Ticket::default())
    }

    fn attempt(&self, request: Request, _: Ticket) -> BoxFuture<'static, Result<Response, Failure>> {
        let script = Arc::clone(&self.0);
        Box::pin(async move {
            script.attempts.fetch_add(1, Ordering::SeqCst);
            script.paths.lock().unwrap().push(request.target().to_owned());
            let flying = script.flying.fetch_add(1, Ordering::SeqCst) + 1;
            script.highest.fetch_max(flying, Ordering::SeqCst);
            let guard = Landing(Arc::clone(&script));
            let step = script.steps.lock().unwrap().pop_front().unwrap_or(Step::Status(200));
            let outcome = play(step).await;
            script.finished.fetch_add(1, Ordering::SeqCst);
            drop(guard);
            outcome
        })
    }

    fn renew(&self, _: &Ticket) -> bool {
        self.0.renewals.fetch_add(1, Ordering::SeqCst);
        true
    }

    fn close<'a>(&'a self, _: &'a Engine) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }

    fn access_token<'a>(&'a self, _: &'a Engine) -> BoxFuture<'a, Result<AccessToken>> {
        Box::pin(async { Ok(AccessToken::new(TokenKind::Static, "t", None)) })
    }
}

struct Landing(Arc<Script>);

impl Drop for Landing {
    fn drop(&mut self) {
        self.0.flying.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn play(step: Step) -> Result<Response, Failure> {
    let broken = |applied| {
        Failure::new(Error::new(ErrorKind::Broken, "broken").with_applied(applied), Then::Retry, Signal::Neutral)
    };
    let (status, after) = match step {
        Step::Status(status) => (status, None),
        Step::RetryAfter(status, seconds) => (status, Some(Duration::from_secs(seconds))),
        Step::Unsent => return Err(broken(Applied::No)),
        Step::Lost => return Err(broken(Applied::Maybe)),
        Step::Slow(time) => {
            tokio::time::sleep(time).await;
            (200, None)
        }
    };
    let error = Error::new(ErrorKind::Server, "scripted").with_status(status).with_retry_after(after);
    match judge_status(status, after) {
        Verdict::Done => Ok(Response::new(status, http::HeaderMap::new(), "ok")),
        Verdict::Final => Err(Failure::new(error, Then::Stop, Signal::Fine)),
        Verdict::Renew => Err(Failure::new(error, Then::Renew, Signal::Fine)),
        Verdict::Transient { applied, distress, .. } => Err(Failure::new(
            error.with_applied(applied),
            Then::Retry,
            if distress { Signal::Distress } else { Signal::Neutral },
        )),
    }
}
