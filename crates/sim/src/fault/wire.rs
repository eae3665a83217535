//! The faults that any HTTP server can suffer, and how they are carried out.

use std::fmt;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use http::StatusCode;

use super::grammar::{Arguments, When};
use crate::net::accept::HangUp;
use crate::net::body::{Injured, Injury};
use crate::net::line::Cutter;
use crate::net::reply::html;

/// What goes wrong on the way, whatever the server is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Wire {
    Unauthorized,
    Status { status: u16, retry_after: Option<u64> },
    Executed { status: u16, retry_after: Option<u64> },
    Reset { after: u64 },
    ResetBefore,
    DropAnswer,
    SlowBody { rate: u64 },
    Truncated,
    Html { status: u16 },
    Hang,
}

/// How a server, or the gateway before it, refuses: the status and the seconds of Retry-After.
pub(crate) type Refuse = fn(u16, Option<u64>) -> Response;

impl Wire {
    pub(crate) const NAMES: &'static str = "401, 429, 500, 502, 503, 504, 503-executed, 504-executed, reset, \
                                            reset-before, drop-answer, slow-body, truncated, html, hang";

    pub(crate) fn read(name: &str, arguments: &mut Arguments<'_>, when: &mut When) -> Result<Option<Self>, String> {
        let kind = match name {
            "401" => {
                let first: u64 = arguments.number("after")?.unwrap_or(1);
                when.skip = when.skip.max(first.saturating_sub(1));
                when.times = when.times.or(Some(1));
                Self::Unauthorized
            }
            "429" | "500" | "502" | "503" | "504" => {
                let status = name.parse().unwrap_or_default();
                Self::Status { status, retry_after: arguments.number("retry-after")? }
            }
            "503-executed" => Self::Executed { status: 503, retry_after: arguments.number("retry-after")? },
            "504-executed" => Self::Executed { status: 504, retry_after: arguments.number("retry-after")? },
            "reset" => Self::Reset { after: arguments.number("after")?.unwrap_or(0) },
            "reset-before" => Self::ResetBefore,
            "drop-answer" => Self::DropAnswer,
            "slow-body" => Self::SlowBody { rate: arguments.needed("rate")? },
            "truncated" => Self::Truncated,
            "html" => Self::Html { status: arguments.number("status")?.unwrap_or(200) },
            "hang" => Self::Hang,
            _ => return Ok(None),
        };
        Ok(Some(kind))
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "401",
            Self::Status { status: 429, .. } => "429",
            Self::Status { status: 500, .. } => "500",
            Self::Status { status: 502, .. } => "502",
            Self::Status { status: 504, .. } => "504",
            Self::Status { .. } => "503",
            Self::Executed { status: 504, .. } => "504-executed",
            Self::Executed { .. } => "503-executed",
            Self::Reset { .. } => "reset",
            Self::ResetBefore => "reset-before",
            Self::DropAnswer => "drop-answer",
            Self::SlowBody { .. } => "slow-body",
            Self::Truncated => "truncated",
            Self::Html { .. } => "html",
            Self::Hang => "hang",
        }
    }

    pub(crate) fn write_arguments(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { retry_after: Some(after), .. } | Self::Executed { retry_after: Some(after), .. } => {
                write!(f, ":retry-after={after}")
            }
            Self::Reset { after } => write!(f, ":after={after}"),
            Self::SlowBody { rate } => write!(f, ":rate={rate}"),
            Self::Html { status } => write!(f, ":status={status}"),
            _ => Ok(()),
        }
    }

    /// Whether it is meant for writes, unless reads are asked for.
    pub(crate) fn is_of_writes(self) -> bool {
        matches!(self, Self::Executed { .. } | Self::DropAnswer)
    }

    /// Answers, or hangs up, before anything is carried out.
    pub(crate) async fn before(self, cutter: &Cutter, refuse: Refuse) -> Result<Option<Response>, HangUp> {
        let answer = match self {
            Self::Hang => std::future::pending().await,
            Self::ResetBefore => {
                cutter.cut();
                return Err(HangUp);
            }
            Self::Status { status, retry_after } => refuse(status, retry_after),
            Self::Html { status } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                html(status, "Please wait", "The server is being simulated &mdash; come back later.")
            }
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    /// Befalls an answer.
    pub(crate) fn after(self, answer: Response, cutter: &Cutter, refuse: Refuse) -> Result<Response, HangUp> {
        let injury = match self {
            Self::Executed { status, retry_after } => return Ok(refuse(status, retry_after)),
            Self::DropAnswer => return Err(HangUp),
            Self::Reset { after } => Injury::Cut { after, cutter: Some(cutter.clone()) },
            Self::Truncated => {
                // Half of what was announced; of a stream whose length nobody knows, the first megabyte.
                let length = answer.body().size_hint().exact();
                Injury::Cut { after: length.map_or(1 << 20, |length| length / 2), cutter: None }
            }
            Self::SlowBody { rate } => Injury::Slow { rate },
            _ => return Ok(answer),
        };
        Ok(answer.map(|body| Body::new(Injured::new(body, injury))))
    }
}
