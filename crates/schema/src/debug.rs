//! `Debug` for every record, with secrets left out.
//!
//! A derived `Debug` prints passwords into logs the first time somebody writes `{:?}`. The table knows which fields are
//! secret, so the one implementation does too. Absent fields are not shown; of unknown members only the names are.

use crate::slot::View;
use crate::{Flags, Record};
use std::fmt::{self, Formatter};

/// Writes a record for a programmer's eyes.
pub fn debug(record: &dyn Record, f: &mut Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(record.desc().name);
    for (i, field) in record.desc().fields.iter().enumerate() {
        let view = record.peek(i).view();
        let raw = record.extra().raw(i);
        match view {
            View::Absent if raw.is_none() => {}
            _ if field.flags.has(Flags::SENSITIVE) => {
                out.field(field.name, &format_args!("[redacted]"));
            }
            View::Absent => {
                let raw = raw.map_or("", |raw| raw.text());
                out.field(field.name, &format_args!("[misfit: {}]", crate::error::excerpt(raw)));
            }
            view => {
                out.field(field.name, &Shown(view));
            }
        }
    }
    if record.extra().unknown().next().is_some() {
        out.field("extra", record.extra());
    }
    out.finish()
}

struct Shown<'a>(View<'a>);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            View::Absent | View::Null => f.write_str("null"),
            View::Bool(flag) => flag.fmt(f),
            View::Int(number) => number.fmt(f),
            View::Float(number) => number.fmt(f),
            View::Text(text) => text.fmt(f),
            View::Record(record) => debug(record, f),
            View::List(list) => f.debug_list().entries((0..list.len()).map(|i| Shown(list.at(i)))).finish(),
            View::Map(map) => {
                let mut out = f.debug_map();
                map.each(&mut |key, value| {
                    out.entry(&key, &Shown(value));
                });
                out.finish()
            }
            View::Any(any) => write!(f, "{any}"),
        }
    }
}
