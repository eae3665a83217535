//! HTTP/1.1 over connections that are counted.
//!
//! General-purpose pools open a connection while they wait for another to come back, so "at most five" is
//! true of requests but not of sockets. Here a call holds a permit, takes the connection that was last used,
//! and opens one only when there is none: never more connections than permits (decisions/http-pool.md). A
//! token goes to the configured server and nowhere else; a write is never redirected.

mod attempt;
mod connect;
mod cookies;
mod explain;
mod origin;
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
    secret::Secret,
    token::{AccessToken, CredentialsProvider, TokenCache},
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

    /// Connections open now, idle ones included.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.wire.pool.open()
    }
}

#[deny(clippy::missing_trait_methods)]
impl Transport for HttpTransport {
    fn ready<'a>(&'a self, engine: &'a Engine, request: &'a Request) -> BoxFuture<'a, Result<Ticket>> {
        Box::pin(async move {
            match (&request.auth, &self.tokens) {
                (Auth::Header(value), _) => Ok(Ticket { credential: Some(Arc::clone(value)), ..Ticket::default() }),
                (Auth::Token, Some(tokens)) if self.wire.is_home(request) => {
                    let held = tokens.get(engine).await?;
                    let bearer = Secret::new(format!("Bearer {}", held.token.expose()));
                    Ok(Ticket { generation: held.generation, until: held.hard, credential: Some(Arc::new(bearer)) })
                }
                _ => Ok(Ticket::default()),
            }
        })
    }

    fn attempt(&self, request: Request, ticket: Ticket) -> BoxFuture<'static, Result<Response, Failure>> {
        let wire = Arc::clone(&self.wire);
        Box::pin(async move { attempt::attempt(&wire, request, ticket).await })
    }

    fn renew(&self, ticket: &Ticket) -> bool {
        match &self.tokens {
            Some(tokens) if ticket.generation > 0 => tokens.invalidate(ticket.generation),
            _ => false,
        }
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
