//! Everything about the emulator that can be set, with its defaults.

mod cors;
mod customer;
mod validate;

pub use cors::Cors;
pub use customer::Customer;
pub(crate) use validate::matches_policy;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What the emulator is told to be. Every field can be changed while it runs.
///
/// A list of defaults that follow the vendor's documents is [`Settings::documented`]; it is also the `Default`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own; no two can contradict each other"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Seconds that a `VIEW` token of token/generate lives.
    pub view_life_s: u64,
    /// Seconds that a token of web/otp/validate lives.
    pub user_life_s: u64,
    /// Seconds that a token of web/password/validate lives.
    pub password_life_s: u64,
    /// Seconds that a token of web/token/regenerate lives.
    pub renew_life_s: u64,
    /// Seconds that a `VIEW` token of mfa/token/generate lives.
    pub mfa_view_life_s: u64,
    /// Seconds that a token of a proved second factor lives.
    pub mfa_user_life_s: u64,
    /// Seconds that a token of mfa/token/regenerate lives.
    pub mfa_renew_life_s: u64,
    /// Seconds that every token of the mobile calls lives.
    pub mobile_life_s: u64,
    /// Seconds after its end that a token may still be renewed. `None`: for ever.
    pub renew_grace_s: Option<u64>,
    /// The code that every customer gets. `None`: a random one each time.
    pub code: Option<String>,
    /// Digits of a random code.
    pub otp_length: usize,
    /// Seconds that a code holds; never longer than its session.
    pub otp_life_s: u64,
    /// Wrong codes that a session survives. One more ends it with 1518.
    pub tries: u32,
    /// Wrong codes that a session of the second factor survives.
    pub mfa_tries: u32,
    /// Wrong passwords that a session survives. One more ends it with 1530.
    pub password_tries: u32,
    /// Wrong passwords that a session of the second factor survives.
    pub mfa_password_tries: u32,
    /// Seconds within which wrong codes or passwords are counted together.
    pub attempt_interval_s: u64,
    /// Whether a customer who has used up the tries is locked out, whatever session they come with.
    pub lock: bool,
    /// Seconds that a lock lasts.
    pub lock_s: u64,
    /// The refusal of a locked customer. The vendor names no code; this one stands in none of its tables.
    pub lock_code: i64,
    /// Whether the refusal of a locked customer has a `Retry-After`.
    pub lock_tells_when: bool,
    /// Seconds that a session lasts, counted from token/generate.
    pub session_life_s: u64,
    /// Seconds that a session of the second factor lasts, counted from mfa/token/generate.
    pub mfa_session_life_s: u64,
    /// Whether a new session of a customer ends the earlier one.
    pub newest_session_only: bool,
    /// Codes one customer may be sent, counted from when this is set. `None`: any number. 0 is the organisation's own mistake and gives 1535.
    pub quota: Option<u32>,
    /// Seconds after which a sent code no longer counts against the quota. `None`: it counts for ever.
    pub quota_window_s: Option<u64>,
    /// Seconds the engine's clock is ahead of the caller's (behind, if negative). Changing it turns the engine's clock:
    /// sessions, codes and tokens age with it.
    pub clock_offset_s: i64,
    /// Brands that exist, in any case. `None`: every brand does. Another one gets 1504.
    pub brands: Option<Vec<String>>,
    /// Whether brands use passwords: then a customer without one is refused at token/generate with 1520.
    pub password_brand: bool,
    /// Whether renewal is only for brands that use passwords; 1524 for the others.
    pub renew_needs_password_brand: bool,
    /// Whether customers may sign in by `EXTERNALID`; 3005 if not.
    pub external_id: bool,
    /// What `?fallbackChannel=` may name. Another one gets 1603.
    pub fallback_channels: Vec<String>,
    /// A pattern that new passwords must match from end to end; 1542 if not. `None`: any password will do.
    pub password_policy: Option<String>,
    /// Whether a changed password ends every token and key the customer had.
    pub password_change_revokes: bool,
    /// Whether a forgotten password uses up its session, so that the code that follows needs a new one.
    pub forget_needs_new_session: bool,
    /// Whether the organisation has a second factor; if not, all its calls are refused with 1504.
    pub mfa: bool,
    /// Whether every customer owes a second factor, enrolled or not.
    pub forced_mfa: bool,
    /// Whether the second factor may be a password; 1524 if not.
    pub mfa_password: bool,
    /// A pattern that new passwords of the second factor must match from end to end.
    pub mfa_password_policy: Option<String>,
    /// Whether a first password of the second factor counts at once, without a code.
    pub skip_otp_validate: bool,
    /// Whether a replaced password of the second factor counts at once, without a code.
    pub skip_otp_validate_reset: bool,
    /// Whether calls of the second factor may leave the identifier out; it is then that of the first factor.
    pub auto_fill_second_identifier: bool,
    /// Whether a token that names no device, as those of the web do, is refused with 1508 by mfa/token/generate.
    pub mfa_device_check: bool,
    /// Whether web/token/regenerate renews tokens of the second factor too.
    pub web_renews_mfa_tokens: bool,
    /// Whether the mobile calls hand out keys and take them.
    pub regenerate_key: bool,
    /// Whether the second factor hands out keys and takes them.
    pub regenerate_mfa_key: bool,
    /// Seconds that a key lives. `None`: for ever.
    pub key_life_s: Option<u64>,
    /// Whether signing out ends the key as well as the token.
    pub expire_kills_key: bool,
    /// Whether codes are only sent for requests with a `hash`; 5004 if not.
    pub encryption: bool,
    /// The role that the first factor gives: `USER`, or for example `MFA_PENDING`. While it is `USER`, customers who owe a second
    /// factor get `MFA_PENDING`.
    pub role: String,
    /// Registered customers by identifier. Unknown ones get a session all the same, and a number of their own at otp/validate.
    pub customers: BTreeMap<String, Customer>,
    /// The claim `ogc` of every token: the organisation's number and user.
    pub organisation: String,
    /// What tokens are signed with. A test value: it guards nothing.
    pub secret: String,
    /// An HTTP status for refusals. `None`: refusals come as HTTP 200 with `success:false`.
    pub errors_as_http: Option<u16>,
    /// Which origins may read answers.
    pub cors: Cors,
    /// Headers that a page on another origin may read, besides the ordinary ones.
    pub expose_headers: Vec<String>,
    /// Speed of the fault `trickle`.
    pub trickle_bytes_per_s: u32,
    /// How many of the latest journal entries keep the request's headers and body.
    pub bodies_kept: usize,
}

impl Settings {
    /// Lives as the vendor's text gives them: 15 minutes for every token.
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

    /// Lives as the vendor's recorded samples have them: 90 seconds for most of the web, so that renewals come soon, three hours
    /// after a password, 15 minutes for the second factor and an hour for apps.
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

    /// The settings of a preset by its name, `documented` or `samples`.
    pub fn preset(name: &str) -> Option<Settings> {
        match name {
            "documented" => Some(Settings::documented()),
            "samples" => Some(Settings::samples()),
            _ => None,
        }
    }

    /// Gives every kind of token the same life.
    pub fn set_lives(&mut self, seconds: u64) {
        for life_s in self.lives() {
            *life_s = seconds;
        }
    }

    /// Takes the lives of all tokens from other settings.
    pub(crate) fn copy_lives(&mut self, other: &Settings) {
        let mut other = other.clone();
        for (life_s, others) in self.lives().into_iter().zip(other.lives()) {
            *life_s = *others;
        }
    }

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
