//! A program with all processes that it starts. They are found by their parents and by a variable in their environment, and are
//! ended together, each by its process id.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The environment variable that a process and its descendants have.
const VARIABLE: &str = "AE_E2E_PROCESS";

/// A temporary folder of one test, for profiles, sockets and logs. It is removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Creates a folder that no other test uses.
    pub(crate) fn new() -> io::Result<Self> {
        static LAST: AtomicU32 = AtomicU32::new(0);
        // The name is short, since the path of a socket may have about a hundred characters.
        let name = format!(
            "ae-e2e-{}-{}",
            std::process::id(),
            LAST.fetch_add(1, Ordering::Relaxed)
        );
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// The path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // An error leaves a temporary folder behind, which the system removes.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A running program. It ends with all processes that it has started when it is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    tree: ProcessTree,
    log: PathBuf,
    /// The shell of [`Self::ends_with_program`].
    guard: Option<Child>,
}

impl Process {
    /// Starts a program, with `home` as its home and temporary folder.
    pub(crate) fn start(command: &mut Command, home: &Path) -> io::Result<Self> {
        end_all_on_interrupt();
        let name = Path::new(command.get_program()).file_name();
        let name = name.unwrap_or_default().to_string_lossy().into_owned();
        let value = format!("{}/{name}", home.display());
        let log = home.join(format!("{name}.log"));
        let output = File::create(&log)?;
        let child = command
            .env(VARIABLE, &value)
            .env("HOME", home)
            .env("TMPDIR", home)
            .env("XDG_RUNTIME_DIR", home)
            // Otherwise helpers of the desktop are started, which are not descendants and would never end.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("NO_AT_BRIDGE", "1")
            .env_remove("XDG_CACHE_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let tree = ProcessTree {
            root: i32::try_from(child.id()).unwrap_or_default(),
            value,
            home: home.to_owned(),
        };
        running().push(tree.clone());
        Ok(Self {
            child,
            tree,
            log,
            guard: None,
        })
    }

    /// Makes the processes end when the test program ends, also if this value is not dropped: statics never are.
    pub(crate) fn ends_with_program(&mut self) -> io::Result<()> {
        let guard = Command::new("sh")
            .args(["-c", include_str!("end_processes.sh"), "end-processes"])
            .arg(format!("{VARIABLE}={}", self.tree.value))
            .arg(&self.tree.home)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        self.guard = Some(guard);
        Ok(())
    }

    /// Waits until `read` finds something in what the program has written.
    pub(crate) async fn wait_for_output<T>(
        &mut self,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, String> {
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
                return Err(format!("it did not write that it is ready: {log}"));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// How much memory all processes take, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let of = |pid: Pid| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
            line.split_whitespace().nth(1)?.parse::<u64>().ok()
        };
        self.tree.members().into_iter().filter_map(of).sum::<u64>() / 1024
    }

    /// The output of the program so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.tree.end();
        running().retain(|tree| tree != &self.tree);
        let _ = self.child.wait();
        if let Some(mut guard) = self.guard.take() {
            // An error means that the guard has ended.
            let _ = guard
                .stdin
                .take()
                .map(|mut input| input.write_all(b"ended\n"));
            let _ = guard.wait();
        }
    }
}

/// A process and its descendants.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ProcessTree {
    root: i32,
    value: String,
    home: PathBuf,
}

impl ProcessTree {
    /// Ends all processes that still run.
    fn end(&self) {
        // More than once, since a process may have started another one in the meantime.
        for _ in 0..10 {
            let members = self.members();
            for pid in &members {
                // An error means that the process has ended already.
                let _ = kill(*pid, Signal::SIGKILL);
            }
            if members.len() < 2 {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn members(&self) -> Vec<Pid> {
        let value = format!("{VARIABLE}={}", self.value);
        let all: Vec<(i32, i32)> = fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Some((pid, parent(pid)?)))
            .collect();
        let mut members = vec![self.root];
        // A process whose parent has ended still has the variable.
        members.extend(all.iter().map(|(pid, _)| *pid).filter(|pid| {
            fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
                environment
                    .split(|byte| *byte == 0)
                    .any(|variable| variable == value.as_bytes())
            })
        }));
        let mut at = 0;
        while let Some(&ancestor) = members.get(at) {
            for (pid, _) in all.iter().filter(|(_, parent)| *parent == ancestor) {
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

/// All programs of this test run.
fn running() -> MutexGuard<'static, Vec<ProcessTree>> {
    static RUNNING: Mutex<Vec<ProcessTree>> = Mutex::new(Vec::new());
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends all programs when the test run is interrupted (Ctrl+C), so that no browsers stay behind.
fn end_all_on_interrupt() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let end = || {
            let trees = running();
            for tree in trees.iter() {
                tree.end();
            }
            for tree in trees.iter() {
                let _ = fs::remove_dir_all(&tree.home);
            }
            std::process::exit(130);
        };
        // Without the handler, an interrupted run leaves browsers behind; the tests themselves do not need it.
        let _ = ctrlc::set_handler(end);
    });
}

/// The parent of a process; `None` for a zombie.
fn parent(pid: i32) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name of the process is in brackets and may contain spaces and brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then(|| fields.next()?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;

    use super::*;

    fn sleeping(folder: &Folder) -> Process {
        let mut process = Process::start(Command::new("sleep").arg("300"), folder.path()).unwrap();
        process.ends_with_program().unwrap();
        process
    }

    #[test]
    fn processes_end_and_their_folder_is_removed_when_the_program_has_ended() {
        let folder = Folder::new().unwrap();
        let mut process = sleeping(&folder);
        let mut guard = process.guard.take().unwrap();
        // This is what the guard sees when the program ends.
        drop(guard.stdin.take());
        guard.wait().unwrap();
        let ended = process.child.wait().unwrap();
        assert_eq!(ended.signal(), Some(Signal::SIGKILL as i32));
        assert!(!folder.path().exists());
    }

    #[test]
    fn guard_ends_with_the_processes() {
        let folder = Folder::new().unwrap();
        drop(sleeping(&folder));
        assert!(folder.path().exists());
    }
}
