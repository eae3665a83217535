//! `adjutant jamf …`.

use super::{Connection, Guard, Output};
use clap::{Args, Subcommand, ValueEnum};

/// Jamf Pro: Apple fleets.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true, subcommand_value_name = "VERB", after_help = EXAMPLES)]
pub(crate) struct Jamf {
    #[command(flatten)]
    pub(crate) connection: Connection,
    #[command(flatten)]
    pub(crate) guard: Guard,
    #[command(subcommand)]
    pub(crate) verb: JamfVerb,
}

const EXAMPLES: &str = "\
Examples:
  adjutant jamf computers export --server sim: -o fleet.jsonl
  adjutant jamf token --server jamf.my.org
  export ADJUTANT_JAMF_SERVER=jamf.my.org ADJUTANT_JAMF_CLIENT_ID=…
  read -rs ADJUTANT_JAMF_CLIENT_SECRET && export ADJUTANT_JAMF_CLIENT_SECRET";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum JamfVerb {
    /// The computers of the fleet: list, get, export
    Computers(Computers),
    /// Any request, with login, limit and retries applied
    #[command(after_help = API_EXAMPLES)]
    Api(Api),
    /// What the login gives: kind, expiry, privileges
    #[command(
        after_help = "Examples:\n  adjutant jamf token\n  curl -H \"Authorization: Bearer $(adjutant jamf token --show)\" …"
    )]
    Token(Token),
    /// Who the server says you are
    Whoami,
}

const API_EXAMPLES: &str = "\
Examples:
  adjutant jamf api GET /v1/jamf-pro-version
  adjutant jamf api GET /v4/computers-inventory -q section=GENERAL -q page-size=5
  adjutant jamf api GET /JSSResource/computers/id/7
  adjutant jamf api PATCH /v3/computers-inventory-detail/7 -d @change.json
  adjutant jamf api DELETE /v3/computers-inventory/7 --yes

Paths may stand with or without /api; the Classic API's begin with /JSSResource.
The body goes to stdout as it came; the exit code follows the status. DELETE, and
whatever has erase, wipe, lock, unmanage, purge, remove or delete in its path, is
destructive: it asks on a terminal and needs --yes elsewhere.";

/// `jamf computers …`.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true, subcommand_value_name = "VERB", after_help = COMPUTERS_EXAMPLES)]
pub(crate) struct Computers {
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const COMPUTERS_EXAMPLES: &str = "\
Examples:
  adjutant jamf computers list
  adjutant jamf computers get 42 -f json
  adjutant jamf computers export -o fleet.jsonl";

/// What to do with computers.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// One line a computer: the section GENERAL, unless others are asked for
    #[command(after_help = LIST_EXAMPLES)]
    List(List),
    /// One computer, whole
    #[command(
        after_help = "Examples:\n  adjutant jamf computers get 42\n  adjutant jamf computers get 42 --section HARDWARE -f json"
    )]
    Get(Get),
    /// Everything about every computer, proven complete
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(Export),
}

const LIST_EXAMPLES: &str = "\
Examples:
  adjutant jamf computers list --section GENERAL,HARDWARE,OPERATING_SYSTEM
  adjutant jamf computers list --filter 'general.name==\"lab-*\"' --sort general.name:asc
  adjutant jamf computers list --select id,general.name -f csv";

const EXPORT_EXAMPLES: &str = "\
Examples:
  adjutant jamf computers export -o fleet.jsonl
  adjutant jamf computers export -o fleet.jsonl --resume   after a broken run
  adjutant jamf computers export -o fleet.csv --section GENERAL,HARDWARE
  adjutant jamf computers export --api classic -o classic.jsonl";

/// Which of the server's interfaces to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ApiChoice {
    /// The Jamf Pro API: pages
    #[default]
    Pro,
    /// The Classic API: the list, then every record, concurrently
    Classic,
}

/// Which computers, and what of them.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Selection")]
pub(crate) struct Query {
    /// Which interface to read
    #[arg(long, value_enum, default_value_t)]
    pub(crate) api: ApiChoice,
    /// Sections to read (Classic: subsets); repeat it or separate by commas; ALL for all
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    pub(crate) section: Vec<String>,
    /// RSQL: 'general.name=="lab-*" and general.lastContactTime<2026-01-01T00:00:00Z'
    #[arg(long, value_name = "RSQL")]
    pub(crate) filter: Option<String>,
    /// Order: general.name:asc; repeat it or separate by commas [default: id:asc]
    #[arg(long, value_name = "FIELD[:asc|desc]", value_delimiter = ',')]
    pub(crate) sort: Vec<String>,
    /// Computers a page, up to 2,000; smaller is gentler [default: 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=2000))]
    pub(crate) page_size: Option<u32>,
}

/// `jamf computers list`.
#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) query: Query,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// `jamf computers export`.
#[derive(Args, Debug)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) query: Query,
    #[command(flatten)]
    pub(crate) output: Output,
    /// Go on with the partial file that a broken run of the same command has left
    #[arg(long, requires = "out", help_heading = "Output")]
    pub(crate) resume: bool,
}

/// `jamf computers get`.
#[derive(Args, Debug)]
pub(crate) struct Get {
    /// The computer's id, as `list` shows it
    pub(crate) id: String,
    /// Which interface to read
    #[arg(long, value_enum, default_value_t)]
    pub(crate) api: ApiChoice,
    /// Sections to read (Classic: subsets) instead of all
    #[arg(long, value_name = "SECTION", value_delimiter = ',')]
    pub(crate) section: Vec<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum ApiMethod {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

/// `jamf api`.
#[derive(Args, Debug)]
pub(crate) struct Api {
    /// GET, HEAD, POST, PUT, PATCH or DELETE
    #[arg(value_enum, ignore_case = true, hide_possible_values = true)]
    pub(crate) method: ApiMethod,
    /// Path on the server, percent-encoded: /v1/jamf-pro-version, /JSSResource/computers
    pub(crate) path: String,
    /// A query pair, not encoded; repeat it
    #[arg(short, long, value_name = "K=V", value_parser = pair)]
    pub(crate) query: Vec<(String, String)>,
    /// Body: JSON (or XML for the Classic API), @FILE, or @- for stdin
    #[arg(short, long, value_name = "TEXT|@FILE")]
    pub(crate) data: Option<String>,
    /// Write the body there; the file appears when it is whole, readable by you alone
    #[arg(short, long, value_name = "FILE")]
    pub(crate) out: Option<std::path::PathBuf>,
    /// Replace FILE if it exists
    #[arg(long)]
    pub(crate) force: bool,
    /// Only `json`: an error ends stderr with one JSON object
    #[arg(short, long, value_name = "FORMAT", value_enum, hide_possible_values = true)]
    pub(crate) format: Option<super::Format>,
}

/// `jamf token`.
#[derive(Args, Debug)]
pub(crate) struct Token {
    /// Print the token itself, and nothing else
    #[arg(long)]
    pub(crate) show: bool,
    /// table or json
    #[arg(short, long, value_name = "FORMAT", value_enum)]
    pub(crate) format: Option<super::Format>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("expected KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}
