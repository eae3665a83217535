//! Texts that match a pattern.
//!
//! Schemas restrict texts by regular expressions; those in use are small: literals, classes, groups, alternatives,
//! repetitions. A generator for these is a page, and needs no regular expression engine.

use super::Choices;

/// A text that matches `pattern`, as far as its notation is known here; look-around and back references are not.
pub(super) fn matching(pattern: &str, choices: &mut Choices) -> String {
    let mut reader = Reader { rest: pattern.chars().collect(), at: 0 };
    let mut out = String::new();
    reader.alternatives().write(&mut out, choices);
    out
}

enum Node {
    Nothing,
    Char(Vec<(char, char)>),
    All(Vec<Self>),
    One(Vec<Self>),
    Repeat(Box<Self>, u64, u64),
}

impl Node {
    fn write(&self, out: &mut String, choices: &mut Choices) {
        match self {
            Self::Nothing => {}
            Self::Char(ranges) => {
                let (first, last) =
                    ranges.get(choices.below(ranges.len() as u64) as usize).copied().unwrap_or(('?', '?'));
                let code = choices.between(first.into(), last.into());
                out.push(u32::try_from(code).ok().and_then(char::from_u32).unwrap_or(first));
            }
            Self::All(nodes) => nodes.iter().for_each(|node| node.write(out, choices)),
            Self::One(nodes) => nodes[choices.below(nodes.len() as u64) as usize].write(out, choices),
            Self::Repeat(node, least, most) => {
                for _ in 0..choices.between(*least, *most) {
                    node.write(out, choices);
                }
            }
        }
    }
}

struct Reader {
    rest: Vec<char>,
    at: usize,
}

impl Reader {
    fn next(&mut self) -> Option<char> {
        let c = self.rest.get(self.at).copied();
        self.at += 1;
        c
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest.get(self.at) == Some(&c);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Node {
        let mut nodes = vec![self.sequence()];
        while self.eat('|') {
            nodes.push(self.sequence());
        }
        Node::One(nodes)
    }

    fn sequence(&mut self) -> Node {
        let mut nodes = Vec::new();
        while let Some(&c) = self.rest.get(self.at) {
            if c == '|' || c == ')' {
                break;
            }
            let atom = self.atom();
            nodes.push(self.repeated(atom));
        }
        Node::All(nodes)
    }

    fn atom(&mut self) -> Node {
        match self.next() {
            Some('(') => {
                if self.eat('?') {
                    self.eat(':');
                }
                let inner = self.alternatives();
                self.eat(')');
                inner
            }
            Some('[') => Node::Char(self.class()),
            Some('\\') => Node::Char(escaped(self.next().unwrap_or('\\'))),
            Some('.') => Node::Char(vec![('a', 'z')]),
            Some('^' | '$') | None => Node::Nothing,
            Some(c) => Node::Char(vec![(c, c)]),
        }
    }

    fn class(&mut self) -> Vec<(char, char)> {
        let negated = self.eat('^');
        let mut ranges = Vec::new();
        while let Some(c) = self.next() {
            match c {
                ']' => break,
                '\\' => ranges.extend(escaped(self.next().unwrap_or('\\'))),
                first => {
                    let is_range = self.rest.get(self.at) == Some(&'-') && self.rest.get(self.at + 1) != Some(&']');
                    let last = if is_range {
                        self.at += 1;
                        self.next().unwrap_or(first)
                    } else {
                        first
                    };
                    ranges.push((first, last));
                }
            }
        }
        let excluded = |c: &char| ranges.iter().any(|(first, last)| (first..=last).contains(&c));
        if negated { ('!'..='~').filter(|c| !excluded(c)).map(|c| (c, c)).collect() } else { ranges }
    }

    fn repeated(&mut self, node: Node) -> Node {
        let (least, most) = match self.rest.get(self.at) {
            Some('*') => (0, 3),
            Some('+') => (1, 3),
            Some('?') => (0, 1),
            Some('{') => {
                let end = self.rest[self.at..].iter().position(|c| *c == '}').map_or(self.rest.len(), |n| self.at + n);
                let inner: String = self.rest[self.at + 1..end].iter().collect();
                self.at = end;
                let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
                let least = least.trim().parse().unwrap_or(0);
                (least, most.trim().parse().unwrap_or(least + 2))
            }
            _ => return node,
        };
        self.at += 1;
        Node::Repeat(Box::new(node), least, most)
    }
}

fn escaped(c: char) -> Vec<(char, char)> {
    match c {
        'd' => vec![('0', '9')],
        'w' => vec![('a', 'z'), ('A', 'Z'), ('0', '9')],
        'S' | 'D' | 'p' => vec![('a', 'z')],
        's' => vec![(' ', ' ')],
        'W' => vec![('-', '-')],
        c => vec![(c, c)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_matches() {
        for seed in 0..200 {
            let make = |pattern| matching(pattern, &mut Choices::new(seed));
            assert!(make(r"^\d+$").parse::<u32>().is_ok());
            assert!(!make(r"\S").trim().is_empty());
            assert!(matches!(make("^(on|off)$").as_str(), "on" | "off"));
            let base64 = make("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$");
            assert_eq!(base64.len() % 4, 0, "{base64}");
            let phone = make(r"\+?[0-9]{1,3}-[^a-z]{2,}");
            assert!(phone.contains('-') && !phone.contains(|c: char| c.is_ascii_lowercase()), "{phone}");
            // Nonsense is no reason to panic.
            let _ = [make("(("), make("[a"), make("a{"), make("\\"), make("*"), make("a{9")];
        }
    }
}
