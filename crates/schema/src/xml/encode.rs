//! Records into XML, by their tables: in table order, escaped exactly, with everything that was kept.

use crate::slot::View;
use crate::{Error, ErrorKind, FieldDesc, Flags, Raw, Record, Result};

/// Writes a record as an XML document with its type's own root element.
///
/// `null` and [`Field::Clear`](crate::Field::Clear) become empty elements. Fails on characters that XML cannot carry.
pub fn encode(record: &dyn Record) -> Result<String> {
    match record.desc().root {
        "" => {
            let message = format!("{} has no root element of its own; name one", record.desc().name);
            Err(Error::new(ErrorKind::Unwritable, message))
        }
        root => encode_as(record, root),
    }
}

/// As [`encode`], with the root element `root`.
pub fn encode_as(record: &dyn Record, root: &str) -> Result<String> {
    let mut out = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    put_record(&mut out, root, record)?;
    Ok(out)
}

fn put_record(out: &mut String, name: &str, record: &dyn Record) -> Result<()> {
    let extra = record.extra();
    out.push('<');
    out.push_str(name);
    for (i, field) in record.desc().fields.iter().enumerate() {
        let value = if field.flags.has(Flags::ATTRIBUTE) { scalar(record.peek(i).view()) } else { None };
        if let Some(value) = value {
            put_attribute(out, field.name, &escaped(&value).map_err(|e| within(field.name, e))?);
        }
    }
    put_attributes(out, extra.unknowns(None));
    out.push('>');
    for (i, field) in record.desc().fields.iter().enumerate() {
        if !field.flags.has(Flags::ATTRIBUTE) {
            put_field(out, record, i, field).map_err(|e| within(field.name, e))?;
        }
    }
    for (name, raw) in extra.unknown().filter(|(name, _)| !name.starts_with('@')) {
        put_raw(out, name, raw).map_err(|e| within(name, e))?;
    }
    close(out, name);
    Ok(())
}

fn put_field(out: &mut String, record: &dyn Record, i: usize, field: &FieldDesc) -> Result<()> {
    let extra = record.extra();
    let view = record.peek(i).view();
    match (&view, extra.raw(i)) {
        (View::Absent, Some(raw)) => return put_raw(out, field.name, raw),
        // As it came, as long as it still says the same.
        (View::Float(_) | View::Any(_), Some(Raw::Xml(xml))) if is_still(&view, xml) => {
            out.push_str(xml);
            return Ok(());
        }
        _ => {}
    }
    match view {
        View::Absent if !extra.is_null(i) => Ok(()),
        View::Record(inner) => put_record(out, field.name, inner),
        View::List(list) if field.item.is_empty() => {
            for at in 0..list.len() {
                put_value(out, field.name, list.at(at)).map_err(|e| within(&format!("[{at}]"), e))?;
            }
            Ok(())
        }
        View::List(list) => {
            open(out, field.name, extra.unknowns(Some(i)));
            for (name, raw) in extra.unknowns(Some(i)).filter(|(name, _)| !name.starts_with('@')) {
                put_raw(out, name, raw)?;
            }
            for at in 0..list.len() {
                put_value(out, field.item, list.at(at)).map_err(|e| within(&format!("[{at}]"), e))?;
            }
            close(out, field.name);
            Ok(())
        }
        view => {
            open(out, field.name, extra.unknowns(Some(i)));
            put_content(out, view)?;
            close(out, field.name);
            Ok(())
        }
    }
}

fn is_still(view: &View<'_>, xml: &str) -> bool {
    let text = crate::xml::to_json(xml);
    match view {
        View::Any(any) => serde_json::from_str::<serde_json::Value>(&text).is_ok_and(|was| was == **any),
        View::Float(number) => text.trim_matches('"').parse() == Ok(*number),
        _ => false,
    }
}

fn put_value(out: &mut String, name: &str, view: View<'_>) -> Result<()> {
    if let View::Record(record) = view {
        return put_record(out, name, record);
    }
    open(out, name, std::iter::empty());
    put_content(out, view)?;
    close(out, name);
    Ok(())
}

fn put_content(out: &mut String, view: View<'_>) -> Result<()> {
    match view {
        View::Record(_) | View::List(_) | View::Any(_) => {
            let value: serde_json::Value = serde_json::from_str(&crate::json::text_of(view)).unwrap_or_default();
            super::from_json(out, &value)
        }
        View::Map(map) => {
            let mut failed = Ok(());
            map.each(&mut |key, value| {
                if failed.is_ok() {
                    failed = put_value(out, key, value).map_err(|e| within(key, e));
                }
            });
            failed
        }
        view => {
            out.push_str(&escaped(&scalar(view).unwrap_or_default())?);
            Ok(())
        }
    }
}

fn scalar(view: View<'_>) -> Option<String> {
    match view {
        View::Bool(flag) => Some(flag.to_string()),
        View::Int(number) => Some(number.to_string()),
        View::Float(number) => Some(crate::json::float(number)),
        View::Text(text) => Some(text.to_owned()),
        _ => None,
    }
}

fn put_raw(out: &mut String, name: &str, raw: &Raw) -> Result<()> {
    match raw {
        // Whole elements, with their tags.
        Raw::Xml(xml) => out.push_str(xml),
        Raw::Json(json) => {
            let value = serde_json::from_str(json).unwrap_or_default();
            super::convert::put_named(out, name, &value)?;
        }
    }
    Ok(())
}

pub(super) fn open<'a>(out: &mut String, name: &str, kept: impl Iterator<Item = (&'a str, &'a Raw)>) {
    out.push('<');
    out.push_str(name);
    put_attributes(out, kept);
    out.push('>');
}

fn put_attributes<'a>(out: &mut String, kept: impl Iterator<Item = (&'a str, &'a Raw)>) {
    for (name, raw) in kept {
        if let (Some(name), Raw::Xml(value)) = (name.strip_prefix('@'), raw) {
            put_attribute(out, name, value);
        }
    }
}

fn put_attribute(out: &mut String, name: &str, escaped: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    out.push_str(escaped);
    out.push('"');
}

pub(super) fn close(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn within(name: &str, error: Error) -> Error {
    let path = match error.path() {
        "" => name.to_owned(),
        rest if rest.starts_with('[') => format!("{name}{rest}"),
        rest => format!("{name}.{rest}"),
    };
    error.path_is(path)
}

/// The text with its five special characters and its carriage returns escaped; refused if XML cannot carry it.
pub(super) fn escaped(text: &str) -> Result<String> {
    let bad = |c: &char| matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
    if let Some(c) = text.chars().find(bad) {
        let message = format!("the character U+{:04X} cannot be written in XML; remove it", u32::from(c));
        return Err(Error::new(ErrorKind::Unwritable, message));
    }
    Ok(escape(text))
}

/// As [`escaped`], for text that came from XML.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // A parser would turn it into a line feed.
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}
