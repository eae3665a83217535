//! `jamf computers …`: what to read, before it is read.

use super::{columns, dry_run, read, rsql};
use crate::{
    args::{ApiChoice, Export, Format, Get, Guard, List, Output, Query},
    connect::Connected,
    failure::{Failure, Outcome},
    output::{self, Out, Shape, Writer, card},
    resume::{self, Resumed},
    voice::Voice,
};
use adjutant_core::{Async, Bound, Operation as _, pager::Seen};
use adjutant_jamf::{Filter, ListComputers, Sort, sort};

/// One line a computer.
pub(super) async fn list(at: &Connected, args: List, guard: Guard, voice: Voice) -> Outcome {
    let List { mut query, output } = args;
    if query.section.is_empty() {
        query.section.push("GENERAL".into());
    }
    run(at, &query, &output, false, guard, voice).await
}

/// Everything about every computer.
pub(super) async fn export(at: &Connected, args: Export, guard: Guard, voice: Voice) -> Outcome {
    let Export { mut query, output, resume } = args;
    if query.section.is_empty() && query.api == ApiChoice::Pro {
        query.section.push("ALL".into());
    }
    run(at, &query, &output, resume, guard, voice).await
}

async fn run(at: &Connected, query: &Query, output: &Output, resume: bool, guard: Guard, voice: Voice) -> Outcome {
    match query.api {
        ApiChoice::Pro => {
            let list = inventory(at, query)?;
            // Refused here and now, before a file is made and before anybody logs in.
            let request = list.request()?;
            if guard.dry_run {
                return dry_run::show(at, &request, "# … and the pages after it, to the last");
            }
            let target = target(at, query, output, resume, "id", columns::of_inventory(&query.section), voice)?;
            read::pages(at, list.pager(), target, voice).await
        }
        ApiChoice::Classic => {
            let request = classic(at, query)?;
            if guard.dry_run {
                return dry_run::show(at, &request, "# … and then every record, by its id");
            }
            let target = target(at, query, output, resume, "general.id", columns::of_classic(), voice)?;
            read::records(at, &query.section, target, voice).await
        }
    }
}

/// The list as the flags describe it.
fn inventory(at: &Connected, query: &Query) -> Outcome<ListComputers<Bound<Async>>> {
    let mut list = at.client.pro().computer_inventory().list().sections(&query.section);
    if let Some(filter) = &query.filter {
        rsql::check(filter)?;
        list = list.filter(Filter::raw(filter));
    }
    for order in &query.sort {
        list = list.sort(direction(order)?);
    }
    if let Some(rows) = query.page_size {
        list = list.page_size(rows);
    }
    Ok(list)
}

fn direction(order: &str) -> Outcome<Sort> {
    match order.rsplit_once(':') {
        None => Ok(sort(order).asc()),
        Some((name, "asc")) => Ok(sort(name).asc()),
        Some((name, "desc")) => Ok(sort(name).desc()),
        Some((name, other)) => {
            Err(Failure::usage(format!("{other:?} is not an order"), format!("say {name}:asc or {name}:desc")))
        }
    }
}

/// The Classic list's request, for a dry run; what the Classic API cannot do is refused.
fn classic(at: &Connected, query: &Query) -> Outcome<adjutant_core::Request> {
    let unable = [
        ("--filter", query.filter.is_some()),
        ("--sort", !query.sort.is_empty()),
        ("--page-size", query.page_size.is_some()),
    ];
    if let Some((flag, _)) = unable.iter().find(|(_, given)| *given) {
        return Err(Failure::usage(format!("the Classic API has no {flag}"), "leave it out, or read with --api pro"));
    }
    // Says at once whether the subsets are right.
    at.client.classic().computers().get(1).subsets(&query.section).request()?;
    Ok(at.client.classic().computers().list().request()?)
}

/// Where rows go, and what is there already.
pub(super) struct Target {
    pub(super) writer: Writer,
    pub(super) seen: Seen,
    /// Rows that an earlier run has written.
    pub(super) earlier: u64,
    /// As shown to people; nothing for standard output.
    pub(super) file: Option<String>,
    /// A broken run could be resumed.
    pub(super) resumable: bool,
}

fn target(
    at: &Connected,
    query: &Query,
    output: &Output,
    resume: bool,
    key: &str,
    shape: Shape,
    voice: Voice,
) -> Outcome<Target> {
    let format = output::format(output);
    let has_key = output.select.is_empty() || output.select.iter().any(|path| path == key);
    let resumable = format == Format::Jsonl && has_key && output.out.is_some();
    if resume && !resumable {
        let why =
            if has_key { "only JSON Lines can be resumed" } else { "a selection without the id cannot be resumed" };
        return Err(Failure::usage(why, format!("use -f jsonl, and {key} in --select")));
    }
    let mark = mark(at, query, output);
    let (out, seen, earlier) = match &output.out {
        Some(path) if path.as_os_str() != "-" => {
            let found = if resume && (output.force || !path.exists()) { resume::open(path, &mark, key)? } else { None };
            match found {
                Some(Resumed { out, seen, rows }) => (out, seen, rows),
                None => {
                    if resume && !path.exists() {
                        voice.say("nothing to resume: reading from the beginning");
                    }
                    (Out::file(path, &mark, output.force)?, Seen::default(), 0)
                }
            }
        }
        _ => (Out::stdout(), Seen::default(), 0),
    };
    let file = output.out.as_ref().map(|path| path.display().to_string()).filter(|path| path != "-");
    let writer = Writer::new(out, format, &output.select, shape)?;
    Ok(Target { writer, seen, earlier, file, resumable })
}

/// What tells one query's file from another's.
fn mark(at: &Connected, query: &Query, output: &Output) -> String {
    let mut sections: Vec<_> = query.section.iter().map(|s| s.to_ascii_uppercase().replace('-', "_")).collect();
    sections.sort();
    let (api, filter) = (query.api, query.filter.as_deref().unwrap_or_default());
    format!(
        "{}|{api:?}|{sections:?}|{filter}|{:?}|{:?}|{:?}",
        at.server,
        query.sort,
        output.select,
        output::format(output)
    )
}

/// One computer, whole.
pub(super) async fn get(at: &Connected, args: Get, guard: Guard) -> Outcome {
    let Get { id, api, section, output } = args;
    let request = match api {
        ApiChoice::Pro => {
            let inventory = at.client.pro().computer_inventory();
            if section.is_empty() {
                inventory.detail(&id).request()?
            } else {
                inventory.get(&id).sections(&section).request()?
            }
        }
        ApiChoice::Classic => {
            let number = id.parse().map_err(|_| {
                Failure::usage(
                    format!("{id:?} is not an id: Classic ids are numbers"),
                    "take it from a list, not the serial number",
                )
            })?;
            at.client.classic().computers().get(number).subsets(&section).request()?
        }
    };
    if guard.dry_run {
        return dry_run::show(at, &request, "");
    }
    let format = output::format(&output);
    let (shape, wrapper) = match api {
        ApiChoice::Pro => (columns::of_inventory(&["ALL".into()]), None),
        ApiChoice::Classic => (columns::of_classic(), Some("computer")),
    };
    let mut out = match &output.out {
        Some(path) if path.as_os_str() != "-" => Out::file(path, &format!("{id}|{api:?}|{section:?}"), output.force)?,
        _ => Out::stdout(),
    };
    let answer = match at.client.engine().execute(request).await {
        Ok(answer) => answer,
        Err(error) => {
            out.keep(0);
            return Err(error.into());
        }
    };
    let record = read::unwrap(answer.body(), wrapper)?;
    if format == Format::Table && output.select.is_empty() {
        out.put(card(record)?.as_bytes())?;
        return out.commit().map(|_| ());
    }
    if format == Format::Json && output.select.is_empty() {
        out.put(record)?;
        out.put(b"\n")?;
        return out.commit().map(|_| ());
    }
    let mut writer = Writer::new(out, format, &output.select, shape)?;
    writer.row(record)?;
    writer.finish().map(|_| ())
}
