//! XML into records, by their tables. Lenient in the same way as JSON.

use super::encode::escape;
use super::source::{Node, Source};
use crate::slot::{Open, View};
use crate::{Error, ErrorKind, FieldDesc, Flags, Kind, Raw, Record, Result};
use quick_xml::events::BytesStart;

/// Reads a record from an XML document. What its table does not describe is kept in its `extra`.
///
/// An empty element is an empty text, list or record; for a number or a flag it is "null". An element that comes twice
/// counts as its first; the others are kept as unknown ones.
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

/// Fills a record that is at its default.
pub fn fill(record: &mut dyn Record, body: &[u8]) -> Result<()> {
    let mut source = Source::new(body)?;
    let root = match source.next()? {
        Node::Open(root) => root,
        _ => return Err(source.error(ErrorKind::Truncated, "the XML document has no root element")),
    };
    let wanted = record.desc().root;
    if !wanted.is_empty() && root.name().0 != wanted {
        let found = crate::error::excerpt(source.raw(0));
        let message = format!("expected the element <{wanted}>, but the answer begins with {found:?}");
        return Err(Error::new(ErrorKind::Foreign, message).at(source.start));
    }
    if !members(&mut source, record, &root)? {
        return Err(source.error(ErrorKind::Misfit, "there is text between the elements"));
    }
    match source.next()? {
        Node::End => Ok(()),
        _ => Err(source.error(ErrorKind::Syntax, "more than one root element")),
    }
}

#[derive(PartialEq)]
enum Fit {
    Yes,
    /// It fits, but would be written differently.
    Spelled,
    /// An empty element where emptiness is no value.
    Null,
    /// It does not fit; the source may stand anywhere within the element.
    No,
}

/// Reads the members of the element that has just been opened, up to its end. `false` if they are mixed with text.
fn members(source: &mut Source<'_>, record: &mut dyn Record, start: &BytesStart<'_>) -> Result<bool> {
    let desc = record.desc();
    for (name, value) in source.attributes(start)? {
        let known = desc.index(&name).filter(|i| desc.fields[*i].flags.has(Flags::ATTRIBUTE));
        let fits = known.is_some_and(|i| scalar(record.slot(i).open(), &value) == Fit::Yes);
        if !fits {
            if let Some(i) = known {
                record.slot(i).clear();
            }
            record.extra_mut().push(None, &format!("@{name}"), Raw::Xml(escape(&value).into()));
        }
    }
    let mut next = 0;
    loop {
        match source.next()? {
            Node::Open(child) => {
                let known = desc.index_near(child.name().0, next);
                match known.filter(|i| !desc.fields[*i].flags.has(Flags::ATTRIBUTE)) {
                    Some(i) => {
                        field(source, record, i, &child)?;
                        next = i + 1;
                    }
                    None => unknown(source, record, None, &child)?,
                }
            }
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(_) => return Ok(false),
            Node::Close => return Ok(true),
            Node::End => return Ok(true),
        }
    }
}

/// Keeps the element that has just been opened, whole.
fn unknown(
    source: &mut Source<'_>,
    record: &mut dyn Record,
    inside: Option<usize>,
    start: &BytesStart<'_>,
) -> Result<()> {
    let from = source.start;
    source.skip_to(source.depth() - 1)?;
    record.extra_mut().push(inside, start.name().0, Raw::Xml(source.raw(from).into()));
    Ok(())
}

fn field(source: &mut Source<'_>, record: &mut dyn Record, i: usize, start: &BytesStart<'_>) -> Result<()> {
    let desc = &record.desc().fields[i];
    let repeats = matches!(desc.kind, Kind::List(_)) && desc.item.is_empty();
    let taken =
        !matches!(record.peek(i).view(), View::Absent) || record.extra().raw(i).is_some() || record.extra().is_null(i);
    if taken && !repeats {
        return unknown(source, record, None, start);
    }
    if repeats {
        return repeated(source, record, i, start);
    }
    let (from, outside) = (source.start, source.depth() - 1);
    if !matches!(desc.kind, Kind::Record(_)) {
        for (name, value) in source.attributes(start)? {
            record.extra_mut().push(Some(i), &format!("@{name}"), Raw::Xml(escape(&value).into()));
        }
    }
    let fit = match desc.kind {
        Kind::List(_) => wrapped(source, record, i, desc)?,
        _ => element(source, record.slot(i).open(), start)?,
    };
    source.skip_to(outside)?;
    match fit {
        Fit::Yes => {}
        Fit::Null => {
            if !record.slot(i).nullify() {
                record.extra_mut().set_null(i);
            }
        }
        Fit::Spelled => record.extra_mut().set_raw(i, Raw::Xml(source.raw(from).into())),
        Fit::No => {
            record.slot(i).clear();
            record.extra_mut().forget_inside(i);
            record.extra_mut().set_raw(i, Raw::Xml(source.raw(from).into()));
        }
    }
    Ok(())
}

/// One more item of a list without a wrapper; one that does not fit is kept as an unknown element.
fn repeated(source: &mut Source<'_>, record: &mut dyn Record, i: usize, start: &BytesStart<'_>) -> Result<()> {
    let plain = !matches!(record.desc().fields[i].kind, Kind::List(Kind::Record(_)));
    if plain && !source.attributes(start)?.is_empty() {
        return unknown(source, record, None, start);
    }
    let (from, outside) = (source.start, source.depth() - 1);
    let mut fit = Fit::No;
    if let Open::List(list) = record.slot(i).lend() {
        fit = element(source, list.push(), start)?;
        if fit != Fit::Yes {
            list.pop();
        }
    }
    source.skip_to(outside)?;
    if fit != Fit::Yes {
        record.extra_mut().push(None, start.name().0, Raw::Xml(source.raw(from).into()));
    }
    Ok(())
}

/// A list within its own element; what stands there besides items is kept.
fn wrapped(source: &mut Source<'_>, record: &mut dyn Record, i: usize, desc: &FieldDesc) -> Result<Fit> {
    record.slot(i).open();
    loop {
        match source.next()? {
            Node::Open(child) if child.name().0 == desc.item => {
                let outside = source.depth() - 1;
                let Open::List(list) = record.slot(i).lend() else { return Ok(Fit::No) };
                let plain = !matches!(desc.kind, Kind::List(Kind::Record(_)));
                if plain && !source.attributes(&child)?.is_empty() {
                    return Ok(Fit::No);
                }
                if element(source, list.push(), &child)? != Fit::Yes {
                    return Ok(Fit::No);
                }
                source.skip_to(outside)?;
            }
            Node::Open(child) => unknown(source, record, Some(i), &child)?,
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(_) => return Ok(Fit::No),
            Node::Close | Node::End => return Ok(Fit::Yes),
        }
    }
}

/// Reads the element that has just been opened.
fn element(source: &mut Source<'_>, open: Open<'_>, start: &BytesStart<'_>) -> Result<Fit> {
    let (from, outside) = (source.start, source.depth() - 1);
    match open {
        Open::Record(record) => Ok(if members(source, record, start)? { Fit::Yes } else { Fit::No }),
        Open::List(_) | Open::Map(_) => Ok(Fit::No),
        Open::Any(any) => {
            source.skip_to(outside)?;
            let text = super::to_json(source.raw(from));
            *any = serde_json::from_str(&text).unwrap_or_default();
            let mut again = String::new();
            let written = super::convert::put_named(&mut again, start.name().0, any).is_ok();
            Ok(if written && again == source.raw(from) { Fit::Yes } else { Fit::Spelled })
        }
        open => Ok(match source.text()? {
            Some(text) => scalar(open, &text),
            None => Fit::No,
        }),
    }
}

fn scalar(open: Open<'_>, text: &str) -> Fit {
    match open {
        Open::Text(to) => to.push_str(text),
        Open::Name(to) => to.set(text),
        Open::Bool(_) | Open::Int(_) | Open::Float(_) if text.is_empty() => return Fit::Null,
        Open::Bool(to) => match text {
            "true" => *to = true,
            "false" => *to = false,
            _ => return Fit::No,
        },
        Open::Int(to) => match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => *to = number,
            _ => return Fit::No,
        },
        Open::Float(to) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                *to = number;
                if crate::json::float(number) != text {
                    return Fit::Spelled;
                }
            }
            _ => return Fit::No,
        },
        Open::Record(_) | Open::List(_) | Open::Map(_) | Open::Any(_) => return Fit::No,
    }
    Fit::Yes
}
