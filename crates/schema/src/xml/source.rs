//! Elements and texts out of quick-xml's events.

use crate::error::excerpt;
use crate::{Error, ErrorKind, Result};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;

/// How deep a document may nest.
pub const DEPTH: usize = 128;

/// More attributes than any schema of ours has, so that a hostile element costs little.
const ATTRIBUTES: usize = 64;

/// More than any document of ours.
const SIZE: usize = 1 << 30;

/// What comes next.
pub(crate) enum Node<'a> {
    /// An element begins.
    Open(BytesStart<'a>),
    /// The innermost open element ends.
    Close,
    /// Part of a text: more parts may follow.
    Text(Cow<'a, str>),
    /// The document ends.
    End,
}

/// A document being read.
pub(crate) struct Source<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    /// Names of the open elements.
    open: Vec<String>,
    /// Where the last node began.
    pub(crate) start: usize,
}

impl<'a> Source<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Result<Self> {
        if body.len() > SIZE {
            return Err(Error::new(ErrorKind::TooLarge, "the XML document is larger than 1 GiB"));
        }
        let text = std::str::from_utf8(body)
            .map_err(|e| Error::new(ErrorKind::NotUtf8, "the answer is not valid UTF-8").at(e.valid_up_to()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let first = text.trim_start();
        if !first.starts_with('<') {
            let message = format!("expected XML, but the answer begins with {:?}", excerpt(first));
            return Err(Error::new(ErrorKind::Foreign, message));
        }
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Ok(Self { reader, text, open: Vec::new(), start: 0 })
    }

    /// An error at the present place.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message).at(self.start).path_is(self.open.join("."))
    }

    pub(crate) fn end(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len())
    }

    /// The document's text from `start` to the end of the last node.
    pub(crate) fn raw(&self, start: usize) -> &'a str {
        self.text.get(start..self.end()).unwrap_or_default()
    }

    pub(crate) fn next(&mut self) -> Result<Node<'a>> {
        loop {
            self.start = self.end();
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(e) => return Err(self.error(ErrorKind::Syntax, format!("not well-formed XML: {e}"))),
            };
            return Ok(match event {
                Event::Start(start) | Event::Empty(start) => {
                    if self.open.len() >= DEPTH {
                        return Err(self.error(ErrorKind::TooDeep, "nested deeper than 128 elements"));
                    }
                    self.open.push(start.name().0.to_owned());
                    Node::Open(start)
                }
                Event::End(_) => {
                    self.open.pop();
                    Node::Close
                }
                Event::Text(text) if self.open.is_empty() && text.trim().is_empty() => continue,
                Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) if self.open.is_empty() => {
                    return Err(self.error(ErrorKind::Syntax, "text outside of the root element"));
                }
                Event::Text(text) => Node::Text(text.xml10_content()),
                Event::CData(text) => Node::Text(text.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => Node::Text(Cow::Owned(c.to_string())),
                    Ok(None) => match resolve_predefined_entity(&reference) {
                        Some(text) => Node::Text(Cow::Borrowed(text)),
                        None => {
                            let message = format!("unknown entity &{};", excerpt(&reference));
                            return Err(self.error(ErrorKind::Syntax, message));
                        }
                    },
                    Err(e) => return Err(self.error(ErrorKind::Syntax, e.to_string())),
                },
                Event::DocType(_) => {
                    let message = format!("a document type is not accepted here: {:?}", excerpt(self.text));
                    return Err(self.error(ErrorKind::Foreign, message));
                }
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
                Event::Eof if self.open.is_empty() => Node::End,
                Event::Eof => return Err(self.error(ErrorKind::Truncated, "the XML document ends in the middle")),
            });
        }
    }

    /// Passes over the rest of the element that is open; `depth` elements were open around it.
    pub(crate) fn skip_to(&mut self, depth: usize) -> Result<()> {
        while self.open.len() > depth {
            self.next()?;
        }
        Ok(())
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The text up to the end of the open element; `None` if there is an element in it. The caller then skips.
    pub(crate) fn text(&mut self) -> Result<Option<Cow<'a, str>>> {
        let mut all = Cow::Borrowed("");
        loop {
            match self.next()? {
                Node::Text(part) if all.is_empty() => all = part,
                Node::Text(part) => all.to_mut().push_str(&part),
                Node::Close => return Ok(Some(all)),
                Node::Open(_) | Node::End => return Ok(None),
            }
        }
    }

    /// An element's attributes: names, values unescaped.
    pub(crate) fn attributes(&self, start: &BytesStart<'_>) -> Result<Vec<(String, String)>> {
        let mut all = Vec::new();
        if start.attributes_raw().trim().is_empty() {
            return Ok(all);
        }
        for attribute in start.attributes().with_checks(false).take(ATTRIBUTES + 1) {
            let attribute = attribute.map_err(|e| self.error(ErrorKind::Syntax, format!("attribute: {e}")))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|e| self.error(ErrorKind::Syntax, format!("attribute: {e}")))?;
            let name = attribute.key.0.to_owned();
            if all.iter().any(|(there, _)| *there == name) {
                return Err(self.error(ErrorKind::Syntax, format!("attribute {name} stands twice")));
            }
            all.push((name, value.into_owned()));
        }
        if all.len() > ATTRIBUTES {
            return Err(self.error(ErrorKind::TooLarge, "more than 64 attributes in one element"));
        }
        Ok(all)
    }
}
