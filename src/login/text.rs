//! The texts that people read, by key. English is in this file; the other languages are in `src/texts` and are loaded when they
//! are needed.
//!
//! `{}` is a placeholder for a number, an address, a time or a country.

use std::borrow::Cow;

/// The languages of `src/texts` besides English (BCP 47).
pub const LANGUAGES: [&str; 26] = [
    "ar", "bn", "de", "es", "fil", "fr", "he", "hi", "id", "it", "ja", "ko", "mr", "ms", "nl",
    "pl", "pt-BR", "ru", "ta", "te", "th", "tr", "ur", "vi", "zh-Hans", "zh-Hant",
];

macro_rules! texts {
    ($($key:ident: $english:literal,)*) => {
        /// The key of a text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each key is explained by its text below")]
        pub enum Text {
            $($key,)*
        }

        impl Text {
            /// Every text, in the order in which a language's file has them.
            pub const ALL: &[Self] = &[$(Self::$key,)*];

            /// Its name in `src/texts` and in the property `messages`.
            pub fn key(self) -> String {
                let name = match self {
                    $(Self::$key => stringify!($key),)*
                };
                let (first, rest) = name.split_at(1);
                [&first.to_ascii_lowercase(), rest].concat()
            }

            /// The English text.
            pub fn english(self) -> &'static str {
                ENGLISH.split('\n').nth(self as usize).unwrap_or_default()
            }
        }

        /// One line for each text. A table of positions would add more to the download than searching for the line.
        const ENGLISH: &str = concat!($($english, "\n"),*);
    };
}

texts! {
    IdentifyTitle: "Sign in",
    AddressForPasswordTitle: "Your number or e-mail",
    AddressTitle: "Where should the code go?",
    CodeTitle: "Enter your code",
    CodeLead: "We sent a code to {}",
    CodeLeadKnown: "We sent a code to the number or address the shop has for {}",
    PasswordTitle: "Enter your password",
    PasswordLead: "Signing in as {}",
    NewPasswordTitle: "Choose a password",
    NewPasswordLead: "You will use it to sign in as {}",
    ForgotTitle: "Choose a new password",
    ForgotLead: "We will send you a code to confirm it. Signing in as {}",
    ChangeTitle: "Change your password",
    SecondIdentifyTitle: "One more step",
    SecondLead: "Your account is protected by a second step. Signing in as {}",
    SecondCodeTitle: "Enter your second code",
    SecondPasswordTitle: "Enter your second password",
    SecondNewPasswordTitle: "Choose a second password",
    SecondNewPasswordLead: "Your account asks for it after the first one. Signing in as {}",
    SignedInTitle: "You are signed in",
    SignedInLead: "Signed in as {}",
    StuckTitle: "Sign-in is not available",
    LabelMobile: "Mobile number",
    LabelEmail: "E-mail address",
    LabelEither: "Mobile number or e-mail",
    LabelUsername: "User name",
    LabelExternalId: "Customer number",
    LabelAny: "Number, e-mail or user name",
    LabelCountry: "Country or region",
    LabelCode: "Code",
    LabelPassword: "Password",
    LabelSecondPassword: "Second password",
    LabelCurrentPassword: "Current password",
    LabelNewPassword: "New password",
    LabelConfirmPassword: "New password again",
    HintMobile: "With country code, for example +91 99999 22332",
    HintNational: "The country code is added for you",
    HintEmail: "For example name@example.com",
    HintEither: "A number needs its country code, for example +91",
    HintAny: "A mobile number needs its country code, for example +91",
    HintUsername: "As you chose it",
    HintExternalId: "As the shop gave it to you",
    HintCode: "It can take a minute to arrive. You can paste the whole message.",
    HintConfirm: "In case of a typing mistake",
    Continue: "Continue",
    SendCode: "Send the code",
    SignIn: "Sign in",
    SavePassword: "Save password",
    Resend: "Send a new code",
    ResendIn: "Send a new code in {}",
    BySms: "Send it by SMS instead",
    ByWhatsApp: "Send it by WhatsApp instead",
    ByZalo: "Send it by Zalo instead",
    Reveal: "Show",
    Conceal: "Hide",
    // The same two with the field's name, for screen readers.
    RevealPassword: "Show password",
    ConcealPassword: "Hide password",
    Remember: "Keep me signed in on this device",
    UsePassword: "Use my password instead",
    UseCode: "Use a code instead",
    Forgot: "I forgot my password",
    Back: "Back",
    ChangeIdentifier: "Use another number or e-mail",
    NotYou: "Not you?",
    SignOut: "Sign out",
    Close: "Close",
    MoreTime: "I need more time",
    TryAgain: "Try again",
    Working: "One moment …",
    CodeSent: "A code is on its way.",
    CodeSentAgain: "A new code is on its way. Only the newest one works.",
    ResendReady: "You can ask for a new code now.",
    TimeShort: "Little time is left for this sign-in.",
    PasswordChanged: "Your password is changed.",
    SignedOut: "You are signed out.",
    IdentifierEmpty: "Enter this to go on.",
    NotANumber: "This is not a mobile number. Enter it with its country code, for example +91 99999 22332.",
    NoCountryCode: "Add the country code, for example +91, and leave out the first 0.",
    NumberTooShort: "This number is too short for {}. Check it.",
    NumberTooLong: "This number is too long for {}. Check it.",
    NumberElsewhere: "Numbers from {} cannot be used here. Use another one.",
    NotAnAddress: "This is not an e-mail address. Enter it like name@example.com.",
    InvisibleCharacter: "There is a character in it that cannot be seen. Type it instead of pasting.",
    CodeUnreadable: "Enter the digits of the code from the message.",
    CodeWrong: "This code is not right. Check the newest message and enter it again.",
    CodeNotChecked: "The code could not be checked. Try again.",
    CodeNotSent: "The code could not be sent. Try again.",
    NoCodeWaiting: "There is no code waiting for you. Ask for a new one.",
    ChannelUnavailable: "The code cannot be sent that way. Ask for a new one the usual way.",
    AddressNeeded: "The shop needs this as well.",
    PasswordEmpty: "Enter a password to go on.",
    PasswordWrong: "This password is not right. Check it and enter it again.",
    PasswordsDiffer: "The two passwords are not the same. Enter the new one again.",
    PasswordUnfit: "This password is not safe enough. Choose another one.",
    PasswordUsedBefore: "This is your old password. Choose another one.",
    PasswordWanted: "This shop signs you in with a password. Choose one to go on.",
    PasswordTriesUsedUp: "Too many wrong passwords. Choose a new one to go on.",
    PasswordNotChanged: "The password could not be changed. Try again.",
    PasswordNotChangedYet: "Your session had to be renewed first. Try again in a moment.",
    PasswordNotReset: "The new password could not be saved. Try again.",
    NoPasswords: "This shop uses codes instead of passwords.",
    UsernameTaken: "This user name is taken. Choose another one.",
    AttemptOver: "This sign-in is no longer valid. Continue to begin again.",
    AttemptTimedOut: "This took too long. Continue to begin again.",
    TriesUsedUp: "Too many wrong codes. Continue to get a new one.",
    UnknownCustomer: "We do not know this number or address. Check it, or use another one.",
    DetailsInvalid: "This was not accepted. Check it and try again.",
    TooManyCodes: "Too many codes were sent. Wait a little, then try again.",
    TooManyTries: "Too many tries. Wait a little, then try again.",
    NotSetUp: "The shop's sign-in is not set up correctly. Please tell the shop, or come back later.",
    NeedsSecondFactor: "This account needs a second step, which is not available here. Please contact the shop.",
    Network: "The sign-in service could not be reached. Check your connection and try again.",
    Offline: "You are offline. Connect to the internet, then try again.",
    Timeout: "The sign-in service took too long. Try again.",
    Server: "The sign-in service has a problem. Try again in a moment.",
    AnswerMalformed: "The answer could not be understood. If you are on a public network, sign in to it first, then try again.",
    Unknown: "That did not work. Try again, or come back later.",
    SessionEnded: "Your session has ended. Sign in again to go on.",
}

/// The texts of one language: its tag (BCP 47) and its direction, `ltr` or `rtl`, on the first line, then one line for each of
/// [`Text::ALL`]. Empty or missing lines are replaced by the English text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts(String);

impl Texts {
    /// Takes the lines.
    pub fn new(lines: String) -> Self {
        Self(lines)
    }

    /// The tag of the language and the direction, for the attributes `lang` and `dir`.
    pub fn language(&self) -> (&str, &str) {
        let first = self.0.split('\n').next();
        first
            .and_then(|first| first.split_once(' '))
            .unwrap_or(("en", "ltr"))
    }

    /// Returns the text for a key.
    pub fn get(&self, text: Text) -> Cow<'static, str> {
        let line = self.0.split('\n').nth(1 + text as usize);
        line.filter(|line| !line.is_empty())
            .map_or(Cow::Borrowed(text.english()), |line| {
                Cow::Owned(line.to_owned())
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_text_is_english() {
        let texts = Texts::new("de ltr\nAnmelden\n\nWohin?\n".to_owned());
        assert_eq!(texts.get(Text::ALL[0]), "Anmelden");
        assert_eq!(texts.get(Text::ALL[1]), Text::ALL[1].english());
        assert_eq!(texts.get(Text::ALL[2]), "Wohin?");
        assert_eq!(texts.get(Text::SessionEnded), Text::SessionEnded.english());
        assert_eq!(texts.language(), ("de", "ltr"));
    }

    #[test]
    fn empty_language_is_english() {
        let texts = Texts::new(String::new());
        assert_eq!(texts.get(Text::SignIn), "Sign in");
        assert_eq!(texts.language(), ("en", "ltr"));
    }
}
