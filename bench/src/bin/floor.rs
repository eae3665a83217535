//! The floor: the least that anyone can spend on the same bytes. Bare hyper over rustls, one connection a slot,
//! no retries, no tokens to renew, bodies thrown away unread.
//!
//! `floor URL CA_FILE LIMIT CLIENT_ID CLIENT_SECRET < PATHS`: one path a line.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, client::conn::http1::SendRequest};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject as _};
use std::{error::Error, sync::Arc};
use tokio::{net::TcpStream, sync::Mutex};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

struct Server {
    host: String,
    tls: tokio_rustls::TlsConnector,
}

impl Server {
    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let tcp = TcpStream::connect(&self.host).await?;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from(self.host.split(':').next().unwrap_or("").to_owned())?;
        let stream = self.tls.connect(name, tcp).await?;
        let (sender, driver) = hyper::client::conn::http1::handshake(hyper_util::rt::TokioIo::new(stream)).await?;
        tokio::spawn(driver);
        Ok(sender)
    }

    async fn send(&self, sender: &mut SendRequest<Full<Bytes>>, request: Request<Full<Bytes>>) -> Result<Bytes> {
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        if !response.status().is_success() {
            return Err(format!("HTTP {}", response.status()).into());
        }
        Ok(response.into_body().collect().await?.to_bytes())
    }
}

async fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, ca, limit, id, secret] = args.as_slice() else {
        return Err("usage: floor URL CA_FILE LIMIT CLIENT_ID CLIENT_SECRET < PATHS".into());
    };
    let host = url.strip_prefix("https://").ok_or("an https URL")?.trim_end_matches('/').to_owned();
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca)? {
        roots.add(certificate?)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let server = Arc::new(Server { host, tls: Arc::new(config).into() });

    let mut first = server.connect().await?;
    let form = format!("client_id={id}&client_secret={secret}&grant_type=client_credentials");
    let login = Request::post("/api/v1/oauth/token")
        .header("host", &server.host)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(form.into()))?;
    let answer = server.send(&mut first, login).await?;
    let text = String::from_utf8_lossy(&answer);
    let token = text.split("\"access_token\":").nth(1).and_then(|t| t.split('"').nth(1)).ok_or("no token")?;
    let bearer: Arc<str> = format!("Bearer {token}").into();

    let paths: Vec<_> = std::io::stdin().lines().collect::<std::result::Result<_, _>>()?;
    let paths = Arc::new(Mutex::new(paths.into_iter()));
    let mut slots = tokio::task::JoinSet::new();
    let mut ready = Some(first);
    for _ in 0..limit.parse::<usize>()? {
        let (server, paths, bearer, ready) =
            (Arc::clone(&server), Arc::clone(&paths), Arc::clone(&bearer), ready.take());
        slots.spawn(async move {
            let mut sender = match ready {
                Some(sender) => sender,
                None => server.connect().await?,
            };
            let mut bytes = 0;
            loop {
                let next = paths.lock().await.next();
                let Some(path) = next else { break };
                let request = Request::get(path)
                    .header("host", &server.host)
                    .header("authorization", &*bearer)
                    .header("accept", "application/json")
                    .body(Full::default())?;
                bytes += server.send(&mut sender, request).await?.len();
            }
            Result::Ok(bytes)
        });
    }
    let mut bytes = 0;
    while let Some(slot) = slots.join_next().await {
        bytes += slot??;
    }
    println!("{bytes} bytes");
    Ok(())
}

fn main() -> Result<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
