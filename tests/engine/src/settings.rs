//! Everything about the emulator that can be set, with its defaults.

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
    /// Seconds that a token of otp/validate lives.
    pub user_life_s: u64,
    /// Seconds that a token of token/regenerate lives.
    pub renew_life_s: u64,
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
    /// Seconds that a session lasts, counted from token/generate.
    pub session_life_s: u64,
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
    /// The role in the token of otp/validate: `USER`, or for example `MFA_PENDING`.
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

/// A registered customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The customer's number: digits.
    pub uid: String,
    /// Whether the customer has set a password.
    #[serde(default)]
    pub registered_for_password: bool,
}

/// Which origins may read answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CorsWord", into = "CorsWord")]
pub enum Cors {
    /// Every origin.
    All,
    /// These, exactly as a browser writes them: `https://shop.example`.
    Only(Vec<String>),
    /// None: no header of this kind is ever sent.
    Off,
}

impl Settings {
    /// Lives as the vendor's text gives them: 15 minutes for every token.
    pub fn documented() -> Settings {
        Settings {
            view_life_s: 900,
            user_life_s: 900,
            renew_life_s: 900,
            renew_grace_s: None,
            code: None,
            otp_length: 6,
            otp_life_s: 1200,
            tries: 5,
            session_life_s: 900,
            newest_session_only: true,
            quota: None,
            quota_window_s: None,
            clock_offset_s: 0,
            brands: None,
            password_brand: false,
            renew_needs_password_brand: false,
            external_id: false,
            fallback_channels: Vec::new(),
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

    /// Lives as the vendor's recorded web samples have them: 90 seconds, so that renewals come soon.
    pub fn samples() -> Settings {
        let mut settings = Settings::documented();
        settings.set_lives(90);
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

    /// Gives all three kinds of token the same life.
    pub fn set_lives(&mut self, seconds: u64) {
        self.view_life_s = seconds;
        self.user_life_s = seconds;
        self.renew_life_s = seconds;
    }

    /// Says in one sentence which value makes no sense, if one does.
    ///
    /// # Errors
    ///
    /// The first setting found that no engine could have.
    pub fn check(&self) -> Result<(), String> {
        if !(1..=18).contains(&self.otp_length) {
            return Err(format!(
                "otp_length is {}: legal are 1 to 18",
                self.otp_length
            ));
        }
        if let Some(code) = &self.code
            && (code.is_empty()
                || code.len() > 18
                || !code.bytes().all(|digit| digit.is_ascii_digit()))
        {
            return Err(format!(
                "code is {code:?}: legal are 1 to 18 digits, or null"
            ));
        }
        if let Some(status) = self.errors_as_http
            && !(400..=599).contains(&status)
        {
            return Err(format!(
                "errors_as_http is {status}: legal are 400 to 599, or null"
            ));
        }
        if self.trickle_bytes_per_s == 0 {
            return Err("trickle_bytes_per_s is 0: legal is 1 and more".to_owned());
        }
        if self.role.is_empty() {
            return Err("role is empty: legal is any name, such as USER or MFA_PENDING".to_owned());
        }
        if let Some((identifier, customer)) = self
            .customers
            .iter()
            .find(|(_, customer)| !is_number(&customer.uid))
        {
            return Err(format!(
                "the uid of customer {identifier:?} is {:?}: legal are digits",
                customer.uid
            ));
        }
        Ok(())
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings::documented()
    }
}

impl Cors {
    /// Whether a page of this origin may read answers.
    pub(crate) fn lets(&self, origin: &str) -> bool {
        match self {
            Cors::All => true,
            Cors::Only(origins) => origins.iter().any(|listed| listed == origin),
            Cors::Off => false,
        }
    }
}

/// How [`Cors`] is written in JSON: `"all"`, `"off"` or a list of origins.
#[derive(Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "cors takes \"all\", \"off\" or a list of origins"
)]
enum CorsWord {
    Word(String),
    List(Vec<String>),
}

impl TryFrom<CorsWord> for Cors {
    type Error = String;

    fn try_from(written: CorsWord) -> Result<Cors, String> {
        match written {
            CorsWord::List(origins) => Ok(Cors::Only(origins)),
            CorsWord::Word(word) if word == "all" => Ok(Cors::All),
            CorsWord::Word(word) if word == "off" => Ok(Cors::Off),
            CorsWord::Word(word) => Err(format!(
                "cors is {word:?}: legal are \"all\", \"off\" or a list of origins"
            )),
        }
    }
}

impl From<Cors> for CorsWord {
    fn from(cors: Cors) -> CorsWord {
        match cors {
            Cors::All => CorsWord::Word("all".to_owned()),
            Cors::Off => CorsWord::Word("off".to_owned()),
            Cors::Only(origins) => CorsWord::List(origins),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}
