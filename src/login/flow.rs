//! The steps of a login and the one table that moves between them.

mod record;
mod screen;

use super::config::{FormSettings, Settings};
use super::identifier::{Identifier, Unfit};
use super::json::signed;
use super::otp;
use super::problem::{Kind, Problem, Remedy};
use super::secret::Secret;
use super::session::{Reason, Session, USER, Wish};
use super::text::Text;
use super::time::{Deadline, Now};
use super::view::{Action, Asked, Focus, Notice, StepName};
use super::wire::{Answer, Call, Refusal, Request};
use super::{Effect, Event, HostId, Ticket};

/// Everything a form may use while it acts.
pub struct Desk<'a> {
    /// The moment.
    pub now: Now,
    /// Whose form it is.
    pub host: HostId,
    /// The shared settings.
    pub settings: &'a Settings,
    /// The shared session.
    pub session: &'a mut Session,
    /// For new questions.
    pub last_ticket: &'a mut u32,
    /// What is to be done.
    pub effects: &'a mut Vec<Effect>,
    /// What the session wants done.
    pub wishes: &'a mut Vec<Wish>,
}

impl Desk<'_> {
    fn ask(&mut self, request: Request) -> Ticket {
        *self.last_ticket = self.last_ticket.wrapping_add(1);
        let ticket = Ticket(*self.last_ticket);
        self.effects.push(Effect::Send(ticket, request));
        ticket
    }

    fn tell(&mut self, event: Event) {
        self.effects.push(Effect::Tell(self.host, event));
    }
}

/// A login session that the engine has opened for one identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Attempt {
    identifier: Identifier,
    session: Secret,
    /// The end of the engine's patience (contract §1.8).
    ends: Deadline,
    /// When another code may be asked for.
    resend: Deadline,
}

/// Where a form stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Nobody has said who they are.
    Identify,
    /// A code is on its way.
    Code(Attempt),
    /// Somebody is signed in.
    SignedIn,
    /// Only the shop can help.
    Stuck(Problem),
}

/// A question whose answer is awaited.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Question {
    /// Open a session for this identifier.
    Open(Identifier),
    /// Send the first code of an attempt.
    First(Attempt),
    /// Send another one.
    Again,
    /// Check what was typed.
    Check,
}

impl Question {
    fn call(&self) -> Call {
        match self {
            Self::Open(_) => Call::OpenSession,
            Self::First(_) | Self::Again => Call::SendCode,
            Self::Check => Call::CheckCode,
        }
    }
}

/// One element's form.
#[derive(Debug)]
pub struct Form {
    settings: FormSettings,
    step: Step,
    waiting: Option<(Ticket, Question)>,
    /// What stands, or stood, in the identifier field.
    typed: String,
    error: Option<Text>,
    notice: Option<Notice>,
    status: Option<Text>,
    /// The engine wants us to wait before the form is sent again.
    held: Option<Deadline>,
    screen: u32,
    edition: u32,
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
            error: None,
            notice: None,
            status: None,
            held: None,
            screen: 0,
            edition: 0,
            focus: (0, Focus::Field),
        };
        if !signed_in && let Some(record) = record {
            form.take_up(shared, now, record);
        }
        form
    }

    /// The step's public name.
    pub fn step(&self) -> StepName {
        match self.step {
            Step::Identify => StepName::Identify,
            Step::Code(_) => StepName::Code,
            Step::SignedIn => StepName::SignedIn,
            Step::Stuck(_) => StepName::Stuck,
        }
    }

    /// The question whose answer is awaited.
    pub fn question(&self) -> Option<Ticket> {
        self.waiting.as_ref().map(|(ticket, _)| *ticket)
    }

    /// Other attributes.
    pub fn adjust(&mut self, settings: FormSettings) {
        self.settings = settings;
    }

    /// The identifier field has changed.
    pub fn typed(&mut self, text: String) {
        if self.step == Step::Identify && self.waiting.is_none() && self.typed != text {
            self.typed = text;
            // What was wrong with it is no longer known.
            self.error = None;
        }
    }

    /// The form was sent.
    pub fn submit(&mut self, desk: &mut Desk<'_>, fields: &[(Asked, Secret)]) {
        let now = desk.now;
        // A second click, a held Enter key, a manager that fills and sends at once: one question is enough.
        if self.waiting.is_some()
            || desk.session.is_being_taken_up()
            || self.held.is_some_and(|held| held.left(now) > 0)
        {
            return;
        }
        let value = |kind: fn(Asked) -> bool| {
            fields
                .iter()
                .find(|(asked, _)| kind(*asked))
                .map(|(_, value)| value.expose())
        };
        match &self.step {
            Step::Identify => {
                // The fields of a screen that is gone are none of this one's.
                let Some(typed) = value(|asked| asked != Asked::Code) else {
                    return;
                };
                typed.clone_into(&mut self.typed);
                match Identifier::parse(&self.typed, &self.settings.identifiers) {
                    Ok(identifier) => {
                        let request = Request::open_session(desk.settings, &identifier);
                        self.wait(desk, request, Question::Open(identifier));
                    }
                    Err(unfit) => self.mark(unfit_text(unfit)),
                }
            }
            Step::Code(attempt) => {
                let Some(typed) = value(|asked| asked == Asked::Code) else {
                    return;
                };
                match otp::read(typed, self.settings.otp_length) {
                    Some(code) => {
                        let request = Request::check_code(
                            desk.settings,
                            &attempt.identifier,
                            &attempt.session,
                            &code,
                        );
                        self.wait(desk, request, Question::Check);
                    }
                    None => self.mark(Text::CodeUnreadable),
                }
            }
            Step::Stuck(_) => self.go(desk, Step::Identify),
            // There is nothing to send there.
            Step::SignedIn => {}
        }
    }

    /// A button was pressed.
    pub fn press(&mut self, desk: &mut Desk<'_>, action: Action) {
        match (&self.step, action) {
            (Step::Code(attempt), Action::Resend)
                if self.waiting.is_none() && attempt.resend.left(desk.now) == 0 =>
            {
                let request =
                    Request::send_code(desk.settings, &attempt.identifier, &attempt.session);
                self.wait(desk, request, Question::Again);
            }
            (Step::Code(_), Action::ChangeIdentifier) => self.go(desk, Step::Identify),
            (Step::SignedIn, Action::SignOut) => desk.session.end(Reason::User, desk.wishes),
            // A button of a screen that is gone, or one that waits.
            _ => {}
        }
    }

    /// The page wants the first step. Who is signed in stays so: `signOut()` is for that.
    pub fn restart(&mut self, desk: &mut Desk<'_>) {
        if self.step != Step::SignedIn {
            self.go(desk, Step::Identify);
        }
    }

    /// The answer to the question that is awaited: the table.
    pub fn answered(&mut self, desk: &mut Desk<'_>, answer: Result<Answer, Refusal>) {
        let Some((_, question)) = self.waiting.take() else {
            return;
        };
        let call = question.call();
        self.status = None;
        let answer = match answer {
            Ok(answer) => answer,
            Err(refusal) => return self.fail(desk, Problem::of(refusal, call), call),
        };
        let now = desk.now;
        match (&mut self.step, question) {
            // identify ------------------------------------------------------------------------------------------------
            (Step::Identify, Question::Open(identifier)) => match answer.session.clone() {
                Some(session) => {
                    // The opening token is never a login, but it must be this customer's, and it shows the engine's clock.
                    match desk.session.judge(now, desk.settings, &identifier, answer) {
                        Ok(_) => {
                            let request = Request::send_code(desk.settings, &identifier, &session);
                            let attempt = Attempt {
                                identifier,
                                session,
                                ends: Deadline::after(now, self.settings.attempt_life),
                                resend: Deadline::after(now, self.settings.resend_after),
                            };
                            self.wait(desk, request, Question::First(attempt));
                        }
                        Err(problem) => self.fail(desk, problem, call),
                    }
                }
                None => self.fail(desk, Problem::malformed(), call),
            },
            (Step::Identify, Question::First(mut attempt)) => {
                attempt.resend = Deadline::after(now, self.settings.resend_after);
                self.go(desk, Step::Code(attempt));
                self.status = Some(Text::CodeSent);
            }
            // code ----------------------------------------------------------------------------------------------------
            (Step::Code(attempt), Question::Again) => {
                attempt.resend = Deadline::after(now, self.settings.resend_after);
                self.error = None;
                self.notice = Some(Notice {
                    is_error: false,
                    text: Text::CodeSentAgain,
                    detail: None,
                });
                self.edition += 1;
                self.focus_on(Focus::Field);
            }
            (Step::Code(attempt), Question::Check) => {
                let identifier = attempt.identifier.clone();
                match desk.session.judge(now, desk.settings, &identifier, answer) {
                    Ok((token, claims)) => match claims.role.as_str() {
                        USER => desk.session.begin(
                            now,
                            desk.settings,
                            identifier,
                            token,
                            claims,
                            desk.wishes,
                        ),
                        "MFA_PENDING" => self.fail(
                            desk,
                            Problem::new(
                                Kind::Configuration,
                                Remedy::Stuck,
                                Text::NeedsSecondFactor,
                            ),
                            call,
                        ),
                        // Not logged in, whatever it is (§6).
                        _ => self.fail(desk, Problem::malformed(), call),
                    },
                    Err(problem) => self.fail(desk, problem, call),
                }
            }
            // No question is asked from these, and leaving a step withdraws its question.
            (Step::SignedIn | Step::Stuck(_), _)
            | (Step::Identify, Question::Again | Question::Check)
            | (Step::Code(_), Question::Open(_) | Question::First(_)) => {}
        }
    }

    /// Time has passed.
    pub fn woken(&mut self, desk: &mut Desk<'_>) {
        if let Step::Code(attempt) = &self.step
            && self.waiting.is_none()
            && attempt.ends.left(desk.now) == 0
        {
            self.start_over(desk, Text::AttemptTimedOut, None);
        }
    }

    /// Somebody is signed in now, here or in another form.
    pub fn signed_in(&mut self, desk: &mut Desk<'_>) {
        self.go(desk, Step::SignedIn);
        // Should the session end by itself, nobody is asked again who they are.
        self.typed = desk
            .session
            .kept()
            .map(|kept| kept.identifier.shown())
            .unwrap_or_default();
    }

    /// A kept session is being taken up. Should that fail, nobody is asked again who they are.
    pub fn recall(&mut self, desk: &mut Desk<'_>) {
        if self.step == Step::Identify
            && self.typed.is_empty()
            && let Some(identifier) = desk.session.being_taken_up()
        {
            self.typed = identifier.shown();
            self.edition += 1;
        }
    }

    /// Nobody is signed in any more.
    pub fn signed_out(&mut self, desk: &mut Desk<'_>, reason: Reason) {
        let by_person = reason == Reason::User;
        if by_person || self.step == Step::SignedIn {
            self.go(desk, Step::Identify);
        }
        if by_person {
            self.typed.clear();
            self.status = Some(Text::SignedOut);
        } else if self.step == Step::Identify {
            self.notice = Some(Notice {
                is_error: false,
                text: Text::SessionEnded,
                detail: None,
            });
        }
    }

    /// A kept session waits for a better moment.
    pub fn not_taken_up(&mut self, problem: &Problem) {
        if self.step == Step::Identify {
            self.notice = Some(notice(problem));
        }
    }

    fn wait(&mut self, desk: &mut Desk<'_>, request: Request, question: Question) {
        self.error = None;
        self.notice = None;
        self.waiting = Some((desk.ask(request), question));
    }

    fn mark(&mut self, text: Text) {
        self.notice = None;
        self.error = Some(text);
        self.focus_on(Focus::Field);
    }

    fn focus_on(&mut self, focus: Focus) {
        self.focus = (self.focus.0 + 1, focus);
    }

    /// What a failure means for the step: one way on for each remedy.
    fn fail(&mut self, desk: &mut Desk<'_>, problem: Problem, call: Call) {
        desk.tell(Event::Error {
            kind: problem.kind,
            code: problem.code,
            step: Some(self.step()),
        });
        match problem.remedy {
            Remedy::Correct => {
                if call == Call::CheckCode {
                    // A code is worth nothing once it was refused; an identifier stays to be put right.
                    self.edition += 1;
                } else if self.step != Step::Identify {
                    // Nothing was typed here that could be corrected.
                    self.go(desk, Step::Identify);
                }
                self.mark(problem.text);
            }
            Remedy::StartOver => self.start_over(desk, problem.text, problem.code),
            Remedy::Stuck => self.go(desk, Step::Stuck(problem)),
            Remedy::AskForCode | Remedy::Retry | Remedy::Wait(_) => {
                self.notice = Some(notice(&problem));
                // Only the button that was pressed waits: a code that came before may still be sent.
                match (&mut self.step, problem.remedy) {
                    (Step::Code(attempt), Remedy::Wait(span)) if call == Call::SendCode => {
                        attempt.resend = Deadline::after(desk.now, span);
                    }
                    (_, Remedy::Wait(span)) => self.held = Some(Deadline::after(desk.now, span)),
                    (Step::Code(attempt), Remedy::AskForCode) => {
                        attempt.resend = Deadline::after(desk.now, 0);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Back to the first step with what was typed, and with the reason; nothing is sent by itself.
    fn start_over(&mut self, desk: &mut Desk<'_>, text: Text, code: Option<i64>) {
        self.go(desk, Step::Identify);
        self.notice = Some(Notice {
            is_error: code.is_some(),
            text,
            detail: None,
        });
    }

    /// Another screen: its question, its errors and its secrets do not come along.
    fn go(&mut self, desk: &mut Desk<'_>, step: Step) {
        let previous = self.step();
        if let Step::Code(attempt) = &self.step {
            self.typed = attempt.identifier.shown();
        }
        if let Some(ticket) = self.question() {
            desk.effects.push(Effect::Cancel(ticket));
        }
        self.waiting = None;
        self.error = None;
        self.notice = None;
        self.status = None;
        self.edition += 1;
        self.step = step;
        let step = self.step();
        if step != previous {
            self.screen += 1;
            self.focus_on(match step {
                StepName::Identify | StepName::Code => Focus::Field,
                StepName::SignedIn | StepName::Stuck => Focus::Title,
            });
            desk.tell(Event::Step { step, previous });
        }
    }
}

fn notice(problem: &Problem) -> Notice {
    // The engine's own words help where ours say little; its number helps whoever is asked for help.
    let number = problem
        .code
        .filter(|_| matches!(problem.remedy, Remedy::Stuck) || problem.text == Text::Unknown);
    let mut detail = problem.detail.clone().unwrap_or_default();
    if let Some(number) = number {
        let gap = if detail.is_empty() { "" } else { " " };
        detail = [&detail, gap, "(", &signed(number), ")"].concat();
    }
    let detail = Some(detail).filter(|detail| !detail.is_empty());
    Notice {
        is_error: true,
        text: problem.text,
        detail,
    }
}

fn unfit_text(unfit: Unfit) -> Text {
    match unfit {
        Unfit::Empty => Text::IdentifierEmpty,
        Unfit::NotANumber => Text::NotANumber,
        Unfit::NoCountryCode => Text::NoCountryCode,
        Unfit::NotAnAddress => Text::NotAnAddress,
        Unfit::Invisible => Text::InvisibleCharacter,
    }
}
