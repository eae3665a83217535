//! Jobs from the form to the history, seen from the socket.

mod client;

use std::thread::sleep;
use std::time::{Duration, Instant};

use client::{Client, facility};
use serde_json::{Value, json};

const JOBS: &str = "/api/v1.2/compute/jobs/perlmutter";

/// Submits and waits for the task.
fn submit(client: &mut Client, fields: &[(&str, &str)]) -> Value {
    let answer = client.form(JOBS, fields).json();
    assert_eq!(answer["status"], "OK", "{answer}");
    task(client, answer["task_id"].as_str().expect("a string"))
}

fn task(client: &mut Client, id: &str) -> Value {
    loop {
        let task = client.json(&format!("/api/v1.2/tasks/{id}"));
        match task["status"].as_str() {
            Some("new") => assert_eq!(task["result"], Value::Null),
            _ => return serde_json::from_str(task["result"].as_str().expect("a string")).expect("JSON in a string"),
        }
        sleep(Duration::from_millis(5));
    }
}

fn sbatch(client: &mut Client, lines: &str) -> String {
    let result = submit(client, &[("job", &format!("#!/bin/bash\n{lines}\n")), ("isPath", "false")]);
    result["jobid"].as_str().unwrap_or_else(|| panic!("{result}")).to_owned()
}

fn rows(client: &mut Client, query: &str) -> Vec<Value> {
    let answer = client.json(&format!("{JOBS}?{query}"));
    assert_eq!(answer["status"], "OK", "{answer}");
    answer["output"].as_array().expect("rows").clone()
}

fn squeue(client: &mut Client, id: &str) -> Vec<Value> {
    rows(client, &format!("sacct=false&cached=false&kwargs=jobid%3D{id}"))
}

fn sacct(client: &mut Client, id: &str) -> Vec<Value> {
    rows(client, &format!("sacct=true&cached=false&kwargs=jobid%3D{id}"))
}

fn until_gone(client: &mut Client, id: &str) -> Value {
    let start = Instant::now();
    while !squeue(client, id).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10), "{id} stays");
        sleep(Duration::from_millis(10));
    }
    sacct(client, id).remove(0)
}

#[test]
fn a_job_goes_its_way() {
    let (sim, mut client) = facility("jobs-pend=300ms&jobs-run=500ms&others=0");
    let id = sbatch(&mut client, "#SBATCH -J way --comment='a tag' -t 5\necho to stdout; echo to stderr >&2");
    let row = &squeue(&mut client, &id)[0];
    assert_eq!((row["state"].as_str(), row["st"].as_str()), (Some("PENDING"), Some("PD")));
    assert_eq!((row["name"].as_str(), row["comment"].as_str()), (Some("way"), Some("a tag")));
    assert_eq!((row["user"].as_str(), row["time_limit"].as_str()), (Some("simuser"), Some("5:00")));
    let row = row.as_object().expect("a map");
    assert_eq!((row.len(), row.values().all(Value::is_string)), (49, true));
    sleep(Duration::from_millis(400));
    assert_eq!(squeue(&mut client, &id)[0]["state"], "RUNNING");
    assert_eq!(sacct(&mut client, &id)[0]["state"], "RUNNING");
    let row = until_gone(&mut client, &id);
    assert_eq!((row["state"].as_str(), row["exitcode"].as_str()), (Some("COMPLETED"), Some("0:0")));
    assert_eq!((row["comment"].as_str(), row["jobname"].as_str()), (Some("a tag"), Some("way")));
    assert_eq!(row.as_object().map(serde_json::Map::len), Some(107));
    let paths: Value = serde_json::from_str(row["admincomment"].as_str().expect("a string")).expect("JSON");
    let output = std::fs::read_to_string(sim.root().join(&paths["stdoutPath"].as_str().expect("a path")[1..]));
    assert_eq!(output.expect("written"), "to stdout\nto stderr\n");
    assert_eq!(client.json(&format!("{JOBS}/{id}?sacct=true"))["output"][0]["jobid"], json!(id));
    assert_eq!((sim.jobs_submitted(), sim.stats().refused_submits), (1, 0));
}

#[test]
fn scripts_decide_how_they_end() {
    let (_sim, mut client) = facility("jobs-pend=10ms&jobs-run=50ms&speed=100");
    for (lines, state, exit) in [
        ("exit 3\necho no", "FAILED", "3:0"),
        ("false", "FAILED", "1:0"),
        ("srun ./model && echo done", "COMPLETED", "0:0"),
        ("#SBATCH -t 0:01\nsleep 5", "TIMEOUT", "0:15"),
        ("# sim: NODE_FAIL", "NODE_FAIL", "1:0"),
        ("# sim: OUT_OF_MEMORY run=20ms", "OUT_OF_MEMORY", "0:125"),
        ("# sim: BOOT_FAIL", "BOOT_FAIL", "1:0"),
        ("# sim: DEADLINE", "DEADLINE", "0:15"),
        ("# sim: PREEMPTED", "PREEMPTED", "0:15"),
        ("# sim: LAUNCH_FAILED pend=0s", "LAUNCH_FAILED", "1:0"),
    ] {
        let id = sbatch(&mut client, lines);
        let row = until_gone(&mut client, &id);
        assert_eq!((row["state"].as_str(), row["exitcode"].as_str()), (Some(state), Some(exit)), "{lines}");
    }
}

#[test]
fn remote_scripts_take_arguments() {
    let (sim, mut client) = facility("jobs-pend=0s&jobs-run=10ms");
    std::fs::write(sim.root().join("tmp/s.sh"), "#!/bin/sh\n#SBATCH -o /tmp/%x-%j.txt\necho $# $2\n").expect("a file");
    let fields = [("job", "/tmp/s.sh"), ("isPath", "True"), ("args", "one"), ("args", "two words")];
    let id = submit(&mut client, &fields)["jobid"].as_str().expect("an id").to_owned();
    until_gone(&mut client, &id);
    let output = std::fs::read_to_string(sim.root().join(format!("tmp/s.sh-{id}.txt")));
    assert_eq!(output.expect("written"), "2 two words\n");
    let missing = submit(&mut client, &[("job", "/tmp/none.sh"), ("isPath", "true")]);
    assert!(missing["error"].as_str().expect("words").contains("/tmp/none.sh"), "{missing}");
}

#[test]
fn sbatch_refuses_in_its_own_words() {
    let (sim, mut client) = facility("queue-limit=2");
    for (script, word) in [
        ("", "empty"),
        ("echo", "does not look like a batch script"),
        ("#!/bin/sh\n#SBATCH --dependency=afterok:1\n", "dependency"),
        ("#!/bin/sh\n#SBATCH --array=0-9\n", "QOSMaxSubmitJobPerUserLimit"),
    ] {
        let answer = client.form(JOBS, &[("job", script), ("isPath", "false")]).json();
        let said = match answer["status"].as_str() {
            Some("ERROR") => answer["error"].clone(),
            _ => task(&mut client, answer["task_id"].as_str().expect("an id"))["error"].clone(),
        };
        assert!(said.as_str().expect("words").contains(word), "{said}");
        assert_eq!(answer["status"] == "ERROR", word.starts_with("QOS"), "limits are told at once");
    }
    sbatch(&mut client, "echo 1");
    sbatch(&mut client, "echo 2");
    let third = client.form(JOBS, &[("job", "#!/bin/sh\necho 3"), ("isPath", "false")]).json();
    assert_eq!(third["status"], "ERROR");
    assert_eq!((sim.jobs_submitted(), sim.stats().refused_submits), (2, 5));
    let missing = client.form(JOBS, &[("isPath", "false")]);
    assert_eq!((missing.status, missing.json()["detail"][0]["loc"].clone()), (422, json!(["body", "job"])));
    assert_eq!(client.form(JOBS, &[("job", "x"), ("isPath", "perhaps")]).status, 422);
    let machine = client.get("/api/v1.2/compute/jobs/cori");
    assert_eq!((machine.status, machine.json()["detail"][0]["loc"].clone()), (422, json!(["path", "machine"])));
}

#[test]
fn dependencies_hold_jobs_back() {
    let (_sim, mut client) = facility("jobs-pend=20ms&jobs-run=500ms&task=0s");
    let first = sbatch(&mut client, "echo");
    let failing = sbatch(&mut client, "exit 1");
    let second = sbatch(&mut client, &format!("#SBATCH --dependency=afterok:{first}"));
    let never = sbatch(&mut client, &format!("#SBATCH -d afterok:{first}:{failing}"));
    let any = sbatch(&mut client, &format!("#SBATCH -d afterany:{failing},afternotok:{failing}"));
    let killed = sbatch(&mut client, &format!("#SBATCH -d afterok:{failing} --kill-on-invalid-dep=yes"));
    assert_eq!(squeue(&mut client, &second)[0]["reason"], "Dependency");
    let (one, two) = (until_gone(&mut client, &first), until_gone(&mut client, &second));
    assert!(one["end"].as_str() <= two["start"].as_str(), "{one} {two}");
    assert_eq!(until_gone(&mut client, &any)["state"], "COMPLETED");
    assert_eq!(until_gone(&mut client, &killed)["state"], "CANCELLED");
    assert_eq!(squeue(&mut client, &never)[0]["reason"], "DependencyNeverSatisfied");
}

#[test]
fn arrays_are_many_jobs() {
    let (sim, mut client) = facility("jobs-pend=200ms&jobs-run=300ms");
    let id = sbatch(&mut client, "#SBATCH --array=0-2,7%2\nexit $SLURM_ARRAY_TASK_ID");
    let pending = squeue(&mut client, &id);
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0]["jobid"], json!(format!("{id}_[0-2,7]")));
    sleep(Duration::from_millis(300));
    let running = squeue(&mut client, &id);
    assert_eq!((running.len(), running[3]["jobid"].clone()), (4, json!(format!("{id}_7"))));
    assert_eq!(client.delete(&format!("{JOBS}/{id}_7")).json()["status"], "OK");
    until_gone(&mut client, &id);
    let ends = sacct(&mut client, &id);
    let states: Vec<_> = ends.iter().map(|row| row["state"].as_str().expect("a state")).collect();
    assert_eq!(states, ["COMPLETED", "FAILED", "FAILED", "CANCELLED by 10001"]);
    assert_eq!(sacct(&mut client, &format!("{id}_2"))[0]["exitcode"], "2:0");
    assert_eq!(sim.jobs_submitted(), 1);
}

#[test]
fn jobs_are_cancelled() {
    let (sim, mut client) = facility("jobs-run=1m");
    let id = sbatch(&mut client, "sleep 1m");
    let answer = client.delete(&format!("{JOBS}/{id}")).json();
    assert_eq!(task(&mut client, answer["task_id"].as_str().expect("an id"))["status"], "ok");
    assert_eq!(until_gone(&mut client, &id)["state"], "CANCELLED by 10001");
    let answer = client.delete(&format!("{JOBS}/99")).json();
    let said = task(&mut client, answer["task_id"].as_str().expect("an id"));
    assert!(said["error"].as_str().expect("words").contains("Invalid job id"), "{said}");
    assert_eq!(sim.stats().jobs_cancelled, 1);
    let id = sbatch(&mut client, "sleep 1m");
    assert!(sim.end_job(id.parse().expect("a number"), "NODE_FAIL"));
    assert_eq!(until_gone(&mut client, &id)["state"], "NODE_FAIL");
}

#[test]
fn lists_are_filtered() {
    let (_sim, mut client) = facility("others=2&jobs-run=1m&queue-late=200ms&sacct-late=200ms&sacct-comments=false");
    let id = sbatch(&mut client, "#SBATCH --comment=tag -p debug");
    assert!(squeue(&mut client, &id).is_empty() && sacct(&mut client, &id).is_empty(), "not yet");
    sleep(Duration::from_millis(250));
    assert_eq!(squeue(&mut client, &id)[0]["comment"], "tag");
    assert_eq!(sacct(&mut client, &id)[0]["comment"], "");
    assert_eq!(rows(&mut client, "").len(), 3);
    assert_eq!(rows(&mut client, "kwargs=user%3Dsimuser").len(), 1);
    assert_eq!(rows(&mut client, "kwargs=user%3Dotheruser").len(), 2);
    assert_eq!(rows(&mut client, "kwargs=partition%3Ddebug&kwargs=user%3Dsimuser").len(), 1);
    assert_eq!(rows(&mut client, &format!("kwargs=jobid%3D{id}%2C1%2C2")).len(), 1, "unknown ids are left out");
    assert_eq!(rows(&mut client, "index=1&limit=1").len(), 1);
    assert_eq!(client.json(&format!("{JOBS}?kwargs=colour%3Dred"))["status"], "ERROR");
}
