//! How a client comes to be: one builder for both worlds.

use crate::{
    auth::{self, ClientKey, Environment, FixedToken, Found, KeyLogin},
    client::Client,
    explain::explain,
    gate::{Gate, Keyless},
    hub::{Hub, Settings},
};
use adjutant_core::{
    Async, Blocking, CredentialsProvider, Engine, Error, Result, Secret, SessionConfig,
    clock::{Clock, SystemClock},
    http::{HttpTransport, Origin},
    permit::{PermitSource, Permits},
};
use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

/// Where the API is, if nothing else is said.
pub const DEFAULT_API: &str = "https://api.nersc.gov/api/v1.2";
/// Where tokens are, if nothing else is said.
pub const DEFAULT_TOKEN_URL: &str = "https://oidc.nersc.gov/c2id/token";
/// Where tokens for the development API are.
const DEV_TOKEN_URL: &str = "https://oidc-dev.nersc.gov/c2id/token";

/// Who to be.
#[derive(Clone)]
enum Who {
    /// Whoever the environment and `~/.superfacility` say.
    Lookup,
    Nobody,
    Pair(Option<String>, Option<Secret>),
    KeyFile(String),
    Key(ClientKey),
    Token(Secret),
    Provider(Arc<dyn CredentialsProvider>),
}

/// Who that came to.
enum Credentials {
    Key(ClientKey),
    Provider(Arc<dyn CredentialsProvider>),
    None(Keyless),
}

/// Settings of a client that is not built yet. See [`Client::builder`].
#[derive(Clone)]
#[must_use = "a builder does nothing until it is built"]
pub struct Builder {
    server: String,
    token_url: Option<String>,
    who: Who,
    key_folder: Option<PathBuf>,
    settings: Settings,
    config: SessionConfig,
    permits: Option<Arc<dyn PermitSource>>,
    clock: Arc<dyn Clock>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            server: DEFAULT_API.into(),
            token_url: None,
            who: Who::Lookup,
            key_folder: auth::default_folder(),
            settings: Settings {
                wait_interval: Duration::from_secs(10),
                settle: Duration::from_secs(60),
                task_deadline: Duration::from_secs(600),
            },
            config: SessionConfig::default(),
            permits: None,
            clock: Arc::new(SystemClock),
        }
    }

    pub(crate) fn environment() -> Result<Self> {
        Self::new().found_in(Environment::read()?)
    }

    fn found_in(mut self, found: Environment) -> Result<Self> {
        self.server = found.server.unwrap_or(self.server);
        self.token_url = found.token_url.or(self.token_url);
        self.config.ca_cert_bundle = found.ca_cert.or(self.config.ca_cert_bundle);
        Ok(match found.credentials {
            Some(Found::Token(token)) => self.access_token(token),
            Some(Found::Pair(id, secret)) => self.client_id(id).secret(secret),
            Some(Found::Key(name)) => self.key(name),
            None => self,
        })
    }

    /// The client's id, as Iris shows it. Goes with [`secret`](Self::secret).
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        let secret = match self.who {
            Who::Pair(_, secret) => secret,
            _ => None,
        };
        self.who = Who::Pair(Some(id.into()), secret);
        self
    }

    /// The client's private key: a JWK (its JSON) or a PEM. Goes with [`client_id`](Self::client_id).
    pub fn secret(mut self, key: impl Into<Secret>) -> Self {
        let id = match self.who {
            Who::Pair(id, _) => id,
            _ => None,
        };
        self.who = Who::Pair(id, Some(key.into()));
        self
    }

    /// A key file: its path, or the beginning of its name in `~/.superfacility`. See [`ClientKey::from_file`] for its
    /// form and permissions.
    pub fn key(mut self, path_or_nickname: impl Into<String>) -> Self {
        self.who = Who::KeyFile(path_or_nickname.into());
        self
    }

    /// A key that is read already; several clients may share it.
    pub fn client_key(mut self, key: ClientKey) -> Self {
        self.who = Who::Key(key);
        self
    }

    /// Uses a token that was got elsewhere, as it is: it is not renewed.
    pub fn access_token(mut self, token: impl Into<Secret>) -> Self {
        self.who = Who::Token(token.into());
        self
    }

    /// Gets tokens from a provider: one's own type, or a closure `Fn() -> Result<AccessToken>` that may block.
    pub fn credentials(mut self, provider: impl CredentialsProvider) -> Self {
        self.who = Who::Provider(Arc::new(provider));
        self
    }

    /// No key, and none looked for: only what is public can be called.
    pub fn anonymous(mut self) -> Self {
        self.who = Who::Nobody;
        self
    }

    /// Where keys are looked for by nickname. Default `~/.superfacility`.
    pub fn key_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.key_folder = Some(folder.into());
        self
    }

    /// The API's base URL, its version included. Default [`DEFAULT_API`].
    pub fn api_base_url(mut self, url: impl Into<String>) -> Self {
        self.server = url.into();
        self
    }

    /// Where tokens are got, which is also what a login is signed for. Default: that of NERSC for its API, and of its
    /// development API; any other API needs it said.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// Time between two looks at jobs that are waited for. Default 10 s; above 100 jobs three times as long.
    pub fn wait_interval(mut self, interval: Duration) -> Self {
        self.settings.wait_interval = interval;
        self
    }

    /// How long the queue may take to show a job: a submit whose answer was lost is looked for so long, and a job that
    /// cannot be found is not given up earlier. Default 60 s.
    pub fn settle_time(mut self, time: Duration) -> Self {
        self.settings.settle = time;
        self
    }

    /// How long a task of the server (a command, a submit) is waited for if nothing else is said. Default 10 minutes.
    pub fn task_deadline(mut self, time: Duration) -> Self {
        self.settings.task_deadline = time;
        self
    }

    /// All settings of the session at once.
    pub fn config(mut self, config: SessionConfig) -> Self {
        self.config = config;
        self
    }

    /// Requests on the wire, and connections open, at once. Default 5; at least 1.
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

    /// Bound on each call, its waits and retries included. Default none.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.config.deadline = Some(limit);
        self
    }

    /// PEM file with authorities to trust in addition to the system's, for the API and for the token URL.
    pub fn ca_cert_bundle(mut self, file: impl Into<PathBuf>) -> Self {
        self.config.ca_cert_bundle = Some(file.into());
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

    /// The asynchronous client. Nothing is sent before the first call. Without a key in the builder, one is looked for
    /// in the environment, then in `~/.superfacility`; a client for which none is found can call what is public.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for settings that cannot be meant;
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) for a key that was named but cannot be used.
    pub fn build(self) -> Result<Client> {
        Ok(Client::new(Arc::new(self.hub()?), Async))
    }

    /// The blocking client, with a runtime on a thread of its own.
    ///
    /// # Errors
    /// As [`build`](Self::build), or the machine gives no thread.
    pub fn build_blocking(self) -> Result<Client<Blocking>> {
        Ok(Client::new(Arc::new(self.hub()?), Blocking::new()?))
    }

    fn hub(self) -> Result<Hub> {
        let (origin, path) = Origin::split(&self.server, self.config.scheme)?;
        let base = path.split(['?', '#']).next().unwrap_or("").trim_end_matches('/').to_owned();
        let (mut client_id, mut keyless) = (None, None);
        let provider: Option<Arc<dyn CredentialsProvider>> = match self.who()? {
            Credentials::Key(key) => {
                client_id = Some(key.client_id().to_owned());
                let token_url = self.where_tokens_are(&origin)?.into();
                Some(Arc::new(KeyLogin { key, token_url }))
            }
            Credentials::Provider(provider) => Some(provider),
            Credentials::None(why) => {
                keyless = Some(why);
                None
            }
        };
        let permits = match self.permits {
            Some(permits) => permits,
            None => Arc::new(Permits::new(self.config.max_concurrency)?),
        };
        let clock = Arc::clone(&self.clock);
        let transport = HttpTransport::new(origin, provider, explain, self.config.clone(), clock)?;
        let gate = Gate::new(Arc::new(transport), base, keyless);
        let engine = Engine::new(Arc::new(gate), permits, self.clock, self.config);
        Ok(Hub::new(engine, self.settings, client_id))
    }

    fn where_tokens_are(&self, origin: &Origin) -> Result<String> {
        match (&self.token_url, origin.host()) {
            (Some(url), _) => Ok(url.clone()),
            (None, "api.nersc.gov") => Ok(DEFAULT_TOKEN_URL.into()),
            (None, "api-dev.nersc.gov") => Ok(DEV_TOKEN_URL.into()),
            (None, host) => Err(Error::usage(format!("where {host} gives tokens is not known"))
                .with_hint("give token_url(…), or set ADJUTANT_SFAPI_TOKEN_URL")),
        }
    }

    fn who(&self) -> Result<Credentials> {
        let folder = self.key_folder.as_deref();
        let missing = |what, hint| {
            Err(Error::new(crate::ErrorKind::Credentials, format!("the {what} is missing")).with_hint(hint))
        };
        let from_file = |name: &str| auth::find_key_in(folder, name).and_then(ClientKey::from_file);
        Ok(match &self.who {
            Who::Key(key) => Credentials::Key(key.clone()),
            Who::Pair(Some(id), Some(secret)) => Credentials::Key(ClientKey::new(id, secret.clone())?),
            Who::Pair(_, None) => return missing("private key", "give secret(…) with client_id(…)"),
            Who::Pair(None, _) => return missing("client id", "give client_id(…) with secret(…)"),
            Who::KeyFile(name) => Credentials::Key(from_file(name)?),
            Who::Token(token) => Credentials::Provider(Arc::new(FixedToken::new(token.clone()))),
            Who::Provider(provider) => Credentials::Provider(Arc::clone(provider)),
            Who::Nobody => Credentials::None(Keyless {
                why: "this client was built without one".into(),
                hint: "give client_id(…) and secret(…), or key(…)".into(),
            }),
            Who::Lookup => match Environment::read()?.credentials {
                Some(Found::Token(token)) => Credentials::Provider(Arc::new(FixedToken::new(token))),
                Some(Found::Pair(id, secret)) => Credentials::Key(ClientKey::new(id, secret)?),
                Some(Found::Key(name)) => Credentials::Key(from_file(&name)?),
                None => self.looked_for(),
            },
        })
    }

    /// What the folder has. A problem there is told by the first call that needs a key: what is public needs none.
    fn looked_for(&self) -> Credentials {
        let loaded =
            auth::only_key(self.key_folder.as_deref()).and_then(|file| file.map(ClientKey::from_file).transpose());
        match loaded {
            Ok(Some(key)) => Credentials::Key(key),
            Ok(None) => Credentials::None(Keyless {
                why: format!(
                    "none was given, and there is none in SFAPI_CLIENT_ID and SFAPI_SECRET or in ~/{}",
                    auth::KEY_FOLDER
                ),
                hint: format!("make a client in Iris and save its key in ~/{} with mode 0600", auth::KEY_FOLDER),
            }),
            Err(error) => Credentials::None(Keyless {
                why: error.message().to_owned(),
                hint: error.hint().unwrap_or_default().to_owned(),
            }),
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("server", &self.server)
            .field("token_url", &self.token_url)
            .field("settings", &self.settings)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
