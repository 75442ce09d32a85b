//! The line between the tabs of a shop. `tabs.js` carries it; `login` says what a mark means.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::login::config::Settings;
use crate::login::secret::Secret;
use crate::login::session::{SessionVersion, SharedCopy};
use crate::login::{Input, Ticket};

#[wasm_bindgen(module = "/src/browser/tabs.js")]
extern "C" {
    /// What `tabs.js` gives: the line between tabs.
    type Tabs;

    /// Opens the line. `heard` is called with each mark that another tab tells.
    #[wasm_bindgen(catch)]
    fn share(name: &str, heard: &JsValue) -> Result<Tabs, JsValue>;

    /// The mark as it is written now.
    #[wasm_bindgen(method)]
    fn mark(this: &Tabs) -> Option<String>;

    /// Writes a mark and the record behind it, and tells the other tabs.
    #[wasm_bindgen(method)]
    fn keep(this: &Tabs, mark: &str, record: Option<&str>, on_device: bool);

    /// Forgets the key of a session that is over.
    #[wasm_bindgen(method)]
    fn forget(this: &Tabs);

    /// Whether anything can be kept on this device.
    #[wasm_bindgen(method, getter, js_name = canKeep)]
    fn can_keep(this: &Tabs) -> bool;

    /// Reads the record behind a mark. `done` is called with it, or with nothing.
    #[wasm_bindgen(method)]
    fn look(this: &Tabs, mark: &str, done: &JsValue);

    /// Waits for a turn, and gives the function that gives it up. `done` is called when it has come.
    #[wasm_bindgen(method)]
    fn queue(this: &Tabs, done: &JsValue) -> Function;

    /// Closes the line.
    #[wasm_bindgen(method)]
    fn close(this: &Tabs);
}

/// An open line. Dropping it closes it.
pub(crate) struct Line {
    tabs: Tabs,
    /// The mark that was seen last, ours or another tab's.
    seen: RefCell<Option<String>>,
    places: RefCell<Vec<Place>>,
    _heard: Closure<dyn FnMut(String)>,
}

/// A place in the queue. Dropping it gives it up.
struct Place {
    ticket: Ticket,
    leave: Function,
    _turn: Closure<dyn FnMut()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        // It lets a lock go, and does not throw.
        let _ = self.leave.call0(&JsValue::NULL);
    }
}

impl Line {
    /// Opens a line. `heard` is called with the marks that other tabs tell.
    pub(crate) fn open(
        settings: &Settings,
        mut heard: impl FnMut(SessionVersion) + 'static,
    ) -> Option<Self> {
        let name = ["ae-login:1:", &settings.base_url, " ", &settings.brand].concat();
        let heard = Closure::new(move |text: String| {
            if let Some(mark) = SessionVersion::parse(&text) {
                heard(mark);
            }
        });
        let tabs = share(&name, heard.as_ref()).ok()?;
        Some(Self {
            tabs,
            seen: RefCell::new(None),
            places: RefCell::default(),
            _heard: heard,
        })
    }

    /// Forgets the key of a session that is over.
    pub(crate) fn forget(&self) {
        self.tabs.forget();
    }

    /// Whether anything can be kept on this device.
    pub(crate) fn can_keep(&self) -> bool {
        self.tabs.can_keep()
    }

    /// The mark as it is written now.
    pub(crate) fn mark(&self) -> Option<SessionVersion> {
        let text = self.tabs.mark();
        self.seen.borrow_mut().clone_from(&text);
        SessionVersion::parse(&text?)
    }

    /// What is to be told if the mark is another one than was seen last.
    pub(crate) fn glance(&self) -> Option<Input> {
        let text = self.tabs.mark();
        let before = self.seen.replace(text.clone());
        if before == text {
            return None;
        }
        match text {
            None => Some(Input::SharedVersionChanged(None)),
            // What is no mark was not written by us, and means nothing.
            Some(text) => {
                SessionVersion::parse(&text).map(|mark| Input::SharedVersionChanged(Some(mark)))
            }
        }
    }

    /// Writes a mark and the record behind it. Says whether the mark was taken.
    pub(crate) fn keep(
        &self,
        mark: SessionVersion,
        record: Option<&Secret>,
        shared: SharedCopy,
    ) -> bool {
        let text = mark.to_text();
        let on_device = shared == SharedCopy::OnDevice;
        self.tabs.keep(&text, record.map(Secret::expose), on_device);
        self.mark() == Some(mark)
    }

    /// Reads the record behind a mark and brings it to `done`, or nothing.
    pub(crate) fn look(&self, mark: SessionVersion, done: impl FnOnce(Option<Secret>) + 'static) {
        let done = Closure::once_into_js(move |record: Option<String>| {
            done(record.map(Secret::new));
        });
        self.tabs.look(&mark.to_text(), &done);
    }

    /// Waits for a turn, and calls `done` when it has come.
    pub(crate) fn queue(&self, ticket: Ticket, done: impl FnOnce() + 'static) {
        let turn = Closure::once(done);
        let place = Place {
            ticket,
            leave: self.tabs.queue(turn.as_ref()),
            _turn: turn,
        };
        self.places.borrow_mut().push(place);
    }

    /// Gives up a place in the queue.
    pub(crate) fn leave(&self, ticket: Ticket) {
        let mut places = self.places.borrow_mut();
        if let Some(at) = places.iter().position(|place| place.ticket == ticket) {
            places.swap_remove(at);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.places.get_mut().clear();
        self.tabs.close();
    }
}
