//! What is committed is what the tool would write; and the tool notices when it is not.

use std::path::Path;
use std::process::Command;

fn tool(args: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_adjutant-codegen")).args(args).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            let _ = std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_committed_code_is_current() {
    let (ok, text) = tool(&["--check"]);
    assert!(ok, "{text}");
}

#[test]
fn a_changed_or_stray_file_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let copied = std::env::temp_dir().join(format!("adjutant-codegen-{}", std::process::id()));
    for dir in ["codegen/lists", "crates/jamf/src/gen", "interop/src/gen"] {
        copy(&root.join(dir), &copied.join(dir));
    }
    let copied_root = copied.to_str().unwrap();
    assert!(tool(&["emit", "--check", "--root", copied_root]).0);
    std::fs::write(copied.join("crates/jamf/src/gen/models/v1.rs"), "// changed").unwrap();
    std::fs::write(copied.join("crates/jamf/src/gen/stray.rs"), "").unwrap();
    let (ok, text) = tool(&["--check", "--root", copied_root]);
    assert!(!ok && text.contains("gen/models/v1.rs") && text.contains("gen/stray.rs"), "{text}");
    let (ok, text) = tool(&["emit", "--root", copied_root]);
    assert!(ok && text.contains("2 changed"), "{text}");
    assert!(tool(&["emit", "--check", "--root", copied_root]).0);
    std::fs::remove_dir_all(&copied).unwrap();
}

#[test]
fn wrong_arguments_are_explained() {
    assert!(tool(&["import"]).1.contains("--specs"));
    assert!(!tool(&["nonsense"]).0);
    assert!(tool(&["counts"]).1.contains("jamf-pro: 817 operations"));
}
