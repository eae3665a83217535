//! Our client, judged by a validator that we did not write.
//!
//! Client and simulator come from the same hands and may share a misunderstanding. Prism serves the vendor's own
//! document: every emitted operation is sent to it, several times with different valid arguments, through the real
//! client; Prism says what the document forbids. What it answers goes through our models and must come out unaltered.
#![forbid(unsafe_code)]

mod document;
mod example;
mod report;
mod trial;

#[path = "gen/jamf_pro.rs"]
#[rustfmt::skip]
mod jamf_pro;

use adjutant_jamf::{AccessToken, Builder, Client, Error};
use adjutant_schema::testing::Choices;
use document::Document;
use report::Report;
use std::process::ExitCode;
use trial::Trial;

/// How often each operation is sent. The first two times with the fewest and with all arguments.
const VALUES: u64 = 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, document] = arguments.as_slice() else {
        eprintln!("usage: adjutant-interop URL DOCUMENT\n  where Prism serves DOCUMENT at URL");
        return ExitCode::from(2);
    };
    match judge(url, document) {
        Ok(report) => {
            print!("{report}");
            if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(message) => {
            eprintln!("adjutant-interop: {message}");
            ExitCode::FAILURE
        }
    }
}

fn judge(url: &str, document: &str) -> Result<Report, String> {
    let document = Document::open(document)?;
    let client = Client::builder(url).access_token("an-example").build_blocking().map_err(|e| e.to_string())?;
    let mut report = Report::default();
    let mut trials = Vec::new();
    for make in jamf_pro::EVERY {
        for seed in 0..VALUES {
            let mut choices = match seed {
                0 => Choices::fewest(seed),
                1 => Choices::most(seed),
                _ => Choices::new(seed),
            };
            trials.extend(Trial::of(make(&mut choices), seed).map_err(|e| e.to_string())?);
        }
    }
    trials.iter().for_each(|trial| report.sent(trial));
    report.hold_against(&document);
    for (name, login) in logins(url) {
        report.logged_in(name, login.err().map(|error| error.to_string()));
    }
    for outcome in client.concurrent(trials, |client, trial| client.send(trial)) {
        report.judged(&outcome.input, outcome.result);
    }
    Ok(report)
}

/// The log-ins, which no catalog describes well enough to be emitted. The token of Prism's example is long dead; what
/// counts is that it was given.
fn logins(url: &str) -> [(&'static str, Result<AccessToken, Error>); 2] {
    let token = |builder: Builder| builder.build_blocking().and_then(|client| client.get_access_token());
    let builder = || Client::builder(url);
    [
        ("log-in of an API client", token(builder().api_client("an-id", "a secret & more"))),
        ("log-in of a user", token(builder().user("an-example", "a secret & more"))),
    ]
}
