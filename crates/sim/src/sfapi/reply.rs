//! How the server says no: details on the wire, or status 200 and the word ERROR.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::call::Call;
use crate::fault::Subject;
use crate::net::reply::{json_response, refused};

/// An answer whose status is an error.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    detail: Value,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, detail: impl Into<Value>) -> Self {
        Self { status, detail: detail.into() }
    }

    /// 401: no token, or one that is not (or no longer) known.
    pub(crate) fn unauthorized(said: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, said)
    }

    /// 404.
    pub(crate) fn missing(said: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, said.into())
    }

    /// 422: what was sent does not fit; `place` leads to the field.
    pub(crate) fn invalid(place: &[&str], said: &str, kind: &str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, json!([{ "loc": place, "msg": said, "type": kind }]))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        json_response(self.status, &json!({ "detail": self.detail }))
    }
}

/// Status 200.
pub(crate) fn ok(value: &Value) -> Response {
    json_response(StatusCode::OK, value)
}

/// A status page of the gateway, or the server's own JSON for what it says itself.
pub(crate) fn refuse(status: u16, retry_after: Option<u64>) -> Response {
    refused(status, retry_after, |status, title| Refusal::new(status, title).into_response())
}

/// Status 200 and ERROR, in the shape that this kind of call answers with; nothing was done.
pub(crate) fn error(call: &Call) -> Response {
    let said = match call.scope() {
        "submits" => "sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)",
        "polls" => "slurm_load_jobs error: Unable to contact slurm controller (connect failure)",
        "transfers" => "The transfer service is not available.",
        _ => "The machine could not be reached.",
    };
    let mut answer = json!({ "status": "ERROR", "error": said });
    match call.scope() {
        "submits" | "cancels" | "commands" => answer["task_id"] = json!(""),
        "polls" | "uploads" => answer["output"] = Value::Null,
        "listings" => answer["entries"] = json!([]),
        "downloads" => answer["file"] = Value::Null,
        "transfers" => {
            answer["transfer_id"] = json!("");
            answer["reason"] = json!(said);
        }
        _ => {}
    }
    ok(&answer)
}
