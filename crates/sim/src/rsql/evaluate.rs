//! Whether a record matches.
//!
//! Text compares as the server's database does: without regard to case. Numbers compare as numbers, times as times.
//! A field without a value equals nothing, so it matches `!=` and `=out=` only.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::{Expr, Op};

/// A record's value for one selector.
#[derive(Clone, Debug, PartialEq)]
pub enum Field<'a> {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// Any number.
    Number(f64),
    /// Text, times included.
    Text(Cow<'a, str>),
}

impl<'a> Field<'a> {
    /// Text, borrowed or owned.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// What stands for the field in a sort, so that case is folded once a row and not once a comparison.
    pub(crate) fn sort_key(self) -> Self {
        match self {
            Self::Text(text) => Self::text(text.to_lowercase()),
            other => other,
        }
    }

    /// The order of sort keys: nothing, then booleans, numbers, text.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::Text(_) => 3,
        }
    }

    fn equals(&self, pattern: &str) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => pattern.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
            Self::Number(value) => {
                pattern.parse().is_ok_and(|wanted: f64| wanted == *value) || like(&value.to_string(), pattern)
            }
            Self::Text(value) => like(value, pattern),
        }
    }

    /// How the field stands to a value; nothing when they cannot be compared.
    fn compared(&self, value: &str) -> Option<Ordering> {
        match self {
            Self::Null | Self::Bool(_) => None,
            Self::Number(number) => number.partial_cmp(&value.parse().ok()?),
            Self::Text(text) => {
                if let (Ok(a), Ok(b)) = (text.parse::<f64>(), value.parse::<f64>()) {
                    return a.partial_cmp(&b);
                }
                let times = (text.parse::<jiff::Timestamp>(), value.parse::<jiff::Timestamp>());
                Some(match times {
                    (Ok(a), Ok(b)) => a.cmp(&b),
                    _ => no_case(text).cmp(no_case(value)),
                })
            }
        }
    }
}

impl Expr {
    /// Evaluates the filter; `field` gives the record's value for a selector.
    pub fn matches<'r>(&self, field: &mut dyn FnMut(&str) -> Field<'r>) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(field)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(field)),
            Self::Cmp { selector, op, args } => {
                let value = field(selector);
                let arg = args.first().map_or("", String::as_str);
                match op {
                    Op::Eq => value.equals(arg),
                    Op::Ne => !value.equals(arg),
                    Op::In => args.iter().any(|arg| value.equals(arg)),
                    Op::Out => !args.iter().any(|arg| value.equals(arg)),
                    Op::Lt => value.compared(arg).is_some_and(Ordering::is_lt),
                    Op::Le => value.compared(arg).is_some_and(Ordering::is_le),
                    Op::Gt => value.compared(arg).is_some_and(Ordering::is_gt),
                    Op::Ge => value.compared(arg).is_some_and(Ordering::is_ge),
                }
            }
        }
    }
}

fn no_case(text: &str) -> impl Iterator<Item = char> + Clone {
    text.chars().flat_map(char::to_lowercase)
}

/// Equality with `*` for any run of characters; `\*` is a star itself.
fn like(text: &str, pattern: &str) -> bool {
    if !pattern.contains('*') {
        return text == pattern || no_case(text).eq(no_case(pattern));
    }
    let text: Vec<char> = no_case(text).collect();
    // The wildcard is None.
    let mut wanted: Vec<Option<char>> = Vec::new();
    let mut chars = no_case(pattern).peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next_if_eq(&'*').is_some() => wanted.push(Some('*')),
            '*' => wanted.push(None),
            c => wanted.push(Some(c)),
        }
    }
    // Greedy with one point of return: the last wildcard seen.
    let (mut at, mut next, mut back) = (0, 0, None);
    while at < text.len() {
        match wanted.get(next) {
            Some(None) => {
                back = Some((next + 1, at));
                next += 1;
            }
            Some(Some(c)) if *c == text[at] => {
                at += 1;
                next += 1;
            }
            _ => match back {
                Some((pattern, start)) => {
                    (next, at) = (pattern, start + 1);
                    back = Some((pattern, start + 1));
                }
                None => return false,
            },
        }
    }
    wanted[next..].iter().all(Option::is_none)
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn matches(filter: &str, value: Field<'_>) -> bool {
        parse(filter).expect(filter).matches(&mut |_| value.clone())
    }

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("joe*", "Joe's Mac", true),
            ("*mac", "Joe's Mac", true),
            ("*o*s*c", "Joe's Mac", true),
            ("*x*", "Joe's Mac", false),
            ("joe", "Joe's Mac", false),
            ("*", "", true),
            ("a**b", "ab", true),
        ] {
            assert_eq!(matches(&format!("n==\"{pattern}\""), Field::text(text)), expected, "{pattern} {text}");
            assert_eq!(matches(&format!("n!=\"{pattern}\""), Field::text(text)), !expected, "{pattern} {text}");
        }
        assert!(matches(r#"n=="5 \\* 3""#, Field::text("5 * 3")));
        assert!(!matches(r#"n=="5 \\* 3""#, Field::text("5 x 3")));
    }

    #[test]
    fn kinds_compare_as_themselves() {
        assert!(matches("n=gt=9", Field::Number(10.0)));
        assert!(matches("n=gt=9", Field::text("10")));
        assert!(matches("n<2024-06-01T00:00:00Z", Field::text("2024-05-31T23:00:00.123Z")));
        assert!(matches("n=='True'", Field::Bool(true)));
        assert!(matches("n!=x", Field::Null) && !matches("n==''", Field::Null) && !matches("n<x", Field::Null));
        assert!(matches("n=out=(a,b)", Field::text("c")) && matches("n=in=(a,C)", Field::text("c")));
    }
}
