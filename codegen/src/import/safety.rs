//! What an operation may do, judged by its verb and its words.
//!
//! Read-only mode and confirmation questions hang on this, so where it is unclear the graver class is taken. The
//! exceptions are listed one by one; everything else follows from the verb.

use adjutant_catalogs::{Safety, Verb};

/// Ends of paths whose POST changes nothing: searches, tests, exports, sessions.
const READING_POSTS: &[&str] = &[
    "/auth/token",
    "/auth/keepalive",
    "/auth/keep-alive",
    "/auth/current",
    "/auth/invalidatetoken",
    "/auth/invalidate-token",
    "/oauth/token",
    "/export",
    "/validate",
    "/validate-csv",
    "/csv-validate",
    "/search",
    "/test",
    "/test-connection",
    "/test-user",
    "/test-group",
    "/test-user-membership",
    "/validate-certificate",
    "/validate-client-certificate",
    "/connection-status",
    "/parse",
    "/parse-markdown",
    "/keystore/parse",
    "/verify",
];

/// Words in a path whose POST, PUT or PATCH cannot be put back.
const DESTROYING_WORDS: &[&str] = &[
    "delete",
    "erase",
    "wipe",
    "lock",
    "unmanage",
    "purge",
    "remove",
    "clear",
    "flush",
    "revoke",
    "disown",
    "reset",
    "uninstall",
    "unenroll",
    "destroy",
    "expire",
    "drop",
    "cancel",
    "abandon",
    "flushing",
    "regenerate",
    "initialize",
];

/// Ends of paths that replace a secret: the old one is gone.
const REPLACING_SECRETS: &[&str] = &["/change-password", "/client-credentials", "/failover/generate"];

/// Operations that carry any command in their body, the destroying ones included.
const COMMAND_CHANNELS: &[&str] = &["/mdm/commands", "/computercommands/command", "/mobiledevicecommands/command"];

/// The class of `verb path`.
pub(super) fn class(verb: Verb, path: &str) -> Safety {
    let path = path.to_ascii_lowercase();
    // Values stand in braces and say nothing.
    let fixed: Vec<&str> = path.split('/').filter(|part| !part.starts_with('{')).collect();
    let fixed = fixed.join("/");
    let destroys = || {
        fixed.split(['/', '-']).any(|word| DESTROYING_WORDS.contains(&word))
            || REPLACING_SECRETS.iter().any(|end| fixed.ends_with(end))
    };
    match verb {
        Verb::Get => Safety::Read,
        Verb::Delete => Safety::Destructive,
        Verb::Post if READING_POSTS.iter().any(|end| fixed.ends_with(end)) => Safety::Read,
        _ if COMMAND_CHANNELS.iter().any(|channel| fixed.contains(channel)) => Safety::Destructive,
        _ if destroys() => Safety::Destructive,
        _ => Safety::Write,
    }
}

/// Whether sending it twice leaves the server as sending it once.
///
/// POST never counts as such unless it changes nothing; neither does PATCH, which may append.
pub(super) fn idempotent(verb: Verb, class: Safety) -> bool {
    class == Safety::Read || matches!(verb, Verb::Put | Verb::Delete)
}
