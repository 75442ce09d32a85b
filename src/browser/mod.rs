//! Access to the browser, for the wasm target only. Each file wraps one capability of the browser. No file contains a rule about
//! signing in: those are in [`login`](crate::login).
//!
//! | file | capability |
//! |---|---|
//! | `clock` | the two clocks of the page, and one timer |
//! | `countries`, `countries.js` | names of countries, and the options of their `<select>` |
//! | `device` | the random device id of this browser |
//! | `document` | visibility, frames and origin of the page |
//! | `events`, `events.js` | dispatches the `ae-…` events |
//! | `files.js` | reads the files beside the module: languages and the table of countries |
//! | `http` | sends requests to the engine and reads its answers |
//! | `locale`, `locale.js` | chooses the language of a form and reads its texts |
//! | `memory` | clears memory when it is freed |
//! | `page_events` | listens to events about the visibility and the use of the page |
//! | `pattern` | matches the shop's regular expressions |
//! | `runner` | the event loop: passes inputs to `login` and carries out its effects |
//! | `storage` | the records in `sessionStorage`, and the time of last use in `localStorage` |
//! | `tabs`, `tabs.js` | what tabs share: a broadcast channel, locks, encrypted records |
//! | `web_otp`, `web-otp.js` | one-time codes from text messages (WebOTP) |

pub mod clock;
pub mod countries;
mod device;
pub mod document;
pub mod events;
pub mod http;
pub mod locale;
#[cfg(feature = "module")]
pub mod memory;
mod page_events;
pub mod pattern;
pub mod runner;
mod storage;
mod tabs;
pub mod web_otp;
