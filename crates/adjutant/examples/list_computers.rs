//! Lists every computer of a Jamf Pro server, asynchronously.
//!
//! Set `JAMF_URL`, `JAMF_CLIENT_ID` and `JAMF_CLIENT_SECRET`, then: `cargo run -p adjutant --example list_computers`.

use adjutant::jamf::{Client, sort};

#[tokio::main(flavor = "current_thread")]
async fn main() -> adjutant::Result<()> {
    let client = Client::from_env()?.build()?;
    let list = client.pro().computer_inventory().list().sections(["GENERAL", "HARDWARE"]);
    let mut computers = list.sort(sort("general.name").asc()).items();
    while let Some(computer) = computers.next().await {
        let computer = computer?;
        let name = computer.general.and_then(|general| general.name).unwrap_or_default();
        let serial = computer.hardware.and_then(|hardware| hardware.serial_number).unwrap_or_default();
        println!("{}\t{serial}\t{name}", computer.id.unwrap_or_default());
    }
    if let Some(proof) = computers.proof() {
        eprintln!("{} computers, {proof}", proof.rows);
    }
    client.close().await
}
