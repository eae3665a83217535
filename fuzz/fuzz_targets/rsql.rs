//! The simulator's RSQL parser: no panic, and what it shows it reads again as the same.
#![no_main]

use adjutant_sim::rsql;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(expression) = rsql::parse(text) {
        let shown = expression.to_string();
        let again = rsql::parse(&shown).unwrap_or_else(|e| panic!("{shown:?} is not read again: {e:?}"));
        assert_eq!(again.to_string(), shown);
    }
});
