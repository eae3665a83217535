//! Files that are written, or held against what is there.

use std::fs;
use std::path::{Path, PathBuf};

/// Where generated files go.
pub(crate) struct Output {
    root: PathBuf,
    check: bool,
    written: Vec<String>,
    differing: Vec<String>,
}

impl Output {
    pub(crate) fn new(root: PathBuf, check: bool) -> Self {
        Self { root, check, written: Vec::new(), differing: Vec::new() }
    }

    /// Writes a file, or notes that it differs. `name` is relative to the checkout.
    pub(crate) fn put(&mut self, name: &str, data: impl AsRef<[u8]>) -> Result<(), String> {
        let path = self.root.join(name);
        let fail = |e: std::io::Error| format!("{}: {e}", path.display());
        self.written.push(name.to_owned());
        if fs::read(&path).is_ok_and(|there| there == data.as_ref()) {
            return Ok(());
        }
        self.differing.push(name.to_owned());
        if !self.check {
            fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(fail)?;
            fs::write(&path, data).map_err(fail)?;
        }
        Ok(())
    }

    /// Removes files below `dir` that were not written in this run: they belong to nothing any more.
    pub(crate) fn sweep(&mut self, dir: &str) -> Result<(), String> {
        let mut todo = vec![dir.to_owned()];
        while let Some(dir) = todo.pop() {
            let Ok(entries) = fs::read_dir(self.root.join(&dir)) else { continue };
            let mut names: Vec<_> = entries.flatten().map(|e| (e.file_name(), e.path().is_dir())).collect();
            names.sort();
            for (name, is_dir) in names {
                let name = format!("{dir}/{}", name.to_string_lossy());
                if is_dir {
                    todo.push(name);
                } else if !self.written.contains(&name) {
                    if !self.check {
                        fs::remove_file(self.root.join(&name)).map_err(|e| format!("{name}: {e}"))?;
                    }
                    self.differing.push(name);
                }
            }
        }
        Ok(())
    }

    /// Says what was done; in check mode an error that lists what differs.
    pub(crate) fn finish(&self, command: &str) -> Result<(), String> {
        if !self.check {
            for name in &self.differing {
                println!("wrote {name}");
            }
            println!("{} files, {} changed", self.written.len(), self.differing.len());
            return Ok(());
        }
        if self.differing.is_empty() {
            println!("{} files, all current", self.written.len());
            return Ok(());
        }
        let list = self.differing.join("\n  ");
        Err(format!("not current; run `adjutant-codegen {command}`:\n  {list}"))
    }
}
