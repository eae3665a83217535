//! What was written to a computer since it was made.
//!
//! Kept as the difference only, and applied to the JSON of the sections that it touches. What the server owns
//! (read-only fields) is ignored as the server ignores it; fields that nobody knows are kept, so that a test can see
//! that a client sent them back.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::attributes::ATTRIBUTES_KEY;
use super::definitions::ATTRIBUTES;
use super::select::known_selector;

/// Sections that can be written, and the fields of the server's own in them that can.
const WRITABLE: [(&str, &[&str]); 5] = [
    ("general", &["name", "lastIpAddress", "barcode1", "barcode2", "assetTag", "remoteManagement", "site"]),
    (
        "purchasing",
        &[
            "leased",
            "purchased",
            "poNumber",
            "poDate",
            "vendor",
            "warrantyDate",
            "appleCareId",
            "leaseDate",
            "purchasePrice",
            "lifeExpectancy",
            "purchasingAccount",
            "purchasingContact",
        ],
    ),
    ("userAndLocation", &["username", "realname", "email", "position", "phone", "departmentId", "buildingId", "room"]),
    ("hardware", &["networkAdapterType", "macAddress", "altNetworkAdapterType", "altMacAddress"]),
    ("operatingSystem", &[]),
];

/// Everything written to one computer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Patch {
    pub(crate) udid: Option<String>,
    /// Section to members.
    members: BTreeMap<String, Map<String, Value>>,
    /// Definition to values.
    attributes: BTreeMap<String, Value>,
}

/// Why a patch was refused: the field, and what is wrong with it.
pub(crate) type Refused = (String, String);

impl Patch {
    /// Adds the body of an inventory update.
    pub(crate) fn add_json(&mut self, body: &Value) -> Result<(), Refused> {
        let wrong = |field: &str, what: &str| (field.to_owned(), what.to_owned());
        let body = body.as_object().ok_or_else(|| wrong("", "the body must be a JSON object"))?;
        for (section, value) in body {
            match (section.as_str(), value) {
                ("udid", Value::String(udid)) => self.udid = Some(udid.clone()),
                (ATTRIBUTES_KEY, list) => self.add_attributes(list)?,
                (_, Value::Null) => {}
                (name, Value::Object(members)) if WRITABLE.iter().any(|(section, _)| *section == name) => {
                    for (member, value) in members {
                        self.add_member(name, member, value)?;
                    }
                }
                (name, _) if WRITABLE.iter().any(|(section, _)| *section == name) => {
                    return Err(wrong(name, "must be an object"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add_member(&mut self, section: &str, member: &str, value: &Value) -> Result<(), Refused> {
        let (member, value) = match (section, member) {
            (_, ATTRIBUTES_KEY) => return self.add_attributes(value),
            ("general", "managed") => ("remoteManagement", serde_json::json!({ "managed": value })),
            ("general", "siteId") => ("site", serde_json::json!({ "id": value })),
            _ if !writable(section).contains(&member) && known_selector(&format!("{section}.{member}")) => {
                return Ok(());
            }
            _ => (member, value.clone()),
        };
        self.set(section, member, value);
        Ok(())
    }

    fn add_attributes(&mut self, list: &Value) -> Result<(), Refused> {
        let wrong = |what: &str| (ATTRIBUTES_KEY.to_owned(), what.to_owned());
        let list = match list {
            Value::Null => return Ok(()),
            list => list.as_array().ok_or_else(|| wrong("must be an array"))?,
        };
        for item in list {
            let id =
                item.get("definitionId").and_then(Value::as_str).ok_or_else(|| wrong("definitionId is missing"))?;
            let values = item.get("values").cloned().unwrap_or(Value::Array(Vec::new()));
            self.set_attribute(id, values).map_err(|()| wrong("no such definitionId"))?;
        }
        Ok(())
    }

    /// Writes the values of one extension attribute, if there is such a definition.
    pub(crate) fn set_attribute(&mut self, id: &str, values: Value) -> Result<(), ()> {
        if !ATTRIBUTES.iter().any(|attribute| attribute.id == id) {
            return Err(());
        }
        self.attributes.insert(id.to_owned(), values);
        Ok(())
    }

    pub(crate) fn attribute(&self, id: &str) -> Option<&Value> {
        self.attributes.get(id)
    }

    /// Writes one member of one section, read-only or not.
    pub(crate) fn set(&mut self, section: &str, member: &str, value: Value) {
        let members = self.members.entry(section.to_owned()).or_default();
        merge(members.entry(member.to_owned()).or_insert(Value::Null), value);
    }

    pub(crate) fn touches(&self, section: &str) -> bool {
        let attributes = || {
            self.attributes.keys().any(|id| ATTRIBUTES.iter().any(|known| known.id == id && known.section == section))
        };
        self.members.contains_key(section) || attributes()
    }

    /// What was written to a field, by its path.
    pub(crate) fn member(&self, path: &str) -> Option<&Value> {
        let (section, member) = path.split_once('.')?;
        self.members.get(section)?.get(member)
    }

    /// One section's JSON with what was written to it.
    pub(super) fn applied(&self, section: &str, made: &str) -> String {
        let mut value: Value = serde_json::from_str(made).unwrap_or(Value::Null);
        if let (Some(written), Some(members)) = (self.members.get(section), value.as_object_mut()) {
            for (member, written) in written {
                merge(members.entry(member.clone()).or_insert(Value::Null), written.clone());
            }
        }
        let attributes = match section {
            ATTRIBUTES_KEY => value.as_array_mut(),
            _ => value.get_mut(ATTRIBUTES_KEY).and_then(Value::as_array_mut),
        };
        for attribute in attributes.into_iter().flatten() {
            let id = attribute.get("definitionId").and_then(Value::as_str);
            if let Some(values) = id.and_then(|id| self.attributes.get(id)).cloned() {
                attribute["values"] = values;
            }
        }
        value.to_string()
    }
}

fn writable(section: &str) -> &'static [&'static str] {
    WRITABLE.iter().find(|(name, _)| *name == section).map_or(&[], |(_, fields)| fields)
}

/// Objects are merged, all else is replaced.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, from) => *into = from,
    }
}
