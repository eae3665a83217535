//! Who to be: the environment, then the profile, then a question on the terminal.
//!
//! A source that says something says it all: an id from one place is never paired with another account's secret.
//! The exceptions are a secret in the environment for the id that stands in the profile, and a question for what is
//! missing. Without a terminal nothing asks and nothing hangs.

use super::profile::Profile;
use adjutant_core::{Error, ErrorKind, Secret};
use std::{
    io::{IsTerminal as _, Read as _, Write as _},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long a `credential_command` may take. It may wait for a fingerprint.
const COMMAND_PATIENCE: Duration = Duration::from_secs(60);

/// What to log in with.
#[derive(Clone, Debug)]
pub(crate) enum Account {
    Token(Secret),
    Client { id: String, secret: Secret },
    User { name: String, password: Secret },
}

impl Account {
    /// As it is shown to people.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Token(_) => "a given token".into(),
            Self::Client { id, .. } => format!("API client {id}"),
            Self::User { name, .. } => format!("user {name}"),
        }
    }
}

/// Reads variables, so that tests need no process of their own.
pub(crate) type Look<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Finds the account. `profile` is `None` where it belongs to another server than the one at hand.
pub(crate) fn find(look: Look<'_>, profile: Option<&Profile>, server: &str, may_ask: bool) -> Result<Account, Error> {
    if let Some(token) = look("ADJUTANT_JAMF_ACCESS_TOKEN") {
        return Ok(Account::Token(token.into()));
    }
    let either = |a: &str, b: &str| look(a).or_else(|| look(b));
    let env_id = either("ADJUTANT_JAMF_CLIENT_ID", "JAMF_CLIENT_ID");
    let env_secret = either("ADJUTANT_JAMF_CLIENT_SECRET", "JAMF_CLIENT_SECRET").map(Secret::from);
    let env_name = look("ADJUTANT_JAMF_USERNAME");
    let env_password = look("ADJUTANT_JAMF_PASSWORD").map(Secret::from);
    match (env_id, env_secret) {
        (Some(id), Some(secret)) => return Ok(Account::Client { id, secret }),
        // A complete user pair beats half an API client.
        _ if env_name.is_some() && env_password.is_some() => {}
        (Some(id), None) => {
            let secret = ask_secret(&format!("Secret of API client {id} on {server}"), may_ask)
                .unwrap_or_else(|| Err(half("ADJUTANT_JAMF_CLIENT_ID", "ADJUTANT_JAMF_CLIENT_SECRET")))?;
            return Ok(Account::Client { id, secret });
        }
        (None, Some(secret)) => match profile.and_then(|p| p.client_id.clone()) {
            Some(id) => return Ok(Account::Client { id, secret }),
            None => return Err(half("ADJUTANT_JAMF_CLIENT_SECRET", "ADJUTANT_JAMF_CLIENT_ID")),
        },
        (None, None) => {}
    }
    match (env_name, env_password) {
        (Some(name), Some(password)) => Ok(Account::User { name, password }),
        (Some(name), None) => {
            let password = ask_secret(&format!("Password of {name} on {server}"), may_ask)
                .unwrap_or_else(|| Err(half("ADJUTANT_JAMF_USERNAME", "ADJUTANT_JAMF_PASSWORD")))?;
            Ok(Account::User { name, password })
        }
        (None, Some(password)) => match profile.and_then(|p| p.username.clone()) {
            Some(name) => Ok(Account::User { name, password }),
            None => Err(half("ADJUTANT_JAMF_PASSWORD", "ADJUTANT_JAMF_USERNAME")),
        },
        (None, None) => from_profile(profile, server, may_ask),
    }
}

fn from_profile(profile: Option<&Profile>, server: &str, may_ask: bool) -> Result<Account, Error> {
    let Some(profile) = profile else { return ask_all(server, may_ask) };
    if let Some(token) = &profile.access_token {
        return Ok(Account::Token(token.clone()));
    }
    let secret = |own: &Option<Secret>, what: String, key: &str| match own {
        Some(secret) => Ok(secret.clone()),
        None if !profile.credential_command.is_empty() => run(&profile.credential_command, may_ask),
        None => ask_secret(&what, may_ask).unwrap_or_else(|| {
            let message = format!("profile {:?} has no {key} for {server}", profile.name);
            Err(Error::new(ErrorKind::Credentials, message).with_hint(format!(
                "put credential_command or {key} there, or set ADJUTANT_JAMF_{}",
                key.to_uppercase()
            )))
        }),
    };
    if let Some(id) = profile.client_id.clone() {
        let what = format!("Secret of API client {id} on {server}");
        Ok(Account::Client { id, secret: secret(&profile.client_secret, what, "client_secret")? })
    } else if let Some(name) = profile.username.clone() {
        let what = format!("Password of {name} on {server}");
        Ok(Account::User { name, password: secret(&profile.password, what, "password")? })
    } else {
        ask_all(server, may_ask)
    }
}

fn ask_all(server: &str, may_ask: bool) -> Result<Account, Error> {
    if !may_ask {
        let message = format!("no credentials for {server}: ADJUTANT_JAMF_CLIENT_ID and _CLIENT_SECRET are not set");
        return Err(Error::new(ErrorKind::Credentials, message).with_hint(
            "set them, or ADJUTANT_JAMF_USERNAME and _PASSWORD, or write a profile (adjutant profile example)",
        ));
    }
    let _ = write!(std::io::stderr(), "API client id for {server} (empty for a user name): ");
    let id = read_line()?;
    if !id.is_empty() {
        let secret = ask_secret("Its secret", true).unwrap_or_else(|| Err(gave_up()))?;
        return Ok(Account::Client { id, secret });
    }
    let _ = write!(std::io::stderr(), "User name: ");
    let name = read_line()?;
    if name.is_empty() {
        return Err(gave_up());
    }
    let password = ask_secret("Password", true).unwrap_or_else(|| Err(gave_up()))?;
    Ok(Account::User { name, password })
}

fn gave_up() -> Error {
    Error::new(ErrorKind::Credentials, "no credentials were given")
}

fn half(there: &str, missing: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("{there} is set, but {missing} is not"))
        .with_hint(format!("set {missing}, or unset {there}"))
}

/// Whether there is a person to ask.
pub(crate) fn may_ask(no_input: bool) -> bool {
    !no_input && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks without echo; `None` if there is nobody to ask.
fn ask_secret(what: &str, may_ask: bool) -> Option<Result<Secret, Error>> {
    may_ask.then(|| {
        rpassword::prompt_password(format!("{what}: "))
            .map(Secret::from)
            .map_err(|e| Error::local("the terminal could not be read", e))
    })
}

/// One line from the terminal.
pub(crate) fn read_line() -> Result<String, Error> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|e| Error::local("the terminal could not be read", e))?;
    Ok(line.trim().to_owned())
}

/// Runs a command that prints a secret. What it prints never enters a message.
fn run(command: &[String], may_ask: bool) -> Result<Secret, Error> {
    let [program, arguments @ ..] = command else { return Err(gave_up()) };
    let failed = |why: String| {
        Error::new(ErrorKind::Credentials, format!("credential_command {program:?} {why}"))
            .with_hint("run it by hand: it must print the secret and exit with 0")
    };
    let stdin = if may_ask { Stdio::inherit() } else { Stdio::null() };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| failed(format!("cannot be started: {e}")))?;
    let Some(mut stdout) = child.stdout.take() else { return Err(failed("has no output".into())) };
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        stdout.by_ref().take(64 << 10).read_to_string(&mut text).map(|_| Secret::from(text))
    });
    let patience = Instant::now() + COMMAND_PATIENCE;
    let status = loop {
        match child.try_wait().map_err(|e| failed(format!("was lost: {e}")))? {
            Some(status) => break status,
            None if Instant::now() > patience => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(failed(format!("did not end within {} s", COMMAND_PATIENCE.as_secs())));
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    if !status.success() {
        return Err(failed(format!("failed ({status})")));
    }
    let text = reader.join().ok().and_then(Result::ok).ok_or_else(|| failed("did not print text".into()))?;
    match text.expose().trim() {
        "" => Err(failed("printed nothing".into())),
        secret => Ok(Secret::new(secret)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(pairs: &[(&str, &str)], profile: Option<&Profile>) -> Result<Account, Error> {
        let look = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        find(&look, profile, "jamf.my.org", false)
    }

    #[test]
    fn the_environment_goes_before_the_profile() {
        let profile = Profile { client_id: Some("p".into()), client_secret: Some("s".into()), ..Profile::default() };
        let label = |pairs: &[(&str, &str)]| account(pairs, Some(&profile)).unwrap().label();
        assert_eq!(label(&[]), "API client p");
        assert_eq!(label(&[("JAMF_CLIENT_ID", "e"), ("JAMF_CLIENT_SECRET", "x")]), "API client e");
        assert_eq!(label(&[("ADJUTANT_JAMF_CLIENT_SECRET", "x")]), "API client p");
        assert_eq!(label(&[("ADJUTANT_JAMF_USERNAME", "u"), ("ADJUTANT_JAMF_PASSWORD", "x")]), "user u");
        assert_eq!(label(&[("ADJUTANT_JAMF_ACCESS_TOKEN", "t")]), "a given token");
    }

    #[test]
    fn what_is_missing_is_named_and_nothing_is_asked() {
        let missing = |pairs: &[(&str, &str)]| {
            let error = account(pairs, None).unwrap_err();
            assert!(error.is_credentials());
            error.to_string()
        };
        assert!(missing(&[]).contains("ADJUTANT_JAMF_CLIENT_ID"));
        assert!(missing(&[("ADJUTANT_JAMF_CLIENT_ID", "i")]).contains("ADJUTANT_JAMF_CLIENT_SECRET is not"));
        assert!(missing(&[("ADJUTANT_JAMF_PASSWORD", "hunter2")]).contains("ADJUTANT_JAMF_USERNAME is not"));
        let named = Profile { name: "live".into(), username: Some("me".into()), ..Profile::default() };
        assert!(account(&[], Some(&named)).unwrap_err().to_string().contains("\"live\" has no password"));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_gives_the_secret() {
        let command = |script: &str| {
            let command = ["sh", "-c", script].map(str::to_owned).to_vec();
            run(&command, false)
        };
        assert_eq!(command("echo ' s3cret '").unwrap().expose(), "s3cret");
        for (script, why) in [("echo leak; exit 3", "failed"), ("true", "printed nothing")] {
            let error = command(script).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("leak"), "{error}");
        }
        assert!(run(&["/nonexistent/x".into()], false).unwrap_err().to_string().contains("cannot be started"));
    }
}
