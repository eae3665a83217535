//! What can go wrong with a Jamf Pro server.

use std::fmt;
use std::time::Duration;

use super::call::Call;
use crate::fault::{self, Arguments, Subject, When, Wire, faults_of};

faults_of! {
    /// What goes wrong, such as `503:every=20,slow-body:rate=5000`; nothing or `none` for no faults.
    ///
    /// ```text
    /// faults = fault *("," fault)
    /// fault  = name *(":" argument)
    /// ```
    ///
    /// | fault | what happens |
    /// |---|---|
    /// | `401:after=N` | the token of the N-th request is killed before it is looked at, once |
    /// | `429`, `500`, `502`, `503` | refused with this status; `retry-after=SECONDS` adds the header |
    /// | `503-executed`, `504-executed` | a write is carried out, and answered with this status |
    /// | `504:above=N` | list requests for pages larger than N time out at the gateway |
    /// | `reset:after=BYTES` | connection reset after so many bytes of the body |
    /// | `reset-before` | connection reset before anything is carried out |
    /// | `drop-answer` | a write is carried out, and the connection closed without an answer |
    /// | `slow-body:rate=BYTES` | the body comes at so many bytes a second |
    /// | `truncated` | half of the announced body comes, then the connection closes |
    /// | `html:status=N` | an HTML page instead of the answer (default 200); nothing is carried out |
    /// | `wrong-total:N` | lists announce N more (or fewer) than there are |
    /// | `stale:TIME` | reads show the state of so long ago |
    /// | `duplicate-rows` | a page after the first begins with the last row of the page before it |
    /// | `enrol`, `remove` | a computer is enrolled, or the one with the lowest id removed, before a list request |
    /// | `empty-page` | a list request answers no rows |
    /// | `hang` | no answer, ever |
    ///
    /// Every fault takes `every=N` (each N-th request that it could befall; default 1), `skip=N` (spares the first N),
    /// `times=N` (then never again), `chance=N` (percent, the same in every run), `reads`, `writes` (only those) and `tokens`
    /// (token requests too).
    Kind
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Wire(Wire),
    GatewayTimeout { above: u64 },
    WrongTotal(i64),
    Stale(Duration),
    DuplicateRows,
    Enrol,
    Remove,
    EmptyPage,
}

impl Faults {
    /// By how much reads lag behind.
    pub(crate) fn stale(&self) -> Duration {
        self.0
            .0
            .iter()
            .find_map(|fault| if let Kind::Stale(time) = fault.kind { Some(time) } else { None })
            .unwrap_or_default()
    }
}

impl fault::Kind for Kind {
    type Call = Call;

    const NAMES: &'static str = "wrong-total, stale, duplicate-rows, enrol, remove, empty-page";

    const SCOPES: &'static [&'static str] = &[];

    fn read(name: &str, arguments: &mut Arguments<'_>, when: &mut When) -> Result<Option<Self>, String> {
        let kind = match name {
            "504" => Self::GatewayTimeout { above: arguments.number("above")?.unwrap_or(0) },
            "wrong-total" => Self::WrongTotal(arguments.needed("")?),
            "stale" => Self::Stale(arguments.time("stale:5s")?),
            "duplicate-rows" => Self::DuplicateRows,
            "enrol" => Self::Enrol,
            "remove" => Self::Remove,
            "empty-page" => Self::EmptyPage,
            _ => return Ok(Wire::read(name, arguments, when)?.map(Self::Wire)),
        };
        Ok(Some(kind))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Wire(wire) => wire.name(),
            Self::GatewayTimeout { .. } => "504",
            Self::WrongTotal(_) => "wrong-total",
            Self::Stale(_) => "stale",
            Self::DuplicateRows => "duplicate-rows",
            Self::Enrol => "enrol",
            Self::Remove => "remove",
            Self::EmptyPage => "empty-page",
        }
    }

    fn write_arguments(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wire(wire) => wire.write_arguments(f),
            Self::GatewayTimeout { above } => write!(f, ":above={above}"),
            Self::WrongTotal(by) => write!(f, ":{by}"),
            Self::Stale(lag) => write!(f, ":{}ms", lag.as_millis()),
            _ => Ok(()),
        }
    }

    /// Only list requests of the inventory can suffer what is about pages.
    fn suits(self, call: &Call, when: &When) -> bool {
        match self {
            Self::Wire(wire) => !wire.is_of_writes() || call.is_write() || when.reads,
            Self::Stale(_) => false,
            Self::GatewayTimeout { above } => call.page_size.is_some_and(|size| size > above),
            _ => call.page_size.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_reads_back() {
        for text in [
            "429:retry-after=2:every=10",
            "503-executed:every=3:tokens",
            "reset:after=5000:every=7:reads",
            "504:above=100",
            "html:status=502:every=2:times=1",
            "wrong-total:-10",
            "stale:1500ms",
            "duplicate-rows:every=2,enrol:every=5,remove,empty-page,hang:skip=4,truncated,drop-answer,reset-before",
        ] {
            assert_eq!(Faults::parse(text).expect(text).to_string(), text);
        }
        assert_eq!(Faults::parse("401:after=5").map(|faults| faults.to_string()), Ok("401:skip=4:times=1".into()));
        assert_eq!(Faults::parse("wrong-total: 10"), Faults::parse("wrong-total:+10"));
        assert!(Faults::parse("none").expect("nothing").is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("504x", "empty-page"),
            ("slow-body", "rate=N is missing"),
            ("503:sometimes", "sometimes is no argument"),
            ("503:above=4", "above=4 is no argument"),
            ("wrong-total:ten", "must be a number"),
            ("stale:5parsec", "such as 20ms"),
        ] {
            let error = Faults::parse(text).expect_err(text);
            assert!(error.contains(part) && error.contains(text), "{error}");
        }
    }
}
