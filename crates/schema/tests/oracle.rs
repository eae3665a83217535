//! The JSON reader against serde_json, over made and damaged documents.

use adjutant_schema::json::{self, PageShape};
use bytes::Bytes;
use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

const SHAPE: PageShape = PageShape { total: "totalCount", rows: "results", key: "id" };

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![any::<String>(), "[ -~]{0,12}", Just("\u{0}\"\\\u{1f}é😀\u{2028}".to_owned())];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..6).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

/// Writes a value with blanks where the grammar allows them.
fn spaced(value: &Value, blanks: &mut impl FnMut() -> &'static str) -> String {
    let body = match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|i| spaced(i, blanks)).collect();
            format!("[{}{}]", items.join(","), blanks())
        }
        Value::Object(members) => {
            let one = |(k, v): (&String, &Value)| {
                let before = blanks();
                format!("{before}{}{}:{}", Value::from(k.as_str()), blanks(), spaced(v, blanks))
            };
            let members: Vec<String> = members.iter().map(one).collect();
            format!("{{{}}}", members.join(","))
        }
        leaf => leaf.to_string(),
    };
    format!("{}{body}{}", blanks(), blanks())
}

fn blanks(seed: u64) -> impl FnMut() -> &'static str {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        ["", " ", "\n  ", "\t", "\r\n", ""][(state >> 33) as usize % 6]
    }
}

fn same_verdict(text: &str) {
    let theirs = serde_json::from_str::<IgnoredAny>(text).is_ok();
    assert_eq!(json::validate(text.as_bytes()).is_ok(), theirs, "{text:?}");
}

proptest! {
    #[test]
    fn compaction_changes_no_value(value in value(), seed: u64) {
        let text = spaced(&value, &mut blanks(seed));
        let compact = json::compact(text.as_bytes()).unwrap();
        prop_assert_eq!(&*compact, value.to_string());
    }

    #[test]
    fn damaged_documents_get_the_same_verdict(
        value in value(), seed: u64, at: prop::sample::Index, byte in prop::sample::select(b"{}[],:\"\\0-.eE1tfn u/\n\x01".to_vec()), cut: bool,
    ) {
        let mut text = spaced(&value, &mut blanks(seed)).into_bytes();
        let at = at.index(text.len());
        if cut { text.truncate(at) } else { text[at] = byte }
        if let Ok(text) = std::str::from_utf8(&text) {
            same_verdict(text);
        }
    }

    #[test]
    fn any_text_gets_the_same_verdict(text in "[\\[\\]{},:\"\\\\0-9eE.+ tfnrualse-]{0,24}") {
        same_verdict(&text);
    }

    #[test]
    fn rows_come_out_whole(rows in prop::collection::vec(value(), 0..8), seed: u64) {
        let rows: Vec<Value> = rows.into_iter().enumerate().map(|(i, v)| match v {
            Value::Object(mut members) => { members.insert("id".into(), Value::from(i.to_string())); Value::Object(members) }
            other => other,
        }).collect();
        let page = serde_json::json!({"totalCount": rows.len(), "aside": [{"results": 1}], "results": rows});
        let body = Bytes::from(spaced(&page, &mut blanks(seed)));
        let split = json::split_page(&body, &SHAPE).unwrap();
        prop_assert_eq!(split.total, Some(rows.len() as u64));
        prop_assert_eq!(split.rows.len(), rows.len());
        for (i, (row, value)) in split.rows.iter().zip(&rows).enumerate() {
            prop_assert_eq!(std::str::from_utf8(&row.json).unwrap(), value.to_string());
            let key = row.key().map(|k| k.into_owned());
            prop_assert_eq!(key, value.is_object().then(|| i.to_string()));
        }
    }
}

#[test]
fn known_edges() {
    let edges = [
        "0",
        "-0",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1E-5",
        "+1",
        "nul",
        "nulll",
        "true false",
        "\"\\u12\"",
        "\"\\u12G4\"",
        "\"\\x\"",
        "\"\t\"",
        "[1,]",
        "[,1]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "[1 2]",
        "\u{feff}1",
        "",
        " ",
        "\"\u{7f}\"",
        "1e999",
        "\"a\\\\\"",
        "\"a\\\"",
        "[[]",
        "[]]",
        "{\"\":{}}",
        "\u{a0}1",
        "NaN",
        "\"12345678\\n12345678\"",
    ];
    edges.into_iter().for_each(same_verdict);
}

#[test]
fn compact_rows_are_not_copied() {
    let body = Bytes::from_static(br#"{"results":[{"id":1},{"id":null},{"x":"y"}]}"#);
    let page = json::split_page(&body, &SHAPE).unwrap();
    assert!(page.total.is_none());
    assert_eq!(page.rows[0].json.as_ptr(), body[12..].as_ptr());
    let keys: Vec<_> = page.rows.iter().map(|r| r.key().map(|k| k.into_owned())).collect();
    assert_eq!(keys, [Some("1".to_owned()), None, None]);
}

#[test]
fn a_page_without_rows_is_an_error() {
    let error = json::split_page(&Bytes::from_static(br#"{"totalCount":3}"#), &SHAPE).unwrap_err();
    assert_eq!((error.kind(), error.path()), (adjutant_schema::ErrorKind::Missing, "results"));
    let cut =
        json::split_page(&Bytes::from_static(br#"{"totalCount":3,"results":[{"id":"1"},{"id":"#), &SHAPE).unwrap_err();
    assert_eq!((cut.kind(), cut.path()), (adjutant_schema::ErrorKind::Truncated, "results[1].id"));
}
