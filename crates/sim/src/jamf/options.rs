//! What a simulator can be told, and how it is said after `sim:?`.

use std::time::Duration;

use super::faults::Faults;
use crate::words::{duration, each_option, flag, number};

/// How to simulate. Every option has a default; [`Options::parse`] reads them from a query string.
#[derive(Clone, Debug)]
pub struct Options {
    /// `computers`: how many are enrolled at the start, at most 1,000,000. Default 5,000.
    pub computers: u64,
    /// `seed`: the same seed gives the same fleet. Default 1.
    pub seed: u64,
    /// `latency`: time before each answer, such as `20ms`. Default 0.
    pub latency: Duration,
    /// `latency-spread`: up to so much more, evenly spread. Default 0.
    pub latency_spread: Duration,
    /// `tls`: `false` for plain HTTP. Default true.
    pub tls: bool,
    /// `port`: 0 for any free one. Default 0.
    pub port: u16,
    /// `token`: how long tokens live. Default 20 minutes.
    pub token_life: Duration,
    /// `client-id` of the API client. Default `adjutant`.
    pub client_id: String,
    /// `client-secret` of the API client. Default `simulated`.
    pub client_secret: String,
    /// `username` of the user account. Default `admin`.
    pub username: String,
    /// `password` of the user account. Default `simulated`.
    pub password: String,
    /// `page-clamp`: larger pages are silently cut to this. Default 2,000.
    pub page_clamp: u64,
    /// `versions`: the versions of the inventory that exist, such as `1,3`; others answer 404. Default 1 to 4.
    pub versions: Vec<u8>,
    /// `oauth-v1`: whether `/api/v1/oauth/token` exists beside `/api/oauth/token`. Default true.
    pub oauth_v1: bool,
    /// `limit`: the number of requests in flight that the client under test has promised; only reported. Default none.
    pub limit: Option<u32>,
    /// `body-kb`: size of a record with all sections. Default 17 to 31 KB, mixed.
    pub body_kb: Option<u32>,
    /// `classic-kb`: size of a Classic record in JSON. Default 13 KB.
    pub classic_kb: u32,
    /// `odd`: whether some records hold unknown enum values, values of odd types and unknown fields. Default true.
    pub odd: bool,
    /// `deny`: privileges that both accounts lack, such as `Update Computers`. Default none.
    pub deny: Vec<String>,
    /// `fault`: what goes wrong; see [`Faults`]. Default nothing.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            computers: 5_000,
            seed: 1,
            latency: Duration::ZERO,
            latency_spread: Duration::ZERO,
            tls: true,
            port: 0,
            token_life: Duration::from_secs(20 * 60),
            client_id: "adjutant".to_owned(),
            client_secret: "simulated".to_owned(),
            username: "admin".to_owned(),
            password: "simulated".to_owned(),
            page_clamp: 2_000,
            versions: vec![1, 2, 3, 4],
            oauth_v1: true,
            limit: None,
            body_kb: None,
            classic_kb: 13,
            odd: true,
            deny: Vec::new(),
            faults: Faults::default(),
        }
    }
}

const NAMES: &str = "computers, seed, latency, latency-spread, tls, port, token, client-id, client-secret, username, \
                     password, page-clamp, versions, oauth-v1, limit, body-kb, classic-kb, odd, deny, fault";

impl Options {
    /// Reads options from a query string such as `computers=500&latency=20ms&fault=503:every=20`; empty is fine.
    ///
    /// # Errors
    /// Names the option that is unknown, with all that are known, or whose value cannot be read.
    pub fn parse(query: &str) -> Result<Self, String> {
        let mut options = Self::default();
        each_option(query, |name, value| options.set(name, value))?;
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "computers" => self.computers = number(value, 1_000_000)?,
            "seed" => self.seed = number(value, u64::MAX)?,
            "latency" => self.latency = duration(value)?,
            "latency-spread" => self.latency_spread = duration(value)?,
            "tls" => self.tls = flag(value)?,
            "port" => self.port = number(value, u16::MAX)?,
            "token" | "token-life" => self.token_life = duration(value)?,
            "client-id" => self.client_id = value.to_owned(),
            "client-secret" => self.client_secret = value.to_owned(),
            "username" => self.username = value.to_owned(),
            "password" => self.password = value.to_owned(),
            "page-clamp" => self.page_clamp = number(value, 1_000_000).map(|clamp: u64| clamp.max(1))?,
            "versions" => self.versions = value.split(',').map(|one| number(one, 4)).collect::<Result<_, _>>()?,
            "oauth-v1" => self.oauth_v1 = flag(value)?,
            "limit" => self.limit = Some(number(value, u32::MAX)?),
            "body-kb" => self.body_kb = Some(number(value, 10_000)?),
            "classic-kb" => self.classic_kb = number(value, 10_000)?,
            "odd" => self.odd = flag(value)?,
            "deny" => self.deny.extend(value.split(',').map(|privilege| privilege.trim().to_owned())),
            "fault" | "faults" => self.faults.extend(Faults::parse(value)?),
            _ => return Err(format!("there is no such option; there are: {NAMES}")),
        }
        Ok(())
    }

    /// Bytes of a record with all sections: from and to.
    pub(crate) fn record_size(&self) -> (u64, u64) {
        match self.body_kb {
            None => (17_500, 31_000),
            Some(kb) => (u64::from(kb) * 1000, u64::from(kb) * 1048),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options = Options::parse(
            "computers=50000&latency=20ms&seed=7&tls=false&versions=1,3&deny=Update+Computers&token_life=5s\
             &fault=503:every=20:retry-after=2,wrong-total:%2B10",
        )
        .expect("all known");
        assert_eq!((options.computers, options.seed, options.tls), (50_000, 7, false));
        assert_eq!(options.latency, Duration::from_millis(20));
        assert_eq!(options.token_life, Duration::from_secs(5));
        assert_eq!(options.versions, [1, 3]);
        assert_eq!(options.deny, ["Update Computers"]);
        assert_eq!(options.faults.to_string(), "503:retry-after=2:every=20,wrong-total:10");
        assert!(Options::parse("").is_ok());
    }

    #[test]
    fn mistakes_are_named() {
        let unknown = Options::parse("computer=5").expect_err("unknown");
        assert!(unknown.contains("computer=5") && unknown.contains("page-clamp"), "{unknown}");
        assert!(Options::parse("computers=many").expect_err("not a number").contains("whole number"));
        assert!(Options::parse("computers=1000001").is_err());
        assert!(Options::parse("latency=soon").is_err() && Options::parse("latency=-1s").is_err());
        assert!(Options::parse("fault=503:evry=2").is_err());
    }
}
