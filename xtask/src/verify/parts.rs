//! The parts of `cargo verify`, in the order in which they run.
//!
//! Cargo is always told `--workspace` where it compiles for this machine, and the same profile everywhere: packages that are chosen
//! in another way get other features, and cargo would compile their dependencies once more.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::bundle::{self, StdLibrary};
use crate::error::{Context as _, Error, Result};
use crate::progress::{Step, elapsed};
use crate::sources::Build;
use crate::test_output::{self, Counts};
use crate::test_targets::{BUNDLERS, ScriptTests, Sources, TestTargets};
use crate::tools::{GECKODRIVER, TRUNK, WASM_BINDGEN};
use crate::{
    countries, demo, licences, npm, paths, run, script, size_budget, system, tools, words,
};

use super::{Report, Selection};

/// The filter of the scenarios that a quick run plays: a part of their paths.
const QUICK: &str = "quick::";

/// Test programs that a quick run leaves out, since they take minutes: the model of several tabs tries every order of events.
const SLOW_PROGRAMS: &[&str] = &["tabs"];

/// While a runner works, a line tells the time and the number of tests that have ended, at this interval.
const REPORT_INTERVAL: Duration = Duration::from_mins(1);

/// One part.
pub(super) struct Part {
    pub(super) title: String,
    pub(super) run: Run,
}

/// Runs a part. It is given the title, for its progress.
type Run = Box<dyn FnOnce(&str) -> Result<Report>>;

impl Part {
    pub(super) fn new(title: &str, run: impl FnOnce(&str) -> Result<Report> + 'static) -> Self {
        Self {
            title: title.to_owned(),
            run: Box::new(run),
        }
    }
}

/// The tests of a runner that run.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Filter {
    All,
    /// Those whose path contains the text.
    Only(String),
    /// Those whose path does not contain the text.
    Without(String),
    /// Scenarios in pages without WebAssembly, except [`NEEDS_WEB_ASSEMBLY`].
    WithoutWebAssembly,
}

/// Parts of the paths of scenarios that are about the wasm, or that run another build of it.
const NEEDS_WEB_ASSEMBLY: &[&str] = &[
    // The wasm's file, and what happens while it is loaded.
    "damaged_wasm_is_not_run",
    "missing_wasm_shows_the_fallback",
    "csp_without_wasm_and_compat_never_shows_the_fallback",
    "wasm_with_wrong_content_type_runs_after_the_integrity_check",
    "calls_before_the_wasm_arrives_are_answered_later",
    "first_screen",
    "files_are_loaded_once_and_the_script_first",
    "show_called_before_loading_opens_the_dialog_later",
    "dialog_that_cannot_run_shows_the_fallback",
    // The size of the wasm's memory and of its tables.
    "memory_leaks",
    // A wasm of its own, or a build for development.
    "leptos_shop",
    "playground",
    "demo_storefront_signs_a_customer_in",
    "demo_storefront_can_switch_brands",
    "every_demo_visitor_can_sign_in",
    // Scenarios that choose by themselves whether there is WebAssembly.
    "without_web_assembly",
    "failure_reasons",
    "pinned_release",
];

/// The parts to run.
///
/// # Errors
/// Returns an error if the test programs cannot be listed, or if the word matches nothing in the sources.
pub(super) fn select(selection: &Selection) -> Result<Vec<Part>> {
    let targets = TestTargets::find()?;
    Ok(match selection {
        Selection::Quick => {
            let mut parts = static_checks();
            parts.extend(tests(&targets)?);
            parts.push(scenarios(&targets, Filter::Only(QUICK.to_owned())));
            parts
        }
        Selection::Rest => {
            let mut parts = slow_checks();
            parts.push(slow_native());
            parts.push(element("firefox", Filter::All));
            parts.push(bundlers(Filter::All));
            parts.push(scenarios(&targets, Filter::Without(QUICK.to_owned())));
            parts
        }
        Selection::Exhaustive => {
            let mut parts = static_checks();
            parts.extend(slow_checks());
            parts.extend(tests(&targets)?);
            parts.push(slow_native());
            parts.push(element("firefox", Filter::All));
            parts.push(bundlers(Filter::All));
            parts.push(scenarios(&targets, Filter::All));
            parts
        }
        Selection::Compat => {
            let mut parts = Vec::new();
            if are_tools_missing()? {
                parts.push(Part::new("Tools", |_| {
                    install_tools(&[])?;
                    Ok(message("installed"))
                }));
            }
            parts.push(bundle_within_budget());
            parts.push(scenarios(&targets, Filter::WithoutWebAssembly));
            parts
        }
        Selection::Matching(word) => matching(&targets, word)?,
    })
}

/// Checks that run no test and take seconds to minutes.
fn static_checks() -> Vec<Part> {
    vec![
        Part::new("Format", |_| {
            run::execute(tools::cargo().args(["fmt", "--all", "--check"]))?;
            Ok(no_findings())
        }),
        Part::new("Words", |_| {
            words::check()?;
            Ok(no_findings())
        }),
        Part::new("Types and rules of the JavaScript", |_| {
            npm::ensure_script()?;
            script::check()?;
            Ok(no_findings())
        }),
        Part::new("Clippy, for this machine", |_| {
            let mut clippy = tools::cargo();
            clippy.args(["clippy", "--workspace", "--all-targets"]);
            run::execute(clippy.args(["--", "--deny", "warnings"]))?;
            Ok(no_findings())
        }),
        Part::new("Clippy, for the browser", |_| {
            tools::ensure_wasm_target()?;
            let mut clippy = tools::cargo();
            clippy.args(["clippy", "--package", "ae-login", "--all-targets"]);
            clippy.args(["--target", demo::WASM, "--", "--deny", "warnings"]);
            run::execute(&mut clippy)?;
            Ok(no_findings())
        }),
    ]
}

/// Checks that need a tool of their own or concern few changes.
fn slow_checks() -> Vec<Part> {
    vec![
        Part::new("Licences, sources and advisories", |_| {
            licences::check()?;
            Ok(no_findings())
        }),
        Part::new("Documentation of the crates", |_| {
            let mut doc = tools::cargo();
            doc.args(["doc", "--workspace", "--no-deps"]);
            run::execute(doc.env("RUSTDOCFLAGS", "--deny warnings"))?;
            Ok(no_findings())
        }),
        Part::new("Package of the crate", |_| {
            let mut package = tools::cargo();
            // Other parts have compiled the same sources.
            package.args(["package", "--package", "ae-login", "--no-verify"]);
            run::execute(package.arg("--allow-dirty"))?;
            Ok(no_findings())
        }),
    ]
}

/// The native tests that take minutes.
fn slow_native() -> Part {
    let programs = SLOW_PROGRAMS.iter().map(ToString::to_string).collect();
    native(
        "Native tests that take minutes",
        programs,
        false,
        Filter::All,
    )
}

/// All other tests but the scenarios, and what the scenarios need.
fn tests(targets: &TestTargets) -> Result<Vec<Part>> {
    let mut parts = vec![scripts(script::test_files()?, None)];
    let mut names = names(&targets.native);
    names.retain(|name| !SLOW_PROGRAMS.contains(&name.as_str()));
    if are_tools_missing()? {
        let names = names.clone();
        parts.push(Part::new("Tools, and compiling", move |_| {
            install_tools(&names)?;
            Ok(message("installed"))
        }));
    }
    parts.push(native("Native tests", names, true, Filter::All));
    parts.push(element("chromium", Filter::All));
    parts.push(bundle_within_budget());
    parts.push(storefronts());
    Ok(parts)
}

/// The parts with tests that the word concerns, and what these tests need.
fn matching(targets: &TestTargets, word: &str) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    let filter = Filter::Only(word.to_owned());
    let files = script::test_files()?;
    match ScriptTests::find(word, &script::folder(), &files)? {
        ScriptTests::Files(files) => parts.push(scripts(files, None)),
        ScriptTests::Titles => parts.push(scripts(files, Some(word.to_owned()))),
        ScriptTests::None => {}
    }
    // The name of a test program means all of its tests.
    let named: Vec<_> = names(&targets.native)
        .into_iter()
        .filter(|name| name == word)
        .collect();
    if !named.is_empty() {
        let title = format!("Native tests of the program {word}");
        parts.push(native(&title, named, false, Filter::All));
    }
    let mut programs = Vec::new();
    for (name, sources) in &targets.native {
        if name != word && sources.mention(word)? {
            programs.push(name.clone());
        }
    }
    let has_units = any(&targets.units, |sources| sources.mention(word))?;
    if has_units || !programs.is_empty() {
        parts.push(native("Native tests", programs, has_units, filter.clone()));
    }
    let mut needs_browsers = false;
    if let Some(sources) = &targets.element
        && sources.mention(word)?
    {
        needs_browsers = true;
        parts.push(element("chromium", filter.clone()));
        parts.push(element("firefox", filter.clone()));
    }
    if let Some(sources) = &targets.bundlers
        && sources.mention_in_module(BUNDLERS, word)?
    {
        needs_browsers = true;
        parts.push(bundle_within_budget());
        parts.push(bundlers(filter.clone()));
    }
    let scenario_sources: Vec<_> = targets
        .end_to_end
        .iter()
        .map(|(_, sources)| sources)
        .collect();
    if any(scenario_sources, |sources| {
        sources.mention_as_scenario(word)
    })? {
        needs_browsers = true;
        parts.push(bundle_within_budget());
        parts.push(storefronts());
        parts.push(scenarios(targets, filter));
    }
    if parts.is_empty() {
        return Err(Error::new(format!(
            "no test has {word:?} in its path or name (a part of a path such as `session::`, of the name of a test or a scenario, \
             of the title or the file of a JavaScript test, or the name of a test program such as `rules`)"
        )));
    }
    if needs_browsers && are_tools_missing()? {
        parts.insert(
            0,
            Part::new("Tools", |_| {
                install_tools(&[])?;
                Ok(message("installed"))
            }),
        );
    }
    Ok(parts)
}

/// Whether one of the sources satisfies the condition.
fn any<'a>(
    sources: impl IntoIterator<Item = &'a Sources>,
    condition: impl Fn(&Sources) -> Result<bool>,
) -> Result<bool> {
    for sources in sources {
        if condition(sources)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn names(programs: &[(String, Sources)]) -> Vec<String> {
    let mut names: Vec<_> = programs.iter().map(|(name, _)| name.clone()).collect();
    names.dedup();
    names
}

/// The tools that browser tests, bundle and storefronts need.
const TOOLS: &[tools::Tool] = &[WASM_BINDGEN, TRUNK, GECKODRIVER];

fn are_tools_missing() -> Result<bool> {
    Ok(!tools::are_installed(TOOLS)?)
}

/// Makes sure that browser tests can run.
fn ensure_browsers() -> Result<()> {
    tools::ensure_wasm_target()?;
    system::ensure(system::BROWSERS)?;
    system::ensure_nginx()?;
    system::ensure_php()?;
    npm::ensure()?;
    tools::ensure(TOOLS)
}

/// Installs everything that is missing. The tests in these programs are compiled while tools are built: cargo leaves one of two
/// cores idle at the end of each of its runs.
fn install_tools(programs: &[String]) -> Result<()> {
    tools::ensure_wasm_target()?;
    tools::ensure_std_source()?;
    system::ensure(system::BROWSERS)?;
    system::ensure_nginx()?;
    system::ensure_php()?;
    npm::ensure()?;
    let mut steps = Vec::new();
    if !programs.is_empty() {
        let mut native = native_command(programs, true);
        native.arg("--no-run");
        steps.push(compile("the native tests", "native", native));
        let mut wasm = element_command();
        wasm.arg("--no-run");
        steps.push(compile("the tests in the browser", "element", wasm));
    }
    tools::ensure_beside(TOOLS, steps)
}

fn compile(what: &str, log: &str, mut command: Command) -> Step<'static> {
    Step::new(
        format!("Compiling {what}"),
        log.to_owned(),
        move |context| context.run(&mut command),
    )
}

fn scripts(files: Vec<String>, title: Option<String>) -> Part {
    Part::new("JavaScript tests", move |part| {
        npm::ensure_script()?;
        run_tests(
            part,
            &mut script::test_runner(&files, title.as_deref()),
            title.is_some(),
        )
    })
}

/// Runs test programs on this machine; with `units` also the tests inside of libraries and programs, and the examples in the
/// documentation.
fn native(title: &str, programs: Vec<String>, units: bool, filter: Filter) -> Part {
    Part::new(title, move |part| {
        let mut command = native_command(&programs, units);
        command
            .arg("--")
            .args(report_time())
            .args(filter.arguments());
        let is_filtered = filter != Filter::All;
        let report = run_tests(part, with_times(&mut command)?, is_filtered)?;
        if !units || !report.passed {
            return Ok(report);
        }
        let mut examples = tools::cargo();
        examples.args(["test", "--workspace", "--doc", "--"]);
        let examples = run_tests(part, examples.args(filter.arguments()), true)?;
        Ok(Report {
            passed: examples.passed,
            counts: [report.counts, examples.counts].into_iter().sum(),
            message: examples.message,
            tests: [report.tests, examples.tests].concat(),
        })
    })
}

fn native_command(programs: &[String], units: bool) -> Command {
    let mut command = tools::cargo();
    command.args(["test", "--workspace"]);
    if units {
        command.args(["--lib", "--bins", "--examples"]);
    }
    for program in programs {
        command.args(["--test", program]);
    }
    command
}

/// Runs the tests that run inside a browser.
fn element(browser: &'static str, filter: Filter) -> Part {
    let title = format!("Tests of the element in {browser}");
    Part::new(&title, move |part| {
        ensure_browsers()?;
        let mut command = element_command();
        if browser == "firefox" {
            command.env("GECKODRIVER", tools::program("geckodriver"));
        } else {
            // The runner adds `headless` and `no-sandbox` itself, and the driver makes a new profile each time.
            command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", chromium_settings()?);
            command.env("CHROMEDRIVER", driver("chromedriver")?);
        }
        command.arg("--").args(filter.arguments());
        run_tests(part, &mut command, filter != Filter::All)
    })
}

/// The tests that run inside a browser. The caller adds the address of a driver.
fn element_command() -> Command {
    let mut command = tools::cargo();
    command.args(["test", "--package", "ae-login", "--test", "browser"]);
    command.args(["--target", demo::WASM]);
    command.env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        tools::program("wasm-bindgen-test-runner"),
    );
    for driver in [
        "CHROMEDRIVER",
        "GECKODRIVER",
        "SAFARIDRIVER",
        "MSEDGEDRIVER",
    ] {
        command.env_remove(driver);
    }
    // Seconds. On a busy machine the default of 20 is too short for tens of megabytes of wasm, and that of 5 for a driver.
    command
        .env("WASM_BINDGEN_TEST_TIMEOUT", "240")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    command
}

/// Writes the settings of Chromium for the runner: those in `xtask/webdriver.json`, with the headless shell as the program. The whole
/// browser sometimes never answers its driver.
fn chromium_settings() -> Result<PathBuf> {
    const SHELL: &str = "chromium-headless-shell";
    let settings = paths::root().join("xtask/webdriver.json");
    let settings = std::fs::read_to_string(settings).context("cannot read webdriver.json")?;
    let mut settings: serde_json::Value =
        serde_json::from_str(&settings).context("cannot read webdriver.json")?;
    settings["goog:chromeOptions"]["binary"] = driver(SHELL)?.to_string_lossy().into();
    let folder = paths::target().join("verify");
    let file = folder.join("webdriver.json");
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, settings.to_string()))
        .context("cannot write webdriver.json")?;
    Ok(file)
}

fn driver(name: &str) -> Result<PathBuf> {
    run::find(name).ok_or_else(|| Error::new(format!("no {name} on the search path")))
}

/// The sources of the shipped files. The storefronts need the same and the pages around the widget.
const SHIPPED_SOURCES: &[&str] = &[
    ".cargo",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Trunk.toml",
    // Its files, without those in its folders.
    ":(glob)package/*",
    "index.html",
    "rust-toolchain.toml",
    "src",
    "style",
    "xtask",
];

fn bundle_within_budget() -> Part {
    Part::new("Bundle", |_| {
        countries::check()?;
        let build = Build::new("bundle", SHIPPED_SOURCES, paths::dist())?;
        if !build.run_if_changed(|| bundle::bundle(StdLibrary::Rebuilt).map(drop))? {
            println!("dist/ is up to date.");
        }
        let message = size_budget::check(size_budget::BUDGET, &bundle::sizes()?)?;
        println!("{message}");
        Ok(self::message(&message))
    })
}

/// Builds the page of `cargo demo` and the storefront in Leptos: scenarios run in both.
fn storefronts() -> Part {
    Part::new("Storefronts", |_| {
        let demo = Build::new("storefront", SHIPPED_SOURCES, paths::storefront())?;
        let is_built = demo.run_if_changed(demo::build)?;
        let sources = [SHIPPED_SOURCES, &["tests/leptos-shop"]].concat();
        let shop = Build::new("leptos-shop", &sources, paths::leptos_shop())?;
        let is_built = shop.run_if_changed(demo::build_leptos_shop)? || is_built;
        Ok(message(if is_built { "built" } else { "up to date" }))
    })
}

/// Builds shops that use the npm package, each with another bundler or framework, and signs in.
fn bundlers(filter: Filter) -> Part {
    Part::new("The npm package in bundlers and frameworks", move |part| {
        ensure_browsers()?;
        npm::ensure_bundlers()?;
        let mut command = native_command(&[BUNDLERS.to_owned()], false);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        command
            .arg("--")
            .arg(format!("--test-threads={cores}"))
            .args(report_time())
            .args(filter.arguments());
        command.env("PATH", tools::search_path()?);
        run_tests(part, with_times(&mut command)?, filter != Filter::All)
    })
}

/// Plays scenarios in browsers.
fn scenarios(targets: &TestTargets, filter: Filter) -> Part {
    let programs = names(&targets.end_to_end);
    let title = match &filter {
        Filter::All => "Scenarios in three browsers".to_owned(),
        Filter::Only(text) => format!("Scenarios in three browsers with {text:?}"),
        Filter::Without(text) => format!("Scenarios in three browsers without {text:?}"),
        Filter::WithoutWebAssembly => "Scenarios in three browsers without WebAssembly".to_owned(),
    };
    Part::new(&title, move |part| {
        ensure_browsers()?;
        let failures = paths::failures();
        if failures.exists() {
            // Of an earlier run.
            std::fs::remove_dir_all(&failures)
                .context(format_args!("cannot remove {}", failures.display()))?;
        }
        // Cargo builds the programs of a package for the tests of the same package alone.
        let mut proxy = tools::cargo();
        proxy.args(["build", "--workspace", "--bin", paths::RUST_PROXY]);
        run::execute(&mut proxy)?;
        let mut command = native_command(&programs, false);
        command
            .arg("--")
            .arg(format!("--test-threads={}", scenarios_at_a_time()))
            .args(report_time())
            .args(filter.arguments());
        command.env("PATH", tools::search_path()?);
        if filter == Filter::WithoutWebAssembly {
            command.env("AE_COMPAT", "1");
        }
        // Only a word may match no scenario.
        let may_be_empty = matches!(&filter, Filter::Only(text) if text != QUICK);
        run_tests(part, with_times(&mut command)?, may_be_empty)
    })
}

/// One more than there are cores: a scenario waits for timers during a seventh of its time.
fn scenarios_at_a_time() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from) + 1
}

impl Filter {
    /// The arguments for libtest and for wasm-bindgen's runner.
    fn arguments(&self) -> Vec<&str> {
        match self {
            Self::All => Vec::new(),
            Self::Only(text) => vec![text],
            Self::Without(text) => vec!["--skip", text],
            Self::WithoutWebAssembly => NEEDS_WEB_ASSEMBLY
                .iter()
                .flat_map(|part| ["--skip", part])
                .collect(),
        }
    }
}

/// Libtest's arguments for printing the time that each test took.
fn report_time() -> [&'static str; 2] {
    ["-Zunstable-options", "--report-time"]
}

/// Lets test programs of a stable compiler accept the arguments of [`report_time`]. The variable is set for the programs alone: where
/// the compiler sees it, it allows unstable features.
fn with_times(command: &mut Command) -> Result<&mut Command> {
    let host = run::read_stdout(Command::new("rustc").args(["--print", "host-tuple"]))?;
    Ok(command.env(runner_variable(host.trim()), "env RUSTC_BOOTSTRAP=1"))
}

/// The variable that tells cargo how to start programs that it has built for a target.
fn runner_variable(target: &str) -> String {
    let target = target.to_uppercase().replace(['-', '.'], "_");
    format!("CARGO_TARGET_{target}_RUNNER")
}

/// Runs tests, with their output on the terminal.
fn run_tests(part: &str, command: &mut Command, may_be_empty: bool) -> Result<Report> {
    let start = Instant::now();
    let progress = |output: &str| {
        format!(
            "--- {part}: {}, {} tests done",
            elapsed(start.elapsed()),
            test_output::ended_tests(output)
        )
    };
    let (status, output) = run::execute_and_capture(command, REPORT_INTERVAL, progress)
        .context("cannot run the tests")?;
    let counts = Counts::parse(&output);
    Ok(Report {
        tests: test_output::test_results(&output),
        ..evaluate(status.success(), counts, &status.to_string(), may_be_empty)
    })
}

/// A runner has passed if it succeeded, counted no failed test and counted at least one test that passed.
fn evaluate(succeeded: bool, counts: Counts, status: &str, may_be_empty: bool) -> Report {
    let is_empty = counts.passed == 0;
    let message = match (succeeded, is_empty) {
        (false, _) => format!("ended with {status}"),
        (true, true) if may_be_empty => "no test matches".to_owned(),
        (true, true) => "no test ran".to_owned(),
        (true, false) => String::new(),
    };
    Report {
        passed: succeeded && counts.failed == 0 && (may_be_empty || !is_empty),
        counts,
        message,
        tests: Vec::new(),
    }
}

fn no_findings() -> Report {
    message("no findings")
}

fn message(message: &str) -> Report {
    Report {
        passed: true,
        message: message.to_owned(),
        ..Report::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(selection: &Selection) -> Vec<String> {
        let parts = select(selection).unwrap();
        let titles = parts.into_iter().map(|part| part.title);
        // Whether tools are missing depends on the machine.
        titles.filter(|title| !title.starts_with("Tools")).collect()
    }

    fn arguments(command: &Command) -> Vec<String> {
        let arguments = command.get_args();
        arguments
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn scenarios_that_need_web_assembly_exist() {
        let main = paths::root().join("tests/e2e/tests/logins/main.rs");
        let main = std::fs::read_to_string(main).unwrap();
        let words: Vec<_> = main.split([' ', ':', '\n']).collect();
        for name in NEEDS_WEB_ASSEMBLY {
            assert!(words.contains(name), "{name}");
        }
        let arguments = Filter::WithoutWebAssembly.arguments();
        assert_eq!(arguments.len(), 2 * NEEDS_WEB_ASSEMBLY.len());
        assert_eq!(arguments[..2], ["--skip", NEEDS_WEB_ASSEMBLY[0]]);
    }

    #[test]
    fn compat_run_builds_the_bundle_and_plays_scenarios() {
        assert_eq!(
            titles(&Selection::Compat),
            ["Bundle", "Scenarios in three browsers without WebAssembly"]
        );
    }

    #[test]
    fn quick_and_rest_together_are_everything_and_share_no_part() {
        let quick = titles(&Selection::Quick);
        let rest = titles(&Selection::Rest);
        let scenarios = "Scenarios in three browsers";
        let name = |title: &String| {
            let is_scenarios = title.starts_with(scenarios);
            if is_scenarios {
                scenarios.to_owned()
            } else {
                title.clone()
            }
        };
        let mut both: Vec<_> = quick.iter().chain(&rest).map(name).collect();
        let mut all = titles(&Selection::Exhaustive);
        both.sort();
        all.sort();
        both.dedup();
        assert_eq!(both, all);
        assert_eq!(quick.len() + rest.len(), all.len() + 1);
        assert!(quick.iter().all(|title| !rest.contains(title)), "{rest:?}");
    }

    #[test]
    fn slow_programs_exist() {
        let names = names(&TestTargets::find().unwrap().native);
        for slow in SLOW_PROGRAMS {
            assert!(names.iter().any(|name| name == slow), "{slow}");
        }
    }

    #[test]
    fn scenarios_are_divided_by_one_filter() {
        let only = Filter::Only(QUICK.to_owned());
        let without = Filter::Without(QUICK.to_owned());
        assert_eq!(only.arguments(), ["quick::"]);
        assert_eq!(without.arguments(), ["--skip", "quick::"]);
        assert_eq!(Filter::All.arguments(), [""; 0]);
    }

    #[test]
    fn name_of_a_test_program_selects_it_alone() {
        let titles = titles(&Selection::Matching("screens".to_owned()));
        assert!(
            titles.contains(&"Native tests of the program screens".to_owned()),
            "{titles:?}"
        );
    }

    #[test]
    fn word_selects_the_parts_with_matching_tests() {
        let this_test = "word_selects_the_parts_with_matching";
        assert_eq!(
            titles(&Selection::Matching(this_test.to_owned())),
            ["Native tests"]
        );
        let scenarios = titles(&Selection::Matching("exhaustive::webkit::".to_owned()));
        assert_eq!(scenarios[..2], ["Bundle", "Storefronts"]);
        assert_eq!(scenarios.len(), 3);
        let nothing = select(&Selection::Matching("no such test".to_owned()));
        assert!(nothing.is_err());
    }

    #[test]
    fn native_tests_are_chosen_without_choosing_packages() {
        let command = native_command(&["rules".to_owned(), "tabs".to_owned()], true);
        assert_eq!(
            arguments(&command),
            [
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--examples",
                "--test",
                "rules",
                "--test",
                "tabs"
            ]
        );
    }

    #[test]
    fn runner_variable_has_the_form_that_cargo_reads() {
        assert_eq!(
            runner_variable("x86_64-unknown-linux-gnu"),
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER"
        );
    }

    #[test]
    fn runner_without_a_test_has_failed_unless_a_word_was_given() {
        let report = evaluate(true, Counts::default(), "exit status: 0", false);
        assert!(!report.passed);
        assert_eq!(report.message, "no test ran");
        let report = evaluate(true, Counts::default(), "exit status: 0", true);
        assert!(report.passed);
        assert_eq!(report.message, "no test matches");
    }

    #[test]
    fn runner_that_fails_without_counts_has_failed() {
        let report = evaluate(false, Counts::default(), "exit status: 101", true);
        assert!(!report.passed);
        assert_eq!(report.message, "ended with exit status: 101");
    }

    #[test]
    fn failed_test_fails_the_part() {
        let counts = Counts {
            passed: 3,
            failed: 1,
        };
        assert!(!evaluate(true, counts, "exit status: 0", false).passed);
        assert!(!evaluate(false, counts, "exit status: 101", false).passed);
    }
}
