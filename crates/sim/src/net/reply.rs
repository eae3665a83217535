//! Answers in the few shapes that servers and their gateways have.

use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use serde_json::Value;

/// Any JSON.
pub(crate) fn json_response(status: StatusCode, value: &Value) -> Response {
    typed(status, "application/json", value.to_string())
}

/// Text of some media type.
pub(crate) fn typed(status: StatusCode, media: &'static str, text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    response
}

/// A status page as servlet containers and gateways send them.
pub(crate) fn html(status: StatusCode, title: &str, text: &str) -> Response {
    let page = format!(
        "<html>\n<head>\n   <title>Status page</title>\n</head>\n<body style=\"font-family: sans-serif;\">\n\
         <p style=\"font-size: 1.2em;font-weight: bold;margin: 1em 0px;\">{title}</p>\n<p>{text}</p>\n</body>\n</html>\n"
    );
    typed(status, "text/html;charset=UTF-8", page)
}

/// A refusal that did nothing: what the server says itself comes from `own`, the rest as the gateway's page.
pub(crate) fn refused(
    status: u16,
    retry_after: Option<u64>,
    own: impl FnOnce(StatusCode, &'static str) -> Response,
) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let title = status.canonical_reason().unwrap_or_default();
    let mut answer = match status.as_u16() {
        429 | 500 => own(status, title),
        _ => html(status, title, "No server is available to handle this request."),
    };
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}
