//! The models: structs, their tables, open enums.

use super::imports::without_unused;
use super::naming::{code, screaming};
use super::plan::{Kind, Model, Plan, PlannedField, Struct, TypeName};
use adjutant_catalogs::{Catalog, Field, Rules, Shape};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The files of the models, relative to the generated directory.
pub(super) fn files(catalog: &Catalog, plan: &Plan) -> Result<Vec<(String, String)>, String> {
    let mut modules: BTreeMap<Option<u32>, Vec<(&TypeName, &Model)>> = BTreeMap::new();
    modules.entry(None).or_default();
    for (name, model) in &plan.models {
        modules.entry(name.0).or_default().push((name, model));
    }
    let versions: Vec<u32> = modules.keys().flatten().copied().collect();
    let mut files = Vec::new();
    for (version, models) in &modules {
        let mut text = String::new();
        match version {
            None => {
                let _ =
                    writeln!(text, "//! Types of {} {}, each in its newest version.\n", catalog.name, catalog.version);
                for version in &versions {
                    let _ = writeln!(text, "pub mod v{version};");
                }
            }
            Some(version) => {
                let _ = writeln!(text, "//! Types of {} that have newer versions: version {version}.\n", catalog.name);
            }
        }
        text.push_str(
            "use adjutant_schema::{Desc, Extra, FieldDesc, Flags, Format, Kind, Record, Rules, model, open_enum};\n",
        );
        text.push_str("#[allow(unused_imports)]\nuse adjutant_schema::Field;\n");
        for (name, model) in models {
            match model {
                Model::Struct(record) => put_struct(&mut text, name, record),
                Model::Enum { doc, values, variants } => put_enum(&mut text, &name.1, doc, values, variants),
            }
        }
        put_all(&mut text, models);
        let file = version.map_or("models/mod.rs".into(), |v| format!("models/v{v}.rs"));
        files.push((file, without_unused(text)));
    }
    Ok(files)
}

fn put_struct(out: &mut String, name: &TypeName, record: &Struct) {
    let (version, name) = name;
    let note = if record.update { " An update: fields left at `Keep` are not sent." } else { "" };
    let _ = writeln!(out, "\n/// {}{note}\n#[derive(Clone, Default)]\npub struct {name} {{", record.doc);
    for planned in &record.fields {
        let _ = writeln!(
            out,
            "    /// {}\n    pub {}: {},",
            field_doc(planned),
            planned.name,
            field_type(*version, record.update, planned)
        );
    }
    out.push_str("    /// What the table does not describe, kept.\n    pub extra: Extra,\n}\n");
    let table = screaming(name);
    let _ = writeln!(out, "\npub(super) static {table}: Desc = Desc::new({:?}, &[", record.server);
    for planned in &record.fields {
        let _ = writeln!(out, "    {},", field_table(*version, planned));
    }
    out.push_str("]);\n");
    let list: Vec<String> = record.fields.iter().enumerate().map(|(i, f)| format!("{i} {}", f.name)).collect();
    let _ = writeln!(out, "model! {{ {name}, {table}; {} }}", list.join(", "));
}

fn put_enum(out: &mut String, name: &str, doc: &str, values: &[String], variants: &[String]) {
    let _ = writeln!(out, "\nopen_enum! {{\n    /// {doc}\n    pub enum {name} {{");
    for (value, variant) in values.iter().zip(variants) {
        let _ = writeln!(out, "        /// {}.\n        {variant} = {value:?},", code(value));
    }
    out.push_str("    }\n}\n");
}

/// A list of every record in the file, for tests that run over all of them.
fn put_all(out: &mut String, models: &[(&TypeName, &Model)]) {
    out.push_str(
        "\n/// Makes one of each record in this module; for tests that run over all of them.\n#[doc(hidden)]\n",
    );
    out.push_str("pub static EVERY: &[fn() -> Box<dyn Record>] = &[\n");
    for (name, model) in models {
        if let Model::Struct(_) = model {
            let _ = writeln!(out, "    || Box::new({}::default()),", name.1);
        }
    }
    out.push_str("];\n");
}

fn field_doc(planned: &PlannedField) -> String {
    let field = &planned.field;
    let mut doc = code(&field.name);
    let notes = [
        (field.required, "required"),
        (field.read_only, "set by the server"),
        (field.write_only, "never answered"),
        (field.sensitive, "a secret, not shown by `Debug`"),
        (field.deprecated, "deprecated by the server"),
        (planned.kind == Kind::Time, "a date as the server writes it"),
    ];
    for (_, note) in notes.iter().filter(|(is, _)| *is) {
        doc = doc + ", " + note;
    }
    doc + "."
}

/// How a type is called from within a module of models.
fn local(from: Option<u32>, name: &TypeName) -> String {
    match (from, name.0) {
        (from, to) if from == to => name.1.clone(),
        (Some(_), None) => format!("super::{}", name.1),
        (None, Some(to)) => format!("v{to}::{}", name.1),
        (_, Some(to)) => format!("super::v{to}::{}", name.1),
        (None, None) => name.1.clone(),
    }
}

pub(super) fn value_type(kind: &Kind, local: &dyn Fn(&TypeName) -> String) -> String {
    match kind {
        Kind::Bool => "bool".into(),
        Kind::Int => "i64".into(),
        Kind::Float => "f64".into(),
        Kind::Text | Kind::Time => "String".into(),
        Kind::Any => "serde_json::Value".into(),
        Kind::Record(name) | Kind::Enum(name) => local(name),
        Kind::List(inner) => format!("Vec<{}>", value_type(inner, local)),
        Kind::Map(inner) => format!("std::collections::BTreeMap<String, {}>", value_type(inner, local)),
    }
}

fn field_type(from: Option<u32>, update: bool, planned: &PlannedField) -> String {
    let mut inner = value_type(&planned.kind, &|name| local(from, name));
    if planned.boxed {
        inner = format!("Box<{inner}>");
    }
    if update { format!("Field<{inner}>") } else { format!("Option<{inner}>") }
}

fn field_table(from: Option<u32>, planned: &PlannedField) -> String {
    // The static itself: through the associated constant a type that contains itself would be a cycle.
    let table = |name: &TypeName| local(from, &(name.0, screaming(&name.1)));
    let kind = table_kind(&planned.kind, &|name| format!("&{}", table(name)), &|name| local(from, name));
    described(&planned.field, &kind)
}

/// A field's entry in a table.
pub(super) fn described(field: &Field, kind: &str) -> String {
    let mut text = format!("FieldDesc::new({:?}, {kind})", field.name);
    let flags = [
        (field.required, "REQUIRED"),
        (field.sensitive, "SENSITIVE"),
        (field.read_only, "READ_ONLY"),
        (field.write_only, "WRITE_ONLY"),
        (field.nullable, "NULLABLE"),
        (field.deprecated, "DEPRECATED"),
    ];
    let mut set = String::new();
    for (_, flag) in flags.iter().filter(|(is, _)| *is) {
        set = if set.is_empty() { format!("Flags::{flag}") } else { format!("{set}.and(Flags::{flag})") };
    }
    if !set.is_empty() {
        let _ = write!(text, ".with({set})");
    }
    if !field.item.is_empty() {
        let _ = write!(text, ".item({:?})", field.item);
    }
    if let Some(rules) = rules_table(field.rules.as_ref(), &field.shape) {
        let _ = write!(text, ".rules(&{rules})");
    }
    text
}

fn rules_table(rules: Option<&Rules>, shape: &Shape) -> Option<String> {
    let none = Rules::default();
    let rules = rules.unwrap_or(&none);
    let mut parts = Vec::new();
    let mut number = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            parts.push(format!("{name}: Some({value})"));
        }
    };
    number("min_len", rules.min_len.map(|n| n.to_string()));
    number("max_len", rules.max_len.map(|n| n.to_string()));
    number("min", rules.min.map(|n| n.to_string()));
    number("max", rules.max.map(|n| n.to_string()));
    number("pattern", rules.pattern.as_ref().map(|p| format!("{p:?}")));
    number("format", format(rules, shape).map(|f| format!("Format::{f}")));
    (!parts.is_empty()).then(|| format!("Rules {{ {}, ..Rules::NONE }}", parts.join(", ")))
}

/// What a text is written as, where its kind does not say.
fn format(rules: &Rules, shape: &Shape) -> Option<&'static str> {
    match (shape, rules.format.as_deref()) {
        (Shape::List(inner) | Shape::Map(inner), _) => format(rules, inner),
        (Shape::Date, _) => Some("Date"),
        (Shape::Bytes, _) => Some("Base64"),
        (_, Some("uuid")) => Some("Uuid"),
        (_, Some("uri")) => Some("Uri"),
        (_, Some("email")) => Some("Email"),
        (_, Some("ipv4")) => Some("Ipv4"),
        _ => None,
    }
}

/// A kind as a table says it; `table` names a record's table, `names` an enum's type.
pub(super) fn table_kind(
    kind: &Kind,
    table: &dyn Fn(&TypeName) -> String,
    names: &dyn Fn(&TypeName) -> String,
) -> String {
    match kind {
        Kind::Bool => "Kind::Bool".into(),
        Kind::Int => "Kind::Int".into(),
        Kind::Float => "Kind::Float".into(),
        Kind::Text => "Kind::Text".into(),
        Kind::Time => "Kind::Time".into(),
        Kind::Any => "Kind::Any".into(),
        Kind::Record(name) => format!("Kind::Record({})", table(name)),
        Kind::Enum(name) => format!("Kind::Enum({}::NAMES)", names(name)),
        Kind::List(inner) => format!("Kind::List(&{})", table_kind(inner, table, names)),
        Kind::Map(inner) => format!("Kind::Map(&{})", table_kind(inner, table, names)),
    }
}
