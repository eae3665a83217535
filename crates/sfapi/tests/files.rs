//! Files: listed, down and up, whole or not at all.

mod support;

use adjutant_sfapi::{Kind, RemotePath};
use std::{
    io::{Read as _, Seek as _, Write as _},
    time::Duration,
};
use support::{Scripted, Server, json, soon};

fn names<B>(paths: &[RemotePath<B>]) -> Vec<&str> {
    paths.iter().map(RemotePath::name).collect()
}

#[cfg(unix)]
#[tokio::test]
async fn listings() {
    for options in ["ls-absolute=false", "ls-absolute=true"] {
        let server = Server::start(options);
        let file = server.put("d/a b#ü%.txt", "12345");
        server.put("d/sub/x", "");
        let folder = RemotePath::new(&file).parent();
        let host = server.sim.root().join(folder.as_str().trim_start_matches('/'));
        std::os::unix::fs::symlink("sub", host.join("link")).expect("a link");
        let machine = server.client().compute("perlmutter");
        let inside = soon(machine.ls(&folder)).await.expect("a directory");
        let mut sorted = names(&inside);
        sorted.sort_unstable();
        assert_eq!(sorted, ["a b#ü%.txt", "link", "sub"], "no dots");
        let of = |name: &str| inside.iter().find(|path| path.name() == name).expect(name);
        assert_eq!(of("link").entry().expect("listed").kind(), Kind::Symlink);
        assert_eq!(of("link").entry().expect("listed").target(), Some("sub"), "not resolved");
        server.sim.reset_stats();
        assert!(soon(of("sub").is_dir()).await.expect("known") && soon(of("link").is_symlink()).await.expect("known"));
        assert_eq!(server.sim.stats().requests, 0, "known from the listing");

        let file = machine.path(file);
        let listed = soon(file.ls()).await.expect("a file");
        assert_eq!((names(&listed), listed[0].entry().expect("listed").size()), (vec!["a b#ü%.txt"], Some(5)));
        assert!(soon(file.is_file()).await.expect("asked") && !soon(file.is_dir()).await.expect("asked"));
        let itself = soon(machine.path(folder.as_str()).ls_itself()).await.expect("one");
        assert_eq!((names(&itself), itself[0].entry().expect("listed").kind()), (vec!["d"], Kind::Directory));
        let missing = file.with_name("none");
        assert!(soon(missing.ls()).await.expect_err("nothing").is_not_found());
        assert!(!soon(missing.is_file()).await.expect("no is an answer"));
        assert!(soon(machine.ls("relative")).await.expect_err("relative").hint().is_some());
    }
}

#[tokio::test]
async fn down_as_text_bytes_and_into_a_file() {
    let server = Server::start("");
    let text = "ü \"quoted\" \\ and 𝄞\n\ttab\u{1}";
    let path = server.put("t.txt", text);
    let bytes: Vec<u8> = (0..200_000u32).map(|i| (i * 31 % 251) as u8).collect();
    let binary = server.put("b.bin", &bytes);
    let empty = server.put("empty", "");
    let machine = server.client().compute("perlmutter");
    assert_eq!(soon(machine.path(&path).read_text()).await.expect("text"), text);
    assert_eq!(soon(machine.path(&path).read()).await.expect("bytes"), text.as_bytes());
    assert_eq!(soon(machine.path(&binary).read()).await.expect("bytes"), bytes);
    assert_eq!(soon(machine.path(&empty).read()).await.expect("nothing"), "");
    assert!(soon(machine.path(&binary).read_text()).await.expect_err("no text").hint().is_some());
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join("copy");
    assert_eq!(soon(machine.path(&binary).download_to(&local)).await.expect("copied"), 200_000);
    assert_eq!(std::fs::read(&local).expect("there"), bytes);
    let error = soon(machine.path(server.sim.home()).read()).await.expect_err("a directory");
    assert!(error.message().contains("is a directory"), "{error}");
    assert!(soon(machine.path("/no/such").read()).await.expect_err("nothing").is_not_found());
    assert!(soon(machine.path(&binary).download_to(folder.path())).await.is_err(), "onto a directory");
}

#[tokio::test]
async fn a_download_that_breaks_off_is_begun_again_and_one_that_is_short_is_an_error() {
    let server = Server::start("");
    let bytes = vec![7u8; 600_000];
    let path = server.put("b.bin", &bytes);
    let file = server.client().compute("perlmutter").path(path);
    server.faults("truncated:downloads:times=2");
    assert_eq!(soon(file.read()).await.expect("the third time"), bytes);
    let folder = tempfile::tempdir().expect("a folder");
    let local = folder.path().join("copy");
    std::fs::write(&local, "before").expect("written");
    for fault in ["truncated:downloads", "short-file:downloads"] {
        server.faults(fault);
        let error = soon(file.download_to(&local)).await.expect_err(fault);
        assert!(!error.message().is_empty(), "{error}");
        assert_eq!(std::fs::read(&local).expect("there"), b"before", "{fault}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left behind");
    }
    let error = soon(file.read()).await.expect_err("short");
    assert!(error.message().contains("300000 bytes but has 600000"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_too_large_says_so() {
    let server = Server::start("download-limit=10");
    let path = server.put("b.bin", "more than ten bytes");
    let error = soon(server.client().compute("perlmutter").path(path).read()).await.expect_err("too large");
    assert!(error.message().contains("too large"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn up_to_a_directory_over_a_file_and_through_a_link() {
    let server = Server::start("");
    let folder = RemotePath::new(server.put("d/x", "old")).parent();
    let host = server.sim.root().join(server.sim.home().trim_start_matches('/'));
    std::os::unix::fs::symlink("d", host.join("link")).expect("a link");
    let here = tempfile::tempdir().expect("a folder");
    let local = here.path().join("a ü.bin");
    let bytes: Vec<u8> = (0..700_000u32).map(|i| (i % 251) as u8).collect();
    std::fs::write(&local, &bytes).expect("written");
    let machine = server.client().compute("perlmutter");

    let placed = soon(machine.path(folder.as_str()).upload_file(&local)).await.expect("into a directory");
    assert_eq!((placed.name(), server.content(placed.as_str())), ("a ü.bin", bytes.clone()));
    let over = machine.path(folder.join("x").as_str());
    soon(over.upload_file(&local)).await.expect("over a file");
    assert_eq!(server.content(over.as_str()), bytes);
    let new = machine.path(server.sim.home()) / "link" / "new";
    soon(new.write("new content")).await.expect("a new file in a linked directory");
    assert_eq!(server.content(folder.join("new").as_str()), b"new content");
    soon(new.write("")).await.expect("emptied");
    assert_eq!(server.content(folder.join("new").as_str()), b"");
    assert!(soon(machine.path("relative").write("x")).await.is_err());
    assert!(soon(new.upload_file(here.path().join("none"))).await.is_err());
}

#[tokio::test]
async fn an_upload_is_sent_again_from_its_beginning() {
    let server = Server::start("fault=503:uploads:times=1,reset-before:uploads:times=1");
    let bytes = vec![3u8; 500_000];
    let path = format!("{}/up.bin", server.sim.home());
    let local = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(local.path(), &bytes).expect("written");
    soon(server.client().compute("perlmutter").path(&path).upload_file(local.path())).await.expect("the third time");
    assert_eq!(server.content(&path), bytes);
}

#[tokio::test]
async fn an_upload_that_came_short_is_an_error() {
    let server = Scripted::start(|seen| match seen.line.contains("/ls/") {
        true => json(200, r#"{"status":"OK","entries":[{"perms":"-rw-","name":"/a/f","size":3.0}],"error":null}"#),
        false => json(200, r#"{"status":"OK","output":"","error":null}"#),
    });
    let file = server.client().compute("perlmutter").path("/a/f");
    let error = soon(file.write("12345")).await.expect_err("short");
    assert!(error.message().contains("3 bytes after 5 were sent"), "{error}");
    assert_eq!(error.operation(), Some("paths.upload"));
    let put = server.seen().into_iter().find(|seen| seen.is("PUT")).expect("sent");
    assert!(put.is("PUT /api/v1.2/utilities/upload/perlmutter//a/f "), "{}", put.line);
    assert!(put.text().contains("name=\"file\"; filename=\"f\""));
}

#[tokio::test]
async fn open_reads_and_writes() {
    let server = Server::start("");
    let path = server.put("t.txt", "one\ntwo\n");
    let machine = server.client().compute("perlmutter");
    for mode in ["dse", "rr", "ww", "wr", "rw", ""] {
        let error = soon(machine.path(&path).open(mode)).await.expect_err(mode);
        assert!(error.hint().is_some(), "{error}");
    }
    let mut text = String::new();
    let mut file = soon(machine.path(&path).open("r")).await.expect("open");
    file.read_to_string(&mut text).expect("text");
    assert_eq!(text, "one\ntwo\n");
    assert!(file.write_all(b"x").is_err(), "open for reading");
    soon(file.close()).await.expect("closed");

    let mut file = soon(machine.path(&path).open("wb")).await.expect("open");
    file.write_all(&[0, 255, 1]).expect("written");
    file.rewind().expect("a file can be gone back in");
    file.write_all(&[9]).expect("written");
    soon(file.close()).await.expect("sent");
    assert_eq!(server.content(&path), [9, 255, 1]);
    // What is not closed does not go up.
    let mut file = soon(machine.path(&path).open("w")).await.expect("open");
    file.write_all(b"lost").expect("written");
    drop(file);
    support::pause(Duration::from_millis(50)).await;
    assert_eq!(server.content(&path), [9, 255, 1]);
}
