//! DOES: one browser power per file, wasm only. Nothing here is a rule about signing in.
//!
//! | file | power |
//! |---|---|
//! | `clock` | both clocks of the page, and one alarm |
//! | `countries`, `countries.js` | names of countries and their list |
//! | `device` | the random id of this browser |
//! | `document` | whether the page is visible and framed, and its origin |
//! | `events`, `events.js` | dispatches the `ae-…` events |
//! | `files.js` | reads the files beside the module |
//! | `http` | the exchange with the engine |
//! | `locale`, `locale.js` | the language of a form and its texts |
//! | `page_events` | listens to what the browser says of the page's life |
//! | `pattern` | regular expressions of the shop |
//! | `runner` | the loop: inputs go into `login`, its effects are carried out |
//! | `storage` | this tab's records |
//! | `tabs`, `tabs.js` | what tabs share: messages, locks, wrapped records |
//! | `web_otp`, `web-otp.js` | codes from text messages |

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
