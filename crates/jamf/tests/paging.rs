//! Paged reads are complete, whatever the server does meanwhile, or they say what is missing.

mod support;

use adjutant_jamf::{
    Client, ErrorKind, Result, field,
    pager::{Proof, ProofMethod},
    sort,
};
use std::collections::BTreeSet;
use support::{Server, soon};

/// Reads everything in pages of that size; every id, in the order of their coming, and the proof.
async fn read(client: &Client, page_size: u32) -> Result<(Vec<u64>, Proof)> {
    let mut rows = client.pro().computer_inventory().list().page_size(page_size).rows();
    let mut ids = Vec::new();
    while let Some(row) = soon(rows.next()).await {
        ids.push(row?.key.and_then(|key| key.number()).expect("an id"));
    }
    Ok((ids, rows.proof().expect("a proof at the end")))
}

fn distinct(ids: &[u64]) -> usize {
    ids.iter().collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn every_row_once_and_in_order() {
    let server = Server::start("computers=957");
    for size in [1000, 957, 100, 29] {
        let (ids, proof) = read(&server.client(), size).await.expect("complete");
        assert_eq!(ids, (1..=957).collect::<Vec<_>>(), "pages of {size}");
        assert_eq!((proof.method, proof.rows), (ProofMethod::Steady, 957));
    }
}

#[tokio::test]
async fn an_empty_fleet_is_complete_too() {
    let (ids, proof) = read(&Server::start("computers=0").client(), 100).await.expect("complete");
    assert_eq!((ids.len(), proof.rows), (0, 0));
}

#[tokio::test]
async fn the_servers_clamp_is_learned() {
    let server = Server::start("computers=4500");
    let (ids, proof) = read(&server.client(), 5000).await.expect("complete");
    assert_eq!((distinct(&ids), proof.rows), (4500, 4500));
    // One look at the newest id, three pages of 2,000.
    assert_eq!(server.requests_to("GET /api/v4/computers-inventory"), 4);
}

#[tokio::test]
async fn items_are_typed_and_keep_what_is_new() {
    let server = Server::start("computers=120");
    let mut items = server.client().pro().computer_inventory().list().all_sections().items();
    let mut count = 0;
    while let Some(item) = soon(items.next()).await {
        let computer = item.expect("odd values are kept, not errors");
        assert!(computer.id.is_some() && computer.udid.is_some());
        count += 1;
    }
    assert_eq!((count, items.proof().expect("complete").rows), (120, 120));
}

#[tokio::test]
async fn enrolment_and_removal_meanwhile_are_reported_not_errors() {
    for fault in ["enrol:every=3", "remove:every=4", "enrol:every=2,remove:every=3", "duplicate-rows:every=2"] {
        let server = Server::start(&format!("computers=800&fault={}", fault.replace(',', "%2C")));
        let (ids, proof) = read(&server.client(), 100).await.unwrap_or_else(|e| panic!("{fault}: {e}"));
        assert_eq!(distinct(&ids), ids.len(), "{fault}: nothing comes twice");
        assert_eq!(proof.rows, ids.len() as u64);
        // The lowest ids go and the highest come: whoever was there all the time was read.
        let removed = server.sim.stats().faults.get("remove").copied().unwrap_or(0);
        let all_along: BTreeSet<u64> = (removed + 1..=800).collect();
        assert!(all_along.is_subset(&ids.iter().copied().collect()), "{fault}");
    }
}

#[tokio::test]
async fn a_wrong_total_is_never_a_short_read() {
    for fault in ["wrong-total:10", "wrong-total:-10", "wrong-total:7:every=2"] {
        let server = Server::start(&format!("computers=350&fault={fault}"));
        match read(&server.client(), 100).await {
            Ok((ids, _)) => assert_eq!(distinct(&ids), 350, "{fault}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{fault}: {error}"),
        }
    }
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_noticed() {
    let server = Server::start("computers=350&fault=empty-page:skip=2:times=1");
    match read(&server.client(), 100).await {
        Ok((ids, _)) => assert_eq!(distinct(&ids), 350),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Incomplete, "{error}"),
    }
}

#[tokio::test]
async fn pages_shrink_when_the_server_cannot_make_them() {
    let server = Server::start("computers=430&fault=504:above=50");
    let client = server.builder().max_retries(2).build().expect("a client");
    let (ids, _) = read(&client, 200).await.expect("complete");
    assert_eq!(ids, (1..=430).collect::<Vec<_>>());
}

#[tokio::test]
async fn faults_of_the_network_leave_no_gap() {
    for fault in
        ["503:every=4", "429:retry-after=0:every=5", "reset:after=5000:every=4", "truncated:every=5", "500:every=5"]
    {
        let server = Server::start(&format!("computers=600&fault={fault}"));
        let (ids, _) = read(&server.client(), 100).await.unwrap_or_else(|e| panic!("{fault}: {e}"));
        assert_eq!(ids, (1..=600).collect::<Vec<_>>(), "{fault}");
    }
}

#[tokio::test]
async fn a_page_of_html_is_an_error_that_says_so() {
    let server = Server::start("computers=300&fault=html:skip=2");
    let error = read(&server.client(), 100).await.expect_err("incomplete");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn filters_and_sorts_hold_on_every_page() {
    let server = Server::start("computers=400");
    let list = server.client().pro().computer_inventory().list();
    let list = list.filter(field("id").gt(100) & field("id").le(350)).sort(sort("general.name").desc()).page_size(30);
    let mut items = list.items();
    let (mut names, mut ids) = (Vec::new(), BTreeSet::new());
    while let Some(item) = soon(items.next()).await {
        let computer = item.expect("a computer");
        names.push(computer.general.and_then(|general| general.name).expect("a name").to_lowercase());
        ids.insert(computer.id.expect("an id").parse::<u64>().expect("a number"));
    }
    assert_eq!(ids, (101..=350).collect());
    assert!(names.is_sorted_by(|a, b| a >= b), "descending");
}

#[tokio::test]
async fn a_page_size_of_nothing_is_refused() {
    let server = Server::start("computers=10");
    let error = read(&server.client(), 0).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(server.requests_to("GET /api/v4/computers-inventory"), 0, "before anything was sent");
}

#[tokio::test]
async fn one_page_alone() {
    let server = Server::start("computers=250");
    let page = server.client().pro().computer_inventory().list().page_size(20).await.expect("a page");
    assert_eq!((page.total, page.rows.len()), (Some(250), 20));
    assert_eq!(server.requests_to("GET /api/v4/computers-inventory"), 1, "and no more than that");
}
