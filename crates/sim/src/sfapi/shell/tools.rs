//! The commands that are known.

use std::fs;
use std::io::{self, Read, Write};
use std::time::Duration;

use ring::digest::{Context, SHA256};

use super::{LONGEST, Outcome, Shell};
use crate::sfapi::sandbox::words;
use crate::words::duration;

impl Shell<'_> {
    /// Carries out one command and returns its exit code.
    pub(super) fn command(&mut self, command: &[String], outcome: &mut Outcome) -> i32 {
        let Some((name, arguments)) = command.split_first() else { return 0 };
        let texts: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match name.rsplit_once("/bin/").map_or(name.as_str(), |(_, name)| name) {
            "echo" => echo(&texts, outcome),
            "hostname" => say(outcome, self.host),
            "pwd" => say(outcome, &self.directory),
            "whoami" => say(outcome, self.user),
            "date" => say(outcome, &jiff::Timestamp::now().to_string()),
            "true" | ":" | "module" | "set" | "export" | "ulimit" | "wait" => {
                self.assign(arguments);
                0
            }
            "false" => 1,
            "exit" => {
                outcome.exited = true;
                texts.first().and_then(|code| code.parse::<i32>().ok()).map_or(0, |code| code & 0xff)
            }
            "sleep" => self.sleep(&texts, outcome),
            "srun" | "env" | "exec" | "time" => {
                let inner = arguments.iter().position(|word| !word.starts_with('-')).unwrap_or(arguments.len());
                self.command(&arguments[inner..], outcome)
            }
            "bash" | "sh" => self.shell(arguments, outcome),
            // Conditions are taken for true, and loops gone through once.
            "then" | "do" | "else" => self.command(arguments, outcome),
            "if" | "fi" | "for" | "while" | "done" | "{" | "}" | "source" | "." => 0,
            "cd" => {
                self.directory = self.absolute(texts.first().copied().unwrap_or(self.sandbox.home()));
                0
            }
            "ls" => self.each_path(name, &texts, outcome, Self::ls),
            "cat" => self.each_path(name, &texts, outcome, Self::cat),
            "mkdir" => self.each_path(name, &texts, outcome, |shell, path, _| {
                if texts.contains(&"-p") { shell.make_all(path) } else { fs::create_dir(shell.host_path(path, true)?) }
            }),
            "touch" => self.each_path(name, &texts, outcome, |shell, path, _| {
                shell.write(path, b"", true).map_err(io::Error::other)
            }),
            "rm" => self.each_path(name, &texts, outcome, |shell, path, _| {
                let host = shell.host_path(path, false)?;
                let recursive = texts.iter().any(|flag| flag.starts_with('-') && flag.contains(['r', 'R']));
                match fs::symlink_metadata(&host) {
                    Ok(found) if found.is_dir() && recursive => fs::remove_dir_all(host),
                    Err(_) if texts.iter().any(|flag| flag.starts_with('-') && flag.contains('f')) => Ok(()),
                    _ => fs::remove_file(host),
                }
            }),
            "wc" => self.each_path(name, &texts, outcome, |shell, path, outcome| {
                let size = fs::metadata(shell.host_path(path, true)?)?.len();
                outcome.output.push_str(&format!("{size} {path}\n"));
                Ok(())
            }),
            "sha256sum" => self.each_path(name, &texts, outcome, Self::sha256sum),
            "ln" => self.link(&texts, outcome),
            "truncate" => self.truncate(&texts, outcome),
            _ if name.contains('=') && !name.starts_with(['=', '/']) => {
                self.assign(command);
                0
            }
            _ if name.contains('/') => self.file(command, outcome),
            _ => self.unknown(name, outcome),
        }
    }

    fn unknown(&self, name: &str, outcome: &mut Outcome) -> i32 {
        if self.trusting {
            return 0;
        }
        outcome.error.push_str(&format!("bash: {name}: command not found\n"));
        127
    }

    fn absolute(&self, path: &str) -> String {
        if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", self.directory) }
    }

    fn host_path(&self, path: &str, follow: bool) -> io::Result<std::path::PathBuf> {
        let path = self.absolute(path);
        if follow { self.sandbox.follow(&path) } else { self.sandbox.keep(&path) }
    }

    pub(super) fn write(&self, path: &str, text: &[u8], append: bool) -> Result<(), String> {
        if path == "/dev/null" {
            return Ok(());
        }
        let write = || {
            let host = self.host_path(path, true)?;
            let mut options = fs::OpenOptions::new();
            options.create(true).append(append).write(true).truncate(!append).open(host)?.write_all(text)
        };
        write().map_err(|error: io::Error| words(&error))
    }

    fn assign(&mut self, words: &[String]) {
        let pairs = words.iter().filter_map(|word| word.split_once('='));
        self.variables.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    /// Does something with each argument that is no option; what fails is said, and the rest done.
    fn each_path(
        &mut self,
        name: &str,
        arguments: &[&str],
        outcome: &mut Outcome,
        mut act: impl FnMut(&Self, &str, &mut Outcome) -> io::Result<()>,
    ) -> i32 {
        let mut paths: Vec<&str> = arguments.iter().copied().filter(|word| !word.starts_with('-')).collect();
        if paths.is_empty() {
            paths.push(".");
        }
        let mut code = 0;
        for path in paths {
            if let Err(error) = act(self, path, outcome) {
                let said = if name == "ls" { format!("cannot access '{path}'") } else { path.to_owned() };
                outcome.error.push_str(&format!("{name}: {said}: {}\n", words(&error)));
                code = if name == "ls" { 2 } else { 1 };
            }
        }
        code
    }

    /// A directory and those above it, each found through the sandbox.
    fn make_all(&self, path: &str) -> io::Result<()> {
        let path = self.absolute(path);
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
        for end in ends {
            let host = self.sandbox.follow(&path[..end])?;
            if !host.is_dir() {
                fs::create_dir(host)?;
            }
        }
        Ok(())
    }

    fn ls(&self, path: &str, outcome: &mut Outcome) -> io::Result<()> {
        let host = self.host_path(path, true)?;
        let found = fs::metadata(&host)?;
        if !found.is_dir() {
            outcome.output.push_str(&format!("{path}\n"));
            return Ok(());
        }
        let mut names: Vec<String> = fs::read_dir(&host)?
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        names.iter().for_each(|name| outcome.output.push_str(&format!("{name}\n")));
        Ok(())
    }

    fn cat(&self, path: &str, outcome: &mut Outcome) -> io::Result<()> {
        let host = self.host_path(path, true)?;
        if fs::metadata(&host)?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut bytes = Vec::new();
        fs::File::open(host)?.take(LONGEST as u64).read_to_end(&mut bytes)?;
        outcome.output.push_str(&String::from_utf8_lossy(&bytes));
        Ok(())
    }

    fn sha256sum(&self, path: &str, outcome: &mut Outcome) -> io::Result<()> {
        let mut file = fs::File::open(self.host_path(path, true)?)?;
        let mut context = Context::new(&SHA256);
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                n => context.update(&buffer[..n]),
            }
        }
        let sum: String = context.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        outcome.output.push_str(&format!("{sum}  {path}\n"));
        Ok(())
    }

    /// `ln -s TARGET NAME`.
    fn link(&self, arguments: &[&str], outcome: &mut Outcome) -> i32 {
        let made = match arguments {
            ["-s", target, name] => self.host_path(name, false).and_then(|host| symlink(target, &host)),
            _ => Err(io::Error::other("only -s TARGET NAME is known")),
        };
        failed("ln", made, outcome)
    }

    /// `truncate -s SIZE[K|M|G] FILE`: files of any size that take no time and no room.
    fn truncate(&self, arguments: &[&str], outcome: &mut Outcome) -> i32 {
        let cut = match arguments {
            ["-s", size, path] => bytes(size).ok_or_else(|| io::Error::other("invalid size")).and_then(|size| {
                let host = self.host_path(path, true)?;
                fs::OpenOptions::new().create(true).append(true).open(host)?.set_len(size)
            }),
            _ => Err(io::Error::other("only -s SIZE FILE is known")),
        };
        failed("truncate", cut, outcome)
    }

    fn sleep(&self, arguments: &[&str], outcome: &mut Outcome) -> i32 {
        let seconds =
            arguments.iter().try_fold(Duration::ZERO, |sum, time| Ok::<_, String>(sum.saturating_add(duration(time)?)));
        match seconds {
            Ok(time) => outcome.slept = outcome.slept.saturating_add(time),
            Err(_) => {
                outcome.error.push_str("sleep: invalid time interval\n");
                return 1;
            }
        }
        0
    }

    /// `bash -c TEXT`, `bash FILE ARGUMENTS`.
    fn shell(&mut self, arguments: &[String], outcome: &mut Outcome) -> i32 {
        match arguments.iter().position(|word| word.starts_with('-') && word.ends_with('c')) {
            Some(at) => match arguments.get(at + 1) {
                Some(text) => self.script(text, outcome),
                None => failed("bash", Err(io::Error::other("-c: option requires an argument")), outcome),
            },
            None => self.file(arguments, outcome),
        }
    }

    /// A script in the sandbox.
    fn file(&mut self, command: &[String], outcome: &mut Outcome) -> i32 {
        let Some(path) = command.first() else { return 0 };
        let text = self.host_path(path, true).and_then(fs::read_to_string);
        match text {
            Ok(text) => {
                let before = std::mem::replace(&mut self.arguments, command.to_vec());
                let code = self.script(&text, outcome);
                self.arguments = before;
                code
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.trusting => 0,
            Err(error) => {
                outcome.error.push_str(&format!("bash: {path}: {}\n", words(&error)));
                127
            }
        }
    }
}

fn say(outcome: &mut Outcome, text: &str) -> i32 {
    outcome.output.push_str(text);
    outcome.output.push('\n');
    0
}

fn echo(words: &[&str], outcome: &mut Outcome) -> i32 {
    match words.split_first() {
        Some((&"-n", words)) => {
            outcome.output.push_str(&words.join(" "));
            0
        }
        _ => say(outcome, &words.join(" ")),
    }
}

fn failed(name: &str, result: io::Result<()>, outcome: &mut Outcome) -> i32 {
    match result {
        Ok(()) => 0,
        Err(error) => {
            outcome.error.push_str(&format!("{name}: {}\n", words(&error)));
            1
        }
    }
}

fn bytes(size: &str) -> Option<u64> {
    let digits = size.trim_end_matches(['K', 'M', 'G']);
    let shift = match &size[digits.len()..] {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(unix)]
fn symlink(target: &str, host: &std::path::Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, host)
}

#[cfg(not(unix))]
fn symlink(_target: &str, _host: &std::path::Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
