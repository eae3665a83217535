//! The tables: a type as data.
//!
//! Everything that must know a type's members reads these statics, so a new codec, report or check costs nothing per
//! type. Field order is the schema's order, which XML sequences depend on.

/// A record type: its server-side name and its fields in the schema's order.
#[derive(Debug, Clone, Copy)]
pub struct Desc {
    /// The server's own name of the type.
    pub name: &'static str,
    /// The element that carries the record in XML; empty where it is never a document of its own.
    pub root: &'static str,
    /// The fields, in the schema's order.
    pub fields: &'static [FieldDesc],
}

impl Desc {
    /// A table for the server's type `name`.
    pub const fn new(name: &'static str, fields: &'static [FieldDesc]) -> Self {
        Self { name, root: "", fields }
    }

    /// Names the XML element that carries the record.
    pub const fn rooted(mut self, root: &'static str) -> Self {
        self.root = root;
        self
    }

    /// The index of the field called `name` on the wire.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|f| f.name == name)
    }

    /// As [`Desc::index`], trying `next` first: members mostly come in table order.
    #[inline]
    pub(crate) fn index_near(&self, name: &str, next: usize) -> Option<usize> {
        match self.fields.get(next) {
            Some(f) if f.name == name => Some(next),
            _ => {
                let after = self.fields.iter().enumerate().skip(next + 1);
                let before = self.fields.iter().enumerate().take(next);
                after.chain(before).find(|(_, f)| f.name == name).map(|(i, _)| i)
            }
        }
    }
}

/// One field of a record.
#[derive(Debug, Clone, Copy)]
pub struct FieldDesc {
    /// The name on the wire (JSON member, XML element).
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What else is known of it.
    pub flags: Flags,
    /// XML only: the element of each item of a wrapped list (`<groups><group/></groups>`: `group`).
    /// Empty: the items repeat under the field's own name, without a wrapper.
    pub item: &'static str,
    /// Fields of one choice group exclude each other; 0 is "none".
    pub choice: u16,
    /// Lengths, ranges and patterns, where the schema states any.
    pub rules: Option<&'static Rules>,
}

impl FieldDesc {
    /// A field without flags, list element, choice group or rules.
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, flags: Flags::NONE, item: "", choice: 0, rules: None }
    }

    /// Sets the flags.
    pub const fn with(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    /// Names the XML element of a list's items.
    pub const fn item(mut self, item: &'static str) -> Self {
        self.item = item;
        self
    }

    /// Puts the field into a choice group.
    pub const fn choice(mut self, group: u16) -> Self {
        self.choice = group;
        self
    }

    /// Adds lengths, ranges and patterns.
    pub const fn rules(mut self, rules: &'static Rules) -> Self {
        self.rules = Some(rules);
        self
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A 64-bit integer.
    Int,
    /// A double.
    Float,
    /// Text.
    Text,
    /// Text in the server's date-time or date format, kept as it came.
    Time,
    /// Text from a list of known names; others are kept.
    Enum(&'static [&'static str]),
    /// A nested record.
    Record(&'static Desc),
    /// A list.
    List(&'static Self),
    /// A map from text.
    Map(&'static Self),
    /// Any value: the schema says no more, or says one of several records.
    Any,
}

/// What is known of a field besides its type; a small set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flags(u16);

impl Flags {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// The schema requires it.
    pub const REQUIRED: Self = Self(1);
    /// A secret: never shown by `Debug`, errors or logs.
    pub const SENSITIVE: Self = Self(1 << 1);
    /// Set by the server; ignored or refused in a request.
    pub const READ_ONLY: Self = Self(1 << 2);
    /// Accepted in requests, never answered.
    pub const WRITE_ONLY: Self = Self(1 << 3);
    /// The schema allows `null` (JSON) or `xsi:nil` (XML).
    pub const NULLABLE: Self = Self(1 << 4);
    /// The server's maker advises against it.
    pub const DEPRECATED: Self = Self(1 << 5);
    /// XML: an attribute instead of an element.
    pub const ATTRIBUTE: Self = Self(1 << 6);

    /// Both sets together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in this set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Limits that the schema states for a value. On a list the lengths are the list's, everything else its items'.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rules {
    /// Fewest characters of a text, or items of a list.
    pub min_len: Option<u32>,
    /// Most characters of a text, or items of a list.
    pub max_len: Option<u32>,
    /// Smallest number.
    pub min: Option<i64>,
    /// Largest number.
    pub max: Option<i64>,
    /// A regular expression in the schema's own dialect.
    pub pattern: Option<&'static str>,
    /// What a text is written as.
    pub format: Option<Format>,
}

impl Rules {
    /// No limits.
    pub const NONE: Self = Self { min_len: None, max_len: None, min: None, max: None, pattern: None, format: None };
}

/// What a text is written as, where its [`Kind`] does not say. A [`Kind::Time`] without a format is a date and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A date: `2026-11-21`.
    Date,
    /// Bytes in base64.
    Base64,
    /// A UUID.
    Uuid,
    /// A URI.
    Uri,
    /// An e-mail address.
    Email,
    /// An IPv4 address.
    Ipv4,
}
