//! From what the user typed to a client that works.
//!
//! The same order everywhere: flag, environment, profile, and then an error that says what to type. Nothing is
//! opened here; the first request connects.

pub(crate) mod credentials;
pub(crate) mod duration;
pub(crate) mod places;
pub(crate) mod profile;
mod simulator;

use crate::{
    args::{Common, Connection, Guard},
    failure::Outcome,
    voice::Voice,
};
use adjutant_core::{Error, ErrorKind, SessionConfig, config::Scheme, http::Origin};
use adjutant_jamf::{ApiClient, Client, FixedToken, User};
use credentials::{Account, Look};
use profile::Profile;
use simulator::Simulator;

/// More than Jamf's own advice for concurrent requests.
const POLITE: usize = 5;

/// A client and what is known about it.
#[derive(Debug)]
pub(crate) struct Connected {
    pub(crate) client: Client,
    /// As shown to people, and as it stands in the audit log.
    pub(crate) server: String,
    pub(crate) account: String,
    pub(crate) profile: String,
    /// Ends with this.
    simulator: Option<Simulator>,
}

impl Connected {
    pub(crate) fn is_simulated(&self) -> bool {
        self.simulator.is_some()
    }
}

/// Where to connect, before anybody has logged in.
struct Target {
    server: String,
    shown: String,
    simulator: Option<Simulator>,
    profile: Profile,
    /// The profile's account may be used: the server is the profile's own.
    own: bool,
}

/// Connects to Jamf Pro.
pub(crate) fn jamf(connection: &Connection, guard: Guard, common: Common, voice: Voice) -> Outcome<Connected> {
    let look = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let target = target(connection, &look)?;
    let config = settings(connection, guard, &target, &look, voice)?;
    let account = match &target.simulator {
        Some(simulator) => simulator.account(),
        None => {
            let profile = target.own.then_some(&target.profile);
            credentials::find(&look, profile, &target.shown, credentials::may_ask(common.no_input))?
        }
    };
    let label = account.label();
    let builder = Client::builder(&target.server).config(config);
    let builder = match account {
        Account::Token(token) => builder.credentials(FixedToken::new(token)),
        Account::Client { id, secret } => builder.credentials(ApiClient::new(id, secret)),
        Account::User { name, password } => builder.credentials(User::new(name, password)),
    };
    Ok(Connected {
        client: builder.build()?,
        server: target.shown,
        account: label,
        profile: target.profile.name,
        simulator: target.simulator,
    })
}

fn target(connection: &Connection, look: Look<'_>) -> Outcome<Target> {
    let named = connection.profile.clone().or_else(|| look("ADJUTANT_PROFILE"));
    let given = connection.server.clone().or_else(|| look("ADJUTANT_JAMF_SERVER")).or_else(|| look("JAMF_URL"));
    if let Some(options) = given.as_deref().and_then(Simulator::options) {
        // A simulator needs nobody's profile, and must not stumble over a broken one.
        let simulator = Simulator::start(options)?;
        let (server, shown) = (simulator.url(), "sim:".to_owned());
        return Ok(Target { server, shown, simulator: Some(simulator), profile: Profile::default(), own: false });
    }
    let profile = Profile::load(named.as_deref(), "jamf")?;
    let server = given.or_else(|| profile.server.clone()).ok_or_else(no_server)?;
    if let Some(options) = Simulator::options(&server) {
        let simulator = Simulator::start(options)?;
        let (server, shown) = (simulator.url(), "sim:".to_owned());
        return Ok(Target { server, shown, simulator: Some(simulator), profile, own: false });
    }
    let origin = Origin::parse(&server, Scheme::Https)?;
    let home = profile.server.as_deref().and_then(|server| Origin::parse(server, Scheme::Https).ok());
    let own = home.is_none_or(|home| home == origin);
    Ok(Target { server: origin.to_string(), shown: origin.to_string(), simulator: None, profile, own })
}

fn no_server() -> Error {
    Error::usage("no server given").with_hint(
        "say --server my.jamfcloud.com, or set ADJUTANT_JAMF_SERVER, or write a profile (adjutant profile example); \
         --server sim: simulates one",
    )
}

fn settings(
    connection: &Connection,
    guard: Guard,
    target: &Target,
    look: Look<'_>,
    voice: Voice,
) -> Outcome<SessionConfig> {
    let profile = &target.profile;
    let mut config = SessionConfig::default();
    if let Some(timeout) = connection.timeout.or(profile.timeout) {
        config.idle_timeout = timeout;
        config.total_timeout = config.total_timeout.max(timeout);
        config.connect_timeout = config.connect_timeout.min(timeout);
    }
    let flag = connection.max_concurrency.and_then(|n| usize::try_from(n).ok());
    if let Some(limit) = flag.or(profile.max_concurrency) {
        config.max_concurrency = limit;
        if limit > POLITE {
            voice.warn(format_args!("{limit} requests at once: Jamf Pro servers are known to fail above {POLITE}"));
        }
    }
    let simulated = target.simulator.as_ref().and_then(Simulator::authority).map(Into::into);
    let given = connection.ca_cert.clone().or_else(|| look("ADJUTANT_JAMF_CA_CERT").map(Into::into));
    config.ca_cert_bundle = simulated.or(given).or_else(|| profile.ca_cert.clone());
    config.verify = !connection.insecure;
    if connection.insecure {
        voice.warn("--insecure: the server's certificate is not checked; anyone in between can read the credentials");
    }
    config.insecure_transport = connection.insecure_transport;
    if connection.insecure_transport {
        voice.warn("--insecure-transport: credentials may travel unencrypted");
    }
    config.read_only = guard.read_only || profile.read_only || is_on(look("ADJUTANT_READ_ONLY"))?;
    config.user_agent = concat!("adjutant-cli/", env!("CARGO_PKG_VERSION")).to_owned();
    Ok(config)
}

/// A switch in the environment. What is neither on nor off is not guessed: this one guards writes.
fn is_on(value: Option<String>) -> Result<bool, Error> {
    match value.as_deref() {
        None | Some("0" | "false" | "no" | "off") => Ok(false),
        Some("1" | "true" | "yes" | "on") => Ok(true),
        Some(_) => {
            Err(Error::new(ErrorKind::Usage, "ADJUTANT_READ_ONLY is neither 1 nor 0").with_hint("set it to 1 or 0"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulators_name() {
        assert_eq!(Simulator::options("sim:"), Some(""));
        assert_eq!(Simulator::options("sim:?computers=5&seed=7"), Some("computers=5&seed=7"));
        assert_eq!(Simulator::options("sim.my.org"), None);
    }

    #[test]
    fn a_guard_is_never_guessed() {
        assert!(is_on(Some("1".into())).unwrap() && !is_on(None).unwrap());
        assert!(is_on(Some("maybe".into())).is_err());
    }
}
