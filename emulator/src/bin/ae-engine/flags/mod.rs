//! The flags of the program. Their doc comments are the help text; `settings` converts them into settings.

mod settings;

use std::net::SocketAddr;

use ae_engine::{Customer, PlannedFault};
use clap::Parser;

use crate::customer;
use crate::help::ABOUT;

const LISTENING: &str = "Listening";
const TOKENS: &str = "Tokens";
const CODES: &str = "Codes and sessions";
const CUSTOMERS: &str = "Brands and customers";
const MFA: &str = "Second factor";
const HTTP: &str = "HTTP";
const FAULTS_HEADING: &str = "Faults";

/// The flags. `None`, `false` or an empty list stands for the default of the setting.
#[derive(Parser)]
#[command(name = "ae-engine", version, about = ABOUT, long_about = None, max_term_width = 110)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent flag")]
pub(crate) struct Flags {
    /// Address to listen on; port 0 takes a free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4180", help_heading = LISTENING)]
    pub(crate) listen: SocketAddr,
    /// Allow an address that other machines can reach
    #[arg(long, help_heading = LISTENING)]
    pub(crate) listen_anywhere: bool,
    /// Print only the address
    #[arg(long, short, help_heading = LISTENING)]
    pub(crate) quiet: bool,

    /// Token lifetimes as in the vendor's text (900 s) or in its recorded samples (90 s on the web)
    #[arg(long, value_parser = ["documented", "samples"], default_value = "documented", help_heading = TOKENS)]
    preset: String,
    /// Lifetime of all tokens; the flags below override it
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    life: Option<u64>,
    /// Lifetime of the token of web/token/generate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    view_life: Option<u64>,
    /// Lifetime of the token of web/otp/validate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    user_life: Option<u64>,
    /// Lifetime of the token of web/password/validate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    password_life: Option<u64>,
    /// Lifetime of the token of web/token/regenerate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    renew_life: Option<u64>,
    /// Lifetime of the token of mfa/token/generate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mfa_view_life: Option<u64>,
    /// Lifetime of the token of mfa/otp/validate and mfa/password/validate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mfa_user_life: Option<u64>,
    /// Lifetime of the token of mfa/token/regenerate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mfa_renew_life: Option<u64>,
    /// Lifetime of the tokens of mobile apps
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mobile_life: Option<u64>,
    /// Lifetime of keys [default: unlimited]
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    key_life: Option<u64>,
    /// Mobile apps get no keys and cannot renew by key
    #[arg(long, help_heading = TOKENS)]
    no_key: bool,
    /// The second factor gives no keys and does not renew by key
    #[arg(long, help_heading = TOKENS)]
    no_mfa_key: bool,
    /// mfa/token/expire leaves the key valid
    #[arg(long, help_heading = TOKENS)]
    keep_key: bool,
    /// Time after its expiry in which a token can be renewed [default: unlimited]
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    renew_grace: Option<u64>,
    /// The first factor renews only for brands with passwords; 1524 for others
    #[arg(long, help_heading = TOKENS)]
    renew_needs_password_brand: bool,
    /// Role of the first factor [default: USER, or `MFA_PENDING` for customers who need a second factor]
    #[arg(long, help_heading = TOKENS)]
    role: Option<String>,
    /// Claim `ogc` of all tokens [default: 100737|emulator]
    #[arg(long, value_name = "NUMBER|NAME", help_heading = TOKENS)]
    organisation: Option<String>,
    /// Secret that signs tokens [default: a public test value]
    #[arg(long, help_heading = TOKENS)]
    secret: Option<String>,
    /// Seconds by which the engine's clock is ahead; negative if it is behind
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, help_heading = TOKENS)]
    clock_offset: Option<i64>,

    /// Fixed code for all customers [default: a random code each time]
    #[arg(long, value_name = "DIGITS", help_heading = CODES)]
    code: Option<String>,
    /// Length of a random code [default: 6]
    #[arg(long, value_name = "DIGITS", help_heading = CODES)]
    otp_length: Option<usize>,
    /// Lifetime of a code; it never outlives its session [default: 1200]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    otp_life: Option<u64>,
    /// Wrong codes that a session survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    tries: Option<u32>,
    /// Wrong codes that a session of the second factor survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    mfa_tries: Option<u32>,
    /// Wrong passwords that a session survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    password_tries: Option<u32>,
    /// Wrong passwords that a session of the second factor survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    mfa_password_tries: Option<u32>,
    /// Time within which failed attempts are counted together [default: 1800]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    attempt_interval: Option<u64>,
    /// Lock customers out after too many failed attempts
    #[arg(long, help_heading = CODES)]
    lock: bool,
    /// Duration of a lock [default: 1800]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    lock_life: Option<u64>,
    /// Error code for a locked customer [default: 1545]
    #[arg(long, value_name = "CODE", help_heading = CODES)]
    lock_code: Option<i64>,
    /// Add a Retry-After header to the error for a locked customer
    #[arg(long, help_heading = CODES)]
    lock_tells_when: bool,
    /// Lifetime of a session [default: 900]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    session_life: Option<u64>,
    /// Lifetime of a session of the second factor [default: 900]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    mfa_session_life: Option<u64>,
    /// Customers can have several sessions at once
    #[arg(long, help_heading = CODES)]
    many_sessions: bool,
    /// Codes that one customer can be sent; then 1534 [default: unlimited]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    quota: Option<u32>,
    /// Time in which a sent code counts against the quota [default: unlimited]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    quota_window: Option<u64>,
    /// Channel that ?fallbackChannel= can name; can be repeated
    #[arg(long, value_name = "CHANNEL", help_heading = CODES)]
    fallback_channel: Vec<String>,
    /// Require a hash to send a code; 5004 without one
    #[arg(long, help_heading = CODES)]
    encryption: bool,

    /// Brand that exists; can be repeated [default: every brand exists]
    #[arg(long, value_name = "NAME", help_heading = CUSTOMERS)]
    brand: Vec<String>,
    /// Brands use passwords: 1520 for a customer without one who sends none
    #[arg(long, help_heading = CUSTOMERS)]
    password_brand: bool,
    /// Pattern that a whole new password must match; 1542 if not [default: none]
    #[arg(long, value_name = "REGEX", help_heading = CUSTOMERS)]
    password_policy: Option<String>,
    /// A changed password revokes all tokens and keys of the customer
    #[arg(long, help_heading = CUSTOMERS)]
    password_change_revokes: bool,
    /// password/forget ends its session
    #[arg(long, help_heading = CUSTOMERS)]
    forget_needs_new_session: bool,
    /// Registered customer; can be repeated, see the notes below
    #[arg(long, value_name = "IDENTIFIER=UID[,FIELD...]", value_parser = customer::parse, help_heading = CUSTOMERS)]
    customer: Vec<(String, Customer)>,
    /// Allow the identifier type EXTERNALID
    #[arg(long, help_heading = CUSTOMERS)]
    external_id: bool,
    /// Ready-made brand with customers; overrides most settings, but not token lifetimes, the code, the brands and HTTP
    #[arg(long, value_name = "NAME", help_heading = CUSTOMERS)]
    pub(crate) scene: Option<String>,

    /// There is no second factor: 1504 for all its calls
    #[arg(long, help_heading = MFA)]
    no_mfa: bool,
    /// Every customer needs a second factor
    #[arg(long, help_heading = MFA)]
    forced_mfa: bool,
    /// The second factor can be a password; 1524 if not
    #[arg(long, help_heading = MFA)]
    mfa_password: bool,
    /// Pattern that a whole new password of the second factor must match [default: none]
    #[arg(long, value_name = "REGEX", help_heading = MFA)]
    mfa_password_policy: Option<String>,
    /// The initial password of the second factor needs no code
    #[arg(long, help_heading = MFA)]
    skip_otp_validate: bool,
    /// A replaced password of the second factor needs no code
    #[arg(long, help_heading = MFA)]
    skip_otp_validate_reset: bool,
    /// Calls of the second factor can omit the identifier
    #[arg(long, help_heading = MFA)]
    auto_fill_second_identifier: bool,
    /// mfa/token/generate rejects tokens without a device, such as those of the web, with 1508
    #[arg(long, help_heading = MFA)]
    mfa_device_check: bool,
    /// web/token/regenerate rejects tokens of the second factor with 1525
    #[arg(long, help_heading = MFA)]
    mfa_by_key_only: bool,

    /// all, off, or an origin that may read responses; can be repeated [default: all]
    #[arg(long, value_name = "ORIGIN", help_heading = HTTP)]
    cors: Vec<String>,
    /// Header that pages on other origins may read; can be repeated [default: Retry-After, Date]
    #[arg(long, value_name = "HEADER", help_heading = HTTP)]
    expose_header: Vec<String>,
    /// Pages on other origins may read no additional header
    #[arg(long, conflicts_with = "expose_header", help_heading = HTTP)]
    expose_none: bool,
    /// HTTP status of errors, instead of 200
    #[arg(long, value_name = "STATUS", help_heading = HTTP)]
    errors_as_http: Option<u16>,
    /// Journal entries that keep headers and body [default: 200]
    #[arg(long, value_name = "COUNT", help_heading = HTTP)]
    bodies_kept: Option<usize>,

    /// Fault of a call, every time or TIMES times; can be repeated, see the list below
    #[arg(long, value_name = "ENDPOINT=FAULT[:ARGUMENT][*TIMES]", help_heading = FAULTS_HEADING)]
    pub(crate) fault: Vec<PlannedFault>,
    /// Speed of the fault trickle [default: 1]
    #[arg(long, value_name = "BYTES-PER-SECOND", help_heading = FAULTS_HEADING)]
    trickle_rate: Option<u32>,
    /// Seed of session ids and random codes, for the same ones in every run [default: from the time]
    #[arg(long, value_name = "NUMBER", help_heading = FAULTS_HEADING)]
    pub(crate) seed: Option<u64>,
}
