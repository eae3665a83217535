//! A record: a struct beside its table.

use crate::slot::{Open, Slot, View};
use crate::{Desc, Extra};

/// A struct whose fields a table describes. Implemented by [`model!`](crate::model), never by hand.
pub trait Record: std::fmt::Debug + Send + Sync {
    /// The table.
    fn desc(&self) -> &'static Desc;
    /// Field `i`, to be filled; beyond the table's end a place where nothing stays.
    fn slot(&mut self, i: usize) -> &mut dyn Slot;
    /// Field `i`, to be read.
    fn peek(&self, i: usize) -> &dyn Slot;
    /// What the table does not describe.
    fn extra(&self) -> &Extra;
    /// What the table does not describe, to be changed.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// Makes a struct a [`Record`], with redacted `Debug`, `PartialEq` and serde by delegation: a few calls into code that
/// is compiled once. The struct has a field `extra: Extra`, and derives `Clone` and `Default`.
///
/// `model!(Type, TABLE; 0 first_field, 1 second_field)`: the numbers are the fields' places in the table. A table refers
/// to another by its static (`Kind::Record(&OTHER)`), not by `Other::DESC`, which a type that contains itself could not.
#[macro_export]
macro_rules! model {
    ($type:ty, $table:path; $($i:literal $field:ident),* $(,)?) => {
        impl $type {
            /// The table that describes this type.
            pub const DESC: &'static $crate::Desc = &$table;
        }
        impl $crate::Record for $type {
            fn desc(&self) -> &'static $crate::Desc { &$table }
            fn slot(&mut self, i: usize) -> &mut dyn $crate::Slot {
                match i { $($i => &mut self.$field,)* _ => $crate::nowhere() }
            }
            fn peek(&self, i: usize) -> &dyn $crate::Slot {
                match i { $($i => &self.$field,)* _ => $crate::nowhere() }
            }
            fn extra(&self) -> &$crate::Extra { &self.extra }
            fn extra_mut(&mut self) -> &mut $crate::Extra { &mut self.extra }
        }
        impl $crate::Cell for $type {
            fn view(&self) -> $crate::View<'_> { $crate::View::Record(self) }
            fn open(&mut self) -> $crate::Open<'_> { $crate::Open::Record(self) }
        }
        impl ::std::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { $crate::debug(self, f) }
        }
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool { $crate::same(self, other) }
        }
        impl $crate::__private::serde::Serialize for $type {
            fn serialize<S: $crate::__private::serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                $crate::serialize(self, s)
            }
        }
        impl<'de> $crate::__private::serde::Deserialize<'de> for $type {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                $crate::deserialize(d)
            }
        }
    };
}

#[derive(Debug)]
struct Nowhere;

impl Slot for Nowhere {
    fn view(&self) -> View<'_> {
        View::Absent
    }
    fn open(&mut self) -> Open<'_> {
        // Zero-sized, so nothing is leaked.
        Open::List(Box::leak(Box::new(NoItems)))
    }
    fn lend(&mut self) -> Open<'_> {
        self.open()
    }
    fn clear(&mut self) {}
    fn nullify(&mut self) -> bool {
        true
    }
}

#[derive(Debug)]
struct NoItems;

impl crate::List for NoItems {
    fn len(&self) -> usize {
        0
    }
    fn at(&self, _: usize) -> View<'_> {
        View::Absent
    }
    fn push(&mut self) -> Open<'_> {
        Open::List(self)
    }
    fn pop(&mut self) {}
}

/// A slot in which nothing stays: the last arm of each record's `match`, so that an index beyond the table cannot panic.
pub fn nowhere() -> &'static mut dyn Slot {
    // Zero-sized, so nothing is leaked.
    Box::leak(Box::new(Nowhere))
}

/// Whether two records of one type say the same, kept extras included.
pub fn same(a: &dyn Record, b: &dyn Record) -> bool {
    let fields = a.desc().fields.len();
    std::ptr::eq(a.desc(), b.desc())
        && (0..fields).all(|i| same_view(a.peek(i).view(), b.peek(i).view()))
        && a.extra() == b.extra()
}

pub(crate) fn same_view(a: View<'_>, b: View<'_>) -> bool {
    match (a, b) {
        (View::Absent, View::Absent) | (View::Null, View::Null) => true,
        (View::Bool(a), View::Bool(b)) => a == b,
        (View::Int(a), View::Int(b)) => a == b,
        (View::Float(a), View::Float(b)) => a == b,
        (View::Text(a), View::Text(b)) => a == b,
        (View::Record(a), View::Record(b)) => same(a, b),
        (View::List(a), View::List(b)) => a.len() == b.len() && (0..a.len()).all(|i| same_view(a.at(i), b.at(i))),
        (View::Map(a), View::Map(b)) => same_map(a, b),
        (View::Any(a), View::Any(b)) => a == b,
        _ => false,
    }
}

fn same_map(a: &dyn crate::Map, b: &dyn crate::Map) -> bool {
    let mut same = a.len() == b.len();
    a.each(&mut |key, value| same = same && same_view(value, b.value(key)));
    same
}
