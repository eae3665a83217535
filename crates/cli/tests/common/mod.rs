//! Running the built command as a user or a script would, with a bound on its time.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// No command in these tests needs as long.
const LONGEST: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder of its own, a home of its own, and an environment without anybody's credentials.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), environment: Vec::new() }
    }

    /// Sets a variable for the commands to come.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets what a client of that simulator needs.
    pub(crate) fn of(self, sim: &adjutant_sim::jamf::Sim) -> Self {
        let authority = self.path("ca.pem");
        std::fs::write(&authority, sim.ca_pem().unwrap_or_default()).expect("the authority");
        self.set("ADJUTANT_JAMF_SERVER", sim.url())
            .set("ADJUTANT_JAMF_CA_CERT", authority.to_string_lossy())
            .set("ADJUTANT_JAMF_CLIENT_ID", "adjutant")
            .set("ADJUTANT_JAMF_CLIENT_SECRET", "simulated")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    /// Names of the files that are there.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .expect("the folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != "ca.pem" && name != "state" && name != "config")
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let shown = name.to_string_lossy();
            if shown.starts_with("ADJUTANT_") || shown.starts_with("JAMF_") || shown.starts_with("XDG_") {
                command.env_remove(&name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.path("config"))
            .env("XDG_STATE_HOME", self.path("state"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs `adjutant` with these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command(Path::new(env!("CARGO_BIN_EXE_adjutant")), arguments))
    }

    /// Runs `adjutant jamf computers export --server … -o fleet.jsonl …`.
    pub(crate) fn export(&self, server: &str, more: &[&str]) -> Run {
        let arguments = ["jamf", "computers", "export", "--server", server, "-o", "fleet.jsonl"];
        self.run(&[&arguments, more].concat())
    }
}

/// Waits for a command, but not for ever.
pub(crate) fn finish(mut command: Command) -> Run {
    let mut child = command.spawn().expect("the command starts");
    fn read(mut from: impl Read + Send + 'static) -> thread::JoinHandle<String> {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = from.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    }
    let stdout = read(child.stdout.take().expect("piped"));
    let stderr = read(child.stderr.take().expect("piped"));
    let deadline = Instant::now() + LONGEST;
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child is ours") {
            break status;
        }
        if Instant::now() > deadline {
            let _ = child.kill();
            panic!("the command hangs: {command:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    Run { code: status.code(), stdout: stdout.join().expect("read"), stderr: stderr.join().expect("read") }
}

impl Run {
    /// Checks the exit code and what stderr must say.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for word in words {
            assert!(self.stderr.contains(word), "stderr lacks {word:?}: {}", self.stderr);
        }
        self
    }
}

/// Every line as JSON, and the ids in it.
#[track_caller]
pub(crate) fn ids(lines: &str, pointer: &str) -> Vec<u64> {
    lines
        .lines()
        .map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).expect("one JSON object a line");
            let id = row.pointer(pointer).expect("an id");
            id.as_u64().or_else(|| id.as_str()?.parse().ok()).expect("a number")
        })
        .collect()
}
