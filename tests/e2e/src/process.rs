//! A program with everything it starts: found by descent and by a mark in the environment, ended together by number.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The variable that marks a process and all that come from it.
const MARK: &str = "AE_E2E_MARK";

/// A folder of one test's own, gone when dropped: profiles, sockets, what programs wrote.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// A new folder, which no other test has.
    pub(crate) fn new() -> io::Result<Self> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        // A short name: browsers put sockets into it, whose paths may have a hundred characters.
        let name = format!(
            "ae-e2e-{}-{}",
            std::process::id(),
            LAST.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left of it is temporary in any case.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running program. Dropping it ends it and everything it started.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    family: Family,
    log: PathBuf,
}

impl Process {
    /// Starts a program, with `home` as its home and for everything temporary.
    pub(crate) fn start(command: &mut Command, home: &Path) -> io::Result<Self> {
        end_all_on_interrupt();
        let name = Path::new(command.get_program()).file_name();
        let name = name.unwrap_or_default().to_string_lossy().into_owned();
        let mark = format!("{}/{name}", home.display());
        let log = home.join(format!("{name}.log"));
        let output = File::create(&log)?;
        let child = command
            .env(MARK, &mark)
            .env("HOME", home)
            .env("TMPDIR", home)
            .env("XDG_RUNTIME_DIR", home)
            // Without these a desktop's helpers would be started, which nobody would end.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("XDG_CACHE_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let family = Family {
            elder: i32::try_from(child.id()).unwrap_or_default(),
            mark,
            home: home.to_owned(),
        };
        running().push(family.clone());
        Ok(Self { child, family, log })
    }

    /// Waits until the program has written what `read` is looking for.
    pub(crate) async fn says<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<T, String> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let log = self.log();
            if let Some(found) = read(&log) {
                return Ok(found);
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}: {log}"));
            }
            if Instant::now() > deadline {
                return Err(format!("it does not say that it is ready: {log}"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How much memory it and all that it started take, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let of = |pid: Pid| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        self.family
            .members()
            .into_iter()
            .filter_map(of)
            .sum::<u64>()
            / 1024
    }

    /// What it wrote so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.family.end();
        running().retain(|family| family != &self.family);
        let _ = self.child.wait();
    }
}

/// A program and all that came from it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Family {
    elder: i32,
    mark: String,
    home: PathBuf,
}

impl Family {
    /// Ends them, as far as they still run.
    fn end(&self) {
        // Twice and more, since a process may have been starting another one meanwhile.
        for _ in 0..10 {
            let members = self.members();
            for pid in &members {
                // One that has ended already is what we want.
                let _ = kill(*pid, Signal::SIGKILL);
            }
            if members.len() < 2 {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn members(&self) -> Vec<Pid> {
        let mark = format!("{MARK}={}", self.mark);
        let all: Vec<(i32, i32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Some((pid, parent(pid)?)))
            .collect();
        let mut members = vec![self.elder];
        // Who was left by a parent is still marked.
        members.extend(all.iter().map(|(pid, _)| *pid).filter(|pid| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
                environment
                    .split(|byte| *byte == 0)
                    .any(|variable| variable == mark.as_bytes())
            })
        }));
        let mut at = 0;
        while let Some(&elder) = members.get(at) {
            for (pid, _) in all.iter().filter(|(_, parent)| *parent == elder) {
                if !members.contains(pid) {
                    members.push(*pid);
                }
            }
            at += 1;
        }
        members.sort_unstable();
        members.dedup();
        members.into_iter().map(Pid::from_raw).collect()
    }
}

/// Every family of this test run.
fn running() -> MutexGuard<'static, Vec<Family>> {
    static RUNNING: Mutex<Vec<Family>> = Mutex::new(Vec::new());
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whoever stops a test run by hand gets no browsers left behind.
fn end_all_on_interrupt() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let end = || {
            let families = running();
            for family in families.iter() {
                family.end();
            }
            for family in families.iter() {
                let _ = fs::remove_dir_all(&family.home);
            }
            std::process::exit(130);
        };
        // Without it, only the tidying is missing.
        let _ = ctrlc::set_handler(end);
    });
}

/// The parent of a process that is not a mere remainder.
fn parent(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name stands in brackets and may hold anything.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then(|| fields.next()?.parse().ok())?
}
