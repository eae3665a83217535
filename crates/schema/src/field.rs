//! Leave, clear or set: what an update says about one field.
//!
//! `Option` has two states where an update needs three; a client that sends `null` for "I did not touch this" wipes
//! data, and one that omits it cannot clear anything.

use crate::slot::{Cell, Open, Slot, View};

/// One field of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Field<T> {
    /// Not sent: the server keeps what it has.
    #[default]
    Keep,
    /// Sent as explicitly nothing (JSON `null`, an empty element, `xsi:nil`).
    Clear,
    /// Sent with this value.
    Set(T),
}

impl<T> Field<T> {
    /// The value to be set, if any.
    pub const fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Clear => None,
        }
    }

    /// Whether the field would not be sent.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Sets the field; the value may be of any type that converts.
    pub fn set(&mut self, value: impl Into<T>) {
        *self = Self::Set(value.into());
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Field<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

impl<T: Cell> Slot for Field<T> {
    fn view(&self) -> View<'_> {
        match self {
            Self::Keep => View::Absent,
            Self::Clear => View::Null,
            Self::Set(value) => value.view(),
        }
    }
    fn open(&mut self) -> Open<'_> {
        *self = Self::Keep;
        self.lend()
    }
    fn lend(&mut self) -> Open<'_> {
        if !matches!(self, Self::Set(_)) {
            *self = Self::Set(T::default());
        }
        match self {
            Self::Set(value) => value.open(),
            Self::Keep | Self::Clear => unreachable!("it was set in the line above"),
        }
    }
    fn clear(&mut self) {
        *self = Self::Keep;
    }
    fn nullify(&mut self) -> bool {
        *self = Self::Clear;
        true
    }
}
