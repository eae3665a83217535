//! What is said on stderr: results are for stdout, words are for people.
//!
//! Warnings, closing lines and errors go through here, so that `--quiet`, `NO_COLOR`, the error object of
//! `-f json` and the escaping of servers' words are decided once.

use crate::failure::{Failure, word};
use adjutant_core::error::tame;
use std::{
    fmt,
    io::{IsTerminal as _, Write as _, stderr},
};

/// The longest message or hint shown, in characters.
const LONGEST: usize = 2000;

/// How to speak in this run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    quiet: bool,
    color: bool,
    /// End an error with one JSON object.
    json: bool,
    /// Nothing else writes to stderr, and a person sees it: a progress bar may.
    bar: bool,
}

impl Voice {
    pub(crate) fn new(quiet: bool, verbose: u8, json: bool) -> Self {
        let terminal = stderr().is_terminal();
        let color = terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        Self { quiet, color, json, bar: terminal && !quiet && verbose == 0 }
    }

    /// Whether a progress bar would help.
    pub(crate) fn shows_progress(self) -> bool {
        self.bar
    }

    /// A remark; not with `--quiet`.
    pub(crate) fn say(self, words: impl fmt::Display) {
        if !self.quiet {
            put(format_args!("{words}\n"));
        }
    }

    /// A danger that the user has chosen: said even with `--quiet`.
    pub(crate) fn warn(self, words: impl fmt::Display) {
        let mark = self.paint("33", "warning:");
        put(format_args!("{mark} {words}\n"));
    }

    /// The last words of a run that failed.
    pub(crate) fn fail(self, failure: &Failure) {
        let Some(error) = failure.error() else { return };
        let mark = match failure {
            Failure::Interrupted(_) => self.paint("33", "interrupted:"),
            Failure::Partly(_) => self.paint("31", "partly failed:"),
            _ => self.paint("31", "error:"),
        };
        put(format_args!("{mark} {}\n", tame(&error.to_string(), LONGEST)));
        if let Some(hint) = error.hint() {
            put(format_args!("{} {}\n", self.paint("36", " hint:"), tame(hint, LONGEST)));
        }
        if self.json {
            put(format_args!("{}\n", object(failure)));
        }
    }

    fn paint(self, color: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[1;{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// A closed stderr is no reason to stop.
fn put(words: fmt::Arguments<'_>) {
    let _ = stderr().write_fmt(words);
}

/// The error as one JSON object.
pub(crate) fn object(failure: &Failure) -> serde_json::Value {
    let Some(error) = failure.error() else { return serde_json::Value::Null };
    let kind = match failure {
        Failure::Interrupted(_) => "interrupted".to_owned(),
        Failure::Partly(_) => "partly_failed".to_owned(),
        _ => word(error.kind()),
    };
    serde_json::json!({
        "kind": kind,
        "applied": error.applied().as_str(),
        "operation": error.operation(),
        "status": error.status(),
        "message": error.message(),
        "hint": error.hint(),
    })
}

/// 5000 as `5,000`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// 117964800 as `118 MB`.
pub(crate) fn size(bytes: u64) -> String {
    let mut value = bytes as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 999.5 {
            let digits = usize::from(unit != "bytes" && value < 9.95);
            return format!("{value:.digits$} {unit}");
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use adjutant_core::{Error, ErrorKind};

    #[test]
    fn numbers_for_people() {
        assert_eq!([count(0), count(999), count(5000), count(1_234_567)], ["0", "999", "5,000", "1,234,567"]);
        assert_eq!(
            [size(12), size(1500), size(117_964_800), size(2_100_000_000)],
            ["12 bytes", "1.5 kB", "118 MB", "2.1 GB"]
        );
    }

    #[test]
    fn the_error_object() {
        let error = Error::new(ErrorKind::NotFound, "no such computer").with_status(404).with_operation("t.get");
        let object = object(&Failure::from(error.with_hint("check the id")));
        assert_eq!(
            object.to_string(),
            r#"{"applied":"no","hint":"check the id","kind":"not_found","message":"no such computer","operation":"t.get","status":404}"#
        );
    }
}
