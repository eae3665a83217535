//! Whether raw filter text closes what it opens: otherwise a condition that is added to it would end up inside, or
//! outside, of what its author meant.

use adjutant_core::{Error, Result};

pub(super) fn check(text: &str) -> Result<()> {
    let refuse = |what: &str| Err(Error::usage(format!("the filter cannot be sent: {what}")));
    let (mut depth, mut quote) = (0u32, None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(chars.next()),
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return refuse("a parenthesis is closed that was not opened"),
            },
            (None, _) => {}
        }
    }
    match (quote, depth, text.trim().is_empty()) {
        (_, _, true) => refuse("it is empty"),
        (Some(_), ..) => refuse("a quote is not closed"),
        (None, 1.., _) => refuse("a parenthesis is not closed"),
        (None, 0, false) => Ok(()),
    }
}
