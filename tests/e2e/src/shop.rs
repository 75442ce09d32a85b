//! The page that embeds the widget, served under a strict policy. The page is made in memory; the widget's files come from `dist`.
//!
//! The files in the folder `shop` are what a scenario's page may load:
//!
//! | file | what it does |
//! |---|---|
//! | `recorder.js` | in every page: records events, problems and the console |
//! | `clock.js` | clocks that a scenario can set ahead |
//! | `no_focus_events.js`, `missed_messages.js` | a page that does not receive events of the focus, or messages of other tabs |
//! | `hidden_page.js` | a page that nobody has seen yet |
//! | `script_optimiser.js` | an optimiser that runs scripts late |
//! | `no_web_assembly.js` | a browser without WebAssembly |
//! | `no_locks_no_channels.js`, `insecure_context.js` | a browser without some of its APIs |
//! | `storage_full.js`, `storage_altered.js` | a browser whose storage does not work |
//! | `web_otp.js` | codes from messages, as scenarios send them |
//! | `live_regions.js` | records what a screen reader announces |
//! | `form_watchers.js`, `prototype_library.js` | scripts that watch, copy and translate everything that a customer types; an old library |
//! | `secret_search.js` | searches for secrets in everything that a script can read |
//! | `leaks.js` | counts what must be given back, and plays thousands of logins and renewals |
//! | `layout_shifts.js` | records what moves in the page |
//! | `restored_session.js` | a page that uses the element in the first listener of a restored session |
//! | `early_properties.js`, `basket.js` | pages that set properties early, or have no form |
//! | `importer.js` | a module that imports the widget by its name in the import map |
//! | `shop.css`, `misspelled_properties.*` | style sheets of the shop |
//! | `merchant_theme.css`, `hostile_reset.css`, `high_specificity.css` | style sheets such as other people write |
//! | `frame.html` | a page that has the shop in a frame |

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::routing::get;
use tokio::sync::watch;
use xtask::site::{CSP, Served, Site};
use xtask::{demo, paths};

use crate::orders::Orders;

/// The folder with the scripts and style sheets of the page.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/shop");

/// A shop's page that is not served yet.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The folder with the widget's files.
    dist: PathBuf,
    /// The widget's attributes, as HTML.
    attributes: String,
    /// The engine's address, if it is not the one of the scenario's engine.
    engine: Option<String>,
    /// The content of `main`, if it is not one widget.
    main: Option<String>,
    /// The value of `color-scheme`.
    colour_scheme: &'static str,
    csp: String,
    glue: Wasm,
    wasm: Wasm,
    wasm_content_type: &'static str,
    compat: Wasm,
    has_web_assembly: bool,
    language_files: LanguageFiles,
    /// A file with one altered letter: its name, and the text that begins with the letter.
    altered_file: Option<(&'static str, &'static str)>,
    /// The lines in the page's `head` after the shop's own.
    head: String,
    /// A style sheet of an npm package.
    package_sheet: Option<&'static str>,
    /// The path in the demo, if the demo is served instead of a page of its own.
    demo: Option<&'static str>,
    /// Style sheets and scripts with their paths.
    sheets: Vec<(&'static str, String)>,
    /// Whether the files of the storefront in Leptos are served below `/leptos`.
    leptos: bool,
    /// The value of `Cache-Control`.
    cache: &'static str,
    /// Whether the widget's files are compressed with brotli.
    is_compressed: bool,
    api: Router,
}

/// The content that is served as the widget's wasm file, as its glue, or as the build without WebAssembly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wasm {
    /// The shipped file.
    Shipped,
    /// The shipped file with one bit inverted.
    Damaged,
    /// The shipped file with the version of another release.
    OtherRelease,
    /// No file.
    Missing,
}

/// The content that is served as the widget's texts in other languages than English, and as its table of countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LanguageFiles {
    /// The shipped files.
    Shipped,
    /// Files of another release.
    OtherRelease,
    /// No files.
    Missing,
}

/// The nonce of the page's scripts, for policies with `'nonce-shop'`. A real one differs in each response.
const NONCE: &str = "shop";

const NO_WEB_ASSEMBLY: &str = r#"<script src="/no_web_assembly.js"></script>"#;

/// The element's own content, which is shown until the widget is ready and where it cannot run.
pub const FALLBACK: &str = "Sign-in needs JavaScript.";

impl Default for Shop {
    fn default() -> Self {
        Self::new()
    }
}

impl Shop {
    /// A page with one widget, which asks for a mobile number.
    pub fn new() -> Self {
        Self {
            dist: paths::dist(),
            attributes: String::new(),
            engine: None,
            main: None,
            colour_scheme: "light",
            csp: CSP.to_owned(),
            glue: Wasm::Shipped,
            wasm: Wasm::Shipped,
            compat: Wasm::Shipped,
            has_web_assembly: true,
            language_files: LanguageFiles::Shipped,
            altered_file: None,
            wasm_content_type: "application/wasm",
            // The lines that the README recommends.
            head: concat!(
                r#"<link rel="modulepreload" href="/ae-login.js">"#,
                r#"<script type="module" src="/ae-login.js"></script>"#,
            )
            .to_owned(),
            package_sheet: None,
            demo: None,
            sheets: Vec::new(),
            leptos: false,
            // A scenario must not run with the cached files of an earlier build.
            cache: "no-store",
            is_compressed: false,
            api: Router::new(),
        }
    }

    /// The storefront as `cargo demo` builds it, with the recorder ahead of its own scripts. It shows every code on purpose, in the
    /// messages of its "phone".
    pub fn storefront() -> Self {
        Self {
            demo: Some("/"),
            ..Self::new().without_widget_script()
        }
    }

    /// The playground of `cargo demo`.
    pub fn playground() -> Self {
        Self {
            demo: Some("/playground"),
            ..Self::storefront()
        }
    }

    /// A storefront written in Leptos, which contains the component `AeLogin` (`tests/leptos-shop`).
    pub fn in_leptos() -> Self {
        let page = Self::new().without_widget_script();
        Self {
            main: Some(r#"<div data-engine="{{engine}}"></div>"#.to_owned()),
            leptos: true,
            ..page.with_head(r#"<script type="module" src="/leptos/start.js"></script>"#)
        }
    }

    /// The part of the page that must not show a secret: all of it (`None`), except for the storefront's "phone".
    pub(crate) fn without_secrets(&self) -> Option<&'static str> {
        (self.demo == Some("/")).then_some("ae-login")
    }

    /// The path that is opened.
    pub(crate) fn path(&self) -> &'static str {
        self.demo.unwrap_or("/")
    }

    /// Serves the widget's files from another folder than `dist`, such as that of an earlier release.
    #[must_use]
    pub fn with_dist(self, dist: PathBuf) -> Self {
        Self { dist, ..self }
    }

    /// Compresses the widget's files with brotli 11, as production servers do.
    #[must_use]
    pub fn compressed(self) -> Self {
        Self {
            is_compressed: true,
            ..self
        }
    }

    /// Replaces the engine's address, such as by that of a proxy.
    #[must_use]
    pub fn with_engine_at(self, url: String) -> Self {
        Self {
            engine: Some(url),
            ..self
        }
    }

    /// Adds attributes to the widget, as HTML.
    #[must_use]
    pub fn with_attributes(self, attributes: &str) -> Self {
        Self {
            attributes: format!("{} {attributes}", self.attributes),
            ..self
        }
    }

    /// Replaces the content of `main`; `{{engine}}` is the engine's address.
    #[must_use]
    pub fn with_main(self, main: &str) -> Self {
        Self {
            main: Some(main.to_owned()),
            ..self
        }
    }

    /// Adds HTML at the end of `head`.
    #[must_use]
    pub fn with_head(self, head: &str) -> Self {
        Self {
            head: format!("{}{head}", self.head),
            ..self
        }
    }

    /// Adds HTML to `head`, ahead of the lines for the widget.
    #[must_use]
    pub fn with_early_head(self, head: &str) -> Self {
        Self {
            head: format!("{head}{}", self.head),
            ..self
        }
    }

    /// Adds a style sheet of an npm package ([`xtask::npm::sheet`]), ahead of everything else.
    #[must_use]
    pub fn with_package_sheet(self, sheet: &'static str) -> Self {
        let link = format!(r#"<link rel="stylesheet" href="/{sheet}">"#);
        Self {
            package_sheet: Some(sheet),
            ..self.with_early_head(&link)
        }
    }

    /// Removes the lines for the widget from `head`.
    #[must_use]
    pub fn without_widget_script(self) -> Self {
        Self {
            head: String::new(),
            ..self
        }
    }

    /// Uses dark colours.
    #[must_use]
    pub fn dark(self) -> Self {
        Self {
            colour_scheme: "dark",
            ..self
        }
    }

    /// Lets browsers cache the files for ten minutes, as shops do.
    #[must_use]
    pub fn cacheable(self) -> Self {
        Self {
            cache: "max-age=600",
            ..self
        }
    }

    /// Adds an API at the shop's own origin.
    #[must_use]
    pub fn with_orders(self, orders: &Orders) -> Self {
        Self {
            api: orders.api(),
            ..self
        }
    }

    /// Adds a style sheet at a path.
    #[must_use]
    pub fn with_sheet(mut self, path: &'static str, sheet: &str) -> Self {
        self.sheets.push((path, sheet.to_owned()));
        self
    }

    /// Adds a script at a path, ahead of the lines for the widget.
    #[must_use]
    pub fn with_early_script(mut self, path: &'static str, source: String) -> Self {
        self.sheets.push((path, source));
        self.with_early_head(&format!(r#"<script src="{path}"></script>"#))
    }

    /// Adds a module at a path, behind the lines for the widget.
    #[must_use]
    pub fn with_module(mut self, path: &'static str, source: String) -> Self {
        self.sheets.push((path, source));
        self.with_head(&format!(r#"<script type="module" src="{path}"></script>"#))
    }

    /// Replaces the content security policy.
    #[must_use]
    pub fn with_csp(self, csp: &str) -> Self {
        Self {
            csp: csp.to_owned(),
            ..self
        }
    }

    /// Replaces the wasm file.
    #[must_use]
    pub fn with_wasm(self, wasm: Wasm) -> Self {
        Self { wasm, ..self }
    }

    /// Replaces the file with the glue of the wasm.
    #[must_use]
    pub fn with_glue(self, glue: Wasm) -> Self {
        Self { glue, ..self }
    }

    /// Replaces the file of the build without WebAssembly.
    #[must_use]
    pub fn with_compat(self, compat: Wasm) -> Self {
        Self { compat, ..self }
    }

    /// Removes WebAssembly from the page before any other script runs, so that the widget runs its build without it.
    #[must_use]
    pub fn without_web_assembly(self) -> Self {
        Self {
            has_web_assembly: false,
            ..self
        }
    }

    /// Serves no language files and no table of countries.
    #[must_use]
    pub fn without_language_files(self) -> Self {
        Self {
            language_files: LanguageFiles::Missing,
            ..self
        }
    }

    /// Serves language files of another release.
    #[must_use]
    pub fn with_language_files_of_another_release(self) -> Self {
        Self {
            language_files: LanguageFiles::OtherRelease,
            ..self
        }
    }

    /// Serves one of the widget's files with one altered bit: a letter is small instead of capital, or the other way round. `text` begins
    /// with the letter.
    #[must_use]
    pub fn with_altered_file(self, name: &'static str, text: &'static str) -> Self {
        Self {
            altered_file: Some((name, text)),
            ..self
        }
    }

    /// Replaces the content type of the wasm file.
    #[must_use]
    pub fn with_wasm_content_type(self, wasm_content_type: &'static str) -> Self {
        Self {
            wasm_content_type,
            ..self
        }
    }

    /// Serves the wasm file only after the returned sender has sent `true`.
    #[must_use]
    pub fn with_late_wasm(self) -> (Self, watch::Sender<bool>) {
        let (release, released) = watch::channel(false);
        let dist = self.dist.clone();
        let file = get(move || {
            let (mut released, dist) = (released.clone(), dist.clone());
            async move {
                // An error means that the scenario is over.
                let _ = released.wait_for(|released| *released).await;
                (
                    [(CONTENT_TYPE, "application/wasm")],
                    built(&dist, "ae-login.wasm"),
                )
            }
        });
        let api = self.api.clone().route("/ae-login.wasm", file);
        (Self { api, ..self }, release)
    }

    /// Answers each request for the wasm file only after the returned sender has sent whether there is one: `Some(true)` sends the file,
    /// `Some(false)` an error.
    #[must_use]
    pub fn with_failing_wasm(self) -> (Self, watch::Sender<Option<bool>>) {
        let (answer, answers) = watch::channel(None);
        let dist = self.dist.clone();
        let file = get(move || {
            let (mut answers, dist) = (answers.clone(), dist.clone());
            async move {
                // An error means that the scenario is over.
                let is_there = answers.wait_for(Option::is_some).await;
                if is_there.is_ok_and(|is_there| *is_there == Some(true)) {
                    let kind = [(CONTENT_TYPE, "application/wasm")];
                    (kind, built(&dist, "ae-login.wasm")).into_response()
                } else {
                    StatusCode::SERVICE_UNAVAILABLE.into_response()
                }
            }
        });
        let api = self.api.clone().route("/ae-login.wasm", file);
        (Self { api, ..self }, answer)
    }

    /// Serves the page until the returned value is dropped. `engine` is the engine's address.
    pub async fn serve(self, engine: &str) -> Served {
        if self.demo.is_some() {
            return self.serve_demo(engine).await;
        }
        let engine = self.engine.as_deref().unwrap_or(engine);
        let script = "text/javascript; charset=utf-8";
        let page = "text/html; charset=utf-8";
        let widget = format!(
            r#"<ae-login base-url="{{{{engine}}}}" brand="DocDemo"{}><p>{FALLBACK}</p></ae-login>"#,
            self.attributes
        );
        let main = self.main.clone().unwrap_or(widget);
        let account = self.document("Account", &self.head, &main);
        let mut routes = vec![
            ("/", page, account.into_bytes()),
            (
                "/seeds",
                page,
                self.document("Seeds", "", r#"<p><a href="/">Account</a></p>"#)
                    .into_bytes(),
            ),
            (
                "/basket",
                page,
                self.document(
                    "Basket",
                    r#"<script type="module" src="/basket.js"></script>"#,
                    r#"<p data-engine="{{engine}}">Nothing in it yet.</p>"#,
                )
                .into_bytes(),
            ),
            // Browsers request an icon in any case.
            ("/favicon.ico", "image/x-icon", Vec::new()),
            ("/ae-login.js", script, built(&self.dist, "ae-login.js")),
            (
                "/ae-login.css",
                "text/css",
                built(&self.dist, "ae-login.css"),
            ),
        ];
        for (path, sheet) in &self.sheets {
            let is_script = Path::new(path).extension().is_some_and(|end| end == "js");
            let kind = if is_script { script } else { "text/css" };
            routes.push((path, kind, sheet.clone().into_bytes()));
        }
        routes.extend(self.program_files(script));
        if self.head.contains("/axe.js") {
            routes.push(("/axe.js", script, axe()));
        }
        let sheet = self.package_sheet.map(|path| {
            let sheet = xtask::npm::sheet(path).unwrap_or_else(|problem| panic!("{problem}"));
            (
                format!("/{path}"),
                "text/css".to_owned(),
                sheet.into_bytes(),
            )
        });
        let mut routes: Vec<(String, String, Vec<u8>)> = routes
            .into_iter()
            .map(|(path, kind, bytes)| (path.to_owned(), kind.to_owned(), bytes))
            .chain(language_files(&self.dist, self.language_files))
            .chain(sheet)
            .chain(leptos_files(self.leptos))
            .collect();
        alter(&mut routes, self.altered_file);
        let only = if self.is_compressed {
            compress(&mut routes)
        } else {
            Vec::new()
        };
        let site = Site {
            root: FOLDER.into(),
            headers: vec![
                ("Content-Security-Policy".to_owned(), self.csp),
                ("Cache-Control".to_owned(), self.cache.to_owned()),
                probe_cookie(),
            ],
            replacements: vec![("{{engine}}".to_owned(), engine.to_owned())],
            header_overrides: only,
            routes,
            api: self.api,
        };
        site.serve((Ipv4Addr::LOCALHOST, 0).into())
            .await
            .expect("a free port for the shop")
    }

    /// The files that the module loads in order to run, with their paths and types.
    fn program_files(&self, script: &'static str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
        let mut routes = Vec::new();
        for (path, kind, which) in [
            ("/ae-login.core.js", script, self.glue),
            ("/ae-login.wasm", self.wasm_content_type, self.wasm),
            ("/ae-login.compat.js", script, self.compat),
        ] {
            // Earlier releases have no separate glue and no build without WebAssembly.
            if which != Wasm::Missing && self.dist.join(&path[1..]).is_file() {
                let mut file = built(&self.dist, &path[1..]);
                match which {
                    Wasm::Damaged => {
                        let middle = file.len() / 2;
                        file[middle] ^= 1;
                    }
                    Wasm::OtherRelease => set_version(&mut file),
                    Wasm::Shipped | Wasm::Missing => {}
                }
                routes.push((path, kind, file));
            }
        }
        routes
    }

    /// Serves the demo, with the recorder ahead of its own scripts.
    async fn serve_demo(self, engine: &str) -> Served {
        let script = "text/javascript; charset=utf-8";
        let mut site = demo::site(engine, engine);
        site.headers.push(probe_cookie());
        for (path, name) in [
            ("/", "index.html"),
            ("/playground", "playground/index.html"),
        ] {
            let page = String::from_utf8(storefront_file(name)).expect("the page is text");
            let head = r#"<meta charset="utf-8">"#;
            assert_eq!(page.matches(head).count(), 1, "one place for the recorder");
            let with_recorder =
                format!(r#"{head}<script src="/recorder.js"></script>{}"#, self.head);
            let page = page.replace(head, &with_recorder).into_bytes();
            site.routes
                .push((path.into(), "text/html; charset=utf-8".into(), page));
        }
        let recorder = include_bytes!("shop/recorder.js").to_vec();
        site.routes.extend([
            ("/recorder.js".into(), script.into(), recorder),
            ("/favicon.ico".into(), "image/x-icon".into(), Vec::new()),
        ]);
        if self.head.contains("/axe.js") {
            site.routes.push(("/axe.js".into(), script.into(), axe()));
        }
        site.serve((Ipv4Addr::LOCALHOST, 0).into())
            .await
            .expect("a free port for the demo")
    }

    /// A page of the shop. If the policy has a nonce, so have all scripts of the page.
    fn document(&self, title: &str, head: &str, main: &str) -> String {
        let page = self.document_without_nonce(title, head, main);
        if !self.csp.contains(&format!("'nonce-{NONCE}'")) {
            return page;
        }
        ["script", "link rel=\"modulepreload\""]
            .iter()
            .fold(page, |page, tag| {
                page.replace(&format!("<{tag} "), &format!("<{tag} nonce=\"{NONCE}\" "))
            })
    }

    fn document_without_nonce(&self, title: &str, head: &str, main: &str) -> String {
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{scheme}">
<title>{title}: a shop for tests</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="/shop.css">
{first}<script src="/recorder.js"></script>
{head}
</head>
<body>
<header><a id="top" href="/seeds">Seeds</a></header>
<main><h1>{title}</h1>{main}</main>
</body>
</html>
"#,
            scheme = self.colour_scheme,
            first = if self.has_web_assembly {
                ""
            } else {
                NO_WEB_ASSEMBLY
            },
        )
    }
}

/// The language files and the table of countries in a folder, each with its path and content type.
fn language_files(folder: &Path, which: LanguageFiles) -> Vec<(String, String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).expect("a folder that was built");
    let files = files.map(|entry| entry.expect("a file").path());
    let files = files.filter(|file| {
        let is = |wanted| file.extension().is_some_and(|kind| kind == wanted);
        which != LanguageFiles::Missing && (is("json") || is("txt"))
    });
    let route = |file: PathBuf| {
        let name = file.file_name().expect("a name").to_string_lossy();
        let bytes = match which {
            LanguageFiles::OtherRelease => b"[\"Texts of another release\"]".to_vec(),
            _ => std::fs::read(&file).expect("a file"),
        };
        (format!("/{name}"), "application/json".to_owned(), bytes)
    };
    files.map(route).collect()
}

/// Inverts the bit of a file that makes a letter small or capital. Name of the file, and a text that begins with the letter.
fn alter(routes: &mut [(String, String, Vec<u8>)], file: Option<(&str, &str)>) {
    let Some((name, text)) = file else {
        return;
    };
    let (_, _, bytes) = routes
        .iter_mut()
        .find(|(path, ..)| path[1..] == *name)
        .unwrap_or_else(|| panic!("no file {name}"));
    let place = bytes
        .windows(text.len())
        .position(|part| part == text.as_bytes());
    bytes[place.unwrap_or_else(|| panic!("no {text:?} in {name}"))] ^= 0x20;
}

/// Compresses the widget's files in place. Returns a `Content-Encoding` header for each of them, as [`Site::only`] takes it.
fn compress(routes: &mut [(String, String, Vec<u8>)]) -> Vec<(String, String, String)> {
    let files = routes
        .iter_mut()
        .filter(|(path, ..)| path.starts_with("/ae-login."));
    files
        .map(|(path, _, bytes)| {
            *bytes =
                xtask::size_budget::brotli(bytes).unwrap_or_else(|problem| panic!("{problem}"));
            (path.clone(), "Content-Encoding".to_owned(), "br".to_owned())
        })
        .collect()
}

/// The files of the storefront in Leptos, each with its path and content type.
fn leptos_files(is_served: bool) -> Vec<(String, String, Vec<u8>)> {
    let root = paths::leptos_shop();
    let mut files = Vec::new();
    let mut folders: Vec<_> = is_served.then(|| root.clone()).into_iter().collect();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo verify` builds it", folder.display())
        });
        for entry in entries {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).expect("a file below the folder");
            let kind = match path.extension().and_then(|kind| kind.to_str()) {
                Some("js") => "text/javascript; charset=utf-8",
                Some("wasm") => "application/wasm",
                _ => continue,
            };
            let bytes = std::fs::read(&path).expect("a file");
            files.push((
                format!("/leptos/{}", name.display()),
                kind.to_owned(),
                bytes,
            ));
        }
    }
    files
}

/// A cookie that must never reach the engine. Cookies are not separated by port, so that a request with credentials would send it.
fn probe_cookie() -> (String, String) {
    ("Set-Cookie".to_owned(), "probe=shop; Path=/".to_owned())
}

fn axe() -> Vec<u8> {
    let axe = xtask::npm::axe().unwrap_or_else(|problem| panic!("{problem}"));
    axe.into_bytes()
}

/// Replaces the version that stands at the beginning of a file by another one of the same length.
fn set_version(file: &mut [u8]) {
    let mark = b"ae-login ";
    let at = file.windows(mark.len()).position(|text| text == mark);
    let at = at.expect("a version") + mark.len();
    file[at] = if file[at] == b'9' { b'8' } else { b'9' };
}

/// A file of the bundle in `dist`.
///
/// # Panics
/// If the file does not exist.
pub fn bundled(name: &str) -> Vec<u8> {
    built(&paths::dist(), name)
}

/// A file of the bundle in a folder.
fn built(dist: &Path, name: &str) -> Vec<u8> {
    let file = dist.join(name);
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; this makes it: cargo bundle", file.display()))
}

/// A file of the storefront, which trunk has built.
fn storefront_file(name: &str) -> Vec<u8> {
    let file = paths::storefront().join(name);
    std::fs::read(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo verify` and `cargo demo` build it",
            file.display()
        )
    })
}
