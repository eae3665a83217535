//! Addresses and credentials from environment variables.
//!
//! `ADJUTANT_SFAPI_…` goes before `SFAPI_…`, which recipes for other clients use. Half a pair is a mistake and not an
//! absence: falling back to something else would log in as somebody unexpected.

use adjutant_core::{Error, ErrorKind, Result, Secret};
use std::path::PathBuf;

/// What the environment says.
#[derive(Default)]
pub(crate) struct Environment {
    pub(crate) server: Option<String>,
    pub(crate) token_url: Option<String>,
    pub(crate) ca_cert: Option<PathBuf>,
    pub(crate) credentials: Option<Found>,
}

/// What credentials were found.
pub(crate) enum Found {
    Token(Secret),
    Pair(String, Secret),
    Key(String),
}

impl Environment {
    /// Reads this process's environment.
    pub(crate) fn read() -> Result<Self> {
        Self::with(&|name| std::env::var(name).ok())
    }

    /// Reads through `look`, so that a test needs no environment.
    pub(crate) fn with(look: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let first = |names: &[&str]| names.iter().find_map(|name| look(name).filter(|value| !value.is_empty()));
        let own = ["ADJUTANT_SFAPI_CLIENT_ID", "ADJUTANT_SFAPI_SECRET"];
        let names =
            if own.iter().any(|name| first(&[name]).is_some()) { own } else { ["SFAPI_CLIENT_ID", "SFAPI_SECRET"] };
        let credentials = if let Some(token) = first(&["ADJUTANT_SFAPI_ACCESS_TOKEN"]) {
            Some(Found::Token(token.into()))
        } else {
            match (first(&names[..1]), first(&names[1..]), first(&["ADJUTANT_SFAPI_KEY"])) {
                (Some(id), Some(secret), _) => Some(Found::Pair(id, secret.into())),
                (None, None, key) => key.map(Found::Key),
                // A key file knows its own id; one that is set beside it is not half a pair.
                (Some(_), None, Some(key)) => Some(Found::Key(key)),
                (Some(_), None, None) => return Err(half(names[0], names[1])),
                (None, Some(_), _) => return Err(half(names[1], names[0])),
            }
        };
        Ok(Self {
            server: first(&["ADJUTANT_SFAPI_SERVER"]),
            token_url: first(&["ADJUTANT_SFAPI_TOKEN_URL"]),
            ca_cert: first(&["ADJUTANT_SFAPI_CA_CERT"]).map(PathBuf::from),
            credentials,
        })
    }
}

fn half(there: &str, missing: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("{there} is set, but {missing} is not"))
        .with_hint(format!("set {missing}, or unset {there}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(&str, &str)]) -> Result<Environment> {
        Environment::with(&|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn our_own_names_go_first() {
        let both = [
            ("SFAPI_CLIENT_ID", "theirs"),
            ("SFAPI_SECRET", "s"),
            ("ADJUTANT_SFAPI_CLIENT_ID", "ours"),
            ("ADJUTANT_SFAPI_SECRET", "s"),
            ("ADJUTANT_SFAPI_KEY", "k"),
        ];
        assert!(matches!(found(&both).unwrap().credentials, Some(Found::Pair(id, _)) if id == "ours"));
        assert!(matches!(found(&both[..2]).unwrap().credentials, Some(Found::Pair(id, _)) if id == "theirs"));
        assert!(matches!(found(&both[4..]).unwrap().credentials, Some(Found::Key(_))));
        assert!(found(&[("SFAPI_CLIENT_ID", "")]).unwrap().credentials.is_none(), "an empty variable is none");
    }

    #[test]
    fn half_a_pair_is_a_mistake() {
        let error = found(&[("SFAPI_CLIENT_ID", "i")]).err().unwrap();
        assert!(error.to_string().contains("SFAPI_SECRET"), "{error}");
        // Ours are not completed by theirs.
        let error = found(&[("ADJUTANT_SFAPI_SECRET", "hunter2"), ("SFAPI_CLIENT_ID", "i")]).err().unwrap();
        assert!(error.to_string().contains("ADJUTANT_SFAPI_CLIENT_ID") && !format!("{error:?}").contains("hunter2"));
    }
}
