//! The fields that a filter's text names, so that a typo is found before it reads a whole fleet.
//!
//! This does not parse RSQL: the server does. It only tells names from values, which stand in quotes or after an
//! operator.

use adjutant_core::{Error, Operation as _};
use adjutant_jamf::{ListComputers, field};

/// Refuses a filter that names a field which is not known, with the closest one.
pub(super) fn check(filter: &str) -> Result<(), Error> {
    for name in fields(filter) {
        // The library's own check, on a request that is never sent. Its hint is for programs.
        ListComputers::new().filter(field(name).eq("")).request().map_err(|e| {
            e.with_hint("any filter at all goes through `adjutant jamf api GET /v4/computers-inventory -q filter=…`")
        })?;
    }
    Ok(())
}

/// Names that stand before an operator.
fn fields(filter: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = filter;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | ';' | ',')) {
        rest = &rest[start..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '!' | '<' | '>' | '(' | ')' | ';' | ','));
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        let operator = after.trim_start();
        if operator.starts_with(['=', '!', '<', '>']) {
            if !name.is_empty() {
                names.push(name);
            }
            rest = after_value(after_operator(operator));
        } else {
            // `and`, `or`, or nonsense that the server will name.
            rest = after;
        }
    }
    names
}

/// Behind `==`, `!=`, `<=`, `=in=` and the like.
fn after_operator(text: &str) -> &str {
    let worded = text.strip_prefix('=').and_then(|t| t.split_once('='));
    match worded {
        Some((word, rest)) if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic()) => rest,
        _ => text.trim_start_matches(['=', '!', '<', '>']),
    }
}

/// Behind one value: quoted, a list in parentheses, or bare.
fn after_value(text: &str) -> &str {
    let text = text.trim_start();
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => after_quoted(text, quote),
        Some('(') => {
            let mut rest = &text[1..];
            while let Some(at) = rest.find(['"', '\'', ')']) {
                match rest[at..].chars().next() {
                    Some(quote @ ('"' | '\'')) => rest = after_quoted(&rest[at..], quote),
                    _ => return &rest[at + 1..],
                }
            }
            ""
        }
        _ => text.find(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | ')')).map_or("", |end| &text[end..]),
    }
}

fn after_quoted(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_values() {
        for (filter, names) in [
            ("general.name==\"a,b;c==d\"", vec!["general.name"]),
            ("(general.name=='x' and id=in=(1,\"2)\",3)) or udid!=5", vec!["general.name", "id", "udid"]),
            ("general.lastContactTime<2026-01-01T00:00:00Z;id=gt=5,id<=7", vec!["general.lastContactTime", "id", "id"]),
            ("general.name == \"a \\\" b\" ; id==1", vec!["general.name", "id"]),
            ("", vec![]),
            ("general.name==\"open", vec!["general.name"]),
            ("==5", vec![]),
            ("=", vec![]),
        ] {
            assert_eq!(fields(filter), names, "{filter}");
        }
    }

    #[test]
    fn a_typo_gets_a_suggestion() {
        let error = check("general.nmae==x").unwrap_err();
        let said = error.to_string();
        assert!(said.contains("general.nmae") && said.contains("general.name"), "{said}");
        check("general.name==x and hardware.model==\"Mac*\"").unwrap();
    }
}
