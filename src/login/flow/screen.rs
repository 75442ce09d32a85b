//! What a person sees of each step, as data, and when that changes by itself.

use super::{AddressPurpose, Attempt, Claimant, Form, Step, notice};
use crate::login::config::{IdentifierKind, Method};
use crate::login::identifier;
use crate::login::session::{Session, StoredSession};
use crate::login::text::Text;
use crate::login::time::{Deadline, Millis, Now, earliest};
use crate::login::view::{Action, Button, Country, Field, FieldKind, Lead, View};
use crate::login::wire::Channel;

impl Form {
    /// How long until something on the screen changes by itself.
    pub fn wake_in(&self, now: Now) -> Option<Millis> {
        let is_idle = self.waiting.is_none();
        // Every second of a wait is seen, and its end is told.
        let second = |wait: Deadline| match wait.remaining(now) {
            0 => (wait.span > 0 && is_idle).then_some(0),
            left => Some((left - 1) % 1000 + 1),
        };
        let held = self.held.and_then(second);
        let resend = self.resend().and_then(second);
        let ends = self.attempt().filter(|_| is_idle).map(|attempt| {
            let next = if attempt.is_short {
                attempt.ends
            } else {
                attempt.warns()
            };
            next.remaining(now)
        });
        earliest(earliest(held, resend), ends)
    }

    /// The wait that the button for a code shows.
    pub(super) fn resend(&self) -> Option<Deadline> {
        match &self.step {
            Step::Code(attempt) if attempt.proved.is_none() => Some(attempt.resend),
            // One that was sent already need not be waited for.
            Step::Password(attempt) if self.has_choice(attempt) && !attempt.is_code_sent => {
                Some(attempt.resend)
            }
            _ => None,
        }
    }

    /// What a person sees.
    pub fn view(&self, now: Now, session: &Session) -> View {
        let kept = session.active();
        let held = self.held.and_then(|held| seconds(held, now));
        let is_busy = self.waiting.is_some() || session.is_restoring();
        let mut view = View {
            step: self.step(),
            busy: is_busy,
            screen: self.screen,
            title: Text::IdentifyTitle,
            lead: None,
            notice: self.notice.clone(),
            is_short: self.attempt().is_some_and(|attempt| attempt.is_short),
            username: None,
            remember: None,
            fields: Vec::new(),
            submit: None,
            actions: Vec::new(),
            status: if is_busy {
                Some(Text::Working)
            } else {
                self.status
            },
            focus: self.focus,
        };
        let submit = self.fill(&mut view, now, kept);
        if !matches!(self.step, Step::SignedIn) {
            view.submit = Some(Button {
                wait: held,
                ..button(Action::Submit, submit)
            });
        }
        view
    }

    /// Puts in what the step holds, and gives the words of its button.
    fn fill(&self, view: &mut View, now: Now, kept: Option<&StoredSession>) -> Text {
        let mut submit = Text::Continue;
        match &self.step {
            Step::Identify => {
                view.fields.push(self.identity(&self.settings.identifiers));
                view.remember = self.settings.may_remember.then_some(self.is_remembered);
            }
            Step::Address(who, kinds, wanted) => {
                // Where a password comes first, nothing is sent there yet, and perhaps never.
                let is_for_password =
                    matches!(wanted, AddressPurpose::Open(_)) && self.method(who) != Method::Otp;
                view.title = if is_for_password {
                    Text::AddressForPasswordTitle
                } else {
                    Text::AddressTitle
                };
                let sends = !is_for_password && !matches!(wanted, AddressPurpose::Choose);
                submit = if sends {
                    Text::SendCode
                } else {
                    Text::Continue
                };
                view.lead = lead(Text::PasswordLead, who.display_text());
                view.fields.push(self.identity(kinds));
                view.actions.push(button(Action::Back, Text::Back));
            }
            Step::SecondIdentify(first, kind) => {
                view.title = Text::SecondIdentifyTitle;
                view.lead = lead(Text::SecondLead, first.name.identifier.display_text());
                view.fields.push(self.identity(&[*kind]));
                view.actions.push(button(Action::Back, Text::Back));
            }
            Step::Code(attempt) => {
                self.code(view, now, attempt);
                submit = Text::SignIn;
            }
            Step::Password(attempt) => {
                self.password(view, now, attempt);
                submit = Text::SignIn;
            }
            Step::NewPassword(who) => {
                let is_second = who.first.is_some();
                (view.title, view.lead) = if is_second {
                    let words = Text::SecondNewPasswordLead;
                    (
                        Text::SecondNewPasswordTitle,
                        lead(words, who.display_text()),
                    )
                } else {
                    let words = Text::NewPasswordLead;
                    (Text::NewPasswordTitle, lead(words, who.display_text()))
                };
                self.new_password(view, who);
                view.actions
                    .push(button(Action::ChangeIdentifier, Text::NotYou));
            }
            Step::Forgot(attempt) => {
                view.title = Text::ForgotTitle;
                view.lead = lead(Text::ForgotLead, attempt.who.display_text());
                self.new_password(view, &attempt.who);
                view.actions.push(button(Action::Back, Text::Back));
            }
            Step::SignedIn => {
                view.title = Text::SignedInTitle;
                view.lead = kept.and_then(|kept| {
                    lead(Text::SignedInLead, kept.subject.identifier.display_text())
                });
                view.actions.push(button(Action::SignOut, Text::SignOut));
            }
            Step::Change => {
                view.title = Text::ChangeTitle;
                if let Some(kept) = kept {
                    let shown = kept.subject.identifier.display_text();
                    view.lead = lead(Text::SignedInLead, shown.clone());
                    view.username = Some(shown);
                }
                let current = self.field(FieldKind::Password, Text::LabelCurrentPassword);
                view.fields.push(self.revealable(current));
                view.fields
                    .push(self.chosen_field(FieldKind::NewPassword, Text::LabelNewPassword));
                view.fields.push(self.confirm_field());
                view.actions.push(button(Action::Back, Text::Back));
                submit = Text::SavePassword;
            }
            Step::Stuck(problem) => {
                view.title = Text::StuckTitle;
                view.notice = Some(notice(problem));
                submit = Text::TryAgain;
            }
        }
        submit
    }

    fn code(&self, view: &mut View, now: Now, attempt: &Attempt) {
        let Claimant { name, first } = &attempt.who;
        view.title = if first.is_some() {
            Text::SecondCodeTitle
        } else {
            Text::CodeTitle
        };
        let to = name.address.as_ref().unwrap_or(&name.identifier);
        let words = match to.kind() {
            IdentifierKind::Mobile | IdentifierKind::Email => Text::CodeLead,
            IdentifierKind::Username | IdentifierKind::ExternalId => Text::CodeLeadKnown,
        };
        view.lead = lead(words, to.display_text());
        let mut field = self.field(FieldKind::Code, Text::LabelCode);
        field.hint = Some(Text::HintCode);
        view.fields.push(field);
        if attempt.proved.is_none() {
            let wait = self.resend().and_then(|wait| seconds(wait, now));
            let label = if wait.is_some() {
                Text::ResendIn
            } else {
                Text::Resend
            };
            view.actions.push(Button {
                wait,
                ..button(Action::Resend, label)
            });
            // They wait together: whoever has got no code yet need not ask for two.
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
            view.actions
                .push(button(Action::UsePassword, Text::UsePassword));
        }
        view.actions
            .push(button(Action::ChangeIdentifier, Text::ChangeIdentifier));
    }

    fn password(&self, view: &mut View, now: Now, attempt: &Attempt) {
        let (title, label) = if attempt.who.first.is_some() {
            (Text::SecondPasswordTitle, Text::LabelSecondPassword)
        } else {
            (Text::PasswordTitle, Text::LabelPassword)
        };
        view.title = title;
        let shown = attempt.who.name.identifier.display_text();
        view.lead = lead(Text::PasswordLead, shown.clone());
        view.username = Some(shown);
        let field = self.field(FieldKind::Password, label);
        view.fields.push(self.revealable(field));
        if attempt.proved.is_none() {
            view.actions.push(button(Action::Forgot, Text::Forgot));
        }
        if self.has_choice(attempt) {
            view.actions.push(Button {
                wait: self.resend().and_then(|wait| seconds(wait, now)),
                ..button(Action::UseCode, Text::UseCode)
            });
        }
        view.actions
            .push(button(Action::ChangeIdentifier, Text::NotYou));
    }

    fn new_password(&self, view: &mut View, who: &Claimant) {
        view.username = Some(who.name.identifier.display_text());
        let chosen = self.chosen_field(FieldKind::NewPassword, Text::LabelNewPassword);
        view.fields.push(self.revealable(chosen));
        view.fields.push(self.confirm_field());
    }

    fn confirm_field(&self) -> Field {
        let mut field = self.field(FieldKind::ConfirmPassword, Text::LabelConfirmPassword);
        field.hint = Some(Text::HintConfirm);
        field
    }

    /// A field for a new password, with the shop's own words about it.
    fn chosen_field(&self, kind: FieldKind, label: Text) -> Field {
        let mut field = self.field(kind, label);
        field.policy.clone_from(&self.settings.password_hint);
        field
    }

    fn revealable(&self, mut field: Field) -> Field {
        let label = if self.is_revealed {
            Text::Conceal
        } else {
            Text::Reveal
        };
        field.reveal = Some(button(Action::Reveal, label));
        field
    }

    fn field(&self, kind: FieldKind, label: Text) -> Field {
        Field {
            kind,
            autofill: match kind {
                FieldKind::Mobile => "tel",
                FieldKind::Email => "email",
                FieldKind::Username | FieldKind::ExternalId | FieldKind::Any => "username",
                FieldKind::Code => "one-time-code",
                FieldKind::Password => "current-password",
                FieldKind::NewPassword | FieldKind::ConfirmPassword => "new-password",
            },
            label,
            hint: None,
            policy: None,
            country: None,
            error: self
                .error
                .filter(|(wrong, _)| *wrong == kind)
                .map(|(_, text)| text),
            error_country: String::new(),
            value: String::new(),
            revision: match kind {
                FieldKind::Password => self.password_revision,
                _ => self.revision,
            },
            is_revealed: self.is_revealed,
            reveal: None,
        }
    }

    /// The field for what a customer goes by, or for where the code should go.
    fn identity(&self, kinds: &[IdentifierKind]) -> Field {
        let is_first = matches!(self.step, Step::Identify);
        let (kind, label, hint) = match kinds {
            [IdentifierKind::Mobile] => (FieldKind::Mobile, Text::LabelMobile, Text::HintMobile),
            [IdentifierKind::Email] => (FieldKind::Email, Text::LabelEmail, Text::HintEmail),
            [IdentifierKind::Username] => {
                (FieldKind::Username, Text::LabelUsername, Text::HintUsername)
            }
            [IdentifierKind::ExternalId] => (
                FieldKind::ExternalId,
                Text::LabelExternalId,
                Text::HintExternalId,
            ),
            _ => {
                let is_either = kinds
                    .iter()
                    .all(|kind| matches!(kind, IdentifierKind::Mobile | IdentifierKind::Email));
                let (label, hint) = if is_either {
                    (Text::LabelEither, Text::HintEither)
                } else {
                    (Text::LabelAny, Text::HintAny)
                };
                (FieldKind::Any, label, self.hint_while_typing(kinds, hint))
            }
        };
        let mut field = self.field(kind, label);
        field.country = self.list(kinds);
        let is_added = |country: &Country| !country.name.is_empty();
        field.hint = Some(if field.country.as_ref().is_some_and(is_added) {
            Text::HintNational
        } else {
            hint
        });
        field.error = self.error.map(|(_, text)| text);
        field.error_country.clone_from(&self.error_country);
        field.value.clone_from(&self.typed);
        if !is_first && kind == FieldKind::Any {
            // An address for a code is nobody's user name.
            field.autofill = "tel";
        }
        if is_first {
            // A password manager keeps passwords under what stands here.
            if self.settings.first_factor != Method::Otp {
                field.autofill = "username";
            }
        }
        field
    }

    /// With several kinds accepted, the hint follows what is being typed.
    fn hint_while_typing(&self, kinds: &[IdentifierKind], otherwise: Text) -> Text {
        if !matches!(self.step, Step::Identify) || self.typed.trim().is_empty() {
            return otherwise;
        }
        match identifier::recognise(&self.typed, kinds, self.numbers()) {
            IdentifierKind::Mobile => Text::HintMobile,
            IdentifierKind::Email => Text::HintEmail,
            IdentifierKind::Username => Text::HintUsername,
            IdentifierKind::ExternalId => Text::HintExternalId,
        }
    }
}

/// How many seconds of a wait are left, if any.
fn seconds(wait: Deadline, now: Now) -> Option<u64> {
    Some(wait.remaining(now).div_ceil(1000)).filter(|left| *left > 0)
}

fn button(action: Action, label: Text) -> Button {
    Button {
        action,
        label,
        wait: None,
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where a lead may be missing"
)]
fn lead(text: Text, identity: String) -> Option<Lead> {
    Some(Lead { text, identity })
}
