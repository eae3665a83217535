//! `utilities/ls`: what is at a path, as a long listing would show it.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{Path as Parameters, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::clock::plain;
use super::facility::known_machine;
use super::reply::{Refusal, ok};
use super::sandbox::words;
use super::server::Server;
use super::tokens::Caller;

/// `GET utilities/ls/{machine}/{path}`.
pub(crate) async fn ls(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Parameters((machine, path)): Parameters<(String, String)>,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    // The path begins with a slash of its own, so that the URL holds two; the server adds another in any case.
    let shown = format!("/{path}");
    Ok(match entries(&server, &shown) {
        Ok(entries) => ok(&json!({ "status": "OK", "entries": entries, "error": null })),
        Err(error) => {
            let said = format!("ls: cannot access '{shown}': {}", words(&error));
            ok(&json!({ "status": "ERROR", "entries": [], "error": said }))
        }
    })
}

fn entries(server: &Server, shown: &str) -> io::Result<Vec<Value>> {
    let host = server.sandbox.keep(shown)?;
    let found = fs::symlink_metadata(&host)?;
    if !found.is_dir() {
        return Ok(vec![entry(server, &found, named(&host, &found, shown))]);
    }
    let mut children: Vec<_> = fs::read_dir(&host)?.collect::<io::Result<_>>()?;
    children.sort_by_key(fs::DirEntry::file_name);
    let mut entries = vec![entry(server, &found, ".".to_owned()), entry(server, &found, "..".to_owned())];
    for child in children {
        // What vanished meanwhile is not listed.
        let Ok(found) = child.metadata() else { continue };
        let name = child.file_name().to_string_lossy().into_owned();
        let name = if server.options.ls_absolute { format!("{}/{name}", shown.trim_end_matches('/')) } else { name };
        entries.push(entry(server, &found, named(&child.path(), &found, &name)));
    }
    Ok(entries)
}

/// A symlink is shown with its target.
fn named(host: &Path, found: &Metadata, name: &str) -> String {
    if found.is_symlink() {
        let target = fs::read_link(host).unwrap_or_default();
        return format!("{name} -> {}", target.display());
    }
    name.to_owned()
}

fn entry(server: &Server, found: &Metadata, name: String) -> Value {
    let date = found.modified().ok().and_then(|time| jiff::Timestamp::try_from(time).ok()).unwrap_or_default();
    let user = &server.options.user;
    json!({
        "perms": permissions(found), "hardlinks": hard_links(found), "user": user, "group": user,
        "size": found.len() as f64, "date": plain(date), "name": name,
    })
}

/// As `ls -l` shows them.
fn permissions(found: &Metadata) -> String {
    let kind = if found.is_dir() {
        'd'
    } else if found.is_symlink() {
        'l'
    } else {
        '-'
    };
    let mode = mode(found);
    let bits = (0..9).map(|bit| if mode >> (8 - bit) & 1 == 1 { [b'r', b'w', b'x'][bit % 3] as char } else { '-' });
    std::iter::once(kind).chain(bits).collect()
}

#[cfg(unix)]
fn mode(found: &Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::mode(found)
}

#[cfg(not(unix))]
fn mode(found: &Metadata) -> u32 {
    match (found.is_dir() || found.is_symlink(), found.permissions().readonly()) {
        (true, _) => 0o755,
        (false, true) => 0o444,
        (false, false) => 0o644,
    }
}

#[cfg(unix)]
fn hard_links(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(found)
}

#[cfg(not(unix))]
fn hard_links(_found: &Metadata) -> u64 {
    1
}
