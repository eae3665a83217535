//! Each fault does what it says, no more and no less, seen from the socket.

mod client;

use std::thread::sleep;
use std::time::Duration;

use adjutant_sim::sfapi::{Faults, Sim};
use client::{Client, facility};
use serde_json::Value;

const JOBS: &str = "/api/v1.2/compute/jobs/perlmutter";

fn with(faults: &str) -> (Sim, Client) {
    let (sim, client) = facility("others=0&jobs-run=1m&task=0s");
    sim.set_faults(Faults::parse(faults).expect("faults"));
    (sim, client)
}

fn fields(n: usize) -> String {
    format!("isPath=false&job=%23%21%2Fbin%2Fsh%0Aecho+{n}%0A")
}

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// The status of a submit, or none without an answer.
fn submit(sim: &Sim, n: usize) -> Option<u16> {
    let mut client = Client::connect(sim);
    client.token = Some(sim.access_token());
    client.send("POST", JOBS, &[FORM], &fields(n)).ok().map(|answer| answer.status)
}

fn task(client: &mut Client, answer: &Value) -> Value {
    client.json(&format!("/api/v1.2/tasks/{}", answer["task_id"].as_str().expect("an id")))
}

#[test]
fn lost_answers_are_jobs_all_the_same() {
    let (sim, mut client) = with("drop-answer:submits:every=3,504-executed:submits:every=4");
    let answers: Vec<Option<u16>> = (0..12).map(|n| submit(&sim, n)).collect();
    let ok = Some(200);
    assert_eq!(answers[..6], [ok, ok, None, Some(504), ok, None]);
    assert_eq!((sim.jobs_submitted(), sim.stats().repeated_submits), (12, 0));
    assert_eq!(client.json(JOBS)["output"].as_array().map(Vec::len), Some(12));
    sim.set_faults(Faults::none());
    assert_eq!(submit(&sim, 3), ok);
    assert_eq!((sim.jobs_submitted(), sim.stats().repeated_submits), (13, 1));
}

#[test]
fn chance_is_the_same_in_every_run() {
    let runs: Vec<Vec<bool>> = (0..2)
        .map(|_| {
            let (_sim, mut client) = with("503:chance=30:polls");
            (0..200).map(|_| client.get(JOBS).status == 503).collect()
        })
        .collect();
    assert_eq!(runs[0], runs[1]);
    let hit = runs[0].iter().filter(|hit| **hit).count();
    assert!((40..=80).contains(&hit), "{hit}");
}

#[test]
fn refusals_do_nothing() {
    let (sim, mut client) = with("429:retry-after=7:submits");
    let answer = client.send("POST", JOBS, &[FORM], &fields(1)).expect("an answer");
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("7")));
    assert_eq!(answer.json()["detail"], "Too Many Requests");
    client = Client::connect(&sim);
    client.token = Some(sim.access_token());
    for status in [502, 503, 504] {
        sim.set_faults(Faults::parse(&format!("{status}:submits")).expect("faults"));
        assert_eq!(submit(&sim, 1), Some(status));
    }
    sim.set_faults(Faults::parse("error:submits").expect("faults"));
    assert_eq!(client.post(JOBS, FORM.1, &fields(1)).json()["status"], "ERROR");
    assert_eq!(client.json(JOBS)["status"], "OK", "only submits");
    assert_eq!(sim.jobs_submitted(), 0);
}

#[test]
fn tokens_die_and_polls_fail() {
    let (sim, mut client) = with("401:after=2:polls,502:polls:every=3");
    let polls: Vec<u16> = (0..3).map(|_| client.get(JOBS).status).collect();
    assert_eq!(polls, [200, 401, 502]);
    client = Client::connect(&sim);
    client.token = Some(sim.access_token());
    assert_eq!(client.get(JOBS).status, 200);
    sim.set_faults(Faults::parse("error:polls").expect("faults"));
    let answer = client.json(JOBS);
    assert_eq!((answer["status"].as_str(), answer["output"].is_null()), (Some("ERROR"), true));
}

#[test]
fn a_stale_id_spoils_the_others() {
    let (_sim, mut client) = with("stale-id");
    let answer = client.post(JOBS, FORM.1, &fields(1)).json();
    let result = task(&mut client, &answer)["result"].as_str().expect("done").to_owned();
    let id = serde_json::from_str::<Value>(&result).expect("JSON")["jobid"].as_str().expect("an id").to_owned();
    assert_eq!(client.json(&format!("{JOBS}?kwargs=jobid%3D{id}"))["status"], "OK");
    let answer = client.json(&format!("{JOBS}?kwargs=jobid%3D{id}%2C7"));
    assert_eq!((answer["status"].as_str(), answer["output"].is_null()), (Some("ERROR"), true));
    assert!(answer["error"].as_str().expect("words").contains("Invalid job id"));
    assert_eq!(client.json(&format!("{JOBS}?sacct=true&kwargs=jobid%3D{id}%2C7"))["status"], "OK");
}

#[test]
fn jobs_appear_late() {
    let (sim, mut client) = with("late:300ms:times=1");
    assert_eq!((submit(&sim, 1), submit(&sim, 2)), (Some(200), Some(200)));
    let count =
        |client: &mut Client, query: &str| client.json(&format!("{JOBS}{query}"))["output"].as_array().map(Vec::len);
    assert_eq!((count(&mut client, ""), count(&mut client, "?sacct=true")), (Some(1), Some(1)));
    sleep(Duration::from_millis(350));
    assert_eq!((count(&mut client, ""), count(&mut client, "?sacct=true")), (Some(2), Some(2)));
}

#[test]
fn tasks_are_slow_or_fail() {
    let (sim, mut client) = with("slow-tasks:300ms:times=1");
    let answer = client.post(JOBS, FORM.1, &fields(1)).json();
    assert_eq!(task(&mut client, &answer)["status"], "new");
    sleep(Duration::from_millis(350));
    assert_eq!(task(&mut client, &answer)["status"], "completed");
    sim.set_faults(Faults::parse("task-failed").expect("faults"));
    let answer = client.post(JOBS, FORM.1, &fields(2)).json();
    assert_eq!(
        (answer["status"].as_str(), task(&mut client, &answer)["status"].as_str()),
        (Some("OK"), Some("failed"))
    );
    assert_eq!(sim.jobs_submitted(), 1);
}

#[test]
fn downloads_are_cut_short() {
    let (sim, mut client) = with("truncated:downloads:times=1,short-file:skip=1");
    std::fs::write(sim.root().join("tmp/f"), vec![1; 3_000_000]).expect("a file");
    let target = "/api/v1.2/utilities/download/perlmutter//tmp/f?binary=true";
    let answer = client.get(target);
    let announced: usize = answer.header("content-length").expect("a length").parse().expect("a number");
    assert_eq!(answer.body.len(), announced / 2);
    assert!(answer.broken.is_some() && announced > 4_000_000);
    client = Client::connect(&sim);
    client.token = Some(sim.access_token());
    let whole = client.json(target);
    assert_eq!(whole["file"].as_str().map(str::len), Some(2_000_000), "well-formed, and half of the file");
}

#[test]
fn a_call_hangs() {
    let (sim, mut client) = with("hang:listings:times=1");
    client.write("GET", "/api/v1.2/utilities/ls/perlmutter//tmp", &[], "").expect("a connection");
    sleep(Duration::from_millis(100));
    assert_eq!(sim.stats().in_flight, 1);
    drop(client);
    sleep(Duration::from_millis(100));
    assert_eq!(sim.stats().in_flight, 0);
}

#[test]
fn the_simulator_can_be_controlled_over_the_socket() {
    let (sim, mut client) = with("none");
    client.token = None;
    assert_eq!(client.post("/__sim/faults", "text/plain", "503:every=2:polls").json()["faults"], "503:every=2:polls");
    assert_eq!(client.post("/__sim/faults", "text/plain", "505").status, 400);
    assert_eq!(client.post("/__sim/machine?name=perlmutter&status=degraded&notes=slow", "", "").status, 204);
    assert_eq!(client.json("/api/v1.2/status/perlmutter")["status"], "degraded");
    assert_eq!(client.post("/__sim/machine?name=cori&status=active", "", "").status, 404);
    assert_eq!(client.json("/__sim/key")["client_id"], sim.client_id());
    assert_eq!(submit(&sim, 1), Some(200));
    assert_eq!(client.json("/__sim/stats")["jobs_submitted"], 1);
    assert_eq!(client.post("/__sim/end?jobid=50001000&state=BOOT_FAIL", "", "").status, 204);
    assert_eq!(client.post("/__sim/end?jobid=50001000&state=BOOT_FAIL", "", "").status, 404);
    assert_eq!(client.post("/__sim/expire-tokens", "", "").status, 204);
    assert_eq!(client.post("/__sim/stats/reset", "", "").status, 204);
    assert_eq!(client.json("/__sim/stats")["requests"], 0);
}
