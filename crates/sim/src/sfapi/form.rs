//! Form bodies, and what the server says when a field is missing or wrong.

use super::reply::Refusal;
use crate::query::Query;

/// A form, as the web framework of the real server would check it.
#[derive(Debug)]
pub(crate) struct Form(Query);

impl Form {
    pub(crate) fn read(body: &[u8]) -> Self {
        Self(Query::parse(&String::from_utf8_lossy(body)))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }

    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.all(name).map(str::to_owned).collect()
    }

    /// A field that must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::invalid(&["body", name], "field required", "value_error.missing"))
    }

    /// A truth that must be there.
    pub(crate) fn needed_flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.needed(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "t" | "yes" | "y" => Ok(true),
            "false" | "0" | "off" | "f" | "no" | "n" => Ok(false),
            _ => Err(Refusal::invalid(&["body", name], "value could not be parsed to a boolean", "type_error.bool")),
        }
    }
}
