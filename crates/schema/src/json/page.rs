//! One page of a long list, cut into rows.
//!
//! The hot path of a mass export: nothing is decoded. The body is checked to be valid JSON, each row becomes a slice of
//! it (copied only to drop whitespace), and one member's value, the row's key, is noted so that rows can be counted,
//! compared and resumed by it.

use super::reader::Reader;
use super::scan::{self, Compactor, Fault, What, peek, space};
use crate::{Error, ErrorKind, Result};
use bytes::Bytes;
use std::borrow::Cow;

/// Which members of a page mean what.
#[derive(Debug, Clone, Copy)]
pub struct PageShape {
    /// The member with the number of rows in the whole list; need not be there.
    pub total: &'static str,
    /// The member with the rows. A page that is itself an array has no such member.
    pub rows: &'static str,
    /// The member of each row that identifies it; need not be there.
    pub key: &'static str,
}

/// A page, cut.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// How many rows the whole list has, as the server says.
    pub total: Option<u64>,
    /// The rows of this page, in its order.
    pub rows: Vec<Row>,
}

/// One row: compact, valid JSON.
#[derive(Debug, Clone)]
pub struct Row {
    /// The row's text, without whitespace between tokens.
    pub json: Bytes,
    /// Where in `json` the key's value stands.
    key: Option<(u32, u32)>,
}

impl Row {
    /// The key's value: a string's text, or any other value as it is written. `None` if the row has none or it is
    /// `null`.
    pub fn key(&self) -> Option<Cow<'_, str>> {
        let (start, end) = self.key?;
        let raw = std::str::from_utf8(self.json.get(start as usize..end as usize)?).ok()?;
        match raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')) {
            Some(text) if text.contains('\\') => scan::unescape(text).map(Cow::Owned),
            Some(text) => Some(Cow::Borrowed(text)),
            None => (raw != "null").then_some(Cow::Borrowed(raw)),
        }
    }
}

/// Cuts a page into rows, checking all of it.
///
/// A member that comes twice counts as its last one says. Fails if the body is not valid JSON, or has no rows member.
pub fn split_page(body: &Bytes, shape: &PageShape) -> Result<Page> {
    let mut reader = Reader::new(body)?;
    let mut page = Page::default();
    let mut found = false;
    let read = envelope(&mut reader, body, shape, &mut page, &mut found).and_then(|()| reader.end());
    read.map_err(|fault| reader.explain(fault))?;
    if !found {
        let message = format!("the answer has no list {:?}", shape.rows);
        return Err(Error::new(ErrorKind::Missing, message).path_is(shape.rows));
    }
    Ok(page)
}

fn envelope(
    reader: &mut Reader<'_>,
    body: &Bytes,
    shape: &PageShape,
    page: &mut Page,
    found: &mut bool,
) -> Result<(), Fault> {
    if reader.peek() == b'[' {
        *found = true;
        return rows(reader, body, shape, page);
    }
    if reader.peek() != b'{' {
        reader.skip()?;
        return Ok(());
    }
    let mut more = reader.enter(b'}')?;
    while more {
        let name = reader.key()?;
        let name = &reader.text[name.start..name.end];
        if name == shape.rows && reader.peek() == b'[' {
            *found = true;
            page.rows.clear();
            rows(reader, body, shape, page)?;
        } else if name == shape.total {
            let start = reader.pos;
            reader.skip()?;
            page.total = reader.text[start..reader.pos].parse().ok();
        } else {
            reader.skip()?;
        }
        more = reader.more(b'}')?;
    }
    Ok(())
}

fn rows(reader: &mut Reader<'_>, body: &Bytes, shape: &PageShape, page: &mut Page) -> Result<(), Fault> {
    let mut more = reader.enter(b']')?;
    while more {
        page.rows.push(row(reader, body, shape.key)?);
        more = reader.more(b']')?;
    }
    Ok(())
}

fn row(reader: &mut Reader<'_>, body: &Bytes, wanted: &str) -> Result<Row, Fault> {
    let start = reader.pos;
    let src = reader.text.as_bytes();
    let mut gaps = Compactor::new(start);
    let mut key = None;
    reader.pos = if peek(src, start) == b'{' {
        members(src, start, reader.depth, &mut gaps, wanted, &mut key)?
    } else {
        scan::value(src, start, reader.depth, &mut gaps)?
    };
    let end = reader.pos;
    let json = if gaps.out.is_empty() {
        body.slice(start..end)
    } else {
        gaps.out.extend_from_slice(&src[gaps.mark..end]);
        Bytes::from(gaps.out)
    };
    Ok(Row { json, key })
}

/// Passes over an object, noting where the value of `wanted` will stand in the compact text.
fn members(
    src: &[u8],
    start: usize,
    depth: u32,
    gaps: &mut Compactor,
    wanted: &str,
    found: &mut Option<(u32, u32)>,
) -> Result<usize, Fault> {
    if depth >= scan::DEPTH {
        return Err(Fault { at: start, what: What::TooDeep });
    }
    let mut pos = space(src, start + 1, gaps);
    if peek(src, pos) == b'}' {
        return Ok(pos + 1);
    }
    loop {
        let name;
        (pos, name) = scan::key(src, pos, gaps)?;
        let from = gaps.place(pos);
        pos = scan::value(src, pos, depth + 1, gaps)?;
        if &src[name.start..name.end] == wanted.as_bytes() {
            *found = u32::try_from(from).ok().zip(u32::try_from(gaps.place(pos)).ok());
        }
        pos = space(src, pos, gaps);
        match peek(src, pos) {
            b',' => pos = space(src, pos + 1, gaps),
            b'}' => return Ok(pos + 1),
            _ => return Err(Fault { at: pos, what: What::CommaOrEnd }),
        }
    }
}
