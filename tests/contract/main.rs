//! Public names, style sheets, themes, languages and the table of faults, each checked against the code.
#![cfg(not(target_arch = "wasm32"))]

mod contrast;
mod documents;
mod examples;
mod faults;
mod languages;
mod links;
mod manifest;
mod product;
mod public_names;
mod reference;
mod themes;
