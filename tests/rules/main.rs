//! The rules of signing in and of the session, tested natively against the emulator.
//!
//! Each module tests one subject. `ae_test_support` has the simulated page that they share.
#![cfg(not(target_arch = "wasm32"))]

mod countdowns;
mod error_codes;
mod flow_diagram;
mod identifiers;
mod json;
mod mfa_renewal;
mod new_passwords;
mod password_fields;
mod phone_numbers;
mod random_inputs;
mod redaction;
mod refused_tokens;
mod renewal;
mod second_factor;
mod second_factor_pending;
mod session_age;
mod shared_session;
mod sign_in;
mod sign_in_methods;
mod typed_input;
