//! Serves a folder to a browser as a strict shop would: with correct content types, a Content Security Policy on each response, and
//! without caching.
//!
//! It records the requests, and the violations of the policy that browsers report. It is for loopback addresses: there is no TLS.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// The Content Security Policy of a strict shop. The widget needs no more than this. `{{engine}}` stands for the engine's origin.
pub const CSP: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {{engine}}; \
     style-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types ae-login; report-uri /csp-report";

/// A site to serve.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// The folder. Its file `index.html` is served for `/`.
    pub root: PathBuf,
    /// Headers of all responses: name and value.
    pub headers: Vec<(String, String)>,
    /// Headers of the response for one path, which replace those of the same name: path, name, value.
    pub header_overrides: Vec<(String, String, String)>,
    /// Texts that are replaced in HTML pages and in the values of headers: text and replacement.
    pub replacements: Vec<(String, String)>,
    /// Files that are not in the folder: path, content type, bytes. They take precedence over the folder.
    pub routes: Vec<(String, String, Vec<u8>)>,
    /// Routes with handlers of their own, such as an API. They take precedence over all files, and their requests are not recorded.
    pub api: Router,
}

impl Site {
    /// Serves the site until the returned value is dropped. Port 0 means a free port.
    ///
    /// # Errors
    /// Returns an error if the address is in use, the folder does not exist, or a header is not valid.
    pub async fn serve(mut self, address: SocketAddr) -> io::Result<Served> {
        let invalid = |cause: &str| io::Error::new(io::ErrorKind::InvalidInput, cause.to_owned());
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(
                HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| invalid("not the name of a header"))?,
                HeaderValue::from_str(&self.with_replacements(value))
                    .map_err(|_| invalid("not the value of a header"))?,
            );
        }
        let mut overrides = Vec::new();
        for (path, name, value) in &self.header_overrides {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| invalid("not the name of a header"))?;
            let value = HeaderValue::from_str(&self.with_replacements(value))
                .map_err(|_| invalid("not the value of a header"))?;
            overrides.push((path.clone(), name, value));
        }
        let root = self.root.canonicalize()?;
        let api = std::mem::take(&mut self.api);
        let shared = Arc::new(Shared {
            site: Self { root, ..self },
            headers,
            overrides,
            records: Mutex::default(),
        });

        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let files = Router::new()
            .fallback(respond)
            .with_state(Arc::clone(&shared));
        let router = api.fallback_service(files);
        tokio::spawn(async move {
            let end = async {
                let _ = stopped.await;
            };
            // Errors of single connections are the browser's to handle.
            let _ = axum::serve(listener, router)
                .with_graceful_shutdown(end)
                .await;
        });
        Ok(Served {
            address,
            shared,
            _stop: stop,
        })
    }

    fn with_replacements(&self, text: &str) -> String {
        self.replacements
            .iter()
            .fold(text.to_owned(), |text, (placeholder, value)| {
                text.replace(placeholder, value)
            })
    }
}

/// A site that is being served. When it is dropped, the server stops.
#[derive(Debug)]
pub struct Served {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: oneshot::Sender<()>,
}

impl Served {
    /// A site that another program serves. Nothing of it is recorded.
    pub fn by_another_program(address: SocketAddr) -> Self {
        Self {
            address,
            shared: Arc::default(),
            _stop: oneshot::channel().0,
        }
    }

    /// The origin of its pages, such as `http://127.0.0.1:8080`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far, such as `GET /ae-login.js`, in order.
    pub fn requests(&self) -> Vec<String> {
        self.shared.records().requests.clone()
    }

    /// The reports that browsers sent to `/csp-report` so far, in order.
    pub fn reports(&self) -> Vec<serde_json::Value> {
        self.shared.records().reports.clone()
    }
}

#[derive(Debug, Default)]
/// The state that the server's tasks and [`Served`] share.
struct Shared {
    site: Site,
    headers: HeaderMap,
    overrides: Vec<(String, HeaderName, HeaderValue)>,
    records: Mutex<Records>,
}

#[derive(Debug, Default)]
struct Records {
    requests: Vec<String>,
    reports: Vec<serde_json::Value>,
}

impl Shared {
    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The content type and the bytes for a path.
    fn find(&self, path: &str) -> Option<(String, Vec<u8>)> {
        let (kind, bytes) = self
            .site
            .routes
            .iter()
            .find(|(route, ..)| route == path)
            .map(|(_, kind, bytes)| (kind.clone(), bytes.clone()))
            .or_else(|| self.read(path))?;
        if !kind.starts_with("text/html") {
            return Some((kind, bytes));
        }
        Some((
            kind,
            self.site
                .with_replacements(&String::from_utf8_lossy(&bytes))
                .into_bytes(),
        ))
    }

    fn read(&self, path: &str) -> Option<(String, Vec<u8>)> {
        let mut file = self.site.root.join(relative_path(path)?);
        if file.is_dir() {
            file.push("index.html");
        }
        // A symbolic link may lead out of the folder.
        let file = file
            .canonicalize()
            .ok()
            .filter(|file| file.starts_with(&self.site.root))?;
        // The files are small and local: to read them here takes less time than to pass the work to another thread.
        let bytes = std::fs::read(&file).ok()?;
        Some((content_type(&file).to_owned(), bytes))
    }
}

async fn respond(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Response {
    let path = uri
        .path_and_query()
        .map_or(uri.path(), |whole| whole.as_str());
    shared.records().requests.push(format!("{method} {path}"));
    let mut response = if method == Method::POST && uri.path() == "/csp-report" {
        match serde_json::from_slice(&body) {
            Ok(report) => {
                shared.records().reports.push(report);
                StatusCode::NO_CONTENT.into_response()
            }
            Err(_) => (StatusCode::BAD_REQUEST, "the report is not JSON").into_response(),
        }
    } else if method != Method::GET && method != Method::HEAD {
        (StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD").into_response()
    } else {
        match shared.find(uri.path()) {
            Some((kind, bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
            None => (StatusCode::NOT_FOUND, "not found").into_response(),
        }
    };
    let headers = response.headers_mut();
    // A cached file would hide changes from tests.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    for (name, value) in &shared.headers {
        headers.insert(name, value.clone());
    }
    for (path, name, value) in &shared.overrides {
        if path == uri.path().trim_end_matches('/') {
            headers.insert(name, value.clone());
        }
    }
    response
}

/// Converts the path of a URL to a path below the root. Returns `None` if it would leave the root.
fn relative_path(path: &str) -> Option<PathBuf> {
    let mut relative = PathBuf::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let segment = percent_decoded(segment)?;
        if segment == "." || segment == ".." || segment.contains(['/', '\\', '\0']) {
            return None;
        }
        relative.push(segment);
    }
    Some(relative)
}

/// Decodes the percent-encoded bytes of a segment of a path.
fn percent_decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

fn content_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|kind| kind.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpStream};

    use super::*;

    /// A folder with a site, and a secret file beside the site. It is removed when it is dropped.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder =
                std::env::temp_dir().join(format!("ae-site-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(folder.join("root/sub")).unwrap();
            std::fs::write(folder.join("root/index.html"), "<p>{{engine}}</p>").unwrap();
            std::fs::write(folder.join("root/a.js"), "'{{engine}}'").unwrap();
            std::fs::write(folder.join("root/a.wasm"), b"\0asm").unwrap();
            std::fs::write(folder.join("secret.txt"), "secret").unwrap();
            std::os::unix::fs::symlink(folder.join("secret.txt"), folder.join("root/link.txt"))
                .unwrap();
            Self(folder)
        }

        fn site(&self) -> Site {
            Site {
                root: self.0.join("root"),
                headers: vec![("Content-Security-Policy".into(), CSP.into())],
                replacements: vec![("{{engine}}".into(), "http://127.0.0.1:9".into())],
                routes: vec![("/extra.css".into(), "text/css".into(), b"p{}".to_vec())],
                header_overrides: vec![(
                    "/sub".into(),
                    "Content-Security-Policy".into(),
                    "frame-src {{engine}}".into(),
                )],
                ..Site::default()
            }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn loopback() -> SocketAddr {
        (Ipv4Addr::LOCALHOST, 0).into()
    }

    /// Sends a request as it is. An HTTP client would normalise its path.
    async fn send(served: &Served, request: &str) -> String {
        let address = served.address;
        let request = request.replacen(" HTTP/1.1", " HTTP/1.1\r\nhost: x\r\nconnection: close", 1);
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        })
        .await
        .unwrap()
    }

    async fn get(served: &Served, path: &str) -> String {
        send(served, &format!("GET {path} HTTP/1.1\r\n\r\n")).await
    }

    #[tokio::test]
    async fn engine_is_inserted_into_pages_and_policy_only() {
        let folder = Folder::new("fill");
        let served = folder.site().serve(loopback()).await.unwrap();
        let page = get(&served, "/?a=b").await;
        assert!(page.ends_with("<p>http://127.0.0.1:9</p>"), "{page}");
        assert!(
            page.contains("connect-src 'self' http://127.0.0.1:9;"),
            "{page}"
        );
        assert!(page.contains("cache-control: no-store"), "{page}");
        assert!(get(&served, "/a.js").await.ends_with("'{{engine}}'"));
        assert_eq!(served.requests(), ["GET /?a=b", "GET /a.js"]);
    }

    #[tokio::test]
    async fn page_can_have_its_own_policy() {
        let folder = Folder::new("only");
        std::fs::write(folder.0.join("root/sub/index.html"), "<p>sub</p>").unwrap();
        let served = folder.site().serve(loopback()).await.unwrap();
        let page = get(&served, "/sub/?a").await;
        let own = "content-security-policy: frame-src http://127.0.0.1:9\r\n";
        assert!(page.contains(own), "{page}");
        assert!(!page.contains("default-src"), "{page}");
        for other in ["/", "/sub/index.html"] {
            let page = get(&served, other).await;
            assert!(page.contains("default-src"), "{page}");
        }
    }

    #[tokio::test]
    async fn files_have_the_content_types_that_browsers_require() {
        let folder = Folder::new("types");
        let served = folder.site().serve(loopback()).await.unwrap();
        for (path, kind) in [
            ("/", "text/html; charset=utf-8"),
            ("/a.js", "text/javascript; charset=utf-8"),
            ("/a.wasm", "application/wasm"),
            ("/extra.css", "text/css"),
        ] {
            let answer = get(&served, path).await;
            assert!(
                answer.contains(&format!("content-type: {kind}\r\n")),
                "{path}: {answer}"
            );
        }
    }

    #[tokio::test]
    async fn no_path_leaves_the_folder() {
        let folder = Folder::new("out");
        let served = folder.site().serve(loopback()).await.unwrap();
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/sub/../../secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e%5csecret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/link.txt",
            "/%00",
            "/%",
            "/%zz",
        ] {
            let answer = get(&served, path).await;
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
            assert!(
                !answer.contains("secret\n") && !answer.contains("root:"),
                "{path}: {answer}"
            );
        }
    }

    #[tokio::test]
    async fn reports_of_policy_violations_are_recorded() {
        let folder = Folder::new("reports");
        let served = folder.site().serve(loopback()).await.unwrap();
        let body = r#"{"csp-report":{"blocked-uri":"inline"}}"#;
        let length = body.len();
        let answer = send(
            &served,
            &format!("POST /csp-report HTTP/1.1\r\ncontent-type: application/csp-report\r\ncontent-length: {length}\r\n\r\n{body}"),
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        assert_eq!(
            served.reports(),
            [serde_json::json!({"csp-report": {"blocked-uri": "inline"}})]
        );
        let answer = send(
            &served,
            "POST /csp-report HTTP/1.1\r\ncontent-length: 1\r\n\r\n{",
        )
        .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        assert_eq!(served.reports().len(), 1);
    }

    #[tokio::test]
    async fn only_reports_can_be_posted() {
        let folder = Folder::new("post");
        let served = folder.site().serve(loopback()).await.unwrap();
        let answer = send(&served, "POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    }

    #[tokio::test]
    async fn dropped_site_refuses_connections() {
        let folder = Folder::new("drop");
        let served = folder.site().serve(loopback()).await.unwrap();
        let address = served.address;
        drop(served);
        let mut refused = false;
        for _ in 0..1000 {
            tokio::task::yield_now().await;
            if tokio::net::TcpStream::connect(address).await.is_err() {
                refused = true;
                break;
            }
        }
        assert!(refused);
    }
}
