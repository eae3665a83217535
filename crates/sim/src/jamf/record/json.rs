//! JSON written straight into one string.
//!
//! A page of two thousand computers is fifty megabytes; building a tree of values for it would make the simulator
//! the slowest part of every benchmark.

use std::fmt::Write;

/// A writer that places commas by looking at what it wrote last.
#[derive(Debug)]
pub(crate) struct Json<'o> {
    pub(crate) out: &'o mut String,
}

impl Json<'_> {
    pub(crate) fn open(&mut self) {
        self.comma();
        self.out.push('{');
    }

    pub(crate) fn close(&mut self) {
        self.out.push('}');
    }

    pub(crate) fn end(&mut self) {
        self.out.push(']');
    }

    /// A member whose value is an object: `body` writes its members.
    pub(crate) fn object(&mut self, key: &str, body: impl FnOnce(&mut Self)) {
        self.key(key);
        self.out.push('{');
        body(self);
        self.out.push('}');
    }

    /// A member whose value is an array: `body` writes its items.
    pub(crate) fn array(&mut self, key: &str, body: impl FnOnce(&mut Self)) {
        self.key(key);
        self.out.push('[');
        body(self);
        self.out.push(']');
    }

    /// An item that is an object.
    pub(crate) fn item(&mut self, body: impl FnOnce(&mut Self)) {
        self.open();
        body(self);
        self.close();
    }

    /// A member's name; its value must follow. Names need no escapes.
    pub(crate) fn key(&mut self, key: &str) {
        self.comma();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        quote(self.out, value);
    }

    pub(crate) fn maybe(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(key, value),
            None => self.null(key),
        }
    }

    pub(crate) fn number(&mut self, key: &str, value: i64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    pub(crate) fn flag(&mut self, key: &str, value: bool) {
        self.key(key);
        self.out.push_str(if value { "true" } else { "false" });
    }

    pub(crate) fn null(&mut self, key: &str) {
        self.key(key);
        self.out.push_str("null");
    }

    /// An array item that is text.
    pub(crate) fn text_item(&mut self, value: &str) {
        self.comma();
        quote(self.out, value);
    }

    /// An array item that is already JSON.
    pub(crate) fn raw_item(&mut self, json: &str) {
        self.comma();
        self.out.push_str(json);
    }

    fn comma(&mut self) {
        // Text always ends in a quote, so these can only be structure.
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':' | b',')) {
            self.out.push(',');
        }
    }
}

/// Appends `value` as a JSON string.
pub(crate) fn quote(out: &mut String, value: &str) {
    out.push('"');
    let mut clean = 0;
    for (at, byte) in value.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&value[clean..at]);
        clean = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            _ => {
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
    }
    out.push_str(&value[clean..]);
    out.push('"');
}
