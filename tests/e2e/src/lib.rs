//! Whole logins in real browsers.
