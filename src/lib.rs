//! `<ae-login>`: signs the customers of a web shop in with Capillary's Auth Engine ("the engine") and keeps them signed in.
//!
//! Pages use the element `<ae-login>`; storefronts in Leptos use the component [`AeLogin`]. Both are built from the same modules.
//!
//! # Modules
//!
//! | module | responsibility | contents |
//! |---|---|---|
//! | [`login`] | decides | the flow of a login (`flow`: the diagram, and one module for each step), the session (`session`), the messages between the core and the browser (`message`), the engine's JSON (`wire`, `codec`), failures and their remedies (`problem`), attributes (`config`), what people type (`identifier`, `country`, `otp`), what a screen holds (`view`, `text`); the table of all modules is in `login/mod.rs` |
//! | [`ui`] | draws | Leptos components as functions of plain values: `form`, `field`, `button`, `message`. `renderer` (wasm only) keeps the state of the component tree, translates DOM events and sets the focus. Other targets render a view to HTML with `ui::to_html` |
//! | `browser` | accesses the browser | one capability per file, with a table in `browser/mod.rs`: `runner` (the event loop), `http`, `storage`, `tabs`, `clock`, `page_events`, `document`, `device`, `events`, `locale`, `countries`, `web_otp`, `pattern`, `memory` (an allocator that clears freed memory), and the JavaScript modules that they import |
//! | `element` | connects the page | the functions that JavaScript calls, and the JavaScript of the element's class and of the loader; the table is in `element/mod.rs` |
//! | [`component`] | connects Leptos storefronts | [`AeLogin`], the element as a Leptos component, and its handle |
//!
//! `browser` and `element` exist for the wasm target only; so do the crates that give access to the browser (see `Cargo.toml`). Code in
//! `login` therefore cannot use them by mistake, and native tests need no browser.
//!
//! All decisions are made in [`login::Login`]: `handle(now, input)` returns the effects to carry out, `wake_at(now)` returns the time
//! of the next wake-up, and `view(now, host)` returns the screen to draw.
//!
//! # Data flow
//!
//! 1. The page dispatches a DOM event, an attribute changes, a timer fires, or the engine answers.
//! 2. `element` or `browser::runner` turns it into a [`login::Input`] and passes it to `Login::handle`.
//! 3. `browser::runner` carries out the [`login::Effect`]s: it sends requests, stores records, requests locks.
//! 4. `ui` draws the new [`View`](login::view::View) of each form.
//! 5. `browser::events` dispatches the `ae-…` events to the page.
//!
//! Start with `login/flow.rs` (the diagram of the flow, and its dispatch to the steps) and `login/session.rs` (the states of a session).
//!
//! # The contract
//!
//! Comments cite the rules of the engine as "contract §n". The numbers are this project's own. `emulator/README.md` lists what the
//! vendor documents about each and where this project interprets it; the emulator follows the same rules.
//!
//! | § | subject |
//! |---|---|
//! | 1.4, 1.5 | common fields: identifier, brand, session; the device id, which requests of the first factor ignore |
//! | 1.6, 1.7 | the envelope of every answer; errors and their codes |
//! | 1.8 | times and limits: attempts 15 minutes, codes 20 minutes, five tries, quotas |
//! | 2.1 to 2.7 | the first factor: `web/token/generate`, `web/otp/generate`, `web/otp/validate`, `web/password/validate`, `web/token/regenerate`, `web/password/change`, `web/password/forget` |
//! | 3.1 to 3.8 | the second factor: `mfa/token/generate`, `mfa/otp/generate`, `mfa/otp/validate`, `mfa/password/validate`, `mfa/password/change`, `mfa/password/forget`, `mfa/token/regenerate`, `mfa/token/expire` |
//! | 5 | the order of the requests |
//! | 6, 7, 8 | roles, the claims of a token, when a second factor is required |
//! | 9 | settings of a brand that change the form |
//! | 12 | undocumented behaviour, and how it is handled |
//!
//! # Rules
//!
//! - `login` does not read clocks, send requests or access the page. Everything is passed to it as an input.
//! - `browser` contains no rule about signing in.
//! - `ui` keeps no state that would be lost in a redraw, except the focus.
//! - `ui` does not write `innerHTML`, because pages with Trusted Types forbid it; see [`ui`] for the consequences for `view!`.
//! - Only `element` uses both `browser` and `ui`.
//! - Only `login/secret.rs` can print a secret or write it as JSON. Every place that reads a secret calls `expose`.
//! - No code throws an exception into the page.

pub mod component;
pub mod login;

#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod element;
pub mod ui;

pub use component::{
    Activity, AeLogin, AeLoginError, AeLoginHandle, ChallengeCall, ChallengeHeaders, Session,
    SignedIn, StepChange,
};
