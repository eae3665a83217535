//! Tokens, and the endpoints that give them out.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::refusal::{Refusal, json_response};
use super::server::Server;
use crate::net::tokens::bearer;
use crate::query::Query;

/// Who a token speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    Client,
    User,
}

/// Who calls, proven by a living token.
#[derive(Debug)]
pub(crate) struct Caller {
    account: Account,
    token: String,
    server: Arc<Server>,
    classic: bool,
}

impl FromRequestParts<Arc<Server>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, server: &Arc<Server>) -> Result<Self, Refusal> {
        let classic = parts.uri.path().starts_with("/JSSResource");
        let token = bearer(&parts.headers).unwrap_or_default();
        match server.tokens().holder(token) {
            Some(account) => Ok(Self { account, token: token.to_owned(), server: Arc::clone(server), classic }),
            None if classic => Err(Refusal::unauthorized().on_classic()),
            None => Err(Refusal::unauthorized()),
        }
    }
}

impl Caller {
    /// Refuses unless the account has the privilege.
    pub(crate) fn may(&self, privilege: &str) -> Result<(), Refusal> {
        let denied = self.server.options.deny.iter().any(|denied| denied.eq_ignore_ascii_case(privilege));
        match (denied, self.classic) {
            (false, _) => Ok(()),
            (true, false) => Err(Refusal::forbidden()),
            (true, true) => Err(Refusal::forbidden().on_classic()),
        }
    }
}

/// `POST /api/v1/oauth/token` and `/api/oauth/token`.
pub(crate) async fn oauth(State(server): State<Arc<Server>>, body: Bytes) -> Response {
    let form = Query::parse(&String::from_utf8_lossy(&body));
    let options = &server.options;
    let mut tokens = server.tokens();
    tokens.requested += 1;
    if form.get("grant_type") != Some("client_credentials") {
        return json_response(StatusCode::BAD_REQUEST, &json!({ "error": "unsupported_grant_type" }));
    }
    if form.get("client_id") != Some(&options.client_id) || form.get("client_secret") != Some(&options.client_secret) {
        return json_response(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_client" }));
    }
    let token = tokens.issue(Account::Client, options.token_life);
    let answer = json!({
        "access_token": token,
        "scope": "api-role:1 api-role:2",
        "token_type": "Bearer",
        "expires_in": options.token_life.as_secs(),
    });
    json_response(StatusCode::OK, &answer)
}

/// `POST /api/v1/auth/token` with HTTP Basic.
pub(crate) async fn basic(State(server): State<Arc<Server>>, headers: HeaderMap) -> Response {
    let options = &server.options;
    let mut tokens = server.tokens();
    tokens.requested += 1;
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| {
        let (scheme, encoded) = value.split_once(' ')?;
        let decoded = BASE64_STANDARD.decode(encoded.trim()).ok()?;
        scheme.eq_ignore_ascii_case("basic").then_some(decoded)
    });
    if given != Some(format!("{}:{}", options.username, options.password).into_bytes()) {
        return Refusal::unauthorized().into_response();
    }
    let token = tokens.issue(Account::User, options.token_life);
    json_response(StatusCode::OK, &user_token(&token, options.token_life))
}

/// `POST /api/v1/auth/keep-alive`: a new token for a living one, which dies.
pub(crate) async fn keep_alive(State(server): State<Arc<Server>>, caller: Caller) -> Response {
    let mut tokens = server.tokens();
    tokens.requested += 1;
    tokens.kill(&caller.token);
    let token = tokens.issue(caller.account, server.options.token_life);
    json_response(StatusCode::OK, &user_token(&token, server.options.token_life))
}

/// `POST /api/v1/auth/invalidate-token`.
pub(crate) async fn invalidate(State(server): State<Arc<Server>>, caller: Caller) -> StatusCode {
    server.tokens().kill(&caller.token);
    StatusCode::NO_CONTENT
}

/// `GET /api/v1/auth`: who the token speaks for.
pub(crate) async fn whoami(State(server): State<Arc<Server>>, caller: Caller) -> Response {
    let (id, name, kind) = match caller.account {
        Account::Client => ("2", &server.options.client_id, "API_CLIENT"),
        Account::User => ("1", &server.options.username, "JSS"),
    };
    let answer = json!({
        "account": {
            "id": id,
            "username": name,
            "realName": "Simulated Administrator",
            "email": "admin@example.org",
            "preferences": { "language": "en", "dateFormat": "MM/dd/yyyy", "region": "Europe", "timezone": "Etc/UTC" },
            "multiSiteAdmin": false,
            "accessLevel": "FullAccess",
            "privilegeSet": "CUSTOM",
            "privilegesBySite": { "-1": ["Read Computers", "Update Computers", "Create Computers", "Delete Computers"] },
            "groupIds": [],
            "currentSiteId": "-1",
        },
        "accountGroups": [],
        "sites": [],
        "authenticationType": kind,
    });
    json_response(StatusCode::OK, &answer)
}

fn user_token(token: &str, life: Duration) -> Value {
    let expires = jiff::Timestamp::now().saturating_add(jiff::SignedDuration::try_from(life).unwrap_or_default());
    let expires = expires.unwrap_or(jiff::Timestamp::MAX);
    json!({ "token": token, "expires": format!("{expires:.3}") })
}
