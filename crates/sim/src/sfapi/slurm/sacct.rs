//! Rows as sacct lists them: every field a string, most of them empty.

use serde_json::{Map, Value, json};

use super::job::{Job, Phase};
use super::queue::{Filter, PARTITION, Slurm};
use super::squeue::grouped;
use crate::sfapi::account::OTHER;
use crate::sfapi::clock::{Clock, Moment, span};

/// Every field, in sacct's order.
const FIELDS: &str = "account admincomment alloccpus allocnodes alloctres associd avecpu avecpufreq avediskread \
    avediskwrite avepages averss avevmsize blockid cluster comment constraints consumedenergy consumedenergyraw cputime \
    cputimeraw dbindex derivedexitcode elapsed elapsedraw eligible end exitcode flags gid group jobid jobidraw jobname \
    layout maxdiskread maxdiskreadnode maxdiskreadtask maxdiskwrite maxdiskwritenode maxdiskwritetask maxpages \
    maxpagesnode maxpagestask maxrss maxrssnode maxrsstask maxvmsize maxvmsizenode maxvmsizetask mcslabel mincpu \
    mincpunode mincputask ncpus nnodes nodelist ntasks priority partition qos qosraw reason reqcpufreq reqcpufreqmin \
    reqcpufreqmax reqcpufreqgov reqcpus reqmem reqnodes reqtres reservation reservationid reserved resvcpu resvcpuraw \
    start state submit suspended systemcpu systemcomment timelimit timelimitraw totalcpu tresusageinave tresusageinmax \
    tresusageinmaxnode tresusageinmaxtask tresusageinmin tresusageinminnode tresusageinmintask tresusageintot \
    tresusageoutave tresusageoutmax tresusageoutmaxnode tresusageoutmaxtask tresusageoutmin tresusageoutminnode \
    tresusageoutmintask tresusageouttot uid user usercpu wckey wckeyid workdir";

impl Slurm {
    /// The jobs of all times that a query asks for.
    pub(crate) fn sacct(&self, filter: &Filter, comments: bool, uid: u32, clock: &Clock) -> Vec<Value> {
        let now = clock.now();
        let shown = |job: &&Job| job.recorded <= now && filter.wants(job);
        let jobs: Vec<&Job> = self.jobs.values().filter(shown).collect();
        let groups = grouped(&jobs, |job| matches!(job.phase, Phase::Pending));
        groups
            .into_iter()
            .map(|(job, indices)| {
                let mut row = row(job, indices, uid, clock, now);
                if !comments {
                    row.insert("comment".to_owned(), json!(""));
                }
                Value::Object(row)
            })
            .collect()
    }
}

fn row(job: &Job, indices: Option<String>, uid: u32, clock: &Clock, now: Moment) -> Map<String, Value> {
    let script = &job.script;
    let date = |moment: Option<Moment>| moment.map_or_else(|| "Unknown".to_owned(), |moment| clock.slurm(moment));
    let text = |value: &Option<String>, otherwise: &str| value.clone().unwrap_or_else(|| otherwise.to_owned());
    let (state, exit) = match &job.phase {
        Phase::Ended { verdict, .. } => {
            let by = verdict.by.map_or_else(String::new, |by| format!(" by {by}"));
            (format!("{}{by}", verdict.state), verdict.exit)
        }
        _ => (job.state().to_owned(), (0, 0)),
    };
    let shown = match (job.task, indices) {
        (Some((array, _)), Some(indices)) => format!("{array}_[{indices}]"),
        _ => job.shown_id(),
    };
    let paths = json!({
        "jobId": job.id, "jobName": job.name, "workdir": job.directory,
        "stdoutPath": job.stdout, "stderrPath": job.stderr, "stdinPath": "/dev/null",
    });
    let elapsed = job.elapsed(now);
    let waited = job.begin().unwrap_or(now).saturating_sub(job.submit);
    let nodes = text(&script.nodes, "1");
    let user_id = if job.user == OTHER { uid + 1 } else { uid };
    let known = [
        ("account", text(&script.account, "m0001")),
        ("admincomment", paths.to_string()),
        ("alloccpus", "256".to_owned()),
        ("allocnodes", nodes.clone()),
        ("alloctres", format!("billing=256,cpu=256,node={nodes}")),
        ("associd", "1".to_owned()),
        ("cluster", "perlmutter".to_owned()),
        ("comment", text(&script.comment, "")),
        ("constraints", "cpu".to_owned()),
        ("cputime", span(elapsed * 256)),
        ("cputimeraw", (elapsed.as_secs() * 256).to_string()),
        ("dbindex", job.id.to_string()),
        ("derivedexitcode", "0:0".to_owned()),
        ("elapsed", span(elapsed)),
        ("elapsedraw", elapsed.as_secs().to_string()),
        ("eligible", clock.slurm(job.submit)),
        ("end", date(job.end())),
        ("exitcode", format!("{}:{}", exit.0, exit.1)),
        ("flags", "SchedMain".to_owned()),
        ("gid", user_id.to_string()),
        ("group", job.user.clone()),
        ("jobid", shown),
        ("jobidraw", job.id.to_string()),
        ("jobname", job.name.clone()),
        ("ncpus", "256".to_owned()),
        ("nnodes", nodes.clone()),
        ("nodelist", if job.begin().is_some() { "nid000001" } else { "None assigned" }.to_owned()),
        ("priority", "65925".to_owned()),
        ("partition", text(&script.partition, PARTITION)),
        ("qos", text(&script.qos, "regular_1")),
        ("qosraw", "1".to_owned()),
        ("reason", job.reason.to_owned()),
        ("reqcpufreq", "Unknown".to_owned()),
        ("reqcpufreqmin", "Unknown".to_owned()),
        ("reqcpufreqmax", "Unknown".to_owned()),
        ("reqcpufreqgov", "Unknown".to_owned()),
        ("reqcpus", "1".to_owned()),
        ("reqmem", "0".to_owned()),
        ("reqnodes", nodes),
        ("reserved", span(waited)),
        ("start", date(job.begin())),
        ("state", state),
        ("submit", clock.slurm(job.submit)),
        ("suspended", "00:00:00".to_owned()),
        ("systemcpu", "00:00:00".to_owned()),
        ("timelimit", span(job.limit())),
        ("timelimitraw", (job.limit().as_secs() / 60).to_string()),
        ("totalcpu", "00:00:00".to_owned()),
        ("uid", user_id.to_string()),
        ("user", job.user.clone()),
        ("usercpu", "00:00:00".to_owned()),
        ("workdir", job.directory.clone()),
    ];
    let empty = FIELDS.split_whitespace().map(|name| (name.to_owned(), json!("")));
    let mut row: Map<String, Value> = empty.collect();
    row.extend(known.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))));
    row
}
