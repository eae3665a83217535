//! A token that was got elsewhere. It is used as it is, never renewed, and not invalidated on close: it is not ours.

use adjutant_core::{AccessToken, BoxFuture, CredentialsProvider, Login, Result, Secret, TokenKind};

/// A token that was given.
#[derive(Clone, Debug)]
pub struct FixedToken(AccessToken);

impl FixedToken {
    /// A token whose end is not known.
    #[must_use]
    pub fn new(token: impl Into<Secret>) -> Self {
        Self(AccessToken::new(TokenKind::Static, token, None))
    }
}

impl From<AccessToken> for FixedToken {
    fn from(token: AccessToken) -> Self {
        Self(token)
    }
}

impl CredentialsProvider for FixedToken {
    fn get_access_token(&self, _login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        let token = self.0.clone();
        Box::pin(async move { Ok(token) })
    }
}
