//! The document that the judge serves, for what the judge does not look at.
//!
//! Prism takes a query parameter that the document does not declare for none of its business; a misspelt one would
//! pass. So their names are held against the document here.

use serde_json::Value;
use std::collections::BTreeSet;

/// An OpenAPI document.
pub(crate) struct Document(Value);

impl Document {
    pub(crate) fn open(path: &str) -> Result<Self, String> {
        let text = std::fs::read(path).map_err(|e| format!("{path}: {e}"))?;
        serde_json::from_slice(&text).map(Self).map_err(|e| format!("{path}: {e}"))
    }

    /// The names of an operation's query parameters, deprecated ones left out; `None` if there is no such operation.
    pub(crate) fn query_names(&self, method: &str, path: &str) -> Option<BTreeSet<String>> {
        let item = self.0.get("paths")?.get(path)?;
        let operation = item.get(method.to_ascii_lowercase())?;
        let lists = [item.get("parameters"), operation.get("parameters")];
        let all = lists.into_iter().flatten().filter_map(Value::as_array).flatten().map(|p| self.resolve(p));
        let query = all.filter(|p| p["in"] == "query" && p["deprecated"] != true);
        Some(query.filter_map(|p| p["name"].as_str().map(str::to_owned)).collect())
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let target = value.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        target.and_then(|pointer| self.0.pointer(pointer)).unwrap_or(value)
    }
}
