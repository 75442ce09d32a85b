//! The texts that people read, by key. English is in this file; the other languages are in `src/texts` and are loaded when they
//! are needed.
//!
//! `{}` is a placeholder for a number, an address, a time or a country.

use std::borrow::Cow;

/// The languages of `src/texts` besides English (BCP 47).
pub const LANGUAGES: [&str; 70] = [
    "af", "ar", "az", "bg", "bn", "bs", "ca", "cs", "da", "de", "el", "es", "et", "eu", "fa", "fi",
    "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka",
    "kk", "km", "kn", "ko", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl",
    "pa", "pl", "pt-BR", "pt-PT", "ro", "ru", "si", "sk", "sl", "sq", "sr-Latn", "sv", "sw", "ta",
    "te", "th", "tr", "uk", "ur", "uz", "vi", "zh-Hans", "zh-Hant",
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
    WelcomeTitle: "Welcome back",
    AddressForPasswordTitle: "Your number or email",
    AddressTitle: "Where should we send the code?",
    CodeTitle: "Enter your code",
    CodeLead: "We sent a code to {}",
    CodeLeadKnown: "We sent a code to the number or email the shop has for {}",
    PasswordTitle: "Enter your password",
    PasswordLead: "Signing in as {}",
    NewPasswordTitle: "Choose a password",
    NewPasswordLead: "For {}",
    ForgotTitle: "Choose a new password",
    ForgotLead: "We'll send you a code to confirm it. Signing in as {}",
    ChangeTitle: "Change your password",
    SecondIdentifyTitle: "Confirm it's you",
    SecondLead: "Your account is protected by a second step. Signing in as {}",
    SecondCodeTitle: "Enter your second code",
    SecondPasswordTitle: "Enter your second password",
    SecondNewPasswordTitle: "Choose a second password",
    SecondNewPasswordLead: "You'll enter it after your first password. Signing in as {}",
    SignedInTitle: "You're signed in",
    SignedInLead: "{}",
    StuckTitle: "Sign-in isn't available",
    LabelMobile: "Mobile number",
    LabelEmail: "Email address",
    LabelEither: "Mobile number or email",
    LabelUsername: "Username",
    LabelExternalId: "Customer number",
    LabelAny: "Number, email or username",
    LabelCountry: "Country or region",
    LabelCode: "Code",
    LabelPassword: "Password",
    LabelSecondPassword: "Second password",
    LabelCurrentPassword: "Current password",
    LabelNewPassword: "New password",
    LabelConfirmPassword: "Confirm new password",
    HintMobile: "With country code, for example +91 99999 22332",
    HintNational: "We'll add the country code for you",
    HintEmail: "For example name@example.com",
    HintEither: "For a number, include the country code, for example +91",
    HintAny: "For a mobile number, include the country code, for example +91",
    HintUsername: "The username you chose",
    HintExternalId: "The number the shop gave you",
    HintCode: "It can take a minute to arrive. You can paste the whole message.",
    HintConfirm: "In case of a typo",
    Continue: "Continue",
    SendCode: "Send code",
    SignIn: "Sign in",
    SavePassword: "Save password",
    Resend: "Resend code",
    ResendIn: "Resend code in {}",
    BySms: "Send by SMS instead",
    ByWhatsApp: "Send by WhatsApp instead",
    ByZalo: "Send by Zalo instead",
    Reveal: "Show",
    Conceal: "Hide",
    // The same two with the field's name, for screen readers.
    RevealPassword: "Show password",
    ConcealPassword: "Hide password",
    Remember: "Keep me signed in on this device",
    UsePassword: "Use a password instead",
    UseCode: "Use a code instead",
    Forgot: "Forgot password?",
    Back: "Back",
    ChangeIdentifier: "Use a different number or email",
    NotYou: "Not you?",
    SignOut: "Sign out",
    Close: "Close",
    MoreTime: "Keep going",
    TryAgain: "Try again",
    Working: "One moment…",
    CodeSent: "A code is on its way.",
    CodeSentAgain: "A new code is on its way. Only the newest one works.",
    ResendReady: "You can request a new code now.",
    TimeShort: "This sign-in is about to expire.",
    PasswordChanged: "Your password has been changed.",
    SignedOut: "You're signed out.",
    IdentifierEmpty: "Fill in this field to continue.",
    NotANumber: "That doesn't look like a mobile number. Include the country code, for example +91 99999 22332.",
    NoCountryCode: "Add the country code, for example +91, and leave out the first 0.",
    NumberTooShort: "That number is too short for {}. Check it and try again.",
    NumberTooLong: "That number is too long for {}. Check it and try again.",
    NumberElsewhere: "You can't use numbers from {} here. Try another one.",
    NotAnAddress: "That doesn't look like an email address. Enter it like name@example.com.",
    InvisibleCharacter: "That contains an invisible character. Type it instead of pasting.",
    CodeUnreadable: "Enter the code from the message.",
    CodeWrong: "That code isn't right. Use the code from the newest message.",
    CodeNotChecked: "We couldn't check the code. Try again.",
    CodeNotSent: "We couldn't send the code. Try again.",
    NoCodeWaiting: "You don't have an active code. Request a new one.",
    ChannelUnavailable: "We can't send the code that way. Request a new one the usual way.",
    AddressNeeded: "The shop needs this too.",
    PasswordEmpty: "Enter a password to continue.",
    PasswordWrong: "Wrong password. Try again.",
    PasswordsDiffer: "The passwords don't match. Enter the new one again.",
    PasswordUnfit: "Choose a longer or stronger password.",
    PasswordUsedBefore: "That's your old password. Choose a different one.",
    PasswordWanted: "You sign in to this shop with a password. Choose one to continue.",
    PasswordTriesUsedUp: "Too many wrong passwords. Choose a new one to continue.",
    PasswordNotChanged: "We couldn't change your password. Try again.",
    PasswordNotChangedYet: "We had to renew your session first. Try again in a moment.",
    PasswordNotReset: "We couldn't save your new password. Try again.",
    NoPasswords: "This shop uses codes instead of passwords.",
    UsernameTaken: "That username is taken. Choose another one.",
    AttemptOver: "This sign-in is no longer valid. Continue to start again.",
    AttemptTimedOut: "Your sign-in timed out. Continue to start again.",
    TriesUsedUp: "Too many wrong codes. Continue to get a new one.",
    UnknownCustomer: "We couldn't find that number or email. Check it, or use another one.",
    DetailsInvalid: "We couldn't verify that. Check it and try again.",
    TooManyCodes: "Too many codes requested. Try again when the timer ends.",
    TooManyTries: "Too many tries. Try again when the timer ends.",
    ChallengeFailed: "The security check wasn't completed. Try again.",
    NotSetUp: "Sign-in isn't set up correctly for this shop. Please tell the shop, or come back later.",
    NeedsSecondFactor: "Your account needs a second step that isn't available here. Please contact the shop.",
    Network: "We couldn't reach the sign-in service. Check your connection and try again.",
    Offline: "You're offline. Connect to the internet, then try again.",
    Timeout: "The sign-in service took too long. Try again.",
    Server: "Something went wrong on our side. Try again in a moment.",
    AnswerMalformed: "We couldn't read the answer. If you're on a public network, sign in to it first, then try again.",
    Unknown: "That didn't work. Try again, or come back later.",
    SessionEnded: "Your session has ended. Sign in again to continue.",
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
