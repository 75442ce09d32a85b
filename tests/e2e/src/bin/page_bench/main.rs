//! `cargo bench-page`: time, memory and bytes of a page with the widget, beside earlier builds in the same run.
//!
//! | file | what it does |
//! |---|---|
//! | `options` | the command line |
//! | `build` | a build that is served, with its engines |
//! | `page/watch.js` | records in the page when things happen |
//! | `time` | from navigation to the field, from a key to the next frame, from submit to the next step |
//! | `memory` | memory after many mounts and many renewals |
//! | `table` | the samples, and how they are printed |
//!
//! It prints numbers and judges none: how fast a machine is says nothing about a build, and no test may depend on it.
//! The ratios depend little on the machine, since the builds take turns.

mod build;
mod memory;
mod options;
mod table;
mod time;

use std::path::PathBuf;
use std::process::ExitCode;

use ae_e2e::driver::Driver;
use ae_e2e::machine;
use xtask::{paths, size_budget};

use build::Build;
use options::Options;
use table::Table;

/// Runs in every page that is measured.
const WATCH: &str = include_str!("page/watch.js");

const BYTES: &str = "Bytes that a page loads, brotli 11";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match Options::read(&words).and_then(|options| runtime.block_on(compare(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

async fn compare(options: &Options) -> Result<(), String> {
    println!("{}", machine::description());
    let mut builds = Vec::new();
    for (name, folder) in named(&options.against) {
        println!("{name}: {}", folder.display());
        builds.push(Build::serve(name, &folder).await?);
    }
    if options.compat {
        let name = "without WebAssembly".to_owned();
        builds.push(Build::serve_compat(name, &paths::dist()).await?);
    }
    let names = builds.iter().map(|build| build.name.clone()).collect();
    let mut table = Table::new(names);
    let driver = Driver::start(WATCH).await?;
    time::measure(&driver, &builds, options.rounds, &mut table).await?;
    drop(driver);
    let with_wasm = |(_, build): &(usize, &Build)| !build.is_compat;
    for (index, build) in builds.iter().enumerate().filter(with_wasm) {
        eprintln!("memory of {}", build.name);
        let measured = memory::measure(build, index, options, &mut table).await;
        measured.map_err(|why| format!("{}: {why}", build.name))?;
    }
    for (index, build) in builds.iter().enumerate().filter(with_wasm) {
        bytes(build, index, &mut table);
    }
    println!("{}", table.text());
    println!(
        "{} rounds, {} renewals, {} mounts. Numbers are medians ± the interquartile range. After them: the ratio of new to old in each round,\n\
         as median and quartiles; two copies of one build show the noise of this machine. Below 16 ms, key to paint counts as 8.\n\
         load at the end: {}",
        options.rounds,
        options.renewals,
        options.mounts,
        machine::load()
    );
    Ok(())
}

/// The builds with their names: the one in `dist` and those it is compared with.
fn named(against: &[PathBuf]) -> Vec<(String, PathBuf)> {
    let mut builds = vec![("dist".to_owned(), paths::dist())];
    for (index, folder) in against.iter().enumerate() {
        let name = if against.len() == 1 {
            "old".to_owned()
        } else {
            format!("old {}", index + 1)
        };
        builds.push((name, folder.clone()));
    }
    builds
}

/// One row for each file that a page loads, and one for all of them; the language is the heaviest one.
fn bytes(build: &Build, index: usize, table: &mut Table) {
    let weighed = size_budget::with_page(build.weights.clone());
    let page = weighed.iter().filter(|(name, _)| name == size_budget::PAGE);
    for (name, weight) in size_budget::loaded_by_page(&build.weights).chain(page) {
        let name = match name.as_str() {
            size_budget::PAGE => "all of them",
            name if size_budget::is_language(name) => "a language, at most",
            name => name,
        };
        #[expect(clippy::cast_precision_loss, reason = "a few hundred thousand bytes")]
        table.add(BYTES, name, index, weight.brotli as f64);
    }
}
