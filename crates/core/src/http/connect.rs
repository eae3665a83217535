//! One connection: name, TCP, TLS, and the machine that drives it.
//!
//! The driver is polled by the call that uses the connection, not by a task of its own. So dropping a
//! connection closes its socket there and then, and the count of open connections is exact at every moment.

use super::{origin::Origin, outgoing::Outgoing};
use crate::{Error, ErrorKind, Result, config::SessionConfig};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, client::danger, pki_types::ServerName};
use std::{
    future::Future,
    io,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Opens connections. The trust store is read on the first TLS connection.
pub(super) struct Connector {
    verify: bool,
    ca: Option<PathBuf>,
    tls: Mutex<Option<Arc<ClientConfig>>>,
}

impl Connector {
    pub(super) fn new(config: &SessionConfig) -> Self {
        Self { verify: config.verify, ca: config.ca_cert_bundle.clone(), tls: Mutex::default() }
    }

    /// Opens a connection and counts it in `open`.
    pub(super) async fn connect(&self, origin: &Origin, open: &Arc<AtomicUsize>) -> Result<Connection> {
        let count = Counted::new(open);
        let tcp = dial(origin).await?;
        let _ = tcp.set_nodelay(true);
        let stream = if origin.is_tls() {
            let name = ServerName::try_from(origin.bare_host().to_owned())
                .map_err(|_| Error::usage(format!("{:?} cannot stand in a certificate", origin.host())))?;
            let connector = TlsConnector::from(self.tls()?);
            let tls = connector.connect(name, tcp).await.map_err(|e| tls_error(origin, e))?;
            Stream::Tls(Box::new(tls))
        } else {
            Stream::Plain(tcp)
        };
        let (sender, driver) = http1::Builder::new()
            .handshake::<_, Outgoing>(TokioIo::new(stream))
            .await
            .map_err(|e| Error::new(ErrorKind::Connect, format!("no HTTP connection to {origin}")).with_source(e))?;
        Ok(Connection { sender, driver: Some(Box::pin(driver)), _count: count })
    }

    fn tls(&self) -> Result<Arc<ClientConfig>> {
        let mut slot = self.tls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = &*slot {
            return Ok(Arc::clone(config));
        }
        let config = Arc::new(self.build_tls()?);
        *slot = Some(Arc::clone(&config));
        Ok(config)
    }

    fn build_tls(&self) -> Result<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let unusable = |e: rustls::Error| Error::new(ErrorKind::Tls, "TLS could not be set up").with_source(e);
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous();
        let verifier: Arc<dyn danger::ServerCertVerifier> = if self.verify {
            let extra = self.ca.as_ref().map_or_else(|| Ok(Vec::new()), |path| read_authorities(path))?;
            Arc::new(rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider).map_err(unusable)?)
        } else {
            Arc::new(Unverified(provider))
        };
        Ok(builder.with_custom_certificate_verifier(verifier).with_no_client_auth())
    }
}

fn read_authorities(path: &std::path::Path) -> Result<Vec<rustls_pki_types::CertificateDer<'static>>> {
    use rustls_pki_types::pem::PemObject as _;
    let shown = path.display();
    let hint = "give a PEM file with the authority that signed the server's certificate";
    let found = rustls_pki_types::CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<std::result::Result<Vec<_>, _>>)
        .map_err(|e| Error::new(ErrorKind::Usage, format!("{shown} cannot be read as PEM: {e}")).with_hint(hint))?;
    if found.is_empty() {
        return Err(Error::new(ErrorKind::Usage, format!("there is no certificate in {shown}")).with_hint(hint));
    }
    Ok(found)
}

/// Looks the name up and takes the first address that answers, the next one starting after a quarter second.
async fn dial(origin: &Origin) -> Result<TcpStream> {
    let refused = |e: io::Error, what: &str| {
        let hint = "check the server's name and port, the network, and any proxy";
        Error::new(ErrorKind::Connect, format!("{what} {origin}: {e}")).with_hint(hint).with_source(e)
    };
    let found = tokio::net::lookup_host((origin.bare_host(), origin.port())).await;
    let addresses: Vec<_> = found.map_err(|e| refused(e, "no address for"))?.collect();
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    let mut racing = tokio::task::JoinSet::new();
    let mut rest = addresses.into_iter();
    loop {
        if let Some(address) = rest.next() {
            racing.spawn(TcpStream::connect(address));
        }
        let joined = if rest.len() == 0 {
            racing.join_next().await
        } else {
            match tokio::time::timeout(Duration::from_millis(250), racing.join_next()).await {
                Ok(joined) => joined,
                Err(_) => continue,
            }
        };
        match joined {
            Some(Ok(Ok(stream))) => return Ok(stream),
            Some(Ok(Err(error))) => last = error,
            Some(Err(_)) => {}
            None if rest.len() == 0 => return Err(refused(last, "cannot connect to")),
            None => {}
        }
    }
}

fn tls_error(origin: &Origin, error: io::Error) -> Error {
    use rustls::{CertificateError as Bad, Error as Tls};
    let cause = error.get_ref().and_then(|e| e.downcast_ref::<Tls>());
    let (message, hint) = match cause {
        Some(Tls::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. })) => {
            (format!("the certificate of {origin} is for another name"), "connect by the name in the certificate")
        }
        Some(Tls::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. })) => {
            (format!("the certificate of {origin} has expired"), "renew it, or check this machine's clock")
        }
        Some(Tls::InvalidCertificate(why)) => (
            format!("the certificate of {origin} is not trusted: {why}"),
            "name the authority that signed it: --ca-cert FILE (ca_cert_bundle), a PEM file",
        ),
        Some(Tls::InvalidMessage(_)) => {
            (format!("{origin} does not answer in TLS"), "check the port; for plain http write http:// before the host")
        }
        _ => (format!("TLS with {origin} failed: {error}"), "check the port and whether a proxy interferes"),
    };
    let kind = if cause.is_some() { ErrorKind::Tls } else { ErrorKind::Connect };
    Error::new(kind, message).with_hint(hint).with_source(error)
}

/// What moves a connection's bytes.
type Driver = http1::Connection<TokioIo<Stream>, Outgoing>;

/// An open connection, idle or in use.
pub(super) struct Connection {
    sender: SendRequest<Outgoing>,
    /// `None` once it has ended.
    driver: Option<Pin<Box<Driver>>>,
    _count: Counted,
}

impl Connection {
    /// Sends a request; poll the future with [`Connection::with`].
    pub(super) fn send(
        &mut self,
        request: http::Request<Outgoing>,
    ) -> impl Future<Output = Result<http::Response<hyper::body::Incoming>, Sent>> + use<> {
        let sending = self.sender.try_send_request(request);
        async move { sending.await.map_err(|mut e| Sent { never: e.take_message().is_some(), error: e.into_error() }) }
    }

    /// Drives the connection while polling something that depends on it.
    pub(super) fn poll_with<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        if let ready @ Poll::Ready(_) = poll(cx) {
            return ready;
        }
        self.drive(cx);
        poll(cx)
    }

    fn drive(&mut self, cx: &mut Context<'_>) {
        if let Some(driver) = &mut self.driver
            && driver.as_mut().poll(cx).is_ready()
        {
            // Its error reaches the request or the body that was waiting.
            self.driver = None;
        }
    }

    /// Whether it can take another request; waits until the last answer's end has been digested.
    pub(super) async fn is_ready(&mut self) -> bool {
        std::future::poll_fn(|cx| {
            self.drive(cx);
            if self.driver.is_none() || self.sender.is_closed() {
                return Poll::Ready(false);
            }
            self.sender.poll_ready(cx).map(|ready| ready.is_ok())
        })
        .await
    }

    /// Closes it; the socket is gone when this returns.
    pub(super) async fn close(self) {
        let Self { sender, driver, _count } = self;
        drop(sender);
        if let Some(driver) = driver {
            // Says goodbye in TLS; a server that does not listen is not waited for.
            let _ = tokio::time::timeout(Duration::from_millis(200), driver).await;
        }
    }
}

/// A request that failed before there was an answer.
pub(super) struct Sent {
    /// It never reached the connection.
    pub(super) never: bool,
    pub(super) error: hyper::Error,
}

/// Keeps the count of open connections.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(open: &Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(open))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

macro_rules! each {
    ($stream:expr, $inner:ident => $call:expr) => {
        match $stream.get_mut() {
            Stream::Plain(tcp) => {
                let $inner = Pin::new(tcp);
                $call
            }
            Stream::Tls(tls) => {
                let $inner = Pin::new(&mut **tls);
                $call
            }
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        each!(self, s => s.poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        each!(self, s => s.poll_write(cx, buf))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, s => s.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        each!(self, s => s.poll_shutdown(cx))
    }
}

/// Trusts any certificate, because the user said so.
#[derive(Debug)]
struct Unverified(Arc<rustls::crypto::CryptoProvider>);

impl danger::ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _end_entity: &rustls_pki_types::CertificateDer<'_>,
        _intermediates: &[rustls_pki_types::CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: rustls_pki_types::UnixTime,
    ) -> Result<danger::ServerCertVerified, rustls::Error> {
        Ok(danger::ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &rustls_pki_types::CertificateDer<'_>,
        dss: &rustls::DigitallySignedStruct,
    ) -> Result<danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &rustls_pki_types::CertificateDer<'_>,
        dss: &rustls::DigitallySignedStruct,
    ) -> Result<danger::HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<rustls::SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
