//! What is public, what is the account's, and transfers.

mod support;

use adjutant_sfapi::{ResponseExt as _, StatusValue, model};
use std::time::Duration;
use support::{Server, json, soon};

#[tokio::test]
async fn status_outages_and_notes() {
    let server = Server::start("down=dtn01");
    let client = server.anonymous().build().expect("a client");
    let resources = client.resources();
    let all = soon(resources.all()).await.expect("all");
    assert!(all.iter().any(|status| status.name.as_deref() == Some("perlmutter")));
    assert_eq!(soon(client.compute("dtn01").status()).await.expect("one").status, Some(StatusValue::Unavailable));
    assert_eq!(soon(resources.get("perlmutter")).await.expect("one").status, Some(StatusValue::Active));
    assert!(soon(resources.get("no-such-thing")).await.is_err());

    let outages = soon(resources.all_outages()).await.expect("by name");
    for (name, list) in &outages {
        assert!(list.iter().all(|outage| outage.name.as_deref() == Some(name)));
    }
    let own = soon(client.compute("perlmutter").outages()).await.expect("one's");
    assert_eq!(Some(&own), outages.get("perlmutter"), "scoped and unscoped say the same");
    let planned = soon(resources.all_planned_outages()).await.expect("by name");
    assert_eq!(
        planned.get("perlmutter").cloned().unwrap_or_default().len(),
        soon(resources.planned_outages("perlmutter")).await.expect("one's").len()
    );
    let notes = soon(resources.all_notes()).await.expect("by name");
    assert_eq!(
        notes.get("perlmutter").cloned().unwrap_or_default(),
        soon(resources.notes("perlmutter")).await.expect("one's")
    );
}

#[tokio::test]
async fn changelog_and_config() {
    let server = Server::start("");
    let client = server.anonymous().build().expect("a client");
    let changes = soon(client.api().changelog()).await.expect("changes");
    assert!(!changes.is_empty() && changes[0].date.is_some());
    assert!(soon(client.api().config()).await.expect("settings").contains_key("compute.targets"));
}

#[tokio::test]
async fn the_account() {
    let server = Server::start("");
    let account = server.client().account();
    let user = soon(account.user()).await.expect("oneself");
    assert_eq!(user.name.as_deref(), Some("simuser"));
    assert!(!soon(account.projects()).await.expect("projects").is_empty());
    assert!(!soon(account.roles()).await.expect("roles").is_empty());
    let clients = soon(account.clients()).await.expect("clients");
    assert!(clients.iter().any(|client| client.client_id.as_deref() == Some(server.sim.client_id())));
}

#[tokio::test]
async fn groups_are_made_and_changed() {
    let server = Server::start("");
    let account = server.client().account();
    let project = soon(account.projects()).await.expect("projects")[0].repo_name.clone().expect("a name");
    let groups = account.groups();
    let made = soon(groups.create("beam", &project)).await.expect("made");
    assert_eq!(made.name.as_deref(), Some("beam"));
    let names = |group: &model::Group| -> Vec<String> {
        group.users.iter().flatten().filter_map(|user| user.name.clone()).collect()
    };
    let user = "simuser";
    let changed = soon(groups.add("beam", [user])).await.expect("added");
    assert!(names(&changed).contains(&user.to_owned()), "{changed:?}");
    assert!(soon(groups.list()).await.expect("all").iter().any(|group| group.name.as_deref() == Some("beam")));
    let member = soon(account.user_named(user)).await.expect("a user");
    assert_eq!(member.name.as_deref(), Some(user));
    let changed = soon(groups.remove("beam", [user])).await.expect("removed");
    assert!(!names(&changed).contains(&user.to_owned()));
    for name in ["", "far-too-long", "bäm"] {
        assert!(soon(groups.create(name, &project)).await.expect_err(name).hint().is_some());
    }
    assert!(soon(groups.add("beam", Vec::<String>::new())).await.is_err());
    assert!(soon(groups.get("no-such")).await.is_err());
    let error = soon(groups.create("other", "no-such-project")).await.expect_err("refused");
    assert!(!error.message().is_empty() && error.hint().is_some(), "{error:?}");
}

#[tokio::test]
async fn transfers_start_and_end() {
    let server = Server::start("transfer=300ms");
    let path = server.put("from/x", "content");
    let from = path.trim_end_matches("/x");
    let to = from.replace("/from", "/to");
    let storage = server.client().storage();
    let started = soon(storage.start_transfer("dtns", "perlmutter", &path, &to).label("a test")).await.expect("begun");
    let id = started.id().expect("an id");
    let end = soon(storage.complete(id, Duration::from_secs(20))).await.expect("ended");
    assert_eq!(end.globus_status, Some(model::GlobusStatus::Succeeded), "{end:?}");
    assert!(end.succeeded().is_ok());
    assert!(soon(storage.transfer("no-such")).await.is_err());
    assert!(soon(storage.start_transfer("dtn", "", "/a", "/b")).await.is_err());
    let slow = Server::start("transfer=60s");
    let path = slow.put("x", "content");
    let storage = slow.client().storage();
    let started = soon(storage.start_transfer("dtn", "hpss", &path, "/x")).await.expect("begun");
    let error =
        soon(storage.complete(started.id().expect("an id"), Duration::from_millis(300))).await.expect_err("not yet");
    assert!(error.is_timeout() && error.message().contains("ACTIVE"), "{error}");
}

#[tokio::test]
async fn raw_requests_take_part_in_all_of_it() {
    let server = Server::start("");
    let client = server.client();
    let user = client.get("account/").await.expect("a user").value().expect("JSON");
    assert_eq!(user["name"], "simuser");
    let typed: model::UserInfo = client.get("/account/").await.expect("a user").json().expect("a user");
    assert_eq!(typed.name.as_deref(), Some("simuser"));
    let error = client.get("utilities/ls/perlmutter//no/such").await.expect_err("200, but ERROR");
    assert!(error.is_not_found() && error.status() == Some(200), "{error}");
    let kept = client.get("utilities/ls/perlmutter//no/such").any_status().await.expect("as it came");
    assert!(kept.text().expect("text").contains("ERROR"));
    let started = client.post("utilities/command/perlmutter").form("executable", "true").await.expect("a task");
    assert!(started.value().expect("JSON")["task_id"].is_string());
    assert!(client.delete("tasks/no-such").await.is_err());
    assert!(client.request("BREW", "x").await.is_err());
}

#[tokio::test]
async fn a_422_is_told_in_words() {
    let server = support::Scripted::start(|_| {
        json(422, r#"{"detail":[{"loc":["body","executable"],"msg":"field required","type":"missing"}]}"#)
    });
    let error = server.client().post("utilities/command/perlmutter").await.expect_err("refused");
    assert!(error.message().contains("body.executable: field required") && error.hint().is_some(), "{error:?}");
}

#[tokio::test]
async fn unknown_words_survive() {
    let server = support::Scripted::start(|_| json(200, r#"{"name":"x","status":"resting","new_field":[1]}"#));
    let status = soon(server.client().resources().get("x")).await.expect("read");
    assert_eq!(status.status.as_ref().map(StatusValue::as_str), Some("resting"));
    assert!(status.extra.get("new_field").is_some());
    assert!(serde_json::to_string(&status).expect("written").contains("\"new_field\":[1]"));
}
