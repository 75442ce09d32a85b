//! Everything that is said to a person, by key. English; other languages load on demand in a later version.

/// The key of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each key is explained by its text below")]
pub enum Text {
    IdentifyTitle,
    CodeTitle,
    CodeLead,
    SignedInTitle,
    SignedInLead,
    StuckTitle,
    LabelMobile,
    LabelEmail,
    LabelEither,
    LabelCode,
    HintMobile,
    HintEmail,
    HintEither,
    HintCode,
    Continue,
    SignIn,
    Resend,
    ResendIn,
    ChangeIdentifier,
    SignOut,
    TryAgain,
    Working,
    CodeSent,
    CodeSentAgain,
    SignedOut,
    IdentifierEmpty,
    NotANumber,
    NoCountryCode,
    NotAnAddress,
    InvisibleCharacter,
    CodeUnreadable,
    CodeWrong,
    CodeNotChecked,
    CodeNotSent,
    NoCodeWaiting,
    AttemptOver,
    AttemptTimedOut,
    TriesUsedUp,
    UnknownCustomer,
    DetailsInvalid,
    TooManyCodes,
    TooManyTries,
    NotSetUp,
    NeedsPassword,
    NeedsSecondFactor,
    Network,
    Timeout,
    Server,
    AnswerMalformed,
    Unknown,
    SessionEnded,
}

impl Text {
    /// The English text.
    #[expect(
        clippy::match_same_arms,
        reason = "two keys may say the same in one language and not in another"
    )]
    pub fn english(self) -> &'static str {
        match self {
            Self::IdentifyTitle => "Sign in",
            Self::CodeTitle => "Enter your code",
            Self::CodeLead => "We sent a code to ",
            Self::SignedInTitle => "You are signed in",
            Self::SignedInLead => "Signed in as ",
            Self::StuckTitle => "Sign-in is not available",
            Self::LabelMobile => "Mobile number",
            Self::LabelEmail => "E-mail address",
            Self::LabelEither => "Mobile number or e-mail",
            Self::LabelCode => "Code",
            Self::HintMobile => "With country code, for example +91 99999 22332",
            Self::HintEmail => "For example name@example.com",
            Self::HintEither => "A number needs its country code, for example +91",
            Self::HintCode => "It can take a minute to arrive. You can paste the whole message.",
            Self::Continue => "Continue",
            Self::SignIn => "Sign in",
            Self::Resend => "Send a new code",
            Self::ResendIn => "Send a new code in ",
            Self::ChangeIdentifier => "Use another number or e-mail",
            Self::SignOut => "Sign out",
            Self::TryAgain => "Try again",
            Self::Working => "One moment …",
            Self::CodeSent => "A code is on its way.",
            Self::CodeSentAgain => "A new code is on its way. Only the newest one works.",
            Self::SignedOut => "You are signed out.",
            Self::IdentifierEmpty => "Enter this to go on.",
            Self::NotANumber => {
                "This is not a mobile number. Enter it with its country code, for example +91 99999 22332."
            }
            Self::NoCountryCode => {
                "Add the country code, for example +91, and leave out the first 0."
            }
            Self::NotAnAddress => "This is not an e-mail address. Enter it like name@example.com.",
            Self::InvisibleCharacter => {
                "There is a character in it that cannot be seen. Type it instead of pasting."
            }
            Self::CodeUnreadable => "Enter the digits of the code from the message.",
            Self::CodeWrong => {
                "This code is not right. Check the newest message and enter it again."
            }
            Self::CodeNotChecked => "The code could not be checked. Try again.",
            Self::CodeNotSent => "The code could not be sent. Try again.",
            Self::NoCodeWaiting => "There is no code waiting for you. Ask for a new one.",
            Self::AttemptOver => "This sign-in is no longer valid. Continue to get a new code.",
            Self::AttemptTimedOut => {
                "This took too long, so the code has run out. Continue to get a new one."
            }
            Self::TriesUsedUp => "Too many wrong codes. Continue to get a new one.",
            Self::UnknownCustomer => {
                "We do not know this number or address. Check it, or use another one."
            }
            Self::DetailsInvalid => "This was not accepted. Check it and try again.",
            Self::TooManyCodes => "Too many codes were sent. Wait a little, then try again.",
            Self::TooManyTries => "Too many tries. Wait a little, then try again.",
            Self::NotSetUp => {
                "The shop's sign-in is not set up correctly. Please tell the shop, or come back later."
            }
            Self::NeedsPassword => {
                "This shop asks for a password, which this sign-in cannot do yet. Please contact the shop."
            }
            Self::NeedsSecondFactor => {
                "This account needs a second step, which this sign-in cannot do yet. Please contact the shop."
            }
            Self::Network => {
                "The sign-in service could not be reached. Check your connection and try again."
            }
            Self::Timeout => "The sign-in service took too long. Try again.",
            Self::Server => "The sign-in service has a problem. Try again in a moment.",
            Self::AnswerMalformed => {
                "The answer could not be understood. If you are on a public network, sign in to it first, then try again."
            }
            Self::Unknown => "That did not work. Try again, or come back later.",
            Self::SessionEnded => "Your session has ended. Sign in again to go on.",
        }
    }
}
