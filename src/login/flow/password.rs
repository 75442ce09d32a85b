//! The step that asks for an existing password: `password` at the first factor, `second-password` at the second.

use super::attempt::{Attempt, Purpose};
use super::form::{Context, Form, Step};
use super::screen::{button, lead, seconds};
use crate::login::activity::ActivityAction;
use crate::login::session::Authenticator;
use crate::login::text::Text;
use crate::login::time::Now;
use crate::login::view::{Action, Button, FieldKind, FieldValue, View};
use crate::login::wire::{Call, RequestBody};

impl Form {
    /// Checks the password that was typed.
    pub(super) fn submit_password(
        &mut self,
        context: &mut Context<'_>,
        attempt: Attempt,
        values: &[FieldValue],
    ) {
        if let Some(token) = attempt.proof {
            // The first factor is proved already: the password is not sent again.
            return self.open_second_factor(context, attempt.claimant.subject, token);
        }
        let mut passwords = values.iter();
        let Some(value) = passwords.find(|value| value.kind == FieldKind::Password) else {
            return;
        };
        if value.value.is_empty() {
            return self.set_field_error(FieldKind::Password, Text::PasswordEmpty);
        }
        let call = attempt
            .claimant
            .call(Call::CheckPassword, Call::CheckSecondPassword);
        let body = RequestBody {
            password: Some(value.value.clone()),
            ..RequestBody::default()
        };
        self.send_in_attempt(context, &attempt, call, body, Purpose::CheckProof);
    }

    /// Handles the buttons of this step.
    pub(super) fn press_at_password(
        &mut self,
        context: &mut Context<'_>,
        attempt: Attempt,
        action: Action,
    ) {
        match action {
            Action::UseCode if self.is_idle() && self.has_choice(&attempt) => {
                let is_second = attempt.claimant.is_at_second_factor();
                let report = |form: &Self, context: &mut Context<'_>| {
                    let (action, method) = (ActivityAction::MethodChanged, Authenticator::Otp);
                    form.report_as(context, action, Some(method), is_second, None);
                };
                if attempt.is_code_sent {
                    report(self, context);
                    self.show_step(context, Step::Code(attempt));
                } else if self.may_send_code(context, &attempt) {
                    report(self, context);
                    self.send_first_code(context, Box::new(attempt), None, None);
                }
            }
            Action::Forgot if attempt.proof.is_none() => {
                self.show_step(context, Step::ForgotPassword(attempt));
            }
            Action::ChangeIdentifier => self.change_identifier(context, attempt.claimant),
            Action::MoreTime if self.is_idle() && attempt.is_expiring => {
                self.extend_attempt(context, attempt);
            }
            // The button belongs to an earlier screen, or waits.
            _ => {}
        }
    }

    /// Fills in the screen of the step. Returns the label of its submit button.
    pub(super) fn view_password(&self, view: &mut View, now: Now, attempt: &Attempt) -> Text {
        let (title, label) = if attempt.claimant.is_at_second_factor() {
            (Text::SecondPasswordTitle, Text::LabelSecondPassword)
        } else {
            (Text::PasswordTitle, Text::LabelPassword)
        };
        view.title = title;
        let identifier = attempt.claimant.subject.identifier.display_text();
        view.lead = lead(Text::PasswordLead, identifier.clone());
        view.username = Some(identifier);
        let field = self.field(FieldKind::Password, label);
        view.fields.push(self.revealable(field));
        if attempt.proof.is_none() {
            view.actions.push(button(Action::Forgot, Text::Forgot));
        }
        if self.has_choice(attempt) {
            view.actions.push(Button {
                wait: self.resend_wait().and_then(|wait| seconds(wait, now)),
                ..button(Action::UseCode, Text::UseCode)
            });
        }
        let change = button(Action::ChangeIdentifier, Text::NotYou);
        view.actions.push(change);
        Text::SignIn
    }
}
