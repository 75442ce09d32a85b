//! Starts a browser with its driver and a new profile. For a missing program, the error names the command that installs it.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use xtask::{paths, run, tools};

use crate::process::{Folder, Process};

/// The browsers, by their engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Browser {
    /// Blink. [`Interface`] says which of two programs.
    Chromium,
    /// Gecko.
    Firefox,
    /// WebKit, in its GTK port.
    WebKit,
}

/// Whether Chromium has its desktop interface, which no scenario can see. The other browsers always have theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interface {
    /// Chromium's headless shell: the same engine without the desktop interface. A scenario takes less than half the processor time.
    Shell,
    /// The whole browser. The shell lacks the back/forward cache.
    Desktop,
}

/// The text that a browser writes when another program has the port that its driver has chosen.
const PORT_TAKEN: &str = "Address already in use";

/// Returns when a driver will not start its browser any more: the browser has written that its port is taken, or a minute is over.
async fn driver_gives_up(driver: &Process) -> String {
    let deadline = Instant::now() + Duration::from_mins(1);
    while Instant::now() < deadline {
        if driver.log().contains(PORT_TAKEN) {
            return "its port is taken".to_owned();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    "no answer for a minute".to_owned()
}

/// A running browser with its driver. Both end, and the profile is removed, when it is dropped.
#[derive(Debug)]
pub struct DrivenBrowser {
    /// Sends commands to the driver.
    pub client: Client,
    // Dropped in this order: the driver with its browser, the display, the folder.
    driver: Process,
    _display_server: Option<Process>,
    _folder: Folder,
}

impl DrivenBrowser {
    /// How much memory the driver and the browser take with all their processes, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        self.driver.memory()
    }

    /// The output of the driver and the browser so far.
    pub(crate) fn log(&self) -> String {
        self.driver.log()
    }

    /// Makes driver and browser end when the test program ends, also if this value is not dropped.
    pub(crate) fn ends_with_program(&mut self) -> std::io::Result<()> {
        self.driver.ends_with_program()
    }
}

impl Browser {
    /// The name in test paths and file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Starts the browser.
    ///
    /// # Errors
    /// The name of a missing program with the command that installs it, or the output of the driver.
    pub async fn start(self, interface: Interface) -> Result<DrivenBrowser, String> {
        let mut last = String::new();
        for _ in 0..3 {
            match self.start_once(interface).await {
                // WebKit's driver chooses a port for its browser, and another program may take that port first. The browser
                // writes so, and the driver waits forever. No command was sent yet, so that a new start changes nothing.
                Err(why) if why.contains(PORT_TAKEN) => last = why,
                outcome => return outcome,
            }
        }
        Err(last)
    }

    async fn start_once(self, interface: Interface) -> Result<DrivenBrowser, String> {
        let folder = Folder::new().map_err(|error| format!("no temporary folder: {error}"))?;
        let profile = match self {
            Self::Firefox => {
                let profile = folder.path().join("profile");
                copy_folder(firefox_profile().await?, &profile)
                    .map_err(|error| format!("cannot copy the profile of Firefox: {error}"))?;
                Some(profile)
            }
            Self::Chromium | Self::WebKit => None,
        };
        self.start_in(folder, profile.as_deref(), interface).await
    }

    /// Starts the browser with its log and its sockets in a folder. Firefox uses `profile`; the others make a new one themselves.
    async fn start_in(
        self,
        folder: Folder,
        profile: Option<&Path>,
        interface: Interface,
    ) -> Result<DrivenBrowser, String> {
        let (driver, server, port) = match self {
            Self::Chromium => {
                let program = needed("chromedriver", "chromium-driver")?;
                let mut driver = start(Command::new(program).arg("--port=0"), &folder)?;
                let port = driver
                    .wait_for_output(|log| port_after(log, "successfully on port "))
                    .await?;
                (driver, None, port)
            }
            Self::Firefox => {
                let mut command = Command::new(geckodriver()?);
                command.args(["--port", "0", "--websocket-port", "0"]);
                // Allows scripts in the browser's own context, which set preferences.
                command.arg("--allow-system-access");
                let mut driver = start(&mut command, &folder)?;
                let port = driver
                    .wait_for_output(|log| port_after(log, "Listening on 127.0.0.1:"))
                    .await?;
                (driver, None, port)
            }
            Self::WebKit => {
                let mut command = Command::new(needed("Xvfb", "xvfb")?);
                // Xvfb chooses a free display and writes its number to the standard output.
                command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24"]);
                command.args(["-nolisten", "tcp"]);
                let mut server = start(&mut command, &folder)?;
                let display: u32 = server
                    .wait_for_output(|log| log.lines().find_map(|line| line.parse().ok()))
                    .await?;
                let port = free_port()?;
                let mut command = Command::new(needed("WebKitWebDriver", "webkit2gtk-driver")?);
                command.arg(format!("--port={port}"));
                command.env("DISPLAY", format!(":{display}"));
                command.env_remove("WAYLAND_DISPLAY");
                // A display in memory has no graphics card.
                command.env("LIBGL_ALWAYS_SOFTWARE", "1");
                let driver = start(&mut command, &folder)?;
                wait_for_listener(port).await?;
                (driver, Some(server), port)
            }
        };
        let Value::Object(capabilities) = self.capabilities(profile, interface)? else {
            return Err("the capabilities are not an object".to_owned());
        };
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let connecting = builder.capabilities(capabilities).connect(&address);
        let connected = tokio::select! {
            connected = connecting => connected.map_err(|error| error.to_string()),
            why = driver_gives_up(&driver) => Err(why),
        };
        let client = connected.map_err(|why| {
            let log = driver.log();
            format!(
                "the driver of {} starts no browser: {why}\n{log}",
                self.name()
            )
        })?;
        Ok(DrivenBrowser {
            client,
            driver,
            _display_server: server,
            _folder: folder,
        })
    }

    fn capabilities(self, profile: Option<&Path>, interface: Interface) -> Result<Value, String> {
        let mut firefox_arguments = vec!["-headless", "--width", "1280", "--height", "1024"];
        if let Some(profile) = profile {
            firefox_arguments.push("-profile");
            firefox_arguments.push(profile.to_str().ok_or("the profile's path is not UTF-8")?);
        }
        Ok(match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                // For the log that is saved when a scenario fails.
                "goog:loggingPrefs": { "browser": "ALL" },
                "goog:chromeOptions": {
                    "binary": chromium(interface)?,
                    "args": [
                        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--disable-dev-shm-usage", "--window-size=1280,1024",
                    ],
                },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": firefox()?,
                    "args": firefox_arguments,
                    // Processes that no scenario needs. Without them Firefox starts with a fifth less work.
                    "prefs": {
                        "browser.newtab.preload": false,
                        "browser.startup.page": 0,
                        "browser.tabs.remote.separatePrivilegedContentProcess": false,
                        "dom.ipc.processPrelaunch.enabled": false,
                        "extensions.webextensions.remote": false,
                    },
                },
            }),
            Self::WebKit => json!({
                "browserName": "MiniBrowser",
                "webkitgtk:browserOptions": { "binary": minibrowser()?, "args": ["--automation"] },
            }),
        })
    }
}

/// Returns a profile of Firefox that has never opened a page. Each browser gets a copy of it.
///
/// Firefox does half of its work at a start only if the profile is empty: it fills caches and databases. Here that is done once
/// for each version of Firefox, in a folder that is kept.
async fn firefox_profile() -> Result<&'static Path, String> {
    static PROFILE: OnceCell<PathBuf> = OnceCell::const_new();
    let profile = PROFILE.get_or_try_init(async || {
        let firefox = firefox()?;
        let version = run::read_stdout(Command::new(&firefox).arg("--version"));
        let version = version.map_err(|error| error.to_string())?;
        let name: String = version
            .trim()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        let profile = paths::target().join("browser-profiles").join(name);
        if profile.is_dir() {
            return Ok(profile);
        }
        let folder = Folder::new().map_err(|error| format!("no temporary folder: {error}"))?;
        let new = folder.path().join("profile");
        let io = |error| format!("cannot keep the profile of Firefox: {error}");
        std::fs::create_dir(&new).map_err(io)?;
        let log = Folder::new().map_err(|error| format!("no temporary folder: {error}"))?;
        let browser = Browser::Firefox
            .start_in(log, Some(&new), Interface::Desktop)
            .await?;
        let closed = browser.client.clone().close().await;
        closed.map_err(|error| format!("Firefox does not close: {error}"))?;
        drop(browser);
        // Complete or absent, even if several programs do this at the same time.
        let copy = profile.with_extension(std::process::id().to_string());
        copy_folder(&new, &copy).map_err(io)?;
        match std::fs::rename(&copy, &profile) {
            Err(_) if profile.is_dir() => std::fs::remove_dir_all(&copy).map_err(io)?,
            renamed => renamed.map_err(io)?,
        }
        Ok::<_, String>(profile)
    });
    Ok(profile.await?)
}

/// Copies the files of a folder and of the folders in it. Links are left out: the ones in a profile are locks.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() && entry.file_name() != ".parentlock" {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn chromium(interface: Interface) -> Result<PathBuf, String> {
    let program = match interface {
        Interface::Shell => "chromium-headless-shell",
        Interface::Desktop => "chromium",
    };
    needed(program, program)
}

fn firefox() -> Result<PathBuf, String> {
    run::find("firefox-esr")
        .or_else(|| run::find("firefox"))
        .ok_or_else(|| missing("firefox-esr", "firefox-esr"))
}

fn start(command: &mut Command, folder: &Folder) -> Result<Process, String> {
    Process::start(command, folder.path())
        .map_err(|error| format!("{command:?} does not start: {error}"))
}

fn needed(program: &str, package: &str) -> Result<PathBuf, String> {
    run::find(program).ok_or_else(|| missing(program, package))
}

fn missing(program: &str, package: &str) -> String {
    format!(
        "{program} is missing; this installs it: sudo apt-get install --no-install-recommends {package}"
    )
}

/// Debian has no package of geckodriver. `cargo verify` builds it into the folder of the tools.
fn geckodriver() -> Result<PathBuf, String> {
    let own = tools::program("geckodriver");
    if own.is_file() {
        return Ok(own);
    }
    run::find("geckodriver").ok_or_else(|| {
        format!(
            "geckodriver is missing; this installs it: cargo install geckodriver --version {} --root .tools",
            tools::GECKODRIVER.version
        )
    })
}

/// `MiniBrowser` is in the folder of WebKit's libraries, whose name contains that of the architecture.
fn minibrowser() -> Result<PathBuf, String> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten();
    let found = folders
        .filter_map(|folder| Some(folder.ok()?.path()))
        .chain(["/usr/libexec".into(), "/usr/lib".into()])
        .flat_map(|folder| ["webkit2gtk-4.1", "webkit2gtk-4.0"].map(|name| folder.join(name)))
        .map(|folder| folder.join("MiniBrowser"))
        .find(|file| file.is_file());
    found.ok_or_else(|| missing("WebKit's MiniBrowser", "webkit2gtk-driver"))
}

fn port_after(log: &str, words: &str) -> Option<u16> {
    let (_, rest) = log.split_once(words)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    rest[..digits].parse().ok()
}

/// A port that no program listens on.
///
/// # Errors
/// Returns an error if there is none.
pub fn free_port() -> Result<u16, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

pub(crate) async fn wait_for_listener(port: u16) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(30);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if Instant::now() > deadline {
            return Err(format!("no program listens on port {port}"));
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}
