//! The attributes of the element as text, read into settings, or every mistake in them at once.

pub use super::contract::IdentifierKind;

use super::contract::Channel;
use super::time::{DAY, Millis};

/// How a factor is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By a code, always.
    Otp,
    /// By a password; who has none chooses one.
    Password,
    /// By a password where the engine knows one, else by a code.
    Auto,
}

impl Method {
    /// Every value with its word in attributes.
    const WORDS: [(&str, Self); 3] = [
        ("otp", Self::Otp),
        ("password", Self::Password),
        ("auto", Self::Auto),
    ];

    /// Its word in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, value)| *value == self)
            .map_or("", |(word, _)| word)
    }
}

/// When a second factor is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// Where the first one's role says so.
    Auto,
    /// Always.
    Always,
    /// Never: whose role asks for one cannot sign in.
    Off,
}

impl SecondFactor {
    /// Every value with its word in attributes.
    const WORDS: [(&str, Self); 3] = [
        ("auto", Self::Auto),
        ("always", Self::Always),
        ("off", Self::Off),
    ];

    /// Its word in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, value)| *value == self)
            .map_or("", |(word, _)| word)
    }
}

/// Where the session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In this tab: survives reload and navigation.
    Tab,
    /// Nowhere but in the page.
    Memory,
    /// On this device, beyond the browser's end.
    Device,
}

impl Storage {
    /// Every value with its word in attributes.
    const WORDS: [(&str, Self); 3] = [
        ("tab", Self::Tab),
        ("memory", Self::Memory),
        ("device", Self::Device),
    ];

    /// Its word in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, value)| *value == self)
            .map_or("", |(word, _)| word)
    }
}

/// One attribute: its name, its legal values in words.
pub struct Attribute {
    /// As written in the page.
    pub name: &'static str,
    /// What may stand in it.
    pub legal: &'static str,
}

/// Every attribute this version reads; the README's table is held against it.
pub const ATTRIBUTES: [Attribute; 28] = [
    Attribute {
        name: "base-url",
        legal: "an https URL (http only for loopback) without query or fragment",
    },
    Attribute {
        name: "brand",
        legal: "the organisation's name",
    },
    Attribute {
        name: "identifiers",
        legal: "any of `mobile`, `email`, `username`, `external-id`, separated by spaces",
    },
    Attribute {
        name: "first-factor",
        legal: "`otp`, `password` or `auto`",
    },
    Attribute {
        name: "second-factor",
        legal: "`auto`, `always` or `off`",
    },
    Attribute {
        name: "second-factor-method",
        legal: "`otp`, `password` or `auto`",
    },
    Attribute {
        name: "second-factor-identifier",
        legal: "`same`, `mobile`, `email`, `username` or `external-id`",
    },
    Attribute {
        name: "pending-roles",
        legal: "names of roles, separated by spaces",
    },
    Attribute {
        name: "fallback-channels",
        legal: "any of `SMS`, `WHATSAPP`, `ZALO`, separated by spaces",
    },
    Attribute {
        name: "password-pattern",
        legal: "a regular expression, as in the attribute `pattern` of HTML",
    },
    Attribute {
        name: "password-hint",
        legal: "text",
    },
    Attribute {
        name: "country",
        legal: "two letters (ISO 3166-1 alpha-2) such as `IN`",
    },
    Attribute {
        name: "countries",
        legal: "the same, several separated by spaces",
    },
    Attribute {
        name: "otp-length",
        legal: "a whole number from 4 to 10",
    },
    Attribute {
        name: "resend-after",
        legal: "seconds, 0 or more",
    },
    Attribute {
        name: "session-minutes",
        legal: "a whole number from 1 to 60",
    },
    Attribute {
        name: "storage",
        legal: "`tab`, `memory` or `device`",
    },
    Attribute {
        name: "remember",
        legal: "`ask` or `off`",
    },
    Attribute {
        name: "max-age",
        legal: "minutes, a whole number from 1 to 43200",
    },
    Attribute {
        name: "max-idle",
        legal: "minutes, a whole number from 1 to 43200, or `off`",
    },
    Attribute {
        name: "device-id",
        legal: "text",
    },
    Attribute {
        name: "send-device-id",
        legal: "present or absent",
    },
    Attribute {
        name: "allow-origins",
        legal: "https origins (http only for loopback), separated by spaces",
    },
    Attribute {
        name: "no-renew",
        legal: "present or absent",
    },
    Attribute {
        name: "allow-framing",
        legal: "present or absent",
    },
    Attribute {
        name: "locale",
        legal: "a language tag (BCP 47) such as `de` or `pt-BR`",
    },
    Attribute {
        name: "dialog",
        legal: "present or absent",
    },
    Attribute {
        name: "shadow",
        legal: "present or absent",
    },
];

/// What counts where an attribute is absent, in the order of [`ATTRIBUTES`]; for the README only, so that it is not shipped.
pub const DEFAULTS: [&str; 28] = [
    "required",
    "required",
    "`mobile`",
    "`otp`",
    "`auto`",
    "`auto`",
    "`same`",
    "`MFA_PENDING`",
    "none",
    "none",
    "none",
    "from the browser's language",
    "all",
    "`6`",
    "`30`",
    "`15`",
    "`tab`",
    "`off`",
    "`1440`; `43200` with `storage=\"device\"`",
    "`off`",
    "random, kept in this browser",
    "absent",
    "none",
    "absent",
    "absent",
    "the nearest `lang`, then the browser's",
    "absent",
    "absent",
];

/// 30 days (NIST SP 800-63B-4 §2.1.3).
const MOST_MINUTES: u64 = 43_200;
const MINUTE: Millis = 60_000;

/// The settings that all elements with the same base URL and brand share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The engine's address without a slash at its end.
    pub base_url: String,
    /// The brand as written.
    pub brand: String,
    /// Where the session lives.
    pub storage: Storage,
    /// Whether tabs share anything: not where all is in the memory of one page.
    pub shares: bool,
    /// How long after the last real login a token is still renewed, where the page says so.
    pub max_age: Option<Millis>,
    /// How long a session outlives the last use of the page.
    pub max_idle: Option<Millis>,
    /// Whether tokens are renewed in the background.
    pub renew: bool,
    /// Whether `deviceId` goes to `/web/*` as well, where the engine need not have it (contract §1.5).
    pub send_device: bool,
    /// The page's own name for this device; `None` for a random one that the browser keeps.
    pub device_id: Option<String>,
}

impl Settings {
    /// How long after the last real login a token is still renewed: a day, or a month for what stays on the device.
    pub fn max_age(&self, place: Storage) -> Millis {
        self.max_age.unwrap_or(match place {
            Storage::Device => MOST_MINUTES * MINUTE,
            Storage::Tab | Storage::Memory => DAY,
        })
    }
}

/// The settings of one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSettings {
    /// What may be typed; at least one.
    pub identifiers: Vec<IdentifierKind>,
    /// The country that mobile numbers are of unless they say otherwise (ISO 3166-1 alpha-2); empty for none.
    pub country: String,
    /// The countries whose numbers are taken; none for all.
    pub countries: Vec<String>,
    /// The number of digits that is asked for.
    pub otp_length: usize,
    /// How long a person waits before another code may be asked for.
    pub resend_after: Millis,
    /// How long the engine keeps a login attempt (`CONF_TOKEN_SESSION_EXPIRY_MINUTES`).
    pub attempt_life: Millis,
    /// How the first factor is proved.
    pub first_factor: Method,
    /// When a second one is asked for.
    pub second_factor: SecondFactor,
    /// How that is proved.
    pub second_method: Method,
    /// By what the customer goes in the second factor; `None` for the same as in the first.
    pub second_identifier: Option<IdentifierKind>,
    /// The roles that mean: the second factor is still owed (contract §6).
    pub pending_roles: Vec<String>,
    /// By what else a code can be sent.
    pub channels: Vec<Channel>,
    /// The brand's policy for new passwords in its own words.
    pub password_hint: Option<String>,
    /// Whether the customer may choose to stay signed in on this device.
    pub may_remember: bool,
}

/// A value that may not stand where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeError {
    /// The attribute, or what else is wrong with the element's place.
    pub attribute: &'static str,
    /// What was found; `None` for nothing at all.
    pub found: Option<String>,
    /// What is legal, in words.
    pub legal: &'static str,
}

impl AttributeError {
    /// A value that was found in an attribute where it may not stand; `None` for none.
    pub fn unexpected(name: &str, found: Option<String>) -> Option<Self> {
        let known = ATTRIBUTES.iter().find(|known| known.name == name)?;
        Some(Self {
            attribute: known.name,
            found: Some(found?),
            legal: known.legal,
        })
    }

    /// The sentence for those who build the page. Not `Display`, whose machinery is found nowhere else in what ships.
    pub fn message(&self) -> String {
        match &self.found {
            Some(found) => [
                self.attribute,
                ": found \"",
                found,
                "\", legal is ",
                self.legal,
            ]
            .concat(),
            None => [self.attribute, ": missing, legal is ", self.legal].concat(),
        }
    }
}

/// What the element's attributes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Shared with the other elements of this engine and brand.
    pub settings: Settings,
    /// This form's own.
    pub form: FormSettings,
    /// Whether the form may be shown inside a frame of another origin.
    pub allow_framing: bool,
    /// The origins to which `fetch()` may carry a token besides the page's own, as browsers write them: lower case, without the
    /// default port.
    pub allow_origins: Vec<String>,
    /// Whether the form is a modal dialog.
    pub in_dialog: bool,
    /// Whether the form is in a shadow root.
    pub in_shadow: bool,
}

impl Config {
    /// Reads the attributes; `attribute` gives the text of one, `None` where it is absent.
    ///
    /// # Errors
    /// Every mistake, in the order of [`ATTRIBUTES`].
    pub fn parse(attribute: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<AttributeError>> {
        let mut reading = Reading {
            attribute,
            mistakes: Vec::new(),
        };
        let storage = reading.one_of("storage", &Storage::WORDS, Storage::Tab);
        let may_remember = reading.one_of("remember", &[("ask", true), ("off", false)], false);
        let config = Self {
            settings: Settings {
                base_url: reading.needed("base-url", &base_url),
                brand: reading.needed("brand", &|text| {
                    Some(text.trim().to_owned()).filter(|brand| !brand.is_empty())
                }),
                storage,
                shares: storage != Storage::Memory || may_remember,
                max_age: reading.minutes("max-age"),
                max_idle: reading.minutes_or_off("max-idle"),
                renew: !reading.present("no-renew"),
                send_device: reading.present("send-device-id"),
                device_id: reading.value("device-id").filter(|id| !id.is_empty()),
            },
            form: FormSettings {
                identifiers: reading
                    .list("identifiers", "mobile", &|word| {
                        IdentifierKind::parse(word).map(|_| word.to_owned())
                    })
                    .iter()
                    .filter_map(|word| IdentifierKind::parse(word))
                    .collect(),
                country: match reading.value("country") {
                    Some(_) => reading.needed("country", &country),
                    None => String::new(),
                },
                countries: reading.list("countries", "", &country),
                otp_length: usize::try_from(reading.number("otp-length", 4, 10, 6)).unwrap_or(6),
                resend_after: reading.number("resend-after", 0, super::time::DAY / 1000, 30) * 1000,
                attempt_life: reading.number("session-minutes", 1, 60, 15) * 60_000,
                first_factor: reading.method("first-factor", Method::Otp),
                second_factor: reading.one_of(
                    "second-factor",
                    &SecondFactor::WORDS,
                    SecondFactor::Auto,
                ),
                second_method: reading.method("second-factor-method", Method::Auto),
                second_identifier: reading.second_identifier(),
                pending_roles: reading.list("pending-roles", "MFA_PENDING", &|role| {
                    Some(role.to_owned())
                }),
                channels: reading
                    .list("fallback-channels", "", &|word| {
                        Channel::from_api_name(word).map(|_| word.to_owned())
                    })
                    .iter()
                    .filter_map(|word| Channel::from_api_name(word))
                    .collect(),
                may_remember,
                password_hint: reading
                    .value("password-hint")
                    .filter(|hint| !hint.trim().is_empty()),
            },
            allow_framing: reading.present("allow-framing"),
            allow_origins: reading.list("allow-origins", "", &origin),
            in_dialog: reading.present("dialog"),
            in_shadow: reading.present("shadow"),
        };
        if reading.mistakes.is_empty() {
            Ok(config)
        } else {
            Err(reading.mistakes)
        }
    }
}

struct Reading<F> {
    attribute: F,
    mistakes: Vec<AttributeError>,
}

impl<F: Fn(&str) -> Option<String>> Reading<F> {
    fn value(&self, name: &str) -> Option<String> {
        (self.attribute)(name)
    }

    fn present(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    fn mistake(&mut self, name: &str, found: Option<String>) {
        if let Some(known) = ATTRIBUTES.iter().find(|known| known.name == name) {
            self.mistakes.push(AttributeError {
                attribute: known.name,
                found,
                legal: known.legal,
            });
        }
    }

    fn needed(&mut self, name: &str, read: &dyn Fn(&str) -> Option<String>) -> String {
        let found = self.value(name);
        found.as_deref().and_then(read).unwrap_or_else(|| {
            self.mistake(name, found);
            String::new()
        })
    }

    fn one_of<T: Copy>(&mut self, name: &str, legal: &[(&str, T)], default: T) -> T {
        let Some(found) = self.value(name) else {
            return default;
        };
        legal
            .iter()
            .find(|(word, _)| *word == found.trim())
            .map_or_else(
                || {
                    self.mistake(name, Some(found));
                    default
                },
                |(_, value)| *value,
            )
    }

    fn number(&mut self, name: &str, least: u64, most: u64, default: u64) -> u64 {
        let Some(found) = self.value(name) else {
            return default;
        };
        found
            .trim()
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .unwrap_or_else(|| {
                self.mistake(name, Some(found));
                default
            })
    }

    fn minutes(&mut self, name: &str) -> Option<Millis> {
        self.value(name)?;
        Some(self.number(name, 1, MOST_MINUTES, 1) * MINUTE)
    }

    fn minutes_or_off(&mut self, name: &str) -> Option<Millis> {
        self.value(name).filter(|found| found.trim() != "off")?;
        self.minutes(name)
    }

    fn method(&mut self, name: &str, default: Method) -> Method {
        self.one_of(name, &Method::WORDS, default)
    }

    fn second_identifier(&mut self) -> Option<IdentifierKind> {
        let name = "second-factor-identifier";
        let found = self.value(name).filter(|found| found.trim() != "same")?;
        let kind = IdentifierKind::parse(found.trim());
        if kind.is_none() {
            self.mistake(name, Some(found));
        }
        kind
    }

    /// A list without doubles. Where the attribute stands, it has to name something.
    fn list(
        &mut self,
        name: &str,
        default: &str,
        read: &dyn Fn(&str) -> Option<String>,
    ) -> Vec<String> {
        let found = self.value(name);
        let mut list = Vec::new();
        let mut legal = true;
        for word in found.as_deref().unwrap_or(default).split_whitespace() {
            match read(word) {
                Some(item) if list.contains(&item) => {}
                Some(item) => list.push(item),
                None => legal = false,
            }
        }
        if !legal || (list.is_empty() && found.is_some()) {
            self.mistake(name, found);
        }
        list
    }
}

/// Accepts what has the shape of a country's code.
fn country(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    Some(code).filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Accepts a base URL without a path, and gives it as browsers write origins: lower case, without the default port.
fn origin(text: &str) -> Option<String> {
    let url = base_url(text).filter(|url| url.matches('/').count() == 2)?;
    let url = url.to_ascii_lowercase();
    let default_port = if url.starts_with("https:") {
        ":443"
    } else {
        ":80"
    };
    Some(url.strip_suffix(default_port).unwrap_or(&url).to_owned())
}

/// Accepts `https://host[:port][/prefix]`, and `http` where the host is this machine.
///
/// Credentials, a query or a fragment have no place in it; a slash at the end is dropped.
fn base_url(text: &str) -> Option<String> {
    let text = text.trim();
    let (scheme, rest) = text.split_once(':')?;
    let rest = rest.strip_prefix("//")?;
    let (authority, path) = rest
        .find('/')
        .map_or((rest, ""), |slash| rest.split_at(slash));
    // A port follows the last colon, unless that colon is inside an IPv6 address.
    let host = match authority.bytes().rposition(|byte| byte == b':') {
        Some(colon) if !authority.ends_with(']') => {
            let (host, port) = authority.split_at(colon);
            let port = port.strip_prefix(':')?.parse::<u64>().ok()?;
            u16::try_from(port).ok()?;
            host
        }
        _ => authority,
    };
    let loopback = host == "localhost"
        || host == "[::1]"
        || (host.starts_with("127.") && host.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    let secure =
        scheme.eq_ignore_ascii_case("https") || (scheme.eq_ignore_ascii_case("http") && loopback);
    let host_fits = !host.is_empty()
        && host.chars().all(|c| {
            // A name in another script is written in its ASCII form (RFC 5891), as the browser sends it.
            c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':')
        });
    let path_fits = !path.as_bytes().windows(2).any(|two| two == b"//")
        && path
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '\\' | '"' | '<' | '>'));
    (secure && host_fits && path_fits).then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attributes: &[(&str, &str)]) -> Result<Config, Vec<AttributeError>> {
        Config::parse(|name| {
            attributes
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    const NEEDED: [(&str, &str); 2] =
        [("base-url", "https://eu.api.example"), ("brand", "DocDemo")];

    fn with(extra: (&'static str, &'static str)) -> Result<Config, Vec<AttributeError>> {
        read(&[NEEDED[0], NEEDED[1], extra])
    }

    #[test]
    fn two_attributes_are_enough() {
        let config = read(&NEEDED).expect("legal");
        assert_eq!(config.settings.base_url, "https://eu.api.example");
        assert_eq!(config.form.identifiers, [IdentifierKind::Mobile]);
        assert_eq!(
            (
                config.form.otp_length,
                config.form.resend_after,
                config.form.attempt_life
            ),
            (6, 30_000, 900_000)
        );
        assert!(config.settings.renew && !config.allow_framing && !config.settings.send_device);
        assert_eq!(
            (
                config.form.first_factor,
                config.form.second_factor,
                config.form.second_method,
                config.form.second_identifier,
            ),
            (Method::Otp, SecondFactor::Auto, Method::Auto, None)
        );
        assert_eq!(config.form.pending_roles, ["MFA_PENDING"]);
        assert!(config.form.channels.is_empty() && config.form.password_hint.is_none());
    }

    #[test]
    fn an_address_may_have_a_port_a_prefix_and_a_slash() {
        for (typed, kept) in [
            (
                "https://shop.example/proxy/ae/",
                "https://shop.example/proxy/ae",
            ),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("http://127.0.0.1:4180/", "http://127.0.0.1:4180"),
            ("http://localhost", "http://localhost"),
            ("http://[::1]:80", "http://[::1]:80"),
        ] {
            let config = read(&[("base-url", typed), NEEDED[1]]).expect(typed);
            assert_eq!(config.settings.base_url, kept);
        }
    }

    #[test]
    fn an_address_that_could_leak_or_run_something_is_refused() {
        for typed in [
            "http://shop.example",
            "javascript:alert(1)",
            "//shop.example",
            "shop.example",
            "https://",
            "https://user:pw@shop.example",
            "https://shop.example?x=1",
            "https://shop.example/#x",
            "https://shop.example:port",
            "http://127.0.0.1.evil.example",
            "ftp://localhost",
            "https://shop.example/a b",
            "",
        ] {
            let mistakes = read(&[("base-url", typed), NEEDED[1]]).expect_err(typed);
            assert_eq!(mistakes[0].attribute, "base-url");
        }
    }

    #[test]
    fn every_mistake_is_named_with_what_was_found_and_what_is_legal() {
        let mistakes = read(&[
            ("identifiers", "fax"),
            ("otp-length", "3"),
            ("resend-after", "-1"),
            ("session-minutes", "61"),
            ("storage", "cloud"),
        ])
        .expect_err("seven mistakes");
        let names = mistakes
            .iter()
            .map(|mistake| mistake.attribute)
            .collect::<Vec<_>>();
        assert_eq!(
            names,
            [
                "storage",
                "base-url",
                "brand",
                "identifiers",
                "otp-length",
                "resend-after",
                "session-minutes"
            ]
        );
        assert_eq!(
            mistakes[1].message(),
            "base-url: missing, legal is an https URL (http only for loopback) without query or fragment"
        );
        assert_eq!(
            mistakes[4].message(),
            "otp-length: found \"3\", legal is a whole number from 4 to 10"
        );
    }

    #[test]
    fn a_device_id_is_sent_only_on_request() {
        let config = with(("device-id", "till-7")).expect("legal");
        assert!(!config.settings.send_device);
        let config = with(("send-device-id", "")).expect("legal");
        assert!(config.settings.send_device);
    }

    #[test]
    fn allowed_origins_are_read_as_browsers_write_them() {
        let config = with((
            "allow-origins",
            "https://API.Shop.example:443/ http://127.0.0.1:80 https://shop.example:8443",
        ))
        .expect("legal");
        assert_eq!(
            config.allow_origins,
            [
                "https://api.shop.example",
                "http://127.0.0.1",
                "https://shop.example:8443"
            ]
        );
        assert!(with(("allow-origins", "https://shop.example/path")).is_err());
    }

    #[test]
    fn empty_device_id_counts_as_absent() {
        assert_eq!(
            with(("device-id", "")).expect("legal").settings.device_id,
            None
        );
        let config = with(("device-id", "till-7")).expect("legal");
        assert_eq!(config.settings.device_id.as_deref(), Some("till-7"));
    }

    #[test]
    fn lists_are_read_in_their_order_and_without_doubles() {
        let config = with(("identifiers", " external-id  mobile\nmobile username")).expect("legal");
        assert_eq!(
            config.form.identifiers,
            [
                IdentifierKind::ExternalId,
                IdentifierKind::Mobile,
                IdentifierKind::Username
            ]
        );
        let config = with(("fallback-channels", "ZALO SMS")).expect("legal");
        assert_eq!(config.form.channels, [Channel::Zalo, Channel::Sms]);
        let config = with(("pending-roles", "OWES_MORE DEFAULT_MFA_ROLE")).expect("legal");
        assert_eq!(config.form.pending_roles, ["OWES_MORE", "DEFAULT_MFA_ROLE"]);
    }

    #[test]
    fn a_list_with_a_word_that_means_nothing_or_with_none_is_a_mistake() {
        for attribute in ["identifiers", "fallback-channels"] {
            for found in ["mobile SMS fax", "", " "] {
                let mistakes = with((attribute, found)).expect_err(found);
                assert_eq!(mistakes[0].attribute, attribute);
            }
        }
        assert!(with(("pending-roles", "")).is_err());
        assert!(with(("second-factor-identifier", "phone")).is_err());
    }

    #[test]
    fn the_second_factor_may_have_an_identifier_of_its_own() {
        let config = with(("second-factor-identifier", "same")).expect("legal");
        assert_eq!(config.form.second_identifier, None);
        let config = with(("second-factor-identifier", "email")).expect("legal");
        assert_eq!(config.form.second_identifier, Some(IdentifierKind::Email));
    }
}
