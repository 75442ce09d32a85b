//! Every scenario in every browser. `cargo test -p ae-e2e` plays them all, `cargo test -p ae-e2e firefox::` those of one browser.
//!
//! They share nothing, so any number may run at once; two per processor core is the most that helps.

mod login;

ae_e2e::scenarios! {
    login:
        a_whole_login_by_mobile_number
    ;
}
