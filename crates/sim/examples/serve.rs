//! Serves a simulated Jamf Pro until interrupted: `cargo run -p adjutant-sim --example serve -- 'port=8443&computers=500'`.
//!
//! The certificate authority that clients must trust goes to the file named second, if there is one.

use adjutant_sim::jamf::{Options, Sim};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let options = Options::parse(&arguments.next().unwrap_or_default())?;
    let sim = Sim::start_in_thread(options)?;
    if let (Some(file), Some(pem)) = (arguments.next(), sim.ca_pem()) {
        std::fs::write(file, pem)?;
    }
    println!("{}", sim.url());
    loop {
        std::thread::park();
    }
}
