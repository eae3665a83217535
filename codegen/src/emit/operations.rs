//! The operations: one type each, generic over what it is bound to.

use super::imports::{OPERATIONS as IMPORTS, used as used_imports};
use super::list::{Entry, List};
use super::models::value_type;
use super::naming::{code, pascal, screaming, snake};
use super::plan::{Kind, Plan, TypeName, json_body};
use adjutant_catalogs::{Catalog, Param, Place, Safety, Verb};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The files of the operations, relative to the generated directory.
pub(super) fn files(catalog: &Catalog, list: &List, plan: &Plan) -> Result<Vec<(String, String)>, String> {
    let mut groups: BTreeMap<&str, BTreeMap<Option<u32>, Vec<&Entry>>> = BTreeMap::new();
    for entry in &list.entries {
        groups.entry(&entry.group).or_default().entry(entry.version).or_default().push(entry);
    }
    let mut index = format!("//! Operations of {}, by group.\n\n", catalog.name);
    let mut files = Vec::new();
    for (group, versions) in &groups {
        let _ = writeln!(index, "pub mod {group};");
        let mut text = format!("//! Operations of {}: {}.\n\n", catalog.name, group.replace('_', " "));
        text.push_str(IMPORTS);
        for (version, entries) in versions {
            let mut body = String::new();
            for entry in entries {
                let emitted = Emitted::new(catalog, plan, entry)?;
                emitted.put(&mut body).map_err(|e| e.to_string())?;
            }
            match version {
                None => text.push_str(&body),
                Some(version) => {
                    let _ = write!(
                        text,
                        "\n/// Version {version} of what has newer versions.\npub mod v{version} {{\n    use super::*;\n{body}}}\n"
                    );
                }
            }
        }
        files.push((format!("operations/{group}.rs"), used_imports(&text)));
    }
    files.push(("operations/mod.rs".into(), index));
    Ok(files)
}

pub(super) struct Argument<'a> {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) param: &'a Param,
}

/// One operation as it is emitted.
pub(super) struct Emitted<'a> {
    catalog: &'a Catalog,
    pub(super) entry: &'a Entry,
    pub(super) name: String,
    args: Vec<Argument<'a>>,
    pub(super) body: Option<(Kind, &'a str)>,
    pub(super) output: Output,
    /// The rows of a paged operation.
    pub(super) row: Option<Kind>,
}

pub(super) enum Output {
    Nothing,
    /// Of that media type.
    Bytes(String),
    Record(String),
    Value(String),
}

pub(super) fn path_of(name: &TypeName) -> String {
    match name.0 {
        Some(version) => format!("models::v{version}::{}", name.1),
        None => format!("models::{}", name.1),
    }
}

pub(super) fn rust_type(kind: &Kind) -> String {
    value_type(kind, &path_of)
}

impl<'a> Emitted<'a> {
    pub(super) fn new(catalog: &'a Catalog, plan: &Plan, entry: &'a Entry) -> Result<Self, String> {
        let operation = entry.operation;
        let name = pascal(&entry.name);
        let mut args = Vec::new();
        for param in operation.params.iter().filter(|p| matches!(p.place, Place::Path | Place::Query)) {
            let kind = plan.known(&param.shape, false, &(entry.version, name.clone()), &param.name)?;
            args.push(Argument { name: snake(&param.name), kind, param });
        }
        let nobody = (None, String::new());
        let body = match json_body(operation) {
            Some(media) => {
                let kind = plan.known(&media.shape, operation.verb == Verb::Patch, &nobody, "")?;
                Some((kind, media.media_type.as_str()))
            }
            None if operation.body.is_some() => {
                return Err(format!("{}: only JSON bodies can be emitted so far", operation.id));
            }
            None => None,
        };
        let mut answers = operation.answers.iter().filter(|a| (200..300).contains(&a.status)).flat_map(|a| &a.media);
        let output = match operation.result() {
            Some(shape) => match plan.known(shape, false, &nobody, "")? {
                Kind::Record(name) => Output::Record(path_of(&name)),
                kind => Output::Value(rust_type(&kind)),
            },
            None => answers.next().map_or(Output::Nothing, |media| Output::Bytes(media.media_type.clone())),
        };
        let row = match operation.result() {
            Some(shape) if operation.paged => {
                let fields = catalog.fields(shape).unwrap_or_default();
                let results = fields.iter().find(|f| f.name == "results");
                match results.map(|f| plan.known(&f.shape, false, &nobody, "")).transpose()? {
                    Some(Kind::List(row)) => Some(*row),
                    _ => None,
                }
            }
            _ => None,
        };
        Ok(Self { catalog, entry, name, args, body, output, row })
    }

    fn put(&self, out: &mut String) -> std::fmt::Result {
        self.put_type(out)?;
        self.put_new(out)?;
        self.put_setters(out)?;
        self.put_operation(out)?;
        if let Some(row) = &self.row {
            self.put_paged(out, row)?;
        }
        writeln!(out, "adjutant_core::endings!({});", self.name)?;
        if self.row.is_some() {
            writeln!(out, "adjutant_core::many_endings!({});", self.name)?;
        }
        Ok(())
    }

    pub(super) fn required(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.args.iter().filter(|a| a.param.required)
    }

    pub(super) fn optional(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.args.iter().filter(|a| !a.param.required)
    }

    fn field_type(argument: &Argument<'_>) -> String {
        let inner = rust_type(&argument.kind);
        match (&argument.kind, argument.param.required) {
            (Kind::List(_), _) | (_, true) => inner,
            _ => format!("Option<{inner}>"),
        }
    }

    fn put_type(&self, out: &mut String) -> std::fmt::Result {
        let operation = self.entry.operation;
        let words = self.entry.name.replace('_', " ");
        let class = match operation.safety {
            Safety::Read => "read",
            Safety::Write => "write",
            Safety::Destructive => "destructive",
        };
        let server = format!("{} {}{}", operation.verb.as_str(), self.catalog.base, operation.path);
        writeln!(out, "\n/// {}{}: {}.\n///", words[..1].to_ascii_uppercase(), &words[1..], code(&server))?;
        let privileges: Vec<String> = operation.privileges.iter().map(|p| code(p)).collect();
        let privileges = if privileges.is_empty() { "none".to_owned() } else { privileges.join(", ") };
        writeln!(out, "/// Class: {class}. Privileges: {privileges}.")?;
        match operation.deprecated.as_deref() {
            Some("") => writeln!(out, "///\n/// Deprecated by the server.")?,
            Some(date) => writeln!(out, "///\n/// Deprecated by the server since {date}.")?,
            None => {}
        }
        writeln!(out, "#[derive(Clone, Debug)]\n#[must_use = \"an operation does nothing until it is sent\"]")?;
        writeln!(out, "pub struct {}<B = Unbound> {{\n    bound: B,", self.name)?;
        for argument in &self.args {
            writeln!(out, "    {}: {},", argument.name, Self::field_type(argument))?;
        }
        if let Some((kind, _)) = &self.body {
            writeln!(out, "    body: {},", rust_type(kind))?;
        }
        writeln!(out, "}}")
    }

    fn put_new(&self, out: &mut String) -> std::fmt::Result {
        let mut takes = Vec::new();
        let mut sets = vec!["bound: Unbound".to_owned()];
        for argument in self.required() {
            takes.push(format!("{}: {}", argument.name, into_type(&argument.kind)));
            sets.push(format!("{0}: {1}", argument.name, into_value(&argument.kind, &argument.name)));
        }
        for argument in self.optional() {
            let nothing = if matches!(argument.kind, Kind::List(_)) { "Vec::new()" } else { "None" };
            sets.push(format!("{}: {nothing}", argument.name));
        }
        if let Some((kind, _)) = &self.body {
            takes.push(format!("body: {}", rust_type(kind)));
            sets.push("body".to_owned());
        }
        writeln!(out, "\nimpl {} {{\n    /// The operation, not bound to a client.", self.name)?;
        if takes.is_empty() {
            writeln!(out, "    #[allow(clippy::new_without_default)]")?;
        }
        writeln!(
            out,
            "    pub fn new({}) -> Self {{\n        Self {{ {} }}\n    }}\n}}",
            takes.join(", "),
            sets.join(", ")
        )
    }

    fn put_setters(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "\nimpl<B> {}<B> {{", self.name)?;
        let mut moves = vec!["bound".to_owned()];
        moves.extend(self.args.iter().map(|a| format!("{0}: self.{0}", a.name)));
        moves.extend(self.body.iter().map(|_| "body: self.body".to_owned()));
        writeln!(out, "    /// The same operation, bound to something else.")?;
        writeln!(
            out,
            "    pub fn bind<C>(self, bound: C) -> {0}<C> {{\n        {0} {{ {1} }}\n    }}",
            self.name,
            moves.join(", ")
        )?;
        for argument in self.optional() {
            let default = argument.param.default.as_deref().filter(|d| !matches!(*d, "\"\"" | "[]"));
            let default = default.map_or(String::new(), |d| format!(" The server's default is {}.", code(d)));
            let value = into_value(&argument.kind, &argument.name);
            let value = if matches!(argument.kind, Kind::List(_)) { value } else { format!("Some({value})") };
            writeln!(out, "\n    /// Sets {}.{default}", code(&argument.param.name))?;
            writeln!(out, "    pub fn {0}(mut self, {0}: {1}) -> Self {{", argument.name, into_type(&argument.kind))?;
            writeln!(out, "        self.{} = {value};\n        self\n    }}", argument.name)?;
        }
        if self.has_query() {
            writeln!(out, "\n    fn query(&self) -> Vec<(String, String)> {{\n        Query::new()")?;
            for argument in self.args.iter().filter(|a| a.param.place == Place::Query) {
                let value = match (&argument.kind, argument.param.required) {
                    (Kind::List(_), _) | (_, true) => format!("Some(&self.{})", argument.name),
                    _ => format!("self.{}.as_ref()", argument.name),
                };
                writeln!(out, "            .with({:?}, {value})", argument.param.name)?;
            }
            writeln!(out, "            .into_pairs()\n    }}")?;
        }
        writeln!(out, "}}")
    }

    fn has_query(&self) -> bool {
        self.args.iter().any(|a| a.param.place == Place::Query)
    }

    fn info(&self) -> String {
        format!("{}{}", screaming(&self.entry.name), "_INFO")
    }

    fn put_info(&self, out: &mut String) -> std::fmt::Result {
        let operation = self.entry.operation;
        let version = self.entry.version.map_or(String::new(), |v| format!(".v{v}"));
        let name = format!("{}{version}.{}", self.entry.group, self.entry.method).replace('_', "-");
        writeln!(out, "\nstatic {}: OpInfo = OpInfo {{\n    name: {name:?},", self.info())?;
        writeln!(out, "    method: {:?},", operation.verb.as_str())?;
        writeln!(out, "    path: \"{}{}\",", self.catalog.base, operation.path)?;
        writeln!(out, "    safety: Safety::{:?},\n    idempotent: {},", operation.safety, operation.idempotent)?;
        writeln!(out, "    privileges: &{:?},", operation.privileges)?;
        let deprecated = operation.deprecated.as_deref().map(|d| if d.is_empty() { "yes" } else { d });
        writeln!(out, "    deprecated: {deprecated:?},\n}};")
    }

    fn target(&self) -> String {
        let path = format!("{}{}", self.catalog.base, self.entry.operation.path);
        let mut template = path.clone();
        let mut values = String::new();
        for argument in self.args.iter().filter(|a| a.param.place == Place::Path) {
            template = template.replacen(&format!("{{{}}}", argument.param.name), "{}", 1);
            let value = match argument.kind {
                Kind::Text | Kind::Time => format!("&self.{}", argument.name),
                Kind::Enum(_) => format!("self.{}.as_str()", argument.name),
                _ => format!("&self.{}.to_string()", argument.name),
            };
            let _ = write!(values, ", segment({value})");
        }
        if values.is_empty() { format!("{path:?}") } else { format!("format!({template:?}{values})") }
    }

    fn put_operation(&self, out: &mut String) -> std::fmt::Result {
        self.put_info(out)?;
        let output = match &self.output {
            Output::Nothing => "()",
            Output::Bytes(_) => "bytes::Bytes",
            Output::Record(name) | Output::Value(name) => name,
        };
        writeln!(
            out,
            "\nimpl<B: Send + Sync + 'static> Operation for {}<B> {{\n    type Output = {output};\n",
            self.name
        )?;
        writeln!(out, "    fn info(&self) -> &'static OpInfo {{\n        &{}\n    }}\n", self.info())?;
        writeln!(out, "    fn request(&self) -> Result<Request> {{")?;
        let mut request = format!(
            "Request::new(&{}, Method::{}, {})",
            self.info(),
            self.entry.operation.verb.as_str(),
            self.target()
        );
        if self.has_query() {
            request = format!("support::with_query({request}, self.query())");
        }
        if let Some((_, media_type)) = &self.body {
            let _ = write!(request, ".body({media_type:?}, support::body(&self.body)?)");
        }
        let accepted = match &self.output {
            Output::Nothing => None,
            Output::Bytes(media_type) => Some(media_type.as_str()),
            Output::Record(_) | Output::Value(_) => Some("application/json"),
        };
        if let Some(media_type) = accepted {
            let _ = write!(request, ".accept({media_type:?})");
        }
        writeln!(out, "        Ok({request})\n    }}\n")?;
        let (taken, decoded) = match &self.output {
            Output::Nothing => ("_", "Ok(())"),
            Output::Bytes(_) => ("response", "Ok(response.into_body())"),
            Output::Record(_) => ("response", "support::decode(&response)"),
            Output::Value(_) => ("response", "support::decode_value(&response)"),
        };
        writeln!(
            out,
            "    fn decode(&self, {taken}: Response) -> Result<Self::Output> {{\n        {decoded}\n    }}\n}}"
        )
    }

    fn put_paged(&self, out: &mut String, row: &Kind) -> std::fmt::Result {
        let key = self.entry.key.as_deref().unwrap_or_default();
        let sort = self.entry.sort.as_deref().unwrap_or_default();
        let item = rust_type(row);
        let target = self.target();
        writeln!(
            out,
            "\nimpl<B: Clone + Send + Sync + 'static> Paged for {}<B> {{\n    type Item = {item};\n",
            self.name
        )?;
        writeln!(
            out,
            "    fn page_size(&self) -> u32 {{\n        self.page_size.and_then(|n| u32::try_from(n).ok()).unwrap_or(100)\n    }}\n"
        )?;
        writeln!(out, "    fn page_request(&self, index: u64, size: u32) -> Result<Request> {{")?;
        writeln!(out, "        let query = support::page_query(self.query(), index, size, {sort:?});")?;
        writeln!(out, "        Ok(support::get(&{}, {target}, query))\n    }}\n", self.info())?;
        writeln!(
            out,
            "    fn open(&self, response: Response) -> Result<Page> {{\n        support::open(&response, {key:?})\n    }}\n"
        )?;
        writeln!(
            out,
            "    fn item(&self, row: &Row) -> Result<Self::Item> {{\n        support::decode_row(row)\n    }}"
        )?;
        if let Some((name, value)) = &self.entry.audit {
            writeln!(out, "\n    fn audit(&self) -> Option<Arc<dyn Audit>> {{")?;
            writeln!(
                out,
                "        let (info, target, key, light) = (&{}, {target}, {key:?}, ({name:?}, {value:?}));",
                self.info()
            )?;
            writeln!(
                out,
                "        Some(Arc::new(support::ByFilter {{ info, target, key, pairs: self.query(), light }}))\n    }}"
            )?;
        }
        writeln!(out, "}}")
    }
}

/// What a setter takes.
fn into_type(kind: &Kind) -> String {
    match kind {
        Kind::Text | Kind::Time => "impl Into<String>".into(),
        Kind::List(inner) => match &**inner {
            Kind::Text | Kind::Time => "impl IntoIterator<Item = impl Into<String>>".into(),
            inner => format!("impl IntoIterator<Item = {}>", rust_type(inner)),
        },
        kind => rust_type(kind),
    }
}

fn into_value(kind: &Kind, name: &str) -> String {
    match kind {
        Kind::Text | Kind::Time => format!("{name}.into()"),
        Kind::List(inner) if matches!(**inner, Kind::Text | Kind::Time) => {
            format!("{name}.into_iter().map(Into::into).collect()")
        }
        Kind::List(_) => format!("{name}.into_iter().collect()"),
        _ => name.to_owned(),
    }
}
