//! Times as people type them: `20ms`, `5s`, `2m`, or seconds.

use std::time::Duration;

/// Reads a time longer than zero.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    const EXPECTED: &str = "expected a time such as 500ms, 60s or 2m";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(EXPECTED.into()),
    };
    let seconds: f64 = digits.parse().map_err(|_| EXPECTED)?;
    match Duration::try_from_secs_f64(seconds * unit) {
        Ok(time) if !time.is_zero() => Ok(time),
        _ => Err("expected a time longer than zero".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_typed() {
        assert_eq!(parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(parse("1.5"), Ok(Duration::from_millis(1500)));
        for bad in ["", "s", "0", "-1s", "5 parsecs", "1e400", "NaN"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
