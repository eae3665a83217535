//! What a catalog says.

use serde::{Deserialize, Serialize};

/// One server's interface.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalog {
    /// Our name of it: `jamf-pro`.
    pub name: String,
    /// The server release that it describes.
    pub version: String,
    /// What every path is relative to: `/api`.
    pub base: String,
    /// The operations, by path and verb.
    pub operations: Vec<Operation>,
    /// The named schemas, by name.
    pub schemas: Vec<Schema>,
}

impl Catalog {
    /// The operation `GET /v1/…`, by verb and path template.
    pub fn find(&self, verb: Verb, path: &str) -> Option<&Operation> {
        let at = self.operations.binary_search_by(|o| (o.path.as_str(), o.verb).cmp(&(path, verb)));
        at.ok().and_then(|i| self.operations.get(i))
    }

    /// The operation with that id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|o| o.id == id)
    }

    /// The schema with that name.
    pub fn schema(&self, name: &str) -> Option<&Schema> {
        let at = self.schemas.binary_search_by(|s| s.name.as_str().cmp(name));
        at.ok().and_then(|i| self.schemas.get(i))
    }

    /// The shape itself, if it is a reference; references to references are followed.
    pub fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        let mut shape = shape;
        // A circle of references would be an importer's mistake; it ends here all the same.
        for _ in 0..16 {
            match shape {
                Shape::Ref(name) => match self.schema(name) {
                    Some(schema) => shape = &schema.shape,
                    None => return &Shape::Any,
                },
                _ => break,
            }
        }
        shape
    }

    /// The fields of an object shape, those of its parts (`allOf`) included, a later one replacing an earlier one of
    /// the same name; `None` if the shape is no object.
    pub fn fields<'a>(&'a self, shape: &'a Shape) -> Option<Vec<&'a Field>> {
        match self.resolve(shape) {
            Shape::Object(fields) => Some(fields.iter().collect()),
            Shape::All(parts) => {
                let mut all: Vec<&Field> = Vec::new();
                for field in parts.iter().filter_map(|part| self.fields(part)).flatten() {
                    match all.iter().position(|f| f.name == field.name) {
                        Some(at) => all[at] = field,
                        None => all.push(field),
                    }
                }
                Some(all)
            }
            _ => None,
        }
    }
}

/// An HTTP verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Verb {
    #[serde(rename = "GET")]
    Get,
    #[serde(rename = "POST")]
    Post,
    #[serde(rename = "PUT")]
    Put,
    #[serde(rename = "PATCH")]
    Patch,
    #[serde(rename = "DELETE")]
    Delete,
}

impl Verb {
    /// The verb in capitals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// The verb that `word` names, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter().find(|v| v.as_str().eq_ignore_ascii_case(word))
    }
}

/// What an operation may do to what the server keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Safety {
    /// Changes nothing.
    #[default]
    #[serde(rename = "r")]
    Read,
    /// Changes something that can be put back.
    #[serde(rename = "w")]
    Write,
    /// Changes something that cannot be put back.
    #[serde(rename = "d")]
    Destructive,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// Unique in its catalog; stable while verb and path are.
    pub id: String,
    /// The vendor's grouping.
    pub tag: String,
    /// The verb.
    pub verb: Verb,
    /// The path template, relative to the catalog's base: `/v1/buildings/{id}`.
    pub path: String,
    /// Parameters, in the schema's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<Param>,
    /// What it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// What it answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// Privileges that the account needs, in the server's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub privileges: Vec<String>,
    /// Needs no log-in.
    #[serde(default, skip_serializing_if = "is_false")]
    pub public: bool,
    /// Since when the vendor advises against it (`2025-06-30`; empty if no date is given).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// Whether sending it twice leaves the server as sending it once.
    #[serde(default, skip_serializing_if = "is_false")]
    pub idempotent: bool,
    /// What it may do.
    pub safety: Safety,
    /// Whether it answers in pages (`page`, `page-size`; `totalCount`, `results`).
    #[serde(default, skip_serializing_if = "is_false")]
    pub paged: bool,
}

impl Operation {
    /// The shape of a successful answer in JSON, if it has one.
    pub fn result(&self) -> Option<&Shape> {
        let good = self.answers.iter().filter(|a| (200..300).contains(&a.status));
        good.flat_map(|a| &a.media).find(|m| m.is_json()).map(|m| &m.shape)
    }
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Place {
    /// Into the path.
    #[serde(rename = "p")]
    Path,
    /// Into the query.
    #[serde(rename = "q")]
    Query,
    /// Into a header.
    #[serde(rename = "h")]
    Header,
    /// Into a cookie.
    #[serde(rename = "c")]
    Cookie,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// The server's name of it.
    pub name: String,
    /// Where it goes.
    #[serde(rename = "in")]
    pub place: Place,
    /// Whether it must be sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What it holds; a list in a query repeats the key.
    pub shape: Shape,
    /// What the server takes if it is not sent, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Lengths, ranges, patterns.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

/// What an operation takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Whether it must be sent.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// The media types that it may come in.
    pub media: Vec<Media>,
}

/// What an operation answers with one status.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The media types that it may come in; none if there is no body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
}

/// A shape in a media type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// `application/json`.
    #[serde(rename = "t")]
    pub media_type: String,
    /// What it holds.
    #[serde(rename = "s")]
    pub shape: Shape,
}

impl Media {
    /// Whether it is JSON, merge patches included.
    pub fn is_json(&self) -> bool {
        self.media_type == "application/json" || self.media_type.ends_with("+json")
    }
}

/// A named schema.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// The vendor's name.
    pub name: String,
    /// XML: the element that carries it as a document; empty if it is never one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub root: String,
    /// What it holds.
    pub shape: Shape,
}

/// What a value looks like.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Shape {
    /// `true` or `false`.
    #[serde(rename = "b")]
    Bool,
    /// An integer.
    #[serde(rename = "i")]
    Int,
    /// A number.
    #[serde(rename = "n")]
    Float,
    /// Text.
    #[serde(rename = "s")]
    Text,
    /// A date and time.
    #[serde(rename = "t")]
    Time,
    /// A date.
    #[serde(rename = "d")]
    Date,
    /// Bytes: a file in a form, or base64 in JSON.
    #[serde(rename = "x")]
    Bytes,
    /// One of these texts, as far as the vendor says.
    #[serde(rename = "e")]
    Enum(Vec<String>),
    /// The schema of that name.
    #[serde(rename = "r")]
    Ref(String),
    /// A list.
    #[serde(rename = "l")]
    List(Box<Self>),
    /// A map from text.
    #[serde(rename = "m")]
    Map(Box<Self>),
    /// An object.
    #[serde(rename = "o")]
    Object(Vec<Field>),
    /// All of these at once.
    #[serde(rename = "a")]
    All(Vec<Self>),
    /// One of these; a field may tell which.
    #[serde(rename = "1")]
    One {
        /// The choices.
        of: Vec<Self>,
        /// The field that tells which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        /// What that field says for which schema.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        names: Vec<(String, String)>,
    },
    /// Anything: the vendor says no more.
    #[default]
    #[serde(rename = "*")]
    Any,
}

/// A field of an object.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// The name on the wire.
    #[serde(rename = "n")]
    pub name: String,
    /// What it holds.
    #[serde(rename = "s")]
    pub shape: Shape,
    /// Must be there.
    #[serde(rename = "r", default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// May be `null`.
    #[serde(rename = "0", default, skip_serializing_if = "is_false")]
    pub nullable: bool,
    /// Only the server sets it.
    #[serde(rename = "ro", default, skip_serializing_if = "is_false")]
    pub read_only: bool,
    /// Never answered.
    #[serde(rename = "wo", default, skip_serializing_if = "is_false")]
    pub write_only: bool,
    /// A secret.
    #[serde(rename = "x", default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    /// The vendor advises against it.
    #[serde(rename = "d", default, skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// XML: the element of a list's items; empty if they repeat under the field's own name.
    #[serde(rename = "it", default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// What the server takes if it is not sent, as JSON.
    #[serde(rename = "df", default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Lengths, ranges, patterns.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

/// Limits of a value. On a list the lengths are the list's, everything else its items'.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// Fewest characters, or items.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub min_len: Option<u32>,
    /// Most characters, or items.
    #[serde(rename = "z", default, skip_serializing_if = "Option::is_none")]
    pub max_len: Option<u32>,
    /// Smallest number.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// Largest number.
    #[serde(rename = "x", default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// A regular expression.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The vendor's name of a text's format, where the shape does not tell it: `uuid`, `uri`, `email`, `ipv4`.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde asks for this signature.
fn is_false(flag: &bool) -> bool {
    !flag
}
