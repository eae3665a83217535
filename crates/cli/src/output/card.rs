//! One record for people: a path and a value a line, in the server's order.

use super::{escape, pick::plain};
use adjutant_core::Error;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt::{self, Write as _};

/// Paths are lined up to this width; longer ones stand out.
const WIDEST: usize = 60;

/// A record as lines of `path  value`; empty values are left out, lists of records are numbered from 1.
pub(crate) fn card(record: &[u8]) -> Result<String, Error> {
    let unreadable = |e: serde_json::Error| Error::decode(format!("the answer is not JSON: {e}"));
    let raw: &RawValue = serde_json::from_slice(record.trim_ascii()).map_err(unreadable)?;
    let mut lines = Vec::new();
    walk(raw, &mut String::new(), &mut lines).map_err(unreadable)?;
    let width = lines.iter().map(|(path, _)| path.chars().count()).max().unwrap_or(0).min(WIDEST);
    let mut out = String::new();
    for (path, text) in lines {
        let _ = writeln!(out, "{path:width$}  {}", escape(&text));
    }
    Ok(out)
}

fn walk(raw: &RawValue, path: &mut String, lines: &mut Vec<(String, String)>) -> Result<(), serde_json::Error> {
    let length = path.len();
    match raw.get().as_bytes().first() {
        Some(b'{') => {
            let Members(members) = serde_json::from_str(raw.get())?;
            for (name, member) in members {
                let _ = write!(path, "{}{}", if length == 0 { "" } else { "." }, escape(&name));
                walk(member, path, lines)?;
                path.truncate(length);
            }
        }
        Some(b'[') if raw.get().contains('{') => {
            let items: Vec<&RawValue> = serde_json::from_str(raw.get())?;
            for (i, item) in items.into_iter().enumerate() {
                let _ = write!(path, "[{}]", i + 1);
                walk(item, path, lines)?;
                path.truncate(length);
            }
        }
        _ => {
            let text = plain(raw);
            if !text.is_empty() {
                lines.push((path.clone(), text));
            }
        }
    }
    Ok(())
}

/// An object's members, in their order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        reader.deserialize_map(Each).map(Members)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_line_a_value_in_the_servers_order() {
        let record =
            br#"{"id":"7","general":{"name":"O\u001b","x":null,"e":""},"apps":[{"n":1},{"n":2}],"tags":["a","b"],"n":[]}"#;
        assert_eq!(
            super::card(record).unwrap(),
            "id            7\ngeneral.name  O\\u{1b}\napps[1].n     1\napps[2].n     2\ntags          a; b\n"
        );
        assert!(super::card(b"<html>").is_err());
    }
}
