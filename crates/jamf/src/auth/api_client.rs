//! An API client: id and secret for a token (`POST /api/v1/oauth/token`).

use super::{info, invalidate, post, refused, reply};
use adjutant_core::{AccessToken, Auth, BoxFuture, CredentialsProvider, Login, OpInfo, Result, Secret, path};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

static NEWER: OpInfo = info("auth.oauth-token", "/api/v1/oauth/token");
/// Where servers before 11 have it.
static OLDER: OpInfo = info("auth.oauth-token", "/api/oauth/token");

const HINT: &str = "check the client id and secret, and whether the API client is enabled";

/// Credentials of an API client. Clones share what they have learned; one may serve several clients.
#[derive(Clone)]
pub struct ApiClient(Arc<Inner>);

struct Inner {
    id: String,
    secret: Secret,
    older: AtomicBool,
}

impl ApiClient {
    /// An API client's id and secret.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self(Arc::new(Inner { id: id.into(), secret: secret.into(), older: AtomicBool::new(false) }))
    }

    async fn token(self, login: Login) -> Result<AccessToken> {
        let inner = &*self.0;
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let form = path::query(&[
            pair("client_id", &inner.id),
            pair("client_secret", inner.secret.expose()),
            pair("grant_type", "client_credentials"),
        ]);
        loop {
            let older = inner.older.load(Ordering::Relaxed);
            let info = if older { &OLDER } else { &NEWER };
            let request = post(info).body("application/x-www-form-urlencoded", form.clone());
            let answer = login.send(request, Auth::None).await?;
            if answer.status() == 404 && !older {
                inner.older.store(true, Ordering::Relaxed);
                continue;
            }
            if !answer.is_success() {
                return Err(refused(&answer, info, HINT));
            }
            return reply::oauth(&answer, info, login.clock().wall());
        }
    }
}

impl CredentialsProvider for ApiClient {
    fn get_access_token(&self, login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        Box::pin(self.clone().token(login))
    }

    fn invalidate_access_token(&self, login: Login, token: AccessToken) -> BoxFuture<'static, Result<()>> {
        Box::pin(invalidate(login, token))
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").field("id", &self.0.id).finish_non_exhaustive()
    }
}
