//! The Classic API over a real socket, in both notations.

mod client;

use client::{Client, sim};

const JSON: &[(&str, &str)] = &[("Accept", "application/json")];
const XML: &[(&str, &str)] = &[("Accept", "text/xml")];

fn xml_text(document: &roxmltree::Document<'_>, path: &[&str]) -> String {
    let mut node = document.root_element();
    for name in path {
        node = node.children().find(|child| child.has_tag_name(*name)).unwrap_or_else(|| panic!("no {name}"));
    }
    node.text().unwrap_or_default().to_owned()
}

#[test]
fn lists_come_in_both_notations() {
    let sim = sim("computers=300&tls=false");
    let mut client = Client::logged_in(&sim);
    for (path, members) in [("/JSSResource/computers", 2), ("/JSSResource/computers/subset/basic", 12)] {
        let list = client.send("GET", path, JSON, "").expect("an answer").json();
        assert_eq!(list["computers"].as_array().map(Vec::len), Some(300));
        assert_eq!(list["computers"][299]["id"], 300);
        assert_eq!(list["computers"][0].as_object().map(serde_json::Map::len), Some(members));
        let text = client.send("GET", path, &[], "").expect("an answer");
        let document = roxmltree::Document::parse(text.text()).expect("well-formed");
        assert_eq!(xml_text(&document, &["size"]), "300");
        assert_eq!(document.root_element().children().filter(|node| node.has_tag_name("computer")).count(), 300);
        assert_eq!(xml_text(&document, &["computer", "name"]), list["computers"][0]["name"].as_str().expect("a name"));
    }
}

#[test]
fn long_lists_are_whole() {
    let sim = sim("computers=200000&tls=false");
    let mut client = Client::logged_in(&sim);
    let list = client.send("GET", "/JSSResource/computers", JSON, "").expect("an answer");
    assert_eq!(list.header("transfer-encoding"), Some("chunked"));
    assert_eq!(list.json()["computers"].as_array().map(Vec::len), Some(200_000));
}

#[test]
fn records_are_well_formed_and_agree() {
    let sim = sim("computers=100");
    let mut client = Client::logged_in(&sim);
    for id in 1..=100 {
        let path = format!("/JSSResource/computers/id/{id}");
        let answer = client.send("GET", &path, JSON, "").expect("an answer");
        assert!((11_000..15_000).contains(&answer.body.len()), "{}", answer.body.len());
        let json = answer.json();
        let xml = client.send("GET", &path, XML, "").expect("an answer");
        let document = roxmltree::Document::parse(xml.text()).expect("well-formed");
        for path in
            [["general", "name"], ["general", "serial_number"], ["location", "realname"], ["location", "department"]]
        {
            assert_eq!(xml_text(&document, &path), json["computer"][path[0]][path[1]].as_str().expect("text"));
        }
        let pro = client.json(&format!("/api/v4/computers-inventory-detail/{id}"));
        assert_eq!(json["computer"]["general"]["name"], pro["general"]["name"]);
        assert_eq!(json["computer"]["general"]["udid"], pro["udid"]);
        assert_eq!(json["computer"]["general"]["serial_number"], pro["hardware"]["serialNumber"]);
        // JSON loses all but the last of repeated elements.
        let users = document.descendants().filter(|node| node.has_tag_name("password_min_length")).count();
        assert_eq!(users, 2);
        assert!(json["computer"]["groups_accounts"]["user_inventories"]["user"].is_object());
    }
}

#[test]
fn subsets_hold_what_was_asked_for() {
    let sim = sim("computers=5");
    let mut client = Client::logged_in(&sim);
    for path in ["general&location", "General%26Location"] {
        let path = format!("/JSSResource/computers/id/3/subset/{path}");
        let json = client.send("GET", &path, JSON, "").expect("an answer").json();
        let parts: Vec<&String> = json["computer"].as_object().expect("parts").keys().collect();
        assert_eq!(parts, ["general", "location"]);
    }
    let attributes =
        client.send("GET", "/JSSResource/computers/id/3/subset/extensionattributes", XML, "").expect("an answer");
    assert!(attributes.text().contains("<extension_attribute><id>1</id>"));
    assert_eq!(client.get("/JSSResource/computers/id/3/subset/nonsense").status, 400);
}

#[test]
fn updates_show_in_both_apis() {
    let sim = sim("computers=5");
    let mut client = Client::logged_in(&sim);
    let path = "/JSSResource/computers/id/3";
    let body = r#"<?xml version="1.0" encoding="UTF-8"?><computer><general><name>O'Neill &amp; "S" &lt;1&gt; 🚀</name><asset_tag/>
        <remote_management><managed>false</managed></remote_management></general>
        <location><realname>山田</realname><department>R&amp;D</department></location>
        <extension_attributes><extension_attribute><id>9</id><value>fine</value></extension_attribute></extension_attributes></computer>"#;
    let answer = client.send("PUT", path, &[("Content-Type", "text/xml")], body).expect("an answer");
    assert_eq!((answer.status, answer.text().ends_with("<computer><id>3</id></computer>")), (201, true));
    let json = client.send("GET", path, JSON, "").expect("an answer").json();
    let computer = &json["computer"];
    assert_eq!(computer["general"]["name"], "O'Neill & \"S\" <1> 🚀");
    assert_eq!(computer["general"]["asset_tag"], "");
    assert_eq!(computer["general"]["remote_management"]["managed"], false);
    assert_eq!(computer["location"]["realname"], "山田");
    assert_eq!(computer["location"]["department"], "R&D");
    assert_eq!(computer["extension_attributes"][8]["value"], "fine");
    let pro = client.json("/api/v4/computers-inventory-detail/3");
    assert_eq!(pro["general"]["name"], computer["general"]["name"]);
    assert_eq!(pro["userAndLocation"]["departmentId"], "2");
    let list = client.send("GET", "/JSSResource/computers", JSON, "").expect("an answer").json();
    assert_eq!(list["computers"][2]["name"], computer["general"]["name"]);
    for (wrong, status) in [
        ("<computer>", 400),
        ("<mac/>", 400),
        ("<computer><location><building>Nowhere</building></location></computer>", 409),
    ] {
        assert_eq!(client.send("PUT", path, &[("Content-Type", "text/xml")], wrong).expect("an answer").status, status);
    }
}

#[test]
fn deletions_and_creations_show() {
    let sim = sim("computers=5");
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.delete("/JSSResource/computers/id/2").status, 200);
    let gone = client.send("GET", "/JSSResource/computers/id/2", JSON, "").expect("an answer");
    assert_eq!(gone.status, 404);
    assert!(gone.text().starts_with("<html>"), "{}", gone.text());
    let body = "<computer><general><name>new</name></general></computer>";
    let created = client.post("/JSSResource/computers/id/0", "text/xml", body);
    assert_eq!((created.status, created.text().ends_with("<computer><id>6</id></computer>")), (201, true));
    assert_eq!(client.json("/api/v4/computers-inventory/6")["general"]["name"], "new");
    client.token = None;
    let refused = client.get("/JSSResource/computers");
    assert!(refused.status == 401 && refused.text().contains("Unauthorized"));
}
