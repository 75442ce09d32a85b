//! A page that a scenario has open.
//!
//! Each method waits for what it needs. If that does not come in time, it panics with a report of the page's state.
//!
//! | file | what it does |
//! |---|---|
//! | `actions` | what a customer does: types, presses, reloads, goes to another page |
//! | `observations` | what a customer, a screen reader or a script of the page sees |
//! | `checks` | what must hold in every page: no problems, no secrets, no findings of axe |
//! | `evidence` | what is saved of a page when its scenario fails |
//! | `commands` | WebDriver commands that the client does not have |
//! | `queries.js` | finds elements by label and by text; sent ahead of every script |
//! | `actions.js`, `observations.js`, `checks.js` | the scripts of the files of the same name |
//! | `layout.js` | measures the layout of a form |

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};
use xtask::site::Served;

use crate::emulator::Emulator;

mod actions;
mod checks;
pub(crate) mod commands;
mod evidence;
mod observations;

pub(crate) use evidence::Evidence;

/// The functions that every script may use.
const LIBRARY: &str = concat!(
    include_str!("queries.js"),
    include_str!("actions.js"),
    include_str!("observations.js"),
    include_str!("checks.js"),
);

/// How long a wait may take. Waits that succeed are far shorter.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(10);
/// The pause between two checks of a condition.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(15);

/// An open page, or a part of it. Clones are the same page.
#[derive(Debug, Clone)]
pub struct Page {
    window: Rc<Window>,
    /// The selector of the part; `None` is the whole page.
    part: Option<&'static str>,
}

/// The window that receives the driver's commands; `None` right after one was closed.
pub(crate) type CurrentWindow = Rc<RefCell<Option<WindowHandle>>>;

#[derive(Debug)]
struct Window {
    client: Client,
    handle: WindowHandle,
    current: CurrentWindow,
    engine: Rc<Emulator>,
    served: Rc<Served>,
    /// How many of the recorded events [`Page::receives`] has passed.
    events_read: Cell<usize>,
    /// Kind and code of every `ae-error` that the scenario has expected.
    expected_errors: RefCell<Vec<(Value, Value)>>,
    /// Problems that contain one of these texts are allowed.
    allowed_problems: RefCell<Vec<&'static str>>,
    /// The part of the page that must not show a secret; `None` is the whole page.
    without_secrets: Option<&'static str>,
    /// The path of screenshots, to which number and step are added. `None` takes none.
    screenshots: Option<PathBuf>,
    screenshot_count: Cell<u32>,
}

impl Page {
    pub(crate) async fn open(
        client: Client,
        current: CurrentWindow,
        engine: Rc<Emulator>,
        served: Served,
        path: &str,
        without_secrets: Option<&'static str>,
        screenshots: Option<PathBuf>,
    ) -> Self {
        let handle = client.window().await.expect("a window");
        current.replace(Some(handle.clone()));
        let window = Window {
            client,
            handle,
            current,
            engine,
            served: Rc::new(served),
            events_read: Cell::new(0),
            expected_errors: RefCell::default(),
            allowed_problems: RefCell::default(),
            without_secrets,
            screenshots,
            screenshot_count: Cell::new(0),
        };
        let page = Self {
            window: Rc::new(window),
            part: None,
        };
        page.opens_path(path).await;
        page
    }

    /// Opens an empty tab. [`Self::opens_path`] loads a page of the same shop into it.
    pub(crate) async fn opens_tab(&self) -> Self {
        let client = self.driver().await;
        let opened = self.or_panic(client.new_window(true).await, "opening a tab");
        let handle = opened.await.handle;
        let window = Window {
            client: client.clone(),
            handle,
            current: Rc::clone(&self.window.current),
            engine: Rc::clone(&self.window.engine),
            served: Rc::clone(&self.window.served),
            events_read: Cell::new(0),
            expected_errors: RefCell::default(),
            allowed_problems: RefCell::new(self.window.allowed_problems.borrow().clone()),
            without_secrets: self.window.without_secrets,
            screenshots: self.window.screenshots.clone(),
            // Screenshots of the new tab come after those of this one.
            screenshot_count: Cell::new(self.window.screenshot_count.get() + 100),
        };
        Self {
            window: Rc::new(window),
            part: None,
        }
    }

    /// Closes the tab.
    pub(crate) async fn closes(&self) {
        let closed = self.driver().await.close_window().await;
        self.window.current.replace(None);
        closed.unwrap_or_else(|error| panic!("closing a tab: {error}"));
    }

    /// Whether both are in the same window.
    pub(crate) fn is_same_window(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.window, &other.window)
    }

    /// The part of the page that a selector matches; all methods are then limited to that part.
    #[must_use]
    pub fn within(&self, selector: &'static str) -> Self {
        Self {
            part: Some(selector),
            ..self.clone()
        }
    }

    /// Opens a page of the shop, without checking the one before.
    pub async fn opens_path(&self, path: &str) {
        let url = format!("{}{path}", self.window.served.origin());
        let done = self.driver().await.goto(&url).await;
        self.or_panic(done, &format!("opening {url}")).await;
        self.forgets_events();
    }

    /// The requests that the shop's server has received so far, such as `GET /ae-login.wasm`.
    pub fn requests(&self) -> Vec<String> {
        self.window.served.requests()
    }

    // Scripts -----------------------------------------------------------------------------------------------------------

    /// Runs the body of a function in the page and returns its result. The function has these `arguments`.
    pub async fn evaluates(&self, script: &str, arguments: Value) -> Value {
        match self.tries_script(script, arguments).await {
            Ok(answer) => answer,
            Err(why) => panic!(
                "{}: {why}\n{}",
                last_line(script),
                self.state_report().await
            ),
        }
    }

    /// Runs the body of a function in the page and waits for the promise that it returns.
    ///
    /// # Errors
    /// The reason of a rejection: name, kind, code and message.
    pub async fn awaits(&self, script: &str, arguments: Value) -> Result<Value, Value> {
        let body = format!("{LIBRARY}\nreturnSettled(function () {{\n{script}\n}}, ...arguments)");
        let answer = self
            .driver()
            .await
            .execute_async(&body, list(arguments))
            .await;
        let answer = self.or_panic(answer, last_line(script)).await;
        match answer.get("reason") {
            Some(reason) => Err(reason.clone()),
            None => Ok(answer["value"].clone()),
        }
    }

    /// Runs a script again and again until it returns something else than `null`, `undefined` and `false`, and returns that.
    /// `what` names the condition in the panic message.
    pub async fn waits_for(&self, what: &str, script: &str, arguments: Value) -> Value {
        self.polls(TIME_LIMIT, what, script, arguments).await
    }

    /// [`Self::waits_for`] with three minutes, for the playground: each of its 14 frames compiles the unoptimised wasm of the demo.
    pub async fn waits_long_for(&self, what: &str, script: &str, arguments: Value) -> Value {
        self.polls(TIME_LIMIT * 18, what, script, arguments).await
    }

    async fn polls(
        &self,
        time_limit: Duration,
        what: &str,
        script: &str,
        arguments: Value,
    ) -> Value {
        let deadline = Instant::now() + time_limit;
        loop {
            // A script fails while its page is being replaced by another one.
            let answer = self.tries_script(script, arguments.clone()).await;
            if let Ok(answer) = &answer
                && !matches!(answer, Value::Null | Value::Bool(false))
            {
                return answer.clone();
            }
            if Instant::now() > deadline {
                let error = answer.map_or_else(|why| why, |_| String::new());
                panic!(
                    "waited {time_limit:?} for {what}. {error}\n{}",
                    self.state_report().await
                );
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    async fn tries_script(&self, script: &str, arguments: Value) -> Result<Value, String> {
        let body = format!("{LIBRARY}\n{script}");
        self.driver()
            .await
            .execute(&body, list(arguments))
            .await
            .map_err(|error| error.to_string())
    }

    /// The driver's client, switched to this window.
    pub(crate) async fn driver(&self) -> &Client {
        let Window {
            client,
            handle,
            current,
            ..
        } = &*self.window;
        if current.borrow().as_ref() != Some(handle) {
            let switched = client.switch_to_window(handle.clone()).await;
            switched.unwrap_or_else(|error| panic!("switching to another tab: {error}"));
            current.replace(Some(handle.clone()));
        }
        client
    }

    /// Call this when another document is loaded: it has recorded nothing yet.
    fn forgets_events(&self) {
        self.window.events_read.set(0);
        self.window.expected_errors.borrow_mut().clear();
    }

    async fn field(&self, label: &str) -> Element {
        let what = format!("a field labelled {label:?}");
        let script = "return field(arguments[0], arguments[1])";
        self.element(&what, script, json!([self.part, label])).await
    }

    async fn element(&self, what: &str, script: &str, arguments: Value) -> Element {
        let found = self.waits_for(what, script, arguments).await;
        let id = found
            .as_object()
            .and_then(|found| found.values().next()?.as_str());
        let id = id.unwrap_or_else(|| panic!("{what} is not an element: {found}"));
        Element::from_element_id(self.window.client.clone(), ElementRef::from(id.to_owned()))
    }

    async fn or_panic<T, E: std::fmt::Display>(&self, result: Result<T, E>, doing: &str) -> T {
        match result {
            Ok(value) => value,
            Err(error) => panic!("{doing}: {error}\n{}", self.state_report().await),
        }
    }

    /// The state of page, engine and shop, for panic messages.
    async fn state_report(&self) -> String {
        let page = self
            .tries_script("return pageState()", json!([]))
            .await
            .unwrap_or_else(Value::from);
        format!(
            "page: {page:#}\ncalls to the engine: {:?}\nrequests to the shop: {:?}\nreports of the policy: {:?}",
            self.window.engine.calls(),
            self.window.served.requests(),
            self.window.served.reports()
        )
    }
}

/// The line of a script that calls the functions above it.
fn last_line(script: &str) -> &str {
    script.lines().last().unwrap_or_default()
}

fn list(arguments: Value) -> Vec<Value> {
    match arguments {
        Value::Array(list) => list,
        single => vec![single],
    }
}
