//! A server's words outside of its records: names, headers, error pages. No panic, and nothing that drives a terminal.
#![no_main]

use adjutant_core::{OpInfo, Request, Response, Safety, Scheme, error, http::Origin, http::explain, retry};
use libfuzzer_sys::fuzz_target;
use std::time::SystemTime;

static INFO: OpInfo = OpInfo {
    name: "fuzz",
    method: "GET",
    path: "/",
    safety: Safety::Read,
    idempotent: true,
    privileges: &[],
    deprecated: None,
};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    if let Ok(origin) = Origin::parse(&text, Scheme::Https) {
        assert_eq!(Origin::parse(&origin.to_string(), Scheme::Http).expect("it reads its own"), origin);
    }
    let _ = retry::retry_after(&text, SystemTime::UNIX_EPOCH);
    let request = Request::new(&INFO, http::Method::GET, "/");
    for status in [200, 403, 502] {
        let said = explain(&request, &Response::new(status, http::HeaderMap::new(), data.to_vec()));
        assert!(!said.to_string().chars().any(char::is_control), "{said:?}");
    }
    assert!(error::tame(&text, 80).chars().all(|c| !c.is_control()));
});
