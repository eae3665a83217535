//! Files, commands and transfers in the sandbox, seen from the socket.

mod client;

use std::fs;
use std::thread::sleep;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use client::{Answer, Client, facility};
use serde_json::Value;

const API: &str = "/api/v1.2";

fn ls(client: &mut Client, path: &str) -> Value {
    client.json(&format!("{API}/utilities/ls/perlmutter/{path}"))
}

fn names(listing: &Value) -> Vec<&str> {
    let entries = listing["entries"].as_array().expect("entries");
    entries.iter().map(|entry| entry["name"].as_str().expect("a name")).collect()
}

fn download(client: &mut Client, path: &str, binary: bool) -> Value {
    client.json(&format!("{API}/utilities/download/perlmutter/{path}?binary={binary}"))
}

fn upload(client: &mut Client, path: &str, content: &str) -> Answer {
    let body = format!(
        "--bound\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\nContent-Type: \
         application/octet-stream\r\n\r\n{content}\r\n--bound--\r\n"
    );
    let media = [("Content-Type", "multipart/form-data; boundary=bound")];
    client.send("PUT", &format!("{API}/utilities/upload/perlmutter/{path}"), &media, &body).expect("an answer")
}

fn run(client: &mut Client, command: &str) -> Value {
    let answer = client.form(&format!("{API}/utilities/command/perlmutter"), &[("executable", command)]).json();
    let id = answer["task_id"].as_str().expect("an id").to_owned();
    loop {
        let task = client.json(&format!("{API}/tasks/{id}"));
        if task["status"] == "completed" {
            return serde_json::from_str(task["result"].as_str().expect("a string")).expect("JSON in a string");
        }
        sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(unix)]
fn listings_are_as_the_server_makes_them() {
    let (sim, mut client) = facility("");
    let root = sim.root().join("tmp");
    fs::create_dir(root.join("d")).expect("a directory");
    fs::write(root.join("d/a b+ü#.txt"), "12345").expect("a file");
    std::os::unix::fs::symlink("/tmp/d", root.join("link")).expect("a link");
    let directory = ls(&mut client, "/tmp/d");
    assert_eq!(names(&directory), [".", "..", "a b+ü#.txt"]);
    let file = &directory["entries"][2];
    assert_eq!((file["size"].as_f64(), file["hardlinks"].as_u64()), (Some(5.0), Some(1)));
    assert!(file["perms"].as_str().expect("a string").starts_with("-rw"), "{file}");
    assert_eq!(names(&ls(&mut client, "/tmp/d/a%20b%2B%C3%BC%23.txt")), ["//tmp/d/a b+ü#.txt"], "one slash too many");
    assert_eq!(names(&ls(&mut client, "tmp/d/a%20b%2B%C3%BC%23.txt")), ["/tmp/d/a b+ü#.txt"]);
    let link = ls(&mut client, "/tmp/link");
    assert_eq!(names(&link), ["//tmp/link -> /tmp/d"]);
    assert!(link["entries"][0]["perms"].as_str().expect("a string").starts_with('l'));
    assert_eq!(names(&ls(&mut client, "/tmp/link/")).len(), 3, "a slash at the end follows");
    assert_eq!(names(&ls(&mut client, "/tmp")), [".", "..", "d", "link -> /tmp/d"]);
    let missing = ls(&mut client, "/tmp/none");
    assert_eq!((missing["status"].as_str(), names(&missing).len()), (Some("ERROR"), 0));
    assert!(missing["error"].as_str().expect("words").contains("No such file or directory"));
    let (_sim, mut client) = facility("ls-absolute=true");
    assert!(names(&ls(&mut client, "/global")).contains(&"//global/homes"));
}

#[test]
#[cfg(unix)]
fn nothing_leads_out_of_the_sandbox() {
    let (sim, mut client) = facility("");
    std::os::unix::fs::symlink("/etc", sim.root().join("tmp/etc")).expect("a link");
    for path in ["/../../../../etc/passwd", "/tmp/etc/passwd", "/tmp/../../etc/passwd", "/..%2F..%2Fetc%2Fpasswd"] {
        assert_eq!(ls(&mut client, path)["status"], "ERROR", "{path}");
        assert_eq!(download(&mut client, path, false)["status"], "ERROR", "{path}");
        assert_eq!(upload(&mut client, path, "x").json()["status"], "ERROR", "{path}");
    }
    for command in ["cat /etc/passwd", "cat /tmp/etc/passwd", "bash -c 'cd /../..; cat etc/passwd'", "touch /tmp/etc/x"]
    {
        assert_eq!(run(&mut client, command)["status"], "error", "{command}");
    }
    assert!(!std::path::Path::new("/etc/x").exists());
}

#[test]
fn files_go_there_and_back() {
    let (sim, mut client) = facility("download-limit=3000000");
    let text = "line one\r\n\"quoted\" \\ and ü\n\t--bound\n".repeat(3);
    assert_eq!(upload(&mut client, "/tmp/f.txt", &text).json()["status"], "OK");
    assert_eq!(fs::read_to_string(sim.root().join("tmp/f.txt")).expect("a file"), text);
    let answer = download(&mut client, "/tmp/f.txt", false);
    assert_eq!((answer["file"].as_str(), answer["is_binary"].as_bool()), (Some(text.as_str()), Some(false)));
    for size in [0, 1, 2, 3, 196_607, 196_608, 196_609, 1_000_003] {
        let bytes: Vec<u8> = (0..size).map(|n: usize| (n * 7 + n / 256) as u8).collect();
        fs::write(sim.root().join("tmp/f.bin"), &bytes).expect("a file");
        let answer = download(&mut client, "/tmp/f.bin", true);
        assert_eq!(answer["is_binary"], true);
        assert_eq!(BASE64_STANDARD.decode(answer["file"].as_str().expect("text")).expect("base64"), bytes, "{size}");
    }
    assert_eq!(download(&mut client, "/tmp/f.bin", false)["is_binary"], true, "it is no text, whatever was asked");
    let long = "täxt \"in\" pieces\n".repeat(100_000);
    fs::write(sim.root().join("tmp/long.txt"), &long).expect("a file");
    assert!(download(&mut client, "/tmp/long.txt", false)["file"] == long.as_str());
    fs::write(sim.root().join("tmp/huge"), vec![0; 3_000_001]).expect("a file");
    for path in ["/tmp/huge", "/tmp", "/tmp/none"] {
        assert_eq!(download(&mut client, path, true)["status"], "ERROR", "{path}");
    }
    assert_eq!(upload(&mut client, "/tmp", "x").json()["status"], "ERROR", "a directory");
    assert_eq!(upload(&mut client, "/tmp/none/f", "x").json()["status"], "ERROR");
    let target = format!("{API}/utilities/upload/perlmutter//tmp/f");
    assert_eq!(client.send("PUT", &target, &[], "no form").expect("an answer").status, 422);
    assert_eq!(sim.stats().uploads, 1);
}

#[test]
fn an_upload_that_breaks_off_changes_nothing() {
    let (sim, mut client) = facility("");
    fs::write(sim.root().join("tmp/f"), "before").expect("a file");
    let media = [("Content-Type", "multipart/form-data; boundary=bound")];
    let part = b"--bound\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nhalf";
    client.write_head("PUT", &format!("{API}/utilities/upload/perlmutter//tmp/f"), &media, 1000).expect("a head");
    client.write_body(part).expect("a part");
    sleep(Duration::from_millis(100));
    drop(client);
    sleep(Duration::from_millis(200));
    assert_eq!(fs::read_to_string(sim.root().join("tmp/f")).expect("a file"), "before");
    assert_eq!((sim.stats().uploads, sim.stats().in_flight), (0, 0));
}

#[test]
fn commands_are_values() {
    let (sim, mut client) = facility("");
    let result = run(&mut client, "echo hello > world");
    assert_eq!((result["status"].as_str(), result["output"].as_str()), (Some("ok"), Some("hello > world\n")));
    let result = run(&mut client, "bash -c 'echo out; echo err >&2; exit 4'");
    assert_eq!((result["status"].as_str(), result["exit_code"].as_i64()), (Some("error"), Some(4)));
    assert_eq!((result["output"].as_str(), result["error"].as_str()), (Some("out\n"), Some("err\n")));
    assert_eq!(run(&mut client, "nonsense")["exit_code"], 127);
    let answer = client.form(&format!("{API}/utilities/command/dtn01"), &[("executable", "sleep 1h")]).json();
    let id = answer["task_id"].as_str().expect("an id").to_owned();
    assert_eq!(client.json(&format!("{API}/tasks/{id}"))["status"], "new");
    assert_eq!(client.delete(&format!("{API}/tasks/{id}")).status, 200);
    assert_eq!(client.json(&format!("{API}/tasks/{id}"))["status"], "cancelled");
    assert_eq!(client.json(&format!("{API}/tasks"))["tasks"].as_array().map(Vec::len), Some(4));
    assert_eq!(client.get(&format!("{API}/tasks/1")).status, 404);
    assert_eq!(client.form(&format!("{API}/utilities/command/dtn01"), &[]).status, 422);
    assert_eq!(sim.stats().commands, 4);
}

#[test]
fn transfers_take_their_time() {
    let (sim, mut client) = facility("transfer=300ms");
    fs::write(sim.root().join("tmp/f"), "content").expect("a file");
    let mut start = |source: &str, uuid: &str| {
        let fields = [("source_uuid", uuid), ("target_uuid", "dtn"), ("source_dir", source), ("target_dir", "/global")];
        client.form(&format!("{API}/storage/globus/transfer"), &fields).json()
    };
    let ids = [start("/tmp/f", "perlmutter"), start("/tmp/none", "perlmutter")];
    assert_eq!(start("/tmp/f", "nowhere")["status"], "ERROR");
    let mut state = |answer: &Value| {
        let id = answer["transfer_id"].as_str().expect("an id");
        client.json(&format!("{API}/storage/globus/transfer/{id}"))
    };
    assert_eq!(state(&ids[0])["globus_status"], "ACTIVE");
    sleep(Duration::from_millis(350));
    assert_eq!(
        (&state(&ids[0])["globus_status"], &state(&ids[0])["bytes_transferred"]),
        (&"SUCCEEDED".into(), &7.into())
    );
    assert_eq!(state(&ids[1])["globus_status"], "FAILED");
    assert_eq!(fs::read_to_string(sim.root().join("global/f")).expect("a file"), "content");
}
