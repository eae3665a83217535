//! How far a long read is: a bar with rate and time left, where a person looks and nobody asked for silence.

use crate::voice::Voice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::{fmt::Write, time::Duration};

/// The bar, or nothing.
#[derive(Debug)]
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar that counts `what`, from `done` on; none where it would be `unwanted`.
    pub(crate) fn new(voice: Voice, unwanted: bool, what: &'static str, done: u64) -> Self {
        if unwanted || !voice.shows_progress() {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
        bar.set_prefix(what);
        bar.set_style(style("{prefix}  {human_pos}  {rate}"));
        bar.set_position(done);
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(250));
        Self(Some(bar))
    }

    /// So many are there in all, as far as is known.
    pub(crate) fn total(&self, total: Option<u64>) {
        if let (Some(bar), Some(total)) = (&self.0, total)
            && bar.length() != Some(total)
        {
            bar.set_length(total);
            bar.set_style(style("{prefix}  {bar:30}  {human_pos}/{human_len}  {rate}  {eta} left"));
        }
    }

    /// So many more are done.
    pub(crate) fn add(&self, count: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(count);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, out: &mut dyn Write| {
        let _ = write!(out, "{:.0}/s", state.per_sec());
    };
    style.with_key("rate", rate).progress_chars("━╸ ")
}
