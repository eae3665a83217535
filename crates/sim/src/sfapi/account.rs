//! `account`: who the user is, and what the user belongs to.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use serde_json::{Value, json};

use super::form::Form;
use super::reply::{Refusal, ok};
use super::server::{Server, UID};
use super::tokens::Caller;
use crate::query::Query;

/// Whose jobs are in the queue, too.
pub(crate) const OTHER: &str = "otheruser";

/// Users who can be members of groups, beside the caller.
const OTHERS: [&str; 3] = [OTHER, "thirduser", "fourthus"];

/// Projects of the user.
const PROJECTS: [&str; 2] = ["m0001", "m0002"];

/// Groups and their members.
#[derive(Debug)]
pub(crate) struct Accounts {
    user: String,
    groups: Vec<Group>,
}

#[derive(Debug)]
struct Group {
    gid: u32,
    name: String,
    users: Vec<String>,
}

impl Accounts {
    pub(crate) fn new(user: &str) -> Self {
        let group = |gid: u32, name: &str| Group { gid, name: name.to_owned(), users: vec![user.to_owned()] };
        let groups = PROJECTS.iter().zip(1..).map(|(name, number)| group(UID + number, name)).collect();
        Self { user: user.to_owned(), groups }
    }

    fn uid(&self, name: &str) -> Option<u32> {
        if name == self.user {
            return Some(UID);
        }
        OTHERS.iter().zip(UID + 1..).find(|(other, _)| **other == name).map(|(_, uid)| uid)
    }

    fn find(&mut self, name: &str) -> Result<&mut Group, Refusal> {
        let found = self.groups.iter_mut().find(|group| group.name == name);
        found.ok_or_else(|| Refusal::missing(format!("Group {name} not found")))
    }

    fn show(&self, group: &Group) -> Value {
        let users: Vec<Value> =
            group.users.iter().map(|name| json!({ "uid": self.uid(name).unwrap_or_default(), "name": name })).collect();
        json!({ "gid": group.gid, "name": group.name, "users": users })
    }
}

/// The paths below `account`.
pub(crate) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/account", get(user))
        .route("/account/", get(user))
        .route("/account/projects", get(projects))
        .route("/account/roles", get(roles))
        .route("/account/clients", get(clients))
        .route("/account/groups", get(groups).post(create))
        .route("/account/groups/{group}", get(group).put(change))
}

async fn user(_caller: Caller, State(server): State<Arc<Server>>, uri: Uri) -> Result<Response, Refusal> {
    let accounts = server.accounts();
    let query = Query::of(&uri);
    let name = query.get("username").unwrap_or(&accounts.user);
    let uid = accounts.uid(name).ok_or_else(|| Refusal::missing(format!("User {name} not found")))?;
    Ok(ok(&json!({
        "uid": uid, "name": name, "firstname": "Simulated", "lastname": "User", "middlename": null,
        "workphone": null, "otherPhones": null, "email": format!("{name}@example.org"),
    })))
}

fn role(index: usize, name: &str) -> Value {
    json!({
        "id": 60_000 + index, "description": format!("Simulated project {}", index + 1), "repo_name": name,
        "iris_role": if index == 0 { "principal_investigator" } else { "user" },
    })
}

async fn roles(_caller: Caller) -> Response {
    ok(&PROJECTS.iter().enumerate().map(|(index, name)| role(index, name)).collect())
}

async fn projects(_caller: Caller) -> Response {
    let storage = |name: &str, given: f64| {
        json!({
            "name": name, "bytes_given": given, "bytes_used": given / 4.0, "files_given": 1e6, "files_used": 2e5,
            "bytes_given_human": format!("{} TiB", given / 1_099_511_627_776.0), "bytes_used_human": null,
        })
    };
    let project = |(index, name): (usize, &&str)| {
        let mut project = role(index, name);
        for (field, hours) in [
            ("hours_given", 1000.0),
            ("hours_used", 12.5),
            ("project_hours_given", 5000.0),
            ("project_hours_used", 250.25),
            ("cpu_hours_given", 800.0),
            ("cpu_hours_used", 10.0),
            ("cpu_project_hours_given", 4000.0),
            ("cpu_project_hours_used", 200.0),
            ("gpu_hours_given", 200.0),
            ("gpu_hours_used", 2.5),
            ("gpu_project_hours_given", 1000.0),
            ("gpu_project_hours_used", 50.25),
        ] {
            project[field] = json!(hours);
        }
        project["projdir_usage"] = json!([storage(name, 2.0 * 1_099_511_627_776.0)]);
        project["project_projdir_usage"] = storage(name, 20.0 * 1_099_511_627_776.0);
        project["hpss_usage"] = json!([storage(name, 100.0 * 1_099_511_627_776.0)]);
        project
    };
    ok(&PROJECTS.iter().enumerate().map(project).collect())
}

async fn clients(_caller: Caller, State(server): State<Arc<Server>>) -> Response {
    let expires = server.clock.date(server.options.client_life);
    ok(&json!([{
        "name": "simulated", "clientId": server.options.client_id, "expiresAt": format!("{expires:.3}"),
        "comments": null,
    }]))
}

async fn groups(_caller: Caller, State(server): State<Arc<Server>>) -> Response {
    let accounts = server.accounts();
    let mine = accounts.groups.iter().filter(|group| group.users.contains(&accounts.user));
    let groups: Vec<Value> = mine.map(|group| accounts.show(group)).collect();
    ok(&json!({ "groups": groups }))
}

async fn create(_caller: Caller, State(server): State<Arc<Server>>, body: Bytes) -> Result<Response, Refusal> {
    let form = Form::read(&body);
    let (name, project) = (form.needed("name")?, form.needed("repo_name")?);
    let mut accounts = server.accounts();
    if name.is_empty() || name.len() > 8 || !name.is_ascii() {
        let said = "Group names have at most 8 ASCII characters";
        return Err(Refusal::invalid(&["body", "name"], said, "value_error"));
    }
    if !PROJECTS.contains(&project) {
        return Err(Refusal::missing(format!("Project {project} not found")));
    }
    if accounts.groups.iter().any(|group| group.name == name) {
        return Ok(ok(&json!({ "status": "ERROR", "error": format!("Group {name} already exists") })));
    }
    let group = Group {
        gid: UID + 100 + accounts.groups.len() as u32,
        name: name.to_owned(),
        users: vec![accounts.user.clone()],
    };
    let shown = accounts.show(&group);
    accounts.groups.push(group);
    Ok(ok(&shown))
}

async fn group(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
) -> Result<Response, Refusal> {
    let mut accounts = server.accounts();
    accounts.find(&name)?;
    Ok(shown(&accounts, &name))
}

fn shown(accounts: &Accounts, name: &str) -> Response {
    ok(&accounts.groups.iter().find(|group| group.name == name).map_or(Value::Null, |group| accounts.show(group)))
}

/// `PUT account/groups/{group}`: adds or removes several users, or none if one of them is unknown.
async fn change(
    _caller: Caller,
    State(server): State<Arc<Server>>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Response, Refusal> {
    let form = Form::read(&body);
    let action = form.needed("action")?;
    let users: Vec<&str> =
        form.needed("usernames")?.split(',').map(str::trim).filter(|user| !user.is_empty()).collect();
    let mut accounts = server.accounts();
    if let Some(unknown) = users.iter().find(|user| accounts.uid(user).is_none()) {
        return Ok(ok(&json!({ "status": "ERROR", "error": format!("User {unknown} not found") })));
    }
    let group = accounts.find(&name)?;
    match action {
        "batch_add" => {
            for user in users {
                if !group.users.iter().any(|member| member == user) {
                    group.users.push(user.to_owned());
                }
            }
        }
        "batch_remove" => group.users.retain(|member| !users.contains(&member.as_str())),
        _ => {
            let said = "value is not a valid enumeration member; permitted: 'batch_add', 'batch_remove'";
            return Err(Refusal::invalid(&["body", "action"], said, "type_error.enum"));
        }
    }
    Ok(shown(&accounts, &name))
}
