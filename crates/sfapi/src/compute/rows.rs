//! Jobs by id among the rows of a listing: plain jobs, arrays, their tasks.

use super::state::JobState;
use crate::model::{SacctRow, SqueueRow};
use std::{collections::HashMap, fmt, sync::Arc};

/// A job's id, as Slurm writes it: `12345`, or `12345_7` for a task of an array.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(Arc<str>);

impl JobId {
    /// The id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without an array's task: what the rows of one submit have in common.
    #[must_use]
    pub fn base(&self) -> &str {
        base(&self.0)
    }

    /// The task's number, if it is a task of an array.
    #[must_use]
    pub fn task(&self) -> Option<&str> {
        self.0.split_once('_').map(|(_, task)| task)
    }
}

fn base(id: &str) -> &str {
    id.split(['_', '+', '.']).next().unwrap_or(id)
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! job_id_from {
    ($($type:ty),*) => {$(
        impl From<$type> for JobId {
            fn from(id: $type) -> Self {
                Self(id.to_string().trim().into())
            }
        }
    )*};
}
job_id_from!(&str, String, &String, u32, u64);

impl From<&Self> for JobId {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

/// What is known of one job: its rows of the queue, and of the books. An array has several of each.
#[derive(Clone, Debug, Default)]
pub struct JobRows {
    /// Rows of the queue (`squeue`); none if the job has left it.
    pub squeue: Vec<Arc<SqueueRow>>,
    /// Rows of the books (`sacct`) without the job's steps; none if it was not looked for there.
    pub sacct: Vec<Arc<SacctRow>>,
}

impl JobRows {
    /// Whether the job was found at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.squeue.is_empty() && self.sacct.is_empty()
    }

    /// The state of the whole job; for an array that of the task that matters most (what runs, then what waits, then
    /// what failed).
    #[must_use]
    pub fn state(&self) -> JobState {
        JobState::of_all(self.tasks().into_iter().map(|(_, state)| state))
    }

    /// The state of each row: one for a plain job, one a task (or range of waiting tasks) for an array.
    #[must_use]
    pub fn tasks(&self) -> Vec<(JobId, JobState)> {
        let mut all: Vec<(JobId, JobState)> = Vec::new();
        for row in &self.squeue {
            all.push((id_of(row), squeue_state(row)));
        }
        for row in &self.sacct {
            let id = JobId::from(row.jobid.as_deref().unwrap_or_default());
            // The queue knows better, as long as it knows the job.
            if !all.iter().any(|(known, _)| *known == id) {
                all.push((id, JobState::parse(row.state.as_deref().unwrap_or_default())));
            }
        }
        all
    }
}

/// A row's state; its short code where the long one is missing.
pub(super) fn squeue_state(row: &SqueueRow) -> JobState {
    let long = row.state.as_deref().filter(|state| !state.trim().is_empty());
    JobState::parse(long.or(row.st.as_deref()).unwrap_or_default())
}

/// The id of a row of the queue. For a task of an array, `%A_%a` rather than the number that it has by itself.
pub(super) fn id_of(row: &SqueueRow) -> JobId {
    let own = row.jobid.as_deref().unwrap_or_default();
    let set = |field: &Option<String>| field.clone().filter(|text| !text.is_empty() && text != "N/A");
    match (set(&row.array_job_id), set(&row.array_task_id)) {
        (Some(array), Some(task)) => JobId::from(format!("{array}_{task}")),
        _ => JobId::from(own),
    }
}

/// The rows of one answer, found by id without looking through all of them.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) squeue: Vec<Arc<SqueueRow>>,
    pub(super) sacct: Vec<Arc<SacctRow>>,
    index: HashMap<String, Vec<usize>>,
}

impl Listing {
    pub(super) fn of_squeue(rows: Vec<SqueueRow>) -> Self {
        let mut listing = Self { squeue: rows.into_iter().map(Arc::new).collect(), ..Self::default() };
        for (i, row) in listing.squeue.iter().enumerate() {
            listing.index.entry(id_of(row).base().to_owned()).or_default().push(i);
        }
        listing
    }

    /// Rows of the books; steps (`123.batch`, `123.0`) are left out.
    pub(super) fn of_sacct(rows: Vec<SacctRow>) -> Self {
        let whole = |row: &SacctRow| row.jobid.as_deref().is_some_and(|id| !id.is_empty() && !id.contains('.'));
        let mut listing = Self { sacct: rows.into_iter().filter(whole).map(Arc::new).collect(), ..Self::default() };
        for (i, row) in listing.sacct.iter().enumerate() {
            listing.index.entry(base(row.jobid.as_deref().unwrap_or_default()).to_owned()).or_default().push(i);
        }
        listing
    }

    /// Adds another answer to the same question.
    pub(super) fn extend(&mut self, other: Self) {
        let (squeue, sacct) = (self.squeue.len(), self.sacct.len());
        for (id, places) in other.index {
            let offset = if other.squeue.is_empty() { sacct } else { squeue };
            self.index.entry(id).or_default().extend(places.into_iter().map(|i| i + offset));
        }
        self.squeue.extend(other.squeue);
        self.sacct.extend(other.sacct);
    }

    /// What it says of one job.
    pub(super) fn of(&self, id: &JobId) -> JobRows {
        let mut rows = JobRows::default();
        for &i in self.index.get(id.base()).into_iter().flatten() {
            if let Some(row) = self.squeue.get(i).filter(|row| fits(id, &id_of(row))) {
                rows.squeue.push(Arc::clone(row));
            }
            let own = |row: &&Arc<SacctRow>| fits(id, &JobId::from(row.jobid.as_deref().unwrap_or_default()));
            rows.sacct.extend(self.sacct.get(i).filter(own).cloned());
        }
        rows
    }
}

/// Whether a row is of the job that is meant: a whole array, one task, or a range of waiting tasks that has it.
fn fits(wanted: &JobId, row: &JobId) -> bool {
    if wanted.base() != row.base() {
        return false;
    }
    match (wanted.task(), row.task()) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wanted), Some(row)) => wanted == row || in_range(wanted, row),
    }
}

/// Whether a task is in a range as Slurm writes them: `[1-3,7,10-20:2%4]`.
fn in_range(task: &str, range: &str) -> bool {
    let Ok(task) = task.parse::<u64>() else { return false };
    let inner = range.trim_start_matches('[').split([']', '%']).next().unwrap_or("");
    inner.split(',').any(|part| {
        let (part, step) = part.split_once(':').unwrap_or((part, "1"));
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        match (first.parse::<u64>(), last.parse::<u64>(), step.parse::<u64>()) {
            (Ok(first), Ok(last), Ok(step)) if step > 0 => {
                (first..=last).contains(&task) && (task - first).is_multiple_of(step)
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn squeue(id: &str, array: Option<&str>, task: Option<&str>, state: &str) -> SqueueRow {
        SqueueRow {
            jobid: Some(id.into()),
            array_job_id: array.map(Into::into),
            array_task_id: task.map(Into::into),
            state: Some(state.into()),
            ..SqueueRow::default()
        }
    }

    #[test]
    fn an_array_is_found_whole_and_by_task() {
        let listing = Listing::of_squeue(vec![
            squeue("100", Some("100"), Some("N/A"), "RUNNING"),
            squeue("200", Some("200"), Some("[5-8%2]"), "PENDING"),
            squeue("203", Some("200"), Some("1"), "RUNNING"),
            squeue("204", Some("200"), Some("2"), "COMPLETED"),
        ]);
        assert_eq!(listing.of(&"200".into()).squeue.len(), 3);
        assert_eq!(listing.of(&"200".into()).state(), JobState::Running);
        assert_eq!(listing.of(&"200_2".into()).state(), JobState::Completed);
        assert_eq!(listing.of(&"200_6".into()).state(), JobState::Pending);
        assert!(listing.of(&"200_9".into()).is_empty());
        assert_eq!(listing.of(&100u64.into()).state(), JobState::Running);
        assert!(listing.of(&"10".into()).is_empty());
    }

    #[test]
    fn steps_are_not_jobs() {
        let row = |id: &str, state: &str| SacctRow {
            jobid: Some(id.into()),
            state: Some(state.into()),
            ..SacctRow::default()
        };
        let listing = Listing::of_sacct(vec![row("7", "FAILED"), row("7.batch", "COMPLETED"), row("7.0", "COMPLETED")]);
        let found = listing.of(&"7".into());
        assert_eq!((found.sacct.len(), found.state()), (1, JobState::Failed));
    }

    #[test]
    fn ranges() {
        for (task, range, inside) in
            [("3", "[1-3,7]", true), ("7", "[1-3,7]", true), ("4", "[1-3,7]", false), ("12", "[10-20:2%4]", true)]
        {
            assert_eq!(in_range(task, range), inside, "{task} {range}");
        }
        assert!(!in_range("1", "[a-b]") && !in_range("1", "") && !in_range("x", "[1-3]"));
    }
}
