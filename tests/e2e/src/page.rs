//! What a customer does and sees in a page, in verbs. Each waits for what it needs, and fails with what was there instead.

use std::cell::{Cell, RefCell};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use axum::http::Method;
use fantoccini::Client;
use fantoccini::actions::{
    InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::wd::{WebDriverCompatibleCommand, WindowHandle};
use serde_json::{Value, json};
use url::{ParseError, Url};
use xtask::site::{Served, Site};

use crate::browser::Browser;
use crate::dev_tools;
use crate::emulator::Emulator;

const EYES: &str = include_str!("eyes.js");

/// How long anything may take. Far more than it does: only a failure waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks.
pub(crate) const GLANCE: Duration = Duration::from_millis(15);

/// An open page, or a part of it.
#[derive(Debug, Clone)]
pub struct Page {
    window: Rc<Window>,
    at: Option<&'static str>,
}

/// The window that the driver speaks to, of all that are open; none right after one was closed.
pub(crate) type Front = Rc<RefCell<Option<WindowHandle>>>;

#[derive(Debug)]
struct Window {
    client: Client,
    handle: WindowHandle,
    front: Front,
    engine: Rc<Emulator>,
    served: Rc<Served>,
    /// How many of the events that were heard a scenario has asked for.
    ear: Cell<usize>,
    /// Kind and code of every `ae-error` that a scenario has asked for.
    expected: RefCell<Vec<(Value, Value)>>,
    /// Words in whose company trouble is no surprise.
    excused: RefCell<Vec<&'static str>>,
    /// The part of the page where no secret may be read; all of it, if nothing is said.
    without_secrets: Option<&'static str>,
    /// Where pictures go: a path to which number and step are added.
    shots: Option<PathBuf>,
    taken: Cell<u32>,
}

impl Page {
    pub(crate) async fn open(
        client: Client,
        front: Front,
        engine: Rc<Emulator>,
        served: Served,
        entrance: &str,
        without_secrets: Option<&'static str>,
        shots: Option<PathBuf>,
    ) -> Self {
        let handle = client.window().await.expect("a window");
        front.replace(Some(handle.clone()));
        let window = Window {
            client,
            handle,
            front,
            engine,
            served: Rc::new(served),
            ear: Cell::new(0),
            expected: RefCell::default(),
            excused: RefCell::default(),
            without_secrets,
            shots,
            taken: Cell::new(0),
        };
        let page = Self {
            window: Rc::new(window),
            at: None,
        };
        page.arrives_at(entrance).await;
        page
    }

    /// Opens an empty tab beside this one; what it is to show is said with [`Self::arrives_at`].
    pub(crate) async fn opens_a_tab(&self) -> Self {
        let client = self.driver().await;
        let opened = self.or_fail(client.new_window(true).await, "opening a tab");
        let handle = opened.await.handle;
        let window = Window {
            client: client.clone(),
            handle,
            front: Rc::clone(&self.window.front),
            engine: Rc::clone(&self.window.engine),
            served: Rc::clone(&self.window.served),
            ear: Cell::new(0),
            expected: RefCell::default(),
            excused: RefCell::new(self.window.excused.borrow().clone()),
            without_secrets: self.window.without_secrets,
            shots: self.window.shots.clone(),
            // Their pictures stand behind each other.
            taken: Cell::new(self.window.taken.get() + 100),
        };
        Self {
            window: Rc::new(window),
            at: None,
        }
    }

    /// Closes its window.
    pub(crate) async fn closes(&self) {
        let closed = self.driver().await.close_window().await;
        self.window.front.replace(None);
        closed.unwrap_or_else(|error| panic!("closing a tab: {error}"));
    }

    /// Whether this is a part of the same window.
    pub(crate) fn is_of(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.window, &other.window)
    }

    /// The part of the page below this selector; all verbs then mean that part.
    #[must_use]
    pub fn within(&self, selector: &'static str) -> Self {
        Self {
            at: Some(selector),
            ..self.clone()
        }
    }

    // What a customer does ----------------------------------------------------------------------------------------------

    /// Puts this into a field, key by key, in place of what was there.
    pub async fn types(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        if !self.value_of(label).await.is_empty() {
            let cleared = field.clear().await;
            self.or_fail(cleared, &format!("clearing {label:?}")).await;
        }
        if !text.is_empty() {
            let typed = field.send_keys(text).await;
            self.or_fail(typed, &format!("typing into {label:?}")).await;
        }
    }

    /// Puts this into a field at once, as the clipboard or a password manager does.
    pub async fn pastes(&self, label: &str, text: &str) {
        self.field(label).await;
        let script = "const input = field(arguments[0], arguments[1]); input.focus(); input.select(); \
             return document.execCommand('insertText', false, arguments[2])";
        let done = self.asks(script, json!([self.at, label, text])).await;
        assert_eq!(
            done,
            json!(true),
            "the browser pastes {text:?} into {label:?}"
        );
    }

    /// Presses a button.
    pub async fn presses(&self, label: &str) {
        let what = format!("a button {label:?}");
        let button = self
            .element(
                &what,
                "const it = button(arguments[0], arguments[1]); \
                 it?.scrollIntoView({ block: 'center', behavior: 'instant' }); return it",
                json!([self.at, label]),
            )
            .await;
        let clicked = button.click().await;
        self.or_fail(clicked, &format!("pressing {label:?}")).await;
    }

    /// Ticks a box, or takes the tick away.
    pub async fn ticks(&self, label: &str) {
        let ticked = self.field(label).await.click().await;
        self.or_fail(ticked, &format!("ticking {label:?}")).await;
    }

    /// Chooses from a list. The page does it, since WebKit's driver clicks on no option.
    pub async fn chooses(&self, label: &str, option: &str) {
        let script = "const list = field(arguments[0], arguments[1]); \
             const choice = list && !list.disabled && [...list.options].find((it) => it.text === arguments[2]); \
             if (choice) { choice.selected = true; list.dispatchEvent(new Event('change', { bubbles: true })) } \
             return !!choice";
        let what = format!("{option:?} in a list {label:?}");
        self.waits(&what, script, json!([self.at, label, option]))
            .await;
    }

    /// Presses keys, one after the other, whatever has the focus.
    pub async fn strikes(&self, keys: &str) {
        let actions =
            keys.chars()
                .fold(KeyActions::new("keyboard".to_owned()), |actions, value| {
                    actions
                        .then(KeyAction::Down { value })
                        .then(KeyAction::Up { value })
                });
        let struck = self.driver().await.perform_actions(actions).await;
        self.or_fail(struck, &format!("striking {keys:?}")).await;
    }

    /// Presses a key while another is held down.
    pub async fn strikes_with(&self, held: char, value: char) {
        let actions = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        let struck = self.driver().await.perform_actions(actions).await;
        self.or_fail(struck, "striking two keys").await;
    }

    /// Presses the mouse at one point of the window and lets it go at another.
    pub async fn drags(&self, from: (f64, f64), to: (f64, f64)) {
        let at = |(x, y)| PointerAction::MoveTo {
            duration: None,
            x,
            y,
        };
        let button = MOUSE_BUTTON_LEFT;
        let actions = MouseActions::new("mouse".to_owned())
            .then(at(from))
            .then(PointerAction::Down { button })
            .then(at(to))
            .then(PointerAction::Up { button });
        let done = self.driver().await.perform_actions(actions).await;
        self.or_fail(
            done,
            &format!("pressing at {from:?} and letting go at {to:?}"),
        )
        .await;
    }

    /// Loads the page again. What it must have held so far is checked before.
    pub async fn reloads(&self) {
        self.is_clean().await;
        let done = self.driver().await.refresh().await;
        self.or_fail(done, "loading the page again").await;
        self.begins_anew();
    }

    /// Goes to another page of the shop. What this one must have held is checked before.
    pub async fn goes_to(&self, path: &str) {
        self.is_clean().await;
        self.arrives_at(path).await;
    }

    /// Has the page itself go to the one with the seeds, by its link, while the driver keeps still: in Firefox its scripts listen to
    /// the end of a page for a moment after they are done, and what is listened to so is not put aside whole.
    pub async fn looks_around(&self) {
        self.is_clean().await;
        let there = |request: &String| request == "GET /seeds";
        assert!(!self.requests().iter().any(there), "for the first time");
        let leave = "setTimeout(() => document.querySelector('#top').click(), 500)";
        self.asks(leave, json!([])).await;
        let deadline = Instant::now() + PATIENCE;
        while !self.requests().iter().any(there) {
            assert!(Instant::now() < deadline, "the page does not leave");
            tokio::time::sleep(GLANCE).await;
        }
        let arrived = "return location.pathname === '/seeds' && window.isShown";
        self.waits("the page with the seeds", arrived, json!([]))
            .await;
        self.begins_anew();
    }

    /// Goes back to the page before, as with the browser's button. Answers whether that page had been put aside whole, with all
    /// that it had heard.
    pub async fn goes_back(&self) -> bool {
        self.is_clean().await;
        self.asks("window.isLeft = true", json!([])).await;
        let done = self.driver().await.back().await;
        self.or_fail(done, "going back").await;
        let back = "return !window.isLeft && window.isShown && { isWhole: window.cameBack }";
        let back = self.waits("the page before", back, json!([])).await;
        let is_whole = back["isWhole"] == json!(true);
        if !is_whole {
            self.begins_anew();
        }
        is_whole
    }

    /// Is shown inside a stranger's page: one of another origin. All verbs then mean what is inside; the stranger is there as
    /// long as what is given back.
    pub async fn is_framed_by_a_stranger(&self) -> Served {
        self.is_framed("127.0.0.1").await
    }

    /// The same with a stranger of another site, for which browsers keep what is stored apart.
    pub async fn is_framed_by_another_site(&self) -> Served {
        self.is_framed("localhost").await
    }

    async fn is_framed(&self, host: &str) -> Served {
        let document = format!(
            "<!doctype html><title>A stranger</title><script src=\"/heard.js\"></script><iframe src=\"{}/\"></iframe>",
            self.window.served.origin()
        );
        let stranger = Site {
            root: concat!(env!("CARGO_MANIFEST_DIR"), "/src/shop").into(),
            routes: vec![(
                "/".to_owned(),
                "text/html; charset=utf-8".to_owned(),
                document.into_bytes(),
            )],
            ..Site::default()
        };
        let stranger = stranger
            .serve((Ipv4Addr::LOCALHOST, 0).into())
            .await
            .expect("a free port for the stranger");
        let client = self.driver().await;
        let address = stranger.origin().replace("127.0.0.1", host);
        let done = client.goto(&address).await;
        self.or_fail(done, "opening the stranger's page").await;
        let done = client.enter_frame(0).await;
        self.or_fail(done, "looking into the frame").await;
        self.begins_anew();
        stranger
    }

    /// Is shown inside a page of the same shop, which leaves it any width. All verbs then mean what is inside.
    pub async fn is_framed_by_its_shop(&self) {
        self.arrives_at("/frame.html").await;
        let entered = self.driver().await.enter_frame(0).await;
        self.or_fail(entered, "looking into the frame").await;
        self.begins_anew();
    }

    /// Is shown inside a page of its own shop, in a frame whose size that page may change at any time. The policy must allow it.
    pub async fn is_framed_at_will(&self) {
        self.arrives_at("/seeds").await;
        let script = "const frame = document.createElement('iframe'); frame.src = '/'; frame.title = 'The shop'; \
             Object.assign(frame.style, { width: '320px', height: '900px', border: '0' }); document.body.replaceChildren(frame)";
        self.asks(script, json!([])).await;
        let done = self.driver().await.clone().enter_frame(0).await;
        self.or_fail(done, "looking into the frame").await;
        self.begins_anew();
    }

    /// Loads what is inside the frame again.
    pub async fn reloads_the_frame(&self) {
        self.is_clean().await;
        self.asks(
            "window.isLeft = true; setTimeout(() => location.reload())",
            json!([]),
        )
        .await;
        let back = "return !window.isLeft && window.isShown";
        self.waits("the frame again", back, json!([])).await;
        self.begins_anew();
    }

    /// Tells the browser itself something that no page can do: Chromium only.
    pub async fn commands(&self, command: &str, parameters: Value) {
        let done = dev_tools::send(self.driver().await, command, parameters).await;
        done.unwrap_or_else(|error| panic!("telling the browser: {error}"));
    }

    /// Sets a preference of the browser itself, or takes it back: Firefox only.
    pub async fn prefers(&self, name: &str, value: Option<i32>) {
        let driver = self.driver().await;
        let done = async {
            driver.issue_cmd(Context("chrome")).await?;
            let script = "const [name, value] = arguments; \
                 value === null ? Services.prefs.clearUserPref(name) : Services.prefs.setIntPref(name, value)";
            let set = driver.execute(script, list(json!([name, value]))).await;
            driver.issue_cmd(Context("content")).await?;
            set
        };
        let done = done.await;
        done.unwrap_or_else(|error| panic!("telling the browser: {error}"));
    }

    /// Wants things to keep still. WebKit's GTK port has it from the desktop, and answers that it does not know.
    pub async fn wants_less_motion(&self, browser: Browser) -> bool {
        match browser {
            Browser::Chromium => {
                let features = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
                let command = "Emulation.setEmulatedMedia";
                self.commands(command, json!({ "features": features }))
                    .await;
            }
            Browser::Firefox => self.prefers("ui.prefersReducedMotion", Some(1)).await,
            Browser::WebKit => return false,
        }
        true
    }

    /// Sees the page in colours that the person has chosen, or in its own again. WebKit's GTK port has no such thing.
    pub async fn forces_colours(&self, browser: Browser, are_forced: bool) {
        match browser {
            Browser::Chromium => {
                let value = if are_forced { "active" } else { "" };
                let features = json!([{ "name": "forced-colors", "value": value }]);
                let command = "Emulation.setEmulatedMedia";
                self.commands(command, json!({ "features": features }))
                    .await;
            }
            Browser::Firefox => {
                let always = are_forced.then_some(2);
                self.prefers("browser.display.document_color_use", always)
                    .await;
            }
            Browser::WebKit => panic!("there is no such thing"),
        }
    }

    // What a customer sees ----------------------------------------------------------------------------------------------

    /// Waits until these words can be read.
    pub async fn sees(&self, words: &str) {
        let script = "return text(arguments[0]).includes(arguments[1])";
        self.waits(
            &format!("the words {words:?}"),
            script,
            json!([self.at, words]),
        )
        .await;
    }

    /// Waits until these words can be read no more.
    pub async fn no_longer_sees(&self, words: &str) {
        let script = "return !text(arguments[0]).includes(arguments[1])";
        self.waits(
            &format!("no words {words:?}"),
            script,
            json!([self.at, words]),
        )
        .await;
    }

    /// All that can be read.
    pub async fn text(&self) -> String {
        let text = self
            .asks("return text(arguments[0])", json!([self.at]))
            .await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits for a screen with another title than this, that waits for nothing: its title, and the label of its first field.
    pub async fn leaves(&self, title: &str) -> (String, String) {
        let script = "const [it] = inside(arguments[0], '[part~=title]').map(words); \
             const [label] = inside(arguments[0], 'label').map(words); \
             return it && it !== arguments[1] && !widget(arguments[0]).hasAttribute('busy') && [it, label ?? '']";
        let what = format!("another screen than {title:?}");
        let found = self.waits(&what, script, json!([self.at, title])).await;
        serde_json::from_value(found).expect("a title and a label")
    }

    /// What stands in a field.
    pub async fn value_of(&self, label: &str) -> String {
        let script = "return field(arguments[0], arguments[1])?.value";
        let value = self.asks(script, json!([self.at, label])).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until this stands in a field.
    pub async fn holds(&self, label: &str, value: &str) {
        let script = "return field(arguments[0], arguments[1])?.value === arguments[2]";
        self.waits(
            &format!("{value:?} in {label:?}"),
            script,
            json!([self.at, label, value]),
        )
        .await;
    }

    /// Waits until a field is of this type: `password` for one that hides what stands in it.
    pub async fn is_of_type(&self, label: &str, kind: &str) {
        let script = "return field(arguments[0], arguments[1])?.type === arguments[2]";
        let what = format!("{label:?} to be of type {kind:?}");
        self.waits(&what, script, json!([self.at, label, kind]))
            .await;
    }

    /// Waits until a field has the focus.
    pub async fn is_in(&self, label: &str) {
        let script = "return !!focused() && field(arguments[0], arguments[1]) === focused()";
        self.waits(
            &format!("the focus in {label:?}"),
            script,
            json!([self.at, label]),
        )
        .await;
    }

    /// What a screen reader says of a field: whether it is wrong, and the visible words that describe it.
    pub async fn described(&self, label: &str) -> (bool, String) {
        let script = "const input = field(arguments[0], arguments[1]); \
             const ids = (input.getAttribute('aria-describedby') ?? '').split(/\\s+/).filter(Boolean); \
             const by = ids.map((id) => input.getRootNode().getElementById(id)); \
             return [input.getAttribute('aria-invalid') === 'true', \
               by.map((element) => !element ? 'NOTHING' : isSeen(element) ? words(element) : 'UNSEEN').join(' ')]";
        let answer = self.asks(script, json!([self.at, label])).await;
        (
            answer[0] == json!(true),
            answer[1].as_str().unwrap_or_default().to_owned(),
        )
    }

    /// What a screen reader calls everything in the form that can have the focus, in order: role and name, as the browser computes
    /// them.
    pub async fn controls(&self) -> Vec<String> {
        let script = "return inside(arguments[0], 'form :is(button, input, select)')";
        let found = self.asks(script, json!([self.at])).await;
        let mut controls = Vec::new();
        for element in found.as_array().into_iter().flatten() {
            let element = element.as_object().and_then(|it| it.values().next());
            let id = element.and_then(Value::as_str).expect("an element");
            let mut words = Vec::new();
            for what in ["computedrole", "computedlabel"] {
                let asked = Computed(format!("element/{id}/{what}"));
                let said = self.driver().await.issue_cmd(asked).await;
                let said = self.or_fail(said, what).await;
                words.push(said.as_str().unwrap_or_default().to_owned());
            }
            controls.push(words.join(" "));
        }
        controls
    }

    /// What a password manager sees of the form: for each input its type, its purpose in the words of HTML's autofill, and for one
    /// that names somebody the name; at the end the words of the button that submits it.
    pub async fn form(&self) -> Vec<String> {
        let script = "const [form, ...more] = inside(arguments[0], 'form'); \
             const input = ({ type, autocomplete, value }) => `${type} ${autocomplete}${autocomplete === 'username' ? ` ${value}` : ''}`; \
             const submits = [...form.elements].filter((it) => it.type === 'submit' && isSeen(it)); \
             return more.length ? null : [...[...form.elements].filter((it) => it.matches('input')).map(input), ...submits.map(words)]";
        let form = self
            .waits("one form with all that is in it", script, json!([self.at]))
            .await;
        serde_json::from_value(form).expect("a list of words")
    }

    // What the page's own scripts see -----------------------------------------------------------------------------------

    /// Waits until the widget is at this step and waits for nothing.
    pub async fn is_at(&self, step: &str) {
        let script = "const it = widget(arguments[0]); \
             return it?.getAttribute('step') === arguments[1] && !it.hasAttribute('busy')";
        self.waits(&format!("step {step:?}"), script, json!([self.at, step]))
            .await;
        self.takes_a_picture(step).await;
    }

    /// Waits until an attribute of the widget has this value; `None` for one that is not there.
    pub async fn has(&self, attribute: &str, value: Option<&str>) {
        let script =
            "return (widget(arguments[0])?.getAttribute(arguments[1]) ?? null) === arguments[2]";
        let what = format!("attribute {attribute:?} to be {value:?}");
        self.waits(&what, script, json!([self.at, attribute, value]))
            .await;
    }

    /// Waits for the next event of this name, behind the last one that was waited for, and answers it.
    pub async fn hears(&self, name: &str) -> Value {
        let script = "const at = heard.findIndex((event, n) => n >= arguments[0] && event.name === arguments[1]); \
             return at < 0 ? null : { at, event: heard[at] }";
        let found = self
            .waits(
                &format!("event {name:?}"),
                script,
                json!([self.window.ear.get(), name]),
            )
            .await;
        let at = found["at"].as_u64().and_then(|at| usize::try_from(at).ok());
        self.window.ear.set(at.map_or(0, |at| at + 1));
        found["event"].clone()
    }

    /// Waits for the next `ae-error`, which must be of this kind and have this code, and answers it.
    pub async fn hears_error(&self, kind: &str, code: Option<i64>) -> Value {
        let error = self.hears("ae-error").await;
        assert_eq!(
            (&error["kind"], &error["code"]),
            (&json!(kind), &json!(code)),
            "{error}"
        );
        let (kind, code) = (json!(kind), json!(code));
        self.window.expected.borrow_mut().push((kind, code));
        error
    }

    /// Waits until this moment, in milliseconds since 1970 by the machine's clock, is over.
    pub async fn passes(&self, moment: &Value) {
        self.waits(
            "time to pass",
            "return Date.now() > arguments[0]",
            json!([moment]),
        )
        .await;
    }

    /// How many seconds a button's countdown shows.
    pub async fn countdown(&self, label: &str) -> u64 {
        let script = "const it = button(arguments[0], arguments[1]); \
             const [, minutes, seconds] = it && /(\\d+):(\\d\\d)$/.exec(words(it)) || []; \
             return minutes && it.getAttribute('aria-disabled') === 'true' ? `${+minutes * 60 + +seconds}` : null";
        let what = format!("a countdown on {label:?}");
        let seconds = self.waits(&what, script, json!([self.at, label])).await;
        seconds
            .as_str()
            .and_then(|text| text.parse().ok())
            .unwrap_or_default()
    }

    /// Nothing that can be found by machine keeps anybody out (axe-core, every rule), and no box is drawn around nothing.
    pub async fn is_open_to_everybody(&self) {
        let script = "return axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => \
             violations.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => `${node.target} ${node.html} ${node.failureSummary}`) })))";
        let found = self.promised(script, json!([])).await;
        assert_eq!(found, Ok(json!([])), "{}", self.text().await);
        let script = "return inside(arguments[0], '[part]').filter((it) => !it.matches('input') && !it.querySelector('input') && !words(it) \
             && !it.matches('button *') && getComputedStyle(it).backgroundColor !== 'rgba(0, 0, 0, 0)' && getComputedStyle(it).clipPath === 'none').map((it) => it.outerHTML)";
        let empty = self.asks(script, json!([self.at])).await;
        assert_eq!(empty, json!([]), "boxes around nothing");
    }

    /// All events so far, in order, each with its `name` and its detail.
    pub async fn heard(&self) -> Vec<Value> {
        let heard = self.asks("return heard", json!([])).await;
        heard.as_array().cloned().unwrap_or_default()
    }

    /// How often an event of this name was heard.
    pub async fn count(&self, name: &str) -> usize {
        self.heard()
            .await
            .iter()
            .filter(|event| event["name"] == name)
            .count()
    }

    /// Lets trouble pass that has these words in it.
    pub fn excuses(&self, words: &'static str) {
        self.window.excused.borrow_mut().push(words);
    }

    /// The property `session` of the widget.
    pub async fn session(&self) -> Value {
        self.asks("return widget(arguments[0]).session", json!([self.at]))
            .await
    }

    /// What `getToken()` gives: a token.
    ///
    /// # Errors
    /// The `AeError` it rejects with.
    pub async fn token(&self, options: Value) -> Result<String, Value> {
        let script = "return widget(arguments[0]).getToken(arguments[1])";
        self.promised(script, json!([self.at, options]))
            .await
            .map(|token| {
                token
                    .as_str()
                    .unwrap_or_else(|| panic!("a token is text: {token}"))
                    .to_owned()
            })
    }

    /// What the page was asked for so far, such as `GET /ae-login.wasm`.
    pub fn requests(&self) -> Vec<String> {
        self.window.served.requests()
    }

    /// What is written in the tab and on the device, by name and in order: `tab session`, `device mark` and so on for what is of
    /// the engine and the brand, and the whole name of anything else.
    pub async fn kept(&self) -> Vec<String> {
        let script = "const [start] = arguments; \
             const names = (where, all) => Object.keys(all).map((name) => `${where} ${name.startsWith(start) ? name.slice(start.length) : name}`); \
             return [...names('tab', sessionStorage), ...names('device', localStorage)].sort()";
        let start = format!("ae-login:1:{} DocDemo:", self.window.engine.url());
        let kept = self.asks(script, json!([start])).await;
        serde_json::from_value(kept).expect("names")
    }

    /// What the tab's storage holds, as one text.
    pub async fn stored(&self) -> String {
        let all = self
            .asks(
                "return JSON.stringify([{ ...sessionStorage }, { ...localStorage }])",
                json!([]),
            )
            .await;
        all.as_str().unwrap_or_default().to_owned()
    }

    /// Asks the page, now. `arguments` in the script are these.
    pub async fn asks(&self, script: &str, arguments: Value) -> Value {
        match self.tries(script, arguments).await {
            Ok(answer) => answer,
            Err(why) => panic!("{script}: {why}\n{}", self.described_whole().await),
        }
    }

    /// Asks the page for a promise and waits for what it gives.
    ///
    /// # Errors
    /// What it rejects with.
    pub async fn promised(&self, script: &str, arguments: Value) -> Result<Value, Value> {
        let script = format!(
            "{EYES}\nconst done = arguments[arguments.length - 1]; \
             const asked = (function () {{ {script} }}).apply(null, arguments); \
             Promise.resolve(asked).then((value) => done({{ value }}), \
               (reason) => done({{ reason: {{ name: reason.name, kind: reason.kind, code: reason.code, \
                 retryable: reason.retryable, isError: typeof reason.stack === 'string', message: reason.message }} }}))"
        );
        let answer = self
            .driver()
            .await
            .execute_async(&script, list(arguments))
            .await;
        let answer = self.or_fail(answer, &script[EYES.len()..]).await;
        match answer.get("reason") {
            Some(reason) => Err(reason.clone()),
            None => Ok(answer["value"].clone()),
        }
    }

    /// Waits until a question to the page is answered with something, and answers that.
    pub async fn waits(&self, what: &str, script: &str, arguments: Value) -> Value {
        self.waits_for(PATIENCE, what, script, arguments).await
    }

    /// The same for what is many logins at once: each of the 14 frames of the playground compiles the unoptimised wasm of the demo.
    pub async fn waits_long(&self, what: &str, script: &str, arguments: Value) -> Value {
        self.waits_for(PATIENCE * 18, what, script, arguments).await
    }

    async fn waits_for(
        &self,
        patience: Duration,
        what: &str,
        script: &str,
        arguments: Value,
    ) -> Value {
        let deadline = Instant::now() + patience;
        loop {
            // A page that is just being replaced answers nothing.
            let answer = self.tries(script, arguments.clone()).await;
            if let Ok(answer) = &answer
                && !matches!(answer, Value::Null | Value::Bool(false))
            {
                return answer.clone();
            }
            if Instant::now() > deadline {
                let said = answer.map_or_else(|why| why, |_| String::new());
                panic!(
                    "waited for {what} in vain. {said}\n{}",
                    self.described_whole().await
                );
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// What must hold for every page whatever was done in it: the policy kept, the console silent, no failure that the
    /// scenario did not ask for, and no secret where somebody could read it.
    pub async fn is_clean(&self) {
        let excused = self.window.excused.borrow().clone();
        let is_trouble = |words: &str| !excused.iter().any(|excuse| words.contains(excuse));
        let trouble = self
            .asks(
                "return window.trouble ?? ['the page has no script']",
                json!([]),
            )
            .await;
        let mut trouble: Vec<String> = serde_json::from_value(trouble).unwrap_or_default();
        trouble.extend(
            self.window
                .served
                .reports()
                .iter()
                .map(|report| format!("report: {report}")),
        );
        trouble.retain(|words| is_trouble(words));
        assert!(
            trouble.is_empty(),
            "{trouble:#?}\n{}",
            self.described_whole().await
        );

        let heard = self.heard().await;
        let errors: Vec<(Value, Value)> = heard
            .iter()
            .filter(|event| event["name"] == "ae-error")
            .map(|event| (event["kind"].clone(), event["code"].clone()))
            .collect();
        assert_eq!(
            errors,
            *self.window.expected.borrow(),
            "the failures that were told"
        );

        let written = self
            .asks(
                "return written(arguments[0])",
                json!([self.window.without_secrets]),
            )
            .await;
        let heard = Value::from(heard).to_string();
        self.keeps_no_secret().await;
        for secret in self.secrets().await {
            for (place, text) in [
                ("the document", written.as_str().unwrap_or_default()),
                ("events", &heard),
            ] {
                assert!(
                    !stands_in(&secret, text),
                    "{secret:?} can be read in {place}: {text}"
                );
            }
        }
    }

    /// No code, no password and no token of a first factor alone was written down anywhere in the browser.
    pub async fn keeps_no_secret(&self) {
        // What the storefront writes down of its emulator is its own.
        let script = "return [sessionStorage, localStorage].flatMap((all) => Object.entries(all)) \
             .filter(([key]) => !key.startsWith('storefront:')).flat().join('\\n')";
        let stored = self.asks(script, json!([])).await;
        let stored = stored.as_str().unwrap_or_default();
        for secret in self.window.engine.fleeting_secrets() {
            // As it is, and as it would stand in JSON.
            let quoted = Value::from(secret.as_str()).to_string();
            for written in [secret.as_str(), quoted.trim_matches('"')] {
                assert!(
                    !stands_in(written, stored),
                    "{secret:?} is kept in the browser: {stored}"
                );
            }
        }
    }

    // How it is done ----------------------------------------------------------------------------------------------------

    /// Codes, passwords, login sessions, tokens and keys: those that the engine knows of and those in the tab's storage.
    async fn secrets(&self) -> Vec<String> {
        let mut secrets = self.window.engine.secrets();
        let script = "return Object.values(sessionStorage).flatMap((record) => { \
             try { const { token, session, second } = JSON.parse(record); return [token, session, second?.key].filter(Boolean) } catch { return [] } })";
        let stored: Vec<String> =
            serde_json::from_value(self.asks(script, json!([])).await).unwrap_or_default();
        secrets.extend(stored);
        secrets
    }

    /// Comes to a page of the shop, wherever it was before.
    pub async fn arrives_at(&self, path: &str) {
        let url = format!("{}{path}", self.window.served.origin());
        let done = self.driver().await.goto(&url).await;
        self.or_fail(done, &format!("opening {url}")).await;
        self.begins_anew();
    }

    /// The driver, speaking to this window.
    pub(crate) async fn driver(&self) -> &Client {
        let Window {
            client,
            handle,
            front,
            ..
        } = &*self.window;
        if front.borrow().as_ref() != Some(handle) {
            let turned = client.switch_to_window(handle.clone()).await;
            turned.unwrap_or_else(|error| panic!("turning to another tab: {error}"));
            front.replace(Some(handle.clone()));
        }
        client
    }

    fn begins_anew(&self) {
        self.window.ear.set(0);
        self.window.expected.borrow_mut().clear();
    }

    async fn field(&self, label: &str) -> Element {
        let what = format!("a field labelled {label:?}");
        let script = "return field(arguments[0], arguments[1])";
        self.element(&what, script, json!([self.at, label])).await
    }

    async fn element(&self, what: &str, script: &str, arguments: Value) -> Element {
        let found = self.waits(what, script, arguments).await;
        let id = found
            .as_object()
            .and_then(|found| found.values().next()?.as_str());
        let id = id.unwrap_or_else(|| panic!("{what} is no element: {found}"));
        Element::from_element_id(self.window.client.clone(), ElementRef::from(id.to_owned()))
    }

    async fn tries(&self, script: &str, arguments: Value) -> Result<Value, String> {
        let script = format!("{EYES}\n{script}");
        self.driver()
            .await
            .execute(&script, list(arguments))
            .await
            .map_err(|error| error.to_string())
    }

    async fn or_fail<T, E: std::fmt::Display>(&self, result: Result<T, E>, doing: &str) -> T {
        match result {
            Ok(value) => value,
            Err(error) => panic!("{doing}: {error}\n{}", self.described_whole().await),
        }
    }

    /// All that helps to understand a failure.
    async fn described_whole(&self) -> String {
        let script = "return { url: location.href, step: widget()?.getAttribute('step'), busy: widget()?.hasAttribute('busy'), \
             text: text(), focused: focused()?.outerHTML?.slice(0, 200), heard: window.heard, trouble: window.trouble }";
        let page = self
            .tries(script, json!([]))
            .await
            .unwrap_or_else(Value::from);
        format!(
            "the page: {page:#}\nthe engine heard: {:?}\nthe shop was asked for: {:?}\nreports: {:?}",
            self.window.engine.calls(),
            self.window.served.requests(),
            self.window.served.reports()
        )
    }

    /// Leaves a picture of what can be seen, if somebody wants to look at them.
    pub async fn takes_a_picture(&self, step: &str) {
        let Some(path) = &self.window.shots else {
            return;
        };
        let number = self.window.taken.get() + 1;
        self.window.taken.set(number);
        let path = format!("{}-{number:02}-{step}.png", path.display());
        let picture = self.driver().await.screenshot().await;
        let picture = self.or_fail(picture, "taking a picture").await;
        std::fs::write(&path, picture).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

/// Turns Firefox' driver to the browser itself (`chrome`), or back to the page (`content`).
#[derive(Debug)]
struct Context(&'static str);

impl WebDriverCompatibleCommand for Context {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/moz/context"))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "context": self.0 });
        (Method::POST, Some(body.to_string()))
    }
}

/// Asks for what a browser computes of an element.
#[derive(Debug)]
struct Computed(String);

impl WebDriverCompatibleCommand for Computed {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/{}", self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

fn list(arguments: Value) -> Vec<Value> {
    match arguments {
        Value::Array(list) => list,
        one => vec![one],
    }
}

/// Whether a secret stands in a text by itself: six digits inside a longer number are a coincidence.
fn stands_in(secret: &str, text: &str) -> bool {
    text.match_indices(secret).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + secret.len()..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}
