//! The promise to the server: never more on the wire than the limit.
//!
//! Every clone of a client draws from one [`Permits`]. A permit is held from before the first byte until the
//! body is read. Interactive calls go ahead of bulk ones. When the server is in distress the limit is halved,
//! once for all the requests that were out at that moment, and regained by ones. On request it also gives way to
//! answers that grow slow, before the server has to say so. Several processes or hosts
//! can share a budget by putting another [`PermitSource`] in its place.

use crate::{Error, Result, operation::BoxFuture, request::Lane};
use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

/// How a request ended, as far as the limit is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The server answered in health.
    Fine,
    /// 429, 502, 503, 504 or a timeout: it needs relief.
    Distress,
    /// Says nothing about the server's load.
    Neutral,
}

/// Where permits come from.
pub trait PermitSource: Send + Sync + fmt::Debug + 'static {
    /// Waits for a permit. Dropping the future gives up the place in the queue.
    fn acquire(&self, lane: Lane) -> BoxFuture<'static, Permit>;
    /// The limit that was set.
    fn limit(&self) -> usize;
    /// Sets the limit of a live client. Permits that are out are not called back; none is given until few
    /// enough are left.
    ///
    /// # Errors
    /// A limit below 1.
    fn set_limit(&self, limit: usize) -> Result<()>;
    /// What the limit is now, distress included.
    fn effective(&self) -> usize;
    /// How many are out now, and the most that ever were.
    fn in_use(&self) -> (usize, usize);
}

/// The right to have one request on the wire. Given back on drop.
pub struct Permit {
    release: Option<Release>,
    report: Report,
}

type Release = Box<dyn FnOnce(Report) + Send>;

/// What is said of a request when its permit goes back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// How it ended.
    pub signal: Signal,
    /// How long it was on the wire, if that is known.
    pub took: Option<Duration>,
}

impl Permit {
    /// A permit that calls `release` once when it is given back.
    pub fn new(release: impl FnOnce(Report) + Send + 'static) -> Self {
        Self { release: Some(Box::new(release)), report: Report { signal: Signal::Neutral, took: None } }
    }

    /// Notes how the request ended and how long it took, for when the permit goes back.
    pub fn note(&mut self, signal: Signal, took: Duration) {
        self.report = Report { signal, took: Some(took) };
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            release(self.report);
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Permit")
    }
}

/// Permits of one process, shared by clones.
#[derive(Clone)]
pub struct Permits(Arc<Mutex<State>>);

struct State {
    /// What the user set.
    limit: usize,
    /// What distress has left of it.
    effective: usize,
    in_use: usize,
    highest: usize,
    /// Good answers since the limit last moved.
    fine: usize,
    /// Grows with each halving; an older permit's distress has been answered already.
    epoch: u64,
    /// Set if slow answers lower the limit too.
    pace: Option<Pace>,
    queues: [VecDeque<Waiter>; 2],
    /// Interactive permits given in a row while bulk waited.
    streak: u32,
    next_ticket: u64,
}

struct Waiter {
    ticket: u64,
    waker: Waker,
    granted: bool,
}

/// Bulk work is served at least every so often, so that it cannot starve.
const MAX_STREAK: u32 = 8;

impl Permits {
    /// Permits for at most `limit` requests at once.
    ///
    /// # Errors
    /// A limit below 1.
    pub fn new(limit: usize) -> Result<Self> {
        check(limit)?;
        Ok(Self(Arc::new(Mutex::new(State {
            limit,
            effective: limit,
            in_use: 0,
            highest: 0,
            fine: 0,
            epoch: 0,
            pace: None,
            queues: [VecDeque::new(), VecDeque::new()],
            streak: 0,
            next_ticket: 0,
        }))))
    }

    /// As [`Permits::new`], giving way to slow answers too: one that takes far longer than its predecessors lowers the
    /// limit by one. Right for a server that others load as well.
    ///
    /// # Errors
    /// A limit below 1.
    pub fn latency_driven(limit: usize) -> Result<Self> {
        let permits = Self::new(limit)?;
        permits.lock().pace = Some(Pace::default());
        Ok(permits)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while the lock is held is impossible by inspection; going on is right even so.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn permit(&self, epoch: u64) -> Permit {
        let this = self.clone();
        Permit::new(move |report| this.release(report, epoch))
    }

    fn release(&self, report: Report, epoch: u64) {
        let mut state = self.lock();
        state.in_use -= 1;
        let fine = report.signal == Signal::Fine;
        let slow = match (&mut state.pace, report.took) {
            (Some(pace), Some(took)) if fine => pace.is_slow(took),
            _ => false,
        };
        match report.signal {
            Signal::Fine if slow && epoch == state.epoch => {
                state.effective = (state.effective - 1).max(1);
                state.epoch += 1;
                state.fine = 0;
            }
            Signal::Distress if epoch == state.epoch => {
                state.effective = (state.effective / 2).max(1);
                state.epoch += 1;
                state.fine = 0;
            }
            Signal::Fine if state.effective < state.limit => {
                state.fine += 1;
                if state.fine >= state.effective {
                    state.effective += 1;
                    state.fine = 0;
                }
            }
            _ => {}
        }
        state.grant();
    }
}

/// How long answers take, as a moving mean and deviation in seconds.
#[derive(Debug, Default)]
struct Pace {
    answers: u32,
    mean: f64,
    deviation: f64,
}

impl Pace {
    /// The weight of a new answer.
    const WEIGHT: f64 = 0.1;
    /// Answers before judgement begins.
    const WARM_UP: u32 = 10;

    /// Enters an answer; `true` if it took more than twice the mean and three deviations above it.
    fn is_slow(&mut self, took: Duration) -> bool {
        let took = took.as_secs_f64();
        let slow = self.answers >= Self::WARM_UP && took > (2.0 * self.mean).max(self.mean + 3.0 * self.deviation);
        let weight = if self.answers < Self::WARM_UP { 1.0 / f64::from(self.answers + 1) } else { Self::WEIGHT };
        self.answers = self.answers.saturating_add(1);
        self.deviation += weight * ((took - self.mean).abs() - self.deviation);
        self.mean += weight * (took - self.mean);
        slow
    }
}

fn check(limit: usize) -> Result<()> {
    if limit < 1 {
        return Err(Error::usage("max_concurrency must be at least 1"));
    }
    Ok(())
}

impl State {
    /// Gives free permits to those who wait, in the order of the lanes.
    fn grant(&mut self) {
        while self.in_use < self.effective {
            let Some(lane) = self.next_lane() else { return };
            // Granted waiters leave the queue when they are polled; the first that is not yet granted is next.
            if let Some(waiter) = self.queues[lane].iter_mut().find(|w| !w.granted) {
                waiter.granted = true;
                waiter.waker.wake_by_ref();
                self.take();
            }
        }
    }

    fn next_lane(&mut self) -> Option<usize> {
        let waits = |queue: &VecDeque<Waiter>| queue.iter().any(|w| !w.granted);
        match (waits(&self.queues[0]), waits(&self.queues[1])) {
            (true, true) if self.streak >= MAX_STREAK => {
                self.streak = 0;
                Some(1)
            }
            (true, bulk) => {
                self.streak = if bulk { self.streak + 1 } else { 0 };
                Some(0)
            }
            (false, true) => Some(1),
            (false, false) => None,
        }
    }

    fn take(&mut self) {
        self.in_use += 1;
        self.highest = self.highest.max(self.in_use);
    }
}

impl fmt::Debug for Permits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Permits")
            .field("limit", &state.limit)
            .field("effective", &state.effective)
            .field("in_use", &state.in_use)
            .finish_non_exhaustive()
    }
}

#[deny(clippy::missing_trait_methods)]
impl PermitSource for Permits {
    fn acquire(&self, lane: Lane) -> BoxFuture<'static, Permit> {
        Box::pin(Acquire { permits: self.clone(), lane: usize::from(lane == Lane::Bulk), ticket: None })
    }

    fn limit(&self) -> usize {
        self.lock().limit
    }

    fn set_limit(&self, limit: usize) -> Result<()> {
        check(limit)?;
        let mut state = self.lock();
        state.effective = if state.effective == state.limit { limit } else { state.effective.min(limit) };
        state.limit = limit;
        state.grant();
        Ok(())
    }

    fn effective(&self) -> usize {
        self.lock().effective
    }

    fn in_use(&self) -> (usize, usize) {
        let state = self.lock();
        (state.in_use, state.highest)
    }
}

struct Acquire {
    permits: Permits,
    lane: usize,
    ticket: Option<u64>,
}

impl Future for Acquire {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Permit> {
        let this = &mut *self;
        let mut state = this.permits.lock();
        if let Some(ticket) = this.ticket {
            if let Some(at) = state.queues[this.lane].iter().position(|w| w.ticket == ticket) {
                if !state.queues[this.lane][at].granted {
                    state.queues[this.lane][at].waker.clone_from(cx.waker());
                    return Poll::Pending;
                }
                state.queues[this.lane].remove(at);
            }
            this.ticket = None;
        } else {
            let queued = state.queues.iter().flatten().any(|w| !w.granted);
            if state.in_use >= state.effective || queued {
                let ticket = state.next_ticket;
                state.next_ticket += 1;
                state.queues[this.lane].push_back(Waiter { ticket, waker: cx.waker().clone(), granted: false });
                this.ticket = Some(ticket);
                return Poll::Pending;
            }
            state.take();
        }
        let epoch = state.epoch;
        drop(state);
        Poll::Ready(this.permits.permit(epoch))
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.permits.lock();
        if let Some(at) = state.queues[self.lane].iter().position(|w| w.ticket == ticket) {
            let granted = state.queues[self.lane].remove(at).is_some_and(|w| w.granted);
            if granted {
                state.in_use -= 1;
                state.grant();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    fn poll(future: &mut BoxFuture<'static, Permit>) -> Option<Permit> {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => Some(permit),
            Poll::Pending => None,
        }
    }

    fn now(permits: &Permits, lane: Lane) -> Option<Permit> {
        poll(&mut permits.acquire(lane))
    }

    #[test]
    fn never_above_the_limit_and_first_come_first_served() {
        let permits = Permits::new(2).unwrap();
        let a = now(&permits, Lane::Bulk).unwrap();
        let _b = now(&permits, Lane::Bulk).unwrap();
        let (mut c, mut d) = (permits.acquire(Lane::Bulk), permits.acquire(Lane::Bulk));
        assert!(poll(&mut c).is_none() && poll(&mut d).is_none());
        drop(a);
        assert!(poll(&mut d).is_none(), "d came after c");
        let c = poll(&mut c).unwrap();
        drop(c);
        assert!(poll(&mut d).is_some());
        assert_eq!(permits.in_use().1, 2);
    }

    #[test]
    fn interactive_goes_first_but_bulk_does_not_starve() {
        let permits = Permits::new(1).unwrap();
        let mut held = now(&permits, Lane::Bulk);
        let mut bulk = permits.acquire(Lane::Bulk);
        assert!(poll(&mut bulk).is_none());
        let mut served = 0;
        loop {
            let mut next = permits.acquire(Lane::Interactive);
            assert!(poll(&mut next).is_none());
            drop(held.take());
            if let Some(permit) = poll(&mut next) {
                served += 1;
                held = Some(permit);
                assert!(served < 20, "bulk starved");
            } else {
                assert!(poll(&mut bulk).is_some());
                break;
            }
        }
        assert_eq!(served, MAX_STREAK);
    }

    #[test]
    fn who_gives_up_waiting_leaves_no_hole() {
        let permits = Permits::new(1).unwrap();
        let a = now(&permits, Lane::Bulk).unwrap();
        let (mut b, mut c) = (permits.acquire(Lane::Bulk), permits.acquire(Lane::Bulk));
        assert!(poll(&mut b).is_none() && poll(&mut c).is_none());
        drop(a); // b is granted but never looks
        drop(b);
        assert!(poll(&mut c).is_some());
        assert_eq!(permits.in_use().0, 0);
    }

    #[test]
    fn distress_halves_once_for_all_that_were_out_and_is_regained_by_ones() {
        let permits = Permits::new(8).unwrap();
        let mut out: Vec<_> = (0..8).map(|_| now(&permits, Lane::Bulk).unwrap()).collect();
        for permit in &mut out {
            permit.note(Signal::Distress, Duration::ZERO);
        }
        drop(out);
        assert_eq!(permits.effective(), 4);
        let fine = |n: usize| {
            for _ in 0..n {
                let mut permit = now(&permits, Lane::Bulk).unwrap();
                permit.note(Signal::Fine, Duration::ZERO);
            }
        };
        fine(4);
        assert_eq!(permits.effective(), 5);
        fine(100);
        assert_eq!(permits.effective(), 8, "never above what was set");
    }

    #[test]
    fn slow_answers_lower_the_limit_only_where_that_was_asked_for() {
        let answers = |permits: &Permits, millis: &[u64]| {
            for ms in millis {
                let mut permit = now(permits, Lane::Bulk).unwrap();
                permit.note(Signal::Fine, Duration::from_millis(*ms));
            }
            permits.effective()
        };
        let steady: Vec<u64> = (0..40).map(|n| 20 + n % 5).collect();
        let driven = Permits::latency_driven(5).unwrap();
        assert_eq!(answers(&driven, &steady), 5, "answers that vary a little are no reason");
        assert_eq!(answers(&driven, &[200]), 4);
        assert_eq!(answers(&driven, &steady), 5, "regained");
        assert_eq!(answers(&Permits::new(5).unwrap(), &[20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 900]), 5);
    }

    #[test]
    fn the_limit_of_a_live_client_can_be_set() {
        let permits = Permits::new(3).unwrap();
        let out: Vec<_> = (0..3).map(|_| now(&permits, Lane::Bulk).unwrap()).collect();
        permits.set_limit(1).unwrap();
        let mut late = permits.acquire(Lane::Interactive);
        assert!(poll(&mut late).is_none());
        drop(out);
        assert!(poll(&mut late).is_some());
        assert!(permits.set_limit(0).is_err());
        assert!(Permits::new(0).is_err());
    }
}
