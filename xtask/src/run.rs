//! Runs other programs, and ends them when this program is interrupted.
//!
//! Each program runs in a process group of its own, so that the processes it started (a browser, a compiler) end with it.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::error::{Context as _, Error, Result};

/// Ends all running programs when this one receives SIGINT (Ctrl-C), SIGTERM or SIGHUP, and exits with code 130.
///
/// # Errors
/// Returns an error if the signal handler cannot be installed.
pub fn end_everything_on_interrupt() -> Result<()> {
    ctrlc::set_handler(|| {
        let groups = running().clone();
        for &group in &groups {
            let _ = killpg(group, Signal::SIGTERM);
        }
        // Browsers take a moment to end. Programs that still run after two seconds are killed.
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
    .context("cannot listen for Ctrl-C")
}

/// Runs a program with its output on the terminal.
///
/// # Errors
/// Returns an error if the program cannot be started or does not succeed.
pub fn execute(command: &mut Command) -> Result<()> {
    let status = Running::start(command)?.wait()?;
    check_success(command, status)
}

/// Runs a program and returns its standard output.
///
/// # Errors
/// Returns an error if the program cannot be started or does not succeed.
pub fn read_stdout(command: &mut Command) -> Result<String> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let mut output = Vec::new();
    if let Some(mut stdout) = running.child.stdout.take() {
        stdout
            .read_to_end(&mut output)
            .context("cannot read a program's output")?;
    }
    let status = running.wait()?;
    check_success(command, status)?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}

/// Runs a program with its output on the terminal, and returns its exit status and a copy of its standard output.
///
/// While the program runs, `report` is called once in each `interval` with the output so far. What it returns is printed on a
/// line of its own, so that a person sees that the program still works.
///
/// # Errors
/// Returns an error if the program cannot be started. A program that fails is not an error.
pub fn execute_and_capture(
    command: &mut Command,
    interval: Duration,
    report: impl Fn(&str) -> String,
) -> Result<(ExitStatus, String)> {
    capture(
        command,
        interval,
        |output| {
            // A closed terminal is no reason to stop the work.
            let _ = std::io::stdout().write_all(output.as_bytes());
        },
        report,
    )
}

/// A piece of a program's output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output<'a> {
    /// A line that ends in a line feed, or the last line. Without its end.
    Line(&'a str),
    /// A line that ends in a carriage return, which the program will overwrite, as progress bars do. Without its end.
    Overwritten(&'a str),
}

/// Runs a program without the terminal and passes its standard output and standard error to `listener`, line by line.
///
/// [`Programs::end`] ends the program early.
///
/// # Errors
/// Returns an error if the program cannot be started or does not succeed.
pub fn execute_with_listener(
    command: &mut Command,
    programs: &Programs,
    mut listener: impl FnMut(Output<'_>),
) -> Result<()> {
    let (reader, writer) = std::io::pipe().context("cannot make a pipe")?;
    let second = writer.try_clone().context("cannot make a pipe")?;
    let started = programs.start(command.stdout(writer).stderr(second));
    // The command owns the writing ends of the pipe: the output would never end while it holds them.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = started?;
    let mut line = Vec::new();
    for byte in BufReader::new(reader).bytes() {
        match byte.context("cannot read a program's output")? {
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
    check_success(command, status?)
}

/// The programs of one command that run at the same time, so that all can be ended when one fails.
#[derive(Debug, Default)]
pub struct Programs(Mutex<ProgramsState>);

#[derive(Debug, Default)]
struct ProgramsState {
    ended: bool,
    groups: Vec<Pid>,
}

impl Programs {
    /// Ends the programs that run now. No program can be started afterwards.
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
            return Err(Error::new("not started: another step failed"));
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

/// Whether a program is on the search path.
pub fn is_installed(program: &str) -> bool {
    find(program).is_some()
}

/// Finds a program on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    find_in(&std::env::var_os("PATH")?, program)
}

/// Finds a program on a search path that has the form of the variable `PATH`.
pub fn find_in(search_path: &OsStr, program: &str) -> Option<PathBuf> {
    std::env::split_paths(search_path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn capture(
    command: &mut Command,
    interval: Duration,
    print: impl Fn(&str),
    report: impl Fn(&str) -> String,
) -> Result<(ExitStatus, String)> {
    let mut running = Running::start(command.stdout(Stdio::piped()))?;
    let stdout = running.child.stdout.take();
    let (sender, lines) = mpsc::channel();
    // A thread reads, since a read does not end before the program prints something.
    let reader = std::thread::spawn(move || -> std::io::Result<()> {
        let Some(stdout) = stdout else {
            return Ok(());
        };
        let mut stdout = BufReader::new(stdout);
        let mut line = Vec::new();
        while stdout.read_until(b'\n', &mut line)? > 0 {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
            line.clear();
        }
        Ok(())
    });
    let mut output = String::new();
    let mut next_report = Instant::now() + interval;
    loop {
        match lines.recv_timeout(next_report.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                print(&line);
                output.push_str(&line);
            }
            Err(RecvTimeoutError::Timeout) => {
                next_report = Instant::now() + interval;
                // The report must not stand in the middle of a line.
                if output.is_empty() || output.ends_with('\n') {
                    print(&format!("{}\n", report(&output)));
                }
            }
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    reader
        .join()
        .map_err(|_| Error::new("the thread that reads a program's output panicked"))?
        .context("cannot read a program's output")?;
    Ok((running.wait()?, output))
}

fn check_success(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    let arguments: Vec<_> = command
        .get_args()
        .map(|argument| argument.to_string_lossy())
        .collect();
    let program = command.get_program().to_string_lossy();
    Err(Error::new(format!(
        "`{program} {}` ended with {status}",
        arguments.join(" ")
    )))
}

/// A running program. When it is dropped, the program and everything it started is killed.
struct Running {
    child: Child,
    group: Pid,
    ended: bool,
}

impl Running {
    fn start(command: &mut Command) -> Result<Self> {
        // A program in a background process group cannot ask questions: it gets an empty standard input.
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .context(format_args!(
                "cannot start {}",
                command.get_program().to_string_lossy()
            ))?;
        let group = Pid::from_raw(i32::try_from(child.id()).context("a process id out of range")?);
        running().push(group);
        Ok(Self {
            child,
            group,
            ended: false,
        })
    }

    fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait().context("cannot wait for a program")?;
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
    use std::cell::{Cell, RefCell};

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn failing_program_is_named_with_its_arguments() {
        let error = execute(&mut shell("exit 3")).unwrap_err().to_string();
        assert_eq!(error, "`sh -c exit 3` ended with exit status: 3");
    }

    #[test]
    fn standard_output_of_a_failing_program_is_an_error() {
        assert_eq!(read_stdout(&mut shell("echo one")).unwrap(), "one\n");
        assert!(read_stdout(&mut shell("echo one; exit 1")).is_err());
    }

    #[test]
    fn captured_output_is_kept_when_the_program_fails() {
        let printed = RefCell::new(String::new());
        let (status, output) = capture(
            &mut shell("echo one; printf two; exit 1"),
            Duration::from_mins(1),
            |line| printed.borrow_mut().push_str(line),
            |_| unreachable!("no minute has passed"),
        )
        .unwrap();
        assert!(!status.success());
        assert_eq!(output, "one\ntwo");
        assert_eq!(printed.into_inner(), "one\ntwo");
    }

    #[test]
    fn report_is_printed_while_the_program_is_silent() {
        let pipe = crate::progress::tests::new_folder("run_report").join("pipe");
        let printed = RefCell::new(String::new());
        let is_reported = Cell::new(false);
        let path = pipe.display();
        let script = format!("mkfifo '{path}'; echo one; read line < '{path}'; echo two");
        let (_, output) = capture(
            &mut shell(&script),
            Duration::from_millis(20),
            |line| printed.borrow_mut().push_str(line),
            |output| {
                // The program goes on once its silence has been reported.
                if output == "one\n" && !is_reported.replace(true) {
                    std::fs::write(&pipe, "go on\n").unwrap();
                }
                format!("report after {} bytes", output.len())
            },
        )
        .unwrap();
        assert_eq!(output, "one\ntwo\n");
        let printed = printed.into_inner();
        assert!(printed.contains("one\nreport after 4 bytes\n"), "{printed}");
    }

    #[test]
    fn listener_gets_both_streams_line_by_line() {
        let mut received = Vec::new();
        execute_with_listener(
            &mut shell(r"echo one; echo two >&2; printf '1/2\r2/2\r'; printf three"),
            &Programs::default(),
            |output| received.push(format!("{output:?}")),
        )
        .unwrap();
        assert_eq!(
            received,
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
    fn failing_program_with_a_listener_is_an_error() {
        let error = execute_with_listener(&mut shell("exit 4"), &Programs::default(), |_| ());
        assert_eq!(
            error.unwrap_err().to_string(),
            "`sh -c exit 4` ended with exit status: 4"
        );
    }

    #[test]
    fn ended_programs_stop_and_no_other_starts() {
        let start = Instant::now();
        let programs = Programs::default();
        let result =
            execute_with_listener(&mut shell("echo started; exec sleep 60"), &programs, |_| {
                programs.end();
            });
        assert!(result.is_err());
        assert!(start.elapsed() < Duration::from_secs(30));
        assert!(programs.are_ended());
        let mut lines = 0;
        let result = execute_with_listener(&mut shell("echo again"), &programs, |_| lines += 1);
        assert_eq!(
            result.unwrap_err().to_string(),
            "not started: another step failed"
        );
        assert_eq!(lines, 0);
    }

    #[test]
    fn dropped_program_ends_with_everything_it_started() {
        let start = Instant::now();
        let mut command = shell("sleep 60 & echo started; wait");
        let mut dropped = Running::start(command.stdout(Stdio::piped())).unwrap();
        let mut output = BufReader::new(dropped.child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        drop(dropped);
        // The output ends when the last process that could write to it has ended.
        assert_eq!(output.read_line(&mut line).unwrap(), 0);
        assert!(start.elapsed() < Duration::from_secs(30));
    }
}
