//! Files up: in little memory, from the beginning whenever they are sent again, and verified.

use super::{
    RemotePath,
    entry::{Kind, followed},
    multipart::{FormFile, Whole},
    sink::blocking,
    target,
};
use crate::{
    compute::{Compute, Machine},
    hub::Hub,
    model::Uploaded,
    wire,
};
use adjutant_core::{
    Applied, Error, ErrorKind, Mode, OpInfo, Request, Result, Safety,
    stream::{BodySource, FileSource},
};
use bytes::Bytes;
use std::{path::PathBuf, sync::Arc};

// Putting the same file in the same place twice equals doing it once.
static UPLOAD: OpInfo = OpInfo {
    name: "paths.upload",
    method: "PUT",
    path: "/utilities/upload/{machine}/{path}",
    safety: Safety::Write,
    idempotent: true,
    privileges: &[],
    deprecated: None,
};

/// A local file, to a path or into a directory. Where it came to.
pub(super) async fn file<M: Mode>(
    hub: &Hub,
    machine: &Machine,
    path: &RemotePath<Compute<M>>,
    local: PathBuf,
) -> Result<String> {
    let plain = RemotePath::new(path.as_str());
    let is_directory = match path.entry().map(super::Entry::kind) {
        Some(Kind::File) => false,
        Some(Kind::Directory) => true,
        _ => match followed(hub, machine, &plain).await {
            Ok(found) => found.kind() == Kind::Directory,
            Err(error) if error.is_not_found() => false,
            Err(error) => return Err(error),
        },
    };
    let name = local.file_name().map(|name| name.to_string_lossy().into_owned());
    let source = blocking(move || FileSource::new(local)).await?;
    let to = match (is_directory, name) {
        (true, Some(name)) => plain.join(name),
        (true, None) => return Err(Error::usage("the local file has no name")),
        (false, _) => plain,
    };
    send(hub, machine, to.as_str(), Arc::new(source)).await?;
    Ok(to.to_string())
}

/// Bytes, to a path.
pub(super) async fn bytes(hub: &Hub, machine: &Machine, path: &str, content: Bytes) -> Result<()> {
    send(hub, machine, path, Arc::new(Whole(content))).await
}

/// A body, to a path.
pub(super) async fn send(hub: &Hub, machine: &Machine, path: &str, source: Arc<dyn BodySource>) -> Result<()> {
    put(hub, machine, path, source).await.map_err(|error| error.with_operation(UPLOAD.name))
}

async fn put(hub: &Hub, machine: &Machine, path: &str, source: Arc<dyn BodySource>) -> Result<()> {
    let plain = RemotePath::new(path);
    if !plain.is_absolute() || plain.name().is_empty() {
        return Err(Error::usage(format!("{path:?} is not the whole path of a file")).with_hint("begin it with /"));
    }
    let expected = source.length();
    let form = Arc::new(FormFile::new(plain.name(), source));
    let media_type = form.media_type().to_owned();
    let request = Request::new(&UPLOAD, http::Method::PUT, target("upload", machine, plain.as_str()))
        .body_source("multipart/form-data", form)
        .header("content-type", &media_type)?;
    let answer = hub.engine.execute(request).await?;
    wire::checked::<Uploaded>(&answer)?;
    let found = followed(hub, machine, &plain).await.map_err(|error| {
        let message = format!("{path} was sent, but could not be verified: {}", error.message());
        Error::new(error.kind(), message).with_applied(Applied::Maybe).with_source(error)
    })?;
    match found.size() {
        Some(size) if size != expected => {
            let message = format!("{path} has {size} bytes after {expected} were sent");
            Err(Error::new(ErrorKind::Broken, message)
                .with_applied(Applied::Yes)
                .with_hint("send it again; for large files use storage() (Globus), which this server prefers"))
        }
        _ => Ok(()),
    }
}
