//! Servers' words on terminals: they may be anything, and must stay words.

use std::borrow::Cow;

/// Escapes control characters and those that reorder what a terminal shows; everything else stays.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let bad = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if bad(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_cannot_drive_a_terminal() {
        assert_eq!(super::escape("a\u{1b}[2Jb\n\u{202e}c"), "a\\u{1b}[2Jb\\n\\u{202e}c");
        assert_eq!(super::escape("Oscar's 🐟 電腦"), "Oscar's 🐟 電腦");
    }
}
