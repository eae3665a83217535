//! The `adjutant` command: arguments in, tables and files out.
//!
//! Everything that matters is in the libraries; here is only what a person at a terminal or a script needs: one
//! grammar for all systems, results on stdout and words on stderr, questions only where somebody can answer, and an
//! exit code that says whether it may be run again.

#![forbid(unsafe_code)]

mod args;
mod audit;
mod connect;
mod failure;
mod interrupt;
mod jamf;
mod output;
mod progress;
mod resume;
mod safety;
mod sim;
mod suggest;
mod voice;

use args::{Cli, Format, JamfVerb, ProfileVerb, System, Verb};
use clap::{CommandFactory as _, Parser as _};
use connect::{places, profile};
use failure::{Exit, Failure, Outcome};
use output::Out;
use std::process::ExitCode;
use voice::Voice;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(words) => return misread(&words),
    };
    let common = cli.common;
    let voice = Voice::new(common.quiet, common.verbose, wants_json(&cli.system));
    match common.verbose {
        0 => {}
        1 => adjutant_core::logging::quick_setup(tracing::Level::INFO),
        2 => adjutant_core::logging::quick_setup(tracing::Level::DEBUG),
        _ => adjutant_core::logging::quick_setup(tracing::Level::TRACE),
    }
    match run(cli, voice) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            voice.fail(&failure);
            failure.exit().into()
        }
    }
}

fn run(cli: Cli, voice: Voice) -> Outcome {
    let common = cli.common;
    match cli.system {
        System::Jamf(args) => block_on(jamf::run(*args, common, voice)),
        System::Sim(args) => block_on(sim::run(args, voice)),
        System::Profile(args) => print(&match args.verb {
            ProfileVerb::Path => format!("{}\n", places::config_file()?.display()),
            ProfileVerb::Example => profile::EXAMPLE.to_owned(),
        }),
        System::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "adjutant", &mut script);
            print(&String::from_utf8_lossy(&script))
        }
    }
}

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|e| adjutant_core::Error::local("this machine gives no event loop", e))?;
    let outcome = runtime.block_on(work);
    // A name look-up that hangs in a thread of its own must not hold the command up.
    runtime.shutdown_background();
    outcome
}

fn print(text: &str) -> Outcome {
    let mut out = Out::stdout();
    out.put(text.as_bytes())?;
    out.commit().map(|_| ())
}

/// Words that are not a command, or a question for help.
fn misread(words: &clap::Error) -> ExitCode {
    let _ = words.print();
    if !words.use_stderr() {
        return Exit::Done.into();
    }
    let typed: Vec<String> = std::env::args().collect();
    let json = |pair: &[String]| matches!(pair, [f, v] if (f == "-f" || f == "--format") && v.starts_with("json"));
    if typed.windows(2).any(json) {
        let first = words.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let failure = Failure::usage(first, "see --help");
        eprintln!("{}", voice::object(&failure));
    }
    Exit::Usage.into()
}

/// Whether a machine reads the result, and so wants the error in JSON too.
fn wants_json(system: &System) -> bool {
    let System::Jamf(jamf) = system else { return false };
    let format = match &jamf.verb {
        JamfVerb::Computers(computers) => match &computers.verb {
            Verb::List(list) => list.output.format,
            Verb::Export(export) => export.output.format,
            Verb::Get(get) => get.output.format,
        },
        JamfVerb::Api(api) => api.format,
        JamfVerb::Token(token) => token.format,
        JamfVerb::Whoami => None,
    };
    matches!(format, Some(Format::Json | Format::Jsonl))
}
