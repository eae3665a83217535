//! Strictness, where it is asked for: by path.
//!
//! Reading is lenient as a whole; code that depends on a field says so and gets an error that names the field and what
//! stood there.

use crate::error::excerpt;
use crate::slot::View;
use crate::{Error, ErrorKind, Flags, Record, Result};

/// A field whose value was not of the expected type; the value is kept and will be written back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The field's path: `applications[3].sizeMegabytes`.
    pub path: String,
    /// What stood there, as it came; a short excerpt, or `[redacted]` for a secret.
    pub found: String,
}

/// Every field of the record, however deep, whose value was not of the expected type.
pub fn misfits(record: &dyn Record) -> Vec<Misfit> {
    let mut all = Vec::new();
    walk(record, "", &mut |record, i, path| {
        if let (View::Absent, Some(raw)) = (record.peek(i).view(), record.extra().raw(i)) {
            let found = shown(record, i, raw.text());
            all.push(Misfit { path: path.to_owned(), found });
        }
    });
    all
}

/// The paths of required fields that hold nothing, however deep. Fields that are never answered do not count.
pub fn missing(record: &dyn Record) -> Vec<String> {
    lacking(record, Flags::WRITE_ONLY)
}

/// The paths of required fields that hold nothing, however deep, but for those that `exempt` excuses.
fn lacking(record: &dyn Record, exempt: Flags) -> Vec<String> {
    let mut all = Vec::new();
    walk(record, "", &mut |record, i, path| {
        let flags = record.desc().fields[i].flags;
        let nothing = matches!(record.peek(i).view(), View::Absent)
            && record.extra().raw(i).is_none()
            && !(record.extra().is_null(i) && flags.has(Flags::NULLABLE));
        if nothing && flags.has(Flags::REQUIRED) && !flags.has(exempt) {
            all.push(path.to_owned());
        }
    });
    all
}

/// Fails if a field, however deep, has a value of an unexpected type, or if a required one is missing.
pub fn check(record: &dyn Record) -> Result<()> {
    check_but(record, Flags::WRITE_ONLY)
}

/// As [`check`], for a record that is going to be sent: what only the server sets may be missing.
pub(crate) fn check_request(record: &dyn Record) -> Result<()> {
    check_but(record, Flags::READ_ONLY)
}

fn check_but(record: &dyn Record, exempt: Flags) -> Result<()> {
    if let Some(first) = misfits(record).into_iter().next() {
        let message = format!("the value is not of the expected type: {}", first.found);
        return Err(Error::new(ErrorKind::Misfit, message).path_is(first.path));
    }
    let missing = lacking(record, exempt);
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(Error::new(ErrorKind::Missing, "this required field is missing").path_is(one)),
        [first, ..] => {
            let message = format!("required fields are missing: {}", missing.join(", "));
            Err(Error::new(ErrorKind::Missing, message).path_is(first))
        }
    }
}

/// The value at `path` (`general.name`, `applications[0].name`, wire names), which must be there and of its type.
pub fn require<'a>(record: &'a dyn Record, path: &str) -> Result<View<'a>> {
    let mut view = View::Record(record);
    let mut done = 0;
    let fail = |kind, done: usize, message: String| Err(Error::new(kind, message).path_is(&path[..done]));
    for part in path.split('.') {
        let (name, mut indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        done += usize::from(done > 0) + part.len();
        let View::Record(record) = view else {
            return fail(ErrorKind::Missing, done, "the value above it has no fields".into());
        };
        let Some(i) = record.desc().index(name) else {
            return fail(ErrorKind::Missing, done, format!("{} has no field {name:?}", record.desc().name));
        };
        view = record.peek(i).view();
        if let View::Absent | View::Null = view {
            return match record.extra().raw(i) {
                Some(raw) => {
                    let found = shown(record, i, raw.text());
                    fail(ErrorKind::Misfit, done, format!("the value is not of the expected type: {found}"))
                }
                None if record.extra().is_null(i) || matches!(view, View::Null) => {
                    fail(ErrorKind::Missing, done, "the value is null".into())
                }
                None => fail(ErrorKind::Missing, done, "there is no value".into()),
            };
        }
        while let Some((number, rest)) = indices.strip_prefix('[').and_then(|r| r.split_once(']')) {
            let at = number.parse().unwrap_or(usize::MAX);
            view = if let View::List(list) = view { list.at(at) } else { View::Absent };
            if matches!(view, View::Absent) {
                return fail(ErrorKind::Missing, done, "there is no such item".into());
            }
            indices = rest;
        }
    }
    Ok(view)
}

fn shown(record: &dyn Record, i: usize, text: &str) -> String {
    if record.desc().fields[i].flags.has(Flags::SENSITIVE) { "[redacted]".into() } else { excerpt(text) }
}

/// Calls `f` for each field of the record and of the records in it.
fn walk(record: &dyn Record, path: &str, f: &mut dyn FnMut(&dyn Record, usize, &str)) {
    for (i, field) in record.desc().fields.iter().enumerate() {
        let path = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
        f(record, i, &path);
        walk_view(record.peek(i).view(), &path, f);
    }
}

fn walk_view(view: View<'_>, path: &str, f: &mut dyn FnMut(&dyn Record, usize, &str)) {
    match view {
        View::Record(record) => walk(record, path, f),
        View::List(list) => {
            for i in 0..list.len() {
                match list.at(i) {
                    item @ (View::Record(_) | View::List(_) | View::Map(_)) => {
                        walk_view(item, &format!("{path}[{i}]"), f)
                    }
                    _ => break,
                }
            }
        }
        View::Map(map) => map.each(&mut |key, value| walk_view(value, &format!("{path}.{key}"), f)),
        _ => {}
    }
}
