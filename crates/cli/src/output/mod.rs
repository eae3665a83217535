//! Results, from rows as they came to a file that is whole.
//!
//! Whatever only passes rows through (JSON Lines, JSON) copies their bytes and decodes nothing: that is what keeps a
//! fleet of a hundred thousand cheap. Forms for people and spreadsheets decode what they show.

mod card;
mod csv;
mod file;
mod pick;
mod select;
mod table;
mod text;

pub(crate) use card::card;
pub(crate) use file::{Kept, Out, partial_name};
pub(crate) use pick::{Found, Picker};
pub(crate) use text::escape;

use crate::{args, args::Format, failure::Outcome};
use adjutant_core::pager::Row;
use adjutant_schema::{Record, columns::Columns};
use select::Select;
use std::io::IsTerminal as _;

/// The form in which results are written: as asked, else by the file's name, else by who reads.
pub(crate) fn format(output: &args::Output) -> Format {
    let piped = || if std::io::stdout().is_terminal() { Format::Table } else { Format::Jsonl };
    let by_name = |path: &std::path::PathBuf| Format::of_file(path).unwrap_or(Format::Jsonl);
    output.format.unwrap_or_else(|| output.out.as_ref().map_or_else(piped, by_name))
}

/// Writes rows of JSON in one of the forms.
pub(crate) struct Writer {
    form: Form,
    out: Out,
    rows: u64,
}

enum Form {
    Lines,
    Array,
    Selected { select: Select, array: bool },
    Csv(Box<csv::Csv>),
    Table(Box<table::Table>),
}

/// What flat forms show of a kind of row.
pub(crate) struct Shape {
    /// CSV: all of the record.
    pub(crate) flat: Flat,
    /// Tables: headers, and where their values are.
    pub(crate) table: Vec<(&'static str, &'static str)>,
}

/// A record's columns, and how to make an empty one.
pub(crate) struct Flat {
    pub(crate) columns: Columns,
    pub(crate) blank: fn() -> Box<dyn Record>,
}

impl Writer {
    /// A writer to `out`; with `select`, only those members.
    pub(crate) fn new(out: Out, format: Format, select: &[String], shape: Shape) -> Outcome<Self> {
        let form = match format {
            Format::Jsonl if select.is_empty() => Form::Lines,
            Format::Json if select.is_empty() => Form::Array,
            Format::Jsonl | Format::Json => {
                Form::Selected { select: Select::new(select)?, array: format == Format::Json }
            }
            Format::Csv if select.is_empty() => Form::Csv(Box::new(csv::Csv::of_record(shape.flat)?)),
            Format::Csv => Form::Csv(Box::new(csv::Csv::of_paths(select)?)),
            Format::Table if select.is_empty() => Form::Table(Box::new(table::Table::new(&shape.table, out.width())?)),
            Format::Table => {
                let columns: Vec<_> = select.iter().map(|path| (path.as_str(), path.as_str())).collect();
                Form::Table(Box::new(table::Table::new(&columns, out.width())?))
            }
        };
        Ok(Self { form, out, rows: 0 })
    }

    /// Whether a person sees the rows appear: a bar would run through them.
    pub(crate) fn is_seen(&self) -> bool {
        self.out.width().is_some()
    }

    /// Writes one row.
    pub(crate) fn row(&mut self, json: &[u8]) -> Outcome {
        let first = self.rows == 0;
        self.rows += 1;
        let out = &mut self.out;
        match &mut self.form {
            Form::Lines => {
                out.put(json)?;
                out.put(b"\n")
            }
            Form::Array => {
                out.put(if first { b"[\n" } else { b",\n" })?;
                out.put(json)
            }
            Form::Selected { select, array } => {
                let before: &[u8] = match (*array, first) {
                    (false, _) => b"",
                    (true, true) => b"[\n",
                    (true, false) => b",\n",
                };
                out.put(before)?;
                out.put(&select.of(json)?)?;
                out.put(if *array { b"" } else { b"\n" })
            }
            Form::Csv(csv) => out.put(csv.row(json)?),
            Form::Table(table) => table.row(json, out),
        }
    }

    /// Writes the rows of a page.
    pub(crate) fn page(&mut self, rows: &[Row]) -> Outcome {
        if let Form::Lines = self.form {
            self.out.put_lines(rows.iter().map(|row| &*row.bytes))?;
            self.rows += rows.len() as u64;
        } else {
            rows.iter().try_for_each(|row| self.row(&row.bytes))?;
        }
        self.out.pause()
    }

    /// Writes what comes last, and gives the file its name. Says how many bytes there are.
    pub(crate) fn finish(&mut self) -> Outcome<u64> {
        match &mut self.form {
            Form::Array | Form::Selected { array: true, .. } => {
                self.out.put(if self.rows == 0 { b"[]\n" } else { b"\n]\n" })?;
            }
            Form::Csv(csv) => self.out.put(csv.header())?,
            Form::Table(table) => table.finish(&mut self.out)?,
            Form::Lines | Form::Selected { .. } => {}
        }
        self.out.commit()
    }

    /// After a failure: keeps what is whole.
    pub(crate) fn keep(mut self) -> Kept {
        if let Form::Table(table) = &mut self.form {
            let _ = table.finish(&mut self.out);
        }
        self.out.keep(self.rows)
    }
}
