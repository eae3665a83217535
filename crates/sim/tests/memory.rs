//! A million computers in a process that keeps none of them. Alone in its file: memory is the process's.

#![cfg(target_os = "linux")]

mod client;

use client::{Client, sim};

/// The most memory that this process has held, in KB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("a number")
}

#[test]
fn memory_is_that_of_the_wire_and_not_of_the_fleet() {
    let sim = sim("computers=1000000&tls=false");
    let mut client = Client::logged_in(&sim);
    client.json("/api/v4/computers-inventory?page-size=100&sort=id");
    let before = peak();
    let all = "GENERAL,APPLICATIONS,SERVICES,HARDWARE,STORAGE,CERTIFICATES,LOCAL_USER_ACCOUNTS,EXTENSION_ATTRIBUTES";
    for page in [0, 250, 499] {
        let target = format!("/api/v4/computers-inventory?page={page}&page-size=2000&sort=id&section={all}");
        client.write("GET", &target, &[], "").expect("a connection");
        client.skim(25_000_000);
        client = Client::logged_in(&sim);
    }
    let grown = peak() - before;
    assert!(grown < 16 * 1024, "{grown} KB for 2,000 records of 20 KB, three times");
    // Those that were broken off are no longer in flight, once the simulator has seen it.
    let gone = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        sim.stats().in_flight == 0
    });
    assert!(gone, "{:?}", sim.stats());
}
