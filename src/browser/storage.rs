//! Keeps two records in the tab's storage: the session and the step in progress; and, where a session ends when it lies unused,
//! when the page was used last. What tabs share is written by `tabs.js`, the device's random name by `element.js`; nothing else
//! is written anywhere.

use crate::login::config::{Settings, Storage};
use crate::login::decimal::decimal;
use crate::login::secret::Secret;
use crate::login::time::UnixMs;

/// Returns the tab's storage. It may be blocked, missing or taken away at any moment: then there is none, and the page's
/// memory is all there is.
fn of_tab() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Returns the device's storage, which may be missing in the same way.
fn of_device() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The browser would not keep it.
#[derive(Debug)]
pub(crate) struct NotKept;

/// The drawers of one engine and brand. Nobody else's records are ever read.
pub(crate) struct Drawers {
    session: String,
    step: String,
    used: String,
}

impl Drawers {
    /// The drawers for these settings; the number is the records' schema.
    pub(crate) fn new(settings: &Settings) -> Self {
        let prefix = ["ae-login:1:", &settings.base_url, " ", &settings.brand, ":"].concat();
        Self {
            session: [&prefix, "session"].concat(),
            step: [&prefix, "step"].concat(),
            used: [&prefix, "used"].concat(),
        }
    }

    /// What an earlier page of this tab left of a session.
    pub(crate) fn session(&self, settings: &Settings) -> Option<Secret> {
        read(settings, &self.session)
    }

    /// What an earlier page of this tab left of a step.
    pub(crate) fn step(&self, settings: &Settings) -> Option<Secret> {
        read(settings, &self.step)
    }

    /// When the page was used last, in any tab, by the device's clock; only where a session ends when it lies unused.
    pub(crate) fn used(&self, settings: &Settings) -> Option<UnixMs> {
        settings.max_idle?;
        let text = of_device()?.get_item(&self.used).ok()??;
        text.parse().ok().map(UnixMs)
    }

    /// Notes that it was.
    pub(crate) fn keep_used(&self, settings: &Settings, wall: UnixMs) {
        if settings.storage != Storage::Memory
            && let Some(device) = of_device()
        {
            // Where it cannot be noted, this tab knows all the same.
            let _ = device.set_item(&self.used, &decimal(wall.0));
        }
    }

    /// Writes or erases the session's record.
    pub(crate) fn keep_session(
        &self,
        place: Storage,
        record: Option<&Secret>,
    ) -> Result<(), NotKept> {
        write(place, &self.session, record)
    }

    /// Writes or erases the step's record.
    pub(crate) fn keep_step(
        &self,
        settings: &Settings,
        record: Option<&Secret>,
    ) -> Result<(), NotKept> {
        write(settings.storage, &self.step, record)
    }
}

fn read(settings: &Settings, key: &str) -> Option<Secret> {
    if settings.storage == Storage::Memory {
        return None;
    }
    of_tab()?.get_item(key).ok()?.map(Secret::new)
}

fn write(place: Storage, key: &str, record: Option<&Secret>) -> Result<(), NotKept> {
    let record = record.filter(|_| place != Storage::Memory);
    if let Some(tab) = of_tab() {
        if let Some(record) = record
            && tab.set_item(key, record.expose()).is_ok()
            // A browser may take a record and keep another one.
            && tab.get_item(key).is_ok_and(|kept| kept.as_deref() == Some(record.expose()))
        {
            return Ok(());
        }
        // Erasing goes on even where nothing may be written: an earlier setting may have written, or an earlier customer.
        let _ = tab.remove_item(key);
    }
    record.map_or(Ok(()), |_| Err(NotKept))
}
