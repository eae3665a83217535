//! The smallest HTTP server: it reads a head and a body, and answers with the bytes that a script gives it.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What to do with one request.
pub(crate) enum Reply {
    /// Send these bytes and go on.
    Bytes(Vec<u8>),
    /// Send these bytes and close.
    Cut(Vec<u8>),
    /// Wait, then send and go on.
    After(Duration, Vec<u8>),
    /// Send the parts with a pause before each.
    Drip(Duration, Vec<Vec<u8>>),
}

/// What to answer to a request (head and body), and its number.
type Script = dyn Fn(&str, usize) -> Reply + Send + Sync;

pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) heads: Arc<Mutex<Vec<String>>>,
    pub(crate) open: Arc<AtomicUsize>,
    pub(crate) most_open: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// `script` gets the request (head and body) and its number, from 1.
    pub(crate) async fn start(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (heads, open, most_open) = (Arc::<Mutex<Vec<String>>>::default(), Arc::default(), Arc::default());
        let task = tokio::spawn(accept(
            listener,
            Arc::new(script),
            Arc::clone(&heads),
            Arc::clone(&open),
            Arc::clone(&most_open),
        ));
        Self { addr, heads, open, most_open, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn count(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    pub(crate) fn head(&self, n: usize) -> String {
        self.heads.lock().unwrap()[n].to_ascii_lowercase()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    script: Arc<Script>,
    heads: Arc<Mutex<Vec<String>>>,
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        // Whoever hung up before this one came has been noticed by then.
        tokio::time::sleep(Duration::from_millis(2)).await;
        most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let (script, heads, open) = (Arc::clone(&script), Arc::clone(&heads), Arc::clone(&open));
        tokio::spawn(async move {
            let _ = serve(stream, &*script, &heads).await;
            open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

async fn serve(mut stream: TcpStream, script: &Script, heads: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&buffer[..at]).to_ascii_lowercase();
                let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse::<usize>().ok());
                let end = at + 4 + length.unwrap_or(0);
                if buffer.len() >= end {
                    break end;
                }
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let request = String::from_utf8_lossy(&buffer[..end]).into_owned();
        buffer.drain(..end);
        let number = {
            let mut heads = heads.lock().unwrap();
            heads.push(request.clone());
            heads.len()
        };
        if reply(&mut stream, script(&request, number)).await? {
            return Ok(());
        }
    }
}

async fn reply(stream: &mut TcpStream, reply: Reply) -> std::io::Result<bool> {
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).await?,
        Reply::Cut(bytes) => {
            stream.write_all(&bytes).await?;
            return Ok(true);
        }
        Reply::After(time, bytes) => {
            let mut gone = [0u8; 1];
            tokio::select! {
                () = tokio::time::sleep(time) => stream.write_all(&bytes).await?,
                _ = stream.read(&mut gone) => return Ok(true),
            }
        }
        Reply::Drip(pause, parts) => {
            for part in parts {
                tokio::time::sleep(pause).await;
                stream.write_all(&part).await?;
            }
        }
    }
    Ok(false)
}

/// An answer with its length.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) fn ok(body: &str) -> Reply {
    Reply::Bytes(answer(200, "Content-Type: application/json\r\n", body))
}
