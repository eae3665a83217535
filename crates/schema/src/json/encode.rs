//! Records into JSON, by their tables: compact, in table order, with everything that was kept.

use crate::slot::{Cell, View};
use crate::{Error, ErrorKind, Raw, Record, Result};
use std::fmt::Write;

/// Writes a record as compact JSON.
///
/// Fails only on a number that JSON cannot say (infinity, not-a-number).
pub fn encode(record: &dyn Record) -> Result<Vec<u8>> {
    let mut out = String::with_capacity(1024);
    put_record(&mut out, record)?;
    Ok(out.into_bytes())
}

/// As [`encode`], after checking that every required field is there: for requests, so what only the server sets may be
/// missing.
pub fn encode_strict(record: &dyn Record) -> Result<Vec<u8>> {
    crate::path::check_request(record)?;
    encode(record)
}

/// Writes any kind of value: a list of records, a map, text.
pub fn encode_value<T: Cell>(value: &T) -> Result<Vec<u8>> {
    let mut out = String::with_capacity(256);
    put(&mut out, value.view())?;
    Ok(out.into_bytes())
}

fn put_record(out: &mut String, record: &dyn Record) -> Result<()> {
    let extra = record.extra();
    let mut lead = '{';
    for (i, field) in record.desc().fields.iter().enumerate() {
        let view = record.peek(i).view();
        let raw = match (&view, extra.raw(i)) {
            (View::Absent, None) if extra.is_null(i) => Some("null"),
            (View::Absent, None) => continue,
            (View::Absent, Some(Raw::Json(raw))) => Some(&**raw),
            // The spelling that came, as long as the number is still the same.
            (View::Float(number), Some(Raw::Json(raw))) if raw.parse() == Ok(*number) => Some(&**raw),
            _ => None,
        };
        let kept = match (&view, extra.raw(i)) {
            (View::Absent, Some(Raw::Xml(xml))) => Some(crate::xml::to_json(xml)),
            _ => None,
        };
        out.push(lead);
        lead = ',';
        put_text(out, field.name);
        out.push(':');
        match raw.or(kept.as_deref()) {
            Some(raw) => out.push_str(raw),
            None => put(out, view).map_err(|e| within(field.name, e))?,
        }
    }
    for (name, raw) in extra.unknown() {
        out.push(lead);
        lead = ',';
        put_text(out, name);
        out.push(':');
        match raw {
            Raw::Json(raw) => out.push_str(raw),
            Raw::Xml(xml) => out.push_str(&crate::xml::to_json(xml)),
        }
    }
    if lead == '{' {
        out.push(lead);
    }
    out.push('}');
    Ok(())
}

fn within(name: &str, error: Error) -> Error {
    let path = match error.path() {
        "" => name.to_owned(),
        rest if rest.starts_with('[') => format!("{name}{rest}"),
        rest => format!("{name}.{rest}"),
    };
    error.path_is(path)
}

fn put(out: &mut String, view: View<'_>) -> Result<()> {
    match view {
        View::Absent | View::Null => out.push_str("null"),
        View::Bool(flag) => out.push_str(if flag { "true" } else { "false" }),
        View::Int(number) => write!(out, "{number}").unwrap_or_default(),
        View::Float(number) if number.is_finite() => out.push_str(&float(number)),
        View::Float(number) => {
            return Err(Error::new(ErrorKind::Unwritable, format!("JSON has no way to write {number}")));
        }
        View::Text(text) => put_text(out, text),
        View::Record(record) => put_record(out, record)?,
        View::List(list) => {
            out.push('[');
            for i in 0..list.len() {
                if i > 0 {
                    out.push(',');
                }
                put(out, list.at(i)).map_err(|e| within(&format!("[{i}]"), e))?;
            }
            out.push(']');
        }
        View::Map(map) => {
            let mut lead = '{';
            let mut failed = None;
            map.each(&mut |key, value| {
                out.push(lead);
                lead = ',';
                put_text(out, key);
                out.push(':');
                if let Err(e) = put(out, value) {
                    failed = Some(within(key, e));
                }
            });
            if let Some(e) = failed {
                return Err(e);
            }
            if lead == '{' {
                out.push(lead);
            }
            out.push('}');
        }
        View::Any(any) => write!(out, "{any}").unwrap_or_default(),
    }
    Ok(())
}

/// A finite number as JSON spells it; whole numbers of moderate size without a fraction.
pub(crate) fn float(number: f64) -> String {
    let mut text = format!("{number:?}");
    if text.ends_with(".0") && text != "-0.0" {
        text.truncate(text.len() - 2);
    }
    text
}

/// Writes a string with its quotes.
pub(crate) fn put_text(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (i, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(&text[from..i]);
        from = i + 1;
        if escaped.is_empty() {
            write!(out, "\\u{byte:04x}").unwrap_or_default();
        } else {
            out.push_str(escaped);
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Any value as JSON text; what JSON cannot say becomes `null`.
pub(crate) fn text_of(view: View<'_>) -> String {
    let mut out = String::new();
    match put(&mut out, view) {
        Ok(()) => out,
        Err(_) => "null".into(),
    }
}
