//! Transfers between file systems.

use super::record;
use adjutant_schema::{
    Kind::{Enum, Int, Text, Time},
    open_enum,
};

open_enum! {
    /// How far a Globus transfer is (`GlobusStatus`).
    pub enum GlobusStatus {
        /// Under way.
        Active = "ACTIVE",
        /// Done.
        Succeeded = "SUCCEEDED",
        /// Given up.
        Failed = "FAILED",
        /// Given up on request.
        Canceled = "CANCELED",
    }
}

impl GlobusStatus {
    /// Whether nothing more will come of it. A status that is not known is taken to be one that goes on.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Canceled)
    }
}

record! {
    /// A transfer was begun (`GlobusTransfer`).
    pub TransferStarted, TRANSFER_STARTED, "GlobusTransfer";
    0 transfer_id: String = "transfer_id" Text;
    1 status: String = "status" Text;
    2 reason: String = "reason" Text;
    /// The transfer's id as older servers call it.
    3 globus_uuid: String = "globus_uuid" Text;
}

record! {
    /// A transfer (`GlobusTransferResult`).
    pub Transfer, TRANSFER, "GlobusTransferResult";
    0 status: String = "status" Text;
    1 reason: String = "reason" Text;
    2 globus_status: GlobusStatus = "globus_status" Enum(GlobusStatus::NAMES);
    3 bytes_transferred: i64 = "bytes_transferred" Int;
    4 completion_time: String = "completion_time" Time;
    5 effective_bytes_per_second: i64 = "effective_bytes_per_second" Int;
}
