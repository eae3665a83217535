//! Query strings, as pairs.
//!
//! A key may repeat (`section=A&section=B`), so a query is a list of pairs and not a map. Percent-encoding is the
//! transport's business.

use crate::slot::{Cell, View};

/// A query under construction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// An empty query.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a parameter if it has a value; a list adds the key once for each item.
    #[must_use]
    pub fn with<T: Cell>(mut self, key: &str, value: Option<&T>) -> Self {
        if let Some(value) = value {
            self.put(key, value.view());
        }
        self
    }

    /// Adds a list as one parameter, its items joined by commas; an empty list is not sent.
    #[must_use]
    pub fn with_joined<T: Cell>(mut self, key: &str, values: &[T]) -> Self {
        if !values.is_empty() {
            let items: Vec<String> = values.iter().map(|value| plain(value.view())).collect();
            self.0.push((key.to_owned(), items.join(",")));
        }
        self
    }

    /// The pairs, in order.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    fn put(&mut self, key: &str, view: View<'_>) {
        match view {
            View::Absent | View::Null => {}
            View::List(list) => {
                for i in 0..list.len() {
                    self.put(key, list.at(i));
                }
            }
            view => self.0.push((key.to_owned(), plain(view))),
        }
    }
}

/// A scalar as plain text; a composite as JSON.
pub(crate) fn plain(view: View<'_>) -> String {
    match view {
        View::Absent | View::Null => String::new(),
        View::Bool(flag) => flag.to_string(),
        View::Int(number) => number.to_string(),
        View::Float(number) => number.to_string(),
        View::Text(text) => text.to_owned(),
        View::Any(serde_json::Value::String(text)) => text.clone(),
        view => crate::json::text_of(view),
    }
}
