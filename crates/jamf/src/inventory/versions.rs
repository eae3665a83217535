//! The newest version of the inventory that the server has, found out once.
//!
//! Requests are written for "the inventory", not for version 4 of it. Here, next to the wire, the version is filled
//! in: the newest first. A 404 can mean "no such endpoint" or "no such computer"; until a version has been seen to
//! answer, its list is asked for one row to tell the two apart. What was learned holds for all clones until
//! [`close`](crate::Client::close).

use adjutant_core::{
    AccessToken, Applied, BoxFuture, Engine, OpInfo, Result, Safety,
    engine::{Failure, Ticket, Transport},
    request::{Request, Response},
    stream::Streamed,
};
use http::Method;
use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

/// How a target begins whose version is to be filled in.
pub(crate) const ANY_VERSION: &str = "/api/v{newest}/";
const LIST: &str = "computers-inventory";

/// Newest first. Version 2 came and went between two releases that have 1 or 3.
const VERSIONS: [u8; 3] = [4, 3, 1];

static PROBE: OpInfo = OpInfo {
    name: "computer-inventory.probe",
    method: "GET",
    path: "/api/v4/computers-inventory",
    safety: Safety::Read,
    idempotent: true,
    privileges: &["Read Computers"],
    deprecated: None,
};

/// Fills the inventory's version in, and hands everything else on.
#[derive(Debug)]
pub(crate) struct Versioned {
    inner: Arc<dyn Transport>,
    ladder: Arc<Ladder>,
}

impl Versioned {
    pub(crate) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, ladder: Arc::default() }
    }
}

#[deny(clippy::missing_trait_methods)]
impl Transport for Versioned {
    fn ready<'a>(&'a self, engine: &'a Engine, request: &'a Request) -> BoxFuture<'a, Result<Ticket>> {
        self.inner.ready(engine, request)
    }

    fn attempt(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Response, Failure>> {
        let Some(tail) = request.target().strip_prefix(ANY_VERSION).map(str::to_owned) else {
            return self.inner.attempt(request, ticket);
        };
        let (inner, ladder) = (Arc::clone(&self.inner), Arc::clone(&self.ladder));
        Box::pin(async move { climb_down(&*inner, &ladder, request, &tail, ticket).await })
    }

    fn ticket(&self, engine: &Engine, request: &Request) -> Option<Ticket> {
        self.inner.ticket(engine, request)
    }

    fn open(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Streamed, Failure>> {
        self.inner.open(request, ticket)
    }

    fn renew(&self, ticket: &Ticket) -> bool {
        self.inner.renew(ticket)
    }

    fn set_limit(&self, limit: usize) {
        self.inner.set_limit(limit);
    }

    fn close<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, ()> {
        self.ladder.forget();
        self.inner.close(engine)
    }

    fn access_token<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, Result<AccessToken>> {
        self.inner.access_token(engine)
    }
}

/// Tries a version, and older ones as long as it turns out not to exist. All of it under the one permit of the call.
async fn climb_down(
    inner: &dyn Transport,
    ladder: &Ladder,
    mut request: Request,
    tail: &str,
    ticket: Ticket,
) -> Result<Response, Failure> {
    let is_list = tail == LIST && request.method() == Method::GET;
    loop {
        let rung = ladder.now();
        request.set_target(format!("/api/v{}/{tail}", rung.version()));
        let outcome = inner.attempt(request.clone(), ticket.clone()).await;
        if !is_missing(&outcome) {
            if outcome.as_ref().is_ok_and(Response::is_success) {
                ladder.confirm(rung);
            }
            return outcome;
        }
        if rung.confirmed {
            return outcome;
        }
        if !is_list {
            let probe = Request::new(&PROBE, Method::GET, format!("/api/v{}/{LIST}", rung.version()));
            let probe = probe.query("section", "GENERAL").query("page-size", "1").any_status();
            match inner.attempt(probe, ticket.clone()).await {
                Ok(answer) if answer.status() == 404 => {}
                // Whatever else it says, the endpoint is there: it was the computer that is not.
                Ok(_) => {
                    ladder.confirm(rung);
                    return outcome;
                }
                Err(Failure { error, then, signal, .. }) => {
                    return Err(Failure::new(error.with_applied(Applied::No), then, signal));
                }
            }
        }
        if !ladder.step_down(rung) {
            return outcome;
        }
        tracing::debug!(missing = rung.version(), "not a version of the inventory that this server has");
    }
}

fn is_missing(outcome: &Result<Response, Failure>) -> bool {
    match outcome {
        Ok(response) => response.status() == 404,
        Err(failure) => failure.error.status() == Some(404),
    }
}

/// Where on the ladder of versions the server stands, as far as is known.
#[derive(Debug, Default)]
struct Ladder(AtomicU8);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rung {
    index: u8,
    confirmed: bool,
}

const CONFIRMED: u8 = 0x80;

impl Rung {
    fn version(self) -> u8 {
        VERSIONS[usize::from(self.index)]
    }

    fn code(self) -> u8 {
        if self.confirmed { self.index | CONFIRMED } else { self.index }
    }
}

impl Ladder {
    fn now(&self) -> Rung {
        let code = self.0.load(Ordering::Relaxed);
        Rung { index: (code & !CONFIRMED).min(VERSIONS.len() as u8 - 1), confirmed: code & CONFIRMED != 0 }
    }

    /// The version of that rung has answered.
    fn confirm(&self, rung: Rung) {
        let confirmed = Rung { confirmed: true, ..rung };
        let _ = self.0.compare_exchange(rung.code(), confirmed.code(), Ordering::Relaxed, Ordering::Relaxed);
    }

    /// The version of that rung is not there. `false` if there is no older one: then nothing has been learned.
    fn step_down(&self, rung: Rung) -> bool {
        if usize::from(rung.index) + 1 == VERSIONS.len() {
            let _ = self.0.compare_exchange(rung.code(), 0, Ordering::Relaxed, Ordering::Relaxed);
            return false;
        }
        let lower = Rung { index: rung.index + 1, confirmed: false };
        // Where another call has moved meanwhile, that is as good.
        let _ = self.0.compare_exchange(rung.code(), lower.code(), Ordering::Relaxed, Ordering::Relaxed);
        true
    }

    fn forget(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}
