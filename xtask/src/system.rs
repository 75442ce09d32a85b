//! Programs from the system's package manager: browsers, their drivers, node.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::error::{Context as _, Error, Result};
use crate::progress::{Step, Steps};
use crate::stage::files_in;
use crate::{paths, run, tools};

/// A program, and the Debian package that contains it.
pub type Requirement = (&'static str, &'static str);

/// The programs that `cargo bundle` needs besides cargo.
pub const NODE: &[Requirement] = &[("node", "nodejs"), ("npm", "npm")];

/// The programs that the browser tests need. Debian has no package of Firefox's driver, so cargo builds it (see `tools`).
pub const BROWSERS: &[Requirement] = &[
    ("chromium", "chromium"),
    ("chromium-headless-shell", "chromium-headless-shell"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    ("xauth", "xauth"),
];

/// Returns the path of nginx: the installed one, or the one in the tools' folder.
///
/// # Errors
/// Returns an error if there is neither; [`ensure_nginx`] makes sure that there is one.
pub fn nginx() -> Result<PathBuf> {
    let unpacked = paths::tools().join("nginx/usr/sbin/nginx");
    run::find("nginx")
        .or_else(|| unpacked.is_file().then_some(unpacked))
        .ok_or_else(|| Error::new("missing on this system: nginx"))
}

/// Unpacks Debian's package of nginx into the tools' folder, unless nginx is installed. Installing the package would start a server.
///
/// # Errors
/// Returns an error if the package cannot be downloaded or unpacked.
pub fn ensure_nginx() -> Result<()> {
    let _lock = tools::lock_folder()?;
    if nginx().is_ok() {
        return Ok(());
    }
    let folder = paths::tools().join("nginx");
    fs::create_dir_all(&folder).context(format_args!("cannot make {}", folder.display()))?;
    let hint = "cannot download nginx; install it by hand";
    let mut download = Command::new("apt-get");
    download.args(["-qq", "download", "nginx"]);
    run::read_stdout(download.current_dir(&folder)).context(hint)?;
    for package in files_in(&folder)? {
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--extract").arg(package).arg(&folder);
        run::read_stdout(&mut unpack).context(hint)?;
    }
    nginx().map(drop)
}

/// Installs missing programs, if the system has Debian's package manager and this user may run it without a password.
///
/// # Errors
/// Returns an error that contains the command to type, if the programs cannot be installed from here.
pub fn ensure(requirements: &[Requirement]) -> Result<()> {
    let missing = |requirements: &[Requirement]| -> Vec<&'static str> {
        requirements
            .iter()
            .filter(|(program, _)| !run::is_installed(program))
            .map(|(_, package)| *package)
            .collect()
    };
    let packages = missing(requirements);
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.join(" ");
    let command = format!("apt-get install --no-install-recommends {names}");
    if !run::is_installed("apt-get") {
        return Err(Error::new(format!(
            "missing on this system: {names} (names of Debian's packages; on Debian type `sudo {command}`)"
        )));
    }
    let is_root = run::read_stdout(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !is_root && run::read_stdout(Command::new("sudo").args(["-n", "true"])).is_err() {
        return Err(Error::new(format!(
            "missing on this system; type this, then start again: sudo {command}"
        )));
    }
    let apt_get = |arguments: &[&str]| {
        let mut command = Command::new(if is_root { "env" } else { "sudo" });
        if !is_root {
            command.args(["-n", "env"]);
        }
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"])
            .args(arguments);
        command
    };
    let mut arguments = vec!["install", "--no-install-recommends"];
    arguments.extend(&packages);
    let title = format!("Installing with Debian's package manager: {names}");
    Steps::new(1)
        .run(Step::new(title, "apt", |context| {
            context.run(&mut apt_get(&["update"]))?;
            context.run(&mut apt_get(&arguments))
        }))
        .context(format_args!(
            "cannot install; type this, then start again: sudo {command}"
        ))?;
    match missing(requirements).as_slice() {
        [] => Ok(()),
        packages => Err(Error::new(format!(
            "these packages were installed and did not bring their programs: {}",
            packages.join(" ")
        ))),
    }
}
