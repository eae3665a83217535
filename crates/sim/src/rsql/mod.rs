//! Filters, as the server understands them.
//!
//! The client writes RSQL; this is the other side, written from the grammar and not from the client, so that a
//! filter which means something else than its author thought shows up as a wrong answer. `;` or `and` binds
//! tighter than `,` or `or`; parentheses group; values may be quoted with `'` or `"`, with backslash escapes.
//!
//! ```
//! use adjutant_sim::rsql::{parse, Expr, Field};
//! let filter = parse(r#"general.name=="Oscar's *";id=gt=5"#).unwrap();
//! assert!(filter.matches(&mut |selector| match selector {
//!     "id" => Field::Number(6.0),
//!     _ => Field::text("Oscar's MacBook Air"),
//! }));
//! ```

mod evaluate;
mod parse;

use std::fmt;

pub use evaluate::Field;
pub use parse::{ParseError, parse};

/// A filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// All of them (`;`).
    And(Vec<Self>),
    /// Any of them (`,`).
    Or(Vec<Self>),
    /// One comparison.
    Cmp {
        /// The field's path, such as `general.name`.
        selector: String,
        /// The operator.
        op: Op,
        /// The values, unescaped: exactly one, except for [`Op::In`] and [`Op::Out`].
        args: Vec<String>,
    },
}

/// A comparison's operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// `==`, with `*` as wildcard.
    Eq,
    /// `!=`, with `*` as wildcard.
    Ne,
    /// `=lt=` or `<`.
    Lt,
    /// `=le=` or `<=`.
    Le,
    /// `=gt=` or `>`.
    Gt,
    /// `=ge=` or `>=`.
    Ge,
    /// `=in=`: equal to one of the values.
    In,
    /// `=out=`: equal to none of the values.
    Out,
}

impl Op {
    /// The operator's main spelling.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "=lt=",
            Self::Le => "=le=",
            Self::Gt => "=gt=",
            Self::Ge => "=ge=",
            Self::In => "=in=",
            Self::Out => "=out=",
        }
    }
}

impl Expr {
    /// Every selector used, in order, repeats included.
    pub fn selectors(&self) -> Vec<&str> {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::selectors).collect(),
            Self::Cmp { selector, .. } => vec![selector],
        }
    }
}

/// Text that [`parse`] reads back to the same expression: every value is quoted, nested groups are in parentheses.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => join(f, parts, ";"),
            Self::Or(parts) => join(f, parts, ","),
            Self::Cmp { selector, op, args } => {
                write!(f, "{selector}{}", op.as_str())?;
                let list = matches!(op, Op::In | Op::Out);
                if list {
                    f.write_str("(")?;
                }
                for (index, arg) in args.iter().enumerate() {
                    if index > 0 {
                        f.write_str(",")?;
                    }
                    write!(f, "\"{}\"", arg.replace('\\', "\\\\").replace('"', "\\\""))?;
                }
                if list {
                    f.write_str(")")?;
                }
                Ok(())
            }
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, parts: &[Expr], separator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        match part {
            Expr::Cmp { .. } => write!(f, "{part}")?,
            Expr::And(_) | Expr::Or(_) => write!(f, "({part})")?,
        }
    }
    Ok(())
}
