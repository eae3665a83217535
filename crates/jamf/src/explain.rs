//! What Jamf Pro means when it says no.
//!
//! The Pro API answers in JSON, which the core explains. The Classic API answers with a page of HTML, whose useful
//! words ("Error: Duplicate name") stand between a title and two sentences about help pages.

use adjutant_core::{
    Error, ErrorKind,
    request::{Request, Response},
};

/// What every error page of the Classic API ends with.
const BOILERPLATE: [&str; 2] = ["You can get technical details", "Please continue your visit at our"];

/// Makes an error of an answer that is not a success.
pub(crate) fn explain(request: &Request, response: &Response) -> Error {
    let error = match response.text() {
        Ok(text) if request.target().starts_with("/JSSResource") => {
            let end = BOILERPLATE.iter().filter_map(|known| text.find(known)).min().unwrap_or(text.len());
            let useful = Response::new(response.status(), response.headers().clone(), text[..end].to_owned());
            adjutant_core::http::explain(request, &useful)
        }
        _ => adjutant_core::http::explain(request, response),
    };
    match (error.kind(), error.code()) {
        (ErrorKind::Conflict, Some("OPTIMISTIC_LOCK_FAILED")) => error
            .with_hint("someone else changed it meanwhile: read it again and apply the change to what is there now"),
        (ErrorKind::Conflict, _) if error.message().contains("Duplicate") => {
            error.with_hint("another object has that name already: choose another, or update that one")
        }
        (ErrorKind::Forbidden, _) if error.privilege().is_none() => {
            error.with_hint("give the account's role the privilege that this endpoint needs, then get a new token")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use adjutant_core::{OpInfo, Safety};

    static INFO: OpInfo = OpInfo {
        name: "t",
        method: "PUT",
        path: "/",
        safety: Safety::Write,
        idempotent: false,
        privileges: &[],
        deprecated: None,
    };

    #[test]
    fn the_classic_apis_pages() {
        let page = "<html>\n<head>\n   <title>Status page</title>\n</head>\n<body>\n<p>Conflict</p>\n\
                    <p>Error: Duplicate name</p>\n<p>You can get technical details <a href=\"x\">here</a>.<br>\n\
                    Please continue your visit at our <a href=\"/\">home page</a>.\n</p>\n</body>\n</html>";
        let request = Request::new(&INFO, http::Method::PUT, "/JSSResource/computers/id/1");
        let error = explain(&request, &Response::new(409, http::HeaderMap::new(), page));
        assert_eq!(error.message(), "Conflict Error: Duplicate name");
        assert!(error.hint().is_some_and(|hint| hint.contains("another object")));
    }

    #[test]
    fn a_lost_race() {
        let request = Request::new(&INFO, http::Method::PUT, "/api/v1/x");
        let body = r#"{"httpStatus":409,"errors":[{"code":"OPTIMISTIC_LOCK_FAILED","description":"x"}]}"#;
        let error = explain(&request, &Response::new(409, http::HeaderMap::new(), body));
        assert!(error.hint().is_some_and(|hint| hint.contains("read it again")));
    }
}
