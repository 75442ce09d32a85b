//! The rules of signing in and of the session, tested natively against the emulator of the Auth Engine.
//!
//! The page that these tests use is `ae_test_support::TestPage`, and for several pages of a shop `ae_test_support::tabs::TestTabs`.
//!
//! | module | what it tests |
//! |---|---|
//! | `activity` | what is reported of a login attempt |
//! | `auto_submit` | codes that are sent by themselves |
//! | `challenge` | requests that the page's challenge is for |
//! | `error_codes` | every error code of the contract in every call that can return it |
//! | `identifiers` | user names, customer numbers, and fallback channels for codes |
//! | `input_parsing` | parsing of typed, pasted and autofilled identifiers and codes |
//! | `json` | responses, stored records, and the JSON codec |
//! | `many_forms` | which forms of a page an input draws |
//! | `mfa_session` | sessions with a second factor: renewal by key, sign-out, device id, reloads |
//! | `new_passwords` | first, forgotten and changed passwords |
//! | `password_fields` | passwords byte for byte, and what password managers find |
//! | `phone_numbers` | mobile numbers with the table of countries |
//! | `random_inputs` | 100,000 random inputs, faults and clock jumps |
//! | `redaction` | no secret in logs, events and records |
//! | `refused_tokens` | tokens that a server of the shop refused |
//! | `remembered_identifier` | the identifier of an earlier login |
//! | `renewal` | renewal of tokens, `getToken()`, and restoring a session |
//! | `second_factor` | combinations of the two factors, and failures between them |
//! | `second_factor_pending` | when a second factor is demanded, and the identifier it uses |
//! | `session_age` | `max-age` and `max-idle` |
//! | `shared_session` | one session on several pages |
//! | `sign_in` | signing in with a code, faults of the network, reloads, several forms |
//! | `sign_in_methods` | a password as the first factor, and the choice between password and code |
//! | `time_limits` | timeouts, more time on request, and announcements of waits |
#![cfg(not(target_arch = "wasm32"))]

mod activity;
mod auto_submit;
mod challenge;
mod error_codes;
mod flow_diagram;
mod identifiers;
mod input_parsing;
mod json;
mod many_forms;
mod mfa_session;
mod new_passwords;
mod password_fields;
mod phone_numbers;
mod random_inputs;
mod redaction;
mod refused_tokens;
mod remembered_identifier;
mod renewal;
mod second_factor;
mod second_factor_pending;
mod session_age;
mod shared_session;
mod sign_in;
mod sign_in_methods;
mod time_limits;
