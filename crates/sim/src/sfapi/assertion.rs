//! Client assertions: who signs, for whom, until when, and never twice.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use super::keys::Keys;

/// Assertions may be valid for so many seconds, and clocks may differ by so much.
const LONGEST: i64 = 3600;
const SKEW: i64 = 60;

/// What an assertion must say.
#[derive(Debug)]
pub(crate) struct Expected<'e> {
    pub(crate) keys: &'e Keys,
    pub(crate) client_id: &'e str,
    pub(crate) audience: &'e str,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

/// Ids of assertions seen, with the time until which they must be remembered.
#[derive(Debug, Default)]
pub(crate) struct Seen(HashMap<String, i64>);

impl Expected<'_> {
    /// Accepts an assertion, once.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn accept(&self, assertion: &str, seen: &mut Seen) -> Result<(), String> {
        let parts: Vec<&str> = assertion.split('.').collect();
        let [head, claims, signature] = parts[..] else { return Err("not a signed JWT".to_owned()) };
        let signed = &assertion.as_bytes()[..head.len() + 1 + claims.len()];
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the signature is not base64url")?;
        let algorithm = decoded(head)?["alg"].as_str().unwrap_or_default().to_owned();
        match self.keys.verify(&algorithm, signed, &signature) {
            None => return Err(format!("algorithm {algorithm:?} is neither RS256 nor ES256")),
            Some(false) => return Err("the signature was not made with a registered key".to_owned()),
            Some(true) => {}
        }
        self.check(&decoded(claims)?, seen)
    }

    fn check(&self, claims: &Value, seen: &mut Seen) -> Result<(), String> {
        for name in ["iss", "sub"] {
            if claims[name].as_str() != Some(self.client_id) {
                return Err(format!("{name} is not the client"));
            }
        }
        let ours = |audience: &Value| audience.as_str() == Some(self.audience);
        if !ours(&claims["aud"]) && !claims["aud"].as_array().is_some_and(|several| several.iter().any(ours)) {
            return Err(format!("aud is not {}", self.audience));
        }
        let time = |name: &str| claims[name].as_f64().map(|time| time as i64);
        let expires = time("exp").ok_or("exp is missing")?;
        if expires < self.now - SKEW {
            return Err("the assertion is expired".to_owned());
        }
        if expires > self.now + LONGEST + SKEW {
            return Err("exp is too far away".to_owned());
        }
        if ["iat", "nbf"].into_iter().filter_map(time).any(|time| time > self.now + SKEW) {
            return Err("the assertion is of the future".to_owned());
        }
        let id = claims["jti"].as_str().filter(|id| !id.is_empty()).ok_or("jti is missing")?;
        seen.0.retain(|_, until| *until >= self.now);
        match seen.0.insert(id.to_owned(), expires.saturating_add(SKEW)) {
            Some(_) => Err("jti was used before".to_owned()),
            None => Ok(()),
        }
    }
}

fn decoded(part: &str) -> Result<Value, String> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| "not base64url")?;
    serde_json::from_slice(&bytes).map_err(|_| "not JSON".to_owned())
}
