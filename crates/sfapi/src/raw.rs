//! Any endpoint, with login, limit and retries: for what has no method of its own.

use crate::wire;
use adjutant_core::{Bound, Error, Mode, OpInfo, Operation, Request, Response, Result, Safety, Unbound};
use adjutant_schema::Record;
use bytes::Bytes;
use http::Method;

const fn info(method: &'static str, safety: Safety, idempotent: bool) -> OpInfo {
    OpInfo { name: "request", method, path: "…", safety, idempotent, privileges: &[], deprecated: None }
}

/// Each method as it is, and declared idempotent.
static METHODS: [[OpInfo; 2]; 5] = [
    [info("GET", Safety::Read, true), info("GET", Safety::Read, true)],
    [info("POST", Safety::Write, false), info("POST", Safety::Write, true)],
    [info("PUT", Safety::Write, false), info("PUT", Safety::Write, true)],
    [info("PATCH", Safety::Write, false), info("PATCH", Safety::Write, true)],
    [info("DELETE", Safety::Destructive, false), info("DELETE", Safety::Destructive, true)],
];

/// A request to any endpoint. See [`Client::request`](crate::Client::request).
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct RawRequest<B = Unbound> {
    bound: B,
    method: String,
    path: String,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    body: Option<(&'static str, Bytes)>,
    any_status: bool,
    idempotent: bool,
}

impl<M: Mode> RawRequest<Bound<M>> {
    pub(crate) fn bound(bound: Bound<M>, method: &str, path: &str) -> Self {
        Self::with(bound, method, path)
    }
}

impl RawRequest {
    /// The request, bound to no client.
    pub fn new(method: impl AsRef<str>, path: impl AsRef<str>) -> Self {
        Self::with(Unbound, method.as_ref(), path.as_ref())
    }
}

impl<B> RawRequest<B> {
    fn with(bound: B, method: &str, path: &str) -> Self {
        Self {
            bound,
            method: method.trim().to_ascii_uppercase(),
            path: path.trim().to_owned(),
            query: Vec::new(),
            form: Vec::new(),
            body: None,
            any_status: false,
            idempotent: false,
        }
    }

    /// Adds a query pair; a key may repeat (`kwargs`).
    pub fn query(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((key.into(), value.into()));
        self
    }

    /// Adds a field to the form, as most writes of this server take them; a key may repeat.
    pub fn form(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.form.push((key.into(), value.into()));
        self
    }

    /// Sends JSON.
    pub fn json(mut self, text: impl Into<Bytes>) -> Self {
        self.body = Some(("application/json", text.into()));
        self
    }

    /// Hands on an answer of any status, and one that says `ERROR`, instead of an error.
    pub fn any_status(mut self) -> Self {
        self.any_status = true;
        self
    }

    /// Promises that doing this twice equals doing it once, so that it may be sent again when its answer was lost.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    fn known(&self) -> Option<&'static [OpInfo; 2]> {
        METHODS.iter().find(|both| both[0].method == self.method)
    }
}

impl<B: Send + Sync + 'static> Operation for RawRequest<B> {
    type Output = Response;

    fn info(&self) -> &'static OpInfo {
        // A method that is not there is refused when the request is made.
        &self.known().unwrap_or(&METHODS[4])[usize::from(self.idempotent)]
    }

    fn request(&self) -> Result<Request> {
        if self.known().is_none() {
            let shown = adjutant_core::error::tame(&self.method, 20);
            return Err(Error::usage(format!("{shown:?} is not a method that this API knows"))
                .with_hint("there are GET, POST, PUT, PATCH and DELETE"));
        }
        let method = Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET);
        let mut request = Request::new(self.info(), method, target(&self.path)?);
        for (key, value) in &self.query {
            request = request.query(key, value);
        }
        if !self.form.is_empty() {
            request = request.body("application/x-www-form-urlencoded", adjutant_core::path::query(&self.form));
        } else if let Some((media_type, body)) = &self.body {
            request = request.body(media_type, body.clone());
        }
        Ok(if self.any_status { request.any_status() } else { request })
    }

    fn decode(&self, response: Response) -> Result<Response> {
        if !self.any_status {
            wire::check_any(&response)?;
        }
        Ok(response)
    }
}

adjutant_core::endings!(RawRequest);

/// A path below the API's base, with or without its first slash; what HTTP does not allow in a path is
/// percent-encoded, escapes that are there already stay. A second slash in it stays too: this API has paths with
/// `//`.
fn target(path: &str) -> Result<String> {
    let refuse = |what: &str, hint: &'static str| {
        let shown = adjutant_core::error::tame(path, 120);
        Err(Error::usage(format!("the path {shown:?} {what}")).with_hint(hint))
    };
    if path.contains("://") {
        return refuse("is a URL", "give the path below the API's base alone");
    }
    if path.contains(['?', '#']) {
        return refuse("has a query in it", "give a query with .query(key, value), and a ? of a file's name as %3F");
    }
    if path.split('/').any(|segment| matches!(segment, "." | "..")) {
        return refuse("has dots for a segment", "give the path itself");
    }
    let mut out = String::from("/");
    let bytes = path.strip_prefix('/').unwrap_or(path).as_bytes();
    for (i, &byte) in bytes.iter().enumerate() {
        let escape = byte == b'%' && bytes.get(i + 1..i + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if escape || byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out)
}

/// Reads a raw answer as what it is expected to be. The answer itself stays as it came.
pub trait ResponseExt {
    /// The body as a typed record. What the record does not know is kept in its `extra`.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the body is not a JSON object.
    fn json<T: Record + Default>(&self) -> Result<T>;

    /// The body as any JSON value.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the body is not JSON.
    fn value(&self) -> Result<serde_json::Value>;
}

impl ResponseExt for Response {
    fn json<T: Record + Default>(&self) -> Result<T> {
        wire::record(self).map_err(|e| e.with_status(self.status()))
    }

    fn value(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(self.body())
            .map_err(|e| Error::decode(e.to_string()).with_status(self.status()).with_source(e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_people_write_them() {
        assert_eq!(target("account/").unwrap(), "/account/");
        assert_eq!(target("/account/").unwrap(), "/account/");
        assert_eq!(target("utilities/ls/dtn01//home/a b").unwrap(), "/utilities/ls/dtn01//home/a%20b");
        for odd in ["https://elsewhere.example/", "a?b=c", "a/../b"] {
            assert!(target(odd).unwrap_err().hint().is_some(), "{odd}");
        }
        assert!(RawRequest::new("BREW", "x").request().is_err());
    }
}
