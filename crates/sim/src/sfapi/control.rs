//! `/__sim`: statistics and mischief for tests that only have the socket. Not counted, and open to all.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;

use super::call::{API, TOKEN};
use super::faults::Faults;
use super::keys::Keys;
use super::reply::{Refusal, ok};
use super::server::Server;
use super::slurm::Verdict;
use crate::query::Query;

/// The paths below `/__sim`.
pub(crate) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/stats", get(stats))
        .route("/stats/reset", post(reset))
        .route("/faults", post(faults))
        .route("/expire-tokens", post(expire))
        .route("/machine", post(machine))
        .route("/end", post(end))
        .route("/key", get(key))
}

async fn stats(State(server): State<Arc<Server>>) -> Response {
    ok(&server.stats().to_json())
}

async fn reset(State(server): State<Arc<Server>>) -> StatusCode {
    server.reset_stats();
    StatusCode::NO_CONTENT
}

/// The faults are the body, or `?fault=`; an empty body ends them all.
async fn faults(State(server): State<Arc<Server>>, uri: Uri, body: String) -> Result<Response, Refusal> {
    let query = Query::of(&uri);
    let text = query.get("fault").unwrap_or(&body);
    let faults = Faults::parse(text).map_err(|problem| Refusal::new(StatusCode::BAD_REQUEST, problem))?;
    let now = faults.to_string();
    server.set_faults(faults);
    Ok(ok(&json!({ "faults": now })))
}

async fn expire(State(server): State<Arc<Server>>) -> StatusCode {
    server.tokens().kill_all();
    StatusCode::NO_CONTENT
}

/// `?name=perlmutter&status=unavailable&notes=…`
async fn machine(State(server): State<Arc<Server>>, uri: Uri) -> StatusCode {
    let query = Query::of(&uri);
    let given = |name| query.get(name).unwrap_or_default();
    let known = server.facility().set(given("name"), given("status"), given("notes"));
    if known { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// `?jobid=123&state=NODE_FAIL`
async fn end(State(server): State<Arc<Server>>, uri: Uri) -> StatusCode {
    let query = Query::of(&uri);
    let (id, state) = (query.number("jobid").unwrap_or_default(), query.get("state").unwrap_or("NODE_FAIL"));
    if server.end_job(id, Verdict::of(state)) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

/// What a client needs to be let in.
async fn key(State(server): State<Arc<Server>>) -> Response {
    ok(&json!({
        "client_id": server.options.client_id, "api_base_url": format!("{}{API}", server.origin),
        "token_url": format!("{}{TOKEN}", server.origin), "es256_jwk": server.keys.ec_jwk(),
        "es256_pem": server.keys.ec_pem(), "rs256_jwk": Keys::rsa_jwk(), "rs256_pem": Keys::rsa_pem(),
        "root": server.sandbox.root(), "home": server.sandbox.home(),
    }))
}
