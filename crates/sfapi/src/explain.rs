//! What the Superfacility API means when it says no.
//!
//! The core explains most answers. This server adds FastAPI's 422, whose `detail` is a list of places and messages,
//! and a 401 or 403 that mostly means: the key has expired, or is of a lower level than the call needs, or is not
//! valid from this address.

use adjutant_core::{
    Error, ErrorKind,
    error::tame,
    request::{Request, Response},
};
use serde_json::Value;

/// Makes an error of an answer that is not a success.
pub(crate) fn explain(request: &Request, response: &Response) -> Error {
    let error = match details(response) {
        Some(words) => Error::new(ErrorKind::Rejected, words).with_status(response.status()),
        None => adjutant_core::http::explain(request, response),
    };
    match error.kind() {
        ErrorKind::Rejected if response.status() == 422 => error.with_hint("correct the fields that are named"),
        ErrorKind::Credentials => error.with_hint(
            "the token was refused: check in Iris that the client has not expired, and that this address may use it",
        ),
        ErrorKind::Forbidden => error.with_hint(
            "the client's level is too low for this call, or this address is not in its range: commands and job \
             submission need a client of the highest level (red), made in Iris",
        ),
        _ => error,
    }
}

/// `{"detail": [{"loc": ["body", "job"], "msg": "field required"}]}` as one sentence.
fn details(response: &Response) -> Option<String> {
    let body = response.body();
    let value: Value = serde_json::from_slice(&body[..body.len().min(64 << 10)]).ok()?;
    let one = |entry: &Value| {
        let said = entry.get("msg")?.as_str()?;
        let place: Vec<String> = entry
            .get("loc")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
            .collect();
        Some(if place.is_empty() { said.to_owned() } else { format!("{}: {said}", place.join(".")) })
    };
    let said: Vec<String> = value.get("detail")?.as_array()?.iter().take(5).filter_map(one).collect();
    (!said.is_empty()).then(|| tame(&said.join("; "), 300))
}

/// The same error for another who waited for the same thing; the cause stays with the first.
pub(crate) fn again(error: &Error) -> Error {
    let mut copy = Error::new(error.kind(), error.message().to_owned())
        .with_applied(error.applied())
        .with_retry_after(error.retry_after())
        .with_effort(error.attempts(), error.elapsed());
    if let Some(status) = error.status() {
        copy = copy.with_status(status);
    }
    if let Some(operation) = error.operation() {
        copy = copy.with_operation(operation.to_owned());
    }
    if let Some(hint) = error.hint() {
        copy = copy.with_hint(hint.to_owned());
    }
    copy
}

/// Whether the same call, sent later, may well succeed.
pub(crate) fn may_pass(error: &Error) -> bool {
    use ErrorKind as K;
    match error.kind() {
        K::Connect | K::Timeout | K::Deadline | K::Throttled | K::Server | K::Broken | K::Decode => true,
        // What the server says with status 200 is often Slurm's trouble of the moment, in words of its own.
        K::Rejected => error.status() == Some(200),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use adjutant_core::{OpInfo, Safety};

    static INFO: OpInfo = OpInfo {
        name: "t",
        method: "POST",
        path: "/",
        safety: Safety::Write,
        idempotent: false,
        privileges: &[],
        deprecated: None,
    };

    fn said(status: u16, body: &str) -> Error {
        let request = Request::new(&INFO, http::Method::POST, "/");
        explain(&request, &Response::new(status, http::HeaderMap::new(), body.to_owned()))
    }

    #[test]
    fn a_422_names_its_fields() {
        let body =
            r#"{"detail":[{"loc":["body","job"],"msg":"field required","type":"x"},{"loc":["query",0],"msg":"odd"}]}"#;
        assert_eq!(said(422, body).message(), "body.job: field required; query.0: odd");
        assert_eq!(said(404, r#"{"detail":"Not Found"}"#).message(), "Not Found");
        assert!(said(404, "{}").is_not_found());
    }

    #[test]
    fn refusals_say_what_to_do() {
        assert!(said(401, "{}").hint().is_some_and(|h| h.contains("expired")));
        assert!(said(403, "{}").hint().is_some_and(|h| h.contains("Iris")));
    }
}
