//! Swagger 2 (Jamf's Classic API) and the table of its objects into a catalog.
//!
//! The document names hardly any body, so operations are joined with the objects by their tags: `computers` reads and
//! writes what the objects' group `computers` describes.

use super::{finish, safety, sensitive};
use crate::tree::Tree;
use adjutant_catalogs::{Answer, Body, Catalog, Field, Media, Operation, Param, Place, Schema, Shape, Verb};

/// The two notations of the Classic API; XML is the lossless one.
const MEDIA: [&str; 2] = ["application/xml", "application/json"];

/// Tags whose group of objects goes by another name.
const RENAMED: &[(&str, &str)] = &[
    ("osxconfigurationprofiles", "macosconfigurationprofiles"),
    ("distributionpoints", "filesharedistributionpoints"),
    ("removablemacaddresses", "removeablemacaddresses"),
];

pub(super) fn catalog(document: &Tree, shapes: &Tree, version: &str) -> Result<Catalog, String> {
    let mut catalog = Catalog {
        name: "jamf-classic".into(),
        version: version.into(),
        base: document.get("basePath").text().trim_end_matches('/').into(),
        ..Catalog::default()
    };
    for (group, types) in shapes.members() {
        for (name, elements) in types.members() {
            catalog.schemas.push(schema(types, group, name, elements.items())?);
        }
    }
    let groups: Vec<&str> = shapes.members().iter().map(|(name, _)| name.as_str()).collect();
    for (path, item) in document.get("paths").members() {
        for (verb, from) in item.members() {
            let verb = Verb::parse(verb).ok_or_else(|| format!("{path}: verb {verb:?}"))?;
            let group = group_of(from.get("tags").items().first().map_or("", Tree::text), &groups);
            let imported = operation(&catalog, group, path, verb, from);
            catalog.operations.push(imported.map_err(|e| format!("{} {path}: {e}", verb.as_str()))?);
        }
    }
    finish(catalog)
}

fn group_of<'a>(tag: &str, groups: &[&'a str]) -> Option<&'a str> {
    let wanted = RENAMED.iter().find(|(from, _)| *from == tag).map_or(tag, |(_, to)| to);
    groups.iter().copied().find(|group| group.replace('_', "") == wanted)
}

fn schema(types: &Tree, group: &str, name: &str, elements: &[Tree]) -> Result<Schema, String> {
    let mut schema = Schema { name: format!("{group}.{name}"), root: String::new(), shape: Shape::Any };
    let mut fields = Vec::new();
    for element in elements {
        match element.get("root") {
            Tree::Text(root) => schema.root.clone_from(root),
            _ => fields.push(field(types, group, element)?),
        }
    }
    schema.shape = Shape::Object(fields);
    Ok(schema)
}

/// `a>b` is a wrapper `a` around items `b`; a list without a wrapper repeats its own name.
fn field(types: &Tree, group: &str, from: &Tree) -> Result<Field, String> {
    let path = from.get("xml").text();
    let inner = match from.get("type").text() {
        "string" => Shape::Text,
        "integer" => Shape::Int,
        "boolean" => Shape::Bool,
        "number" => Shape::Float,
        name => match name.strip_prefix("models.") {
            Some(shared) => Shape::Ref(format!("shared.{shared}")),
            None if types.get(name).is_null() => Shape::Any,
            None => Shape::Ref(format!("{group}.{name}")),
        },
    };
    let (name, item) = path.split_once('>').unwrap_or((path, ""));
    if item.contains('>') || name.is_empty() {
        return Err(format!("{group}: element path {path:?}"));
    }
    let list = from.get("list").is_true();
    if !item.is_empty() && !list {
        return Err(format!("{group}: {path:?} is a wrapper, but not a list"));
    }
    Ok(Field {
        name: name.into(),
        item: item.into(),
        sensitive: matches!(inner, Shape::Text) && sensitive::is_secret(name),
        shape: if list { Shape::List(Box::new(inner)) } else { inner },
        ..Field::default()
    })
}

fn operation(catalog: &Catalog, group: Option<&str>, path: &str, verb: Verb, from: &Tree) -> Result<Operation, String> {
    let mut params = Vec::new();
    let mut parts = Vec::new();
    for parameter in from.get("parameters").items() {
        let place = match parameter.get("in").text() {
            "path" => Place::Path,
            "query" => Place::Query,
            // Several "bodies" are elements of the one document.
            "body" => {
                parts.push(part(parameter));
                continue;
            }
            other => return Err(format!("a parameter in {other:?}")),
        };
        params.push(Param {
            name: parameter.get("name").text().into(),
            place,
            required: parameter.get("required").is_true(),
            shape: scalar(parameter),
            default: parameter.get("default").json(),
            rules: None,
        });
    }
    let named = |names: &[&str]| {
        let group = group?;
        let exact = |name: &&str| catalog.schemas.iter().find(|s| s.name == format!("{group}.{name}"));
        let starts = |name: &&str| catalog.schemas.iter().find(|s| s.name.starts_with(&format!("{group}.{name}")));
        let found = names.iter().find_map(exact).or_else(|| names.iter().find_map(starts));
        found.map(|schema| Shape::Ref(schema.name.clone()))
    };
    let one = path.contains('{');
    let answer = match verb {
        Verb::Get if one => named(&["Resource", "Response"]),
        Verb::Get => named(&["ListResponse", "Resource"]),
        Verb::Post | Verb::Put => named(&["CreateUpdateResponse", "CreateResponse", "UpdateResponse"]),
        _ => None,
    };
    let body = match verb {
        Verb::Post | Verb::Put if parts.is_empty() => named(&["Request", "Resource", "Response"]),
        Verb::Post | Verb::Put => Some(Shape::Object(parts)),
        _ => None,
    };
    let class = safety::class(verb, path);
    Ok(Operation {
        id: from.get("operationId").text().into(),
        tag: from.get("tags").items().first().map_or("", Tree::text).into(),
        verb,
        path: path.into(),
        params,
        body: body.map(|shape| Body { required: true, media: vec![Media { media_type: MEDIA[0].into(), shape }] }),
        answers: from.get("responses").members().iter().filter_map(|(s, _)| answers(s, answer.as_ref())).collect(),
        privileges: Vec::new(),
        public: false,
        deprecated: from.get("deprecated").is_true().then(|| from.get("x-deprecation-date").text().to_owned()),
        idempotent: safety::idempotent(verb, class),
        safety: class,
        paged: false,
    })
}

fn part(parameter: &Tree) -> Field {
    Field {
        name: parameter.get("name").text().into(),
        required: parameter.get("required").is_true(),
        shape: scalar(parameter.get("schema")),
        ..Field::default()
    }
}

fn answers(status: &str, shape: Option<&Shape>) -> Option<Answer> {
    let status = status.parse().ok()?;
    let media = MEDIA.iter().filter(|_| (200..300).contains(&status));
    let media = media.filter_map(|t| Some(Media { media_type: (*t).into(), shape: shape?.clone() }));
    Some(Answer { status, media: media.collect() })
}

fn scalar(from: &Tree) -> Shape {
    match from.get("type").text() {
        "integer" => Shape::Int,
        "number" => Shape::Float,
        "boolean" => Shape::Bool,
        "array" => Shape::List(Box::new(scalar(from.get("items")))),
        "object" => Shape::Any,
        _ if !from.get("$ref").is_null() => Shape::Any,
        _ => Shape::Text,
    }
}
