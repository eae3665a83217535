//! Clients for administrative APIs that must be used politely.
//!
//! One family, one way of doing things: clients in an asynchronous and a blocking world that differ by `.await`, one
//! limit for all clones of a client, long reads that prove themselves complete, writes that are never doubled, and
//! errors that say what was done and what to do next.
//!
//! | system | feature | module |
//! |---|---|---|
//! | Jamf Pro (Pro API and Classic API) | `jamf` (default) | [`jamf`] |
//!
//! Each system is also a crate of its own (`adjutant-jamf`), for those who need no other.
//!
//! # A tour
//!
//! ```no_run
//! # #[cfg(feature = "jamf")]
//! # async fn tour() -> adjutant::Result<()> {
//! use adjutant::jamf::{Client, field};
//!
//! // A client of one server. Clones are cheap; all of them together keep to the limit (5 unless you say so).
//! let client = Client::builder("jamf.example.org").api_client("id", "secret").build()?;
//!
//! // One answer: await it.
//! let computer = client.pro().computer_inventory().get(42).sections(["GENERAL", "HARDWARE"]).await?;
//! println!("{:?}", computer.general.and_then(|general| general.name));
//!
//! // Many answers: a stream that reads ahead, and ends with a proof or with an error.
//! let mut list = client.pro().computer_inventory().list().filter(field("general.supervised").eq(true)).items();
//! while let Some(computer) = list.next().await {
//!     println!("{:?}", computer?.udid);
//! }
//!
//! // Many calls: each input has its outcome, whatever became of it.
//! let mut reads = client.concurrent([1u64, 2, 3], |client, id| async move {
//!     client.pro_request("GET", "v1/computers-inventory").segment(id.to_string()).await
//! });
//! while let Some(outcome) = reads.next().await {
//!     match outcome.result {
//!         Ok(answer) => println!("{}: {} bytes", outcome.input, answer.body().len()),
//!         Err(error) => println!("{}: {error} ({})", outcome.input, error.hint().unwrap_or("no hint")),
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # When something fails
//!
//! [`Error`] answers three questions: was it applied ([`Error::applied`]), what happened ([`Error::kind`], and the
//! server's own words), what now ([`Error::hint`]).

#![forbid(unsafe_code)]

pub use adjutant_core::{
    Applied, Error, ErrorKind, OpInfo, Operation, Paged, Result, Safety, Secret, SessionConfig, batch, logging, pager,
};

#[cfg(feature = "jamf")]
pub use adjutant_jamf as jamf;
