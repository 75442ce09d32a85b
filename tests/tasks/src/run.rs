//! Runs other programs, and ends them when this one is told to end.
//!
//! Each program gets a process group of its own, so that what it started (a browser, a compiler) ends with it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::problem::{Problem, Result, While as _};

/// Makes Ctrl-C, and a polite request to end, reach everything that was started here.
///
/// # Errors
/// If the system does not let us listen for it.
pub fn end_everything_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let groups = running().clone();
        for &group in &groups {
            let _ = killpg(group, Signal::SIGTERM);
        }
        // Time for a browser to fold; whoever still runs then is not asked again.
        for _ in 0..20 {
            if running().is_empty() {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        for &group in &groups {
            let _ = killpg(group, Signal::SIGKILL);
        }
        std::process::exit(130);
    })
    .while_doing("cannot listen for Ctrl-C")
}

/// Runs a program with its output on the terminal.
///
/// # Errors
/// If it cannot be started or does not succeed.
pub fn show(command: &mut Command) -> Result<()> {
    let status = Running::start(command)?.wait()?;
    succeeded(command, status)
}

/// Runs a program and answers what it wrote to its standard output.
///
/// # Errors
/// If it cannot be started or does not succeed.
pub fn read(command: &mut Command) -> Result<String> {
    let (status, output) = hear(command, false)?;
    succeeded(command, status)?;
    Ok(output)
}

/// Runs a program with its output on the terminal and keeps a copy, whether it succeeds or not.
///
/// # Errors
/// If it cannot be started.
pub fn show_and_keep(command: &mut Command) -> Result<(ExitStatus, String)> {
    hear(command, true)
}

/// Whether a program can be found.
pub fn is_there(program: &str) -> bool {
    find(program).is_some()
}

/// Where a program is, by the search path.
pub fn find(program: &str) -> Option<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn hear(command: &mut Command, aloud: bool) -> Result<(ExitStatus, String)> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let mut kept = Vec::new();
    if let Some(output) = running.child.stdout.take() {
        let mut output = BufReader::new(output);
        let mut from = 0;
        while output
            .read_until(b'\n', &mut kept)
            .while_doing("reading a program's output")?
            > 0
        {
            if aloud {
                // A closed terminal is no reason to stop the work.
                let _ = std::io::stdout().write_all(&kept[from..]);
                from = kept.len();
            }
        }
    }
    let status = running.wait()?;
    Ok((status, String::from_utf8_lossy(&kept).into_owned()))
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let arguments: Vec<_> = command
        .get_args()
        .map(|argument| argument.to_string_lossy())
        .collect();
    let program = command.get_program().to_string_lossy();
    Err(Problem::new(format!(
        "`{program} {}` ended with {status}",
        arguments.join(" ")
    )))
}

/// A program that runs; dropped, it and everything it started is ended.
struct Running {
    child: Child,
    group: Pid,
    ended: bool,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        // Asking questions is not possible in a background group, and never wanted.
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .while_doing(format_args!(
                "cannot start {}",
                command.get_program().to_string_lossy()
            ))?;
        let group =
            Pid::from_raw(i32::try_from(child.id()).while_doing("a process id out of range")?);
        running().push(group);
        Ok(Self {
            child,
            group,
            ended: false,
        })
    }

    fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().while_doing("waiting for a program")?;
        self.ended = true;
        running().retain(|group| *group != self.group);
        Ok(status)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended {
            let _ = killpg(self.group, Signal::SIGKILL);
            let _ = self.wait();
        }
    }
}

/// The process groups that run now.
fn running() -> MutexGuard<'static, Vec<Pid>> {
    static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let problem = show(Command::new("sh").args(["-c", "exit 3"]))
            .unwrap_err()
            .to_string();
        assert_eq!(problem, "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn output_is_kept_even_of_a_program_that_fails() {
        let (status, output) = hear(
            Command::new("sh").args(["-c", "echo one; printf two; exit 1"]),
            false,
        )
        .unwrap();
        assert!(!status.success());
        assert_eq!(output, "one\ntwo");
    }

    #[test]
    fn a_program_that_is_dropped_ends_with_what_it_started() {
        let begun = Instant::now();
        let mut command = Command::new("sh");
        command
            .args(["-c", "sleep 60 & echo begun; wait"])
            .stdout(Stdio::piped());
        let mut dropped = Running::start(&mut command).unwrap();
        let mut output = BufReader::new(dropped.child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        drop(dropped);
        // The output ends when the last process that could write to it has ended.
        assert_eq!(output.read_line(&mut line).unwrap(), 0);
        assert!(begun.elapsed() < Duration::from_secs(30));
    }
}
