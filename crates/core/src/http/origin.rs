//! Where a request goes: server names as people type them, made exact.

use crate::{Error, ErrorKind, Result, config::Scheme};
use std::fmt;

/// Scheme, host and port: what a token may be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    scheme: SchemeOf,
    host: String,
    port: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum SchemeOf {
    Https,
    Http,
}

impl Origin {
    /// Reads a server name with or without scheme, port, trailing slash or path; the path is dropped.
    ///
    /// # Errors
    /// No host, a bad port, a scheme other than http and https, or a user name in it.
    pub fn parse(server: &str, default: Scheme) -> Result<Self> {
        Self::split(server, default).map(|(origin, _)| origin)
    }

    /// As [`Origin::parse`], with what follows the port: a path with its query, or nothing.
    ///
    /// # Errors
    /// As [`Origin::parse`].
    pub fn split(server: &str, default: Scheme) -> Result<(Self, &str)> {
        let text = server.trim();
        let bad = |why: &str| {
            Error::usage(format!("{:?} is not a server name: {why}", crate::error::tame(text, 80)))
                .with_hint("give a host, host:port or URL, for example https://my.jamfcloud.com")
        };
        let (scheme, rest) = match text.split_once("://") {
            Some((s, rest)) if s.eq_ignore_ascii_case("https") => (SchemeOf::Https, rest),
            Some((s, rest)) if s.eq_ignore_ascii_case("http") => (SchemeOf::Http, rest),
            Some((s, _)) => return Err(bad(&format!("the scheme {s:?} is not https or http"))),
            None if default == Scheme::Https => (SchemeOf::Https, text),
            None => (SchemeOf::Http, text),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if authority.contains('@') {
            return Err(bad("it contains a user name; credentials never go into a URL"));
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(v6) => {
                let (host, after) = v6.split_once(']').ok_or_else(|| bad("the bracket is not closed"))?;
                host.parse::<std::net::Ipv6Addr>().map_err(|_| bad("what is in brackets is not an IPv6 address"))?;
                (format!("[{host}]"), after.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host.to_ascii_lowercase(), Some(port)),
                None => (authority.to_ascii_lowercase(), None),
            },
        };
        if host.is_empty() {
            return Err(bad("there is no host in it"));
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '[' | ']' | ':');
        if !host.chars().all(plain) {
            return Err(bad("a host name has letters, digits, dots and hyphens"));
        }
        let port = match port {
            None => scheme.port(),
            Some(p) => {
                p.parse().ok().filter(|p| *p > 0).ok_or_else(|| bad("the port is not a number from 1 to 65535"))?
            }
        };
        Ok((Self { scheme, host, port }, path))
    }

    /// Whether it is reached over TLS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.scheme == SchemeOf::Https
    }

    /// Host name or address; an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host name or address without brackets, for look-ups and certificates.
    pub(crate) fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The `Host` header: the port only where it is not the scheme's own.
    pub(crate) fn host_header(&self) -> String {
        if self.port == self.scheme.port() { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    fn is_loopback(&self) -> bool {
        let host = self.bare_host();
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Plain http goes only to this machine, unless that is asked for.
    pub(crate) fn check_plain(&self, allowed: bool) -> Result<()> {
        if self.is_tls() || allowed || self.is_loopback() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Usage, format!("{self} would send credentials unencrypted"))
            .with_hint("use https, or --insecure-transport if you must"))
    }
}

impl SchemeOf {
    const fn port(self) -> u16 {
        match self {
            Self::Https => 443,
            Self::Http => 80,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls() { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host_header())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_names_as_people_type_them() {
        for (typed, exact) in [
            ("jamf.my.org", "https://jamf.my.org"),
            (" https://JAMF.my.org/ ", "https://jamf.my.org"),
            ("https://jamf.my.org:443/api", "https://jamf.my.org"),
            ("jamf.my.org:8443", "https://jamf.my.org:8443"),
            ("http://127.0.0.1:9000/x?y", "http://127.0.0.1:9000"),
            ("[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(Origin::parse(typed, Scheme::Https).unwrap().to_string(), exact, "{typed}");
        }
        for bad in
            ["", "https://", "ftp://x", "user:pw@host", "host:port", "host:0", "a b", "[::1", "https:///x", "x:70000"]
        {
            let error = Origin::parse(bad, Scheme::Https).unwrap_err();
            assert!(error.hint().is_some(), "{bad}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let origin = |s| Origin::parse(s, Scheme::Https).unwrap();
        assert!(origin("http://localhost:80").check_plain(false).is_ok());
        assert!(origin("http://[::1]").check_plain(false).is_ok());
        assert!(origin("http://jamf.my.org").check_plain(false).is_err());
        assert!(origin("http://jamf.my.org").check_plain(true).is_ok());
    }
}
