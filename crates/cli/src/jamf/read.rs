//! A long read, from the first page to the closing line.
//!
//! Whatever ends it (the last row, an error, Ctrl-C, a full disk), the rows that are whole are kept, and the last
//! line says what there is, what proves it, and how to go on.

use super::computers::Target;
use crate::{
    connect::Connected,
    failure::{Failure, Outcome},
    interrupt,
    output::{Kept, Picker, Writer},
    progress::Progress,
    voice::{Voice, count, size},
};
use adjutant_core::{
    Async, Bound, Error, ErrorKind,
    pager::{Pager, Resume},
};
use adjutant_jamf::ListComputers;
use std::time::Instant;

/// What is counted.
const UNIT: &str = "computers";

/// Reads the inventory page by page.
pub(super) async fn pages(
    at: &Connected,
    pager: Pager<ListComputers<Bound<Async>>>,
    target: Target,
    voice: Voice,
) -> Outcome {
    let pager = pager.resume(Resume { seen: target.seen.clone() });
    run(at, target, voice, async |writer, progress, rows| {
        let mut pages = pager.pages();
        while let Some(page) = pages.next().await {
            let page = page?;
            progress.total(pages.total());
            writer.page(&page.rows)?;
            *rows += page.rows.len() as u64;
            progress.add(page.rows.len() as u64);
        }
        match pages.proof() {
            Some(proof) => Ok(proof.to_string()),
            None => Err(unproven()),
        }
    })
    .await
}

/// Reads the Classic list, then every record.
pub(super) async fn records(at: &Connected, subsets: &[String], target: Target, voice: Voice) -> Outcome {
    let seen = target.seen.clone();
    let computers = at.client.classic().computers().subsets(subsets);
    run(at, target, voice, async |writer, progress, rows| {
        let mut records = computers.read_all().resume(&seen);
        while let Some(record) = records.next().await {
            progress.total(records.total());
            writer.row(&record?.bytes)?;
            *rows += 1;
            progress.add(1);
        }
        match records.proof() {
            Some(proof) => Ok(proof.to_string()),
            None => Err(unproven()),
        }
    })
    .await
}

fn unproven() -> Failure {
    Error::new(ErrorKind::Incomplete, "the read ended without a proof that it is complete").into()
}

/// Runs a read, and says how it ended.
async fn run(
    at: &Connected,
    target: Target,
    voice: Voice,
    read: impl AsyncFnOnce(&mut Writer, &Progress, &mut u64) -> Outcome<String>,
) -> Outcome {
    let began = Instant::now();
    let Target { mut writer, earlier, file, resumable, .. } = target;
    let mut rows = 0;
    let progress = Progress::new(voice, writer.is_seen(), UNIT, earlier);
    let read = tokio::select! {
        read = read(&mut writer, &progress, &mut rows) => read,
        () = interrupt::pressed() => Err(Failure::interrupted("stopped by Ctrl-C")),
    };
    drop(progress);
    let (proof, bytes) = match read.and_then(|proof| Ok((proof, writer.finish()?))) {
        Ok(finished) => finished,
        Err(failure) => return Err(leave(failure, writer.keep(), resumable)),
    };
    let written = file.map(|file| format!(" written to {}", crate::output::escape(&file))).unwrap_or_default();
    let by_earlier =
        if earlier > 0 { format!(", {} of them by the earlier run", count(earlier)) } else { String::new() };
    let engine = at.client.engine();
    let simulated = if at.is_simulated() { ", simulated" } else { "" };
    voice.say(format_args!(
        "{} {UNIT}{written} ({}{by_earlier}); {proof}; {} requests, at most {} in flight, {:.1} s{simulated}",
        count(earlier + rows),
        size(bytes),
        count(engine.requests_sent()),
        engine.permits().in_use().1,
        began.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// Adds to a failure what is kept, and how to go on.
fn leave(failure: Failure, kept: Kept, resumable: bool) -> Failure {
    let Some(words) = kept.words() else { return failure };
    let how = match kept {
        Kept::File { .. } if resumable => "; to go on, say the same with --resume",
        Kept::File { .. } => "; only JSON Lines (-f jsonl) can be resumed",
        _ => "",
    };
    failure.and_hint(&format!("{words}{how}"))
}

/// The record in an answer: `{"computer": …}` without its wrapper.
pub(super) fn unwrap<'a>(body: &'a [u8], wrapper: Option<&str>) -> Outcome<&'a [u8]> {
    let Some(wrapper) = wrapper else { return Ok(body.trim_ascii()) };
    let found = Picker::new([wrapper])?.pick(body)?;
    match found.first() {
        Some(crate::output::Found::One(raw)) => Ok(raw.get().as_bytes()),
        _ => Err(Error::decode(format!("the answer has no {wrapper:?} in it")).into()),
    }
}
