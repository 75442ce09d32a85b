//! Saves what is known of a scenario that has failed, in the folder `target/failures/<browser>-<scenario>`:
//!
//! | file | what it has |
//! |---|---|
//! | `panic.txt` | where the scenario panicked, the message, and the lines of the scenario that led to it |
//! | `page-1.png`, `page-1.html` | screenshot and HTML of the first open page; `page-2` and so on for other tabs |
//! | `page-1.console.txt` | calls of the console, uncaught errors, events of the widget; in Chromium the browser's log as well |
//! | `page-1.shop.txt` | requests to the shop's server, and reports of its policy |
//! | `engine.txt` | requests to the engine with their answers' status and code |
//! | `driver.txt` | what the driver and the browser have written |

use std::backtrace::Backtrace;
use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::panic::{self, PanicHookInfo};
use std::path::{Path, PathBuf};
use std::sync::Once;

use ae_engine::JournalEntry;

use crate::browser::Browser;
use crate::fixture::Fixture;
use crate::page::Evidence;

thread_local! {
    /// Place and message of the first panic of this thread: each test has a thread of its own.
    static FIRST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on, the first panic of each thread is recorded. It is reported as before.
pub(crate) fn record_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            FIRST_PANIC.with_borrow_mut(|first| {
                first.get_or_insert_with(|| described(info));
            });
            report(info);
        }));
    });
    FIRST_PANIC.set(None);
}

/// Place and message of a panic, and the lines of the scenario that led to it: most panics are in a method of the page.
fn described(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("a panic without a message");
    let mut text = String::new();
    if let Some(place) = info.location() {
        let _ = writeln!(text, "{place}:");
    }
    let _ = writeln!(text, "{message}");
    for line in scenario_lines(&Backtrace::force_capture().to_string()) {
        let _ = writeln!(text, "called at {line}");
    }
    text
}

/// The places in scenario files in a backtrace, innermost first.
fn scenario_lines(backtrace: &str) -> impl Iterator<Item = &str> {
    let places = backtrace
        .lines()
        .filter_map(|line| line.trim().strip_prefix("at "));
    places.filter(|place| place.contains("tests/logins/"))
}

/// The folder of one scenario in one browser.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn of(browser: Browser, scenario: &str) -> Self {
        let name = format!("{}-{scenario}", browser.name());
        Self(xtask::paths::target().join("failures").join(name))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Removes what an earlier run has saved.
    pub(crate) fn remove(&self) {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                eprintln!("{}: {error}", self.0.display());
            }
            _ => {}
        }
    }

    /// Saves the panic of this thread and, if the browser has started, everything else.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(crate) async fn save(&self, fixture: Option<&Fixture>) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let panic = FIRST_PANIC.with_borrow(|first| first.clone().unwrap_or_default());
        self.write("panic.txt", panic)?;
        let Some(fixture) = fixture else {
            return Ok(());
        };
        // The engine's journal needs no browser, so that it comes first.
        let journal = fixture.engine.with(|engine| engine.journal().to_vec());
        self.write("engine.txt", text_of_journal(&journal))?;
        self.write("driver.txt", fixture.driver_log())?;
        for (index, page) in fixture.pages().iter().enumerate() {
            let evidence = page.evidence(fixture.browser).await;
            self.save_page(index + 1, evidence)?;
        }
        Ok(())
    }

    fn save_page(&self, number: usize, evidence: Evidence) -> io::Result<()> {
        let name = format!("page-{number}");
        match evidence.screenshot {
            Ok(picture) => self.write(&format!("{name}.png"), picture)?,
            Err(why) => self.write(&format!("{name}.no-screenshot.txt"), why)?,
        }
        match evidence.html {
            Ok(html) => self.write(&format!("{name}.html"), html)?,
            Err(why) => self.write(&format!("{name}.no-html.txt"), why)?,
        }
        self.write(&format!("{name}.console.txt"), evidence.console)?;
        self.write(&format!("{name}.shop.txt"), evidence.shop)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        fs::write(self.0.join(name), bytes)
    }
}

/// The requests in order: time in milliseconds since the first one, method and path, status and code of the answer, faults, and the
/// body.
fn text_of_journal(journal: &[JournalEntry]) -> String {
    let began = journal.first().map_or(0, |entry| entry.at_ms);
    let mut text = String::new();
    for entry in journal {
        let at = entry.at_ms.saturating_sub(began);
        let _ = write!(
            text,
            "{at:>7} ms  {} {} -> {}",
            entry.method, entry.path, entry.status
        );
        if let Some(code) = entry.code {
            let _ = write!(text, ", code {code}");
        }
        if !entry.faults.is_empty() {
            let _ = write!(text, ", faults {:?}", entry.faults);
        }
        text.push('\n');
        for (name, value) in &entry.headers {
            let _ = writeln!(text, "            {name}: {value}");
        }
        if let Some(body) = entry.body.as_deref().filter(|body| !body.is_empty()) {
            let _ = writeln!(text, "            {}", String::from_utf8_lossy(body));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use ae_engine::{Endpoint, Engine, Request, Settings};

    use super::*;

    /// A folder that no other test uses.
    fn folder(name: &str) -> Folder {
        let name = format!("ae-e2e-failure-{name}-{}", std::process::id());
        Folder(std::env::temp_dir().join(name))
    }

    #[test]
    fn folder_is_named_after_browser_and_scenario() {
        let folder = Folder::of(Browser::Firefox, "sign_out_erases_the_session");
        let expected = "failures/firefox-sign_out_erases_the_session";
        assert!(folder.path().ends_with(expected), "{folder:?}");
    }

    #[test]
    fn files_of_an_earlier_run_are_removed() {
        let folder = folder("replaced");
        fs::create_dir_all(folder.path()).unwrap();
        folder.write("page-2.html", "old").unwrap();
        folder.remove();
        assert!(!folder.path().exists());
        // A folder that is not there is no error.
        folder.remove();
    }

    #[test]
    fn panic_is_saved_with_its_place_even_without_a_browser() {
        let folder = folder("panic");
        record_panics();
        let outcome = panic::catch_unwind(|| panic!("no text {:?}", "Sign in"));
        assert!(outcome.is_err());
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap().block_on(folder.save(None)).unwrap();
        let saved = fs::read_to_string(folder.path().join("panic.txt")).unwrap();
        folder.remove();
        assert!(saved.contains("failure.rs:"), "{saved}");
        assert!(saved.ends_with("no text \"Sign in\"\n"), "{saved}");
    }

    #[test]
    fn first_of_several_panics_is_saved() {
        record_panics();
        for message in ["the cause", "a consequence"] {
            assert!(panic::catch_unwind(|| panic!("{message}")).is_err());
        }
        let saved = FIRST_PANIC.with_borrow(|first| first.clone().unwrap_or_default());
        assert!(saved.contains("the cause"), "{saved}");
        record_panics();
        assert_eq!(FIRST_PANIC.with_borrow(Clone::clone), None);
    }

    #[test]
    fn lines_of_the_scenario_are_taken_from_the_backtrace() {
        let backtrace = "\
  14: ae_e2e::page::Page::polls::{{closure}}
             at ./src/page/mod.rs:234:17
  15: logins::session::sign_out_erases_the_session::{{closure}}
             at ./tests/logins/session.rs:101:29
  16: core::ops::function::FnOnce::call_once
";
        let lines: Vec<&str> = scenario_lines(backtrace).collect();
        assert_eq!(lines, ["./tests/logins/session.rs:101:29"]);
    }

    #[test]
    fn missing_screenshot_leaves_its_reason() {
        let folder = folder("page");
        fs::create_dir_all(folder.path()).unwrap();
        let evidence = Evidence {
            screenshot: Err("no answer".to_owned()),
            html: Ok("<p>".to_owned()),
            console: "error: no".to_owned(),
            shop: "GET /".to_owned(),
        };
        folder.save_page(2, evidence).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let saved = [
            read("page-2.no-screenshot.txt"),
            read("page-2.html"),
            read("page-2.console.txt"),
            read("page-2.shop.txt"),
        ];
        folder.remove();
        assert_eq!(saved, ["no answer", "<p>", "error: no", "GET /"]);
    }

    #[test]
    fn journal_has_request_answer_and_body() {
        let mut engine = Engine::new(Settings::documented(), 1);
        let body = r#"{"identifierType":"MOBILE"}"#;
        let request = Request::post(Endpoint::TokenGenerate.path(), body);
        engine.handle(5_000, &request);
        let text = text_of_journal(engine.journal());
        let line = text.lines().next().unwrap_or_default();
        let expected = format!("      0 ms  POST {} -> ", Endpoint::TokenGenerate.path());
        assert!(line.starts_with(&expected), "{text}");
        assert!(line.contains(", code "), "{text}");
        assert!(text.contains(body), "{text}");
    }
}
