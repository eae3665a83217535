//! `compute/jobs`: submit, list, cancel.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use super::facility::known_machine;
use super::faults::Twist;
use super::form::Form;
use super::reply::{Refusal, ok};
use super::sandbox::words;
use super::server::{Server, UID};
use super::slurm::{Filter, Refused, Rules, Script, Submission};
use super::tasks::{accepted, doomed};
use super::tokens::Caller;
use crate::query::Query;

/// `POST compute/jobs/{machine}`.
pub(crate) async fn submit(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(machine): Path<String>,
    Extension(twist): Extension<Twist>,
    body: Bytes,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    let form = Form::read(&body);
    let is_path = form.needed_flag("isPath")?;
    let job = form.needed("job")?;
    let trouble = server.facility().trouble(&machine);
    if let Some(said) = trouble {
        return Ok(refused(&said));
    }
    if twist.task_failed {
        return Ok(doomed(&server, twist));
    }
    let arguments = form.all("args");
    let result = match sbatch(&server, &machine, job, is_path, &arguments, twist) {
        Ok(id) => {
            let mut hasher = DefaultHasher::new();
            (&machine, job, &arguments).hash(&mut hasher);
            server.counts().submitted(hasher.finish());
            json!({ "status": "ok", "jobid": id.to_string(), "error": null })
        }
        Err(why) => {
            server.counts().refused_submits += 1;
            if why.by_limit && !server.options.late_refusal {
                return Ok(refused(&why.said));
            }
            json!({ "status": "error", "jobid": null, "error": why.said })
        }
    };
    Ok(accepted(&server, twist, Duration::ZERO, &result))
}

/// Status 200, and nothing done.
fn refused(said: &str) -> Response {
    ok(&json!({ "task_id": "", "status": "ERROR", "error": said }))
}

fn sbatch(
    server: &Server,
    machine: &str,
    job: &str,
    is_path: bool,
    arguments: &[String],
    twist: Twist,
) -> Result<u64, Refused> {
    let read = |path: &str| {
        let text = server.sandbox.follow(path).and_then(fs::read_to_string);
        text.map_err(|error| format!("sbatch: error: Unable to open file {path}: {}", words(&error)))
    };
    let text = if is_path { read(job)? } else { job.to_owned() };
    let options = &server.options;
    let late = match twist.late {
        Some(late) => (late, late),
        None => (options.queue_late, options.sacct_late),
    };
    let path = is_path.then_some(job);
    let submission = Submission { script: Script::read(&text)?, path, arguments, late };
    let rules = Rules { most_jobs: options.queue_limit };
    let now = server.clock.now();
    server.cluster(machine, |slurm| slurm.submit(submission, &server.site(), rules, now))
}

/// `GET compute/jobs/{machine}`.
pub(crate) async fn list(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(machine): Path<String>,
    Extension(twist): Extension<Twist>,
    uri: Uri,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    let query = Query::of(&uri);
    let mut filter = Filter::default();
    for pair in query.all("kwargs") {
        let (name, values) = pair.split_once('=').unwrap_or((pair, ""));
        let values = values.split(',').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let list = match name {
            "jobid" | "jobs" => {
                filter.ids.extend(values);
                continue;
            }
            "user" | "users" => &mut filter.users,
            "partition" => &mut filter.partitions,
            "state" | "states" => &mut filter.states,
            "name" => &mut filter.names,
            _ => return Ok(failed(&format!("unrecognized option '--{name}'"))),
        };
        list.extend(values);
    }
    Ok(rows(&server, &machine, &query, &filter, twist))
}

/// `GET compute/jobs/{machine}/{jobid}`.
pub(crate) async fn get(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path((machine, id)): Path<(String, String)>,
    Extension(twist): Extension<Twist>,
    uri: Uri,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    let filter = Filter { ids: [id].into(), ..Filter::default() };
    Ok(rows(&server, &machine, &Query::of(&uri), &filter, twist))
}

fn rows(server: &Server, machine: &str, query: &Query, filter: &Filter, twist: Twist) -> Response {
    let sacct = query.get("sacct").is_some_and(|flag| flag.eq_ignore_ascii_case("true") || flag == "1");
    let (options, clock) = (&server.options, &server.clock);
    let rows = server.cluster(machine, |slurm| {
        if sacct {
            return Some(slurm.sacct(filter, options.sacct_comments, UID, clock));
        }
        let (rows, all_known) = slurm.squeue(filter, options.queue_linger, UID, clock);
        (all_known || !twist.stale_id).then_some(rows)
    });
    let Some(rows) = rows else { return failed("slurm_load_jobs error: Invalid job id specified") };
    let first = query.number("index").unwrap_or(0) as usize;
    let most = query.number("limit").filter(|limit| *limit > 0).map_or(usize::MAX, |limit| limit as usize);
    let page: Vec<Value> = rows.into_iter().skip(first).take(most).collect();
    ok(&json!({ "status": "OK", "output": page, "error": null }))
}

fn failed(said: &str) -> Response {
    ok(&json!({ "status": "ERROR", "output": null, "error": said }))
}

/// `DELETE compute/jobs/{machine}/{jobid}`.
pub(crate) async fn cancel(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path((machine, id)): Path<(String, String)>,
    Extension(twist): Extension<Twist>,
) -> Result<Response, Refusal> {
    known_machine(&machine)?;
    if twist.task_failed {
        return Ok(doomed(&server, twist));
    }
    let now = server.clock.now();
    let result = match server.cluster(&machine, |slurm| slurm.cancel(&id, UID, now)) {
        Some(ended) => {
            server.counts().cancelled += ended;
            json!({ "status": "ok", "output": "", "error": null })
        }
        None => {
            let said = format!("scancel: error: Kill job error on job id {id}: Invalid job id specified");
            json!({ "status": "error", "output": null, "error": said })
        }
    };
    Ok(accepted(&server, twist, Duration::ZERO, &result))
}
