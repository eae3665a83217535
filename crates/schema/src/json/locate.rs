//! Where in a document a byte stands, in words.
//!
//! Only asked for after something went wrong, so the fast path carries no bookkeeping: this walks the document again
//! from its start up to the byte.

use super::scan::{peek, string};

/// One container on the way.
enum Step {
    Object(String),
    Array(usize),
}

/// The path of the value at or around the byte `target`: `results[3].general.name`.
pub(crate) fn path(src: &[u8], target: usize) -> String {
    let mut steps: Vec<Step> = Vec::new();
    let mut pos = 0;
    // Set while the next string in an object is a member's name.
    let mut names = false;
    while pos < target.min(src.len()) {
        match peek(src, pos) {
            b'{' => {
                steps.push(Step::Object(String::new()));
                names = true;
            }
            b'[' => {
                steps.push(Step::Array(0));
                names = false;
            }
            b'}' | b']' => {
                steps.pop();
                names = false;
            }
            b',' => match steps.last_mut() {
                Some(Step::Array(i)) => *i += 1,
                Some(Step::Object(_)) => names = true,
                None => {}
            },
            b'"' => {
                let Ok(span) = string(src, pos) else { break };
                if let (true, Some(Step::Object(name))) = (names, steps.last_mut()) {
                    *name = String::from_utf8_lossy(&src[span.start..span.end]).into_owned();
                    names = false;
                }
                pos = span.end;
            }
            _ => {}
        }
        pos += 1;
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Object(name) if name.is_empty() => {}
            Step::Object(name) if path.is_empty() => path = name,
            Step::Object(name) => path = path + "." + &name,
            Step::Array(i) => path = format!("{path}[{i}]"),
        }
    }
    path
}
