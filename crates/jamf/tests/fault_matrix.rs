//! Every fault × (paged read, mass read, update): complete, or an error that says what is missing; never short, never
//! doubled, never hung, and no false failure on a fleet that lives.

mod support;

use adjutant_jamf::{
    Applied, Builder, ComputerUpdate, Error, ErrorKind, Field, generated::models::ComputerGeneralUpdate, pager::Row,
};
use std::{collections::BTreeMap, time::Duration};
use support::Server;

const COMPUTERS: u64 = 120;

/// What must come of a read.
#[derive(Clone, Copy, PartialEq)]
enum Reads {
    /// Complete.
    Whole,
    /// An error of that kind; a server that never answers right cannot be read.
    Fails(ErrorKind),
}
use Reads::{Fails, Whole};

/// Fault, what a paged read comes to, what a mass read comes to.
const FAULTS: &[(&str, Reads, Reads)] = &[
    ("none", Whole, Whole),
    ("401:after=4", Whole, Whole),
    ("429:every=4", Whole, Whole),
    ("429:every=4:retry-after=0", Whole, Whole),
    ("500:every=5", Whole, Whole),
    ("502:every=5", Whole, Whole),
    ("503:every=5", Whole, Whole),
    ("503:every=6:retry-after=1:times=2", Whole, Whole),
    ("504:above=10", Whole, Whole),
    ("504:above=5", Fails(ErrorKind::Server), Whole),
    ("reset:after=2000:every=5", Whole, Whole),
    ("reset:after=0:every=5", Whole, Whole),
    ("reset-before:every=5", Whole, Whole),
    ("truncated:every=5", Whole, Whole),
    ("slow-body:rate=400000", Whole, Whole),
    ("html:every=5", Whole, Whole),
    ("html:status=502:every=5", Whole, Whole),
    ("hang:every=9:times=2", Whole, Whole),
    ("duplicate-rows:every=3", Whole, Whole),
    ("enrol:every=2", Whole, Whole),
    ("remove:every=2", Whole, Whole),
    ("enrol:every=3,remove:every=2", Whole, Whole),
    ("empty-page:skip=2:times=1", Whole, Whole),
    ("wrong-total:10", Fails(ErrorKind::Incomplete), Whole),
    ("wrong-total:-10", Whole, Whole),
    ("stale:1s", Whole, Whole),
    ("503", Fails(ErrorKind::Server), Fails(ErrorKind::Server)),
    ("429", Fails(ErrorKind::Throttled), Fails(ErrorKind::Throttled)),
    ("truncated", Fails(ErrorKind::Broken), Fails(ErrorKind::Broken)),
    ("reset-before", Fails(ErrorKind::Broken), Fails(ErrorKind::Broken)),
    ("html", Fails(ErrorKind::Decode), Fails(ErrorKind::Decode)),
    ("html:status=502", Fails(ErrorKind::Server), Fails(ErrorKind::Server)),
    ("hang", Fails(ErrorKind::Timeout), Fails(ErrorKind::Timeout)),
];

fn builder(server: &Server) -> Builder {
    server.builder().timeout(Duration::from_millis(700))
}

/// Every fault is judged before the test fails, so that one run shows them all.
async fn all_of(mut all: tokio::task::JoinSet<()>) {
    let mut failed = 0;
    while let Some(one) = all.join_next().await {
        failed += u32::from(one.is_err());
    }
    assert_eq!(failed, 0, "{failed} faults were not borne");
}

async fn bounded<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(90), future).await.unwrap_or_else(|_| panic!("{what}: it hangs"))
}

type Rows = BTreeMap<u64, Vec<u8>>;

fn keep(what: &str, rows: &mut Rows, row: &Row) {
    let id = row.key.as_ref().and_then(adjutant_jamf::pager::Key::number).expect("an id");
    assert!(rows.insert(id, row.bytes.to_vec()).is_none(), "{what}: {id} came twice");
}

async fn paged(what: &str, server: &Server) -> (Rows, Option<Error>) {
    let client = builder(server).build().expect("a client");
    let mut stream = client.pro().computer_inventory().list().all_sections().page_size(20).rows();
    let mut rows = Rows::new();
    loop {
        match stream.next().await {
            Some(Ok(row)) => keep(what, &mut rows, &row),
            Some(Err(error)) => return (rows, Some(error)),
            None => {
                let proof = stream.proof().unwrap_or_else(|| panic!("{what}: ended without a proof"));
                assert_eq!(proof.rows, rows.len() as u64, "{what}");
                assert_eq!(client.engine().permits().in_use().0, 0, "{what}: a permit is left");
                return (rows, None);
            }
        }
    }
}

async fn mass(what: &str, server: &Server) -> (Rows, Option<Error>) {
    let client = builder(server).build().expect("a client");
    let mut stream = client.classic().computers().read_all();
    let mut rows = Rows::new();
    loop {
        match stream.next().await {
            Some(Ok(row)) => keep(what, &mut rows, &row),
            Some(Err(error)) => return (rows, Some(error)),
            None => {
                assert!(stream.proof().is_some(), "{what}: ended without a proof");
                return (rows, None);
            }
        }
    }
}

/// Reads once in peace and once with the fault, and holds one against the other.
async fn judge<F, Fut>(fault: &'static str, expected: Reads, read: F)
where
    F: Fn(String, std::sync::Arc<Server>) -> Fut,
    Fut: Future<Output = (Rows, Option<Error>)>,
{
    let server = std::sync::Arc::new(Server::start(&format!("computers={COMPUTERS}&body-kb=12")));
    let (clean, error) = read(fault.into(), std::sync::Arc::clone(&server)).await;
    assert!(error.is_none() && clean.len() as u64 == COMPUTERS, "{fault}: {error:?}");
    server.sim.reset_stats();
    server.faults(fault);
    let (rows, error) = bounded(fault, read(fault.into(), std::sync::Arc::clone(&server))).await;
    let stats = server.sim.stats();
    assert!(stats.max_in_flight <= 5 && stats.max_connections <= 5, "{fault}: {stats:?}");
    match (expected, error) {
        (Whole, Some(error)) => panic!("{fault}: a false failure: {error:?}"),
        (Fails(kind), Some(error)) => {
            assert_eq!(error.kind(), kind, "{fault}: {error:?}");
            assert!(!error.message().is_empty() && error.hint().is_some(), "{fault}: {error:?}");
        }
        (Fails(_), None) => panic!("{fault}: it should have failed"),
        (Whole, None) => {
            server.faults("none");
            let (after, _) = read(fault.into(), std::sync::Arc::clone(&server)).await;
            // Who is there before and after was there all along.
            let missed: Vec<_> = after.keys().filter(|id| clean.contains_key(id) && !rows.contains_key(id)).collect();
            assert!(missed.is_empty(), "{fault}: missed {missed:?}");
        }
    }
    for (id, row) in &rows {
        let same = clean.get(id).is_none_or(|clean| clean == row);
        assert!(same, "{fault}: the record of {id} is not what the server has");
    }
}

#[tokio::test]
async fn paged_reads() {
    let mut all = tokio::task::JoinSet::new();
    for (fault, expected, _) in FAULTS {
        all.spawn(judge(fault, *expected, |what, server| async move { paged(&what, &server).await }));
    }
    all_of(all).await;
}

#[tokio::test]
async fn mass_reads() {
    let mut all = tokio::task::JoinSet::new();
    for (fault, _, expected) in FAULTS {
        all.spawn(judge(fault, *expected, |what, server| async move { mass(&what, &server).await }));
    }
    all_of(all).await;
}

/// An update under every fault: what its outcome says is what the server has.
async fn updated(fault: &'static str) {
    let server = Server::start("computers=20");
    let client = builder(&server).build().expect("a client");
    let inventory = client.pro().computer_inventory();
    inventory.get(1).await.expect("a computer");
    server.faults(fault);
    for id in 2..12u64 {
        let general = ComputerGeneralUpdate { name: format!("new {id}").into(), ..Default::default() };
        let update = ComputerUpdate { general: Field::Set(general), ..Default::default() };
        let outcome = bounded(fault, inventory.update(id, update).send()).await;
        server.faults("none");
        let shown = inventory.get(id).await.expect("a computer").general.and_then(|g| g.name);
        server.faults(fault);
        let there = shown.as_deref() == Some(&format!("new {id}"));
        match outcome {
            Ok(()) => assert!(there, "{fault}: said done, and is not"),
            Err(error) => match error.applied() {
                Applied::No => assert!(!there, "{fault}: said not applied, and is: {error}"),
                Applied::Maybe => {}
                Applied::Yes => assert!(there, "{fault}: {error}"),
            },
        }
    }
    let stats = server.sim.stats();
    assert_eq!((stats.doubled_writes, stats.repeated_writes), (0, 0), "{fault}: a write was doubled");
}

#[tokio::test]
async fn updates() {
    let mut all = tokio::task::JoinSet::new();
    let extra = ["503-executed", "503-executed:every=2", "drop-answer", "drop-answer:every=2", "reset:after=0:writes"];
    for fault in FAULTS.iter().map(|(fault, ..)| *fault).chain(extra) {
        all.spawn(updated(fault));
    }
    all_of(all).await;
}
