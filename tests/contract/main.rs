//! Public names, style sheets, themes, languages and the table of faults, each checked against the code.
#![cfg(not(target_arch = "wasm32"))]

mod attribute_values;
mod contrast;
mod declarations;
mod documents;
mod examples;
mod faults;
mod languages;
mod links;
mod manifest;
mod meanings;
mod product;
mod public_names;
mod reference;
mod themes;
