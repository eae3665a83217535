//! Rows as squeue lists them: every field a string, absent ones `N/A` or `(null)`.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::array::ranges;
use super::job::{Job, Phase};
use super::queue::{Filter, PARTITION, Slurm};
use crate::sfapi::account::OTHER;
use crate::sfapi::clock::{Clock, Moment, span};

impl Slurm {
    /// The jobs in the queue that a query asks for, and whether every id of it means one of them.
    pub(crate) fn squeue(&self, filter: &Filter, linger: Moment, uid: u32, clock: &Clock) -> (Vec<Value>, bool) {
        let now = clock.now();
        let shown = |job: &&Job| {
            job.queued <= now && job.end().is_none_or(|end| end.saturating_add(linger) > now) && filter.wants(job)
        };
        let jobs: Vec<&Job> = self.jobs.values().filter(shown).collect();
        let known: HashSet<String> = jobs.iter().flat_map(|job| job.ids()).collect();
        let all_known = filter.ids.is_subset(&known);
        let groups = grouped(&jobs, |job| matches!(job.phase, Phase::Pending));
        let rows = groups.into_iter().map(|(job, indices)| row(job, indices.as_deref(), uid, clock, now));
        (rows.map(Value::Object).collect(), all_known)
    }
}

/// Jobs as they are listed: the tasks of an array that have not begun make one row, with their indices.
pub(super) fn grouped<'j>(jobs: &[&'j Job], waits: impl Fn(&Job) -> bool) -> Vec<(&'j Job, Option<String>)> {
    let mut groups: Vec<(&Job, Option<Vec<u32>>)> = Vec::new();
    for job in jobs {
        match (job.task, groups.last_mut()) {
            (Some((array, index)), Some((first, Some(indices))))
                if waits(job) && first.task.is_some_and(|(of, _)| of == array) =>
            {
                indices.push(index);
            }
            (Some((_, index)), _) if waits(job) => groups.push((job, Some(vec![index]))),
            _ => groups.push((job, None)),
        }
    }
    groups.into_iter().map(|(job, indices)| (job, indices.map(|indices| ranges(&indices)))).collect()
}

fn row(job: &Job, indices: Option<&str>, uid: u32, clock: &Clock, now: Moment) -> Map<String, Value> {
    let (array, index) = match (job.task, indices) {
        (Some((array, _)), Some(indices)) => (array.to_string(), indices.to_owned()),
        (Some((array, index)), None) => (array.to_string(), index.to_string()),
        (None, _) => (job.id.to_string(), "N/A".to_owned()),
    };
    let shown = match indices {
        Some(indices) => format!("{array}_[{indices}]"),
        None => job.shown_id(),
    };
    let date = |moment: Option<Moment>| moment.map_or_else(|| "N/A".to_owned(), |moment| clock.slurm(moment));
    let running = job.begin().is_some();
    let node = if running { "nid000001" } else { "" };
    let state = job.state();
    let code = match state {
        "PENDING" => "PD",
        "RUNNING" => "R",
        "COMPLETED" => "CD",
        "CANCELLED" => "CA",
        "FAILED" => "F",
        "TIMEOUT" => "TO",
        "OUT_OF_MEMORY" => "OOM",
        "NODE_FAIL" => "NF",
        _ => "SE",
    };
    let end = job.end().or_else(|| job.begin().map(|begin| begin.saturating_add(job.limit())));
    let script = &job.script;
    let text = |value: &Option<String>, otherwise: &str| value.clone().unwrap_or_else(|| otherwise.to_owned());
    let user_id = if job.user == OTHER { uid + 1 } else { uid };
    let fields = [
        ("account", text(&script.account, "m0001")),
        ("tres_per_node", "N/A".to_owned()),
        ("min_cpus", "1".to_owned()),
        ("min_tmp_disk", "0".to_owned()),
        ("end_time", date(end)),
        ("features", "cpu".to_owned()),
        ("group", user_id.to_string()),
        ("over_subscribe", "NO".to_owned()),
        ("jobid", shown),
        ("name", job.name.clone()),
        ("comment", text(&script.comment, "(null)")),
        ("time_limit", squeue_span(job.limit())),
        ("min_memory", "0".to_owned()),
        ("req_nodes", String::new()),
        ("command", job.command.clone()),
        ("priority", "0.00001534932013".to_owned()),
        ("qos", text(&script.qos, "regular_1")),
        ("reason", job.reason.to_owned()),
        ("", "N/A".to_owned()),
        ("st", code.to_owned()),
        ("user", job.user.clone()),
        ("reservation", "(null)".to_owned()),
        ("wckey", "(null)".to_owned()),
        ("exc_nodes", String::new()),
        ("nice", "0".to_owned()),
        ("s:c:t", "*:*:*".to_owned()),
        ("exec_host", if running { node.to_owned() } else { "n/a".to_owned() }),
        ("cpus", "2".to_owned()),
        ("nodes", text(&script.nodes, "1")),
        ("dependency", if script.dependency_text.is_empty() { "(null)" } else { &script.dependency_text }.to_owned()),
        ("array_job_id", array),
        ("sockets_per_node", "*".to_owned()),
        ("cores_per_socket", "*".to_owned()),
        ("threads_per_core", "*".to_owned()),
        ("array_task_id", index),
        ("time_left", squeue_span(job.limit().saturating_sub(job.elapsed(now)))),
        ("time", squeue_span(job.elapsed(now))),
        ("nodelist", node.to_owned()),
        ("contiguous", "0".to_owned()),
        ("partition", text(&script.partition, PARTITION)),
        ("nodelist(reason)", if running { node.to_owned() } else { format!("({})", job.reason) }),
        ("start_time", date(job.begin())),
        ("state", state.to_owned()),
        ("uid", user_id.to_string()),
        ("submit_time", clock.slurm(job.submit)),
        ("licenses", "u1:1".to_owned()),
        ("core_spec", "N/A".to_owned()),
        ("schednodes", "(null)".to_owned()),
        ("work_dir", job.directory.clone()),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect()
}

/// squeue leaves out hours that are none: `1:05`.
fn squeue_span(time: std::time::Duration) -> String {
    let long = span(time);
    let short = long.strip_prefix("00:").unwrap_or(&long);
    short.strip_prefix('0').unwrap_or(short).to_owned()
}
