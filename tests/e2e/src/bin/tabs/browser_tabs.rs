//! A browser with many tabs of one library, and a page that makes all of them request a token at the same moment.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ae_e2e::Browser;
use ae_e2e::browser::{DrivenBrowser, Interface};
use ae_e2e::emulator::Emulator;
use ae_engine::{Endpoint, Fault};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use xtask::site::{Served, Site};

use crate::library::{Code, Library};
use crate::token_endpoint::TokenEndpoint;

/// The lifetime of a token, in seconds.
pub(crate) const LIFETIME: u64 = 900;

/// The fate of the tab that requests a token first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disturbance {
    /// Nothing.
    None,
    /// Its process crashes.
    Crash,
    /// No script runs in it for eight seconds.
    Freeze,
}

/// The browser, its tabs and the servers. They stay for all rounds.
pub(crate) struct BrowserTabs {
    library: Library,
    engine: Emulator,
    endpoint: TokenEndpoint,
    site: Served,
    browser: DrivenBrowser,
    controls: WindowHandle,
    tabs: HashMap<String, WindowHandle>,
    /// How many tabs were opened, crashed ones included.
    opened: usize,
    /// How far the pages' clocks are ahead, in seconds.
    ahead: u64,
    /// All tokens of the rounds before.
    tokens: Vec<String>,
}

/// The result of one round. Times are in milliseconds.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) tabs: usize,
    /// Requests for a new token.
    pub(crate) renewals: usize,
    /// From the start to the first request.
    pub(crate) first: Option<u64>,
    /// From the start, or from the crash, until the last of the remaining tabs had the token.
    pub(crate) last: Option<u64>,
    /// The longest time between a request and its answer.
    pub(crate) answer: u64,
    /// From the `focus` event to the request, in the tab that was first.
    pub(crate) decision: Option<f64>,
    /// Tabs without a new token, and the reason that the first of them gave.
    pub(crate) failed: usize,
    pub(crate) why: Option<String>,
    /// Tabs whose document was visible.
    pub(crate) visible: usize,
}

impl BrowserTabs {
    pub(crate) async fn new(library: Library, code: &Code) -> Result<Self, String> {
        let engine = Emulator::start().await;
        let endpoint = TokenEndpoint::default();
        let site = serve(library, code, &endpoint, &engine.url()).await?;
        let browser = Browser::Chromium.start(Interface::Desktop).await?;
        let controls = browser.client.window().await.map_err(text)?;
        let url = format!("{}/controls", site.origin());
        browser.client.goto(&url).await.map_err(text)?;
        Ok(Self {
            library,
            engine,
            endpoint,
            site,
            browser,
            controls,
            tabs: HashMap::new(),
            opened: 0,
            ahead: 0,
            tokens: Vec::new(),
        })
    }

    /// Opens tabs until there are so many, and waits until each is signed in.
    pub(crate) async fn open(&mut self, tabs: usize) -> Result<(), String> {
        while self.tabs.len() < tabs {
            let client = &self.browser.client;
            let name = format!("tab{}", self.opened);
            self.opened += 1;
            // A window for each tab, so that all are visible: a hidden tab does not renew.
            let handle = client.new_window(false).await.map_err(text)?.handle;
            client
                .switch_to_window(handle.clone())
                .await
                .map_err(text)?;
            let url = format!("{}/tab#{name}", self.site.origin());
            client.goto(&url).await.map_err(text)?;
            if self.library == Library::Widget && self.opened == 1 {
                self.sign_in(client).await?;
            }
            self.tabs.insert(name, handle);
        }
        self.switch_to(&self.controls.clone()).await?;
        let opened = u64::try_from(self.opened).ok();
        let ready = "return window.readyTabs.size";
        self.wait_for(Duration::from_mins(1), ready, |count| {
            count.as_u64() >= opened
        })
        .await?;
        // Requests that opening has caused are over after this time.
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(())
    }

    async fn sign_in(&self, client: &Client) -> Result<(), String> {
        let find = async |part: &str| {
            let found = client.wait().at_most(Duration::from_secs(20));
            found
                .for_element(Locator::Css(&format!("[part~={part}]")))
                .await
                .map_err(text)
        };
        let number = find("identifier-input").await?;
        number.send_keys("+91 99999 22332").await.map_err(text)?;
        find("submit").await?.click().await.map_err(text)?;
        let code = find("code-input").await?;
        let sent = self.engine.code_sent_to("919999922332");
        code.send_keys(&sent).await.map_err(text)?;
        find("submit").await?.click().await.map_err(text)
    }

    /// Plays one round: `later` milliseconds from now, all tabs set their clocks ahead by so many seconds, receive a `focus` event and
    /// request a token, at the same moment. Every request is answered after `delay` milliseconds.
    pub(crate) async fn play_round(
        &mut self,
        seconds: u64,
        later: u64,
        delay: u64,
        disturbance: Disturbance,
    ) -> Result<Outcome, String> {
        self.engine.recovers();
        self.engine
            .keeps_failing(Endpoint::TokenRegenerate, Fault::Delay(delay));
        self.endpoint.answers_after(delay);
        self.ahead += seconds;
        let ahead = i64::try_from(self.ahead).unwrap_or(i64::MAX);
        self.engine
            .configure(|settings| settings.clock_offset_s = ahead);
        let before = self.renewals();

        self.switch_to(&self.controls.clone()).await?;
        let frozen = if disturbance == Disturbance::Freeze {
            8_000
        } else {
            0
        };
        let began = self
            .evaluate_with(
                "return startRound(...arguments)",
                vec![json!(self.ahead * 1000), json!(later), json!(frozen)],
            )
            .await?;
        let mut began = began.as_u64().ok_or("the round does not start")?;
        let start = began;
        let mut lost = None;
        if disturbance == Disturbance::Crash {
            let first = "return reports.find(({ requestedBy }) => requestedBy)?.requestedBy";
            let holder = self
                .wait_for(Duration::from_secs(10), first, Value::is_string)
                .await?;
            let name = holder.as_str().unwrap_or_default().to_owned();
            let handle = self
                .tabs
                .remove(&name)
                .ok_or("an unknown tab requests a token")?;
            self.switch_to(&handle).await?;
            began = unix_milliseconds();
            // The driver reports an error, since the process that would answer is gone.
            let crash = self.browser.client.goto("chrome://crash");
            let _ = tokio::time::timeout(Duration::from_secs(5), crash).await;
            self.switch_to(&self.controls.clone()).await?;
            lost = Some(name);
        }
        let expected = self.tabs.len();
        let finished = "return finished().length";
        let limit = Duration::from_secs(40);
        let _ = self
            .wait_for(limit, finished, |count| {
                count.as_u64() >= u64::try_from(expected).ok()
            })
            .await;
        if disturbance == Disturbance::Freeze {
            let name = self.evaluate("return window.frozenTab").await?;
            lost = name.as_str().map(str::to_owned);
        }
        let reports = self.evaluate("return finished()").await?;
        let reports: Vec<Value> = reports.as_array().cloned().unwrap_or_default();
        Ok(self.outcome(&reports, lost.as_deref(), start, began, before))
    }

    fn outcome(
        &mut self,
        reports: &[Value],
        lost: Option<&str>,
        start: u64,
        began: u64,
        before: usize,
    ) -> Outcome {
        let left: Vec<&Value> = reports
            .iter()
            .filter(|tab| tab["finished"].as_str() != lost)
            .collect();
        let new: Vec<&Value> = left
            .iter()
            .copied()
            .filter(|tab| {
                let token = tab["token"].as_str();
                token.is_some_and(|token| !self.tokens.iter().any(|old| old == token))
            })
            .collect();
        let expected =
            self.tabs.len() - usize::from(lost.is_some_and(|name| self.tabs.contains_key(name)));
        let first = reports.iter().filter(|tab| tab["first"].is_u64());
        let first = first.min_by_key(|tab| tab["first"].as_u64());
        let outcome = Outcome {
            tabs: self.tabs.len(),
            renewals: self.renewals() - before,
            first: first.and_then(|tab| Some(tab["first"].as_u64()?.saturating_sub(start))),
            last: new
                .iter()
                .filter_map(|tab| tab["at"].as_u64())
                .max()
                .map(|at| at.saturating_sub(began)),
            answer: left
                .iter()
                .filter_map(|tab| tab["answer"].as_u64())
                .max()
                .unwrap_or(0),
            decision: first.and_then(|tab| tab["decision"].as_f64()),
            failed: expected.saturating_sub(new.len()),
            why: left
                .iter()
                .find_map(|tab| tab["why"].as_str().map(str::to_owned)),
            visible: reports
                .iter()
                .filter(|tab| tab["visibility"] == "visible")
                .count(),
        };
        let tokens = reports.iter().filter_map(|tab| tab["token"].as_str());
        self.tokens.extend(tokens.map(str::to_owned));
        self.tokens.sort_unstable();
        self.tokens.dedup();
        outcome
    }

    /// How many requests for a new token there were so far.
    pub(crate) fn renewals(&self) -> usize {
        self.endpoint.renewals() + self.engine.call_count(Endpoint::TokenRegenerate)
    }

    async fn switch_to(&self, window: &WindowHandle) -> Result<(), String> {
        let client = &self.browser.client;
        client.switch_to_window(window.clone()).await.map_err(text)
    }

    async fn evaluate(&self, script: &str) -> Result<Value, String> {
        self.evaluate_with(script, Vec::new()).await
    }

    async fn evaluate_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value, String> {
        let client = &self.browser.client;
        client.execute(script, arguments).await.map_err(text)
    }

    async fn wait_for(
        &self,
        limit: Duration,
        script: &str,
        is_enough: impl Fn(&Value) -> bool,
    ) -> Result<Value, String> {
        let deadline = Instant::now() + limit;
        loop {
            let answer = self.evaluate(script).await?;
            if is_enough(&answer) {
                return Ok(answer);
            }
            if Instant::now() > deadline {
                return Err(format!("{script} gives {answer} after {limit:?}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn serve(
    library: Library,
    code: &Code,
    endpoint: &TokenEndpoint,
    engine: &str,
) -> Result<Served, String> {
    let html = "text/html; charset=utf-8";
    let script = "text/javascript; charset=utf-8";
    let controls = "<!doctype html><title>Controls</title><script src=\"/controls.js\"></script>";
    let name = if code.program.is_some() {
        "/ae-login.js"
    } else {
        "/peer.js"
    };
    let mut routes = vec![
        ("/tab", html, library.page().as_bytes().to_vec()),
        ("/controls", html, controls.as_bytes().to_vec()),
        (
            "/controls.js",
            script,
            include_bytes!("page/controls.js").to_vec(),
        ),
        ("/tab.js", script, include_bytes!("page/tab.js").to_vec()),
        (
            "/page.js",
            script,
            library.page_script().as_bytes().to_vec(),
        ),
        ("/favicon.ico", "image/x-icon", Vec::new()),
        (name, script, code.script.clone()),
    ];
    if let Some([glue, wasm]) = &code.program {
        routes.push(("/ae-login.core.js", script, glue.clone()));
        routes.push(("/ae-login.wasm", "application/wasm", wasm.clone()));
    }
    let site = Site {
        root: concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/tabs/page").into(),
        replacements: vec![("{{engine}}".to_owned(), engine.to_owned())],
        routes: routes
            .into_iter()
            .map(|(path, kind, bytes)| (path.to_owned(), kind.to_owned(), bytes))
            .collect(),
        api: endpoint.api(),
        ..Site::default()
    };
    site.serve((Ipv4Addr::LOCALHOST, 0).into())
        .await
        .map_err(text)
}

fn unix_milliseconds() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.ok()
        .and_then(|now| u64::try_from(now.as_millis()).ok())
        .unwrap_or(0)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that `map_err` needs"
)]
fn text(error: impl ToString) -> String {
    error.to_string()
}
