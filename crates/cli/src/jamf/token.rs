//! `jamf token`: what the login gives, and the token itself only when it is asked for.

use crate::{
    args,
    args::Format,
    audit::rfc3339,
    connect::Connected,
    failure::{Failure, Outcome},
    output::{Out, card},
};
use adjutant_core::TokenKind;
use std::io::IsTerminal as _;

pub(super) async fn run(at: &Connected, args: args::Token) -> Outcome {
    let token = at.client.get_access_token().await?;
    let mut out = Out::stdout();
    if args.show {
        out.put(token.expose().as_bytes())?;
        out.put(b"\n")?;
        return out.commit().map(|_| ());
    }
    let kind = match token.kind() {
        TokenKind::User => "user",
        TokenKind::OAuth => "oauth",
        TokenKind::Static => "static",
    };
    let now = at.client.engine().clock().wall();
    let facts = serde_json::json!({
        "server": at.server,
        "account": at.account,
        "kind": kind,
        "expires": token.expires().map(rfc3339),
        "seconds_left": token.seconds_left(now),
        "scope": token.scope(),
    })
    .to_string();
    let default = if std::io::stdout().is_terminal() { Format::Table } else { Format::Json };
    let text = match args.format.unwrap_or(default) {
        Format::Table => card(facts.as_bytes())?,
        Format::Json | Format::Jsonl => facts + "\n",
        Format::Csv => return Err(Failure::usage("a token is no table", "say -f json or -f table")),
    };
    out.put(text.as_bytes())?;
    out.commit().map(|_| ())
}
