//! From text to [`Expr`]: a recursive descent, bounded in depth.

use std::fmt;

use super::{Expr, Op};

/// Groups may be nested so deep.
const DEEPEST: usize = 64;

/// Why a filter could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset in the text.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot read the filter: expected {} at offset {}", self.expected, self.at)
    }
}

impl std::error::Error for ParseError {}

/// Reads a whole filter.
///
/// # Errors
/// At the first place that is not RSQL: a missing operator or value, an open quote or parenthesis, text after the end.
pub fn parse(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser { text, at: 0 };
    let expr = parser.any(0)?;
    parser.space();
    if parser.at < text.len() { parser.fail("';', ',' or the end") } else { Ok(expr) }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// `all ("," all)*`
    fn any(&mut self, depth: usize) -> Result<Expr, ParseError> {
        let mut parts = vec![self.all(depth)?];
        while self.connective(",", "or") {
            parts.push(self.all(depth)?);
        }
        Ok(single_or(parts, Expr::Or))
    }

    /// `one (";" one)*`
    fn all(&mut self, depth: usize) -> Result<Expr, ParseError> {
        let mut parts = vec![self.one(depth)?];
        while self.connective(";", "and") {
            parts.push(self.one(depth)?);
        }
        Ok(single_or(parts, Expr::And))
    }

    /// `"(" any ")"` or a comparison.
    fn one(&mut self, depth: usize) -> Result<Expr, ParseError> {
        self.space();
        if self.eat("(") {
            if depth == DEEPEST {
                return self.fail("at most 64 nested groups");
            }
            let inner = self.any(depth + 1)?;
            self.space();
            return if self.eat(")") { Ok(inner) } else { self.fail("')'") };
        }
        let selector = self.word();
        if selector.is_empty() {
            return self.fail("a field name or '('");
        }
        self.space();
        let op = self.op()?;
        self.space();
        let args = self.args(op)?;
        Ok(Expr::Cmp { selector: selector.to_owned(), op, args })
    }

    fn op(&mut self) -> Result<Op, ParseError> {
        const SPELLINGS: [(&str, Op); 12] = [
            ("==", Op::Eq),
            ("!=", Op::Ne),
            ("=lt=", Op::Lt),
            ("=le=", Op::Le),
            ("=gt=", Op::Gt),
            ("=ge=", Op::Ge),
            ("=in=", Op::In),
            ("=out=", Op::Out),
            ("<=", Op::Le),
            (">=", Op::Ge),
            ("<", Op::Lt),
            (">", Op::Gt),
        ];
        match SPELLINGS.iter().find(|(spelling, _)| self.eat(spelling)) {
            Some((_, op)) => Ok(*op),
            None => self.fail("an operator (==, !=, =lt=, =le=, =gt=, =ge=, =in=, =out=)"),
        }
    }

    fn args(&mut self, op: Op) -> Result<Vec<String>, ParseError> {
        if !matches!(op, Op::In | Op::Out) {
            return Ok(vec![self.value()?]);
        }
        if !self.eat("(") {
            return self.fail("'(' and a list of values");
        }
        let mut args = Vec::new();
        loop {
            self.space();
            args.push(self.value()?);
            self.space();
            if self.eat(")") {
                return Ok(args);
            }
            if !self.eat(",") {
                return self.fail("',' or ')'");
            }
        }
    }

    fn value(&mut self) -> Result<String, ParseError> {
        let quote = match self.rest().chars().next() {
            Some(quote @ ('"' | '\'')) => quote,
            _ => {
                let word = self.word();
                return if word.is_empty() { self.fail("a value") } else { Ok(word.to_owned()) };
            }
        };
        let mut value = String::new();
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((offset, c)) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some((_, escaped)) => value.push(escaped),
                    None => break,
                },
                c if c == quote => {
                    self.at += offset + c.len_utf8();
                    return Ok(value);
                }
                c => value.push(c),
            }
        }
        self.at = self.text.len();
        self.fail("a closing quote")
    }

    /// A run of characters that mean nothing by themselves.
    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| c.is_whitespace() || "\"'();,=!~<>".contains(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn connective(&mut self, symbol: &str, word: &str) -> bool {
        let before = self.at;
        self.space();
        if self.eat(symbol) {
            return true;
        }
        // "and" and "or" are connectives only between spaces.
        if self.at > before && self.rest().get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word)) {
            let after = &self.rest()[word.len()..];
            if after.starts_with(|c: char| c.is_whitespace() || c == '(') {
                self.at += word.len();
                return true;
            }
        }
        self.at = before;
        false
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.rest().starts_with(symbol);
        if found {
            self.at += symbol.len();
        }
        found
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn fail<T>(&self, expected: &'static str) -> Result<T, ParseError> {
        Err(ParseError { at: self.at, expected })
    }
}

fn single_or(mut parts: Vec<Expr>, group: fn(Vec<Expr>) -> Expr) -> Expr {
    if parts.len() == 1 { parts.remove(0) } else { group(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        parse(text).map_or_else(|error| error.to_string(), |expr| expr.to_string())
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert_eq!(shown("a==1,b==2;c==3"), r#"a=="1",(b=="2";c=="3")"#);
        assert_eq!(shown("(a==1,b==2);c==3"), r#"(a=="1",b=="2");c=="3""#);
        assert_eq!(shown("a==1 and b==2 or c==3"), r#"(a=="1";b=="2"),c=="3""#);
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(shown(r#"n=="O\"Brien;x,y)""#), r#"n=="O\"Brien;x,y)""#);
        assert_eq!(shown(r"n=='it\'s \\ here'"), r#"n=="it's \\ here""#);
        assert_eq!(shown("n=in=(a, 'b c',\"d\")"), r#"n=in=("a","b c","d")"#);
        assert_eq!(shown("n==山田*"), r#"n=="山田*""#);
        assert_eq!(shown("n==''"), r#"n=="""#);
    }

    #[test]
    fn every_operator_spelling() {
        for (text, op) in [("<", Op::Lt), ("<=", Op::Le), (">", Op::Gt), (">=", Op::Ge), ("=out=", Op::Out)] {
            let arg = if op == Op::Out { "(5)" } else { "5" };
            let expected = Expr::Cmp { selector: "id".into(), op, args: vec!["5".into()] };
            assert_eq!(parse(&format!("id{text}{arg}")), Ok(expected));
        }
    }

    #[test]
    fn errors_say_where() {
        for (text, at) in
            [("", 0), ("a", 1), ("a==", 3), ("a==b c", 5), ("a=='x", 5), ("(a==b", 5), ("a=in=()", 6), ("a=in=b", 5)]
        {
            assert_eq!(parse(text).expect_err(text).at, at, "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
    }

    #[test]
    fn display_is_read_back() {
        let expr = Expr::Or(vec![
            Expr::And(vec![
                Expr::Cmp { selector: "a.b".into(), op: Op::Eq, args: vec!["\\\"';,)( ~".into()] },
                Expr::Cmp { selector: "c".into(), op: Op::In, args: vec!["".into(), "and".into()] },
            ]),
            Expr::Cmp { selector: "d".into(), op: Op::Ge, args: vec!["2024-01-01T00:00:00Z".into()] },
        ]);
        assert_eq!(parse(&expr.to_string()), Ok(expr));
    }
}
