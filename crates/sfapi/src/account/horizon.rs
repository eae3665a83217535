//! When the client itself ends.
//!
//! A token is renewed; a client is not. The most capable ones live for two days, and a wait for a job may well be
//! longer, so the end is told beforehand.

use super::ListClients;
use crate::hub::Hub;
use adjutant_core::{Error, ErrorKind, Result};
use std::time::{Duration, SystemTime};

/// When a client expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The client's id.
    pub client_id: String,
    /// The client's name in Iris.
    pub name: String,
    /// When it expires, by the server's clock.
    pub expires: SystemTime,
}

impl Horizon {
    /// How long that is from then; zero if it is over.
    #[must_use]
    pub fn left(&self, now: SystemTime) -> Duration {
        self.expires.duration_since(now).unwrap_or_default()
    }
}

/// Finds this client among the user's.
pub(crate) async fn horizon(hub: &Hub) -> Result<Horizon> {
    let own = hub.client_id.as_deref().ok_or_else(|| {
        Error::usage("which client this is is not known: it was given a token, not a key")
            .with_hint("use the client's own key, or look into clients()")
    })?;
    let clients = hub.send(ListClients::new()).await?;
    let client = clients.into_iter().find(|client| client.client_id.as_deref() == Some(own)).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("client {own} is not among the user's clients"))
            .with_hint("it may have been deleted in Iris")
    })?;
    let text = client.expires_at.unwrap_or_default();
    let expires =
        moment(&text).ok_or_else(|| Error::decode(format!("when client {own} expires is not a time: {text:?}")))?;
    Ok(Horizon { client_id: own.to_owned(), name: client.name.unwrap_or_default(), expires })
}

/// An ISO 8601 moment; one without an offset is taken for UTC, as the server writes it.
fn moment(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let stamp = text.parse::<jiff::Timestamp>().or_else(|_| jiff::Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text));
    let stamp = stamp.ok().or_else(|| {
        let civil = text.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(civil).ok()
    });
    stamp.map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_the_server_writes_them() {
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_262_400);
        for text in
            ["2026-11-21T12:00:00Z", "2026-11-21T04:00:00-08:00", "2026-11-21T12:00:00+0000", "2026-11-21T12:00:00"]
        {
            assert_eq!(moment(text), Some(expected), "{text}");
        }
        assert_eq!(moment("soon"), None);
    }
}
