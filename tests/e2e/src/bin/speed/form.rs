//! The sign-in forms that are compared, each with the page that a shop would make for it.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::Path;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::routing::{get, post};
use serde_json::json;
use xtask::site::{CSP, Served, Site};
use xtask::{npm, paths, size_budget};

/// A sign-in form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// A form in the HTML of the page, without a script.
    Plain,
    /// A form that a small script draws.
    Scripted,
    /// The widget, with the markup of its first screen in the HTML of the page.
    Html,
    /// The widget as most shops embed it: an empty element.
    Loader,
    Hanko,
    Supabase,
    Stytch,
}

/// The path of the page with the form.
pub(crate) const PAGE: &str = "/account";
/// The path of an empty page of the same origin.
pub(crate) const EMPTY_PAGE: &str = "/empty";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const JSON: &str = "application/json";

/// The lines that the documentation recommends for `head`.
const WIDGET_HEAD: &str = r#"<link rel="modulepreload" href="/ae-login.js">
<script type="module" src="/ae-login.js"></script>"#;

/// The line in front of them in a page that contains the first screen.
const WIDGET_STYLE: &str = "<link rel=\"stylesheet\" href=\"/ae-login.css\">\n";

/// The policy for forms that set inline styles. It allows no other origin, so that a page needs no network.
const LAX_CSP: &str = "default-src 'self' 'unsafe-inline' data:";

impl Form {
    pub(crate) const ALL: [Self; 7] = [
        Self::Plain,
        Self::Scripted,
        Self::Html,
        Self::Loader,
        Self::Hanko,
        Self::Supabase,
        Self::Stytch,
    ];

    /// The forms of other projects that are not HTML or a script by hand.
    pub(crate) const PEERS: [Self; 3] = [Self::Hanko, Self::Supabase, Self::Stytch];

    /// Its word on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Scripted => "scripted",
            Self::Html => "html",
            Self::Loader => "loader",
            Self::Hanko => "hanko",
            Self::Supabase => "supabase",
            Self::Stytch => "stytch",
        }
    }

    /// Its name in tables and pictures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain HTML",
            Self::Scripted => "a small script",
            Self::Html => "ae-login, field in the HTML",
            Self::Loader => "ae-login",
            Self::Hanko => "Hanko",
            Self::Supabase => "Supabase UI",
            Self::Stytch => "Stytch",
        }
    }

    /// Whether it is the widget.
    pub(crate) fn is_widget(self) -> bool {
        matches!(self, Self::Html | Self::Loader)
    }

    /// The npm package whose version counts.
    fn package(self) -> Option<&'static str> {
        match self {
            Self::Hanko => Some("@teamhanko/hanko-elements"),
            Self::Supabase => Some("@supabase/auth-ui-react"),
            Self::Stytch => Some("@stytch/vanilla-js"),
            Self::Plain | Self::Scripted | Self::Html | Self::Loader => None,
        }
    }

    /// The npm package and its version, such as `@stytch/vanilla-js 6.3.0`.
    ///
    /// # Errors
    /// If the lock file does not name the package.
    pub(crate) fn package_and_version(self) -> Result<Option<String>, String> {
        let Some(package) = self.package() else {
            return Ok(None);
        };
        let version = npm::form_version(package).map_err(|problem| problem.to_string())?;
        Ok(Some(format!("{package} {version}")))
    }

    /// The HTML in `main`. `first_screen` is the markup between the tags of the widget.
    fn markup(self, first_screen: &str, engine: &str) -> String {
        match self {
            Self::Plain => include_str!("page/plain.html").to_owned(),
            Self::Scripted | Self::Supabase => r#"<div id="form"></div>"#.to_owned(),
            Self::Html => widget(engine, "", first_screen),
            Self::Loader => widget(engine, "", ""),
            Self::Hanko => "<hanko-auth></hanko-auth>".to_owned(),
            Self::Stytch => "<stytch-ui></stytch-ui>".to_owned(),
        }
    }

    /// Serves the form's page until the returned value is dropped. Bundles the form if it is a package.
    ///
    /// # Errors
    /// If the form cannot be bundled, or a file of the widget is missing.
    pub(crate) async fn serve(self, first_screen: &str, engine: &str) -> Result<Served, String> {
        let own = |name: &str| {
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/bin/speed/page/{name}"))
        };
        let script = format!(
            r#"<script type="module" src="/{}.js"></script>"#,
            self.word()
        );
        let script_path = format!("/{}.js", self.word());
        let mut files = Files::new();
        files.add("/page.css", "text/css", include_bytes!("page/page.css"))?;
        let head = match self {
            Self::Plain => "",
            Self::Scripted => {
                let source = include_bytes!("page/scripted.js");
                files.add(&script_path, SCRIPT, source)?;
                &script
            }
            Self::Html => {
                files.add_widget()?;
                &[WIDGET_STYLE, WIDGET_HEAD].concat()
            }
            Self::Loader => {
                files.add_widget()?;
                WIDGET_HEAD
            }
            Self::Hanko | Self::Supabase | Self::Stytch => {
                let bundle = npm::form_bundle(&own(&format!("{}.js", self.word())));
                let bundle = bundle.map_err(|problem| problem.to_string())?;
                files.add(&script_path, SCRIPT, bundle.as_bytes())?;
                &script
            }
        };
        files.add_page(PAGE, &document(head, &self.markup(first_screen, engine)));
        files.add_page(EMPTY_PAGE, "<!doctype html><title>Empty</title>");
        files.add_page("/favicon.ico", "");
        if self == Self::Loader {
            for count in ELEMENTS {
                let elements = widget(engine, "", "").repeat(count);
                files.add_page(&elements_path(count), &document(head, &elements));
            }
            for language in LANGUAGES {
                let element = widget(engine, &format!(r#" locale="{language}""#), "");
                files.add_page(&language_path(language), &document(head, &element));
            }
        }
        let csp = if Self::PEERS.contains(&self) {
            LAX_CSP.to_owned()
        } else {
            CSP.replace("{{engine}}", engine)
        };
        let site = Site {
            root: own(""),
            headers: vec![
                ("Content-Security-Policy".to_owned(), csp),
                // The page is fetched at each visit. Its files stay in the cache.
                ("Cache-Control".to_owned(), "no-cache".to_owned()),
            ],
            header_overrides: files.headers,
            routes: files.routes,
            api: self.answers(),
            ..Site::default()
        };
        let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
        served.map_err(|error| format!("serving {}: {error}", self.name()))
    }

    /// What its service would answer to the requests of the page. The answers come at once, which favours the form.
    fn answers(self) -> Router {
        let is_json = |answer: serde_json::Value| ([(CONTENT_TYPE, JSON)], answer.to_string());
        match self {
            Self::Hanko => Router::new()
                .route("/login", post(async move || is_json(hanko_login())))
                .route(
                    "/sessions/validate",
                    get(async move |headers: HeaderMap| is_json(hanko_session(&headers))),
                ),
            Self::Stytch => {
                let project = get(async move || is_json(stytch_project()));
                Router::new().route("/sdk/v1/projects/bootstrap/{token}", project)
            }
            Self::Plain | Self::Scripted | Self::Html | Self::Loader | Self::Supabase => {
                Router::new()
            }
        }
    }
}

/// How many elements are on a page whose growth is measured.
pub(crate) const ELEMENTS: [usize; 4] = [1, 10, 100, 500];
/// The languages that are measured: the one in the module, and the one with the largest file.
pub(crate) const LANGUAGES: [&str; 2] = ["en", "te"];

/// The path of a page with so many elements.
pub(crate) fn elements_path(count: usize) -> String {
    format!("/elements/{count}")
}

/// The path of a page in a language.
pub(crate) fn language_path(language: &str) -> String {
    format!("/language/{language}")
}

/// The element with more attributes as HTML, and its content.
fn widget(engine: &str, attributes: &str, content: &str) -> String {
    format!(
        r#"<ae-login base-url="{engine}" brand="DocDemo" country="IN"{attributes}>{content}</ae-login>"#
    )
}

fn document(head: &str, form: &str) -> String {
    include_str!("page/page.html")
        .replace("{{head}}", head)
        .replace("{{form}}", form)
}

/// The files of a page and their headers.
struct Files {
    routes: Vec<(String, String, Vec<u8>)>,
    headers: Vec<(String, String, String)>,
}

impl Files {
    fn new() -> Self {
        Self {
            routes: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds a file that is compressed with brotli 11 and stays in the cache.
    fn add(&mut self, path: &str, kind: &str, bytes: &[u8]) -> Result<(), String> {
        let bytes = size_budget::brotli(bytes).map_err(|problem| problem.to_string())?;
        self.routes.push((path.to_owned(), kind.to_owned(), bytes));
        for (name, value) in [
            ("Content-Encoding", "br"),
            ("Cache-Control", "public, max-age=31536000, immutable"),
        ] {
            self.headers
                .push((path.to_owned(), name.to_owned(), value.to_owned()));
        }
        Ok(())
    }

    fn add_page(&mut self, path: &str, html: &str) {
        let html = html.as_bytes().to_vec();
        self.routes.push((path.to_owned(), HTML.to_owned(), html));
    }

    /// Adds the files in `dist` that a page may load.
    fn add_widget(&mut self) -> Result<(), String> {
        let wanted = |name: &str| {
            let language = LANGUAGES.map(|language| format!("ae-login.{language}.json"));
            let files = [
                "ae-login.js",
                "ae-login.css",
                "ae-login.core.js",
                "ae-login.wasm",
                "ae-login.countries.txt",
                "ae-login.compat.js",
            ];
            files.contains(&name) || language.iter().any(|file| file == name)
        };
        for (name, bytes) in dist_files()? {
            if wanted(&name) {
                let kind = match name.rsplit('.').next() {
                    Some("js") => SCRIPT,
                    Some("wasm") => "application/wasm",
                    Some("json") => JSON,
                    Some("css") => "text/css",
                    _ => "text/plain; charset=utf-8",
                };
                self.add(&format!("/{name}"), kind, &bytes)?;
            }
        }
        Ok(())
    }
}

/// The files in `dist` with their names, in order. Folders are left out.
///
/// # Errors
/// If the folder is missing or has no module.
pub(crate) fn dist_files() -> Result<Vec<(String, Vec<u8>)>, String> {
    let folder = paths::dist();
    let fails = |error: &dyn std::fmt::Display| {
        let mut text = String::new();
        let _ = write!(
            text,
            "{}: {error}; `cargo bundle` builds it",
            folder.display()
        );
        text
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(|error| fails(&error))? {
        let path = entry.map_err(|error| fails(&error))?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|_| path.is_file()) {
            let bytes = std::fs::read(&path).map_err(|error| fails(&error))?;
            files.push((name.to_owned(), bytes));
        }
    }
    files.sort_unstable();
    if files.iter().any(|(name, _)| name == "ae-login.js") {
        Ok(files)
    } else {
        Err(fails(&"no ae-login.js"))
    }
}

/// The first state of Hanko's login: a field for an email address. The service itself begins with a state more (`preflight`).
fn hanko_login() -> serde_json::Value {
    let email = json!({ "name": "email", "type": "email", "required": true, "max_length": 255 });
    let action = json!({
        "action": "continue_with_login_identifier", "description": "Enter an identifier to login.",
        "href": "/login?action=continue_with_login_identifier%40f", "inputs": { "email": email },
    });
    json!({
        "name": "login_init", "status": 200, "csrf_token": "token", "payload": {},
        "actions": { "continue_with_login_identifier": action }, "links": [],
    })
}

/// The session that the cookie names, if there is one.
fn hanko_session(headers: &HeaderMap) -> serde_json::Value {
    let cookies = headers
        .get(COOKIE)
        .and_then(|cookies| cookies.to_str().ok());
    let is_valid = cookies.is_some_and(|cookies| cookies.contains("hanko="));
    if !is_valid {
        return json!({ "is_valid": false });
    }
    let (id, expires) = (
        "00000000-0000-4000-8000-000000000000",
        "2100-01-01T00:00:00Z",
    );
    let claims = json!({ "subject": id, "session_id": id, "expiration": expires });
    json!({ "is_valid": true, "claims": claims, "expiration_time": expires, "user_id": id })
}

/// The settings of a project of Stytch.
fn stytch_project() -> serde_json::Value {
    json!({
        "status_code": 200,
        "data": {
            "request_id": "request-id", "status_code": 200, "project_name": "Shop", "disable_sdk_watermark": true,
            "cname_domain": null, "email_domains": [], "captcha_settings": { "enabled": false },
            "pkce_required_for_email_magic_links": false, "pkce_required_for_password_resets": false,
            "pkce_required_for_oauth": false, "pkce_required_for_sso": false, "slug_pattern": null,
            "create_organization_enabled": false, "password_config": null, "dfp_protected_auth_enabled": false,
            "rbac_policy": null, "siwe_required_for_crypto_wallets": false, "vertical": "CONSUMER",
        },
    })
}
