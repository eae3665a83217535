//! What a request is, before anybody answers it: enough to count it and to choose its faults.

use http::{Method, Uri};

use crate::fault::Subject;
use crate::query::Query;

/// The base of the API.
pub(crate) const API: &str = "/api/v1.2";

/// Where tokens are given out.
pub(crate) const TOKEN: &str = "/c2id/token";

/// A request's outline.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path below the API with ids and file paths replaced, and squeue told from sacct.
    pub(crate) pattern: String,
    scope: &'static str,
}

impl Call {
    pub(crate) fn new(method: &Method, uri: &Uri) -> Self {
        let path = uri.path();
        let below = path.strip_prefix(API).unwrap_or(path).trim_start_matches('/');
        let segments: Vec<&str> = below.splitn(4, '/').collect();
        let read = method == Method::GET;
        let (pattern, scope) = match segments[..] {
            ["compute", "jobs", machine, ..] if read => {
                let sacct = Query::of(uri).get("sacct").is_some_and(|value| value.eq_ignore_ascii_case("true"));
                let one = if segments.len() > 3 { "/{id}" } else { "" };
                (format!("compute/jobs/{machine}{one}?{}", if sacct { "sacct" } else { "squeue" }), "polls")
            }
            ["compute", "jobs", machine, _] => (format!("compute/jobs/{machine}/{{id}}"), "cancels"),
            ["compute", "jobs", machine] => (format!("compute/jobs/{machine}"), "submits"),
            ["tasks", id, ..] if !id.is_empty() => ("tasks/{id}".to_owned(), "tasks"),
            ["tasks", ..] => ("tasks".to_owned(), "tasks"),
            ["utilities", "command", machine] => (format!("utilities/command/{machine}"), "commands"),
            ["utilities", verb, machine, _] => {
                let scope = match verb {
                    "ls" => "listings",
                    "download" => "downloads",
                    _ => "uploads",
                };
                (format!("utilities/{verb}/{machine}/{{path}}"), scope)
            }
            ["storage", "globus", "transfer", _] => ("storage/globus/transfer/{id}".to_owned(), "transfers"),
            ["storage", ..] => (below.to_owned(), "transfers"),
            ["account", "groups", _] => ("account/groups/{group}".to_owned(), "accounts"),
            ["account", ..] => (below.to_owned(), "accounts"),
            ["status" | "meta", ..] => (below.to_owned(), "public"),
            _ => (below.to_owned(), ""),
        };
        Self { method: method.clone(), pattern, scope }
    }
}

impl Subject for Call {
    fn is_write(&self) -> bool {
        !self.is_token() && !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    fn is_token(&self) -> bool {
        self.pattern == TOKEN.trim_start_matches('/')
    }

    fn scope(&self) -> &'static str {
        self.scope
    }
}
