//! Flat columns for spreadsheets.
//!
//! The columns are fixed before the first row, so that a fleet of any size streams through. Text that a spreadsheet
//! would run as a formula (`=HYPERLINK(…)` as a computer's name) gets an apostrophe before it: this is a report. Files
//! that are meant to be read back are never altered like that.

use super::{Flat, pick::Picker};
use crate::failure::Outcome;
use adjutant_core::Error;
use adjutant_schema::{
    columns::{EXTRA, extra},
    json,
};

/// Makes lines of rows.
pub(crate) struct Csv {
    source: Source,
    header: Vec<u8>,
    line: Vec<u8>,
}

enum Source {
    Paths(Picker),
    /// Every column that the record's table knows, and one for what it does not.
    Record(Flat),
}

impl Csv {
    /// Columns by their paths, which are the headers too.
    pub(crate) fn of_paths(paths: &[String]) -> Outcome<Self> {
        let picker = Picker::new(paths.iter().map(String::as_str))?;
        Self::new(Source::Paths(picker), paths.iter().cloned())
    }

    /// The columns of a kind of record.
    pub(crate) fn of_record(flat: Flat) -> Outcome<Self> {
        let headers: Vec<_> = flat.columns.headers().iter().cloned().chain([EXTRA.to_owned()]).collect();
        Self::new(Source::Record(flat), headers.into_iter())
    }

    fn new(source: Source, headers: impl Iterator<Item = String>) -> Outcome<Self> {
        let mut header = Vec::new();
        write(&mut header, headers)?;
        Ok(Self { source, header, line: Vec::new() })
    }

    /// The line of one row, with the header before the first.
    pub(crate) fn row(&mut self, row: &[u8]) -> Outcome<&[u8]> {
        self.line.clear();
        self.line.append(&mut self.header);
        match &self.source {
            Source::Paths(picker) => {
                let found = picker.pick(row)?;
                write(&mut self.line, found.iter().map(super::Found::text))?;
            }
            Source::Record(flat) => {
                let mut record = (flat.blank)();
                json::fill(&mut *record, row).map_err(|e| Error::decode(format!("a row cannot be read: {e}")))?;
                write(&mut self.line, flat.columns.row(&*record).into_iter().chain([extra(&*record)]))?;
            }
        }
        Ok(&self.line)
    }

    /// The header, if no row has brought it.
    pub(crate) fn header(&self) -> &[u8] {
        &self.header
    }
}

fn write(out: &mut Vec<u8>, cells: impl Iterator<Item = String>) -> Result<(), Error> {
    let mut writer = csv::Writer::from_writer(out);
    let done = writer.write_record(cells.map(harmless)).and_then(|()| writer.flush().map_err(Into::into));
    done.map_err(|e| Error::usage(format!("this cannot be written as CSV: {e}")))
}

/// Text that a spreadsheet would take for a formula is marked as text; a number is left alone.
fn harmless(cell: String) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_harmless() {
        let mut csv = Csv::of_paths(&["id", "name", "list"].map(str::to_owned)).unwrap();
        let mut line = |row: &str| String::from_utf8(csv.row(row.as_bytes()).unwrap().to_vec()).unwrap();
        assert_eq!(line(r#"{"id":1,"name":"a, \"b\""}"#), "id,name,list\n1,\"a, \"\"b\"\"\",\n");
        assert_eq!(line(r#"{"name":"=1+1","id":-5,"list":["@a",2]}"#), "-5,'=1+1,'@a; 2\n");
        assert!(csv.header().is_empty());
    }
}
