//! Every generated model, filled from its table: nothing is lost on the way through JSON, XML, serde and flat columns.

// Public in its own crate.
#[allow(unreachable_pub)]
#[path = "../../crates/jamf/src/gen/models/mod.rs"]
#[rustfmt::skip]
mod models;

use adjutant_schema::testing::{Choices, fill};
use adjutant_schema::{AsSerde, Record, columns::Columns, json, same, xml};
use proptest::prelude::*;
use serde_json::Value;

fn every() -> impl Iterator<Item = fn() -> Box<dyn Record>> {
    let modules = [models::EVERY, models::v1::EVERY, models::v2::EVERY, models::v3::EVERY];
    modules.into_iter().flatten().copied()
}

fn dynamic(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn json_round_trips(seed: u64) {
        for make in every() {
            let mut record = make();
            fill(&mut *record, &mut Choices::new(seed));
            let text = json::encode(&*record).unwrap();
            let mut back = make();
            json::fill(&mut *back, &text).unwrap();
            prop_assert!(same(&*record, &*back), "{:?}\n{:?}", record, back);
            prop_assert_eq!(json::encode(&*back).unwrap(), text.clone());
            prop_assert_eq!(serde_json::to_value(AsSerde(&*record)).unwrap(), dynamic(&text));
            let columns = Columns::of(record.desc());
            prop_assert_eq!(columns.row(&*record).len(), columns.headers().len());
        }
    }

    #[test]
    fn xml_round_trips(seed: u64) {
        for make in every() {
            let mut record = make();
            fill(&mut *record, &mut Choices::new(seed));
            let text = xml::encode_as(&*record, "root").unwrap();
            let mut back = make();
            xml::fill(&mut *back, text.as_bytes()).unwrap();
            prop_assert_eq!(xml::encode_as(&*back, "root").unwrap(), text);
        }
    }

    /// Any JSON object goes through any model unchanged, whatever fits and whatever does not.
    #[test]
    fn foreign_values_pass_through(seed: u64, other: u64) {
        let makes: Vec<_> = every().collect();
        let mut choices = Choices::new(seed);
        for make in &makes {
            // Another record's members under this record's names.
            let mut donor = makes[usize::try_from(choices.below(makes.len() as u64)).unwrap()]();
            fill(&mut *donor, &mut Choices::new(other));
            let donor = dynamic(&json::encode(&*donor).unwrap());
            let mut mixed = serde_json::Map::new();
            let mut record = make();
            let values = donor.as_object().unwrap().values().cycle();
            for (field, value) in record.desc().fields.iter().zip(values) {
                mixed.insert(field.name.to_owned(), value.clone());
            }
            mixed.insert("notInTheTable".into(), donor.clone());
            let mixed = Value::Object(mixed);
            json::fill(&mut *record, mixed.to_string().as_bytes()).unwrap();
            prop_assert_eq!(dynamic(&json::encode(&*record).unwrap()), mixed);
        }
    }
}

#[test]
fn there_are_models_to_test() {
    assert!(every().count() > 80);
}
