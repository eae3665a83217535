//! Who one is: a client that was made in Iris, its private key, and where both are kept.
//!
//! The server takes no password. A client proves itself by signing a short statement with its private key, and gets a
//! token of some ten minutes for it. When several calls need one at once, when to renew it and what to do with a
//! token that is refused is the core's business ([`token`](adjutant_core::token)).

mod assertion;
mod environment;
mod files;
mod key;
mod login;

pub use files::{KEY_FOLDER, find_key};
pub use login::ClientKey;

pub(crate) use environment::{Environment, Found};
pub(crate) use files::{default_folder, find_key_in, only_key};
pub(crate) use login::KeyLogin;

use adjutant_core::{AccessToken, BoxFuture, CredentialsProvider, Login, Result, Secret, TokenKind};

/// A token that was got elsewhere: used as it is, never renewed.
#[derive(Clone, Debug)]
pub(crate) struct FixedToken(AccessToken);

impl FixedToken {
    pub(crate) fn new(token: impl Into<Secret>) -> Self {
        Self(AccessToken::new(TokenKind::Static, token, None))
    }
}

impl CredentialsProvider for FixedToken {
    fn get_access_token(&self, _login: Login) -> BoxFuture<'static, Result<AccessToken>> {
        let token = self.0.clone();
        Box::pin(async move { Ok(token) })
    }
}
