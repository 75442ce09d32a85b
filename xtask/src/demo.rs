//! `cargo demo`: serves a storefront with the widget, and an emulated engine to sign in against, both on this machine.
//!
//! They have two origins, as in production, so that each request of the widget needs a CORS preflight and is subject to the Content
//! Security Policy ([`site::CSP`]).

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;

use crate::error::{Context as _, Error, Result};
use crate::progress::{Step, Steps};
use crate::site::{self, Site};
use crate::tools::{TRUNK, WASM_BINDGEN};
use crate::{paths, tools};

/// The options of `cargo demo`.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The port of the page. 0 means a free port.
    pub port: u16,
    /// The port of the engine. 0 means a free port.
    pub engine_port: u16,
    /// The lifetime of a token in seconds.
    pub token_lifetime: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            engine_port: 0,
            // Short enough to watch a renewal.
            token_lifetime: 60,
        }
    }
}

/// Builds the page, and serves page and engine until the program is interrupted.
///
/// # Errors
/// Returns an error if something cannot be built or a port is in use.
pub fn demo(options: Options) -> Result<()> {
    build()?;
    tokio::runtime::Runtime::new()
        .context("cannot start the asynchronous runtime")?
        .block_on(serve(options))
}

/// Installs what is missing and builds the page. The widget is compiled while the tools are installed.
///
/// # Errors
/// Returns an error if something cannot be installed or built.
pub fn build() -> Result<()> {
    let lock = tools::lock_folder()?;
    let installer = tools::Installer::new()?;
    let missing = installer.missing(&[WASM_BINDGEN, TRUNK])?;
    let lacks_target = !tools::WASM_TARGET.is_installed()?;
    if !missing.is_empty() || lacks_target {
        tools::print_install_notice();
    }
    let steps = Steps::new(usize::from(lacks_target) + missing.len() + 2);
    if lacks_target {
        steps.run(tools::WASM_TARGET.step())?;
    }
    // One tool after another: each keeps two cores busy, and what they have in common is compiled once.
    let tools: Vec<_> = missing
        .into_iter()
        .map(|tool| installer.step(tool))
        .collect();
    steps.run_together(vec![vec![compile_widget()], tools])?;
    // Trunk starts commands that lock the folder themselves.
    drop(lock);
    steps.run(build_page())
}

/// The step that compiles the widget. It compiles as trunk does later, so that trunk has nothing left to compile.
fn compile_widget() -> Step<'static> {
    Step::new("Compiling the widget", "widget", |context| {
        context.run(tools::cargo().args(FETCH))?;
        let file = paths::root().join("Trunk.toml");
        let settings = std::fs::read_to_string(&file)
            .context(format_args!("cannot read {}", file.display()))?;
        let mut command = tools::cargo();
        command.args(["build", "--offline", "--lib", "--target", WASM]);
        context.run(command.args(profile_arguments(&settings)?))
    })
}

/// Builds the storefront that is written in Leptos, for the end-to-end tests. Trunk and wasm-bindgen have to be installed.
///
/// # Errors
/// Returns an error if it cannot be built.
pub fn build_leptos_shop() -> Result<()> {
    let folder = paths::root().join("tests/leptos-shop");
    Steps::new(1).run(Step::new(
        "Building the storefront in Leptos",
        "leptos-shop",
        move |context| context.run(&mut trunk(&folder, &paths::leptos_shop())?),
    ))
}

/// The step that builds the page.
fn build_page() -> Step<'static> {
    Step::new("Building the storefront", "page", |context| {
        context.run(&mut trunk(&paths::root(), &paths::storefront())?)
    })
}

/// A command that lets trunk build the page in a folder.
fn trunk(folder: &Path, dist: &Path) -> Result<Command> {
    let mut trunk = Command::new(tools::program("trunk"));
    trunk.current_dir(folder).env("PATH", tools::search_path()?);
    // Trunk reads this variable as an option that is true or false, and refuses the usual value `1`.
    trunk.env_remove("NO_COLOR");
    trunk
        .args(["build", "--offline", "--skip-version-check", "--dist"])
        .arg(dist);
    Ok(trunk)
}

/// The arguments of the cargo command that downloads the sources of all dependencies, macros and build scripts included: these run
/// on this machine. It has to run first, because trunk passes `--offline` on to cargo.
pub(crate) const FETCH: [&str; 5] = ["fetch", "--target", WASM, "--target", "host-tuple"];

/// The compiler's name for the target that browsers run.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Cargo's arguments for the profile in `Trunk.toml`.
fn profile_arguments(settings: &str) -> Result<Vec<String>> {
    let settings: toml::Table = settings.parse().context("Trunk.toml")?;
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

/// The storefront, which signs in against one engine, and the page `/playground`, which uses another, so that a change of the brand
/// in one does not affect the other.
pub fn site(engine: &str, playground: &str) -> Site {
    let policy = site::CSP.replace("{{engine}}", "{{engine}} {{playground}}");
    let playground_policy = format!("{policy}; frame-src 'self'");
    Site {
        root: paths::storefront(),
        headers: vec![("Content-Security-Policy".into(), policy)],
        // The playground shows each state of the form in a frame.
        header_overrides: vec![(
            "/playground".into(),
            "Content-Security-Policy".into(),
            playground_policy,
        )],
        replacements: vec![
            ("{{engine}}".into(), engine.into()),
            ("{{playground}}".into(), playground.into()),
        ],
        ..Site::default()
    }
}

async fn serve(options: Options) -> Result<()> {
    let engine = demo_engine(options).await?;
    // The page sets up the brand of this engine itself.
    let playground = ae_engine::Engine::new(ae_engine::Settings::documented(), 1);
    let playground = start_engine(playground, 0).await?;
    let served = site(&engine.url(), &playground.url())
        .serve(loopback(options.port))
        .await
        .context("cannot serve the page")?;
    println!("\nStorefront:  {}/\n", served.origin());
    println!(
        "Any mobile number or e-mail address can sign in. The phone on the page receives the codes."
    );
    println!("A control beside it changes the brand, for example to passwords or a second factor.");
    println!("Tokens expire after {} s.", options.token_lifetime);
    println!(
        "\nAll states of the form:  {}/playground\n",
        served.origin()
    );
    println!("Press Ctrl-C to stop.");
    std::future::pending().await
}

/// Starts the engine of the storefront. It stops when the returned value is dropped.
async fn demo_engine(options: Options) -> Result<ae_engine::Server> {
    let mut settings = ae_engine::Settings::documented();
    settings.set_lives(options.token_lifetime);
    // A fixed seed makes codes and tokens predictable, which is useful in a demo.
    let mut engine = ae_engine::Engine::new(settings, 1);
    // The page shows the first scene until another one is chosen. Lifetimes are the same in all scenes.
    engine
        .set_scene(ae_engine::SCENES[0].name)
        .map_err(Error::new)?;
    start_engine(engine, options.engine_port).await
}

async fn start_engine(engine: ae_engine::Engine, port: u16) -> Result<ae_engine::Server> {
    ae_engine::Server::start(engine, loopback(port))
        .await
        .context("cannot start the engine")
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
            assert_eq!(profile_arguments(settings).unwrap(), expected, "{settings}");
        }
        assert!(profile_arguments("[build").is_err());
    }
}
