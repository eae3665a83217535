//! A file out of a JSON answer, piece by piece.
//!
//! The server sends a file as one string in a document. Reading that as a document needs the memory of the file three
//! times over; so the string is unescaped as it comes, and only the rest of the document is kept and read as one.

use crate::{model::DownloadVerdict, wire};
use adjutant_core::{Error, Response, Result};
use base64::{Engine as _, prelude::BASE64_STANDARD};

/// More than the document has besides the file.
const MAX_REST: usize = 64 << 10;

/// The member that holds the file.
const MEMBER: &[u8] = b"file";

/// Unescapes the file, and keeps the rest.
#[derive(Default)]
pub(super) struct FileReader {
    rest: Vec<u8>,
    depth: u32,
    at: At,
    key: Vec<u8>,
    /// Behind a colon of the outermost object.
    value: bool,
    /// An escape that has not come whole.
    escape: Vec<u8>,
    /// The first half of a character beyond 16 bits.
    high: Option<u32>,
    found: bool,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    Between,
    Key,
    Text,
    TextEscape,
    File,
}

impl FileReader {
    /// Takes in a piece of the document; what is of the file is added to `out`.
    pub(super) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let mut pos = 0;
        while pos < piece.len() {
            if self.at == At::File {
                pos += self.file(&piece[pos..], out)?;
                continue;
            }
            let byte = piece[pos];
            pos += 1;
            self.other(byte)?;
        }
        Ok(())
    }

    fn other(&mut self, byte: u8) -> Result<()> {
        if self.rest.len() >= MAX_REST {
            return Err(odd("is no file: it is too long for anything else"));
        }
        self.rest.push(byte);
        match (self.at, byte) {
            (At::Between, b'"') if self.depth == 1 && !self.value => {
                self.key.clear();
                self.at = At::Key;
            }
            (At::Between, b'"') if self.depth == 1 && self.key == MEMBER => {
                // In what is kept the file is empty.
                self.rest.push(b'"');
                self.found = true;
                self.at = At::File;
            }
            (At::Between, b'"') => self.at = At::Text,
            (At::Between, b'{' | b'[') => self.depth += 1,
            (At::Between, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            (At::Between, b':') if self.depth == 1 => self.value = true,
            (At::Between, b',') if self.depth == 1 => self.value = false,
            (At::Between, _) | (At::File, _) => {}
            (At::Key | At::Text, b'"') => self.at = At::Between,
            (At::Key, _) => self.key.push(byte),
            (At::Text, b'\\') => self.at = At::TextEscape,
            (At::TextEscape, _) => self.at = At::Text,
            (At::Text, _) => {}
        }
        Ok(())
    }

    /// A piece inside the file's string: how much of it was taken.
    fn file(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<usize> {
        if !self.escape.is_empty() {
            self.escape.push(piece[0]);
            self.unescape(out)?;
            return Ok(1);
        }
        let plain = piece.iter().position(|&b| b == b'"' || b == b'\\').unwrap_or(piece.len());
        if plain > 0 && self.high.is_some() {
            return Err(odd("has half a character in it"));
        }
        out.extend_from_slice(&piece[..plain]);
        match piece.get(plain) {
            None => Ok(plain),
            Some(b'"') if self.high.is_some() => Err(odd("has half a character in it")),
            Some(b'"') => {
                self.at = At::Between;
                Ok(plain + 1)
            }
            Some(_) => {
                self.escape.push(b'\\');
                Ok(plain + 1)
            }
        }
    }

    fn unescape(&mut self, out: &mut Vec<u8>) -> Result<()> {
        let simple = match self.escape[1] {
            b'u' if self.escape.len() < 6 => return Ok(()),
            b'u' => None,
            b'n' => Some(b'\n'),
            b't' => Some(b'\t'),
            b'r' => Some(b'\r'),
            b'b' => Some(8),
            b'f' => Some(12),
            same @ (b'"' | b'\\' | b'/') => Some(same),
            _ => return Err(odd("has an escape that JSON does not know")),
        };
        let half = || odd("has half a character in it");
        match (simple, self.high) {
            (Some(byte), None) => out.push(byte),
            (Some(_), Some(_)) => return Err(half()),
            (None, high) => {
                let digits = std::str::from_utf8(&self.escape[2..]).ok();
                let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let unit = unit.ok_or_else(|| odd("has an escape that JSON does not know"))?;
                let code = match (high, unit) {
                    (None, 0xd800..=0xdbff) => {
                        self.high = Some(unit);
                        self.escape.clear();
                        return Ok(());
                    }
                    (Some(high), 0xdc00..=0xdfff) => 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00),
                    (None, unit) => unit,
                    (Some(_), _) => return Err(half()),
                };
                self.high = None;
                let c = char::from_u32(code).ok_or_else(half)?;
                out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        self.escape.clear();
        Ok(())
    }

    /// The end of the document: whether the file was base64.
    pub(super) fn finish(self) -> Result<bool> {
        if self.at != At::Between {
            return Err(odd("was cut off"));
        }
        let rest = Response::new(200, http::HeaderMap::new(), self.rest);
        let verdict: DownloadVerdict = wire::checked(&rest)?;
        if !self.found {
            return Err(odd("has no file in it"));
        }
        Ok(verdict.is_binary.unwrap_or(false))
    }
}

fn odd(what: &str) -> Error {
    Error::decode(format!("the answer to the download {what}"))
}

/// Base64, piece by piece.
#[derive(Default)]
pub(super) struct Base64Reader {
    held: Vec<u8>,
    ended: bool,
}

impl Base64Reader {
    /// Takes in a piece; what it comes to is added to `out`.
    pub(super) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) -> Result<()> {
        let bad = || odd("is not base64, though it says so");
        self.held.extend(piece.iter().filter(|byte| !byte.is_ascii_whitespace()));
        let whole = self.held.len() / 4 * 4;
        if whole == 0 {
            return Ok(());
        }
        // Padding ends it: nothing may follow.
        if self.ended {
            return Err(bad());
        }
        BASE64_STANDARD.decode_vec(&self.held[..whole], out).map_err(|_| bad())?;
        self.ended = self.held[whole - 1] == b'=';
        self.held.drain(..whole);
        Ok(())
    }

    /// The end.
    pub(super) fn finish(self) -> Result<()> {
        if self.held.is_empty() { Ok(()) } else { Err(odd("is base64 that was cut off")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(document: &str, step: usize) -> Result<(Vec<u8>, bool)> {
        let (mut reader, mut out) = (FileReader::default(), Vec::new());
        for piece in document.as_bytes().chunks(step) {
            reader.feed(piece, &mut out)?;
        }
        Ok((out, reader.finish()?))
    }

    proptest! {
        #[test]
        fn any_text_comes_through_in_any_pieces(text in ".*", step in 1usize..40, before in any::<bool>()) {
            let quoted = serde_json::to_string(&text).unwrap();
            let ascii: String = quoted.chars().flat_map(|c| {
                if c.is_ascii() { return c.to_string().chars().collect::<Vec<_>>(); }
                c.encode_utf16(&mut [0; 2]).iter().flat_map(|u| format!("\\u{u:04x}").chars().collect::<Vec<_>>()).collect()
            }).collect();
            for quoted in [quoted, ascii] {
                let document = if before {
                    format!(r#" {{"is_binary": false, "odd":{{"file":"no"}}, "file" :{quoted}, "status":"OK"}} "#)
                } else {
                    format!(r#"{{"status":"OK","file":{quoted},"is_binary":false,"error":null}}"#)
                };
                prop_assert_eq!(read(&document, step).unwrap(), (text.clone().into_bytes(), false));
            }
        }

        #[test]
        fn base64_comes_through_in_any_pieces(bytes in proptest::collection::vec(any::<u8>(), 0..200), step in 1usize..40) {
            let text = BASE64_STANDARD.encode(&bytes);
            let (mut reader, mut out) = (Base64Reader::default(), Vec::new());
            for piece in text.as_bytes().chunks(step) {
                reader.feed(piece, &mut out).unwrap();
            }
            reader.finish().unwrap();
            prop_assert_eq!(out, bytes);
        }
    }

    #[test]
    fn what_is_not_a_file_is_an_error() {
        for (document, said) in [
            (r#"{"status":"ERROR","file":null,"error":"/x: No such file or directory"}"#, "No such file"),
            (r#"{"status":"OK","file":null}"#, "no file"),
            (r#"{"status":"OK","file":"abc"#, "cut off"),
            (r#"{"status":"OK","file":"abc""#, ""),
            (r#"{"status":"OK","file":"\ud800x"}"#, "half a character"),
            (r#"{"status":"OK","file":"\q"}"#, "escape"),
            ("<html>", ""),
        ] {
            let error = read(document, 5).unwrap_err();
            assert!(error.message().contains(said), "{document}: {error}");
        }
        let (mut reader, mut out) = (Base64Reader::default(), Vec::new());
        assert!(reader.feed(b"AA==AAAA", &mut out).is_err());
        let mut reader = Base64Reader::default();
        reader.feed(b"AAA", &mut out).unwrap();
        assert!(reader.finish().is_err());
    }
}
