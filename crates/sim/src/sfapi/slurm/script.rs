//! What a batch script asks for: `#SBATCH` lines for Slurm, `# sim:` lines for the simulator.

use std::time::Duration;

use super::array::Indices;
use super::dependency::{Dependency, dependencies};
use crate::sfapi::shell;
use crate::words::duration;

/// A script that Slurm would accept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) name: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) time_limit: Option<Duration>,
    pub(crate) partition: Option<String>,
    pub(crate) qos: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) nodes: Option<String>,
    pub(crate) directory: Option<String>,
    pub(crate) output: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) dependency_text: String,
    pub(crate) kill_on_invalid: bool,
    pub(crate) array: Option<Indices>,
    /// The end that a `# sim:` line orders.
    pub(crate) end: Option<String>,
    pub(crate) run: Option<Duration>,
    pub(crate) pend: Option<Duration>,
}

impl Script {
    /// Reads a script.
    ///
    /// # Errors
    /// What sbatch says about it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let said = |what: &str| Err(format!("sbatch: error: {what}"));
        if text.trim().is_empty() {
            return said("Batch script is empty!");
        }
        if !text.starts_with("#!") {
            return said(
                "This does not look like a batch script.  The first\nsbatch: error: line must start with #! followed \
                 by the path to an interpreter.\nsbatch: error: For instance: #!/bin/sh",
            );
        }
        if text.contains("\r\n") {
            return said(
                "Batch script contains DOS line breaks (\\r\\n)\nsbatch: error: instead of expected UNIX line breaks (\\n).",
            );
        }
        let mut script = Self { text: text.to_owned(), ..Self::default() };
        let mut in_head = true;
        for line in text.lines() {
            in_head &= line.starts_with('#') || line.trim().is_empty();
            match line.strip_prefix("#SBATCH") {
                Some(options) if in_head => script.options(options)?,
                _ => {}
            }
            if let Some(orders) = line.trim_start().strip_prefix("# sim:") {
                script.orders(orders);
            }
        }
        Ok(script)
    }

    fn options(&mut self, line: &str) -> Result<(), String> {
        let words = shell::words(line).map_err(|problem| format!("sbatch: error: {problem}"))?;
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            if word.starts_with('#') {
                break;
            }
            let (name, value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name.to_owned(), Some(value.to_owned())),
                _ if word.starts_with('-') && !word.starts_with("--") && word.len() > 2 && word.is_char_boundary(2) => {
                    (word[..2].to_owned(), Some(word[2..].to_owned()))
                }
                _ => (word, words.next_if(|next| !next.starts_with('-'))),
            };
            self.option(&name, value.unwrap_or_default())?;
        }
        Ok(())
    }

    fn option(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "-J" | "--job-name" => self.name = Some(value),
            "--comment" => self.comment = Some(value),
            "-t" | "--time" => {
                let limit = time_limit(&value).ok_or("sbatch: error: Invalid --time specification")?;
                self.time_limit = Some(limit);
            }
            "-p" | "--partition" => self.partition = Some(value),
            "-q" | "--qos" => self.qos = Some(value),
            "-A" | "--account" => self.account = Some(value),
            "-N" | "--nodes" => self.nodes = Some(value),
            "-D" | "--chdir" => self.directory = Some(value),
            "-o" | "--output" => self.output = Some(value),
            "-e" | "--error" => self.error = Some(value),
            "-d" | "--dependency" => {
                self.dependencies =
                    dependencies(&value).ok_or("sbatch: error: Batch job submission failed: Job dependency problem")?;
                self.dependency_text = value;
            }
            "--kill-on-invalid-dep" => self.kill_on_invalid = matches!(value.as_str(), "yes" | "y"),
            "-a" | "--array" => {
                let indices = Indices::read(&value)
                    .ok_or("sbatch: error: Batch job submission failed: Invalid job array specification")?;
                self.array = Some(indices);
            }
            _ => {}
        }
        Ok(())
    }

    fn orders(&mut self, line: &str) {
        for word in line.split_whitespace() {
            match word.split_once('=') {
                Some(("run", time)) => self.run = duration(time).ok(),
                Some(("pend", time)) => self.pend = duration(time).ok(),
                None if word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => self.end = Some(word.to_owned()),
                _ => {}
            }
        }
    }
}

/// Minutes, `M:S`, `H:M:S`, `D-H`, `D-H:M` or `D-H:M:S`.
fn time_limit(text: &str) -> Option<Duration> {
    let numbers = |text: &str| text.split(':').map(|part| part.parse::<u64>().ok()).collect::<Option<Vec<_>>>();
    let seconds = match text.split_once('-') {
        Some((days, rest)) => {
            let parts = numbers(rest)?;
            let at = |index: usize| parts.get(index).copied().unwrap_or(0);
            ((days.parse::<u64>().ok()?.checked_mul(24)?.checked_add(at(0))?).checked_mul(60)?.checked_add(at(1))?)
                .checked_mul(60)?
                .checked_add(at(2))?
        }
        None => match numbers(text)?[..] {
            [minutes] => minutes.checked_mul(60)?,
            [minutes, seconds] => minutes.checked_mul(60)?.checked_add(seconds)?,
            [hours, minutes, seconds] => {
                hours.checked_mul(3600)?.checked_add(minutes.checked_mul(60)?)?.checked_add(seconds)?
            }
            _ => return None,
        },
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let script = Script::read(
            "#!/bin/bash\n#SBATCH -J a --time=01:30 # short\n#SBATCH --comment=\"two words\"\n#SBATCH -N2 -q debug\n\
             # sim: NODE_FAIL run=5s\necho\n#SBATCH --job-name=late\n",
        )
        .expect("a script");
        assert_eq!((script.name.as_deref(), script.comment.as_deref()), (Some("a"), Some("two words")));
        assert_eq!((script.nodes.as_deref(), script.qos.as_deref()), (Some("2"), Some("debug")));
        assert_eq!(script.time_limit, Some(Duration::from_secs(90)));
        assert_eq!((script.end.as_deref(), script.run), (Some("NODE_FAIL"), Some(Duration::from_secs(5))));
        assert_eq!(time_limit("1-02:03:04").map(|time| time.as_secs()), Some(93_784));
        assert_eq!(time_limit("10").map(|time| time.as_secs()), Some(600));
    }

    #[test]
    fn mistakes_are_told_as_slurm_tells_them() {
        for (text, part) in [
            ("", "empty"),
            ("echo", "does not look like a batch script"),
            ("#!/bin/sh\r\n", "DOS"),
            ("#!/bin/sh\n#SBATCH -t soon\n", "--time"),
            ("#!/bin/sh\n#SBATCH -d afterok:x\n", "dependency"),
            ("#!/bin/sh\n#SBATCH -a 5-1\n", "array"),
        ] {
            assert!(Script::read(text).expect_err(text).contains(part), "{text}");
        }
    }
}
