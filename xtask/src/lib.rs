//! The programs behind the cargo aliases: what builds, weighs, shows and checks the widget.
//!
//! | file | what it does |
//! |---|---|
//! | `bundle` | `cargo bundle`: from source to the files a shop serves |
//! | `demo` | `cargo demo`: a storefront and an engine to sign in against |
//! | `verify` | `cargo verify`: every test there is, in one run |
//! | `stage` | trunk's hook: turns what trunk has built into the module that a shop loads |
//! | `wasm_postprocess` | makes a release's wasm and glue smaller, with Binaryen and esbuild |
//! | `script` | checks and tests the JavaScript |
//! | `size_budget`, `names` | what the files weigh, against the budget, and where the bytes are |
//! | `sms` | `cargo sms`: whether phones can offer the code of a brand's message |
//! | `countries` | writes the table of countries and says when it is out of date |
//! | `licences` | what may be built in from elsewhere |
//! | `site` | serves files with the policy a strict shop would send |
//! | `tools`, `npm`, `system` | installs what is missing, at pinned versions |
//! | `progress` | numbered steps on the terminal, with log files |
//! | `run`, `counts`, `paths`, `problem` | other programs, their closing lines, paths, what went wrong |
//!
//! Nothing here ships.

pub mod bundle;
pub mod countries;
pub mod counts;
pub mod demo;
pub mod licences;
pub mod names;
pub mod npm;
pub mod paths;
pub mod problem;
pub mod progress;
pub mod run;
pub mod script;
pub mod site;
pub mod size_budget;
pub mod sms;
pub mod stage;
pub mod system;
pub mod tools;
pub mod verify;
pub mod wasm_postprocess;
