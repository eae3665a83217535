//! Values in a filter: what they are called on the wire, and how they are quoted.

use std::fmt::{self, Write as _};

/// A value to compare with: text, a number, a truth value or a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(String);

impl Value {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(text)
    }
}

macro_rules! shown {
    ($($type:ty),*) => { $(
        impl From<$type> for Value {
            fn from(value: $type) -> Self { Self(value.to_string()) }
        }
    )* };
}
// `true` and `false`; numbers as they are; moments as RFC 3339 in UTC (`2024-01-01T00:00:00Z`); dates as `2024-01-01`.
shown!(bool, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize, f32, f64, jiff::Timestamp, jiff::civil::Date);

impl From<&jiff::Zoned> for Value {
    fn from(value: &jiff::Zoned) -> Self {
        value.timestamp().into()
    }
}

/// Writes a text in double quotes.
pub(super) fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

/// A text that means itself where `*` means "anything".
pub(super) fn literal(text: &str) -> String {
    text.replace('*', "\\*")
}
