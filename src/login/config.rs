//! The attributes of the element as text, read into settings, or every mistake in them at once.

use super::time::Millis;

/// What a customer may type to say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierKind {
    /// A mobile number: the code comes by SMS or messenger.
    Mobile,
    /// An e-mail address.
    Email,
}

impl IdentifierKind {
    /// The engine's word for it (contract §1.4).
    pub fn wire(self) -> &'static str {
        match self {
            Self::Mobile => "MOBILE",
            Self::Email => "EMAIL",
        }
    }

    /// The kind for an engine's word.
    pub fn from_wire(word: &str) -> Option<Self> {
        [Self::Mobile, Self::Email]
            .into_iter()
            .find(|kind| kind.wire() == word)
    }
}

/// Where the session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// In this tab: survives reload and navigation.
    Tab,
    /// Nowhere but in the page.
    Memory,
    /// On this device, beyond the browser's end. This version keeps it in the tab instead and says so: less than asked, never more.
    Device,
}

/// One attribute: its name, its legal values in words.
pub struct Attribute {
    /// As written in the page.
    pub name: &'static str,
    /// What may stand in it.
    pub legal: &'static str,
}

/// Every attribute this version reads; the README's table is held against it.
pub const ATTRIBUTES: [Attribute; 12] = [
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
        legal: "`mobile`, `email` or both, separated by spaces",
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
        name: "device-id",
        legal: "text",
    },
    Attribute {
        name: "send-device-id",
        legal: "present or absent",
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
        name: "shadow",
        legal: "present or absent",
    },
];

/// What counts where an attribute is absent, in the order of [`ATTRIBUTES`]; for the README only, so that it is not shipped.
pub const DEFAULTS: [&str; 12] = [
    "required",
    "required",
    "`mobile`",
    "`6`",
    "`30`",
    "`15`",
    "`tab`",
    "random, kept in this browser",
    "absent",
    "absent",
    "absent",
    "absent",
];

/// Attributes of the public interface that a later version honours, with the values that mean "as this version does".
///
/// Any other value would promise what does not happen, so it is a mistake and not silently ignored.
pub const LATER: [(&str, &[&str]); 6] = [
    ("first-factor", &["otp"]),
    ("second-factor", &["off", "auto"]),
    ("second-factor-identifier", &["same"]),
    ("remember", &["off"]),
    // A limit that is asked for and not kept would be worse than a form that is not shown.
    ("max-age", &[]),
    ("max-idle", &["off"]),
];

/// The settings that all elements with the same base URL and brand share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The engine's address without a slash at its end.
    pub base_url: String,
    /// The brand as written.
    pub brand: String,
    /// Where the session lives.
    pub storage: Storage,
    /// Whether tokens are renewed in the background.
    pub renew: bool,
    /// What to send as `deviceId` on `/web/*`, if anything (contract §1.5).
    pub device_id: Option<String>,
}

/// The settings of one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormSettings {
    /// What may be typed; at least one.
    pub identifiers: Vec<IdentifierKind>,
    /// The number of digits that is asked for.
    pub otp_length: usize,
    /// How long a person waits before another code may be asked for.
    pub resend_after: Millis,
    /// How long the engine keeps a login attempt (`CONF_TOKEN_SESSION_EXPIRY_MINUTES`).
    pub attempt_life: Millis,
}

/// A value that may not stand where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The attribute, or what else is wrong with the element's place.
    pub attribute: &'static str,
    /// What was found; `None` for nothing at all.
    pub found: Option<String>,
    /// What is legal, in words.
    pub legal: &'static str,
}

impl Mistake {
    /// The sentence for those who build the page. Not `Display`, whose machinery is found nowhere else in what ships.
    pub fn sentence(&self) -> String {
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
}

impl Config {
    /// Reads the attributes; `attribute` gives the text of one, `None` where it is absent.
    ///
    /// # Errors
    /// Every mistake, in the order of [`ATTRIBUTES`].
    pub fn read(attribute: impl Fn(&str) -> Option<String>) -> Result<Self, Vec<Mistake>> {
        let mut reading = Reading {
            attribute,
            mistakes: Vec::new(),
        };
        let config = Self {
            settings: Settings {
                base_url: reading.needed("base-url", base_url),
                brand: reading.needed("brand", |text| {
                    Some(text.trim().to_owned()).filter(|brand| !brand.is_empty())
                }),
                storage: reading.one_of(
                    "storage",
                    &[
                        ("tab", Storage::Tab),
                        ("memory", Storage::Memory),
                        ("device", Storage::Device),
                    ],
                    Storage::Tab,
                ),
                renew: !reading.present("no-renew"),
                device_id: if reading.present("send-device-id") {
                    reading.value("device-id")
                } else {
                    None
                },
            },
            form: FormSettings {
                identifiers: reading.identifiers(),
                otp_length: usize::try_from(reading.number("otp-length", 4, 10, 6)).unwrap_or(6),
                resend_after: reading.number("resend-after", 0, super::time::DAY / 1000, 30) * 1000,
                attempt_life: reading.number("session-minutes", 1, 60, 15) * 60_000,
            },
            allow_framing: reading.present("allow-framing"),
        };
        for (name, honoured) in LATER {
            if let Some(found) = reading.value(name)
                && !honoured.contains(&found.trim())
            {
                reading.mistakes.push(Mistake {
                    attribute: name,
                    found: Some(found),
                    legal: "a value that this version honours",
                });
            }
        }
        if reading.mistakes.is_empty() {
            Ok(config)
        } else {
            Err(reading.mistakes)
        }
    }
}

struct Reading<F> {
    attribute: F,
    mistakes: Vec<Mistake>,
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
            self.mistakes.push(Mistake {
                attribute: known.name,
                found,
                legal: known.legal,
            });
        }
    }

    fn needed(&mut self, name: &str, read: impl Fn(&str) -> Option<String>) -> String {
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

    fn identifiers(&mut self) -> Vec<IdentifierKind> {
        let Some(found) = self.value("identifiers") else {
            return vec![IdentifierKind::Mobile];
        };
        let mut kinds = Vec::new();
        for word in found.split_whitespace() {
            let kind = match word {
                "mobile" => IdentifierKind::Mobile,
                "email" => IdentifierKind::Email,
                _ => {
                    kinds.clear();
                    break;
                }
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() {
            self.mistake("identifiers", Some(found));
        }
        kinds
    }
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
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            port.parse::<u16>().ok()?;
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

    fn read(attributes: &[(&str, &str)]) -> Result<Config, Vec<Mistake>> {
        Config::read(|name| {
            attributes
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    const NEEDED: [(&str, &str); 2] =
        [("base-url", "https://eu.api.example"), ("brand", "DocDemo")];

    fn with(extra: (&'static str, &'static str)) -> Result<Config, Vec<Mistake>> {
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
        assert!(
            config.settings.renew && !config.allow_framing && config.settings.device_id.is_none()
        );
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
                "base-url",
                "brand",
                "storage",
                "identifiers",
                "otp-length",
                "resend-after",
                "session-minutes"
            ]
        );
        assert_eq!(
            mistakes[0].sentence(),
            "base-url: missing, legal is an https URL (http only for loopback) without query or fragment"
        );
        assert_eq!(
            mistakes[4].sentence(),
            "otp-length: found \"3\", legal is a whole number from 4 to 10"
        );
    }

    #[test]
    fn a_device_id_is_sent_only_on_request() {
        let config = with(("device-id", "till-7")).expect("legal");
        assert_eq!(config.settings.device_id, None);
        let both = [
            NEEDED[0],
            NEEDED[1],
            ("device-id", "till-7"),
            ("send-device-id", ""),
        ];
        let config = read(&both).expect("legal");
        assert_eq!(config.settings.device_id.as_deref(), Some("till-7"));
    }

    #[test]
    fn what_a_later_version_brings_is_not_silently_ignored() {
        assert!(with(("first-factor", "otp")).is_ok());
        assert_eq!(
            with(("first-factor", "password")).expect_err("not yet")[0].attribute,
            "first-factor"
        );
    }
}
