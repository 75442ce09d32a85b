//! The page that embeds the widget, served under a strict policy: made in memory around the files in `dist`.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use tokio::sync::watch;
use xtask::site::{CSP, Served, Site};
use xtask::{demo, paths};

use crate::orders::Orders;

/// A shop's page, before it is opened.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The folder with the widget's files.
    dist: PathBuf,
    attributes: String,
    engine: Option<String>,
    main: Option<String>,
    scheme: &'static str,
    csp: String,
    wasm: Wasm,
    words: Words,
    wasm_kind: &'static str,
    head: String,
    sheet: Option<&'static str>,
    /// Where to begin in the demo, which is then all there is.
    demo: Option<&'static str>,
    sheets: Vec<(&'static str, String)>,
    /// Whether the files of the storefront in Leptos are served below `/leptos`.
    leptos: bool,
    cache: &'static str,
    /// Whether the widget's files are sent with brotli.
    is_compressed: bool,
    api: Router,
}

/// What is served as the widget's wasm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wasm {
    /// The file as it is shipped.
    Good,
    /// With one bit turned.
    Damaged,
    /// Nothing.
    Missing,
}

/// What is served as the widget's words in other languages than English, and as its table of countries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    /// The files as they are shipped.
    Good,
    /// Words of another release.
    Others,
    /// Nothing.
    Missing,
}

/// What stands in the element until the widget is ready, and where it cannot run.
pub const FALLBACK: &str = "Sign-in needs JavaScript and WebAssembly.";

impl Default for Shop {
    fn default() -> Self {
        Self::new()
    }
}

impl Shop {
    /// A page with one widget, for mobile numbers.
    pub fn new() -> Self {
        Self {
            dist: paths::dist(),
            attributes: String::new(),
            engine: None,
            main: None,
            scheme: "light",
            csp: CSP.to_owned(),
            wasm: Wasm::Good,
            words: Words::Good,
            wasm_kind: "application/wasm",
            // As the README tells shops to write it.
            head: concat!(
                r#"<link rel="modulepreload" href="/ae-login.js">"#,
                r#"<link rel="preload" href="/ae-login.wasm" as="fetch" type="application/wasm" crossorigin>"#,
                r#"<script type="module" src="/ae-login.js"></script>"#,
            )
            .to_owned(),
            sheet: None,
            demo: None,
            sheets: Vec::new(),
            leptos: false,
            // A test that loads yesterday's file tests nothing.
            cache: "no-store",
            is_compressed: false,
            api: Router::new(),
        }
    }

    /// The storefront as `cargo demo` builds it, with our listening script in front of its own. It shows every code on
    /// purpose, on its "phone".
    pub fn storefront() -> Self {
        Self {
            demo: Some("/"),
            ..Self::new().without_the_script()
        }
    }

    /// The playground beside it.
    pub fn playground() -> Self {
        Self {
            demo: Some("/playground"),
            ..Self::storefront()
        }
    }

    /// A page whose sign-in form is drawn by a storefront written in Leptos (`tests/leptos-shop`).
    pub fn in_leptos() -> Self {
        let page = Self::new().without_the_script();
        Self {
            main: Some(r#"<div data-engine="{{engine}}"></div>"#.to_owned()),
            leptos: true,
            ..page.and_head(r#"<script type="module" src="/leptos/start.js"></script>"#)
        }
    }

    /// Where no secret may be read: everywhere but on the storefront's "phone".
    pub(crate) fn without_secrets(&self) -> Option<&'static str> {
        (self.demo == Some("/")).then_some("ae-login")
    }

    /// The page that is opened.
    pub(crate) fn entrance(&self) -> &'static str {
        self.demo.unwrap_or("/")
    }

    /// With the widget's files from another folder than `dist`, such as that of an earlier release.
    #[must_use]
    pub fn with_dist(self, dist: PathBuf) -> Self {
        Self { dist, ..self }
    }

    /// With the widget's files sent as a production server sends them: compressed with brotli 11.
    #[must_use]
    pub fn compressed(self) -> Self {
        Self {
            is_compressed: true,
            ..self
        }
    }

    /// With the engine at another address: a way to it of the scenario's own.
    #[must_use]
    pub fn by_way_of(self, url: String) -> Self {
        Self {
            engine: Some(url),
            ..self
        }
    }

    /// With more attributes, as they stand in HTML.
    #[must_use]
    pub fn with(self, attributes: &str) -> Self {
        Self {
            attributes: format!("{} {attributes}", self.attributes),
            ..self
        }
    }

    /// With this in the page instead of one widget; `{{engine}}` is the engine's address.
    #[must_use]
    pub fn of(self, main: &str) -> Self {
        Self {
            main: Some(main.to_owned()),
            ..self
        }
    }

    /// With this behind the head's own lines.
    #[must_use]
    pub fn and_head(self, head: &str) -> Self {
        Self {
            head: format!("{}{head}", self.head),
            ..self
        }
    }

    /// With this in the head, ahead of its own lines.
    #[must_use]
    pub fn with_ahead(self, head: &str) -> Self {
        Self {
            head: format!("{head}{}", self.head),
            ..self
        }
    }

    /// In clothes from elsewhere: a style sheet of a package ([`xtask::npm::sheet`]), ahead of everything else.
    #[must_use]
    pub fn wearing(self, sheet: &'static str) -> Self {
        let link = format!(r#"<link rel="stylesheet" href="/{sheet}">"#);
        Self {
            sheet: Some(sheet),
            ..self.with_ahead(&link)
        }
    }

    /// Without a word about the widget in the head.
    #[must_use]
    pub fn without_the_script(self) -> Self {
        Self {
            head: String::new(),
            ..self
        }
    }

    /// In the dark.
    #[must_use]
    pub fn dark(self) -> Self {
        Self {
            scheme: "dark",
            ..self
        }
    }

    /// With files that browsers may keep for a while, as shops serve them.
    #[must_use]
    pub fn cacheable(self) -> Self {
        Self {
            cache: "max-age=600",
            ..self
        }
    }

    /// With an API of its own.
    #[must_use]
    pub fn with_orders(self, orders: &Orders) -> Self {
        Self {
            api: orders.api(),
            ..self
        }
    }

    /// With a style sheet of the shop's.
    #[must_use]
    pub fn with_sheet(mut self, path: &'static str, sheet: &str) -> Self {
        self.sheets.push((path, sheet.to_owned()));
        self
    }

    /// Under another policy.
    #[must_use]
    pub fn under(self, csp: &str) -> Self {
        Self {
            csp: csp.to_owned(),
            ..self
        }
    }

    /// With another wasm file.
    #[must_use]
    pub fn with_wasm(self, wasm: Wasm) -> Self {
        Self { wasm, ..self }
    }

    /// Without the files of words.
    #[must_use]
    pub fn without_words(self) -> Self {
        Self {
            words: Words::Missing,
            ..self
        }
    }

    /// With words in those files that are not of this release.
    #[must_use]
    pub fn with_other_words(self) -> Self {
        Self {
            words: Words::Others,
            ..self
        }
    }

    /// With a wasm file that is called something else.
    #[must_use]
    pub fn with_wasm_called(self, wasm_kind: &'static str) -> Self {
        Self { wasm_kind, ..self }
    }

    /// With a wasm file that comes when it is told to, and not preloaded: browsers call no page loaded before that.
    #[must_use]
    pub fn with_late_wasm(self) -> (Self, watch::Sender<bool>) {
        let (come, comes) = watch::channel(false);
        let dist = self.dist.clone();
        let file = get(move || {
            let (mut comes, dist) = (comes.clone(), dist.clone());
            async move {
                // A test that is over waits for nothing.
                let _ = comes.wait_for(|comes| *comes).await;
                (
                    [(CONTENT_TYPE, "application/wasm")],
                    built(&dist, "ae-login.wasm"),
                )
            }
        });
        let shop = Self {
            api: self.api.clone().route("/ae-login.wasm", file),
            ..self
        };
        let shop = shop.without_the_script();
        let script = r#"<script type="module" src="/ae-login.js"></script>"#;
        (shop.and_head(script), come)
    }

    /// Serves it until the answer is dropped. `engine` is the engine's address.
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
            // Browsers ask for one whatever the page says.
            ("/favicon.ico", "image/x-icon", Vec::new()),
            ("/ae-login.js", script, built(&self.dist, "ae-login.js")),
        ];
        for (path, sheet) in &self.sheets {
            routes.push((path, "text/css", sheet.clone().into_bytes()));
        }
        if self.wasm != Wasm::Missing {
            let mut wasm = built(&self.dist, "ae-login.wasm");
            if self.wasm == Wasm::Damaged {
                let middle = wasm.len() / 2;
                wasm[middle] ^= 1;
            }
            routes.push(("/ae-login.wasm", self.wasm_kind, wasm));
        }
        if self.head.contains("/axe.js") {
            routes.push(("/axe.js", script, axe()));
        }
        let sheet = self.sheet.map(|path| {
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
            .chain(words(&self.dist, self.words))
            .chain(sheet)
            .chain(leptos_files(self.leptos))
            .collect();
        let only = if self.is_compressed {
            compress(&mut routes)
        } else {
            Vec::new()
        };
        let site = Site {
            // The page's own script and styles.
            root: concat!(env!("CARGO_MANIFEST_DIR"), "/src/shop").into(),
            headers: vec![
                ("Content-Security-Policy".to_owned(), self.csp),
                ("Cache-Control".to_owned(), self.cache.to_owned()),
                canary(),
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

    /// The demo as it is, but for our listening script ahead of its own.
    async fn serve_demo(self, engine: &str) -> Served {
        let script = "text/javascript; charset=utf-8";
        let mut site = demo::site(engine, engine);
        site.headers.push(canary());
        for (path, name) in [
            ("/", "index.html"),
            ("/playground", "playground/index.html"),
        ] {
            let page = String::from_utf8(storefront_file(name)).expect("the page is text");
            let head = r#"<meta charset="utf-8">"#;
            assert_eq!(page.matches(head).count(), 1, "where to put our script");
            let ours = format!(r#"{head}<script src="/heard.js"></script>{}"#, self.head);
            let page = page.replace(head, &ours).into_bytes();
            site.routes
                .push((path.into(), "text/html; charset=utf-8".into(), page));
        }
        let heard = include_bytes!("shop/heard.js").to_vec();
        site.routes.extend([
            ("/heard.js".into(), script.into(), heard),
            ("/favicon.ico".into(), "image/x-icon".into(), Vec::new()),
        ]);
        if self.head.contains("/axe.js") {
            site.routes.push(("/axe.js".into(), script.into(), axe()));
        }
        site.serve((Ipv4Addr::LOCALHOST, 0).into())
            .await
            .expect("a free port for the demo")
    }

    fn document(&self, title: &str, head: &str, main: &str) -> String {
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
<script src="/heard.js"></script>
{head}
</head>
<body>
<header><a id="top" href="/seeds">Seeds</a></header>
<main><h1>{title}</h1>{main}</main>
</body>
</html>
"#,
            scheme = self.scheme
        )
    }
}

/// The files of words and of countries in a folder, each with its path and type.
fn words(folder: &Path, words: Words) -> Vec<(String, String, Vec<u8>)> {
    let files = std::fs::read_dir(folder).expect("a folder that was built");
    let files = files.map(|entry| entry.expect("a file").path());
    let files = files.filter(|file| {
        let is = |wanted| file.extension().is_some_and(|kind| kind == wanted);
        words != Words::Missing && (is("json") || is("txt"))
    });
    let route = |file: PathBuf| {
        let name = file.file_name().expect("a name").to_string_lossy();
        let bytes = match words {
            Words::Others => b"[\"Other words\"]".to_vec(),
            _ => std::fs::read(&file).expect("a file"),
        };
        (format!("/{name}"), "application/json".to_owned(), bytes)
    };
    files.map(route).collect()
}

/// Compresses the widget's files in place. Answers the header that says so for each of them, as [`Site::only`] takes it.
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

/// The files of the storefront in Leptos, each with its path and type.
fn leptos_files(is_served: bool) -> Vec<(String, String, Vec<u8>)> {
    let root = paths::leptos_shop();
    let mut files = Vec::new();
    let mut folders: Vec<_> = is_served.then(|| root.clone()).into_iter().collect();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo verify` makes it", folder.display())
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

/// Cookies do not keep ports apart, so that the engine would be sent this one if it were sent any.
fn canary() -> (String, String) {
    ("Set-Cookie".to_owned(), "canary=shop; Path=/".to_owned())
}

fn axe() -> Vec<u8> {
    let axe = xtask::npm::axe().unwrap_or_else(|problem| panic!("{problem}"));
    axe.into_bytes()
}

/// A file of the bundle in this folder.
fn built(dist: &Path, name: &str) -> Vec<u8> {
    let file = dist.join(name);
    std::fs::read(&file)
        .unwrap_or_else(|error| panic!("{}: {error}; this makes it: cargo bundle", file.display()))
}

/// A file of the storefront that trunk has built.
fn storefront_file(name: &str) -> Vec<u8> {
    let file = paths::storefront().join(name);
    std::fs::read(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo verify` and `cargo demo` make it",
            file.display()
        )
    })
}
