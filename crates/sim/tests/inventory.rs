//! The inventory over a real socket: pages, sections, versions, filters, sorts, writes.

mod client;

use std::collections::BTreeSet;
use std::time::Instant;

use client::{Client, encode, sim};
use serde_json::Value;

fn ids(page: &Value) -> Vec<u64> {
    let rows = page["results"].as_array().expect("rows");
    rows.iter().map(|row| row["id"].as_str().expect("an id").parse().expect("a number")).collect()
}

#[test]
fn pages_cover_the_fleet_once() {
    let sim = sim("computers=950");
    let mut client = Client::logged_in(&sim);
    for sort in ["", "&sort=id:asc", "&sort=id%3Adesc", "&sort=general.name%3Aasc%2Cid%3Adesc"] {
        let mut seen = Vec::new();
        for page in 0..10 {
            let page = client.json(&format!("/api/v4/computers-inventory?page={page}&page-size=100{sort}"));
            assert_eq!(page["totalCount"], 950);
            seen.extend(ids(&page));
        }
        assert_eq!(seen.len(), 950);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 950, "{sort}");
        assert_eq!(client.json(&format!("/api/v4/computers-inventory?page=10{sort}"))["results"], Value::Array(vec![]));
    }
}

#[test]
fn page_size_is_silently_clamped() {
    let sim = sim("computers=5000");
    let mut client = Client::logged_in(&sim);
    assert_eq!(ids(&client.json("/api/v1/computers-inventory?page-size=5000")).len(), 2000);
    assert_eq!(ids(&client.json("/api/v1/computers-inventory?page-size=5000&page=2")).len(), 1000);
    assert_eq!(ids(&client.json("/api/v1/computers-inventory")).len(), 100);
    assert_eq!(client.get("/api/v1/computers-inventory?page-size=many").status, 400);
}

#[test]
fn sections_are_null_unless_asked_for() {
    let sim = sim("computers=3");
    let mut client = Client::logged_in(&sim);
    let row = |page: Value| page["results"][0].clone();
    let plain = row(client.json("/api/v4/computers-inventory?sort=id"));
    assert!(plain["general"].is_object() && plain["hardware"].is_null() && plain.get("hardware").is_some());
    for query in ["section=HARDWARE&section=STORAGE", "section=HARDWARE%2CSTORAGE"] {
        let some = row(client.json(&format!("/api/v4/computers-inventory?sort=id&{query}")));
        assert!(some["hardware"].is_object() && some["storage"].is_object() && some["general"].is_null());
    }
    let wrong = client.get("/api/v4/computers-inventory?section=FONTS");
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json()["errors"][0]["field"], "section");
    assert!(row(client.json("/api/v1/computers-inventory?sort=id&section=FONTS"))["fonts"].is_array());
}

#[test]
fn versions_differ_as_published() {
    let sim = sim("computers=3");
    let mut client = Client::logged_in(&sim);
    let mut detail = |version: u8| client.json(&format!("/api/v{version}/computers-inventory-detail/2"));
    let (one, two, three, four) = (detail(1), detail(2), detail(3), detail(4));
    assert!(one["fonts"].is_array() && one["plugins"].is_array());
    assert!(two.get("fonts").is_none() && two.get("plugins").is_none());
    assert!(two["applications"][0].get("cfBundleVersion").is_none());
    assert!(three["applications"][0]["cfBundleVersion"].is_string());
    assert!(three["general"]["lastContactTime"].is_string() && three["general"].get("lastCheckIn").is_none());
    assert!(four["general"]["lastCheckIn"].is_string() && four["general"].get("lastContactTime").is_none());
    assert!(four["general"].get("lastReportedIp").is_none() && four["general"]["lastReportedIpV4"].is_string());
    assert_eq!(one["general"]["name"], four["general"]["name"]);
}

#[test]
fn versions_can_be_absent() {
    let sim = sim("computers=3&versions=1,3");
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.get("/api/v4/computers-inventory").status, 404);
    assert_eq!(client.get("/api/v4/computers-inventory-detail/1").status, 404);
    assert_eq!(client.get("/api/v3/computers-inventory").status, 200);
}

#[test]
fn records_are_of_real_size_and_the_same_for_the_same_seed() {
    let (a, b, c) = (sim("computers=300&seed=7"), sim("computers=300&seed=7"), sim("computers=300&seed=8"));
    let [mut a, mut b, mut c] = [&a, &b, &c].map(Client::logged_in);
    let mut sizes = Vec::new();
    for id in 1..=300 {
        let target = format!("/api/v4/computers-inventory-detail/{id}");
        let record = a.get(&target);
        record.json();
        assert_eq!(record.body, b.get(&target).body);
        assert_ne!(record.body, c.get(&target).body);
        sizes.push(record.body.len());
    }
    let (least, most) = (sizes.iter().min().expect("some"), sizes.iter().max().expect("some"));
    assert!(*least >= 15_000 && *most <= 35_000, "{least}..{most}");
}

#[test]
fn the_size_of_records_can_be_chosen() {
    let sim = sim("computers=50&body-kb=60");
    let page = Client::logged_in(&sim).get("/api/v4/computers-inventory?section=GENERAL");
    assert_eq!(page.status, 200);
    let mut client = Client::logged_in(&sim);
    for id in 1..20 {
        let size = client.get(&format!("/api/v4/computers-inventory-detail/{id}")).body.len();
        assert!((52_000..70_000).contains(&size), "{size}");
    }
}

#[test]
fn filters_are_evaluated() {
    let sim = sim("computers=2000&odd=false");
    let mut client = Client::logged_in(&sim);
    let mut find = |filter: &str| {
        let target = format!(
            "/api/v4/computers-inventory?page-size=2000&section=GENERAL&section=HARDWARE&section=USER_AND_LOCATION&filter={}",
            encode(filter)
        );
        client.json(&target)
    };
    assert_eq!(ids(&find("id==7")), [7]);
    assert_eq!(ids(&find("id=in=(3,5,99999)")).len(), 2);
    assert_eq!(ids(&find("id=gt=10;id<=12,id==1999")).len(), 3);
    assert_eq!(ids(&find("(id==1,id==2);id==2")), [2]);
    assert_eq!(find("id=out=(1,2)")["totalCount"], 1998);
    let oscars = find("general.name==\"Oscar's *\"");
    assert!(!ids(&oscars).is_empty());
    for row in oscars["results"].as_array().expect("rows") {
        assert!(row["general"]["name"].as_str().expect("a name").starts_with("Oscar's "));
    }
    let person = find("userAndLocation.realname=='*O\\'Brien'");
    assert!(
        person["results"]
            .as_array()
            .expect("rows")
            .iter()
            .all(|row| { row["userAndLocation"]["realname"].as_str().expect("a name").ends_with("O'Brien") })
    );
    let serial = oscars["results"][0]["hardware"]["serialNumber"].as_str().expect("a serial").to_owned();
    assert_eq!(ids(&find(&format!("hardware.serialNumber=={serial}"))), [ids(&oscars)[0]]);
    let managed = find("general.remoteManagement.managed==true")["totalCount"].as_u64().expect("a total");
    assert!((1500..2000).contains(&managed));
    assert!(find("general.reportDate=ge=2025-07-01T00:00:00Z")["totalCount"].as_u64().expect("a total") > 100);
    for (wrong, part) in
        [("general.nmae==x", "general.nmae"), ("id=", "operator"), ("id==a b", "the end"), ("(id==1", "')'")]
    {
        let answer = client.get(&format!("/api/v4/computers-inventory?filter={}", encode(wrong)));
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(answer.text().contains(part), "{wrong}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["field"], "filter");
    }
}

#[test]
fn sorts_are_obeyed() {
    let sim = sim("computers=300");
    let mut client = Client::logged_in(&sim);
    let page =
        client.json("/api/v3/computers-inventory?page-size=300&section=HARDWARE&sort=hardware.model:desc,id:desc");
    let rows: Vec<(String, u64)> = page["results"]
        .as_array()
        .expect("rows")
        .iter()
        .zip(ids(&page))
        .map(|(row, id)| (row["hardware"]["model"].as_str().expect("a model").to_lowercase(), id))
        .collect();
    assert!(rows.is_sorted_by(|a, b| a >= b));
    assert_eq!(ids(&client.json("/api/v3/computers-inventory?page-size=3&sort=id:desc")), [300, 299, 298]);
    assert_eq!(client.get("/api/v3/computers-inventory?sort=id:up").status, 400);
    assert_eq!(client.get("/api/v3/computers-inventory?sort=no.such").status, 400);
}

#[test]
fn updates_show_and_read_only_fields_stay() {
    let sim = sim("computers=20");
    let mut client = Client::logged_in(&sim);
    let detail = "/api/v4/computers-inventory-detail/5";
    let before = client.json(detail);
    let body = r#"{"general":{"name":"O'Neill & \"Söhne\" 🚀","assetTag":42,"managed":false,"siteId":"2","simUnknown":{"a":[1]},
        "extensionAttributes":[{"definitionId":"1","values":["x"]}]},
        "hardware":{"serialNumber":"FORGED","macAddress":"AA:BB:CC:DD:EE:FF"},"extensionAttributes":[{"definitionId":"9","values":[]}]}"#;
    assert_eq!(client.patch(detail, body).status, 204);
    let after = client.json(detail);
    let general = &after["general"];
    assert_eq!(general["name"], "O'Neill & \"Söhne\" 🚀");
    assert_eq!(general["assetTag"], 42);
    assert_eq!(general["remoteManagement"]["managed"], false);
    assert_eq!(general["site"]["id"], "2");
    assert_eq!(general["simUnknown"]["a"][0], 1);
    assert_eq!(general["extensionAttributes"][0]["values"][0], "x");
    assert_eq!(general["reportDate"], before["general"]["reportDate"]);
    assert_eq!(after["hardware"]["serialNumber"], before["hardware"]["serialNumber"]);
    assert_eq!(after["hardware"]["macAddress"], "AA:BB:CC:DD:EE:FF");
    let compliance =
        after["extensionAttributes"].as_array().expect("some").iter().find(|one| one["definitionId"] == "9");
    assert_eq!(compliance.expect("there")["values"], Value::Array(vec![]));
    assert_eq!(after["storage"], before["storage"]);
    let found = client.json(&format!("/api/v4/computers-inventory?filter={}", encode("general.name=='O\\'Neill*'")));
    assert_eq!(ids(&found), [5]);
    assert_eq!(client.patch("/api/v1/computers-inventory-detail/5", r#"{"udid":"X"}"#).json()["udid"], "X");
    assert_eq!(client.patch(detail, "nonsense").status, 400);
    assert_eq!(client.patch(detail, r#"{"general":7}"#).status, 400);
    assert_eq!(client.patch("/api/v4/computers-inventory-detail/21", "{}").status, 404);
}

#[test]
fn deletions_and_creations_show() {
    let sim = sim("computers=20");
    let mut client = Client::logged_in(&sim);
    assert_eq!(client.delete("/api/v4/computers-inventory/5").status, 204);
    let again = client.delete("/api/v4/computers-inventory/5");
    assert_eq!(again.status, 404);
    assert_eq!(again.json()["httpStatus"], 404);
    assert_eq!(client.get("/api/v4/computers-inventory/5").status, 404);
    let page = client.json("/api/v4/computers-inventory?sort=id");
    assert_eq!((page["totalCount"].as_u64(), ids(&page).contains(&5)), (Some(19), false));
    let created =
        client.post("/api/v4/computers-inventory", "application/json", r#"{"udid":"U","general":{"name":"new"}}"#);
    assert_eq!((created.status, created.json()["id"].as_str()), (201, Some("21")));
    assert_eq!(client.json("/api/v4/computers-inventory/21")["general"]["name"], "new");
    sim.enrol(4);
    sim.remove(1);
    assert_eq!(client.json("/api/v4/computers-inventory")["totalCount"], 23);
    assert_eq!(sim.stats().computers, 23);
}

#[test]
fn a_million_computers_cost_nothing() {
    let sim = sim("computers=1000000");
    let mut client = Client::logged_in(&sim);
    let start = Instant::now();
    let page = client.json("/api/v4/computers-inventory?page=9999&page-size=100&sort=id:asc");
    assert_eq!((page["totalCount"].as_u64(), ids(&page)[99]), (Some(1_000_000), 1_000_000));
    assert_eq!(client.json("/api/v4/computers-inventory/765432")["id"], "765432");
    assert!(start.elapsed().as_secs() < 2, "{:?}", start.elapsed());
}

#[test]
fn large_pages_are_streamed() {
    let sim = sim("computers=2000");
    let mut client = Client::logged_in(&sim);

    let sections = "GENERAL,APPLICATIONS,SERVICES,HARDWARE,STORAGE,CERTIFICATES,LOCAL_USER_ACCOUNTS,SECURITY";
    let page = client.get(&format!("/api/v4/computers-inventory?page-size=2000&sort=id&section={sections}"));
    assert_eq!(page.header("transfer-encoding"), Some("chunked"));
    assert!(page.body.len() > 20_000_000);
    assert_eq!(ids(&page.json()), (1..=2000).collect::<Vec<u64>>());
    assert!(client.get("/api/v4/computers-inventory?page-size=20").header("content-length").is_some());
}
