//! Repairs of the vendors' mistakes, each with its name and reason.
//!
//! A repair says how often it must apply. When the vendor mends a mistake the import fails here, and the repair goes.

use crate::tree::Tree;

struct Fixup {
    catalog: &'static str,
    name: &'static str,
    /// How many places it must find.
    places: usize,
    /// Repairs the documents and returns how many places it found.
    repair: fn(&mut [Tree]) -> usize,
}

const FIXUPS: &[Fixup] = &[
    // Two exports declare one media type "text/csv,application/json": they mean either of the two.
    Fixup { catalog: "jamf-pro", name: "media types joined by a comma", places: 2, repair: split_media_types },
    // A method key " delete", with a blank, which no tool takes for a method.
    Fixup { catalog: "jamf-classic", name: "method key with a blank", places: 1, repair: trim_methods },
    // Five parameters do not say where they go. None is in its path's template or declared as a body: the query.
    Fixup { catalog: "jamf-classic", name: "parameters without a place", places: 5, repair: place_parameters },
    // Eleven operation ids are used twice, mostly by copying; the second one gets its tag as a suffix.
    Fixup { catalog: "jamf-classic", name: "duplicate operation ids", places: 11, repair: rename_duplicates },
    // Wrappers around repeated elements that are not marked as lists.
    Fixup { catalog: "jamf-classic", name: "wrappers not marked as lists", places: 22, repair: mark_wrappers },
    // Types that several groups of objects refer to, and that no group defines.
    Fixup { catalog: "jamf-classic", name: "shared objects", places: 1, repair: add_shared },
];

/// Applies every repair of `catalog`.
pub(crate) fn apply(catalog: &str, documents: &mut [Tree]) -> Result<(), String> {
    for fixup in FIXUPS.iter().filter(|f| f.catalog == catalog) {
        let found = (fixup.repair)(documents);
        if found != fixup.places {
            return Err(format!(
                "fix-up {:?} of {catalog} found {found} places instead of {}: has the vendor's document changed?",
                fixup.name, fixup.places
            ));
        }
    }
    Ok(())
}

fn operations(document: &mut Tree) -> impl Iterator<Item = &mut Tree> {
    let paths = document.get_mut("paths").map(Tree::members_mut);
    let items = paths.into_iter().flatten();
    items.flat_map(|(_, item)| item.members_mut().iter_mut().map(|(_, operation)| operation))
}

fn split_media_types(documents: &mut [Tree]) -> usize {
    let mut found = 0;
    for operation in operations(&mut documents[0]) {
        let Some(responses) = operation.get_mut("responses") else { continue };
        for (_, response) in responses.members_mut() {
            let Some(content) = response.get_mut("content") else { continue };
            let content = content.members_mut();
            if let Some(at) = content.iter().position(|(name, _)| name.contains(',')) {
                let (names, shape) = content.remove(at);
                content.extend(names.split(',').map(|name| (name.trim().to_owned(), shape.clone())));
                found += 1;
            }
        }
    }
    found
}

fn trim_methods(documents: &mut [Tree]) -> usize {
    let mut found = 0;
    let Some(paths) = documents[0].get_mut("paths") else { return 0 };
    for (_, item) in paths.members_mut() {
        for (method, _) in item.members_mut() {
            if method.trim() != method {
                *method = method.trim().to_owned();
                found += 1;
            }
        }
    }
    found
}

fn place_parameters(documents: &mut [Tree]) -> usize {
    let mut found = 0;
    for operation in operations(&mut documents[0]) {
        let Some(Tree::List(parameters)) = operation.get_mut("parameters") else { continue };
        for parameter in parameters.iter_mut().filter(|p| p.get("in").is_null()) {
            parameter.members_mut().push(("in".into(), Tree::Text("query".into())));
            found += 1;
        }
    }
    found
}

fn rename_duplicates(documents: &mut [Tree]) -> usize {
    let mut seen = std::collections::BTreeSet::new();
    let mut found = 0;
    for operation in operations(&mut documents[0]) {
        let tag = operation.get("tags").items().first().map_or("", Tree::text).to_owned();
        let Some(Tree::Text(id)) = operation.get_mut("operationId") else { continue };
        if !seen.insert(id.clone()) {
            *id = format!("{id}_{tag}");
            seen.insert(id.clone());
            found += 1;
        }
    }
    found
}

fn mark_wrappers(documents: &mut [Tree]) -> usize {
    let mut found = 0;
    for (_, types) in documents[1].members_mut() {
        for (_, elements) in types.members_mut() {
            let Tree::List(elements) = elements else { continue };
            for element in elements.iter_mut() {
                if element.get("xml").text().contains('>') && !element.get("list").is_true() {
                    element.members_mut().push(("list".into(), Tree::Bool(true)));
                    found += 1;
                }
            }
        }
    }
    found
}

fn add_shared(documents: &mut [Tree]) -> usize {
    const SHARED: &str = r#"{
        "SharedResourceSite": [{"xml": "id", "type": "integer"}, {"xml": "name", "type": "string"}],
        "SharedResourceCategory": [{"xml": "id", "type": "integer"}, {"xml": "name", "type": "string"}],
        "SharedResourceSelfServiceIcon": [{"xml": "id", "type": "integer"}, {"xml": "uri", "type": "string"},
            {"xml": "data", "type": "string"}, {"xml": "filename", "type": "string"}],
        "SharedResourceSelfServiceCategory": [{"xml": "id", "type": "integer"}, {"xml": "name", "type": "string"},
            {"xml": "display_in", "type": "boolean"}, {"xml": "feature_in", "type": "boolean"},
            {"xml": "priority", "type": "integer"}],
        "SharedSubsetCriteria": [{"xml": "name", "type": "string"}, {"xml": "priority", "type": "integer"},
            {"xml": "and_or", "type": "string"}, {"xml": "search_type", "type": "string"},
            {"xml": "value", "type": "string"}, {"xml": "opening_paren", "type": "boolean"},
            {"xml": "closing_paren", "type": "boolean"}]
    }"#;
    let shapes = documents[1].members_mut();
    if shapes.iter().any(|(name, _)| name == "shared") {
        return 0;
    }
    match Tree::parse(SHARED.as_bytes()) {
        Ok(shared) => {
            shapes.push(("shared".into(), shared));
            1
        }
        Err(_) => 0,
    }
}
