//! When a request may be sent again, and how long to wait first.
//!
//! Four things decide: what is known of its effect, whether repeating it does harm, whether the budget has
//! something left, and the deadline. The rules are pure functions of those; the engine adds the waiting.

use crate::error::Applied;
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// What one attempt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An answer to hand on.
    Done,
    /// A failure that another attempt will not mend.
    Final,
    /// A failure that may pass.
    Transient {
        /// What is known of the request's effect.
        applied: Applied,
        /// At least this long, the server says.
        after: Option<Duration>,
        /// Whether the server needs relief.
        distress: bool,
    },
    /// The token was refused: renew it and replay once.
    Renew,
}

/// The verdict on an HTTP status.
///
/// 429 is a refusal, whatever the method. 502, 503 and 504 come from proxies that may have passed the
/// request on; only for reads and idempotent writes is that harmless.
#[must_use]
pub fn judge_status(status: u16, after: Option<Duration>) -> Verdict {
    match status {
        401 => Verdict::Renew,
        429 => Verdict::Transient { applied: Applied::No, after, distress: true },
        502..=504 => Verdict::Transient { applied: Applied::Maybe, after, distress: true },
        // 500 is the server's own failure while it worked on this request; 408 and 425 are refusals.
        408 | 425 => Verdict::Transient { applied: Applied::No, after, distress: false },
        500 => Verdict::Transient { applied: Applied::Maybe, after, distress: false },
        200..=299 => Verdict::Done,
        _ => Verdict::Final,
    }
}

/// Whether a transient failure may be followed by another attempt.
#[must_use]
pub fn may_repeat(repeatable: bool, applied: Applied) -> bool {
    repeatable || applied == Applied::No
}

/// How long to wait: exponential, full jitter, the server's word as a floor.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Ceiling of the first wait.
    pub base: Duration,
    /// Ceiling of any wait.
    pub cap: Duration,
}

impl Default for Backoff {
    /// 200 ms, doubled each time, at most 20 s.
    fn default() -> Self {
        Self { base: Duration::from_millis(200), cap: Duration::from_secs(20) }
    }
}

impl Backoff {
    /// The wait before attempt `retry + 2`; `random` in `0.0..1.0`.
    #[must_use]
    pub fn wait(&self, retry: u32, random: f64, after: Option<Duration>) -> Duration {
        let ceiling = self.base.saturating_mul(2u32.saturating_pow(retry.min(16))).min(self.cap);
        let jittered = ceiling.mul_f64(random.clamp(0.0, 1.0));
        // Everyone was told the same moment: jitter goes on top of it, not below.
        after.map_or(jittered, |floor| floor.saturating_add(jittered.min(Duration::from_secs(1))))
    }
}

/// Reads `Retry-After`: seconds, or an HTTP date.
#[must_use]
pub fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(value).ok()?;
    Some(at.duration_since(now).unwrap_or(Duration::ZERO))
}

/// What all calls of a client may spend on retries, so that a failing server is not hit several times as
/// hard. A retry costs 5, one after a timeout 10; a first attempt that succeeds pays 1 back.
#[derive(Debug)]
pub struct Budget(Mutex<u32>);

const CAPACITY: u32 = 500;

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(CAPACITY))
    }
}

impl Budget {
    fn change<T>(&self, change: impl FnOnce(&mut u32) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the price of a retry; `false` if there is not enough left.
    pub fn spend(&self, after_timeout: bool) -> bool {
        let price = if after_timeout { 10 } else { 5 };
        self.change(|left| {
            let enough = *left >= price;
            if enough {
                *left -= price;
            }
            enough
        })
    }

    /// A call succeeded: a retry's price comes back, a first attempt earns 1.
    pub fn earn(&self, retried: bool) {
        self.change(|left| *left = left.saturating_add(if retried { 5 } else { 1 }).min(CAPACITY));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_applied_or_does_no_harm_is_repeated() {
        for (status, write) in [(429, true), (503, false), (504, false), (502, false), (500, false), (408, true)] {
            let Verdict::Transient { applied, .. } = judge_status(status, None) else { panic!("{status}") };
            assert!(may_repeat(true, applied), "a read after {status}");
            assert_eq!(may_repeat(false, applied), write, "a write after {status}");
        }
        for status in [400, 403, 404, 409, 412, 422, 501, 302] {
            assert_eq!(judge_status(status, None), Verdict::Final, "{status}");
        }
    }

    #[test]
    fn retry_after_is_a_floor_in_both_spellings() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        let date = httpdate::fmt_http_date(now + Duration::from_secs(30));
        assert_eq!(retry_after(&date, now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("soon", now), None);
        assert_eq!(retry_after("-3", now), None);
        for random in [0.0, 0.5, 0.999] {
            assert!(Backoff::default().wait(0, random, Some(Duration::from_secs(7))) >= Duration::from_secs(7));
        }
    }

    #[test]
    fn waits_grow_and_are_capped() {
        let backoff = Backoff::default();
        assert_eq!(backoff.wait(0, 1.0, None), Duration::from_millis(200));
        assert_eq!(backoff.wait(3, 1.0, None), Duration::from_millis(1600));
        assert_eq!(backoff.wait(60, 1.0, None), Duration::from_secs(20));
        assert_eq!(backoff.wait(60, 0.0, None), Duration::ZERO);
    }

    #[test]
    fn a_failing_server_uses_the_budget_up() {
        let budget = Budget::default();
        assert_eq!((0..1000).filter(|_| budget.spend(false)).count(), 100);
        for _ in 0..5 {
            budget.earn(false);
        }
        assert!(budget.spend(false));
        assert!(!budget.spend(false));
    }
}
