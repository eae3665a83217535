//! `utilities/upload`: the file of a multipart form, written as it arrives.
//!
//! It is written to a place of its own and put in place when it is whole, so that an upload that breaks off has
//! changed nothing. Memory is what one read of the socket brings.

use std::io::{self, Write};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http::header;
use http_body_util::BodyExt;
use serde_json::json;
use tempfile::NamedTempFile;

use super::facility::known_machine;
use super::reply::{Refusal, ok};
use super::sandbox::words;
use super::server::Server;
use super::tokens::Caller;

/// The heads of a part may be so long.
const LONGEST_HEAD: usize = 16 << 10;

/// `PUT utilities/upload/{machine}/{path}`.
pub(crate) async fn put(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path((machine, path)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    let missing = || Refusal::invalid(&["body", "file"], "field required", "value_error.missing");
    let boundary = boundary(&request).ok_or_else(missing)?;
    let shown = format!("/{}", path.trim_start_matches('/'));
    let received = match server.sandbox.spool() {
        Ok(file) => receive(request.into_body(), &boundary, file).await,
        Err(error) => Err(error),
    };
    let placed = match received {
        Ok(Some(file)) => place(&server, &shown, file),
        Ok(None) => return Err(missing()),
        Err(error) => Err(error),
    };
    Ok(match placed {
        Ok(()) => {
            server.counts().uploads += 1;
            ok(&json!({ "status": "OK", "output": shown, "error": null }))
        }
        Err(error) => {
            let said = format!("upload: {shown}: {}", words(&error));
            ok(&json!({ "status": "ERROR", "output": null, "error": said }))
        }
    })
}

fn place(server: &Server, path: &str, file: NamedTempFile) -> io::Result<()> {
    let host = server.sandbox.follow(path)?;
    if host.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    match file.persist(&host) {
        Ok(_) => Ok(()),
        // Another file system.
        Err(failed) => std::fs::copy(failed.file.path(), host).map(drop),
    }
}

fn boundary(request: &Request) -> Option<String> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (media, parameters) = kind.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"').to_owned())
}

/// Writes the part named `file`; none if there is no such part.
async fn receive(mut body: Body, boundary: &str, mut file: NamedTempFile) -> io::Result<Option<NamedTempFile>> {
    let mut parts = Parts::new(boundary);
    let mut found = false;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else { continue };
        found |= parts.feed(data, &mut file)?;
    }
    if !parts.complete() {
        return Err(io::Error::other("the form is not complete"));
    }
    file.flush()?;
    Ok(found.then_some(file))
}

/// A form, as far as it has come.
struct Parts {
    /// The boundary with its dashes and the line break before it.
    mark: Vec<u8>,
    held: BytesMut,
    at: At,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Head,
    Content { wanted: bool },
    End,
}

impl Parts {
    fn new(boundary: &str) -> Self {
        // The first boundary has no line break before it.
        let held = BytesMut::from(&b"\r\n"[..]);
        Self { mark: format!("\r\n--{boundary}").into_bytes(), held, at: At::Content { wanted: false } }
    }

    fn complete(&self) -> bool {
        self.at == At::End
    }

    /// Takes in more; whether the wanted part was in it.
    fn feed(&mut self, data: Bytes, out: &mut impl Write) -> io::Result<bool> {
        self.held.extend_from_slice(&data);
        drop(data);
        let mut found = false;
        loop {
            match self.at {
                At::Head => {
                    if self.held.starts_with(b"--") {
                        self.at = At::End;
                        continue;
                    }
                    let Some(end) = find(&self.held, b"\r\n\r\n") else {
                        if self.held.len() > LONGEST_HEAD {
                            return Err(io::Error::other("the head of a part is too long"));
                        }
                        return Ok(found);
                    };
                    let head = String::from_utf8_lossy(&self.held.split_to(end + 4)).to_ascii_lowercase();
                    let wanted = head.contains("name=\"file\"") || head.contains("name=file");
                    found |= wanted;
                    self.at = At::Content { wanted };
                }
                At::Content { wanted } => {
                    let end = find(&self.held, &self.mark);
                    // What may be the beginning of the boundary waits for more.
                    let certain = end.unwrap_or_else(|| self.held.len().saturating_sub(self.mark.len()));
                    let content = self.held.split_to(certain);
                    if wanted {
                        out.write_all(&content)?;
                    }
                    if end.is_none() {
                        return Ok(found);
                    }
                    drop(self.held.split_to(self.mark.len()));
                    if self.held.len() < 2 {
                        // Two more bytes tell the end from another part.
                        self.at = At::Head;
                        return Ok(found);
                    }
                    self.at = At::Head;
                }
                At::End => {
                    self.held.clear();
                    return Ok(found);
                }
            }
        }
    }
}

/// Where a needle is: its first byte is sought, then the rest compared.
fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut from = 0;
    while let Some(at) = hay.get(from..)?.iter().position(|byte| byte == first) {
        let after = from + at + 1;
        if hay.get(after..after + rest.len()) == Some(rest) {
            return Some(from + at);
        }
        from = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_comes_in_pieces_of_any_size() {
        let form = b"--xy\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nno\r\n--xy\r\nContent-Disposition: \
            form-data; name=\"file\"; filename=\"f\"\r\n\r\nline\r\n--x\r\n-- not yet\r\n--xy--\r\n";
        for size in 1..form.len() {
            let (mut parts, mut out, mut found) = (Parts::new("xy"), Vec::new(), false);
            for piece in form.chunks(size) {
                found |= parts.feed(Bytes::copy_from_slice(piece), &mut out).expect("no error");
            }
            assert!(found && parts.complete(), "{size}");
            assert_eq!(out, b"line\r\n--x\r\n-- not yet", "{size}");
        }
        let mut parts = Parts::new("xy");
        assert!(!parts.feed(Bytes::from_static(b"--xy--"), &mut Vec::new()).expect("no error"));
    }
}
