//! How much the catalogs hold, and whether that is all there was.
//!
//! An importer that drops what it does not understand would go unnoticed: everything downstream agrees with it. So the
//! documents are counted here in the crudest way, apart from the importer's own code.

use crate::import::SOURCES;
use crate::tree::Tree;
use adjutant_catalogs::{Catalog, Field, Shape, jamf_classic, jamf_pro};
use std::path::Path;

#[derive(Debug, PartialEq, Clone, Copy)]
struct Counts {
    operations: usize,
    schemas: usize,
    fields: usize,
}

pub(crate) fn run(specs: Option<&Path>) -> Result<(), String> {
    let mut wrong = Vec::new();
    for source in SOURCES {
        let catalog = if source.name == "jamf-pro" { jamf_pro() } else { jamf_classic() };
        let ours = of_catalog(catalog);
        println!("{}: {} operations, {} schemas, {} fields", source.name, ours.operations, ours.schemas, ours.fields);
        if let Some(specs) = specs {
            let theirs = of_documents(source.name, &source.documents(specs)?);
            println!(
                "  documents: {} operations, {} schemas, {} fields",
                theirs.operations, theirs.schemas, theirs.fields
            );
            if ours != theirs {
                wrong.push(source.name);
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(format!("catalogs differ from the documents: {}", wrong.join(", "))) }
}

fn of_catalog(catalog: &Catalog) -> Counts {
    // Objects that a fix-up adds are not in the documents.
    let named: Vec<_> = catalog.schemas.iter().filter(|s| !s.name.starts_with("shared.")).collect();
    let fields = named.iter().map(|s| of_shape(&s.shape)).sum();
    Counts { operations: catalog.operations.len(), schemas: named.len(), fields }
}

fn of_shape(shape: &Shape) -> usize {
    match shape {
        Shape::Object(fields) => fields.iter().map(|f: &Field| 1 + of_shape(&f.shape)).sum(),
        Shape::All(parts) | Shape::One { of: parts, .. } => parts.iter().map(of_shape).sum(),
        Shape::List(inner) | Shape::Map(inner) => of_shape(inner),
        _ => 0,
    }
}

fn of_documents(name: &str, documents: &[Tree]) -> Counts {
    let verbs = ["get", "post", "put", "patch", "delete"];
    let items = documents[0].get("paths").members().iter();
    let operations = items.flat_map(|(_, item)| item.members()).filter(|(v, _)| verbs.contains(&v.trim())).count();
    if name == "jamf-pro" {
        let schemas = documents[0].get("components").get("schemas");
        let fields = schemas.members().iter().map(|(_, s)| properties(s)).sum();
        return Counts { operations, schemas: schemas.members().len(), fields };
    }
    let types = || documents[1].members().iter().flat_map(|(_, group)| group.members());
    let fields = types().flat_map(|(_, elements)| elements.items()).filter(|e| !e.get("xml").is_null()).count();
    Counts { operations, schemas: types().count(), fields }
}

fn properties(tree: &Tree) -> usize {
    match tree {
        Tree::Map(members) => {
            let own = tree.get("properties").members().len();
            // A property may itself be called "properties"; none is today, and the counts would tell.
            own + members.iter().filter(|(name, _)| name != "example").map(|(_, v)| properties(v)).sum::<usize>()
        }
        Tree::List(items) => items.iter().map(properties).sum(),
        _ => 0,
    }
}
