//! The flags.

mod settings;

use std::net::SocketAddr;

use ae_engine::{Customer, PlannedFault};
use clap::Parser;

use crate::customer;
use crate::help::ABOUT;

/// The flags.
#[derive(Parser)]
#[command(name = "ae-engine", version, about = ABOUT, long_about = None, max_term_width = 110)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Flags {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:4180", help_heading = LISTENING)]
    pub(crate) listen: SocketAddr,
    /// Allow an address that other machines can reach
    #[arg(long, help_heading = LISTENING)]
    pub(crate) listen_anywhere: bool,
    /// Print nothing but the address
    #[arg(long, short, help_heading = LISTENING)]
    pub(crate) quiet: bool,

    /// Token lives: as the vendor's text has them (900 s) or as its recorded samples (90 s on the web)
    #[arg(long, value_parser = ["documented", "samples"], default_value = "documented", help_heading = TOKENS)]
    preset: String,
    /// Life of every token; the flags below win over it
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    life: Option<u64>,
    /// Life of the token of web/token/generate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    view_life: Option<u64>,
    /// Life of the token of web/otp/validate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    user_life: Option<u64>,
    /// Life of the token of web/password/validate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    password_life: Option<u64>,
    /// Life of the token of web/token/regenerate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    renew_life: Option<u64>,
    /// Life of the token of mfa/token/generate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mfa_view_life: Option<u64>,
    /// Life of the token of a proved second factor
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mfa_user_life: Option<u64>,
    /// Life of the token of mfa/token/regenerate
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mfa_renew_life: Option<u64>,
    /// Life of the tokens of the mobile calls
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    mobile_life: Option<u64>,
    /// Life of keys [default: for ever]
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    key_life: Option<u64>,
    /// The mobile calls hand out no keys and take none
    #[arg(long, help_heading = TOKENS)]
    no_key: bool,
    /// The second factor hands out no keys and takes none
    #[arg(long, help_heading = TOKENS)]
    no_mfa_key: bool,
    /// Signing out ends the token and leaves the key
    #[arg(long, help_heading = TOKENS)]
    store_key: bool,
    /// How long after its end a token can still be renewed [default: for ever]
    #[arg(long, value_name = "SECONDS", help_heading = TOKENS)]
    renew_grace: Option<u64>,
    /// Renew only for brands with passwords; 1524 for others
    #[arg(long, help_heading = TOKENS)]
    renew_needs_password_brand: bool,
    /// Role that the first factor gives [default: USER, or `MFA_PENDING` to those who owe a second]
    #[arg(long, help_heading = TOKENS)]
    role: Option<String>,
    /// The claim `ogc` [default: 100737|emulator]
    #[arg(long, value_name = "NUMBER|NAME", help_heading = TOKENS)]
    organisation: Option<String>,
    /// What tokens are signed with; a test value
    #[arg(long, help_heading = TOKENS)]
    secret: Option<String>,
    /// The engine's clock is ahead by so many seconds, or behind if negative
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, help_heading = TOKENS)]
    clock_offset: Option<i64>,

    /// The code every customer gets [default: a random one each time]
    #[arg(long, value_name = "DIGITS", help_heading = CODES)]
    code: Option<String>,
    /// Digits of a random code [default: 6]
    #[arg(long, value_name = "DIGITS", help_heading = CODES)]
    otp_length: Option<usize>,
    /// How long a code holds, never longer than its session [default: 1200]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    otp_life: Option<u64>,
    /// Wrong codes a session survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    tries: Option<u32>,
    /// The same for the second factor [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    mfa_tries: Option<u32>,
    /// Wrong passwords a session survives [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    password_tries: Option<u32>,
    /// The same for the second factor [default: 5]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    mfa_password_tries: Option<u32>,
    /// Wrong tries are counted together for so long [default: 1800]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    attempt_interval: Option<u64>,
    /// Lock a customer out who has used up the tries
    #[arg(long, help_heading = CODES)]
    lock: bool,
    /// How long a lock lasts [default: 1800]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    lock_life: Option<u64>,
    /// The refusal of a locked customer [default: 1545]
    #[arg(long, value_name = "CODE", help_heading = CODES)]
    lock_code: Option<i64>,
    /// Add a Retry-After to the refusal of a locked customer
    #[arg(long, help_heading = CODES)]
    lock_tells_when: bool,
    /// How long a session lasts [default: 900]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    session_life: Option<u64>,
    /// How long a session of the second factor lasts [default: 900]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    mfa_session_life: Option<u64>,
    /// Let a customer have several sessions at once
    #[arg(long, help_heading = CODES)]
    many_sessions: bool,
    /// Codes one customer may be sent; then 1534 [default: any number]
    #[arg(long, value_name = "COUNT", help_heading = CODES)]
    quota: Option<u32>,
    /// When a sent code no longer counts against the quota [default: never]
    #[arg(long, value_name = "SECONDS", help_heading = CODES)]
    quota_window: Option<u64>,
    /// A channel that ?fallbackChannel= may name; can be repeated
    #[arg(long, value_name = "CHANNEL", help_heading = CODES)]
    fallback_channel: Vec<String>,
    /// Send codes only for requests with a hash; 5004 if not
    #[arg(long, help_heading = CODES)]
    encryption: bool,

    /// A brand that exists; can be repeated [default: every brand does]
    #[arg(long, value_name = "NAME", help_heading = CUSTOMERS)]
    brand: Vec<String>,
    /// Brands use passwords: 1520 for a new customer without one
    #[arg(long, help_heading = CUSTOMERS)]
    password_brand: bool,
    /// A pattern for new passwords; 1542 if broken [default: none]
    #[arg(long, value_name = "REGEX", help_heading = CUSTOMERS)]
    password_policy: Option<String>,
    /// A changed password ends the tokens and keys of before
    #[arg(long, help_heading = CUSTOMERS)]
    password_change_revokes: bool,
    /// A forgotten password uses up its session
    #[arg(long, help_heading = CUSTOMERS)]
    forget_needs_new_session: bool,
    /// A registered customer; can be repeated, see the notes below
    #[arg(long, value_name = "IDENTIFIER=UID[,FIELD...]", value_parser = customer::read, help_heading = CUSTOMERS)]
    customer: Vec<(String, Customer)>,
    /// Allow sign-in by EXTERNALID
    #[arg(long, help_heading = CUSTOMERS)]
    external_id: bool,
    /// A brand with customers, ready to be tried; it wins over other flags but those of lives, the code and HTTP
    #[arg(long, value_name = "NAME", help_heading = CUSTOMERS)]
    pub(crate) scene: Option<String>,

    /// The organisation has no second factor: 1504 for all its calls
    #[arg(long, help_heading = MFA)]
    no_mfa: bool,
    /// Every customer owes a second factor
    #[arg(long, help_heading = MFA)]
    forced_mfa: bool,
    /// The second factor may be a password; 1524 if not
    #[arg(long, help_heading = MFA)]
    mfa_password: bool,
    /// A pattern for new passwords of the second factor [default: none]
    #[arg(long, value_name = "REGEX", help_heading = MFA)]
    mfa_password_policy: Option<String>,
    /// A first password of the second factor needs no code
    #[arg(long, help_heading = MFA)]
    skip_otp_validate: bool,
    /// A replaced password of the second factor needs no code
    #[arg(long, help_heading = MFA)]
    skip_otp_validate_reset: bool,
    /// Calls of the second factor may leave the identifier out
    #[arg(long, help_heading = MFA)]
    auto_fill_second_identifier: bool,
    /// Refuse tokens of the web, which name no device, with 1508
    #[arg(long, help_heading = MFA)]
    mfa_device_check: bool,
    /// web/token/regenerate refuses tokens of the second factor
    #[arg(long, help_heading = MFA)]
    mfa_by_key_only: bool,

    /// all, off, or an origin that may read answers; can be repeated [default: all]
    #[arg(long, value_name = "ORIGIN", help_heading = HTTP)]
    cors: Vec<String>,
    /// A header that pages may read; can be repeated [default: Retry-After, Date]
    #[arg(long, value_name = "HEADER", help_heading = HTTP)]
    expose_header: Vec<String>,
    /// Let pages read no extra header
    #[arg(long, conflicts_with = "expose_header", help_heading = HTTP)]
    expose_none: bool,
    /// Give refusals this HTTP status instead of 200
    #[arg(long, value_name = "STATUS", help_heading = HTTP)]
    errors_as_http: Option<u16>,
    /// Journal entries that keep headers and body [default: 200]
    #[arg(long, value_name = "COUNT", help_heading = HTTP)]
    bodies_kept: Option<usize>,

    /// Something that goes wrong, every time or so many times; can be repeated, see the list below
    #[arg(long, value_name = "ENDPOINT=FAULT[:ARGUMENT][*TIMES]", help_heading = FAULTS_HEADING)]
    pub(crate) fault: Vec<PlannedFault>,
    /// Speed of the fault trickle [default: 1]
    #[arg(long, value_name = "BYTES-PER-SECOND", help_heading = FAULTS_HEADING)]
    trickle_rate: Option<u32>,
    /// Makes session ids and codes the same in every run [default: from the time]
    #[arg(long, value_name = "NUMBER", help_heading = FAULTS_HEADING)]
    pub(crate) seed: Option<u64>,
}

const LISTENING: &str = "Listening";
const TOKENS: &str = "Tokens";
const CODES: &str = "Codes and sessions";
const CUSTOMERS: &str = "Brands and customers";
const MFA: &str = "Second factor";
const HTTP: &str = "HTTP";
const FAULTS_HEADING: &str = "Faults";
