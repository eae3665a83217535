//! What all generated operations share: the little that joins the codec (which knows no wire) with the core (which
//! knows no schema). Written by hand, in codegen's template.

use adjutant_core::pager::{Audit, Key, Page, Row};
use adjutant_core::request::{Request, Response};
use adjutant_core::{Error, OpInfo, Result};
use adjutant_schema::json::{self, PageShape};
use adjutant_schema::{Cell, ErrorKind, Record};
use bytes::Bytes;
use http::Method;

/// How Jamf Pro writes a page whose rows are told apart by `key`.
pub(super) const fn shape(key: &'static str) -> PageShape {
    PageShape { total: "totalCount", rows: "results", key }
}

pub(super) fn decode<T: Record + Default>(response: &Response) -> Result<T> {
    json::decode(response.body()).map_err(unreadable)
}

#[allow(dead_code)] // Needed as soon as the list has an operation that answers a bare list.
pub(super) fn decode_value<T: Cell>(response: &Response) -> Result<T> {
    json::decode_value(response.body()).map_err(unreadable)
}

pub(super) fn decode_row<T: Record + Default>(row: &Row) -> Result<T> {
    json::decode(&row.bytes).map_err(unreadable)
}

pub(super) fn open(response: &Response, key: &'static str) -> Result<Page> {
    let page = json::split_page(response.body(), &shape(key)).map_err(unreadable)?;
    let row = |row: json::Row| Row { key: row.key().map(|key| Key::parse(&key)), bytes: row.json };
    Ok(Page { total: page.total, rows: page.rows.into_iter().map(row).collect() })
}

/// A record as a request's body, after checking that what the server requires is there.
pub(super) fn body(record: &dyn Record) -> Result<Bytes> {
    let unsendable = |e: adjutant_schema::Error| {
        let advice = if e.kind() == ErrorKind::Missing { "; set it before sending" } else { "" };
        Error::usage(format!("{}: {e}{advice}", record.desc().name)).with_source(e)
    };
    json::encode_strict(record).map(Bytes::from).map_err(unsendable)
}

fn unreadable(e: adjutant_schema::Error) -> Error {
    Error::decode(e.to_string()).with_source(e)
}

/// The query of a paged read: the caller's parameters, with page, size and a stable order in place of the caller's.
pub(super) fn page_query(pairs: Vec<(String, String)>, index: u64, size: u32, sort: &str) -> Vec<(String, String)> {
    let mut kept: Vec<_> = pairs.into_iter().filter(|(key, _)| key != "page" && key != "page-size").collect();
    // An order by the caller's wish alone may tie; the key breaks every tie.
    let stable = sort.split(':').next().unwrap_or(sort);
    let sorts_by_key = |(key, value): &(String, String)| {
        key == "sort" && value.split(',').any(|part| part.split(':').next() == Some(stable))
    };
    if !kept.iter().any(sorts_by_key) {
        kept.push(("sort".into(), sort.into()));
    }
    kept.push(("page".into(), index.to_string()));
    kept.push(("page-size".into(), size.to_string()));
    kept
}

pub(super) fn get(info: &'static OpInfo, target: &str, pairs: Vec<(String, String)>) -> Request {
    with_query(Request::new(info, Method::GET, target), pairs).accept("application/json")
}

pub(super) fn with_query(request: Request, pairs: Vec<(String, String)>) -> Request {
    pairs.into_iter().fold(request, |request, (key, value)| request.query(key, value))
}

/// Lists a collection's keys by key instead of by page, so that rows cannot shift between two requests.
#[derive(Debug)]
pub(super) struct ByFilter {
    pub(super) info: &'static OpInfo,
    pub(super) target: &'static str,
    pub(super) key: &'static str,
    /// The caller's own query.
    pub(super) pairs: Vec<(String, String)>,
    /// The pair that makes rows light, in place of the caller's of that name.
    pub(super) light: (&'static str, &'static str),
}

impl ByFilter {
    fn request(&self, light: bool, condition: Option<String>, sort: &str, size: usize) -> Request {
        let skipped =
            |key: &str| matches!(key, "page" | "page-size" | "sort" | "filter") || (light && key == self.light.0);
        let mut pairs: Vec<_> = self.pairs.iter().filter(|(key, _)| !skipped(key)).cloned().collect();
        if light {
            pairs.push((self.light.0.into(), self.light.1.into()));
        }
        let own = self.pairs.iter().find(|(key, value)| key == "filter" && !value.is_empty());
        let filter = match (own, condition) {
            (Some((_, own)), Some(condition)) => Some(format!("({own});{condition}")),
            (Some((_, own)), None) => Some(own.clone()),
            (None, condition) => condition,
        };
        pairs.extend(filter.map(|filter| ("filter".into(), filter)));
        pairs.push(("sort".into(), format!("{}:{sort}", self.key)));
        pairs.push(("page".into(), "0".into()));
        pairs.push(("page-size".into(), size.to_string()));
        get(self.info, self.target, pairs)
    }
}

impl Audit for ByFilter {
    fn newest(&self) -> Result<Request> {
        Ok(self.request(true, None, "desc", 1))
    }

    fn keys_after(&self, after: Option<u64>, size: u32) -> Result<Request> {
        let condition = after.map(|after| format!("{}>{after}", self.key));
        Ok(self.request(true, condition, "asc", size as usize))
    }

    fn by_keys(&self, keys: &[u64]) -> Result<Request> {
        let list: Vec<String> = keys.iter().map(u64::to_string).collect();
        let condition = format!("{}=in=({})", self.key, list.join(","));
        Ok(self.request(false, Some(condition), "asc", keys.len().max(1)))
    }

    fn open(&self, response: Response) -> Result<Page> {
        open(&response, self.key)
    }
}
