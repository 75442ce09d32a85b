//! The commands behind the cargo aliases: they build, measure, show and check the widget. Nothing here ships.
//!
//! | module | what it does |
//! |---|---|
//! | [`bundle`] | `cargo bundle`: builds the files that a shop serves |
//! | [`demo`] | `cargo demo`: serves a storefront and an emulated engine |
//! | [`verify`] | `cargo verify`: runs checks and tests, and counts them |
//! | [`sms`] | `cargo sms`: checks whether phones can offer the code of a text message |
//! | [`stage`] | trunk's hook: makes the files that a shop loads from what trunk has built |
//! | [`package`] | makes the npm package of the release |
//! | [`release`] | makes the folder of a release that a page can pin |
//! | [`manifest_diff`] | compares the public names of two releases |
//! | [`compat`] | makes the build without WebAssembly from the wasm of a release, with Binaryen |
//! | [`wasm_postprocess`] | makes the wasm and the glue of a release smaller, with Binaryen and esbuild |
//! | [`wasm_sizes`] | the size of the wasm by crate |
//! | [`size_budget`] | compares the sizes of the shipped files with the budget |
//! | [`script`] | checks and tests the JavaScript |
//! | [`words`] | checks the spelling, and that retired identifiers stay away |
//! | [`licences`] | checks the licences and security advisories of dependencies |
//! | [`countries`] | writes the table of countries, and checks that it is up to date |
//! | [`site`] | serves files with the Content Security Policy of a strict shop |
//! | [`tools`], [`npm`], [`system`] | install missing tools, at pinned versions |
//! | [`test_targets`], [`test_output`] | list test programs, and read what test runners print |
//! | [`sources`] | tells whether sources have changed |
//! | [`progress`] | runs steps with progress on the terminal and log files |
//! | [`run`], [`paths`], [`error`] | run other programs, name folders, report errors |

pub mod bundle;
pub mod compat;
pub mod countries;
pub mod demo;
pub mod error;
pub mod licences;
pub mod manifest_diff;
pub mod npm;
pub mod package;
pub mod paths;
pub mod progress;
pub mod release;
pub mod run;
pub mod script;
pub mod site;
pub mod size_budget;
pub mod sms;
pub mod sources;
pub mod stage;
pub mod system;
pub mod test_output;
pub mod test_targets;
pub mod tools;
pub mod verify;
pub mod wasm_postprocess;
pub mod wasm_sizes;
pub mod words;
