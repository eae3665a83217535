//! Server and credentials from environment variables.
//!
//! `ADJUTANT_JAMF_…` goes before `JAMF_…`, which other tools read too. Half a pair is a mistake and not an absence:
//! falling back to something else would log in as somebody unexpected.

use super::{ApiClient, FixedToken, User};
use adjutant_core::{CredentialsProvider, Error, ErrorKind, Result};
use std::{path::PathBuf, sync::Arc};

/// What the environment says.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) server: Option<String>,
    pub(crate) credentials: Option<Arc<dyn CredentialsProvider>>,
    pub(crate) ca_cert: Option<PathBuf>,
}

/// Reads the environment through `look`, so that a test needs none.
pub(crate) fn from_environment(look: &dyn Fn(&str) -> Option<String>) -> Result<Found> {
    let first = |names: &[&str]| names.iter().find_map(|name| look(name).filter(|value| !value.is_empty()));
    let pair = |one: [&'static str; 2], two: [&'static str; 2]| match (first(&one), first(&two)) {
        (Some(a), Some(b)) => Ok(Some((a, b))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(half(one[0], two[0])),
        (None, Some(_)) => Err(half(two[0], one[0])),
    };
    let client =
        pair(["ADJUTANT_JAMF_CLIENT_ID", "JAMF_CLIENT_ID"], ["ADJUTANT_JAMF_CLIENT_SECRET", "JAMF_CLIENT_SECRET"]);
    let user = pair(["ADJUTANT_JAMF_USERNAME"; 2], ["ADJUTANT_JAMF_PASSWORD"; 2]);
    let credentials: Option<Arc<dyn CredentialsProvider>> = if let Some(token) = first(&["ADJUTANT_JAMF_ACCESS_TOKEN"])
    {
        Some(Arc::new(FixedToken::new(token)))
    } else if let Some((id, secret)) = client? {
        Some(Arc::new(ApiClient::new(id, secret)))
    } else {
        user?.map(|(name, password)| Arc::new(User::new(name, password)) as Arc<dyn CredentialsProvider>)
    };
    Ok(Found {
        server: first(&["ADJUTANT_JAMF_SERVER", "JAMF_URL"]),
        credentials,
        ca_cert: first(&["ADJUTANT_JAMF_CA_CERT"]).map(PathBuf::from),
    })
}

fn half(there: &str, missing: &str) -> Error {
    Error::new(ErrorKind::Credentials, format!("{there} is set, but {missing} is not"))
        .with_hint(format!("set {missing}, or unset {there}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(pairs: &[(&str, &str)]) -> Result<Found> {
        from_environment(&|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn our_own_names_go_first() {
        let both = [("JAMF_URL", "a"), ("ADJUTANT_JAMF_SERVER", "b"), ("ADJUTANT_JAMF_CA_CERT", "/ca.pem")];
        let found_both = found(&both).unwrap();
        assert_eq!((found_both.server.as_deref(), found_both.ca_cert), (Some("b"), Some(PathBuf::from("/ca.pem"))));
        assert!(found_both.credentials.is_none());
        assert!(found(&[("JAMF_CLIENT_ID", "i"), ("JAMF_CLIENT_SECRET", "s")]).unwrap().credentials.is_some());
        assert!(found(&[("JAMF_URL", "")]).unwrap().server.is_none(), "an empty variable is none");
    }

    #[test]
    fn half_a_pair_is_a_mistake() {
        let error = found(&[("JAMF_CLIENT_ID", "i")]).err().unwrap();
        assert!(error.to_string().contains("ADJUTANT_JAMF_CLIENT_SECRET"), "{error}");
        let error = found(&[("ADJUTANT_JAMF_PASSWORD", "hunter2")]).err().unwrap();
        assert!(error.to_string().contains("ADJUTANT_JAMF_USERNAME") && !format!("{error:?}").contains("hunter2"));
        assert!(found(&[("ADJUTANT_JAMF_ACCESS_TOKEN", "t"), ("JAMF_CLIENT_ID", "i")]).is_ok());
    }
}
