//! How the codec touches a field without knowing its type.
//!
//! A field's type implements [`Cell`] (a value) and, wrapped in `Option` or [`Field`](crate::Field), [`Slot`] (a value
//! that may be absent). Reading goes through [`View`], writing through [`Open`]: two small enums of borrowed things,
//! so that the codec is one function with one `match` and no type parameter.

use crate::{Name, Record};
use serde_json::Value;
use std::collections::BTreeMap;

/// A value as it can be read.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// There is nothing: not even `null`.
    Absent,
    /// Explicitly nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A double.
    Float(f64),
    /// Text, an enum's name included.
    Text(&'a str),
    /// A nested record.
    Record(&'a dyn Record),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
    /// Anything.
    Any(&'a Value),
}

/// A value as it can be filled: present, and at its default.
#[derive(Debug)]
pub enum Open<'a> {
    /// A truth value.
    Bool(&'a mut bool),
    /// An integer.
    Int(&'a mut i64),
    /// A double.
    Float(&'a mut f64),
    /// Text.
    Text(&'a mut String),
    /// A name from an open list.
    Name(&'a mut dyn Name),
    /// A nested record.
    Record(&'a mut dyn Record),
    /// A list, empty.
    List(&'a mut dyn List),
    /// A map, empty.
    Map(&'a mut dyn Map),
    /// Anything.
    Any(&'a mut Value),
}

/// A place for a value that may be absent.
pub trait Slot {
    /// What is there.
    fn view(&self) -> View<'_>;
    /// Replaces what is there by a default value and lends it.
    fn open(&mut self) -> Open<'_>;
    /// Lends what is there, or a default value: for lists whose items come one by one.
    fn lend(&mut self) -> Open<'_>;
    /// Makes it absent.
    fn clear(&mut self);
    /// Makes it `null`; `false` if the slot cannot say so itself (the record's [`Extra`](crate::Extra) then does).
    fn nullify(&mut self) -> bool;
}

/// A value that a slot can hold.
pub trait Cell: Default {
    /// Reads it.
    fn view(&self) -> View<'_>;
    /// Lends it for filling.
    fn open(&mut self) -> Open<'_>;
}

/// A list of cells.
pub trait List: std::fmt::Debug {
    /// How many items there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The item at `i`; [`View::Absent`] beyond the end.
    fn at(&self, i: usize) -> View<'_>;
    /// Appends a default item and lends it.
    fn push(&mut self) -> Open<'_>;
    /// Removes the last item.
    fn pop(&mut self);
}

/// A map from text to cells.
pub trait Map: std::fmt::Debug {
    /// How many entries there are.
    fn len(&self) -> usize;
    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Calls `f` for each entry, in the order of the keys.
    fn each(&self, f: &mut dyn FnMut(&str, View<'_>));
    /// The value of `key`; [`View::Absent`] if there is none.
    fn value(&self, key: &str) -> View<'_>;
    /// Sets `key` to a default value and lends it.
    fn entry(&mut self, key: &str) -> Open<'_>;
}

impl<T: Cell> Slot for Option<T> {
    #[inline]
    fn view(&self) -> View<'_> {
        self.as_ref().map_or(View::Absent, Cell::view)
    }
    #[inline]
    fn open(&mut self) -> Open<'_> {
        self.insert(T::default()).open()
    }
    fn lend(&mut self) -> Open<'_> {
        self.get_or_insert_default().open()
    }
    fn clear(&mut self) {
        *self = None;
    }
    fn nullify(&mut self) -> bool {
        *self = None;
        false
    }
}

macro_rules! scalar {
    ($($type:ty => $variant:ident, |$v:ident| $read:expr;)*) => { $(
        impl Cell for $type {
            #[inline]
            fn view(&self) -> View<'_> { let $v = self; View::$variant($read) }
            #[inline]
            fn open(&mut self) -> Open<'_> { Open::$variant(self) }
        }
    )* };
}
scalar! {
    bool => Bool, |v| *v;
    i64 => Int, |v| *v;
    f64 => Float, |v| *v;
    String => Text, |v| v;
    Value => Any, |v| v;
}

impl<T: Cell> Cell for Box<T> {
    fn view(&self) -> View<'_> {
        (**self).view()
    }
    fn open(&mut self) -> Open<'_> {
        (**self).open()
    }
}

impl<T: Cell + std::fmt::Debug> Cell for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn open(&mut self) -> Open<'_> {
        Open::List(self)
    }
}

impl<T: Cell + std::fmt::Debug> List for Vec<T> {
    fn len(&self) -> usize {
        Self::len(self)
    }
    fn at(&self, i: usize) -> View<'_> {
        self.get(i).map_or(View::Absent, Cell::view)
    }
    fn push(&mut self) -> Open<'_> {
        let at = Self::len(self);
        Self::push(self, T::default());
        self[at].open()
    }
    fn pop(&mut self) {
        Self::pop(self);
    }
}

impl<T: Cell + std::fmt::Debug> Cell for BTreeMap<String, T> {
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn open(&mut self) -> Open<'_> {
        Open::Map(self)
    }
}

impl<T: Cell + std::fmt::Debug> Map for BTreeMap<String, T> {
    fn len(&self) -> usize {
        Self::len(self)
    }
    fn each(&self, f: &mut dyn FnMut(&str, View<'_>)) {
        for (key, value) in self {
            f(key, value.view());
        }
    }
    fn value(&self, key: &str) -> View<'_> {
        self.get(key).map_or(View::Absent, Cell::view)
    }
    fn entry(&mut self, key: &str) -> Open<'_> {
        let cell = Self::entry(self, key.to_owned()).or_default();
        *cell = T::default();
        cell.open()
    }
}
