//! What a refusal says, in one sentence, whatever shape the server gave it.

use crate::{
    Error, ErrorKind,
    error::tame,
    request::{Request, Response},
};
use serde_json::Value;

/// The longest message taken over from a server, in characters.
const MAX_MESSAGE: usize = 300;

/// Makes an error of an answer that is not a success: kind by status, the server's own words from JSON
/// (`errors`, `detail`, `message`, `error_description` …) or from the text of an HTML page, and
/// "No details" where it gave none. A 403 names the privileges that the operation needs.
#[must_use]
pub fn explain(request: &Request, response: &Response) -> Error {
    let status = response.status();
    let (message, code) = words(response);
    let kind = match status {
        401 => ErrorKind::Credentials,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        409 | 412 => ErrorKind::Conflict,
        429 => ErrorKind::Throttled,
        500.. => ErrorKind::Server,
        _ => ErrorKind::Rejected,
    };
    let mut error = Error::new(kind, message).with_status(status);
    if let Some(code) = code {
        error = error.with_code(code);
    }
    match kind {
        ErrorKind::Credentials => {
            error.with_hint("check the client id and secret (or user and password), and whether they are enabled")
        }
        ErrorKind::Forbidden if !request.info().privileges.is_empty() => error
            .with_privilege(request.info().privileges.join("\", \""))
            .with_hint("give the account's role that privilege, then get a new token"),
        ErrorKind::NotFound => error.with_hint("check the id, and whether this server's version has the endpoint"),
        ErrorKind::Throttled => error.with_hint("the server asks for patience: lower --max-concurrency or try later"),
        _ => error,
    }
}

fn words(response: &Response) -> (String, Option<String>) {
    let body = response.body();
    let start = &body[..body.len().min(64 << 10)];
    if let Ok(value) = serde_json::from_slice::<Value>(start) {
        let (text, code) = from_json(&value);
        return (text.map_or_else(|| "No details".into(), |t| tame(&t, MAX_MESSAGE)), code);
    }
    (text_of(response), None)
}

/// What an answer says that is not JSON.
pub(super) fn text_of(response: &Response) -> String {
    let body = response.body();
    let text = String::from_utf8_lossy(&body[..body.len().min(16 << 10)]);
    let text = if text.contains('<') { strip_markup(&text) } else { text.into_owned() };
    let text = tame(&text, MAX_MESSAGE);
    if text.is_empty() { "No details".into() } else { text }
}

fn from_json(value: &Value) -> (Option<String>, Option<String>) {
    let text = |v: &Value| v.as_str().filter(|s| !s.is_empty()).map(str::to_owned);
    if let Some(errors) = value.get("errors").and_then(Value::as_array).filter(|e| !e.is_empty()) {
        let one = |error: &Value| {
            let said = error.get("description").or_else(|| error.get("message")).and_then(text).or_else(|| text(error));
            match (said, error.get("field").and_then(text)) {
                (Some(said), Some(field)) => Some(format!("{field}: {said}")),
                (said, field) => said.or(field),
            }
        };
        let said: Vec<_> = errors.iter().take(5).filter_map(one).collect();
        let code = errors.iter().find_map(|e| e.get("code").and_then(text));
        return ((!said.is_empty()).then(|| said.join("; ")).or_else(|| code.clone()), code);
    }
    let code = ["code", "error"].iter().find_map(|k| value.get(k).and_then(text));
    let said = ["detail", "error_description", "message", "description", "title", "error"];
    (said.iter().find_map(|k| value.get(k).and_then(text)).or_else(|| text(value)), code.map(|c| tame(&c, 80)))
}

/// The text of an HTML page: what stands between tags, without scripts and styles.
fn strip_markup(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        out.push(' ');
        let tag = &rest[open..];
        let hidden = ["script", "style", "head"]
            .iter()
            .find(|name| tag.get(1..=name.len()).is_some_and(|t| t.eq_ignore_ascii_case(name)));
        let end = match hidden {
            Some(name) => {
                let close = format!("</{name}");
                tag.to_ascii_lowercase()
                    .find(&close)
                    .map_or(tag.len(), |at| at + tag[at..].find('>').map_or(tag.len() - at, |gt| gt + 1))
            }
            None => tag.find('>').map_or(tag.len(), |gt| gt + 1),
        };
        rest = &tag[end..];
    }
    out.push_str(rest);
    out.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OpInfo, Safety};

    static INFO: OpInfo = OpInfo {
        name: "t",
        method: "GET",
        path: "/",
        safety: Safety::Read,
        idempotent: false,
        privileges: &["Read Computers"],
        deprecated: None,
    };

    fn said(status: u16, body: &str) -> Error {
        let request = Request::new(&INFO, http::Method::GET, "/");
        explain(&request, &Response::new(status, http::HeaderMap::new(), body.to_owned()))
    }

    #[test]
    fn the_servers_own_words() {
        let e = said(
            400,
            r#"{"httpStatus":400,"errors":[{"code":"INVALID_FIELD","description":"no such field","field":"sort"}]}"#,
        );
        assert_eq!((e.message(), e.code()), ("sort: no such field", Some("INVALID_FIELD")));
        assert_eq!(said(400, r#"{"detail":"nope"}"#).message(), "nope");
        assert_eq!(said(500, "").message(), "No details");
        assert_eq!(said(500, "{}").message(), "No details");
        assert_eq!(said(400, r#"{"errors":[]}"#).message(), "No details");
        let e = said(
            502,
            "<html><head><title>x</title></head><body><h1>Bad Gateway</h1><p>try &amp; see</p></body></html>",
        );
        assert_eq!(e.message(), "Bad Gateway try & see");
        assert_eq!(e.kind(), ErrorKind::Server);
    }

    #[test]
    fn a_403_names_the_privilege() {
        assert_eq!(said(403, "{}").privilege(), Some("Read Computers"));
    }

    #[test]
    fn hostile_pages_do_no_harm() {
        assert!(said(500, &"<".repeat(10_000)).message().len() < 1000);
        assert!(said(500, &"<script".repeat(10_000)).message().len() < 1000);
        assert_eq!(said(500, "\u{1b}]0;x\u{7}").message(), "\\u{1b}]0;x\\u{7}");
    }
}
