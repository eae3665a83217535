//! Sentences such as `503:every=20:retry-after=2`, read and written.

use std::fmt;
use std::str::FromStr;

use super::mischief::Subject;
use super::wire::Wire;

/// A simulator's kinds of faults.
pub(crate) trait Kind: Copy + PartialEq + fmt::Debug {
    /// What faults befall.
    type Call: Subject;

    /// The names of the kinds that are not [`Wire`]'s, for messages.
    const NAMES: &'static str;

    /// Words that confine a fault to the calls of that [`Subject::scope`].
    const SCOPES: &'static [&'static str];

    /// The kind of this name, [`Wire`]'s included; none if there is no such kind.
    fn read(name: &str, arguments: &mut Arguments<'_>, when: &mut When) -> Result<Option<Self>, String>;

    /// The name in the grammar.
    fn name(self) -> &'static str;

    /// Its arguments as they were read, each with its colon.
    fn write_arguments(self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Whether this kind can befall such a call.
    fn suits(self, call: &Self::Call, when: &When) -> bool;
}

/// Several faults; they befall in this order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Set<K>(pub(crate) Vec<Fault<K>>);

impl<K> Default for Set<K> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// One thing that goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Fault<K> {
    pub(crate) kind: K,
    pub(crate) when: When,
}

/// Which requests a fault befalls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) every: u64,
    pub(crate) skip: u64,
    pub(crate) times: Option<u64>,
    /// Percent.
    pub(crate) chance: Option<u64>,
    pub(crate) reads: bool,
    pub(crate) writes: bool,
    pub(crate) tokens: bool,
    pub(crate) only: Option<&'static str>,
}

/// The arguments of one sentence, taken out as they are understood.
pub(crate) struct Arguments<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Arguments<'t> {
    pub(crate) fn take(&mut self, name: &str) -> Option<&'t str> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn number<T: FromStr>(&mut self, name: &str) -> Result<Option<T>, String> {
        let parse = |text: &str| text.trim().parse().map_err(|_| format!("{name} must be a number, not {text:?}"));
        self.take(name).map(parse).transpose()
    }

    pub(crate) fn needed<T: FromStr>(&mut self, name: &str) -> Result<T, String> {
        self.number(name)?.ok_or_else(|| format!("{name}=N is missing"))
    }

    /// A time given without a name.
    pub(crate) fn time(&mut self, example: &str) -> Result<std::time::Duration, String> {
        crate::words::duration(self.take("").ok_or_else(|| format!("a time such as {example} is missing"))?)
    }

    pub(crate) fn flag(&mut self, name: &str) -> bool {
        match self.0.iter().position(|(key, value)| key.is_empty() && *value == name) {
            Some(at) => {
                self.0.remove(at);
                true
            }
            None => false,
        }
    }
}

impl<K: Kind> Set<K> {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let sentences = text.split(',').map(str::trim).filter(|sentence| !sentence.is_empty() && *sentence != "none");
        sentences.map(Fault::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl<K: Kind> Fault<K> {
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
            chance: arguments.number("chance")?,
            reads: arguments.flag("reads"),
            writes: arguments.flag("writes"),
            tokens: arguments.flag("tokens"),
            only: K::SCOPES.iter().find(|scope| arguments.flag(scope)).copied(),
        };
        let Some(kind) = K::read(name, arguments, &mut when)? else {
            return Err(format!("there is no such fault; there are: {}, {}", Wire::NAMES, K::NAMES));
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

impl<K: Kind> fmt::Display for Set<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { "," } else { "" })?;
            f.write_str(fault.kind.name())?;
            fault.kind.write_arguments(f)?;
            fault.when.fmt(f)?;
        }
        Ok(())
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
        if let Some(chance) = self.chance {
            write!(f, ":chance={chance}")?;
        }
        for (set, name) in [(self.reads, "reads"), (self.writes, "writes"), (self.tokens, "tokens")] {
            if set {
                write!(f, ":{name}")?;
            }
        }
        self.only.map_or(Ok(()), |scope| write!(f, ":{scope}"))
    }
}

/// The public face of a [`Set`]: parsed, displayed, extended.
macro_rules! faults_of {
    ($(#[$doc:meta])* $kind:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct Faults(pub(crate) $crate::fault::Set<$kind>);

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
                $crate::fault::Set::parse(text).map(Self)
            }

            /// Adds others.
            pub fn extend(&mut self, others: Self) {
                self.0.0.extend(others.0.0);
            }

            /// Whether nothing goes wrong.
            pub fn is_empty(&self) -> bool {
                self.0.0.is_empty()
            }
        }

        impl std::str::FromStr for Faults {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::parse(text)
            }
        }

        impl std::fmt::Display for Faults {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}
pub(crate) use faults_of;
