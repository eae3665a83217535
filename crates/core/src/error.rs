//! One error for everything that can go wrong with a call.
//!
//! A caller in trouble asks three things: *has it been applied?*, *what happened?*, *what do I do now?*
//! The struct answers them in that order ([`Error::applied`], [`Error::kind`], [`Error::hint`]) and is one
//! pointer wide, so that `Result` stays small. Nothing secret ever enters it: messages from servers are
//! shortened, and their control characters are escaped.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

/// Result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. New kinds may be added; match with a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The call itself is wrong (a bad argument, an unknown field): nothing was sent.
    Usage,
    /// No connection could be made (name, route, refused, proxy).
    Connect,
    /// The server's certificate is not trusted, or TLS could not be agreed on.
    Tls,
    /// A wait ended without an answer: connect, first byte, idle gap or total.
    Timeout,
    /// The caller's own deadline passed, possibly between two attempts.
    Deadline,
    /// The credentials are missing, wrong or expired (HTTP 401, a refused login).
    Credentials,
    /// Logged in, but a privilege is missing (HTTP 403).
    Forbidden,
    /// The thing or the endpoint does not exist (HTTP 404).
    NotFound,
    /// The server's state is against it: a duplicate name, an old version lock (HTTP 409, 412).
    Conflict,
    /// The server asks for patience (HTTP 429).
    Throttled,
    /// Another refusal of the request (HTTP 4xx).
    Rejected,
    /// The server failed (HTTP 5xx).
    Server,
    /// The connection broke, or the answer was cut short.
    Broken,
    /// The answer is not what the interface promises: not JSON, a wrong type, a missing field.
    Decode,
    /// The answer is larger than the limit that was set.
    TooLarge,
    /// A read of many could not be proven complete; the message says what is missing.
    Incomplete,
    /// A write was refused here, before a byte was sent: the client is read-only.
    ReadOnly,
    /// A blocking call was made from asynchronous code.
    BlockingInAsync,
    /// The local machine failed (disk full, file not writable).
    Local,
    /// The client was shut down, or the work was given up.
    Closed,
}

/// Whether the server has carried the request out. It decides whether it may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applied {
    /// Certainly not: never sent, or refused. Safe to repeat.
    No,
    /// Unknown: the answer was lost. Look before repeating.
    Maybe,
    /// Certainly: the server said so, and only what came after failed.
    Yes,
}

impl Applied {
    /// The word used in machine-readable output: `no`, `maybe`, `yes`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Maybe => "maybe",
            Self::Yes => "yes",
        }
    }
}

/// A failed call. See the [module documentation](self).
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    applied: Applied,
    operation: Option<Cow<'static, str>>,
    attempts: u32,
    elapsed: Duration,
    status: Option<u16>,
    message: Cow<'static, str>,
    code: Option<String>,
    privilege: Option<Cow<'static, str>>,
    hint: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of that kind; `applied` starts as [`Applied::No`].
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            applied: Applied::No,
            operation: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            status: None,
            message: message.into(),
            code: None,
            privilege: None,
            hint: None,
            retry_after: None,
            source: None,
        }))
    }

    /// The call itself is wrong; nothing was sent.
    #[must_use]
    pub fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Usage, message)
    }

    /// The answer was read in full but is not what it should be.
    #[must_use]
    pub fn decode(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Decode, message).with_applied(Applied::Yes)
    }

    /// The local machine failed, for example a full disk.
    #[must_use]
    pub fn local(message: impl Into<Cow<'static, str>>, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Local, message).with_source(source)
    }

    /// Sets what is known about the request's effect.
    #[must_use]
    pub fn with_applied(mut self, applied: Applied) -> Self {
        self.0.applied = applied;
        self
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets the operation's name.
    #[must_use]
    pub fn with_operation(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    /// Sets the server's own code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Sets the privilege that was missing.
    #[must_use]
    pub fn with_privilege(mut self, privilege: impl Into<Cow<'static, str>>) -> Self {
        self.0.privilege = Some(privilege.into());
        self
    }

    /// Sets what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Sets how long the server asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.0.retry_after = after;
        self
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Sets how often it was tried and how long that took.
    #[must_use]
    pub fn with_effort(mut self, attempts: u32, elapsed: Duration) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// The same error for another who waited for the same thing; the cause stays with the first.
    pub(crate) fn again(&self) -> Self {
        let e = &*self.0;
        Self(Box::new(Inner {
            operation: e.operation.clone(),
            message: e.message.clone(),
            code: e.code.clone(),
            privilege: e.privilege.clone(),
            hint: e.hint.clone(),
            source: None,
            ..*e
        }))
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Whether the server has carried the request out.
    #[must_use]
    pub fn applied(&self) -> Applied {
        self.0.applied
    }

    /// The operation's name, for example `computer-inventory.list`.
    #[must_use]
    pub fn operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// How many requests were made for this call; 0 if none was.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Time from the call to its end, waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// HTTP status of the last answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// What happened, without operation and effort; the server's own words where it gave some.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The server's own code, for example `INVALID_FIELD`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The privilege that the operation needs and the account lacks.
    #[must_use]
    pub fn privilege(&self) -> Option<&str> {
        self.0.privilege.as_deref()
    }

    /// What to do next, in one sentence.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// How long the server asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The thing or the endpoint does not exist. Check the id and the server's version.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// A privilege is missing: give [`Error::privilege`] to the account's role.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// Missing, wrong or expired credentials: check client id and secret, and the server's clock.
    #[must_use]
    pub fn is_credentials(&self) -> bool {
        self.kind() == ErrorKind::Credentials
    }

    /// The server's state is against it: read again, apply the change to what is there now.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.kind() == ErrorKind::Conflict
    }

    /// The server asked for patience and the retries are used up: lower the concurrency or wait.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.kind() == ErrorKind::Throttled
    }

    /// A wait ended: [`ErrorKind::Timeout`] or the caller's own [`ErrorKind::Deadline`].
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind(), ErrorKind::Timeout | ErrorKind::Deadline)
    }

    /// No connection, or none that is trusted: check name, port, proxy and certificate authority.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.kind(), ErrorKind::Connect | ErrorKind::Tls)
    }

    /// The answer does not fit the interface: keep the body and report it.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        if let Some(operation) = &e.operation {
            write!(f, "{operation}: ")?;
        }
        match e.status {
            Some(status) => write!(f, "HTTP {status}: {}", e.message)?,
            None => f.write_str(&e.message)?,
        }
        if let Some(code) = &e.code {
            write!(f, " [{code}]")?;
        }
        if let Some(privilege) = &e.privilege {
            write!(f, " (needs the privilege \"{privilege}\")")?;
        }
        if e.attempts > 1 {
            write!(f, " (after {} attempts in {:.1} s)", e.attempts, e.elapsed.as_secs_f64())?;
        }
        if e.applied == Applied::Maybe {
            f.write_str("; it may have been applied: look before repeating")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let e = &*self.0;
        let mut d = f.debug_struct("Error");
        d.field("kind", &e.kind).field("applied", &e.applied).field("message", &e.message);
        if let Some(operation) = &e.operation {
            d.field("operation", operation);
        }
        if let Some(status) = e.status {
            d.field("status", &status);
        }
        if e.attempts > 0 {
            d.field("attempts", &e.attempts).field("elapsed", &e.elapsed);
        }
        if let Some(hint) = &e.hint {
            d.field("hint", hint);
        }
        if let Some(source) = &e.source {
            d.field("source", source);
        }
        d.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|e| e as _)
    }
}

/// Makes a server's words fit for a message: control and escape characters escaped, white space
/// folded, cut after `max` characters.
#[must_use]
pub fn tame(words: &str, max: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in words.split_whitespace() {
        if count >= max {
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        for c in word.chars() {
            if count >= max {
                break;
            }
            count += 1;
            if c.is_control() || is_direction_mark(c) {
                out.extend(c.escape_default());
            } else {
                out.push(c);
            }
        }
    }
    out
}

/// Characters that reorder what a terminal shows.
fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_pointer() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn it_says_what_happened_and_whether_it_was_applied() {
        let e = Error::new(ErrorKind::Server, "upstream timed out")
            .with_status(504)
            .with_operation("computer-inventory.update")
            .with_applied(Applied::Maybe)
            .with_effort(2, Duration::from_millis(1500));
        assert_eq!(
            e.to_string(),
            "computer-inventory.update: HTTP 504: upstream timed out (after 2 attempts in 1.5 s); \
             it may have been applied: look before repeating"
        );
    }

    #[test]
    fn a_servers_words_cannot_drive_a_terminal() {
        assert_eq!(tame("a\u{1b}[31m  b\n\u{202e}c", 80), "a\\u{1b}[31m b \\u{202e}c");
        assert!(tame(&"x".repeat(1000), 10).chars().count() <= 11);
        assert_eq!(tame("one two three", 6), "one two…");
    }
}
