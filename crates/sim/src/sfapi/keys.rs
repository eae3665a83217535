//! The key pairs of the registered client.
//!
//! One on P-256 made at start, so that most tests hold a key that exists nowhere else; and one for RSA compiled in,
//! since making those takes seconds, for clients that sign with nothing else.

use std::io;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::{Value, json};

/// Not a secret: published with this source.
const RSA_PEM: &str = include_str!("keys/simulator-only-rsa.pem");

/// The same as a JSON Web Key.
const RSA_JWK: &str = include_str!("keys/simulator-only-rsa.jwk.json");

/// What stands before the private number in the encoding of a P-256 key.
const BEFORE_NUMBER: [u8; 5] = [0x02, 0x01, 0x01, 0x04, 0x20];

/// Both key pairs.
#[derive(Debug)]
pub(crate) struct Keys {
    ec_pem: String,
    ec_jwk: Value,
    ec_public: Vec<u8>,
    rsa_n: Vec<u8>,
    rsa_e: Vec<u8>,
}

impl Keys {
    pub(crate) fn make() -> io::Result<Self> {
        let random = SystemRandom::new();
        let broken = |_| io::Error::other("no key could be made");
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(|_| broken(()))?;
        let der = document.as_ref();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &random).map_err(|_| broken(()))?;
        let public = pair.public_key().as_ref().to_vec();
        let at = der.windows(5).position(|bytes| bytes == BEFORE_NUMBER).ok_or_else(|| broken(()))? + 5;
        let number = der.get(at..at + 32).ok_or_else(|| broken(()))?;
        let url = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let ec_jwk = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "simulator",
            "x": url(&public[1..33]), "y": url(&public[33..]), "d": url(number),
        });
        let rsa: Value = serde_json::from_str(RSA_JWK).map_err(io::Error::other)?;
        let part = |name: &str| {
            let text = rsa[name].as_str().unwrap_or_default();
            BASE64_URL_SAFE_NO_PAD.decode(text).map_err(io::Error::other)
        };
        Ok(Self { ec_pem: pem(der), ec_jwk, ec_public: public, rsa_n: part("n")?, rsa_e: part("e")? })
    }

    pub(crate) fn ec_pem(&self) -> &str {
        &self.ec_pem
    }

    pub(crate) fn ec_jwk(&self) -> String {
        self.ec_jwk.to_string()
    }

    /// Without the line before it that says what it is.
    pub(crate) fn rsa_pem() -> &'static str {
        RSA_PEM.find("-----BEGIN").map_or(RSA_PEM, |at| &RSA_PEM[at..])
    }

    pub(crate) fn rsa_jwk() -> &'static str {
        RSA_JWK.trim()
    }

    /// Whether one of the client's keys made this signature; none for other algorithms.
    pub(crate) fn verify(&self, algorithm: &str, message: &[u8], signature: &[u8]) -> Option<bool> {
        match algorithm {
            "ES256" => {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.ec_public);
                Some(key.verify(message, signature).is_ok())
            }
            "RS256" => {
                let key = RsaPublicKeyComponents { n: &self.rsa_n, e: &self.rsa_e };
                Some(key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok())
            }
            _ => None,
        }
    }
}

fn pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
