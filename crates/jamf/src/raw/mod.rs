//! Any endpoint, by its path: what the typed operations do not cover is never out of reach.
//!
//! A raw request has the login, the limit, the retries and the errors of every other call. Status, headers and body
//! of its answer are handed on unaltered; [`ResponseExt`] decodes on demand.

mod info;
mod multipart;
mod path;
mod response;

pub use response::ResponseExt;

use adjutant_core::{
    Error, OpInfo, Operation, Result, Unbound,
    path::segment,
    request::{Request, Response},
};
use bytes::Bytes;
use http::Method;
use serde::Serialize;
use std::time::Duration;

/// A request to any endpoint. Nothing is sent before `.send()` (or `.await`).
///
/// GET, HEAD and OPTIONS are reads and are retried freely. Other methods are writes (DELETE: a destructive one), and
/// are sent again only when the server certainly did nothing, unless [`idempotent`](Self::idempotent) says more.
#[derive(Clone, Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawRequest<B = Unbound> {
    bound: B,
    name: info::Api,
    method: Method,
    target: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Body,
    idempotent: bool,
    any_status: bool,
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    /// The first thing that was wrong; said when it is sent.
    problem: Option<Problem>,
}

/// An error that can be told more than once.
#[derive(Clone, Debug)]
struct Problem {
    message: String,
    hint: Option<String>,
}

#[derive(Clone, Default)]
enum Body {
    #[default]
    None,
    Bytes(String, Bytes),
    Form(multipart::Form),
}

/// Sizes only: a body may hold anything.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Bytes(media_type, bytes) => write!(f, "{media_type} ({} bytes)", bytes.len()),
            Self::Form(form) => form.fmt(f),
        }
    }
}

adjutant_core::endings!(RawRequest);

impl<B> RawRequest<B> {
    pub(crate) fn pro(bound: B, method: impl AsRef<str>, path: &str) -> Self {
        Self::new(bound, info::Api::Pro, method.as_ref(), path::under(path::PRO, path))
    }

    pub(crate) fn classic(bound: B, method: impl AsRef<str>, path: &str) -> Self {
        // The Classic API answers in XML unless it is asked otherwise; the core asks for JSON.
        Self::new(bound, info::Api::Classic, method.as_ref(), path::under(path::CLASSIC, path))
    }

    pub(crate) fn fetch(bound: B, url: &str) -> Self {
        let target = if url.contains("://") || url.starts_with('/') {
            Ok(url.to_owned())
        } else {
            let shown = adjutant_core::error::tame(url, 120);
            Err(Error::usage(format!("{shown:?} is not a URL"))
                .with_hint("begin it with https://, or with / for a path"))
        };
        Self::new(bound, info::Api::Fetch, "GET", target)
    }

    fn new(bound: B, name: info::Api, method: &str, target: Result<String>) -> Self {
        let mut this = Self {
            bound,
            name,
            method: Method::GET,
            target: String::new(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Body::None,
            idempotent: false,
            any_status: false,
            timeout: None,
            max_retries: None,
            problem: None,
        };
        match info::method(method) {
            Ok(method) => this.method = method,
            Err(error) => this.note(&error),
        }
        match target {
            Ok(target) => this.target = target,
            Err(error) => this.note(&error),
        }
        this
    }

    fn note(&mut self, error: &Error) {
        let problem = || Problem { message: error.message().to_owned(), hint: error.hint().map(str::to_owned) };
        self.problem.get_or_insert_with(problem);
    }

    /// Appends a path segment, whatever characters it has: a file's name, an id from elsewhere.
    pub fn segment(mut self, value: impl AsRef<str>) -> Self {
        let slash = if self.target.ends_with('/') { "" } else { "/" };
        self.target = format!("{}{slash}{}", self.target, segment(value.as_ref()));
        self
    }

    /// Adds a query pair; a key may repeat. Both are percent-encoded.
    pub fn query(mut self, key: impl Into<String>, value: impl ToString) -> Self {
        self.query.push((key.into(), value.to_string()));
        self
    }

    /// Adds query pairs, from a map or a list.
    pub fn queries<K: Into<String>, V: ToString>(mut self, pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        self.query.extend(pairs.into_iter().map(|(key, value)| (key.into(), value.to_string())));
        self
    }

    /// Sets a header, in place of the client's own of that name; `Authorization` and `Host` are refused.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sends a value as JSON: a typed model, a `serde_json::Value`, a list. An empty object is sent as `{}`.
    pub fn json(mut self, value: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => self.body = Body::Bytes("application/json".into(), body.into()),
            Err(e) => self.note(&Error::usage(format!("the body cannot be written as JSON: {e}"))),
        }
        self
    }

    /// Sends XML text, as the Classic API takes it.
    pub fn xml(self, text: impl Into<Bytes>) -> Self {
        self.body("text/xml", text)
    }

    /// Sends any body.
    pub fn body(mut self, media_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        self.body = Body::Bytes(media_type.into(), body.into());
        self
    }

    /// Adds a file to a multipart form; `field` is mostly `file`. May be repeated. A body that was set goes.
    pub fn file(mut self, field: impl Into<String>, file_name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let mut form = self.take_form();
        form.file(field.into(), file_name.into(), "application/octet-stream".into(), content.into());
        self.body = Body::Form(form);
        self
    }

    /// Adds a text field to a multipart form.
    pub fn form_text(mut self, field: impl Into<String>, text: impl Into<String>) -> Self {
        let mut form = self.take_form();
        form.text(field.into(), text.into());
        self.body = Body::Form(form);
        self
    }

    fn take_form(&mut self) -> multipart::Form {
        match std::mem::take(&mut self.body) {
            Body::Form(form) => form,
            Body::None | Body::Bytes(..) => multipart::Form::default(),
        }
    }

    /// Hands on an answer of any status, instead of an error for what is not 2xx. Retries still apply.
    pub fn any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    /// Promises that doing this twice equals doing it once, so that it may be sent again when its answer was lost.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Bounds one attempt, from its first byte to the answer's last; default: the session's total.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.timeout = Some(total);
        self
    }

    /// At most so many further attempts; default: the session's number.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }
}

impl<B: Send + Sync + 'static> Operation for RawRequest<B> {
    type Output = Response;

    fn info(&self) -> &'static OpInfo {
        info::of(self.name, &self.method, self.idempotent)
    }

    fn request(&self) -> Result<Request> {
        if let Some(Problem { message, hint }) = &self.problem {
            let error = Error::usage(message.clone());
            return Err(match hint {
                Some(hint) => error.with_hint(hint.clone()),
                None => error,
            });
        }
        let mut request = Request::new(self.info(), self.method.clone(), self.target.clone());
        for (key, value) in &self.query {
            request = request.query(key, value);
        }
        let body = match &self.body {
            Body::None => None,
            Body::Bytes(media_type, bytes) => Some((media_type.clone(), bytes.clone())),
            Body::Form(form) => Some(form.write()),
        };
        if let Some((media_type, bytes)) = body {
            request = request.body("application/octet-stream", bytes).header("content-type", &media_type)?;
        }
        for (name, value) in &self.headers {
            request = request.header(name, value)?;
        }
        if self.any_status {
            request = request.any_status();
        }
        if let Some(total) = self.timeout {
            request = request.timeout(total);
        }
        if let Some(retries) = self.max_retries {
            request = request.max_retries(retries);
        }
        Ok(request)
    }

    fn decode(&self, response: Response) -> Result<Response> {
        Ok(response)
    }
}
