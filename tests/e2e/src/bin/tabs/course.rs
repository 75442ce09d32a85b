//! A browser with many tabs of one library, and another one that starts them all at the same moment.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ae_e2e::Browser;
use ae_e2e::browser::Obedient;
use ae_e2e::emulator::Emulator;
use ae_engine::{Endpoint, Fault};
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};
use xtask::site::{Served, Site};

use crate::entrant::{Code, Entrant};
use crate::stub::Stub;

/// A token lives this long, in seconds.
pub(crate) const LIFE: u64 = 900;

/// What befalls the tab that asks the engine first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    None,
    /// Its process ends.
    Crash,
    /// Nothing runs in it for eight seconds.
    Freeze,
}

/// Everything that is needed for a race, and stays for the next one.
pub(crate) struct Course {
    entrant: Entrant,
    engine: Emulator,
    stub: Stub,
    site: Served,
    obedient: Obedient,
    controls: WindowHandle,
    tabs: HashMap<String, WindowHandle>,
    opened: usize,
    /// How far the pages' clocks are ahead, in seconds.
    ahead: u64,
    tokens: Vec<String>,
}

/// How a race went. Times are in milliseconds.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) tabs: usize,
    /// New tokens that were asked for.
    pub(crate) renewals: usize,
    /// From the start to the first question.
    pub(crate) first: Option<u64>,
    /// From the start, or from the crash, until the last one had the token, of those that were left.
    pub(crate) last: Option<u64>,
    /// The longest that a question took.
    pub(crate) answer: u64,
    /// From being woken to asking, in the tab that asked first.
    pub(crate) decision: Option<f64>,
    /// Tabs that got no new token, and why the first of them did not.
    pub(crate) failed: usize,
    pub(crate) why: Option<String>,
    /// Tabs that said they were seen.
    pub(crate) seen: usize,
}

impl Course {
    pub(crate) async fn new(entrant: Entrant, code: &Code) -> Result<Self, String> {
        let engine = Emulator::start().await;
        let stub = Stub::default();
        let site = serve(entrant, code, &stub, &engine.url()).await?;
        let obedient = Browser::Chromium.start().await?;
        let controls = obedient.client.window().await.map_err(text)?;
        let url = format!("{}/controls", site.origin());
        obedient.client.goto(&url).await.map_err(text)?;
        Ok(Self {
            entrant,
            engine,
            stub,
            site,
            obedient,
            controls,
            tabs: HashMap::new(),
            opened: 0,
            ahead: 0,
            tokens: Vec::new(),
        })
    }

    /// Opens tabs until there are so many, each signed in.
    pub(crate) async fn opens(&mut self, tabs: usize) -> Result<(), String> {
        while self.tabs.len() < tabs {
            let client = &self.obedient.client;
            let name = format!("tab{}", self.opened);
            self.opened += 1;
            // In a window of its own each tab is seen: one that is behind another would keep quiet by itself.
            let handle = client.new_window(false).await.map_err(text)?.handle;
            client
                .switch_to_window(handle.clone())
                .await
                .map_err(text)?;
            let url = format!("{}/tab#{name}", self.site.origin());
            client.goto(&url).await.map_err(text)?;
            if self.entrant == Entrant::Widget && self.opened == 1 {
                self.signs_in(client).await?;
            }
            self.tabs.insert(name, handle);
        }
        self.looks_at(&self.controls.clone()).await?;
        let opened = u64::try_from(self.opened).ok();
        let ready = "return window.ready.size";
        self.waits(Duration::from_mins(1), ready, |count| {
            count.as_u64() >= opened
        })
        .await?;
        // What opening them has set in motion is over before they start.
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(())
    }

    async fn signs_in(&self, client: &Client) -> Result<(), String> {
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

    /// Moves all clocks on, wakes every tab and has it ask for a token, all at the same moment, `later` milliseconds from now.
    /// Every question is answered after `delay` milliseconds.
    pub(crate) async fn races(
        &mut self,
        seconds: u64,
        later: u64,
        delay: u64,
        fate: Fate,
    ) -> Result<Outcome, String> {
        self.engine.recovers();
        self.engine
            .keeps_failing(Endpoint::TokenRegenerate, Fault::Delay(delay));
        self.stub.answers_after(delay);
        self.ahead += seconds;
        let ahead = i64::try_from(self.ahead).unwrap_or(i64::MAX);
        self.engine.is(|settings| settings.clock_offset_s = ahead);
        let before = self.renewals();

        self.looks_at(&self.controls.clone()).await?;
        let frozen = if fate == Fate::Freeze { 8_000 } else { 0 };
        let began = self
            .asks_with(
                "return go(arguments[0], arguments[1], arguments[2])",
                vec![json!(self.ahead * 1000), json!(later), json!(frozen)],
            )
            .await?;
        let mut began = began.as_u64().ok_or("the controls do not start")?;
        let start = began;
        let mut lost = None;
        if fate == Fate::Crash {
            let first = "return said.find(({ asked }) => asked)?.asked";
            let holder = self
                .waits(Duration::from_secs(10), first, Value::is_string)
                .await?;
            let name = holder.as_str().unwrap_or_default().to_owned();
            let handle = self.tabs.remove(&name).ok_or("an unknown tab asks")?;
            self.looks_at(&handle).await?;
            began = wall();
            // There is nobody left to answer, which the driver calls an error.
            let crash = self.obedient.client.goto("chrome://crash");
            let _ = tokio::time::timeout(Duration::from_secs(5), crash).await;
            self.looks_at(&self.controls.clone()).await?;
            lost = Some(name);
        }
        let everybody = self.tabs.len();
        let served = "return said.filter((it) => it.served && it.race === race).length";
        let limit = Duration::from_secs(40);
        let _ = self
            .waits(limit, served, |count| {
                count.as_u64() >= u64::try_from(everybody).ok()
            })
            .await;
        if fate == Fate::Freeze {
            let name = self.asks("return window.frozen").await?;
            lost = name.as_str().map(str::to_owned);
        }
        let said = self
            .asks("return said.filter((it) => it.served && it.race === race)")
            .await?;
        let said: Vec<Value> = said.as_array().cloned().unwrap_or_default();
        Ok(self.reads(&said, lost.as_deref(), start, began, before))
    }

    fn reads(
        &mut self,
        said: &[Value],
        lost: Option<&str>,
        start: u64,
        began: u64,
        before: usize,
    ) -> Outcome {
        let left: Vec<&Value> = said
            .iter()
            .filter(|tab| tab["served"].as_str() != lost)
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
        let first = said.iter().filter(|tab| tab["first"].is_u64());
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
            seen: said.iter().filter(|tab| tab["seen"] == "visible").count(),
        };
        let tokens = said.iter().filter_map(|tab| tab["token"].as_str());
        self.tokens.extend(tokens.map(str::to_owned));
        self.tokens.sort_unstable();
        self.tokens.dedup();
        outcome
    }

    /// How often a new token was asked for so far.
    pub(crate) fn renewals(&self) -> usize {
        self.stub.renewals() + self.engine.count(Endpoint::TokenRegenerate)
    }

    async fn looks_at(&self, window: &WindowHandle) -> Result<(), String> {
        let client = &self.obedient.client;
        client.switch_to_window(window.clone()).await.map_err(text)
    }

    async fn asks(&self, script: &str) -> Result<Value, String> {
        self.asks_with(script, Vec::new()).await
    }

    async fn asks_with(&self, script: &str, arguments: Vec<Value>) -> Result<Value, String> {
        let client = &self.obedient.client;
        client.execute(script, arguments).await.map_err(text)
    }

    async fn waits(
        &self,
        limit: Duration,
        script: &str,
        is_enough: impl Fn(&Value) -> bool,
    ) -> Result<Value, String> {
        let deadline = Instant::now() + limit;
        loop {
            let answer = self.asks(script).await?;
            if is_enough(&answer) {
                return Ok(answer);
            }
            if Instant::now() > deadline {
                return Err(format!("waited in vain: {script} gives {answer}"));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn serve(entrant: Entrant, code: &Code, stub: &Stub, engine: &str) -> Result<Served, String> {
    let html = "text/html; charset=utf-8";
    let script = "text/javascript; charset=utf-8";
    let controls = "<!doctype html><title>Controls</title><script src=\"/controls.js\"></script>";
    let name = if code.wasm.is_some() {
        "/ae-login.js"
    } else {
        "/peer.js"
    };
    let mut routes = vec![
        ("/tab", html, entrant.page().as_bytes().to_vec()),
        ("/controls", html, controls.as_bytes().to_vec()),
        (
            "/controls.js",
            script,
            include_bytes!("page/controls.js").to_vec(),
        ),
        ("/race.js", script, include_bytes!("page/race.js").to_vec()),
        ("/favicon.ico", "image/x-icon", Vec::new()),
        (name, script, code.script.clone()),
    ];
    if let Some(wasm) = &code.wasm {
        routes.push(("/ae-login.wasm", "application/wasm", wasm.clone()));
    }
    let site = Site {
        root: concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/tabs/page").into(),
        replacements: vec![("{{engine}}".to_owned(), engine.to_owned())],
        routes: routes
            .into_iter()
            .map(|(path, kind, bytes)| (path.to_owned(), kind.to_owned(), bytes))
            .collect(),
        api: stub.api(),
        ..Site::default()
    };
    site.serve((Ipv4Addr::LOCALHOST, 0).into())
        .await
        .map_err(text)
}

fn wall() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.ok()
        .and_then(|now| u64::try_from(now.as_millis()).ok())
        .unwrap_or(0)
}

#[expect(clippy::needless_pass_by_value, reason = "fits into `map_err`")]
fn text(error: impl ToString) -> String {
    error.to_string()
}
