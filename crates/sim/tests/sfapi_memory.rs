//! Half a gigabyte each way through a process that keeps none of it. Alone in its file: memory is the process's.

#![cfg(target_os = "linux")]

mod client;

use client::facility;

const SIZE: u64 = 512 << 20;

/// The most memory that this process has held, in KB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("a peak");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("a number")
}

#[test]
fn memory_is_that_of_the_wire_and_not_of_the_file() {
    let (sim, mut client) = facility("");
    client.json("/api/v1.2/account/");
    let before = peak();
    // A file with a hole takes neither time nor room.
    let file = std::fs::File::create(sim.root().join("tmp/large")).expect("a file");
    file.set_len(SIZE).expect("room");
    client.write("GET", "/api/v1.2/utilities/download/perlmutter//tmp/large?binary=true", &[], "").expect("a request");
    client.skim(SIZE.div_ceil(3) * 4);
    drop(sim);
    let (sim, mut client) = facility("");
    let head = b"--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    let tail = b"\r\n--bound--\r\n";
    let length = (head.len() + tail.len()) as u64 + SIZE;
    let media = [("Content-Type", "multipart/form-data; boundary=bound")];
    client.write_head("PUT", "/api/v1.2/utilities/upload/perlmutter//tmp/up", &media, length).expect("a head");
    client.write_body(head).expect("a part");
    let piece = vec![b'x'; 1 << 16];
    for _ in 0..SIZE >> 16 {
        client.write_body(&piece).expect("a piece");
    }
    client.write_body(tail).expect("the end");
    assert_eq!(client.read().expect("an answer").json()["status"], "OK");
    assert_eq!(std::fs::metadata(sim.root().join("tmp/up")).expect("a file").len(), SIZE);
    let grown = peak() - before;
    assert!(grown < 16 * 1024, "{grown} KB for two times half a gigabyte");
}
