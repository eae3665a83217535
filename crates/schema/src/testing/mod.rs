//! Values made from the tables.
//!
//! Every table is a generator: property tests and simulators fill any record without knowing its type. [`fill`] makes
//! what a codec must survive; [`example`] makes what a server accepts.

mod example;
mod pattern;

pub use example::{example, value};

use crate::slot::Open;
use crate::{Kind, Record};
use serde_json::json;

/// A small, seeded source of choices; equal seeds make equal values on every machine.
#[derive(Debug, Clone, Copy)]
pub struct Choices {
    state: u64,
    optional: Optional,
}

/// What becomes of parts that may be left out.
#[derive(Debug, Clone, Copy)]
enum Optional {
    Never,
    Sometimes,
    Always,
}

impl Choices {
    /// Choices that follow from `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed, optional: Optional::Sometimes }
    }

    /// As [`Choices::new`]; an example has its required parts only.
    pub const fn fewest(seed: u64) -> Self {
        Self { state: seed, optional: Optional::Never }
    }

    /// As [`Choices::new`]; an example has all its parts.
    pub const fn most(seed: u64) -> Self {
        Self { state: seed, optional: Optional::Always }
    }

    /// Whether an example includes a part that may be left out.
    pub fn includes(&mut self) -> bool {
        match self.optional {
            Optional::Never => false,
            Optional::Sometimes => self.below(4) > 0,
            Optional::Always => true,
        }
    }

    /// A number below `most` (0 if `most` is 0).
    pub fn below(&mut self, most: u64) -> u64 {
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)).checked_rem(most).unwrap_or(0)
    }

    /// A number from `least` to `most`, both included.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least).saturating_add(1))
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let at = self.below(from.len() as u64);
        from.get(usize::try_from(at).unwrap_or(0)).copied().unwrap_or_default()
    }
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "Oscar's MacBook Air",
    "R&D <lab> \"3\"",
    "日本語の名前",
    "👩🏽‍💻",
    "back\\slash",
    "two\nlines\tand a tab",
    "2026-11-21T10:00:00.000Z",
    "]]>",
    "a;b; c",
    "ZZZ_NOT_LISTED",
];

/// Fills a record with arbitrary values: any field may stay absent or be `null`. Lists stay short and nesting shallow.
pub fn fill(record: &mut dyn Record, choices: &mut Choices) {
    fill_to(record, choices, 4);
}

fn fill_to(record: &mut dyn Record, choices: &mut Choices, depth: u32) {
    let desc = record.desc();
    for (i, field) in desc.fields.iter().enumerate() {
        let nested = matches!(field.kind, Kind::Record(_) | Kind::List(_) | Kind::Map(_));
        match choices.below(8) {
            0 | 1 => {}
            2 => {
                if !record.slot(i).nullify() {
                    record.extra_mut().set_null(i);
                }
            }
            _ if nested && depth == 0 => {}
            _ => fill_value(record.slot(i).open(), &field.kind, choices, depth),
        }
    }
}

fn fill_value(open: Open<'_>, kind: &Kind, choices: &mut Choices, depth: u32) {
    let inner = match kind {
        Kind::List(inner) | Kind::Map(inner) => inner,
        _ => &Kind::Any,
    };
    match open {
        Open::Bool(flag) => *flag = choices.below(2) == 0,
        Open::Int(number) => *number = [0, 1, -1, 42, i64::MAX, i64::MIN][choices.below(6) as usize],
        Open::Float(number) => *number = [0.0, 1.0, -2.5, 1e-7, 1e300, 0.1][choices.below(6) as usize],
        Open::Text(text) => *text = choices.pick(TEXTS).to_owned(),
        Open::Name(name) => match kind {
            Kind::Enum(names) if choices.below(4) > 0 => name.set(choices.pick(names)),
            _ => name.set(choices.pick(TEXTS)),
        },
        Open::Record(record) => fill_to(record, choices, depth.saturating_sub(1)),
        Open::List(list) => {
            for _ in 0..choices.below(3) {
                fill_value(list.push(), inner, choices, depth.saturating_sub(1));
            }
        }
        Open::Map(map) => {
            for _ in 0..choices.below(3) {
                let key = format!("k{}", choices.below(9));
                fill_value(map.entry(&key), inner, choices, depth.saturating_sub(1));
            }
        }
        Open::Any(any) => *any = json!({"a": [1, null, "x"], "b": choices.below(9)}),
    }
}
