//! Who changed what, when: one line a write, on this machine, for its owner alone.
//!
//! The log is opened before the write is sent: what cannot be recorded is not done. It holds no bodies, so no
//! secrets.

use crate::connect::{Connected, places};
use adjutant_core::{Error, clock::Clock as _, clock::SystemClock};
use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    time::SystemTime,
};

/// An entry whose outcome is still open.
#[derive(Debug)]
pub(crate) struct Entry {
    file: File,
    profile: String,
    server: String,
    account: String,
    operation: String,
    target: String,
}

impl Entry {
    /// Opens the log for one write.
    pub(crate) fn begin(at: &Connected, operation: &str, target: &str) -> Result<Self, Error> {
        let path = places::audit_file()?;
        let file = open(&path).map_err(|e| {
            let message = format!("the audit log {} cannot be written: {e}; nothing was sent", path.display());
            Error::local(message, e).with_hint("make its folder writable, or set XDG_STATE_HOME")
        })?;
        Ok(Self {
            file,
            profile: at.profile.clone(),
            server: at.server.clone(),
            account: at.account.clone(),
            operation: operation.into(),
            target: target.into(),
        })
    }

    /// Writes the line.
    pub(crate) fn end(mut self, outcome: &str) -> io::Result<()> {
        let line = serde_json::json!({
            "when": rfc3339(SystemClock.wall()),
            "profile": Some(self.profile).filter(|name| !name.is_empty()),
            "server": self.server,
            "account": self.account,
            "operation": self.operation,
            "target": self.target,
            "outcome": outcome,
        });
        // One write, appended: lines of two processes do not mix.
        self.file.write_all(format!("{line}\n").as_bytes())
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    places::private().append(true).create(true).open(path)
}

/// A moment as RFC 3339, to the second.
pub(crate) fn rfc3339(at: SystemTime) -> String {
    let moment = jiff::Timestamp::try_from(at).unwrap_or_default();
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_rfc_3339() {
        let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_700_000_000_999);
        assert_eq!(rfc3339(at), "2023-11-14T22:13:20Z");
    }

    #[cfg(unix)]
    #[test]
    fn the_log_is_private_and_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("adjutant").join("audit.jsonl");
        for _ in 0..2 {
            open(&path).unwrap().write_all(b"{}\n").unwrap();
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"{}\n{}\n");
        assert!(!places::is_shared(&path));
    }
}
