//! What a simulator can be told, and how it is said after `sim:?`.

use std::path::PathBuf;
use std::time::Duration;

use super::faults::Faults;
use crate::words::{duration, each_option, flag, number};

/// How to simulate. Every option has a default; [`Options::parse`] reads them from a query string.
#[derive(Clone, Debug)]
pub struct Options {
    /// `seed`: the first job id follows from it. Default 1.
    pub seed: u64,
    /// `latency`: time before each answer, such as `20ms`. Default 0.
    pub latency: Duration,
    /// `latency-spread`: up to so much more, evenly spread. Default 0.
    pub latency_spread: Duration,
    /// `tls`: `false` for plain HTTP. Default true.
    pub tls: bool,
    /// `port`: 0 for any free one. Default 0.
    pub port: u16,
    /// `token`: how long access tokens live. Default 10 minutes.
    pub token_life: Duration,
    /// `client-id` of the registered client, 13 characters on the real server. Default `adjutantsim01`.
    pub client_id: String,
    /// `client-expires`: when the client itself ceases to be accepted, counted from the start. Default 30 days.
    pub client_life: Duration,
    /// `user`: whose client it is. Default `simuser`.
    pub user: String,
    /// `jobs-pend`: how long jobs wait in the queue. Default 500 ms.
    pub jobs_pend: Duration,
    /// `jobs-run`: how long jobs run whose script does not sleep. Default 2 s.
    pub jobs_run: Duration,
    /// `speed`: by how much the `sleep` and `--time` of scripts are shortened. Default 1.
    pub speed: u32,
    /// `queue-limit`: more jobs than this in the queue are refused, in Slurm's words. Default none.
    pub queue_limit: Option<u64>,
    /// `late-refusal`: whether a queue limit is told by the task instead of the submit's answer. Default false.
    pub late_refusal: bool,
    /// `queue-late`: how long after its submission a job appears in squeue. Default 0.
    pub queue_late: Duration,
    /// `queue-linger`: how long after its end a job stays in squeue. Default 0.
    pub queue_linger: Duration,
    /// `sacct-late`: how long after its submission a job appears in sacct. Default 0.
    pub sacct_late: Duration,
    /// `sacct-comments`: whether sacct shows comments. Default true.
    pub sacct_comments: bool,
    /// `others`: how many jobs of another user are in the queue, for good. Default 3.
    pub others: u32,
    /// `task`: how long tasks take. Default 50 ms.
    pub task: Duration,
    /// `transfer`: how long Globus transfers take. Default 1 s.
    pub transfer: Duration,
    /// `ls-absolute`: whether the entries of a listed directory have absolute names. Default false.
    pub ls_absolute: bool,
    /// `download-limit`: files of more bytes are refused. Default none.
    pub download_limit: Option<u64>,
    /// `down`: machines that are unavailable, such as `perlmutter,dtn01`. Default none.
    pub down: Vec<String>,
    /// `root`: the directory that is the file system of all machines. Default a temporary one.
    pub root: Option<PathBuf>,
    /// `limit`: the number of requests in flight that the client under test has promised; only reported. Default none.
    pub limit: Option<u32>,
    /// `fault`: what goes wrong; see [`Faults`]. Default nothing.
    pub faults: Faults,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            latency: Duration::ZERO,
            latency_spread: Duration::ZERO,
            tls: true,
            port: 0,
            token_life: Duration::from_secs(10 * 60),
            client_id: "adjutantsim01".to_owned(),
            client_life: Duration::from_secs(30 * 86_400),
            user: "simuser".to_owned(),
            jobs_pend: Duration::from_millis(500),
            jobs_run: Duration::from_secs(2),
            speed: 1,
            queue_limit: None,
            late_refusal: false,
            queue_late: Duration::ZERO,
            queue_linger: Duration::ZERO,
            sacct_late: Duration::ZERO,
            sacct_comments: true,
            others: 3,
            task: Duration::from_millis(50),
            transfer: Duration::from_secs(1),
            ls_absolute: false,
            download_limit: None,
            down: Vec::new(),
            root: None,
            limit: None,
            faults: Faults::default(),
        }
    }
}

const NAMES: &str = "seed, latency, latency-spread, tls, port, token, client-id, client-expires, user, jobs-pend, \
                     jobs-run, speed, queue-limit, late-refusal, queue-late, queue-linger, sacct-late, \
                     sacct-comments, others, task, transfer, ls-absolute, download-limit, down, root, limit, fault";

impl Options {
    /// Reads options from a query string such as `jobs-run=200ms&fault=drop-answer:submits:every=3`; empty is fine.
    ///
    /// # Errors
    /// Names the option that is unknown, with all that are known, or whose value cannot be read.
    pub fn parse(query: &str) -> Result<Self, String> {
        let mut options = Self::default();
        each_option(query, |name, value| options.set(name, value))?;
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "seed" => self.seed = number(value, 1_000_000_000)?,
            "latency" => self.latency = duration(value)?,
            "latency-spread" => self.latency_spread = duration(value)?,
            "tls" => self.tls = flag(value)?,
            "port" => self.port = number(value, u16::MAX)?,
            "token" | "token-life" => self.token_life = duration(value)?,
            "client-id" => self.client_id = value.to_owned(),
            "client-expires" => self.client_life = duration(value)?,
            "user" => self.user = name_of_user(value)?,
            "jobs-pend" => self.jobs_pend = duration(value)?,
            "jobs-run" => self.jobs_run = duration(value)?,
            "speed" => self.speed = number(value, 1_000_000).map(|speed: u32| speed.max(1))?,
            "queue-limit" => self.queue_limit = Some(number(value, u64::MAX)?),
            "late-refusal" => self.late_refusal = flag(value)?,
            "queue-late" => self.queue_late = duration(value)?,
            "queue-linger" => self.queue_linger = duration(value)?,
            "sacct-late" => self.sacct_late = duration(value)?,
            "sacct-comments" => self.sacct_comments = flag(value)?,
            "others" => self.others = number(value, 100_000)?,
            "task" => self.task = duration(value)?,
            "transfer" => self.transfer = duration(value)?,
            "ls-absolute" => self.ls_absolute = flag(value)?,
            "download-limit" => self.download_limit = Some(number(value, u64::MAX)?),
            "down" => self.down.extend(value.split(',').map(|machine| machine.trim().to_owned())),
            "root" => self.root = Some(PathBuf::from(value)),
            "limit" => self.limit = Some(number(value, u32::MAX)?),
            "fault" | "faults" => self.faults.extend(Faults::parse(value)?),
            _ => return Err(format!("there is no such option; there are: {NAMES}")),
        }
        Ok(())
    }
}

/// It becomes part of paths.
fn name_of_user(text: &str) -> Result<String, String> {
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        Ok(text.to_owned())
    } else {
        Err("expected letters and digits".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read() {
        let options =
            Options::parse("jobs-run=20ms&tls=false&queue_limit=5&fault=drop-answer:chance=30:submits").expect("known");
        assert_eq!((options.jobs_run, options.tls, options.queue_limit), (Duration::from_millis(20), false, Some(5)));
        assert_eq!(options.faults.to_string(), "drop-answer:chance=30:submits");
    }

    #[test]
    fn mistakes_are_named() {
        assert!(Options::parse("job-run=5s").expect_err("unknown").contains("jobs-run"));
        assert!(Options::parse("user=../x").is_err() && Options::parse("fault=drop-answer:submit").is_err());
    }
}
