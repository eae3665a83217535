//! Key files, and the folder where they live.
//!
//! A key that others can read is no key, so a file that is open to them is refused before it is read. A nickname that
//! fits two files is a question, never a guess.

use super::ClientKey;
use adjutant_core::{Error, ErrorKind, Result, Secret};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The folder below the home directory in which keys are looked for.
pub const KEY_FOLDER: &str = ".superfacility";

/// More than any key has: a file that is larger is something else.
const MAX_FILE: u64 = 64 << 10;

fn bad(message: String, hint: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Credentials, message).with_hint(hint)
}

/// `~/.superfacility`; `None` without a home directory.
pub(crate) fn default_folder() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty()).map(|home| home.join(KEY_FOLDER))
}

/// The key file that is meant by a path (`~` allowed) or by a nickname: the beginning of a file's name in
/// `~/.superfacility`.
///
/// # Errors
/// [`ErrorKind::Credentials`] if there is none (the near ones are named), or several (all are).
pub fn find_key(name: &str) -> Result<PathBuf> {
    find_key_in(default_folder().as_deref(), name)
}

/// As [`find_key`], in another folder.
pub(crate) fn find_key_in(folder: Option<&Path>, name: &str) -> Result<PathBuf> {
    let path = match name.strip_prefix("~/").zip(std::env::home_dir()) {
        Some((rest, home)) => home.join(rest),
        None => PathBuf::from(name),
    };
    if path.is_file() {
        return Ok(path);
    }
    let looks_like_path = name.contains(['/', '\\']);
    if path.is_dir() || looks_like_path || name.trim().is_empty() {
        return Err(bad(
            format!("{name:?} is not a key file"),
            format!("give the path of a file, or the beginning of a file's name in ~/{KEY_FOLDER}"),
        ));
    }
    let names = names_in(folder);
    let stem = |file: &str| file.rsplit_once('.').map_or(file.to_owned(), |(stem, _)| stem.to_owned());
    let exact: Vec<&String> = names.iter().filter(|file| *file == name || stem(file) == name).collect();
    let begins: Vec<&String> = names.iter().filter(|file| file.starts_with(name)).collect();
    let fits = if exact.len() == 1 { exact } else { begins };
    match (fits.as_slice(), folder) {
        ([one], Some(folder)) => Ok(folder.join(one)),
        ([], _) => Err(bad(format!("no key is found for {name:?}"), unknown(name, &names, folder))),
        (several, _) => {
            let list: Vec<&str> = several.iter().map(|file| file.as_str()).collect();
            Err(bad(format!("{name:?} fits several keys: {}", list.join(", ")), "give more of the name, or the path"))
        }
    }
}

/// The key file if the folder has exactly one; an error that lists them if it has several; `None` if it has none.
pub(crate) fn only_key(folder: Option<&Path>) -> Result<Option<PathBuf>> {
    let names = names_in(folder);
    match (names.as_slice(), folder) {
        ([one], Some(folder)) => Ok(Some(folder.join(one))),
        ([], _) | (_, None) => Ok(None),
        (several, _) => Err(bad(
            format!("there are several keys in ~/{KEY_FOLDER}: {}", several.join(", ")),
            "say which: key(\"the beginning of its name\"), or ADJUTANT_SFAPI_KEY",
        )),
    }
}

/// The files in a folder that may be keys, sorted. A folder that is not there has none.
fn names_in(folder: Option<&Path>) -> Vec<String> {
    let Some(entries) = folder.and_then(|folder| std::fs::read_dir(folder).ok()) else {
        return Vec::new();
    };
    let file = |entry: std::fs::DirEntry| entry.path().is_file().then(|| entry.file_name().into_string().ok())?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(file)
        .filter(|name| !name.starts_with('.') && !name.ends_with(".pub") && !name.ends_with('~'))
        .collect();
    names.sort();
    names
}

fn unknown(name: &str, names: &[String], folder: Option<&Path>) -> String {
    let shown = folder.map_or_else(|| format!("~/{KEY_FOLDER}"), |folder| folder.display().to_string());
    if names.is_empty() {
        return format!("there are no keys in {shown}: save the one that Iris gives there, with mode 0600");
    }
    let typed = name.to_ascii_lowercase();
    let distance = |file: &String| {
        let file = file.to_ascii_lowercase();
        let stem = file.split('.').next().unwrap_or(&file);
        strsim::osa_distance(&typed, stem).min(strsim::osa_distance(&typed, &file))
    };
    let mut near: Vec<&String> = names.iter().filter(|file| distance(file) * 2 <= typed.len().max(3)).collect();
    near.sort_by_key(|file| distance(file));
    if near.is_empty() {
        let most: Vec<&str> = names.iter().take(10).map(String::as_str).collect();
        return format!("in {shown} there are {}", most.join(", "));
    }
    let near: Vec<&str> = near.into_iter().take(3).map(String::as_str).collect();
    format!("did you mean {}?", near.join(" or "))
}

/// Reads a key file.
pub(super) fn load(path: &Path) -> Result<ClientKey> {
    let shown = path.display();
    let meta = std::fs::metadata(path)
        .map_err(|e| bad(format!("the key file {shown} cannot be read: {e}"), "check its path").with_source(e))?;
    if !meta.is_file() {
        return Err(bad(format!("{shown} is not a key file"), "give the path of a file"));
    }
    owner_only(path, &meta)?;
    if meta.len() > MAX_FILE {
        return Err(bad(format!("{shown} is too large for a key"), "give the file that holds the private key"));
    }
    let text = std::fs::read_to_string(path).map(Secret::new);
    let text = text.map_err(|e| bad(format!("the key file {shown} cannot be read: {e}"), "check it").with_source(e))?;
    parse(text.expose()).map_err(|error| {
        let hint = error.hint().unwrap_or_default().to_owned();
        bad(format!("the key file {shown} is not usable: {}", error.message()), hint)
    })
}

fn parse(text: &str) -> Result<ClientKey> {
    const FORM: &str = "a key file is JSON with client_id and secret (a JWK), or a PEM with the client id on its \
                        first line";
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Err(bad("it is empty".into(), FORM));
    }
    if text.starts_with('{') {
        let value: Value =
            serde_json::from_str(text).map_err(|_| bad("it begins like JSON but is none".into(), FORM))?;
        let id = value.get("client_id").and_then(Value::as_str);
        let id = id.ok_or_else(|| bad("there is no client_id in it".into(), FORM))?.to_owned();
        return match value.get("secret") {
            Some(Value::String(text)) => ClientKey::new(id, text.as_str()),
            Some(jwk) => ClientKey::from_jwk(id, jwk),
            None => Err(bad("there is no secret in it".into(), FORM)),
        };
    }
    let (first, pem) = text.split_once('\n').unwrap_or((text, ""));
    if first.contains("-----BEGIN") {
        return Err(bad("the client id is not on its first line".into(), FORM));
    }
    ClientKey::new(first, pem)
}

/// Refuses a file that others may read. 0400 and 0600 pass.
#[cfg(unix)]
fn owner_only(path: &Path, meta: &std::fs::Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = meta.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let shown = path.display();
    Err(bad(format!("the key file {shown} is open to others (mode {mode:04o})"), format!("chmod 600 {shown}")))
}

/// On other systems the home directory's own permissions stand guard: a mode says nothing there.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the twin may refuse")]
fn owner_only(_path: &Path, _meta: &std::fs::Metadata) -> Result<()> {
    Ok(())
}
