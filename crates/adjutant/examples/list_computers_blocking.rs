//! Lists every computer of a Jamf Pro server, without a line of asynchronous code.
//!
//! Set `JAMF_URL`, `JAMF_CLIENT_ID` and `JAMF_CLIENT_SECRET`, then:
//! `cargo run -p adjutant --example list_computers_blocking`.

use adjutant::jamf::{Client, sort};

fn main() -> adjutant::Result<()> {
    let client = Client::from_env()?.build_blocking()?;
    let list = client.pro().computer_inventory().list().sections(["GENERAL", "HARDWARE"]);
    let mut computers = list.sort(sort("general.name").asc()).items();
    for computer in computers.by_ref() {
        let computer = computer?;
        let name = computer.general.and_then(|general| general.name).unwrap_or_default();
        let serial = computer.hardware.and_then(|hardware| hardware.serial_number).unwrap_or_default();
        println!("{}\t{serial}\t{name}", computer.id.unwrap_or_default());
    }
    if let Some(proof) = computers.get_ref().proof() {
        eprintln!("{} computers, {proof}", proof.rows);
    }
    client.close()
}
