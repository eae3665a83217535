//! What a request is, before anybody answers it: enough to count it and to choose its faults.

use http::{Method, Uri};

use crate::fault::Subject;
use crate::query::Query;

/// A request's outline.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// The path with numbers replaced by `{id}`, so that a mass read is one line in the statistics.
    pub(crate) pattern: String,
    /// Path and query as sent.
    pub(crate) target: String,
    /// The page size asked for, on list requests of the inventory.
    pub(crate) page_size: Option<u64>,
    /// Whether it is about tokens.
    pub(crate) is_token: bool,
}

impl Call {
    pub(crate) fn new(method: &Method, uri: &Uri) -> Self {
        let path = uri.path();
        let segments: Vec<&str> = path
            .split('/')
            .map(|part| if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) { "{id}" } else { part })
            .collect();
        let is_list = method == Method::GET && path.starts_with("/api/v") && path.ends_with("/computers-inventory");
        let page_size = is_list.then(|| Query::of(uri).number("page-size").unwrap_or(100));
        Self {
            method: method.clone(),
            pattern: segments.join("/"),
            target: uri.path_and_query().map_or_else(|| path.to_owned(), ToString::to_string),
            page_size,
            is_token: path.ends_with("/oauth/token") || path.starts_with("/api/v1/auth"),
        }
    }

    /// Whether the server declares that carrying it out twice is the same as once: updates and deletions by id are,
    /// creations are not.
    pub(crate) fn is_idempotent(&self) -> bool {
        matches!(self.method, Method::PUT | Method::PATCH | Method::DELETE)
    }
}

impl Subject for Call {
    /// Whether it changes computers.
    fn is_write(&self) -> bool {
        !self.is_token && !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }

    fn is_token(&self) -> bool {
        self.is_token
    }
}
