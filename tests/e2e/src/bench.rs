//! One test: a browser, an engine, the pages that were opened, and what must hold at the end of every scenario.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use crate::browser::{Browser, Obedient};
use crate::emulator::Emulator;
use crate::page::Page;
use crate::shop::Shop;

/// How long a scenario may take; ten thousand renewals take a minute or two.
const PATIENCE: Duration = Duration::from_mins(7);

/// Everything a scenario may use.
#[derive(Debug)]
pub struct Bench {
    /// The engine; nothing has been asked of it yet.
    pub engine: Rc<Emulator>,
    /// Which browser it is.
    pub browser: Browser,
    obedient: Obedient,
    scenario: &'static str,
    /// The open pages; that of the window that was there from the start comes first, unless a scenario closed it.
    open: RefCell<Vec<Page>>,
}

/// Plays a scenario in a browser, from the first start to the last check.
pub fn play(browser: Browser, scenario: &'static str, act: impl AsyncFnOnce(&Bench)) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let played = async {
        let obedient = browser.start().await.unwrap_or_else(|why| panic!("{why}"));
        let bench = Bench {
            engine: Rc::new(Emulator::start().await),
            browser,
            obedient,
            scenario,
            open: RefCell::default(),
        };
        act(&bench).await;
        bench.leave().await;
    };
    // A browser that stops to answer must not stop all the others.
    let played = runtime.block_on(async { tokio::time::timeout(PATIENCE, played).await });
    assert!(played.is_ok(), "no end after {PATIENCE:?}");
}

impl Bench {
    /// Opens a shop and waits until its page is there. What an earlier page must have held is checked before.
    pub async fn opens(&self, shop: Shop) -> Page {
        self.leave().await;
        let (without_secrets, entrance) = (shop.without_secrets(), shop.entrance());
        let served = shop.serve(&self.engine.url()).await;
        let page = Page::open(
            self.obedient.client.clone(),
            Rc::default(),
            Rc::clone(&self.engine),
            served,
            entrance,
            without_secrets,
            shots().map(|folder| folder.join(format!("{}-{}", self.scenario, self.browser.name()))),
        )
        .await;
        self.open.borrow_mut().push(page.clone());
        page
    }

    /// Opens another tab beside a page, at a place of the same shop.
    pub async fn opens_beside(&self, page: &Page, path: &str) -> Page {
        let other = self.opens_an_empty_tab(page).await;
        other.arrives_at(path).await;
        other
    }

    /// Opens another tab beside a page, with nothing in it.
    pub async fn opens_an_empty_tab(&self, page: &Page) -> Page {
        let other = page.opens_a_tab().await;
        self.open.borrow_mut().push(other.clone());
        other
    }

    /// Closes a tab. What its page must have held is checked before.
    pub async fn closes(&self, page: &Page) {
        page.is_clean().await;
        self.open.borrow_mut().retain(|open| !open.is_of(page));
        page.closes().await;
    }

    /// How much memory the browser takes, in MiB.
    pub fn memory(&self) -> u64 {
        self.obedient.memory()
    }

    async fn leave(&self) {
        let pages = self.open.take();
        for page in &pages {
            page.is_clean().await;
        }
        for page in pages.iter().skip(1) {
            page.closes().await;
        }
        if let Some(page) = pages.first() {
            page.driver().await;
        }
    }
}

/// Where pictures of every step go, if somebody wants to look at them.
fn shots() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("AE_SHOTS").filter(|folder| !folder.is_empty())?);
    // Tests run in the package's folder; the person who typed this is in the project's.
    let folder = xtask::paths::root().join(folder);
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    Some(folder)
}
