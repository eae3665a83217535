//! `utilities/command`: one command, no shell around it.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use serde_json::json;

use super::facility::known_machine;
use super::faults::Twist;
use super::form::Form;
use super::reply::{Refusal, ok};
use super::server::Server;
use super::shell::Shell;
use super::tasks::{accepted, doomed};
use super::tokens::Caller;

/// `POST utilities/command/{machine}`.
pub(crate) async fn run(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(machine): Path<String>,
    Extension(twist): Extension<Twist>,
    body: Bytes,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    let form = Form::read(&body);
    let command = form.needed("executable")?;
    let trouble = server.facility().trouble(&machine);
    if let Some(said) = trouble {
        return Ok(ok(&json!({ "task_id": "", "status": "ERROR", "error": said })));
    }
    if twist.task_failed {
        return Ok(doomed(&server, twist));
    }
    let host = if machine == "perlmutter" { "login01" } else { machine.as_str() };
    let outcome = Shell::new(&server.sandbox, &server.options.user, host).execute(command);
    server.counts().commands += 1;
    let result = json!({
        "status": if outcome.code == 0 { "ok" } else { "error" },
        "output": outcome.output, "error": outcome.error, "exit_code": outcome.code,
    });
    Ok(accepted(&server, twist, outcome.slept / server.options.speed, &result))
}
