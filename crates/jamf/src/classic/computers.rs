//! Classic computers: listed, read one by one or many at once, changed, deleted.

use super::{
    mass::MassRead,
    model::{ClassicComputer, ClassicComputerEntry, ClassicComputerUpdate},
    subsets,
};
use crate::wire;
use adjutant_core::{
    Async, Blocking, Bound, Error, Flow, Mode, OpInfo, Operation, Result, Safety, Unbound,
    batch::{Batch, Outcomes},
    pager::{Iter, Row},
    request::{Lane, Request, Response},
};
use http::Method;

macro_rules! info {
    ($name:literal, $method:literal, $path:literal, $safety:ident, $idempotent:literal, $privilege:literal) => {
        OpInfo {
            name: $name,
            method: $method,
            path: $path,
            safety: Safety::$safety,
            idempotent: $idempotent,
            privileges: &[$privilege],
            deprecated: Some("yes"),
        }
    };
}

static LIST: OpInfo = info!("classic-computers.list", "GET", "/JSSResource/computers", Read, true, "Read Computers");
static GET: OpInfo =
    info!("classic-computers.get", "GET", "/JSSResource/computers/id/{id}", Read, true, "Read Computers");
// A PUT sets what it names to the same values again.
static UPDATE: OpInfo =
    info!("classic-computers.update", "PUT", "/JSSResource/computers/id/{id}", Write, true, "Update Computers");
// Deleting twice would find nothing the second time, and report what succeeded as "not found".
static DELETE: OpInfo = info!(
    "classic-computers.delete",
    "DELETE", "/JSSResource/computers/id/{id}", Destructive, false, "Delete Computers"
);

/// Computers of the Classic API.
#[derive(Clone, Debug)]
pub struct ClassicComputers<M: Mode = Async> {
    bound: Bound<M>,
    subsets: Vec<String>,
}

impl<M: Mode> ClassicComputers<M> {
    pub(super) fn new(bound: Bound<M>) -> Self {
        Self { bound, subsets: Vec::new() }
    }

    /// Reads these [`SUBSETS`](super::SUBSETS) only, in [`get_many`](ClassicComputers::get_many) and
    /// [`read_all`](ClassicComputers::read_all). Default: whole records.
    #[must_use]
    pub fn subsets<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.subsets.extend(names.into_iter().map(|name| name.as_ref().to_owned()));
        self
    }

    /// All computers with id and name.
    pub fn list(&self) -> ListClassicComputers<Bound<M>> {
        ListClassicComputers { bound: self.bound.clone(), basic: false }
    }

    /// One computer.
    pub fn get(&self, id: u64) -> GetClassicComputer<Bound<M>> {
        GetClassicComputer { bound: self.bound.clone(), id, subsets: self.subsets.clone(), lane: Lane::Interactive }
    }

    /// Changes one computer; only what was set is sent.
    pub fn update(&self, id: u64, update: ClassicComputerUpdate) -> UpdateClassicComputer<Bound<M>> {
        UpdateClassicComputer { bound: self.bound.clone(), id, update }
    }

    /// Deletes one computer; it cannot be put back.
    pub fn delete(&self, id: u64) -> DeleteClassicComputer<Bound<M>> {
        DeleteClassicComputer { bound: self.bound.clone(), id }
    }

    fn batch<I>(&self, ids: impl IntoIterator<IntoIter = I>) -> Batch<I, Row>
    where
        I: Iterator<Item = u64> + Send + 'static,
    {
        let (engine, subsets) = (self.bound.engine.clone(), self.subsets.clone());
        let limit = engine.permits().limit();
        Batch::new(ids, limit, move |id| {
            let get = GetClassicComputer { bound: Unbound, id, subsets: subsets.clone(), lane: Lane::Bulk };
            let sending = get.request().map(|request| engine.execute(request));
            async move { wire::classic_row(id, &sending?.await?).map_err(|e| e.with_operation(GET.name)) }
        })
    }
}

impl ClassicComputers<Async> {
    /// Many computers at once, as the server wrote them, in the order of the ids. Each outcome has its id; one that
    /// was deleted meanwhile is a [`NotFound`](crate::ErrorKind::NotFound) in its place. No ids read nothing.
    pub fn get_many<I>(&self, ids: impl IntoIterator<IntoIter = I>) -> Batch<I, Row>
    where
        I: Iterator<Item = u64> + Send + 'static,
    {
        self.batch(ids)
    }

    /// Every computer, as the server wrote it: the list, then each record, `max_concurrency` at once. Ends with its
    /// completeness proven, or with an error that names what is missing.
    pub fn read_all(&self) -> MassRead {
        MassRead::new(self.bound.engine.clone(), self.subsets.clone())
    }
}

impl ClassicComputers<Blocking> {
    /// Many computers at once, as the server wrote them, in the order of the ids. Each outcome has its id; one that
    /// was deleted meanwhile is a [`NotFound`](crate::ErrorKind::NotFound) in its place. No ids read nothing.
    pub fn get_many<I>(&self, ids: impl IntoIterator<IntoIter = I>) -> Outcomes<I, Row>
    where
        I: Iterator<Item = u64> + Send + 'static,
    {
        self.batch(ids).iter(self.bound.mode.runtime())
    }

    /// Every computer, as the server wrote it: the list, then each record, `max_concurrency` at once. Ends with its
    /// completeness proven, or with an error that names what is missing.
    #[must_use]
    pub fn read_all(&self) -> Iter<MassRead> {
        let read = MassRead::new(self.bound.engine.clone(), self.subsets.clone());
        Iter::new(self.bound.mode.runtime(), read)
    }
}

/// Lists computers (`GET /JSSResource/computers`; needs "Read Computers").
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct ListClassicComputers<B = Unbound> {
    bound: B,
    basic: bool,
}

impl ListClassicComputers {
    /// The list, bound to no client.
    pub fn new() -> Self {
        Self { bound: Unbound, basic: false }
    }
}

impl Default for ListClassicComputers {
    fn default() -> Self {
        Self::new()
    }
}

impl<B> ListClassicComputers<B> {
    /// With user, model, department and the like (`/subset/basic`).
    pub fn basic(mut self) -> Self {
        self.basic = true;
        self
    }
}

impl<B: Send + Sync + 'static> Operation for ListClassicComputers<B> {
    type Output = Vec<ClassicComputerEntry>;

    fn info(&self) -> &'static OpInfo {
        &LIST
    }

    fn request(&self) -> Result<Request> {
        let subset = if self.basic { "/subset/basic" } else { "" };
        Ok(Request::new(&LIST, Method::GET, format!("/JSSResource/computers{subset}")))
    }

    fn decode(&self, response: Response) -> Result<Self::Output> {
        wire::classic_list(&response)?.iter().map(|row| wire::record(&row.bytes)).collect()
    }
}

/// Reads one computer (`GET /JSSResource/computers/id/{id}`; needs "Read Computers").
///
/// Fails with [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none with this id.
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct GetClassicComputer<B = Unbound> {
    bound: B,
    id: u64,
    subsets: Vec<String>,
    lane: Lane,
}

impl GetClassicComputer {
    /// The read, bound to no client.
    pub fn new(id: u64) -> Self {
        Self { bound: Unbound, id, subsets: Vec::new(), lane: Lane::Interactive }
    }
}

impl<B> GetClassicComputer<B> {
    /// Reads these [`SUBSETS`](super::SUBSETS) only. Default: the whole record.
    pub fn subsets<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.subsets.extend(names.into_iter().map(|name| name.as_ref().to_owned()));
        self
    }
}

impl<M: Mode> GetClassicComputer<Bound<M>> {
    /// The record as the server wrote it, compacted, instead of a typed one.
    pub fn raw(self) -> Flow<M, Row> {
        let Bound { engine, mode } = self.bound.clone();
        Flow::new(mode, async move {
            let answer = engine.execute(self.request()?).await?;
            wire::classic_row(self.id, &answer).map_err(|e| e.with_operation(GET.name))
        })
    }
}

impl<B: Send + Sync + 'static> Operation for GetClassicComputer<B> {
    type Output = ClassicComputer;

    fn info(&self) -> &'static OpInfo {
        &GET
    }

    fn request(&self) -> Result<Request> {
        let subset = subsets::path(&self.subsets)?.map_or_else(String::new, |names| format!("/subset/{names}"));
        let request = Request::new(&GET, Method::GET, format!("/JSSResource/computers/id/{}{subset}", self.id));
        Ok(request.lane(self.lane))
    }

    fn decode(&self, response: Response) -> Result<ClassicComputer> {
        wire::record(&wire::classic_row(self.id, &response)?.bytes)
    }
}

/// Changes one computer (`PUT /JSSResource/computers/id/{id}`; needs "Update Computers"). Only what was set is sent.
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct UpdateClassicComputer<B = Unbound> {
    bound: B,
    id: u64,
    update: ClassicComputerUpdate,
}

impl UpdateClassicComputer {
    /// The change, bound to no client.
    pub fn new(id: u64, update: ClassicComputerUpdate) -> Self {
        Self { bound: Unbound, id, update }
    }
}

impl<B: Send + Sync + 'static> Operation for UpdateClassicComputer<B> {
    type Output = ();

    fn info(&self) -> &'static OpInfo {
        &UPDATE
    }

    fn request(&self) -> Result<Request> {
        if self.update == ClassicComputerUpdate::default() {
            return Err(Error::usage("the update changes nothing").with_hint("set at least one field"));
        }
        let body = wire::xml_body(&self.update)?;
        let request = Request::new(&UPDATE, Method::PUT, format!("/JSSResource/computers/id/{}", self.id));
        Ok(request.body("text/xml", body).accept("application/xml"))
    }

    fn decode(&self, response: Response) -> Result<()> {
        wire::done(&response)
    }
}

/// Deletes one computer (`DELETE /JSSResource/computers/id/{id}`; needs "Delete Computers"). It cannot be put back.
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct DeleteClassicComputer<B = Unbound> {
    bound: B,
    id: u64,
}

impl DeleteClassicComputer {
    /// The deletion, bound to no client.
    pub fn new(id: u64) -> Self {
        Self { bound: Unbound, id }
    }
}

impl<B: Send + Sync + 'static> Operation for DeleteClassicComputer<B> {
    type Output = ();

    fn info(&self) -> &'static OpInfo {
        &DELETE
    }

    fn request(&self) -> Result<Request> {
        let request = Request::new(&DELETE, Method::DELETE, format!("/JSSResource/computers/id/{}", self.id));
        Ok(request.accept("application/xml"))
    }

    fn decode(&self, response: Response) -> Result<()> {
        wire::done(&response)
    }
}

adjutant_core::endings!(ListClassicComputers, GetClassicComputer, UpdateClassicComputer, DeleteClassicComputer);
