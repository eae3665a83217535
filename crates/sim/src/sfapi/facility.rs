//! What everybody may know: machines and services, their state, outages, notes; what the API says of itself.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::reply::{Refusal, ok};
use super::server::Server;

/// Machines that take jobs, commands and files.
const MACHINES: [&str; 3] = ["perlmutter", "dtn01", "dtns"];

/// Everything that has a state: name, what it is, its kind.
const RESOURCES: [(&str, &str, &str); 8] = [
    ("perlmutter", "Perlmutter", "compute"),
    ("dtn01", "Data Transfer Node 01", "filesystem"),
    ("dtns", "Data Transfer Nodes", "filesystem"),
    ("globus", "Globus", "service"),
    ("global_homes", "Global Homes", "filesystem"),
    ("community_filesystem", "Community File System (CFS)", "filesystem"),
    ("spin", "Spin", "service"),
    ("archive", "HPSS Archive (User)", "storage"),
];

/// A resource's present state.
#[derive(Clone, Debug)]
struct Resource {
    name: String,
    full_name: String,
    kind: &'static str,
    status: String,
    notes: String,
    since: Timestamp,
}

/// All resources.
#[derive(Debug)]
pub(crate) struct Facility {
    resources: Vec<Resource>,
    started: Timestamp,
}

impl Facility {
    pub(crate) fn new(down: &[String]) -> Self {
        let started = Timestamp::now();
        let resources = RESOURCES.map(|(name, full_name, kind)| Resource {
            name: name.to_owned(),
            full_name: full_name.to_owned(),
            kind,
            status: "active".to_owned(),
            notes: String::new(),
            since: started,
        });
        let mut facility = Self { resources: resources.to_vec(), started };
        for name in down {
            facility.set(name, "unavailable", "Down for simulated maintenance");
        }
        facility
    }

    /// Changes a state; false if there is no such resource.
    pub(crate) fn set(&mut self, name: &str, status: &str, notes: &str) -> bool {
        let Some(resource) = self.resources.iter_mut().find(|resource| resource.name == name) else { return false };
        (resource.status, resource.notes, resource.since) = (status.to_owned(), notes.to_owned(), Timestamp::now());
        true
    }

    /// What is said of a resource that is unavailable.
    pub(crate) fn trouble(&self, name: &str) -> Option<String> {
        let resource = self.resources.iter().find(|resource| resource.name == name)?;
        (resource.status == "unavailable").then(|| format!("{} is unavailable: {}", resource.full_name, resource.notes))
    }

    fn find(&self, name: &str) -> Result<&Resource, Refusal> {
        let found = self.resources.iter().find(|resource| resource.name == name);
        found.ok_or_else(|| Refusal::missing(format!("Resource {name} not found")))
    }

    fn notes(&self, resource: &Resource) -> Vec<Value> {
        let mut notes = Vec::new();
        if !resource.notes.is_empty() {
            notes.push(json!({
                "name": resource.name, "notes": resource.notes, "active": true, "timestamp": resource.since.to_string(),
            }));
        }
        notes
    }

    /// One outage of the past, one planned, and the present one.
    fn outages(&self, resource: &Resource, planned_only: bool) -> Vec<Value> {
        let day =
            |days: i64| self.started.saturating_add(SignedDuration::from_hours(24 * days)).unwrap_or(self.started);
        let outage = |start: Timestamp, end: Option<Timestamp>, status: &str, what: &str| {
            json!({
                "name": resource.name, "start_at": start.to_string(), "end_at": end.map(|end| end.to_string()),
                "description": what, "notes": "", "status": status, "swo": "System Down Sched Maint",
                "update_at": self.started.to_string(),
            })
        };
        let planned = outage(day(14), Some(day(15)), "Planned", "Scheduled maintenance");
        if planned_only {
            return vec![planned];
        }
        let mut all = vec![outage(day(-30), Some(day(-29)), "Completed", "Scheduled maintenance"), planned];
        if resource.status == "unavailable" {
            all.push(outage(resource.since, None, "Active", &resource.notes));
        }
        all
    }
}

impl Resource {
    fn to_json(&self) -> Value {
        let notes: Vec<&str> = Some(self.notes.as_str()).into_iter().filter(|notes| !notes.is_empty()).collect();
        json!({
            "name": self.name, "full_name": self.full_name,
            "description": if self.status == "active" { "System Active" } else { &self.notes },
            "system_type": self.kind, "notes": notes, "status": self.status, "updated_at": self.since.to_string(),
        })
    }
}

/// Refuses names that are no machine.
pub(crate) fn known_machine(name: &str) -> Result<(), Refusal> {
    if MACHINES.contains(&name) {
        return Ok(());
    }
    let said = "value is not a valid enumeration member; permitted: 'dtn01', 'dtns', 'perlmutter'";
    Err(Refusal::invalid(&["path", "machine"], said, "type_error.enum"))
}

/// `GET status`.
pub(crate) async fn all(State(server): State<Arc<Server>>) -> Response {
    let facility = server.facility();
    ok(&facility.resources.iter().map(Resource::to_json).collect())
}

/// `GET status/{name}`.
pub(crate) async fn one(State(server): State<Arc<Server>>, Path(name): Path<String>) -> Result<Response, Refusal> {
    Ok(ok(&server.facility().find(&name)?.to_json()))
}

/// What is listed for one resource, or for each of them.
macro_rules! listed {
    ($all:ident, $one:ident, $what:expr) => {
        pub(crate) async fn $all(State(server): State<Arc<Server>>) -> Response {
            let facility = server.facility();
            let what: fn(&Facility, &Resource) -> Vec<Value> = $what;
            let lists = facility.resources.iter().map(|resource| what(&facility, resource));
            ok(&lists.filter(|list| !list.is_empty()).collect())
        }

        pub(crate) async fn $one(
            State(server): State<Arc<Server>>,
            Path(name): Path<String>,
        ) -> Result<Response, Refusal> {
            let facility = server.facility();
            let what: fn(&Facility, &Resource) -> Vec<Value> = $what;
            Ok(ok(&json!(what(&facility, facility.find(&name)?))))
        }
    };
}

listed!(all_notes, notes, Facility::notes);
listed!(all_outages, outages, |facility, resource| facility.outages(resource, false));
listed!(all_planned, planned, |facility, resource| facility.outages(resource, true));

/// `GET meta/changelog`.
pub(crate) async fn changelog() -> Response {
    ok(&json!([
        { "date": "2026-01-15", "change": "Commands report their exit code." },
        { "date": "2025-06-01", "change": "Arguments for job scripts that are files." },
    ]))
}

/// `GET meta/config`.
pub(crate) async fn config() -> Response {
    ok(&json!([
        { "key": "compute.targets", "value": MACHINES.join(",") },
        { "key": "simulated", "value": "true" },
    ]))
}
