//! Paths and queries as they go on the wire: every value percent-encoded, nothing encoded twice.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write as _;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One path segment: everything but RFC 3986's unreserved characters is percent-encoded, `/`, `?` and `#`
/// included, so that a value can never become another path.
#[must_use]
pub fn segment(value: &str) -> String {
    match value {
        "." => "%2E".into(),
        ".." => "%2E%2E".into(),
        _ => utf8_percent_encode(value, UNRESERVED).to_string(),
    }
}

/// A query without its `?`; empty if there are no pairs.
#[must_use]
pub fn query(pairs: &[(String, String)]) -> String {
    let mut out = String::new();
    for (key, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        let _ = write!(out, "{}={}", utf8_percent_encode(key, UNRESERVED), utf8_percent_encode(value, UNRESERVED));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_become_another_path() {
        assert_eq!(segment("a b#c?d/../e.pkg"), "a%20b%23c%3Fd%2F..%2Fe.pkg");
        assert_eq!(segment(".."), "%2E%2E");
        assert_eq!(segment("ü"), "%C3%BC");
    }

    #[test]
    fn a_key_can_repeat() {
        let pairs = [("section".into(), "GENERAL".into()), ("section".into(), "HARD WARE".into())];
        assert_eq!(query(&pairs), "section=GENERAL&section=HARD%20WARE");
    }
}
