//! One computer: read, changed, deleted, by its id.

use super::{Computer, ComputerUpdate, sections::Sections, versions::ANY_VERSION};
use crate::wire;
use adjutant_core::{
    Bound, Error, Flow, Mode, OpInfo, Operation, Result, Safety, Unbound,
    path::segment,
    request::{Request, Response},
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
            deprecated: None,
        }
    };
}

static GET: OpInfo =
    info!("computer-inventory.get", "GET", "/api/v4/computers-inventory/{id}", Read, true, "Read Computers");
static DETAIL: OpInfo =
    info!("computer-inventory.detail", "GET", "/api/v4/computers-inventory-detail/{id}", Read, true, "Read Computers");
// Not idempotent: extension attributes may be appended to.
static UPDATE: OpInfo = info!(
    "computer-inventory.update",
    "PATCH", "/api/v4/computers-inventory-detail/{id}", Write, false, "Update Computers"
);
// Deleting twice would find nothing the second time, and report what succeeded as "not found".
static DELETE: OpInfo = info!(
    "computer-inventory.delete",
    "DELETE", "/api/v4/computers-inventory/{id}", Destructive, false, "Delete Computers"
);

fn target(resource: &str, id: &str) -> Result<String> {
    if id.trim().is_empty() {
        return Err(
            Error::usage("the computer's id is empty").with_hint("take it from a list: id, not the serial number")
        );
    }
    Ok(format!("{ANY_VERSION}{resource}/{}", segment(id)))
}

/// Reads one computer (`GET /api/v4/computers-inventory/{id}`; needs "Read Computers").
///
/// Fails with [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is none with this id.
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct GetComputer<B = Unbound> {
    bound: B,
    id: String,
    sections: Sections,
    detail: bool,
}

impl GetComputer {
    /// The read, bound to no client.
    pub fn new(id: impl ToString) -> Self {
        Self::bound(Unbound, id, false)
    }
}

impl<B> GetComputer<B> {
    pub(super) fn bound(bound: B, id: impl ToString, detail: bool) -> Self {
        Self { bound, id: id.to_string(), sections: Sections::default(), detail }
    }

    /// Adds sections to read, of [`SECTIONS`](crate::SECTIONS), in any spelling; `ALL` for all of them. Default:
    /// `GENERAL`. A detail always has all of them.
    pub fn sections<S: AsRef<str>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.sections.add(names);
        self
    }

    /// Reads every section.
    pub fn all_sections(mut self) -> Self {
        self.sections = Sections::all();
        self
    }
}

impl<M: Mode> GetComputer<Bound<M>> {
    /// The answer as it came instead of a typed record.
    pub fn raw(self) -> Flow<M, Response> {
        let Bound { engine, mode } = self.bound.clone();
        Flow::new(mode, async move { engine.execute(self.request()?).await })
    }
}

impl<B: Send + Sync + 'static> Operation for GetComputer<B> {
    type Output = Computer;

    fn info(&self) -> &'static OpInfo {
        if self.detail { &DETAIL } else { &GET }
    }

    fn request(&self) -> Result<Request> {
        let sections = self.sections.names()?;
        if self.detail {
            return Ok(Request::new(&DETAIL, Method::GET, target("computers-inventory-detail", &self.id)?));
        }
        let request = Request::new(&GET, Method::GET, target("computers-inventory", &self.id)?);
        Ok(sections.into_iter().fold(request, |request, section| request.query("section", section)))
    }

    fn decode(&self, response: Response) -> Result<Computer> {
        wire::record(response.body())
    }
}

/// Changes one computer (`PATCH /api/v4/computers-inventory-detail/{id}`; needs "Update Computers"). Only what was set
/// is sent.
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct UpdateComputer<B = Unbound> {
    bound: B,
    id: String,
    update: ComputerUpdate,
}

impl UpdateComputer {
    /// The change, bound to no client.
    pub fn new(id: impl ToString, update: ComputerUpdate) -> Self {
        Self::bound(Unbound, id, update)
    }
}

impl<B> UpdateComputer<B> {
    pub(super) fn bound(bound: B, id: impl ToString, update: ComputerUpdate) -> Self {
        Self { bound, id: id.to_string(), update }
    }
}

impl<B: Send + Sync + 'static> Operation for UpdateComputer<B> {
    type Output = ();

    fn info(&self) -> &'static OpInfo {
        &UPDATE
    }

    fn request(&self) -> Result<Request> {
        let body = wire::body(&self.update)?;
        if body.as_ref() == b"{}" {
            return Err(Error::usage("the update changes nothing").with_hint("set at least one field"));
        }
        Ok(Request::new(&UPDATE, Method::PATCH, target("computers-inventory-detail", &self.id)?).json(body))
    }

    fn decode(&self, response: Response) -> Result<()> {
        wire::done(&response)
    }
}

/// Deletes one computer (`DELETE /api/v4/computers-inventory/{id}`; needs "Delete Computers"). It cannot be put back.
#[derive(Clone, Debug)]
#[must_use = "an operation does nothing until it is sent"]
pub struct DeleteComputer<B = Unbound> {
    bound: B,
    id: String,
}

impl DeleteComputer {
    /// The deletion, bound to no client.
    pub fn new(id: impl ToString) -> Self {
        Self::bound(Unbound, id)
    }
}

impl<B> DeleteComputer<B> {
    pub(super) fn bound(bound: B, id: impl ToString) -> Self {
        Self { bound, id: id.to_string() }
    }
}

impl<B: Send + Sync + 'static> Operation for DeleteComputer<B> {
    type Output = ();

    fn info(&self) -> &'static OpInfo {
        &DELETE
    }

    fn request(&self) -> Result<Request> {
        Ok(Request::new(&DELETE, Method::DELETE, target("computers-inventory", &self.id)?))
    }

    fn decode(&self, response: Response) -> Result<()> {
        wire::done(&response)
    }
}

adjutant_core::endings!(GetComputer, UpdateComputer, DeleteComputer);
