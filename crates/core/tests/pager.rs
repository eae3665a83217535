//! Promise 2 for paged reads, against a collection that moves while it is read.
//!
//! The server here is the most naive one: it slices what is there at that moment, by page number. Whatever it does,
//! a read that ends well has every row that was there all along, none twice.

use adjutant_core::{
    AccessToken, BoxFuture, Engine, Error, ErrorKind, OpInfo, Operation, Paged, Request, Response, Result, Safety,
    SessionConfig, TokenKind, Unbound,
    clock::SystemClock,
    engine::{Failure, Then, Ticket, Transport},
    pager::{Audit, Key, Page, Pager, ProofMethod, Resume, Row, Seen},
    permit::{Permits, Signal},
};
use futures_core::Stream;
use proptest::prelude::*;
use std::{
    collections::BTreeSet,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

static LIST: OpInfo = OpInfo {
    name: "rows.list",
    method: "GET",
    path: "/rows",
    safety: Safety::Read,
    idempotent: true,
    privileges: &[],
    deprecated: None,
};

/// What happens to the collection before the n-th request is answered.
#[derive(Clone, Copy, Debug)]
enum Event {
    Nothing,
    Enrol,
    /// Removes the row at that share of the collection.
    Remove(u8),
    /// Both between two requests: the total never shows it.
    Swap(u8),
}

#[derive(Debug, Default)]
struct Server {
    rows: Mutex<BTreeSet<u64>>,
    always: Mutex<BTreeSet<u64>>,
    events: Mutex<Vec<Event>>,
    clamp: u64,
    /// Pages above this size are a 504.
    most: u64,
    wrong_total: i64,
    /// This page repeats the row before it, once.
    repeat: Option<u64>,
    fail_at: Option<usize>,
    requests: AtomicUsize,
}

impl Server {
    fn new(rows: u64, events: Vec<Event>) -> Self {
        let rows: BTreeSet<u64> = (1..=rows).map(|n| n * 3).collect();
        let mut events = events;
        events.reverse();
        Self {
            always: Mutex::new(rows.clone()),
            rows: Mutex::new(rows),
            events: Mutex::new(events),
            clamp: u64::MAX,
            most: u64::MAX,
            ..Self::default()
        }
    }

    fn step(&self) {
        let event = self.events.lock().unwrap().pop();
        if let Some(Event::Remove(share) | Event::Swap(share)) = event {
            self.remove(share);
        }
        if let Some(Event::Enrol | Event::Swap(_)) = event {
            let mut rows = self.rows.lock().unwrap();
            let next = rows.last().copied().unwrap_or(0).max(1_000_000) + 1;
            rows.insert(next);
        }
    }

    fn remove(&self, share: u8) {
        let mut rows = self.rows.lock().unwrap();
        let at = usize::from(share) * rows.len().saturating_sub(1) / 255;
        if let Some(gone) = rows.iter().nth(at).copied() {
            rows.remove(&gone);
            self.always.lock().unwrap().remove(&gone);
        }
    }

    fn answer(&self, request: &Request) -> Result<String, Failure> {
        let count = self.requests.fetch_add(1, Ordering::SeqCst) + 1;
        if self.fail_at == Some(count) {
            let error = Error::new(ErrorKind::Rejected, "failed on purpose").with_status(400);
            return Err(Failure::new(error, Then::Stop, Signal::Neutral));
        }
        self.step();
        let get = |name: &str| {
            request.query_pairs().iter().find(|(k, _)| k == name).map(|(_, v)| v.parse::<u64>().unwrap_or(0))
        };
        let rows = self.rows.lock().unwrap();
        let size = get("size").unwrap_or(100).min(self.clamp);
        if size > self.most {
            let error = Error::new(ErrorKind::Server, "too slow").with_status(504);
            return Err(Failure::new(error, Then::Retry, Signal::Distress));
        }
        let (total, found): (usize, Vec<u64>) = if get("newest").is_some() {
            (rows.len(), rows.iter().next_back().copied().into_iter().collect())
        } else if let Some(after) = get("after") {
            let left: Vec<u64> = rows.range(after + 1..).copied().collect();
            (left.len(), left.into_iter().take(size as usize).collect())
        } else if let Some((_, keys)) = request.query_pairs().iter().find(|(k, _)| k == "keys") {
            let found: Vec<u64> = keys.split(',').filter_map(|k| k.parse().ok()).filter(|k| rows.contains(k)).collect();
            (found.len(), found)
        } else {
            let page = get("page").unwrap_or(0);
            let mut found: Vec<u64> = rows.iter().skip((page * size) as usize).take(size as usize).copied().collect();
            if self.repeat == Some(page) && page > 0 {
                let before = rows.iter().nth((page * size) as usize - 1).copied().unwrap();
                found.insert(0, before);
                found.pop();
            }
            (rows.len(), found)
        };
        let total = (total as i64 + self.wrong_total).max(0);
        Ok(std::iter::once(total.to_string()).chain(found.iter().map(u64::to_string)).collect::<Vec<_>>().join(" "))
    }
}

#[derive(Debug)]
struct Wire(Arc<Server>);

impl Transport for Wire {
    fn ready<'a>(&'a self, _: &'a Engine, _: &'a Request) -> BoxFuture<'a, Result<Ticket>> {
        Box::pin(async { Ok(Ticket::default()) })
    }

    fn ticket(&self, _: &Engine, _: &Request) -> Option<Ticket> {
        Some(Ticket::default())
    }

    fn attempt(&self, request: Request, _: Ticket) -> BoxFuture<'static, Result<Response, Failure>> {
        let server = Arc::clone(&self.0);
        Box::pin(async move {
            // Pages come back out of order, as they do over a network.
            tokio::task::yield_now().await;
            server.answer(&request).map(|body| Response::new(200, http::HeaderMap::new(), body))
        })
    }

    fn renew(&self, _: &Ticket) -> bool {
        false
    }

    fn close<'a>(&'a self, _: &'a Engine) -> BoxFuture<'a, ()> {
        Box::pin(async {})
    }

    fn access_token<'a>(&'a self, _: &'a Engine) -> BoxFuture<'a, Result<AccessToken>> {
        Box::pin(async { Ok(AccessToken::new(TokenKind::Static, "t", None)) })
    }
}

#[derive(Clone, Debug)]
struct ListRows<B = Unbound> {
    _bound: B,
    size: u32,
    audited: bool,
}

fn get() -> Request {
    Request::new(&LIST, http::Method::GET, "/rows")
}

fn open(response: &Response) -> Result<Page> {
    let mut words = response.text()?.split(' ').map(|w| w.parse::<u64>().unwrap());
    let total = words.next();
    let rows = words.map(|n| Row { key: Some(Key::Number(n)), bytes: n.to_string().into() }).collect();
    Ok(Page { total, rows })
}

impl Operation for ListRows {
    type Output = Page;

    fn info(&self) -> &'static OpInfo {
        &LIST
    }

    fn request(&self) -> Result<Request> {
        self.page_request(0, self.size)
    }

    fn decode(&self, response: Response) -> Result<Page> {
        open(&response)
    }
}

impl Paged for ListRows {
    type Item = u64;

    fn page_size(&self) -> u32 {
        self.size
    }

    fn page_request(&self, index: u64, size: u32) -> Result<Request> {
        Ok(get().query("page", index.to_string()).query("size", size.to_string()))
    }

    fn open(&self, response: Response) -> Result<Page> {
        open(&response)
    }

    fn item(&self, row: &Row) -> Result<u64> {
        std::str::from_utf8(&row.bytes).unwrap().parse().map_err(|_| Error::decode("not a number"))
    }

    fn audit(&self) -> Option<Arc<dyn Audit>> {
        self.audited.then(|| Arc::new(Keys) as _)
    }
}

#[derive(Debug)]
struct Keys;

impl Audit for Keys {
    fn newest(&self) -> Result<Request> {
        Ok(get().query("newest", "1"))
    }

    fn keys_after(&self, after: Option<u64>, size: u32) -> Result<Request> {
        Ok(get().query("after", after.unwrap_or(0).to_string()).query("size", size.to_string()))
    }

    fn by_keys(&self, keys: &[u64]) -> Result<Request> {
        let keys: Vec<_> = keys.iter().map(u64::to_string).collect();
        Ok(get().query("keys", keys.join(",")))
    }

    fn open(&self, response: Response) -> Result<Page> {
        open(&response)
    }
}

struct Read {
    rows: Vec<u64>,
    outcome: Result<adjutant_core::pager::Proof>,
}

fn read(server: &Arc<Server>, size: u32, prefetch: usize, audited: bool, resume: Option<Resume>) -> Read {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let permits = Arc::new(Permits::new(5).unwrap());
        let engine =
            Engine::new(Arc::new(Wire(Arc::clone(server))), permits, Arc::new(SystemClock), SessionConfig::default());
        let mut pager = Pager::new(engine, ListRows { _bound: Unbound, size, audited }).prefetch(prefetch);
        if let Some(resume) = resume {
            pager = pager.resume(resume);
        }
        let mut items = pager.items();
        let mut rows = vec![];
        loop {
            match std::future::poll_fn(|cx| Pin::new(&mut items).poll_next(cx)).await {
                Some(Ok(row)) => rows.push(row),
                Some(Err(error)) => return Read { rows, outcome: Err(error) },
                None => return Read { rows, outcome: Ok(items.proof().expect("a read that ends well is proven")) },
            }
        }
    })
}

fn distinct(rows: &[u64]) -> BTreeSet<u64> {
    let set: BTreeSet<u64> = rows.iter().copied().collect();
    assert_eq!(set.len(), rows.len(), "a row came twice");
    set
}

#[test]
fn a_steady_collection_is_proven_by_its_pages_alone() {
    for (rows, size) in [(0, 100), (1, 100), (99, 100), (100, 100), (101, 100), (1000, 100), (1003, 7)] {
        let server = Arc::new(Server::new(rows, vec![]));
        let read = read(&server, size, 4, true, None);
        let proof = read.outcome.unwrap();
        assert_eq!((read.rows.len() as u64, proof.rows, proof.method), (rows, rows, ProofMethod::Steady));
        assert!(read.rows.is_sorted());
        let pages = rows / u64::from(size) + 1;
        assert_eq!(server.requests.load(Ordering::SeqCst) as u64, pages + 1, "{rows} rows in pages of {size}");
    }
}

#[test]
fn the_servers_clamp_is_learned() {
    let mut server = Server::new(9000, vec![]);
    server.clamp = 2000;
    let read = read(&Arc::new(server), 5000, 4, true, None);
    assert_eq!((read.rows.len(), read.outcome.unwrap().method), (9000, ProofMethod::Steady));
}

#[test]
fn pages_too_large_for_the_server_shrink_and_lose_nothing() {
    let mut server = Server::new(5000, vec![]);
    server.most = 300;
    let read = read(&Arc::new(server), 2000, 4, true, None);
    assert_eq!((distinct(&read.rows).len(), read.outcome.unwrap().rows), (5000, 5000));
}

#[test]
fn a_pair_of_removal_and_enrolment_hides_nothing() {
    // The total never changes, and as many rows come as it says; one of them is new and one was skipped.
    let mut events = vec![Event::Nothing; 4];
    events.push(Event::Swap(0));
    let server = Arc::new(Server::new(1000, events));
    let read = read(&server, 100, 1, true, None);
    let proof = read.outcome.unwrap();
    assert!(server.always.lock().unwrap().is_subset(&distinct(&read.rows)));
    assert_eq!((proof.method, proof.enrolled, proof.removed, proof.recovered), (ProofMethod::KeysListed, 1, 1, 1));
}

#[test]
fn rows_that_a_page_brings_again_come_once_and_what_they_pushed_out_is_fetched() {
    let mut server = Server::new(1000, vec![]);
    server.repeat = Some(4);
    let read = read(&Arc::new(server), 100, 4, true, None);
    let proof = read.outcome.unwrap();
    assert_eq!((distinct(&read.rows).len(), proof.repeated, proof.recovered), (1000, 1, 1));
}

#[test]
fn a_wrong_total_is_an_error_that_says_how_many_are_missing() {
    for (wrong, says) in [(10, "10 more rows than it lists"), (-10, "")] {
        let mut server = Server::new(1000, vec![]);
        server.wrong_total = wrong;
        let read = read(&Arc::new(server), 100, 4, true, None);
        assert_eq!(distinct(&read.rows).len(), 1000);
        match read.outcome {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Incomplete);
                assert!(wrong > 0 && error.message().contains(says), "{error}");
            }
            // Fewer than there are: everything was read even so, and listed to prove it.
            Ok(proof) => assert_eq!((wrong, proof.rows), (-10, 1000)),
        }
    }
}

#[test]
fn without_keys_to_list_drift_is_an_error() {
    let server = Arc::new(Server::new(1000, vec![Event::Nothing, Event::Nothing, Event::Remove(0)]));
    let read = read(&server, 100, 1, false, None);
    assert_eq!(read.outcome.unwrap_err().kind(), ErrorKind::Incomplete);
}

#[test]
fn a_broken_read_says_how_far_it_came_and_can_be_resumed() {
    let mut server = Server::new(1000, vec![]);
    server.fail_at = Some(6);
    let server = Arc::new(server);
    let first = read(&server, 100, 1, true, None);
    let error = first.outcome.unwrap_err();
    assert!(error.hint().unwrap().contains("of 1000 rows had been read"), "{error:?}");
    let mut seen = Seen::default();
    for row in &first.rows[..first.rows.len() - 30] {
        seen.insert(Key::Number(*row));
    }
    let kept = first.rows.len() - 30;
    let second = read(&server, 100, 4, true, Some(Resume { seen }));
    assert_eq!(second.outcome.unwrap().rows as usize + kept, 1000);
    let all: Vec<_> = first.rows[..kept].iter().chain(&second.rows).copied().collect();
    assert_eq!(distinct(&all).len(), 1000);
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => Just(Event::Nothing),
        1 => Just(Event::Enrol),
        1 => any::<u8>().prop_map(Event::Remove),
        1 => any::<u8>().prop_map(Event::Swap),
    ];
    proptest::collection::vec(event, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_collection_does_no_row_that_stayed_is_missed(
        rows in 0u64..400, size in 1u32..120, prefetch in 0usize..6, events in events(),
    ) {
        let server = Arc::new(Server::new(rows, events));
        let read = read(&server, size, prefetch, true, None);
        let proof = read.outcome.expect("a living collection is no failure");
        let got = distinct(&read.rows);
        let always = server.always.lock().unwrap();
        prop_assert!(always.is_subset(&got), "missed {:?}", always.difference(&got).collect::<Vec<_>>());
        prop_assert_eq!(proof.rows, got.len() as u64);
    }
}
