//! The inventory of the Pro API, versions 1 to 4.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http::Uri};
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::{Value, json};

use super::listing::{self, Want};
use super::record::{Section, Sections, Version};
use super::refusal::{Refusal, json_response, typed};
use super::rows::Rows;
use super::server::{Server, Twist};
use super::tokens::Caller;
use crate::query::Query;

type Answer = Result<Response, Refusal>;

/// The paths of one version.
pub(crate) fn routes(version: Version) -> Router<Arc<Server>> {
    let base = format!("/api/v{version}");
    Router::new()
        .route(
            &format!("{base}/computers-inventory"),
            get(move |caller, server, twist, uri| list(version, caller, server, twist, uri))
                .post(move |caller, server, body| create(version, caller, server, body)),
        )
        .route(
            &format!("{base}/computers-inventory/{{id}}"),
            get(move |caller, server, id, uri| read(version, caller, server, id, uri)).delete(remove),
        )
        .route(
            &format!("{base}/computers-inventory-detail/{{id}}"),
            get(move |caller, server, id| detail(version, caller, server, id))
                .patch(move |caller, server, id, body| update(version, caller, server, id, body)),
        )
}

/// The sections asked for: `section` may repeat and hold several, separated by commas.
fn sections(version: Version, query: &Query) -> Result<Sections, Refusal> {
    let mut wanted = Sections::NONE;
    for name in query.all("section").flat_map(|value| value.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
        let known = Section::of_version(version).find(|section| section.name() == name);
        wanted = wanted.with(known.ok_or_else(|| Refusal::invalid("section", format!("{name} is not a section.")))?);
    }
    Ok(if wanted == Sections::NONE { wanted.with(Section::General) } else { wanted })
}

async fn list(
    version: Version,
    caller: Caller,
    State(server): State<Arc<Server>>,
    twist: Option<Extension<Twist>>,
    uri: Uri,
) -> Answer {
    caller.may("Read Computers")?;
    let query = Query::of(&uri);
    let sections = sections(version, &query)?;
    let want = Want::read(&query, server.options.page_clamp)?;
    let twist = twist.map(|Extension(twist)| twist).unwrap_or_default();
    let (total, ids) = listing::page(&server, want, twist).await;
    let head = format!("{{\"totalCount\":{total},\"results\":[");
    let rows = Rows::new(head, ids, (",", "]}"), move |out, id| {
        let patch = server.fleet().patch(id);
        server.mould.record(id, patch).write(out, version, sections);
    });
    Ok(typed(StatusCode::OK, "application/json", rows.into_body()))
}

/// One record, if there is such a computer.
fn record(server: &Server, id: &str, version: Version, sections: Sections) -> Result<String, Refusal> {
    let number = present(server, id)?;
    let mut text = String::new();
    let patch = server.fleet().patch(number);
    server.mould.record(number, patch).write(&mut text, version, sections);
    Ok(text)
}

fn present(server: &Server, id: &str) -> Result<u64, Refusal> {
    let number = id.parse().ok().filter(|number| server.fleet().exists(*number));
    number.ok_or_else(|| Refusal::no_computer(id))
}

async fn read(
    version: Version,
    caller: Caller,
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    uri: Uri,
) -> Answer {
    caller.may("Read Computers")?;
    let sections = sections(version, &Query::of(&uri))?;
    Ok(typed(StatusCode::OK, "application/json", record(&server, &id, version, sections)?))
}

async fn detail(version: Version, caller: Caller, State(server): State<Arc<Server>>, Path(id): Path<String>) -> Answer {
    caller.may("Read Computers")?;
    Ok(typed(StatusCode::OK, "application/json", record(&server, &id, version, Sections::ALL)?))
}

fn body_json(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        Refusal::new(StatusCode::BAD_REQUEST, "INVALID_BODY", format!("The body is not JSON: {error}"))
    })
}

async fn update(
    version: Version,
    caller: Caller,
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    caller.may("Update Computers")?;
    let number = present(&server, &id)?;
    let body = body_json(&body)?;
    let written = server.fleet().write(number, |patch| patch.add_json(&body));
    written.map_err(|(field, what)| Refusal::invalid(&field, what))?;
    if version > 1 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    // The first version answers with what it has written, on whatever node.
    Ok(typed(StatusCode::OK, "application/json", record(&server, &id, version, Sections::ALL)?))
}

async fn remove(caller: Caller, State(server): State<Arc<Server>>, Path(id): Path<String>) -> Answer {
    caller.may("Delete Computers")?;
    let removed = id.parse().is_ok_and(|number| server.fleet().remove(number));
    if removed { Ok(StatusCode::NO_CONTENT.into_response()) } else { Err(Refusal::no_computer(&id)) }
}

async fn create(version: Version, caller: Caller, State(server): State<Arc<Server>>, body: Bytes) -> Answer {
    caller.may("Create Computers")?;
    let body = body_json(&body)?;
    let id = {
        let mut fleet = server.fleet();
        let mut patch = super::record::Patch::default();
        patch.add_json(&body).map_err(|(field, what)| Refusal::invalid(&field, what))?;
        let id = fleet.enrol(1);
        let _: Result<(), ()> = fleet.write(id, |written| {
            *written = patch;
            Ok(())
        });
        id
    };
    let href = format!("/api/v{version}/computers-inventory/{id}");
    let mut answer = json_response(StatusCode::CREATED, &json!({ "id": id.to_string(), "href": href }));
    if let Ok(location) = href.parse() {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    Ok(answer.map(Body::new))
}
