//! How fast the codec is: `cargo run --release -p adjutant-schema --example speed`.
//!
//! A page of records such as fleets bring (short strings, many members), split into rows, validated, compacted.

use adjutant_schema::json::{self, PageShape};
use bytes::Bytes;
use std::fmt::Write;
use std::time::Instant;

const SHAPE: PageShape = PageShape { total: "totalCount", rows: "results", key: "id" };

fn page(rows: usize, pretty: bool) -> Bytes {
    let mut text = String::from("{\"totalCount\":10000,\"results\":[");
    for row in 0..rows {
        if row > 0 {
            text.push(',');
        }
        let _ = write!(
            text,
            r#"{{"id":"{row}","udid":"5A6F-{row:08}","general":{{"name":"Oscar's MacBook {row}","lastIpAddress":"10.0.{}.{}","jamfBinaryVersion":"11.30.1-t1","platform":"Mac","supervised":true,"mdmCapable":{{"capable":true,"capableUsers":["oscar"]}},"site":null}},"applications":["#,
            row % 256,
            row % 200
        );
        for app in 0..110 {
            if app > 0 {
                text.push(',');
            }
            let _ = write!(
                text,
                r#"{{"name":"App {app}.app","path":"/Applications/App {app}.app","version":"12.{app}.1","macAppStore":false,"sizeMegabytes":{},"bundleId":"com.example.app{app}","updateAvailable":false,"externalVersionId":"0"}}"#,
                app * 7
            );
        }
        text.push_str("]}");
    }
    text.push_str("]}");
    if pretty {
        let value: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        text = serde_json::to_string_pretty(&value).unwrap_or_default();
    }
    Bytes::from(text)
}

fn best(name: &str, bytes: usize, mut f: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..30 {
        let start = Instant::now();
        f();
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name:32} {:8.0} MB/s", bytes as f64 / best / 1e6);
}

fn main() {
    for pretty in [false, true] {
        let body = page(100, pretty);
        println!("{} rows of {} bytes, {}", 100, body.len() / 100, if pretty { "pretty" } else { "compact" });
        best("split_page", body.len(), || assert_eq!(json::split_page(&body, &SHAPE).map_or(0, |p| p.rows.len()), 100));
        best("validate", body.len(), || assert!(json::validate(&body).is_ok()));
        best("utf-8 check alone", body.len(), || assert!(std::str::from_utf8(&body).is_ok()));
        best("serde_json IgnoredAny", body.len(), || {
            assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&body).is_ok());
        });
        best("serde_json Value", body.len(), || assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok()));
    }
}
