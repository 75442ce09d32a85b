//! The steps of a login and the one table that moves between them.
//!
//! ```text
//! who        a name, and in the second factor also the first one, which is proved
//! attempt    a session that the engine has opened for somebody: a code or a password is wanted
//! ```
//!
//! First and second factor go the same way: open a session, then prove a code or a password. What differs is the call
//! (`wire::Call`), the method that the settings name, and where a proof leads.

mod asking;
mod attempt;
mod number;
mod record;
mod remedy;
mod screen;

use attempt::{
    AddressPurpose, AfterOpening, Attempt, Claimant, FirstFactorProof, OpenedWith, Purpose,
};
use remedy::notice;

use super::config::{FormSettings, IdentifierKind, Method, SecondFactor, Settings};
use super::contract::USER_ROLE;
use super::identifier::Identifier;
use super::message::{Effect, Event, HostId, Input, Ticket};
use super::otp;
use super::outbox::Outbox;
use super::problem::{Kind, Problem, Remedy};
use super::secret::Secret;
use super::session::{Authenticator, NewSession, Reason, SecondFactorProof, Session};
use super::text::Text;
use super::time::{Deadline, Now};
use super::token::UnverifiedClaims;
use super::view::{Action, FieldKind, FieldValue, Focus, Notice, StepName};
use super::wire::{ApiError, ApiResponse, Call, Channel, Request, RequestBody, Subject};

/// Everything a form may use while it acts.
pub struct Context<'a> {
    /// The moment.
    pub now: Now,
    /// Whose form it is.
    pub host: HostId,
    /// The shared settings.
    pub settings: &'a Settings,
    /// The shared session.
    pub session: &'a mut Session,
    /// The effects, and the source of tickets.
    pub out: &'a mut Outbox,
}

impl Context<'_> {
    fn ask(&mut self, request: Request) -> Ticket {
        self.out.send(request)
    }

    fn tell(&mut self, event: Event) {
        self.out.push(Effect::Dispatch(self.host, event));
    }

    fn begin(
        &mut self,
        subject: Subject,
        second_factor: Option<SecondFactorProof>,
        is_remembered: bool,
        token: Secret,
        claims: UnverifiedClaims,
    ) {
        let new = NewSession {
            subject,
            second_factor,
            is_remembered,
            token,
            claims,
        };
        self.session.begin(self.now, self.settings, new, self.out);
    }

    /// Ends the session because the customer or the page wants to.
    pub fn sign_out(&mut self) {
        self.session.sign_out(self.settings, self.out);
    }
}

/// Where a form stands.
#[derive(Debug, Clone)]
enum Step {
    /// Nobody has said who they are.
    Identify,
    /// It is known who, but not where the code should go.
    Address(Claimant, Vec<IdentifierKind>, AddressPurpose),
    /// A code is on its way.
    Code(Attempt),
    /// A password is wanted.
    Password(Attempt),
    /// A first password is to be chosen.
    NewPassword(Claimant),
    /// A password is to be chosen in place of the one that was forgotten.
    Forgot(Attempt),
    /// The first factor is proved; by what does the customer go in the second?
    SecondIdentify(FirstFactorProof, IdentifierKind),
    /// Somebody is signed in.
    SignedIn,
    /// Somebody who is signed in chooses another password.
    Change,
    /// Only the shop can help.
    Stuck(Problem),
}

/// What the brand turned out not to have, whatever the page says.
#[derive(Debug, Clone, Copy, Default)]
struct Unsupported {
    /// Passwords for this factor (1524).
    passwords: bool,
    /// Other channels for codes (1603).
    channels: bool,
}

/// One element's form.
#[derive(Debug, Clone)]
pub struct Form {
    settings: FormSettings,
    step: Step,
    waiting: Option<(Ticket, Call, Purpose)>,
    /// What stands, or stood, in the field for an identifier or for another number or address.
    typed: String,
    /// The country that a person chose for their number; empty for none.
    country: String,
    /// The table of countries, once it is there.
    table: String,
    error: Option<(FieldKind, Text)>,
    /// The country that the error is about.
    error_country: String,
    notice: Option<Notice>,
    status: Option<Text>,
    /// The engine wants us to wait before the form is sent again.
    held: Option<Deadline>,
    unsupported: Unsupported,
    is_revealed: bool,
    /// The customer wants to stay signed in on this device.
    is_remembered: bool,
    screen: u32,
    revision: u32,
    /// The same for the field of a password that there is: it may be wrong while the rest of the form is right.
    password_revision: u32,
    focus: (u32, Focus),
}

impl Form {
    /// A form at its first step, or where an earlier page of this tab left it.
    pub fn new(
        settings: FormSettings,
        shared: &Settings,
        now: Now,
        record: Option<&Secret>,
        signed_in: bool,
    ) -> Self {
        let mut form = Self {
            settings,
            step: if signed_in {
                Step::SignedIn
            } else {
                Step::Identify
            },
            waiting: None,
            typed: String::new(),
            country: String::new(),
            table: String::new(),
            error: None,
            error_country: String::new(),
            notice: None,
            status: None,
            held: None,
            unsupported: Unsupported::default(),
            is_revealed: false,
            is_remembered: false,
            screen: 0,
            revision: 0,
            password_revision: 0,
            focus: (0, Focus::Field),
        };
        if !signed_in && let Some(record) = record {
            form.restore(shared, now, record);
        }
        form
    }

    /// The step's public name.
    pub fn step(&self) -> StepName {
        let is_second = self.who().is_some_and(|who| who.first.is_some());
        match (&self.step, is_second) {
            (Step::Identify, _) | (Step::Address(..), false) => StepName::Identify,
            (Step::Code(_), false) => StepName::Code,
            (Step::Password(_), false) => StepName::Password,
            (Step::NewPassword(_), false) => StepName::NewPassword,
            (Step::Forgot(_), false) => StepName::ForgotPassword,
            (Step::Address(..), true) | (Step::SecondIdentify(..), _) => StepName::SecondIdentify,
            (Step::Code(_), true) => StepName::SecondCode,
            (Step::Password(_), true) => StepName::SecondPassword,
            (Step::NewPassword(_) | Step::Forgot(_), true) => StepName::SecondNewPassword,
            (Step::SignedIn, _) => StepName::SignedIn,
            (Step::Change, _) => StepName::ChangePassword,
            (Step::Stuck(_), _) => StepName::Stuck,
        }
    }

    /// The question whose answer is awaited.
    pub fn pending_ticket(&self) -> Option<Ticket> {
        self.waiting.as_ref().map(|(ticket, ..)| *ticket)
    }

    /// Whether the engine holds a session for this form, which a reload must not lose.
    pub fn has_attempt(&self) -> bool {
        self.attempt().is_some()
    }

    fn who(&self) -> Option<&Claimant> {
        match &self.step {
            Step::Address(who, ..) | Step::NewPassword(who) => Some(who),
            _ => self.attempt().map(|attempt| &attempt.who),
        }
    }

    fn attempt(&self) -> Option<&Attempt> {
        match &self.step {
            Step::Code(attempt) | Step::Password(attempt) | Step::Forgot(attempt) => Some(attempt),
            _ => None,
        }
    }

    fn attempt_mut(&mut self) -> Option<&mut Attempt> {
        match &mut self.step {
            Step::Code(attempt) | Step::Password(attempt) | Step::Forgot(attempt) => Some(attempt),
            _ => None,
        }
    }

    /// How the factor of this form's step is proved.
    fn method(&self, who: &Claimant) -> Method {
        if self.unsupported.passwords {
            Method::Otp
        } else if who.first.is_some() {
            self.settings.second_method
        } else {
            self.settings.first_factor
        }
    }

    /// Whether a person may choose between a code and a password.
    fn has_choice(&self, attempt: &Attempt) -> bool {
        self.method(&attempt.who) == Method::Auto
            && attempt.has_password
            && attempt.proved.is_none()
    }

    /// What a person or the page does in this form.
    pub fn handle(&mut self, context: &mut Context<'_>, input: &Input) {
        match input {
            Input::FormSettingsChanged(_, settings) => self.settings.clone_from(settings),
            Input::IdentifierTyped(_, text) => self.typed(text),
            Input::CountryChosen(_, code) => self.choose_country(code),
            Input::CountriesLoaded(_, table) => self.table.clone_from(table),
            Input::Submit(_, entries) => self.submit(context, entries),
            Input::Press(_, action) => self.press(context, *action),
            Input::Restart(_) => self.restart(context),
            Input::ChangePassword(_) => self.change_password(context),
            // The rest is for all forms.
            _ => {}
        }
    }

    /// The form was sent.
    fn submit(&mut self, context: &mut Context<'_>, entries: &[FieldValue]) {
        let now = context.now;
        // A second click, a held Enter key, a manager that fills and sends at once: one question is enough.
        if self.waiting.is_some()
            || context.session.is_restoring()
            || self.held.is_some_and(|held| held.remaining(now) > 0)
        {
            return;
        }
        // The fields of a screen that is gone are none of this one's.
        let value = |kind| entries.iter().find(|entry| entry.kind == kind);
        match self.step.clone() {
            Step::Identify | Step::Address(..) | Step::SecondIdentify(..) => {
                if let Some(entry) = entries.iter().find(|entry| !entry.kind.is_secret()) {
                    self.submit_identifier(context, entry.value.expose());
                }
            }
            // The first factor is proved already: what is typed is not sent again.
            Step::Code(Attempt {
                who,
                proved: Some(token),
                ..
            })
            | Step::Password(Attempt {
                who,
                proved: Some(token),
                ..
            }) => self.begin_second(context, who.name, token),
            Step::Code(attempt) => {
                let Some(entry) = value(FieldKind::Code) else {
                    return;
                };
                match otp::find_code(entry.value.expose(), self.settings.otp_length) {
                    Some(code) => {
                        let call = attempt.who.call(Call::CheckCode, Call::CheckSecondCode);
                        let proof = RequestBody {
                            otp: Some(code),
                            ..RequestBody::default()
                        };
                        self.ask_within(context, &attempt, call, proof, Purpose::Check);
                    }
                    None => self.set_field_error(FieldKind::Code, Text::CodeUnreadable),
                }
            }
            Step::Password(attempt) => {
                let Some(entry) = value(FieldKind::Password) else {
                    return;
                };
                if entry.value.is_empty() {
                    return self.set_field_error(FieldKind::Password, Text::PasswordEmpty);
                }
                let call = attempt
                    .who
                    .call(Call::CheckPassword, Call::CheckSecondPassword);
                let proof = RequestBody {
                    password: Some(entry.value.clone()),
                    ..RequestBody::default()
                };
                self.ask_within(context, &attempt, call, proof, Purpose::Check);
            }
            Step::NewPassword(who) => {
                if let Some(password) = self.read_new_password(entries) {
                    self.open(context, who, AfterOpening::Usual, Some(password));
                }
            }
            Step::Forgot(attempt) => {
                if let Some(password) = self.read_new_password(entries) {
                    let call = attempt
                        .who
                        .call(Call::ResetPassword, Call::ResetSecondPassword);
                    let twice = RequestBody {
                        password: Some(Secret::new(password)),
                        confirm_password: Some(Secret::new(password)),
                        ..RequestBody::default()
                    };
                    self.ask_within(context, &attempt, call, twice, Purpose::Reset);
                }
            }
            Step::Change => {
                let Some(old) = value(FieldKind::Password) else {
                    return;
                };
                if old.value.is_empty() {
                    self.set_field_error(FieldKind::Password, Text::PasswordEmpty);
                } else if let Some(new) = self.read_new_password(entries)
                    && let Some(request) = context.session.change_password_request(
                        context.settings,
                        old.value.expose(),
                        new,
                    )
                {
                    self.wait(context, request, Purpose::Change);
                }
            }
            Step::Stuck(_) => self.show_first_step(context),
            // There is nothing to send there.
            Step::SignedIn => {}
        }
    }

    /// A customer was named, or an address for codes.
    fn submit_identifier(&mut self, context: &mut Context<'_>, typed: &str) {
        let step = self.step.clone();
        typed.clone_into(&mut self.typed);
        let read = Identifier::parse_by(typed, &self.kinds(), self.numbers());
        let identifier = match read {
            Ok(identifier) => identifier,
            Err(error) => {
                let text = self.identifier_error_text(error);
                return self.set_field_error(FieldKind::Any, text);
            }
        };
        match step {
            Step::Address(mut who, _, wanted) => {
                who.name.address = Some(identifier);
                match wanted {
                    AddressPurpose::Open(goal) => self.open(context, who, goal, None),
                    AddressPurpose::Choose => self.show_step(context, Step::NewPassword(who)),
                    AddressPurpose::Send(mut attempt, channel) => {
                        attempt.who = who;
                        self.send_first(context, attempt, channel, None);
                    }
                }
            }
            Step::SecondIdentify(first, _) => {
                let mut who = Claimant::new(identifier);
                who.first = Some(first);
                self.open(context, who, AfterOpening::Usual, None);
            }
            _ => {
                let who = Claimant::new(identifier);
                if who.needs_address() && self.method(&who) == Method::Otp {
                    self.ask_address(
                        context,
                        who,
                        None,
                        AddressPurpose::Open(AfterOpening::Usual),
                    );
                } else {
                    self.open(context, who, AfterOpening::Usual, None);
                }
            }
        }
    }

    /// A button was pressed.
    fn press(&mut self, context: &mut Context<'_>, action: Action) {
        let is_idle = self.waiting.is_none();
        match (self.step.clone(), action) {
            (Step::Code(attempt), Action::Resend) if self.may_send(context, &attempt) => {
                self.send_again(context, &attempt, None);
            }
            (Step::Code(attempt), Action::Fallback(channel))
                if self.may_send(context, &attempt) && self.channels().contains(&channel) =>
            {
                self.send_again(context, &attempt, Some(channel));
            }
            (Step::Code(attempt), Action::UsePassword) if self.has_choice(&attempt) => {
                self.show_step(context, Step::Password(attempt));
            }
            (Step::Password(attempt), Action::UseCode) if is_idle && self.has_choice(&attempt) => {
                if attempt.is_code_sent {
                    self.show_step(context, Step::Code(attempt));
                } else if self.may_send(context, &attempt) {
                    self.send_first(context, Box::new(attempt), None, None);
                }
            }
            (Step::Password(attempt), Action::Forgot) if attempt.proved.is_none() => {
                self.show_step(context, Step::Forgot(attempt));
            }
            (Step::Forgot(attempt), Action::Back) => {
                self.show_step(context, Step::Password(attempt))
            }
            (Step::Address(_, _, AddressPurpose::Send(attempt, _)), Action::Back)
                if attempt.is_code_sent =>
            {
                self.show_step(context, Step::Code(*attempt));
            }
            (Step::Address(_, _, AddressPurpose::Send(attempt, _)), Action::Back)
                if self.has_choice(&attempt) =>
            {
                self.show_step(context, Step::Password(*attempt));
            }
            (Step::Change | Step::Address(..) | Step::SecondIdentify(..), Action::Back) => {
                self.show_first_step(context);
            }
            (
                Step::Code(Attempt { who, .. })
                | Step::Password(Attempt { who, .. })
                | Step::NewPassword(who),
                Action::ChangeIdentifier,
            ) => match who.first {
                // The other number or address was wrong, not the first one.
                Some(first) if !first.token.is_empty() => match self.other_kind(&first.name) {
                    Some(kind) => self.show_step(context, Step::SecondIdentify(first, kind)),
                    None => self.show_step(context, Step::Identify),
                },
                _ => self.show_step(context, Step::Identify),
            },
            (
                Step::Code(attempt) | Step::Password(attempt) | Step::Forgot(attempt),
                Action::MoreTime,
            ) if is_idle && attempt.is_short => {
                self.open_again(context, attempt);
            }
            (Step::Identify, Action::Remember) if self.settings.may_remember => {
                self.is_remembered = !self.is_remembered;
            }
            (_, Action::Reveal) if is_idle => self.is_revealed = !self.is_revealed,
            (Step::SignedIn, Action::SignOut) => context.sign_out(),
            // A button of a screen that is gone, or one that waits.
            _ => {}
        }
    }

    fn may_send(&self, context: &Context<'_>, attempt: &Attempt) -> bool {
        self.waiting.is_none()
            && attempt.proved.is_none()
            && attempt.resend.remaining(context.now) == 0
    }

    /// By what else a code can be sent.
    fn channels(&self) -> &[Channel] {
        if self.unsupported.channels {
            &[]
        } else {
            &self.settings.channels
        }
    }

    /// What the customer goes by in the second factor, if that is something else than in the first.
    fn other_kind(&self, first: &Subject) -> Option<IdentifierKind> {
        self.settings
            .second_identifier
            .filter(|kind| *kind != first.identifier.kind())
    }

    /// The page wants the first step. Who is signed in stays so: `signOut()` is for that.
    fn restart(&mut self, context: &mut Context<'_>) {
        if !matches!(self.step, Step::SignedIn) {
            self.show_first_step(context);
        }
    }

    /// The page wants a signed-in customer to choose another password.
    fn change_password(&mut self, context: &mut Context<'_>) {
        if matches!(self.step, Step::SignedIn) {
            self.show_step(context, Step::Change);
        }
    }

    /// The answer to the question that is awaited: the table.
    pub fn handle_response(
        &mut self,
        context: &mut Context<'_>,
        answer: Result<ApiResponse, ApiError>,
    ) {
        let Some((_, call, question)) = self.waiting.take() else {
            return;
        };
        self.status = None;
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                return self.fail(
                    context,
                    Problem::from_api_error(error, call),
                    call,
                    question,
                );
            }
        };
        let now = context.now;
        match (&mut self.step, question) {
            // Somebody is signed in -----------------------------------------------------------------------------------------
            (Step::Change, Purpose::Change) => {
                self.show_step(context, Step::SignedIn);
                self.notice = Some(inform(Text::PasswordChanged));
            }
            // Nothing else is asked from there, and leaving a step withdraws its question.
            (Step::SignedIn | Step::Change | Step::Stuck(_), _) => {}
            // A session is open: on to a password or a code ---------------------------------------------------------------
            (_, Purpose::Open(who, goal, carries)) => {
                self.opened(context, who, goal, carries, answer);
            }
            // A code is on its way ----------------------------------------------------------------------------------------
            (_, Purpose::First(mut attempt, _, why)) => {
                attempt.resend = Deadline::after(now, self.settings.resend_after);
                attempt.is_code_sent = true;
                self.show_step(context, Step::Code(*attempt));
                self.notice = why.map(inform);
                self.status = Some(Text::CodeSent);
            }
            (Step::Code(attempt), Purpose::Again(channel)) => {
                let name = &mut attempt.who.name;
                if channel.is_none() && name.identifier.kind() != IdentifierKind::Username {
                    // The usual way goes to what the customer goes by, not to where another channel went.
                    name.address = None;
                }
                attempt.resend = Deadline::after(now, self.settings.resend_after);
                self.error = None;
                self.notice = Some(inform(Text::CodeSentAgain));
                self.revision += 1;
                self.focus_on(Focus::Field);
            }
            // A factor is proved ------------------------------------------------------------------------------------------
            (Step::Code(_) | Step::Password(_), Purpose::Check) => {
                self.proved(context, call, answer)
            }
            // A new password is taken -------------------------------------------------------------------------------------
            (Step::Forgot(attempt), Purpose::Reset) => {
                let attempt = attempt.clone();
                if attempt.who.first.is_some() {
                    // The second factor's session goes on (contract §5.10).
                    self.send_first(context, Box::new(attempt), None, None);
                } else {
                    // The first one's begins anew (§5.4).
                    self.open(context, attempt.who, AfterOpening::Code, None);
                }
            }
            // Each of these belongs to its own step, so no other pair ever meets.
            (_, Purpose::Again(_) | Purpose::Check | Purpose::Reset | Purpose::Change) => {}
        }
    }

    /// A session was opened: where does it lead?
    fn opened(
        &mut self,
        context: &mut Context<'_>,
        who: Claimant,
        goal: AfterOpening,
        carries: OpenedWith,
        answer: ApiResponse,
    ) {
        let now = context.now;
        let call = who.call(Call::OpenSession, Call::OpenSecond);
        let question = Purpose::Open(who.clone(), goal, carries);
        // The opening token is never a login, but it must be this customer's, and it shows the engine's clock.
        let identifier = &who.name.identifier;
        let validated = context
            .session
            .validate_token(now, context.settings, identifier, &answer);
        let (token, claims) = match validated {
            Ok(validated) => validated,
            Err(problem) => return self.fail(context, problem, call, question),
        };
        // A first password of the second factor may be proof enough (`CONF_SKIP_OTP_VALIDATE`).
        if claims.role == USER_ROLE
            && carries == OpenedWith::Password
            && let Some(first) = who.first
        {
            let second = SecondFactorProof {
                subject: who.name,
                authenticator: Authenticator::Password,
                key: answer.key,
            };
            return context.begin(first.name, Some(second), self.is_remembered, token, claims);
        }
        let Some(session) = answer.session else {
            return self.fail(context, Problem::malformed(), call, question);
        };
        let ends = Deadline::after(now, self.settings.attempt_life);
        if goal == AfterOpening::Stay
            && let Some(old) = self.attempt_mut()
        {
            old.session = session;
            old.ends = ends;
            old.is_short = false;
            self.focus_on(Focus::Field);
            match &mut self.step {
                Step::Code(attempt) => {
                    let attempt = attempt.clone();
                    self.send_again(context, &attempt, None);
                }
                // One that was sent before is of no use in this session.
                Step::Password(attempt) | Step::Forgot(attempt) => attempt.is_code_sent = false,
                _ => {}
            }
            return;
        }
        let method = if matches!(goal, AfterOpening::Code | AfterOpening::Instead) {
            Method::Otp
        } else {
            self.method(&who)
        };
        let attempt = Attempt {
            who,
            session,
            has_password: answer.has_password,
            is_code_sent: false,
            proved: None,
            ends,
            is_short: false,
            resend: Deadline::after(now, 0),
        };
        if goal == AfterOpening::Code
            && let Step::Forgot(old) = &mut self.step
        {
            // Should the code not be sent, the same again counts in the session that lives.
            old.clone_from(&attempt);
        }
        if goal == AfterOpening::Forgot {
            self.show_step(context, Step::Forgot(attempt));
            self.notice = Some(Notice {
                is_error: true,
                text: Text::PasswordTriesUsedUp,
                detail: None,
            });
        } else if method != Method::Otp && attempt.has_password {
            self.show_step(context, Step::Password(attempt));
        } else if method == Method::Password && carries == OpenedWith::Nothing {
            self.choose(context, attempt.who);
        } else {
            let why = (goal == AfterOpening::Instead).then_some(Text::NoPasswords);
            self.send_first(context, Box::new(attempt), None, why);
        }
    }

    /// A code or a password was right: signed in, or on to the second factor.
    fn proved(&mut self, context: &mut Context<'_>, call: Call, answer: ApiResponse) {
        let (Step::Code(attempt) | Step::Password(attempt)) = &mut self.step else {
            return;
        };
        let Attempt {
            who: Claimant { name, first },
            ..
        } = attempt.clone();
        let validated = context.session.validate_token(
            context.now,
            context.settings,
            &name.identifier,
            &answer,
        );
        let (token, claims) = match validated {
            Ok(validated) => validated,
            Err(problem) => return self.fail(context, problem, call, Purpose::Check),
        };
        let owes = self.settings.pending_roles.contains(&claims.role);
        let is_user = claims.role == USER_ROLE;
        let wants = self.settings.second_factor;
        match first {
            None if (owes && wants != SecondFactor::Off)
                || (is_user && wants == SecondFactor::Always) =>
            {
                attempt.proved = Some(token.clone());
                self.unsupported.passwords = false;
                self.begin_second(context, name, token);
            }
            None if is_user => context.begin(name, None, self.is_remembered, token, claims),
            Some(first) if is_user => {
                let factor = match call {
                    Call::CheckSecondPassword => Authenticator::Password,
                    _ => Authenticator::Otp,
                };
                let second = SecondFactorProof {
                    subject: name,
                    authenticator: factor,
                    key: answer.key,
                };
                context.begin(first.name, Some(second), self.is_remembered, token, claims);
            }
            // Owed and switched off, or owed again after it was paid: an error, not a loop.
            _ if owes => {
                let problem =
                    Problem::new(Kind::Configuration, Remedy::Stuck, Text::NeedsSecondFactor);
                self.fail(context, problem, call, Purpose::Check);
            }
            // Not logged in, whatever it is (§6).
            _ => self.fail(context, Problem::malformed(), call, Purpose::Check),
        }
    }

    /// Time has passed.
    pub fn wake(&mut self, context: &mut Context<'_>) {
        if self.waiting.is_some() {
            return;
        }
        let is_over = |deadline: Deadline| deadline.remaining(context.now) == 0;
        if self.held.is_some_and(is_over) {
            self.held = None;
            self.status = Some(Text::TryAgain);
        }
        let waited = self
            .resend()
            .is_some_and(|wait| wait.span > 0 && is_over(wait));
        let Some(attempt) = self.attempt_mut() else {
            return;
        };
        if is_over(attempt.ends) {
            return self.start_over(context, Text::AttemptTimedOut, None);
        }
        attempt.is_short |= is_over(attempt.warns());
        if waited {
            // Said once, and by no later page again.
            attempt.resend.span = 0;
            self.status = Some(Text::ResendReady);
        }
    }

    /// Somebody is signed in now, here or in another form.
    pub fn signed_in(&mut self, context: &mut Context<'_>) {
        self.show_step(context, Step::SignedIn);
        // Should the session end by itself, nobody is asked again who they are.
        self.typed = context
            .session
            .active()
            .map(|kept| kept.subject.identifier.display_text())
            .unwrap_or_default();
    }

    /// A kept session is being taken up. Should that fail, nobody is asked again who they are.
    pub fn prefill_restored(&mut self, context: &mut Context<'_>) {
        if matches!(self.step, Step::Identify)
            && self.typed.is_empty()
            && let Some(identifier) = context.session.restoring_identifier()
        {
            self.typed = identifier.display_text();
            self.revision += 1;
        }
    }

    /// Nobody is signed in any more.
    pub fn signed_out(&mut self, context: &mut Context<'_>, reason: Reason) {
        // Whoever signs out in one tab leaves no name behind in another.
        let by_person = matches!(reason, Reason::User | Reason::OtherTab);
        if by_person || matches!(self.step, Step::SignedIn | Step::Change) {
            self.show_step(context, Step::Identify);
        }
        self.is_remembered = false;
        if by_person {
            self.typed.clear();
            self.country.clear();
            self.status = Some(Text::SignedOut);
        } else if matches!(self.step, Step::Identify) {
            self.notice = Some(inform(Text::SessionEnded));
        }
    }

    /// A kept session waits for a better moment.
    pub fn restore_failed(&mut self, problem: &Problem) {
        if matches!(self.step, Step::Identify) {
            self.notice = Some(notice(problem));
        }
    }

    // Screens -------------------------------------------------------------------------------------------------------------

    /// Asks where codes should go: by any kind of address, or by the one that the engine wants.
    fn ask_address(
        &mut self,
        context: &mut Context<'_>,
        who: Claimant,
        kind: Option<IdentifierKind>,
        wanted: AddressPurpose,
    ) {
        let kinds = match kind {
            Some(kind) => vec![kind],
            None => vec![IdentifierKind::Mobile, IdentifierKind::Email],
        };
        self.show_step(context, Step::Address(who, kinds, wanted));
    }

    /// Has a first password chosen; where its code should go is asked before, so that the password need not be kept.
    fn choose(&mut self, context: &mut Context<'_>, who: Claimant) {
        if who.needs_address() {
            self.ask_address(context, who, None, AddressPurpose::Choose);
        } else {
            self.show_step(context, Step::NewPassword(who));
        }
    }

    fn set_field_error(&mut self, kind: FieldKind, text: Text) {
        self.notice = None;
        self.error = Some((kind, text));
        self.focus_on(Focus::Field);
    }

    fn focus_on(&mut self, focus: Focus) {
        self.focus = (self.focus.0 + 1, focus);
    }

    /// Whether the screen has such a field.
    fn shows(&self, kind: FieldKind) -> bool {
        match &self.step {
            Step::Identify | Step::Address(..) | Step::SecondIdentify(..) => kind == FieldKind::Any,
            Step::Code(_) => kind == FieldKind::Code,
            Step::Password(_) => kind == FieldKind::Password,
            Step::NewPassword(_) | Step::Forgot(_) => {
                matches!(kind, FieldKind::NewPassword | FieldKind::ConfirmPassword)
            }
            Step::Change => kind.is_password(),
            Step::SignedIn | Step::Stuck(_) => false,
        }
    }

    /// Where everything begins: for somebody who is signed in, that is not the first step.
    fn show_first_step(&mut self, context: &mut Context<'_>) {
        let home = match context.session.active() {
            Some(_) => Step::SignedIn,
            None => Step::Identify,
        };
        self.show_step(context, home);
    }

    /// Another screen: its question, its errors and its secrets do not come along.
    fn show_step(&mut self, context: &mut Context<'_>, step: Step) {
        let previous = self.step();
        let first = match &self.step {
            Step::SecondIdentify(first, _) => Some(first.name.identifier.display_text()),
            _ => self.who().map(Claimant::display_text),
        };
        if let Some(shown) = first {
            self.typed = shown;
        }
        if let Some(ticket) = self.pending_ticket() {
            context.out.push(Effect::Cancel(ticket));
        }
        self.waiting = None;
        self.error = None;
        self.notice = None;
        self.status = None;
        self.is_revealed = false;
        match step {
            Step::Identify => self.unsupported = Unsupported::default(),
            Step::Address(..) | Step::SecondIdentify(..) => self.typed.clear(),
            _ => {}
        }
        self.revision += 1;
        let kind = std::mem::discriminant(&self.step);
        self.step = step;
        let step = self.step();
        if step != previous || kind != std::mem::discriminant(&self.step) {
            self.screen += 1;
            self.focus_on(match step {
                StepName::SignedIn | StepName::Stuck => Focus::Title,
                _ => Focus::Field,
            });
        }
        if step != previous {
            context.tell(Event::Step { step, previous });
        }
    }
}

fn inform(text: Text) -> Notice {
    Notice {
        is_error: false,
        text,
        detail: None,
    }
}
