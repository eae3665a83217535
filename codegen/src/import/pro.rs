//! OpenAPI 3 (Jamf Pro's JSON API) into a catalog.

use super::{finish, safety, sensitive};
use crate::tree::Tree;
use adjutant_catalogs::{Answer, Body, Catalog, Field, Media, Operation, Param, Place, Rules, Schema, Shape, Verb};

pub(super) fn catalog(document: &Tree, version: &str) -> Result<Catalog, String> {
    let mut catalog = Catalog {
        name: "jamf-pro".into(),
        version: version.into(),
        base: document.get("servers").items().first().map_or("", |s| s.get("url").text()).into(),
        ..Catalog::default()
    };
    for (name, schema) in document.get("components").get("schemas").members() {
        catalog.schemas.push(Schema { name: name.clone(), root: String::new(), shape: shape(schema)? });
    }
    for (path, item) in document.get("paths").members() {
        for (verb, operation) in item.members() {
            let Some(verb) = Verb::parse(verb) else { continue };
            let imported = self::operation(document, path, verb, item, operation, &catalog);
            let imported = imported.map_err(|e| format!("{} {path}: {e}", verb.as_str()))?;
            catalog.operations.push(imported);
        }
    }
    finish(catalog)
}

fn operation(
    document: &Tree,
    path: &str,
    verb: Verb,
    item: &Tree,
    from: &Tree,
    catalog: &Catalog,
) -> Result<Operation, String> {
    let shared = item.get("parameters").items().iter();
    let mut params = Vec::new();
    for parameter in shared.chain(from.get("parameters").items()) {
        let parameter = match parameter.get("$ref").text() {
            "" => parameter,
            reference => document.get("components").get("parameters").get(last(reference)),
        };
        params.push(param(parameter)?);
    }
    let body = match from.get("requestBody") {
        Tree::Null => None,
        body => Some(Body { required: body.get("required").is_true(), media: media(body)? }),
    };
    let mut answers = Vec::new();
    for (status, answer) in from.get("responses").members() {
        let status = status.parse().map_err(|_| format!("status {status}"))?;
        answers.push(Answer { status, media: media(answer)? });
    }
    let class = safety::class(verb, path);
    let mut operation = Operation {
        id: id(verb, path),
        tag: from.get("tags").items().first().map_or("", Tree::text).into(),
        verb,
        path: path.into(),
        params,
        body,
        answers,
        privileges: from.get("x-required-privileges").texts(),
        public: *from.get("x-authentication-required") == Tree::Bool(false),
        deprecated: from.get("deprecated").is_true().then(|| from.get("x-deprecation-date").text().to_owned()),
        idempotent: safety::idempotent(verb, class),
        safety: class,
        paged: false,
    };
    operation.paged = operation.params.iter().any(|p| p.name == "page") && has_rows(catalog, &operation);
    Ok(operation)
}

fn has_rows(catalog: &Catalog, operation: &Operation) -> bool {
    // The catalog is not sorted yet, so its own look-ups do not work.
    let Some(Shape::Ref(name)) = operation.result() else { return false };
    let found = catalog.schemas.iter().find(|s| s.name == *name);
    matches!(found.map(|s| &s.shape), Some(Shape::Object(fields)) if fields.iter().any(|f| f.name == "results"))
}

/// `GET /v1/buildings/{id}` is `get-v1-buildings-id`.
fn id(verb: Verb, path: &str) -> String {
    let words = path.replace(['{', '}'], "").replace('/', "-");
    format!("{}{words}", verb.as_str().to_ascii_lowercase())
}

fn param(from: &Tree) -> Result<Param, String> {
    let place = match from.get("in").text() {
        "path" => Place::Path,
        "query" => Place::Query,
        "header" => Place::Header,
        "cookie" => Place::Cookie,
        other => return Err(format!("a parameter in {other:?}")),
    };
    Ok(Param {
        name: from.get("name").text().into(),
        place,
        required: from.get("required").is_true(),
        shape: shape(from.get("schema"))?,
        default: from.get("schema").get("default").json(),
        rules: rules(from.get("schema")),
    })
}

fn media(from: &Tree) -> Result<Vec<Media>, String> {
    let one = |(media_type, content): &(String, Tree)| {
        Ok(Media { media_type: media_type.clone(), shape: shape(content.get("schema"))? })
    };
    from.get("content").members().iter().map(one).collect()
}

fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

fn shape(from: &Tree) -> Result<Shape, String> {
    if let reference @ Tree::Text(_) = from.get("$ref") {
        return Ok(Shape::Ref(last(reference.text()).into()));
    }
    if let parts @ Tree::List(_) = from.get("allOf") {
        return Ok(Shape::All(parts.items().iter().map(shape).collect::<Result<_, _>>()?));
    }
    if let choices @ Tree::List(_) = from.get("oneOf") {
        let by = from.get("discriminator");
        let names = by.get("mapping").members().iter();
        return Ok(Shape::One {
            of: choices.items().iter().map(shape).collect::<Result<_, _>>()?,
            by: by.get("propertyName").json().map(|_| by.get("propertyName").text().to_owned()),
            names: names.map(|(name, to)| (name.clone(), last(to.text()).to_owned())).collect(),
        });
    }
    let values = from.get("enum").items();
    Ok(match (from.get("type").text(), from.get("format").text()) {
        ("boolean", _) => Shape::Bool,
        ("integer", _) => Shape::Int,
        ("number", _) => Shape::Float,
        ("string", _) if !values.is_empty() => {
            // A nullable enum lists null among its values.
            Shape::Enum(values.iter().filter(|v| !v.is_null()).map(|v| v.text().to_owned()).collect())
        }
        ("string", "date-time") => Shape::Time,
        ("string", "date") => Shape::Date,
        ("string", "binary" | "byte" | "base64") => Shape::Bytes,
        ("string", _) => Shape::Text,
        ("array", _) => Shape::List(Box::new(shape(from.get("items"))?)),
        ("object" | "", _) if !from.get("properties").members().is_empty() => Shape::Object(fields(from)?),
        ("object" | "", _) => match from.get("additionalProperties") {
            inner @ Tree::Map(_) => Shape::Map(Box::new(shape(inner)?)),
            _ => Shape::Any,
        },
        (other, _) => return Err(format!("a schema of type {other:?}")),
    })
}

fn fields(from: &Tree) -> Result<Vec<Field>, String> {
    let required = from.get("required").texts();
    let mut fields = Vec::new();
    for (name, property) in from.get("properties").members() {
        let shape = shape(property).map_err(|e| format!("{name}: {e}"))?;
        let texts = matches!(shape, Shape::Text | Shape::Bytes);
        fields.push(Field {
            name: name.clone(),
            required: required.contains(name),
            nullable: property.get("nullable").is_true(),
            read_only: property.get("readOnly").is_true(),
            write_only: property.get("writeOnly").is_true(),
            sensitive: texts && (property.get("format").text() == "password" || sensitive::is_secret(name)),
            deprecated: property.get("deprecated").is_true(),
            item: String::new(),
            default: property.get("default").json(),
            rules: rules(property),
            shape,
        });
    }
    Ok(fields)
}

fn rules(from: &Tree) -> Option<Rules> {
    let length = |name: &str| from.get(name).int().and_then(|n| u32::try_from(n).ok());
    // What a list says of its items stands with the list, but for their lengths, which would be taken for its own.
    let value = if from.get("items").is_null() { from } else { from.get("items") };
    let text = |name: &str| (!value.get(name).is_null()).then(|| value.get(name).text().to_owned());
    let told = |format: &String| ["uuid", "uri", "email", "ipv4"].contains(&format.as_str());
    let rules = Rules {
        min_len: length("minLength").or_else(|| length("minItems")),
        max_len: length("maxLength").or_else(|| length("maxItems")),
        min: value.get("minimum").int(),
        max: value.get("maximum").int(),
        pattern: text("pattern"),
        format: text("format").filter(told),
    };
    (rules != Rules::default()).then_some(rules)
}
