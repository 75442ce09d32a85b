//! Programs from the system's package manager: browsers, their drivers, node.

use std::fs;
use std::path::{Path, PathBuf};
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
    unpack("nginx", &["nginx"])?;
    nginx().map(drop)
}

/// Returns a command that runs PHP with its extension for XML: from the tools' folder, or the installed one.
///
/// # Errors
/// Returns an error if there is neither; [`ensure_php`] makes sure that there is one.
pub fn php() -> Result<Command> {
    let folder = paths::tools().join("php");
    let found = |folder: PathBuf, is_right: fn(&Path) -> bool| {
        let files = fs::read_dir(folder).ok()?;
        let mut files = files.filter_map(|file| Some(file.ok()?.path()));
        files.find(|file| is_right(file))
    };
    // The program is called `php8.2` or so, and the folder of the extensions has the number of their interface.
    let program = found(folder.join("usr/bin"), |file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let version = name.strip_prefix("php").unwrap_or_default();
        version.starts_with(|first: char| first.is_ascii_digit())
    });
    let extensions = found(folder.join("usr/lib/php"), |folder| {
        folder.join("dom.so").is_file()
    });
    let php = if let (Some(program), Some(extensions)) = (program, extensions) {
        let mut php = Command::new(program);
        php.arg("-n").arg("-d");
        php.arg(format!("extension_dir={}", extensions.display()));
        php.args(["-d", "extension=dom.so"]);
        php
    } else {
        Command::new("php")
    };
    // Fails too if a library that the program needs is missing.
    let has_xml = "exit(class_exists('DOMDocument') ? 0 : 1);";
    let mut check = Command::new(php.get_program());
    check.args(php.get_args()).args(["-r", has_xml]);
    let is_usable = check.output().is_ok_and(|output| output.status.success());
    is_usable.then_some(php).ok_or_else(|| {
        Error::new(format!(
            "missing on this system: PHP with XML; on Debian type `sudo apt-get install --no-install-recommends {}`",
            PHP.join(" ")
        ))
    })
}

/// Debian's packages of PHP. They have no files and depend on those of the present version.
const PHP: &[&str] = &["php-cli", "php-xml"];

/// Unpacks Debian's packages of PHP into the tools' folder, unless PHP is installed.
///
/// # Errors
/// Returns an error if the packages cannot be downloaded or unpacked, or need libraries that this system lacks.
pub fn ensure_php() -> Result<()> {
    let _lock = tools::lock_folder()?;
    if php().is_ok() {
        return Ok(());
    }
    let mut depends = Command::new("apt-cache");
    let depends = run::read_stdout(depends.arg("depends").args(PHP))
        .context("cannot find the packages of PHP; install PHP by hand")?;
    let packages = php_packages(&depends);
    unpack("php", &packages)?;
    php().map(drop)
}

/// The packages with the programs and extensions in the output of `apt-cache depends`, such as `php8.2-cli`.
fn php_packages(depends: &str) -> Vec<&str> {
    let names = depends
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Depends: "));
    let is_versioned = |name: &&str| {
        let version = name.strip_prefix("php").unwrap_or_default();
        version.starts_with(|first: char| first.is_ascii_digit())
            && (name.ends_with("-cli") || name.ends_with("-xml"))
    };
    let mut packages: Vec<_> = names.filter(is_versioned).collect();
    packages.sort_unstable();
    packages.dedup();
    packages
}

/// Downloads Debian's packages, and unpacks them into a folder in the tools' folder. Nothing is installed or started.
fn unpack(name: &str, packages: &[&str]) -> Result<()> {
    let folder = paths::tools().join(name);
    fs::create_dir_all(&folder).context(format_args!("cannot make {}", folder.display()))?;
    let hint = format!("cannot download {name}; install it by hand");
    let mut download = Command::new("apt-get");
    download.args(["-qq", "download"]).args(packages);
    run::read_stdout(download.current_dir(&folder)).context(&hint)?;
    for package in files_in(&folder)? {
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--extract").arg(package).arg(&folder);
        run::read_stdout(&mut unpack).context(&hint)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::php_packages;

    #[test]
    fn packages_of_php_are_those_of_its_version() {
        let depends = "php-cli\n  Depends: php8.2-cli\nphp-xml\n  Depends: php-common\n    php-common:i386\n  Depends: php8.2-xml\n";
        assert_eq!(php_packages(depends), ["php8.2-cli", "php8.2-xml"]);
        assert!(php_packages("php-cli\n  Depends: libc6\n").is_empty());
    }
}
