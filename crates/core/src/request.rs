//! What goes out and what comes back, before any protocol has touched it.
//!
//! The engine treats both as values: a [`Request`] can be shown in a dry run, sent twice, or refused,
//! without knowing which operation made it. The words are HTTP's; a transport that speaks something else
//! reads [`Request::target`] as the command's name and the body as its document.

use crate::{Error, Result, operation::OpInfo, secret::Secret, stream::BodySource};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

/// Which queue a request waits in for its permit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Someone waits for this one answer: served first.
    #[default]
    Interactive,
    /// One of many.
    Bulk,
}

/// Who the request is sent as.
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// With the client's token, and only to the configured server.
    #[default]
    Token,
    /// Without any credentials: public pages, other servers.
    None,
    /// With this `Authorization` value, and only to the configured server: log-ins.
    Header(Arc<Secret>),
}

/// A request, complete but for the credentials.
#[derive(Clone)]
pub struct Request {
    pub(crate) info: &'static OpInfo,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) source: Option<Arc<dyn BodySource>>,
    pub(crate) lane: Lane,
    pub(crate) auth: Auth,
    pub(crate) deadline: Option<Instant>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_answer: Option<u64>,
    pub(crate) any_status: bool,
    pub(crate) max_retries: Option<u32>,
}

impl Request {
    /// A request for `target`: a path on the configured server (percent-encoded by the caller; see
    /// [`segment`](crate::path::segment)) or an absolute URL.
    #[must_use]
    pub fn new(info: &'static OpInfo, method: Method, target: impl Into<String>) -> Self {
        Self {
            info,
            method,
            target: target.into(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            source: None,
            lane: Lane::default(),
            auth: Auth::default(),
            deadline: None,
            timeout: None,
            max_answer: None,
            any_status: false,
            max_retries: None,
        }
    }

    /// Adds a query pair; a key may repeat. Both are percent-encoded on the wire.
    #[must_use]
    pub fn query(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Sets a header, replacing one of the same name.
    ///
    /// # Errors
    /// A name or value that HTTP does not allow, or `authorization`, which is the client's own.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self> {
        let name = HeaderName::try_from(name).map_err(|_| Error::usage(format!("{name:?} is not a header name")))?;
        if name == http::header::AUTHORIZATION || name == http::header::HOST {
            return Err(Error::usage(format!("the header {name} is set by the client itself and cannot be replaced")));
        }
        let value = HeaderValue::try_from(value)
            .map_err(|_| Error::usage(format!("the value of header {name} has characters that HTTP does not allow")))?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Asks for an answer of that media type.
    #[must_use]
    pub fn accept(mut self, media_type: &'static str) -> Self {
        self.headers.insert(http::header::ACCEPT, HeaderValue::from_static(media_type));
        self
    }

    /// Sets the body and its media type.
    #[must_use]
    pub fn body(mut self, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        self.body = body.into();
        self
    }

    /// Sets a body that is read as it is sent, and its media type. It has no total time, only bounded pauses.
    #[must_use]
    pub fn body_source(mut self, media_type: &'static str, source: Arc<dyn BodySource>) -> Self {
        self.source = Some(source);
        self.body(media_type, Bytes::new())
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: impl Into<Bytes>) -> Self {
        self.body("application/json", body)
    }

    /// Sets the queue to wait in; default [`Lane::Interactive`].
    #[must_use]
    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// Sets who it is sent as; default [`Auth::Token`].
    #[must_use]
    pub fn auth(mut self, auth: Auth) -> Self {
        self.auth = auth;
        self
    }

    /// Ends the whole call, retries included, at that moment.
    #[must_use]
    pub fn deadline(mut self, at: Instant) -> Self {
        self.deadline = Some(self.deadline.map_or(at, |d| d.min(at)));
        self
    }

    /// Bounds one attempt from its first byte to the answer's last, instead of the session's total.
    #[must_use]
    pub fn timeout(mut self, total: Duration) -> Self {
        self.timeout = Some(total);
        self
    }

    /// Refuses a longer answer, in bytes, instead of the session's limit.
    #[must_use]
    pub fn max_answer(mut self, bytes: u64) -> Self {
        self.max_answer = Some(bytes);
        self
    }

    /// At most so many further attempts, instead of the session's number.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// Hands on an answer of any status instead of turning 4xx and 5xx into errors. Retries and renewal of
    /// the token still apply.
    #[must_use]
    pub fn any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    /// Replaces the target, as a decorating transport does.
    pub fn set_target(&mut self, target: impl Into<String>) {
        self.target = target.into();
    }

    /// The operation's static facts.
    #[must_use]
    pub fn info(&self) -> &'static OpInfo {
        self.info
    }

    /// HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Path on the configured server, or absolute URL.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Query pairs, not yet encoded.
    #[must_use]
    pub fn query_pairs(&self) -> &[(String, String)] {
        &self.query
    }

    /// The caller's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    #[must_use]
    pub fn body_bytes(&self) -> &Bytes {
        &self.body
    }

    /// Whether repeating it does no harm: a read, or a write that the catalog declares idempotent.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.info.safety == crate::Safety::Read || self.info.idempotent
    }
}

/// An answer, unaltered.
#[derive(Clone)]
pub struct Response {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

/// Names and sizes only: log-ins carry secrets in their bodies.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("operation", &self.info.name)
            .field("method", &self.method)
            .field("target", &self.target)
            .field("query", &self.query)
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Names and sizes only: answers to log-ins carry tokens in their bodies.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers.keys().map(HeaderName::as_str).collect::<Vec<_>>())
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl Response {
    /// Puts an answer together, as a transport or a test does.
    #[must_use]
    pub fn new(status: u16, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into() }
    }

    /// HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The answer's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// One header as text, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Media type without parameters, lower case; empty if none was sent.
    #[must_use]
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or("");
        value.split(';').next().unwrap_or("").trim().to_ascii_lowercase()
    }

    /// The body as it came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Takes the body.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// The body as text.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if it is not UTF-8.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(&self.body).map_err(|e| {
            Error::decode(format!("the answer is not UTF-8 (byte {})", e.valid_up_to())).with_status(self.status)
        })
    }
}
