//! Every path of the simulated server.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};
use http::Uri;

use super::call::{API, TOKEN};
use super::reply::Refusal;
use super::server::Server;
use super::{account, command, control, download, facility, globus, jobs, listing, tasks, tokens, upload};

/// Forms may be so long.
const LONGEST_FORM: usize = 16 << 20;

/// The router.
pub(crate) fn all(server: Arc<Server>) -> Router {
    let api = Router::new()
        .route("/meta/changelog", get(facility::changelog))
        .route("/meta/config", get(facility::config))
        .route("/status", get(facility::all))
        .route("/status/", get(facility::all))
        .route("/status/notes", get(facility::all_notes))
        .route("/status/notes/{name}", get(facility::notes))
        .route("/status/outages", get(facility::all_outages))
        .route("/status/outages/{name}", get(facility::outages))
        .route("/status/outages/planned", get(facility::all_planned))
        .route("/status/outages/planned/{name}", get(facility::planned))
        .route("/status/{name}", get(facility::one))
        .merge(account::routes())
        .route("/compute/jobs/{machine}", get(jobs::list).post(jobs::submit))
        .route("/compute/jobs/{machine}/{id}", get(jobs::get).delete(jobs::cancel))
        .route("/tasks", get(tasks::list))
        .route("/tasks/{id}", get(tasks::get).delete(tasks::delete))
        .route("/utilities/command/{machine}", post(command::run))
        .route("/utilities/ls/{machine}/{*path}", get(listing::ls))
        .route("/utilities/download/{machine}/{*path}", get(download::get))
        .route("/utilities/upload/{machine}/{*path}", put(upload::put))
        .route("/storage/globus/transfer", post(globus::start))
        .route("/storage/globus/transfer/{id}", get(globus::get));
    Router::new()
        .route(TOKEN, post(tokens::issue))
        .nest(API, api)
        .nest("/__sim", control::routes())
        .fallback(unknown)
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .with_state(server)
}

async fn unknown(uri: Uri) -> Refusal {
    Refusal::missing(format!("There is nothing at {}", uri.path()))
}
