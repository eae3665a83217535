//! `--server sim:`: a server of one's own, in this process.
//!
//! It stands on a real socket behind a real certificate and is reached like any other server; only that nobody has
//! to start it, trust it or log in by hand. It runs in a thread of its own and ends with the command.

use super::credentials::Account;
use adjutant_core::Error;
use adjutant_sim::jamf::{Options, Sim};
use std::{io::Write as _, path::Path};

/// A running simulator with what a client needs to reach it.
#[derive(Debug)]
pub(crate) struct Simulator {
    sim: Sim,
    /// The authority to trust; the file goes when this is dropped.
    authority: Option<tempfile::NamedTempFile>,
}

impl Simulator {
    /// The options in a server's name, if it is a simulator's: `sim:` or `sim:?computers=500`.
    pub(crate) fn options(server: &str) -> Option<&str> {
        server.trim().strip_prefix("sim:").map(|rest| rest.trim_start_matches(['/', '?']))
    }

    /// Starts one.
    pub(crate) fn start(options: &str) -> Result<Self, Error> {
        let options = Options::parse(options).map_err(Error::usage)?;
        let sim =
            Sim::start_in_thread(options).map_err(|e| Error::local(format!("the simulator did not start: {e}"), e))?;
        let authority = sim.ca_pem().map(keep).transpose()?;
        Ok(Self { sim, authority })
    }

    pub(crate) fn url(&self) -> String {
        self.sim.url()
    }

    pub(crate) fn authority(&self) -> Option<&Path> {
        self.authority.as_ref().map(tempfile::NamedTempFile::path)
    }

    /// The account that it knows.
    pub(crate) fn account(&self) -> Account {
        let options = self.sim.options();
        Account::Client { id: options.client_id.clone(), secret: options.client_secret.clone().into() }
    }
}

fn keep(pem: &str) -> Result<tempfile::NamedTempFile, Error> {
    let write = || {
        let mut file = tempfile::Builder::new().prefix("adjutant-sim-ca-").suffix(".pem").tempfile()?;
        file.write_all(pem.as_bytes())?;
        Ok(file)
    };
    write().map_err(|e: std::io::Error| Error::local(format!("the simulator's certificate could not be kept: {e}"), e))
}
