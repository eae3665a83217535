//! The Jamf Pro simulator: a fleet of computers behind the Pro API and the Classic API.
//!
//! Start one in process ([`Sim::start`], [`Sim::start_in_thread`]), point any client at [`Sim::url`] with
//! [`Sim::ca_pem`] as its trusted authority, and ask [`Sim::stats`] what the client did. The same numbers are served
//! at `/__sim/stats`; `POST /__sim/stats/reset`, `/__sim/faults` (the grammar of [`Faults`] as body),
//! `/__sim/enrol?n=`, `/__sim/remove?id=` and `/__sim/expire-tokens` change things at run time.

mod call;
mod classic;
mod control;
mod faults;
mod fleet;
mod inventory;
mod listing;
mod options;
mod record;
mod refusal;
mod routes;
mod rows;
mod server;
mod sim;
mod stats;
mod tokens;

pub use faults::Faults;
pub use options::Options;
pub use sim::Sim;
pub use stats::Stats;
