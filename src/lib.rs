//! `<ae-login>`: signs a web shop's customers in against Capillary's Auth Engine and keeps them signed in.
//!
//! # The map
//!
//! Four rooms, one door, one wall.
//!
//! | room | verb | what is in it |
//! |---|---|---|
//! | [`login`] | decides | the flow of a login (`flow`: the diagram, and one module for each step), the session (`session`), the messages between the core and the browser (`message`), the engine's JSON (`wire`, `codec`), failures and their remedies (`problem`), attributes (`config`), what people type (`identifier`, `country`, `otp`), what a screen holds (`view`, `text`); the table of all modules is in `login/mod.rs` |
//! | [`ui`] | draws | Leptos components as functions of plain values: `form`, `field`, `button`, `message`; `drawing` (wasm only: the root, which keeps the component tree's state, reads DOM events, puts the focus). Native builds render any view to HTML (`ui::to_html`) |
//! | `browser` | does | one browser power per file, each with its table in `browser/mod.rs`: `run` (the loop), `http`, `storage`, `tabs`, `clock`, `page_events`, `document`, `device`, `events`, `locale`, `countries`, `web_otp`, `pattern`, `memory` (cleared when it is freed), and the JavaScript modules that they import |
//! | `element` | meets the page | the functions that JavaScript calls (attributes in, screens and events out), and the JavaScript of the element's class and the loader; the table is in `element/mod.rs` |
//! | [`component`] | the second door | [`AeLogin`], the same form as a Leptos component for Leptos storefronts |
//!
//! The door is [`login::Login`]: `handle(now, input) -> effects`, `wake_at(now)`, `view(now, host)`.
//!
//! The wall is in `Cargo.toml`: the browser's crates exist for the wasm target only, so `login` cannot name them and
//! `cargo test` needs none of them.
//!
//! # Where to start
//!
//! `login/flow.rs`: the diagram of the flow, and its dispatch to the steps. Then `login/session.rs`: the states of a session.
//!
//! # The contract
//!
//! Comments name the engine's rules as "contract §n". The numbers are ours; what the vendor documents behind each, and what is
//! our reading, stands in `emulator/README.md`, and the emulator beside it behaves so:
//!
//! | § | about |
//! |---|---|
//! | 1.4, 1.5 | the fields that recur: identifier, brand, session; the device id, which web calls ignore |
//! | 1.6, 1.7 | the envelope of every answer; failures and their codes |
//! | 1.8 | times and limits: attempts 15 min, codes 20 min, five tries, quotas |
//! | 2.1 to 2.7 | the first factor: `web/token/generate`, `web/otp/generate`, `web/otp/validate`, `web/password/validate`, `web/token/regenerate`, `web/password/change`, `web/password/forget` |
//! | 3.1 to 3.8 | the second: `mfa/token/generate`, `mfa/otp/generate`, `mfa/otp/validate`, `mfa/password/validate`, `mfa/password/change`, `mfa/password/forget`, `mfa/token/regenerate`, `mfa/token/expire` |
//! | 5 | the order of the calls |
//! | 6, 7, 8 | roles, the parts of a token, when a second factor is due |
//! | 9 | what a brand can switch on that changes the form |
//! | 12 | what nobody documents, and how it is put up with |
//!
//! # What may not be
//!
//! - `login` never learns the time, a request's fate or a pixel by itself; it is told.
//! - `browser` contains no rule about signing in.
//! - `ui` keeps no state that would be missed after a redraw, except focus.
//! - `ui` writes no `innerHTML`: pages with Trusted Types forbid it. `ui/mod.rs` tells what `view!` needs for that.
//! - Only `element` knows both `browser` and `ui`.
//! - Nothing outside `login/secret.rs` can print a secret or write it as JSON; `expose` is the one word to search for.
//! - We never throw into the host's page.

pub mod component;
pub mod login;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod element;
pub mod ui;

pub use component::{AeLogin, AeLoginError, AeLoginHandle, Session, SignedIn, StepChange};
