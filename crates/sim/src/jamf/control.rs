//! `/__sim`: statistics and mischief for tests that only have the socket. Not counted, and open to all.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{get, post};
use http::StatusCode;
use serde_json::json;

use super::faults::Faults;
use super::refusal::{Refusal, json_response};
use super::server::Server;
use crate::query::Query;

/// The paths below `/__sim`.
pub(crate) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/stats", get(stats))
        .route("/stats/reset", post(reset))
        .route("/faults", post(faults))
        .route("/enrol", post(enrol))
        .route("/remove", post(remove))
        .route("/expire-tokens", post(expire))
}

async fn stats(State(server): State<Arc<Server>>) -> Response {
    json_response(StatusCode::OK, &server.stats().to_json())
}

async fn reset(State(server): State<Arc<Server>>) -> StatusCode {
    server.reset_stats();
    StatusCode::NO_CONTENT
}

/// The faults are the body, or `?fault=`; an empty body ends them all.
async fn faults(State(server): State<Arc<Server>>, uri: Uri, body: String) -> Result<Response, Refusal> {
    let query = Query::of(&uri);
    let text = query.get("fault").unwrap_or(&body);
    let faults = Faults::parse(text).map_err(|problem| Refusal::invalid("fault", problem))?;
    let now = faults.to_string();
    server.set_faults(faults);
    Ok(json_response(StatusCode::OK, &json!({ "faults": now })))
}

async fn enrol(State(server): State<Arc<Server>>, uri: Uri) -> Response {
    let last = server.fleet().enrol(Query::of(&uri).number("n").unwrap_or(1));
    json_response(StatusCode::OK, &json!({ "last": last }))
}

async fn remove(State(server): State<Arc<Server>>, uri: Uri) -> Result<StatusCode, Refusal> {
    let query = Query::of(&uri);
    let removed = query.number("id").is_some_and(|id| server.fleet().remove(id));
    if removed { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::no_computer(query.get("id").unwrap_or_default())) }
}

async fn expire(State(server): State<Arc<Server>>) -> StatusCode {
    server.tokens().kill_all();
    StatusCode::NO_CONTENT
}
