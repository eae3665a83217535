//! Every path of the simulated server.

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{StatusCode, Uri};
use serde_json::json;

use super::refusal::{Refusal, json_response};
use super::server::Server;
use super::tokens::Caller;
use super::{classic, control, inventory, tokens};

/// The router.
pub(crate) fn all(server: Arc<Server>) -> Router {
    let mut router = Router::new()
        .route("/api/oauth/token", post(tokens::oauth))
        .route("/api/v1/auth", get(tokens::whoami))
        .route("/api/v1/auth/token", post(tokens::basic))
        .route("/api/v1/auth/keep-alive", post(tokens::keep_alive))
        .route("/api/v1/auth/invalidate-token", post(tokens::invalidate))
        .route("/api/v1/jamf-pro-version", get(version))
        .merge(classic::routes())
        .nest("/__sim", control::routes())
        .fallback(unknown);
    if server.options.oauth_v1 {
        router = router.route("/api/v1/oauth/token", post(tokens::oauth));
    }
    for version in &server.options.versions {
        router = router.merge(inventory::routes(*version));
    }
    router.with_state(server)
}

async fn version(_caller: Caller) -> Response {
    json_response(StatusCode::OK, &json!({ "version": "11.30.1-t1762000000" }))
}

/// Paths that do not exist on this server.
async fn unknown(uri: Uri) -> Response {
    let refusal = Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("There is nothing at {}.", uri.path()));
    if uri.path().starts_with("/api/") { refusal.into_response() } else { refusal.on_classic().into_response() }
}
