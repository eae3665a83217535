//! A token out of an answer, whatever the answer is.
//!
//! Nothing of the body ever enters a message: it holds the token.

use adjutant_core::{AccessToken, Error, ErrorKind, OpInfo, Result, TokenKind, request::Response};
use serde_json::Value;
use std::time::{Duration, SystemTime};

/// What is assumed of a token whose life the server does not state. Jamf Pro's shortest default is a minute.
const UNSTATED: Duration = Duration::from_secs(60);

fn odd(info: &'static OpInfo, answer: &Response, what: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("the server's answer to the login {what}"))
        .with_status(answer.status())
        .with_operation(info.name)
        .with_hint("check that the server's name is that of a Jamf Pro server, and that no login page stands before it")
}

fn object(answer: &Response, info: &'static OpInfo) -> Result<Value> {
    if answer.body().is_empty() {
        return Err(odd(info, answer, "is empty"));
    }
    match serde_json::from_slice::<Value>(answer.body()) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(odd(info, answer, "is not a JSON object")),
        Err(_) if answer.media_type() == "text/html" => Err(odd(info, answer, "is a web page")),
        Err(_) => Err(odd(info, answer, "is not JSON")),
    }
}

fn text(value: &Value, name: &str, answer: &Response, info: &'static OpInfo) -> Result<String> {
    match value.get(name).and_then(Value::as_str) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(odd(info, answer, &format!("has no {name}"))),
    }
}

/// `{"access_token", "expires_in", "scope"}`, where only the first must be there.
pub(super) fn oauth(answer: &Response, info: &'static OpInfo, now: SystemTime) -> Result<AccessToken> {
    let value = object(answer, info)?;
    let token = text(&value, "access_token", answer, info)?;
    let seconds = match value.get("expires_in") {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(number) => number.as_f64(),
        None => None,
    };
    let life = seconds.map_or(UNSTATED, |s| Duration::try_from_secs_f64(s).unwrap_or(Duration::ZERO));
    let scope = match value.get("scope") {
        Some(Value::String(words)) => words.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    Ok(AccessToken::new(TokenKind::OAuth, token, now.checked_add(life)).with_scope(scope))
}

/// `{"token", "expires"}`: a moment by the *server's* clock. What counts is how far it lies after the answer's `Date`;
/// a machine whose clock is wrong would otherwise take every token for dead, or a dead one for alive.
pub(super) fn user(answer: &Response, info: &'static OpInfo, now: SystemTime) -> Result<AccessToken> {
    let value = object(answer, info)?;
    let token = text(&value, "token", answer, info)?;
    let expires = value.get("expires").and_then(Value::as_str).and_then(moment);
    let said_at = answer.header("date").and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
    let life = expires.map_or(UNSTATED, |at| at.duration_since(said_at).unwrap_or(Duration::ZERO));
    // A `Date` has whole seconds: the answer was written up to one later.
    let life = life - Duration::from_secs(1).min(life / 2);
    Ok(AccessToken::new(TokenKind::User, token, now.checked_add(life)))
}

/// An ISO 8601 moment, with `Z`, `+00:00` or `+0000`.
fn moment(text: &str) -> Option<SystemTime> {
    let parsed = text.parse::<jiff::Timestamp>().or_else(|_| jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text));
    parsed.ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderMap;

    static INFO: OpInfo = super::super::info("t", "/t");

    fn answer(body: &str, date: Option<SystemTime>) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(date) = date {
            headers.insert("date", httpdate::fmt_http_date(date).parse().unwrap());
        }
        Response::new(200, headers, body.to_owned())
    }

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    #[test]
    fn scope_and_life_may_be_missing() {
        let token = oauth(&answer(r#"{"access_token":"x"}"#, None), &INFO, now()).unwrap();
        assert_eq!((token.scope().len(), token.seconds_left(now())), (0, Some(60)));
        let token =
            oauth(&answer(r#"{"access_token":"x","expires_in":"5","scope":"a b"}"#, None), &INFO, now()).unwrap();
        assert_eq!((token.scope(), token.seconds_left(now())), (&["a".to_owned(), "b".to_owned()][..], Some(5)));
    }

    #[test]
    fn a_wrong_clock_here_does_no_harm() {
        // The server's clock is two hours ahead of ours; the token lives for twenty minutes.
        let there = now() + Duration::from_secs(7200);
        for text in ["%Y-%m-%dT%H:%M:%S.250Z", "%Y-%m-%dT%H:%M:%S+0000"] {
            let expires =
                jiff::Timestamp::try_from(there + Duration::from_secs(1200)).unwrap().strftime(text).to_string();
            let token = user(&answer(&format!(r#"{{"token":"x","expires":"{expires}"}}"#), Some(there)), &INFO, now());
            assert_eq!(token.unwrap().seconds_left(now()), Some(1199), "{expires}");
        }
    }

    #[test]
    fn odd_answers_are_named_and_not_repeated() {
        for (body, what) in [
            ("", "is empty"),
            ("<html>SECRET</html>", "is not JSON"),
            ("[\"SECRET\"]", "is not a JSON object"),
            (r#"{"token":"SECRET"}"#, "has no access_token"),
            (r#"{"access_token":""}"#, "has no access_token"),
            (r#"{"access_token":5}"#, "has no access_token"),
        ] {
            let error = oauth(&answer(body, None), &INFO, now()).unwrap_err();
            assert!(error.message().ends_with(what), "{error}");
            assert!(error.is_credentials() && error.hint().is_some() && !format!("{error:?}").contains("SECRET"));
        }
    }
}
