//! Runs other programs, and ends them when this one is told to end.
//!
//! Each program gets a process group of its own, so that what it started (a browser, a compiler) ends with it.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
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

/// A part of a program's output, as it arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output<'a> {
    /// A line that ends in a line feed, or the last one. Without its end.
    Line(&'a str),
    /// A line that ends in a carriage return: the program will overwrite it, as progress bars do. Without its end.
    Overwritten(&'a str),
}

/// Runs a program without the terminal and passes what it prints, on standard output and standard error alike, to `listener`.
///
/// [`Programs::end`] ends the program early.
///
/// # Errors
/// If it cannot be started or does not succeed.
pub fn listen(
    command: &mut Command,
    programs: &Programs,
    mut listener: impl FnMut(Output<'_>),
) -> Result<()> {
    let (reader, writer) = std::io::pipe().while_doing("cannot make a pipe")?;
    let second = writer.try_clone().while_doing("cannot make a pipe")?;
    let started = programs.start(command.stdout(writer).stderr(second));
    // The command owns the writing ends of the pipe: the output would never end while it holds them.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = started?;
    let mut line = Vec::new();
    for byte in BufReader::new(reader).bytes() {
        match byte.while_doing("reading a program's output")? {
            b'\n' => {
                listener(Output::Line(&String::from_utf8_lossy(&line)));
                line.clear();
            }
            b'\r' => {
                listener(Output::Overwritten(&String::from_utf8_lossy(&line)));
                line.clear();
            }
            byte => line.push(byte),
        }
    }
    if !line.is_empty() {
        listener(Output::Line(&String::from_utf8_lossy(&line)));
    }
    let status = running.wait();
    programs.forget(&running);
    succeeded(command, status?)
}

/// The programs of one task that runs several of them at the same time, so that all can be ended when one fails.
#[derive(Debug, Default)]
pub struct Programs(Mutex<ProgramsState>);

#[derive(Debug, Default)]
struct ProgramsState {
    ended: bool,
    groups: Vec<Pid>,
}

impl Programs {
    /// Ends the programs that run now. None can be started afterwards.
    pub fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        for group in state.groups.drain(..) {
            let _ = killpg(group, Signal::SIGTERM);
        }
    }

    /// Whether [`Self::end`] was called.
    pub fn are_ended(&self) -> bool {
        self.state().ended
    }

    fn start(&self, command: &mut Command) -> Result<Running> {
        let mut state = self.state();
        if state.ended {
            return Err(Problem::new("not started: another step failed"));
        }
        let running = Running::start(command)?;
        state.groups.push(running.group);
        Ok(running)
    }

    fn forget(&self, running: &Running) {
        self.state().groups.retain(|group| *group != running.group);
    }

    fn state(&self) -> MutexGuard<'_, ProgramsState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a program can be found.
pub fn is_there(program: &str) -> bool {
    find(program).is_some()
}

/// Where a program is, by the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(&std::env::var_os("PATH")?, program)
}

/// Where a program is, by a search path in the form of the variable `PATH`.
pub fn find_in(search_path: &OsStr, program: &str) -> Option<PathBuf> {
    std::env::split_paths(search_path)
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
    fn output_of_both_streams_is_heard_line_by_line() {
        let mut heard = Vec::new();
        let script = r"echo one; echo two >&2; printf '1/2\r2/2\r'; printf three";
        listen(
            Command::new("sh").args(["-c", script]),
            &Programs::default(),
            |output| heard.push(format!("{output:?}")),
        )
        .unwrap();
        assert_eq!(
            heard,
            [
                r#"Line("one")"#,
                r#"Line("two")"#,
                r#"Overwritten("1/2")"#,
                r#"Overwritten("2/2")"#,
                r#"Line("three")"#,
            ]
        );
    }

    #[test]
    fn a_failing_program_that_is_listened_to_is_an_error() {
        let mut command = Command::new("sh");
        let problem = listen(command.args(["-c", "exit 4"]), &Programs::default(), |_| ());
        assert_eq!(
            problem.unwrap_err().to_string(),
            "`sh -c exit 4` ended with exit status: 4"
        );
    }

    #[test]
    fn ended_programs_stop_and_no_other_starts() {
        let begun = Instant::now();
        let programs = Programs::default();
        let problem = listen(
            Command::new("sh").args(["-c", "echo begun; exec sleep 60"]),
            &programs,
            |_| programs.end(),
        );
        assert!(problem.is_err());
        assert!(begun.elapsed() < Duration::from_secs(30));
        assert!(programs.are_ended());
        let mut heard = 0;
        let problem = listen(
            Command::new("sh").args(["-c", "echo again"]),
            &programs,
            |_| heard += 1,
        );
        assert_eq!(
            problem.unwrap_err().to_string(),
            "not started: another step failed"
        );
        assert_eq!(heard, 0);
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
