//! JSON into records, by their tables.
//!
//! Lenient: what does not fit is kept as it came. One function for every type.

use super::reader::Reader;
use super::scan::{Fault, What};
use crate::slot::{Cell, Open};
use crate::{Error, ErrorKind, Raw, Record, Result};
use serde_json::Value;

/// Reads a record from a JSON object. What its table does not describe is kept in its `extra`.
///
/// A member that comes twice counts as its last value says. Fails if the body is not a JSON object.
pub fn decode<T: Record + Default>(body: &[u8]) -> Result<T> {
    let mut record = T::default();
    fill(&mut record, body)?;
    Ok(record)
}

/// As [`decode`], but a value of an unexpected type or a missing required field is an error.
pub fn decode_strict<T: Record + Default>(body: &[u8]) -> Result<T> {
    let record = decode::<T>(body)?;
    crate::check(&record)?;
    Ok(record)
}

/// Reads any kind of value: a list of records, a map, text. A value of another type is an error.
pub fn decode_value<T: Cell>(body: &[u8]) -> Result<T> {
    let mut value = T::default();
    read(body, value.open())?;
    Ok(value)
}

/// Fills a record that is at its default.
pub fn fill(record: &mut dyn Record, body: &[u8]) -> Result<()> {
    read(body, Open::Record(record))
}

fn read(body: &[u8], open: Open<'_>) -> Result<()> {
    let mut reader = Reader::new(body)?;
    let start = reader.pos;
    match value(&mut reader, open) {
        Ok(Fit::No) => {}
        Ok(_) => return reader.end().map_err(|fault| reader.explain(fault)),
        Err(fault) => return Err(reader.explain(fault)),
    }
    // Does not fit; is it at least JSON?
    reader.pos = start;
    reader.depth = 0;
    let read = reader.skip().and_then(|()| reader.end());
    read.map_err(|fault| reader.explain(fault))?;
    let found = crate::error::excerpt(&reader.text[start..]);
    Err(Error::new(ErrorKind::Misfit, format!("the answer is not of the expected type: {found}")).at(start))
}

/// How a value fits its slot.
#[derive(PartialEq)]
enum Fit {
    Yes,
    /// It fits, but would be spelled differently when written.
    Spelled,
    /// It does not, and the reader may stand anywhere within it.
    No,
}

fn value(reader: &mut Reader<'_>, open: Open<'_>) -> Result<Fit, Fault> {
    match (open, reader.peek()) {
        (Open::Text(text), b'"') => {
            let span = reader.string()?;
            let Some(read) = reader.unescape(span) else { return Ok(Fit::No) };
            text.push_str(&read);
        }
        (Open::Name(name), b'"') => {
            let span = reader.string()?;
            let Some(read) = reader.unescape(span) else { return Ok(Fit::No) };
            name.set(&read);
        }
        (Open::Bool(flag), b't') => {
            reader.literal("true")?;
            *flag = true;
        }
        (Open::Bool(flag), b'f') => {
            reader.literal("false")?;
            *flag = false;
        }
        (Open::Int(number), b'-' | b'0'..=b'9') => match reader.number()? {
            // An integer has no negative zero.
            "-0" => return Ok(Fit::No),
            text => match text.parse() {
                Ok(read) => *number = read,
                Err(_) => return Ok(Fit::No),
            },
        },
        (Open::Float(number), b'-' | b'0'..=b'9') => {
            let text = reader.number()?;
            *number = text.parse().unwrap_or(f64::INFINITY);
            if !number.is_finite() {
                return Ok(Fit::No);
            }
            if super::float(*number) != text {
                return Ok(Fit::Spelled);
            }
        }
        (Open::Record(record), b'{') => members(reader, record)?,
        (Open::List(list), b'[') => {
            let mut more = reader.enter(b']')?;
            while more {
                if value(reader, list.push())? == Fit::No {
                    return Ok(Fit::No);
                }
                more = reader.more(b']')?;
            }
        }
        (Open::Map(map), b'{') => {
            let mut more = reader.enter(b'}')?;
            while more {
                let name = reader.key()?;
                let Some(name) = reader.unescape(name) else { return Ok(Fit::No) };
                if value(reader, map.entry(&name))? == Fit::No {
                    return Ok(Fit::No);
                }
                more = reader.more(b'}')?;
            }
        }
        (Open::Any(any), _) => {
            let start = reader.pos;
            reader.skip()?;
            match serde_json::from_str::<Value>(&reader.text[start..reader.pos]) {
                Ok(read) => *any = read,
                Err(_) => return Ok(Fit::No),
            }
        }
        (_, 0) => return reader.fault(What::Value),
        _ => return Ok(Fit::No),
    }
    Ok(Fit::Yes)
}

fn members(reader: &mut Reader<'_>, record: &mut dyn Record) -> Result<(), Fault> {
    let desc = record.desc();
    let mut next = 0;
    let mut more = reader.enter(b'}')?;
    while more {
        let span = reader.key()?;
        let raw_name = &reader.text[span.start..span.end];
        let known = if span.escaped {
            reader.unescape(span).and_then(|name| desc.index(&name))
        } else {
            desc.index_near(raw_name, next)
        };
        match known {
            Some(i) => {
                if i < next {
                    // Out of order, so it may have come before.
                    record.extra_mut().forget(i);
                }
                next = i + 1;
                field(reader, record, i)?;
            }
            None => {
                let raw = Raw::Json(reader.skip_compact()?.into());
                // A name that no text can hold stays escaped, and is then written escaped twice: still kept.
                let name = reader.unescape(span);
                record.extra_mut().push(None, name.as_deref().unwrap_or(raw_name), raw);
            }
        }
        more = reader.more(b'}')?;
    }
    Ok(())
}

fn field(reader: &mut Reader<'_>, record: &mut dyn Record, i: usize) -> Result<(), Fault> {
    let (start, depth) = (reader.pos, reader.depth);
    if reader.peek() == b'n' {
        reader.literal("null")?;
        if !record.slot(i).nullify() {
            record.extra_mut().set_null(i);
        }
        return Ok(());
    }
    let fit = value(reader, record.slot(i).open())?;
    if fit == Fit::Yes {
        return Ok(());
    }
    if fit == Fit::No {
        record.slot(i).clear();
    }
    (reader.pos, reader.depth) = (start, depth);
    let raw = Raw::Json(reader.skip_compact()?.into());
    record.extra_mut().set_raw(i, raw);
    Ok(())
}
