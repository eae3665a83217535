//! What is emitted, and under which name, before a line is written.
//!
//! A schema that is sent in a PATCH becomes a struct of `Field`s (keep, clear, set); where the same schema is also
//! read, the two are two types. Of a schema's versions the newest has the plain name; older ones live in `v1`, `v2`, ….

use super::list::List;
use super::naming::{code, family, pascal, snake, variants};
use adjutant_catalogs::{Catalog, Field, Media, Operation, Schema, Shape, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// A type's place: module version (`None` is the newest) and name.
pub(super) type TypeName = (Option<u32>, String);

pub(super) enum Model {
    Struct(Struct),
    Enum { doc: String, values: Vec<String>, variants: Vec<String> },
}

pub(super) struct Struct {
    /// The server's name.
    pub(super) server: String,
    pub(super) doc: String,
    pub(super) update: bool,
    pub(super) fields: Vec<PlannedField>,
}

pub(super) struct PlannedField {
    pub(super) field: Field,
    pub(super) name: String,
    pub(super) kind: Kind,
    /// Held in a `Box`, because the type contains itself.
    pub(super) boxed: bool,
}

/// A field's type, resolved.
#[derive(Clone, PartialEq)]
pub(super) enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Time,
    Any,
    Record(TypeName),
    Enum(TypeName),
    List(Box<Self>),
    Map(Box<Self>),
}

pub(super) struct Plan {
    catalog: &'static Catalog,
    newest: BTreeMap<String, u32>,
    /// Schemas that some operation of the whole catalog reads, or takes other than by PATCH.
    read: BTreeSet<String>,
    pub(super) models: BTreeMap<TypeName, Model>,
}

pub(super) fn plan(catalog: &'static Catalog, list: &List) -> Result<Plan, String> {
    let mut plan = Plan { catalog, newest: BTreeMap::new(), read: BTreeSet::new(), models: BTreeMap::new() };
    for schema in &catalog.schemas {
        let (base, version) = version(catalog, &schema.name);
        let newest = plan.newest.entry(base.to_owned()).or_default();
        *newest = version.max(*newest);
    }
    let mut patched = BTreeSet::new();
    for operation in &catalog.operations {
        let answers = operation.answers.iter().flat_map(|a| &a.media);
        answers.for_each(|media| mark(catalog, &media.shape, &mut plan.read));
        let taken = if operation.verb == Verb::Patch { &mut patched } else { &mut plan.read };
        let bodies = operation.body.iter().flat_map(|b| &b.media);
        bodies.for_each(|media| mark(catalog, &media.shape, taken));
    }
    let nobody = (None, String::new());
    for name in &list.models {
        let update = patched.contains(name) && !plan.read.contains(name);
        plan.kind(&Shape::Ref(name.clone()), update, &nobody, "")?;
    }
    for entry in &list.entries {
        if let Some(shape) = entry.operation.result() {
            plan.kind(shape, false, &nobody, "")?;
        }
        if let Some(media) = json_body(entry.operation) {
            plan.kind(&media.shape, entry.operation.verb == Verb::Patch, &nobody, "")?;
        }
        for param in &entry.operation.params {
            plan.kind(&param.shape, false, &(entry.version, pascal(&entry.name)), &param.name)?;
        }
    }
    plan.box_circles();
    Ok(plan)
}

/// Adds every schema that `shape` leads to.
fn mark(catalog: &Catalog, shape: &Shape, found: &mut BTreeSet<String>) {
    match shape {
        Shape::Ref(name) => {
            let fresh = found.insert(name.clone());
            if let Some(schema) = catalog.schema(name).filter(|_| fresh) {
                mark(catalog, &schema.shape, found);
            }
        }
        Shape::List(inner) | Shape::Map(inner) => mark(catalog, inner, found),
        Shape::Object(fields) => fields.iter().for_each(|f| mark(catalog, &f.shape, found)),
        Shape::All(parts) | Shape::One { of: parts, .. } => parts.iter().for_each(|p| mark(catalog, p, found)),
        _ => {}
    }
}

/// A schema's family and version. One without a suffix is version 1, unless there is a `…V1` beside it: then it is 0.
fn version<'a>(catalog: &Catalog, name: &'a str) -> (&'a str, u32) {
    let (base, version) = family(name);
    let first = || u32::from(catalog.schema(&format!("{base}V1")).is_none());
    (base, version.unwrap_or_else(first))
}

/// The JSON body that an operation takes.
pub(super) fn json_body(operation: &Operation) -> Option<&Media> {
    operation.body.iter().flat_map(|b| &b.media).find(|m| m.is_json())
}

impl Plan {
    /// The type of a shape; plans it if it is new. `owner` and `field` name what has no name of its own.
    pub(super) fn kind(&mut self, shape: &Shape, update: bool, owner: &TypeName, field: &str) -> Result<Kind, String> {
        let catalog = self.catalog;
        Ok(match shape {
            Shape::Bool => Kind::Bool,
            Shape::Int => Kind::Int,
            Shape::Float => Kind::Float,
            Shape::Text | Shape::Bytes => Kind::Text,
            Shape::Time | Shape::Date => Kind::Time,
            Shape::Any | Shape::One { .. } => Kind::Any,
            Shape::List(inner) => Kind::List(Box::new(self.kind(inner, update, owner, field)?)),
            Shape::Map(inner) => Kind::Map(Box::new(self.kind(inner, update, owner, field)?)),
            Shape::Enum(values) => {
                let doc = format!("Values of {} in {}.", code(field), code(&owner.1));
                self.add_enum(self.inner_name(owner, field), doc, values)?
            }
            Shape::Object(_) | Shape::All(_) => {
                let name = self.inner_name(owner, field);
                let server = format!("{}.{field}", owner.1);
                self.record(name, &server, shape, update)?
            }
            Shape::Ref(name) => {
                let schema = catalog.schema(name).ok_or_else(|| format!("no schema {name}"))?;
                match &schema.shape {
                    Shape::Object(_) | Shape::All(_) => self.named(schema, update)?,
                    Shape::Enum(values) => {
                        let doc = format!("The server's {}.", code(name));
                        self.add_enum(self.type_name(name, false), doc, values)?
                    }
                    other => self.kind(other, update, owner, field)?,
                }
            }
        })
    }

    /// The type of a shape that has been planned.
    pub(super) fn known(&self, shape: &Shape, update: bool, owner: &TypeName, field: &str) -> Result<Kind, String> {
        // Planning is idempotent; a copy of the names is enough to look one up.
        let mut copy = Self {
            catalog: self.catalog,
            newest: self.newest.clone(),
            read: self.read.clone(),
            models: BTreeMap::new(),
        };
        copy.kind(shape, update, owner, field)
    }

    fn named(&mut self, schema: &'static Schema, update: bool) -> Result<Kind, String> {
        let name = self.type_name(&schema.name, update);
        self.record(name, &schema.name, &schema.shape, update)
    }

    /// The name of a type without one: its owner's and its field's, without saying a word twice where they meet.
    fn inner_name(&self, owner: &TypeName, field: &str) -> TypeName {
        let field = pascal(field);
        let long = format!("{}{field}", owner.1);
        let last = owner.1.rfind(|c: char| c.is_ascii_uppercase()).map_or("", |at| &owner.1[at..]);
        let short = match field.strip_prefix(last) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => format!("{}{rest}", owner.1),
            _ => long.clone(),
        };
        // The vendor may have types of these names.
        let free = |name: &&String| !self.catalog.schemas.iter().any(|s| self.type_name(&s.name, false).1 == **name);
        let found = [&short, &long].into_iter().find(free).cloned();
        (owner.0, found.unwrap_or_else(|| format!("{long}Value")))
    }

    fn type_name(&self, schema: &str, update: bool) -> TypeName {
        let (base, version) = version(self.catalog, schema);
        let older = self.newest.get(base).is_some_and(|newest| *newest != version);
        let suffix = if update && self.read.contains(schema) { "Update" } else { "" };
        (older.then_some(version), format!("{}{suffix}", pascal(base)))
    }

    fn add_enum(&mut self, name: TypeName, doc: String, values: &[String]) -> Result<Kind, String> {
        let model = Model::Enum { doc, values: values.to_vec(), variants: variants(values) };
        match self.models.get(&name) {
            Some(Model::Enum { values: there, .. }) if there == values => {}
            Some(_) => return Err(format!("two types are called {}", name.1)),
            None => drop(self.models.insert(name.clone(), model)),
        }
        Ok(Kind::Enum(name))
    }

    fn record(&mut self, name: TypeName, server: &str, shape: &Shape, update: bool) -> Result<Kind, String> {
        match self.models.get(&name) {
            Some(Model::Struct(there)) if there.server == server && there.update == update => {
                return Ok(Kind::Record(name));
            }
            Some(_) => return Err(format!("two types are called {}", name.1)),
            None => {}
        }
        // Inserted before its fields are planned: a type may contain itself.
        let doc = format!("The server's {}.", code(server));
        let empty = Struct { server: server.to_owned(), doc, update, fields: Vec::new() };
        self.models.insert(name.clone(), Model::Struct(empty));
        let catalog = self.catalog;
        let fields = catalog.fields(shape).unwrap_or_default();
        // What has no name of its own is named after the type that is read, so that an update shares its enums.
        let is_twin = update && self.read.contains(server);
        let base = name.1.strip_suffix("Update").filter(|_| is_twin).unwrap_or(&name.1);
        let owner = (name.0, base.to_owned());
        let mut planned: Vec<PlannedField> = Vec::new();
        for field in fields {
            let kind = self.kind(&field.shape, update, &owner, &field.name)?;
            let mut rust = snake(&field.name);
            while planned.iter().any(|p| p.name == rust) {
                rust.push('_');
            }
            planned.push(PlannedField { field: field.clone(), name: rust, kind, boxed: false });
        }
        if let Some(Model::Struct(there)) = self.models.get_mut(&name) {
            there.fields = planned;
        }
        Ok(Kind::Record(name))
    }

    /// Boxes the fields through which a type would contain itself.
    fn box_circles(&mut self) {
        let reach = |from: &TypeName, boxed: &BTreeSet<(TypeName, usize)>| {
            let (mut seen, mut todo) = (BTreeSet::new(), vec![from.clone()]);
            while let Some(name) = todo.pop() {
                let Some(Model::Struct(record)) = self.models.get(&name) else { continue };
                for (i, field) in record.fields.iter().enumerate() {
                    let Kind::Record(inner) = &field.kind else { continue };
                    if !boxed.contains(&(name.clone(), i)) && seen.insert(inner.clone()) {
                        todo.push(inner.clone());
                    }
                }
            }
            seen
        };
        let mut boxed = BTreeSet::new();
        for (name, model) in &self.models {
            let Model::Struct(record) = model else { continue };
            for (i, field) in record.fields.iter().enumerate() {
                let Kind::Record(inner) = &field.kind else { continue };
                if inner == name || reach(inner, &boxed).contains(name) {
                    boxed.insert((name.clone(), i));
                }
            }
        }
        for (name, i) in boxed {
            if let Some(Model::Struct(record)) = self.models.get_mut(&name) {
                record.fields[i].boxed = true;
            }
        }
    }
}
