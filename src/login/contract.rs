//! Values that the engine's contract names and that the element's attributes name too.
//!
//! Each value has two names: the engine's (`api_name`) and, where it differs, the attribute's (`as_str`).

/// The role of a token that signs its holder in (contract §6). Tokens with any other role are not logins.
pub const USER_ROLE: &str = "USER";

/// A kind of identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierKind {
    /// A mobile number: the code comes by SMS or messenger.
    Mobile,
    /// An e-mail address.
    Email,
    /// A name that the customer chose. Codes go to a mobile number or e-mail address that is asked for besides.
    Username,
    /// The shop's own number or name of the customer. The engine knows where codes go.
    ExternalId,
}

impl IdentifierKind {
    /// Each kind with its name in attributes and the engine's name (contract §1.4).
    const NAMES: [(&str, &str, Self); 4] = [
        ("mobile", "MOBILE", Self::Mobile),
        ("email", "EMAIL", Self::Email),
        ("username", "USERNAME", Self::Username),
        ("external-id", "EXTERNALID", Self::ExternalId),
    ];

    /// The engine's name.
    pub fn api_name(self) -> &'static str {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, _, kind)| *kind == self)
            .map_or("", |(_, api_name, _)| api_name)
    }

    /// The kind with this name of the engine's; `None` for any other text.
    pub fn from_api_name(name: &str) -> Option<Self> {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, api_name, _)| *api_name == name)
            .map(|(_, _, kind)| kind)
    }

    /// The name in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::NAMES.into_iter();
        all.find(|(_, _, kind)| *kind == self)
            .map_or("", |(name, ..)| name)
    }

    /// The kind with this name in attributes; `None` for any other text.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = Self::NAMES.into_iter();
        all.find(|(own, _, _)| *own == name)
            .map(|(_, _, kind)| kind)
    }
}

/// A channel by which a code can be sent instead of the brand's usual one (contract §2.2, `CONF_FALLBACK_CHANNELS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A text message.
    Sms,
    /// `WhatsApp`.
    WhatsApp,
    /// Zalo.
    Zalo,
}

impl Channel {
    /// The engine's name, which is the name in attributes too.
    pub fn api_name(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::WhatsApp => "WHATSAPP",
            Self::Zalo => "ZALO",
        }
    }

    /// The channel with this name; `None` for any other text.
    pub fn from_api_name(word: &str) -> Option<Self> {
        let mut all = [Self::Sms, Self::WhatsApp, Self::Zalo].into_iter();
        all.find(|channel| channel.api_name() == word)
    }
}
