//! The client: one server, one login, one limit; as many clones as you like.

use crate::{builder::Builder, classic::ClassicApi, inventory::Computers, raw::RawRequest};
use adjutant_core::{
    AccessToken, Async, Blocking, Bound, Engine, Mode, Operation, Result, Sending,
    batch::{Batch, Outcomes},
    http::Origin,
};
use std::{fmt, sync::Arc};

/// A client of one Jamf Pro server. Clones are cheap and share everything: connections, token, limit, what was learned
/// about the server.
///
/// `Client` is the asynchronous one, [`blocking::Client`](crate::blocking::Client) the other; both come from
/// [`Client::builder`].
#[derive(Clone)]
pub struct Client<M: Mode = Async> {
    bound: Bound<M>,
    origin: Arc<Origin>,
}

impl Client {
    /// A builder for a client of that server: `jamf.my.org`, `jamf.my.org:8443`, `https://jamf.my.org/` or the like.
    pub fn builder(server: impl Into<String>) -> Builder {
        Builder::new(server)
    }

    /// A builder with the server of `ADJUTANT_JAMF_SERVER` (or `JAMF_URL`) and what
    /// [`credentials_from_env`](Builder::credentials_from_env) finds.
    ///
    /// # Errors
    /// No server is set, or half a pair of credentials is.
    pub fn from_env() -> Result<Builder> {
        Builder::environment()
    }
}

impl<M: Mode> Client<M> {
    pub(crate) fn new(bound: Bound<M>, origin: Origin) -> Self {
        Self { bound, origin: Arc::new(origin) }
    }

    /// The Pro API.
    #[must_use]
    pub fn pro(&self) -> ProApi<M> {
        ProApi { bound: self.bound.clone() }
    }

    /// The Classic API.
    #[must_use]
    pub fn classic(&self) -> ClassicApi<M> {
        ClassicApi::new(self.bound.clone())
    }

    /// Any endpoint of the Pro API: `pro_request("GET", "v1/jamf-pro-version")`, with or without `/api` in front.
    pub fn pro_request(&self, method: impl AsRef<str>, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        RawRequest::pro(self.bound.clone(), method, path.as_ref())
    }

    /// Any endpoint of the Classic API: `classic_request("GET", "computers")`, with or without `/JSSResource` in front.
    /// JSON is asked for; `.header("accept", "application/xml")` asks for XML.
    pub fn classic_request(&self, method: impl AsRef<str>, path: impl AsRef<str>) -> RawRequest<Bound<M>> {
        RawRequest::classic(self.bound.clone(), method, path.as_ref())
    }

    /// Any URL, or path on the server as it is. The token goes to the configured server only.
    pub fn fetch(&self, url: impl AsRef<str>) -> RawRequest<Bound<M>> {
        RawRequest::fetch(self.bound.clone(), url.as_ref())
    }

    /// The server: scheme, host, port.
    #[must_use]
    pub fn server(&self) -> &Origin {
        &self.origin
    }

    /// The engine below, for operations that are built unbound and for what it has counted.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.bound.engine
    }

    /// What operations are bound to.
    #[must_use]
    pub fn bound(&self) -> &Bound<M> {
        &self.bound
    }

    /// Sets the limit of this client and all its clones. Requests that are out go on; none is added until few enough
    /// are left.
    ///
    /// # Errors
    /// A limit below 1.
    pub fn set_max_concurrency(&self, limit: usize) -> Result<()> {
        self.bound.engine.set_max_concurrency(limit)
    }
}

impl Client<Async> {
    /// Sends an operation that is bound to no client: any of [`generated`](crate::generated), or one's own.
    pub fn send<O: Operation>(&self, operation: O) -> Sending<O> {
        Sending::new(&self.bound.engine, operation)
    }

    /// The token in use, got if there is none. Its text is behind [`expose`](AccessToken::expose).
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) and the kinds of any call.
    pub async fn get_access_token(&self) -> Result<AccessToken> {
        self.bound.engine.access_token().await
    }

    /// Invalidates the token and closes every connection, for all clones. Harmless when repeated; the next call logs
    /// in and connects afresh.
    ///
    /// # Errors
    /// None in this world; a token that could not be invalidated expires by itself.
    pub async fn close(&self) -> Result<()> {
        self.bound.engine.close().await;
        Ok(())
    }

    /// One function over many inputs, within the client's limit: inputs are pulled as room appears, results come while
    /// later ones are in flight, each with its input.
    ///
    /// ```no_run
    /// # async fn demo(client: adjutant_jamf::Client) -> adjutant_jamf::Result<()> {
    /// let mut computers = client.concurrent(1..=1000u64, |client, id| async move {
    ///     client.pro().computer_inventory().get(id).await
    /// });
    /// while let Some(outcome) = computers.next().await {
    ///     println!("{}: {:?}", outcome.input, outcome.result.map(|computer| computer.udid));
    /// }
    /// # Ok(()) }
    /// ```
    pub fn concurrent<I, T, F, Fut>(&self, inputs: impl IntoIterator<IntoIter = I>, work: F) -> Batch<I, T>
    where
        I: Iterator + Send + 'static,
        I::Item: Clone + Send + 'static,
        T: Send + 'static,
        F: Fn(Self, I::Item) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T>> + Send + 'static,
    {
        let client = self.clone();
        Batch::new(inputs, self.bound.engine.permits().limit(), move |input| work(client.clone(), input))
    }
}

impl Client<Blocking> {
    /// Sends an operation that is bound to no client: any of [`generated`](crate::generated), or one's own.
    ///
    /// # Errors
    /// The operation's own, or [`ErrorKind::BlockingInAsync`](crate::ErrorKind::BlockingInAsync).
    pub fn send<O: Operation>(&self, operation: O) -> Result<O::Output> {
        adjutant_core::operation::send_blocking(&self.bound, operation)
    }

    /// The token in use, got if there is none. Its text is behind [`expose`](AccessToken::expose).
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) and the kinds of any call.
    pub fn get_access_token(&self) -> Result<AccessToken> {
        self.bound.mode.runtime().wait(self.bound.engine.access_token())
    }

    /// Invalidates the token and closes every connection, for all clones. Harmless when repeated; the next call logs
    /// in and connects afresh.
    ///
    /// # Errors
    /// [`ErrorKind::BlockingInAsync`](crate::ErrorKind::BlockingInAsync) in an asynchronous task.
    pub fn close(&self) -> Result<()> {
        let closing = self.bound.engine.close();
        self.bound.mode.runtime().wait(async move {
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
        let (client, limit) = (self.clone(), self.bound.engine.permits().limit());
        Batch::blocking(inputs, limit, move |input| work(client.clone(), input)).iter(self.bound.mode.runtime())
    }
}

impl<M: Mode> fmt::Debug for Client<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.origin).finish_non_exhaustive()
    }
}

/// The Pro API: JSON, under `/api`.
#[derive(Clone, Debug)]
pub struct ProApi<M: Mode = Async> {
    bound: Bound<M>,
}

impl<M: Mode> ProApi<M> {
    /// Computers with their inventory (`computers-inventory`), in the newest version that the server has.
    #[must_use]
    pub fn computer_inventory(&self) -> Computers<M> {
        Computers::new(self.bound.clone())
    }
}
