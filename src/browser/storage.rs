//! Stores the records of this tab in `sessionStorage`: the session and the step in progress. `localStorage` has the time of last use if
//! the attribute `max-idle` is set, and the identifier of the last login with `remember-identifier`.
//!
//! `tabs.js` stores what tabs share, and `device` stores the device id. Nothing else is stored in the browser.

use crate::login::config::{Settings, Storage};
use crate::login::decimal::decimal;
use crate::login::secret::Secret;
use crate::login::time::UnixMs;

/// Returns `sessionStorage`; `None` if it is missing or blocked. Both can change while the page is open.
fn session_storage_area() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}

/// Returns `localStorage`; `None` if it is missing or blocked.
fn local_storage_area() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The last part of the key of each record.
const SESSION: &str = "session";
const STEP: &str = "step";
const LAST_USE: &str = "used";
const IDENTIFIER: &str = "identifier";

/// The browser has not stored a record.
#[derive(Debug)]
pub(crate) struct StorageError;

/// The records of one engine and brand. Each engine and brand has keys of its own.
pub(crate) struct RecordStore {
    prefix: String,
}

impl RecordStore {
    /// Creates the store for the engine and the brand of these settings. The number in the keys is the version of the schema.
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            prefix: ["ae-login:1:", &settings.base_url, " ", &settings.brand, ":"].concat(),
        }
    }

    fn key(&self, name: &str) -> String {
        [&self.prefix, name].concat()
    }

    /// Reads the session that an earlier page of this tab has stored.
    pub(crate) fn read_session(&self, settings: &Settings) -> Option<Secret> {
        read(settings, &self.key(SESSION))
    }

    /// Reads the step in progress that an earlier page of this tab has stored.
    pub(crate) fn read_step(&self, settings: &Settings) -> Option<Secret> {
        read(settings, &self.key(STEP))
    }

    /// Reads the time of last use in any tab, in milliseconds since 1970 by the device's clock. Returns `None` without `max-idle`.
    pub(crate) fn read_last_use(&self, settings: &Settings) -> Option<UnixMs> {
        settings.max_idle?;
        local_storage_area()?
            .get_item(&self.key(LAST_USE))
            .ok()??
            .parse()
            .ok()
            .map(UnixMs)
    }

    /// Writes the time of last use.
    pub(crate) fn write_last_use(&self, settings: &Settings, at: UnixMs) {
        if settings.storage != Storage::Memory
            && let Some(device) = local_storage_area()
        {
            // If this fails, other tabs do not learn of it; this tab has the time in memory.
            let _ = device.set_item(&self.key(LAST_USE), &decimal(at.0));
        }
    }

    /// Reads the identifier of the last login on this device.
    pub(crate) fn read_identifier(&self) -> Option<Secret> {
        let stored = local_storage_area()?.get_item(&self.key(IDENTIFIER));
        stored.ok()?.map(Secret::new)
    }

    /// Writes the identifier of the last login, or erases it for `None`. If this fails, the customer types it the next time.
    pub(crate) fn write_identifier(&self, record: Option<&Secret>) {
        if let Some(device) = local_storage_area() {
            let key = self.key(IDENTIFIER);
            let _ = match record {
                Some(record) => device.set_item(&key, record.expose()),
                None => device.remove_item(&key),
            };
        }
    }

    /// Writes the record of the session, or erases it for `None`.
    pub(crate) fn write_session(
        &self,
        storage: Storage,
        record: Option<&Secret>,
    ) -> Result<(), StorageError> {
        write(storage, &self.key(SESSION), record)
    }

    /// Writes the record of the step in progress, or erases it for `None`.
    pub(crate) fn write_step(
        &self,
        settings: &Settings,
        record: Option<&Secret>,
    ) -> Result<(), StorageError> {
        write(settings.storage, &self.key(STEP), record)
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
            // Read it back: a browser may report success and store another value.
            && tab.get_item(key).is_ok_and(|stored| stored.as_deref() == Some(record.expose()))
        {
            return Ok(());
        }
        // Erase it even if nothing may be written: a page with other settings may have written a record.
        let _ = tab.remove_item(key);
    }
    record.map_or(Ok(()), |_| Err(StorageError))
}
