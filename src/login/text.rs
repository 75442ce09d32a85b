//! Everything that is said to a person, by key. English; other languages load on demand in a later version.

/// The key of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each key is explained by its text below")]
pub enum Text {
    IdentifyTitle,
    AddressTitle,
    AddressForPasswordTitle,
    CodeTitle,
    CodeLead,
    CodeLeadKnown,
    PasswordTitle,
    PasswordLead,
    NewPasswordTitle,
    NewPasswordLead,
    ForgotTitle,
    ForgotLead,
    ChangeTitle,
    SecondIdentifyTitle,
    SecondLead,
    SecondCodeTitle,
    SecondPasswordTitle,
    SecondNewPasswordTitle,
    SecondNewPasswordLead,
    SignedInTitle,
    SignedInLead,
    StuckTitle,
    LabelMobile,
    LabelEmail,
    LabelEither,
    LabelUsername,
    LabelExternalId,
    LabelAny,
    LabelCode,
    LabelPassword,
    LabelSecondPassword,
    LabelCurrentPassword,
    LabelNewPassword,
    LabelConfirmPassword,
    HintMobile,
    HintEmail,
    HintEither,
    HintAny,
    HintUsername,
    HintExternalId,
    HintCode,
    HintConfirm,
    Continue,
    SendCode,
    SignIn,
    SavePassword,
    Resend,
    ResendIn,
    BySms,
    ByWhatsApp,
    ByZalo,
    Reveal,
    Conceal,
    RevealPassword,
    ConcealPassword,
    Remember,
    UsePassword,
    UseCode,
    Forgot,
    Back,
    ChangeIdentifier,
    SignOut,
    TryAgain,
    Working,
    CodeSent,
    CodeSentAgain,
    PasswordChanged,
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
    ChannelUnavailable,
    AddressNeeded,
    PasswordEmpty,
    PasswordWrong,
    PasswordsDiffer,
    PasswordUnfit,
    PasswordUsedBefore,
    PasswordWanted,
    PasswordTriesUsedUp,
    PasswordNotChanged,
    PasswordNotChangedYet,
    PasswordNotReset,
    NoPasswords,
    UsernameTaken,
    AttemptOver,
    AttemptTimedOut,
    TriesUsedUp,
    UnknownCustomer,
    DetailsInvalid,
    TooManyCodes,
    TooManyTries,
    NotSetUp,
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
    #[expect(clippy::too_many_lines, reason = "a line for each text")]
    pub fn english(self) -> &'static str {
        match self {
            Self::IdentifyTitle => "Sign in",
            Self::AddressForPasswordTitle => "Your number or e-mail",
            Self::AddressTitle => "Where should the code go?",
            Self::CodeTitle => "Enter your code",
            Self::CodeLead => "We sent a code to ",
            Self::CodeLeadKnown => "We sent a code to the number or address the shop has for ",
            Self::PasswordTitle => "Enter your password",
            Self::PasswordLead => "Signing in as ",
            Self::NewPasswordTitle => "Choose a password",
            Self::NewPasswordLead => "You will use it to sign in as ",
            Self::ForgotTitle => "Choose a new password",
            Self::ForgotLead => "We will send you a code to confirm it. Signing in as ",
            Self::ChangeTitle => "Change your password",
            Self::SecondIdentifyTitle => "One more step",
            Self::SecondLead => "Your account is protected by a second step. Signing in as ",
            Self::SecondCodeTitle => "Enter your second code",
            Self::SecondPasswordTitle => "Enter your second password",
            Self::SecondNewPasswordTitle => "Choose a second password",
            Self::SecondNewPasswordLead => {
                "Your account asks for it after the first one. Signing in as "
            }
            Self::SignedInTitle => "You are signed in",
            Self::SignedInLead => "Signed in as ",
            Self::StuckTitle => "Sign-in is not available",
            Self::LabelMobile => "Mobile number",
            Self::LabelEmail => "E-mail address",
            Self::LabelEither => "Mobile number or e-mail",
            Self::LabelUsername => "User name",
            Self::LabelExternalId => "Customer number",
            Self::LabelAny => "Number, e-mail or user name",
            Self::LabelCode => "Code",
            Self::LabelPassword => "Password",
            Self::LabelSecondPassword => "Second password",
            Self::LabelCurrentPassword => "Current password",
            Self::LabelNewPassword => "New password",
            Self::LabelConfirmPassword => "New password again",
            Self::HintMobile => "With country code, for example +91 99999 22332",
            Self::HintEmail => "For example name@example.com",
            Self::HintEither => "A number needs its country code, for example +91",
            Self::HintAny => "A mobile number needs its country code, for example +91",
            Self::HintUsername => "As you chose it",
            Self::HintExternalId => "As the shop gave it to you",
            Self::HintCode => "It can take a minute to arrive. You can paste the whole message.",
            Self::HintConfirm => "In case of a typing mistake",
            Self::Continue => "Continue",
            Self::SendCode => "Send the code",
            Self::SignIn => "Sign in",
            Self::SavePassword => "Save password",
            Self::Resend => "Send a new code",
            Self::ResendIn => "Send a new code in ",
            Self::BySms => "Send it by SMS instead",
            Self::ByWhatsApp => "Send it by WhatsApp instead",
            Self::ByZalo => "Send it by Zalo instead",
            Self::Reveal => "Show",
            Self::Conceal => "Hide",
            // The same two for who does not see where the button is.
            Self::RevealPassword => "Show password",
            Self::ConcealPassword => "Hide password",
            Self::Remember => "Keep me signed in on this device",
            Self::UsePassword => "Use my password instead",
            Self::UseCode => "Use a code instead",
            Self::Forgot => "I forgot my password",
            Self::Back => "Back",
            Self::ChangeIdentifier => "Use another number or e-mail",
            Self::SignOut => "Sign out",
            Self::TryAgain => "Try again",
            Self::Working => "One moment …",
            Self::CodeSent => "A code is on its way.",
            Self::CodeSentAgain => "A new code is on its way. Only the newest one works.",
            Self::PasswordChanged => "Your password is changed.",
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
            Self::ChannelUnavailable => {
                "The code cannot be sent that way. Ask for a new one the usual way."
            }
            Self::AddressNeeded => "The shop needs this as well.",
            Self::PasswordEmpty => "Enter a password to go on.",
            Self::PasswordWrong => "This password is not right. Check it and enter it again.",
            Self::PasswordsDiffer => "The two passwords are not the same. Enter the new one again.",
            Self::PasswordUnfit => "This password is not safe enough. Choose another one.",
            Self::PasswordUsedBefore => "This is your old password. Choose another one.",
            Self::PasswordWanted => "This shop signs you in with a password. Choose one to go on.",
            Self::PasswordTriesUsedUp => "Too many wrong passwords. Choose a new one to go on.",
            Self::PasswordNotChanged => "The password could not be changed. Try again.",
            Self::PasswordNotChangedYet => {
                "Your session had to be renewed first. Try again in a moment."
            }
            Self::PasswordNotReset => "The new password could not be saved. Try again.",
            Self::NoPasswords => "This shop uses codes instead of passwords.",
            Self::UsernameTaken => "This user name is taken. Choose another one.",
            Self::AttemptOver => "This sign-in is no longer valid. Continue to begin again.",
            Self::AttemptTimedOut => "This took too long. Continue to begin again.",
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
            Self::NeedsSecondFactor => {
                "This account needs a second step, which is not available here. Please contact the shop."
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
