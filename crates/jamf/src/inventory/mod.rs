//! Computers with their inventory: the Pro API's `computers-inventory`, in the newest version that the server has.

mod list;
mod model;
mod one;
mod sections;
mod versions;

pub use list::ListComputers;
pub use model::{Computer, ComputerUpdate};
pub use one::{DeleteComputer, GetComputer, UpdateComputer};
pub use sections::SECTIONS;

pub(crate) use versions::Versioned;

use adjutant_core::{Async, Bound, Mode};

/// Computers with their inventory. Versions 4, 3 and 1 of the endpoint are tried in this order, once.
#[derive(Clone, Debug)]
pub struct Computers<M: Mode = Async> {
    bound: Bound<M>,
}

impl<M: Mode> Computers<M> {
    pub(crate) fn new(bound: Bound<M>) -> Self {
        Self { bound }
    }

    /// All computers, or those that match a filter, page by page.
    pub fn list(&self) -> ListComputers<Bound<M>> {
        ListComputers::bound(self.bound.clone())
    }

    /// One computer, with the sections that are asked for.
    pub fn get(&self, id: impl ToString) -> GetComputer<Bound<M>> {
        GetComputer::bound(self.bound.clone(), id, false)
    }

    /// One computer with all its sections (`computers-inventory-detail`).
    pub fn detail(&self, id: impl ToString) -> GetComputer<Bound<M>> {
        GetComputer::bound(self.bound.clone(), id, true)
    }

    /// Changes one computer; only what was set is sent.
    pub fn update(&self, id: impl ToString, update: ComputerUpdate) -> UpdateComputer<Bound<M>> {
        UpdateComputer::bound(self.bound.clone(), id, update)
    }

    /// Deletes one computer; it cannot be put back.
    pub fn delete(&self, id: impl ToString) -> DeleteComputer<Bound<M>> {
        DeleteComputer::bound(self.bound.clone(), id)
    }
}
