//! The state that the tabs of a shop share about a session (`tabs.js`): its version, its encrypted record, and the lock for renewing.
//!
//! `login` decides what a version means; see [`SessionVersion`].

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::login::config::Settings;
use crate::login::secret::Secret;
use crate::login::session::{SessionVersion, SharedCopy};
use crate::login::{Input, Ticket};

#[wasm_bindgen(module = "/src/browser/tabs.js")]
extern "C" {
    /// The object that `openTabChannel` returns.
    type JsTabChannel;

    /// Opens the channel. `on_version` is called with each version that another tab announces.
    #[wasm_bindgen(catch, js_name = openTabChannel)]
    fn open_tab_channel(name: &str, on_version: &JsValue) -> Result<JsTabChannel, JsValue>;

    /// Reads the version from `localStorage`.
    #[wasm_bindgen(method)]
    fn version(this: &JsTabChannel) -> Option<String>;

    /// Writes a version and its record, then announces the version to the other tabs.
    #[wasm_bindgen(method)]
    fn publish(this: &JsTabChannel, version: &str, record: Option<&str>, on_device: bool);

    /// Erases this tab's copy of the key for shared records.
    #[wasm_bindgen(method, js_name = forgetKey)]
    fn forget_key(this: &JsTabChannel);

    /// Whether a record can be encrypted with a key that only this device has.
    #[wasm_bindgen(method, getter, js_name = canStoreOnDevice)]
    fn can_store_on_device(this: &JsTabChannel) -> bool;

    /// Reads the record of a version. `done` is called with it, or with `undefined` if it cannot be read.
    #[wasm_bindgen(method, js_name = readRecord)]
    fn read_record(this: &JsTabChannel, version: &str, done: &JsValue);

    /// Requests the lock for renewing, and returns the function that releases it. `done` is called when the lock is granted.
    #[wasm_bindgen(method, js_name = acquireLock)]
    fn acquire_lock(this: &JsTabChannel, done: &JsValue) -> Function;

    /// Closes the channel.
    #[wasm_bindgen(method)]
    fn close(this: &JsTabChannel);
}

/// An open channel to the other tabs with the same engine and brand. Dropping it closes it.
pub(crate) struct TabChannel {
    js: JsTabChannel,
    /// The version that was last read from `localStorage`.
    last_seen: RefCell<Option<String>>,
    lock_requests: RefCell<Vec<LockRequest>>,
    _on_version: Closure<dyn FnMut(String)>,
}

/// A lock that is requested or held. Dropping it cancels the request or releases the lock.
struct LockRequest {
    ticket: Ticket,
    release: Function,
    _on_lock: Closure<dyn FnMut()>,
}

impl Drop for LockRequest {
    fn drop(&mut self) {
        // The function does not throw.
        let _ = self.release.call0(&JsValue::NULL);
    }
}

impl TabChannel {
    /// Opens the channel for an engine and a brand. `on_version` is called with the versions that other tabs announce. Returns
    /// `None` if `openTabChannel` throws.
    pub(crate) fn open(
        settings: &Settings,
        mut on_version: impl FnMut(SessionVersion) + 'static,
    ) -> Option<Self> {
        let name = ["ae-login:1:", &settings.base_url, " ", &settings.brand].concat();
        let on_version = Closure::new(move |text: String| {
            if let Some(version) = SessionVersion::parse(&text) {
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

    /// Erases this tab's copy of the key for shared records. Call it when the session has ended.
    pub(crate) fn forget_key(&self) {
        self.js.forget_key();
    }

    /// Returns whether this browser can encrypt a record with a key that only this device has.
    pub(crate) fn can_store_on_device(&self) -> bool {
        self.js.can_store_on_device()
    }

    /// Reads the current version. `None` if there is none, or if another program wrote the value.
    pub(crate) fn version(&self) -> Option<SessionVersion> {
        let text = self.js.version();
        self.last_seen.borrow_mut().clone_from(&text);
        SessionVersion::parse(&text?)
    }

    /// Returns an input for `login` if the version has changed since it was last read.
    pub(crate) fn version_change(&self) -> Option<Input> {
        let text = self.js.version();
        let before = self.last_seen.replace(text.clone());
        if before == text {
            return None;
        }
        match text {
            None => Some(Input::SharedVersionChanged(None)),
            // A value that is not a version was written by another program and is ignored.
            Some(text) => SessionVersion::parse(&text)
                .map(|version| Input::SharedVersionChanged(Some(version))),
        }
    }

    /// Writes a version and its record. Returns whether the browser has stored the version; the record is written later.
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

    /// Reads the record of a version. `done` is called with `None` if it cannot be read.
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

    /// Requests the lock for renewing. `done` is called when it is granted, or when the tab has waited long enough for it.
    pub(crate) fn acquire_lock(&self, ticket: Ticket, done: impl FnOnce() + 'static) {
        let on_lock = Closure::once(done);
        let request = LockRequest {
            ticket,
            release: self.js.acquire_lock(on_lock.as_ref()),
            _on_lock: on_lock,
        };
        self.lock_requests.borrow_mut().push(request);
    }

    /// Releases the lock, or cancels the request for it.
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
