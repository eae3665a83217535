//! What the server answers, as records.
//!
//! Written by hand after the reconstructed description of version 1.2 and after the columns of Slurm's `squeue` and
//! `sacct`, which the API passes on in lower case. Nothing is lost where they are wrong: members that are not named
//! here are kept in `extra`. To refresh them, compare with the server's own `openapi.json`, and the job rows with
//! `squeue -o %all` and `sacct --format=ALL`.

mod account;
mod files;
mod jobs;
mod sacct;
mod squeue;
mod status;
mod storage;
mod tasks;

pub use account::{ApiClient, Group, GroupMember, Project, Role, StorageUse, UserInfo};
pub use files::{DirectoryEntry, DirectoryListing};
pub use sacct::SacctRow;
pub use squeue::SqueueRow;
pub use status::{Change, Note, Outage, OutageStatus, Setting, Status, StatusValue};
pub use storage::{GlobusStatus, Transfer, TransferStarted};
pub use tasks::{CommandStarted, Task, TaskStatus};

pub(crate) use account::Groups;
pub(crate) use files::{DownloadVerdict, Uploaded};
pub(crate) use jobs::{JobsSacct, JobsSqueue};
pub(crate) use tasks::{Tasks, Verdict};

/// Defines a record and its table at once; the numbers are the fields' places in the table.
macro_rules! record {
    (
        $(#[$doc:meta])* $vis:vis $name:ident, $table:ident, $wire:literal;
        $($(#[$fdoc:meta])* $i:literal $field:ident: $type:ty = $key:literal $kind:expr;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
        $vis struct $name {
            $(
                #[doc = concat!("`", $key, "`.")]
                $(#[$fdoc])*
                pub $field: Option<$type>,
            )*
            /// What the table does not describe, kept.
            pub extra: adjutant_schema::Extra,
        }

        static $table: adjutant_schema::Desc = adjutant_schema::Desc::new(
            $wire,
            &[$(adjutant_schema::FieldDesc::new($key, $kind)),*],
        );
        adjutant_schema::model!($name, $table; $($i $field),*);
    };
}
use record;
