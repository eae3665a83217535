//! What can go wrong, and when: the grammar that all simulators share.
//!
//! A client is only as good as the failures it has been through. Every fault is a sentence of one grammar, so that an
//! option, a call at run time and a line in a test matrix are the same words. Each simulator adds its own kinds to
//! those that any HTTP server can suffer ([`Wire`]).

mod grammar;
mod mischief;
mod wire;

pub(crate) use grammar::{Arguments, Kind, Set, When, faults_of};
pub(crate) use mischief::{Mischief, Subject};
pub(crate) use wire::Wire;
