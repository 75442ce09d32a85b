//! What pages, themes and translators rely on, compared with the code.
//!
//! | module | what it tests |
//! |---|---|
//! | `attribute_values` | the values and defaults of attributes are the ones that the element accepts and uses |
//! | `contrast` | the contrast of the default colours and of each theme |
//! | `declarations` | the members in the types are the public members of the class |
//! | `documents` | nothing by itself: reads the Markdown files |
//! | `examples` | the examples of the documents: public names only, Rust compiled |
//! | `faults` | the table of faults, and the tests that cause them |
//! | `first_screen` | the markup of the first screen, which the loader draws |
//! | `languages` | the texts of all languages |
//! | `links` | links, anchors, paths and commands of the documents; the form of README and changelog |
//! | `manifest` | `src/element/custom-elements.json` |
//! | `meanings` | nothing by itself: what the public names mean, for `reference` and `manifest` |
//! | `product` | nothing by itself: the lists in the code as plain data |
//! | `modules` | the modules of `src/login` use each other without a cycle |
//! | `public_names` | attributes, events, custom properties and parts in types and style sheets |
//! | `reference` | the tables of the documents |
//! | `themes` | what a theme may contain |
//! | `typings` | the generated part of the types, and the data for editors |
#![cfg(not(target_arch = "wasm32"))]

mod attribute_values;
mod contrast;
mod declarations;
mod documents;
mod examples;
mod faults;
mod first_screen;
mod languages;
mod links;
mod manifest;
mod meanings;
mod modules;
mod product;
mod public_names;
mod reference;
mod themes;
mod typings;
