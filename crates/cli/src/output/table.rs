//! Columns for people, however many rows come.
//!
//! The first rows decide how wide the columns are; from then on each row is written as it comes, so that a list of a
//! hundred thousand needs no more memory than one of a hundred. What does not fit is cut with `…`: a table is for
//! looking, the other forms keep everything.

use super::{Out, pick::Picker, text::escape};
use crate::failure::Outcome;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Rows that decide the widths.
const SAMPLE: usize = 200;
/// No column is wider than this, and none is squeezed below its header or this.
const WIDEST: usize = 48;
const NARROWEST: usize = 8;
const GAP: &str = "  ";

/// A table that is being written.
pub(crate) struct Table {
    picker: Picker,
    headers: Vec<String>,
    /// How many paths each column has; the first that leads to something counts.
    alternatives: Vec<usize>,
    /// Columns of the terminal.
    width: Option<usize>,
    sample: Vec<Vec<String>>,
    /// Known once the sample is complete.
    widths: Vec<usize>,
}

impl Table {
    /// A table of columns, each a header and a path, or several with `|` between.
    pub(crate) fn new(columns: &[(&str, &str)], width: Option<usize>) -> Outcome<Self> {
        let picker = Picker::new(columns.iter().flat_map(|(_, paths)| paths.split('|')))?;
        let headers = columns.iter().map(|(header, _)| header.to_uppercase()).collect();
        let alternatives = columns.iter().map(|(_, paths)| paths.split('|').count()).collect();
        Ok(Self { picker, headers, alternatives, width, sample: Vec::new(), widths: Vec::new() })
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, row: &[u8], out: &mut Out) -> Outcome {
        let found = self.picker.pick(row)?;
        let mut rest = found.iter().map(super::Found::text);
        let cell = |paths: &usize| {
            let texts: Vec<_> = rest.by_ref().take(*paths).collect();
            let first = texts.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
            escape(&first).into_owned()
        };
        let cells: Vec<_> = self.alternatives.iter().map(cell).collect();
        if !self.widths.is_empty() {
            return out.put(line(&cells, &self.widths).as_bytes());
        }
        self.sample.push(cells);
        if self.sample.len() >= SAMPLE { self.settle(out) } else { Ok(()) }
    }

    /// Writes what has waited.
    pub(crate) fn finish(&mut self, out: &mut Out) -> Outcome {
        if self.widths.is_empty() && !self.sample.is_empty() { self.settle(out) } else { Ok(()) }
    }

    fn settle(&mut self, out: &mut Out) -> Outcome {
        let widest = |(i, header): (usize, &String)| {
            let cells = self.sample.iter().map(|cells| cells[i].width()).max().unwrap_or(0);
            cells.max(header.width()).min(WIDEST)
        };
        self.widths = self.headers.iter().enumerate().map(widest).collect();
        if let Some(width) = self.width {
            squeeze(&mut self.widths, width);
        }
        out.put(line(&self.headers, &self.widths).as_bytes())?;
        for cells in std::mem::take(&mut self.sample) {
            out.put(line(&cells, &self.widths).as_bytes())?;
        }
        Ok(())
    }
}

/// Takes from the widest columns until the line fits.
fn squeeze(widths: &mut [usize], width: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > width {
        match widths.iter_mut().max() {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => return,
        }
    }
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut out = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let used = if cell.width() <= *width {
            out.push_str(cell);
            cell.width()
        } else {
            cut(cell, *width, &mut out)
        };
        out.extend(std::iter::repeat_n(' ', width - used));
        out.push_str(GAP);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// Appends as much of a cell as fits, and `…`; says how wide that is.
fn cut(cell: &str, width: usize, out: &mut String) -> usize {
    let mut used = 1;
    for c in cell.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > width {
            break;
        }
        used += wide;
        out.push(c);
    }
    out.push('…');
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_keep_the_columns_straight() {
        let lines = [["電腦", "1"], ["a long name indeed", "2"], ["ab", "3"]]
            .map(|cells| line(&cells.map(str::to_owned), &[10, 2]));
        assert_eq!(lines.concat(), "電腦        1\na long na…  2\nab          3\n");
    }

    #[test]
    fn the_widest_gives_way() {
        let mut widths = [5, 40, 30];
        squeeze(&mut widths, 60);
        assert_eq!(widths.iter().sum::<usize>() + 4, 60);
        assert_eq!(widths[0], 5);
        squeeze(&mut widths, 3);
        assert_eq!(widths, [5, 8, 8]);
    }
}
