//! Where a download goes: memory or a file, and how base64 in it is undone without a second copy.

use super::decode::Base64Reader;
use adjutant_core::{Error, ErrorKind, Result};
use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom, Write as _},
};

/// Bytes read at once from a file.
const PIECE: usize = 256 << 10;

/// A place for a download.
pub(super) enum Sink {
    /// Memory, at most so many bytes.
    Memory(Vec<u8>, u64),
    File(File),
}

fn full(error: std::io::Error) -> Error {
    Error::local(format!("the download cannot be written: {error}"), error)
}

impl Sink {
    /// Empties it: the download begins again.
    pub(super) async fn reset(self) -> Result<Self> {
        self.on_disk(|file| {
            file.set_len(0)?;
            file.rewind()
        })
        .await
        .map(|sink| match sink {
            Self::Memory(mut bytes, most) => {
                bytes.clear();
                Self::Memory(bytes, most)
            }
            file => file,
        })
    }

    /// Adds a piece.
    pub(super) async fn write(mut self, piece: Vec<u8>) -> Result<Self> {
        if let Self::Memory(bytes, most) = &mut self {
            if (bytes.len() + piece.len()) as u64 > *most {
                let message = format!("the file is longer than the limit of {most} bytes");
                return Err(Error::new(ErrorKind::TooLarge, message).with_hint("download it to a file"));
            }
            bytes.extend_from_slice(&piece);
            return Ok(self);
        }
        self.on_disk(move |file| file.write_all(&piece)).await
    }

    /// Undoes base64 in place: what is read is always ahead of what is written.
    pub(super) async fn undo_base64(self) -> Result<Self> {
        match self {
            Self::Memory(bytes, most) => {
                let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
                let mut reader = Base64Reader::default();
                reader.feed(&bytes, &mut out)?;
                reader.finish()?;
                Ok(Self::Memory(out, most))
            }
            Self::File(file) => blocking(move || undo_in_place(file)).await.map(Self::File),
        }
    }

    /// How long it is.
    pub(super) fn length(&self) -> Result<u64> {
        match self {
            Self::Memory(bytes, _) => Ok(bytes.len() as u64),
            Self::File(file) => file.metadata().map(|meta| meta.len()).map_err(full),
        }
    }

    /// Makes sure that it is on the disk.
    pub(super) async fn settle(self) -> Result<Self> {
        self.on_disk(|file| file.sync_all()).await
    }

    async fn on_disk(self, act: impl FnOnce(&mut File) -> std::io::Result<()> + Send + 'static) -> Result<Self> {
        match self {
            Self::File(mut file) => {
                let done = blocking(move || {
                    act(&mut file).map_err(full)?;
                    Ok(file)
                });
                done.await.map(Self::File)
            }
            memory => Ok(memory),
        }
    }
}

fn undo_in_place(mut file: File) -> Result<File> {
    let (mut from, mut to) = (0, 0);
    let (mut buffer, mut out) = (vec![0; PIECE], Vec::with_capacity(PIECE));
    let mut reader = Base64Reader::default();
    loop {
        file.seek(SeekFrom::Start(from)).map_err(full)?;
        let read = file.read(&mut buffer).map_err(full)?;
        if read == 0 {
            break;
        }
        from += read as u64;
        out.clear();
        reader.feed(&buffer[..read], &mut out)?;
        file.seek(SeekFrom::Start(to)).map_err(full)?;
        file.write_all(&out).map_err(full)?;
        to += out.len() as u64;
    }
    reader.finish()?;
    file.set_len(to).map_err(full)?;
    Ok(file)
}

/// Runs what may block beside the runtime.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::Closed, "the client was shut down while it wrote a file")))
}
