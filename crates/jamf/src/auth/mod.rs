//! Where Jamf Pro's tokens come from, one kind of login a file.
//!
//! All of them go through [`Login`](adjutant_core::Login): under the client's limit, with its retries, and never with
//! anybody's token but the one at hand. When several log in at once, when to renew and what to do with a token that
//! is refused is the core's business ([`token`](adjutant_core::token)).

mod api_client;
mod environment;
mod fixed;
mod reply;
mod user;

pub use api_client::ApiClient;
pub use fixed::FixedToken;
pub use user::User;

pub(crate) use environment::from_environment;

use adjutant_core::{
    AccessToken, Auth, Error, ErrorKind, Login, OpInfo, Result, Safety, Secret,
    request::{Request, Response},
};
use std::sync::Arc;

/// Logging in changes nothing that anyone would want back, and a read-only client must log in too: it is a read.
const fn info(name: &'static str, path: &'static str) -> OpInfo {
    OpInfo { name, method: "POST", path, safety: Safety::Read, idempotent: true, privileges: &[], deprecated: None }
}

static INVALIDATE: OpInfo = info("auth.invalidate-token", "/api/v1/auth/invalidate-token");

fn post(info: &'static OpInfo) -> Request {
    Request::new(info, http::Method::POST, info.path)
}

fn bearer(token: &AccessToken) -> Auth {
    Auth::Header(Arc::new(Secret::new(format!("Bearer {}", token.expose()))))
}

/// Ends a token's life on the server.
async fn invalidate(login: Login, token: AccessToken) -> Result<()> {
    let request = post(&INVALIDATE).max_retries(0);
    let answer = login.send(request, bearer(&token)).await?;
    // A token that is dead already is what was wanted.
    if answer.is_success() || answer.status() == 401 { Ok(()) } else { Err(refused(&answer, &INVALIDATE, "")) }
}

/// What the server said instead of giving a token.
fn refused(answer: &Response, info: &'static OpInfo, hint: &'static str) -> Error {
    let error = crate::explain::explain(&post(info), answer).with_operation(info.name);
    match error.kind() {
        // 400 is how some versions answer a wrong client id.
        ErrorKind::Credentials | ErrorKind::Rejected | ErrorKind::Forbidden => {
            let message = format!("the server refused the login: {}", error.message());
            Error::new(ErrorKind::Credentials, message)
                .with_status(answer.status())
                .with_operation(info.name)
                .with_hint(hint)
        }
        _ => error,
    }
}
