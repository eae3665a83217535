//! Jamf Pro, used politely: the Pro API and the Classic API, asynchronous and blocking.
//!
//! A Jamf Pro server falls over above a handful of concurrent requests, forgets to say which pages moved while they
//! were read, and answers "404" both for a computer that is gone and for an endpoint that it does not have. A client
//! that is any good must know these things so that its user need not. This one keeps to one limit for all clones,
//! logs in once for everybody, proves each long read complete, never sends a write twice that may have been carried
//! out, and uses the newest version of an endpoint that the server has.
//!
//! # A tour
//!
//! ```no_run
//! # async fn tour() -> adjutant_jamf::Result<()> {
//! use adjutant_jamf::{Client, field};
//!
//! let client = Client::builder("jamf.example.org").api_client("id", "secret").build()?;
//!
//! // Every computer that matches, typed, in pages that are read ahead; the end is proven.
//! let mut computers = client
//!     .pro()
//!     .computer_inventory()
//!     .list()
//!     .sections(["GENERAL", "HARDWARE"])
//!     .filter(field("general.name").starts_with("Oscar's") & field("general.supervised").eq(true))
//!     .items();
//! while let Some(computer) = computers.next().await {
//!     let computer = computer?;
//!     println!("{:?}", computer.id);
//! }
//! println!("{}", computers.proof().expect("the end was reached"));
//!
//! // Any endpoint at all, with login, limit and retries.
//! let version = client.pro_request("GET", "v1/jamf-pro-version").await?;
//! println!("{}", version.text()?);
//!
//! client.close().await?;
//! # Ok(()) }
//! ```
//!
//! The blocking client is the same without `.await`; what is awaited above ends in `.send()` there:
//!
//! ```no_run
//! # fn tour() -> adjutant_jamf::Result<()> {
//! let client = adjutant_jamf::Client::builder("jamf.example.org").user("name", "password").build_blocking()?;
//! for computer in client.pro().computer_inventory().list().items() {
//!     println!("{:?}", computer?.id);
//! }
//! # Ok(()) }
//! ```

#![forbid(unsafe_code)]

mod auth;
mod builder;
mod client;
mod explain;
mod filter;
mod inventory;
mod raw;
mod suggest;
mod wire;

#[path = "gen/mod.rs"]
pub mod generated;

pub mod classic;

pub use adjutant_core::{
    AccessToken, Applied, Async, Blocking, CredentialsProvider, Error, ErrorKind, Login, Result, Safety, Scheme,
    Secret, SessionConfig, TokenKind, batch, logging, pager, permit,
    request::{Request, Response},
};
pub use adjutant_schema::Field;
pub use auth::{ApiClient, FixedToken, User};
pub use builder::Builder;
pub use client::{Client, ProApi};
pub use filter::{Filter, FilterField, Sort, SortField, Value, field, field_unchecked, sort, sort_unchecked};
pub use inventory::{
    Computer, ComputerUpdate, Computers, DeleteComputer, GetComputer, ListComputers, SECTIONS, UpdateComputer,
};
pub use raw::{RawRequest, ResponseExt};

/// The blocking world: the same clients, waited for.
pub mod blocking {
    /// The blocking client: usable from many threads; in an asynchronous task it returns an error instead of
    /// stalling others.
    pub type Client = crate::Client<adjutant_core::Blocking>;
}
