//! Files on a machine: what is there, down, up.

mod decode;
mod download;
mod entry;
mod multipart;
mod open;
mod path;
mod sink;
mod upload;

pub use entry::{Entry, Kind, ListDirectory};
pub use open::RemoteFile;
pub use path::RemotePath;

pub(crate) use entry::entry;

use crate::{
    compute::{Compute, Machine},
    hub::Hub,
};
use adjutant_core::{Flow, Mode, Result, path::segment};
use bytes::Bytes;
use std::{path::PathBuf, sync::Arc};

/// The URL's path of a file: the file's path begins with a slash of its own, so that there are two.
fn target(verb: &str, machine: &Machine, path: &str) -> String {
    let inner: Vec<String> = path.split('/').map(segment).collect();
    format!("/utilities/{verb}/{}/{}", segment(machine.as_str()), inner.join("/"))
}

impl<M: Mode> RemotePath<Compute<M>> {
    /// The machine that it is on.
    #[must_use]
    pub fn compute(&self) -> &Compute<M> {
        self.binding()
    }

    /// What it is, asked for anew: kind, size, owner, permissions. A symbolic link is itself, not what it points to.
    pub fn stat(&self) -> Flow<M, Entry> {
        self.flow(|hub, machine, path| async move { entry(&hub, &machine, &path).await })
    }

    /// What is in a directory, without `.` and `..`; for anything else, itself. Symbolic links are not followed. The
    /// paths know what they are without being asked for again.
    pub fn ls(&self) -> Flow<M, Vec<Self>> {
        let this = self.clone();
        self.flow(|hub, machine, path| async move {
            let found = entry::list(&hub, &machine, &path).await?;
            Ok(found.into_iter().map(|entry| this.sibling(entry)).collect())
        })
    }

    /// The directory itself as the one entry of a listing, and anything else as [`ls`](Self::ls) gives it.
    pub fn ls_itself(&self) -> Flow<M, Vec<Self>> {
        let this = self.clone();
        self.flow(|hub, machine, path| async move { Ok(vec![this.sibling(entry(&hub, &machine, &path).await?)]) })
    }

    /// Whether it is a directory; `false` if there is nothing. Asked for if not known from a listing.
    pub fn is_dir(&self) -> Flow<M, bool> {
        self.is(Kind::Directory)
    }

    /// Whether it is a plain file; `false` if there is nothing. Asked for if not known from a listing.
    pub fn is_file(&self) -> Flow<M, bool> {
        self.is(Kind::File)
    }

    /// Whether it is a symbolic link; `false` if there is nothing. Asked for if not known from a listing.
    pub fn is_symlink(&self) -> Flow<M, bool> {
        self.is(Kind::Symlink)
    }

    fn is(&self, kind: Kind) -> Flow<M, bool> {
        let known = self.entry().map(Entry::kind);
        self.flow(move |hub, machine, path| async move {
            match known {
                Some(known) => Ok(known == kind),
                None => match entry(&hub, &machine, &path).await {
                    Ok(found) => Ok(found.kind() == kind),
                    Err(error) if error.is_not_found() => Ok(false),
                    Err(error) => Err(error),
                },
            }
        })
    }

    /// Its content, in memory, at most as long as the session's longest answer. Verified: what has not its size is an
    /// error.
    pub fn read(&self) -> Flow<M, Bytes> {
        self.flow(|hub, machine, path| async move {
            download::to_memory(&hub, &machine, &path, true).await.map(Bytes::from)
        })
    }

    /// Its content as text, in memory. Verified as [`read`](Self::read) is; what is not UTF-8 is an error.
    pub fn read_text(&self) -> Flow<M, String> {
        self.flow(|hub, machine, path| async move {
            let content = download::to_memory(&hub, &machine, &path, false).await?;
            String::from_utf8(content).map_err(|_| {
                adjutant_core::Error::decode(format!("{path} is not text"))
                    .with_hint("read it as bytes, or download it to a file")
            })
        })
    }

    /// Copies it into a local file, in little memory. The file is there whole and verified, or not at all; one that
    /// was there before is replaced then. Its size in bytes.
    pub fn download_to(&self, local: impl Into<PathBuf>) -> Flow<M, u64> {
        let local = local.into();
        self.flow(|hub, machine, path| async move { download::to_file(&hub, &machine, &path, local).await })
    }

    /// Copies a local file to this path, or into this directory under its own name; in little memory. What is there is
    /// replaced. Sent again from its beginning if it must be, and verified. Where it came to.
    pub fn upload_file(&self, local: impl Into<PathBuf>) -> Flow<M, Self> {
        let (local, this) = (local.into(), self.clone());
        self.flow(|hub, machine, _| async move {
            let target = upload::file(&hub, &machine, &this, local).await?;
            Ok(this.at(target))
        })
    }

    /// Writes bytes to this path. What is there is replaced; it is verified. A directory is refused.
    pub fn write(&self, content: impl Into<Bytes>) -> Flow<M, ()> {
        let content = content.into();
        self.flow(|hub, machine, path| async move { upload::bytes(&hub, &machine, path.as_str(), content).await })
    }

    /// Sends a body that can be opened again to this path; for streams that are neither file nor memory. Verified.
    pub fn upload(&self, source: Arc<dyn adjutant_core::stream::BodySource>) -> Flow<M, ()> {
        self.flow(|hub, machine, path| async move { upload::send(&hub, &machine, path.as_str(), source).await })
    }

    /// Opens it as if it were here: `r` or `w`, with `b` for bytes. To read, it is copied into a temporary file first;
    /// what is written goes into one, and up when that is [closed](RemoteFile::close).
    pub fn open(&self, mode: &str) -> Flow<M, RemoteFile<M>> {
        let (this, mode) = (self.clone(), open::FileMode::parse(mode));
        self.flow(|hub, machine, _| async move { open::open(&hub, &machine, this, mode?).await })
    }

    fn flow<T, F>(&self, run: impl FnOnce(Arc<Hub>, Machine, RemotePath) -> F) -> Flow<M, T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let compute = self.binding();
        let (machine, path) = (compute.machine.clone(), RemotePath::new(self.as_str()));
        compute.world.flow(|hub| run(hub, machine, path))
    }
}
