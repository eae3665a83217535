//! Which computers a list request asks for, in which order, and which of them are on its page.
//!
//! In the order of their ids a page is computed; in any other the whole order is worked out once and kept for the
//! pages that follow. That is four bytes a computer, and the only thing whose size the fleet sets.

use std::collections::VecDeque;
use std::sync::Arc;

use super::record::known_selector;
use super::refusal::Refusal;
use super::server::{Server, Twist};
use crate::query::Query;
use crate::rsql::{Expr, Field, parse};

/// What a list request asks for.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    page: u64,
    size: u64,
    filter: Option<Expr>,
    /// Fields, and whether each descends.
    sort: Vec<(String, bool)>,
}

impl Want {
    pub(crate) fn read(query: &Query, clamp: u64) -> Result<Self, Refusal> {
        let number = |name: &str, default: u64| match query.get(name) {
            None => Ok(default),
            Some(text) => text.trim().parse().map_err(|_| Refusal::invalid(name, format!("{text} is not a number."))),
        };
        let text = query.get("filter").unwrap_or_default();
        let filter = if text.trim().is_empty() { None } else { Some(read_filter(text)?) };
        Ok(Self {
            page: number("page", 0)?,
            size: number("page-size", 100)?.clamp(1, clamp),
            filter,
            sort: read_sort(query)?,
        })
    }

    /// Whether the order is that of the ids, and nothing is left out: then a page can be computed.
    fn plain(&self) -> Option<bool> {
        match (&self.filter, self.sort.first()) {
            (None, Some((field, descending))) if field == "id" => Some(*descending),
            _ => None,
        }
    }

    fn key(&self) -> String {
        format!("{:?} {:?}", self.filter, self.sort)
    }
}

fn read_filter(text: &str) -> Result<Expr, Refusal> {
    let filter = parse(text).map_err(|error| Refusal::invalid("filter", error.to_string()))?;
    match filter.selectors().into_iter().find(|selector| !known_selector(selector)) {
        Some(unknown) => Err(Refusal::invalid("filter", format!("{unknown} is not a field that can be searched."))),
        None => Ok(filter),
    }
}

fn read_sort(query: &Query) -> Result<Vec<(String, bool)>, Refusal> {
    let mut sort = Vec::new();
    for part in query.all("sort").flat_map(|value| value.split(',')).map(str::trim).filter(|part| !part.is_empty()) {
        let (field, direction) = part.split_once(':').unwrap_or((part, "asc"));
        let descending = match direction.to_ascii_lowercase().as_str() {
            "asc" => false,
            "desc" => true,
            _ => return Err(Refusal::invalid("sort", format!("{direction} is neither asc nor desc."))),
        };
        if !known_selector(field) {
            return Err(Refusal::invalid("sort", format!("{field} is not a field that can be sorted by.")));
        }
        sort.push((field.to_owned(), descending));
    }
    if sort.is_empty() {
        sort.push(("general.name".to_owned(), false));
    }
    Ok(sort)
}

/// Orders worked out before, the most recent last: pages of one reading share theirs.
#[derive(Debug, Default)]
pub(crate) struct Orders(VecDeque<(u64, String, Arc<Vec<u32>>)>);

impl Orders {
    fn find(&self, revision: u64, key: &str) -> Option<Arc<Vec<u32>>> {
        let hit = self.0.iter().find(|(at, known, _)| *at == revision && known == key);
        hit.map(|(_, _, ids)| Arc::clone(ids))
    }

    fn keep(&mut self, revision: u64, key: String, ids: &Arc<Vec<u32>>) {
        self.0.retain(|(at, _, _)| *at == revision);
        if self.0.len() == 4 {
            self.0.pop_front();
        }
        self.0.push_back((revision, key, Arc::clone(ids)));
    }
}

/// The announced total and the ids of one page.
pub(crate) async fn page(server: &Arc<Server>, want: Want, twist: Twist) -> (i64, Vec<u64>) {
    let mut start = want.page.saturating_mul(want.size);
    if twist.duplicate_row {
        start = start.saturating_sub(1);
    }
    let (count, mut ids) = match want.plain() {
        Some(descending) => {
            let fleet = server.fleet();
            (fleet.count(), fleet.slice(start, want.size, descending))
        }
        None => {
            let size = want.size as usize;
            let order = order(server, want).await;
            let rows = order.iter().skip(usize::try_from(start).unwrap_or(usize::MAX)).take(size);
            (order.len() as u64, rows.map(|id| u64::from(*id)).collect())
        }
    };
    if twist.empty {
        ids.clear();
    }
    ((count as i64).saturating_add(twist.total).max(0), ids)
}

/// Every id that matches, in order.
async fn order(server: &Arc<Server>, want: Want) -> Arc<Vec<u32>> {
    let key = want.key();
    let (revision, count) = {
        let fleet = server.fleet();
        (fleet.revision(), fleet.count())
    };
    let known = || revision.and_then(|revision| server.orders().find(revision, &key));
    if let Some(known) = known() {
        return known;
    }
    // Pages asked for at once wait for the first to work it out.
    let _alone = server.sorting.lock().await;
    if let Some(known) = known() {
        return known;
    }
    let ids = if count > 20_000 {
        // Long enough to disturb other requests on this thread.
        let server = Arc::clone(server);
        tokio::task::spawn_blocking(move || work_out(&server, &want)).await.unwrap_or_default()
    } else {
        work_out(server, &want)
    };
    let ids = Arc::new(ids);
    if let Some(revision) = revision {
        server.orders().keep(revision, key, &ids);
    }
    ids
}

fn work_out(server: &Server, want: &Want) -> Vec<u32> {
    // A snapshot, since making a million names takes longer than a lock should be held.
    let ids: Vec<u32> = server.fleet().ids().map(|id| id as u32).collect();
    let record = |id: u32| {
        let id = u64::from(id);
        server.mould.record(id, server.fleet().patch(id))
    };
    let matches = |id: &u32| match &want.filter {
        Some(filter) => {
            let record = record(*id);
            filter.matches(&mut |selector| record.field(selector))
        }
        None => true,
    };
    let mut rows: Vec<(Vec<Field<'static>>, u32)> = ids
        .into_iter()
        .filter(matches)
        .map(|id| {
            let record = record(id);
            (want.sort.iter().map(|(field, _)| record.field(field).sort_key()).collect(), id)
        })
        .collect();
    rows.sort_by(|(a, a_id), (b, b_id)| {
        let by_fields = want.sort.iter().zip(a.iter().zip(b)).map(
            |((_, descending), (a, b))| {
                if *descending { b.order(a) } else { a.order(b) }
            },
        );
        by_fields.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then).then(a_id.cmp(b_id))
    });
    rows.into_iter().map(|(_, id)| id).collect()
}
