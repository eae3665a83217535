//! The reader itself: one task that asks ahead, delivers in order, and keeps the books.

use super::{Audit, Key, Page, Progress, Proof, ProofMethod, Resume, Row, Seen};
use crate::{
    Error, Result,
    engine::Engine,
    error::ErrorKind,
    operation::OpInfo,
    request::{Lane, Request, Response},
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::{sync::mpsc::Sender, task::JoinSet};

/// Keys asked for at once when they are listed, and rows when they are fetched by key.
const KEYS_A_LIST: u32 = 2000;
const ROWS_A_FETCH: usize = 100;
/// A page that fails is not asked for in a smaller size than this.
const SMALLEST_PAGE: u32 = 10;
/// How often a page is tried again before a smaller one is.
const RETRIES_BEFORE_SHRINKING: u32 = 2;
/// A collection that cannot be listed steadily in so many tries is reported.
const MAX_AUDITS: u32 = 3;

type MakeRequest = Box<dyn Fn(u64, u32) -> Result<Request> + Send + Sync>;
type OpenPage = Box<dyn Fn(Response) -> Result<Page> + Send + Sync>;

/// What is read, with its type erased.
pub(super) struct Source {
    pub(super) engine: Engine,
    pub(super) info: &'static OpInfo,
    pub(super) page_size: u32,
    pub(super) audit: Option<Arc<dyn Audit>>,
    pub(super) request: MakeRequest,
    pub(super) open: OpenPage,
}

/// Reads everything into `sender`; the last thing said is an error, or the proof is set.
pub(super) async fn drive(
    source: Source,
    prefetch: usize,
    resume: Resume,
    sender: Sender<Result<Page>>,
    progress: Arc<Progress>,
) {
    let info = source.info;
    let resumed = !resume.seen.is_empty();
    let read = Read {
        size: source.page_size,
        source: Arc::new(source),
        window: prefetch.max(1),
        books: Books { seen: resume.seen, drift: resumed, ..Books::default() },
        sender: sender.clone(),
        progress,
    };
    if let Err(Stop::Failed(error)) = read.run().await {
        let _ = sender.send(Err(error.with_operation(info.name))).await;
    }
}

/// Why a read stops early.
enum Stop {
    Failed(Error),
    /// Nobody listens any more.
    Unheard,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

struct Read {
    source: Arc<Source>,
    /// Rows a page now.
    size: u32,
    window: usize,
    books: Books,
    sender: Sender<Result<Page>>,
    progress: Arc<Progress>,
}

/// What has been noticed.
#[derive(Default)]
struct Books {
    seen: Seen,
    /// Rows without a key.
    keyless: u64,
    delivered: u64,
    repeated: u64,
    recovered: u64,
    /// Highest key before the read began.
    newest: Option<u64>,
    first_total: Option<u64>,
    last_total: Option<u64>,
    drift: bool,
}

impl Books {
    fn total(&mut self, total: Option<u64>) {
        let Some(total) = total else { return };
        self.drift |= self.first_total.is_some_and(|first| first != total);
        self.first_total.get_or_insert(total);
        self.last_total = Some(total);
    }

    /// Keeps the rows that are new.
    fn enter(&mut self, rows: Vec<Row>) -> Vec<Row> {
        let mut fresh = Vec::with_capacity(rows.len());
        for row in rows {
            match &row.key {
                Some(key) if !self.seen.insert(key.clone()) => {
                    self.repeated += 1;
                    self.drift = true;
                    continue;
                }
                Some(key) => {
                    let newer = |newest| key.number().is_none_or(|n| n > newest);
                    self.drift |= self.newest.is_some_and(newer);
                }
                None => self.keyless += 1,
            }
            fresh.push(row);
        }
        self.delivered += fresh.len() as u64;
        fresh
    }
}

impl Read {
    async fn run(mut self) -> Result<(), Stop> {
        if let Some(audit) = self.source.audit.clone() {
            // Before the first page, so that whatever enrols later is known to be new.
            let page = self.source.ask(audit.newest()?, &|r| audit.open(r)).await?;
            self.books.newest = Some(page.rows.first().and_then(|r| r.key.as_ref()?.number()).unwrap_or(0));
            self.books.total(page.total);
        }
        self.pages().await?;
        let proof = self.prove().await?;
        Progress::set(&self.progress.proof, proof);
        Ok(())
    }

    /// Reads by page number until a page comes short.
    async fn pages(&mut self) -> Result<(), Stop> {
        // A resumed read starts at the page where the first unread row would be, had nothing moved.
        let mut offset = self.books.seen.len() / u64::from(self.size) * u64::from(self.size);
        let first = match self.first_page(offset).await? {
            Some(page) => page,
            None => return Ok(()),
        };
        offset += u64::from(self.size);
        self.deliver(first).await?;
        'restart: loop {
            let mut asked = offset;
            let mut tasks = JoinSet::new();
            let mut waiting: BTreeMap<u64, Page> = BTreeMap::new();
            loop {
                while tasks.len() + waiting.len() < self.window && (tasks.is_empty() || asked < self.expected()) {
                    let (source, at, size) = (Arc::clone(&self.source), asked, self.size);
                    tasks.spawn(async move { (at, source.page(at, size).await) });
                    asked += u64::from(size);
                }
                let (at, page) = match tasks.join_next().await {
                    Some(Ok(done)) => done,
                    _ => {
                        return Err(Error::new(ErrorKind::Closed, "the read was ended from outside").into());
                    }
                };
                match page {
                    Ok(page) => {
                        waiting.insert(at, page);
                    }
                    Err(error) => {
                        self.shrink(error)?;
                        continue 'restart;
                    }
                }
                while let Some(page) = waiting.remove(&offset) {
                    offset += u64::from(self.size);
                    if self.deliver(page).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// The first page, which also tells the server's clamp. `None` if it was the last one too.
    async fn first_page(&mut self, offset: u64) -> Result<Option<Page>, Stop> {
        loop {
            let page = match self.source.page(offset, self.size).await {
                Ok(page) => page,
                Err(error) => {
                    self.shrink(error)?;
                    continue;
                }
            };
            let got = page.rows.len() as u64;
            let more = page.total.is_some_and(|total| total > offset + got);
            if got > 0 && got < u64::from(self.size) && more {
                if offset > 0 {
                    self.size = got as u32; // The clamp; the offset is in rows, so ask again from there.
                    if !offset.is_multiple_of(got) {
                        return Err(Error::new(
                            ErrorKind::Incomplete,
                            "the server changed its page size since the read broke off",
                        )
                        .into());
                    }
                    continue;
                }
                tracing::debug!(asked = self.size, got, "the server clamps its pages");
                self.size = got as u32;
            }
            if let Some(total) = page.total {
                Progress::set(&self.progress.total, total);
            }
            if got < u64::from(self.size) {
                self.deliver(page).await?;
                return Ok(None);
            }
            return Ok(Some(page));
        }
    }

    /// Where the rows should end, as far as is known. One page beyond it is asked for only when the last came full.
    fn expected(&self) -> u64 {
        self.books.last_total.unwrap_or(0)
    }

    /// Hands a page on; `true` if it was the last.
    async fn deliver(&mut self, page: Page) -> Result<bool, Stop> {
        let last = (page.rows.len() as u64) < u64::from(self.size);
        self.books.total(page.total);
        let rows = self.books.enter(page.rows);
        self.send(page.total, rows).await?;
        Ok(last)
    }

    async fn send(&self, total: Option<u64>, rows: Vec<Row>) -> Result<(), Stop> {
        self.sender.send(Ok(Page { total, rows })).await.map_err(|_| Stop::Unheard)
    }

    /// After a page that was too much for the server, or too long for us: the largest smaller size that divides
    /// this one, so that what has been delivered still ends at a page border.
    fn shrink(&mut self, error: Error) -> Result<(), Stop> {
        let too_much = matches!(error.status(), Some(502 | 504))
            || error.kind() == ErrorKind::TooLarge
            || error.kind() == ErrorKind::Timeout;
        let smaller = (2..=10).find(|d| self.size.is_multiple_of(*d)).map(|d| self.size / d);
        match smaller.filter(|size| too_much && *size >= SMALLEST_PAGE) {
            Some(size) => {
                tracing::info!(from = self.size, to = size, %error, "asking for smaller pages");
                self.size = size;
                Ok(())
            }
            None => Err(self.broke(error)),
        }
    }

    /// Adds to an error how far the read had come.
    fn broke(&self, error: Error) -> Stop {
        let read = self.books.delivered;
        let of = self.books.last_total.map_or_else(String::new, |t| format!(" of {t}"));
        let hint = error.hint().map_or_else(String::new, |h| format!("; {h}"));
        Stop::Failed(error.with_hint(format!("{read}{of} rows had been read; the read can be resumed{hint}")))
    }

    async fn prove(&mut self) -> Result<Proof, Stop> {
        let books = &self.books;
        let rows = books.seen.len() + books.keyless;
        let counted = books.last_total.is_none_or(|total| total == rows);
        if !books.drift && counted {
            let method =
                if books.keyless == 0 && books.newest.is_some() { ProofMethod::Steady } else { ProofMethod::Counted };
            return Ok(self.proof(method, 0));
        }
        match self.source.audit.clone() {
            Some(audit) if books.keyless == 0 => self.reconcile(&*audit).await,
            _ => Err(self.unproven(rows)),
        }
    }

    fn proof(&self, method: ProofMethod, removed: u64) -> Proof {
        let books = &self.books;
        Proof {
            rows: books.delivered,
            method,
            enrolled: books.newest.map_or(0, |newest| books.seen.count_above(newest)),
            removed,
            repeated: books.repeated,
            recovered: books.recovered,
        }
    }

    fn unproven(&self, rows: u64) -> Stop {
        let total = self.books.last_total.unwrap_or(0);
        let message = if rows < total {
            format!("{} rows are missing: the server counts {total} and {rows} could be read", total - rows)
        } else {
            format!("the collection changed while it was read: the server counts {total}, {rows} were read")
        };
        Stop::Failed(
            Error::new(ErrorKind::Incomplete, message).with_hint("read again; sort by id if the order was another"),
        )
    }

    /// Lists the keys once more and fetches what was missed.
    async fn reconcile(&mut self, audit: &dyn Audit) -> Result<Proof, Stop> {
        let mut phantom = 0;
        for _ in 0..MAX_AUDITS {
            let (listed, unlisted) = self.list(audit).await?;
            phantom = unlisted;
            let missing: Vec<Key> = listed.without(&self.books.seen).collect();
            tracing::info!(
                listed = listed.len(),
                missing = missing.len(),
                "the collection moved: keys listed once more"
            );
            self.fetch(audit, &missing).await?;
            let removed = self.books.seen.without(&listed).count() as u64;
            if phantom == 0 {
                return Ok(self.proof(ProofMethod::KeysListed, removed));
            }
        }
        let read = self.books.seen.len();
        let message = format!(
            "the server counts {phantom} more rows than it lists; {read} were read, every row that it lists among them"
        );
        Err(Error::new(ErrorKind::Incomplete, message)
            .with_hint("check the server's own count; a node of a cluster may be behind")
            .into())
    }

    /// All keys, by key and not by page, and how many more the server claims to have than it lists.
    async fn list(&self, audit: &dyn Audit) -> Result<(Seen, u64), Stop> {
        let mut keys = Seen::default();
        let mut after = None;
        loop {
            let page = self.source.ask(audit.keys_after(after, KEYS_A_LIST)?, &|r| audit.open(r)).await?;
            let got = page.rows.len() as u64;
            let claimed = page.total.unwrap_or(got);
            for row in page.rows {
                let number = row.key.as_ref().and_then(Key::number).filter(|n| after.is_none_or(|a| *n > a));
                let Some(number) = number else {
                    let message =
                        "the server does not list ids in ascending order, so the read cannot be proven complete";
                    return Err(Error::new(ErrorKind::Incomplete, message).into());
                };
                after = Some(number);
                keys.insert(Key::Number(number));
            }
            if got == 0 || claimed <= got {
                return Ok((keys, claimed.saturating_sub(got)));
            }
        }
    }

    /// Fetches rows by key and delivers them; those that do not come have been removed.
    async fn fetch(&mut self, audit: &dyn Audit, keys: &[Key]) -> Result<(), Stop> {
        let numbers: Vec<u64> = keys.iter().filter_map(Key::number).collect();
        for some in numbers.chunks(ROWS_A_FETCH) {
            let page = self.source.ask(audit.by_keys(some)?, &|r| audit.open(r)).await?;
            let before = self.books.repeated;
            let rows = self.books.enter(page.rows);
            self.books.repeated = before; // Asked for by name: not a page's doing.
            self.books.recovered += rows.len() as u64;
            self.send(None, rows).await?;
        }
        Ok(())
    }
}

impl Source {
    async fn page(&self, offset: u64, size: u32) -> Result<Page> {
        let mut request = (self.request)(offset / u64::from(size), size)?;
        if size >= 2 * SMALLEST_PAGE {
            // A page that is too much for the server is not mended by asking again, but by asking for less.
            request = request.max_retries(RETRIES_BEFORE_SHRINKING.min(self.engine.config().max_retries));
        }
        self.ask(request, &self.open).await
    }

    async fn ask(&self, request: Request, open: &(dyn Fn(Response) -> Result<Page> + Sync)) -> Result<Page> {
        let response = self.engine.execute(request.lane(Lane::Bulk)).await?;
        let status = response.status();
        open(response).map_err(|e| e.with_status(status))
    }
}
