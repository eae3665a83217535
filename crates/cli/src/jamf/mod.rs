//! `adjutant jamf …`: one file a verb.

mod api;
mod columns;
mod computers;
mod dry_run;
mod read;
mod rsql;
mod token;
mod whoami;

use crate::{
    args::{Common, Jamf, JamfVerb, Verb},
    connect::{self, Connected},
    failure::Outcome,
    interrupt,
    voice::Voice,
};

/// Runs one verb and logs out.
pub(crate) async fn run(args: Jamf, common: Common, voice: Voice) -> Outcome {
    let Jamf { connection, guard, verb } = args;
    let at = connect::jamf(&connection, guard, common, voice)?;
    let keeps_token = matches!(&verb, JamfVerb::Token(token) if token.show);
    let outcome = match verb {
        JamfVerb::Computers(computers) => match computers.verb {
            Verb::List(list) => computers::list(&at, list, guard, voice).await,
            Verb::Export(export) => computers::export(&at, export, guard, voice).await,
            Verb::Get(get) => stoppable(computers::get(&at, get, guard)).await,
        },
        JamfVerb::Api(api) => api::run(&at, api, guard, common, voice).await,
        JamfVerb::Token(token) => stoppable(token::run(&at, token)).await,
        JamfVerb::Whoami => stoppable(whoami::run(&at)).await,
    };
    if !keeps_token {
        log_out(&at).await;
    }
    outcome
}

/// A token that is no longer needed should not outlive the command; the core bounds the wait.
async fn log_out(at: &Connected) {
    let _ = at.client.close().await;
}

/// A short read that Ctrl-C ends.
async fn stoppable(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::select! {
        outcome = work => outcome,
        () = interrupt::pressed() => Err(crate::failure::Failure::interrupted("nothing was changed")),
    }
}
