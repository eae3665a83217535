//! The small things that a call does often: codec, filter, token, permit. `cargo bench -p adjutant-bench`.

use adjutant_core::{
    AccessToken, BoxFuture, CredentialsProvider, Engine, Lane, Login, Scheme, SessionConfig, TokenKind,
    clock::SystemClock,
    http::{HttpTransport, Origin, explain},
    permit::{PermitSource, Permits},
};
use adjutant_jamf::{field, generated::models};
use bytes::Bytes;
use std::{hint::black_box, sync::Arc};

fn main() {
    divan::main();
}

/// A page of 100 computers, as the inventory writes them: many short strings.
fn page() -> Bytes {
    let application = |n: usize| {
        format!(
            r#"{{"name":"Application {n}.app","path":"/Applications/Application {n}.app","version":"{n}.2.1","macAppStore":{},"sizeMegabytes":{n},"bundleId":"com.example.app{n}","updateAvailable":false,"externalVersionId":"0"}}"#,
            n.is_multiple_of(2)
        )
    };
    let applications: Vec<_> = (0..80).map(application).collect();
    let computer = |id: usize| {
        format!(
            r#"{{"id":"{id}","udid":"{id:032x}","general":{{"name":"Oscar's MacBook Air {id}","lastIpAddress":"10.0.0.1","jamfBinaryVersion":null,"platform":"Mac","managed":true}},"applications":[{}]}}"#,
            applications.join(",")
        )
    };
    let rows: Vec<_> = (1..=100).map(computer).collect();
    format!(r#"{{"totalCount":100,"results":[{}]}}"#, rows.join(",")).into()
}

#[divan::bench]
fn page_split_into_rows(bencher: divan::Bencher<'_, '_>) {
    use adjutant_schema::json::{PageShape, split_page};
    let page = page();
    let shape = PageShape { total: "totalCount", rows: "results", key: "id" };
    bencher.counter(divan::counter::BytesCount::new(page.len())).bench(|| split_page(black_box(&page), &shape));
}

#[divan::bench]
fn page_decoded_into_models(bencher: divan::Bencher<'_, '_>) {
    let page = page();
    bencher
        .counter(divan::counter::BytesCount::new(page.len()))
        .bench(|| adjutant_schema::json::decode::<models::ComputerInventorySearchResults>(black_box(&page)));
}

#[divan::bench]
fn filter_written() -> String {
    let some = field(black_box("general.name")).eq("Oscar's MacBook Air") | field("general.name").starts_with("lab-");
    (some & field("general.supervised").eq(true)).to_string()
}

#[divan::bench]
fn permit_taken_and_given_back(bencher: divan::Bencher<'_, '_>) {
    let permits = Permits::new(5).expect("a limit");
    let runtime = runtime();
    bencher.bench_local(|| runtime.block_on(async { drop(permits.acquire(Lane::Bulk).await) }));
}

struct Fixed;

impl CredentialsProvider for Fixed {
    fn get_access_token(&self, _: Login) -> BoxFuture<'static, adjutant_core::Result<AccessToken>> {
        Box::pin(async { Ok(AccessToken::new(TokenKind::OAuth, "token", None)) })
    }
}

#[divan::bench]
fn token_from_the_cache(bencher: divan::Bencher<'_, '_>) {
    let (config, clock) = (SessionConfig::default(), Arc::new(SystemClock));
    let origin = Origin::parse("jamf.example.org", Scheme::Https).expect("a name");
    let transport = HttpTransport::new(origin, Some(Arc::new(Fixed)), explain, config.clone(), Arc::clone(&clock) as _);
    let permits = Arc::new(Permits::new(5).expect("a limit"));
    let engine = Engine::new(Arc::new(transport.expect("a transport")), permits, clock, config);
    let runtime = runtime();
    bencher.bench_local(|| runtime.block_on(engine.access_token()));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}
