//! `<ae-login>`.
pub mod login;
