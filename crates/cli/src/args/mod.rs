//! The grammar: `adjutant SYSTEM VERB …`.
//!
//! Every level of `--help` teaches with examples, because examples are what people read. A system adds one variant
//! here and one file; what all systems share (where to connect, what is safe, where output goes) is in the other files.

mod common;
mod connection;
mod jamf;
mod output;

pub(crate) use common::Common;
pub(crate) use connection::{Connection, Guard};
pub(crate) use jamf::{Api, ApiChoice, ApiMethod, Export, Get, Jamf, JamfVerb, List, Query, Token, Verb};
pub(crate) use output::{Format, Output};

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

/// Administrative APIs, used politely: never above a server's limit, never a silent loss, never a doubled write.
#[derive(Debug, Parser)]
#[command(name = "adjutant", version, arg_required_else_help = true, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) system: System,
}

const EXAMPLES: &str = "\
Try it, without an account, on a simulated fleet:
  adjutant jamf computers export --server sim: -o fleet.jsonl

On a real server:
  adjutant jamf computers list --server jamf.my.org
  adjutant jamf api GET /v1/jamf-pro-version --server jamf.my.org
  adjutant profile example        a file to keep servers and accounts in

Exit codes:
  0 done, 2 usage, 3 credentials, 4 not found, 5 partly failed,
  6 server or network (nothing applied), 7 outcome unknown (look before
  repeating), 124 deadline, 130 interrupted";

/// What to talk to.
#[derive(Debug, Subcommand)]
pub(crate) enum System {
    /// Jamf Pro: Apple fleets
    Jamf(Box<Jamf>),
    /// Simulated servers, on real sockets, to try things on
    Sim(Sim),
    /// Where servers and accounts are kept
    Profile(Profile),
    /// A completion script for your shell
    #[command(after_help = "Examples:\n  adjutant completions zsh > ~/.zfunc/_adjutant\n  \
                            adjutant completions bash > ~/.local/share/bash-completion/completions/adjutant")]
    Completions {
        /// Which shell
        shell: Shell,
    },
}

/// `sim …`.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct Sim {
    #[command(subcommand)]
    pub(crate) server: Simulated,
}

/// What to simulate.
#[derive(Debug, Subcommand)]
pub(crate) enum Simulated {
    /// A Jamf Pro server with a made-up fleet
    #[command(after_help = SIM_EXAMPLES)]
    Jamf(SimJamf),
}

const SIM_EXAMPLES: &str = "\
Examples:
  adjutant sim jamf --port 8443 --computers 5000 --ca-file ca.pem
  adjutant sim jamf --http --options 'latency=20ms&fault=503:every=20'

It prints where it listens and how to log in, runs until Ctrl-C, and then says
what it has counted (also while it runs, at /__sim/stats).";

/// `sim jamf …`.
#[derive(Args, Debug)]
pub(crate) struct SimJamf {
    /// TCP port; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
    /// How many computers are enrolled, up to 1,000,000
    #[arg(long, value_name = "N")]
    pub(crate) computers: Option<u64>,
    /// The same seed gives the same fleet
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Write the certificate of the simulator's authority there, for --ca-cert of a client
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Plain HTTP instead of TLS
    #[arg(long)]
    pub(crate) http: bool,
    /// Further options, as after `sim:?`: latency=20ms&fault=503:every=20
    #[arg(long, value_name = "OPTIONS", default_value = "")]
    pub(crate) options: String,
}

/// `profile …`.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct Profile {
    #[command(subcommand)]
    pub(crate) verb: ProfileVerb,
}

/// What to do with profiles.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum ProfileVerb {
    /// Print where the file is, or would be
    Path,
    /// Print an example to start from
    Example,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_grammar_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_flag_takes_a_secret() {
        fn walk(command: &clap::Command) {
            for arg in command.get_arguments() {
                let name = arg.get_long().unwrap_or_default();
                for word in ["secret", "password", "token", "key"] {
                    assert!(!name.contains(word), "--{name} of {}", command.get_name());
                }
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    #[test]
    fn every_level_teaches() {
        fn walk(path: &str, command: &clap::Command) {
            let path = format!("{path} {}", command.get_name());
            assert!(command.get_about().is_some(), "{path} says nothing");
            command.get_subcommands().for_each(|c| walk(&path, c));
        }
        walk("", &Cli::command());
    }
}
