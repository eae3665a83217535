//! Where to connect, and what is allowed there.

use super::super::connect::duration;
use clap::Args;
use std::{path::PathBuf, time::Duration};

/// Where to connect and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// Host, host:port or URL; `sim:` or `sim:?computers=500&latency=20ms` for a simulator
    ///
    /// Without it ADJUTANT_JAMF_SERVER, then JAMF_URL, then the profile. Credentials come from the environment
    /// (ADJUTANT_JAMF_CLIENT_ID and _CLIENT_SECRET, _USERNAME and _PASSWORD, or _ACCESS_TOKEN; JAMF_CLIENT_ID and
    /// JAMF_CLIENT_SECRET), then from the profile, then from a prompt. No flag takes a secret.
    #[arg(long, global = true, value_name = "SERVER")]
    pub(crate) server: Option<String>,
    /// Which profile; without it ADJUTANT_PROFILE, then `default`
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Longest wait for the first byte of an answer and between two: 60s, 2m
    #[arg(long, global = true, value_name = "TIME", value_parser = duration::parse)]
    pub(crate) timeout: Option<Duration>,
    /// Requests on the wire, and connections open, at once [default: 5]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_concurrency: Option<u32>,
    /// PEM file with an authority to trust besides the system's (or ADJUTANT_JAMF_CA_CERT)
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) ca_cert: Option<PathBuf>,
    /// Do not check the server's certificate
    #[arg(long, global = true)]
    pub(crate) insecure: bool,
    /// Send credentials unencrypted, over plain http, to other machines
    #[arg(long, global = true)]
    pub(crate) insecure_transport: bool,
}

/// What may be done there.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Safety")]
pub(crate) struct Guard {
    /// Refuse every write before a byte is sent (or ADJUTANT_READ_ONLY=1, or read_only in the profile)
    #[arg(long, global = true)]
    pub(crate) read_only: bool,
    /// Show the requests, send none
    #[arg(long, global = true)]
    pub(crate) dry_run: bool,
    /// Do not ask before something destructive; needed where there is no terminal
    #[arg(long, global = true)]
    pub(crate) yes: bool,
    /// How many objects are meant to be affected; any other number is refused
    #[arg(long, global = true, value_name = "N")]
    pub(crate) expect: Option<u64>,
}
