//! What a listing says, whichever way the server writes it.
//!
//! Entries come with whole paths or bare names, with `.` and `..` and double slashes, and links with their targets
//! behind an arrow. Which of them is the thing itself and which are in it follows from all of that together.

use super::{RemotePath, target};
use crate::{
    compute::Machine,
    hub::Hub,
    model::{DirectoryEntry, DirectoryListing},
    operation::{get, operation},
    wire,
};
use adjutant_core::{Error, ErrorKind, Result};

operation! {
    /// A listing as the server gives it.
    ListDirectory { machine: Machine, path: String } -> DirectoryListing,
    LS: "paths.ls" "GET" "/utilities/ls/{machine}/{path}" Read true;
    request |op| {
        if !op.path.starts_with('/') {
            let shown = adjutant_core::error::tame(&op.path, 120);
            return Err(Error::usage(format!("{shown:?} is not a whole path")).with_hint("begin it with /"));
        }
        Ok(get(&LS, target("ls", &op.machine, &op.path)))
    };
    decode |response| wire::checked(&response);
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A plain file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, not followed.
    Symlink,
    /// A device, pipe or socket, or something that the server does not tell.
    Other,
}

/// Something on a machine, as a listing shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    path: String,
    target: Option<String>,
    listed: DirectoryEntry,
}

impl Entry {
    /// Its whole path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What it is, by the first letter of its permissions.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.listed.perms.as_deref().and_then(|perms| perms.chars().next()) {
            Some('-') => Kind::File,
            Some('d') => Kind::Directory,
            Some('l') => Kind::Symlink,
            None if self.target.is_some() => Kind::Symlink,
            _ => Kind::Other,
        }
    }

    /// Its size in bytes, if the server says.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        // Exact up to 2^53; the server writes a float.
        self.listed.size.filter(|size| *size >= 0.0).map(|size| size as u64)
    }

    /// Where a symbolic link points, as it is written in it.
    #[must_use]
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// All that the server said of it.
    #[must_use]
    pub fn listed(&self) -> &DirectoryEntry {
        &self.listed
    }
}

/// A listing, sorted out: the thing itself, and what is in it.
struct Sorted {
    itself: Option<Entry>,
    inside: Vec<Entry>,
}

fn sort(path: &str, listing: DirectoryListing) -> Sorted {
    let mut sorted = Sorted { itself: None, inside: Vec::new() };
    let all = listing.entries.unwrap_or_default();
    let alone = all.len() == 1;
    for listed in all {
        let name = listed.name.clone().unwrap_or_default();
        let is_link = listed.perms.as_deref().is_none_or(|perms| perms.starts_with('l'));
        let (name, target) = match name.split_once(" -> ").filter(|_| is_link) {
            Some((name, target)) => (name.to_owned(), Some(target.to_owned())),
            None => (name, None),
        };
        if matches!(name.as_str(), ".." | "") || name.ends_with("/..") {
            continue;
        }
        let absolute = name.starts_with('/');
        let is_dot = name == "." || name.ends_with("/.");
        let whole = if absolute { RemotePath::new(&name) } else { RemotePath::new(path).join(&name) };
        // A file that is listed alone comes under the name by which it was asked for.
        let is_self = is_dot
            || (absolute && whole.as_str() == path)
            || (alone && !absolute && RemotePath::new(&name).name() == RemotePath::new(path).name());
        let own = if is_self { path.to_owned() } else { whole.to_string() };
        let entry = Entry { path: own, target, listed };
        if is_self {
            sorted.itself.get_or_insert(entry);
        } else {
            sorted.inside.push(entry);
        }
    }
    sorted
}

async fn ask(hub: &Hub, machine: &Machine, path: &RemotePath) -> Result<Sorted> {
    let listing = hub.send(ListDirectory::new(machine.clone(), path.as_str().to_owned())).await?;
    Ok(sort(path.as_str(), listing))
}

/// One thing. A directory that does not list itself is known by having been listed.
pub(crate) async fn entry(hub: &Hub, machine: &Machine, path: &RemotePath) -> Result<Entry> {
    let sorted = ask(hub, machine, path).await?;
    Ok(sorted.itself.unwrap_or_else(|| Entry {
        path: path.to_string(),
        target: None,
        listed: DirectoryEntry { perms: Some("d".into()), name: Some(path.to_string()), ..DirectoryEntry::default() },
    }))
}

/// What is in a directory; anything else, itself.
pub(super) async fn list(hub: &Hub, machine: &Machine, path: &RemotePath) -> Result<Vec<Entry>> {
    let sorted = ask(hub, machine, path).await?;
    Ok(match sorted.itself {
        Some(itself) if itself.kind() != Kind::Directory => vec![itself],
        _ => sorted.inside,
    })
}

/// Links that are followed before it is called a circle.
const MAX_LINKS: usize = 10;

/// One thing, links followed.
pub(super) async fn followed(hub: &Hub, machine: &Machine, path: &RemotePath) -> Result<Entry> {
    let mut path = path.clone();
    for _ in 0..MAX_LINKS {
        let found = entry(hub, machine, &path).await?;
        match (found.kind(), found.target()) {
            (Kind::Symlink, Some(target)) => path = path.parent().join(target),
            _ => return Ok(found),
        }
    }
    Err(Error::new(ErrorKind::Rejected, format!("{path} is a circle of links")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(entries: &[(&str, &str)]) -> DirectoryListing {
        let entry = |(perms, name): &(&str, &str)| DirectoryEntry {
            perms: Some((*perms).into()),
            name: Some((*name).into()),
            ..DirectoryEntry::default()
        };
        DirectoryListing { entries: Some(entries.iter().map(entry).collect()), ..DirectoryListing::default() }
    }

    fn paths(entries: &[Entry]) -> Vec<&str> {
        entries.iter().map(Entry::path).collect()
    }

    #[test]
    fn a_directory_in_all_the_ways_that_it_is_written() {
        for entries in [
            &[("drwx", "."), ("drwx", ".."), ("-rw-", "f"), ("lrwx", "l -> /t/x")][..],
            &[("drwx", "/a/b/."), ("drwx", "/a/b/.."), ("-rw-", "/a/b/f"), ("lrwx", "/a/b/l -> ../x")],
            &[("drwx", "/a/b"), ("-rw-", "//a/b/f"), ("lrwx", "/a/b//l -> x")],
            &[("-rw-", "f"), ("lrwx", "l -> x")],
        ] {
            let sorted = sort("/a/b", listing(entries));
            assert_eq!(paths(&sorted.inside), ["/a/b/f", "/a/b/l"], "{entries:?}");
            assert!(sorted.itself.is_none_or(|itself| itself.kind() == Kind::Directory && itself.path() == "/a/b"));
            assert_eq!(sorted.inside[1].kind(), Kind::Symlink);
        }
    }

    #[test]
    fn a_file_or_link_is_itself() {
        for name in ["/a/f", "//a/f", "f"] {
            let sorted = sort("/a/f", listing(&[("-rw-r--r--", name)]));
            assert_eq!(sorted.itself.map(|itself| (itself.kind(), itself.path)), Some((Kind::File, "/a/f".into())));
        }
        let sorted = sort("/a/l", listing(&[("lrwxrwxrwx", "/a/l -> /b")]));
        let link = sorted.itself.unwrap();
        assert_eq!((link.kind(), link.path(), link.target()), (Kind::Symlink, "/a/l", Some("/b")));
        // An arrow in a plain file's name is part of it.
        let sorted = sort("/a", listing(&[("drwx", "."), ("-rw-", "x -> y")]));
        assert_eq!(paths(&sorted.inside), ["/a/x -> y"]);
    }
}
