//! Simulators of the servers that adjutant talks to, on real sockets.
//!
//! A client that is only ever tested against mocks of itself proves that it agrees with itself. These simulators
//! share no code with the clients: they have their own parsers, their own writers and their own idea of what the
//! server says, so that an agreement between the two means something. They also count what a polite client must
//! be held to (requests in flight, open connections, writes carried out twice) and misbehave on request.
//!
//! ```no_run
//! # async fn demo() -> std::io::Result<()> {
//! use adjutant_sim::jamf::{Options, Sim};
//!
//! let options = Options::parse("computers=500&seed=7&fault=503:every=20").expect("known options");
//! let sim = Sim::start(options).await?;
//! println!("{} trusts {}", sim.url(), sim.ca_pem().unwrap_or("nobody"));
//! // … point any client at it …
//! assert!(sim.stats().max_in_flight <= 5);
//! # Ok(()) }
//! ```
//!
//! [`sfapi`] simulates a computing centre in the same way.

#![forbid(unsafe_code)]

mod fault;
pub mod jamf;
mod net;
mod query;
pub mod rsql;
pub mod sfapi;
mod words;
