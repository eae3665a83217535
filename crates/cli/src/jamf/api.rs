//! `jamf api`: any request, with everything applied that a typed one has.

use super::dry_run;
use crate::{
    args::{Api, ApiMethod, Common, Guard},
    audit,
    connect::Connected,
    failure::{Failure, Outcome},
    interrupt,
    output::{Out, escape},
    safety::{self, Deed},
    voice::Voice,
};
use adjutant_core::{Applied, Error, ErrorKind, Operation as _, Request, Response, Safety, http::explain};
use std::io::{IsTerminal as _, Read as _};

/// Words in a path behind which there is no way back, whatever the method.
const NO_WAY_BACK: [&str; 7] = ["delete", "erase", "wipe", "lock", "unmanage", "purge", "remove"];

pub(super) async fn run(at: &Connected, args: Api, guard: Guard, common: Common, voice: Voice) -> Outcome {
    let request = request(at, &args)?;
    let safety = safety(request.info().safety, request.target());
    if guard.dry_run {
        return dry_run::show(at, &request, "");
    }
    let what = format!("{} {}", request.method(), request.target());
    // A read-only client refuses by itself; asking first would promise something.
    if !at.client.engine().config().read_only {
        safety::allow(&Deed { what: &what, safety, objects: 1 }, at, guard, common)?;
    }
    let mut out = match &args.out {
        Some(path) if path.as_os_str() != "-" => Out::file(path, &what, args.force)?,
        _ => Out::stdout(),
    };
    let asked = request.clone();
    let answer = if safety == Safety::Read {
        tokio::select! {
            answer = at.client.engine().execute(request) => answer.map_err(Failure::from),
            () = interrupt::pressed() => Err(Failure::interrupted("nothing was changed")),
        }
    } else {
        write(at, request, &what, voice).await
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(failure) => {
            out.keep(0);
            return Err(failure);
        }
    };
    put(&mut out, &answer)?;
    out.commit()?;
    if safety != Safety::Read && answer.is_success() {
        voice.say(format_args!("{}: HTTP {}", escape(&what), answer.status()));
    }
    if answer.is_success() { Ok(()) } else { Err(refused(&asked, &answer, &what).into()) }
}

fn request(at: &Connected, args: &Api) -> Outcome<Request> {
    if args.path.contains('?') {
        return Err(Failure::usage(
            "the path has a question mark",
            "give query pairs with -q key=value; write a ? that belongs to a name as %3F",
        ));
    }
    let method = match args.method {
        ApiMethod::Get => "GET",
        ApiMethod::Head => "HEAD",
        ApiMethod::Post => "POST",
        ApiMethod::Put => "PUT",
        ApiMethod::Patch => "PATCH",
        ApiMethod::Delete => "DELETE",
    };
    let classic = args.path.trim_start_matches('/').starts_with("JSSResource");
    let mut call =
        if classic { at.client.classic_request(method, &args.path) } else { at.client.pro_request(method, &args.path) };
    call = call.any_status();
    for (key, value) in &args.query {
        call = call.query(key, value);
    }
    if let Some(body) = args.data.as_deref().map(body).transpose()? {
        let xml = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<');
        if !xml && let Err(e) = serde_json::from_slice::<serde::de::IgnoredAny>(&body) {
            return Err(Failure::usage(
                format!("the body is not JSON: {e}"),
                "quote it for your shell, or use -d @file",
            ));
        }
        call = call.body(if xml { "text/xml" } else { "application/json" }, body);
    }
    Ok(call.request()?)
}

/// A body: the text itself, `@file`, or `@-` for standard input.
fn body(data: &str) -> Outcome<Vec<u8>> {
    let Some(name) = data.strip_prefix('@') else { return Ok(data.as_bytes().to_vec()) };
    let mut body = Vec::new();
    let read = if name == "-" {
        std::io::stdin().read_to_end(&mut body).map(|_| ())
    } else {
        std::fs::read(name).map(|bytes| body = bytes)
    };
    match read {
        Ok(()) => Ok(body),
        Err(e) => Err(Failure::usage(format!("{name} cannot be read: {e}"), "name a file after @, or @- for stdin")),
    }
}

fn safety(by_method: Safety, target: &str) -> Safety {
    let path = target.to_ascii_lowercase();
    let words = || path.split(|c: char| !c.is_ascii_alphanumeric());
    match by_method {
        Safety::Write if words().any(|word| NO_WAY_BACK.contains(&word)) => Safety::Destructive,
        other => other,
    }
}

/// A write: recorded, and once begun carried to its end.
async fn write(at: &Connected, request: Request, what: &str, voice: Voice) -> Outcome<Response> {
    let operation = request.info().name;
    let entry = audit::Entry::begin(at, operation, what)?;
    let mut sending = at.client.engine().execute(request);
    let answer = tokio::select! {
        answer = &mut sending => answer,
        () = interrupt::pressed() => {
            voice.warn("waiting for the server's answer to what was sent; Ctrl-C again leaves without it");
            sending.await
        }
    };
    let outcome = match &answer {
        Ok(answer) => format!("HTTP {}", answer.status()),
        Err(error) if error.kind() == ErrorKind::ReadOnly => "not sent: read-only".into(),
        Err(error) if error.applied() == Applied::Maybe => {
            format!("unknown, may have been applied: {}", error.message())
        }
        Err(error) => format!("not applied: {}", error.message()),
    };
    if let Err(e) = entry.end(&outcome) {
        voice.warn(format_args!("the audit log could not be written: {e}"));
    }
    Ok(answer?)
}

/// The body as it came; on a terminal with its control characters shown and not obeyed.
fn put(out: &mut Out, answer: &Response) -> Outcome {
    let body = answer.body();
    if out.width().is_none() || !std::io::stdout().is_terminal() {
        return out.put(body);
    }
    for line in String::from_utf8_lossy(body).lines() {
        out.put(escape(&line.replace('\t', "    ")).as_bytes())?;
        out.put(b"\n")?;
    }
    Ok(())
}

/// An answer that is not a success, as an error in the server's own words.
fn refused(request: &Request, answer: &Response, what: &str) -> Error {
    let error = explain(request, answer).with_operation(what.to_owned());
    match error.kind() {
        ErrorKind::Forbidden => error.with_hint("give the account's role the privilege for this, then get a new token"),
        ErrorKind::NotFound => error.with_hint("check the path and the id, and whether this server's version has it"),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_words_have_no_way_back() {
        for (target, expected) in [
            ("/api/v1/computer-inventory/7/erase", Safety::Destructive),
            ("/api/v1/computers-inventory/delete-multiple", Safety::Destructive),
            ("/api/v3/computers-inventory-detail/7", Safety::Write),
            ("/api/v1/blocks", Safety::Write),
        ] {
            assert_eq!(safety(Safety::Write, target), expected, "{target}");
        }
        assert_eq!(safety(Safety::Read, "/api/v1/erase"), Safety::Read);
    }
}
