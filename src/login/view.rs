//! What a screen holds, never how it looks: `ui` draws any such screen with one component per kind of piece.

use super::text::Text;

/// The steps a person sees, by the names that pages and style sheets know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepName {
    /// Who are you?
    Identify,
    /// What code did you get?
    Code,
    /// Done.
    SignedIn,
    /// Only the shop can help.
    Stuck,
}

impl StepName {
    /// Every step of this version.
    pub const ALL: [Self; 4] = [Self::Identify, Self::Code, Self::SignedIn, Self::Stuck];

    /// The word in the `step` attribute and in events.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Code => "code",
            Self::SignedIn => "signed-in",
            Self::Stuck => "stuck",
        }
    }
}

/// What `part` may say of the elements that this version draws, and what each is; the README and the style sheet are held
/// against it.
pub const PARTS: [(&str, &str); 22] = [
    ("form", "the whole form, one for each step"),
    ("title", "the heading"),
    ("lead", "the sentence below it"),
    ("identity", "who is signing in, inside of the lead"),
    ("notice", "a message about the whole form"),
    ("field", "an input with its label, hint and error"),
    ("label", "the field's label"),
    ("input", "any input"),
    ("identifier-input", "the input for a number or an address"),
    ("code-input", "the input for a code"),
    ("hint", "what helps while nothing is wrong"),
    ("error", "what is wrong with the field"),
    ("submit", "the button that goes on"),
    ("submit-label", "the words on that button"),
    ("spinner", "what turns over them while an answer is awaited"),
    ("actions", "the row of smaller buttons"),
    ("link", "any of them that looks like a link"),
    ("resend", "asks for another code"),
    ("change-identifier", "leads back to the first step"),
    ("sign-out", "ends the session"),
    ("countdown", "how long a button waits"),
    (
        "status",
        "what a screen reader is told in passing; not seen",
    ),
];

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send what was typed.
    Submit,
    /// Ask for another code.
    Resend,
    /// Back to the identifier.
    ChangeIdentifier,
    /// End the session.
    SignOut,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 4] = [
        Self::Submit,
        Self::Resend,
        Self::ChangeIdentifier,
        Self::SignOut,
    ];

    /// A word for it, the same as the part's.
    pub fn word(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Resend => "resend",
            Self::ChangeIdentifier => "change-identifier",
            Self::SignOut => "sign-out",
        }
    }
}

/// What is asked for in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// A mobile number.
    Mobile,
    /// An e-mail address.
    Email,
    /// Either of them.
    Either,
    /// A one-time code.
    Code,
}

/// A field with its label, its hint and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What is asked for: decides keyboard, autofill and part.
    pub asked: Asked,
    /// The visible label.
    pub label: Text,
    /// What helps while nothing is wrong.
    pub hint: Text,
    /// What is wrong and how to put it right.
    pub error: Option<Text>,
    /// What stands in the field when it is new.
    pub value: String,
    /// Another number means: put `value` in, whatever was there.
    pub edition: u32,
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

/// A sentence that ends with the customer's identifier.
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
    /// The first field.
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
