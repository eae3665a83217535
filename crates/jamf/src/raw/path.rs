//! Raw paths: forgiving about the prefix, strict about what could be misread.

use adjutant_core::{Error, Result};

/// The prefix of the Pro API.
pub(super) const PRO: &str = "/api";
/// The prefix of the Classic API.
pub(super) const CLASSIC: &str = "/JSSResource";

/// A path under a prefix that may or may not be written. What HTTP does not allow in a path is percent-encoded;
/// escapes that are there already stay.
///
/// A `?` is refused rather than guessed at: it may begin a query, or belong to a file's name, and a DELETE must not
/// find out which.
pub(super) fn under(prefix: &'static str, path: &str) -> Result<String> {
    let refuse = |what: &str, hint: &'static str| {
        let shown = adjutant_core::error::tame(path, 120);
        Err(Error::usage(format!("the path {shown:?} {what}")).with_hint(hint))
    };
    if path.contains("://") {
        return refuse("is a URL", "use fetch(url) for a URL, or give the path alone");
    }
    if path.contains('?') {
        return refuse(
            "has a question mark",
            "give a query with .query(key, value), and a name that has a ? in it with .segment(name)",
        );
    }
    let inner = path.trim_start_matches('/');
    let bare = prefix.trim_start_matches('/');
    let inner = match inner.strip_prefix(bare) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest.trim_start_matches('/'),
        _ => inner,
    };
    if inner.split('/').any(|segment| matches!(segment, "." | "..")) {
        return refuse("has dots for a segment", "give a name that is dots with .segment(name)");
    }
    Ok(format!("{prefix}/{}", encode(inner)))
}

/// Percent-encodes what may not stand in a path; slashes stay, and so do escapes.
fn encode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = String::with_capacity(path.len());
    for (i, &byte) in bytes.iter().enumerate() {
        let escape = byte == b'%' && bytes.get(i + 1..i + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if escape || byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prefix_may_be_written_or_not() {
        for path in ["v1/x", "/v1/x", "api/v1/x", "/api/v1/x", "//api//v1/x"] {
            assert_eq!(under(PRO, path).unwrap(), "/api/v1/x", "{path}");
        }
        assert_eq!(under(CLASSIC, "JSSResource/computers").unwrap(), "/JSSResource/computers");
        assert_eq!(under(PRO, "v1/apis").unwrap(), "/api/v1/apis");
        assert_eq!(under(PRO, "apiary").unwrap(), "/api/apiary");
    }

    #[test]
    fn what_http_does_not_allow_is_encoded_once() {
        assert_eq!(under(PRO, "v1/a b#c%20d%é").unwrap(), "/api/v1/a%20b%23c%20d%25%C3%A9");
        assert_eq!(
            under(CLASSIC, "computers/id/1/subset/general&hardware").unwrap(),
            "/JSSResource/computers/id/1/subset/general&hardware"
        );
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        for path in ["v1/a?b=c", "https://elsewhere.example/x", "v1/../../x", "computers/id/.."] {
            assert!(under(PRO, path).unwrap_err().hint().is_some(), "{path}");
        }
    }
}
