//! One description, two notations: the Classic API speaks JSON and XML.
//!
//! The notations do not quite say the same (a list in JSON has no size, repeated elements keep only their last), so
//! what is described here is the content, and each method knows how either notation puts it.

use super::json::Json;

/// Which notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    Json,
    Xml,
}

/// A document being written.
#[derive(Debug)]
pub(crate) struct Document<'o> {
    pub(crate) out: &'o mut String,
    pub(crate) notation: Notation,
}

impl Document<'_> {
    pub(crate) fn is_json(&self) -> bool {
        self.notation == Notation::Json
    }

    fn json(&mut self) -> Json<'_> {
        Json { out: self.out }
    }

    fn tag(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        body(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// A part with members.
    pub(crate) fn object(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        match self.notation {
            Notation::Xml => self.tag(name, body),
            Notation::Json => {
                self.json().key(name);
                self.braces(body);
            }
        }
    }

    fn braces(&mut self, body: impl FnOnce(&mut Self)) {
        self.json().open();
        body(self);
        self.json().close();
    }

    /// A list whose items [`Self::item`] writes; `size` precedes them in XML where the server counts them.
    pub(crate) fn list(&mut self, name: &str, size: Option<usize>, body: impl FnOnce(&mut Self)) {
        match self.notation {
            Notation::Xml => self.tag(name, |doc| {
                if let Some(size) = size {
                    doc.number("size", size as i64);
                }
                body(doc);
            }),
            Notation::Json => {
                self.json().key(name);
                self.out.push('[');
                body(self);
                self.out.push(']');
            }
        }
    }

    /// An item with members; its name shows in XML only.
    pub(crate) fn item(&mut self, name: &str, body: impl FnOnce(&mut Self)) {
        match self.notation {
            Notation::Xml => self.tag(name, body),
            Notation::Json => self.braces(body),
        }
    }

    /// A list of texts.
    pub(crate) fn texts<'t>(&mut self, name: &str, item: &str, texts: impl IntoIterator<Item = &'t str>) {
        self.list(name, None, |doc| {
            for text in texts {
                match doc.notation {
                    Notation::Xml => doc.text(item, text),
                    Notation::Json => doc.json().text_item(text),
                }
            }
        });
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        match self.notation {
            Notation::Json => self.json().text(name, value),
            Notation::Xml if value.is_empty() => {
                self.out.push('<');
                self.out.push_str(name);
                self.out.push_str("/>");
            }
            Notation::Xml => self.tag(name, |doc| escape(doc.out, value)),
        }
    }

    pub(crate) fn number(&mut self, name: &str, value: i64) {
        match self.notation {
            Notation::Json => self.json().number(name, value),
            Notation::Xml => self.text(name, &value.to_string()),
        }
    }

    pub(crate) fn flag(&mut self, name: &str, value: bool) {
        match self.notation {
            Notation::Json => self.json().flag(name, value),
            Notation::Xml => self.text(name, if value { "true" } else { "false" }),
        }
    }
}

/// Appends text as XML content.
fn escape(out: &mut String, text: &str) {
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => continue,
        };
        out.push_str(&text[clean..at]);
        out.push_str(entity);
        clean = at + 1;
    }
    out.push_str(&text[clean..]);
}
