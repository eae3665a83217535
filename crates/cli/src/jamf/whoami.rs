//! `jamf whoami`: who the server says that the login belongs to.

use crate::{
    connect::Connected,
    failure::Outcome,
    output::{Out, card},
};
use std::io::IsTerminal as _;

pub(super) async fn run(at: &Connected) -> Outcome {
    let answer = at.client.pro_request("GET", "/v1/auth").send().await?;
    let mut out = Out::stdout();
    if std::io::stdout().is_terminal() {
        out.put(card(answer.body())?.as_bytes())?;
    } else {
        out.put(answer.body())?;
        out.put(b"\n")?;
    }
    out.commit().map(|_| ())
}
