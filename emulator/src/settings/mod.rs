//! The settings of the engine, with their defaults.
//!
//! ```text
//! mod         all settings, their defaults and presets
//! customer    registered customers
//! cors        which origins may read responses
//! validate    checks settings, and passwords against a policy
//! ```

mod cors;
mod customer;
mod validate;

pub use cors::Cors;
pub use customer::Customer;
pub(crate) use validate::matches_policy;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The settings of the engine. All can be changed while it runs.
///
/// The defaults follow the vendor's documents: see [`Settings::documented`]. Fields have the names that they have in JSON. Names
/// that end in `_s` are seconds. "The web", "the second factor" and "mobile apps" are the three groups of [`Endpoint`].
///
/// [`Endpoint`]: crate::Endpoint
///
/// # Examples
///
/// ```
/// use ae_engine::Settings;
///
/// let settings = Settings {
///     code: Some("999999".to_owned()),
///     password_brand: true,
///     ..Settings::samples()
/// };
/// assert_eq!(settings.validate(), Ok(()));
/// ```
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an independent switch, and every combination is valid"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Lifetime of the `VIEW` token of web/token/generate.
    pub view_life_s: u64,
    /// Lifetime of the token of web/otp/validate.
    pub user_life_s: u64,
    /// Lifetime of the token of web/password/validate.
    pub password_life_s: u64,
    /// Lifetime of the token of web/token/regenerate.
    pub renew_life_s: u64,
    /// Lifetime of the `VIEW` token of mfa/token/generate.
    pub mfa_view_life_s: u64,
    /// Lifetime of the token of mfa/otp/validate and mfa/password/validate.
    pub mfa_user_life_s: u64,
    /// Lifetime of the token of mfa/token/regenerate.
    pub mfa_renew_life_s: u64,
    /// Lifetime of all tokens of mobile apps.
    pub mobile_life_s: u64,
    /// Time after its expiry in which web/token/regenerate still renews a token; 1529 afterwards. `None`: no limit.
    pub renew_grace_s: Option<u64>,
    /// A fixed code for all customers, 1 to 18 digits. `None`: a random code each time.
    pub code: Option<String>,
    /// Length of a random code, 1 to 18 digits (`CONF_OTP_LENGTH`, contract 9).
    pub otp_length: usize,
    /// Lifetime of a code. It never outlives its session.
    pub otp_life_s: u64,
    /// Wrong codes that a session survives; the next one ends it with 1518 (`CONF_MAX_OTP_RETRY_COUNT`).
    pub tries: u32,
    /// Wrong codes that a session of the second factor survives (`CONF_MFA_MAX_OTP_RETRY_COUNT`).
    pub mfa_tries: u32,
    /// Wrong passwords that a session survives; the next one ends it with 1530 (`CONF_MAX_PASSWORD_RETRY_COUNT`).
    pub password_tries: u32,
    /// Wrong passwords that a session of the second factor survives (`CONF_MFA_MAX_PASSWORD_RETRY_COUNT`).
    pub mfa_password_tries: u32,
    /// Time within which failed attempts are counted together (`CONF_INCORRECT_ATTEMPT_INTERVAL`).
    pub attempt_interval_s: u64,
    /// Whether too many failed attempts, in one session or several, lock the customer out (`CONF_ENABLE_ACCOUNT_LOCKING`).
    pub lock: bool,
    /// Duration of a lock (`CONF_LOCK_PERIOD_IN_MINUTES`).
    pub lock_s: u64,
    /// Error code for a locked customer, 1 or more but not 200. No document names the vendor's code.
    pub lock_code: i64,
    /// Whether the error for a locked customer has a `Retry-After` header.
    pub lock_tells_when: bool,
    /// Lifetime of a session, from token/generate (`CONF_TOKEN_SESSION_EXPIRY_MINUTES`).
    pub session_life_s: u64,
    /// Lifetime of a session of the second factor, from mfa/token/generate (`CONF_MFA_TOKEN_SESSION_EXPIRY_MINUTES`).
    pub mfa_session_life_s: u64,
    /// Whether a new session of a customer ends the earlier one of the same factor.
    pub newest_session_only: bool,
    /// Codes that one customer can be sent, then 1534. `None`: no limit. 0 is a configuration error and gives 1535.
    ///
    /// Codes are counted from the moment this is set.
    pub quota: Option<u32>,
    /// Time after which a sent code no longer counts against the quota. `None`: it always counts.
    pub quota_window_s: Option<u64>,
    /// Seconds by which the engine's clock is ahead of the caller's; negative if it is behind.
    ///
    /// A change moves the engine's clock, and sessions, codes and tokens age with it.
    pub clock_offset_s: i64,
    /// Brands that exist, compared without case; 1504 for others. `None`: every brand exists.
    pub brands: Option<Vec<String>>,
    /// Whether brands use passwords.
    ///
    /// If so, token/generate requires a password of a customer who has none (1520). If not, every password is 1524.
    pub password_brand: bool,
    /// Whether the first factor renews tokens only for brands with passwords; 1524 for others.
    pub renew_needs_password_brand: bool,
    /// Whether `EXTERNALID` is a valid identifier type; 3005 if not (`CONF_EXTERNAL_ID_LOGIN_ENABLED`).
    pub external_id: bool,
    /// Channels that the query parameter `fallbackChannel` can name; 1603 for others (`CONF_FALLBACK_CHANNELS`).
    pub fallback_channels: Vec<String>,
    /// A regular expression that a whole new password must match; 1542 if not. `None`: every password is valid.
    pub password_policy: Option<String>,
    /// Whether a changed or replaced password revokes all tokens and keys of the customer.
    pub password_change_revokes: bool,
    /// Whether password/forget ends its session, so that the code needs a new session.
    pub forget_needs_new_session: bool,
    /// Whether the organisation has a second factor; if not, all its calls are 1504.
    pub mfa: bool,
    /// Whether every customer needs a second factor, enrolled or not (`CONF_FORCED_MFA`).
    pub forced_mfa: bool,
    /// Whether the second factor can be a password; 1524 if not (`IS_MFA_PASSWORD_ENABLED`).
    pub mfa_password: bool,
    /// A regular expression that a whole new password of the second factor must match (`MFA_PASSWORD_REGEX`).
    pub mfa_password_policy: Option<String>,
    /// Whether the initial password of the second factor takes effect without a code (`CONF_SKIP_OTP_VALIDATE`).
    pub skip_otp_validate: bool,
    /// Whether a replaced password of the second factor takes effect without a code (`CONF_SKIP_OTP_VALIDATE_RESET`).
    pub skip_otp_validate_reset: bool,
    /// Whether calls of the second factor can omit the identifier, which is then the one of the first factor
    /// (`CONF_AUTO_FILL_2ND_FACTOR_IDENTIFIER`).
    pub auto_fill_second_identifier: bool,
    /// Whether mfa/token/generate rejects tokens without a device, such as all tokens of the web, with 1508.
    pub mfa_device_check: bool,
    /// Whether web/token/regenerate renews tokens of the second factor; 1525 if not.
    pub web_renews_mfa_tokens: bool,
    /// Whether mobile apps get keys and can renew by key; 1525 if not (`CONF_REGENERATE_TOKEN`).
    pub regenerate_key: bool,
    /// Whether the second factor gives keys and renews by key; 1525 if not (`CONF_REGENERATE_MFA_TOKEN`).
    pub regenerate_mfa_key: bool,
    /// Lifetime of a key, then 1597 (`CONF_ENABLE_EXPIRY_BASED_KEY`, `CONF_KEY_EXPIRY_IN_MINUTES`). `None`: it does not expire.
    pub key_life_s: Option<u64>,
    /// Whether mfa/token/expire removes the key as well as the token.
    pub expire_kills_key: bool,
    /// Whether otp/generate requires a `hash`; 5004 without one (`CONF_ENABLE_ENCRYPTION`). Any text is accepted as the hash.
    pub encryption: bool,
    /// The role of tokens of the first factor, such as `USER` or `MFA_PENDING` (contract 6). It must not be empty.
    ///
    /// With `USER`, customers who need a second factor get `MFA_PENDING` instead.
    pub role: String,
    /// Registered customers by identifier.
    ///
    /// Other customers can sign in too. They get a number when their first code is validated.
    pub customers: BTreeMap<String, Customer>,
    /// The claim `ogc` of every token: the organisation's number and user, separated by `|`.
    pub organisation: String,
    /// The secret that signs tokens (HS256). The default is public and protects nothing.
    pub secret: String,
    /// The HTTP status of errors, 400 to 599. `None`: errors have the status 200 and `success: false`.
    pub errors_as_http: Option<u16>,
    /// The origins that may read responses.
    pub cors: Cors,
    /// Response headers that a page on another origin may read, besides those that are always readable.
    pub expose_headers: Vec<String>,
    /// Speed of the fault [`Trickle`](crate::Fault::Trickle) in bytes per second, at least 1.
    pub trickle_bytes_per_s: u32,
    /// Number of latest journal entries that keep the request's headers and body.
    pub bodies_kept: usize,
}

impl Settings {
    /// The defaults: token lifetimes as the vendor's text states them, 15 minutes for every token (contract 1.8).
    pub fn documented() -> Settings {
        Settings {
            view_life_s: 900,
            user_life_s: 900,
            password_life_s: 900,
            renew_life_s: 900,
            mfa_view_life_s: 900,
            mfa_user_life_s: 900,
            mfa_renew_life_s: 900,
            mobile_life_s: 900,
            renew_grace_s: None,
            code: None,
            otp_length: 6,
            otp_life_s: 1200,
            tries: 5,
            mfa_tries: 5,
            password_tries: 5,
            mfa_password_tries: 5,
            attempt_interval_s: 1800,
            lock: false,
            lock_s: 1800,
            lock_code: 1545,
            lock_tells_when: false,
            session_life_s: 900,
            mfa_session_life_s: 900,
            newest_session_only: true,
            quota: None,
            quota_window_s: None,
            clock_offset_s: 0,
            brands: None,
            password_brand: false,
            renew_needs_password_brand: false,
            external_id: false,
            fallback_channels: Vec::new(),
            password_policy: None,
            password_change_revokes: false,
            forget_needs_new_session: false,
            mfa: true,
            forced_mfa: false,
            mfa_password: false,
            mfa_password_policy: None,
            skip_otp_validate: false,
            skip_otp_validate_reset: false,
            auto_fill_second_identifier: false,
            mfa_device_check: false,
            web_renews_mfa_tokens: true,
            regenerate_key: true,
            regenerate_mfa_key: true,
            key_life_s: None,
            expire_kills_key: true,
            encryption: false,
            role: "USER".to_owned(),
            customers: BTreeMap::new(),
            organisation: "100737|emulator".to_owned(),
            secret: "a secret for tests, known to everybody".to_owned(),
            errors_as_http: None,
            cors: Cors::All,
            expose_headers: vec!["Retry-After".to_owned(), "Date".to_owned()],
            trickle_bytes_per_s: 1,
            bodies_kept: 200,
        }
    }

    /// The defaults, with token lifetimes as in the vendor's recorded samples (contract 7).
    ///
    /// Tokens of the web live 90 seconds, so that a test soon sees a renewal; after a password 3 hours. Tokens of the second factor
    /// live 15 minutes, those of mobile apps 1 hour.
    pub fn samples() -> Settings {
        let mut settings = Settings::documented();
        settings.set_lives(90);
        settings.password_life_s = 10_800;
        settings.mfa_view_life_s = 900;
        settings.mfa_user_life_s = 900;
        settings.mfa_renew_life_s = 900;
        settings.mobile_life_s = 3600;
        settings
    }

    /// The settings of a preset, `documented` or `samples`. `None` for another name.
    pub fn preset(name: &str) -> Option<Settings> {
        match name {
            "documented" => Some(Settings::documented()),
            "samples" => Some(Settings::samples()),
            _ => None,
        }
    }

    /// Gives all eight kinds of tokens the same lifetime, in seconds. Keys are not affected.
    pub fn set_lives(&mut self, seconds: u64) {
        for life_s in self.lives() {
            *life_s = seconds;
        }
    }

    /// Copies the lifetimes of all kinds of tokens from other settings.
    pub(crate) fn copy_lives(&mut self, other: &Settings) {
        let mut other = other.clone();
        for (life_s, other_s) in self.lives().into_iter().zip(other.lives()) {
            *life_s = *other_s;
        }
    }

    /// The lifetimes of all kinds of tokens.
    fn lives(&mut self) -> [&mut u64; 8] {
        [
            &mut self.view_life_s,
            &mut self.user_life_s,
            &mut self.password_life_s,
            &mut self.renew_life_s,
            &mut self.mfa_view_life_s,
            &mut self.mfa_user_life_s,
            &mut self.mfa_renew_life_s,
            &mut self.mobile_life_s,
        ]
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::documented()
    }
}
