//! Whatever the XML reader accepts, it reads the same from its own output.
#![no_main]

mod model;

use adjutant_schema::xml;
use libfuzzer_sys::fuzz_target;
use model::Node;

fuzz_target!(|data: &[u8]| {
    if let Ok(node) = xml::decode::<Node>(data) {
        if let Ok(text) = xml::encode_as(&node, "node") {
            let again: Node = xml::decode(text.as_bytes()).unwrap();
            assert_eq!(xml::encode_as(&again, "node").unwrap(), text);
        }
    }
});
