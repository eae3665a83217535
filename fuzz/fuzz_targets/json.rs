//! The JSON reader against serde_json, and records against their own output.
#![no_main]

mod model;

use adjutant_schema::{ErrorKind, json};
use libfuzzer_sys::fuzz_target;
use model::Node;

const SHAPE: json::PageShape = json::PageShape { total: "count", rows: "list", key: "name" };

fuzz_target!(|data: &[u8]| {
    let ours = json::validate(data);
    let theirs = std::str::from_utf8(data).is_ok_and(|text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok());
    if ours.as_ref().err().map(|e| e.kind()) != Some(ErrorKind::TooDeep) {
        assert_eq!(ours.is_ok(), theirs);
    }
    let _ = json::split_page(&bytes::Bytes::copy_from_slice(data), &SHAPE);
    if let Ok(node) = json::decode::<Node>(data) {
        let text = json::encode(&node).unwrap();
        let again: Node = json::decode(&text).unwrap();
        assert_eq!(json::encode(&again).unwrap(), text);
    }
});
