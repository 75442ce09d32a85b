//! The contents of a screen. `ui` decides how it looks, and has one component for each part of a screen.

use super::contract::Channel;
use super::secret::Secret;
use super::text::Text;

/// The steps that a person sees, by their public names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// The identifier, and the address for codes.
    Identify,
    /// The code of the first factor.
    Code,
    /// The password of the first factor.
    Password,
    /// A first password is chosen.
    NewPassword,
    /// A password is chosen in place of a forgotten one.
    ForgotPassword,
    /// The signed-in customer changes their password.
    ChangePassword,
    /// The identifier of the second factor.
    SecondIdentify,
    /// The code of the second factor.
    SecondCode,
    /// The password of the second factor.
    SecondPassword,
    /// A password of the second factor is chosen, a first one or in place of a forgotten one.
    SecondNewPassword,
    /// The customer is signed in.
    SignedIn,
    /// Only the shop can solve the problem.
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

    /// The step with this name; `None` for any other text.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    /// The name in the attribute `step` and in events.
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

/// All values of the attribute `part`, each with its meaning. A test compares the documentation and the style sheet with this
/// list.
pub const PARTS: [(&str, &str); 42] = [
    (
        "dialog",
        "the dialog that contains the form, with the attribute `dialog`; its backdrop is `::backdrop`",
    ),
    ("close", "the button that closes the dialog"),
    (
        "header",
        "the page's own children with `slot=\"header\"`, above the form; always styled as `ae-login::part(header)`",
    ),
    (
        "footer",
        "the page's own children with `slot=\"footer\"`, below the form; always styled as `ae-login::part(footer)`",
    ),
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

/// The action of a button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Submit the form.
    Submit,
    /// Request another code.
    Resend,
    /// Request a code by another channel.
    Fallback(Channel),
    /// Change whether the customer stays signed in on this device.
    Remember,
    /// Show or hide passwords.
    Reveal,
    /// Use a password instead of a code.
    UsePassword,
    /// Use a code instead of a password.
    UseCode,
    /// Replace a forgotten password.
    Forgot,
    /// Go back to the screen before.
    Back,
    /// Go back to the identifier.
    ChangeIdentifier,
    /// Open a new login session, because the old one ends soon.
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

    /// A name that no other action has.
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

    /// The value of `part` for its button.
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

    /// Whether it sends a request, so that it is disabled while a response is awaited.
    pub fn sends_request(self) -> bool {
        matches!(
            self,
            Self::Resend | Self::Fallback(_) | Self::UseCode | Self::MoreTime
        )
    }
}

/// The kind of value that a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A mobile number.
    Mobile,
    /// An e-mail address.
    Email,
    /// A user name.
    Username,
    /// The shop's own number or name of the customer.
    ExternalId,
    /// An identifier or address of one of several kinds.
    Any,
    /// A one-time code.
    Code,
    /// An existing password.
    Password,
    /// A new password.
    NewPassword,
    /// The new password again.
    ConfirmPassword,
}

impl FieldKind {
    /// Whether the value is a code or a password, which is not kept after the form is submitted.
    pub fn is_secret(self) -> bool {
        self == Self::Code || self.is_password()
    }

    /// A name for the kinds that a first screen asks for; `None` for codes and passwords.
    pub fn identifier_name(self) -> Option<&'static str> {
        Some(match self {
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::Username => "username",
            Self::ExternalId => "external-id",
            Self::Any => "any",
            Self::Code | Self::Password | Self::NewPassword | Self::ConfirmPassword => return None,
        })
    }

    /// Whether the value is a password, which is hidden while it is typed.
    pub fn is_password(self) -> bool {
        matches!(
            self,
            Self::Password | Self::NewPassword | Self::ConfirmPassword
        )
    }
}

/// The value of a field when the form was submitted.
#[derive(Debug, Clone)]
pub struct FieldValue {
    /// The kind of the field.
    pub kind: FieldKind,
    /// The value, unchanged.
    pub value: Secret,
    /// Whether a new password meets the brand's policy; `true` for all other values.
    pub meets_policy: bool,
}

/// A field with its label, its hint and its error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The kind of value; it decides the keyboard and the part.
    pub kind: FieldKind,
    /// The value of `autocomplete` (HTML, "autofill detail tokens"), which is also the field's name.
    pub autofill: &'static str,
    /// The visible label.
    pub label: Text,
    /// The help text, shown while there is no error.
    pub hint: Option<Text>,
    /// The shop's password policy in its own words, shown in place of the hint and after an error about the policy.
    pub policy: Option<String>,
    /// The country of the number; `None` if the field takes no number.
    pub country: Option<Country>,
    /// The error, and how to correct it.
    pub error: Option<Text>,
    /// The country that the error is about: the core gives its code, the element replaces it with its name. Empty for none.
    pub error_country: String,
    /// The value when the field is created.
    pub value: String,
    /// A counter. When it changes, `value` replaces what is in the field.
    pub revision: u32,
    /// Whether the password is shown.
    pub is_revealed: bool,
    /// The button that shows and hides the passwords of the screen.
    pub reveal: Option<Button>,
}

/// The country of a mobile number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    /// Whether the table of countries is loaded, or known to be missing.
    pub is_loaded: bool,
    /// Whether the country is shown: the text looks like a number. Its place is kept while the table is loading.
    pub is_visible: bool,
    /// Whether there are other countries to choose from.
    pub has_choice: bool,
    /// The country's code (ISO 3166-1 alpha-2) and its calling code: `IN +91`. Empty for none.
    pub name: String,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// The action.
    pub action: Action,
    /// The label.
    pub label: Text,
    /// The seconds until the button works, shown after the label. Until then pressing it does nothing.
    pub wait: Option<u64>,
}

/// A message about the whole form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whether it is an error.
    pub is_error: bool,
    /// The message.
    pub text: Text,
    /// The engine's own message and code, if the text says too little.
    pub detail: Option<String>,
}

impl Notice {
    /// The tone of the message, for style sheets: `error`, `success` or `info`.
    pub fn tone(&self) -> &'static str {
        match self.text {
            _ if self.is_error => "error",
            Text::CodeSentAgain | Text::PasswordChanged => "success",
            _ => "info",
        }
    }
}

/// A sentence below the title that ends with the customer's identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The text before the identifier.
    pub text: Text,
    /// The identifier.
    pub identity: String,
}

/// The element that gets the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// To the first field with an error, else to the first field.
    Field,
    /// To the title, because there is no field.
    Title,
}

/// A screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The step.
    pub step: StepName,
    /// Whether a response is awaited.
    pub busy: bool,
    /// A counter. When it changes, this is another screen, and its fields are created anew.
    pub screen: u32,
    /// The heading.
    pub title: Text,
    /// The sentence below the title.
    pub lead: Option<Lead>,
    /// The message about the whole form.
    pub notice: Option<Notice>,
    /// Whether the attempt ends soon. Then a notice with the button for more time is shown.
    pub is_short: bool,
    /// The user name under which a password manager stores the password; `None` if the screen has no password.
    pub username: Option<String>,
    /// Whether the customer chose to stay signed in on this device; `None` if the screen does not ask.
    pub remember: Option<bool>,
    /// The fields.
    pub fields: Vec<Field>,
    /// The form's submit button.
    pub submit: Option<Button>,
    /// The other buttons.
    pub actions: Vec<Button>,
    /// The message that only screen readers announce.
    pub status: Option<Text>,
    /// The element that gets the focus. When the counter changes, the focus moves.
    pub focus: (u32, Focus),
}
