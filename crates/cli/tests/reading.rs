//! What a newcomer types, and what comes of it.

mod common;

use common::{Desk, ids};

#[test]
fn an_export_is_whole_and_says_so() {
    let desk = Desk::new();
    let run = desk.export("sim:?computers=250&seed=7", &[]);
    run.ends(
        0,
        &["250 computers written to fleet.jsonl", "complete: ", " requests, at most ", " in flight, ", "simulated"],
    );
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stdout.is_empty());
    assert_eq!(desk.files(), ["fleet.jsonl"]);
    assert_eq!(ids(&desk.read("fleet.jsonl"), "/id"), (1..=250).collect::<Vec<_>>());
    let first: serde_json::Value = serde_json::from_str(desk.read("fleet.jsonl").lines().next().unwrap()).unwrap();
    for section in ["general", "hardware", "operatingSystem", "applications", "groupMemberships"] {
        assert!(!first[section].is_null(), "{section} was not read");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(desk.path("fleet.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn rows_are_the_servers_own() {
    let desk = Desk::new();
    let list = ["jamf", "computers", "list", "--server", "sim:?computers=40", "--quiet"];
    let lines = desk.run(&list);
    lines.ends(0, &[]);
    assert!(lines.stderr.is_empty(), "quiet is quiet: {}", lines.stderr);
    let array = desk.run(&[&list[..], &["-f", "json", "--page-size", "7"]].concat());
    let parsed: Vec<serde_json::Value> = serde_json::from_str(&array.stdout).unwrap();
    let rows: Vec<serde_json::Value> = lines.stdout.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(parsed, rows);
    assert!(rows[0]["general"]["name"].is_string() && rows[0]["hardware"].is_null());
}

#[test]
fn flat_forms() {
    let desk = Desk::new();
    let list = ["jamf", "computers", "list", "--server", "sim:?computers=30"];
    let csv = desk.run(&[&list[..], &["-f", "csv"]].concat());
    csv.ends(0, &["30 computers"]);
    let mut reader = csv::Reader::from_reader(csv.stdout.as_bytes());
    let headers = reader.headers().unwrap().clone();
    assert_eq!(&headers[0], "id");
    assert!(headers.iter().any(|h| h == "general.name") && headers.iter().any(|h| h == "_extra"));
    assert!(!headers.iter().any(|h| h.starts_with("hardware")), "only what was read");
    assert!(reader.records().all(|record| record.is_ok_and(|r| r.len() == headers.len())));
    assert_eq!(csv.stdout.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count(), 30);
    let table = desk.run(&[&list[..], &["-f", "table"]].concat());
    assert_eq!(table.stdout.lines().count(), 31);
    assert!(table.stdout.starts_with("ID "), "{}", table.stdout);
    let picked = desk.run(&[&list[..], &["--select", "id,general.name"]].concat());
    let first: serde_json::Value = serde_json::from_str(picked.stdout.lines().next().unwrap()).unwrap();
    assert_eq!(first.as_object().unwrap().len(), 2);
}

#[test]
fn filters_and_orders_reach_the_server() {
    let desk = Desk::new();
    let list = ["jamf", "computers", "list", "--server", "sim:?computers=60"];
    let few = desk.run(&[&list[..], &["--filter", "id=gt=50 and id<=55", "--sort", "id:desc"]].concat());
    few.ends(0, &["5 computers", "complete: "]);
    assert_eq!(ids(&few.stdout, "/id"), [55, 54, 53, 52, 51]);
}

#[test]
fn the_classic_interface() {
    let desk = Desk::new();
    let run = desk.export("sim:?computers=60", &["--api", "classic"]);
    run.ends(0, &["60 computers written", "complete: ", "simulated"]);
    assert_eq!(ids(&desk.read("fleet.jsonl"), "/general/id"), (1..=60).collect::<Vec<_>>());
    let one = desk.run(&["jamf", "computers", "get", "7", "--api", "classic", "--server", "sim:?computers=9"]);
    one.ends(0, &[]);
    assert_eq!(ids(&one.stdout, "/general/id"), [7]);
}

#[test]
fn one_computer() {
    let desk = Desk::new();
    let get =
        |more: &[&str]| desk.run(&[&["jamf", "computers", "get", "7", "--server", "sim:?computers=9"], more].concat());
    let whole = get(&[]);
    whole.ends(0, &[]);
    assert_eq!(ids(&whole.stdout, "/id"), [7]);
    let card = get(&["-f", "table", "--section", "hardware"]);
    assert!(card.stdout.starts_with("id ") && card.stdout.contains("hardware.serialNumber"), "{}", card.stdout);
    let missing = desk.run(&["jamf", "computers", "get", "777", "--server", "sim:?computers=9", "-f", "json"]);
    missing.ends(4, &["404"]);
    let object: serde_json::Value = serde_json::from_str(missing.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((object["kind"].as_str(), object["status"].as_u64()), (Some("not_found"), Some(404)));
    for member in ["applied", "operation", "message", "hint"] {
        assert!(object.get(member).is_some(), "{member}");
    }
}

#[test]
fn raw_requests() {
    let desk = Desk::new();
    let api = |arguments: &[&str]| desk.run(&[&["jamf", "api", "--server", "sim:?computers=9"], arguments].concat());
    let page = api(&["GET", "/v4/computers-inventory", "-q", "section=GENERAL", "-q", "page-size=3"]);
    page.ends(0, &[]);
    let page: serde_json::Value = serde_json::from_str(&page.stdout).unwrap();
    assert_eq!((page["totalCount"].as_u64(), page["results"].as_array().map(Vec::len)), (Some(9), Some(3)));
    let gone = api(&["get", "v4/computers-inventory/777"]);
    gone.ends(4, &["404"]);
    assert!(gone.stdout.contains("errors"), "the body is printed as it came: {}", gone.stdout);
    api(&["GET", "/JSSResource/computers/id/3"]).ends(0, &[]);
    api(&["GET", "/v1/x?page=1"]).ends(2, &["-q"]);
    api(&["POST", "/v1/x", "-d", "{not json"]).ends(2, &["not JSON"]);
    api(&["GTE", "/v1/x"]).ends(2, &[]);
}

#[test]
fn a_token_is_shown_only_when_asked() {
    let desk = Desk::new();
    let facts = desk.run(&["jamf", "token", "--server", "sim:"]);
    facts.ends(0, &[]);
    let told: serde_json::Value = serde_json::from_str(&facts.stdout).unwrap();
    assert_eq!(told["kind"], "oauth");
    assert!(told["seconds_left"].as_u64().unwrap() > 60 && told["expires"].as_str().unwrap().ends_with('Z'));
    assert!(!facts.stdout.contains("sim."), "{}", facts.stdout);
    let shown = desk.run(&["jamf", "token", "--show", "--server", "sim:"]);
    assert!(shown.stdout.starts_with("sim.") && shown.stdout.lines().count() == 1);
}

#[test]
fn around_the_systems() {
    let desk = Desk::new();
    assert!(desk.run(&["--version"]).stdout.starts_with("adjutant "));
    assert!(desk.run(&["profile", "path"]).stdout.trim().ends_with("config.toml"));
    assert!(desk.run(&["profile", "example"]).stdout.contains("[profile.default.jamf]"));
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(desk.run(&["completions", shell]).stdout.contains("adjutant"), "{shell}");
    }
    for path in [
        &[][..],
        &["jamf"],
        &["jamf", "computers"],
        &["jamf", "api"],
        &["jamf", "computers", "export"],
        &["sim", "jamf"],
    ] {
        let help = desk.run(&[path, &["--help"]].concat());
        help.ends(0, &[]);
        assert!(help.stdout.contains("\n  adjutant "), "{path:?} teaches nothing");
    }
    desk.run(&["jamf", "computers", "lits"]).ends(2, &["'list'"]);
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_is_no_error() {
    let desk = Desk::new();
    let script = format!(
        "{} jamf computers export --server 'sim:?computers=400' --quiet | head -n 1 | wc -l; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_adjutant")
    );
    let run = common::finish(desk.command(std::path::Path::new("bash"), &["-c", &script]));
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    assert_eq!((words, run.stderr.as_str()), (vec!["1", "0"], ""));
}
