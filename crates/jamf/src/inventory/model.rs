//! The records of the inventory, under the names that one looks for.

use crate::generated::models;

/// A computer: all sections that were asked for, in the newest version's words. Members of older versions, and of
/// newer servers, are kept in `extra`.
pub type Computer = models::ComputerInventory;

/// What to change of a computer. Each field is kept, cleared or set (see [`Field`](crate::Field)); only the last two are sent.
pub type ComputerUpdate = models::ComputerInventoryUpdateRequest;
