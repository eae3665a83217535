//! The reader: a position in a document, and what can be done there.
//!
//! The body is checked to be UTF-8 once; the grammar is [`super::scan`]'s business. Words for what went wrong, and the
//! path to it, are made here, after the fact.

use super::locate;
use super::scan::{self, Compactor, DEPTH, Fault, Skip, Span, Step, What, literal, number, peek, space, string, value};
use crate::error::excerpt;
use crate::{Error, ErrorKind, Result};
use std::borrow::Cow;

/// How large a document may be; the transport's own limit is the one that users meet.
const SIZE: usize = 1 << 30;

/// A position in a document.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) text: &'a str,
    pub(crate) pos: usize,
    /// How many containers the caller has entered.
    pub(crate) depth: u32,
}

impl<'a> Reader<'a> {
    /// Checks that `body` is UTF-8 and starts at its first value.
    pub(crate) fn new(body: &'a [u8]) -> Result<Self> {
        if body.len() > SIZE {
            return Err(Error::new(ErrorKind::TooLarge, "the JSON document is larger than 1 GiB"));
        }
        let text = std::str::from_utf8(body).map_err(|e| {
            let message = "the answer is not valid UTF-8";
            Error::new(ErrorKind::NotUtf8, message).at(e.valid_up_to())
        })?;
        let mut reader = Self { text, pos: 0, depth: 0 };
        reader.space();
        Ok(reader)
    }

    fn src(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    /// The byte at the position; 0 (valid nowhere) at the end.
    #[inline]
    pub(crate) fn peek(&self) -> u8 {
        peek(self.src(), self.pos)
    }

    #[inline]
    pub(crate) fn space(&mut self) {
        self.pos = space(self.src(), self.pos, &mut Skip);
    }

    #[inline]
    pub(crate) fn fault<T>(&self, what: What) -> Step<T> {
        Err(Fault { at: self.pos, what })
    }

    /// Enters a container whose opening bracket is at the position. `true` if it has members.
    pub(crate) fn enter(&mut self, close: u8) -> Step<bool> {
        if self.depth >= DEPTH {
            return self.fault(What::TooDeep);
        }
        self.pos += 1;
        self.depth += 1;
        self.space();
        Ok(!self.leave_at(close))
    }

    /// After a member: `true` if another follows, `false` if the container has been left.
    pub(crate) fn more(&mut self, close: u8) -> Step<bool> {
        self.space();
        if self.peek() == b',' {
            self.pos += 1;
            self.space();
            return Ok(true);
        }
        if self.leave_at(close) { Ok(false) } else { self.fault(What::CommaOrEnd) }
    }

    fn leave_at(&mut self, close: u8) -> bool {
        let here = self.peek() == close;
        if here {
            self.pos += 1;
            self.depth -= 1;
        }
        here
    }

    /// A member's name and colon; the position is then at its value.
    #[inline]
    pub(crate) fn key(&mut self) -> Step<Span> {
        let span;
        (self.pos, span) = scan::key(self.src(), self.pos, &mut Skip)?;
        Ok(span)
    }

    /// The string whose opening quote is at the position.
    #[inline]
    pub(crate) fn string(&mut self) -> Step<Span> {
        let span = string(self.src(), self.pos)?;
        self.pos = span.end + 1;
        Ok(span)
    }

    /// The text of a string; `None` if an escape names half a surrogate pair, which no text can hold.
    #[inline]
    pub(crate) fn unescape(&self, span: Span) -> Option<Cow<'a, str>> {
        let raw = &self.text[span.start..span.end];
        if span.escaped { scan::unescape(raw).map(Cow::Owned) } else { Some(Cow::Borrowed(raw)) }
    }

    /// The number at the position.
    pub(crate) fn number(&mut self) -> Step<&'a str> {
        let start = self.pos;
        self.pos = number(self.src(), self.pos)?;
        Ok(&self.text[start..self.pos])
    }

    pub(crate) fn literal(&mut self, word: &'static str) -> Step {
        self.pos = literal(self.src(), self.pos, word)?;
        Ok(())
    }

    /// Passes over the value at the position, checking it.
    pub(crate) fn skip(&mut self) -> Step {
        self.pos = value(self.src(), self.pos, self.depth, &mut Skip)?;
        Ok(())
    }

    /// Passes over the value at the position and returns it without the whitespace between its tokens.
    pub(crate) fn skip_compact(&mut self) -> Step<Cow<'a, str>> {
        let start = self.pos;
        let mut gaps = Compactor::new(start);
        self.pos = value(self.src(), self.pos, self.depth, &mut gaps)?;
        if gaps.out.is_empty() {
            return Ok(Cow::Borrowed(&self.text[start..self.pos]));
        }
        gaps.out.extend_from_slice(&self.src()[gaps.mark..self.pos]);
        Ok(Cow::Owned(String::from_utf8(gaps.out).unwrap_or_default()))
    }

    /// Only whitespace may follow.
    pub(crate) fn end(&mut self) -> Step {
        self.space();
        if self.pos == self.src().len() { Ok(()) } else { self.fault(What::Trailing) }
    }

    /// Says what went wrong in words, with the path to it.
    pub(crate) fn explain(&self, fault: Fault) -> Error {
        explain(self.text, fault)
    }
}

fn explain(text: &str, fault: Fault) -> Error {
    let first = text.trim_start();
    if first.starts_with('<') {
        let message = format!("expected JSON, but the answer looks like HTML or XML: {:?}", excerpt(first));
        return Error::new(ErrorKind::Foreign, message).at(fault.at);
    }
    let path = locate::path(text.as_bytes(), fault.at);
    let error = match fault.what {
        What::TooDeep => Error::new(ErrorKind::TooDeep, fault.what.text()),
        _ if fault.at >= text.len() => Error::new(ErrorKind::Truncated, "the JSON document ends in the middle"),
        what => Error::new(ErrorKind::Syntax, what.text()),
    };
    error.at(fault.at).path_is(path)
}

/// Checks that `body` is one JSON document.
pub fn validate(body: &[u8]) -> Result<()> {
    let mut reader = Reader::new(body)?;
    let read = reader.skip().and_then(|()| reader.end());
    read.map_err(|fault| reader.explain(fault))
}

/// The document without whitespace between its tokens; borrowed if there was none.
pub fn compact(body: &[u8]) -> Result<Cow<'_, str>> {
    let mut reader = Reader::new(body)?;
    let read = reader.skip_compact().and_then(|text| reader.end().map(|()| text));
    read.map_err(|fault| reader.explain(fault))
}
