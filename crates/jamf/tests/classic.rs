//! Classic computers: one, many, all.

mod support;

use adjutant_jamf::{
    ErrorKind, Field,
    classic::{
        ClassicComputerUpdate, ClassicExtensionAttribute, ClassicGeneralUpdate, ClassicLocationUpdate,
        ClassicRemoteManagementUpdate,
    },
};
use std::collections::BTreeSet;
use support::{Scripted, Server, json, soon, token};

#[tokio::test]
async fn lists_are_typed() {
    let server = Server::start("computers=30");
    let computers = server.client().classic().computers();
    let plain = computers.list().await.expect("a list");
    assert_eq!(plain.iter().filter_map(|c| c.id).collect::<Vec<_>>(), (1..=30).collect::<Vec<_>>());
    let basic = computers.list().basic().await.expect("a list");
    assert!(basic.len() == 30 && basic.iter().all(|c| c.serial_number.is_some() && c.managed.is_some()));
}

#[tokio::test]
async fn one_with_its_subsets() {
    let server = Server::start("computers=30");
    let computers = server.client().classic().computers();
    let whole = computers.get(7).await.expect("a computer");
    assert_eq!(whole.general.as_ref().and_then(|general| general.id), Some(7));
    assert!(whole.extra.get("hardware").is_some(), "what is not typed is kept");
    let part = computers.get(7).subsets(["location", "extension_attributes"]).await.expect("a computer");
    assert!(part.general.is_none() && part.location.is_some() && part.extension_attributes.is_some());
    let raw = computers.get(7).subsets(["general"]).raw().await.expect("a row");
    assert!(raw.bytes.starts_with(br#"{"general":{"id":7,"#));
    let error = computers.get(7).subsets(["hardwear"]).await.expect_err("unknown");
    assert!(error.kind() == ErrorKind::Usage && error.hint().is_some_and(|hint| hint.contains("hardware")));
    assert!(computers.get(99).await.expect_err("no such").is_not_found());
}

#[tokio::test]
async fn many_in_order_each_with_its_id() {
    let server = Server::start("computers=60&latency-spread=5ms");
    server.sim.remove(13);
    let mut reads = server.client().classic().computers().get_many((1..=40).rev());
    let mut ids = Vec::new();
    while let Some(outcome) = soon(reads.next()).await {
        ids.push(outcome.input);
        match outcome.result {
            Ok(row) => assert!(row.bytes.starts_with(format!(r#"{{"general":{{"id":{},"#, outcome.input).as_bytes())),
            Err(error) => assert!(outcome.input == 13 && error.is_not_found(), "{error}"),
        }
    }
    assert_eq!(ids, (1..=40).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn no_ids_read_nothing() {
    let server = Server::start("computers=60");
    assert!(server.client().classic().computers().get_many(Vec::new()).next().await.is_none());
    assert_eq!(server.sim.stats().requests, 0);
}

#[tokio::test]
async fn all_of_them_and_the_proof() {
    let server = Server::start("computers=130");
    let mut read = server.client().classic().computers().read_all();
    let mut ids = BTreeSet::new();
    while let Some(row) = soon(read.next()).await {
        assert!(read.proof().is_none(), "no proof before the end");
        assert!(ids.insert(row.expect("a record").key.and_then(|key| key.number()).expect("an id")));
    }
    let proof = read.proof().expect("a proof");
    assert_eq!((ids.len(), proof.rows, proof.listed, read.total()), (130, 130, 130, Some(130)));
    assert!(soon(read.next()).await.is_none());
    assert_eq!(server.requests_to("GET /JSSResource/computers"), 2, "before and after");
    assert!(server.sim.stats().max_in_flight <= 5);
}

#[tokio::test]
async fn who_comes_and_goes_meanwhile_is_reported() {
    let server = Server::start("computers=100&latency=1ms");
    let mut read = server.client().classic().computers().read_all();
    let mut ids = BTreeSet::new();
    while let Some(row) = soon(read.next()).await {
        if ids.len() == 20 {
            server.sim.remove(90);
            server.sim.enrol(3);
        }
        assert!(ids.insert(row.expect("a record").key.and_then(|key| key.number()).expect("an id")));
    }
    let proof = read.proof().expect("a living fleet is no failure");
    assert_eq!((proof.rows, proof.listed, proof.enrolled, proof.removed.as_slice()), (102, 102, 3, &[90][..]));
    assert!(proof.to_string().contains("3 enrolled") && proof.to_string().contains("1 removed"), "{proof}");
}

#[tokio::test]
async fn what_could_not_be_read_is_named() {
    let answer = |line: &str| match line.split(' ').nth(1).unwrap_or("") {
        path if path.contains("oauth") => token(),
        "/JSSResource/computers" => json(200, r#"{"computers":[{"id":1,"name":"a"},{"id":2},{"id":3}]}"#),
        "/JSSResource/computers/id/2" => json(501, "{}"),
        _ => json(200, "{ \"computer\" : {\"general\": {} } }"),
    };
    let server = Scripted::start(move |seen| answer(&seen.line));
    let mut read = server.client().classic().computers().read_all();
    let (mut rows, mut errors) = (0, Vec::new());
    while let Some(row) = soon(read.next()).await {
        match row {
            Ok(row) => {
                assert_eq!(row.bytes.as_ref(), br#"{"general":{}}"#, "compacted");
                rows += 1;
            }
            Err(error) => errors.push(error),
        }
    }
    assert_eq!((rows, errors.len(), read.proof()), (2, 1, None));
    assert_eq!(errors[0].kind(), ErrorKind::Incomplete);
    assert!(errors[0].to_string().contains("1 of 3 computers could not be read (ids 2)"), "{}", errors[0]);
}

#[tokio::test]
async fn who_is_listed_again_but_not_found_was_not_removed() {
    let answer = |line: &str| match line.split(' ').nth(1).unwrap_or("") {
        path if path.contains("oauth") => token(),
        "/JSSResource/computers" => json(200, r#"{"computers":[{"id":1},{"id":2}]}"#),
        "/JSSResource/computers/id/2" => json(404, "<html><body>Not Found</body></html>"),
        _ => json(200, r#"{"computer":{}}"#),
    };
    let server = Scripted::start(move |seen| answer(&seen.line));
    let mut read = server.client().classic().computers().read_all();
    let mut last = None;
    while let Some(row) = soon(read.next()).await {
        last = Some(row);
    }
    let error = last.expect("something").expect_err("never silently short");
    assert!(error.to_string().contains("(ids 2)") && read.proof().is_none(), "{error}");
}

#[tokio::test]
async fn mass_reads_survive_the_network() {
    for fault in ["503:every=7", "429:retry-after=0:every=9", "reset:after=3000:every=8", "truncated:every=11"] {
        let server = Server::start(&format!("computers=120&classic-kb=8&fault={fault}"));
        let mut read = server.client().classic().computers().read_all();
        let mut rows = 0;
        while let Some(row) = soon(read.next()).await {
            row.unwrap_or_else(|e| panic!("{fault}: {e}"));
            rows += 1;
        }
        assert_eq!((rows, read.proof().map(|proof| proof.rows)), (120, Some(120)), "{fault}");
    }
}

#[tokio::test]
async fn without_the_privilege_it_ends_at_once() {
    let server = Server::start("computers=120&deny=Read Computers");
    let mut read = server.client().classic().computers().read_all();
    let error = soon(read.next()).await.expect("an error").expect_err("forbidden");
    assert_eq!((error.kind(), error.privilege()), (ErrorKind::Forbidden, Some("Read Computers")));
    assert!(soon(read.next()).await.is_none());
}

#[tokio::test]
async fn xml_is_written_exactly() {
    let server = Server::start("computers=10");
    let computers = server.client().classic().computers();
    let name = "O'Brien \"& <Söhne>\" 👩🏽‍💻 ]]>";
    let general = ClassicGeneralUpdate { name: name.into(), asset_tag: Field::Clear, ..Default::default() };
    let location = ClassicLocationUpdate { room: "R&D".into(), ..Default::default() };
    let change =
        ClassicComputerUpdate { general: Field::Set(general), location: Field::Set(location), ..Default::default() };
    computers.update(4, change).await.expect("updated");
    let read = computers.get(4).await.expect("a computer");
    let general = read.general.expect("general");
    assert_eq!((general.name.as_deref(), general.asset_tag.as_deref()), (Some(name), Some("")));
    assert_eq!(read.location.and_then(|location| location.room).as_deref(), Some("R&D"));
}

#[tokio::test]
async fn the_document_on_the_wire() {
    let server = Scripted::start(|seen| {
        if seen.line.contains("oauth") {
            token()
        } else {
            (201, vec![("Content-Type", "text/xml".into())], "<computer><id>4</id></computer>".into())
        }
    });
    let remote = ClassicRemoteManagementUpdate { managed: Field::Set(false), ..Default::default() };
    let general =
        ClassicGeneralUpdate { remote_management: Field::Set(remote), barcode_1: Field::Clear, ..Default::default() };
    let attribute = ClassicExtensionAttribute { id: Some(3), value: Some("a\nb".into()), ..Default::default() };
    let change = ClassicComputerUpdate {
        general: Field::Set(general),
        extension_attributes: Field::Set(vec![attribute]),
        ..Default::default()
    };
    server.client().classic().computers().update(4, change).await.expect("sent");
    let sent = server.seen_at("/JSSResource/computers/id/4").pop().expect("a request");
    assert_eq!(sent.header("content-type"), Some("text/xml"));
    let text = sent.text();
    assert!(text.starts_with(r#"<?xml version="1.0" encoding="UTF-8"?><computer><general><barcode_1"#), "{text}");
    assert!(text.contains("<remote_management><managed>false</managed></remote_management></general>"), "{text}");
    assert!(text.contains("<extension_attributes><extension_attribute><id>3</id><value>a"), "{text}");
}

#[tokio::test]
async fn control_characters_are_refused_with_their_path() {
    let server = Server::start("computers=10");
    let general = ClassicGeneralUpdate { name: "a\u{1}b".into(), ..Default::default() };
    let change = ClassicComputerUpdate { general: Field::Set(general), ..Default::default() };
    let error = server.client().classic().computers().update(4, change).await.expect_err("refused");
    assert!(error.kind() == ErrorKind::Usage && error.to_string().contains("general.name"), "{error}");
    assert_eq!(server.sim.stats().requests, 0);
}
