//! How a run ends badly, and the exit code that says so.
//!
//! Scripts branch on the code, so it answers their question: *may I simply run it again?* 6 means that nothing
//! was applied, 7 that nobody knows. The words are the library's own [`Error`]; only what the library cannot know
//! (some items of many failed, a person pressed Ctrl-C, the reader of our output has gone) is added here.

use adjutant_core::{Applied, Error, ErrorKind};
use std::process::ExitCode;

/// Result of a command.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

/// The exit codes; the same for every system and verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Usage = 2,
    Credentials = 3,
    NotFound = 4,
    /// Some items failed; the rest is done.
    Partly = 5,
    /// Server, network or this machine; nothing applied.
    Server = 6,
    /// May have been applied.
    Unknown = 7,
    Deadline = 124,
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl Exit {
    fn of(error: &Error) -> Self {
        match error.kind() {
            _ if error.applied() == Applied::Maybe => Self::Unknown,
            ErrorKind::Usage | ErrorKind::ReadOnly | ErrorKind::BlockingInAsync => Self::Usage,
            ErrorKind::Credentials | ErrorKind::Forbidden => Self::Credentials,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Incomplete => Self::Partly,
            ErrorKind::Deadline => Self::Deadline,
            _ => Self::Server,
        }
    }
}

/// Why a command did not do what was asked.
#[derive(Debug)]
pub(crate) enum Failure {
    Error(Error),
    /// Some items failed; the rest is done.
    Partly(Error),
    /// Ctrl-C; the message says what is kept, the hint how to go on.
    Interrupted(Error),
    /// Whoever reads our output has had enough, as `head` does.
    Unheard,
}

impl Failure {
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Error(Error::usage(message.into()).with_hint(hint.into()))
    }

    pub(crate) fn interrupted(kept: impl Into<String>) -> Self {
        Self::Interrupted(Error::new(ErrorKind::Closed, kept.into()))
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Error(error) => Exit::of(error),
            Self::Partly(_) => Exit::Partly,
            Self::Interrupted(_) => Exit::Interrupted,
            Self::Unheard => Exit::Done,
        }
    }

    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Self::Error(error) | Self::Partly(error) | Self::Interrupted(error) => Some(error),
            Self::Unheard => None,
        }
    }

    /// Adds what to do about it, after what the error itself advises.
    pub(crate) fn and_hint(self, more: &str) -> Self {
        let add = |error: Error| {
            let hint = error.hint().map_or_else(|| more.to_owned(), |hint| format!("{hint}; {more}"));
            error.with_hint(hint)
        };
        match self {
            Self::Error(error) => Self::Error(add(error)),
            Self::Partly(error) => Self::Partly(add(error)),
            Self::Interrupted(error) => Self::Interrupted(add(error)),
            Self::Unheard => Self::Unheard,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The kind's word in machine-readable output: `not_found`, `read_only` …
pub(crate) fn word(kind: ErrorKind) -> String {
    let mut word = String::new();
    for c in format!("{kind:?}").chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_answer_whether_it_may_be_repeated() {
        let exit = |kind| Failure::from(Error::new(kind, "x")).exit() as u8;
        for (kind, code) in [
            (ErrorKind::Usage, 2),
            (ErrorKind::ReadOnly, 2),
            (ErrorKind::Credentials, 3),
            (ErrorKind::Forbidden, 3),
            (ErrorKind::NotFound, 4),
            (ErrorKind::Incomplete, 5),
            (ErrorKind::Tls, 6),
            (ErrorKind::Local, 6),
            (ErrorKind::Deadline, 124),
        ] {
            assert_eq!(exit(kind), code, "{kind:?}");
        }
        let unknown = Error::new(ErrorKind::Broken, "x").with_applied(Applied::Maybe);
        assert_eq!(Failure::from(unknown).exit(), Exit::Unknown);
        assert_eq!(Failure::interrupted("x").exit() as u8, 130);
        assert_eq!(Failure::Unheard.exit() as u8, 0);
    }

    #[test]
    fn kinds_have_words() {
        assert_eq!(word(ErrorKind::NotFound), "not_found");
        assert_eq!(word(ErrorKind::Tls), "tls");
    }
}
