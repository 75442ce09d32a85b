//! The step that asks for a code: `code` at the first factor, `second-code` at the second.

use super::attempt::{AddressPurpose, Attempt, Purpose};
use super::form::{Context, Form, Step, info_notice};
use super::screen::{button, lead, seconds};
use crate::login::activity::ActivityAction;
use crate::login::contract::{Channel, IdentifierKind};
use crate::login::otp;
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::time::{Deadline, Now};
use crate::login::view::{Action, Button, FieldKind, FieldValue, Focus, View};
use crate::login::wire::{Call, Delivery, Request, RequestBody};

impl Form {
    /// The text in a field for a code or a password changed: an error there is about the text before. With `auto-submit` a complete
    /// code is sent, but no code that was sent in this step before: not when the same text is filled in again, and not after a failure.
    pub(super) fn secret_typed(&mut self, context: &mut Context<'_>, text: &Secret) {
        self.field_error = None;
        let is_asked = matches!(&self.step, Step::Code(attempt) if attempt.proof.is_none());
        if !self.settings.submits_codes || !is_asked {
            return;
        }
        let length = self.settings.otp_length;
        let code = otp::find_code(text.expose(), length);
        if code.is_some_and(|code| {
            code.expose().len() == length && self.sent_code != Some(otp::fingerprint(&code))
        }) {
            let value = FieldValue {
                kind: FieldKind::Code,
                value: text.clone(),
                meets_policy: true,
            };
            self.submit(context, &[value]);
        }
    }

    /// Checks the code that was typed.
    pub(super) fn submit_code(
        &mut self,
        context: &mut Context<'_>,
        attempt: Attempt,
        values: &[FieldValue],
    ) {
        if let Some(token) = attempt.proof {
            // The first factor is proved already: the code is not sent again.
            return self.open_second_factor(context, attempt.claimant.subject, token);
        }
        let Some(value) = values.iter().find(|value| value.kind == FieldKind::Code) else {
            return;
        };
        match otp::find_code(value.value.expose(), self.settings.otp_length) {
            Some(code) => {
                self.sent_code = Some(otp::fingerprint(&code));
                let call = attempt
                    .claimant
                    .call(Call::CheckCode, Call::CheckSecondCode);
                let body = RequestBody {
                    otp: Some(code),
                    ..RequestBody::default()
                };
                self.send_in_attempt(context, &attempt, call, body, Purpose::CheckProof);
            }
            None => self.set_field_error(FieldKind::Code, Text::CodeUnreadable),
        }
    }

    /// Handles the buttons of this step.
    pub(super) fn press_at_code(
        &mut self,
        context: &mut Context<'_>,
        attempt: Attempt,
        action: Action,
    ) {
        match action {
            Action::Resend if self.may_send_code(context, &attempt) => {
                self.send_code_again(context, &attempt, None);
            }
            Action::Fallback(channel)
                if self.may_send_code(context, &attempt) && self.channels().contains(&channel) =>
            {
                self.send_code_again(context, &attempt, Some(channel));
            }
            Action::UsePassword if self.has_choice(&attempt) => {
                self.show_step(context, Step::Password(attempt));
                self.report(context, ActivityAction::MethodChanged);
            }
            Action::ChangeIdentifier => self.change_identifier(context, attempt.claimant),
            Action::MoreTime if self.is_idle() && attempt.is_expiring => {
                self.extend_attempt(context, attempt);
            }
            // The button belongs to an earlier screen, or waits.
            _ => {}
        }
    }

    /// Whether a code may be sent now.
    pub(super) fn may_send_code(&self, context: &Context<'_>, attempt: &Attempt) -> bool {
        self.is_idle() && attempt.proof.is_none() && attempt.resend.remaining(context.now) == 0
    }

    /// Sends the first code of an attempt, or asks first where it should go.
    pub(super) fn send_first_code(
        &mut self,
        context: &mut Context<'_>,
        attempt: Box<Attempt>,
        channel: Option<Channel>,
        why: Option<Text>,
    ) {
        if attempt.claimant.needs_address() {
            let claimant = attempt.claimant.clone();
            let purpose = AddressPurpose::SendCode(attempt, channel);
            return self.ask_for_address(context, claimant, None, purpose);
        }
        let request = code_request(context, &attempt, channel);
        self.send(
            context,
            request,
            Purpose::SendFirstCode(attempt, channel, why),
        );
    }

    /// Sends another code.
    pub(super) fn send_code_again(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        channel: Option<Channel>,
    ) {
        let request = code_request(context, attempt, channel);
        self.send(context, request, Purpose::SendCodeAgain(channel));
    }

    /// Sends a request within the attempt's session.
    pub(super) fn send_in_attempt(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        call: Call,
        body: RequestBody,
        purpose: Purpose,
    ) {
        let more = RequestBody {
            session_id: Some(attempt.session_id.clone()),
            ..body
        };
        let request = Request::new(call, context.settings, &attempt.claimant.subject, more);
        self.send(context, request, purpose);
    }

    /// The first code of an attempt was sent.
    pub(super) fn first_code_sent(
        &mut self,
        context: &mut Context<'_>,
        mut attempt: Attempt,
        channel: Option<Channel>,
        why: Option<Text>,
    ) {
        let delivery = Delivery::of(channel, attempt.is_code_sent);
        attempt.resend = Deadline::after(context.now, self.settings.resend_after);
        attempt.is_code_sent = true;
        self.show_step(context, Step::Code(attempt));
        self.report_sent_code(context, delivery);
        self.notice = why.map(info_notice);
        self.status = Some(Text::CodeSent);
    }

    /// Another code was sent.
    pub(super) fn code_sent_again(&mut self, context: &mut Context<'_>, channel: Option<Channel>) {
        let Step::Code(attempt) = &mut self.step else {
            return;
        };
        let subject = &mut attempt.claimant.subject;
        if channel.is_none() && subject.identifier.kind() != IdentifierKind::Username {
            // The usual channel sends to the identifier, not to the address that was given for another channel.
            subject.address = None;
        }
        attempt.resend = Deadline::after(context.now, self.settings.resend_after);
        self.sent_code = None;
        self.report_sent_code(context, Delivery::of(channel, true));
        self.field_error = None;
        self.notice = Some(info_notice(Text::CodeSentAgain));
        self.revision += 1;
        self.move_focus(Focus::Field);
    }

    /// The wait that the button for another code shows.
    pub(super) fn resend_wait(&self) -> Option<Deadline> {
        match &self.step {
            Step::Code(attempt) if attempt.proof.is_none() => Some(attempt.resend),
            // A code that was sent already can be entered without a wait.
            Step::Password(attempt) if self.has_choice(attempt) && !attempt.is_code_sent => {
                Some(attempt.resend)
            }
            _ => None,
        }
    }

    /// Fills in the screen of the step. Returns the label of its submit button.
    pub(super) fn view_code(&self, view: &mut View, now: Now, attempt: &Attempt) -> Text {
        let subject = &attempt.claimant.subject;
        view.title = if attempt.claimant.is_at_second_factor() {
            Text::SecondCodeTitle
        } else {
            Text::CodeTitle
        };
        let to = subject.address.as_ref().unwrap_or(&subject.identifier);
        let text = match to.kind() {
            IdentifierKind::Mobile | IdentifierKind::Email => Text::CodeLead,
            IdentifierKind::Username | IdentifierKind::ExternalId => Text::CodeLeadKnown,
        };
        view.lead = lead(text, to.display_text());
        let mut field = self.field(FieldKind::Code, Text::LabelCode);
        field.hint = Some(Text::HintCode);
        view.fields.push(field);
        if attempt.proof.is_none() {
            let wait = self.resend_wait().and_then(|wait| seconds(wait, now));
            let label = if wait.is_some() {
                Text::ResendIn
            } else {
                Text::Resend
            };
            view.actions.push(Button {
                wait,
                ..button(Action::Resend, label)
            });
            // All of them wait, so that nobody requests two codes while the first one is on its way.
            for channel in self.channels() {
                let label = match channel {
                    Channel::Sms => Text::BySms,
                    Channel::WhatsApp => Text::ByWhatsApp,
                    Channel::Zalo => Text::ByZalo,
                };
                view.actions.push(Button {
                    wait,
                    ..button(Action::Fallback(*channel), label)
                });
            }
        }
        if self.has_choice(attempt) {
            let use_password = button(Action::UsePassword, Text::UsePassword);
            view.actions.push(use_password);
        }
        let change = button(Action::ChangeIdentifier, Text::ChangeIdentifier);
        view.actions.push(change);
        Text::SignIn
    }
}

fn code_request(context: &Context<'_>, attempt: &Attempt, channel: Option<Channel>) -> Request {
    let call = attempt.claimant.call(Call::SendCode, Call::SendSecondCode);
    let more = RequestBody {
        session_id: Some(attempt.session_id.clone()),
        ..RequestBody::default()
    };
    Request {
        channel,
        delivery: Some(Delivery::of(channel, attempt.is_code_sent)),
        ..Request::new(call, context.settings, &attempt.claimant.subject, more)
    }
}
