//! What the table has no place for, kept.
//!
//! A server is newer than our tables sooner or later. Dropping what they do not know would turn every read, change and
//! write back into a loss; failing on it would break every fleet on upgrade day. So a record carries the rest: which
//! fields were `null`, values of an unexpected type, unknown members, each as it came (compacted).

/// A value as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raw {
    /// Compact JSON text.
    Json(Box<str>),
    /// One or more XML elements, each whole, with its own tags.
    Xml(Box<str>),
}

impl Raw {
    /// The text, in whichever notation it came.
    pub fn text(&self) -> &str {
        match self {
            Self::Json(text) | Self::Xml(text) => text,
        }
    }
}

/// The part of a record that its table does not describe. Two words; allocates only if something is odd.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extra {
    /// Bit i: field i came as `null`. Fields from 64 on are in `more.nulls`.
    nulls: u64,
    more: Option<Box<More>>,
}

#[derive(Clone, Default, PartialEq, Eq)]
struct More {
    nulls: Vec<u16>,
    /// Raw values of known fields: misfits, and numbers whose spelling is worth keeping.
    fields: Vec<(u16, Raw)>,
    unknown: Vec<Unknown>,
}

#[derive(Clone, PartialEq, Eq)]
struct Unknown {
    /// XML: the field inside whose list wrapper it stood.
    inside: Option<u16>,
    name: Box<str>,
    raw: Raw,
}

impl Extra {
    /// Whether there is nothing beyond what the table describes (no `null` either).
    pub fn is_empty(&self) -> bool {
        self.nulls == 0 && self.more.is_none()
    }

    /// Unknown members with their values, in the order in which they came.
    pub fn unknown(&self) -> impl Iterator<Item = (&str, &Raw)> {
        self.unknowns(None)
    }

    /// The value of the unknown member `name`; the last one, if it came twice.
    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.more.as_ref()?.unknown.iter().rev().find(|u| u.inside.is_none() && &*u.name == name).map(|u| &u.raw)
    }

    /// Adds or replaces a member that the table does not know; it is sent as given.
    pub fn set(&mut self, name: &str, raw: Raw) {
        let more = self.more.get_or_insert_default();
        more.unknown.retain(|u| u.inside.is_some() || &*u.name != name);
        more.unknown.push(Unknown { inside: None, name: name.into(), raw });
    }

    /// Whether field `i` came as `null`.
    pub fn is_null(&self, i: usize) -> bool {
        if i < 64 {
            return self.nulls >> i & 1 == 1;
        }
        self.more.as_ref().is_some_and(|m| m.nulls.iter().any(|&n| usize::from(n) == i))
    }

    /// Marks field `i` as `null`; it is written so as long as the field itself holds nothing.
    pub fn set_null(&mut self, i: usize) {
        if i < 64 {
            self.nulls |= 1 << i;
        } else if !self.is_null(i) {
            self.more.get_or_insert_default().nulls.push(index(i));
        }
    }

    /// The raw value kept for field `i`.
    pub fn raw(&self, i: usize) -> Option<&Raw> {
        self.more.as_ref()?.fields.iter().find(|(n, _)| usize::from(*n) == i).map(|(_, raw)| raw)
    }

    /// Keeps a raw value for field `i`; it is written as long as the field itself holds nothing.
    pub fn set_raw(&mut self, i: usize, raw: Raw) {
        self.more.get_or_insert_default().fields.push((index(i), raw));
    }

    /// Forgets what was kept for field `i`: it came a second time. Does not look through the unknown members: a hostile
    /// body must not make this quadratic.
    pub(crate) fn forget(&mut self, i: usize) {
        if i < 64 {
            self.nulls &= !(1 << i);
        }
        if let Some(more) = &mut self.more {
            more.nulls.retain(|&n| usize::from(n) != i);
            more.fields.retain(|(n, _)| usize::from(*n) != i);
            if **more == More::default() {
                self.more = None;
            }
        }
    }

    /// Forgets what stood inside field `i` in XML: the element is kept whole.
    pub(crate) fn forget_inside(&mut self, i: usize) {
        if let Some(more) = &mut self.more {
            more.unknown.retain(|u| u.inside != Some(index(i)));
        }
    }

    /// Appends an unknown member; unlike [`Extra::set`], without looking for an earlier one (a hostile body must not
    /// make this quadratic).
    pub(crate) fn push(&mut self, inside: Option<usize>, name: &str, raw: Raw) {
        let unknown = Unknown { inside: inside.map(index), name: name.into(), raw };
        self.more.get_or_insert_default().unknown.push(unknown);
    }

    pub(crate) fn unknowns(&self, inside: Option<usize>) -> impl Iterator<Item = (&str, &Raw)> {
        let inside = inside.map(index);
        let all = self.more.as_deref().map_or(&[][..], |m| &m.unknown);
        all.iter().filter(move |u| u.inside == inside).map(|u| (&*u.name, &u.raw))
    }
}

/// Tables have far fewer than 65,536 fields; codegen checks it.
fn index(i: usize) -> u16 {
    u16::try_from(i).unwrap_or(u16::MAX)
}

impl std::fmt::Debug for Extra {
    /// Names only: the values may be secrets that our table does not know as such.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.unknown().map(|(name, _)| name)).finish()
    }
}
