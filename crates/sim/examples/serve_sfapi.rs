//! Serves a simulated Superfacility API until interrupted:
//! `cargo run -p adjutant-sim --example serve_sfapi -- 'port=8444&jobs-run=1s' ca.pem`.
//!
//! The certificate authority that clients must trust goes to the file named second, if there is one. The client id and
//! its keys are at `/__sim/key`.

use adjutant_sim::sfapi::{Options, Sim};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let options = Options::parse(&arguments.next().unwrap_or_default())?;
    let sim = Sim::start_in_thread(options)?;
    if let (Some(file), Some(pem)) = (arguments.next(), sim.ca_pem()) {
        std::fs::write(file, pem)?;
    }
    println!("{}\n{}", sim.url(), sim.token_url());
    loop {
        std::thread::park();
    }
}
