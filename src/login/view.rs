//! What a screen holds, never how it looks: `ui` draws any such screen with one component per kind of piece.

use super::contract::Channel;
use super::secret::Secret;
use super::text::Text;

/// The steps a person sees, by the names that pages and style sheets know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// Who are you, and where should the code go?
    Identify,
    /// What code did you get?
    Code,
    /// What is your password?
    Password,
    /// Choose a password, the first one.
    NewPassword,
    /// Choose a password in place of the one you forgot.
    ForgotPassword,
    /// Choose another password, being signed in.
    ChangePassword,
    /// By which other number or address should you prove who you are?
    SecondIdentify,
    /// What second code did you get?
    SecondCode,
    /// What is your second password?
    SecondPassword,
    /// Choose a second password, the first one or in place of the one you forgot.
    SecondNewPassword,
    /// Done.
    SignedIn,
    /// Only the shop can help.
    Stuck,
}

impl StepName {
    /// Every step, in the order of the public interface.
    pub const ALL: [Self; 12] = [
        Self::Identify,
        Self::Code,
        Self::Password,
        Self::NewPassword,
        Self::ForgotPassword,
        Self::ChangePassword,
        Self::SecondIdentify,
        Self::SecondCode,
        Self::SecondPassword,
        Self::SecondNewPassword,
        Self::SignedIn,
        Self::Stuck,
    ];

    /// Whether the step asks for a code that was sent in a message.
    pub fn asks_for_code(self) -> bool {
        matches!(self, Self::Code | Self::SecondCode)
    }

    /// The step for a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// The word in the `step` attribute and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Code => "code",
            Self::Password => "password",
            Self::NewPassword => "new-password",
            Self::ForgotPassword => "forgot-password",
            Self::ChangePassword => "change-password",
            Self::SecondIdentify => "second-identify",
            Self::SecondCode => "second-code",
            Self::SecondPassword => "second-password",
            Self::SecondNewPassword => "second-new-password",
            Self::SignedIn => "signed-in",
            Self::Stuck => "stuck",
        }
    }
}

/// The names of `part` in the form, each with what the part is. The documents and the style sheet are compared with this list.
pub const PARTS: [(&str, &str); 40] = [
    (
        "dialog",
        "the dialog that contains the form, with the attribute `dialog`; its backdrop is `::backdrop`",
    ),
    ("close", "the button that closes the dialog"),
    ("form", "the whole form of a step"),
    ("title", "the heading"),
    ("lead", "the sentence below the heading"),
    ("identity", "the identifier in that sentence"),
    ("notice", "a message about the whole form"),
    (
        "time-left",
        "the notice that a login attempt ends soon, with the button for more time",
    ),
    ("field", "an input with its label, hint and error"),
    ("label", "the label of a field"),
    ("input", "any input"),
    (
        "identifier-input",
        "the input for a number, an address or a name",
    ),
    ("country", "the list of countries for a mobile number"),
    (
        "dial-code",
        "the country and its dial code, above that list or in its place",
    ),
    (
        "username",
        "a hidden input that tells password managers who the customer is",
    ),
    ("code-input", "the input for a code"),
    ("password-input", "the input for an existing password"),
    ("new-password-input", "the input for a new password"),
    (
        "confirm-password-input",
        "the input for the new password again",
    ),
    (
        "reveal",
        "the button that shows or hides the passwords of the form",
    ),
    ("hint", "a help text, shown while the field has no error"),
    ("error", "the error of a field"),
    ("submit", "the submit button"),
    ("submit-label", "the text of the submit button"),
    (
        "spinner",
        "the animation over that text while a request is under way",
    ),
    ("actions", "the row of other buttons"),
    ("link", "any button that looks like a link"),
    ("resend", "the button for another code"),
    ("fallback-channel", "a button for a code by another channel"),
    ("use-password", "the button to continue with a password"),
    ("use-code", "the button to continue with a code"),
    ("forgot", "the button for a forgotten password"),
    ("back", "the button to the previous screen"),
    ("change-identifier", "the button to the first step"),
    ("more-time", "the button that starts a new login attempt"),
    ("sign-out", "the button that ends the session"),
    ("countdown", "the seconds until a button works again"),
    (
        "remember",
        "the choice to stay signed in on this device, with checkbox and text",
    ),
    ("remember-input", "the checkbox of that choice"),
    ("status", "announcements for screen readers; invisible"),
];

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send what was typed.
    Submit,
    /// Ask for another code.
    Resend,
    /// Ask for a code by another channel.
    Fallback(Channel),
    /// Stay signed in on this device, or not after all.
    Remember,
    /// Show what stands in the fields for passwords, or hide it again.
    Reveal,
    /// Go on with a password instead of a code.
    UsePassword,
    /// Go on with a code instead of a password.
    UseCode,
    /// Go on without the password that was forgotten.
    Forgot,
    /// Back to the screen before.
    Back,
    /// Back to the identifier.
    ChangeIdentifier,
    /// Go on in a new attempt, since the old one ends soon.
    MoreTime,
    /// End the session.
    SignOut,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 14] = [
        Self::Submit,
        Self::Resend,
        Self::Fallback(Channel::Sms),
        Self::Fallback(Channel::WhatsApp),
        Self::Fallback(Channel::Zalo),
        Self::Remember,
        Self::Reveal,
        Self::UsePassword,
        Self::UseCode,
        Self::Forgot,
        Self::Back,
        Self::ChangeIdentifier,
        Self::MoreTime,
        Self::SignOut,
    ];

    /// A word for it, unlike that of any other.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Resend => "resend",
            Self::Fallback(channel) => channel.api_name(),
            Self::Remember => "remember",
            Self::Reveal => "reveal",
            Self::UsePassword => "use-password",
            Self::UseCode => "use-code",
            Self::Forgot => "forgot",
            Self::Back => "back",
            Self::ChangeIdentifier => "change-identifier",
            Self::MoreTime => "more-time",
            Self::SignOut => "sign-out",
        }
    }

    /// The part of its button.
    pub fn part(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Resend => "link resend",
            Self::Fallback(_) => "link fallback-channel",
            Self::Remember => "remember",
            Self::Reveal => "reveal",
            Self::UsePassword => "link use-password",
            Self::UseCode => "link use-code",
            Self::Forgot => "link forgot",
            Self::Back => "link back",
            Self::ChangeIdentifier => "link change-identifier",
            Self::MoreTime => "link more-time",
            Self::SignOut => "sign-out",
        }
    }

    /// Whether it asks the engine, so that it has to wait while another answer is awaited.
    pub fn sends_request(self) -> bool {
        matches!(
            self,
            Self::Resend | Self::Fallback(_) | Self::UseCode | Self::MoreTime
        )
    }
}

/// What is asked for in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A mobile number.
    Mobile,
    /// An e-mail address.
    Email,
    /// A user name.
    Username,
    /// The number or name by which the shop knows its customer.
    ExternalId,
    /// Any of several of these.
    Any,
    /// A one-time code.
    Code,
    /// The password there is.
    Password,
    /// A new password.
    NewPassword,
    /// The new password once more.
    ConfirmPassword,
}

impl FieldKind {
    /// Whether what is typed may not outlive the sending of the form.
    pub fn is_secret(self) -> bool {
        self == Self::Code || self.is_password()
    }

    /// Whether it is hidden while it is typed.
    pub fn is_password(self) -> bool {
        matches!(
            self,
            Self::Password | Self::NewPassword | Self::ConfirmPassword
        )
    }
}

/// What stood in a field when the form was sent.
#[derive(Debug, Clone)]
pub struct FieldValue {
    /// What was asked for.
    pub kind: FieldKind,
    /// What was given, to the byte.
    pub value: Secret,
    /// Whether it keeps the brand's policy for new passwords, if it is one.
    pub meets_policy: bool,
}

/// A field with its label, its hint and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is asked for: decides keyboard and part.
    pub kind: FieldKind,
    /// What browsers and password managers may fill in (HTML, "autofill detail tokens"); also the field's name.
    pub autofill: &'static str,
    /// The visible label.
    pub label: Text,
    /// What helps while nothing is wrong.
    pub hint: Option<Text>,
    /// The shop's own words in place of the hint, and behind an error that is about them.
    pub policy: Option<String>,
    /// The country of the number; `None` where no number is asked for.
    pub country: Option<Country>,
    /// What is wrong and how to put it right.
    pub error: Option<Text>,
    /// The country that this is about: its code, then its name; empty for none.
    pub error_country: String,
    /// What stands in the field when it is new.
    pub value: String,
    /// Another number means: put `value` in, whatever was there.
    pub revision: u32,
    /// Whether a password can be read.
    pub is_revealed: bool,
    /// Shows and hides it, and the other passwords of the screen.
    pub reveal: Option<Button>,
}

/// The country of a mobile number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// Whether the table of countries is there.
    pub is_loaded: bool,
    /// Whether what is typed is a number, as far as can be seen.
    pub is_visible: bool,
    /// Whether there are others to choose.
    pub has_choice: bool,
    /// Its code (ISO 3166-1 alpha-2) and what its numbers begin with: `IN +91`; empty for none.
    pub name: String,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it does.
    pub action: Action,
    /// What it says.
    pub label: Text,
    /// Seconds until it works, shown behind the label. While there are any, pressing it does nothing.
    pub wait: Option<u64>,
}

/// A message about the whole form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whether something is wrong.
    pub is_error: bool,
    /// The message.
    pub text: Text,
    /// The engine's own words and number, where ours say too little.
    pub detail: Option<String>,
}

impl Notice {
    /// The word for style sheets: what kind of message it is.
    pub fn tone(&self) -> &'static str {
        match self.text {
            _ if self.is_error => "error",
            Text::CodeSentAgain | Text::PasswordChanged => "success",
            _ => "info",
        }
    }
}

/// A sentence that ends with the customer's identifier, if there is one to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The words before it.
    pub text: Text,
    /// The identifier.
    pub identity: String,
}

/// Where the focus belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The first field that something is wrong with, else the first one.
    Field,
    /// The title: there is nothing to fill in.
    Title,
}

/// One screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which step it is.
    pub step: StepName,
    /// Whether an answer is awaited.
    pub busy: bool,
    /// Counts screens: another number is another screen, whose fields begin anew.
    pub screen: u32,
    /// The heading.
    pub title: Text,
    /// Who is signing in.
    pub lead: Option<Lead>,
    /// About the whole form.
    pub notice: Option<Notice>,
    /// Whether the attempt ends soon: that is said, beside the button for more time.
    pub is_short: bool,
    /// Whose password is asked for: a password manager keeps it under this name.
    pub username: Option<String>,
    /// Whether the customer wants to stay signed in on this device; `None` where that is not asked.
    pub remember: Option<bool>,
    /// What is asked for.
    pub fields: Vec<Field>,
    /// The form's submit button.
    pub submit: Option<Button>,
    /// The other buttons.
    pub actions: Vec<Button>,
    /// What a screen reader is told in passing.
    pub status: Option<Text>,
    /// Where the focus belongs; counted, so that the same place can be meant again.
    pub focus: (u32, Focus),
}
