//! The Superfacility API simulator: a computing centre with a queue, a file system and accounts.
//!
//! Start one in process ([`Sim::start`], [`Sim::start_in_thread`]), point any client at [`Sim::url`] and
//! [`Sim::token_url`] with [`Sim::ca_pem`] as its trusted authority and [`Sim::private_jwk`] as its key, and ask
//! [`Sim::stats`] what the client did. The same numbers are served at `/__sim/stats`; `POST /__sim/stats/reset`,
//! `/__sim/faults` (the grammar of [`Faults`] as body), `/__sim/expire-tokens`, `/__sim/machine?name=&status=&notes=`
//! and `/__sim/end?jobid=&state=` change things at run time; `GET /__sim/key` tells the client id and its keys.
//!
//! # What jobs do
//! Job scripts and commands are read, not run: nothing is started on the host. A small interpreter knows `echo`,
//! `cat`, `ls`, `exit` and the like inside a sandboxed directory ([`Sim::root`]); `sleep` takes simulated time. A job
//! ends as its script does (`exit 3` is FAILED), as `#SBATCH --time` demands (TIMEOUT), or as a comment orders:
//!
//! ```text
//! # sim: NODE_FAIL              any state as the end
//! # sim: run=5s pend=1s         times of this job
//! # sim: OUT_OF_MEMORY run=2s   both
//! ```

mod account;
mod assertion;
mod call;
mod clock;
mod command;
mod control;
mod download;
mod facility;
mod faults;
mod form;
mod globus;
mod jobs;
mod keys;
mod listing;
mod options;
mod reply;
mod routes;
mod sandbox;
mod server;
mod shell;
mod sim;
mod slurm;
mod stats;
mod tasks;
mod tokens;
mod upload;

pub use faults::Faults;
pub use options::Options;
pub use sim::Sim;
pub use stats::Stats;
