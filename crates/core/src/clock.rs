//! Time and chance, injected: every rule about waiting is tested without waiting.

use crate::operation::BoxFuture;
use std::{
    fmt,
    time::{Duration, Instant, SystemTime},
};

/// What the engine asks of the world.
pub trait Clock: Send + Sync + fmt::Debug + 'static {
    /// A moment that never goes back.
    fn now(&self) -> Instant;
    /// The wall clock, for `Retry-After` dates and token expiry.
    fn wall(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// A number in `0.0..1.0`, for jitter.
    fn random(&self) -> f64;
}

/// The real world. It follows tokio's clock, so a test that pauses tokio's time pauses this one.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }

    fn wall(&self) -> SystemTime {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        #[expect(clippy::disallowed_methods, reason = "the one place that sleeps")]
        Box::pin(tokio::time::sleep(duration))
    }

    fn random(&self) -> f64 {
        fastrand::f64()
    }
}

/// A future with a bound on it; `None` when the bound came first.
pub(crate) async fn within<T>(clock: &dyn Clock, limit: Duration, future: impl Future<Output = T> + Send) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut sleep = clock.sleep(limit);
    std::future::poll_fn(|cx| {
        if let std::task::Poll::Ready(value) = future.as_mut().poll(cx) {
            return std::task::Poll::Ready(Some(value));
        }
        sleep.as_mut().poll(cx).map(|()| None)
    })
    .await
}
