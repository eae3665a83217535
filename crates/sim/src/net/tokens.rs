//! Bearer tokens that really expire.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use http::{HeaderMap, header};

/// Every token that is alive, with what it speaks for.
#[derive(Debug)]
pub(crate) struct Tokens<Who> {
    alive: HashMap<String, (Who, Instant)>,
    /// Requests for tokens, refused ones included.
    pub(crate) requested: u64,
    /// Tokens given out.
    pub(crate) issued: u64,
}

impl<Who> Default for Tokens<Who> {
    fn default() -> Self {
        Self { alive: HashMap::new(), requested: 0, issued: 0 }
    }
}

impl<Who: Copy> Tokens<Who> {
    pub(crate) fn issue(&mut self, who: Who, life: Duration) -> String {
        let now = Instant::now();
        self.alive.retain(|_, (_, expires)| *expires > now);
        self.issued += 1;
        let token = format!("sim.{:032x}.{:032x}", fastrand::u128(..), fastrand::u128(..));
        self.alive.insert(token.clone(), (who, now + life));
        token
    }

    /// Whom a living token speaks for.
    pub(crate) fn holder(&self, token: &str) -> Option<Who> {
        let (who, expires) = self.alive.get(token)?;
        (*expires > Instant::now()).then_some(*who)
    }

    pub(crate) fn kill(&mut self, token: &str) {
        self.alive.remove(token);
    }

    pub(crate) fn kill_all(&mut self) {
        self.alive.clear();
    }
}

/// The token in a request's head.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
