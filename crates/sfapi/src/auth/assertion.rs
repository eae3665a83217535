//! The statement that a client signs (`private_key_jwt`, RFC 7523).

use super::key::SigningKey;
use adjutant_core::{Error, ErrorKind, Result};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a statement is good for: long enough for a slow network, short enough to be of no use to a thief.
const LIFE: Duration = Duration::from_secs(300);

/// A signed statement that the client is who it says, for that token endpoint and no other. Each has an id of its own,
/// so that the server can refuse one that comes twice.
pub(super) fn sign(key: &SigningKey, client_id: &str, token_url: &str, now: SystemTime) -> Result<String> {
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let header = json!({"alg": key.algorithm(), "typ": "JWT"});
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": token_url,
        "iat": now,
        "exp": now + LIFE.as_secs(),
        "jti": unique()?,
    });
    let encode = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = BASE64_URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
    Ok(format!("{message}.{signature}"))
}

/// A random UUID.
fn unique() -> Result<String> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Error::new(ErrorKind::Local, "this machine gives no random numbers"))?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_and_differ() {
        let (a, b) = (unique().unwrap(), unique().unwrap());
        assert_eq!(a.len(), 36);
        assert_ne!(a, b);
        assert_eq!(&a[14..15], "4");
    }
}
