//! `adjutant sim …`: a server to try things on, for as long as one likes.

use crate::{
    args::{Sim, SimJamf, Simulated},
    failure::{Failure, Outcome},
    interrupt,
    output::Out,
    voice::Voice,
};
use adjutant_core::Error;
use adjutant_sim::jamf::{self, Options};
use std::path::{Path, PathBuf};

pub(crate) async fn run(args: Sim, voice: Voice) -> Outcome {
    match args.server {
        Simulated::Jamf(args) => run_jamf(args, voice).await,
    }
}

async fn run_jamf(args: SimJamf, voice: Voice) -> Outcome {
    let mut options = Options::parse(&args.options).map_err(Error::usage)?;
    options.port = args.port;
    options.tls = options.tls && !args.http;
    options.computers = args.computers.unwrap_or(options.computers);
    options.seed = args.seed.unwrap_or(options.seed);
    let port = options.port;
    let sim = jamf::Sim::start(options).await.map_err(|e| {
        Error::local(format!("the simulator cannot listen on port {port}: {e}"), e).with_hint("choose another --port")
    })?;
    let authority = sim.ca_pem().map(|pem| authority(pem, args.ca_file.as_deref())).transpose()?;
    let options = sim.options();
    let trust = authority.as_ref().map_or_else(String::new, |path| format!("ca      {}\n", path.display()));
    let flag = authority.as_ref().map_or_else(String::new, |path| format!(" --ca-cert {}", path.display()));
    let text = format!(
        "url     {url}\n{trust}client  {client} / {secret}\nuser    {user} / {password}\nstats   {url}/__sim/stats\n\n\
         ADJUTANT_JAMF_CLIENT_ID={client} ADJUTANT_JAMF_CLIENT_SECRET={secret} \\\n  \
         adjutant jamf computers list --server {url}{flag}\n",
        url = sim.url(),
        client = options.client_id,
        secret = options.client_secret,
        user = options.username,
        password = options.password,
    );
    let mut out = Out::stdout();
    out.put(text.as_bytes())?;
    out.commit()?;
    voice.say("running until Ctrl-C");
    interrupt::pressed().await;
    let stats = serde_json::to_string_pretty(&sim.stats().to_json()).unwrap_or_default();
    let mut out = Out::stdout();
    out.put(stats.as_bytes())?;
    out.put(b"\n")?;
    out.commit().map(|_| ())
}

/// Writes the authority's certificate where it was asked for, or to the folder for temporary files.
fn authority(pem: &str, file: Option<&Path>) -> Result<PathBuf, Failure> {
    let path = file.map_or_else(
        || std::env::temp_dir().join(format!("adjutant-sim-{}.pem", std::process::id())),
        Path::to_path_buf,
    );
    std::fs::write(&path, pem).map_err(|e| {
        Error::local(format!("{} cannot be written: {e}", path.display()), e).with_hint("choose another --ca-file")
    })?;
    Ok(path)
}
