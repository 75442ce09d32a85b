//! Keeps two records in the tab's storage: the session and the step in progress; and, where a session ends when it lies unused,
//! when the page was used last. What tabs share is written by `tabs.js`, the device's random name by `element.js`; nothing else
//! is written anywhere.

use crate::login::config::{Settings, Storage};
use crate::login::decimal::decimal;
use crate::login::secret::Secret;
use crate::login::time::Millis;

/// Returns the tab's storage. It may be blocked, missing or taken away at any moment: then there is none, and the page's
/// memory is all there is.
fn session_storage_area() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Returns the device's storage, which may be missing in the same way.
fn local_storage_area() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The browser would not keep it.
#[derive(Debug)]
pub(crate) struct StorageError;

/// The drawers of one engine and brand. Nobody else's records are ever read.
pub(crate) struct RecordStore {
    session_key: String,
    step_key: String,
    last_use_key: String,
}

impl RecordStore {
    /// The drawers for these settings; the number is the records' schema.
    pub(crate) fn new(settings: &Settings) -> Self {
        let prefix = ["ae-login:1:", &settings.base_url, " ", &settings.brand, ":"].concat();
        Self {
            session_key: [&prefix, "session"].concat(),
            step_key: [&prefix, "step"].concat(),
            last_use_key: [&prefix, "used"].concat(),
        }
    }

    /// What an earlier page of this tab left of a session.
    pub(crate) fn read_session(&self, settings: &Settings) -> Option<Secret> {
        read(settings, &self.session_key)
    }

    /// What an earlier page of this tab left of a step.
    pub(crate) fn read_step(&self, settings: &Settings) -> Option<Secret> {
        read(settings, &self.step_key)
    }

    /// When the page was used last, in any tab, by the device's clock; only where a session ends when it lies unused.
    pub(crate) fn read_last_use(&self, settings: &Settings) -> Option<Millis> {
        settings.max_idle?;
        local_storage_area()?
            .get_item(&self.last_use_key)
            .ok()??
            .parse()
            .ok()
    }

    /// Notes that it was.
    pub(crate) fn write_last_use(&self, settings: &Settings, at: Millis) {
        if settings.storage != Storage::Memory
            && let Some(device) = local_storage_area()
        {
            // Where it cannot be noted, this tab knows all the same.
            let _ = device.set_item(&self.last_use_key, &decimal(at));
        }
    }

    /// Writes or erases the session's record.
    pub(crate) fn write_session(
        &self,
        storage: Storage,
        record: Option<&Secret>,
    ) -> Result<(), StorageError> {
        write(storage, &self.session_key, record)
    }

    /// Writes or erases the step's record.
    pub(crate) fn write_step(
        &self,
        settings: &Settings,
        record: Option<&Secret>,
    ) -> Result<(), StorageError> {
        write(settings.storage, &self.step_key, record)
    }
}

fn read(settings: &Settings, key: &str) -> Option<Secret> {
    if settings.storage == Storage::Memory {
        return None;
    }
    session_storage_area()?.get_item(key).ok()?.map(Secret::new)
}

fn write(storage: Storage, key: &str, record: Option<&Secret>) -> Result<(), StorageError> {
    let record = record.filter(|_| storage != Storage::Memory);
    if let Some(tab) = session_storage_area() {
        if let Some(record) = record
            && tab.set_item(key, record.expose()).is_ok()
            // A browser may take a record and keep another one.
            && tab.get_item(key).is_ok_and(|stored| stored.as_deref() == Some(record.expose()))
        {
            return Ok(());
        }
        // Erasing goes on even where nothing may be written: an earlier setting may have written, or an earlier customer.
        let _ = tab.remove_item(key);
    }
    record.map_or(Ok(()), |_| Err(StorageError))
}
