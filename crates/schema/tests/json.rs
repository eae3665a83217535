//! JSON through tables: nothing is lost, and strictness names the place.

mod common;

use adjutant_schema::{ErrorKind, Field, Raw, View, check, json, misfits, missing, require};
use common::{Computer, General, Platform, Update};
use serde_json::{Value, json};

fn round(text: &str) -> Computer {
    let record: Computer = json::decode(text.as_bytes()).unwrap();
    let back = json::encode(&record).unwrap();
    let (was, is): (Value, Value) = (serde_json::from_str(text).unwrap(), serde_json::from_slice(&back).unwrap());
    assert_eq!(was, is, "{text}");
    record
}

#[test]
fn known_fields_are_read() {
    let record = round(
        r#"{"id":"7","general":{"name":"Oscar\u0027s \ud83d\ude00","platform":"Mac","supervised":true,"count":-5,
        "load":1.5,"tags":["a",""],"sites":{"x":["1"],"y":[]},"any":{"k":[1,null]}},"apps":[{"name":"A","size":1},{}]}"#,
    );
    let general = record.general.as_ref().unwrap();
    assert_eq!(general.name.as_deref(), Some("Oscar's 😀"));
    assert_eq!(general.platform, Some(Platform::Mac));
    assert_eq!((general.supervised, general.count, general.load), (Some(true), Some(-5), Some(1.5)));
    assert_eq!(record.apps.as_ref().unwrap().len(), 2);
    assert!(record.extra.is_empty() && misfits(&record).is_empty() && missing(&record).is_empty());
}

#[test]
fn null_and_absent_and_empty_stay_apart() {
    let record = round(r#"{"id":null,"apps":[],"general":{"tags":null,"name":""}}"#);
    assert!(record.id.is_none() && record.extra.is_null(0));
    assert_eq!(record.apps.as_ref().map(Vec::len), Some(0));
    let mut record = record;
    record.id = Some("now set".into());
    assert!(json::encode(&record).unwrap().starts_with(br#"{"id":"now set","#));
}

#[test]
fn unknown_members_and_names_are_kept() {
    let record = round(
        r#"{"id":"1","new":{"a": [1, 2.50 ], "b":"\u0041"},"general":{"platform":"BeOS","x\"y":12345678901234567890}}"#,
    );
    assert_eq!(record.extra.get("new").map(Raw::text), Some(r#"{"a":[1,2.50],"b":"\u0041"}"#));
    assert_eq!(record.general.unwrap().platform.unwrap().as_str(), "BeOS");
}

#[test]
fn misfits_are_kept_listed_and_refused_when_asked_for() {
    let text = r#"{"id":12,"general":{"name":"n","supervised":"yes","count":"5","load":1e999,
        "password":["hunter2"],"tags":["a",1],"sites":[]},"apps":[{"name":"ok"},{"size":1.5}]}"#;
    let record: Computer = json::decode(text.as_bytes()).unwrap();
    let back = json::encode(&record).unwrap();
    assert_eq!(String::from_utf8(back).unwrap(), json::compact(text.as_bytes()).unwrap());
    let found: Vec<_> = misfits(&record).into_iter().map(|m| format!("{}={}", m.path, m.found)).collect();
    let wanted = [
        "id=12",
        "general.supervised=\"yes\"",
        "general.count=\"5\"",
        "general.load=1e999",
        "general.password=[redacted]",
        "general.tags=[\"a\",1]",
        "general.sites=[]",
        "apps[1].size=1.5",
    ];
    assert_eq!(found, wanted);
    let error = require(&record, "general.count").unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Misfit, "general.count"));
    assert!(error.to_string().contains("\"5\""), "{error}");
    assert!(matches!(require(&record, "apps[0].name"), Ok(View::Text("ok"))));
    assert_eq!(require(&record, "apps[7]").unwrap_err().path(), "apps[7]");
    assert_eq!(require(&record, "nope.x").unwrap_err().path(), "nope");
    assert_eq!(check(&record).unwrap_err().path(), "id");
}

#[test]
fn required_fields_are_missed_by_path() {
    let record: Computer = json::decode(br#"{"general":{"name":null}}"#).unwrap();
    assert_eq!(missing(&record), ["id", "general.name"]);
    assert_eq!(json::decode_strict::<Computer>(b"{}").unwrap_err().kind(), ErrorKind::Missing);
    assert_eq!(json::encode_strict(&record).unwrap_err().path(), "id");
}

#[test]
fn the_last_of_two_equal_members_counts() {
    let record: Computer = json::decode(br#"{"id":5,"id":null,"id":"x","apps":[{},{}],"apps":[{}]}"#).unwrap();
    assert_eq!(record.id.as_deref(), Some("x"));
    assert_eq!(record.apps.as_ref().unwrap().len(), 1);
    assert!(record.extra.is_empty());
    let record: Computer = json::decode(br#"{"id":"x","id":null}"#).unwrap();
    assert!(record.id.is_none() && record.extra.is_null(0));
}

#[test]
fn numbers_keep_their_spelling() {
    for number in ["3", "3.0", "-0", "-0.0", "1.10", "1E5", "1e-7", "123456789012345678901234567890"] {
        let text = format!(r#"{{"general":{{"load":{number},"count":{number}}}}}"#);
        let record: Computer = json::decode(text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(json::encode(&record).unwrap()).unwrap(), {
            let back = text.clone();
            back.replace(r#""load":"#, "L")
                .replace(r#""count":"#, "C")
                .replace("L", r#""count":"#)
                .replace("C", r#""load":"#)
        });
        let mut changed = record;
        changed.general.as_mut().unwrap().load = Some(7.5);
        assert!(String::from_utf8(json::encode(&changed).unwrap()).unwrap().contains(r#""load":7.5"#));
    }
}

#[test]
fn half_a_surrogate_pair_is_kept_as_it_came() {
    let text = r#"{"id":"\ud83d!","\udc00":1}"#;
    let record: Computer = json::decode(text.as_bytes()).unwrap();
    assert!(record.id.is_none());
    assert!(String::from_utf8(json::encode(&record).unwrap()).unwrap().starts_with(r#"{"id":"\ud83d!""#));
}

#[test]
fn broken_documents_say_where() {
    let fail = |text: &[u8]| json::decode::<Computer>(text).unwrap_err();
    let error = fail(br#"{"general":{"name":"x","tags":["a",}}}"#);
    assert_eq!((error.kind(), error.path(), error.offset()), (ErrorKind::Syntax, "general.tags[1]", Some(35)));
    assert_eq!(fail(br#"{"id":"x","#).kind(), ErrorKind::Truncated);
    assert_eq!(fail(br#"{"id":"x"#).kind(), ErrorKind::Truncated);
    assert_eq!(fail(b"").kind(), ErrorKind::Truncated);
    assert_eq!(fail(br#"{"id":"x"} {}"#).kind(), ErrorKind::Syntax);
    assert_eq!(fail(b"{\"id\":\"\xff\"}").kind(), ErrorKind::NotUtf8);
    assert_eq!(fail(b"[]").kind(), ErrorKind::Misfit);
    assert_eq!(fail(b"{\"id\":\"a\nb\"}").path(), "id");
    let html = fail(b"\n<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>nginx, and a great deal of other text</body></html>");
    assert_eq!(html.kind(), ErrorKind::Foreign);
    assert!(html.to_string().contains("<!DOCTYPE html><html>") && html.to_string().len() < 200, "{html}");
}

#[test]
fn a_depth_bomb_is_refused() {
    for open in ["[", "{\"a\":", "{\"general\":"] {
        let bomb = format!("{{\"general\":{{\"any\":{}", open.repeat(100_000));
        assert_eq!(json::decode::<Computer>(bomb.as_bytes()).unwrap_err().kind(), ErrorKind::TooDeep);
        assert_eq!(json::validate(bomb.as_bytes()).unwrap_err().kind(), ErrorKind::TooDeep);
    }
    let deepest = format!("{}{}", "[".repeat(128), "]".repeat(128));
    assert!(json::validate(deepest.as_bytes()).is_ok());
    assert!(json::validate(format!("[{deepest}]").as_bytes()).is_err());
}

#[test]
fn a_hostile_body_is_not_quadratic() {
    let mut text = String::from("{\"x\":0");
    for i in 0..60_000 {
        text += &format!(",\"u{i}\":0,\"id\":null");
    }
    text.push('}');
    let start = std::time::Instant::now();
    let record: Computer = json::decode(text.as_bytes()).unwrap();
    assert_eq!(record.extra.unknown().count(), 60_001);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn an_update_keeps_clears_and_sets() {
    let update = Update { name: "x".into(), room: Field::Clear, ..Update::default() };
    assert_eq!(json::encode(&update).unwrap(), br#"{"name":"x","room":null}"#);
    let back: Update = json::decode(br#"{"name":"x","room":null}"#).unwrap();
    assert_eq!(back, update);
}

#[test]
fn debug_shows_no_secret() {
    let text = r#"{"id":"1","general":{"name":"n","password":"hunter2"},"token":"hunter2"}"#;
    let record: Computer = json::decode(text.as_bytes()).unwrap();
    let shown = format!("{record:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert_eq!(
        shown,
        r#"Computer { id: "1", general: General { name: "n", password: [redacted] }, extra: ["token"] }"#
    );
    let record: Computer = json::decode(br#"{"general":{"password":["hunter2"]}}"#).unwrap();
    assert!(!format!("{record:?}").contains("hunter2"));
}

#[test]
fn serde_works_by_delegation() {
    let value = json!({"id": null, "general": {"name": "n", "count": "odd", "platform": "BeOS"}, "more": [1]});
    let record: Computer = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), value);
    let general: Vec<General> = json::decode_value(br#"[{"name":"a"},{"name":"b"}]"#).unwrap();
    assert_eq!(json::encode_value(&general).unwrap(), br#"[{"name":"a"},{"name":"b"}]"#);
}

#[test]
fn columns_are_flat_and_whole() {
    use adjutant_schema::columns::{Columns, extra};
    let mut columns = Columns::of(Computer::DESC);
    assert_eq!(columns.headers()[..3], ["id", "general.name", "general.platform"]);
    assert!(columns.is_sensitive(6) && columns.headers()[6] == "general.password");
    columns.retain(|h| !h.starts_with("general.p"));
    let text = br#"{"id":"1","x":2,"general":{"name":"n","tags":["a","b"],"count":"odd","sites":{"s":["t"]}},"apps":[{"name":"A"}]}"#;
    let row = columns.row_of_json::<Computer>(text).unwrap();
    let pairs: Vec<_> =
        columns.headers().iter().zip(&row).filter(|(_, v)| !v.is_empty()).map(|(h, v)| format!("{h}={v}")).collect();
    let wanted = [
        "id=1",
        "general.name=n",
        "general.count=\"odd\"",
        "general.tags=a; b",
        r#"general.sites={"s":["t"]}"#,
        r#"apps=[{"name":"A"}]"#,
    ];
    assert_eq!(pairs, wanted);
    assert_eq!(extra(&json::decode::<Computer>(text).unwrap()), r#"{"x":2}"#);
}
