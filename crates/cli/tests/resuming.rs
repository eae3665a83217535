//! A run that broke off goes on where it stopped, and ends as whole as any other.

mod common;

use common::{Desk, ids};

const BROKEN: &str = "sim:?computers=350&fault=truncated:skip=4";
const WHOLE: &str = "sim:?computers=350";

#[test]
fn a_broken_export_is_kept_and_resumed() {
    let desk = Desk::new();
    desk.export(BROKEN, &[]).ends(6, &["is kept in fleet.jsonl.", "--resume"]);
    let files = desk.files();
    assert!(files.len() == 1 && files[0].ends_with(".partial"), "{files:?}");
    let before = ids(&desk.read(&files[0]), "/id").len();
    assert!((1..350).contains(&before), "{before}");
    desk.export(WHOLE, &[]).ends(2, &["--resume", "--force"]);
    let run = desk.export(WHOLE, &["--resume"]);
    run.ends(0, &["350 computers written to fleet.jsonl", "by the earlier run", "complete: "]);
    assert_eq!(desk.files(), ["fleet.jsonl"]);
    let mut all = ids(&desk.read("fleet.jsonl"), "/id");
    all.sort_unstable();
    assert_eq!(all, (1..=350).collect::<Vec<_>>());
}

#[test]
fn a_torn_line_is_read_again() {
    let desk = Desk::new();
    desk.export(BROKEN, &[]).ends(6, &[]);
    let partial = desk.path(&desk.files()[0]);
    let whole = std::fs::read(&partial).unwrap();
    std::fs::write(&partial, &whole[..whole.len() - 1000]).unwrap();
    desk.export(WHOLE, &["--resume"]).ends(0, &["350 computers"]);
    let mut all = ids(&desk.read("fleet.jsonl"), "/id");
    all.sort_unstable();
    assert_eq!(all, (1..=350).collect::<Vec<_>>());
}

#[test]
fn queries_do_not_mix() {
    let desk = Desk::new();
    desk.export(BROKEN, &[]).ends(6, &[]);
    desk.export(WHOLE, &["--resume", "--section", "GENERAL"]).ends(2, &["another query"]);
    desk.export(WHOLE, &["--resume", "-f", "csv"]).ends(2, &["JSON Lines"]);
    desk.export(WHOLE, &["--force"]).ends(0, &["350 computers written to fleet.jsonl"]);
    assert_eq!(desk.files(), ["fleet.jsonl"]);
}

#[test]
fn the_classic_interface_resumes_too() {
    let desk = Desk::new();
    let broken = desk.export("sim:?computers=22&fault=truncated:skip=20", &["--api", "classic"]);
    assert!(matches!(broken.code, Some(5 | 6)) && broken.stderr.contains("--resume"), "{broken:?}");
    let run = desk.export("sim:?computers=22", &["--api", "classic", "--resume"]);
    run.ends(0, &["22 computers", "by the earlier run", "complete: "]);
    let mut all = ids(&desk.read("fleet.jsonl"), "/general/id");
    all.sort_unstable();
    assert_eq!(all, (1..=22).collect::<Vec<_>>());
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_complete() {
    let desk = Desk::new();
    let server = "sim:?computers=2000&latency=100ms";
    let arguments = ["jamf", "computers", "export", "--server", server, "-o", "fleet.jsonl"];
    let mut command = desk.command(std::path::Path::new(env!("CARGO_BIN_EXE_adjutant")), &arguments);
    let child = command.stdout(std::process::Stdio::null()).spawn().expect("it starts");
    let pid = child.id().to_string();
    let wait = || {
        let grown = |name: &String| std::fs::metadata(desk.path(name)).is_ok_and(|m| m.len() > 300_000);
        (0..2000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            desk.files().iter().any(grown)
        })
    };
    assert!(wait(), "the export gets under way");
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("is kept in fleet.jsonl.") && stderr.contains("--resume"), "{stderr}");
    desk.export("sim:?computers=2000", &["--resume"]).ends(0, &["2,000 computers written"]);
    assert_eq!(ids(&desk.read("fleet.jsonl"), "/id").len(), 2000);
}
