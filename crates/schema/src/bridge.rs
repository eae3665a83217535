//! serde for every record, by delegation.
//!
//! Users hand records to other serde formats; a derive per type would cost what the tables save. Each model's impl is
//! one call to these. Our own reading and writing does not pass through here.

use crate::slot::View;
use crate::{Raw, Record};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

/// A record as serde sees it: a map from wire names.
#[derive(Debug, Clone, Copy)]
pub struct AsSerde<'a>(pub &'a dyn Record);

impl Serialize for AsSerde<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let extra = self.0.extra();
        let mut map = s.serialize_map(None)?;
        for (i, field) in self.0.desc().fields.iter().enumerate() {
            match (self.0.peek(i).view(), extra.raw(i)) {
                (View::Absent, Some(raw)) => map.serialize_entry(field.name, &dynamic::<S>(raw)?)?,
                (View::Absent, None) if extra.is_null(i) => map.serialize_entry(field.name, &())?,
                (View::Absent, None) => {}
                (view, _) => map.serialize_entry(field.name, &Seen(view))?,
            }
        }
        for (name, raw) in extra.unknown() {
            map.serialize_entry(name, &dynamic::<S>(raw)?)?;
        }
        map.end()
    }
}

fn dynamic<S: Serializer>(raw: &Raw) -> Result<Value, S::Error> {
    match raw {
        Raw::Json(text) => serde_json::from_str(text).map_err(S::Error::custom),
        Raw::Xml(text) => serde_json::from_str(&crate::xml::to_json(text)).map_err(S::Error::custom),
    }
}

struct Seen<'a>(View<'a>);

impl Serialize for Seen<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            View::Absent | View::Null => s.serialize_unit(),
            View::Bool(flag) => s.serialize_bool(flag),
            View::Int(number) => s.serialize_i64(number),
            View::Float(number) => s.serialize_f64(number),
            View::Text(text) => s.serialize_str(text),
            View::Record(record) => AsSerde(record).serialize(s),
            View::List(list) => {
                let mut seq = s.serialize_seq(Some(list.len()))?;
                for i in 0..list.len() {
                    seq.serialize_element(&Seen(list.at(i)))?;
                }
                seq.end()
            }
            View::Map(map) => {
                let mut out = s.serialize_map(Some(map.len()))?;
                let mut failed = None;
                map.each(&mut |key, value| {
                    if failed.is_none() {
                        failed = out.serialize_entry(key, &Seen(value)).err();
                    }
                });
                match failed {
                    Some(e) => Err(e),
                    None => out.end(),
                }
            }
            View::Any(any) => any.serialize(s),
        }
    }
}

/// What each model's `Serialize` calls.
pub fn serialize<S: Serializer>(record: &dyn Record, s: S) -> Result<S::Ok, S::Error> {
    AsSerde(record).serialize(s)
}

/// What each model's `Deserialize` calls: any self-describing format, as leniently as our own JSON.
pub fn deserialize<'de, T: Record + Default, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    let text = Value::deserialize(d)?.to_string();
    crate::json::decode(text.as_bytes()).map_err(D::Error::custom)
}
