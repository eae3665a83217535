//! A client's key, and the login with it.

use super::{assertion, files, key::SigningKey};
use adjutant_core::{
    AccessToken, Auth, BoxFuture, CredentialsProvider, Error, ErrorKind, Login, OpInfo, Request, Response, Result,
    Safety, Secret, TokenKind,
};
use serde_json::Value;
use std::{
    fmt,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

// Logging in changes nothing that anyone would want back, and a read-only client must log in too: it is a read.
static TOKEN: OpInfo = OpInfo {
    name: "auth.token",
    method: "POST",
    path: "token URL",
    safety: Safety::Read,
    idempotent: true,
    privileges: &[],
    deprecated: None,
};

/// How often to try a login whose answer was lost. Each time another statement is signed: the server takes none twice.
const TRIES: u32 = 4;
/// What is assumed of a token whose life the server does not state.
const UNSTATED: Duration = Duration::from_secs(60);

/// A client made in Iris: its id and its private key. Clones share the key.
#[derive(Clone)]
pub struct ClientKey(Arc<Inner>);

struct Inner {
    id: String,
    key: SigningKey,
}

impl ClientKey {
    /// An id and a private key: a JWK (its JSON) or a PEM (PKCS#8, PKCS#1 or SEC1; RSA or P-256).
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if either cannot be what it should be; nothing of the key is in the message.
    pub fn new(client_id: impl Into<String>, secret: impl Into<Secret>) -> Result<Self> {
        let secret = secret.into();
        Self::with(client_id.into(), SigningKey::parse(secret.expose())?)
    }

    /// A key file: JSON (`{"client_id": …, "secret": JWK}`), or PEM with the client id on the first line. Only its
    /// owner may be able to read it.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`] if it is not there, too open, or no such file.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self> {
        files::load(path.as_ref())
    }

    pub(super) fn from_jwk(client_id: String, jwk: &Value) -> Result<Self> {
        Self::with(client_id, SigningKey::from_jwk(jwk)?)
    }

    fn with(id: String, key: SigningKey) -> Result<Self> {
        let id = id.trim().to_owned();
        if id.is_empty() || id.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Error::new(ErrorKind::Credentials, "the client id is empty or has spaces in it")
                .with_hint("it is the 13 characters that Iris shows beside the client's name"));
        }
        Ok(Self(Arc::new(Inner { id, key })))
    }

    /// The client's id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.0.id
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientKey").field("client_id", &self.0.id).finish_non_exhaustive()
    }
}

/// The login with a key, at one token endpoint.
#[derive(Clone, Debug)]
pub(crate) struct KeyLogin {
    pub(crate) key: ClientKey,
    pub(crate) token_url: Arc<str>,
}

impl KeyLogin {
    async fn token(self, login: Login) -> Result<AccessToken> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.attempt(&login).await {
                Ok(token) => return Ok(token),
                Err(error) if tries < TRIES && crate::explain::may_pass(&error) => {
                    let backoff = Duration::from_millis(200 << tries).mul_f64(login.clock().random());
                    let wait = error.retry_after().unwrap_or_default().saturating_add(backoff);
                    tracing::debug!(%error, "the login is tried again");
                    login.clock().sleep(wait).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn attempt(&self, login: &Login) -> Result<AccessToken> {
        let inner = &*self.key.0;
        let assertion = assertion::sign(&inner.key, &inner.id, &self.token_url, login.clock().wall())?;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = adjutant_core::path::query(&[
            pair("grant_type", "client_credentials"),
            pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            pair("client_assertion", &assertion),
        ]);
        let request = Request::new(&TOKEN, http::Method::POST, &*self.token_url)
            .body("application/x-www-form-urlencoded", form)
            .max_retries(0);
        let answer = login.send(request, Auth::None).await?;
        self.read(&answer, login.clock().wall())
    }

    /// A token out of an answer, whatever the answer is. Nothing of the body enters a message but the server's own
    /// words for a refusal.
    fn read(&self, answer: &Response, now: SystemTime) -> Result<AccessToken> {
        let error = |message: String, hint: &'static str| {
            Err(Error::new(ErrorKind::Credentials, message)
                .with_status(answer.status())
                .with_operation(TOKEN.name)
                .with_hint(hint))
        };
        if !answer.is_success() {
            let request = Request::new(&TOKEN, http::Method::POST, &*self.token_url);
            let said = adjutant_core::http::explain(&request, answer);
            if !matches!(answer.status(), 400 | 401 | 403) {
                return Err(said.with_operation(TOKEN.name));
            }
            return error(
                format!("the server refused the login of client {}: {}", self.key.client_id(), said.message()),
                refused_hint(answer, now),
            );
        }
        let value: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let Some(token) = value.get("access_token").and_then(Value::as_str).filter(|token| !token.is_empty()) else {
            return error(
                "the server's answer to the login has no access_token".into(),
                "check the token URL, and that no login page stands before it",
            );
        };
        let seconds = match value.get("expires_in") {
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(number) => number.as_f64(),
            None => None,
        };
        let life = seconds.map_or(UNSTATED, |s| Duration::try_from_secs_f64(s).unwrap_or_default());
        let scope = value.get("scope").and_then(Value::as_str).unwrap_or_default();
        let scope = scope.split_whitespace().map(str::to_owned).collect();
        Ok(AccessToken::new(TokenKind::OAuth, token, now.checked_add(life)).with_scope(scope))
    }
}

/// A clock that is wrong by minutes makes every statement look expired or not yet valid.
fn refused_hint(answer: &Response, now: SystemTime) -> &'static str {
    let date = answer.header("date").and_then(|text| jiff::fmt::rfc2822::parse(text).ok());
    let skew = date.map(|zoned| {
        let there = SystemTime::from(zoned.timestamp());
        there.duration_since(now).or_else(|_| now.duration_since(there)).unwrap_or_default()
    });
    if skew.is_some_and(|skew| skew > Duration::from_secs(60)) {
        "this machine's clock differs from the server's by more than a minute: set it right"
    } else {
        "the client may have expired (look in Iris; red ones live for 2 days), the key may belong to another client, \
         or this address may not be among the client's"
    }
}

impl CredentialsProvider for KeyLogin {
    fn get_access_token(&self, login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        Box::pin(self.clone().token(login))
    }
}
