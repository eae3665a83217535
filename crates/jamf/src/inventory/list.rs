//! The list of computers: paged, filtered, sorted, and able to prove itself complete.

use super::{Computer, sections::Sections, versions::ANY_VERSION};
use crate::{
    filter::{Filter, Sort, fields},
    wire,
};
use adjutant_core::{
    Error, OpInfo, Operation, Paged, Result, Safety, Unbound,
    pager::{Audit, Page, Row},
    request::{Request, Response},
};
use http::Method;
use std::sync::Arc;

static INFO: OpInfo = OpInfo {
    name: "computer-inventory.list",
    method: "GET",
    path: "/api/v4/computers-inventory",
    safety: Safety::Read,
    idempotent: true,
    privileges: &["Read Computers"],
    deprecated: None,
};

/// Rows a page, as the server itself would give.
const DEFAULT_PAGE: u32 = 100;

/// Lists computers (`GET /api/v4/computers-inventory`; needs the privilege "Read Computers").
///
/// `.items()` gives them decoded, `.rows()` as the server wrote them, `.pages()` in pages; `.send()` the first page
/// alone. The first three read pages ahead and end with their completeness proven, or with an error.
#[derive(Clone, Debug, Default)]
#[must_use = "a list does nothing until it is sent or iterated"]
pub struct ListComputers<B = Unbound> {
    bound: B,
    sections: Sections,
    filter: Option<Filter>,
    sort: Vec<Sort>,
    page_size: Option<u32>,
}

adjutant_core::endings!(ListComputers);
adjutant_core::many_endings!(ListComputers);

impl ListComputers {
    /// The list, bound to no client.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<B> ListComputers<B> {
    pub(super) fn bound(bound: B) -> Self {
        Self { bound, sections: Sections::default(), filter: None, sort: Vec::new(), page_size: None }
    }

    /// Adds sections to read, of [`SECTIONS`](crate::SECTIONS), in any spelling; `ALL` for all of them. Default: `GENERAL`.
    pub fn sections<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.sections.add(names);
        self
    }

    /// Reads every section.
    pub fn all_sections(mut self) -> Self {
        self.sections = Sections::all();
        self
    }

    /// Keeps the computers that match; a second filter narrows the first.
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter {
            Some(first) => first.and(filter),
            None => filter,
        });
        self
    }

    /// Sorts, by a further field if repeated; ties are always broken by `id`, and `id` is the default.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort.push(sort);
        self
    }

    /// Rows a page, at least 1. Default 100, the server's own. Where the server gives smaller pages than it is asked
    /// for (Jamf Pro clamps to 2,000), that is noticed and followed.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.page_size = Some(rows);
        self
    }

    fn sort_values(&self) -> Result<Vec<String>> {
        self.sort.iter().try_for_each(|sort| sort.check(fields::INVENTORY))?;
        let mut values: Vec<String> = self.sort.iter().map(Sort::to_string).collect();
        if !self.sort.iter().any(|sort| sort.is_by("id")) {
            values.push("id:asc".into());
        }
        Ok(values)
    }

    fn filter_text(&self) -> Result<Option<String>> {
        match &self.filter {
            Some(filter) => filter.check(fields::INVENTORY).map(|()| Some(filter.to_string())),
            None => Ok(None),
        }
    }

    fn page(&self, index: u64, size: u32) -> Result<Request> {
        if size == 0 {
            return Err(Error::usage("a page has at least 1 row"));
        }
        Ok(part(self.sections.names()?, self.sort_values()?, self.filter_text()?, index, size.into()))
    }

    fn unbound(&self) -> ListComputers {
        ListComputers {
            bound: Unbound,
            sections: self.sections.clone(),
            filter: self.filter.clone(),
            sort: self.sort.clone(),
            page_size: self.page_size,
        }
    }
}

/// A request for a part of the list.
fn part<'a>(
    sections: impl IntoIterator<Item = &'a str>,
    sort: impl IntoIterator<Item = String>,
    filter: Option<String>,
    page: u64,
    size: u64,
) -> Request {
    let mut request = Request::new(&INFO, Method::GET, format!("{ANY_VERSION}computers-inventory"));
    for section in sections {
        request = request.query("section", section);
    }
    request = request.query("page", page.to_string()).query("page-size", size.to_string());
    for sort in sort {
        request = request.query("sort", sort);
    }
    match filter {
        Some(filter) => request.query("filter", filter),
        None => request,
    }
}

impl<B: Send + Sync + 'static> Operation for ListComputers<B> {
    type Output = Page;

    fn info(&self) -> &'static OpInfo {
        &INFO
    }

    fn request(&self) -> Result<Request> {
        self.page(0, self.page_size.unwrap_or(DEFAULT_PAGE))
    }

    fn decode(&self, response: Response) -> Result<Page> {
        wire::page(&response)
    }
}

impl<B: Clone + Send + Sync + 'static> Paged for ListComputers<B> {
    type Item = Computer;

    fn page_size(&self) -> u32 {
        self.page_size.unwrap_or(DEFAULT_PAGE)
    }

    fn page_request(&self, index: u64, size: u32) -> Result<Request> {
        // The pager asks for no page of 0 rows; the caller may have.
        self.page(index, if self.page_size == Some(0) { 0 } else { size })
    }

    fn open(&self, response: Response) -> Result<Page> {
        wire::page(&response)
    }

    fn item(&self, row: &Row) -> Result<Computer> {
        wire::record(&row.bytes)
    }

    fn audit(&self) -> Option<Arc<dyn Audit>> {
        // A list that cannot be asked for is not audited either, so that nothing at all is sent.
        self.request().ok()?;
        Some(Arc::new(ById { list: self.unbound() }))
    }
}

/// Looks at the ids alone, in the order of the ids, so that rows cannot shift between two requests.
#[derive(Debug)]
struct ById {
    list: ListComputers,
}

/// The lightest section there is.
const LIGHT: [&str; 1] = ["GENERAL"];

impl ById {
    fn filter(&self, condition: Option<Filter>) -> Result<Option<String>> {
        let both = match (self.list.filter.clone(), condition) {
            (Some(own), Some(condition)) => Some(own.and(condition)),
            (own, condition) => own.or(condition),
        };
        both.map(|filter| filter.check(fields::INVENTORY).map(|()| filter.to_string())).transpose()
    }
}

fn by_id(ascending: bool) -> [String; 1] {
    [format!("id:{}", if ascending { "asc" } else { "desc" })]
}

impl Audit for ById {
    fn newest(&self) -> Result<Request> {
        Ok(part(LIGHT, by_id(false), self.filter(None)?, 0, 1))
    }

    fn keys_after(&self, after: Option<u64>, size: u32) -> Result<Request> {
        let condition = after.map(|id| crate::field("id").gt(id));
        Ok(part(LIGHT, by_id(true), self.filter(condition)?, 0, size.into()))
    }

    fn by_keys(&self, keys: &[u64]) -> Result<Request> {
        // Not the caller's filter: a computer that matched when the ids were listed is asked for by name.
        let filter = crate::field("id").is_in(keys.iter().copied()).to_string();
        Ok(part(self.list.sections.names()?, by_id(true), Some(filter), 0, keys.len().max(1) as u64))
    }

    fn open(&self, response: Response) -> Result<Page> {
        wire::page(&response)
    }
}
