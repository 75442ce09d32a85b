//! Public names, style sheets, themes, languages and the table of faults, each checked against the code.
#![cfg(not(target_arch = "wasm32"))]

mod contrast;
mod faults;
mod languages;
mod modules;
mod public_names;
mod themes;
