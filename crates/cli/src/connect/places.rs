//! Where things are kept on this machine.

use adjutant_core::{Error, ErrorKind};
use etcetera::{BaseStrategy as _, choose_base_strategy};
use std::path::{Path, PathBuf};

/// `~/.config/adjutant/config.toml`, by XDG; `%APPDATA%` on Windows.
pub(crate) fn config_file() -> Result<PathBuf, Error> {
    Ok(base()?.config_dir().join("adjutant").join("config.toml"))
}

/// The log of every write: in the state folder, or where there is none in the data folder.
pub(crate) fn audit_file() -> Result<PathBuf, Error> {
    let base = base()?;
    let folder = base.state_dir().unwrap_or_else(|| base.data_dir());
    Ok(folder.join("adjutant").join("audit.jsonl"))
}

fn base() -> Result<impl etcetera::BaseStrategy, Error> {
    choose_base_strategy().map_err(|_| {
        Error::new(ErrorKind::Local, "there is no home folder")
            .with_hint("set HOME (or XDG_CONFIG_HOME, XDG_STATE_HOME)")
    })
}

/// Options for files that only their owner may read.
pub(crate) fn private() -> std::fs::OpenOptions {
    #[cfg_attr(not(unix), allow(unused_mut, reason = "elsewhere the user's folder is private by itself"))]
    let mut options = std::fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Whether others than the owner may read a file; where the system has no such modes, no.
pub(crate) fn is_shared(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}
