//! Time as the simulated centre tells it.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Time since the simulator started.
pub(crate) type Moment = Duration;

/// Counts from the start; shows dates in UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    started: Instant,
    date: Timestamp,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), date: Timestamp::now() }
    }

    pub(crate) fn now(&self) -> Moment {
        self.started.elapsed()
    }

    pub(crate) fn date(&self, moment: Moment) -> Timestamp {
        self.date.checked_add(moment).unwrap_or(Timestamp::MAX)
    }

    /// As Slurm writes it: `2026-03-02T10:00:00`.
    pub(crate) fn slurm(&self, moment: Moment) -> String {
        plain(self.date(moment))
    }
}

/// A date without fractions and without an offset, in UTC.
pub(crate) fn plain(date: Timestamp) -> String {
    let whole = Timestamp::from_second(date.as_second()).unwrap_or(date);
    TimeZone::UTC.to_datetime(whole).to_string()
}

/// A span as Slurm writes it: `1-02:03:04`.
pub(crate) fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let days = if days > 0 { format!("{days}-") } else { String::new() };
    format!("{days}{hours:02}:{minutes:02}:{:02}", seconds % 60)
}
