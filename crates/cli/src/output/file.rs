//! A file that is whole or not there.
//!
//! Whoever finds `fleet.jsonl` may trust that it is complete: it is written under another name beside it and
//! renamed at the end. What a broken run leaves keeps that other name, which also tells the query it belongs to, so
//! that `--resume` cannot mix two of them.

use crate::{
    connect::places,
    failure::{Failure, Outcome},
    voice,
};
use adjutant_core::{Error, ErrorKind};
use std::{
    fs::{self, File},
    io::{self, BufWriter, IoSlice, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

/// Rows are a few ten kilobytes: this makes one system call of many.
const BUFFER: usize = 256 << 10;
/// Lines handed to the system at once.
const LINES: usize = 256;

/// Where results go.
pub(crate) struct Out {
    sink: Sink,
    bytes: u64,
    /// What fails is called that.
    name: String,
}

enum Sink {
    /// Standard output, or a device that was named.
    Stream(BufWriter<Box<dyn io::Write>>, Option<usize>),
    File {
        file: BufWriter<File>,
        partial: PathBuf,
        target: PathBuf,
    },
}

/// What is left of a run that failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Nothing,
    /// Some rows went to a stream.
    Streamed(u64),
    /// Complete rows are in that file.
    File {
        rows: u64,
        path: PathBuf,
    },
}

impl Out {
    /// Standard output.
    pub(crate) fn stdout() -> Self {
        let stdout = io::stdout();
        let width = stdout.is_terminal().then(terminal_width);
        // The standard library's own buffer looks for line ends in everything: ours makes that rare.
        let sink = Sink::Stream(BufWriter::with_capacity(BUFFER, Box::new(stdout)), width);
        Self { sink, bytes: 0, name: "standard output".into() }
    }

    /// A file to be called `target`. `query` tells what is written from everything else.
    pub(crate) fn file(target: &Path, query: &str, force: bool) -> Outcome<Self> {
        let shown = target.display().to_string();
        match fs::metadata(target) {
            Ok(found) if found.is_dir() => {
                return Err(Failure::usage(format!("{shown} is a folder"), "give a file name after -o"));
            }
            // A device or a pipe is what it is: nothing to replace, nothing to rename.
            Ok(found) if !found.is_file() => {
                let file = fs::OpenOptions::new().write(true).open(target).map_err(|e| failed(&shown, e))?;
                let sink = Sink::Stream(BufWriter::with_capacity(BUFFER, Box::new(file)), None);
                return Ok(Self { sink, bytes: 0, name: shown });
            }
            Ok(_) if !force => {
                return Err(Failure::usage(format!("{shown} exists"), "give another name, or replace it with --force"));
            }
            _ => {}
        }
        let partial = partial_name(target, query);
        if !force && fs::metadata(&partial).is_ok_and(|m| m.len() > 0) {
            let message = format!("{} is left from a run that broke off", partial.display());
            return Err(Failure::usage(message, "go on with --resume, or begin anew with --force"));
        }
        let file = places::private().write(true).create(true).truncate(true).open(&partial);
        let file = file.map_err(|e| failed(&partial.display().to_string(), e))?;
        Ok(Self::over(file, partial, target, shown))
    }

    /// Goes on with a partial file that has been opened and read to its end.
    pub(crate) fn resume(file: File, partial: PathBuf, target: &Path, bytes: u64) -> Self {
        let shown = target.display().to_string();
        Self { bytes, ..Self::over(file, partial, target, shown) }
    }

    fn over(file: File, partial: PathBuf, target: &Path, name: String) -> Self {
        let file = BufWriter::with_capacity(BUFFER, file);
        Self { sink: Sink::File { file, partial, target: target.into() }, bytes: 0, name }
    }

    /// Columns of the terminal, if that is where it goes.
    pub(crate) fn width(&self) -> Option<usize> {
        match &self.sink {
            Sink::Stream(_, width) => *width,
            Sink::File { .. } => None,
        }
    }

    /// Writes some bytes.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Outcome {
        let done = match &mut self.sink {
            Sink::Stream(stream, _) => stream.write_all(bytes),
            Sink::File { file, .. } => file.write_all(bytes),
        };
        self.bytes += bytes.len() as u64;
        done.map_err(|e| failed(&self.name, e))
    }

    /// Writes lines straight from where they lie: most of an export's bytes are copied once less.
    pub(crate) fn put_lines<'a>(&mut self, lines: impl Iterator<Item = &'a [u8]>) -> Outcome {
        let mut slices = Vec::with_capacity(2 * LINES);
        for line in lines {
            slices.extend([IoSlice::new(line), IoSlice::new(b"\n")]);
            self.bytes += line.len() as u64 + 1;
            if slices.len() >= 2 * LINES {
                self.put_slices(&mut slices)?;
                slices.clear();
            }
        }
        self.put_slices(&mut slices)
    }

    fn put_slices(&mut self, mut slices: &mut [IoSlice<'_>]) -> Outcome {
        let mut write = || {
            match &mut self.sink {
                Sink::Stream(stream, _) => stream.flush()?,
                Sink::File { file, .. } => file.flush()?,
            }
            while !slices.is_empty() {
                let written = match &mut self.sink {
                    Sink::Stream(stream, _) => stream.get_mut().write_vectored(slices),
                    Sink::File { file, .. } => file.get_mut().write_vectored(slices),
                };
                match written {
                    Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                    Ok(count) => IoSlice::advance_slices(&mut slices, count),
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    Err(e) => return Err(e),
                }
            }
            Ok(())
        };
        write().map_err(|e| failed(&self.name, e))
    }

    /// Shows what there is to whoever reads along; a file has no such reader.
    pub(crate) fn pause(&mut self) -> Outcome {
        match &mut self.sink {
            Sink::Stream(stream, _) => stream.flush().map_err(|e| failed(&self.name, e)),
            Sink::File { .. } => Ok(()),
        }
    }

    /// Brings everything to its place; the file gets its name. Returns the bytes in it.
    pub(crate) fn commit(&mut self) -> Outcome<u64> {
        let done = match &mut self.sink {
            Sink::Stream(stream, _) => stream.flush(),
            Sink::File { file, partial, target } => {
                // A full disk or quota may show only here.
                file.flush().and_then(|()| file.get_ref().sync_all()).and_then(|()| fs::rename(partial, target))
            }
        };
        done.map_err(|e| failed(&self.name, e))?;
        Ok(self.bytes)
    }

    /// Keeps the `rows` written so far, if there are any.
    pub(crate) fn keep(self, rows: u64) -> Kept {
        match self.sink {
            Sink::Stream(mut stream, _) => {
                let _ = stream.flush();
                // What cannot be flushed now must not be tried again on drop.
                drop(stream.into_parts());
                if rows == 0 { Kept::Nothing } else { Kept::Streamed(rows) }
            }
            Sink::File { mut file, partial, .. } => {
                let _ = file.flush();
                let (file, _) = file.into_parts();
                if file.metadata().is_ok_and(|m| m.len() > 0) {
                    return Kept::File { rows, path: partial };
                }
                let _ = fs::remove_file(&partial);
                Kept::Nothing
            }
        }
    }
}

/// `fleet.jsonl` and a query as `fleet.jsonl.1f2e3d4c.partial`.
pub(crate) fn partial_name(target: &Path, query: &str) -> PathBuf {
    // FNV-1a: the same on every machine and in every version.
    let mark = query.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{mark:08x}.partial"));
    target.with_file_name(name)
}

/// Why writing failed, in words that say what to do.
fn failed(name: &str, error: io::Error) -> Failure {
    let hint = match error.kind() {
        io::ErrorKind::BrokenPipe => return Failure::Unheard,
        io::ErrorKind::StorageFull => "free some space, or write elsewhere with -o",
        io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "the limit for you is reached: write elsewhere with -o"
        }
        io::ErrorKind::NotFound => "the folder must exist: make it first",
        io::ErrorKind::PermissionDenied => "write to a folder of your own with -o",
        _ => "write elsewhere with -o",
    };
    let what = match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    };
    Failure::Error(
        Error::new(ErrorKind::Local, format!("{name} cannot be written: {what}")).with_hint(hint).with_source(error),
    )
}

/// Columns of the terminal that standard output is.
fn terminal_width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.unwrap_or_else(|| usize::from(console::Term::stdout().size().1))
}

impl Kept {
    /// What is left, for people; nothing if nothing is.
    pub(crate) fn words(&self) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::Streamed(rows) => Some(format!("{} rows had been written", voice::count(*rows))),
            Self::File { path, .. } => Some(format!("what was complete is kept in {}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_file_is_whole_or_not_there() {
        let folder = folder();
        let target = folder.path().join("fleet.jsonl");
        let mut out = Out::file(&target, "q", false).unwrap();
        out.put(b"{}\n").unwrap();
        assert!(!target.exists());
        assert_eq!(out.commit().unwrap(), 3);
        assert_eq!(fs::read(&target).unwrap(), b"{}\n");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        assert!(!places::is_shared(&target));
        assert!(Out::file(&target, "q", false).err().unwrap().error().unwrap().to_string().ends_with("exists"));
        assert!(Out::file(&target, "q", true).is_ok());
    }

    #[test]
    fn what_a_broken_run_leaves_is_not_overwritten_unasked() {
        let folder = folder();
        let target = folder.path().join("fleet.jsonl");
        let mut out = Out::file(&target, "q", false).unwrap();
        out.put(b"{}\n").unwrap();
        let path = partial_name(&target, "q");
        assert_eq!(out.keep(1), Kept::File { rows: 1, path: path.clone() });
        assert!(path.exists() && !target.exists());
        assert!(Out::file(&target, "q", false).is_err());
        assert!(Out::file(&target, "another query", false).is_ok());
        assert_eq!(Out::file(&target, "q", true).unwrap().keep(0), Kept::Nothing);
        assert!(!path.exists());
    }
}
