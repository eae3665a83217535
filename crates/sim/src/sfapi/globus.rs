//! `storage/globus`: transfers between places of the one file system.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path as HostPath;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use super::clock::Moment;
use super::form::Form;
use super::reply::{Refusal, ok};
use super::sandbox::words;
use super::server::Server;
use super::tokens::Caller;

/// Names that the API knows for endpoints; anything else must look like a UUID.
const ENDPOINTS: [&str; 5] = ["dtn", "perlmutter", "hpss", "dtns", "dtn01"];

/// All transfers.
#[derive(Debug, Default)]
pub(crate) struct Transfers(BTreeMap<String, Transfer>);

#[derive(Debug)]
struct Transfer {
    source: String,
    target: String,
    begin: Moment,
    end: Moment,
    /// The bytes that were transferred, or why not.
    result: Option<Result<u64, String>>,
}

/// `POST storage/globus/transfer`.
pub(crate) async fn start(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = Form::read(&body);
    for name in ["source_uuid", "target_uuid"] {
        let endpoint = form.needed(name)?;
        let is_uuid = endpoint.len() == 36 && endpoint.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        if !is_uuid && !ENDPOINTS.contains(&endpoint) {
            let said = format!("Endpoint {endpoint} not found");
            return Ok(ok(&json!({ "transfer_id": "", "status": "ERROR", "reason": said })));
        }
    }
    let begin = server.clock.now();
    let transfer = Transfer {
        source: form.needed("source_dir")?.to_owned(),
        target: form.needed("target_dir")?.to_owned(),
        begin,
        end: begin.saturating_add(server.options.transfer),
        result: None,
    };
    let random = format!("{:032x}", fastrand::u128(..));
    let id = format!("{}-{}-{}-{}-{}", &random[..8], &random[8..12], &random[12..16], &random[16..20], &random[20..]);
    server.transfers().0.insert(id.clone(), transfer);
    Ok(ok(&json!({ "transfer_id": id, "globus_uuid": id, "status": "OK", "reason": null })))
}

/// `GET storage/globus/transfer/{id}`.
pub(crate) async fn get(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let now = server.clock.now();
    let mut transfers = server.transfers();
    let transfer = transfers.0.get_mut(&id).ok_or_else(|| Refusal::missing(format!("Transfer {id} not found")))?;
    if now >= transfer.end && transfer.result.is_none() {
        transfer.result = Some(carry_out(&server, transfer).map_err(|error| words(&error)));
    }
    let (status, reason, bytes) = match &transfer.result {
        None => ("ACTIVE", None, 0),
        Some(Ok(bytes)) => ("SUCCEEDED", None, *bytes),
        Some(Err(reason)) => ("FAILED", Some(reason.as_str()), 0),
    };
    let ended = transfer.result.as_ref().map(|_| server.clock.date(transfer.end).to_string());
    let seconds = (transfer.end - transfer.begin).as_secs().max(1);
    Ok(ok(&json!({
        "status": "OK", "reason": reason, "globus_status": status, "bytes_transferred": bytes,
        "completion_time": ended, "effective_bytes_per_second": bytes / seconds,
    })))
}

/// A file becomes a file in the target directory, a directory's content the target's.
fn carry_out(server: &Server, transfer: &Transfer) -> io::Result<u64> {
    let source = server.sandbox.follow(&transfer.source)?;
    let target = server.sandbox.follow(&transfer.target)?;
    if source.is_dir() {
        return copy(&source, &target);
    }
    let target = match source.file_name() {
        Some(name) if target.is_dir() || transfer.target.ends_with('/') => target.join(name),
        _ => target,
    };
    fs::copy(source, target)
}

/// Without following symlinks, so that nothing outside the sandbox is read.
fn copy(source: &HostPath, target: &HostPath) -> io::Result<u64> {
    fs::create_dir_all(target)?;
    let mut bytes = 0;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let (from, to) = (entry.path(), target.join(entry.file_name()));
        match entry.file_type()? {
            kind if kind.is_dir() => bytes += copy(&from, &to)?,
            kind if kind.is_file() => bytes += fs::copy(&from, &to)?,
            _ => {}
        }
    }
    Ok(bytes)
}
