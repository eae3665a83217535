//! How a client comes to be: one builder for both worlds.

use crate::{
    auth::{self, ApiClient, FixedToken, User},
    client::Client,
    explain::explain,
    inventory::Versioned,
};
use adjutant_core::{
    Async, Blocking, Bound, CredentialsProvider, Engine, Error, Result, Scheme, Secret, SessionConfig,
    clock::{Clock, SystemClock},
    http::{HttpTransport, Origin},
    permit::{PermitSource, Permits},
};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// Settings of a client that is not built yet. See [`Client::builder`].
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    server: String,
    port: Option<u16>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    config: SessionConfig,
    permits: Option<Arc<dyn PermitSource>>,
    clock: Arc<dyn Clock>,
}

impl Builder {
    pub(crate) fn new(server: impl Into<String>) -> Self {
        Self {
            server: server.into(),
            port: None,
            credentials: None,
            config: SessionConfig::default(),
            permits: None,
            clock: Arc::new(SystemClock),
        }
    }

    pub(crate) fn environment() -> Result<Self> {
        let found = auth::from_environment(&|name| std::env::var(name).ok())?;
        let server = found.server.ok_or_else(|| {
            Error::usage("no server is given")
                .with_hint("set ADJUTANT_JAMF_SERVER (or JAMF_URL) to the server's name or URL")
        })?;
        let mut builder = Self::new(server);
        builder.credentials = found.credentials;
        builder.config.ca_cert_bundle = found.ca_cert;
        Ok(builder)
    }

    /// Takes credentials and the certificate authority from the environment: `ADJUTANT_JAMF_ACCESS_TOKEN`, else
    /// `ADJUTANT_JAMF_CLIENT_ID` and `_CLIENT_SECRET` (or `JAMF_CLIENT_ID` and `JAMF_CLIENT_SECRET`), else
    /// `ADJUTANT_JAMF_USERNAME` and `_PASSWORD`; `ADJUTANT_JAMF_CA_CERT`. What is not set stays as it was.
    ///
    /// # Errors
    /// Half a pair: an id without its secret, for example.
    pub fn credentials_from_env(mut self) -> Result<Self> {
        let found = auth::from_environment(&|name| std::env::var(name).ok())?;
        self.credentials = found.credentials.or(self.credentials);
        self.config.ca_cert_bundle = found.ca_cert.or(self.config.ca_cert_bundle);
        Ok(self)
    }

    /// Logs in as an API client.
    pub fn api_client(self, id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        self.credentials(ApiClient::new(id, secret))
    }

    /// Logs in as a user.
    pub fn user(self, name: impl Into<String>, password: impl Into<Secret>) -> Self {
        self.credentials(User::new(name, password))
    }

    /// Uses a token that was got elsewhere, as it is: it is not renewed, and not invalidated on close.
    pub fn access_token(self, token: impl Into<Secret>) -> Self {
        self.credentials(FixedToken::new(token))
    }

    /// Gets tokens from a provider: one's own type, or a closure `Fn() -> Result<AccessToken>` that may block.
    pub fn credentials(mut self, provider: impl CredentialsProvider) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// As [`credentials`](Self::credentials), for a provider that several clients share.
    pub fn shared_credentials(mut self, provider: Arc<dyn CredentialsProvider>) -> Self {
        self.credentials = Some(provider);
        self
    }

    /// Port; default: that of the server's name, else 443 (80 with http).
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// All settings of the session at once.
    pub fn config(mut self, config: SessionConfig) -> Self {
        self.config = config;
        self
    }

    /// Requests on the wire, and connections open, at once. Default 5, which Jamf recommends; at least 1.
    pub fn max_concurrency(mut self, limit: usize) -> Self {
        self.config.max_concurrency = limit;
        self
    }

    /// Further attempts after the first, where another attempt is safe. Default 4.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.config.max_retries = retries;
        self
    }

    /// Longest wait for an answer's first byte, and between any two bytes of it. Default 60 s.
    pub fn timeout(mut self, idle: Duration) -> Self {
        self.config.idle_timeout = idle;
        self
    }

    /// Longest wait for a connection: name, TCP and TLS together. Default 10 s.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.config.connect_timeout = limit;
        self
    }

    /// Bound on each call, its waits and retries included. Default none.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.config.deadline = Some(limit);
        self
    }

    /// PEM file with authorities to trust in addition to the system's.
    pub fn ca_cert_bundle(mut self, file: impl Into<PathBuf>) -> Self {
        self.config.ca_cert_bundle = Some(file.into());
        self
    }

    /// Whether to check the server's certificate. Default `true`.
    pub fn verify(mut self, verify: bool) -> Self {
        self.config.verify = verify;
        self
    }

    /// Scheme for a server name without one. Default [`Scheme::Https`].
    pub fn scheme(mut self, scheme: Scheme) -> Self {
        self.config.scheme = scheme;
        self
    }

    /// `User-Agent`. Default `adjutant/VERSION`.
    pub fn user_agent(mut self, agent: impl Into<String>) -> Self {
        self.config.user_agent = agent.into();
        self
    }

    /// Keeps the server's cookies, so that a cluster answers from one node and one sees one's own writes. Default
    /// `false`.
    pub fn sticky_cookies(mut self, sticky: bool) -> Self {
        self.config.sticky_cookies = sticky;
        self
    }

    /// Refuses every write before a byte is sent. Default `false`.
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.config.read_only = read_only;
        self
    }

    /// Draws permits from elsewhere, for a limit that several clients, processes or hosts share. Default: permits of
    /// this client and its clones, as many as `max_concurrency`.
    pub fn permits(mut self, permits: Arc<dyn PermitSource>) -> Self {
        self.permits = Some(permits);
        self
    }

    /// Tells time, sleeps and throws dice, for tests. Default: the real world.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The asynchronous client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for settings that cannot be meant;
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if none were given.
    pub fn build(self) -> Result<Client> {
        let (engine, origin) = self.engine()?;
        Ok(Client::new(Bound::new(engine, Async), origin))
    }

    /// The blocking client, with a runtime on a thread of its own.
    ///
    /// # Errors
    /// As [`build`](Self::build), or the machine gives no thread.
    pub fn build_blocking(self) -> Result<Client<Blocking>> {
        let (engine, origin) = self.engine()?;
        Ok(Client::new(Bound::new(engine, Blocking::new()?), origin))
    }

    fn engine(self) -> Result<(Engine, Origin)> {
        let mut origin = Origin::parse(&self.server, self.config.scheme)?;
        if let Some(port) = self.port {
            let scheme = if origin.is_tls() { Scheme::Https } else { Scheme::Http };
            origin = Origin::parse(&format!("{}://{}:{port}", scheme.as_str(), origin.host()), scheme)?;
        }
        let credentials = self.credentials.ok_or_else(|| {
            Error::new(crate::ErrorKind::Credentials, format!("no credentials are given for {origin}")).with_hint(
                "give api_client(id, secret), user(name, password) or access_token(token), \
                 or set ADJUTANT_JAMF_CLIENT_ID and ADJUTANT_JAMF_CLIENT_SECRET",
            )
        })?;
        let permits = match self.permits {
            Some(permits) => permits,
            None => Arc::new(Permits::new(self.config.max_concurrency)?),
        };
        let transport = HttpTransport::new(
            origin.clone(),
            Some(credentials),
            explain,
            self.config.clone(),
            Arc::clone(&self.clock),
        )?;
        let versioned = Versioned::new(Arc::new(transport));
        Ok((Engine::new(Arc::new(versioned), permits, self.clock, self.config), origin))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("server", &self.server)
            .field("credentials", &self.credentials.is_some())
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
