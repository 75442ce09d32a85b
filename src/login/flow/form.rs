//! The state of one form, and what all steps do with it: changing the step, sending a request, showing a notice or an error.

use super::attempt::{
    AddressPurpose, Attempt, Claimant, FirstFactorProof, PendingRequest, Purpose,
};
use crate::login::activity::OpenAttempt;
use crate::login::config::{FormSettings, Method, Settings};
use crate::login::contract::{Channel, IdentifierKind};
use crate::login::decimal::signed;
use crate::login::message::{Effect, Event, HostId, Ticket};
use crate::login::outbox::Outbox;
use crate::login::problem::{Problem, Remedy};
use crate::login::session::Session;
use crate::login::text::Text;
use crate::login::time::{Deadline, Now};
use crate::login::view::{FieldKind, Focus, Notice, StepName};
use crate::login::wire::{Request, Subject};

/// The state outside a form that it uses while it handles an input.
pub struct Context<'a> {
    /// The present moment.
    pub now: Now,
    /// The host that shows the form.
    pub host: HostId,
    /// The settings that all hosts share.
    pub settings: &'a Settings,
    /// The session that all hosts share.
    pub session: &'a mut Session,
    /// The effects, and the source of tickets.
    pub out: &'a mut Outbox,
}

impl Context<'_> {
    pub(super) fn dispatch(&mut self, event: Event) {
        self.out.push(Effect::Dispatch(self.host, event));
    }
}

/// A step with what it needs. Both factors use the same steps; [`Claimant::first_factor`] tells them apart.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The customer says who they are.
    Identify,
    /// The customer says where a code should go, by one of these kinds of address.
    Address(Claimant, Vec<IdentifierKind>, AddressPurpose),
    /// The customer enters a code that was sent.
    Code(Attempt),
    /// The customer enters their password.
    Password(Attempt),
    /// The customer chooses a first password.
    NewPassword(Claimant),
    /// The customer chooses a password in place of a forgotten one.
    ForgotPassword(Attempt),
    /// The first factor is proved. The customer says what they go by in the second one, by this kind of identifier.
    SecondIdentify(FirstFactorProof, IdentifierKind),
    /// The customer is signed in.
    SignedIn,
    /// The signed-in customer changes their password.
    ChangePassword,
    /// Only the shop can solve this problem.
    Stuck(Problem),
}

/// The features that the brand does not use according to the engine, whatever the settings say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Unsupported {
    /// Passwords for this factor (code 1524).
    pub(super) passwords: bool,
    /// Other channels for codes (code 1603).
    pub(super) channels: bool,
}

/// The origin of the text in the field for an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextOrigin {
    /// The customer has typed it.
    Customer,
    /// It is an identifier of the login, filled in so that it need not be typed again.
    Login,
}

/// The form of one host.
#[derive(Debug, Clone)]
pub struct Form {
    pub(super) settings: FormSettings,
    pub(super) step: Step,
    pub(super) pending: Option<PendingRequest>,
    /// The text in the field for an identifier or an address, or the last such text.
    pub(super) identifier_text: String,
    /// The origin of that text.
    pub(super) text_origin: TextOrigin,
    /// The country that the customer chose for their number (ISO 3166-1 alpha-2); empty for none.
    pub(super) country: String,
    /// The table of countries; `None` until it is loaded, and empty if it cannot be loaded.
    pub(super) country_table: Option<String>,
    pub(super) field_error: Option<(FieldKind, Text)>,
    /// The country that the error is about; empty for none.
    pub(super) error_country: String,
    pub(super) notice: Option<Notice>,
    pub(super) status: Option<Text>,
    /// The engine demands a pause before the form is submitted again.
    pub(super) submit_pause: Option<Deadline>,
    pub(super) unsupported: Unsupported,
    /// The customer of the last login on this device, whose identifier the first step offers.
    pub(super) remembered: Option<Subject>,
    /// Whether the form is shown: always, except in a dialog that is closed.
    pub(super) is_shown: bool,
    /// The attempt whose activity is reported to the page.
    pub(super) open_attempt: Option<OpenAttempt>,
    /// The fingerprint of the code that was sent last in this step.
    pub(super) sent_code: Option<u64>,
    /// Whether passwords are shown.
    pub(super) is_revealed: bool,
    /// Whether the customer chose to stay signed in on this device.
    pub(super) is_remembered: bool,
    /// The number of the screen.
    pub(super) screen: u32,
    /// The number of times that the fields got other values.
    pub(super) revision: u32,
    /// The same for the field of an existing password, which may be wrong while the other fields are right.
    pub(super) password_revision: u32,
    pub(super) focus: (u32, Focus),
}

impl Form {
    /// A form at its first step, with the settings of its host.
    pub(super) fn at_first_step(settings: FormSettings, is_signed_in: bool) -> Self {
        Self {
            is_shown: !settings.in_dialog,
            open_attempt: None,
            remembered: None,
            settings,
            step: if is_signed_in {
                Step::SignedIn
            } else {
                Step::Identify
            },
            pending: None,
            identifier_text: String::new(),
            text_origin: TextOrigin::Customer,
            country: String::new(),
            country_table: None,
            field_error: None,
            error_country: String::new(),
            notice: None,
            status: None,
            submit_pause: None,
            unsupported: Unsupported::default(),
            sent_code: None,
            is_revealed: false,
            is_remembered: false,
            screen: 0,
            revision: 0,
            password_revision: 0,
            focus: (0, Focus::Field),
        }
    }

    /// The public name of the step.
    pub fn step(&self) -> StepName {
        let is_second = self.claimant().is_some_and(Claimant::is_at_second_factor);
        match (&self.step, is_second) {
            (Step::Identify, _) | (Step::Address(..), false) => StepName::Identify,
            (Step::Code(_), false) => StepName::Code,
            (Step::Password(_), false) => StepName::Password,
            (Step::NewPassword(_), false) => StepName::NewPassword,
            (Step::ForgotPassword(_), false) => StepName::ForgotPassword,
            (Step::Address(..), true) | (Step::SecondIdentify(..), _) => StepName::SecondIdentify,
            (Step::Code(_), true) => StepName::SecondCode,
            (Step::Password(_), true) => StepName::SecondPassword,
            (Step::NewPassword(_) | Step::ForgotPassword(_), true) => StepName::SecondNewPassword,
            (Step::SignedIn, _) => StepName::SignedIn,
            (Step::ChangePassword, _) => StepName::ChangePassword,
            (Step::Stuck(_), _) => StepName::Stuck,
        }
    }

    /// The ticket of the request whose response is awaited.
    pub fn pending_ticket(&self) -> Option<Ticket> {
        self.pending.as_ref().map(|pending| pending.ticket)
    }

    /// Whether no response is awaited.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.is_none()
    }

    /// Whether the engine has a login session for this form. A reload must not lose it.
    pub fn has_attempt(&self) -> bool {
        self.attempt().is_some()
    }

    pub(super) fn claimant(&self) -> Option<&Claimant> {
        match &self.step {
            Step::Address(claimant, ..) | Step::NewPassword(claimant) => Some(claimant),
            _ => self.attempt().map(|attempt| &attempt.claimant),
        }
    }

    pub(super) fn attempt(&self) -> Option<&Attempt> {
        match &self.step {
            Step::Code(attempt) | Step::Password(attempt) | Step::ForgotPassword(attempt) => {
                Some(attempt)
            }
            _ => None,
        }
    }

    pub(super) fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        match &mut self.step {
            Step::Code(attempt) | Step::Password(attempt) | Step::ForgotPassword(attempt) => {
                Some(attempt)
            }
            _ => None,
        }
    }

    /// How the factor of a claimant is proved.
    pub(super) fn method(&self, claimant: &Claimant) -> Method {
        if self.unsupported.passwords {
            Method::Otp
        } else if claimant.is_at_second_factor() {
            self.settings.second_method
        } else {
            self.settings.first_factor
        }
    }

    /// Whether the customer may choose between a code and a password.
    pub(super) fn has_choice(&self, attempt: &Attempt) -> bool {
        self.method(&attempt.claimant) == Method::Auto
            && attempt.has_password
            && attempt.proof.is_none()
    }

    /// The other channels by which a code can be sent.
    pub(super) fn channels(&self) -> &[Channel] {
        if self.unsupported.channels {
            &[]
        } else {
            &self.settings.channels
        }
    }

    /// The kind of identifier that the second factor asks for; `None` if it uses that of the first one.
    pub(super) fn second_identifier_kind(&self, first: &Subject) -> Option<IdentifierKind> {
        self.settings
            .second_identifier
            .filter(|kind| *kind != first.identifier.kind())
    }

    /// Sends a request and waits for its response.
    pub(super) fn send(&mut self, context: &mut Context<'_>, request: Request, purpose: Purpose) {
        self.field_error = None;
        self.notice = None;
        // Password managers save only passwords that are hidden when the form is submitted.
        self.is_revealed = false;
        let call = request.call;
        let ticket = context.out.send(request);
        self.pending = Some(PendingRequest {
            ticket,
            call,
            purpose,
        });
    }

    /// Shows the first step, or that the customer is signed in.
    pub(super) fn show_first_step(&mut self, context: &mut Context<'_>) {
        let step = match context.session.active() {
            Some(_) => Step::SignedIn,
            None => Step::Identify,
        };
        self.show_step(context, step);
    }

    /// Shows the first step with the identifier that was typed, and with the reason. Nothing is sent.
    pub(super) fn start_over(&mut self, context: &mut Context<'_>, text: Text, code: Option<i64>) {
        self.show_step(context, Step::Identify);
        self.notice = Some(Notice {
            is_error: code.is_some(),
            text,
            detail: None,
        });
    }

    /// Asks where codes should go: by the kind of address that the engine wants, or by any.
    pub(super) fn ask_for_address(
        &mut self,
        context: &mut Context<'_>,
        claimant: Claimant,
        kind: Option<IdentifierKind>,
        purpose: AddressPurpose,
    ) {
        let kinds = match kind {
            Some(kind) => vec![kind],
            None => vec![IdentifierKind::Mobile, IdentifierKind::Email],
        };
        self.show_step(context, Step::Address(claimant, kinds, purpose));
    }

    /// Shows another step. The pending request is cancelled; errors, notices and typed secrets of the old step are dropped.
    pub(super) fn show_step(&mut self, context: &mut Context<'_>, step: Step) {
        let previous = self.step();
        let identifier = match &self.step {
            Step::SecondIdentify(first, _) => Some(first.subject.identifier.display_text()),
            _ => self.claimant().map(Claimant::display_text),
        };
        if let Some(identifier) = identifier {
            self.prefill(identifier);
        }
        if let Some(ticket) = self.pending_ticket() {
            context.out.push(Effect::Cancel(ticket));
        }
        self.pending = None;
        self.field_error = None;
        self.notice = None;
        self.status = None;
        self.sent_code = None;
        self.is_revealed = false;
        match step {
            Step::Identify => {
                self.unsupported = Unsupported::default();
                if let Some(attempt) = &mut self.open_attempt {
                    attempt.is_identified = false;
                }
            }
            Step::Address(..) | Step::SecondIdentify(..) => self.identifier_text.clear(),
            _ => {}
        }
        self.revision += 1;
        let kind = std::mem::discriminant(&self.step);
        self.step = step;
        self.choose_country_of_number();
        let step = self.step();
        if step != previous || kind != std::mem::discriminant(&self.step) {
            self.screen += 1;
            self.move_focus(match step {
                StepName::SignedIn | StepName::Stuck => Focus::Title,
                _ if self.offers_identifier() => Focus::Title,
                _ => Focus::Field,
            });
        }
        if step != previous {
            context.dispatch(Event::Step { step, previous });
        }
    }

    /// Removes the notice that the browser is offline: it may be online again.
    pub fn clear_offline_notice(&mut self) {
        self.notice
            .take_if(|notice| matches!(notice.text, Text::Offline));
    }

    /// Shows an error at a field and moves the focus there.
    pub(super) fn set_field_error(&mut self, kind: FieldKind, text: Text) {
        self.notice = None;
        self.field_error = Some((kind, text));
        self.error_country.clear();
        self.move_focus(Focus::Field);
    }

    pub(super) fn move_focus(&mut self, focus: Focus) {
        self.focus = (self.focus.0 + 1, focus);
    }

    /// Whether the step has a field of this kind. [`FieldKind::Any`] stands for any identifier or address.
    pub(super) fn has_field(&self, kind: FieldKind) -> bool {
        match &self.step {
            Step::Identify | Step::Address(..) | Step::SecondIdentify(..) => kind == FieldKind::Any,
            Step::Code(_) => kind == FieldKind::Code,
            Step::Password(_) => kind == FieldKind::Password,
            Step::NewPassword(_) | Step::ForgotPassword(_) => {
                matches!(kind, FieldKind::NewPassword | FieldKind::ConfirmPassword)
            }
            Step::ChangePassword => kind.is_password(),
            Step::SignedIn | Step::Stuck(_) => false,
        }
    }
}

/// A notice that nothing is wrong.
pub(super) fn info_notice(text: Text) -> Notice {
    Notice {
        is_error: false,
        text,
        detail: None,
    }
}

/// The notice of a problem. The engine's message is added if the text says little, and its code if support may ask for it.
pub(super) fn problem_notice(problem: &Problem) -> Notice {
    let code = problem
        .code
        .filter(|_| matches!(problem.remedy, Remedy::Stuck) || problem.text == Text::Unknown);
    let mut detail = problem.detail.clone().unwrap_or_default();
    if let Some(code) = code {
        let gap = if detail.is_empty() { "" } else { " " };
        detail = [&detail, gap, "(", &signed(code), ")"].concat();
    }
    let detail = Some(detail).filter(|detail| !detail.is_empty());
    Notice {
        is_error: true,
        text: problem.text,
        detail,
    }
}
