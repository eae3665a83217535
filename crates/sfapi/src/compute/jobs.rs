//! Listings of jobs: the queue and the books.

use super::{Machine, rows::JobId};
use crate::{
    model::{JobsSacct, JobsSqueue, SacctRow, SqueueRow},
    operation::get,
    wire,
};
use adjutant_core::{OpInfo, Operation, Request, Response, Result, Safety, Unbound, path::segment};

const fn info(name: &'static str) -> OpInfo {
    OpInfo {
        name,
        method: "GET",
        path: "/compute/jobs/{machine}",
        safety: Safety::Read,
        idempotent: true,
        privileges: &[],
        deprecated: None,
    }
}

static SQUEUE: OpInfo = info("jobs.list");
static SACCT: OpInfo = info("jobs.past");

/// What a listing is narrowed to.
#[derive(Clone, Debug, Default)]
struct Filter {
    ids: Vec<JobId>,
    user: Option<String>,
    partition: Option<String>,
}

macro_rules! listing {
    ($(#[$doc:meta])* $name:ident -> $row:ty, $page:ty, $info:ident, $sacct:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[must_use = "an operation does nothing until it is sent"]
        pub struct $name<B = Unbound> {
            bound: B,
            machine: Machine,
            filter: Filter,
        }

        impl $name {
            /// The listing, bound to no client.
            pub fn new(machine: impl Into<Machine>) -> Self {
                Self::bound(Unbound, machine.into())
            }
        }

        impl<B> $name<B> {
            pub(super) fn bound(bound: B, machine: Machine) -> Self {
                Self { bound, machine, filter: Filter::default() }
            }

            /// Only these jobs (`jobid`).
            pub fn ids<I: Into<JobId>>(mut self, ids: impl IntoIterator<Item = I>) -> Self {
                self.filter.ids.extend(ids.into_iter().map(Into::into));
                self
            }

            /// Only jobs of this user (`user`).
            pub fn user(mut self, name: impl Into<String>) -> Self {
                self.filter.user = Some(name.into());
                self
            }

            /// Only jobs of this partition (`partition`).
            pub fn partition(mut self, name: impl Into<String>) -> Self {
                self.filter.partition = Some(name.into());
                self
            }
        }

        impl<B: Send + Sync + 'static> Operation for $name<B> {
            type Output = Vec<$row>;

            fn info(&self) -> &'static OpInfo {
                &$info
            }

            fn request(&self) -> Result<Request> {
                let target = format!("/compute/jobs/{}", segment(self.machine.as_str()));
                // The server's cache does not know a job that was submitted a moment ago.
                let mut request = get(&$info, target).query("sacct", $sacct).query("cached", "false");
                let Filter { ids, user, partition } = &self.filter;
                if !ids.is_empty() {
                    let ids: Vec<&str> = ids.iter().map(JobId::as_str).collect();
                    request = request.query("kwargs", format!("jobid={}", ids.join(",")));
                }
                if let Some(user) = user {
                    request = request.query("kwargs", format!("user={user}"));
                }
                if let Some(partition) = partition {
                    request = request.query("kwargs", format!("partition={partition}"));
                }
                Ok(request)
            }

            fn decode(&self, response: Response) -> Result<Vec<$row>> {
                let mut rows = wire::checked::<$page>(&response)?.output.unwrap_or_default();
                wire::soften_all(&mut rows);
                Ok(rows)
            }
        }

        adjutant_core::endings!($name);
    };
}

listing! {
    /// Jobs of the queue (`GET /compute/jobs/{machine}?sacct=false`). Never from the server's cache.
    ListJobs -> SqueueRow, JobsSqueue, SQUEUE, "false"
}

listing! {
    /// Jobs of the books, ended ones included, with their steps (`GET /compute/jobs/{machine}?sacct=true`). Never from
    /// the server's cache.
    ListSacct -> SacctRow, JobsSacct, SACCT, "true"
}
