//! What pages, themes and translators rely on, compared with the code.
//!
//! | module | what it tests |
//! |---|---|
//! | `contrast` | the contrast of the default colours and of each theme |
//! | `faults` | the table of faults, and the tests that cause them |
//! | `languages` | the texts of all languages |
//! | `public_names` | attributes, events, custom properties and parts in README, types, manifest and style sheets |
//! | `themes` | what a theme may contain |
#![cfg(not(target_arch = "wasm32"))]

mod contrast;
mod faults;
mod languages;
mod public_names;
mod themes;
