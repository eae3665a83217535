//! Every operation once, with example arguments: what foreign validators are shown.
//!
//! Emitted beside the operations, so that a new one is judged without anyone remembering to add it.

use super::list::List;
use super::models::{described, table_kind};
use super::operations::{Argument, Emitted, Output, path_of, rust_type};
use super::plan::{Kind, Plan};
use adjutant_catalogs::{Catalog, Field, Place, Rules};
use std::fmt::Write;

/// The file, without its first line.
pub(super) fn file(catalog: &Catalog, list: &List, plan: &Plan) -> Result<String, String> {
    let mut body = String::new();
    for entry in &list.entries {
        put(&mut body, &Emitted::new(catalog, plan, entry)?).map_err(|e| e.to_string())?;
    }
    let used: Vec<&str> = ["FieldDesc", "Flags", "Format", "Kind", "Rules"]
        .into_iter()
        .filter(|name| body.contains(&format!("{name}::")) || body.contains(&format!("{name} {{")))
        .collect();
    let wrappers: Vec<&str> =
        ["Json", "Pages", "Plain"].into_iter().filter(|name| body.contains(&format!("Box::new({name}("))).collect();
    Ok(format!(
        "//! Every emitted operation of {}, with example arguments.\n\n\
         use crate::example::{{{}, Make}};\n\
         use adjutant_jamf::generated::{{models, operations}};\n\
         use adjutant_schema::testing::value;\n\
         use adjutant_schema::{{{}}};\n\n\
         /// Makes one example of each operation.\n\
         pub(crate) static EVERY: &[Make] = &[\n{body}];\n",
        catalog.name,
        wrappers.join(", "),
        used.join(", "),
    ))
}

fn put(out: &mut String, emitted: &Emitted<'_>) -> std::fmt::Result {
    let entry = emitted.entry;
    let version = entry.version.map_or(String::new(), |v| format!("v{v}::"));
    let place = format!("operations::{}::{version}{}", entry.group, emitted.name);
    let mut takes: Vec<String> = emitted.required().map(argument).collect();
    if let Some((kind, _)) = &emitted.body {
        let field = Field { name: "body".into(), ..Field::default() };
        takes.push(value(kind, &field));
    }
    let optional: Vec<_> = emitted.optional().collect();
    // Without arguments nothing is chosen, and nothing is changed without optional ones.
    let choices = if takes.is_empty() && optional.is_empty() { "_" } else { "choices" };
    let mutable = if optional.is_empty() { "" } else { "mut " };
    writeln!(out, "    |{choices}| {{\n        let {mutable}operation = {place}::new({});", takes.join(", "))?;
    for optional in optional {
        let set = format!("operation.{}({})", optional.name, argument(optional));
        writeln!(out, "        if choices.includes() {{\n            operation = {set};\n        }}")?;
    }
    let wrapper = match (&emitted.output, &emitted.row) {
        (_, Some(_)) => "Pages",
        (Output::Record(_) | Output::Value(_), None) => "Json",
        (Output::Nothing | Output::Bytes(_), None) => "Plain",
    };
    writeln!(out, "        Box::new({wrapper}(operation))\n    }},")
}

fn argument(argument: &Argument<'_>) -> String {
    let param = argument.param;
    let mut rules = param.rules.clone();
    if param.place == Place::Path {
        // An empty segment would be another path.
        rules.get_or_insert_with(Rules::default).min_len.get_or_insert(1);
    }
    let field = Field { name: param.name.clone(), shape: param.shape.clone(), rules, ..Field::default() };
    value(&argument.kind, &field)
}

fn value(kind: &Kind, field: &Field) -> String {
    let table = table_kind(kind, &|name| format!("{}::DESC", path_of(name)), &path_of);
    format!("value::<{}>(const {{ &{} }}, choices)", rust_type(kind), described(field, &table))
}
