//! The fixture of a scenario: a browser, an engine and the pages that the scenario has opened.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;
use xtask::site::Served;

use crate::browser::{Browser, DrivenBrowser, Interface};
use crate::devtools;
use crate::emulator::Emulator;
use crate::failure;
use crate::firefox_pool::{self, Pooled};
use crate::page::Page;
use crate::shop::Shop;

/// How long a scenario may take. The longest one renews ten thousand times, which takes a minute or two.
const TIME_LIMIT: Duration = Duration::from_mins(7);

/// The browser of a scenario.
#[derive(Debug)]
enum Driven {
    /// Started for this scenario.
    Own(DrivenBrowser),
    /// Firefox, which is slow to start, from the pool.
    Pooled(Pooled),
}

impl Driven {
    async fn start(browser: Browser, interface: Interface) -> Result<Self, String> {
        match browser {
            Browser::Firefox => firefox_pool::take().await.map(Self::Pooled),
            Browser::Chromium | Browser::WebKit => browser.start(interface).await.map(Self::Own),
        }
    }

    fn browser(&self) -> &DrivenBrowser {
        match self {
            Self::Own(browser) => browser,
            Self::Pooled(pooled) => &pooled.driven,
        }
    }
}

/// Everything that a scenario uses.
#[derive(Debug)]
pub struct Fixture {
    /// The engine; it has received nothing yet.
    pub engine: Rc<Emulator>,
    /// The kind of browser.
    pub browser: Browser,
    driven: Driven,
    scenario: &'static str,
    /// Whether the pages have WebAssembly.
    has_web_assembly: Cell<bool>,
    /// The open pages. The one in the first window comes first, unless the scenario has closed it.
    open: RefCell<Vec<Page>>,
}

/// Runs a scenario in a browser, and checks its pages at the end.
///
/// If it panics, what is known of it is saved in the folder `target/failures/<browser>-<scenario>`, and the panic continues.
pub fn run(
    browser: Browser,
    interface: Interface,
    scenario: &'static str,
    act: impl AsyncFnOnce(&Fixture),
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let folder = failure::Folder::of(browser, scenario);
    folder.remove();
    failure::record_panics();
    let mut fixture = None;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            let fixture = fixture.insert(Fixture::start(browser, interface, scenario).await);
            // A browser that stops to answer must not stop all other scenarios.
            let scenario = async {
                act(fixture).await;
                fixture.closes_pages().await;
            };
            let ended = tokio::time::timeout(TIME_LIMIT, scenario).await;
            assert!(ended.is_ok(), "the scenario did not end in {TIME_LIMIT:?}");
        });
    }));
    if outcome.is_err() {
        // A panic in here must not replace the one of the scenario.
        let saved = catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(folder.save(fixture.as_ref()))
        }));
        match saved {
            Ok(Ok(())) => eprintln!("saved: {}", folder.path().display()),
            Ok(Err(error)) => eprintln!("{}: {error}", folder.path().display()),
            Err(_) => eprintln!("{}: not saved", folder.path().display()),
        }
    }
    // Browser and servers end inside the runtime.
    runtime.block_on(async {
        if let Some(fixture) = fixture {
            fixture.end(outcome.is_ok()).await;
        }
    });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl Fixture {
    async fn start(browser: Browser, interface: Interface, scenario: &'static str) -> Self {
        let driven = Driven::start(browser, interface).await;
        let driven = driven.unwrap_or_else(|why| panic!("{why}"));
        Self {
            engine: Rc::new(Emulator::start().await),
            browser,
            driven,
            scenario,
            has_web_assembly: Cell::new(std::env::var_os("AE_COMPAT").is_none()),
            open: RefCell::default(),
        }
    }

    /// Ends the scenario. A browser of the pool is kept for other scenarios if this one has passed.
    async fn end(self, has_passed: bool) {
        if let Driven::Pooled(pooled) = self.driven
            && has_passed
        {
            firefox_pool::give_back(pooled).await;
        }
    }

    /// Removes WebAssembly from all pages that are opened after this call. The environment variable `AE_COMPAT` does this in every
    /// scenario.
    pub fn removes_web_assembly(&self) {
        self.has_web_assembly.set(false);
    }

    /// Opens a shop and waits until its page is loaded. The pages that were open are checked before.
    pub async fn opens(&self, shop: Shop) -> Page {
        self.closes_pages().await;
        let shop = if self.has_web_assembly.get() {
            shop
        } else {
            shop.without_web_assembly()
        };
        let (without_secrets, path) = (shop.without_secrets(), shop.path());
        let served = shop.serve(&self.engine.url()).await;
        let page = Page::open(
            self.driven.browser().client.clone(),
            Rc::default(),
            Rc::clone(&self.engine),
            served,
            path,
            without_secrets,
            screenshots()
                .map(|folder| folder.join(format!("{}-{}", self.scenario, self.browser.name()))),
        )
        .await;
        self.open.borrow_mut().push(page.clone());
        page
    }

    /// Opens a site that is not a [`Shop`]. The recorder comes from the browser instead of the page. Chromium only.
    pub async fn opens_site(&self, served: Served) -> Page {
        self.adds_to_every_page(include_str!("shop/recorder.js"))
            .await;
        let client = self.driven.browser().client.clone();
        let engine = Rc::clone(&self.engine);
        let page = Page::open(client, Rc::default(), engine, served, "/", None, None).await;
        self.open.borrow_mut().push(page.clone());
        page
    }

    /// Removes WebAssembly from all documents that are loaded from now on, in sites of [`Self::opens_site`].
    pub async fn removes_web_assembly_from_sites(&self) {
        self.adds_to_every_page(include_str!("shop/no_web_assembly.js"))
            .await;
    }

    /// Makes the browser run a script at the start of every document, ahead of the page's own.
    async fn adds_to_every_page(&self, script: &str) {
        let command = "Page.addScriptToEvaluateOnNewDocument";
        let done = devtools::send(
            &self.driven.browser().client,
            command,
            json!({ "source": script }),
        )
        .await;
        done.unwrap_or_else(|error| panic!("{command}: {error}"));
    }

    /// Opens a page of the same shop in a new tab.
    pub async fn opens_in_new_tab(&self, page: &Page, path: &str) -> Page {
        let other = self.opens_empty_tab(page).await;
        other.opens_path(path).await;
        other
    }

    /// Opens a new tab without a page.
    pub async fn opens_empty_tab(&self, page: &Page) -> Page {
        let other = page.opens_tab().await;
        self.open.borrow_mut().push(other.clone());
        other
    }

    /// Checks the page of a tab and closes the tab.
    pub async fn closes(&self, page: &Page) {
        page.has_no_problems().await;
        self.open
            .borrow_mut()
            .retain(|open| !open.is_same_window(page));
        page.closes().await;
    }

    /// How much memory the browser takes, in MiB.
    pub fn memory(&self) -> u64 {
        self.driven.browser().memory()
    }

    /// What the driver and the browser have written since the scenario began.
    pub(crate) fn driver_log(&self) -> String {
        match &self.driven {
            Driven::Own(browser) => browser.log(),
            Driven::Pooled(pooled) => pooled.log(),
        }
    }

    /// The open pages.
    pub(crate) fn pages(&self) -> Vec<Page> {
        self.open.borrow().clone()
    }

    /// Checks all open pages and closes all tabs but the first.
    async fn closes_pages(&self) {
        let pages = self.pages();
        // All stay in the list until they are checked: evidence of a failed check is taken from them.
        for page in &pages {
            page.has_no_problems().await;
        }
        self.open.borrow_mut().clear();
        for page in pages.iter().skip(1) {
            page.closes().await;
        }
        if let Some(page) = pages.first() {
            page.driver().await;
        }
    }
}

/// The folder for screenshots of every step: the value of the environment variable `AE_SHOTS`.
fn screenshots() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("AE_SHOTS").filter(|folder| !folder.is_empty())?);
    // Tests run in the folder of the package, and the value is relative to that of the project.
    let folder = xtask::paths::root().join(folder);
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    Some(folder)
}
