//! The element's attributes: parsed into settings, or all errors in them at once.

pub use super::contract::IdentifierKind;

use super::contract::Channel;
use super::error_reason::ErrorReason;
use super::time::{DAY, Millis};

/// How a factor is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Always by a code.
    Otp,
    /// Always by a password. A customer without one chooses one.
    Password,
    /// By a password if the engine knows one, else by a code. The customer may change to the other.
    Auto,
}

impl Method {
    /// Each value with its name in attributes.
    const NAMES: [(&str, Self); 3] = [
        ("otp", Self::Otp),
        ("password", Self::Password),
        ("auto", Self::Auto),
    ];

    /// The name in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, value)| *value == self)
            .map_or("", |(word, _)| word)
    }
}

/// When a second factor is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// If the role of the first factor's token is one of `pending-roles`.
    Auto,
    /// Always.
    Always,
    /// Never. Customers whose role requires one cannot sign in.
    Off,
}

impl SecondFactor {
    /// Each value with its name in attributes.
    const NAMES: [(&str, Self); 3] = [
        ("auto", Self::Auto),
        ("always", Self::Always),
        ("off", Self::Off),
    ];

    /// The name in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, value)| *value == self)
            .map_or("", |(word, _)| word)
    }
}

/// The storage of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In the tab: it survives reloads and navigation.
    Tab,
    /// In the memory of the page only.
    Memory,
    /// On the device: it survives the end of the browser.
    Device,
}

impl Storage {
    /// Each value with its name in attributes.
    const NAMES: [(&str, Self); 3] = [
        ("tab", Self::Tab),
        ("memory", Self::Memory),
        ("device", Self::Device),
    ];

    /// The name in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, value)| *value == self)
            .map_or("", |(word, _)| word)
    }
}

/// An attribute and its valid values.
pub struct Attribute {
    /// The name in HTML.
    pub name: &'static str,
    /// The valid values, in words.
    pub legal: &'static str,
}

/// All attributes. A test compares the documentation with this list.
pub const ATTRIBUTES: [Attribute; 31] = [
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
    Attribute {
        name: "compat",
        legal: "`auto`, `always` or `never`",
    },
    Attribute {
        name: "auto-submit",
        legal: "present or absent",
    },
    Attribute {
        name: "remember-identifier",
        legal: "present or absent",
    },
];

/// The default of each attribute, in the order of [`ATTRIBUTES`]. Only the documentation uses it, so it is not in the download.
pub const DEFAULTS: [&str; 31] = [
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
    "`auto`",
    "absent",
    "absent",
];

/// The longest `max-age` and `max-idle`: 30 days (NIST SP 800-63B-4 §2.1.3).
const MAX_MINUTES: u64 = 43_200;
const MINUTE: Millis = 60_000;

/// The settings that all hosts with the same base URL and brand share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The base URL of the engine, without a slash at its end.
    pub base_url: String,
    /// The brand, as written in the attribute.
    pub brand: String,
    /// The storage of the session.
    pub storage: Storage,
    /// Whether tabs share the session: not if it is only in the memory of one page.
    pub shares: bool,
    /// How long after the last login a token is renewed; `None` for the default. See [`Settings::max_age`].
    pub max_age: Option<Millis>,
    /// How long after the last use of the page the session ends; `None` for no limit.
    pub max_idle: Option<Millis>,
    /// Whether tokens are renewed in the background.
    pub renew: bool,
    /// Whether `deviceId` is sent with calls of `/web/*` too, which do not need it (contract §1.5).
    pub send_device: bool,
    /// The page's own id for this device; `None` for a random one that the browser stores.
    pub device_id: Option<String>,
}

impl Settings {
    /// How long after the last login a token is renewed: the attribute `max-age`, else one day, or 30 days for sessions on the
    /// device.
    pub fn max_age(&self, storage: Storage) -> Millis {
        self.max_age.unwrap_or(match storage {
            Storage::Device => MAX_MINUTES * MINUTE,
            Storage::Tab | Storage::Memory => DAY,
        })
    }
}

/// The settings of one form.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each of them is an attribute of its own"
)]
pub struct FormSettings {
    /// The accepted kinds of identifier; at least one.
    pub identifiers: Vec<IdentifierKind>,
    /// The country of mobile numbers without a country code (ISO 3166-1 alpha-2); empty for none.
    pub country: String,
    /// The countries whose numbers are accepted; empty for all.
    pub countries: Vec<String>,
    /// The usual number of digits of a code.
    pub otp_length: usize,
    /// How long a person waits before another code may be requested.
    pub resend_after: Millis,
    /// How long the engine keeps a login session open (`CONF_TOKEN_SESSION_EXPIRY_MINUTES`).
    pub attempt_life: Millis,
    /// How the first factor is proved.
    pub first_factor: Method,
    /// When a second factor is required.
    pub second_factor: SecondFactor,
    /// How the second factor is proved.
    pub second_method: Method,
    /// The kind of identifier at the second factor; `None` for the identifier of the first one.
    pub second_identifier: Option<IdentifierKind>,
    /// The roles of a first factor's token that require a second factor (contract §6).
    pub pending_roles: Vec<String>,
    /// The other channels by which a code can be sent.
    pub channels: Vec<Channel>,
    /// The brand's policy for new passwords in its own words.
    pub password_hint: Option<String>,
    /// Whether the customer may choose to stay signed in on this device.
    pub may_remember: bool,
    /// Whether a complete code is sent by itself.
    pub submits_codes: bool,
    /// Whether the identifier is stored after a login and offered the next time. Never with [`Storage::Memory`].
    pub remembers_identifier: bool,
    /// Whether the form is in a dialog, which is closed at first.
    pub in_dialog: bool,
}

/// An invalid attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttributeError {
    /// The attribute, or what else of the element is invalid.
    pub attribute: &'static str,
    /// The value that was found; `None` if a required attribute is missing.
    pub found: Option<String>,
    /// The valid values, in words.
    pub legal: &'static str,
}

impl AttributeError {
    /// The error for a value that is invalid in the attribute `name`; `None` if there is no value or no such attribute.
    pub fn unexpected(name: &str, found: Option<String>) -> Option<Self> {
        let known = ATTRIBUTES.iter().find(|known| known.name == name)?;
        Some(Self {
            attribute: known.name,
            found: Some(found?),
            legal: known.legal,
        })
    }

    /// The fault in the page: a public engine address that begins with `http`, or a frame of another origin.
    pub fn reason(&self) -> Option<ErrorReason> {
        let found = self.found.as_deref();
        match (
            self.attribute,
            found.and_then(|found| found.trim().split_once(':')),
        ) {
            // Only an https address would be accepted.
            ("base-url", Some((scheme, rest)))
                if scheme.eq_ignore_ascii_case("http")
                    && base_url(&["https:", rest].concat()).is_some() =>
            {
                Some(ErrorReason::Insecure)
            }
            ("allow-framing", _) => Some(ErrorReason::Framed),
            _ => None,
        }
    }

    /// The message for the console. This is not `Display`, because `std::fmt` is used nowhere else and would add to the download.
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

/// The parsed attributes of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The settings that elements of the same engine and brand share.
    pub settings: Settings,
    /// The settings of this form.
    pub form: FormSettings,
    /// Whether the form may be shown inside a frame of another origin.
    pub allow_framing: bool,
    /// The origins to which `fetch()` may carry a token besides the page's own, as browsers write them: lower case, without the
    /// default port.
    pub allow_origins: Vec<String>,
    /// Whether the form is in a shadow root.
    pub in_shadow: bool,
}

impl Config {
    /// Parses the attributes. `attribute` returns the text of the attribute with a name, `None` if it is absent.
    ///
    /// # Errors
    /// All invalid attributes, in the order in which they are read.
    ///
    /// ```
    /// use ae_login::login::config::Config;
    ///
    /// let config = Config::parse(|name| match name {
    ///     "base-url" => Some("https://api.example/".to_owned()),
    ///     "brand" => Some("DocDemo".to_owned()),
    ///     _ => None,
    /// })
    /// .expect("valid attributes");
    /// assert_eq!(config.settings.base_url, "https://api.example");
    /// assert_eq!(config.form.otp_length, 6);
    ///
    /// let errors = Config::parse(|_| None).expect_err("two attributes are required");
    /// assert_eq!(errors.len(), 2);
    /// ```
    pub fn parse(attribute: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<AttributeError>> {
        let mut parser = Parser {
            attribute,
            errors: Vec::new(),
        };
        let storage = parser.one_of("storage", &Storage::NAMES, Storage::Tab);
        let may_remember = parser.one_of("remember", &[("ask", true), ("off", false)], false);
        // The loader has used the value. Here it is only checked.
        parser.one_of(
            "compat",
            &[("auto", true), ("always", true), ("never", true)],
            true,
        );
        let config = Self {
            settings: Settings {
                base_url: parser.required("base-url", &base_url),
                brand: parser.required("brand", &|text| {
                    Some(text.trim().to_owned()).filter(|brand| !brand.is_empty())
                }),
                storage,
                shares: storage != Storage::Memory || may_remember,
                max_age: parser.minutes("max-age"),
                max_idle: parser.minutes_or_off("max-idle"),
                renew: !parser.present("no-renew"),
                send_device: parser.present("send-device-id"),
                device_id: parser.value("device-id").filter(|id| !id.is_empty()),
            },
            form: FormSettings {
                identifiers: parser
                    .list("identifiers", "mobile", &|word| {
                        IdentifierKind::parse(word).map(|_| word.to_owned())
                    })
                    .iter()
                    .filter_map(|word| IdentifierKind::parse(word))
                    .collect(),
                country: match parser.value("country") {
                    Some(_) => parser.required("country", &country),
                    None => String::new(),
                },
                countries: parser.list("countries", "", &country),
                otp_length: usize::try_from(parser.number("otp-length", 4, 10, 6)).unwrap_or(6),
                resend_after: parser.number("resend-after", 0, super::time::DAY / 1000, 30) * 1000,
                attempt_life: parser.number("session-minutes", 1, 60, 15) * 60_000,
                first_factor: parser.method("first-factor", Method::Otp),
                second_factor: parser.one_of(
                    "second-factor",
                    &SecondFactor::NAMES,
                    SecondFactor::Auto,
                ),
                second_method: parser.method("second-factor-method", Method::Auto),
                second_identifier: parser.second_identifier(),
                pending_roles: parser.list("pending-roles", "MFA_PENDING", &|role| {
                    Some(role.to_owned())
                }),
                channels: parser
                    .list("fallback-channels", "", &|word| {
                        Channel::from_api_name(word).map(|_| word.to_owned())
                    })
                    .iter()
                    .filter_map(|word| Channel::from_api_name(word))
                    .collect(),
                may_remember,
                submits_codes: parser.present("auto-submit"),
                remembers_identifier: parser.present("remember-identifier")
                    && storage != Storage::Memory,
                in_dialog: parser.present("dialog"),
                password_hint: parser
                    .value("password-hint")
                    .filter(|hint| !hint.trim().is_empty()),
            },
            allow_framing: parser.present("allow-framing"),
            allow_origins: parser.list("allow-origins", "", &origin),
            in_shadow: parser.present("shadow"),
        };
        if parser.errors.is_empty() {
            Ok(config)
        } else {
            Err(parser.errors)
        }
    }
}

struct Parser<F> {
    attribute: F,
    errors: Vec<AttributeError>,
}

impl<F: Fn(&str) -> Option<String>> Parser<F> {
    fn value(&self, name: &str) -> Option<String> {
        (self.attribute)(name)
    }

    fn present(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    fn error(&mut self, name: &str, found: Option<String>) {
        if let Some(known) = ATTRIBUTES.iter().find(|known| known.name == name) {
            self.errors.push(AttributeError {
                attribute: known.name,
                found,
                legal: known.legal,
            });
        }
    }

    fn required(&mut self, name: &str, read: &dyn Fn(&str) -> Option<String>) -> String {
        let found = self.value(name);
        found.as_deref().and_then(read).unwrap_or_else(|| {
            self.error(name, found);
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
                    self.error(name, Some(found));
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
                self.error(name, Some(found));
                default
            })
    }

    fn minutes(&mut self, name: &str) -> Option<Millis> {
        self.value(name)?;
        Some(self.number(name, 1, MAX_MINUTES, 1) * MINUTE)
    }

    fn minutes_or_off(&mut self, name: &str) -> Option<Millis> {
        self.value(name).filter(|found| found.trim() != "off")?;
        self.minutes(name)
    }

    fn method(&mut self, name: &str, default: Method) -> Method {
        self.one_of(name, &Method::NAMES, default)
    }

    fn second_identifier(&mut self) -> Option<IdentifierKind> {
        let name = "second-factor-identifier";
        let found = self.value(name).filter(|found| found.trim() != "same")?;
        let kind = IdentifierKind::parse(found.trim());
        if kind.is_none() {
            self.error(name, Some(found));
        }
        kind
    }

    /// A list without duplicates. An attribute that is present must not be empty.
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
            self.error(name, found);
        }
        list
    }
}

/// Accepts two letters.
fn country(text: &str) -> Option<String> {
    let code = text.trim().to_ascii_uppercase();
    Some(code).filter(|code| code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Accepts a base URL without a path, and returns it as browsers write origins: in lower case, without the default port.
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

/// Accepts `https://host[:port][/prefix]`, and `http` for loopback hosts. A slash at the end is removed.
///
/// Credentials, a query or a fragment are not accepted.
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
    let is_valid_host = !host.is_empty()
        && host.chars().all(|c| {
            // A name in another script is written in its ASCII form (RFC 5891), as the browser sends it.
            c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':')
        });
    let is_valid_path = !path.as_bytes().windows(2).any(|two| two == b"//")
        && path
            .chars()
            .all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '\\' | '"' | '<' | '>'));
    (secure && is_valid_host && is_valid_path).then(|| text.trim_end_matches('/').to_owned())
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

    const REQUIRED: [(&str, &str); 2] =
        [("base-url", "https://eu.api.example"), ("brand", "DocDemo")];

    fn with(extra: (&'static str, &'static str)) -> Result<Config, Vec<AttributeError>> {
        read(&[REQUIRED[0], REQUIRED[1], extra])
    }

    #[test]
    fn two_attributes_are_required() {
        let config = read(&REQUIRED).expect("legal");
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
    fn base_url_may_have_a_port_a_prefix_and_a_slash() {
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
            let config = read(&[("base-url", typed), REQUIRED[1]]).expect(typed);
            assert_eq!(config.settings.base_url, kept);
        }
    }

    #[test]
    fn unsafe_base_url_is_refused() {
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
            let errors = read(&[("base-url", typed), REQUIRED[1]]).expect_err(typed);
            assert_eq!(errors[0].attribute, "base-url");
        }
    }

    #[test]
    fn every_error_names_the_found_and_the_valid_values() {
        let errors = read(&[
            ("identifiers", "fax"),
            ("otp-length", "3"),
            ("resend-after", "-1"),
            ("session-minutes", "61"),
            ("storage", "cloud"),
        ])
        .expect_err("seven errors");
        let names = errors
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
            errors[1].message(),
            "base-url: missing, legal is an https URL (http only for loopback) without query or fragment"
        );
        assert_eq!(
            errors[4].message(),
            "otp-length: found \"3\", legal is a whole number from 4 to 10"
        );
    }

    #[test]
    fn device_id_is_sent_only_with_its_attribute() {
        let config = with(("device-id", "till-7")).expect("legal");
        assert!(!config.settings.send_device);
        let config = with(("send-device-id", "")).expect("legal");
        assert!(config.settings.send_device);
    }

    #[test]
    fn allowed_origins_are_normalized() {
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
    fn lists_keep_their_order_and_drop_duplicates() {
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
    fn list_with_an_unknown_word_or_without_words_is_an_error() {
        for attribute in ["identifiers", "fallback-channels"] {
            for found in ["mobile SMS fax", "", " "] {
                let errors = with((attribute, found)).expect_err(found);
                assert_eq!(errors[0].attribute, attribute);
            }
        }
        assert!(with(("pending-roles", "")).is_err());
        assert!(with(("second-factor-identifier", "phone")).is_err());
    }

    #[test]
    fn second_factor_may_have_its_own_identifier() {
        let config = with(("second-factor-identifier", "same")).expect("legal");
        assert_eq!(config.form.second_identifier, None);
        let config = with(("second-factor-identifier", "email")).expect("legal");
        assert_eq!(config.form.second_identifier, Some(IdentifierKind::Email));
    }

    #[test]
    fn address_that_only_lacks_https_is_insecure() {
        let reason = |url: &str| {
            let errors = read(&[("base-url", url), ("brand", "b")]).expect_err("an error");
            errors[0].reason()
        };
        for url in ["http://engine.example", " HTTP://engine.example/path "] {
            assert_eq!(reason(url), Some(ErrorReason::Insecure), "{url}");
        }
        for url in [
            "ftp://engine.example",
            "http://",
            "https://",
            "engine.example",
            "http:x",
        ] {
            assert_eq!(reason(url), None, "{url}");
        }
    }

    #[test]
    fn compat_has_three_values() {
        let compat = |value| {
            read(&[
                ("base-url", "https://engine.example"),
                ("brand", "b"),
                ("compat", value),
            ])
        };
        for value in ["auto", "always", "never"] {
            assert!(compat(value).is_ok(), "{value}");
        }
        let errors = compat("on").expect_err("an error");
        assert_eq!(errors[0].attribute, "compat");
        assert_eq!(errors[0].reason(), None);
    }
}
