//! The client: one API, one key, one limit; as many clones as you like.

use crate::{
    account::Account,
    builder::Builder,
    compute::{Compute, Machine},
    hub::{Hub, World},
    raw::RawRequest,
    status::{Api, Resources},
    storage::Storage,
    tasks::Tasks,
};
use adjutant_core::{
    AccessToken, Async, Blocking, Bound, Engine, Mode, Operation, Result, Sending,
    batch::{Batch, Outcomes},
};
use std::{fmt, sync::Arc};

/// A client of the Superfacility API. Clones are cheap and share everything: connections, token, limit, and the one
/// poll for all jobs that are waited for.
///
/// `Client` is the asynchronous one, [`blocking::Client`](crate::blocking::Client) the other; both come from
/// [`Client::builder`].
#[derive(Clone)]
pub struct Client<M: Mode = Async> {
    world: World<M>,
}

impl Client {
    /// A builder for a client of NERSC's API.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// A builder with what the environment says: `ADJUTANT_SFAPI_SERVER` (the API's base URL), `_TOKEN_URL`,
    /// `_CA_CERT`, and `_ACCESS_TOKEN`, or `_CLIENT_ID` and `_SECRET` (or `SFAPI_CLIENT_ID` and `SFAPI_SECRET`), or
    /// `_KEY`.
    ///
    /// # Errors
    /// Half a pair: an id without its secret, for example.
    pub fn from_env() -> Result<Builder> {
        Builder::environment()
    }
}

impl<M: Mode> Client<M> {
    pub(crate) fn new(hub: Arc<Hub>, mode: M) -> Self {
        Self { world: World { hub, mode } }
    }

    /// A machine: `perlmutter`, `dtn01`, `dtns`, or any name that the server takes. Nothing is sent.
    pub fn compute(&self, machine: impl Into<Machine>) -> Compute<M> {
        Compute::new(self.world.clone(), machine.into())
    }

    /// How machines, file systems and services do. Public.
    #[must_use]
    pub fn resources(&self) -> Resources<M> {
        Resources::new(self.world.clone())
    }

    /// The API about itself: changelog and settings. Public.
    #[must_use]
    pub fn api(&self) -> Api<M> {
        Api::new(self.world.clone())
    }

    /// User, groups, projects, roles, API clients.
    #[must_use]
    pub fn account(&self) -> Account<M> {
        Account::new(self.world.clone())
    }

    /// Globus transfers.
    #[must_use]
    pub fn storage(&self) -> Storage<M> {
        Storage::new(self.world.clone())
    }

    /// Tasks: what the server does by itself.
    #[must_use]
    pub fn tasks(&self) -> Tasks<M> {
        Tasks::new(self.world.clone())
    }

    /// Any endpoint, by its path below the API's base: `request("GET", "account/")`.
    pub fn request(&self, method: impl AsRef<str>, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        RawRequest::bound(self.world.bound(), method.as_ref(), path.as_ref())
    }

    /// `GET` of any endpoint.
    pub fn get(&self, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        self.request("GET", path)
    }

    /// `POST` to any endpoint; mostly with [`form`](RawRequest::form) fields.
    pub fn post(&self, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        self.request("POST", path)
    }

    /// `PUT` to any endpoint.
    pub fn put(&self, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        self.request("PUT", path)
    }

    /// `DELETE` of any endpoint.
    pub fn delete(&self, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        self.request("DELETE", path)
    }

    /// The id of the API client, if it is known: not with a token that was got elsewhere.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.world.hub.client_id.as_deref()
    }

    /// The engine below, for operations that are built unbound and for what it has counted.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.world.hub.engine
    }

    /// Sets the limit of this client and all its clones. Requests that are out go on; none is added until few enough
    /// are left.
    ///
    /// # Errors
    /// A limit below 1.
    pub fn set_max_concurrency(&self, limit: usize) -> Result<()> {
        self.engine().set_max_concurrency(limit)
    }
}

impl Client<Async> {
    /// Sends an operation that is bound to no client.
    pub fn send<O: Operation>(&self, operation: O) -> Sending<O> {
        Sending::new(self.engine(), operation)
    }

    /// The token in use, got if there is none. Its text is behind [`expose`](AccessToken::expose).
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) and the kinds of any call.
    pub async fn token(&self) -> Result<AccessToken> {
        self.engine().access_token().await
    }

    /// Forgets the token and closes every connection, for all clones. Harmless when repeated; the next call logs in
    /// and connects afresh.
    ///
    /// # Errors
    /// None in this world.
    pub async fn close(&self) -> Result<()> {
        self.engine().close().await;
        Ok(())
    }

    /// One function over many inputs, within the client's limit: inputs are pulled as room appears, results come while
    /// later ones are in flight, each with its input.
    pub fn concurrent<I, T, F, Fut>(&self, inputs: impl IntoIterator<IntoIter = I>, work: F) -> Batch<I, T>
    where
        I: Iterator + Send + 'static,
        I::Item: Clone + Send + 'static,
        T: Send + 'static,
        F: Fn(Self, I::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let client = self.clone();
        Batch::new(inputs, self.engine().permits().limit(), move |input| work(client.clone(), input))
    }
}

impl Client<Blocking> {
    /// Sends an operation that is bound to no client.
    ///
    /// # Errors
    /// The operation's own, or [`ErrorKind::BlockingInAsync`](crate::ErrorKind::BlockingInAsync).
    pub fn send<O: Operation>(&self, operation: O) -> Result<O::Output> {
        adjutant_core::operation::send_blocking(&self.world.bound(), operation)
    }

    /// The token in use, got if there is none. Its text is behind [`expose`](AccessToken::expose).
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) and the kinds of any call.
    pub fn token(&self) -> Result<AccessToken> {
        self.world.mode.runtime().wait(self.engine().access_token())
    }

    /// Forgets the token and closes every connection, for all clones. Harmless when repeated; the next call logs in
    /// and connects afresh.
    ///
    /// # Errors
    /// [`ErrorKind::BlockingInAsync`](crate::ErrorKind::BlockingInAsync) in an asynchronous task.
    pub fn close(&self) -> Result<()> {
        let closing = self.engine().close();
        self.world.mode.runtime().wait(async move {
            closing.await;
            Ok(())
        })
    }

    /// One function over many inputs, on as many threads as the client's limit: inputs are pulled as room appears,
    /// results come while later ones are in flight, each with its input.
    pub fn concurrent<I, T, F>(&self, inputs: impl IntoIterator<IntoIter = I>, work: F) -> Outcomes<I, T>
    where
        I: Iterator + Send + 'static,
        I::Item: Clone + Send + 'static,
        T: Send + 'static,
        F: Fn(Self, I::Item) -> Result<T> + Send + Sync + 'static,
    {
        let (client, limit) = (self.clone(), self.engine().permits().limit());
        Batch::blocking(inputs, limit, move |input| work(client.clone(), input)).iter(self.world.mode.runtime())
    }
}

impl<M: Mode> fmt::Debug for Client<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}
