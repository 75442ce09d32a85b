//! Values that the engine's contract names and that the element's attributes name too.
//!
//! Each value has two names: the engine's (`api_name`) and, where it differs, the attribute's (`as_str`).

/// The role of a token that signs its holder in (contract §6). Tokens with any other role are not logins.
pub const USER_ROLE: &str = "USER";

/// What a customer may type to say who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentifierKind {
    /// A mobile number: the code comes by SMS or messenger.
    Mobile,
    /// An e-mail address.
    Email,
    /// A name that the customer chose; the code goes to a number or an address besides.
    Username,
    /// The number or name by which the shop knows the customer; the engine knows where the code goes.
    ExternalId,
}

impl IdentifierKind {
    /// Every kind, with its word in attributes and the engine's word (contract §1.4).
    const WORDS: [(&str, &str, Self); 4] = [
        ("mobile", "MOBILE", Self::Mobile),
        ("email", "EMAIL", Self::Email),
        ("username", "USERNAME", Self::Username),
        ("external-id", "EXTERNALID", Self::ExternalId),
    ];

    /// The engine's word for it.
    pub fn api_name(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, _, kind)| *kind == self)
            .map_or("", |(_, wire, _)| wire)
    }

    /// The kind for an engine's word.
    pub fn from_api_name(word: &str) -> Option<Self> {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, wire, _)| *wire == word)
            .map(|(_, _, kind)| kind)
    }

    /// Its word in attributes.
    pub fn as_str(self) -> &'static str {
        let mut all = Self::WORDS.into_iter();
        all.find(|(_, _, kind)| *kind == self)
            .map_or("", |(word, ..)| word)
    }

    /// The kind for a word in an attribute.
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = Self::WORDS.into_iter();
        all.find(|(own, _, _)| *own == word)
            .map(|(_, _, kind)| kind)
    }
}

/// By what else a code can be sent, where the brand is set up for it (§2.2, `CONF_FALLBACK_CHANNELS`).
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
    /// The engine's word for it, which is the attribute's too.
    pub fn api_name(self) -> &'static str {
        match self {
            Self::Sms => "SMS",
            Self::WhatsApp => "WHATSAPP",
            Self::Zalo => "ZALO",
        }
    }

    /// The channel for the engine's word.
    pub fn from_api_name(word: &str) -> Option<Self> {
        let mut all = [Self::Sms, Self::WhatsApp, Self::Zalo].into_iter();
        all.find(|channel| channel.api_name() == word)
    }
}
