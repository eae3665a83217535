//! `--dry-run`: what would be sent, with everything secret hidden, and nothing sent.

use crate::{connect::Connected, failure::Outcome, output::Out};
use adjutant_core::{Request, path};
use serde_json::Value;
use std::fmt::Write as _;

/// Members whose values are never shown.
const SECRET: [&str; 8] = ["password", "passwd", "passcode", "secret", "token", "credential", "privatekey", "pin"];

/// Shows one request; `and_so_on` tells what follows it.
pub(super) fn show(at: &Connected, request: &Request, and_so_on: &str) -> Outcome {
    let mut out = Out::stdout();
    out.put(text(&at.server, request, and_so_on).as_bytes())?;
    out.commit().map(|_| ())
}

fn text(server: &str, request: &Request, and_so_on: &str) -> String {
    let server = if server == "sim:" { "https://sim" } else { server };
    let target = request.target().replace("{newest}", "4");
    let query = path::query(request.query_pairs());
    let mark = if query.is_empty() { "" } else { "?" };
    let mut out = format!("{} {server}{target}{mark}{query}\nauthorization: [hidden]\n", request.method());
    for (name, value) in request.headers() {
        let _ = writeln!(out, "{name}: {}", value.to_str().unwrap_or("[not text]"));
    }
    let body = request.body_bytes();
    if !body.is_empty() {
        let shown = match serde_json::from_slice::<Value>(body) {
            Ok(mut value) => {
                hide(&mut value);
                value.to_string()
            }
            Err(_) => format!("[{} bytes]", body.len()),
        };
        let _ = write!(out, "\n{shown}\n");
    }
    if !and_so_on.is_empty() {
        let _ = writeln!(out, "\n{and_so_on}");
    }
    out
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.to_ascii_lowercase().replace(['_', '-'], "");
                if SECRET.iter().any(|secret| name.contains(secret)) && !member.is_null() {
                    *member = "[hidden]".into();
                } else {
                    hide(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        let mut value =
            serde_json::json!({"a":[{"managementPassword":"x","name":"n"}],"client_secret":{"v":1},"pin":null});
        hide(&mut value);
        assert_eq!(
            value.to_string(),
            r#"{"a":[{"managementPassword":"[hidden]","name":"n"}],"client_secret":"[hidden]","pin":null}"#
        );
    }
}
