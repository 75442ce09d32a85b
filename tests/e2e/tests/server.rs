//! The shipped module where there is no page.

use std::process::Command;

/// Server rendering imports what the page imports (the most avoidable of all integration failures).
#[test]
fn imported_on_a_server_the_module_does_nothing() {
    let module = xtask::paths::dist().join("ae-login.js");
    let copy = std::env::temp_dir().join(format!("ae-login-{}.mjs", std::process::id()));
    std::fs::copy(&module, &copy).expect("dist/ holds the module: run `cargo bundle`");
    let script = format!(
        "const before = Object.keys(globalThis).length; \
         const {{ createSession }} = await import({:?}); \
         console.log(typeof createSession, Object.keys(globalThis).length - before)",
        copy.display().to_string()
    );
    let node = Command::new("node")
        .args(["--input-type=module", "--eval", &script])
        .output()
        .expect("node, which `cargo verify` installs");
    std::fs::remove_file(&copy).expect("it was just copied");
    let said = String::from_utf8_lossy(&node.stdout);
    let complained = String::from_utf8_lossy(&node.stderr);
    assert_eq!((said.trim(), complained.trim()), ("function 0", ""));
}
