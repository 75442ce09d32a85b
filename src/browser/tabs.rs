//! The line between the tabs of a shop. `tabs.js` carries it; `login` says what a version means.

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
    type JsTabChannel;

    /// Opens the line. `heard` is called with each version that another tab tells.
    #[wasm_bindgen(catch, js_name = openTabChannel)]
    fn open_tab_channel(name: &str, on_version: &JsValue) -> Result<JsTabChannel, JsValue>;

    /// The version as it is written now.
    #[wasm_bindgen(method)]
    fn version(this: &JsTabChannel) -> Option<String>;

    /// Writes a version and the record behind it, and tells the other tabs.
    #[wasm_bindgen(method)]
    fn publish(this: &JsTabChannel, version: &str, record: Option<&str>, on_device: bool);

    /// Forgets the key of a session that is over.
    #[wasm_bindgen(method, js_name = forgetKey)]
    fn forget_key(this: &JsTabChannel);

    /// Whether anything can be kept on this device.
    #[wasm_bindgen(method, getter, js_name = canStoreOnDevice)]
    fn can_store_on_device(this: &JsTabChannel) -> bool;

    /// Reads the record behind a version. `done` is called with it, or with nothing.
    #[wasm_bindgen(method, js_name = readRecord)]
    fn read_record(this: &JsTabChannel, version: &str, done: &JsValue);

    /// Waits for a turn, and gives the function that gives it up. `done` is called when it has come.
    #[wasm_bindgen(method, js_name = acquireLock)]
    fn acquire_lock(this: &JsTabChannel, done: &JsValue) -> Function;

    /// Closes the line.
    #[wasm_bindgen(method)]
    fn close(this: &JsTabChannel);
}

/// An open line. Dropping it closes it.
pub(crate) struct TabChannel {
    js: JsTabChannel,
    /// The version that was seen last, ours or another tab's.
    last_seen: RefCell<Option<String>>,
    lock_requests: RefCell<Vec<LockRequest>>,
    _on_version: Closure<dyn FnMut(String)>,
}

/// A place in the queue. Dropping it gives it up.
struct LockRequest {
    ticket: Ticket,
    release: Function,
    _on_lock: Closure<dyn FnMut()>,
}

impl Drop for LockRequest {
    fn drop(&mut self) {
        // It lets a lock go, and does not throw.
        let _ = self.release.call0(&JsValue::NULL);
    }
}

impl TabChannel {
    /// Opens a line. `heard` is called with the marks that other tabs tell.
    pub(crate) fn open(
        settings: &Settings,
        mut on_version: impl FnMut(SessionVersion) + 'static,
    ) -> Option<Self> {
        let name = ["ae-login:1:", &settings.base_url, " ", &settings.brand].concat();
        let on_version = Closure::new(move |text: String| {
            if let Some(version) = SessionVersion::read(&text) {
                on_version(version);
            }
        });
        let js = open_tab_channel(&name, on_version.as_ref()).ok()?;
        Some(Self {
            js,
            last_seen: RefCell::new(None),
            lock_requests: RefCell::default(),
            _on_version: on_version,
        })
    }

    /// Forgets the key of a session that is over.
    pub(crate) fn forget_key(&self) {
        self.js.forget_key();
    }

    /// Whether anything can be kept on this device.
    pub(crate) fn can_store_on_device(&self) -> bool {
        self.js.can_store_on_device()
    }

    /// The version as it is written now.
    pub(crate) fn version(&self) -> Option<SessionVersion> {
        let text = self.js.version();
        self.last_seen.borrow_mut().clone_from(&text);
        SessionVersion::read(&text?)
    }

    /// What is to be told if the version is another one than was seen last.
    pub(crate) fn version_change(&self) -> Option<Input> {
        let text = self.js.version();
        let before = self.last_seen.replace(text.clone());
        if before == text {
            return None;
        }
        match text {
            None => Some(Input::SharedVersionChanged(None)),
            // What is no version was not written by us, and means nothing.
            Some(text) => SessionVersion::read(&text)
                .map(|version| Input::SharedVersionChanged(Some(version))),
        }
    }

    /// Writes a version and the record behind it. Says whether the version was taken.
    pub(crate) fn publish(
        &self,
        version: SessionVersion,
        record: Option<&Secret>,
        shared: SharedCopy,
    ) -> bool {
        let text = version.to_text();
        let on_device = shared == SharedCopy::OnDevice;
        self.js
            .publish(&text, record.map(Secret::expose), on_device);
        self.version() == Some(version)
    }

    /// Reads the record behind a version and brings it to `done`, or nothing.
    pub(crate) fn read_record(
        &self,
        version: SessionVersion,
        done: impl FnOnce(Option<Secret>) + 'static,
    ) {
        let done = Closure::once_into_js(move |record: Option<String>| {
            done(record.map(Secret::new));
        });
        self.js.read_record(&version.to_text(), &done);
    }

    /// Waits for a turn, and calls `done` when it has come.
    pub(crate) fn acquire_lock(&self, ticket: Ticket, done: impl FnOnce() + 'static) {
        let on_lock = Closure::once(done);
        let request = LockRequest {
            ticket,
            release: self.js.acquire_lock(on_lock.as_ref()),
            _on_lock: on_lock,
        };
        self.lock_requests.borrow_mut().push(request);
    }

    /// Gives up a place in the queue.
    pub(crate) fn release_lock(&self, ticket: Ticket) {
        let mut lock_requests = self.lock_requests.borrow_mut();
        if let Some(at) = lock_requests
            .iter()
            .position(|request| request.ticket == ticket)
        {
            lock_requests.swap_remove(at);
        }
    }
}

impl Drop for TabChannel {
    fn drop(&mut self) {
        self.lock_requests.get_mut().clear();
        self.js.close();
    }
}
