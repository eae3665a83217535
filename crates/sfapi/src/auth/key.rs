//! A private key that can sign, out of whatever Iris or openssl wrote.
//!
//! JWK (RSA or P-256) and PEM (PKCS#8, PKCS#1, SEC1) are read. Nothing of a key ever enters a message.

use adjutant_core::{Error, ErrorKind, Result};
use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use ring::{
    rand::SystemRandom,
    rsa::{KeyPairComponents, PublicKeyComponents},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::Value;
use zeroize::Zeroizing;

/// A key pair, ready to sign.
pub(super) enum SigningKey {
    Rsa(Box<RsaKeyPair>),
    P256(Box<EcdsaKeyPair>),
}

impl SigningKey {
    /// Reads a JWK or a PEM.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(bad("the key is empty"));
        }
        if text.starts_with('{') {
            let jwk: Value =
                serde_json::from_str(text).map_err(|_| bad("the key begins like a JWK but is not JSON"))?;
            return from_jwk(&jwk);
        }
        from_pem(text)
    }

    /// Reads a JWK.
    pub(super) fn from_jwk(jwk: &Value) -> Result<Self> {
        from_jwk(jwk)
    }

    /// The algorithm's name in a JWT.
    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::P256(_) => "ES256",
        }
    }

    /// Signs.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>> {
        let random = SystemRandom::new();
        let failed = |_| Error::new(ErrorKind::Credentials, "the private key could not sign");
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Self::P256(pair) => Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
        }
    }
}

fn bad(what: &'static str) -> Error {
    Error::new(ErrorKind::Credentials, what)
        .with_hint("give the private key that Iris showed when the client was made: a JWK (JSON) or a PEM")
}

fn from_jwk(jwk: &Value) -> Result<SigningKey> {
    let field = |name: &'static str| -> Option<Zeroizing<Vec<u8>>> {
        let text = jwk.get(name)?.as_str()?.trim_end_matches('=');
        BASE64_URL_SAFE_NO_PAD.decode(text).ok().map(Zeroizing::new)
    };
    match jwk.get("kty").and_then(Value::as_str) {
        Some("RSA") => {
            let all = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map(field);
            let [Some(n), Some(e), Some(d), Some(p), Some(q), Some(dp), Some(dq), Some(qi)] = &all else {
                return Err(bad(if all[2].is_none() {
                    "this JWK is a public key: there is no \"d\" in it"
                } else {
                    "the JWK lacks some of n, e, d, p, q, dp, dq, qi"
                }));
            };
            let parts = KeyPairComponents {
                public_key: PublicKeyComponents { n: trim(n), e: trim(e) },
                d: trim(d),
                p: trim(p),
                q: trim(q),
                dP: trim(dp),
                dQ: trim(dq),
                qInv: trim(qi),
            };
            let pair = RsaKeyPair::from_components(&parts).map_err(|_| bad("the JWK's numbers are no RSA key"))?;
            Ok(SigningKey::Rsa(Box::new(pair)))
        }
        Some("EC") => {
            if jwk.get("crv").and_then(Value::as_str) != Some("P-256") {
                return Err(bad("of the elliptic curves only P-256 is taken (ES256)"));
            }
            let (Some(x), Some(y)) = (field("x"), field("y")) else {
                return Err(bad("the JWK lacks x or y"));
            };
            let d = field("d").ok_or_else(|| bad("this JWK is a public key: there is no \"d\" in it"))?;
            let public = [&[4], x.as_slice(), y.as_slice()].concat();
            let pair = EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &d,
                &public,
                &SystemRandom::new(),
            );
            pair.map(|pair| SigningKey::P256(Box::new(pair))).map_err(|_| bad("the JWK's numbers are no P-256 key"))
        }
        Some(_) => Err(bad("the JWK is neither an RSA nor an EC key")),
        None => Err(bad("the JSON is not a JWK: there is no \"kty\" in it")),
    }
}

/// Without leading zeros, which some writers add and ring refuses.
fn trim(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|&&b| b == 0).count();
    &number[zeros..]
}

fn from_pem(text: &str) -> Result<SigningKey> {
    // Environment variables hold it on one line.
    let text = if text.contains('\n') { text.to_owned() } else { text.replace("\\n", "\n") };
    let text = Zeroizing::new(text);
    let (label, der) = first_private(&text)?;
    let rsa = |pair: Result<RsaKeyPair, _>| pair.map(|pair| SigningKey::Rsa(Box::new(pair)));
    let p256 = |pkcs8: &[u8]| {
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new())
            .map(|pair| SigningKey::P256(Box::new(pair)))
    };
    match label {
        "PRIVATE KEY" => rsa(RsaKeyPair::from_pkcs8(&der)).or_else(|_| p256(&der)),
        "RSA PRIVATE KEY" => rsa(RsaKeyPair::from_der(&der)),
        "EC PRIVATE KEY" => p256(&pkcs8_of_sec1(&der)),
        "ENCRYPTED PRIVATE KEY" => {
            return Err(bad("the key is encrypted")
                .with_hint("decrypt it with `openssl pkey -in FILE -out NEW`, and give that owner-only permissions"));
        }
        _ => return Err(bad("the PEM holds no private key")),
    }
    .map_err(|_| bad("the PEM is no RSA key of at least 2048 bits and no P-256 key"))
}

/// The first block of a PEM that is a private key, else the first; its label and content.
fn first_private(text: &str) -> Result<(&str, Zeroizing<Vec<u8>>)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((label, after)) = rest.split_once("-----BEGIN ").and_then(|(_, begun)| begun.split_once("-----")) {
        let end = format!("-----END {label}-----");
        let (body, onward) =
            after.split_once(&end).ok_or_else(|| bad("the PEM is cut off: its END line is missing"))?;
        blocks.push((label, body));
        rest = onward;
    }
    let block = blocks.iter().find(|(label, _)| label.ends_with("PRIVATE KEY")).or(blocks.first());
    let (label, body) = block.ok_or_else(|| bad("the key is neither a JWK nor a PEM"))?;
    if body.contains("Proc-Type:") {
        return Ok(("ENCRYPTED PRIVATE KEY", Zeroizing::default()));
    }
    let packed: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    let der = BASE64_STANDARD.decode(packed.as_bytes()).map_err(|_| bad("the PEM's content is not base64"))?;
    Ok((label, Zeroizing::new(der)))
}

/// An EC key as openssl's older format has it, in the envelope that ring reads.
fn pkcs8_of_sec1(sec1: &[u8]) -> Zeroizing<Vec<u8>> {
    /// Version 0; ecPublicKey on prime256v1.
    const HEAD: &[u8] = &[
        0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ];
    let mut inner = Zeroizing::new(HEAD.to_vec());
    put(&mut inner, 0x04, sec1);
    let mut out = Zeroizing::new(Vec::with_capacity(inner.len() + 8));
    put(&mut out, 0x30, &inner);
    out
}

/// One DER element.
fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    match content.len() {
        n @ 0..=127 => out.push(n as u8),
        n @ 128..=255 => out.extend([0x81, n as u8]),
        n => out.extend([0x82, (n >> 8) as u8, n as u8]),
    }
    out.extend_from_slice(content);
}
