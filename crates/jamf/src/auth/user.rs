//! A user account: name and password for a token (`POST /api/v1/auth/token`), which is then kept alive.

use super::{bearer, info, invalidate, post, refused, reply};
use adjutant_core::{
    AccessToken, Auth, BoxFuture, CredentialsProvider, Login, OpInfo, Result, Secret, request::Response,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use std::{fmt, sync::Arc};

static LOG_IN: OpInfo = info("auth.token", "/api/v1/auth/token");
static KEEP_ALIVE: OpInfo = info("auth.keep-alive", "/api/v1/auth/keep-alive");

const HINT: &str = "check the user name and password, and whether the account is enabled and not single sign-on only";

/// Credentials of a user account. One may serve several clients.
#[derive(Clone)]
pub struct User(Arc<Inner>);

struct Inner {
    name: String,
    password: Secret,
}

impl User {
    /// A user's name and password.
    #[must_use]
    pub fn new(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self(Arc::new(Inner { name: name.into(), password: password.into() }))
    }

    fn basic(&self) -> Auth {
        let pair = Secret::new(format!("{}:{}", self.0.name, self.0.password.expose()));
        Auth::Header(Arc::new(Secret::new(format!("Basic {}", BASE64_STANDARD.encode(pair.expose())))))
    }
}

fn token(answer: &Response, info: &'static OpInfo, login: &Login) -> Result<AccessToken> {
    if !answer.is_success() {
        return Err(refused(answer, info, HINT));
    }
    reply::user(answer, info, login.clock().wall())
}

impl CredentialsProvider for User {
    fn get_access_token(&self, login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        let basic = self.basic();
        Box::pin(async move { token(&login.send(post(&LOG_IN), basic).await?, &LOG_IN, &login) })
    }

    /// Keeps the token alive; the core logs in anew if that fails.
    fn renew_access_token(&self, login: Login, current: AccessToken) -> BoxFuture<'static, Result<AccessToken>> {
        Box::pin(async move { token(&login.send(post(&KEEP_ALIVE), bearer(&current)).await?, &KEEP_ALIVE, &login) })
    }

    fn invalidate_access_token(&self, login: Login, token: AccessToken) -> BoxFuture<'static, Result<()>> {
        Box::pin(invalidate(login, token))
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("name", &self.0.name).finish_non_exhaustive()
    }
}
