//! A JSON document with its members in the order in which they stand.
//!
//! Field order is a fact of the schema, and `serde_json::Value` sorts it away.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value; objects keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

static NULL: Tree = Tree::Null;

impl Tree {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(text).map_err(|e| e.to_string())
    }

    /// The member `name`; `Null` if there is none.
    pub(crate) fn get(&self, name: &str) -> &Self {
        self.members().iter().find(|(n, _)| n == name).map_or(&NULL, |(_, v)| v)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        match self {
            Self::Map(members) => members.iter_mut().find(|(n, _)| n == name).map(|(_, v)| v),
            _ => None,
        }
    }

    pub(crate) fn members(&self) -> &[(String, Self)] {
        if let Self::Map(members) = self { members } else { &[] }
    }

    pub(crate) fn members_mut(&mut self) -> &mut Vec<(String, Self)> {
        if !matches!(self, Self::Map(_)) {
            *self = Self::Map(Vec::new());
        }
        match self {
            Self::Map(members) => members,
            _ => unreachable!("it was made a map above"),
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(crate) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.items().iter().map(|t| t.text().to_owned()).collect()
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }

    pub(crate) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// A whole number, however it is spelt: `600.0` is one.
    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => Some(*number as i64),
            _ => None,
        }
    }

    /// As JSON text; `None` for `null`.
    pub(crate) fn json(&self) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(flag) => flag.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|i| i.json().unwrap_or_else(|| "null".into())).collect();
                format!("[{}]", items.join(","))
            }
            Self::Map(members) => {
                let one = |(name, value): &(String, Self)| {
                    let name = serde_json::Value::from(name.as_str());
                    format!("{name}:{}", value.json().unwrap_or_else(|| "null".into()))
                };
                format!("{{{}}}", members.iter().map(one).collect::<Vec<_>>().join(","))
            }
        })
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Tree;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Tree, E> {
                Ok(Tree::Null)
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Tree, E> {
                Ok(Tree::Bool(flag))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Tree, E> {
                Ok(Tree::Int(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Tree, E> {
                Ok(i64::try_from(number).map_or(Tree::Float(number as f64), Tree::Int))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Tree, E> {
                Ok(Tree::Float(number))
            }
            fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
                Ok(Tree::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Tree::List(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Tree::Map(members))
            }
        }
        d.deserialize_any(Any)
    }
}
