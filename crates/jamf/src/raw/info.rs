//! Static facts of raw requests: there are as many as there are methods.

use adjutant_core::{Error, OpInfo, Result, Safety};
use http::Method;

/// Which of the three ways the request was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    Pro,
    Classic,
    Fetch,
}

const METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

/// Reads a method's name, in any case.
pub(super) fn method(name: &str) -> Result<Method> {
    let found = METHODS.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(name.trim()));
    found.ok_or_else(|| {
        let shown = adjutant_core::error::tame(name, 20);
        Error::usage(format!("{shown:?} is not a method that Jamf Pro knows"))
            .with_hint("there are GET, HEAD, OPTIONS, POST, PUT, PATCH and DELETE")
    })
}

const fn info(
    name: &'static str,
    path: &'static str,
    method: &'static str,
    safety: Safety,
    idempotent: bool,
) -> OpInfo {
    OpInfo { name, method, path, safety, idempotent, privileges: &[], deprecated: None }
}

/// A row for each of [`METHODS`]: as it is, and declared idempotent.
const fn table(name: &'static str, path: &'static str) -> [[OpInfo; 2]; 7] {
    const fn both(name: &'static str, path: &'static str, method: &'static str, safety: Safety) -> [OpInfo; 2] {
        [info(name, path, method, safety, false), info(name, path, method, safety, true)]
    }
    [
        both(name, path, "GET", Safety::Read),
        both(name, path, "HEAD", Safety::Read),
        both(name, path, "OPTIONS", Safety::Read),
        both(name, path, "POST", Safety::Write),
        both(name, path, "PUT", Safety::Write),
        both(name, path, "PATCH", Safety::Write),
        both(name, path, "DELETE", Safety::Destructive),
    ]
}

static PRO: [[OpInfo; 2]; 7] = table("pro.request", "/api/…");
static CLASSIC: [[OpInfo; 2]; 7] = table("classic.request", "/JSSResource/…");
static FETCH: [[OpInfo; 2]; 7] = table("fetch", "URL");

pub(super) fn of(api: Api, method: &Method, idempotent: bool) -> &'static OpInfo {
    let table = match api {
        Api::Pro => &PRO,
        Api::Classic => &CLASSIC,
        Api::Fetch => &FETCH,
    };
    // A method that is not there was refused before; a destructive one is the safe assumption.
    let row = METHODS.iter().position(|known| known == method).unwrap_or(METHODS.len() - 1);
    &table[row][usize::from(idempotent)]
}
