//! HTTP/1.1 over connections that are counted.
//!
//! General-purpose pools open a connection while they wait for another to come back, so "at most five" is
//! true of requests but not of sockets. Here a call holds a permit, takes the connection that was last used,
//! and opens one only when there is none: never more connections than permits (decisions/http-pool.md). A
//! token goes to the configured server and nowhere else; a write is never redirected.

mod answer;
mod attempt;
mod connect;
mod cookies;
mod explain;
mod origin;
mod outgoing;
mod pool;

pub use explain::explain;
pub use origin::Origin;

use crate::{
    Result,
    clock::Clock,
    config::SessionConfig,
    engine::{Engine, Failure, Ticket, Transport},
    operation::BoxFuture,
    request::{Auth, Request, Response},
    stream::Streamed,
    token::{AccessToken, CredentialsProvider, Held, TokenCache},
};
use std::{fmt, sync::Arc};

/// Makes an error of an answer that is not a success. [`explain`] suits most servers.
pub type Explain = fn(&Request, &Response) -> crate::Error;

/// The HTTP transport of one client.
pub struct HttpTransport {
    tokens: Option<Arc<TokenCache>>,
    wire: Arc<Wire>,
}

/// What attempts need, shared with those that outlive their caller.
struct Wire {
    origin: Origin,
    config: SessionConfig,
    clock: Arc<dyn Clock>,
    pool: pool::Pool,
    cookies: cookies::Jar,
    explain: Explain,
}

impl HttpTransport {
    /// A transport for one server. Nothing is opened, and no certificate is read, before the first call.
    ///
    /// # Errors
    /// Settings that [`SessionConfig::validate`] refuses, or plain http to another machine.
    pub fn new(
        origin: Origin,
        credentials: Option<Arc<dyn CredentialsProvider>>,
        explain: Explain,
        config: SessionConfig,
        clock: Arc<dyn Clock>,
    ) -> Result<Self> {
        config.validate()?;
        origin.check_plain(config.insecure_transport)?;
        let tokens = credentials.map(|provider| TokenCache::new(provider, Arc::clone(&clock)));
        let wire =
            Wire { pool: pool::Pool::new(&config), cookies: cookies::Jar::default(), origin, config, clock, explain };
        Ok(Self { tokens, wire: Arc::new(wire) })
    }

    /// The configured server.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.wire.origin
    }

    /// The token cache, if this request is one that carries a token.
    fn tokens_for(&self, request: &Request) -> Option<&Arc<TokenCache>> {
        let wants = matches!(request.auth, Auth::Token) && self.wire.is_home(request);
        self.tokens.as_ref().filter(|_| wants)
    }

    /// What a request without a token presents.
    fn bare(request: &Request) -> Ticket {
        let credential = match &request.auth {
            Auth::Header(value) => Some(Arc::clone(value)),
            Auth::Token | Auth::None => None,
        };
        Ticket { generation: 0, credential }
    }

    /// Connections open now, idle ones included.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.wire.pool.open()
    }
}

fn ticket(held: &Held) -> Ticket {
    Ticket { generation: held.generation, credential: Some(Arc::clone(&held.bearer)) }
}

#[deny(clippy::missing_trait_methods)]
impl Transport for HttpTransport {
    fn ready<'a>(&'a self, engine: &'a Engine, request: &'a Request) -> BoxFuture<'a, Result<Ticket>> {
        Box::pin(async move {
            match self.tokens_for(request) {
                Some(tokens) => tokens.get(engine).await.map(|held| ticket(&held)),
                None => Ok(Self::bare(request)),
            }
        })
    }

    fn ticket(&self, engine: &Engine, request: &Request) -> Option<Ticket> {
        match self.tokens_for(request) {
            Some(tokens) => tokens.current(engine).map(|held| ticket(&held)),
            None => Some(Self::bare(request)),
        }
    }

    fn attempt(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Response, Failure>> {
        let wire = Arc::clone(&self.wire);
        Box::pin(async move { attempt::attempt(&wire, request, ticket).await })
    }

    fn open(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Streamed, Failure>> {
        let wire = Arc::clone(&self.wire);
        Box::pin(async move { attempt::open(&wire, request, ticket).await })
    }

    fn renew(&self, ticket: &Ticket) -> bool {
        match &self.tokens {
            Some(tokens) if ticket.generation > 0 => tokens.invalidate(ticket.generation),
            _ => false,
        }
    }

    fn set_limit(&self, limit: usize) {
        self.wire.pool.set_limit(limit);
    }

    fn close<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            if let Some(tokens) = &self.tokens {
                tokens.close(engine).await;
            }
            self.wire.pool.close().await;
        })
    }

    fn access_token<'a>(&'a self, engine: &'a Engine) -> BoxFuture<'a, Result<AccessToken>> {
        Box::pin(async move {
            match &self.tokens {
                Some(tokens) => Ok(tokens.get(engine).await?.token),
                None => Err(crate::Error::new(crate::ErrorKind::Credentials, "this client has no credentials")),
            }
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("origin", &self.wire.origin).finish_non_exhaustive()
    }
}
