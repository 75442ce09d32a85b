//! Scenes: ready-made brands with customers, for demonstrations.
//!
//! The flag `--scene` and the control requests `scenes` and `scene` offer them.

use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};

use crate::settings::{Customer, Settings};

/// A ready-made brand with customers, which demonstrates one way of signing in.
///
/// [`Engine::set_scene`](crate::Engine::set_scene) switches to a scene. Token lifetimes, the fixed code, the code length, the clock
/// offset, the brands, the organisation, the secret and everything about HTTP stay as they were; all other settings become those
/// of the scene.
///
/// As JSON: an object with `name`, `title`, `attributes` (an object) and `customers` (a list of [`SceneCustomer`]).
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// The name in the flag and in control requests.
    pub name: &'static str,
    /// The subject of the scene, in a few words.
    pub title: &'static str,
    /// Names and values of the attributes that an `<ae-login>` element needs for the brand.
    pub attributes: &'static [(&'static str, &'static str)],
    /// The customers that a visitor of the demonstration can sign in as.
    pub customers: &'static [SceneCustomer],
    apply_own: fn(&mut Settings),
}

/// A customer of a scene, with everything that a visitor needs to sign in as that customer.
///
/// As JSON: an object with `identifier`, the other credentials where they exist, and `says` for the instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SceneCustomer {
    /// The identifier of the first factor.
    pub identifier: &'static str,
    /// The password of the first factor, if the customer has one.
    pub password: Option<&'static str>,
    /// The identifier of the second factor, if it differs from the first one.
    pub second_identifier: Option<&'static str>,
    /// The password of the second factor, if the customer has one.
    pub second_password: Option<&'static str>,
    /// The text to type and its effect, in one sentence for a visitor of the demonstration.
    pub instructions: &'static str,
}

impl Scene {
    /// The scene with a name.
    ///
    /// ```
    /// let scene = ae_engine::Scene::named("two-passwords").expect("a scene");
    /// assert_eq!(scene.customers[0].second_password, Some("battery staple"));
    /// ```
    pub fn named(name: &str) -> Option<&'static Scene> {
        SCENES.iter().find(|scene| scene.name == name)
    }

    /// Replaces settings by those of the scene. [`Scene`] lists the settings that stay.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        let before = std::mem::take(settings);
        settings.copy_lives(&before);
        settings.code = before.code;
        settings.otp_length = before.otp_length;
        settings.clock_offset_s = before.clock_offset_s;
        settings.brands = before.brands;
        settings.organisation = before.organisation;
        settings.secret = before.secret;
        settings.errors_as_http = before.errors_as_http;
        settings.cors = before.cors;
        settings.expose_headers = before.expose_headers;
        settings.trickle_bytes_per_s = before.trickle_bytes_per_s;
        settings.bodies_kept = before.bodies_kept;
        (self.apply_own)(settings);
    }
}

/// All scenes.
pub const SCENES: &[Scene] = &[
    Scene {
        name: "codes-only",
        title: "Codes only",
        attributes: &[
            ("identifiers", "mobile email"),
            ("first-factor", "otp"),
            ("second-factor", "off"),
        ],
        customers: &[
            SceneCustomer {
                instructions: "Type ada@example.org and then the code that is sent there: you are signed in as a customer of the brand.",
                ..SceneCustomer::new("ada@example.org")
            },
            SceneCustomer {
                instructions: "Type 919999922332, or any other mobile number or e-mail address, and then the code that is sent there: a new address becomes a new customer.",
                ..SceneCustomer::new("919999922332")
            },
        ],
        apply_own: |settings| {
            settings.customers.insert(ADA.to_owned(), ada());
        },
    },
    Scene {
        name: "passwords",
        title: "Passwords",
        attributes: &[
            ("identifiers", "mobile email username"),
            ("first-factor", "password"),
            ("second-factor", "off"),
            ("password-hint", "At least 8 characters"),
            ("password-pattern", ".{8,}"),
            ("fallback-channels", "WHATSAPP"),
        ],
        customers: &[
            SceneCustomer {
                password: Some("correct horse"),
                instructions: "Type ada@example.org and the password \"correct horse\": you are signed in without a code.",
                ..SceneCustomer::new("ada@example.org")
            },
            SceneCustomer {
                password: Some("battery staple"),
                instructions: "Type the user name grace with the mobile number 919999900001 and the password \"battery staple\": you are signed in.",
                ..SceneCustomer::new("grace")
            },
            SceneCustomer {
                instructions: "Type new@example.org: the brand asks you to choose a password of 8 characters or more, and a code confirms it.",
                ..SceneCustomer::new("new@example.org")
            },
        ],
        apply_own: |settings| {
            settings.password_brand = true;
            settings.password_policy = Some(".{8,}".to_owned());
            settings.fallback_channels = vec!["WHATSAPP".to_owned()];
            let ada = Customer {
                password: Some("correct horse".to_owned()),
                ..ada()
            };
            let grace = Customer {
                username: Some("grace".to_owned()),
                mobile: Some("919999900001".to_owned()),
                password: Some("battery staple".to_owned()),
                ..Customer::new("4068292")
            };
            settings.customers.insert(ADA.to_owned(), ada);
            settings.customers.insert("grace".to_owned(), grace);
        },
    },
    Scene {
        name: "codes-and-second-factor",
        title: "Codes + second factor",
        attributes: &[
            ("identifiers", "mobile email"),
            ("first-factor", "otp"),
            ("second-factor", "auto"),
            ("second-factor-method", "otp"),
            ("second-factor-identifier", "same"),
        ],
        customers: &[
            SceneCustomer {
                instructions: "Type ada@example.org and its code: she is enrolled for a second factor, so a second code follows before you are signed in.",
                ..SceneCustomer::new("ada@example.org")
            },
            SceneCustomer {
                instructions: "Type bob@example.org and its code: he is not enrolled, so one code is enough.",
                ..SceneCustomer::new("bob@example.org")
            },
        ],
        apply_own: |settings| {
            let ada = Customer { mfa: true, ..ada() };
            settings.customers.insert(ADA.to_owned(), ada);
            settings.customers.insert(BOB.to_owned(), bob());
        },
    },
    Scene {
        name: "two-passwords",
        title: "Two passwords",
        attributes: &[
            ("identifiers", "mobile email"),
            ("first-factor", "password"),
            ("second-factor", "auto"),
            ("second-factor-method", "password"),
            ("second-factor-identifier", "same"),
        ],
        customers: &[
            SceneCustomer {
                password: Some("correct horse"),
                second_password: Some("battery staple"),
                instructions: "Type ada@example.org, the password \"correct horse\" and the second password \"battery staple\": you are signed in.",
                ..SceneCustomer::new("ada@example.org")
            },
            SceneCustomer {
                password: Some("correct horse"),
                instructions: "Type bob@example.org and the password \"correct horse\": he has no second password yet, so you choose one and a code confirms it.",
                ..SceneCustomer::new("bob@example.org")
            },
        ],
        apply_own: |settings| {
            settings.password_brand = true;
            settings.mfa_password = true;
            let ada = Customer {
                password: Some("correct horse".to_owned()),
                mfa_password: Some("battery staple".to_owned()),
                mfa: true,
                ..ada()
            };
            let bob = Customer {
                password: Some("correct horse".to_owned()),
                mfa: true,
                ..bob()
            };
            settings.customers.insert(ADA.to_owned(), ada);
            settings.customers.insert(BOB.to_owned(), bob);
        },
    },
    Scene {
        name: "forced-mfa-other-identifier",
        title: "Forced MFA, other identifier",
        attributes: &[
            ("identifiers", "mobile"),
            ("first-factor", "otp"),
            ("second-factor", "auto"),
            ("second-factor-method", "otp"),
            ("second-factor-identifier", "email"),
        ],
        customers: &[
            SceneCustomer {
                second_identifier: Some("ada@example.org"),
                instructions: "Type 919999922332 and its code, then ada@example.org and its code: another address would be refused, because hers is registered.",
                ..SceneCustomer::new("919999922332")
            },
            SceneCustomer {
                second_identifier: Some("new@example.org"),
                instructions: "Type 919999900002, or any other mobile number, and its code, then new@example.org, or any other address, and its code: the address is registered for the number.",
                ..SceneCustomer::new("919999900002")
            },
        ],
        apply_own: |settings| {
            settings.forced_mfa = true;
            let ada = Customer {
                email: Some(ADA.to_owned()),
                ..ada()
            };
            settings.customers.insert("919999922332".to_owned(), ada);
        },
    },
];

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";

fn ada() -> Customer {
    Customer::new("4068291")
}

fn bob() -> Customer {
    Customer::new("4068293")
}

impl SceneCustomer {
    const fn new(identifier: &'static str) -> SceneCustomer {
        SceneCustomer {
            identifier,
            password: None,
            second_identifier: None,
            second_password: None,
            instructions: "",
        }
    }
}

impl Serialize for Scene {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut scene = serializer.serialize_struct("Scene", 4)?;
        scene.serialize_field("name", self.name)?;
        scene.serialize_field("title", self.title)?;
        scene.serialize_field("attributes", &Attributes(self.attributes))?;
        scene.serialize_field("customers", self.customers)?;
        scene.end()
    }
}

/// Serialises attributes as a JSON object.
struct Attributes(&'static [(&'static str, &'static str)]);

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0 {
            object.serialize_entry(name, value)?;
        }
        object.end()
    }
}

impl Serialize for SceneCustomer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("identifier", self.identifier)?;
        for (name, value) in [
            ("password", self.password),
            ("second_identifier", self.second_identifier),
            ("second_password", self.second_password),
        ] {
            if let Some(value) = value {
                object.serialize_entry(name, value)?;
            }
        }
        object.serialize_entry("says", self.instructions)?;
        object.end()
    }
}
