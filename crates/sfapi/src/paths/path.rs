//! Paths of a machine, taken apart and put together without asking it.
//!
//! They are POSIX paths whatever this machine calls its own, so `std::path` would be wrong on some.

use super::entry::Entry;
use adjutant_core::Unbound;
use std::{fmt, ops::Div, sync::Arc};

/// A path on a machine. Bound to a machine ([`Compute::path`](crate::Compute::path)) it can be read and written.
///
/// ```
/// use adjutant_sfapi::RemotePath;
///
/// let path = RemotePath::new("/home/u") / "run" / "out.tar.gz";
/// assert_eq!(path.as_str(), "/home/u/run/out.tar.gz");
/// assert_eq!((path.name(), path.stem(), path.suffix()), ("out.tar.gz", "out.tar", ".gz"));
/// assert_eq!(path.parent().name(), "run");
/// ```
#[derive(Clone)]
pub struct RemotePath<B = Unbound> {
    bound: B,
    path: String,
    entry: Option<Arc<Entry>>,
}

impl RemotePath {
    /// A path, bound to no machine.
    #[must_use]
    pub fn new(path: impl AsRef<str>) -> Self {
        Self { bound: Unbound, path: normal(path.as_ref()), entry: None }
    }
}

impl<B> RemotePath<B> {
    pub(crate) fn bound(bound: B, path: String) -> Self {
        Self { bound, path: normal(&path), entry: None }
    }

    pub(super) fn binding(&self) -> &B {
        &self.bound
    }

    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.path
    }

    /// What a listing said of it, if it came from one.
    #[must_use]
    pub fn entry(&self) -> Option<&Entry> {
        self.entry.as_deref()
    }

    /// Whether it begins at the root.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        self.path.starts_with('/')
    }

    /// Its last part; empty for the root.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().filter(|name| *name != ".").unwrap_or("")
    }

    /// The name's last ending with its dot (`.gz`); empty if there is none. A name's first dot begins no ending.
    #[must_use]
    pub fn suffix(&self) -> &str {
        let name = self.name();
        match name.rfind('.') {
            Some(at) if at > 0 && at + 1 < name.len() => &name[at..],
            _ => "",
        }
    }

    /// All endings of the name (`.tar`, `.gz`).
    #[must_use]
    pub fn suffixes(&self) -> Vec<&str> {
        let name = self.name();
        if name.ends_with('.') {
            return Vec::new();
        }
        let rest = name.trim_start_matches('.');
        let mut out = Vec::new();
        let mut at = rest.find('.');
        while let Some(start) = at {
            let next = rest[start + 1..].find('.').map(|n| n + start + 1);
            out.push(&rest[start..next.unwrap_or(rest.len())]);
            at = next;
        }
        out
    }

    /// The name without its last ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        let name = self.name();
        &name[..name.len() - self.suffix().len()]
    }

    /// Its parts; the root is one (`/`).
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        let root = self.is_absolute().then_some("/");
        root.into_iter().chain(self.path.split('/').filter(|part| !part.is_empty() && *part != ".")).collect()
    }

    /// Whether there is nothing in the path (`.`).
    fn is_here(&self) -> bool {
        self.path == "."
    }
}

impl<B: Clone> RemotePath<B> {
    pub(super) fn at(&self, path: String) -> Self {
        Self { bound: self.bound.clone(), path: normal(&path), entry: None }
    }

    pub(super) fn sibling(&self, entry: Entry) -> Self {
        let path = normal(entry.path());
        Self { bound: self.bound.clone(), path, entry: Some(Arc::new(entry)) }
    }

    /// The directory that it is in; the root is in itself, and a bare name in `.`.
    #[must_use]
    pub fn parent(&self) -> Self {
        self.at(match self.path.rsplit_once('/') {
            Some(("", _)) => "/".into(),
            Some((parent, _)) => parent.to_owned(),
            None => ".".into(),
        })
    }

    /// All directories that it is in, the nearest first.
    #[must_use]
    pub fn parents(&self) -> Vec<Self> {
        let mut out: Vec<Self> = Vec::new();
        let mut path = self.parent();
        while out.last().map_or(self.path.as_str(), |last| last.path.as_str()) != path.path {
            let next = path.parent();
            out.push(path);
            path = next;
        }
        out
    }

    /// This path with more behind it; an absolute path takes its place.
    #[must_use]
    pub fn join(&self, more: impl AsRef<str>) -> Self {
        let more = more.as_ref();
        if more.starts_with('/') || self.is_here() {
            return self.at(more.to_owned());
        }
        self.at(format!("{}/{more}", self.path))
    }

    /// This path with another name.
    #[must_use]
    pub fn with_name(&self, name: impl AsRef<str>) -> Self {
        self.parent().join(name)
    }
}

/// As `pathlib` writes it: one slash between parts, none at the end, no single dots. Two dots stay: what they mean
/// depends on links.
fn normal(path: &str) -> String {
    let root = if path.starts_with('/') { "/" } else { "" };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let path = format!("{root}{}", parts.join("/"));
    if path.is_empty() { ".".into() } else { path }
}

impl<B: Clone, S: AsRef<str>> Div<S> for RemotePath<B> {
    type Output = Self;

    fn div(self, more: S) -> Self {
        self.join(more)
    }
}

impl<B: Clone, S: AsRef<str>> Div<S> for &RemotePath<B> {
    type Output = RemotePath<B>;

    fn div(self, more: S) -> RemotePath<B> {
        self.join(more)
    }
}

impl<B, C> PartialEq<RemotePath<C>> for RemotePath<B> {
    fn eq(&self, other: &RemotePath<C>) -> bool {
        self.path == other.path
    }
}

impl<B> fmt::Display for RemotePath<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.path)
    }
}

impl<B> fmt::Debug for RemotePath<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemotePath({})", self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_together() {
        let base = RemotePath::new("/a//b/./c/");
        assert_eq!(base.as_str(), "/a/b/c");
        assert_eq!((&base / "d" / "e.txt").as_str(), "/a/b/c/d/e.txt");
        assert_eq!(base.join("/x").as_str(), "/x");
        assert_eq!(base.with_name("z").as_str(), "/a/b/z");
        assert_eq!(RemotePath::new("").join("x").as_str(), "x");
        assert_eq!(RemotePath::new("//x").as_str(), "/x");
        assert_eq!(RemotePath::new("a/../b").as_str(), "a/../b");
    }

    #[test]
    fn taken_apart() {
        let path = RemotePath::new("/home/u/data.tar.gz");
        assert_eq!((path.name(), path.stem(), path.suffix()), ("data.tar.gz", "data.tar", ".gz"));
        assert_eq!(path.suffixes(), [".tar", ".gz"]);
        assert_eq!(path.parts(), ["/", "home", "u", "data.tar.gz"]);
        let parents: Vec<String> = path.parents().iter().map(ToString::to_string).collect();
        assert_eq!(parents, ["/home/u", "/home", "/"]);
        let hidden = RemotePath::new(".bashrc");
        assert_eq!((hidden.stem(), hidden.suffix(), hidden.parent().as_str()), (".bashrc", "", "."));
        let root = RemotePath::new("/");
        assert_eq!((root.name(), root.parent().as_str(), root.parents().len()), ("", "/", 0));
        assert_eq!(RemotePath::new("a.").suffix(), "");
    }
}
