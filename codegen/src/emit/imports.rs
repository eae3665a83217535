//! Imports of generated files: what is not used would be a warning, and an `allow` would hide real ones.

/// What operations may need.
pub(super) const OPERATIONS: &str = "use super::super::{models, support};
use adjutant_core::path::segment;
use adjutant_core::pager::{Audit, Page, Row};
use adjutant_core::request::{Request, Response};
use adjutant_core::{OpInfo, Operation, Paged, Result, Safety, Unbound};
use adjutant_schema::query::Query;
use http::Method;
use std::sync::Arc;
";

/// Leaves out imports that a file does not use.
pub(super) fn used(text: &str) -> String {
    let needs = [
        ("use super::super::{models, support};", "models::", "use super::super::support;"),
        ("use adjutant_core::path::segment;\n", "segment(", ""),
        ("{Audit, Page, Row}", "Arc<dyn Audit>", "{Page, Row}"),
        ("use adjutant_core::pager::{Page, Row};\n", "Result<Page>", ""),
        ("Operation, Paged, Result", "impl<B: Clone + Send + Sync + 'static> Paged", "Operation, Result"),
        ("use adjutant_schema::query::Query;\n", "Query::new()", ""),
        ("use std::sync::Arc;\n", "Arc<", ""),
    ];
    let body = text[text.find(OPERATIONS).unwrap_or(0) + OPERATIONS.len()..].to_owned();
    let mut text = text.to_owned();
    for (import, mark, instead) in needs {
        if !body.contains(mark) {
            text = text.replacen(import, instead, 1);
        }
    }
    text.replacen(
        "use super::super::support;",
        if body.contains("support::") { "use super::super::support;" } else { "" },
        1,
    )
}

/// Imports that a file does not need would be warnings, and an `allow` would hide real ones.
pub(super) fn without_unused(text: String) -> String {
    let wanted =
        ["Desc", "Extra", "Field", "FieldDesc", "Flags", "Format", "Kind", "Record", "Rules", "model", "open_enum"];
    let start = text.find("use adjutant_schema::{").unwrap_or(0);
    let end = text.find("use adjutant_schema::Field;\n").map_or(0, |at| at + "use adjutant_schema::Field;\n".len());
    let body = &text[end..];
    let used = |name: &&&str| {
        let marks = match **name {
            "model" => vec!["model! {"],
            "open_enum" => vec!["open_enum! {"],
            "Field" => vec!["Field<"],
            "Rules" => vec!["Rules {"],
            "Format" => vec!["Format::"],
            "Flags" => vec!["Flags::"],
            "Kind" => vec!["Kind::"],
            "Record" => vec!["dyn Record"],
            "Desc" => vec![": Desc ="],
            "FieldDesc" => vec!["FieldDesc::"],
            _ => vec!["extra: Extra"],
        };
        marks.iter().any(|mark| body.contains(mark))
    };
    let names: Vec<&str> = wanted.iter().filter(used).copied().collect();
    format!("{}use adjutant_schema::{{{}}};\n{body}", &text[..start], names.join(", "))
}
