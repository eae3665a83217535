//! The file system of all machines: one directory of the host that nothing leads out of.
//!
//! Paths are walked here, name by name, so that `..` stops at the sandbox's root and an absolute symlink starts
//! there again, as in a chroot. The host's own resolution never sees a path from the wire.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

/// So many symlinks on one way are a loop.
const MOST_LINKS: u32 = 40;

/// A directory that passes for a whole file system.
#[derive(Debug)]
pub(crate) struct Sandbox {
    root: PathBuf,
    home: String,
    /// Uploads in progress, out of everybody's sight.
    spool: TempDir,
    own: Option<TempDir>,
}

impl Sandbox {
    /// In the given directory or a temporary one, with the places that a user expects.
    pub(crate) fn new(root: Option<&Path>, user: &str) -> io::Result<Self> {
        let spool = tempfile::Builder::new().prefix("adjutant-sim-").tempdir()?;
        let own = match root {
            Some(_) => None,
            None => Some(tempfile::Builder::new().prefix("adjutant-sim-").tempdir()?),
        };
        let root = match (root, &own) {
            (Some(root), _) => root.to_path_buf(),
            (None, own) => own.as_ref().map(|own| own.path().to_path_buf()).unwrap_or_default(),
        };
        let initial = user.get(..1).unwrap_or("u");
        let home = format!("/global/homes/{initial}/{user}");
        let sandbox = Self { root, home, spool, own };
        let scratch = format!("/pscratch/sd/{initial}/{user}");
        for directory in [sandbox.home(), scratch.as_str(), "/global/cfs/cdirs/m0001", "/tmp"] {
            fs::create_dir_all(sandbox.root.join(&directory[1..]))?;
        }
        Ok(sandbox)
    }

    /// Removes what is temporary at once, whoever still holds on to this.
    pub(crate) fn remove(&self) {
        for directory in [Some(&self.spool), self.own.as_ref()].into_iter().flatten() {
            let _ = fs::remove_dir_all(directory.path());
        }
    }

    /// Where it is on the host.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The user's home directory, as the machines see it.
    pub(crate) fn home(&self) -> &str {
        &self.home
    }

    /// A file of the host for something that is not whole yet.
    pub(crate) fn spool(&self) -> io::Result<tempfile::NamedTempFile> {
        tempfile::NamedTempFile::new_in(self.spool.path())
    }

    /// The host's path of a path on the machines, with symlinks followed. The last name need not exist.
    ///
    /// # Errors
    /// Not found, not a directory, or too many symlinks on the way.
    pub(crate) fn follow(&self, path: &str) -> io::Result<PathBuf> {
        self.walk(path, true)
    }

    /// The same, but if the last name is a symlink, that itself.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub(crate) fn keep(&self, path: &str) -> io::Result<PathBuf> {
        self.walk(path, path.ends_with('/'))
    }

    fn walk(&self, path: &str, follow_last: bool) -> io::Result<PathBuf> {
        let mut at = self.root.clone();
        let mut depth = 0_usize;
        let mut links = 0;
        let mut left: VecDeque<OsString> = VecDeque::new();
        if !path.starts_with('/') {
            push(&mut left, Path::new(&self.home));
        }
        for part in path.split('/').filter(|part| !part.is_empty()) {
            left.push_back(part.into());
        }
        while let Some(name) = left.pop_front() {
            if name == "." {
                continue;
            }
            if name == ".." {
                if depth > 0 {
                    at.pop();
                    depth -= 1;
                }
                continue;
            }
            // A name that the host would read as more than a name.
            if Path::new(&name).components().count() != 1 {
                return Err(io::ErrorKind::NotFound.into());
            }
            let next = at.join(&name);
            match fs::symlink_metadata(&next) {
                Ok(found) if found.is_symlink() && (follow_last || !left.is_empty()) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(io::Error::other("Too many levels of symbolic links"));
                    }
                    let target = fs::read_link(&next)?;
                    if target.is_absolute() {
                        (at, depth) = (self.root.clone(), 0);
                    }
                    let mut ahead = VecDeque::new();
                    push(&mut ahead, &target);
                    ahead.append(&mut left);
                    left = ahead;
                }
                Ok(found) if !left.is_empty() && !found.is_dir() => {
                    return Err(io::ErrorKind::NotADirectory.into());
                }
                Ok(_) => (at, depth) = (next, depth + 1),
                Err(error) if error.kind() == io::ErrorKind::NotFound && left.is_empty() => return Ok(next),
                Err(error) => return Err(error),
            }
        }
        Ok(at)
    }
}

fn push(names: &mut VecDeque<OsString>, path: &Path) {
    for component in path.components() {
        match component {
            Component::Normal(name) => names.push_back(name.to_owned()),
            Component::ParentDir => names.push_back("..".into()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
}

/// What the commands of a machine say about an error.
pub(crate) fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "No such file or directory".to_owned(),
        io::ErrorKind::NotADirectory => "Not a directory".to_owned(),
        io::ErrorKind::IsADirectory => "Is a directory".to_owned(),
        io::ErrorKind::PermissionDenied => "Permission denied".to_owned(),
        io::ErrorKind::AlreadyExists => "File exists".to_owned(),
        io::ErrorKind::DirectoryNotEmpty => "Directory not empty".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out() {
        let sandbox = Sandbox::new(None, "simuser").expect("a directory");
        let root = sandbox.root().to_path_buf();
        assert_eq!(sandbox.follow("/../../etc/passwd").expect_err("not here").kind(), io::ErrorKind::NotFound);
        assert_eq!(sandbox.follow("/../../tmp").expect("ours"), root.join("tmp"));
        std::os::unix::fs::symlink("/etc", root.join("tmp/abs")).expect("a link");
        std::os::unix::fs::symlink("../../../..", root.join("tmp/up")).expect("a link");
        std::os::unix::fs::symlink("loop", root.join("tmp/loop")).expect("a link");
        assert!(sandbox.follow("/tmp/abs/passwd").is_err());
        assert_eq!(sandbox.follow("/tmp/abs").expect("its etc"), root.join("etc"));
        assert_eq!(sandbox.follow("/tmp/up/tmp").expect("its own"), root.join("tmp"));
        assert!(sandbox.follow("/tmp/loop").is_err());
        assert_eq!(sandbox.keep("/tmp/loop").expect("the link"), root.join("tmp/loop"));
        assert_eq!(sandbox.follow("file").expect("in home"), root.join("global/homes/s/simuser/file"));
    }
}
