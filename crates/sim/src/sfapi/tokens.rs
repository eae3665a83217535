//! The token endpoint, and who may call.

use std::sync::Arc;

use axum::extract::{FromRequestParts, State};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use jiff::Timestamp;
use serde_json::json;

use super::assertion::Expected;
use super::call::TOKEN;
use super::form::Form;
use super::reply::{Refusal, ok};
use super::server::Server;
use crate::net::reply::json_response;
use crate::net::tokens::bearer;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `POST /c2id/token`.
pub(crate) async fn issue(State(server): State<Arc<Server>>, body: Bytes) -> Response {
    server.tokens().requested += 1;
    match proven(&server, &Form::read(&body)) {
        Ok(()) => {
            let life = server.options.token_life;
            let token = server.tokens().issue((), life);
            ok(&json!({
                "access_token": token, "scope": "rest", "token_type": "Bearer", "expires_in": life.as_secs(),
            }))
        }
        Err((status, code, said)) => json_response(status, &json!({ "error": code, "error_description": said })),
    }
}

fn proven(server: &Server, form: &Form) -> Result<(), (StatusCode, &'static str, String)> {
    let wrong = |code, said: &str| (StatusCode::BAD_REQUEST, code, said.to_owned());
    let denied =
        |said: String| (StatusCode::UNAUTHORIZED, "invalid_client", format!("Client authentication failed: {said}"));
    if form.get("grant_type") != Some("client_credentials") {
        return Err(wrong("unsupported_grant_type", "The grant type must be client_credentials"));
    }
    if form.get("client_assertion_type") != Some(ASSERTION) {
        return Err(denied("client_assertion_type must be that of a JWT bearer".to_owned()));
    }
    let assertion = form.get("client_assertion").ok_or_else(|| wrong("invalid_request", "No client_assertion"))?;
    if server.clock.now() >= server.options.client_life {
        return Err(denied("the client is expired".to_owned()));
    }
    let expected = Expected {
        keys: &server.keys,
        client_id: &server.options.client_id,
        audience: &format!("{}{TOKEN}", server.origin),
        now: Timestamp::now().as_second(),
    };
    expected.accept(assertion, &mut server.assertions()).map_err(denied)
}

/// A caller with a living token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller;

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refusal> {
        let token = bearer(&parts.headers).ok_or_else(|| Refusal::unauthorized("Not authenticated"))?;
        let holder = server.tokens().holder(token);
        holder.map(|()| Self).ok_or_else(|| Refusal::unauthorized("The token is not valid, or expired"))
    }
}
