//! What must never happen: a write that was not meant, a secret that is shown, a question to nobody.

mod common;

use adjutant_sim::jamf::{Options, Sim};
use common::Desk;

fn sim() -> Sim {
    Sim::start_in_thread(Options::parse("computers=9&client-secret=s3cr3t-of-client").expect("options"))
        .expect("a simulator")
}

fn desk(sim: &Sim) -> Desk {
    Desk::new().of(sim).set("ADJUTANT_JAMF_CLIENT_SECRET", "s3cr3t-of-client")
}

const PATCH: [&str; 6] =
    ["jamf", "api", "PATCH", "/v3/computers-inventory-detail/7", "-d", r#"{"general":{"assetTag":"A-7"}}"#];
const DELETE: [&str; 4] = ["jamf", "api", "DELETE", "/v3/computers-inventory/7"];

#[test]
fn read_only_is_refused_before_a_byte_is_sent() {
    let sim = sim();
    let desk = desk(&sim);
    desk.run(&[&PATCH[..], &["--read-only"]].concat()).ends(2, &["read-only"]);
    desk.run(&[&DELETE[..], &["--yes", "--read-only"]].concat()).ends(2, &["read-only"]);
    let guarded = desk.set("ADJUTANT_READ_ONLY", "1");
    guarded.run(&PATCH).ends(2, &["read-only"]);
    assert_eq!(sim.stats().requests, 0, "not even a login");
    let unsure = guarded.set("ADJUTANT_READ_ONLY", "perhaps");
    unsure.run(&PATCH).ends(2, &["ADJUTANT_READ_ONLY"]);
    assert_eq!(sim.stats().requests, 0);
}

#[test]
fn a_profile_can_be_read_only() {
    let sim = sim();
    let desk = desk(&sim);
    std::fs::create_dir_all(desk.path("config/adjutant")).unwrap();
    std::fs::write(desk.path("config/adjutant/config.toml"), "[profile.default.jamf]\nread_only = true\n").unwrap();
    desk.run(&PATCH).ends(2, &["read-only"]);
    assert_eq!(sim.stats().requests, 0);
}

#[test]
fn what_is_destructive_needs_a_yes() {
    let sim = sim();
    let desk = desk(&sim);
    desk.run(&DELETE).ends(2, &["destructive", "--yes"]);
    desk.run(&[&DELETE[..], &["--no-input"]].concat()).ends(2, &["--yes"]);
    desk.run(&[&DELETE[..], &["--yes", "--expect", "2"]].concat()).ends(2, &["--expect"]);
    let wiping = ["jamf", "api", "POST", "/v1/computer-inventory/7/erase", "-d", "{}"];
    desk.run(&wiping).ends(2, &["--yes"]);
    assert_eq!(sim.stats().writes, 0);
    desk.run(&[&DELETE[..], &["--yes", "--expect", "1"]].concat()).ends(0, &[]);
    assert_eq!((sim.stats().writes, sim.stats().computers), (1, 8));
}

#[test]
fn a_dry_run_sends_nothing() {
    let sim = sim();
    let desk = desk(&sim);
    let secret = ["jamf", "api", "POST", "/v1/x", "-d", r#"{"password":"hunter2","name":"n"}"#, "--dry-run"];
    let run = desk.run(&secret);
    run.ends(0, &[]);
    assert!(run.stdout.starts_with(&format!("POST {}/api/v1/x\n", sim.url())), "{}", run.stdout);
    assert!(run.stdout.contains("authorization: [hidden]") && !run.stdout.contains("hunter2"), "{}", run.stdout);
    desk.run(&[&DELETE[..], &["--dry-run"]].concat()).ends(0, &[]);
    let export = desk.run(&["jamf", "computers", "export", "--dry-run", "-o", "fleet.jsonl"]);
    assert!(export.stdout.contains("section=GENERAL&section="), "{}", export.stdout);
    assert_eq!(sim.stats().requests, 0);
    assert!(desk.files().is_empty());
}

#[test]
fn every_write_is_recorded() {
    let sim = sim();
    let desk = desk(&sim);
    desk.run(&PATCH).ends(0, &[]);
    desk.run(&["jamf", "api", "PATCH", "/v3/computers-inventory-detail/777", "-d", "{}"]).ends(4, &[]);
    desk.run(&["jamf", "api", "GET", "/v1/jamf-pro-version"]).ends(0, &[]);
    let log = desk.read("state/adjutant/audit.jsonl");
    let entries: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 2, "reads are not recorded: {log}");
    assert_eq!(entries[0]["target"], "PATCH /api/v3/computers-inventory-detail/7");
    assert!(entries[0]["outcome"].as_str().unwrap().starts_with("HTTP 2"), "{log}");
    assert_eq!(entries[1]["outcome"], "HTTP 404");
    assert!(!log.contains("A-7"), "no bodies: {log}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.path("state/adjutant/audit.jsonl")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_cannot_be_recorded_is_not_done() {
    let sim = sim();
    let desk = desk(&sim);
    std::fs::write(desk.path("state"), "a file where a folder should be").unwrap();
    desk.run(&PATCH).ends(6, &["audit log", "nothing was sent"]);
    assert_eq!(sim.stats().writes, 0);
}

#[test]
fn an_unknown_outcome_says_so() {
    let sim = Sim::start_in_thread(Options::parse("computers=9&fault=drop-answer").unwrap()).unwrap();
    let desk = Desk::new().of(&sim);
    let run = desk.run(&[&PATCH[..], &["-f", "json"]].concat());
    run.ends(7, &["may have been applied", r#""applied":"maybe""#]);
    assert_eq!(sim.stats().doubled_writes, 0);
    assert!(desk.read("state/adjutant/audit.jsonl").contains("unknown"));
}

#[test]
fn no_secret_in_any_output() {
    let sim = sim();
    let desk = desk(&sim);
    let mut all = String::new();
    for arguments in [
        &["jamf", "computers", "list"][..],
        &["jamf", "computers", "get", "777"],
        &["jamf", "token"],
        &["jamf", "whoami"],
        &PATCH,
        &["jamf", "computers", "list", "--dry-run"],
        &["jamf", "computers", "list", "--api", "classic"],
    ] {
        let run = desk.run(&[arguments, &["-vvv"]].concat());
        all.push_str(&run.stdout);
        all.push_str(&run.stderr);
    }
    assert!(all.contains("call"), "there is a log to look through");
    assert!(!all.contains("s3cr3t-of-client"), "the secret is shown");
    assert!(!all.contains("Bearer "), "a token is shown");
    assert_eq!(token_in(&all), None);
}

/// A simulator's token: `sim.` and thirty-two hexadecimal digits.
fn token_in(text: &str) -> Option<&str> {
    text.match_indices("sim.").map(|(at, _)| &text[at..]).find_map(|rest| {
        let token = rest.get(..36)?;
        token[4..].bytes().all(|b| b.is_ascii_hexdigit()).then_some(token)
    })
}

#[cfg(unix)]
#[test]
fn secrets_in_shared_files_are_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let sim = sim();
    let bare = Desk::new();
    let authority = bare.path("ca.pem");
    std::fs::write(&authority, sim.ca_pem().unwrap()).unwrap();
    let file = bare.path("config/adjutant/config.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let text = format!(
        "[profile.default.jamf]\nserver = {:?}\nca_cert = {:?}\nclient_id = \"adjutant\"\n",
        sim.url(),
        authority.display().to_string()
    );
    std::fs::write(&file, format!("{text}client_secret = \"s3cr3t-of-client\"\n")).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = bare.run(&["jamf", "computers", "list"]);
    run.ends(3, &["others can read it", "chmod 600"]);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    bare.run(&["jamf", "computers", "list"]).ends(0, &["9 computers"]);
    // A profile's account goes to the profile's server only.
    bare.run(&["jamf", "computers", "list", "--server", "jamf.elsewhere.example"]).ends(3, &["no credentials for"]);
    let command = format!("{text}credential_command = [\"echo\", \"s3cr3t-of-client\"]\n");
    std::fs::write(&file, command).unwrap();
    bare.run(&["jamf", "computers", "list"]).ends(0, &["9 computers"]);
    bare.run(&["jamf", "computers", "list", "--profile", "tset"]).ends(2, &["tset", "default"]);
}

#[test]
fn too_many_at_once_is_warned_about_and_the_limit_holds() {
    let sim = sim();
    let desk = desk(&sim);
    let run = desk.run(&["jamf", "computers", "list", "--max-concurrency", "8"]);
    run.ends(0, &["warning: 8 requests at once"]);
    desk.run(&["jamf", "computers", "list", "--max-concurrency", "0"]).ends(2, &[]);
    sim.reset_stats();
    desk.run(&["jamf", "computers", "export", "--page-size", "1", "--max-concurrency", "2"])
        .ends(0, &["at most 2 in flight"]);
    let stats = sim.stats();
    assert!(stats.max_in_flight <= 2 && stats.max_connections <= 2, "{stats:?}");
}
