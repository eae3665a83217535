//! Bad input and bad days: each gets an error that says what to do, an exit code, and an end.

mod common;

use adjutant_sim::jamf::{Options, Sim};
use common::Desk;

const LIST: [&str; 3] = ["jamf", "computers", "list"];

fn sim(options: &str) -> Sim {
    Sim::start_in_thread(Options::parse(options).expect("options")).expect("a simulator")
}

fn list(desk: &Desk, more: &[&str]) -> common::Run {
    desk.run(&[&LIST, more].concat())
}

#[test]
fn no_server() {
    list(&Desk::new(), &[]).ends(2, &["no server given", "--server", "ADJUTANT_JAMF_SERVER", "sim:"]);
}

#[test]
fn a_wrong_scheme() {
    list(&Desk::new(), &["--server", "ftp://jamf.my.org"]).ends(2, &["ftp", "https"]);
    let desk = Desk::new().set("JAMF_CLIENT_ID", "i").set("JAMF_CLIENT_SECRET", "s");
    list(&desk, &["--server", "http://jamf.my.org"]).ends(2, &["unencrypted", "--insecure-transport"]);
}

#[test]
fn an_unknown_simulator_option() {
    list(&Desk::new(), &["--server", "sim:?computer=5"]).ends(2, &["computer=5", "computers"]);
}

#[test]
fn no_credentials_and_nobody_to_ask() {
    let run = list(&Desk::new(), &["--server", "jamf.my.org"]);
    run.ends(3, &["no credentials for https://jamf.my.org", "ADJUTANT_JAMF_CLIENT_ID"]);
    let half = Desk::new().set("ADJUTANT_JAMF_SERVER", "jamf.my.org").set("JAMF_CLIENT_ID", "i");
    list(&half, &["--no-input"]).ends(3, &["ADJUTANT_JAMF_CLIENT_SECRET"]);
}

#[test]
fn an_unreachable_host() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its address");
    let desk = Desk::new().set("JAMF_CLIENT_ID", "i").set("JAMF_CLIENT_SECRET", "s");
    list(&desk, &["--server", &closed.to_string()]).ends(6, &["cannot connect", "check the server's name and port"]);
}

#[test]
fn an_untrusted_certificate() {
    let sim = sim("computers=3");
    let desk = Desk::new()
        .set("ADJUTANT_JAMF_SERVER", sim.url())
        .set("JAMF_CLIENT_ID", "adjutant")
        .set("JAMF_CLIENT_SECRET", "simulated");
    list(&desk, &[]).ends(6, &["not trusted", "--ca-cert"]);
    list(&desk, &["--ca-cert", "nowhere.pem"]).ends(2, &["nowhere.pem"]);
    list(&desk, &["--insecure"]).ends(0, &["warning: --insecure", "3 computers"]);
    list(&Desk::new().of(&sim), &[]).ends(0, &["3 computers"]);
}

#[test]
fn a_wrong_secret() {
    let sim = sim("computers=3");
    let desk = Desk::new().of(&sim).set("ADJUTANT_JAMF_CLIENT_SECRET", "wr0ng");
    let run = list(&desk, &["-vvv"]);
    run.ends(3, &["refused the login", "client id and secret"]);
    assert!(!run.stderr.contains("wr0ng"), "{}", run.stderr);
}

#[test]
fn a_missing_privilege() {
    let server = "sim:?computers=3&deny=Read+Computers";
    list(&Desk::new(), &["--server", server]).ends(3, &["403", "Read Computers"]);
}

#[test]
fn an_unknown_section_field_or_order() {
    let on_sim = |more: &[&str]| list(&Desk::new(), &[&["--server", "sim:?computers=3"], more].concat());
    on_sim(&["--section", "HARDWEAR"]).ends(2, &["HARDWEAR", "HARDWARE"]);
    on_sim(&["--filter", "general.nmae==\"x\""]).ends(2, &["general.nmae", "general.name"]);
    on_sim(&["--filter", "general.name==\"x"]).ends(2, &["quote"]);
    on_sim(&["--sort", "general.nmae"]).ends(2, &["general.name"]);
    on_sim(&["--sort", "general.name:up"]).ends(2, &["asc"]);
    on_sim(&["--api", "classic", "--filter", "id==1"]).ends(2, &["--filter"]);
    on_sim(&["--api", "classic", "--section", "hardwear"]).ends(2, &["hardware"]);
    on_sim(&["-o", "csv"]).ends(2, &["did you mean -f csv?"]);
    on_sim(&["--select", "a..b"]).ends(2, &["a..b"]);
}

#[test]
fn an_output_that_exists() {
    let desk = Desk::new();
    std::fs::write(desk.path("fleet.jsonl"), "precious").unwrap();
    desk.export("sim:?computers=3", &[]).ends(2, &["fleet.jsonl exists", "--force"]);
    assert_eq!(desk.read("fleet.jsonl"), "precious");
    desk.export("sim:?computers=3", &["--force"]).ends(0, &["3 computers"]);
    assert_eq!(desk.read("fleet.jsonl").lines().count(), 3);
    let nowhere = ["--server", "sim:?computers=3", "-o", "no/such/folder.jsonl"];
    list(&desk, &nowhere).ends(6, &["the folder must exist"]);
}

#[cfg(unix)]
#[test]
fn a_full_disk() {
    let desk = Desk::new();
    if std::path::Path::new("/dev/full").exists() {
        let run = list(&desk, &["--server", "sim:?computers=3", "-o", "/dev/full"]);
        run.ends(6, &["the disk is full", "free some space"]);
    }
    // A limit on the size of files is a full disk in small.
    let script = format!(
        "trap '' XFSZ; ulimit -f 512; exec {} jamf computers export --server 'sim:?computers=400' -o fleet.jsonl",
        env!("CARGO_BIN_EXE_adjutant")
    );
    let run = common::finish(desk.command(std::path::Path::new("bash"), &["-c", &script]));
    run.ends(6, &["cannot be written", "--resume"]);
    let files = desk.files();
    assert!(files.len() == 1 && files[0].ends_with(".partial"), "{files:?}");
    desk.export("sim:?computers=400", &["--resume"]).ends(0, &["400 computers"]);
    assert_eq!(common::ids(&desk.read("fleet.jsonl"), "/id").len(), 400);
}

#[test]
fn a_truncated_reply() {
    let desk = Desk::new();
    desk.export("sim:?computers=3&fault=truncated", &[]).ends(6, &["cut off"]);
    assert!(desk.files().is_empty(), "nothing was read, nothing is left: {:?}", desk.files());
}

#[test]
fn a_server_that_falls_silent() {
    let desk = Desk::new();
    let run = desk.export("sim:?computers=3&fault=hang", &["--timeout", "100ms"]);
    run.ends(6, &["--timeout"]);
}

#[test]
fn the_error_object_stands_last() {
    let run = list(&Desk::new(), &["-f", "jsonl"]);
    let object: serde_json::Value = serde_json::from_str(run.ends(2, &[]).stderr.lines().last().unwrap()).unwrap();
    assert_eq!((object["kind"].as_str(), object["applied"].as_str()), (Some("usage"), Some("no")));
    let run = list(&Desk::new(), &["-f", "json", "--no-such-flag"]);
    let object: serde_json::Value = serde_json::from_str(run.ends(2, &[]).stderr.lines().last().unwrap()).unwrap();
    assert_eq!(object["kind"], "usage");
}
