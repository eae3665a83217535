//! Before something is changed: is it meant?
//!
//! A read never asks. A write to one object does not either: it was typed. What cannot be put back, and what touches
//! several, shows where, as whom and what, and asks; where nobody can be asked, the command line must say it.

use crate::{
    args::{Common, Guard},
    connect::{Connected, credentials},
    failure::{Failure, Outcome},
    output::escape,
    voice::count,
};
use adjutant_core::Safety;
use std::io::Write as _;

/// What is about to be done.
#[derive(Debug)]
pub(crate) struct Deed<'a> {
    pub(crate) what: &'a str,
    pub(crate) safety: Safety,
    /// How many objects it touches.
    pub(crate) objects: u64,
}

/// Lets it pass, or says why not.
pub(crate) fn allow(deed: &Deed<'_>, at: &Connected, guard: Guard, common: Common) -> Outcome {
    match verdict(deed, guard, credentials::may_ask(common.no_input))? {
        Verdict::Pass => Ok(()),
        Verdict::Ask => ask(deed, at),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Pass,
    Ask,
}

fn verdict(deed: &Deed<'_>, guard: Guard, may_ask: bool) -> Outcome<Verdict> {
    if let Some(expected) = guard.expect.filter(|n| *n != deed.objects) {
        let message = format!("this touches {} and --expect says {}", objects(deed.objects), count(expected));
        return Err(Failure::usage(message, "nothing was done; look at what would be touched with --dry-run"));
    }
    let destructive = deed.safety == Safety::Destructive;
    if deed.safety == Safety::Read || (!destructive && deed.objects <= 1) {
        return Ok(Verdict::Pass);
    }
    let counted = !destructive || deed.objects <= 1 || guard.expect.is_some();
    if guard.yes && counted {
        return Ok(Verdict::Pass);
    }
    if may_ask {
        return Ok(Verdict::Ask);
    }
    let flags = if counted { "--yes".to_owned() } else { format!("--yes --expect {}", deed.objects) };
    let kind = if destructive { "is destructive" } else { "changes several objects" };
    let message = format!("{} {kind} and there is nobody to ask", deed.what);
    Err(Failure::usage(message, format!("if it is meant, say {flags}")))
}

fn ask(deed: &Deed<'_>, at: &Connected) -> Outcome {
    let mut stderr = std::io::stderr();
    let kind = deed.safety.as_str();
    let (what, server, account) = (escape(deed.what), escape(&at.server), escape(&at.account));
    let _ = write!(
        stderr,
        "{what}\n  kind     {kind}, {}\n  server   {server}\n  account  {account}\nGo on? Type yes: ",
        objects(deed.objects)
    );
    let _ = stderr.flush();
    if credentials::read_line()?.eq_ignore_ascii_case("yes") {
        return Ok(());
    }
    Err(Failure::usage("not confirmed", "nothing was done"))
}

fn objects(number: u64) -> String {
    if number == 1 { "1 object".into() } else { format!("{} objects", count(number)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_put_back_must_be_meant() {
        let judge = |safety, objects, yes, expect, may_ask| {
            let guard = Guard { read_only: false, dry_run: false, yes, expect };
            verdict(&Deed { what: "it", safety, objects }, guard, may_ask).ok()
        };
        use Safety::{Destructive, Read, Write};
        use Verdict::{Ask, Pass};
        for (safety, objects, yes, expect, may_ask, expected) in [
            (Read, 9, false, None, false, Some(Pass)),
            (Write, 1, false, None, false, Some(Pass)),
            (Write, 2, false, None, false, None),
            (Write, 2, false, None, true, Some(Ask)),
            (Write, 2, true, None, false, Some(Pass)),
            (Destructive, 1, false, None, false, None),
            (Destructive, 1, false, None, true, Some(Ask)),
            (Destructive, 1, true, None, false, Some(Pass)),
            (Destructive, 3, true, None, false, None),
            (Destructive, 3, true, None, true, Some(Ask)),
            (Destructive, 3, true, Some(3), false, Some(Pass)),
            (Destructive, 3, true, Some(4), true, None),
        ] {
            assert_eq!(judge(safety, objects, yes, expect, may_ask), expected, "{safety:?} {objects} {yes} {expect:?}");
        }
    }
}
