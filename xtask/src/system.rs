//! What comes from the system's own package manager: browsers, their drivers, node.

use std::process::Command;

use crate::problem::{Problem, Result, While as _};
use crate::progress::{Job, Steps};
use crate::run;

/// A program, and the Debian package that brings it.
pub type Need = (&'static str, &'static str);

/// What the bundle is made with besides cargo.
pub const NODE: &[Need] = &[("node", "nodejs"), ("npm", "npm")];

/// What the browser tests are run in and with. Firefox's driver is not in Debian; cargo builds it.
pub const BROWSERS: &[Need] = &[
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("xauth", "xauth"),
];

/// Installs what is missing, where Debian's package manager is there and may be used without asking.
///
/// # Errors
/// Otherwise with the line to type.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing = |needs: &[Need]| -> Vec<&'static str> {
        needs
            .iter()
            .filter(|(program, _)| !run::is_there(program))
            .map(|(_, package)| *package)
            .collect()
    };
    let packages = missing(needs);
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.join(" ");
    let line = format!("apt-get install --no-install-recommends {names}");
    if !run::is_there("apt-get") {
        return Err(Problem::new(format!(
            "missing on this system: {names} (Debian's names; there: `sudo {line}`)"
        )));
    }
    let root = run::read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root && run::read(Command::new("sudo").args(["-n", "true"])).is_err() {
        return Err(Problem::new(format!(
            "missing on this system; type this, then start again: sudo {line}"
        )));
    }
    let as_root = |arguments: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"])
            .args(arguments);
        command
    };
    let why = || format!("could not install by itself; type this, then start again: sudo {line}");
    let mut arguments = vec!["install", "--no-install-recommends"];
    arguments.extend(&packages);
    let title = format!("Installing with Debian's package manager: {names}");
    Steps::new(1)
        .run(Job::new(title, "apt", |step| {
            step.run(&mut as_root(&["update"]))?;
            step.run(&mut as_root(&arguments))
        }))
        .while_doing(why())?;
    match missing(needs).as_slice() {
        [] => Ok(()),
        still => Err(Problem::new(format!(
            "installed, but brought no program: {}",
            still.join(" ")
        ))),
    }
}
