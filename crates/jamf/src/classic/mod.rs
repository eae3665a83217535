//! The Classic API: older, written in XML, and still the only way to some things.
//!
//! It is read in JSON, which is a third of the size, and written in XML, which is all it takes.

mod computers;
mod mass;
mod model;
mod subsets;

pub use computers::{
    ClassicComputers, DeleteClassicComputer, GetClassicComputer, ListClassicComputers, UpdateClassicComputer,
};
pub use mass::{MassProof, MassRead};
pub use model::{
    ClassicComputer, ClassicComputerEntry, ClassicComputerUpdate, ClassicExtensionAttribute, ClassicGeneral,
    ClassicGeneralUpdate, ClassicLocation, ClassicLocationUpdate, ClassicRemoteManagementUpdate,
};
pub use subsets::SUBSETS;

use adjutant_core::{Async, Bound, Mode};

/// The Classic API, under `/JSSResource`.
#[derive(Clone, Debug)]
pub struct ClassicApi<M: Mode = Async> {
    bound: Bound<M>,
}

impl<M: Mode> ClassicApi<M> {
    pub(crate) fn new(bound: Bound<M>) -> Self {
        Self { bound }
    }

    /// Computers.
    #[must_use]
    pub fn computers(&self) -> ClassicComputers<M> {
        ClassicComputers::new(self.bound.clone())
    }
}
