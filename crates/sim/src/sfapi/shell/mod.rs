//! Commands and scripts, read but not run: nothing is ever started on the host.
//!
//! What clients send to a computing centre is a shell's business, and a simulator that ran a shell would run whatever
//! a test, or whoever reaches its port, sends. So a few commands are done here, inside the sandbox; the rest is
//! "command not found".

mod split;
mod tools;

use std::time::Duration;

use super::sandbox::Sandbox;
pub(crate) use split::words;
use split::{Link, Step, next_step};

/// Scripts calling scripts go only so deep.
const DEEPEST: u32 = 8;

/// So much text is kept of an output.
const LONGEST: usize = 8 << 20;

/// What came of a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) output: String,
    pub(crate) error: String,
    pub(crate) code: i32,
    /// Simulated time that it took.
    pub(crate) slept: Duration,
    /// A shell that has come to its `exit`.
    exited: bool,
}

/// Where a command runs.
pub(crate) struct Shell<'s> {
    pub(crate) sandbox: &'s Sandbox,
    pub(crate) user: &'s str,
    pub(crate) host: &'s str,
    /// Variables, those of the job among them.
    pub(crate) variables: Vec<(String, String)>,
    /// The working directory, as the machines see it.
    pub(crate) directory: String,
    /// The script and its arguments: `$0`, `$1` and so on.
    pub(crate) arguments: Vec<String>,
    /// Whether unknown commands are taken to work, as the programs of a job script are.
    pub(crate) trusting: bool,
    depth: u32,
}

impl<'s> Shell<'s> {
    pub(crate) fn new(sandbox: &'s Sandbox, user: &'s str, host: &'s str) -> Self {
        let home = sandbox.home().to_owned();
        let variables = vec![
            ("HOME".to_owned(), home.clone()),
            ("USER".to_owned(), user.to_owned()),
            ("SCRATCH".to_owned(), home.replace("/global/homes", "/pscratch/sd")),
        ];
        Self { sandbox, user, host, variables, directory: home, arguments: Vec::new(), trusting: false, depth: 0 }
    }

    /// One command without a shell: no operators, no variables.
    pub(crate) fn execute(&mut self, line: &str) -> Outcome {
        let mut outcome = Outcome::default();
        match words(line) {
            Ok(words) if words.is_empty() => {}
            Ok(words) => outcome.code = self.command(&words, &mut outcome),
            Err(problem) => (outcome.code, outcome.error) = (2, problem),
        }
        outcome
    }

    /// A script from its first line to its end.
    pub(crate) fn script(&mut self, text: &str, outcome: &mut Outcome) -> i32 {
        if self.depth == DEEPEST {
            outcome.error.push_str("too many scripts within scripts\n");
            return 1;
        }
        self.depth += 1;
        let before = std::mem::take(&mut outcome.exited);
        let mut code = 0;
        for line in text.lines() {
            code = self.line(line, code, outcome);
            if outcome.exited || outcome.output.len() > LONGEST {
                break;
            }
        }
        outcome.exited = before;
        self.depth -= 1;
        code
    }

    fn line(&mut self, line: &str, before: i32, outcome: &mut Outcome) -> i32 {
        let (mut rest, mut link, mut code) = (line, Link::Always, before);
        loop {
            let step = match next_step(&mut rest, &mut link, &|name| self.value(name, code)) {
                Ok(Some(step)) => step,
                Ok(None) => return code,
                Err(problem) => {
                    outcome.error.push_str(&format!("bash: {problem}\n"));
                    return 2;
                }
            };
            if step.link.goes_on(code) && !step.words.is_empty() {
                code = self.step(&step, outcome);
            }
            if outcome.exited {
                return code;
            }
        }
    }

    /// One command with its redirections.
    fn step(&mut self, step: &Step, outcome: &mut Outcome) -> i32 {
        let (output, error) = (outcome.output.len(), outcome.error.len());
        let code = self.command(&step.words, outcome);
        if step.errors_to_output {
            let said = outcome.error.split_off(error);
            outcome.output.push_str(&said);
        }
        let produced = match (&step.to_file, step.output_to_errors) {
            (None, false) => return code,
            _ => outcome.output.split_off(output),
        };
        match &step.to_file {
            None => outcome.error.push_str(&produced),
            Some((path, append)) => {
                if let Err(problem) = self.write(path, produced.as_bytes(), *append) {
                    outcome.error.push_str(&format!("bash: {path}: {problem}\n"));
                    return 1;
                }
            }
        }
        code
    }

    fn value(&self, name: &str, code: i32) -> String {
        let arguments = self.arguments.get(1..).unwrap_or_default();
        match name {
            "@" | "*" => arguments.join(" "),
            "#" => arguments.len().to_string(),
            "?" => code.to_string(),
            "PWD" => self.directory.clone(),
            _ => match name.parse::<usize>() {
                Ok(number) => self.arguments.get(number).cloned().unwrap_or_default(),
                Err(_) => {
                    let known = self.variables.iter().rev().find(|(known, _)| known == name);
                    known.map(|(_, value)| value.clone()).unwrap_or_default()
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(line: &str) -> (String, String, i32) {
        let sandbox = Sandbox::new(None, "simuser").expect("a directory");
        let outcome = Shell::new(&sandbox, "simuser", "login01").execute(line);
        (outcome.output, outcome.error, outcome.code)
    }

    #[test]
    fn commands_do_what_they_say() {
        assert_eq!(run("echo hello  world"), ("hello world\n".into(), String::new(), 0));
        assert_eq!(run("echo 'a  b' \"c > d\" e > f").0, "a  b c > d e > f\n");
        assert_eq!(run("hostname").0, "login01\n");
        assert_eq!(run("false").2, 1);
        assert_eq!(run("bash -c 'echo a; echo b >&2; exit 3; echo c'"), ("a\n".into(), "b\n".into(), 3));
        assert_eq!(run("bash -c 'false && echo no || echo yes # really'").0, "yes\n");
        assert_eq!(run("bash -c 'echo $USER ${HOME}'").0, "simuser /global/homes/s/simuser\n");
        assert_eq!(run("bash -c 'mkdir -p d; echo one > d/f; echo two >> d/f; cat d/f; ls d'").0, "one\ntwo\nf\n");
        assert_eq!(run("bash -c 'cd /tmp; truncate -s 2K f; wc -c f; X=5; echo $X'").0, "2048 f\n5\n");
        let (_, error, code) = run("cat /nowhere");
        assert!(error.contains("No such file or directory") && code == 1, "{error}");
        assert_eq!(run("reboot").2, 127);
        assert!(run("bash -c 'ls /missing 2>&1'").0.contains("No such file"));
    }
}
