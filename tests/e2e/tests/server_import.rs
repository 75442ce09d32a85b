//! The shipped module outside of a browser.

use std::path::Path;
use std::process::Command;

/// Server rendering imports the same modules as the page.
#[test]
fn module_imported_on_a_server_does_nothing() {
    let module = xtask::paths::dist().join("ae-login.js");
    // Node takes a file with this ending as a module.
    let copy = std::env::temp_dir().join(format!("ae-login-{}.mjs", std::process::id()));
    std::fs::copy(&module, &copy).expect("dist/ contains the module: run `cargo bundle`");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server_import.mjs");
    let node = Command::new("node")
        .arg(script)
        .arg(&copy)
        .output()
        .expect("node, which `cargo verify` installs");
    std::fs::remove_file(&copy).expect("the copy is there");
    let output = String::from_utf8_lossy(&node.stdout);
    let errors = String::from_utf8_lossy(&node.stderr);
    assert_eq!((output.trim(), errors.trim()), ("function 0", ""));
}
