//! XML: read through tables, written back, without namespaces as Jamf's Classic API writes it.
//!
//! Tokenising is quick-xml's. What is ours: `O&apos;Brien` is one text though it comes in three events; there is no DTD
//! and no entity beyond the five; depth is bounded; and no character goes out that XML cannot carry.

mod convert;
mod decode;
mod encode;
mod source;

pub use decode::{decode, decode_strict, fill};
pub use encode::{encode, encode_as};
pub use source::DEPTH;

pub(crate) use convert::{from_json, to_json};
