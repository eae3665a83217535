//! One attempt on the wire: out with the request, in with the answer, each wait bounded.

use super::{
    Wire,
    answer::{Answer, Watch},
    origin::Origin,
    outgoing::Outgoing,
};
use crate::{
    Error, ErrorKind, Result, Safety,
    engine::{Failure, Then, Ticket},
    error::Applied,
    path,
    permit::Signal,
    request::{Auth, Request, Response},
    retry::{Verdict, judge_status, retry_after},
    stream::Streamed,
};
use http::{HeaderValue, Method, header};
use std::{
    pin::pin,
    sync::{Arc, atomic::AtomicU64},
    task::Poll,
};

/// A chain of redirects longer than this is a loop.
const MAX_REDIRECTS: u32 = 5;

impl Wire {
    /// Whether a request goes to the configured server, the only one that may see credentials.
    pub(super) fn is_home(&self, request: &Request) -> bool {
        self.locate(&request.target).is_ok_and(|(origin, _)| origin == self.origin)
    }

    /// Origin and path of a target: a path on the configured server, or an absolute URL.
    fn locate(&self, target: &str) -> Result<(Origin, String)> {
        let (origin, path) = if target.starts_with("http://") || target.starts_with("https://") {
            let (origin, path) = Origin::split(target, self.config.scheme)?;
            origin.check_plain(self.config.insecure_transport)?;
            (origin, path)
        } else {
            (self.origin.clone(), target)
        };
        let path = path.split('#').next().unwrap_or("");
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok((origin, format!("{slash}{path}")))
    }
}

/// Sends once, follows redirects of reads, and hands on an answer with its body read to the end.
pub(super) async fn attempt(wire: &Arc<Wire>, request: Request, ticket: Ticket) -> Result<Response, Failure> {
    let answer = follow(wire, &request, &ticket).await?;
    let limit = request.max_answer.unwrap_or(wire.config.max_answer);
    judge(wire, &request, answer.read(limit).await?)
}

/// As [`attempt`], with the body of a success still on its way.
pub(super) async fn open(wire: &Arc<Wire>, request: Request, ticket: Ticket) -> Result<Streamed, Failure> {
    let answer = follow(wire, &request, &ticket).await?;
    if (200..300).contains(&answer.status()) {
        return Ok(answer.stream());
    }
    // What a refusal says is short.
    let response = judge(wire, &request, answer.read(1 << 20).await?)?;
    Ok(Answer::whole(response))
}

async fn follow(wire: &Arc<Wire>, request: &Request, ticket: &Ticket) -> Result<Answer, Failure> {
    let (mut origin, mut path) = wire.locate(&request.target).map_err(stop)?;
    if !request.query.is_empty() {
        path.push(if path.contains('?') { '&' } else { '?' });
        path.push_str(&path::query(&request.query));
    }
    let mut hops = 0;
    loop {
        let answer = exchange(wire, request, ticket, &origin, &path).await?;
        let Some((next, onward)) = redirect(wire, request, &origin, &path, &answer)? else {
            return Ok(answer);
        };
        // Its connection is needed for the next hop.
        answer.read(1 << 20).await?;
        hops += 1;
        if hops > MAX_REDIRECTS {
            return Err(stop(Error::new(ErrorKind::Rejected, format!("{origin} redirects in a circle"))));
        }
        (origin, path) = (next, onward);
    }
}

pub(super) fn stop(error: Error) -> Failure {
    Failure::new(error, Then::Stop, Signal::Neutral)
}

/// Where a redirect leads, if the answer is one.
fn redirect(
    wire: &Wire,
    request: &Request,
    origin: &Origin,
    path: &str,
    answer: &Answer,
) -> Result<Option<(Origin, String)>, Failure> {
    if !matches!(answer.status(), 301 | 302 | 303 | 307 | 308) || request.any_status {
        return Ok(None);
    }
    let Some(location) = answer.header("location") else {
        return Ok(None);
    };
    let shown = crate::error::tame(location.split('?').next().unwrap_or(""), 120);
    if !matches!(request.method, Method::GET | Method::HEAD) || request.info.safety != Safety::Read {
        let error =
            Error::new(ErrorKind::Rejected, format!("{origin} redirects to {shown}; a write is never redirected"));
        return Err(stop(
            error.with_status(answer.status()).with_hint("use the address it redirects to as the server"),
        ));
    }
    let target = if location.starts_with('/') {
        format!("{}{location}", origin)
    } else if location.contains("://") {
        location.to_owned()
    } else {
        let folder = path.split('?').next().and_then(|p| p.rsplit_once('/')).map_or("", |(folder, _)| folder);
        format!("{}{folder}/{location}", origin)
    };
    let (next, onward) = wire.locate(&target).map_err(stop)?;
    if origin.is_tls() && !next.is_tls() {
        let error = Error::new(ErrorKind::Rejected, format!("{origin} redirects to {shown}, which is not encrypted"));
        return Err(stop(error.with_status(answer.status())));
    }
    Ok(Some((next, onward)))
}

/// Turns statuses into what may follow them.
fn judge(wire: &Wire, request: &Request, response: Response) -> Result<Response, Failure> {
    let after = response.header("retry-after").and_then(|v| retry_after(v, wire.clock.wall()));
    let fail = |applied: Applied, then: Then, signal: Signal| {
        let error = (wire.explain)(request, &response).with_applied(applied).with_retry_after(after);
        let response = request.any_status.then(|| Box::new(response.clone()));
        Err(Failure { response, ..Failure::new(error, then, signal) })
    };
    match judge_status(response.status(), after) {
        Verdict::Done if is_stray_page(request, &response) => {
            let error = Error::new(ErrorKind::Decode, stray(&response)).with_status(response.status());
            let error =
                error.with_hint("a proxy or a maintenance page answers for the server: try later, or check the URL");
            Err(Failure::new(error.with_applied(Applied::Maybe), Then::Retry, Signal::Neutral))
        }
        Verdict::Done => Ok(response),
        Verdict::Renew if matches!(request.auth, Auth::Token) => fail(Applied::No, Then::Renew, Signal::Fine),
        Verdict::Transient { applied, distress, .. } => {
            fail(applied, Then::Retry, if distress { Signal::Distress } else { Signal::Neutral })
        }
        Verdict::Final if request.any_status => Ok(response),
        Verdict::Final | Verdict::Renew => fail(Applied::No, Then::Stop, Signal::Fine),
    }
}

/// A success that is an HTML page where JSON was asked for: something else than the server has answered.
fn is_stray_page(request: &Request, response: &Response) -> bool {
    let asked = request.headers.get(header::ACCEPT).is_none_or(|v| v == "application/json");
    asked && !request.any_status && response.media_type() == "text/html"
}

fn stray(response: &Response) -> String {
    format!("an HTML page came instead of JSON: {}", super::explain::text_of(response))
}

/// One request, out to the answer's head.
async fn exchange(
    wire: &Arc<Wire>,
    request: &Request,
    ticket: &Ticket,
    origin: &Origin,
    path: &str,
) -> Result<Answer, Failure> {
    let mut watch = Watch::new(wire, request);
    let message = message(wire, request, ticket, origin, path, &watch.sent)?;
    let clock = &*wire.clock;
    let (mut connection, reused) = {
        let taking = wire.pool.take(origin, request.info.safety != Safety::Read, clock.now());
        match crate::clock::within(clock, wire.config.connect_timeout, taking).await {
            Some(taken) => taken.map_err(|error| match error.kind() {
                // Nothing was sent: any request may try again.
                ErrorKind::Connect => Failure::new(error, Then::Retry, Signal::Neutral),
                _ => stop(error),
            })?,
            None => {
                let message = format!("no connection to {origin} within {:?}", wire.config.connect_timeout);
                let error =
                    Error::new(ErrorKind::Timeout, message).with_hint("check the server's name and the network");
                return Err(Failure::new(error, Then::Retry, Signal::Neutral));
            }
        }
    };
    watch.progress();
    let head = {
        let mut sending = pin!(connection.send(message));
        std::future::poll_fn(|cx| {
            if let Poll::Ready(done) = connection.poll_with(cx, |cx| sending.as_mut().poll(cx)) {
                return Poll::Ready(Ok(done));
            }
            watch.poll(cx).map(Err)
        })
        .await
    };
    match head {
        Ok(Ok(head)) => {
            if *origin == wire.origin && wire.config.sticky_cookies {
                wire.cookies.keep(head.headers(), clock.wall());
            }
            Ok(Answer::new(Arc::clone(wire), connection, head, watch, origin.clone()))
        }
        Ok(Err(sent)) => Err(never_answered(origin, reused, sent.never, sent.error)),
        Err(late) => Err(late.failure(origin, "sent no answer")),
    }
}

/// The message on the wire.
fn message(
    wire: &Wire,
    request: &Request,
    ticket: &Ticket,
    origin: &Origin,
    path: &str,
    sent: &Arc<AtomicU64>,
) -> Result<http::Request<Outgoing>, Failure> {
    let home = *origin == wire.origin;
    let bad = |what: &str| stop(Error::usage(format!("{what} cannot be sent over HTTP")));
    let uri: http::Uri = path.parse().map_err(|_| bad("the path"))?;
    let mut message = http::Request::new(Outgoing::new(&request.body, request.source.as_ref(), sent));
    *message.method_mut() = request.method.clone();
    *message.uri_mut() = uri;
    let headers = message.headers_mut();
    headers.clone_from(&request.headers);
    headers.insert(header::HOST, HeaderValue::try_from(origin.host_header()).map_err(|_| bad("the host"))?);
    if !headers.contains_key(header::USER_AGENT) {
        let agent = HeaderValue::try_from(&wire.config.user_agent).map_err(|_| bad("the user agent"))?;
        headers.insert(header::USER_AGENT, agent);
    }
    if !headers.contains_key(header::ACCEPT) {
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    }
    if home && let Some(credential) = &ticket.credential {
        let mut value = HeaderValue::try_from(credential.expose()).map_err(|_| bad("the credential"))?;
        value.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, value);
    }
    if home
        && wire.config.sticky_cookies
        && let Some(cookies) = wire.cookies.for_path(path, wire.clock.wall())
    {
        headers.insert(header::COOKIE, cookies);
    }
    Ok(message)
}

/// The connection ended before there was an answer.
fn never_answered(origin: &Origin, reused: bool, never: bool, cause: hyper::Error) -> Failure {
    let applied = if never { Applied::No } else { Applied::Maybe };
    let (message, hint) = if cause.is_parse() {
        (format!("{origin} does not answer in HTTP"), Some("check the port; a TLS port needs https://"))
    } else if never {
        (format!("the connection to {origin} was closed before the request went out"), None)
    } else {
        (format!("{origin} closed the connection without an answer"), None)
    };
    let then = match (reused, cause.is_parse()) {
        (_, true) => Then::Stop,
        (true, _) => Then::Reconnect,
        (false, _) => Then::Retry,
    };
    let mut error = Error::new(ErrorKind::Broken, message).with_applied(applied).with_source(cause);
    if let Some(hint) = hint {
        error = error.with_hint(hint);
    }
    Failure::new(error, then, Signal::Neutral)
}
