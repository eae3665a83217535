//! How options are said after `sim:?`, the same for every simulator.

use std::time::Duration;

use percent_encoding::percent_decode_str;

/// Sets every `name=value` of a query string, in order; a bare name means `true`.
///
/// # Errors
/// Those of `set`, with the option named.
pub(crate) fn each_option(query: &str, mut set: impl FnMut(&str, &str) -> Result<(), String>) -> Result<(), String> {
    for pair in query.trim_start_matches('?').split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, "true"));
        let (name, value) = (decode(name).replace('_', "-"), decode(value));
        set(&name, &value).map_err(|problem| format!("simulator option {name}={value}: {problem}"))?;
    }
    Ok(())
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// A whole number from zero to `most`.
pub(crate) fn number<T>(text: &str, most: T) -> Result<T, String>
where
    T: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    match text.trim().parse() {
        Ok(value) if value <= most => Ok(value),
        _ => Err(format!("expected a whole number up to {most}")),
    }
}

/// `true` or `false`; nothing is true.
pub(crate) fn flag(text: &str) -> Result<bool, String> {
    match text {
        "true" | "yes" | "1" | "" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err("expected true or false".to_owned()),
    }
}

/// Reads `20ms`, `5s`, `2m` or a bare number of seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err("expected a time such as 20ms, 5s or 2m".to_owned()),
    };
    let seconds = digits.parse::<f64>().map_err(|_| "expected a time such as 20ms, 5s or 2m".to_owned())?;
    Duration::try_from_secs_f64(seconds * unit).map_err(|_| "expected a time that is not negative".to_owned())
}
