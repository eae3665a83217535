//! Lines into words: quotes, variables, and the few operators that scripts cannot do without.

/// How a command depends on the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    Always,
    IfOk,
    IfNot,
}

impl Link {
    pub(super) fn goes_on(self, code: i32) -> bool {
        match self {
            Self::Always => true,
            Self::IfOk => code == 0,
            Self::IfNot => code != 0,
        }
    }
}

/// One command of a line.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) link: Link,
    pub(super) words: Vec<String>,
    /// `>&2`
    pub(super) output_to_errors: bool,
    /// `2>&1`
    pub(super) errors_to_output: bool,
    /// `> path`, or `>> path` with true.
    pub(super) to_file: Option<(String, bool)>,
}

impl Step {
    fn new(link: Link) -> Self {
        Self { link, words: Vec::new(), output_to_errors: false, errors_to_output: false, to_file: None }
    }
}

/// A word and whether any of it was quoted: a quoted `>` is no operator.
struct Token {
    text: String,
    operator: bool,
}

/// The words of a command that no shell reads.
pub(crate) fn words(line: &str) -> Result<Vec<String>, String> {
    Ok(tokens(&mut &*line, None)?.into_iter().map(|token| token.text).collect())
}

/// The next command of a line that a shell reads, with the variables as they are now; none at the end.
pub(super) fn next_step(
    rest: &mut &str,
    link: &mut Link,
    value: &dyn Fn(&str) -> String,
) -> Result<Option<Step>, String> {
    if rest.is_empty() {
        return Ok(None);
    }
    let mut step = Step::new(*link);
    let mut tokens = tokens(rest, Some(value))?.into_iter();
    while let Some(token) = tokens.next() {
        if !token.operator {
            step.words.push(token.text);
            continue;
        }
        match token.text.as_str() {
            ";" | "&" => *link = Link::Always,
            "&&" => *link = Link::IfOk,
            "||" => *link = Link::IfNot,
            ">&2" | "1>&2" => step.output_to_errors = true,
            "2>&1" => step.errors_to_output = true,
            redirection => {
                let path = tokens.next().ok_or("a file is missing after >")?.text;
                step.to_file = Some((path, redirection == ">>"));
            }
        }
    }
    Ok(Some(step))
}

/// Operators, longest first.
const OPERATORS: [&str; 9] = ["1>&2", "2>&1", ">&2", "&&", "||", ">>", ">", ";", "&"];

/// Those after which another command begins.
const SEPARATORS: [&str; 4] = ["&&", "||", ";", "&"];

/// Words and operators up to the first separator, which is the last of them; `line` becomes what is left.
fn tokens(line: &mut &str, shell: Option<&dyn Fn(&str) -> String>) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = std::mem::take(line);
    while let Some(c) = rest.chars().next() {
        let at_start = word.is_none();
        let operator = shell.and_then(|_| OPERATORS.iter().find(|operator| rest.starts_with(**operator)));
        match (c, operator) {
            ('#', _) if at_start && shell.is_some() => break,
            // A digit belongs to a redirection only at the start of a word.
            (_, Some(operator)) if at_start || !operator.starts_with(|c: char| c.is_ascii_digit()) => {
                tokens.extend(word.take().map(|text| Token { text, operator: false }));
                tokens.push(Token { text: (*operator).to_owned(), operator: true });
                rest = &rest[operator.len()..];
                if SEPARATORS.contains(operator) {
                    *line = rest;
                    return Ok(tokens);
                }
                continue;
            }
            ('\'' | '"', _) => {
                let end = rest[1..].find(c).ok_or("a quote is not closed")? + 1;
                let inner = &rest[1..end];
                let word = word.get_or_insert_default();
                match shell {
                    Some(value) if c == '"' => expand(inner, value, word),
                    _ => word.push_str(inner),
                }
                rest = &rest[end + 1..];
                continue;
            }
            ('\\', _) => {
                let escaped = rest[1..].chars().next().unwrap_or('\\');
                word.get_or_insert_default().push(escaped);
                rest = rest.get(1 + escaped.len_utf8()..).unwrap_or_default();
                continue;
            }
            ('$', _) if shell.is_some() => {
                let end = rest[1..].find(|c: char| c.is_whitespace() || "'\"\\;&|>/".contains(c));
                let end = end.map_or(rest.len(), |end| end + 1);
                let mut text = String::new();
                if let Some(value) = shell {
                    expand(&rest[..end], value, &mut text);
                }
                // Unquoted variables fall apart into words.
                let mut parts = text.split_whitespace();
                if let Some(first) = parts.next() {
                    word.get_or_insert_default().push_str(first);
                }
                for part in parts {
                    tokens.extend(word.take().map(|text| Token { text, operator: false }));
                    word = Some(part.to_owned());
                }
                rest = &rest[end..];
                continue;
            }
            (c, _) if c.is_whitespace() => {
                tokens.extend(word.take().map(|text| Token { text, operator: false }));
            }
            (c, _) => word.get_or_insert_default().push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    tokens.extend(word.map(|text| Token { text, operator: false }));
    Ok(tokens)
}

/// Replaces `$name`, `${name}`, `$1`, `$@` and the like.
fn expand(text: &str, value: &dyn Fn(&str) -> String, into: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        into.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (name, after) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(braced) => braced,
            None => {
                let special = rest.starts_with(['@', '*', '#', '?']);
                let end = if special {
                    1
                } else {
                    rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
                };
                rest.split_at(end)
            }
        };
        if name.is_empty() {
            into.push('$');
        } else {
            into.push_str(&value(name));
        }
        rest = after;
    }
    into.push_str(rest);
}
