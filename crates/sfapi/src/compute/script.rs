//! Batch scripts: what is one, what it says of itself, and the mark by which its job is found again.

use crate::paths::RemotePath;
use adjutant_core::{Error, Result};

/// What to submit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobSource {
    /// The text of a script.
    Script(String),
    /// The path of a script on the machine.
    Remote(String),
}

impl JobSource {
    /// Text that begins with `#!` and has several lines is a script; other text is a path.
    fn of(text: String) -> Self {
        if text.trim().contains('\n') || text.trim_start().starts_with("#!") || text.trim().is_empty() {
            Self::Script(text)
        } else {
            Self::Remote(text)
        }
    }
}

impl From<&str> for JobSource {
    fn from(text: &str) -> Self {
        Self::of(text.to_owned())
    }
}

impl From<String> for JobSource {
    fn from(text: String) -> Self {
        Self::of(text)
    }
}

impl From<&String> for JobSource {
    fn from(text: &String) -> Self {
        Self::of(text.clone())
    }
}

impl<B> From<RemotePath<B>> for JobSource {
    fn from(path: RemotePath<B>) -> Self {
        Self::Remote(path.as_str().to_owned())
    }
}

impl<B> From<&RemotePath<B>> for JobSource {
    fn from(path: &RemotePath<B>) -> Self {
        Self::Remote(path.as_str().to_owned())
    }
}

/// What every mark begins with.
pub(super) const TAG_PREFIX: &str = "adjutant-";

/// A mark that no other submit has.
pub(super) fn new_tag() -> String {
    format!("{TAG_PREFIX}{:016x}{:04x}", fastrand::u64(..), fastrand::u16(..))
}

/// Refuses what `sbatch` would refuse, in words that say where.
pub(super) fn check(text: &str) -> Result<()> {
    let bad = |what: &'static str, hint: &'static str| Err(Error::usage(what).with_hint(hint));
    if text.trim().is_empty() {
        return bad("the script is empty", "give a script that begins with #!/bin/bash, or the path of one");
    }
    if !text.starts_with("#!") {
        return if text.trim_start().starts_with("#!") {
            bad("the script does not begin with #! but with white space", "remove what is before the #!")
        } else {
            bad("the script does not begin with #!", "make its first line #!/bin/bash, or give a path on one line")
        };
    }
    if !text.contains('\n') {
        return bad("the script has one line only", "put commands below its #! line");
    }
    if text.contains("\r\n") {
        return bad("the script has DOS line ends, which sbatch refuses", "convert it (dos2unix)");
    }
    let indented = |line: &&str| line.starts_with([' ', '\t']) && line.trim_start().starts_with("#SBATCH");
    if head(text).any(|line| indented(&line)) {
        return bad("a #SBATCH line is indented, so that sbatch would pass over it", "begin it at the first column");
    }
    Ok(())
}

/// The lines that `sbatch` reads options from: those before the first command.
fn head(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// The value of an option in the script's head: `--name=value`, `--name value`, `-n value`; `Some("")` for one without.
pub(super) fn option<'a>(text: &'a str, long: &str, short: Option<&str>) -> Option<&'a str> {
    head(text).filter_map(|line| line.strip_prefix("#SBATCH")).find_map(|options| {
        let mut words = options.split_whitespace();
        while let Some(word) = words.next() {
            if let Some(rest) = word.strip_prefix("--").and_then(|word| word.strip_prefix(long)) {
                match rest.strip_prefix('=') {
                    Some(value) => return Some(value.trim_matches(['"', '\''])),
                    None if rest.is_empty() => return Some(words.next().unwrap_or("").trim_matches(['"', '\''])),
                    None => {}
                }
            }
            if let Some(rest) = short.and_then(|short| word.strip_prefix('-')?.strip_prefix(short)) {
                let value = if rest.is_empty() { words.next().unwrap_or("") } else { rest };
                return Some(value.trim_matches(['"', '\'']));
            }
        }
        None
    })
}

/// The script with one more option, below its first line.
pub(super) fn with_option(text: &str, option: &str) -> String {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    format!("{first}\n#SBATCH {option}\n{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str =
        "#!/bin/bash\n#SBATCH -q debug --time=1\n\n#SBATCH --job-name=fit -J other\nsrun x\n#SBATCH --comment=late\n";

    #[test]
    fn a_script_or_a_path() {
        assert!(matches!(JobSource::from(SCRIPT), JobSource::Script(_)));
        assert!(matches!(JobSource::from("/home/u/job.sh"), JobSource::Remote(_)));
        assert!(matches!(JobSource::from(" #!/bin/sh\nx"), JobSource::Script(_)));
        assert!(matches!(JobSource::from(""), JobSource::Script(_)));
    }

    #[test]
    fn what_sbatch_would_refuse() {
        assert!(check(SCRIPT).is_ok());
        for (text, said) in [
            ("", "empty"),
            ("  \n", "empty"),
            ("echo\nx", "does not begin"),
            ("\n#!/bin/sh\nx", "white space"),
            ("#!/bin/sh", "one line"),
            ("#!/bin/sh\r\nx\r\n", "DOS"),
            ("#!/bin/sh\n  #SBATCH -t 1\nx\n", "indented"),
        ] {
            let error = check(text).unwrap_err();
            assert!(error.message().contains(said) && error.hint().is_some(), "{text:?}: {error}");
        }
    }

    #[test]
    fn options_of_the_head() {
        assert_eq!(option(SCRIPT, "job-name", Some("J")), Some("fit"));
        assert_eq!(option(SCRIPT, "time", Some("t")), Some("1"));
        assert_eq!(option(SCRIPT, "qos", Some("q")), Some("debug"));
        assert_eq!(option(SCRIPT, "comment", None), None, "after the first command it is a remark");
        let added = with_option(SCRIPT, "--comment=x");
        assert_eq!(option(&added, "comment", None), Some("x"));
        assert!(added.starts_with("#!/bin/bash\n#SBATCH --comment=x\n#SBATCH -q"));
    }
}
