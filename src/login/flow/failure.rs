//! The effect of a failure on the form. Each remedy leads to one next step.

use super::attempt::{AddressPurpose, AfterOpening, Claimant, OpenedWith, Purpose};
use super::form::{Context, Form, Step, info_notice, problem_notice};
use crate::login::contract::IdentifierKind;
use crate::login::message::Event;
use crate::login::problem::{Problem, Remedy};
use crate::login::text::Text;
use crate::login::time::{Deadline, Millis};
use crate::login::view::{FieldKind, Focus};
use crate::login::wire::Call;

/// The engine's code for a token that expired.
const TOKEN_EXPIRED: i64 = 1529;

impl Form {
    /// Reports a failure to the page and applies its remedy.
    pub(super) fn fail(
        &mut self,
        context: &mut Context<'_>,
        problem: Problem,
        call: Call,
        purpose: Purpose,
    ) {
        context.dispatch(Event::Error {
            kind: problem.kind,
            code: problem.code,
            step: Some(self.step()),
            reason: problem.reason,
        });
        if matches!(purpose, Purpose::CheckProof) && problem.code.is_some() {
            self.report_failed_proof(context, problem.code);
        }
        self.apply_remedy(context, problem, call, purpose);
        if self.field_error.is_some() {
            // There must be a field to correct.
            self.forget_identifier(context);
        }
    }

    fn apply_remedy(
        &mut self,
        context: &mut Context<'_>,
        problem: Problem,
        call: Call,
        purpose: Purpose,
    ) {
        match (problem.remedy, purpose) {
            // A signed-in customer stays signed in, and at this step.
            (
                Remedy::StartOver | Remedy::Stuck | Remedy::Correct(FieldKind::Any),
                Purpose::ChangePassword,
            ) => self.notice = Some(problem_notice(&problem)),
            (Remedy::Correct(kind), _) if self.has_field(kind) => {
                // Codes and passwords that were refused are cleared. Identifiers stay, so that they can be corrected.
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
            // The token that opens the second factor expired meanwhile.
            (
                Remedy::StartOver,
                Purpose::OpenSession(
                    Claimant {
                        first_factor: Some(first),
                        ..
                    },
                    AfterOpening::SameStep,
                    _,
                ),
            ) => self.open_first_factor(context, first.subject),
            (Remedy::StartOver, _) => self.start_over(context, problem.text, problem.code),
            (Remedy::Stuck, _) => self.show_step(context, Step::Stuck(problem)),
            (Remedy::ChoosePassword, Purpose::OpenSession(claimant, _, OpenedWith::Nothing)) => {
                self.choose_first_password(context, claimant);
                self.notice = Some(info_notice(problem.text));
            }
            (Remedy::NoPasswords, Purpose::OpenSession(claimant, _, OpenedWith::FirstPassword)) => {
                self.unsupported.passwords = true;
                let after = AfterOpening::CodeInsteadOfPassword;
                self.open_session(context, claimant, after, None);
            }
            // An error about passwords counts only if a password was sent.
            (Remedy::NoPasswords, Purpose::CheckProof | Purpose::ResetPassword)
                if !matches!(self.step, Step::Code(_)) =>
            {
                if let Some(attempt) = self.attempt().cloned() {
                    self.unsupported.passwords = true;
                    let why = Some(problem.text);
                    self.send_first_code(context, Box::new(attempt), None, why);
                }
            }
            (Remedy::ResetPassword, Purpose::CheckProof)
                if matches!(self.step, Step::Password(_)) =>
            {
                // The session ended with its last try (contract §12, 6), and a password is replaced in an open one (§2.7).
                if let Some(attempt) = self.attempt().cloned() {
                    let after = AfterOpening::ForgotPassword;
                    self.open_session(context, attempt.claimant, after, None);
                }
            }
            (Remedy::Address(kind), purpose) => {
                self.address_needed(context, &problem, kind, purpose);
            }
            (Remedy::NoChannel, purpose) => self.channel_unavailable(context, &problem, purpose),
            (remedy, purpose) => {
                self.notice = Some(problem_notice(&problem));
                match remedy {
                    Remedy::Wait(span) => self.wait_before_next_try(context, call, span),
                    Remedy::AskForCode => {
                        if let Step::Code(attempt) = &mut self.step {
                            attempt.resend = Deadline::after(context.now, 0);
                        }
                    }
                    _ => {}
                }
                let is_change = matches!(purpose, Purpose::ChangePassword);
                if is_change && problem.code == Some(TOKEN_EXPIRED) {
                    context.session.renew_soon();
                }
            }
        }
    }

    /// The engine needs an address for codes.
    fn address_needed(
        &mut self,
        context: &mut Context<'_>,
        problem: &Problem,
        kind: Option<IdentifierKind>,
        purpose: Purpose,
    ) {
        let (claimant, purpose) = match (purpose, self.attempt().cloned()) {
            (Purpose::OpenSession(claimant, after, _), _) => {
                (claimant, AddressPurpose::OpenSession(after))
            }
            (Purpose::SendFirstCode(attempt, channel, _), _) => (
                attempt.claimant.clone(),
                AddressPurpose::SendCode(attempt, channel),
            ),
            (Purpose::SendCodeAgain(channel), Some(attempt)) => (
                attempt.claimant.clone(),
                AddressPurpose::SendCode(Box::new(attempt), channel),
            ),
            _ => return self.notice = Some(problem_notice(problem)),
        };
        if matches!(self.step, Step::Address(..)) && kind.is_none() {
            // An address was given already, and the engine did not accept it.
            return self.set_field_error(FieldKind::Any, Text::DetailsInvalid);
        }
        self.ask_for_address(context, claimant, kind, purpose);
        self.notice = Some(info_notice(problem.text));
    }

    /// The brand has no other channels for codes: their buttons go away.
    fn channel_unavailable(
        &mut self,
        context: &mut Context<'_>,
        problem: &Problem,
        purpose: Purpose,
    ) {
        self.unsupported.channels = true;
        if let Purpose::SendFirstCode(attempt, ..) = purpose
            && attempt.is_code_sent
        {
            self.show_step(context, Step::Code(*attempt));
        }
        self.notice = Some(problem_notice(problem));
        // The button that had the focus is gone.
        self.move_focus(Focus::Field);
    }

    /// The engine demands a pause. Only the button that was pressed waits: after a request for a code, a code that was sent
    /// before can still be entered, and so can a password.
    fn wait_before_next_try(&mut self, context: &Context<'_>, call: Call, span: Millis) {
        let deadline = Deadline::after(context.now, span);
        let waits_for_code = call.sends_code()
            && match &self.step {
                Step::Code(attempt) => attempt.proof.is_none(),
                Step::Password(attempt) => self.has_choice(attempt),
                _ => false,
            };
        match self.attempt_mut() {
            Some(attempt) if waits_for_code => attempt.resend = deadline,
            _ => self.submit_pause = Some(deadline),
        }
    }
}
