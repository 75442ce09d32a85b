//! The places to which the record of a session is written.

use super::version::SessionVersion;
use crate::login::config::Storage;

/// The tabs that get a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TabScope {
    /// Only the next page of this tab.
    ThisTab,
    /// The other tabs too.
    AllTabs,
}

/// The places in which a record is stored, or erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// This tab's own copy: [`Storage::Tab`] or [`Storage::Memory`].
    pub own: Storage,
    /// The copy for the other tabs.
    pub shared: SharedCopy,
    /// Whether storing fails if the shared copy cannot be stored.
    pub needs_shared: bool,
    /// Whether the key that encrypts the session's records is deleted.
    pub forgets_key: bool,
}

/// The copy of a record that other tabs can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedCopy {
    /// There is none: the others know it already, or it stays in the memory of this page.
    Nothing,
    /// An encrypted copy whose key only the open tabs have.
    WithTabs,
    /// An encrypted copy whose key this device stores.
    OnDevice,
}

impl Placement {
    /// Decides where a record goes.
    ///
    /// `can_keep_on_device` says whether this browser can store a key that scripts cannot read. If it cannot, a session for the
    /// device lasts as long as the tab.
    pub fn of(
        storage: Storage,
        audience: TabScope,
        version: SessionVersion,
        is_erased: bool,
        can_keep_on_device: bool,
    ) -> Self {
        let own = match storage {
            // A record on the device is not stored in the tab too.
            Storage::Device if can_keep_on_device => Storage::Memory,
            Storage::Device | Storage::Tab => Storage::Tab,
            Storage::Memory => Storage::Memory,
        };
        // Other tabs learn of every end, even if the session was in the memory of one page.
        let is_news = storage != Storage::Memory || is_erased;
        let shared = match audience {
            TabScope::AllTabs if is_news => {
                if storage == Storage::Device && can_keep_on_device {
                    SharedCopy::OnDevice
                } else {
                    SharedCopy::WithTabs
                }
            }
            TabScope::AllTabs | TabScope::ThisTab => SharedCopy::Nothing,
        };
        Self {
            own,
            shared,
            needs_shared: own != storage,
            forgets_key: is_erased && version.is_ended(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::time::UnixMs;

    fn of(storage: Storage, audience: TabScope, is_erased: bool, can_keep: bool) -> Placement {
        let version = SessionVersion::default().signed_in(UnixMs(1));
        let version = if is_erased { version.ended() } else { version };
        Placement::of(storage, audience, version, is_erased, can_keep)
    }

    #[test]
    fn record_for_the_device_is_stored_once() {
        let placement = of(Storage::Device, TabScope::AllTabs, false, true);
        assert_eq!(placement.own, Storage::Memory);
        assert_eq!(placement.shared, SharedCopy::OnDevice);
        assert!(placement.needs_shared && !placement.forgets_key);
    }

    #[test]
    fn record_stays_in_the_tab_if_the_device_cannot_store_a_key() {
        let placement = of(Storage::Device, TabScope::AllTabs, false, false);
        assert_eq!(placement.own, Storage::Tab);
        assert_eq!(placement.shared, SharedCopy::WithTabs);
        assert!(placement.needs_shared);
    }

    #[test]
    fn record_of_a_tab_is_shared_with_open_tabs() {
        let placement = of(Storage::Tab, TabScope::AllTabs, false, true);
        assert_eq!(placement.own, Storage::Tab);
        assert_eq!(placement.shared, SharedCopy::WithTabs);
        assert!(!placement.needs_shared);
    }

    #[test]
    fn record_in_memory_is_shared_only_when_it_is_erased() {
        assert_eq!(
            of(Storage::Memory, TabScope::AllTabs, false, true).shared,
            SharedCopy::Nothing
        );
        assert_eq!(
            of(Storage::Memory, TabScope::AllTabs, true, true).shared,
            SharedCopy::WithTabs
        );
    }

    #[test]
    fn record_from_another_tab_is_not_shared_again() {
        for storage in [Storage::Tab, Storage::Device, Storage::Memory] {
            for is_erased in [false, true] {
                let placement = of(storage, TabScope::ThisTab, is_erased, true);
                assert_eq!(placement.shared, SharedCopy::Nothing);
            }
        }
    }

    #[test]
    fn key_is_deleted_with_the_end_of_its_session() {
        assert!(of(Storage::Tab, TabScope::AllTabs, true, true).forgets_key);
        assert!(!of(Storage::Tab, TabScope::AllTabs, false, true).forgets_key);
        let still_running = SessionVersion::default().signed_in(UnixMs(1));
        let placement = Placement::of(Storage::Tab, TabScope::ThisTab, still_running, true, true);
        assert!(!placement.forgets_key);
    }
}
