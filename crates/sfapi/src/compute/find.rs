//! Finding the job of a submit whose answer was lost.
//!
//! Only a proof counts: the mark that the submit left in the job's comment, or, where it could leave none, one single
//! job that was not there before and fits in user, time and name. Two that fit are none. The books may lack comments,
//! so that a mark is not there proves nothing.

use super::{
    monitor::{Monitor, Source, Want},
    rows::{JobId, Listing, id_of},
    script::{self, JobSource, TAG_PREFIX},
};
use crate::{explain::may_pass, hub::Hub, model::SqueueRow};
use adjutant_core::Result;
use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    sync::Arc,
    time::Duration,
};

/// How a job is told from all others.
#[derive(Debug)]
pub(super) enum Mark {
    /// Its comment.
    Tag(String),
    /// It is new, and fits.
    New(Before),
}

/// The queue before the submit.
#[derive(Debug, Default)]
pub(super) struct Before {
    ids: HashSet<String>,
    /// The latest submit time in it, as Slurm writes it: in the order of time is in the order of text.
    latest: String,
    /// The name that the job will have, if that is known.
    name: Option<String>,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => write!(f, "the comment {tag}"),
            Self::New(Before { name: Some(name), .. }) => write!(f, "its name {name:?} and that it is new"),
            Self::New(_) => f.write_str("that it is new"),
        }
    }
}

/// Looks at the queue before a submit that can leave no mark.
pub(super) async fn before(monitor: &Arc<Monitor>, source: &JobSource) -> Result<Mark> {
    let listing = monitor.look(Source::Squeue, Want::Own).await?;
    let name = match source {
        JobSource::Script(text) => script::option(text, "job-name", Some("J")).map(str::to_owned),
        // The script may name itself; what is in it is not known here.
        JobSource::Remote(_) => None,
    };
    let latest = listing.squeue.iter().filter_map(|row| row.submit_time.clone()).max().unwrap_or_default();
    let ids = listing.squeue.iter().map(|row| id_of(row).base().to_owned()).collect();
    Ok(Mark::New(Before { ids, latest, name }))
}

/// Looks for the job until the settle time is over. What was tried, if it is not found.
pub(super) async fn find(hub: &Arc<Hub>, monitor: &Arc<Monitor>, mark: &Mark) -> Result<JobId, String> {
    let end = hub.now() + hub.settings.settle;
    let mut pause = Duration::from_millis(250);
    let (mut looks, mut fits) = (0, BTreeSet::new());
    loop {
        // The queue each time; the books every other time, for a job that was over before it was looked for.
        for source in [Source::Squeue, Source::Sacct].into_iter().take(1 + looks % 2) {
            match hub.until(Some(end), monitor.look(source, Want::Own)).await {
                Some(Ok(listing)) => fits = candidates(&listing, mark, fits),
                Some(Err(error)) if !may_pass(&error) => {
                    return Err(format!("the queue cannot be looked at ({error})"));
                }
                Some(Err(error)) => tracing::debug!(%error, "a look for a lost job failed"),
                None => {}
            }
        }
        looks += 1;
        let last = hub.now() + pause >= end;
        // A mark is certain. One that is merely new is so only when another could have come too.
        if let Some(id) =
            fits.first().filter(|_| fits.len() == 1 && (last || looks > 2 || matches!(mark, Mark::Tag(_))))
        {
            tracing::info!(job = %id, looks, "the job of a lost submit was found");
            return Ok(JobId::from(id));
        }
        if last {
            let settle = hub.settings.settle;
            return Err(match fits.len() {
                0 => format!("no job with {mark} appeared in queue or books within {settle:?} ({looks} looks)"),
                several => format!("{several} jobs fit {mark}: {}", fits.into_iter().collect::<Vec<_>>().join(", ")),
            });
        }
        hub.clock().sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

/// The ids that fit, with those that did before.
fn candidates(listing: &Listing, mark: &Mark, mut fits: BTreeSet<String>) -> BTreeSet<String> {
    match mark {
        Mark::Tag(tag) => {
            let marked = |comment: &Option<String>| comment.as_deref().is_some_and(|c| c.trim() == tag.as_str());
            fits.extend(listing.squeue.iter().filter(|row| marked(&row.comment)).map(|row| base(&id_of(row))));
            let books = listing.sacct.iter().filter(|row| marked(&row.comment));
            fits.extend(books.filter_map(|row| row.jobid.as_deref()).map(|id| base(&JobId::from(id))));
        }
        Mark::New(before) => {
            fits.extend(listing.squeue.iter().filter(|row| before.admits(row)).map(|row| base(&id_of(row))));
        }
    }
    fits
}

fn base(id: &JobId) -> String {
    id.base().to_owned()
}

impl Before {
    /// Whether a row may be the job: new, not older than what was there, of its name, and not marked by another
    /// submit. The listing has the user's own jobs only.
    fn admits(&self, row: &SqueueRow) -> bool {
        let id = id_of(row);
        let marked = row.comment.as_deref().is_some_and(|comment| comment.starts_with(TAG_PREFIX));
        let older = row.submit_time.as_deref().is_some_and(|time| time < self.latest.as_str());
        let renamed = self.name.as_deref().is_some_and(|name| row.name.as_deref().is_some_and(|own| own != name));
        !self.ids.contains(id.base()) && !marked && !older && !renamed && !id.base().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: &str, time: &str, name: &str, comment: &str) -> SqueueRow {
        let text = |text: &str| Some(text.to_owned());
        SqueueRow {
            jobid: text(id),
            submit_time: text(time),
            name: text(name),
            comment: text(comment),
            ..SqueueRow::default()
        }
    }

    #[test]
    fn only_a_new_job_that_fits_counts() {
        let before = Before {
            ids: HashSet::from(["5".to_owned()]),
            latest: "2026-11-21T12:00:00".into(),
            name: Some("fit".into()),
        };
        let mark = Mark::New(before);
        let rows = vec![
            row("5", "2026-11-21T12:00:00", "fit", ""),
            row("6", "2026-11-21T11:59:00", "fit", ""),
            row("7", "2026-11-21T12:00:01", "other", ""),
            row("8", "2026-11-21T12:00:01", "fit", "adjutant-1"),
            row("9", "2026-11-21T12:00:01", "fit", "theirs"),
        ];
        let fits = candidates(&Listing::of_squeue(rows), &mark, BTreeSet::new());
        assert_eq!(fits.into_iter().collect::<Vec<_>>(), ["9"]);
    }

    #[test]
    fn a_tag_is_found_whole_or_not_at_all() {
        let mark = Mark::Tag("adjutant-12".into());
        let rows = vec![row("1", "", "", "adjutant-123"), row("2", "", "", "adjutant-12"), row("3", "", "", "")];
        let fits = candidates(&Listing::of_squeue(rows), &mark, BTreeSet::new());
        assert_eq!(fits.into_iter().collect::<Vec<_>>(), ["2"]);
    }
}
