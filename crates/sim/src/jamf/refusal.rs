//! How the server says no: JSON on the Pro API, a page of HTML on the Classic API and at the gateway.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;

pub(crate) use crate::net::reply::{html, json_response, typed};

/// An answer that is an error.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: &'static str,
    description: String,
    field: Option<String>,
    classic: bool,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, description: impl Into<String>) -> Self {
        Self { status, code, description: description.into(), field: None, classic: false }
    }

    /// 401: no token, or one that is not (or no longer) known.
    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "INVALID_TOKEN", "Unauthorized")
    }

    /// 403: the account lacks a privilege.
    pub(crate) fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "INVALID_PRIVILEGE", "Forbidden")
    }

    /// 404: no such object.
    pub(crate) fn no_computer(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "INVALID_ID", format!("Computer with id {id} does not exist.")).about("id")
    }

    /// 400: a parameter or body that makes no sense.
    pub(crate) fn invalid(field: &str, description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "INVALID_FIELD", description).about(field)
    }

    /// Names the field that was wrong.
    pub(crate) fn about(mut self, field: &str) -> Self {
        self.field = Some(field.to_owned());
        self
    }

    /// As the Classic API says it.
    pub(crate) fn on_classic(mut self) -> Self {
        self.classic = true;
        self
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        if self.classic {
            let title = self.status.canonical_reason().unwrap_or("Error");
            return html(self.status, title, &self.description);
        }
        let cause = json!({
            "code": self.code, "description": self.description, "id": "0", "field": self.field,
        });
        json_response(self.status, &json!({ "httpStatus": self.status.as_u16(), "errors": [cause] }))
    }
}
