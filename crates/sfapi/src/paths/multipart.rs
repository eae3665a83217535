//! One file as `multipart/form-data`, read as it is sent.

use adjutant_core::stream::{BodySource, Chunks};
use bytes::Bytes;
use futures_core::Stream;
use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

/// A form with one file in it.
#[derive(Debug)]
pub(super) struct FormFile {
    head: Bytes,
    file: Arc<dyn BodySource>,
    tail: Bytes,
    media_type: String,
}

impl FormFile {
    /// The field `file`, under that file name.
    pub(super) fn new(file_name: &str, file: Arc<dyn BodySource>) -> Self {
        // Nobody can look through what is only read when it is sent: 128 random bits are in no file.
        let boundary = format!("adjutant-{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        let name = file_name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let media_type = format!("multipart/form-data; boundary={boundary}");
        Self { head: head.into(), file, tail: tail.into(), media_type }
    }

    pub(super) fn media_type(&self) -> &str {
        &self.media_type
    }
}

impl BodySource for FormFile {
    fn length(&self) -> u64 {
        self.head.len() as u64 + self.file.length() + self.tail.len() as u64
    }

    fn open(&self) -> Chunks {
        Box::pin(Form { head: Some(self.head.clone()), file: Some(self.file.open()), tail: Some(self.tail.clone()) })
    }
}

struct Form {
    head: Option<Bytes>,
    file: Option<Chunks>,
    tail: Option<Bytes>,
}

impl Stream for Form {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(head) = self.head.take() {
            return Poll::Ready(Some(Ok(head)));
        }
        if let Some(file) = &mut self.file {
            match std::task::ready!(file.as_mut().poll_next(cx)) {
                Some(chunk) => return Poll::Ready(Some(chunk)),
                None => self.file = None,
            }
        }
        Poll::Ready(self.tail.take().map(Ok))
    }
}

/// Bytes in memory as a body.
#[derive(Debug)]
pub(super) struct Whole(pub(super) Bytes);

impl BodySource for Whole {
    fn length(&self) -> u64 {
        self.0.len() as u64
    }

    fn open(&self) -> Chunks {
        struct Once(Option<Bytes>);
        impl Stream for Once {
            type Item = io::Result<Bytes>;

            fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                Poll::Ready(self.0.take().map(Ok))
            }
        }
        Box::pin(Once(Some(self.0.clone()).filter(|bytes| !bytes.is_empty())))
    }
}
