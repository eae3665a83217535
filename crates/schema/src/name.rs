//! Enums that a newer server may extend.
//!
//! A closed enum fails the whole record, and so the whole page, on the first name that it does not know. These keep
//! the name instead (`Unlisted`) and write it back.

/// A value out of an open list of names.
pub trait Name: std::fmt::Debug {
    /// The name on the wire.
    fn text(&self) -> &str;
    /// Takes the value that `text` names.
    fn set(&mut self, text: &str);
}

/// Defines an open enum: known names as variants, any other kept in `Unlisted`.
///
/// ```
/// adjutant_schema::open_enum! {
///     /// A colour.
///     pub enum Colour { /// `RED`.
///         Red = "RED", }
/// }
/// assert_eq!(Colour::from("RED"), Colour::Red);
/// assert_eq!(Colour::from("BLUE").as_str(), "BLUE");
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$doc:meta])* pub enum $type:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$vdoc])* $variant,)*
            /// A name that the table does not list, as it came.
            Unlisted(Box<str>),
        }
        impl $type {
            /// Every listed name, in the server's order.
            pub const NAMES: &'static [&'static str] = &[$($text),*];
            /// The name on the wire.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $text,)* Self::Unlisted(text) => text }
            }
        }
        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                match text { $($text => Self::$variant,)* _ => Self::Unlisted(text.into()) }
            }
        }
        impl Default for $type {
            /// The empty name: a placeholder, never a guess at a real value.
            fn default() -> Self { Self::Unlisted(Box::default()) }
        }
        impl $crate::Name for $type {
            fn text(&self) -> &str { self.as_str() }
            fn set(&mut self, text: &str) { *self = Self::from(text); }
        }
        impl $crate::Cell for $type {
            fn view(&self) -> $crate::View<'_> { $crate::View::Text(self.as_str()) }
            fn open(&mut self) -> $crate::Open<'_> { $crate::Open::Name(self) }
        }
        impl ::std::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.pad(self.as_str()) }
        }
    };
}
