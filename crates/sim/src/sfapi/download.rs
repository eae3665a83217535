//! `utilities/download`: a file as a string in a JSON document, made as the client takes it.
//!
//! Files are read piece by piece when the socket wants more, so that memory is one piece however large the file is.
//! Reading blocks the simulator's thread for the time of a piece.

use std::fs::File;
use std::io::{self, Read, Seek, Take};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Extension;
use axum::body::{Body, HttpBody};
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http_body::{Frame, SizeHint};
use serde_json::json;

use super::facility::known_machine;
use super::faults::Twist;
use super::reply::{Refusal, ok};
use super::sandbox::words;
use super::server::Server;
use super::tokens::Caller;
use crate::net::reply::typed;
use crate::query::Query;

/// Bytes of a file read at once; a multiple of three, so that pieces of base64 fit together.
const PIECE: usize = 192 << 10;

/// Text is sent whole, with its length, up to this size.
const WHOLE: u64 = 1 << 20;

/// `GET utilities/download/{machine}/{path}`.
pub(crate) async fn get(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path((machine, path)): Path<(String, String)>,
    Extension(twist): Extension<Twist>,
    uri: Uri,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    let binary = Query::of(&uri).get("binary").is_some_and(|flag| flag.eq_ignore_ascii_case("true") || flag == "1");
    let failed = |said: String| ok(&json!({ "status": "ERROR", "file": null, "is_binary": false, "error": said }));
    let shown = format!("/{}", path.trim_start_matches('/'));
    let body = match open(&server, &shown, twist) {
        Ok((_, size)) if server.options.download_limit.is_some_and(|most| size > most) => {
            return Ok(failed(format!("{shown}: File too large")));
        }
        Ok((file, size)) => body(file, size, binary),
        Err(error) => Err(error),
    };
    Ok(match body {
        Ok(body) => typed(StatusCode::OK, "application/json", body),
        Err(error) => failed(format!("{shown}: {}", words(&error))),
    })
}

fn open(server: &Server, path: &str, twist: Twist) -> io::Result<(File, u64)> {
    let host = server.sandbox.follow(path)?;
    let found = std::fs::metadata(&host)?;
    if found.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let size = if twist.short_file { found.len() / 2 } else { found.len() };
    Ok((File::open(host)?, size))
}

/// What is no text comes as base64, whatever was asked for.
fn body(mut file: File, size: u64, binary: bool) -> io::Result<Body> {
    if binary || !is_text(&mut file, size)? {
        return Ok(Body::new(Encoded::new(file, size)));
    }
    if size > WHOLE {
        return Ok(Body::new(Encoded { text: true, ..Encoded::new(file, size) }));
    }
    let mut text = String::new();
    file.take(size).read_to_string(&mut text)?;
    Ok(Body::from(json!({ "status": "OK", "file": text, "is_binary": false, "error": null }).to_string()))
}

/// Whether a file is UTF-8 and no control characters; reads it through, and goes back to its beginning.
fn is_text(file: &mut File, size: u64) -> io::Result<bool> {
    let mut reader = Read::by_ref(file).take(size);
    let (mut buffer, mut held) = (vec![0; PIECE], 0);
    let text = loop {
        let n = reader.read(&mut buffer[held..])?;
        let piece = &buffer[..held + n];
        if piece.contains(&0) {
            break false;
        }
        let valid = match std::str::from_utf8(piece) {
            Ok(_) => piece.len(),
            Err(error) if error.error_len().is_none() && n > 0 => error.valid_up_to(),
            Err(_) => break false,
        };
        if n == 0 {
            break true;
        }
        let end = piece.len();
        buffer.copy_within(valid..end, 0);
        held = end - valid;
    };
    file.rewind()?;
    Ok(text)
}

/// A JSON document around a file.
#[derive(Debug)]
struct Encoded {
    file: Take<File>,
    size: u64,
    text: bool,
    /// Bytes of a character that are not all there yet.
    held: Vec<u8>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Head,
    File,
    Done,
}

const HEAD: &str = r#"{"status":"OK","file":""#;
const TAIL: [&str; 2] = [r#"","is_binary":true,"error":null}"#, r#"","is_binary":false,"error":null}"#];

impl Encoded {
    fn new(file: File, size: u64) -> Self {
        Self { file: file.take(size), size, text: false, held: Vec::new(), stage: Stage::Head }
    }

    fn next(&mut self) -> io::Result<Option<String>> {
        match self.stage {
            Stage::Head => {
                self.stage = Stage::File;
                Ok(Some(HEAD.to_owned()))
            }
            Stage::File => {
                let mut piece = std::mem::take(&mut self.held);
                piece.reserve_exact(PIECE);
                let read = Read::by_ref(&mut self.file).take(PIECE as u64).read_to_end(&mut piece)?;
                if read == 0 {
                    // A file that has become shorter breaks the promise of its length, as it should.
                    self.stage = Stage::Done;
                    return Ok(Some(TAIL[usize::from(self.text)].to_owned()));
                }
                Ok(Some(if self.text { self.escaped(piece)? } else { BASE64_STANDARD.encode(piece) }))
            }
            Stage::Done => Ok(None),
        }
    }

    fn escaped(&mut self, mut piece: Vec<u8>) -> io::Result<String> {
        if let Err(error) = std::str::from_utf8(&piece) {
            self.held = piece.split_off(error.valid_up_to());
        }
        let text = String::from_utf8(piece).map_err(io::Error::other)?;
        let quoted = json!(text).to_string();
        Ok(quoted[1..quoted.len() - 1].to_owned())
    }
}

impl HttpBody for Encoded {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.get_mut().next().transpose();
        Poll::Ready(next.map(|piece| piece.map(|piece| Frame::data(Bytes::from(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.stage == Stage::Done
    }

    fn size_hint(&self) -> SizeHint {
        if self.text || self.stage != Stage::Head {
            return SizeHint::default();
        }
        SizeHint::with_exact(HEAD.len() as u64 + self.size.div_ceil(3) * 4 + TAIL[0].len() as u64)
    }
}
