//! `adjutant-codegen`: vendor documents into catalogs, catalogs into typed models.
//!
//! Both steps are committed, so that a build needs neither the documents nor this tool; `--check` proves that what is
//! committed is what this tool would write today.
#![forbid(unsafe_code)]

mod counts;
mod emit;
mod fixups;
mod import;
mod output;
mod tree;

use output::Output;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: adjutant-codegen COMMAND [OPTIONS]

  import --specs DIR [--check]   vendor documents -> crates/catalogs/data
  emit [--check]                 catalogs -> crates/*/src/gen
  counts [--specs DIR]           what the catalogs hold, compared with the documents
  --check                        short for emit --check

  --root DIR                     the checkout; by default the one that this tool was built from";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("adjutant-codegen: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: impl Iterator<Item = String>) -> Result<(), String> {
    let (mut command, mut specs, mut check) = (None, None, false);
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    while let Some(arg) = args.next() {
        let mut path = || args.next().map(PathBuf::from).ok_or_else(|| format!("{arg} needs a directory\n{USAGE}"));
        match arg.as_str() {
            "--specs" => specs = Some(path()?),
            "--root" => root = path()?,
            "--check" => check = true,
            "import" | "emit" | "counts" if command.is_none() => command = Some(arg),
            "-h" | "--help" => {
                println!("{USAGE}");
                return Ok(());
            }
            _ => return Err(format!("{arg:?} is not understood\n{USAGE}")),
        }
    }
    let need_specs = || specs.clone().ok_or_else(|| format!("import needs --specs DIR\n{USAGE}"));
    let mut output = Output::new(root.clone(), check);
    match command.as_deref() {
        Some("import") => {
            let specs = need_specs()?;
            for source in import::SOURCES {
                let catalog = source.import(&specs)?;
                let data = adjutant_catalogs::pack(&catalog).map_err(|e| e.to_string())?;
                output.put(&format!("crates/catalogs/data/{}.bin", source.name), data)?;
            }
            output.finish("import")
        }
        Some("counts") => counts::run(specs.as_deref()),
        Some("emit") => emit::run(&root, &mut output).and_then(|()| output.finish("emit")),
        None if check => emit::run(&root, &mut output).and_then(|()| output.finish("emit")),
        _ => Err(USAGE.to_owned()),
    }
}
