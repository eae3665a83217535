//! Where the codec (which knows no wire) and the core (which knows no schema) meet, and where this server's habit is
//! undone: it reports failures of the application as HTTP 200 with `status: "ERROR"` and its words beside.

use adjutant_core::{Applied, Error, ErrorKind, Result, error::tame, request::Response};
use adjutant_schema::{Cell, Open, Raw, Record, View, json};
use serde_json::Value;

/// The longest message taken over from the server, in characters.
const MAX_MESSAGE: usize = 300;

/// What the codec could not read, as an error of the call.
pub(crate) fn unreadable(error: adjutant_schema::Error) -> Error {
    Error::decode(error.to_string()).with_source(error)
}

/// Reads one record.
pub(crate) fn record<T: Record + Default>(response: &Response) -> Result<T> {
    let mut record = json::decode::<T>(response.body()).map_err(unreadable)?;
    soften(&mut record);
    Ok(record)
}

/// Reads a list, or another value that is no record.
pub(crate) fn value<T: Cell>(response: &Response) -> Result<T> {
    json::decode_value(response.body()).map_err(unreadable)
}

/// Reads an answer that says itself whether it worked.
pub(crate) fn checked<T: Record + Default>(response: &Response) -> Result<T> {
    let record = record::<T>(response)?;
    verdict(&record)?;
    Ok(record)
}

/// A group; the server's refusals come in the shape of any answer.
pub(crate) fn checked_group(response: &Response) -> Result<crate::model::Group> {
    check_any(response)?;
    record(response)
}

/// Any answer: `Ok` unless it is an object with `status: "ERROR"`.
pub(crate) fn check_any(response: &Response) -> Result<()> {
    let body = response.body();
    if body.iter().find(|b| !b.is_ascii_whitespace()) != Some(&b'{') {
        return Ok(());
    }
    match json::decode::<crate::model::Verdict>(body) {
        Ok(record) => verdict(&record),
        Err(_) => Ok(()),
    }
}

fn verdict(record: &dyn Record) -> Result<()> {
    let text = |name: &str| {
        record.desc().index(name).and_then(|i| match record.peek(i).view() {
            View::Text(text) if !text.trim().is_empty() => Some(text.to_owned()),
            _ => None,
        })
    };
    match text("status") {
        Some(status) if status.eq_ignore_ascii_case("ERROR") => {
            Err(refusal(&text("error").or_else(|| text("reason")).or_else(|| text("output")).unwrap_or_default()))
        }
        _ => Ok(()),
    }
}

/// The server's words as an error. It says that it did nothing.
pub(crate) fn refusal(words: &str) -> Error {
    let lower = words.to_ascii_lowercase();
    let has = |any: &[&str]| any.iter().any(|part| lower.contains(part));
    let words = tame(words, MAX_MESSAGE);
    let words = if words.is_empty() { "the server says ERROR and nothing more".into() } else { words };
    let (kind, hint) = if has(&["no such file", "not found", "does not exist", "invalid job id"]) {
        (ErrorKind::NotFound, "check the id or path, and that it is on this machine")
    } else if has(&["permission denied", "not authorized", "not permitted", "forbidden"]) {
        (ErrorKind::Forbidden, "check that your account may use it, and what level your client has in Iris")
    } else if has(&["unable to contact", "timed out", "timeout", "temporarily", "try again", "connection"]) {
        (ErrorKind::Server, "Slurm or the machine has trouble: try later, and look at the machine's status")
    } else {
        (ErrorKind::Rejected, "the server's words say what to change")
    };
    Error::new(kind, words).with_hint(hint).with_applied(Applied::No)
}

/// Numbers and truth values where text was expected become text: this server writes Slurm's fields either way.
fn soften(record: &mut dyn Record) {
    for i in 0..record.desc().fields.len() {
        let scalar = match record.extra().raw(i) {
            Some(Raw::Json(text)) if !text.starts_with(['"', '{', '[']) => Some(text.to_string()),
            _ => None,
        };
        if let Some(text) = scalar {
            match record.slot(i).open() {
                Open::Text(place) => *place = text,
                Open::Name(place) => place.set(&text),
                // Any other kind has its own idea of a number; what came stays in `extra`.
                _ => record.slot(i).clear(),
            }
        }
    }
}

/// As [`soften`], for each of a list of records.
pub(crate) fn soften_all<T: Record>(records: &mut [T]) {
    records.iter_mut().for_each(|record| soften(record));
}

/// A member of a JSON object as text, whether the server wrote it as text or as a number.
pub(crate) fn text_of(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CommandStarted, JobsSqueue};

    fn answer(body: &str) -> Response {
        Response::new(200, http::HeaderMap::new(), body.to_owned())
    }

    #[test]
    fn two_hundred_and_error_is_an_error_with_the_servers_words() {
        let error = checked::<CommandStarted>(&answer(r#"{"task_id":"","status":"ERROR","error":"no such machine"}"#));
        assert_eq!(error.unwrap_err().message(), "no such machine");
        let error = checked::<JobsSqueue>(&answer(r#"{"status":"ERROR","output":null,"error":"Invalid job id"}"#));
        assert!(error.unwrap_err().is_not_found());
        assert!(check_any(&answer(r#"{"status":"ERROR"}"#)).is_err());
        for fine in ["[1]", "\"ERROR\"", r#"{"status":"OK"}"#, r#"{"status":"active"}"#, r#"{"status":5}"#, "{"] {
            assert!(check_any(&answer(fine)).is_ok(), "{fine}");
        }
    }

    #[test]
    fn a_number_where_text_was_expected_is_text() {
        let body = r#"{"status":"OK","output":[{"jobid":123,"nodes":4,"contiguous":false,"name":null,"odd":{}}]}"#;
        let mut jobs = checked::<JobsSqueue>(&answer(body)).unwrap();
        let rows = jobs.output.as_mut().unwrap();
        soften_all(rows);
        assert_eq!((rows[0].jobid.as_deref(), rows[0].nodes.as_deref()), (Some("123"), Some("4")));
        assert_eq!((rows[0].contiguous.as_deref(), rows[0].name.as_deref()), (Some("false"), None));
        assert!(rows[0].extra.get("odd").is_some());
    }
}
