//! What can go wrong, and when.
//!
//! A client is only as good as the failures it has been through. Every fault is a sentence of one grammar, so that an
//! option, a call at run time and a line in a test matrix are the same words.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::options::duration;

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
/// | `503-executed` | a write is carried out, and answered with 503 |
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
/// `times=N` (then never again), `reads`, `writes` (only those) and `tokens` (token requests too).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults(pub(crate) Vec<Fault>);

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    pub(crate) when: When,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Unauthorized,
    Status { status: u16, retry_after: Option<u64> },
    Executed503 { retry_after: Option<u64> },
    GatewayTimeout { above: u64 },
    Reset { after: u64 },
    ResetBefore,
    DropAnswer,
    SlowBody { rate: u64 },
    Truncated,
    Html { status: u16 },
    WrongTotal(i64),
    Stale(Duration),
    DuplicateRows,
    Enrol,
    Remove,
    EmptyPage,
    Hang,
}

/// Which requests a fault befalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) every: u64,
    pub(crate) skip: u64,
    pub(crate) times: Option<u64>,
    pub(crate) reads: bool,
    pub(crate) writes: bool,
    pub(crate) tokens: bool,
}

const NAMES: &str = "401, 429, 500, 502, 503, 503-executed, 504, reset, reset-before, drop-answer, slow-body, \
                     truncated, html, wrong-total, stale, duplicate-rows, enrol, remove, empty-page, hang";

impl Faults {
    /// Nothing goes wrong.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads faults in the grammar above.
    ///
    /// # Errors
    /// Names the fault that is unknown, with all that are known, or the argument that cannot be read.
    pub fn parse(text: &str) -> Result<Self, String> {
        let sentences = text.split(',').map(str::trim).filter(|sentence| !sentence.is_empty() && *sentence != "none");
        sentences.map(Fault::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Adds others.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Whether nothing goes wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// By how much reads lag behind.
    pub(crate) fn stale(&self) -> Duration {
        let lag = |fault: &Fault| if let Kind::Stale(time) = fault.kind { Some(time) } else { None };
        self.0.iter().find_map(lag).unwrap_or_default()
    }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            let separator = if index > 0 { "," } else { "" };
            write!(f, "{separator}{}{}", fault.kind, fault.when)?;
        }
        Ok(())
    }
}

/// The arguments of one sentence, taken out as they are understood.
struct Arguments<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Arguments<'t> {
    fn take(&mut self, name: &str) -> Option<&'t str> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(at).1)
    }

    fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let parse = |text: &str| text.trim().parse().map_err(|_| format!("{name} must be a number, not {text:?}"));
        self.take(name).map(parse).transpose()
    }

    fn needed<T: FromStr>(&mut self, name: &str) -> Result<T, String> {
        self.number(name)?.ok_or_else(|| format!("{name}=N is missing"))
    }

    fn flag(&mut self, name: &str) -> bool {
        match self.0.iter().position(|(key, value)| key.is_empty() && *value == name) {
            Some(at) => {
                self.0.remove(at);
                true
            }
            None => false,
        }
    }
}

impl Fault {
    fn parse(sentence: &str) -> Result<Self, String> {
        let mut words = sentence.split(':');
        let name = words.next().unwrap_or_default();
        let mut arguments = Arguments(words.map(|word| word.split_once('=').unwrap_or(("", word))).collect());
        Self::read(name, &mut arguments).map_err(|problem| format!("fault {sentence:?}: {problem}"))
    }

    fn read(name: &str, arguments: &mut Arguments<'_>) -> Result<Self, String> {
        let mut when = When {
            every: arguments.number("every")?.unwrap_or(1).max(1),
            skip: arguments.number("skip")?.unwrap_or(0),
            times: arguments.number("times")?,
            reads: arguments.flag("reads"),
            writes: arguments.flag("writes"),
            tokens: arguments.flag("tokens"),
        };
        let kind = match name {
            "401" => {
                let first: u64 = arguments.number("after")?.unwrap_or(1);
                when.skip = when.skip.max(first.saturating_sub(1));
                when.times = when.times.or(Some(1));
                Kind::Unauthorized
            }
            "429" | "500" | "502" | "503" => {
                let status = name.parse().unwrap_or_default();
                Kind::Status { status, retry_after: arguments.number("retry-after")? }
            }
            "503-executed" => Kind::Executed503 { retry_after: arguments.number("retry-after")? },
            "504" => Kind::GatewayTimeout { above: arguments.number("above")?.unwrap_or(0) },
            "reset" => Kind::Reset { after: arguments.number("after")?.unwrap_or(0) },
            "reset-before" => Kind::ResetBefore,
            "drop-answer" => Kind::DropAnswer,
            "slow-body" => Kind::SlowBody { rate: arguments.needed("rate")? },
            "truncated" => Kind::Truncated,
            "html" => Kind::Html { status: arguments.number("status")?.unwrap_or(200) },
            "wrong-total" => Kind::WrongTotal(arguments.needed("")?),
            "stale" => Kind::Stale(duration(arguments.take("").ok_or("a time such as stale:5s is missing")?)?),
            "duplicate-rows" => Kind::DuplicateRows,
            "enrol" => Kind::Enrol,
            "remove" => Kind::Remove,
            "empty-page" => Kind::EmptyPage,
            "hang" => Kind::Hang,
            _ => return Err(format!("there is no such fault; there are: {NAMES}")),
        };
        match arguments.0.first() {
            Some((key, value)) => {
                let separator = if key.is_empty() { "" } else { "=" };
                Err(format!("{key}{separator}{value} is no argument of it"))
            }
            None => Ok(Self { kind, when }),
        }
    }
}

impl Kind {
    /// Only list requests of the inventory can suffer it.
    pub(crate) fn is_of_lists(self) -> bool {
        matches!(
            self,
            Self::GatewayTimeout { .. }
                | Self::WrongTotal(_)
                | Self::DuplicateRows
                | Self::Enrol
                | Self::Remove
                | Self::EmptyPage
        )
    }

    /// Meaningful for writes, unless reads are asked for.
    pub(crate) fn is_of_writes(self) -> bool {
        matches!(self, Self::Executed503 { .. } | Self::DropAnswer)
    }

    /// The name in the grammar.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "401",
            Self::Status { status: 429, .. } => "429",
            Self::Status { status: 500, .. } => "500",
            Self::Status { status: 502, .. } => "502",
            Self::Status { .. } => "503",
            Self::Executed503 { .. } => "503-executed",
            Self::GatewayTimeout { .. } => "504",
            Self::Reset { .. } => "reset",
            Self::ResetBefore => "reset-before",
            Self::DropAnswer => "drop-answer",
            Self::SlowBody { .. } => "slow-body",
            Self::Truncated => "truncated",
            Self::Html { .. } => "html",
            Self::WrongTotal(_) => "wrong-total",
            Self::Stale(_) => "stale",
            Self::DuplicateRows => "duplicate-rows",
            Self::Enrol => "enrol",
            Self::Remove => "remove",
            Self::EmptyPage => "empty-page",
            Self::Hang => "hang",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Status { retry_after: Some(after), .. } | Self::Executed503 { retry_after: Some(after) } => {
                write!(f, ":retry-after={after}")
            }
            Self::GatewayTimeout { above } => write!(f, ":above={above}"),
            Self::Reset { after } => write!(f, ":after={after}"),
            Self::SlowBody { rate } => write!(f, ":rate={rate}"),
            Self::Html { status } => write!(f, ":status={status}"),
            Self::WrongTotal(by) => write!(f, ":{by}"),
            Self::Stale(lag) => write!(f, ":{}ms", lag.as_millis()),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.every > 1 {
            write!(f, ":every={}", self.every)?;
        }
        if self.skip > 0 {
            write!(f, ":skip={}", self.skip)?;
        }
        if let Some(times) = self.times {
            write!(f, ":times={times}")?;
        }
        for (set, name) in [(self.reads, "reads"), (self.writes, "writes"), (self.tokens, "tokens")] {
            if set {
                write!(f, ":{name}")?;
            }
        }
        Ok(())
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
