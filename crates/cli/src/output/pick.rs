//! A few values out of a large row, without building the row.
//!
//! A computer has three hundred members; a table shows seven. One pass over the text finds the members that are
//! wanted and skips the rest; what is found stays the text that the server wrote.

use crate::failure::{Failure, Outcome};
use adjutant_core::Error;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Paths to look for: `id`, `general.name`, `applications.name` (of each).
#[derive(Debug)]
pub(crate) struct Picker {
    root: Node,
    paths: usize,
}

#[derive(Debug, Default)]
struct Node {
    /// Paths that end here.
    ends: Vec<usize>,
    members: Vec<(String, Self)>,
}

/// What is at a path.
#[derive(Clone, Debug, Default)]
pub(crate) enum Found<'a> {
    #[default]
    Nothing,
    One(&'a RawValue),
    /// The path leads through a list.
    Many(Vec<&'a RawValue>),
}

impl Picker {
    /// A picker for these paths.
    pub(crate) fn new<'p>(paths: impl IntoIterator<Item = &'p str>) -> Outcome<Self> {
        let mut picker = Self { root: Node::default(), paths: 0 };
        for path in paths {
            if path.split('.').any(str::is_empty) {
                return Err(Failure::usage(format!("{path:?} is not a path"), "paths look like general.name"));
            }
            let mut node = &mut picker.root;
            for step in path.split('.') {
                let at = node.members.iter().position(|(name, _)| name == step).unwrap_or_else(|| {
                    node.members.push((step.to_owned(), Node::default()));
                    node.members.len() - 1
                });
                node = &mut node.members[at].1;
            }
            node.ends.push(picker.paths);
            picker.paths += 1;
        }
        Ok(picker)
    }

    /// What is at each path of a row, in the paths' order.
    pub(crate) fn pick<'a>(&self, row: &'a [u8]) -> Result<Vec<Found<'a>>, Error> {
        let mut found = vec![Found::Nothing; self.paths];
        let walk = |found: &mut Vec<Found<'a>>| {
            let mut reader = serde_json::Deserializer::from_slice(row);
            Walk { node: &self.root, found, many: false }.deserialize(&mut reader)
        };
        walk(&mut found).map_err(|e| Error::decode(format!("a row is not JSON: {e}")))?;
        Ok(found)
    }
}

struct Walk<'n, 'f, 'a> {
    node: &'n Node,
    found: &'f mut Vec<Found<'a>>,
    many: bool,
}

impl<'a> Walk<'_, '_, 'a> {
    fn note(&mut self, raw: &'a RawValue) {
        for &at in &self.node.ends {
            match (&mut self.found[at], self.many) {
                (Found::Many(many), _) => many.push(raw),
                (slot, true) => *slot = Found::Many(vec![raw]),
                (slot, false) => *slot = Found::One(raw),
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(mut self, reader: D) -> Result<(), D::Error> {
        if self.node.ends.is_empty() {
            return reader.deserialize_any(self);
        }
        let raw = <&RawValue as serde::Deserialize>::deserialize(reader)?;
        self.note(raw);
        if !self.node.members.is_empty() {
            // Both `a` and `a.b` are wanted.
            let mut inner = serde_json::Deserializer::from_str(raw.get());
            serde::Deserializer::deserialize_any(&mut inner, self).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Walk<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(member) = map.next_key_seed(Member(self.node))? {
            match member {
                Some(node) => map.next_value_seed(Walk { node, found: self.found, many: self.many })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        // The paths go on in every item; the list itself is nobody's end.
        let items = Items(self.node);
        while list.next_element_seed(items.walk(self.found))?.is_some() {}
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// Each item of a list: a place where paths go on but none ends.
struct Items<'n>(&'n Node);

impl<'n> Items<'n> {
    fn walk<'f, 'a>(&self, found: &'f mut Vec<Found<'a>>) -> Item<'n, 'f, 'a> {
        Item(Walk { node: self.0, found, many: true })
    }
}

struct Item<'n, 'f, 'a>(Walk<'n, 'f, 'a>);

impl<'de> DeserializeSeed<'de> for Item<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self.0)
    }
}

/// A member's name, compared without being kept.
struct Member<'n>(&'n Node);

impl<'de, 'n> DeserializeSeed<'de> for Member<'n> {
    type Value = Option<&'n Node>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Member<'n> {
    type Value = Option<&'n Node>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.members.iter().find(|(known, _)| known == name).map(|(_, node)| node))
    }
}

impl Found<'_> {
    /// As text for a cell: texts bare, `null` and nothing empty, plain lists joined, the rest as compact JSON.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::One(raw) => plain(raw),
            Self::Many(raws) => raws.iter().map(|raw| plain(raw)).collect::<Vec<_>>().join("; "),
        }
    }
}

/// One value as text for a cell.
pub(super) fn plain(raw: &RawValue) -> String {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'"') => serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()),
        Some(b'n') => String::new(),
        Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(text) {
            Ok(items) if items.iter().all(|item| !item.get().starts_with(['[', '{'])) => {
                items.iter().map(|item| plain(item)).collect::<Vec<_>>().join("; ")
            }
            _ => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(paths: &[&str], row: &str) -> Vec<String> {
        let picker = Picker::new(paths.iter().copied()).unwrap();
        picker.pick(row.as_bytes()).unwrap().iter().map(Found::text).collect()
    }

    #[test]
    fn values_are_found_where_they_are() {
        let row = r#"{"x":[1,{"y":2}],"id":"7","general":{"name":"Oscar\u0027s","n":12345678901234567890123,"z":null},
                      "applications":[{"name":"A","v":1},{"name":"B"},5],"tags":["a","b"],"list":[{"a":1}]}"#;
        assert_eq!(
            texts(&["general.name", "id", "general.n", "general.z", "nothing.here", "tags", "applications.name"], row),
            ["Oscar's", "7", "12345678901234567890123", "", "", "a; b", "A; B"]
        );
        assert_eq!(texts(&["list", "list.a"], row), [r#"[{"a":1}]"#, "1"]);
        assert_eq!(texts(&["id.x", "general"], row)[0], "");
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        let picker = Picker::new(["id"]).unwrap();
        assert!(picker.pick(b"{\"id\":").is_err() && picker.pick(b"<html>").is_err());
        assert!(picker.pick(b"5").is_ok());
        assert!(Picker::new(["a..b"]).is_err() && Picker::new([""]).is_err());
    }
}
