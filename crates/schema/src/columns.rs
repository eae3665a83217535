//! Records as rows of a flat table, for CSV and terminals.
//!
//! Nested records open into dotted columns (`general.site.name`), in table order. A list of plain values is one column,
//! its items joined by `; `; a list of records, a map, or anything that is not of the expected type is one column of
//! compact JSON: one row stays one record, whatever it holds. Absent and `null` are empty. What the table does not know
//! goes into a last column, [`EXTRA`], as a JSON object, so a flat file loses nothing either.

use crate::desc::{Desc, Kind};
use crate::json::{self, put_text};
use crate::query::plain;
use crate::slot::View;
use crate::{Flags, Raw, Record, Result};

/// The name of the column for members that the table does not know.
pub const EXTRA: &str = "_extra";

/// The columns of one record type.
#[derive(Debug, Clone)]
pub struct Columns {
    desc: &'static Desc,
    headers: Vec<String>,
    columns: Vec<Column>,
}

#[derive(Debug, Clone)]
struct Column {
    /// Field indices from the record down.
    path: Vec<usize>,
}

impl Columns {
    /// All columns of the records that `desc` describes; secrets and [`EXTRA`] included.
    pub fn of(desc: &'static Desc) -> Self {
        let mut all = Self { desc, headers: Vec::new(), columns: Vec::new() };
        all.open(desc, &mut Vec::new(), &mut vec![desc], "");
        all
    }

    fn open(&mut self, desc: &'static Desc, path: &mut Vec<usize>, within: &mut Vec<&'static Desc>, prefix: &str) {
        for (i, field) in desc.fields.iter().enumerate() {
            path.push(i);
            let name = format!("{prefix}{}", field.name);
            match field.kind {
                // A type that contains itself stays one column.
                Kind::Record(inner) if !within.iter().any(|d| std::ptr::eq(*d, inner)) => {
                    within.push(inner);
                    self.open(inner, path, within, &format!("{name}."));
                    within.pop();
                }
                _ => {
                    self.headers.push(name);
                    self.columns.push(Column { path: path.clone() });
                }
            }
            path.pop();
        }
    }

    /// Keeps the columns that `keep` names, by header, in this order of columns.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        let mut headers = self.headers.iter();
        self.columns.retain(|_| headers.next().is_some_and(|h| keep(h)));
        self.headers.retain(|h| keep(h));
    }

    /// The table that the columns were made from.
    pub fn desc(&self) -> &'static Desc {
        self.desc
    }

    /// The names of the columns, without [`EXTRA`].
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Whether column `i` holds a secret.
    pub fn is_sensitive(&self, i: usize) -> bool {
        let mut desc = self.desc;
        let Some(column) = self.columns.get(i) else { return false };
        for &at in &column.path {
            let field = &desc.fields[at];
            if field.flags.has(Flags::SENSITIVE) {
                return true;
            }
            if let Kind::Record(inner) = field.kind {
                desc = inner;
            }
        }
        false
    }

    /// One record's values, a text for each header.
    pub fn row(&self, record: &dyn Record) -> Vec<String> {
        self.columns.iter().map(|column| value(record, &column.path)).collect()
    }

    /// One row of raw JSON, a text for each header; `T` is the type that the columns were made from.
    pub fn row_of_json<T: Record + Default>(&self, row: &[u8]) -> Result<Vec<String>> {
        Ok(self.row(&json::decode::<T>(row)?))
    }
}

/// What the tables do not know of this record and the records in it: a JSON object of dotted paths; empty if nothing.
pub fn extra(record: &dyn Record) -> String {
    let mut out = String::new();
    put_extra(record, "", &mut out);
    if !out.is_empty() {
        out.push('}');
    }
    out
}

fn put_extra(record: &dyn Record, prefix: &str, out: &mut String) {
    for (name, raw) in record.extra().unknown() {
        out.push(if out.is_empty() { '{' } else { ',' });
        put_text(out, &format!("{prefix}{name}"));
        out.push(':');
        out.push_str(&json_of(raw));
    }
    for (i, field) in record.desc().fields.iter().enumerate() {
        // Lists of records are whole in their own column.
        if let View::Record(inner) = record.peek(i).view() {
            put_extra(inner, &format!("{prefix}{}.", field.name), out);
        }
    }
}

fn json_of(raw: &Raw) -> String {
    match raw {
        Raw::Json(text) => text.to_string(),
        Raw::Xml(text) => crate::xml::to_json(text),
    }
}

fn value(record: &dyn Record, path: &[usize]) -> String {
    let [i, rest @ ..] = path else { return String::new() };
    match record.peek(*i).view() {
        View::Absent => record.extra().raw(*i).map(json_of).unwrap_or_default(),
        View::Record(inner) if !rest.is_empty() => value(inner, rest),
        View::List(list) if (0..list.len()).all(|i| is_plain(list.at(i))) => {
            let items: Vec<String> = (0..list.len()).map(|i| plain(list.at(i))).collect();
            items.join("; ")
        }
        view => plain(view),
    }
}

fn is_plain(view: View<'_>) -> bool {
    matches!(view, View::Bool(_) | View::Int(_) | View::Float(_) | View::Text(_))
}
