//! Between XML and JSON where no table says how: kept members that are written in the other notation.
//!
//! Elements become members, repeated elements a list, everything else text; types are not guessed.

use super::encode::{close, escaped, open};
use super::source::{Node, Source};
use crate::Result;
use serde_json::{Map, Value};

/// A kept piece of XML (an element, or an attribute's value) as JSON text.
pub(crate) fn to_json(xml: &str) -> String {
    // Kept pieces are well-formed; whatever is not is text.
    let value = if xml.starts_with('<') { element(xml) } else { Ok(Value::from(plain(xml))) };
    value.unwrap_or_else(|_| Value::from(xml)).to_string()
}

fn plain(escaped: &str) -> String {
    let wrapped = format!("<a>{escaped}</a>");
    let read = Source::new(wrapped.as_bytes()).and_then(|mut source| {
        source.next()?;
        source.text().map(|text| text.map(std::borrow::Cow::into_owned))
    });
    read.ok().flatten().unwrap_or_else(|| escaped.to_owned())
}

fn element(xml: &str) -> Result<Value> {
    let mut source = Source::new(xml.as_bytes())?;
    source.next()?;
    content(&mut source)
}

fn content(source: &mut Source<'_>) -> Result<Value> {
    let (mut members, mut text) = (Map::new(), String::new());
    loop {
        match source.next()? {
            Node::Open(start) => {
                let name = start.name().0.to_owned();
                let value = content(source)?;
                match members.get_mut(&name) {
                    Some(Value::Array(items)) => items.push(value),
                    Some(first) => *first = Value::Array(vec![first.take(), value]),
                    None => drop(members.insert(name, value)),
                }
            }
            Node::Text(part) => text.push_str(&part),
            Node::Close | Node::End if members.is_empty() => return Ok(Value::from(text)),
            Node::Close | Node::End => return Ok(Value::Object(members)),
        }
    }
}

/// A JSON value as the content of an element.
pub(crate) fn from_json(out: &mut String, value: &Value) -> Result<()> {
    match value {
        Value::Null => {}
        Value::String(text) => out.push_str(&escaped(text)?),
        Value::Object(members) => {
            for (name, value) in members {
                put_named(out, name, value)?;
            }
        }
        Value::Array(items) => {
            for item in items {
                put_named(out, "item", item)?;
            }
        }
        other => out.push_str(&other.to_string()),
    }
    Ok(())
}

/// A JSON value as an element of that name; a list as one element for each item.
pub(super) fn put_named(out: &mut String, name: &str, value: &Value) -> Result<()> {
    if let Value::Array(items) = value {
        return items.iter().try_for_each(|item| put_named(out, name, item));
    }
    let fit = |(i, c): (usize, char)| c.is_alphabetic() || c == '_' || (i > 0 && (c.is_numeric() || "-.".contains(c)));
    if name.is_empty() || !name.chars().enumerate().all(fit) {
        let message = format!("{name:?} cannot be the name of an XML element");
        return Err(crate::Error::new(crate::ErrorKind::Unwritable, message));
    }
    open(out, name, std::iter::empty());
    from_json(out, value)?;
    close(out, name);
    Ok(())
}
