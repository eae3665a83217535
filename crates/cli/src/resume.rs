//! Going on where a broken run stopped.
//!
//! The partial file is the only memory: its rows say which computers are there, its name says to which query they
//! belong. The read then proves itself complete over old and new rows together, so a resumed file is as whole as any
//! other.

use crate::{
    failure::{Failure, Outcome},
    output::{Out, Picker, partial_name},
};
use adjutant_core::{
    Error,
    pager::{Key, Seen},
};
use std::{
    fs::{File, OpenOptions},
    io::{BufRead as _, BufReader, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

/// A partial file, opened at its end.
pub(crate) struct Resumed {
    pub(crate) out: Out,
    pub(crate) seen: Seen,
    pub(crate) rows: u64,
}

/// Opens what an earlier run of this query has left, if it has left anything. `key` is the path of the id in a row.
pub(crate) fn open(target: &Path, query: &str, key: &str) -> Outcome<Option<Resumed>> {
    let partial = partial_name(target, query);
    let file = match OpenOptions::new().read(true).write(true).open(&partial) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return match of_another_query(target) {
                Some(other) => Err(Failure::usage(
                    format!("{} was left by another query", other.display()),
                    "resume with the same server, sections, filter and order as before, or begin anew without --resume",
                )),
                None => Ok(None),
            };
        }
        Err(e) => return Err(unreadable(&partial, e)),
    };
    let (seen, rows, end) = read(&file, &partial, key)?;
    let at_end = file.set_len(end).and_then(|()| (&file).seek(SeekFrom::End(0)));
    at_end.map_err(|e| unreadable(&partial, e))?;
    let out = Out::resume(file, partial, target, end);
    Ok(Some(Resumed { out, seen, rows }))
}

/// The ids in complete lines, how many lines, and where the last complete one ends.
fn read(file: &File, partial: &Path, key: &str) -> Outcome<(Seen, u64, u64)> {
    let picker = Picker::new([key])?;
    let mut reader = BufReader::with_capacity(256 << 10, file);
    let (mut seen, mut rows, mut end) = (Seen::default(), 0, 0);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(|e| unreadable(partial, e))?;
        if line.last() != Some(&b'\n') {
            return Ok((seen, rows, end)); // The end, or a line that was cut off.
        }
        rows += 1;
        let id = picker.pick(&line).ok().and_then(|mut found| found.pop()).map(|id| id.text());
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let message = format!("line {rows} of {} is not a row with an {key}", partial.display());
            return Err(Failure::usage(message, "begin anew with --force"));
        };
        if !seen.insert(Key::parse(&id)) {
            let message = format!("line {rows} of {} repeats id {id}", partial.display());
            return Err(Failure::usage(message, "begin anew with --force"));
        }
        end += length as u64;
    }
}

/// A partial file for the same target whose name tells of another query.
fn of_another_query(target: &Path) -> Option<PathBuf> {
    let name = target.file_name()?.to_str()?;
    let folder = target.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let ours = |entry: &std::fs::DirEntry| {
        let found = entry.file_name();
        let rest = found.to_str().and_then(|f| f.strip_prefix(name)).and_then(|r| r.strip_suffix(".partial"));
        rest.is_some_and(|mark| mark.len() == 9 && mark.starts_with('.'))
    };
    let found = std::fs::read_dir(folder).ok()?.flatten().find(ours)?;
    Some(target.with_file_name(found.file_name()))
}

fn unreadable(partial: &Path, error: std::io::Error) -> Failure {
    Error::local(format!("{} cannot be read: {error}", partial.display()), error).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_goes_and_the_rest_counts() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("fleet.jsonl");
        let partial = partial_name(&target, "q");
        assert!(open(&target, "q", "id").unwrap().is_none());
        std::fs::write(&partial, "{\"id\":\"1\"}\n{\"id\":\"5\",\"x\":1}\n{\"id\":\"7").unwrap();
        let resumed = open(&target, "q", "id").unwrap().unwrap();
        assert_eq!((resumed.rows, resumed.seen.len()), (2, 2));
        assert!(resumed.seen.contains(&Key::Number(5)) && !resumed.seen.contains(&Key::Number(7)));
        let mut out = resumed.out;
        out.put(b"{}\n").unwrap();
        out.commit().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "{\"id\":\"1\"}\n{\"id\":\"5\",\"x\":1}\n{}\n");
    }

    #[test]
    fn two_queries_do_not_mix() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("fleet.jsonl");
        std::fs::write(partial_name(&target, "other"), "{\"id\":\"1\"}\n").unwrap();
        let failure = open(&target, "q", "id").err().unwrap();
        assert!(failure.error().unwrap().to_string().ends_with("was left by another query"));
        std::fs::write(partial_name(&target, "q"), "{\"id\":\"1\"}\nnonsense\n").unwrap();
        assert!(open(&target, "q", "id").err().unwrap().error().unwrap().to_string().starts_with("line 2"));
    }
}
