//! The servers' schemas as facts.
//!
//! Simulators, the CLI's help, generated code and checks all need to know what a server offers; the vendors' documents
//! are large, have mistakes and are not ours to ship. So an importer (`codegen`) turns them into this: paths, verbs,
//! parameters, fields, types, privileges, and what an operation may do. A catalog is a few dozen kilobytes of deflated
//! data that nothing inflates before it is asked for.
#![forbid(unsafe_code)]

mod model;
mod pack;

pub use model::{Answer, Body, Catalog, Field, Media, Operation, Param, Place, Rules, Safety, Schema, Shape, Verb};
pub use pack::{PackError, pack, unpack};

use std::sync::OnceLock;

/// Jamf Pro's JSON API; paths are relative to `/api`.
pub fn jamf_pro() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| own("jamf-pro", include_bytes!("../data/jamf-pro.bin")))
}

/// Jamf Pro's Classic API; paths are relative to `/JSSResource`.
pub fn jamf_classic() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| own("jamf-classic", include_bytes!("../data/jamf-classic.bin")))
}

/// Our own data, held against the sources by tests: if it does not open, the build is broken, and an empty catalog
/// says so at its first use without taking the process down.
fn own(name: &str, data: &[u8]) -> Catalog {
    unpack(data).unwrap_or_else(|_| Catalog { name: name.to_owned(), ..Catalog::default() })
}
