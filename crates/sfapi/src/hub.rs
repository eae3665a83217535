//! What everything of one client shares, in either world: the engine, the settings, what was learned.

use crate::{
    account::GetUser,
    compute::{Machine, Monitor},
    model::Status,
    status::GetStatus,
};
use adjutant_core::{Bound, Engine, Error, ErrorKind, Flow, Mode, Operation, Result, Sending, clock::Clock};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long to wait for what; see the builder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) wait_interval: Duration,
    pub(crate) settle: Duration,
    pub(crate) task_deadline: Duration,
}

/// What clones share.
pub(crate) struct Hub {
    pub(crate) engine: Engine,
    pub(crate) settings: Settings,
    pub(crate) client_id: Option<String>,
    monitors: Mutex<HashMap<Machine, Arc<Monitor>>>,
    username: tokio::sync::OnceCell<String>,
    /// How machines did when they were last asked.
    statuses: tokio::sync::Mutex<HashMap<Machine, (Instant, Arc<Status>)>>,
    /// When the life that is left was last told.
    horizon_told: Mutex<Option<Instant>>,
}

/// How long a machine's status is taken as it was.
const STATUS_LIFE: Duration = Duration::from_secs(60);
/// How often the life that is left is told, and before which waits.
const HORIZON_EVERY: Duration = Duration::from_secs(3600);

impl Hub {
    pub(crate) fn new(engine: Engine, settings: Settings, client_id: Option<String>) -> Self {
        Self {
            engine,
            settings,
            client_id,
            monitors: Mutex::default(),
            username: tokio::sync::OnceCell::new(),
            statuses: tokio::sync::Mutex::default(),
            horizon_told: Mutex::default(),
        }
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        self.engine.clock()
    }

    pub(crate) fn now(&self) -> Instant {
        self.clock().now()
    }

    /// Sends an operation.
    pub(crate) async fn send<O: Operation>(&self, operation: O) -> Result<O::Output> {
        Sending::new(&self.engine, operation).await
    }

    /// The one monitor of a machine.
    pub(crate) fn monitor(self: &Arc<Self>, machine: &Machine) -> Arc<Monitor> {
        let mut monitors = self.monitors.lock().unwrap_or_else(PoisonError::into_inner);
        let monitor = monitors.entry(machine.clone()).or_insert_with(|| Arc::new(Monitor::new(self, machine.clone())));
        Arc::clone(monitor)
    }

    /// The user's name, asked for once.
    pub(crate) async fn username(&self) -> Result<&str> {
        let ask = || async {
            let user = self.send(GetUser::new(None)).await?;
            user.name.filter(|name| !name.is_empty()).ok_or_else(|| Error::decode("the account has no user name"))
        };
        self.username.get_or_try_init(ask).await.map(String::as_str)
    }

    /// How a machine does, asked for at most once a minute.
    pub(crate) async fn machine_status(&self, machine: &Machine, ask: GetStatus) -> Result<Arc<Status>> {
        // Held while it is asked for: a thousand submits ask once.
        let mut statuses = self.statuses.lock().await;
        let known = statuses.get(machine).filter(|(at, _)| self.now().duration_since(*at) < STATUS_LIFE);
        if let Some((_, status)) = known {
            return Ok(Arc::clone(status));
        }
        let status = Arc::new(self.send(ask).await?);
        statuses.insert(machine.clone(), (self.now(), Arc::clone(&status)));
        Ok(status)
    }

    /// Waits for something until a moment; `None` when that came first.
    pub(crate) async fn until<T>(&self, end: Option<Instant>, future: impl Future<Output = T> + Send) -> Option<T> {
        let Some(end) = end else { return Some(future.await) };
        let mut future = std::pin::pin!(future);
        let mut sleep = self.clock().sleep(end.saturating_duration_since(self.now()));
        std::future::poll_fn(|cx| {
            if let std::task::Poll::Ready(value) = future.as_mut().poll(cx) {
                return std::task::Poll::Ready(Some(value));
            }
            sleep.as_mut().poll(cx).map(|()| None)
        })
        .await
    }

    /// Before a long wait: warns, at most once an hour, if the client itself will expire before the wait may end.
    pub(crate) async fn mind_horizon(&self, wait: Option<Duration>) {
        if self.client_id.is_none() || wait.is_some_and(|wait| wait < HORIZON_EVERY) {
            return;
        }
        {
            let mut told = self.horizon_told.lock().unwrap_or_else(PoisonError::into_inner);
            let now = self.now();
            if told.is_some_and(|at| now.duration_since(at) < HORIZON_EVERY) {
                return;
            }
            *told = Some(now);
        }
        match crate::account::horizon(self).await {
            Ok(horizon) => {
                let left = horizon.left(self.clock().wall());
                if wait.is_none_or(|wait| left < wait) && left < Duration::from_secs(48 * 3600) {
                    let hours = left.as_secs() / 3600;
                    tracing::warn!(client = horizon.client_id, hours, "the API client expires before this may end");
                }
            }
            Err(error) => tracing::debug!(%error, "when the API client expires is not known"),
        }
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// A hub and the world in which one waits.
#[derive(Clone, Debug)]
pub(crate) struct World<M> {
    pub(crate) hub: Arc<Hub>,
    pub(crate) mode: M,
}

impl<M: Mode> World<M> {
    /// What an operation is bound to.
    pub(crate) fn bound(&self) -> Bound<M> {
        Bound::new(self.hub.engine.clone(), self.mode.clone())
    }

    /// A flow of several requests.
    pub(crate) fn flow<T: Send + 'static, F>(&self, run: impl FnOnce(Arc<Hub>) -> F) -> Flow<M, T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        Flow::new(self.mode.clone(), run(Arc::clone(&self.hub)))
    }
}

/// The moment at which a wait of that length ends; `None` for one without end.
pub(crate) fn end_of(hub: &Hub, timeout: Option<Duration>) -> Option<Instant> {
    timeout.and_then(|timeout| hub.now().checked_add(timeout))
}

/// A wait that ended before its time.
pub(crate) fn late(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::Deadline, what.into()).with_hint("allow more time, or look again later")
}
