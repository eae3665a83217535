//! Which rows have been read: the memory of a paged read, eight bytes a row.

use std::collections::HashSet;

/// A row's key. Jamf's ids are numbers in quotes; other words are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A number, in quotes or not.
    Number(u64),
    /// Anything else.
    Word(Box<str>),
}

impl Key {
    /// Reads a key from its text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        // "007" is not 7: it would not be found again.
        let canonical = !text.starts_with('0') || text == "0";
        match text.parse() {
            Ok(number) if canonical && !text.starts_with('+') => Self::Number(number),
            _ => Self::Word(text.into()),
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Number(n) => Some(*n),
            Self::Word(_) => None,
        }
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(n) => n.fmt(f),
            Self::Word(w) => w.fmt(f),
        }
    }
}

/// A set of keys that costs little while they come in order, as a read sorted by id brings them.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    ascending: Vec<u64>,
    others: HashSet<Key>,
}

impl Seen {
    /// Adds a key; `false` if it was there.
    pub fn insert(&mut self, key: Key) -> bool {
        match key {
            Key::Number(n) if self.ascending.last().is_none_or(|last| n > *last) && self.others.is_empty() => {
                self.ascending.push(n);
                true
            }
            key => !self.in_order(&key) && self.others.insert(key),
        }
    }

    fn in_order(&self, key: &Key) -> bool {
        key.number().is_some_and(|n| self.ascending.binary_search(&n).is_ok())
    }

    /// Whether a key is in it.
    #[must_use]
    pub fn contains(&self, key: &Key) -> bool {
        self.in_order(key) || self.others.contains(key)
    }

    /// How many keys are in it.
    #[must_use]
    pub fn len(&self) -> u64 {
        (self.ascending.len() + self.others.len()) as u64
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The keys that are numbers, in no order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        self.ascending.iter().copied().chain(self.others.iter().filter_map(Key::number))
    }

    /// The numbers above `floor`, counted.
    pub(super) fn count_above(&self, floor: u64) -> u64 {
        self.numbers().filter(|n| *n > floor).count() as u64
    }

    /// The keys of `self` that are not in `other`.
    pub(super) fn without<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Key> + 'a {
        let numbers = self.ascending.iter().copied().map(Key::Number);
        numbers.chain(self.others.iter().cloned()).filter(|key| !other.contains(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_in_any_order() {
        let mut seen = Seen::default();
        for n in [1, 2, 5, 3, 9, 4] {
            assert!(seen.insert(Key::Number(n)), "{n}");
        }
        for n in [1, 5, 3, 9] {
            assert!(!seen.insert(Key::Number(n)), "{n}");
        }
        assert_eq!((seen.len(), seen.count_above(4)), (6, 2));
        assert!(seen.insert(Key::parse("007")) && !seen.contains(&Key::Number(7)));
        let mut other = Seen::default();
        other.insert(Key::Number(5));
        assert_eq!(seen.without(&other).count(), 6);
    }
}
