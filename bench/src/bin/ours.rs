//! The library at the work that `floor` and the rival do.
//!
//! `ours TASK URL CA_FILE CLIENT_ID CLIENT_SECRET`, where TASK is
//! `typed` (the whole inventory decoded into models), `reads N` (N single raw reads, asynchronous),
//! `reads-blocking N`, or `raw` (paths from stdin, bodies not parsed).

use adjutant_jamf::{Blocking, Client, Result, blocking};

fn builder(args: &[String]) -> adjutant_jamf::Builder {
    let [url, ca, id, secret] = args else { panic!("usage: ours TASK [N] URL CA_FILE CLIENT_ID CLIENT_SECRET") };
    Client::builder(url.as_str()).ca_cert_bundle(ca).api_client(id.as_str(), secret.as_str())
}

fn run<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

fn path(id: u64) -> String {
    format!("/JSSResource/computers/id/{id}")
}

async fn typed(client: Client) -> Result<u64> {
    let mut computers = client.pro().computer_inventory().list().all_sections().items();
    let (mut count, mut applications) = (0, 0);
    while let Some(computer) = computers.next().await {
        count += 1;
        applications += computer?.applications.map_or(0, |a| a.len() as u64);
    }
    println!("{count} computers, {applications} applications");
    Ok(count)
}

async fn reads(client: Client, paths: Vec<String>) -> Result<u64> {
    let mut bytes = 0;
    let mut outcomes =
        client.concurrent(paths, |client, path| async move { Ok(client.fetch(path).await?.body().len() as u64) });
    while let Some(outcome) = outcomes.next().await {
        bytes += outcome.result?;
    }
    println!("{bytes} bytes");
    Ok(bytes)
}

fn reads_blocking(client: &blocking::Client, paths: Vec<String>) -> Result<u64> {
    let work = |client: Client<Blocking>, path: String| Ok(client.fetch(path).send()?.body().len() as u64);
    let mut bytes = 0;
    for outcome in client.concurrent(paths, work) {
        bytes += outcome.result?;
    }
    println!("{bytes} bytes");
    Ok(bytes)
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let some = |n: &str| (1..=n.parse().expect("a number")).map(path).collect();
    match args.first().map(String::as_str) {
        Some("typed") => run(async { typed(builder(&args[1..]).build()?).await }),
        Some("reads") => run(async { reads(builder(&args[2..]).build()?, some(&args[1])).await }),
        Some("reads-blocking") => reads_blocking(&builder(&args[2..]).build_blocking()?, some(&args[1])),
        Some("raw") => {
            let paths = std::io::stdin().lines().map_while(std::result::Result::ok).collect();
            run(async { reads(builder(&args[1..]).build()?, paths).await })
        }
        _ => panic!("usage: ours typed|reads N|reads-blocking N|raw URL CA_FILE CLIENT_ID CLIENT_SECRET"),
    }?;
    Ok(())
}
