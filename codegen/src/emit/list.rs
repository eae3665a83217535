//! The reviewed list: what is emitted, and under which name.

use adjutant_catalogs::{Catalog, Operation, Verb};
use std::collections::BTreeMap;

/// One operation to be emitted.
pub(super) struct Entry {
    /// `computer_inventory`: the module.
    pub(super) group: String,
    /// `list`: the method.
    pub(super) method: String,
    /// `list_computers`: the type, in snake case.
    pub(super) name: String,
    pub(super) operation: &'static Operation,
    /// `None` for the newest of its name.
    pub(super) version: Option<u32>,
    /// The field that identifies a page's rows.
    pub(super) key: Option<String>,
    /// The stable order of a paged read.
    pub(super) sort: Option<String>,
    /// The query pair that makes rows light.
    pub(super) audit: Option<(String, String)>,
}

pub(super) struct List {
    pub(super) entries: Vec<Entry>,
    pub(super) models: Vec<String>,
}

pub(super) fn parse(text: &str, catalog: &'static Catalog) -> Result<List, String> {
    let mut list = List { entries: Vec::new(), models: Vec::new() };
    for (number, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] | ["#", ..] => {}
            ["model", name] if catalog.schema(name).is_some() => list.models.push((*name).to_owned()),
            [place, name, verb, path, options @ ..] => {
                let entry = entry(catalog, place, name, verb, path, options);
                list.entries.push(entry.map_err(|e| format!("line {}: {e}", number + 1))?);
            }
            _ => return Err(format!("line {} is not understood: {line:?}", number + 1)),
        }
    }
    let mut newest: BTreeMap<(String, String), u32> = BTreeMap::new();
    for entry in &list.entries {
        let newest = newest.entry((entry.group.clone(), entry.name.clone())).or_default();
        *newest = (*newest).max(path_version(&entry.operation.path));
    }
    for entry in &mut list.entries {
        let version = path_version(&entry.operation.path);
        let is_newest = newest.get(&(entry.group.clone(), entry.name.clone())) == Some(&version);
        entry.version = (!is_newest).then_some(version);
    }
    Ok(list)
}

fn entry(
    catalog: &'static Catalog,
    place: &str,
    name: &str,
    verb: &str,
    path: &str,
    options: &[&str],
) -> Result<Entry, String> {
    let (group, method) = place.split_once('.').ok_or_else(|| format!("{place:?} is not group.method"))?;
    let found = Verb::parse(verb).and_then(|verb| catalog.find(verb, path));
    let operation = found.ok_or_else(|| format!("{} has no {verb} {path}", catalog.name))?;
    let (group, method, name) = (group.to_owned(), method.to_owned(), name.to_owned());
    let mut entry = Entry { group, method, name, operation, version: None, key: None, sort: None, audit: None };
    for option in options {
        match option.split_once('=') {
            Some(("key", field)) => entry.key = Some(field.to_owned()),
            Some(("sort", field)) => entry.sort = Some(field.to_owned()),
            Some(("audit", pair)) => {
                entry.audit = pair.split_once('=').map(|(n, v)| (n.to_owned(), v.to_owned()));
            }
            _ => return Err(format!("option {option:?} is not understood")),
        }
    }
    if operation.paged && (entry.key.is_none() || entry.sort.is_none()) {
        return Err(format!("{verb} {path} is paged: say key= and sort="));
    }
    Ok(entry)
}

/// `/v3/buildings` is 3; a path without a version is 0.
fn path_version(path: &str) -> u32 {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or("");
    first.strip_prefix('v').and_then(|n| n.parse().ok()).unwrap_or(0)
}
