//! Small shops that use the npm package with a bundler or a framework: copies of folders in `package`, with the package installed from
//! its tarball.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use xtask::site::{Served, Site};
use xtask::{npm, paths, run};

use crate::browser::{free_port, wait_for_listener};
use crate::process::{Folder, Process};

/// The address of the engine in the examples.
const ENGINE: &str = "https://eu.api.capillarytech.com";

/// A shop on this machine.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
}

impl Project {
    /// Copies a folder of `package` into a new one, writes the address of the engine into it, and installs the package.
    pub fn new(source: &str, name: &str, engine: &str) -> Self {
        let folder = npm::bundlers_projects().join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("a folder that can be removed");
        }
        let from = paths::root().join("package").join(source);
        copy(&from, &folder, engine).unwrap_or_else(|error| panic!("{source}: {error}"));
        let packages = folder.join("node_modules");
        fs::create_dir_all(&packages).expect("a folder");
        let mut tar = Command::new("tar");
        tar.arg("--extract")
            .arg("--file")
            .arg(tarball())
            .arg("--directory")
            .arg(&packages);
        run::read_stdout(&mut tar).unwrap_or_else(|error| panic!("{error}"));
        // npm calls the folder in its tarballs so.
        fs::rename(packages.join("package"), packages.join("ae-login")).expect("a package");
        Self { folder }
    }

    /// Runs a script of `package.json` to its end.
    pub fn runs(&self, script: &str) {
        let home = Folder::new().expect("a temporary folder");
        let output = self
            .script(script)
            .env("HOME", home.path())
            .output()
            .expect("npm");
        assert!(
            output.status.success(),
            "npm run {script}: {}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// Starts a script of `package.json` that serves the shop, and waits until it listens. `host` is the tool's option for the address
    /// to listen on.
    pub async fn starts(&self, script: &str, host: &str) -> (Server, Served) {
        let port = free_port().unwrap_or_else(|error| panic!("{error}"));
        let home = Folder::new().expect("a temporary folder");
        let mut command = self.script(script);
        command.args(["--", "--port", &port.to_string(), host, "127.0.0.1"]);
        let process = Process::start(&mut command, home.path()).expect("npm");
        let listening = wait_for_listener(port).await;
        listening.unwrap_or_else(|error| panic!("{error}\n{}", process.log()));
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let server = Server {
            _process: process,
            _home: home,
        };
        (server, Served::by_another_program(address))
    }

    /// The inline scripts in a page of the shop.
    pub fn inline_scripts(&self, page: &str) -> Vec<String> {
        let file = self.folder.join(page);
        let page = fs::read_to_string(&file);
        let page = page.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let scripts = page.split("<script").skip(1);
        let scripts = scripts.filter_map(|script| script.split_once('>')?.1.split_once("</script"));
        scripts
            .map(|(script, _)| script.to_owned())
            .filter(|script| !script.is_empty())
            .collect()
    }

    /// Serves a folder of the shop under a policy. `{{engine}}` in the policy stands for the engine's address.
    pub async fn serves(&self, folder: &str, csp: &str, engine: &str) -> Served {
        let site = Site {
            root: self.folder.join(folder),
            headers: vec![("Content-Security-Policy".to_owned(), csp.to_owned())],
            replacements: vec![("{{engine}}".to_owned(), engine.to_owned())],
            routes: vec![("/favicon.ico".into(), "image/x-icon".into(), Vec::new())],
            ..Site::default()
        };
        let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
        served.unwrap_or_else(|error| panic!("{folder}: {error}"))
    }

    fn script(&self, script: &str) -> Command {
        let mut command = Command::new("npm");
        command
            .args(["run", "--silent", script])
            .current_dir(&self.folder)
            // Tools that report their use to their makers.
            .env("ASTRO_TELEMETRY_DISABLED", "1")
            .env("NEXT_TELEMETRY_DISABLED", "1")
            .env("NG_CLI_ANALYTICS", "false")
            .env_remove("NODE_OPTIONS");
        command
    }
}

/// A running server. It ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    // Dropped in this order.
    _process: Process,
    _home: Folder,
}

/// The tarball of the package, as `npm publish` would upload it.
fn tarball() -> &'static Path {
    static TARBALL: OnceLock<PathBuf> = OnceLock::new();
    TARBALL.get_or_init(|| npm::pack().unwrap_or_else(|error| panic!("{error}")))
}

/// Copies a folder, and replaces the address of the engine in its files.
fn copy(from: &Path, to: &Path, engine: &str) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target, engine)?;
        } else {
            let text = fs::read_to_string(entry.path())?;
            fs::write(target, text.replace(ENGINE, engine))?;
        }
    }
    Ok(())
}
