//! Jamf Pro's types and operations as its catalog describes them.
//!
//! Generated, so that every field and parameter of the server's schema is there; the curated flows stand beside this.

#[rustfmt::skip]
pub mod models;
#[rustfmt::skip]
pub mod operations;
mod support;
