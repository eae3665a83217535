//! What the writer writes, the simulator's own parser reads back with the same meaning.

mod support;

use adjutant_jamf::{ErrorKind, Filter, field, field_unchecked, sort};
use adjutant_sim::rsql::{self, Field};
use proptest::prelude::*;
use support::{Server, soon};

/// A filter and, beside it, what it means.
#[derive(Clone, Debug)]
enum Meaning {
    Eq(&'static str, String),
    Ne(&'static str, String),
    In(&'static str, Vec<String>),
    Out(&'static str, Vec<String>),
    Starts(&'static str, String),
    Ends(&'static str, String),
    Contains(&'static str, String),
    Gt(&'static str, i32),
    Both(Box<Self>, Box<Self>),
    Either(Box<Self>, Box<Self>),
}

type Record = [(&'static str, String); 3];

impl Meaning {
    fn filter(&self) -> Filter {
        match self.clone() {
            Self::Eq(name, value) => field_unchecked(name).eq(value),
            Self::Ne(name, value) => field_unchecked(name).ne(value),
            Self::In(name, values) => field_unchecked(name).is_in(values),
            Self::Out(name, values) => field_unchecked(name).not_in(values),
            Self::Starts(name, value) => field_unchecked(name).starts_with(value),
            Self::Ends(name, value) => field_unchecked(name).ends_with(value),
            Self::Contains(name, value) => field_unchecked(name).contains(value),
            Self::Gt(name, value) => field_unchecked(name).gt(value),
            Self::Both(a, b) => a.filter() & b.filter(),
            Self::Either(a, b) => a.filter() | b.filter(),
        }
    }

    fn holds(&self, record: &Record) -> bool {
        let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
        let of = |name: &str| fold(&record.iter().find(|(n, _)| *n == name).expect("a field").1);
        match self {
            Self::Eq(name, value) => of(name) == fold(value),
            Self::Ne(name, value) => of(name) != fold(value),
            Self::In(name, values) => values.iter().any(|value| of(name) == fold(value)),
            Self::Out(name, values) => !values.iter().any(|value| of(name) == fold(value)),
            Self::Starts(name, value) => of(name).starts_with(&fold(value)),
            Self::Ends(name, value) => of(name).ends_with(&fold(value)),
            Self::Contains(name, value) => of(name).contains(&fold(value)),
            Self::Gt(name, value) => of(name).parse::<i32>().is_ok_and(|number| number > *value),
            Self::Both(a, b) => a.holds(record) && b.holds(record),
            Self::Either(a, b) => a.holds(record) || b.holds(record),
        }
    }
}

const NAMES: [&str; 2] = ["general.name", "general.assetTag"];

/// Few letters, so that records match now and then, and every character that means something to somebody.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab*\\\\\"';,()=!~<> \u{e9}]{0,3}",
        Just("Oscar's MacBook Air".to_owned()),
        Just("a and b or c".to_owned()),
        Just("%3B".to_owned()),
    ]
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&NAMES[..])
}

/// A text that can stand before a wildcard.
fn before_a_star() -> impl Strategy<Value = String> {
    text().prop_filter("cannot be said", |text| !text.ends_with('\\'))
}

fn meaning() -> impl Strategy<Value = Meaning> {
    let leaf = prop_oneof![
        (name(), text()).prop_map(|(n, v)| Meaning::Eq(n, v)),
        (name(), text()).prop_map(|(n, v)| Meaning::Ne(n, v)),
        (name(), prop::collection::vec(text(), 1..4)).prop_map(|(n, v)| Meaning::In(n, v)),
        (name(), prop::collection::vec(text(), 1..4)).prop_map(|(n, v)| Meaning::Out(n, v)),
        (name(), before_a_star()).prop_map(|(n, v)| Meaning::Starts(n, v)),
        (name(), text()).prop_map(|(n, v)| Meaning::Ends(n, v)),
        (name(), before_a_star()).prop_map(|(n, v)| Meaning::Contains(n, v)),
        (-5i32..5).prop_map(|v| Meaning::Gt("id", v)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Meaning::Both(a.into(), b.into())),
            (inner.clone(), inner).prop_map(|(a, b)| Meaning::Either(a.into(), b.into())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn the_servers_parser_reads_the_same_meaning(
        meaning in meaning(),
        records in prop::collection::vec((text(), text(), -6i32..6), 1..8),
    ) {
        let written = meaning.filter().to_string();
        let read = rsql::parse(&written).unwrap_or_else(|e| panic!("{written}: {e}"));
        for (a, b, id) in records {
            let record = [(NAMES[0], a), (NAMES[1], b), ("id", id.to_string())];
            let value = |name: &str| {
                let text = record.iter().find(|(n, _)| *n == name).expect("a field").1.clone();
                if name == "id" { Field::Number(text.parse().expect("a number")) } else { Field::text(text) }
            };
            prop_assert_eq!(read.matches(&mut |name| value(name)), meaning.holds(&record), "{} on {:?}", written, record);
        }
    }
}

async fn ids(server: &Server, filter: Filter) -> Vec<u64> {
    let mut rows = server.client().pro().computer_inventory().list().filter(filter).rows();
    let mut ids = Vec::new();
    while let Some(row) = soon(rows.next()).await {
        ids.push(row.expect("a row").key.and_then(|key| key.number()).expect("an id"));
    }
    ids
}

#[tokio::test]
async fn a_real_server_finds_what_was_meant() {
    let server = Server::start("computers=300");
    let client = server.client();
    let mut items = client.pro().computer_inventory().list().items();
    let mut names = Vec::new();
    while let Some(item) = soon(items.next()).await {
        let computer = item.expect("a computer");
        names.push((
            computer.id.expect("an id").parse::<u64>().expect("a number"),
            computer.general.and_then(|g| g.name).unwrap_or_default(),
        ));
    }
    let odd = names.iter().filter(|(_, name)| name.contains(['\'', '&', '"', ',', ';', '(']) || !name.is_ascii());
    let odd: Vec<_> = odd.take(20).collect();
    assert!(odd.len() > 3, "the fleet has names that need quoting");
    for (id, name) in odd {
        let same: Vec<u64> =
            names.iter().filter(|(_, n)| n.to_lowercase() == name.to_lowercase()).map(|(id, _)| *id).collect();
        assert!(same.contains(id));
        assert_eq!(ids(&server, field("general.name").eq(name)).await, same, "{name}");
    }
    let grouped = (field("id").eq(1) | field("id").eq(2)) & field("id").gt(1);
    assert_eq!(ids(&server, grouped).await, [2], "an or inside an and");
    assert_eq!(ids(&server, Filter::raw("id==5,id==6") & field("id").lt(6)).await, [5]);
}

#[tokio::test]
async fn mistakes_are_refused_before_anything_is_sent() {
    let server = Server::start("computers=10");
    let list = || server.client().pro().computer_inventory().list();
    for list in [
        list().filter(field("general.nmae").eq("x")),
        list().sort(sort("general.nmae").asc()),
        list().filter(field("id").is_in(Vec::<u64>::new())),
        list().sections(["HARDWEAR"]),
    ] {
        let error = soon(list.rows().next()).await.expect("an error").expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    assert_eq!(server.sim.stats().requests, 0);
    let unknown = list().filter(field_unchecked("general.brandNew").eq(1)).await.expect_err("the server decides");
    assert_eq!((unknown.kind(), unknown.code()), (ErrorKind::Rejected, Some("INVALID_FIELD")));
}
