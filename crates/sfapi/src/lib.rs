//! The NERSC Superfacility API, used politely: asynchronous and blocking.
//!
//! A job on a supercomputer is the costliest thing that a single POST can make, and the server's answer to that POST is
//! lost as easily as any other. So a job is submitted once here: when its answer is lost, the client looks for it
//! before it says anything. Slurm's controller is shared by everybody, so any number of jobs is waited for with one
//! poll. Files go both ways in little memory, and are verified. What the server says in an answer that calls itself a
//! success is an error where it means one.
//!
//! # A tour
//!
//! ```no_run
//! # async fn tour() -> adjutant_sfapi::Result<()> {
//! use adjutant_sfapi::Client;
//! use std::time::Duration;
//!
//! // The key in ~/.superfacility; `.key("nickname")` if there are several.
//! let client = Client::builder().build()?;
//! let perlmutter = client.compute("perlmutter");
//! println!("{:?}", perlmutter.status().await?.status);
//!
//! let script = "#!/bin/bash\n#SBATCH -C cpu -q debug -N 1 -t 5\nsrun hostname\n";
//! let job = perlmutter.submit_job(script).await?;
//! let state = job.complete(Duration::from_secs(3600)).await?;
//! if state.is_success() {
//!     println!("{}", job.logs().await?.stdout.read_text().await?);
//! }
//! # Ok(()) }
//! ```
//!
//! The blocking client is the same; what is awaited above ends in `.send()` there:
//!
//! ```no_run
//! # fn tour() -> adjutant_sfapi::Result<()> {
//! let client = adjutant_sfapi::Client::builder().key("nickname").build_blocking()?;
//! let output = client.compute("perlmutter").run(["ls", "-l"]).send()?;
//! println!("{} {:?}", output.stdout, output.exit_code);
//! # Ok(()) }
//! ```

#![forbid(unsafe_code)]

mod auth;
mod builder;
mod client;
mod explain;
mod gate;
mod hub;
mod operation;
mod raw;
mod wire;

pub mod account;
pub mod compute;
pub mod model;
pub mod paths;
pub mod status;
pub mod storage;
pub mod tasks;

pub use account::{Account, Horizon};
pub use adjutant_core::{
    AccessToken, Applied, Async, Blocking, CredentialsProvider, Error, ErrorKind, Flow, Login, Result, Safety, Scheme,
    Secret, SessionConfig, TokenKind, batch, logging, permit,
    request::{Request, Response},
};
pub use auth::{ClientKey, KEY_FOLDER, find_key};
pub use builder::{Builder, DEFAULT_API, DEFAULT_TOKEN_URL};
pub use client::Client;
pub use compute::{
    Command, CommandOutput, CommandTask, Compute, Job, JobId, JobLogs, JobOutcome, JobSource, JobState, Machine,
    SubmitJob,
};
pub use model::{SacctRow, SqueueRow, Status, StatusValue, Task, TaskStatus};
pub use paths::{Entry, Kind, RemoteFile, RemotePath};
pub use raw::{RawRequest, ResponseExt};
pub use status::{Api, Resources};
pub use storage::Storage;
pub use tasks::Tasks;

/// The blocking world: the same clients, waited for.
pub mod blocking {
    /// The blocking client: usable from many threads; in an asynchronous task it returns an error instead of
    /// stalling others.
    pub type Client = crate::Client<adjutant_core::Blocking>;
}
