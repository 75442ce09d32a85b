//! What a failure means for a form: one way on for each remedy.

use super::attempt::{AddressPurpose, AfterOpening, Claimant, OpenedWith, Purpose};
use super::{Context, Form, Step, inform};
use crate::login::config::IdentifierKind;
use crate::login::decimal::signed;
use crate::login::message::Event;
use crate::login::problem::{Problem, Remedy};
use crate::login::text::Text;
use crate::login::time::Deadline;
use crate::login::view::{FieldKind, Focus, Notice};
use crate::login::wire::Call;

impl Form {
    /// What a failure means for the step: one way on for each remedy.
    pub(super) fn fail(
        &mut self,
        context: &mut Context<'_>,
        problem: Problem,
        call: Call,
        question: Purpose,
    ) {
        context.tell(Event::Error {
            kind: problem.kind,
            code: problem.code,
            step: Some(self.step()),
        });
        match (problem.remedy, question) {
            // Somebody who is signed in stays so, and on this screen.
            (
                Remedy::StartOver | Remedy::Stuck | Remedy::Correct(FieldKind::Any),
                Purpose::Change,
            ) => {
                self.notice = Some(notice(&problem));
            }
            (Remedy::Correct(kind), _) if self.shows(kind) => {
                // Worth nothing once it was refused; a name stays to be put right, and so does whatever else was typed.
                match kind {
                    FieldKind::Password => self.password_revision += 1,
                    _ if kind.is_secret() => self.revision += 1,
                    _ => {}
                }
                self.set_field_error(kind, problem.text);
            }
            (Remedy::Correct(FieldKind::Any), _) => {
                self.show_step(context, Step::Identify);
                self.set_field_error(FieldKind::Any, problem.text);
            }
            // What opened the second factor has run out meanwhile.
            (
                Remedy::StartOver,
                Purpose::Open(
                    Claimant {
                        first: Some(first), ..
                    },
                    AfterOpening::Stay,
                    _,
                ),
            ) => self.open_first(context, first.name),
            (Remedy::StartOver, _) => self.start_over(context, problem.text, problem.code),
            (Remedy::Stuck, _) => self.show_step(context, Step::Stuck(problem)),
            (Remedy::ChoosePassword, Purpose::Open(who, _, OpenedWith::Nothing)) => {
                self.choose(context, who);
                self.notice = Some(inform(problem.text));
            }
            (Remedy::NoPasswords, Purpose::Open(who, _, OpenedWith::Password)) => {
                self.unsupported.passwords = true;
                self.open(context, who, AfterOpening::Instead, None);
            }
            // What is said of a password counts where one was sent.
            (Remedy::NoPasswords, Purpose::Check | Purpose::Reset)
                if !matches!(self.step, Step::Code(_)) =>
            {
                if let Some(attempt) = self.attempt().cloned() {
                    self.unsupported.passwords = true;
                    self.send_first(context, Box::new(attempt), None, Some(problem.text));
                }
            }
            (Remedy::ResetPassword, Purpose::Check) if matches!(self.step, Step::Password(_)) => {
                // The session is used up with its tries (contract §12, 6), and a password is replaced in one that lives (§2.7).
                if let Some(attempt) = self.attempt().cloned() {
                    self.open(context, attempt.who, AfterOpening::Forgot, None);
                }
            }
            (Remedy::Address(kind), question) => {
                self.lacks_address(context, &problem, kind, question)
            }
            (Remedy::NoChannel, question) => {
                self.unsupported.channels = true;
                if let Purpose::First(attempt, ..) = question
                    && attempt.is_code_sent
                {
                    self.show_step(context, Step::Code(*attempt));
                }
                self.notice = Some(notice(&problem));
                // The button that was pressed is gone.
                self.focus_on(Focus::Field);
            }
            (remedy, question) => {
                self.notice = Some(notice(&problem));
                let has_choice = self
                    .attempt()
                    .is_some_and(|attempt| self.has_choice(attempt));
                // Only the button that was pressed waits: a code that came before may still be sent, and so may a password.
                match (&mut self.step, remedy) {
                    (Step::Password(attempt), Remedy::Wait(span))
                        if call.sends_code() && has_choice =>
                    {
                        attempt.resend = Deadline::after(context.now, span);
                    }
                    (Step::Code(attempt), Remedy::Wait(span))
                        if call.sends_code() && attempt.proved.is_none() =>
                    {
                        attempt.resend = Deadline::after(context.now, span);
                    }
                    (_, Remedy::Wait(span)) => self.held = Some(Deadline::after(context.now, span)),
                    (Step::Code(attempt), Remedy::AskForCode) => {
                        attempt.resend = Deadline::after(context.now, 0);
                    }
                    _ => {}
                }
                if matches!(question, Purpose::Change) && problem.code == Some(1529) {
                    context.session.renew_soon();
                }
            }
        }
    }

    /// The engine wants to know where the code should go.
    pub(super) fn lacks_address(
        &mut self,
        context: &mut Context<'_>,
        problem: &Problem,
        kind: Option<IdentifierKind>,
        question: Purpose,
    ) {
        let (who, wanted) = match (question, self.attempt().cloned()) {
            (Purpose::Open(who, goal, _), _) => (who, AddressPurpose::Open(goal)),
            (Purpose::First(attempt, channel, _), _) => {
                (attempt.who.clone(), AddressPurpose::Send(attempt, channel))
            }
            (Purpose::Again(channel), Some(attempt)) => (
                attempt.who.clone(),
                AddressPurpose::Send(Box::new(attempt), channel),
            ),
            _ => return self.notice = Some(notice(problem)),
        };
        if matches!(self.step, Step::Address(..)) && kind.is_none() {
            // It was said already, and not taken.
            return self.set_field_error(FieldKind::Any, Text::DetailsInvalid);
        }
        self.ask_address(context, who, kind, wanted);
        self.notice = Some(inform(problem.text));
    }

    /// Back to the first step with what was typed, and with the reason; nothing is sent by itself.
    pub(super) fn start_over(&mut self, context: &mut Context<'_>, text: Text, code: Option<i64>) {
        self.show_step(context, Step::Identify);
        self.notice = Some(Notice {
            is_error: code.is_some(),
            text,
            detail: None,
        });
    }
}

pub(super) fn notice(problem: &Problem) -> Notice {
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
