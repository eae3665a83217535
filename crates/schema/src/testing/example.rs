//! Values that a server accepts, from what its schema says.
//!
//! A client can be wrong about a server in ways that its own tests share. Another's validator is a judge of both, if
//! it is given enough requests that *ought* to be right: required parts present, listed names only, formats, lengths
//! and ranges respected, nothing `null` that may not be, nothing that only the server sets. The same values are
//! examples in help texts.

use super::{Choices, pattern};
use crate::record::same_view;
use crate::slot::{Cell, List, Open};
use crate::{FieldDesc, Flags, Format, Kind, Record, Rules};

/// Texts without a format: the characters that encoders and quoting get wrong.
const TEXTS: &[&str] = &[
    "Oscar's MacBook Air",
    "R&D <lab> \"3\"",
    "Zo\u{eb} + 1 = 100 %",
    "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{540d}\u{524d}",
    "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb}",
    "a;b, c/d?e#f\\g",
];

/// How deep optional parts nest.
const DEPTH: u32 = 6;

/// Fills a record with values that its table allows in a request.
///
/// What the table does not know cannot be respected: relations between fields, and what stands behind [`Kind::Any`],
/// which is left out unless it is required.
pub fn example(record: &mut dyn Record, choices: &mut Choices) {
    fill(record, choices, DEPTH);
}

/// One value that `field` allows: an argument of an operation.
pub fn value<T: Cell>(field: &FieldDesc, choices: &mut Choices) -> T {
    let mut value = T::default();
    put(value.open(), &field.kind, field.rules.unwrap_or(&Rules::NONE), choices, DEPTH);
    value
}

fn fill(record: &mut dyn Record, choices: &mut Choices, depth: u32) {
    let fields = record.desc().fields;
    for (i, field) in fields.iter().enumerate() {
        let required = field.flags.has(Flags::REQUIRED);
        let wanted = required || (depth > 0 && !matches!(field.kind, Kind::Any) && choices.includes());
        if field.flags.has(Flags::READ_ONLY) || !wanted || !is_chosen(fields, i) {
            continue;
        }
        if field.flags.has(Flags::NULLABLE) && choices.below(8) == 0 {
            if !record.slot(i).nullify() {
                record.extra_mut().set_null(i);
            }
            continue;
        }
        let rules = field.rules.unwrap_or(&Rules::NONE);
        put(record.slot(i).open(), &field.kind, rules, choices, depth.saturating_sub(1));
    }
}

/// Of the fields that exclude each other, an example has the first.
fn is_chosen(fields: &[FieldDesc], i: usize) -> bool {
    let group = fields[i].choice;
    group == 0 || !fields[..i].iter().any(|earlier| earlier.choice == group)
}

fn put(open: Open<'_>, kind: &Kind, rules: &Rules, choices: &mut Choices, depth: u32) {
    match open {
        Open::Bool(flag) => *flag = choices.below(2) == 0,
        Open::Int(number) => *number = integer(rules, choices),
        Open::Float(number) => *number = integer(rules, choices) as f64,
        Open::Text(text) => *text = self::text(kind, rules, choices),
        Open::Name(name) => {
            if let Kind::Enum(names) = kind {
                name.set(choices.pick(names));
            }
        }
        Open::Record(record) => fill(record, choices, depth),
        Open::List(list) => {
            let Kind::List(inner) = kind else { return };
            let rules_inside = Rules { min_len: None, max_len: None, ..*rules };
            for _ in 0..length(rules, inner, choices, depth) {
                put(list.push(), inner, &rules_inside, choices, depth);
                drop_twin(list, rules);
            }
        }
        Open::Map(map) => {
            let Kind::Map(inner) = kind else { return };
            for key in ["first", "second"].iter().filter(|_| depth > 0) {
                put(map.entry(key), inner, rules, choices, depth.saturating_sub(1));
            }
        }
        Open::Any(any) => *any = serde_json::json!({}),
    }
}

/// Takes the last item away if there is one like it: many lists are sets, and none has to repeat itself.
fn drop_twin(list: &mut dyn List, rules: &Rules) {
    let last = list.len().saturating_sub(1);
    let is_spare = last >= rules.min_len.map_or(0, |n| n as usize);
    if is_spare && (0..last).any(|i| same_view(list.at(i), list.at(last))) {
        list.pop();
    }
}

/// How many items a list gets: a few, and none of them when it is too deep or nothing is known of them.
fn length(rules: &Rules, inner: &Kind, choices: &mut Choices, depth: u32) -> u64 {
    let least = u64::from(rules.min_len.unwrap_or(0));
    if depth == 0 || matches!(inner, Kind::Any) || !choices.includes() {
        return least;
    }
    let most = rules.max_len.map_or(least + 3, |most| u64::from(most).min(least + 3));
    choices.between(least.max(1).min(most), most)
}

/// The ends of a range as often as what lies between them.
fn integer(rules: &Rules, choices: &mut Choices) -> i64 {
    let least = rules.min.unwrap_or_else(|| rules.max.map_or(0, |most| most.min(0)));
    let most = rules.max.unwrap_or_else(|| least.saturating_add(1_000));
    match choices.below(4) {
        0 => least,
        1 => most,
        _ => {
            let room = choices.below(most.abs_diff(least).saturating_add(1));
            least.saturating_add_unsigned(room).min(most)
        }
    }
}

fn text(kind: &Kind, rules: &Rules, choices: &mut Choices) -> String {
    if let Some(pattern) = rules.pattern {
        return pattern::matching(pattern, choices);
    }
    let mut two = |least, most| format!("{:02}", choices.between(least, most));
    let date = format!("20{}-{}-{}", two(10, 39), two(1, 12), two(1, 28));
    match rules.format {
        Some(Format::Date) => date,
        Some(Format::Base64) => ["QWRqdXRhbnQ=", "AAECAwQFBgc=", "cm9sbCBjYWxs"][choices.below(3) as usize].into(),
        Some(Format::Uuid) => {
            let (high, low) = (choices.below(u64::MAX), choices.below(u64::MAX));
            let hex = format!("{high:016x}{low:016x}");
            format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
        }
        Some(Format::Uri) => format!("https://example.org/{}", choices.below(100)),
        Some(Format::Email) => format!("oscar{}@example.org", choices.below(100)),
        Some(Format::Ipv4) => format!("192.0.2.{}", choices.below(256)),
        None if matches!(kind, Kind::Time) => {
            format!("{date}T{}:{}:{}.{}Z", two(0, 23), two(0, 59), two(0, 59), two(10, 99))
        }
        None => sized(choices.pick(TEXTS), rules),
    }
}

/// The text, repeated or cut to the allowed length in characters.
fn sized(text: &str, rules: &Rules) -> String {
    let count = text.chars().count();
    let least = rules.min_len.map_or(0, |n| n as usize);
    let most = rules.max_len.map_or(usize::MAX, |n| n as usize);
    text.chars().cycle().take(count.max(least).min(most)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(field: &FieldDesc) -> Vec<String> {
        (0..50).map(|seed| value(field, &mut Choices::new(seed))).collect()
    }

    #[test]
    fn limits_are_kept() {
        static RANGE: Rules = Rules { min: Some(1), max: Some(3), ..Rules::NONE };
        let field = FieldDesc::new("n", Kind::Int).rules(&RANGE);
        let mut found: Vec<i64> = (0..50).map(|seed| value(&field, &mut Choices::new(seed))).collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, [1, 2, 3]);

        static SHORT: Rules = Rules { min_len: Some(7), max_len: Some(9), ..Rules::NONE };
        assert!(
            texts(&FieldDesc::new("t", Kind::Text).rules(&SHORT)).iter().all(|t| (7..=9).contains(&t.chars().count()))
        );

        static TWO: Rules = Rules { min_len: Some(2), max_len: Some(2), ..Rules::NONE };
        let field = FieldDesc::new("l", Kind::List(&Kind::Int)).rules(&TWO);
        for seed in 0..50 {
            assert_eq!(value::<Vec<i64>>(&field, &mut Choices::fewest(seed)).len(), 2);
            assert_eq!(value::<Vec<i64>>(&field, &mut Choices::most(seed)).len(), 2);
        }
    }

    #[test]
    fn formats_are_kept() {
        let with = |format| Rules { format: Some(format), ..Rules::NONE };
        static UUID: Rules = Rules { format: Some(Format::Uuid), ..Rules::NONE };
        for uuid in texts(&FieldDesc::new("u", Kind::Text).rules(&UUID)) {
            let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{uuid}");
        }
        assert!(text(&Kind::Time, &with(Format::Date), &mut Choices::new(1)).len() == 10);
        for time in texts(&FieldDesc::new("t", Kind::Time)) {
            assert!(time.len() == 23 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{time}");
        }
    }
}
