//! JSON: read through tables, split into rows, written back.
//!
//! Our own pull reader (docs/decisions/json-reader.md): one pass validates, splits a page and compacts its rows, and
//! whatever a table does not describe can be kept as the bytes that came.

mod decode;
mod encode;
mod locate;
mod page;
mod reader;
mod scan;

pub use decode::{decode, decode_strict, decode_value, fill};
pub use encode::{encode, encode_strict, encode_value};
pub use page::{Page, PageShape, Row, split_page};
pub use reader::{compact, validate};
pub use scan::DEPTH;

pub(crate) use encode::{float, put_text, text_of};
