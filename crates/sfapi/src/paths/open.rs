//! A remote file as if it were here: a temporary file that is copied down before it is read, or up when it is closed.

use super::{RemotePath, download, sink::blocking, upload};
use crate::{
    compute::{Compute, Machine},
    hub::Hub,
};
use adjutant_core::{Async, Error, Flow, Mode, Result};
use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FileMode {
    write: bool,
    binary: bool,
}

impl FileMode {
    /// `r` or `w`, and `b` at most once.
    pub(super) fn parse(mode: &str) -> Result<Self> {
        let count = |wanted: char| mode.chars().filter(|c| *c == wanted).count();
        let known = mode.chars().all(|c| "rwb".contains(c));
        if !known || count('r') + count('w') != 1 || count('b') > 1 {
            let shown = adjutant_core::error::tame(mode, 20);
            return Err(Error::usage(format!("{shown:?} is not a mode")).with_hint("there are r, w, rb and wb"));
        }
        Ok(Self { write: count('w') == 1, binary: count('b') == 1 })
    }
}

/// A file that is open. It reads, writes and seeks as a local one does, because it is one.
#[must_use = "what is written goes up when it is closed"]
pub struct RemoteFile<M: Mode = Async> {
    path: RemotePath<Compute<M>>,
    local: Option<tempfile::NamedTempFile>,
    write: bool,
}

pub(super) async fn open<M: Mode>(
    hub: &Hub,
    machine: &Machine,
    path: RemotePath<Compute<M>>,
    mode: FileMode,
) -> Result<RemoteFile<M>> {
    let failed = |e: io::Error| Error::local(format!("no temporary file: {e}"), e);
    let (local, mut file) = blocking(move || {
        let local = tempfile::NamedTempFile::new().map_err(failed)?;
        let file = local.reopen().map_err(failed)?;
        Ok((local, file))
    })
    .await?;
    if !mode.write {
        let plain = RemotePath::new(path.as_str());
        let copy = file.try_clone().map_err(failed)?;
        download::to_open_file(hub, machine, &plain, mode.binary, copy).await?;
        file.rewind().map_err(failed)?;
    }
    Ok(RemoteFile { path, local: Some(local), write: mode.write })
}

impl<M: Mode> RemoteFile<M> {
    /// The path on the machine.
    #[must_use]
    pub fn path(&self) -> &RemotePath<Compute<M>> {
        &self.path
    }

    /// Closes it; what was written goes up, and is verified.
    pub fn close(mut self) -> Flow<M, ()> {
        let (local, write, path) = (self.local.take(), self.write, self.path.clone());
        let compute = path.compute().clone();
        let machine = compute.machine.clone();
        compute.world.flow(|hub| async move {
            let Some(local) = local.filter(|_| write) else { return Ok(()) };
            let to = path.as_str().to_owned();
            let from = local.path().to_owned();
            let source = blocking(move || adjutant_core::stream::FileSource::new(from)).await?;
            let sent = upload::send(&hub, &machine, &to, std::sync::Arc::new(source)).await;
            drop(local);
            sent
        })
    }

    fn file(&mut self) -> io::Result<&mut File> {
        self.local.as_mut().map(tempfile::NamedTempFile::as_file_mut).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl<M: Mode> Read for RemoteFile<M> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.write {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "the file is open for writing"));
        }
        self.file()?.read(buffer)
    }
}

impl<M: Mode> Write for RemoteFile<M> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.write {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "the file is open for reading"));
        }
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl<M: Mode> Seek for RemoteFile<M> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }
}

impl<M: Mode> Drop for RemoteFile<M> {
    fn drop(&mut self) {
        if self.write && self.local.is_some() {
            tracing::warn!(path = self.path.as_str(), "a remote file was dropped without close(): nothing went up");
        }
    }
}

impl<M: Mode> fmt::Debug for RemoteFile<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteFile").field("path", &self.path).field("write", &self.write).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        for bad in ["dse", "rr", "ww", "wr", "rw", "", "b", "rbb", "a"] {
            assert!(FileMode::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(FileMode::parse("wb").unwrap(), FileMode { write: true, binary: true });
        assert_eq!(FileMode::parse("r").unwrap(), FileMode { write: false, binary: false });
    }
}
