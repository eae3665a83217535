//! Sockets, TLS and counters: what every simulator needs, whatever it speaks on top.
//!
//! Connections are accepted by hand and not by a web framework, because a framework does not tell how many are
//! open, and because some faults (a reset after so many bytes) live below HTTP.

pub(crate) mod accept;
pub(crate) mod body;
pub(crate) mod gauge;
pub(crate) mod host;
pub(crate) mod line;
pub(crate) mod reply;
pub(crate) mod tls;
pub(crate) mod tokens;

use std::time::Duration;

use tokio::time::Sleep;

/// Waits in real time: unlike a client's waiting, a server's is what others measure.
#[expect(clippy::disallowed_methods, reason = "there is no injected clock on this side of the socket")]
pub(crate) fn pause(time: Duration) -> Sleep {
    tokio::time::sleep(time)
}
