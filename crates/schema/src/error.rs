//! What was wrong with a document, and where.

use std::fmt;

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of trouble it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The document does not follow its notation's grammar.
    Syntax,
    /// The document ends in the middle.
    Truncated,
    /// It is not the notation at all: mostly a proxy's or login page in HTML.
    Foreign,
    /// It is not UTF-8.
    NotUtf8,
    /// It nests deeper than allowed.
    TooDeep,
    /// It is larger than allowed.
    TooLarge,
    /// A value that a strict read asked for is not of the expected type.
    Misfit,
    /// A required value is missing.
    Missing,
    /// A value cannot be written in this notation (a control character in XML).
    Unwritable,
}

/// What was wrong, where: field path, byte offset, and what was found there.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: ErrorKind,
    path: String,
    offset: Option<usize>,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, path: String::new(), offset: None, message: message.into() }))
    }

    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.0.offset = Some(offset);
        self
    }

    pub(crate) fn path_is(mut self, path: impl Into<String>) -> Self {
        self.0.path = path.into();
        self
    }

    /// What kind of trouble it was.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The field's path (`results[3].general.name`); empty for the document itself.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The byte at which reading stopped, where there is one.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, "{}: ", self.0.path)?;
        }
        f.write_str(&self.0.message)?;
        match self.0.offset {
            Some(offset) => write!(f, " (byte {offset})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {}

/// The start of something odd, short enough for an error and without control characters.
pub(crate) fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut short: String = text.chars().take(MOST).map(clean).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}
