//! The Classic API's computers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use roxmltree::Node;
use serde_json::{Value, json};

use super::record::words::{BUILDINGS, DEPARTMENTS};
use super::record::{Document, Notation, Patch, SUBSETS};
use super::refusal::{Refusal, typed};
use super::rows::Rows;
use super::server::Server;
use super::tokens::Caller;

type Answer = Result<Response, Refusal>;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

/// The paths below `/JSSResource`.
pub(crate) fn routes() -> Router<Arc<Server>> {
    let one = get(read).put(update).delete(remove).post(create);
    Router::new()
        .route("/JSSResource/computers", get(|caller, server, headers| list(false, caller, server, headers)))
        .route(
            "/JSSResource/computers/subset/basic",
            get(|caller, server, headers| list(true, caller, server, headers)),
        )
        .route("/JSSResource/computers/id/{id}", one)
        .route("/JSSResource/computers/id/{id}/subset/{subset}", get(read_subset))
}

/// XML unless JSON is asked for.
fn notation(headers: &HeaderMap) -> Notation {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("json") { Notation::Json } else { Notation::Xml }
}

fn media(notation: Notation) -> &'static str {
    match notation {
        Notation::Json => "application/json;charset=UTF-8",
        Notation::Xml => "text/xml;charset=UTF-8",
    }
}

fn present(server: &Server, id: &str) -> Result<u64, Refusal> {
    let number = id.parse().ok().filter(|number| server.fleet().exists(*number));
    number.ok_or_else(|| {
        let text = "The server has not found anything matching the request URI";
        Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", text).on_classic()
    })
}

async fn list(basic: bool, caller: Caller, State(server): State<Arc<Server>>, headers: HeaderMap) -> Answer {
    caller.may("Read Computers")?;
    let notation = notation(&headers);
    let ids: Vec<u64> = server.fleet().ids().collect();
    let (head, frame) = match notation {
        Notation::Json => ("{\"computers\":[".to_owned(), (",", "]}")),
        Notation::Xml => (format!("{XML}<computers><size>{}</size>", ids.len()), ("", "</computers>")),
    };
    let rows = Rows::new(head, ids, frame, move |out, id| {
        let record = server.mould.record(id, server.fleet().patch(id));
        Document { out, notation }.item("computer", |doc| {
            if basic {
                record.classic_basic(doc);
            } else {
                doc.number("id", id as i64);
                doc.text("name", &record.name());
            }
        });
    });
    Ok(typed(StatusCode::OK, media(notation), rows.into_body()))
}

fn document(server: &Server, headers: &HeaderMap, id: u64, wanted: impl Fn(&str) -> bool) -> Response {
    let notation = notation(headers);
    let mut out = if notation == Notation::Json { "{".to_owned() } else { XML.to_owned() };
    let record = server.mould.record(id, server.fleet().patch(id));
    Document { out: &mut out, notation }.object("computer", |doc| record.classic(doc, wanted));
    if notation == Notation::Json {
        out.push('}');
    }
    typed(StatusCode::OK, media(notation), out)
}

async fn read(caller: Caller, State(server): State<Arc<Server>>, Path(id): Path<String>, headers: HeaderMap) -> Answer {
    caller.may("Read Computers")?;
    let id = present(&server, &id)?;
    Ok(document(&server, &headers, id, |_| true))
}

async fn read_subset(
    caller: Caller,
    State(server): State<Arc<Server>>,
    Path((id, subset)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    caller.may("Read Computers")?;
    let id = present(&server, &id)?;
    let known = |name: &str| SUBSETS.iter().find(|(asked, _)| asked.eq_ignore_ascii_case(&name.replace('_', "")));
    let parts: Option<Vec<_>> = subset.split('&').map(|name| known(name).map(|(_, part)| *part)).collect();
    let Some(parts) = parts else {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, "SUBSET", "Unknown subset").on_classic());
    };
    Ok(document(&server, &headers, id, |part| parts.contains(&part)))
}

fn done(status: StatusCode, id: u64) -> Response {
    typed(status, media(Notation::Xml), format!("{XML}<computer><id>{id}</id></computer>"))
}

async fn update(caller: Caller, State(server): State<Arc<Server>>, Path(id): Path<String>, body: Bytes) -> Answer {
    caller.may("Update Computers")?;
    let id = present(&server, &id)?;
    server.fleet().write(id, |patch| add_xml(patch, &body))?;
    Ok(done(StatusCode::CREATED, id))
}

async fn create(caller: Caller, State(server): State<Arc<Server>>, Path(_): Path<String>, body: Bytes) -> Answer {
    caller.may("Create Computers")?;
    let mut patch = Patch::default();
    add_xml(&mut patch, &body)?;
    let mut fleet = server.fleet();
    let id = fleet.enrol(1);
    fleet.write(id, |written| {
        *written = patch;
        Ok::<(), Refusal>(())
    })?;
    Ok(done(StatusCode::CREATED, id))
}

async fn remove(caller: Caller, State(server): State<Arc<Server>>, Path(id): Path<String>) -> Answer {
    caller.may("Delete Computers")?;
    let id = present(&server, &id)?;
    server.fleet().remove(id);
    Ok(done(StatusCode::OK, id))
}

/// Elements that can be written: part, element, and the field of the inventory that it is.
const WRITABLE: [(&str, &str, &str, &str); 25] = [
    ("general", "name", "general", "name"),
    ("general", "asset_tag", "general", "assetTag"),
    ("general", "barcode_1", "general", "barcode1"),
    ("general", "barcode_2", "general", "barcode2"),
    ("general", "ip_address", "general", "lastIpAddress"),
    ("general", "serial_number", "hardware", "serialNumber"),
    ("general", "mac_address", "hardware", "macAddress"),
    ("general", "alt_mac_address", "hardware", "altMacAddress"),
    ("location", "username", "userAndLocation", "username"),
    ("location", "realname", "userAndLocation", "realname"),
    ("location", "real_name", "userAndLocation", "realname"),
    ("location", "email_address", "userAndLocation", "email"),
    ("location", "position", "userAndLocation", "position"),
    ("location", "phone", "userAndLocation", "phone"),
    ("location", "phone_number", "userAndLocation", "phone"),
    ("location", "room", "userAndLocation", "room"),
    ("purchasing", "po_number", "purchasing", "poNumber"),
    ("purchasing", "vendor", "purchasing", "vendor"),
    ("purchasing", "applecare_id", "purchasing", "appleCareId"),
    ("purchasing", "purchase_price", "purchasing", "purchasePrice"),
    ("purchasing", "purchasing_account", "purchasing", "purchasingAccount"),
    ("purchasing", "purchasing_contact", "purchasing", "purchasingContact"),
    ("purchasing", "po_date", "purchasing", "poDate"),
    ("purchasing", "warranty_expires", "purchasing", "warrantyDate"),
    ("purchasing", "lease_expires", "purchasing", "leaseDate"),
];

/// Adds what an XML document writes. Elements that are not there are left alone, empty ones clear.
fn add_xml(patch: &mut Patch, body: &[u8]) -> Result<(), Refusal> {
    let problem = |status, text: String| Refusal::new(status, "XML", text).on_classic();
    let bad = |text: String| problem(StatusCode::BAD_REQUEST, text);
    let text = std::str::from_utf8(body).map_err(|error| bad(error.to_string()))?;
    let document = roxmltree::Document::parse(text).map_err(|error| bad(error.to_string()))?;
    if !document.root_element().has_tag_name("computer") {
        return Err(bad("The document's root must be computer".to_owned()));
    }
    for part in elements(document.root_element()) {
        for element in elements(part) {
            let (part, name) = (part.tag_name().name(), element.tag_name().name());
            let conflict = |table: &[&str]| {
                let text = element.text().unwrap_or_default();
                match table.iter().position(|known| *known == text) {
                    _ if text.is_empty() => Ok(Value::Null),
                    Some(place) => Ok(Value::from((place + 1).to_string())),
                    None => Err(problem(StatusCode::CONFLICT, format!("Problem with {name} in {part}"))),
                }
            };
            match (part, name) {
                ("general", "udid") => patch.udid = element.text().map(str::to_owned),
                ("general", "remote_management") => {
                    if let Some(managed) = child(element, "managed") {
                        patch.set("general", "remoteManagement", json!({ "managed": managed == "true" }));
                    }
                }
                ("extension_attributes", "extension_attribute") => {
                    let value = child(element, "value").unwrap_or_default();
                    patch.set_attribute(child(element, "id").unwrap_or_default(), json!([value])).map_err(|()| {
                        problem(StatusCode::CONFLICT, "Unable to match extension attribute".to_owned())
                    })?;
                }
                ("location", "department") => patch.set("userAndLocation", "departmentId", conflict(&DEPARTMENTS)?),
                ("location", "building") => patch.set("userAndLocation", "buildingId", conflict(&BUILDINGS)?),
                _ => {
                    let known = WRITABLE.iter().find(|(a, b, _, _)| (*a, *b) == (part, name));
                    if let Some((_, _, section, member)) = known {
                        patch.set(section, member, Value::from(element.text().unwrap_or_default()));
                    }
                }
            }
        }
    }
    Ok(())
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

fn child<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    elements(node).find(|element| element.has_tag_name(name)).map(|element| element.text().unwrap_or_default())
}
