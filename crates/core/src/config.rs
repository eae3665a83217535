//! How a client behaves, whatever the server.

use crate::{Error, Result};
use std::{path::PathBuf, time::Duration};

/// Settings of a session. The defaults are safe for a server that falls over above five connections.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SessionConfig {
    /// Name look-up, TCP and TLS together. Default 10 s.
    pub connect_timeout: Duration,
    /// From the request's last byte to the answer's first, and between any two bytes of it. Default 60 s.
    pub idle_timeout: Duration,
    /// One attempt of a unary call, connect excepted; a streamed body has no total. Default 300 s.
    pub total_timeout: Duration,
    /// Requests on the wire, and connections open, at once. Default 5; at least 1.
    pub max_concurrency: usize,
    /// Further attempts after the first, where another attempt is safe. Default 4.
    pub max_retries: u32,
    /// Bound on each call, its waits and retries included. Default none.
    pub deadline: Option<Duration>,
    /// Longest answer that is read into memory, in bytes. Default 512 MiB.
    pub max_answer: u64,
    /// Check the server's certificate. Default `true`; turn it off only for a server on your desk.
    pub verify: bool,
    /// PEM file with authorities to trust in addition to the system's. Default none.
    pub ca_cert_bundle: Option<PathBuf>,
    /// `User-Agent`. Default `adjutant/VERSION`.
    pub user_agent: String,
    /// Scheme for a server name without one. Default [`Scheme::Https`].
    pub scheme: Scheme,
    /// Send credentials over plain http to other machines than this one. Default `false`.
    pub insecure_transport: bool,
    /// Keep the server's cookies and send them back, so that a cluster answers from one node. Default `false`:
    /// right for bulk reads; turn it on to see one's own writes.
    pub sticky_cookies: bool,
    /// Refuse every write before a byte is sent. Default `false`.
    pub read_only: bool,
}

/// How to reach a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// TLS.
    #[default]
    Https,
    /// Plain; only to this machine, unless [`SessionConfig::insecure_transport`].
    Http,
}

impl Scheme {
    /// `https` or `http`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            total_timeout: Duration::from_secs(300),
            max_concurrency: 5,
            max_retries: 4,
            deadline: None,
            max_answer: 512 << 20,
            verify: true,
            ca_cert_bundle: None,
            user_agent: concat!("adjutant/", env!("CARGO_PKG_VERSION")).to_owned(),
            scheme: Scheme::Https,
            insecure_transport: false,
            sticky_cookies: false,
            read_only: false,
        }
    }
}

impl SessionConfig {
    /// Checks what the types cannot.
    ///
    /// # Errors
    /// A limit or a timeout of zero, or a user agent that HTTP cannot carry.
    pub fn validate(&self) -> Result<()> {
        if self.max_concurrency < 1 {
            return Err(Error::usage("max_concurrency must be at least 1"));
        }
        for (name, value) in [
            ("connect_timeout", self.connect_timeout),
            ("idle_timeout", self.idle_timeout),
            ("total_timeout", self.total_timeout),
        ] {
            if value.is_zero() {
                return Err(Error::usage(format!("{name} must be longer than zero")));
            }
        }
        if http::HeaderValue::try_from(&self.user_agent).is_err() {
            return Err(Error::usage("user_agent has characters that HTTP does not allow"));
        }
        Ok(())
    }
}
