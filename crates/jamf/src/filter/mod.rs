//! Filters as Rust expressions, written as RSQL.
//!
//! A filter that is put together from text goes wrong silently: an apostrophe, a semicolon in a name, an "or" inside
//! an "and", and another set of computers comes back than was asked for. Here every value is quoted and escaped, and
//! groups are written so that they mean what the Rust expression means:
//!
//! ```
//! use adjutant_jamf::field;
//! let filter = (field("general.name").eq("Oscar's MacBook Air") | field("id").is_in([1, 2])) & field("udid").ne("x;y");
//! assert_eq!(filter.to_string(), r#"(general.name=="Oscar's MacBook Air",id=in=("1","2"));udid!="x;y""#);
//! ```
//!
//! **Wildcards.** The server reads `*` in a value as "anything". [`starts_with`](FilterField::starts_with) and its
//! like write that; in [`eq`](FilterField::eq), [`ne`](FilterField::ne), [`is_in`](FilterField::is_in) and
//! [`not_in`](FilterField::not_in) a `*` means itself and is written `\*`. A server that does not know this escape
//! finds nothing there, which is a smaller mistake than finding everything.

mod balance;
pub(crate) mod fields;
mod sort;
mod value;

pub use sort::{Sort, SortField, sort, sort_unchecked};
pub use value::Value;

use adjutant_core::{Error, Result};
use std::{
    fmt::{self, Write as _},
    ops::{BitAnd, BitOr},
};

/// A field to compare; becomes a [`Filter`] with one of its methods.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a field alone filters nothing"]
pub struct FilterField {
    name: String,
    checked: bool,
}

/// A field such as `general.name`; unknown names are refused before anything is sent, with what was probably meant.
pub fn field(name: impl Into<String>) -> FilterField {
    FilterField { name: name.into(), checked: true }
}

/// A field that this version of the client does not know.
pub fn field_unchecked(name: impl Into<String>) -> FilterField {
    FilterField { name: name.into(), checked: false }
}

/// A condition on the rows of a list. Combine with `&` and `|`, or [`and`](Filter::and) and [`or`](Filter::or).
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a filter does nothing until it is given to a list"]
pub struct Filter(Node);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    /// One comparison; `problem` says why it cannot be written.
    Compare {
        field: FilterField,
        operator: &'static str,
        values: Values,
        problem: Option<&'static str>,
    },
    All(Vec<Self>),
    Any(Vec<Self>),
    Raw(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    One(String),
    List(Vec<String>),
}

impl FilterField {
    fn one(self, operator: &'static str, value: String) -> Filter {
        Filter(Node::Compare { field: self, operator, values: Values::One(value), problem: None })
    }

    fn compare(self, operator: &'static str, value: impl Into<Value>) -> Filter {
        self.one(operator, value.into().as_str().to_owned())
    }

    fn list<V: Into<Value>>(self, operator: &'static str, values: impl IntoIterator<Item = V>) -> Filter {
        let values: Vec<String> = values.into_iter().map(|v| value::literal(v.into().as_str())).collect();
        let problem = values.is_empty().then_some("a list of values needs at least one");
        Filter(Node::Compare { field: self, operator, values: Values::List(values), problem })
    }

    /// Equal to the value, `*` included (`==`).
    pub fn eq(self, value: impl Into<Value>) -> Filter {
        self.one("==", value::literal(value.into().as_str()))
    }

    /// Not equal to the value, `*` included (`!=`).
    pub fn ne(self, value: impl Into<Value>) -> Filter {
        self.one("!=", value::literal(value.into().as_str()))
    }

    /// Less than the value (`=lt=`).
    pub fn lt(self, value: impl Into<Value>) -> Filter {
        self.compare("=lt=", value)
    }

    /// Less than the value or equal (`=le=`).
    pub fn le(self, value: impl Into<Value>) -> Filter {
        self.compare("=le=", value)
    }

    /// Greater than the value (`=gt=`).
    pub fn gt(self, value: impl Into<Value>) -> Filter {
        self.compare("=gt=", value)
    }

    /// Greater than the value or equal (`=ge=`).
    pub fn ge(self, value: impl Into<Value>) -> Filter {
        self.compare("=ge=", value)
    }

    /// Equal to one of the values (`=in=`); an empty list is refused.
    pub fn is_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.list("=in=", values)
    }

    /// Equal to none of the values (`=out=`); an empty list is refused.
    pub fn not_in<V: Into<Value>>(self, values: impl IntoIterator<Item = V>) -> Filter {
        self.list("=out=", values)
    }

    /// Equal to a pattern in which `*` means anything (`==`).
    pub fn like(self, pattern: impl Into<String>) -> Filter {
        self.one("==", pattern.into())
    }

    /// Not equal to a pattern in which `*` means anything (`!=`).
    pub fn not_like(self, pattern: impl Into<String>) -> Filter {
        self.one("!=", pattern.into())
    }

    /// Begins with the text (`=="text*"`).
    pub fn starts_with(self, text: impl AsRef<str>) -> Filter {
        self.wild("", text.as_ref(), "*")
    }

    /// Ends with the text (`=="*text"`).
    pub fn ends_with(self, text: impl AsRef<str>) -> Filter {
        self.wild("*", text.as_ref(), "")
    }

    /// Has the text in it (`=="*text*"`).
    pub fn contains(self, text: impl AsRef<str>) -> Filter {
        self.wild("*", text.as_ref(), "*")
    }

    fn wild(self, before: &str, text: &str, after: &str) -> Filter {
        let stuck = text.ends_with('\\') && !after.is_empty();
        let problem = stuck.then_some("a text that ends with a backslash cannot stand before a wildcard");
        let values = Values::One(format!("{before}{}{after}", value::literal(text)));
        Filter(Node::Compare { field: self, operator: "==", values, problem })
    }
}

impl Filter {
    /// A filter as text, in the server's RSQL; its quotes and parentheses must close.
    pub fn raw(text: impl Into<String>) -> Self {
        Self(Node::Raw(text.into()))
    }

    /// Both.
    pub fn and(self, other: Self) -> Self {
        Self(Node::All(joined(self.0, other.0, |node| match node {
            Node::All(parts) => Ok(parts),
            other => Err(other),
        })))
    }

    /// Either.
    pub fn or(self, other: Self) -> Self {
        Self(Node::Any(joined(self.0, other.0, |node| match node {
            Node::Any(parts) => Ok(parts),
            other => Err(other),
        })))
    }

    /// Refuses what cannot be sent: names that are not among `known`, an empty list, raw text that does not close.
    pub(crate) fn check(&self, known: &[&str]) -> Result<()> {
        self.0.check(known)
    }
}

/// Two operands in one flat list, where they are of its kind.
fn joined(left: Node, right: Node, open: fn(Node) -> Result<Vec<Node>, Node>) -> Vec<Node> {
    let mut parts = open(left).unwrap_or_else(|node| vec![node]);
    parts.extend(open(right).unwrap_or_else(|node| vec![node]));
    parts
}

/// A name that cannot be taken for anything else.
fn check_name(name: &str) -> Result<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '[' | ']');
    if !name.is_empty() && name.chars().all(plain) {
        return Ok(());
    }
    let shown = adjutant_core::error::tame(name, 80);
    Err(Error::usage(format!("{shown:?} is not a field name: it has letters, digits, dots, hyphens and underscores")))
}

impl Node {
    fn check(&self, known: &[&str]) -> Result<()> {
        match self {
            Self::Compare { field, problem, .. } => {
                check_name(&field.name)?;
                if field.checked {
                    fields::check(&field.name, known)?;
                }
                match problem {
                    Some(problem) => Err(Error::usage(format!("the filter on {}: {problem}", field.name))),
                    None => Ok(()),
                }
            }
            Self::All(parts) | Self::Any(parts) => parts.iter().try_for_each(|part| part.check(known)),
            Self::Raw(text) => balance::check(text),
        }
    }
}

impl BitAnd for Filter {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.and(other)
    }
}

impl BitOr for Filter {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

/// The filter as it is sent.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { field, operator, values, .. } => {
                write!(f, "{}{operator}", field.name)?;
                match values {
                    Values::One(value) => value::quote(f, value),
                    Values::List(list) => {
                        f.write_char('(')?;
                        for (i, value) in list.iter().enumerate() {
                            f.write_str(if i > 0 { "," } else { "" })?;
                            value::quote(f, value)?;
                        }
                        f.write_char(')')
                    }
                }
            }
            Self::All(parts) => join(f, parts, ";"),
            Self::Any(parts) => join(f, parts, ","),
            Self::Raw(text) => f.write_str(text),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Node], with: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i > 0 { with } else { "" })?;
        // `;` binds tighter than `,`; nobody knows what is in a raw text.
        if matches!((part, with), (Node::Any(_), ";") | (Node::Raw(_), _)) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_keep_their_meaning() {
        let [a, b, c] = ["a", "b", "c"].map(|name| field_unchecked(name).eq(1));
        let text = |filter: Filter| filter.to_string();
        assert_eq!(text((a.clone() | b.clone()) & c.clone()), r#"(a=="1",b=="1");c=="1""#);
        assert_eq!(text(a.clone() | b.clone() & c.clone()), r#"a=="1",b=="1";c=="1""#);
        assert_eq!(text(a.clone().and(b.clone()).and(c.clone())), r#"a=="1";b=="1";c=="1""#);
        assert_eq!(text(Filter::raw("x==1,y==2") & c), r#"(x==1,y==2);c=="1""#);
        assert_eq!(text(Filter::raw("x==1")), "x==1");
    }

    #[test]
    fn values_are_quoted_exactly() {
        let written = |filter: Filter| filter.to_string();
        assert_eq!(written(field("a").eq("O\"Brien;x,y)\\")), r#"a=="O\"Brien;x,y)\\""#);
        assert_eq!(written(field("a").eq("5 * 3")), r#"a=="5 \\* 3""#);
        assert_eq!(written(field("a").like("5 * 3")), r#"a=="5 * 3""#);
        assert_eq!(written(field("a").starts_with("a*")), r#"a=="a\\**""#);
        assert_eq!(written(field("a").eq(true)), r#"a=="true""#);
        let moment: jiff::Timestamp = "2024-01-01T01:00:00+01:00".parse().unwrap();
        assert_eq!(written(field("a").ge(moment)), r#"a=ge="2024-01-01T00:00:00Z""#);
        assert_eq!(written(field("a").not_in(["x", "y z"])), r#"a=out=("x","y z")"#);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let refused = |filter: Filter| filter.check(fields::INVENTORY).unwrap_err().to_string();
        assert!(refused(field("general.nmae").eq("x")).contains("general.name"));
        assert!(refused(field("id").is_in(Vec::<u64>::new())).contains("at least one"));
        assert!(refused(field("udid").starts_with("a\\")).contains("backslash"));
        assert!(refused(field_unchecked("a==1,b").eq(1)).contains("not a field name"));
        assert!(refused(Filter::raw("a==1),(b==2") & field("id").eq(1)).contains("parenthes"));
        assert!(refused(Filter::raw("a==\"1")).contains("quote"));
        assert!(field_unchecked("general.brandNew").eq(1).check(fields::INVENTORY).is_ok());
        assert!(Filter::raw("a=='it\\'s (fine'").check(fields::INVENTORY).is_ok());
    }
}
