//! Files down: in little memory, and never short.

use super::{
    RemotePath,
    decode::FileReader,
    entry::{Kind, followed},
    sink::{Sink, blocking},
    target,
};
use crate::{compute::Machine, explain::may_pass, hub::Hub};
use adjutant_core::{Applied, Error, ErrorKind, OpInfo, Request, Result, Safety};
use std::path::{Path, PathBuf};

static DOWNLOAD: OpInfo = OpInfo {
    name: "paths.download",
    method: "GET",
    path: "/utilities/download/{machine}/{path}",
    safety: Safety::Read,
    idempotent: true,
    privileges: &[],
    deprecated: None,
};

/// Bytes gathered before they are written.
const GATHER: usize = 256 << 10;

/// Into memory.
pub(super) async fn to_memory(hub: &Hub, machine: &Machine, path: &RemotePath, binary: bool) -> Result<Vec<u8>> {
    let sink = Sink::Memory(Vec::new(), hub.engine.config().max_answer);
    match fetch(hub, machine, path, binary, sink).await.map_err(|e| e.with_operation(DOWNLOAD.name))? {
        Sink::Memory(bytes, _) => Ok(bytes),
        Sink::File(_) => Ok(Vec::new()),
    }
}

/// Into a local file, which is there whole or not at all.
pub(super) async fn to_file(hub: &Hub, machine: &Machine, path: &RemotePath, local: PathBuf) -> Result<u64> {
    let folder = local.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    let shown = local.display().to_string();
    let failed = move |e: std::io::Error| Error::local(format!("{shown} cannot be written: {e}"), e);
    if local.is_dir() {
        return Err(Error::usage(format!("{} is a directory", local.display())).with_hint("give the file's name too"));
    }
    let unwritten = failed.clone();
    let temporary = blocking(move || tempfile::NamedTempFile::new_in(folder).map_err(unwritten)).await?;
    let file = temporary.reopen().map_err(failed.clone())?;
    let sink = fetch(hub, machine, path, true, Sink::File(file)).await.map_err(|e| e.with_operation(DOWNLOAD.name))?;
    let length = sink.length()?;
    drop(sink);
    blocking(move || {
        permissions(temporary.as_file()).map_err(failed.clone())?;
        temporary.persist(&local).map_err(|e| failed(e.error))
    })
    .await?;
    Ok(length)
}

/// A temporary file is for its owner alone; a download is a file like any other.
#[cfg(unix)]
fn permissions(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn permissions(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

/// Into a file that is open here.
pub(super) async fn to_open_file(
    hub: &Hub,
    machine: &Machine,
    path: &RemotePath,
    binary: bool,
    file: std::fs::File,
) -> Result<()> {
    fetch(hub, machine, path, binary, Sink::File(file)).await.map(drop).map_err(|e| e.with_operation(DOWNLOAD.name))
}

/// The file, whole: it has the size that a listing says, or one that it had while it grew.
async fn fetch(hub: &Hub, machine: &Machine, path: &RemotePath, binary: bool, mut sink: Sink) -> Result<Sink> {
    let before = size(hub, machine, path).await?;
    let mut tries = 0;
    // A body that breaks off is asked for again from its beginning; that has harmed nothing.
    loop {
        tries += 1;
        sink = match receive(hub, machine, path, binary, sink).await {
            Ok(sink) => break verify(hub, machine, path, before, sink).await,
            Err((error, Some(sink)))
                if tries <= hub.engine.config().max_retries
                    && may_pass(&error)
                    && error.kind() != ErrorKind::Decode =>
            {
                tracing::debug!(%error, tries, "a download broke off and is begun again");
                let pause = std::time::Duration::from_millis(100 << tries.min(6)).mul_f64(hub.clock().random());
                hub.clock().sleep(pause).await;
                sink.reset().await?
            }
            Err((error, _)) => return Err(error.with_applied(Applied::No)),
        };
    }
}

async fn size(hub: &Hub, machine: &Machine, path: &RemotePath) -> Result<Option<u64>> {
    let found = followed(hub, machine, path).await?;
    if found.kind() == Kind::Directory {
        return Err(Error::usage(format!("{path} is a directory")).with_hint("list it, and download what is in it"));
    }
    Ok(found.size())
}

/// A file may grow while it is read, as logs do; it may not be shorter than it was.
async fn verify(hub: &Hub, machine: &Machine, path: &RemotePath, before: Option<u64>, sink: Sink) -> Result<Sink> {
    let (Some(before), length) = (before, sink.length()?) else { return sink.settle().await };
    if length > before {
        let after = size(hub, machine, path).await?;
        if after.is_some_and(|after| length <= after) {
            return sink.settle().await;
        }
    }
    if length != before {
        let message = format!("{path} came with {length} bytes but has {before}");
        return Err(Error::new(ErrorKind::Broken, message)
            .with_hint("try again; for large files use storage() (Globus), which this server prefers"));
    }
    sink.settle().await
}

type Received = Result<Sink, (Error, Option<Sink>)>;

async fn receive(hub: &Hub, machine: &Machine, path: &RemotePath, binary: bool, mut sink: Sink) -> Received {
    let request = Request::new(&DOWNLOAD, http::Method::GET, target("download", machine, path.as_str()))
        .query("binary", if binary { "true" } else { "false" });
    let mut answer = match hub.engine.open(request).await {
        Ok(answer) => answer,
        // The engine has tried that as often as it may.
        Err(error) => return Err((error, None)),
    };
    let (mut reader, mut gathered) = (FileReader::default(), Vec::new());
    loop {
        let chunk = match answer.chunk().await {
            Ok(chunk) => chunk,
            Err(error) => return Err((error, Some(sink))),
        };
        if let Some(chunk) = &chunk {
            reader.feed(chunk, &mut gathered).map_err(|error| (error, None))?;
        }
        if gathered.len() >= GATHER || (chunk.is_none() && !gathered.is_empty()) {
            sink = sink.write(std::mem::take(&mut gathered)).await.map_err(|error| (error, None))?;
        }
        if chunk.is_none() {
            break;
        }
    }
    match reader.finish() {
        Ok(true) => sink.undo_base64().await.map_err(|error| (error, None)),
        Ok(false) => Ok(sink),
        Err(error) => Err((error, None)),
    }
}
