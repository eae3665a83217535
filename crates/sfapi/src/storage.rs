//! Transfers between file systems, by Globus: the way for what is large.

use crate::{
    compute::Machine,
    hub::{World, end_of, late},
    model::{GlobusStatus, Transfer, TransferStarted},
    operation::{form, get, operation},
    wire,
};
use adjutant_core::{Async, Bound, Error, ErrorKind, Flow, Mode, Result, path::segment};
use http::Method;
use std::time::Duration;

operation! {
    /// Begins a transfer.
    StartTransfer { source: String, target: String, source_dir: String, target_dir: String, label: Option<String> }
        -> TransferStarted,
    START: "storage.start-transfer" "POST" "/storage/globus/transfer" Write false;
    request |op| {
        for (name, value) in [("source", &op.source), ("target", &op.target), ("source_dir", &op.source_dir),
            ("target_dir", &op.target_dir)] {
            if value.trim().is_empty() {
                return Err(Error::usage(format!("{name} is empty")));
            }
        }
        let mut fields = vec![
            ("source_uuid", op.source.as_str()),
            ("target_uuid", op.target.as_str()),
            ("source_dir", op.source_dir.as_str()),
            ("target_dir", op.target_dir.as_str()),
        ];
        fields.extend(op.label.as_deref().map(|label| ("label", label)));
        Ok(form(&START, Method::POST, "/storage/globus/transfer", fields))
    };
    decode |response| wire::checked(&response);
}

impl<B> StartTransfer<B> {
    /// Names the transfer for people; default: Globus's own.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

operation! {
    /// How far a transfer is.
    GetTransfer { id: String } -> Transfer,
    GET: "storage.transfer" "GET" "/storage/globus/transfer/{globus_uuid}" Read true;
    request |op| {
        if op.id.trim().is_empty() {
            return Err(Error::usage("the transfer's id is empty"));
        }
        Ok(get(&GET, format!("/storage/globus/transfer/{}", segment(&op.id))))
    };
    decode |response| wire::checked(&response);
}

impl TransferStarted {
    /// The transfer's id, by whichever name the server gives it.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.transfer_id.as_deref().filter(|id| !id.is_empty()).or(self.globus_uuid.as_deref())
    }
}

/// Globus transfers.
#[derive(Clone, Debug)]
pub struct Storage<M: Mode = Async> {
    world: World<M>,
}

impl<M: Mode> Storage<M> {
    pub(crate) fn new(world: World<M>) -> Self {
        Self { world }
    }

    /// Begins to copy a file or directory from one endpoint to another. An endpoint is a Globus UUID, or a place that
    /// NERSC knows by name: `dtn` (`dtns` and `dtn01` are taken for it), `perlmutter`, `hpss`.
    ///
    /// A start whose answer is lost is not repeated by itself: look at Globus first.
    pub fn start_transfer(
        &self,
        source: impl AsRef<str>,
        target: impl AsRef<str>,
        source_dir: impl ToString,
        target_dir: impl ToString,
    ) -> StartTransfer<Bound<M>> {
        let (source, target) = (endpoint(source.as_ref()), endpoint(target.as_ref()));
        StartTransfer::bound(self.world.bound(), source, target, source_dir.to_string(), target_dir.to_string(), None)
    }

    /// How far one is.
    pub fn transfer(&self, id: impl Into<String>) -> GetTransfer<Bound<M>> {
        GetTransfer::bound(self.world.bound(), id.into())
    }

    /// Waits until one has succeeded, failed or been cancelled, at most so long (`None`: without end). Its end is a
    /// value, whatever it is: look at [`Transfer::globus_status`].
    pub fn complete(&self, id: impl Into<String>, timeout: impl Into<Option<Duration>>) -> Flow<M, Transfer> {
        let (id, timeout) = (id.into(), timeout.into());
        self.world.flow(|hub| async move {
            hub.mind_horizon(timeout).await;
            let end = end_of(&hub, timeout);
            let mut seen = String::from("nothing");
            let mut failures = 0;
            loop {
                match hub.until(end, hub.send(GetTransfer::new(id.clone()))).await {
                    Some(Ok(transfer)) if transfer.globus_status.as_ref().is_some_and(GlobusStatus::is_final) => {
                        return Ok(transfer);
                    }
                    Some(Ok(transfer)) => {
                        failures = 0;
                        seen = transfer.globus_status.map_or_else(|| "no status".into(), |s| s.to_string());
                    }
                    Some(Err(error)) if failures >= PATIENCE || !crate::explain::may_pass(&error) => return Err(error),
                    Some(Err(error)) => {
                        failures += 1;
                        tracing::debug!(%error, "a look at a transfer failed");
                    }
                    None => {}
                }
                let resume = hub.now() + hub.settings.wait_interval;
                if let Some(end) = end.filter(|end| resume >= *end) {
                    hub.clock().sleep(end.saturating_duration_since(hub.now())).await;
                    return Err(late(format!("transfer {id} is not done in time (last: {seen})")));
                }
                hub.clock().sleep(hub.settings.wait_interval).await;
            }
        })
    }
}

/// Looks that may fail in a row before a wait gives up.
const PATIENCE: u32 = 10;

fn endpoint(name: &str) -> String {
    match Machine::from(name) {
        Machine::Dtn01 | Machine::Dtns => "dtn".into(),
        other => other.as_str().to_owned(),
    }
}

impl Transfer {
    /// An error unless it has succeeded.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] with Globus's words.
    pub fn succeeded(self) -> Result<Self> {
        match &self.globus_status {
            Some(GlobusStatus::Succeeded) => Ok(self),
            status => {
                let status = status.as_ref().map_or("unknown", GlobusStatus::as_str);
                let reason = adjutant_core::error::tame(self.reason.as_deref().unwrap_or_default(), 200);
                Err(Error::new(ErrorKind::Rejected, format!("the transfer is {status}: {reason}")))
            }
        }
    }
}
