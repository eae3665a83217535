//! Profiles: servers and accounts kept in a file, so that a command names one word instead of five.
//!
//! A secret may stand in the file only if nobody else can read it; a command that prints it is better. What is
//! dangerous every time (`insecure_transport`) cannot be made a habit here.

use super::{duration, places};
use adjutant_core::{Error, ErrorKind, Secret};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use toml::{Table, Value};

/// An example to start from.
pub(crate) const EXAMPLE: &str = r#"# One table for each profile and system; "default" is used unless --profile or ADJUTANT_PROFILE names another.
[profile.default.jamf]
server = "https://my.jamfcloud.com"
client_id = "the API client's id"
credential_command = ["op", "read", "op://it/jamf/secret"]  # prints the secret; better than client_secret = "…"
read_only = true

[profile.test.jamf]
server = "https://jamf.test.my.org:8443"
username = "me"          # the password is asked for, or password = "…" if this file is 0600
ca_cert = "/etc/ssl/my-authority.pem"
max_concurrency = 3
timeout = "2m"
"#;

const KEYS: [&str; 11] = [
    "server",
    "client_id",
    "client_secret",
    "username",
    "password",
    "access_token",
    "credential_command",
    "ca_cert",
    "max_concurrency",
    "timeout",
    "read_only",
];

/// What a profile says of one system.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) server: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) access_token: Option<Secret>,
    pub(crate) credential_command: Vec<String>,
    pub(crate) ca_cert: Option<PathBuf>,
    pub(crate) max_concurrency: Option<usize>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) read_only: bool,
}

impl Profile {
    /// Reads a profile for that system; a missing file is an empty one, but a named profile must exist.
    pub(crate) fn load(named: Option<&str>, system: &str) -> Result<Self, Error> {
        let name = named.unwrap_or("default");
        let path = places::config_file()?;
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(Error::local(format!("{} cannot be read: {e}", path.display()), e)),
        };
        let mut profile = read(&text, name, system, named.is_some())
            .map_err(|(why, hint)| Error::usage(format!("{}: {why}", path.display())).with_hint(hint))?;
        name.clone_into(&mut profile.name);
        profile.check_private(&path)?;
        Ok(profile)
    }

    fn check_private(&self, path: &Path) -> Result<(), Error> {
        let secrets = [
            ("client_secret", &self.client_secret),
            ("password", &self.password),
            ("access_token", &self.access_token),
        ];
        match secrets.iter().find(|(_, value)| value.is_some()) {
            Some((key, _)) if places::is_shared(path) => {
                let path = path.display();
                let message = format!("{path} holds a {key} and others can read it");
                Err(Error::new(ErrorKind::Credentials, message)
                    .with_hint(format!("chmod 600 {path}, or use credential_command instead")))
            }
            _ => Ok(()),
        }
    }
}

type Problem = (String, String);

fn read(text: &str, name: &str, system: &str, must_exist: bool) -> Result<Profile, Problem> {
    let see = || "adjutant profile example shows how it should look".to_owned();
    let file: Table = text.parse().map_err(|e: toml::de::Error| (without_source(&e, text), see()))?;
    if let Some(key) = file.keys().find(|k| *k != "profile") {
        return Err((format!("{key:?} is not known here"), see()));
    }
    let profiles = match file.get("profile") {
        None => Table::new(),
        Some(Value::Table(profiles)) => profiles.clone(),
        Some(_) => return Err(("\"profile\" is not a table".into(), see())),
    };
    let Some(profile) = profiles.get(name) else {
        if !must_exist {
            return Ok(Profile::default());
        }
        let known: Vec<_> = profiles.keys().map(String::as_str).collect();
        let hint = if known.is_empty() { see() } else { format!("there are: {}", known.join(", ")) };
        return Err((format!("there is no profile {name:?}"), hint));
    };
    match profile.get(system) {
        None => Ok(Profile::default()),
        Some(Value::Table(table)) => settings(table, &format!("profile.{name}.{system}")),
        Some(_) => Err((format!("profile.{name}.{system} is not a table"), see())),
    }
}

/// The parser's message with its place, but never the line itself: it may hold a secret.
fn without_source(error: &toml::de::Error, text: &str) -> String {
    let at = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
    format!("line {line}: {}", error.message())
}

fn settings(table: &Table, place: &str) -> Result<Profile, Problem> {
    let mut profile = Profile::default();
    for (key, value) in table {
        let wrong = |expected: &str| {
            let example = "adjutant profile example shows how it should look".to_owned();
            (format!("{place}.{key} should be {expected}"), example)
        };
        let text = || value.as_str().map(str::to_owned).ok_or_else(|| wrong("a text"));
        let secret = || text().map(Secret::from);
        match key.as_str() {
            "server" => profile.server = Some(text()?),
            "client_id" => profile.client_id = Some(text()?),
            "client_secret" => profile.client_secret = Some(secret()?),
            "username" => profile.username = Some(text()?),
            "password" => profile.password = Some(secret()?),
            "access_token" => profile.access_token = Some(secret()?),
            "ca_cert" => profile.ca_cert = Some(text()?.into()),
            "read_only" => profile.read_only = value.as_bool().ok_or_else(|| wrong("true or false"))?,
            "timeout" => {
                let text = value.as_integer().map(|s| s.to_string()).map_or_else(text, Ok)?;
                profile.timeout = Some(duration::parse(&text).map_err(|_| wrong("a time such as \"60s\""))?);
            }
            "max_concurrency" => {
                let number = value.as_integer().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
                profile.max_concurrency = Some(number.ok_or_else(|| wrong("a number from 1"))?);
            }
            "credential_command" => {
                let words = value.as_array().into_iter().flatten().map(|w| w.as_str().map(str::to_owned));
                profile.credential_command = words.collect::<Option<_>>().unwrap_or_default();
                if profile.credential_command.is_empty() {
                    return Err(wrong("a list of words: [\"op\", \"read\", \"…\"]"));
                }
            }
            "insecure_transport" | "insecure" => {
                let flag = format!("--{}", key.replace('_', "-"));
                return Err((
                    format!("{place}.{key} is not allowed"),
                    format!("say {flag} each time that you mean it"),
                ));
            }
            _ => {
                let hint = match crate::suggest::nearest(key, KEYS) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("there are: {}", KEYS.join(", ")),
                };
                return Err((format!("{place}.{key} is not known"), hint));
            }
        }
    }
    Ok(profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_right() {
        let default = read(EXAMPLE, "default", "jamf", true).unwrap();
        assert_eq!(default.server.as_deref(), Some("https://my.jamfcloud.com"));
        assert!(default.read_only && default.credential_command.len() == 3);
        let test = read(EXAMPLE, "test", "jamf", true).unwrap();
        assert_eq!((test.max_concurrency, test.timeout), (Some(3), Some(Duration::from_secs(120))));
        assert!(read(EXAMPLE, "default", "broadworks", true).unwrap().server.is_none());
        assert!(read("", "default", "jamf", false).unwrap().server.is_none());
    }

    #[test]
    fn mistakes_are_named_and_secrets_are_not() {
        let problem = |text: &str| read(text, "default", "jamf", true).unwrap_err();
        assert_eq!(problem("[profile.default.jamf]\nserverr = 'x'").1, "did you mean server?");
        assert!(problem("[profile.default.jamf]\ninsecure_transport = true").1.contains("--insecure-transport"));
        assert!(problem("[profile.live.jamf]").1.contains("live"));
        let (why, _) = problem("[profile.default.jamf]\nclient_secret = hunter2 x");
        assert!(why.contains("line 2") && !why.contains("hunter2"), "{why}");
    }
}
