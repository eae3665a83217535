//! The way to the server: under its base path, and past a guard who knows what is public.
//!
//! An API key is a nuisance to get, and the state of the machines is there for everybody. So a client without a key is
//! a client; only a call that needs one fails, before anything is sent, and says why there is none.

use adjutant_core::{
    AccessToken, BoxFuture, Engine, Error, ErrorKind, Request, Response, Result,
    engine::{Failure, Ticket, Transport},
    stream::Streamed,
};
use std::{fmt, sync::Arc};

/// Paths (below the base path) that need no key.
const PUBLIC: [&str; 2] = ["/status", "/meta"];

/// A transport to the API's base path.
pub(crate) struct Gate {
    inner: Arc<dyn Transport>,
    base: String,
    /// Why there is no key; `None` if there is one.
    keyless: Option<Keyless>,
}

/// Why a client has no key.
#[derive(Clone, Debug)]
pub(crate) struct Keyless {
    pub(crate) why: String,
    pub(crate) hint: String,
}

impl Gate {
    pub(crate) fn new(inner: Arc<dyn Transport>, base: String, keyless: Option<Keyless>) -> Self {
        Self { inner, base, keyless }
    }

    fn refuse(&self, what: &str) -> Option<Error> {
        let Keyless { why, hint } = self.keyless.as_ref()?;
        Some(Error::new(ErrorKind::Credentials, format!("{what} needs a key: {why}")).with_hint(hint.clone()))
    }

    /// Puts a path of the API below the base path; other paths of the server and URLs stay.
    fn place(&self, mut request: Request) -> Request {
        let target = request.target();
        if target.starts_with('/') && !target.starts_with("/api/") {
            request.set_target(format!("{}{target}", self.base));
        }
        request
    }
}

/// Whether a target is on this server and not for everybody. A URL is somewhere else, and gets no token in any case.
fn needs_key(target: &str) -> bool {
    target.starts_with('/') && !is_public(target)
}

fn is_public(target: &str) -> bool {
    PUBLIC
        .iter()
        .any(|public| target.strip_prefix(public).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])))
}

#[deny(clippy::missing_trait_methods)]
impl Transport for Gate {
    fn ready<'a>(&'a self, engine: &'a Engine, request: &'a Request) -> BoxFuture<'a, Result<Ticket>> {
        match self.refuse(request.info().name).filter(|_| needs_key(request.target())) {
            Some(error) => Box::pin(async move { Err(error) }),
            None => self.inner.ready(engine, request),
        }
    }

    fn ticket(&self, engine: &Engine, request: &Request) -> Option<Ticket> {
        if self.keyless.is_some() && needs_key(request.target()) {
            return None;
        }
        self.inner.ticket(engine, request)
    }

    fn attempt(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Response, Failure>> {
        self.inner.attempt(self.place(request), ticket)
    }

    fn open(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Streamed, Failure>> {
        self.inner.open(self.place(request), ticket)
    }

    fn renew(&self, ticket: &Ticket) -> bool {
        self.inner.renew(ticket)
    }

    fn set_limit(&self, limit: usize) {
        self.inner.set_limit(limit);
    }

    fn close<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, ()> {
        self.inner.close(engine)
    }

    fn access_token<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, Result<AccessToken>> {
        match self.refuse("a token") {
            Some(error) => Box::pin(async move { Err(error) }),
            None => self.inner.access_token(engine),
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gate").field("base", &self.base).field("keyless", &self.keyless).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_public() {
        for (target, public) in [
            ("/status", true),
            ("/status/", true),
            ("/status/outages/perlmutter", true),
            ("/meta/config", true),
            ("/statusquo", false),
            ("/account/", false),
            ("/compute/jobs/perlmutter", false),
        ] {
            assert_eq!(is_public(target), public, "{target}");
        }
    }
}
