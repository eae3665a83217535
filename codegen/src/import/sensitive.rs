//! Which fields are secrets.
//!
//! Vendors mark few of them (`format: password`), so names decide as well. Only text can be a secret: a flag
//! `requirePassword` or a number `passwordLength` is not.

/// Ends of names, lower case and without separators, that hold a secret.
const SECRET_ENDS: &[&str] = &[
    "password",
    "passwordhash",
    "passcode",
    "passphrase",
    "secret",
    "token",
    "pin",
    "privatekey",
    "recoverykey",
    "apikey",
    "bypasscode",
    "unlockcode",
    "clientsecret",
    "sharedkey",
    "secretkey",
    "secretaccesskey",
    "encryptionkey",
    "keystorefile",
    "escrowkey",
    "devicelockpin",
    "credential",
    "mdmprofiledata",
    "wifiprofiledata",
    "sessionkey",
    "authorizationkey",
    "identitykeystore",
    "keystorebytes",
    "productkey",
    "redemptioncode",
    "activationcode",
    "passwordsha256",
];

/// Ends that look like one of these and are not.
const HARMLESS: &[&str] = &["enrollmentpin", "ping", "expiretoken"];

/// Whether a text field of that name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRET_ENDS.iter().any(|end| plain.ends_with(end)) && !HARMLESS.contains(&plain.as_str())
}
