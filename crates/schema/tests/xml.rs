//! XML through tables.

mod common;

use adjutant_schema::{ErrorKind, Field, misfits, xml};
use common::{Computer, Update};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

fn round(inner: &str) -> Computer {
    let text = format!("{HEAD}<computer>{inner}</computer>");
    let record: Computer = xml::decode(text.as_bytes()).unwrap();
    assert_eq!(xml::encode(&record).unwrap(), text);
    record
}

#[test]
fn texts_are_whole() {
    let record = round(
        "<id>7</id><general><name>O&apos;Brien &amp; &lt;Söhne&gt; 😀</name><supervised>true</supervised><count>-3</count></general>",
    );
    let general = record.general.unwrap();
    assert_eq!(general.name.as_deref(), Some("O'Brien & <Söhne> 😀"));
    assert_eq!((general.supervised, general.count), (Some(true), Some(-3)));
    let text = "<computer><id><![CDATA[a<b]]>&#x41;c</id></computer>";
    assert_eq!(xml::decode::<Computer>(text.as_bytes()).unwrap().id.as_deref(), Some("a<bAc"));
}

#[test]
fn lists_have_wrappers_or_repeat() {
    let record = round(
        "<general><tags>a</tags><tags></tags></general><apps><size>2</size><app><name>A</name></app><app></app></apps>",
    );
    assert_eq!(record.apps.as_ref().unwrap().len(), 2);
    assert_eq!(record.general.unwrap().tags.unwrap(), ["a", ""]);
    assert_eq!(round("<apps></apps>").apps.map(|a| a.len()), Some(0));
}

#[test]
fn what_the_table_does_not_know_is_kept() {
    let record = round(
        "<id>1</id><general><supervised></supervised><count>many</count><load>1.50</load></general><new a=\"1\"><b>&amp;</b></new>",
    );
    assert_eq!(misfits(&record).len(), 1);
    let general = record.general.as_ref().unwrap();
    assert_eq!((general.load, general.supervised, general.extra.is_null(2)), (Some(1.5), None, true));
    let json = String::from_utf8(adjutant_schema::json::encode(&record).unwrap()).unwrap();
    assert_eq!(json, r#"{"id":"1","general":{"supervised":null,"count":"many","load":1.5},"new":{"b":"&"}}"#);
}

#[test]
fn attributes_and_repeats_are_kept() {
    let text = format!("{HEAD}<computer v=\"2\"><id lang=\"de\">x</id><id>y</id></computer>");
    let record: Computer = xml::decode(text.as_bytes()).unwrap();
    assert_eq!(record.id.as_deref(), Some("x"));
    assert_eq!(xml::encode(&record).unwrap(), text);
}

#[test]
fn items_that_do_not_fit_cost_no_others() {
    let record = round("<general><tags>a</tags><tags>c</tags><tags><b></b></tags><tags x=\"1\">d</tags></general>");
    assert_eq!(record.general.unwrap().tags.unwrap(), ["a", "c"]);
    let record = round("<apps><size>9</size><app>text</app><app></app></apps>");
    assert!(record.apps.is_none());
    assert_eq!(misfits(&record)[0].path, "apps");
}

#[test]
fn an_update_keeps_clears_and_sets() {
    let update = Update { name: "a&b".into(), room: Field::Clear, ..Update::default() };
    assert_eq!(xml::encode(&update).unwrap(), format!("{HEAD}<update><name>a&amp;b</name><room></room></update>"));
}

#[test]
fn what_xml_cannot_carry_is_refused_with_its_path() {
    let apps = vec![common::App::default(), common::App { name: Some("a\u{b}".into()), ..Default::default() }];
    let record = Computer { apps: Some(apps), ..Computer::default() };
    let error = xml::encode(&record).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Unwritable, "apps[1].name"));
    assert!(error.to_string().contains("U+000B"));
    let record = Computer { id: Some("a\r\nb\tc".into()), ..Computer::default() };
    let text = xml::encode(&record).unwrap();
    assert_eq!(xml::decode::<Computer>(text.as_bytes()).unwrap(), record);
}

#[test]
fn hostile_documents_are_refused() {
    let fail = |text: &str| xml::decode::<Computer>(text.as_bytes()).unwrap_err().kind();
    assert_eq!(fail("<computer><id>"), ErrorKind::Truncated);
    assert_eq!(fail("<computer><id></name></computer>"), ErrorKind::Syntax);
    assert_eq!(fail("<computer><id>&bomb;</id></computer>"), ErrorKind::Syntax);
    assert_eq!(fail("<!DOCTYPE c [<!ENTITY a \"b\">]><computer/>"), ErrorKind::Foreign);
    assert_eq!(fail("<html><body>502</body></html>"), ErrorKind::Foreign);
    assert_eq!(fail("{\"computer\":{}}"), ErrorKind::Foreign);
    assert_eq!(fail("<computer/><computer/>"), ErrorKind::Syntax);
    assert_eq!(fail(&format!("<computer>{}", "<x>".repeat(100_000))), ErrorKind::TooDeep);
}
