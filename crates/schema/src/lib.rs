//! What a record is, said once.
//!
//! The servers that adjutant talks to bring some eight thousand types. Derived codecs for them cost minutes of build
//! time and tens of megabytes; so here a type is a plain struct beside a static table ([`Desc`]), and *one* codec,
//! compiled once, reads every table. The same tables serve JSON, XML, query strings, flat columns, redacted `Debug`,
//! examples and property tests.
//!
//! The codec is lenient and loses nothing: members that a table does not know, and values of an unexpected type, are
//! kept as they came (in [`Extra`]) and written back; `null` and "absent" stay apart. Strictness is asked for where it
//! matters: [`require`], [`check`], [`json::decode_strict`].
//!
//! No I/O, no async, no server's name.
#![forbid(unsafe_code)]

pub mod columns;
pub mod desc;
pub mod json;
pub mod query;
pub mod xml;

mod bridge;
mod debug;
mod error;
mod extra;
mod field;
mod name;
mod path;
mod record;
mod slot;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use bridge::{AsSerde, deserialize, serialize};
pub use debug::debug;
pub use desc::{Desc, FieldDesc, Flags, Format, Kind, Rules};
pub use error::{Error, ErrorKind, Result};
pub use extra::{Extra, Raw};
pub use field::Field;
pub use name::Name;
pub use path::{Misfit, check, misfits, missing, require};
pub use record::{Record, nowhere, same};
pub use slot::{Cell, List, Map, Open, Slot, View};

/// What generated code needs from other crates, so that it names only this one.
#[doc(hidden)]
pub mod __private {
    pub use serde;
    pub use serde_json::Value;
}
