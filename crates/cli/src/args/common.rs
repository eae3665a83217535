//! Flags that every command understands.

use clap::{ArgAction, Args};

/// How talkative, and whether there is a person to ask.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "General")]
pub(crate) struct Common {
    /// No progress, no closing line; warnings and errors remain
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// Log to stderr: -v steps, -vv requests, -vvv everything; never a secret
    #[arg(short, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Never prompt, even on a terminal
    #[arg(long, global = true)]
    pub(crate) no_input: bool,
}
