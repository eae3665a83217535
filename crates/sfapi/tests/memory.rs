//! Large files in little memory, both ways. A test of its own, because memory is the whole process's.

#![cfg(target_os = "linux")]

mod support;

use std::{fs::File, io::Write as _, time::Duration};
use support::Server;

/// Larger than what may be used, by far.
const SIZE: usize = 160 << 20;
const MAY_GROW: u64 = 32 << 20;

/// The most memory that this process has had, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).expect("a number") * 1024
}

#[tokio::test]
async fn a_large_file_down_and_up() {
    let server = Server::start("");
    let path = server.put("large.bin", "");
    let mut file = File::create(server.sim.root().join(path.trim_start_matches('/'))).expect("a file");
    let piece: Vec<u8> = (0..1 << 20).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for _ in 0..SIZE / piece.len() {
        file.write_all(&piece).expect("written");
    }
    drop(file);
    let client = server.client();
    client.token().await.expect("a token");
    let remote = client.compute("perlmutter").path(&path);
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join("copy");
    let before = peak();
    let limit = Duration::from_secs(300);
    let length = tokio::time::timeout(limit, remote.download_to(&local).send()).await.expect("in time").expect("down");
    assert_eq!(length as usize, SIZE);
    let up = remote.with_name("again.bin");
    tokio::time::timeout(limit, up.upload_file(&local).send()).await.expect("in time").expect("up");
    let grown = peak() - before;
    assert!(grown <= MAY_GROW, "grown by {} MiB, client and server together", grown >> 20);
    let there = server.sim.root().join(up.as_str().trim_start_matches('/'));
    let same = std::process::Command::new("cmp").arg(&local).arg(there).status();
    assert!(same.is_ok_and(|status| status.success()), "the same bytes");
}
