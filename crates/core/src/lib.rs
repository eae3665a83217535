//! What one call's life is, for every system that `adjutant` talks to.
//!
//! This crate knows no server and no schema. It knows what all of them need: [permits](permit) that keep
//! a polite distance, [retries](retry) that never double a write, [tokens](token) that are fetched once and never
//! shown, [pages](pager) that end with a proof, [batches](batch) that lose nothing, and one [HTTP
//! transport](http) that counts its connections. Operations are [values](operation); the [engine] sends them.

#![forbid(unsafe_code)]

pub mod batch;
pub mod clock;
pub mod config;
pub mod engine;
pub mod error;
pub mod http;
pub mod logging;
pub mod operation;
pub mod pager;
pub mod path;
pub mod permit;
pub mod request;
pub mod retry;
pub mod runtime;
pub mod secret;
pub mod stream;
pub mod token;

pub use config::{Scheme, SessionConfig};
pub use engine::Engine;
pub use error::{Applied, Error, ErrorKind, Result};
pub use operation::{
    Async, Blocking, Bound, BoxFuture, Flow, Mode, OpInfo, Operation, Paged, Safety, Sending, Unbound,
};
pub use request::{Auth, Lane, Request, Response};
pub use secret::Secret;
pub use token::{AccessToken, CredentialsProvider, Login, TokenKind};
