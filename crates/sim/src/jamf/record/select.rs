//! One field of a record by its path, for filters and sorts.
//!
//! The fields that people search for are made alone, so that a search through a million computers takes seconds;
//! for any other field its section is made and read.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use serde_json::Value;

use super::identity::time;
use super::json::Json;
use super::{Mould, Record, Section, Sections};
use crate::rsql::Field;

/// Sections whose fields can be searched: all that are single objects.
const SEARCHABLE: [Section; 7] = [
    Section::General,
    Section::DiskEncryption,
    Section::Purchasing,
    Section::UserAndLocation,
    Section::Hardware,
    Section::Security,
    Section::OperatingSystem,
];

/// Whether a filter or sort may name this field in any version of the inventory.
pub(crate) fn known_selector(path: &str) -> bool {
    static KNOWN: OnceLock<BTreeSet<String>> = OnceLock::new();
    KNOWN
        .get_or_init(|| {
            let mould = Mould { seed: 0, size: (0, 0), classic_size: 0, odd: false };
            let wanted = SEARCHABLE.iter().fold(Sections::NONE, |all, section| all.with(*section));
            let mut known = BTreeSet::new();
            // A few computers, since an object can be null on one of them.
            for (id, version) in (1..40).flat_map(|id| [(id, 1), (id, 4)]) {
                let mut text = String::new();
                mould.record(id, None).write(&mut text, version, wanted);
                collect("", &serde_json::from_str(&text).unwrap_or(Value::Null), &mut known);
            }
            SEARCHABLE.iter().for_each(|section| {
                known.remove(section.field());
            });
            known
        })
        .contains(path)
}

fn collect(prefix: &str, value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                collect(&path, value, known);
            }
        }
        Value::Array(_) => {}
        // Sections that were not asked for are null at the top level.
        Value::Null if !prefix.contains('.') => {}
        _ => {
            known.insert(prefix.to_owned());
        }
    }
}

impl Record<'_> {
    /// The value of a field; nothing for paths that lead nowhere.
    pub(crate) fn field(&self, path: &str) -> Field<'static> {
        match path {
            "id" => return Field::Number(self.id as f64),
            "udid" => return Field::text(self.udid()),
            _ => {}
        }
        if let Some(value) = self.patch.as_deref().and_then(|patch| patch.member(path)) {
            return scalar(value);
        }
        let odd_tag = self.is_odd(97, 5);
        match path {
            "general.name" => Field::text(self.made_name()),
            "general.assetTag" if !odd_tag => Field::text(self.made_asset_tag()),
            "general.reportDate" => Field::text(time(self.reported_at())),
            "general.managementId" => Field::text(self.management_id()),
            "hardware.serialNumber" => Field::text(self.made_serial()),
            "hardware.model" => Field::text(self.model().0),
            "hardware.modelIdentifier" => Field::text(self.model().1),
            "operatingSystem.version" => Field::text(self.system().0),
            "operatingSystem.build" => Field::text(self.system().1),
            "userAndLocation.username" => Field::text(self.person().username),
            "userAndLocation.realname" => Field::text(self.person().real_name),
            "userAndLocation.email" => Field::text(self.person().email()),
            _ => self.field_of_section(path),
        }
    }

    /// The value read from the section as made.
    fn field_of_section(&self, path: &str) -> Field<'static> {
        let Some((name, rest)) = path.split_once('.') else { return Field::Null };
        let Some(section) = SEARCHABLE.into_iter().find(|section| section.field() == name) else {
            return Field::Null;
        };
        // The fourth version renamed two fields of the others.
        let version = if matches!(rest, "lastReportedIp" | "lastContactTime") { 1 } else { 4 };
        let mut text = String::new();
        self.write_section(&mut Json { out: &mut text }, version, section);
        serde_json::from_str(&text).map_or(Field::Null, |value| scalar(read_path(&value, rest)))
    }
}

/// Follows a dotted path.
fn read_path<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

fn scalar(value: &Value) -> Field<'static> {
    match value {
        Value::Bool(value) => Field::Bool(*value),
        Value::Number(value) => Field::Number(value.as_f64().unwrap_or_default()),
        Value::String(value) => Field::text(value.clone()),
        _ => Field::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_made_alone_is_the_field_of_the_record() {
        let mould = Mould { seed: 7, size: (0, 0), classic_size: 0, odd: true };
        for id in 1..300 {
            let record = mould.record(id, None);
            let mut text = String::new();
            record.write(&mut text, 4, Sections::ALL);
            let whole: Value = serde_json::from_str(&text).expect("JSON");
            for path in [
                "udid",
                "general.name",
                "general.assetTag",
                "general.reportDate",
                "general.managementId",
                "hardware.serialNumber",
                "hardware.model",
                "hardware.modelIdentifier",
                "operatingSystem.version",
                "operatingSystem.build",
                "userAndLocation.username",
                "userAndLocation.realname",
                "userAndLocation.email",
                "general.site.name",
                "general.lastCheckIn",
                "security.sipStatus",
            ] {
                assert!(known_selector(path), "{path}");
                assert_eq!(record.field(path), scalar(read_path(&whole, path)), "{path} of {id}");
            }
        }
        for path in ["general", "general.nmae", "applications.name", "fonts", "general.lastContactTimes", ""] {
            assert!(!known_selector(path), "{path}");
        }
    }
}
