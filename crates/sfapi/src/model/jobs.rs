//! Lists of jobs, as the queue and the books answer.

use super::{SacctRow, SqueueRow, record};
use adjutant_schema::Kind::{List, Record, Text};

record! {
    /// Jobs of the queue.
    pub(crate) JobsSqueue, JOBS_SQUEUE, "JobListSqueue";
    0 status: String = "status" Text;
    1 output: Vec<SqueueRow> = "output" List(&Record(SqueueRow::DESC));
    2 error: String = "error" Text;
}

record! {
    /// Jobs of the books.
    pub(crate) JobsSacct, JOBS_SACCT, "JobListSacct";
    0 status: String = "status" Text;
    1 output: Vec<SacctRow> = "output" List(&Record(SacctRow::DESC));
    2 error: String = "error" Text;
}
