//! Seeing what a client does, in one line of set-up.

use std::io::IsTerminal as _;
use tracing::Level;

/// Shows this process's log on stderr, `level` and above. Where a subscriber is installed already, it stays:
/// repeating this changes nothing. Secrets never get into a log, at no level.
pub fn quick_setup(level: Level) {
    let ansi = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_ansi(ansi)
        .with_target(false)
        .finish();
    let _ = tracing::subscriber::set_global_default(subscriber);
}
