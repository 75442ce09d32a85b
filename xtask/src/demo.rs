//! `cargo demo`: a shop page with the widget in it, and an engine to sign in against, both on this machine.
//!
//! They are two origins, as in life, so that every call goes the way it would in a shop: with a preflight, under the
//! policy of [`site::CSP`].

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use crate::problem::{Problem, Result, While as _};
use crate::progress::{Job, Steps};
use crate::site::{self, Site};
use crate::tools::{TRUNK, WASM_BINDGEN};
use crate::{paths, tools};

/// What can be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Where the page is; 0 takes a free port.
    pub port: u16,
    /// Where the engine is; 0 takes a free port.
    pub engine_port: u16,
    /// Seconds that a token lives.
    pub life: u64,
}

impl Default for Options {
    fn default() -> Self {
        // A minute: short enough to watch a renewal.
        Self {
            port: 0,
            engine_port: 0,
            life: 60,
        }
    }
}

/// Builds the page, starts both and serves until it is interrupted.
///
/// # Errors
/// If something cannot be built or a port is taken.
pub fn demo(options: Options) -> Result<()> {
    build()?;
    tokio::runtime::Runtime::new()
        .while_doing("cannot start")?
        .block_on(serve(options))
}

/// Installs what is missing and builds the page. The widget's dependencies are compiled while the tools are installed.
///
/// # Errors
/// If something is missing and cannot be installed, or if it cannot be built.
pub fn build() -> Result<()> {
    let alone = tools::alone()?;
    let installer = tools::Installer::new()?;
    let missing = installer.missing(&[WASM_BINDGEN, TRUNK])?;
    let lacks_target = !tools::WASM_TARGET.is_there()?;
    if !missing.is_empty() || lacks_target {
        tools::announce();
    }
    let steps = Steps::new(usize::from(lacks_target) + missing.len() + 2);
    if lacks_target {
        steps.run(tools::WASM_TARGET.job())?;
    }
    // One tool after another: two cores are busy with one, and what both need is compiled once.
    let tools: Vec<_> = missing
        .into_iter()
        .map(|tool| installer.job(tool))
        .collect();
    steps.run_together(vec![vec![widget()], tools])?;
    // Trunk starts commands that install what they lack themselves.
    drop(alone);
    steps.run(page())
}

/// The step that compiles the widget, exactly as trunk will, so that trunk finds it done.
fn widget() -> Job<'static> {
    Job::new("Compiling the widget", "widget", |step| {
        // Trunk passes `--offline` on to cargo; what is to be compiled has to be here by then.
        step.run(tools::cargo().args(["fetch", "--target", WASM]))?;
        let file = paths::root().join("Trunk.toml");
        let settings = std::fs::read_to_string(&file)
            .while_doing(format_args!("cannot read {}", file.display()))?;
        let mut command = tools::cargo();
        command.args(["build", "--offline", "--lib", "--target", WASM]);
        step.run(command.args(profile(&settings)?))
    })
}

/// Builds the storefront that is written in Leptos, for the end-to-end tests. What it needs has to be installed.
///
/// # Errors
/// If it cannot be built.
pub fn build_leptos_shop() -> Result<()> {
    let folder = paths::root().join("tests/leptos-shop");
    Steps::new(1).run(Job::new(
        "Building the storefront in Leptos",
        "leptos-shop",
        move |step| step.run(&mut trunk(&folder, &paths::leptos_shop())?),
    ))
}

/// The step that builds the page.
fn page() -> Job<'static> {
    Job::new("Building the shop's page", "page", |step| {
        step.run(&mut trunk(&paths::root(), &paths::storefront())?)
    })
}

/// `trunk build` of the page in a folder.
fn trunk(folder: &Path, dist: &Path) -> Result<Command> {
    let mut trunk = Command::new(tools::program("trunk"));
    trunk.current_dir(folder).env("PATH", tools::search_path()?);
    // Trunk reads this variable as a yes or no of its own, and stops at the customary `1`.
    trunk.env_remove("NO_COLOR");
    trunk
        .args(["build", "--offline", "--skip-version-check", "--dist"])
        .arg(dist);
    Ok(trunk)
}

const WASM: &str = "wasm32-unknown-unknown";

/// Cargo's arguments for the profile that `Trunk.toml` names.
fn profile(settings: &str) -> Result<Vec<String>> {
    let settings: toml::Table = settings.parse().while_doing("Trunk.toml")?;
    let build = settings.get("build");
    let setting = |name: &str| build.and_then(|build| build.get(name));
    if let Some(profile) = setting("cargo_profile").and_then(toml::Value::as_str) {
        return Ok(vec!["--profile".to_owned(), profile.to_owned()]);
    }
    let is_release = setting("release").and_then(toml::Value::as_bool);
    Ok(if is_release == Some(true) {
        vec!["--release".to_owned()]
    } else {
        Vec::new()
    })
}

/// What is served: the shop in front of one engine, and `/playground` in front of another, so that a change of brand in the one
/// leaves the other as it is.
pub fn site(engine: &str, playground: &str) -> Site {
    let policy = site::CSP.replace("{{engine}}", "{{engine}} {{playground}}");
    let own = format!("{policy}; frame-src 'self'");
    Site {
        root: paths::storefront(),
        headers: vec![("Content-Security-Policy".into(), policy)],
        // Every state of the form stands in a frame.
        only: vec![("/playground".into(), "Content-Security-Policy".into(), own)],
        fill: vec![
            ("{{engine}}".into(), engine.into()),
            ("{{playground}}".into(), playground.into()),
        ],
        ..Site::default()
    }
}

async fn serve(options: Options) -> Result<()> {
    let engine = engine(options).await?;
    // The page says what it is to be.
    let playground = ae_engine::Engine::new(ae_engine::Settings::documented(), 1);
    let playground = started(playground, 0).await?;
    let served = site(&engine.url(), &playground.url())
        .serve(loopback(options.port))
        .await
        .while_doing("cannot serve the page")?;
    println!("\nThe shop is open:  {}/\n", served.origin());
    println!(
        "Any mobile number or e-mail address signs in; the code comes to the telephone on the page."
    );
    println!("Beside it the brand can be another one: with passwords, with a second factor.");
    println!("Tokens live {} s.", options.life);
    println!(
        "\nEvery state of the form:  {}/playground\n",
        served.origin()
    );
    println!("Ctrl-C ends it.");
    std::future::pending().await
}

/// Starts the engine; it stops when what is answered is dropped.
async fn engine(options: Options) -> Result<ae_engine::Server> {
    let mut settings = ae_engine::Settings::documented();
    settings.set_lives(options.life);
    // Whoever knows the seed knows what comes; for a demo that is a merit.
    let mut engine = ae_engine::Engine::new(settings, 1);
    // The page shows the first scene until another one is chosen; lives stay what they are in all of them.
    engine
        .set_scene(ae_engine::SCENES[0].name)
        .map_err(Problem::new)?;
    started(engine, options.engine_port).await
}

async fn started(engine: ae_engine::Engine, port: u16) -> Result<ae_engine::Server> {
    ae_engine::Server::start(engine, loopback(port))
        .await
        .while_doing("cannot start the engine")
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widget_is_compiled_in_the_profile_of_the_page() {
        for (settings, expected) in [
            ("", &[][..]),
            ("[build]\nfilehash = false", &[]),
            ("[build]\nrelease = false", &[]),
            ("[build]\nrelease = true", &["--release"]),
            (
                "[build]\nrelease = true\ncargo_profile = \"demo\"",
                &["--profile", "demo"],
            ),
        ] {
            assert_eq!(profile(settings).unwrap(), expected, "{settings}");
        }
        assert!(profile("[build").is_err());
    }
}
