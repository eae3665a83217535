//! The simulator's records against the vendor's schema, as the catalogs hold it.
//!
//! The simulator was written by hand from the same facts; this is where a slip of either hand shows.

mod client;

use std::collections::BTreeSet;

use adjutant_catalogs::{Catalog, Shape, Verb, jamf_pro};
use client::{Client, sim};
use serde_json::Value;

/// Everything that is not as declared, and every path that held a value.
#[derive(Default)]
struct Findings {
    wrong: BTreeSet<String>,
    held: BTreeSet<String>,
}

impl Findings {
    fn compare(&mut self, catalog: &Catalog, shape: &Shape, value: &Value, path: &str) {
        if value.is_null() {
            return;
        }
        self.held.insert(path.to_owned());
        let shape = catalog.resolve(shape);
        let fits = match shape {
            Shape::Bool => value.is_boolean(),
            Shape::Int => value.is_i64(),
            Shape::Float => value.is_number(),
            Shape::Text | Shape::Bytes => value.is_string(),
            Shape::Time => value.as_str().is_some_and(|text| text.parse::<jiff::Timestamp>().is_ok()),
            Shape::Date => value.as_str().is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
            Shape::Enum(names) => value.as_str().is_some_and(|text| names.iter().any(|name| name == text)),
            Shape::List(item) => {
                for one in value.as_array().into_iter().flatten() {
                    self.compare(catalog, item, one, &format!("{path}[]"));
                }
                value.is_array()
            }
            _ => match (catalog.fields(shape), value.as_object()) {
                (Some(fields), Some(members)) => {
                    for name in members.keys().filter(|name| !fields.iter().any(|field| field.name == **name)) {
                        self.wrong.insert(format!("{path}.{name} is not declared"));
                    }
                    for field in fields {
                        let path = format!("{path}.{}", field.name);
                        match members.get(&field.name) {
                            Some(value) => self.compare(catalog, &field.shape, value, &path),
                            None => drop(self.wrong.insert(format!("{path} is missing"))),
                        }
                    }
                    true
                }
                (fields, _) => fields.is_none(),
            },
        };
        if !fits {
            self.wrong.insert(format!("{path} does not fit: {value}"));
        }
    }
}

/// Every path that a shape declares.
fn declared(catalog: &Catalog, shape: &Shape, path: &str, all: &mut BTreeSet<String>) {
    all.insert(path.to_owned());
    if let Shape::List(item) = catalog.resolve(shape) {
        return declared(catalog, item, &format!("{path}[]"), all);
    }
    for field in catalog.fields(shape).into_iter().flatten() {
        declared(catalog, &field.shape, &format!("{path}.{}", field.name), all);
    }
}

fn findings(version: u8, options: &str) -> (Findings, BTreeSet<String>) {
    let catalog = jamf_pro();
    let path = format!("/v{version}/computers-inventory-detail/{{id}}");
    let shape = catalog.find(Verb::Get, &path).and_then(|operation| operation.result()).expect("a result");
    let sim = sim(options);
    let mut client = Client::logged_in(&sim);
    let (mut findings, mut all) = (Findings::default(), BTreeSet::new());
    for id in 1..=200 {
        let record = client.json(&format!("/api/v{version}/computers-inventory-detail/{id}"));
        findings.compare(catalog, shape, &record, "");
    }
    declared(catalog, shape, "", &mut all);
    (findings, all)
}

#[test]
fn every_field_is_there_and_as_declared() {
    for version in 1..=4 {
        let (findings, declared) = findings(version, "computers=200&odd=false&tls=false");
        assert_eq!(findings.wrong, BTreeSet::new(), "version {version}");
        let never: Vec<_> = declared.difference(&findings.held).collect();
        assert!(never.is_empty(), "never has a value in version {version}: {never:?}");
    }
}

#[test]
fn oddities_are_there_by_default() {
    let (findings, _) = findings(4, "computers=200&tls=false");
    for part in [
        ".general.assetTag does not",
        ".purchasing.lifeExpectancy does not",
        ".hardware.neuralEngineCores is not declared",
        ".security.sipStatus does not",
        ".hardware.batteryHealth does not",
    ] {
        assert!(findings.wrong.iter().any(|wrong| wrong.starts_with(part)), "{part}: {:?}", findings.wrong);
    }
}
