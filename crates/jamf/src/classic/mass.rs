//! The Classic mass read: the list, then every record, and the books kept.
//!
//! A fleet lives while it is read. So the list is read again at the end: who enrolled meanwhile is read too, who is gone
//! is reported, and what could not be read is an error that names it, never a shorter file.

use super::{ClassicComputers, ListClassicComputers};
use crate::wire;
use adjutant_core::{
    Async, Bound, BoxFuture, Engine, Error, ErrorKind, Operation, Result,
    batch::{Batch, Outcome},
    pager::{Key, Row, Seen},
    request::Lane,
};
use futures_core::Stream;
use std::{
    collections::BTreeSet,
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A fleet that enrols faster than it is read is followed for so many lists.
const LISTS: u32 = 4;
/// Failures that are named one by one.
const NAMED: usize = 10;

/// What proves a mass read complete, and what the fleet did meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MassProof {
    /// Records delivered, each once.
    pub rows: u64,
    /// Computers that the last list had.
    pub listed: u64,
    /// Computers that enrolled while it was read; they are among the delivered.
    pub enrolled: u64,
    /// Ids of computers that were listed, but had been removed when they were to be read.
    pub removed: Vec<u64>,
}

impl fmt::Display for MassProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "complete: every computer of the last list ({}) was read", self.listed)?;
        if self.enrolled > 0 {
            write!(f, "; {} enrolled meanwhile", self.enrolled)?;
        }
        if !self.removed.is_empty() {
            write!(f, "; {} removed meanwhile", self.removed.len())?;
        }
        Ok(())
    }
}

/// Every computer, one record after the other, in the order of the ids. Dropping it ends the read.
#[must_use = "a read does nothing until it is polled"]
pub struct MassRead {
    engine: Engine,
    subsets: Vec<String>,
    state: State,
    lists: u32,
    /// Ids that have been listed so far.
    known: BTreeSet<u64>,
    /// Ids that were read, or failed for good.
    read: BTreeSet<u64>,
    failed: Vec<(u64, Error)>,
    books: MassProof,
    proof: Option<MassProof>,
    /// An error was the last word.
    broken: bool,
}

enum State {
    Listing(BoxFuture<'static, Result<Vec<u64>>>),
    Reading(Box<Batch<std::vec::IntoIter<u64>, Row>>),
    Ended,
}

impl MassRead {
    pub(super) fn new(engine: Engine, subsets: Vec<String>) -> Self {
        let state = State::Listing(list(engine.clone()));
        Self {
            engine,
            subsets,
            state,
            lists: 0,
            known: BTreeSet::new(),
            read: BTreeSet::new(),
            failed: Vec::new(),
            books: MassProof::default(),
            proof: None,
            broken: false,
        }
    }

    /// Goes on where another read broke off: what has been read is not read again.
    pub fn resume(mut self, seen: &Seen) -> Self {
        self.read.extend(seen.numbers());
        self.books.rows = seen.len();
        self
    }

    /// What proves the read complete; `None` until its end has been reached.
    #[must_use]
    pub fn proof(&self) -> Option<MassProof> {
        self.proof.clone()
    }

    /// How many computers there are, as far as is known.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        (self.lists > 0).then_some(self.known.len() as u64)
    }

    /// The next record; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Row>> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// After a list: reads who is new in it, or ends.
    fn listed(&mut self, ids: Vec<u64>) -> State {
        self.books.listed = ids.len() as u64;
        let before = self.known.len();
        self.known.extend(&ids);
        if self.lists > 0 {
            self.books.enrolled += (self.known.len() - before) as u64;
        }
        self.lists += 1;
        // Who was not found but is listed again was not removed: a node of a cluster was behind.
        self.books.removed.retain(|id| ids.binary_search(id).is_err());
        let fresh: Vec<u64> = ids.into_iter().filter(|id| !self.read.contains(id)).collect();
        if fresh.is_empty() {
            return State::Ended;
        }
        let bound = Bound::new(self.engine.clone(), Async);
        let computers = ClassicComputers::new(bound).subsets(&self.subsets);
        State::Reading(Box::new(computers.get_many(fresh)))
    }

    fn keep(&mut self, outcome: Outcome<u64, Row>) -> Option<Result<Row>> {
        match outcome.result {
            Ok(row) => {
                self.read.insert(outcome.input);
                self.books.rows += 1;
                Some(Ok(row))
            }
            // In the last round no further list can tell a removal from a node that is behind.
            Err(error) if error.is_not_found() && self.lists < LISTS => {
                self.books.removed.push(outcome.input);
                None
            }
            // With these, no other record can be read either.
            Err(error) if hopeless(&error) => {
                self.state = State::Ended;
                self.broken = true;
                Some(Err(self.how_far(error)))
            }
            Err(error) => {
                self.read.insert(outcome.input);
                self.failed.push((outcome.input, error));
                None
            }
        }
    }

    fn how_far(&self, error: Error) -> Error {
        let hint = error.hint().map_or_else(String::new, |hint| format!("; {hint}"));
        error.with_hint(format!("{} of {} records had been read{hint}", self.books.rows, self.known.len()))
    }

    /// The last word: an error for what is missing, else the proof.
    fn end(&mut self) -> Option<Result<Row>> {
        if self.broken || self.proof.is_some() {
            return None;
        }
        let failed = std::mem::take(&mut self.failed);
        if let Some((_, first)) = failed.first() {
            let ids: Vec<String> = failed.iter().take(NAMED).map(|(id, _)| id.to_string()).collect();
            let more = if failed.len() > NAMED { " …" } else { "" };
            let (missing, of) = (failed.len(), self.known.len());
            let message =
                format!("{missing} of {of} computers could not be read (ids {}{more}): {first}", ids.join(", "));
            self.broken = true;
            let error = Error::new(ErrorKind::Incomplete, message).with_operation("classic-computers.read-all");
            return Some(Err(error.with_hint("read those again by their ids")));
        }
        self.proof = Some(self.books.clone());
        None
    }
}

fn hopeless(error: &Error) -> bool {
    use ErrorKind::{BlockingInAsync, Closed, Connect, Credentials, Forbidden, Tls, Usage};
    matches!(error.kind(), BlockingInAsync | Closed | Connect | Credentials | Forbidden | Tls | Usage)
}

fn list(engine: Engine) -> BoxFuture<'static, Result<Vec<u64>>> {
    Box::pin(async move {
        let operation = ListClassicComputers::new();
        let answer = engine.execute(operation.request()?.lane(Lane::Bulk)).await?;
        let mut ids = BTreeSet::new();
        for row in wire::classic_list(&answer)? {
            match row.key.as_ref().and_then(Key::number) {
                Some(id) => ids.insert(id),
                None => return Err(Error::decode("a computer in the list has no id")),
            };
        }
        Ok(ids.into_iter().collect())
    })
}

impl Stream for MassRead {
    type Item = Result<Row>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match &mut this.state {
                State::Listing(listing) => match ready!(listing.as_mut().poll(cx)) {
                    Ok(ids) => this.state = this.listed(ids),
                    Err(error) => {
                        this.state = State::Ended;
                        this.broken = true;
                        let error = if this.lists > 0 { this.how_far(error) } else { error };
                        return Poll::Ready(Some(Err(error)));
                    }
                },
                State::Reading(batch) => match ready!(Pin::new(&mut **batch).poll_next(cx)) {
                    Some(outcome) => {
                        if let Some(row) = this.keep(outcome) {
                            return Poll::Ready(Some(row));
                        }
                    }
                    None if this.lists < LISTS => this.state = State::Listing(list(this.engine.clone())),
                    None => this.state = State::Ended,
                },
                State::Ended => return Poll::Ready(this.end()),
            }
        }
    }
}

impl fmt::Debug for MassRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MassRead").field("books", &self.books).finish_non_exhaustive()
    }
}
