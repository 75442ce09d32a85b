//! Numbered steps on the terminal, each with the time it took. What the programs of a step print goes to a log file.
//!
//! On a terminal each running step has one line, which is redrawn in place. Elsewhere (in CI) a step prints one line when it starts
//! and one when it ends.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::error::{Context as _, Error, Result};
use crate::paths;
use crate::run::{self, Output, Programs};

/// The number of lines of a log that are printed when its step fails.
const LAST_LINES: usize = 20;

/// How often a line on a terminal is redrawn.
const REDRAW_INTERVAL: Duration = Duration::from_millis(200);

/// Runs the steps of one command, one after another or at the same time. A step gets its number when it starts.
pub struct Steps {
    display: Display,
    logs: PathBuf,
    count: usize,
    started: AtomicUsize,
    programs: Programs,
}

enum Display {
    /// A terminal.
    Live(MultiProgress),
    /// A file or a pipe.
    Plain(Mutex<Box<dyn Write + Send>>),
}

/// A step that has not started yet.
pub struct Step<'a> {
    title: String,
    log: String,
    work: Work<'a>,
}

type Work<'a> = Box<dyn FnOnce(&mut StepContext<'_>) -> Result<()> + Send + 'a>;

/// The tools of a running step: it starts programs and writes their output to the step's log.
pub struct StepContext<'a> {
    programs: &'a Programs,
    log: File,
    last_lines: VecDeque<String>,
    bar: Option<ProgressBar>,
}

impl<'a> Step<'a> {
    /// Creates a step. `title` is shown on the terminal; `log` is the name of its log file, without folder and extension.
    pub fn new(
        title: impl Into<String>,
        log: impl Into<String>,
        work: impl FnOnce(&mut StepContext<'_>) -> Result<()> + Send + 'a,
    ) -> Self {
        Self {
            title: title.into(),
            log: log.into(),
            work: Box::new(work),
        }
    }
}

impl Steps {
    /// Prepares to run `count` steps, with progress on standard error and log files in the tools' folder.
    pub fn new(count: usize) -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let display = if bars.is_hidden() {
            Display::Plain(Mutex::new(Box::new(std::io::stderr())))
        } else {
            Display::Live(bars)
        };
        Self::with_display(count, display, log_folder())
    }

    fn with_display(count: usize, display: Display, logs: PathBuf) -> Self {
        Self {
            display,
            logs,
            count,
            started: AtomicUsize::new(0),
            programs: Programs::default(),
        }
    }

    /// Prepares to run `count` steps, with progress written line by line to `writer` and log files in the folder `logs`.
    #[cfg(test)]
    pub(crate) fn plain(count: usize, writer: impl Write + Send + 'static, logs: PathBuf) -> Self {
        Self::with_display(count, Display::Plain(Mutex::new(Box::new(writer))), logs)
    }

    /// Runs one step.
    ///
    /// # Errors
    /// Returns an error if the step fails. The last lines of its log are printed, and the programs of all other steps are ended.
    pub fn run(&self, step: Step<'_>) -> Result<()> {
        let number = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        let name = if self.count == 1 {
            step.title.clone()
        } else {
            format!("[{number}/{}] {}", self.count, step.title)
        };
        let log = self.logs.join(step.log).with_extension("log");
        let start = Instant::now();
        let mut context = self.start(&name, &log)?;
        let result = (step.work)(&mut context);
        if let Some(bar) = &context.bar {
            bar.finish_and_clear();
        }
        let time = elapsed(start.elapsed());
        let Err(error) = result else {
            self.print(&format!("{name} ... {time}"));
            return Ok(());
        };
        if self.programs.are_ended() {
            self.print(&format!("{name} ... stopped after {time}"));
            return Err(error);
        }
        self.programs.end();
        self.print(&format!("{name} ... failed after {time}"));
        self.print(&format!("The last lines of {}:", log.display()));
        for line in &context.last_lines {
            self.print(&format!("    {line}"));
        }
        Err(error).context(format_args!("{}, see {}", step.title, log.display()))
    }

    /// Runs several sequences of steps at the same time. The steps of one sequence run one after another.
    ///
    /// # Errors
    /// Returns the first error, as [`Self::run`] does.
    pub fn run_together(&self, sequences: Vec<Vec<Step<'_>>>) -> Result<()> {
        let first_error: Mutex<Option<Error>> = Mutex::new(None);
        std::thread::scope(|scope| {
            for steps in sequences {
                scope.spawn(|| {
                    for step in steps {
                        if self.programs.are_ended() {
                            return;
                        }
                        if let Err(error) = self.run(step) {
                            let mut first =
                                first_error.lock().unwrap_or_else(PoisonError::into_inner);
                            first.get_or_insert(error);
                            return;
                        }
                    }
                });
            }
        });
        let first = first_error
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        first.map_or(Ok(()), Err)
    }

    /// Prints a line above the lines that are redrawn.
    pub fn print(&self, line: &str) {
        // A closed terminal is no reason to stop the work.
        match &self.display {
            Display::Live(bars) => {
                let _ = bars.println(line);
            }
            Display::Plain(writer) => {
                let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = writeln!(writer, "{line}").and_then(|()| writer.flush());
            }
        }
    }

    fn start(&self, name: &str, log: &Path) -> Result<StepContext<'_>> {
        std::fs::create_dir_all(&self.logs)
            .context(format_args!("cannot make {}", self.logs.display()))?;
        let file = File::create(log).context(format_args!("cannot write to {}", log.display()))?;
        let bar = match &self.display {
            Display::Live(bars) => {
                let bar = bars.add(ProgressBar::new_spinner().with_style(style()));
                bar.set_prefix(name.to_owned());
                bar.enable_steady_tick(REDRAW_INTERVAL);
                Some(bar)
            }
            Display::Plain(_) => {
                self.print(&format!("{name} ..."));
                None
            }
        };
        Ok(StepContext {
            programs: &self.programs,
            log: file,
            last_lines: VecDeque::new(),
            bar,
        })
    }
}

impl StepContext<'_> {
    /// Runs a program. Its output goes to the log.
    ///
    /// # Errors
    /// Returns an error if the program cannot be started, does not succeed, or is ended because another step failed.
    pub fn run(&mut self, command: &mut Command) -> Result<()> {
        let programs = self.programs;
        // Cargo prints progress to a pipe only when it is told to.
        command.env("CARGO_TERM_COLOR", "never");
        if self.bar.is_some() {
            command.env("CARGO_TERM_PROGRESS_WHEN", "always");
            command.env("CARGO_TERM_PROGRESS_WIDTH", "120");
        } else {
            command.env("CARGO_TERM_PROGRESS_WHEN", "never");
        }
        self.log(&format!("$ {}", command_line(command)));
        run::execute_with_listener(command, programs, |output| self.record(output))
    }

    /// The last lines of the log.
    pub fn last_lines(&self) -> impl Iterator<Item = &str> {
        self.last_lines.iter().map(String::as_str)
    }

    /// Writes a line to the log.
    pub fn log(&mut self, line: &str) {
        // If the disk is full, the step itself fails.
        let _ = writeln!(self.log, "{line}");
        if self.last_lines.len() == LAST_LINES {
            self.last_lines.pop_front();
        }
        self.last_lines.push_back(line.to_owned());
    }

    fn record(&mut self, output: Output<'_>) {
        if let (Some(bar), Some(activity)) = (&self.bar, activity(output)) {
            bar.set_message(activity);
        }
        if let Output::Line(line) = output {
            self.log(line);
        }
    }
}

/// The folder with the log files.
pub fn log_folder() -> PathBuf {
    paths::tools().join("log")
}

/// Formats a time in its one or two largest units: `0.4s`, `42s`, `1m42s`, `1h02m`.
pub fn elapsed(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{}.{}s", seconds, time.subsec_millis() / 100),
        10..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h{:02}m", seconds / 3600, seconds / 60 % 60),
    }
}

/// Reads from cargo's output what it is doing, such as `Compiling syn (12/310)`.
fn activity(output: Output<'_>) -> Option<String> {
    match output {
        // `    Building [====>      ] 12/310: syn, serde(build)`
        Output::Overwritten(bar) => {
            let (_, rest) = bar.split_once("] ")?;
            let (count, names) = rest.split_once(": ")?;
            let is_count = |text: &str| {
                text.bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'/')
            };
            let name = names.split([',', '(']).next()?.trim();
            (count.contains('/') && is_count(count) && !name.is_empty())
                .then(|| format!("Compiling {name} ({count})"))
        }
        // `   Compiling syn v3.0.9`
        Output::Line(line) => {
            let mut words = line.split_whitespace();
            let verb = words.next()?;
            let is_known = ["Compiling", "Downloading", "Downloaded", "Updating"].contains(&verb);
            let name = words.next().filter(|_| is_known)?;
            Some(format!("{verb} {name}"))
        }
    }
}

fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{spinner} {prefix} ... {time}  {wide_msg}")
        .expect("the template is well-formed")
        .with_key(
            "time",
            |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = out.write_str(&elapsed(state.elapsed()));
            },
        )
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Arc;

    use indicatif::InMemoryTerm;

    use super::*;

    /// A writer that keeps what was written.
    #[derive(Clone, Default)]
    pub(crate) struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Buffer {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A new empty folder below cargo's target folder.
    pub(crate) fn new_folder(name: &str) -> PathBuf {
        let folder = paths::target().join("xtask-tests").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Replaces times such as `0.0s` and `12s`, which differ from run to run, by `TIME`.
    pub(crate) fn without_times(text: &str) -> String {
        let is_time = |word: &str| {
            word.ends_with('s')
                && word.starts_with(|first: char| first.is_ascii_digit())
                && word[..word.len() - 1]
                    .bytes()
                    .all(|byte| b"0123456789.m".contains(&byte))
        };
        let lines = text.lines().map(|line| {
            let words: Vec<_> = line
                .split(' ')
                .map(|word| if is_time(word) { "TIME" } else { word })
                .collect();
            words.join(" ") + "\n"
        });
        lines.collect()
    }

    fn shell(context: &mut StepContext<'_>, script: &str) -> Result<()> {
        context.run(Command::new("sh").args(["-c", script]))
    }

    #[test]
    fn steps_are_numbered_and_end_with_their_time() {
        let (buffer, logs) = (Buffer::default(), new_folder("steps_numbered"));
        let steps = Steps::plain(2, buffer.clone(), logs.clone());
        steps
            .run(Step::new("Building one", "one", |context| {
                shell(context, "echo noise")
            }))
            .unwrap();
        steps
            .run(Step::new("Building two", "two", |_| Ok(())))
            .unwrap();
        assert_eq!(
            without_times(&buffer.text()),
            "[1/2] Building one ...\n[1/2] Building one ... TIME\n\
             [2/2] Building two ...\n[2/2] Building two ... TIME\n"
        );
        let log = std::fs::read_to_string(logs.join("one.log")).unwrap();
        assert_eq!(log, "$ sh -c echo noise\nnoise\n");
    }

    #[test]
    fn single_step_has_no_number() {
        let buffer = Buffer::default();
        let steps = Steps::plain(1, buffer.clone(), new_folder("step_single"));
        steps
            .run(Step::new("Fetching", "fetch", |_| Ok(())))
            .unwrap();
        assert_eq!(
            without_times(&buffer.text()),
            "Fetching ...\nFetching ... TIME\n"
        );
    }

    #[test]
    fn failed_step_shows_the_last_lines_of_its_log() {
        let (buffer, logs) = (Buffer::default(), new_folder("step_fails"));
        let steps = Steps::plain(2, buffer.clone(), logs.clone());
        let error = steps.run(Step::new("Building one", "one", |context| {
            shell(context, "seq 1 30; exit 3")
        }));
        let log = logs.join("one.log");
        assert_eq!(
            error.unwrap_err().to_string(),
            format!(
                "Building one, see {}: `sh -c seq 1 30; exit 3` ended with exit status: 3",
                log.display()
            )
        );
        let last_lines: Vec<_> = (11..=30).map(|number| format!("    {number}\n")).collect();
        let last_lines = last_lines.concat();
        assert_eq!(
            without_times(&buffer.text()),
            format!(
                "[1/2] Building one ...\n[1/2] Building one ... failed after TIME\nThe last lines of {}:\n{last_lines}",
                log.display()
            )
        );
        assert!(std::fs::read_to_string(log).unwrap().contains("\n1\n2\n"));
    }

    #[test]
    fn failed_step_ends_the_step_beside_it() {
        let buffer = Buffer::default();
        let steps = Steps::plain(3, buffer.clone(), new_folder("step_beside"));
        let (sender, receiver) = std::sync::mpsc::channel();
        let start = Instant::now();
        let error = steps.run_together(vec![
            vec![
                Step::new("Long", "long", move |context| {
                    context.run(&mut Command::new("true"))?;
                    sender.send(()).unwrap();
                    shell(context, "exec sleep 60")
                }),
                Step::new("Never started", "never", |_| Ok(())),
            ],
            vec![Step::new("Short", "short", move |context| {
                receiver.recv().unwrap();
                shell(context, "exit 3")
            })],
        ]);
        assert!(start.elapsed() < Duration::from_secs(30));
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("Short, see "), "{error}");
        let text = buffer.text();
        assert!(text.contains("Long ... stopped after "), "{text}");
        assert!(text.contains("Short ... failed after "), "{text}");
        assert!(!text.contains("Never started"), "{text}");
    }

    #[test]
    fn terminal_shows_what_cargo_compiles() {
        let term = InMemoryTerm::new(10, 80);
        let target = ProgressDrawTarget::term_like(Box::new(term.clone()));
        let steps = Steps::with_display(
            2,
            Display::Live(MultiProgress::with_draw_target(target)),
            new_folder("step_live"),
        );
        steps
            .run(Step::new("Building one", "one", |context| {
                shell(
                    context,
                    r"printf '    Building [==>  ] 12/310: syn(build)\r'",
                )?;
                context.bar.as_ref().unwrap().tick();
                let text = without_times(&term.contents());
                assert!(
                    text.contains("[1/2] Building one ... TIME  Compiling syn (12/310)"),
                    "{text}"
                );
                Ok(())
            }))
            .unwrap();
        assert_eq!(
            without_times(&term.contents()),
            "[1/2] Building one ... TIME\n"
        );
    }

    #[test]
    fn activity_is_read_from_what_cargo_prints() {
        for (output, expected) in [
            (
                Output::Overwritten("    Building [=====>     ] 123/310: syn, serde(build)"),
                Some("Compiling syn (123/310)"),
            ),
            (
                Output::Overwritten("    Building [=====>     ] 309/310: trunk(bin)   "),
                Some("Compiling trunk (309/310)"),
            ),
            (Output::Overwritten("    Building [=>] 3/4"), None),
            (Output::Overwritten("    Blocking"), None),
            (
                Output::Line("   Compiling serde_core v1.0.229"),
                Some("Compiling serde_core"),
            ),
            (
                Output::Line("  Downloaded syn v3.0.9"),
                Some("Downloaded syn"),
            ),
            (Output::Line("warning: unused"), None),
            (Output::Line(""), None),
        ] {
            assert_eq!(activity(output).as_deref(), expected, "{output:?}");
        }
    }

    #[test]
    fn elapsed_time_is_written_in_its_two_largest_units() {
        for (millis, expected) in [
            (0, "0.0s"),
            (420, "0.4s"),
            (9_999, "9.9s"),
            (10_000, "10s"),
            (59_999, "59s"),
            (60_000, "1m00s"),
            (102_000, "1m42s"),
            (3_599_000, "59m59s"),
            (3_720_000, "1h02m"),
        ] {
            assert_eq!(elapsed(Duration::from_millis(millis)), expected);
        }
    }
}
