//! Orders of a list.

use super::fields;
use adjutant_core::Result;
use std::fmt;

/// A field to sort by; becomes a [`Sort`] with [`asc`](SortField::asc) or [`desc`](SortField::desc).
#[derive(Clone, Debug)]
#[must_use = "a field alone sorts nothing"]
pub struct SortField {
    name: String,
    checked: bool,
}

/// Sorts by a field such as `general.name`; unknown names are refused before anything is sent.
pub fn sort(field: impl Into<String>) -> SortField {
    SortField { name: field.into(), checked: true }
}

/// Sorts by a field that this version of the client does not know.
pub fn sort_unchecked(field: impl Into<String>) -> SortField {
    SortField { name: field.into(), checked: false }
}

impl SortField {
    /// Lowest first.
    pub fn asc(self) -> Sort {
        Sort { field: self, descending: false }
    }

    /// Highest first.
    pub fn desc(self) -> Sort {
        Sort { field: self, descending: true }
    }
}

/// One field to sort by, and its direction.
#[derive(Clone, Debug)]
#[must_use = "an order alone sorts nothing"]
pub struct Sort {
    field: SortField,
    descending: bool,
}

impl Sort {
    pub(crate) fn is_by(&self, name: &str) -> bool {
        self.field.name == name
    }

    pub(crate) fn check(&self, known: &[&str]) -> Result<()> {
        super::check_name(&self.field.name)?;
        if self.field.checked { fields::check(&self.field.name, known) } else { Ok(()) }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.field.name, if self.descending { "desc" } else { "asc" })
    }
}
