//! Where results go, and in which form.

use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for people
    Table,
    /// One JSON array
    Json,
    /// One JSON object a line, as the server wrote it
    Jsonl,
    /// Flat columns for spreadsheets
    Csv,
}

impl Format {
    /// By a file's extension.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "txt" => Some(Self::Table),
            _ => None,
        }
    }
}

/// Output flags of a command that lists things.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// [default: by the extension of -o, else table on a terminal, jsonl in a pipe]
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    pub(crate) format: Option<Format>,
    /// Write there; the file appears when it is whole, readable by you alone
    #[arg(short, long, value_name = "FILE", value_parser = file)]
    pub(crate) out: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long)]
    pub(crate) force: bool,
    /// Only these members, by their paths: id,general.name,applications.name
    #[arg(long, value_name = "PATHS", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
}

/// Catches `-o csv`, which would write a file called `csv`.
fn file(text: &str) -> Result<PathBuf, String> {
    match text {
        "table" | "json" | "jsonl" | "csv" | "xml" => Err(format!("did you mean -f {text}? (or ./{text} for a file)")),
        "" => Err("give a file name".to_owned()),
        _ => Ok(PathBuf::from(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_not_a_file() {
        assert_eq!(file("csv").unwrap_err(), "did you mean -f csv? (or ./csv for a file)");
        assert_eq!(file("./csv"), Ok(PathBuf::from("./csv")));
        assert_eq!(Format::of_file(Path::new("a/Fleet.CSV")), Some(Format::Csv));
        assert_eq!(Format::of_file(Path::new("fleet")), None);
    }
}
