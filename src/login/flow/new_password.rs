//! The steps in which a password is chosen: a first one (`new-password`), one in place of a forgotten one (`forgot-password`),
//! and either of them at the second factor (`second-new-password`).

use super::attempt::{AddressPurpose, AfterOpening, Attempt, Claimant, Purpose};
use super::form::{Context, Form, Step};
use super::screen::{button, lead};
use crate::login::secret::Secret;
use crate::login::text::Text;
use crate::login::view::{Action, Field, FieldKind, FieldValue, View};
use crate::login::wire::{Call, RequestBody};

impl Form {
    /// Shows the step for a first password. The address for its code is asked for before, so that the password need not be
    /// kept while it is typed.
    pub(super) fn choose_first_password(&mut self, context: &mut Context<'_>, claimant: Claimant) {
        if claimant.needs_address() {
            self.ask_for_address(context, claimant, None, AddressPurpose::ChoosePassword);
        } else {
            self.show_step(context, Step::NewPassword(claimant));
        }
    }

    /// Opens a session with the first password that was typed.
    pub(super) fn submit_first_password(
        &mut self,
        context: &mut Context<'_>,
        claimant: Claimant,
        values: &[FieldValue],
    ) {
        if let Some(password) = self.read_new_password(values) {
            self.open_session(context, claimant, AfterOpening::Usual, Some(password));
        }
    }

    /// Replaces the forgotten password with the one that was typed.
    pub(super) fn submit_forgotten_password(
        &mut self,
        context: &mut Context<'_>,
        attempt: &Attempt,
        values: &[FieldValue],
    ) {
        if let Some(password) = self.read_new_password(values) {
            let call = attempt
                .claimant
                .call(Call::ResetPassword, Call::ResetSecondPassword);
            let body = RequestBody {
                password: Some(Secret::new(password)),
                confirm_password: Some(Secret::new(password)),
                ..RequestBody::default()
            };
            self.send_in_attempt(context, attempt, call, body, Purpose::ResetPassword);
        }
    }

    /// Returns the new password if it is typed twice and meets the brand's policy; else shows what is wrong.
    pub(super) fn read_new_password<'a>(&mut self, values: &'a [FieldValue]) -> Option<&'a str> {
        let find = |kind| values.iter().find(|value| value.kind == kind);
        let new = find(FieldKind::NewPassword)?;
        let confirmed = find(FieldKind::ConfirmPassword)?;
        let (kind, text) = if new.value.is_empty() {
            (FieldKind::NewPassword, Text::PasswordEmpty)
        } else if !new.meets_policy {
            (FieldKind::NewPassword, Text::PasswordUnfit)
        } else if new.value != confirmed.value {
            (FieldKind::ConfirmPassword, Text::PasswordsDiffer)
        } else {
            return Some(new.value.expose());
        };
        self.set_field_error(kind, text);
        None
    }

    /// Handles the buttons of the step for a forgotten password.
    pub(super) fn press_at_forgotten_password(
        &mut self,
        context: &mut Context<'_>,
        attempt: Attempt,
        action: Action,
    ) {
        match action {
            Action::Back => self.show_step(context, Step::Password(attempt)),
            Action::MoreTime if self.is_idle() && attempt.is_expiring => {
                self.extend_attempt(context, attempt);
            }
            // The button belongs to an earlier screen.
            _ => {}
        }
    }

    /// The forgotten password is replaced. A code confirms it.
    pub(super) fn password_reset(&mut self, context: &mut Context<'_>) {
        let Step::ForgotPassword(attempt) = &self.step else {
            return;
        };
        let attempt = attempt.clone();
        if attempt.claimant.is_at_second_factor() {
            // The session of the second factor goes on (contract §5.10).
            self.send_first_code(context, Box::new(attempt), None, None);
        } else {
            // The first factor needs a new session (contract §5.4).
            self.open_session(context, attempt.claimant, AfterOpening::Code, None);
        }
    }

    /// Fills in the screen for a first password. Returns the label of its submit button.
    pub(super) fn view_first_password(&self, view: &mut View, claimant: &Claimant) -> Text {
        let (title, text) = if claimant.is_at_second_factor() {
            (Text::SecondNewPasswordTitle, Text::SecondNewPasswordLead)
        } else {
            (Text::NewPasswordTitle, Text::NewPasswordLead)
        };
        view.title = title;
        view.lead = lead(text, claimant.display_text());
        self.push_new_password_fields(view, claimant);
        let change = button(Action::ChangeIdentifier, Text::NotYou);
        view.actions.push(change);
        Text::Continue
    }

    /// Fills in the screen for a forgotten password. Returns the label of its submit button.
    pub(super) fn view_forgotten_password(&self, view: &mut View, attempt: &Attempt) -> Text {
        view.title = Text::ForgotTitle;
        view.lead = lead(Text::ForgotLead, attempt.claimant.display_text());
        self.push_new_password_fields(view, &attempt.claimant);
        view.actions.push(button(Action::Back, Text::Back));
        Text::Continue
    }

    fn push_new_password_fields(&self, view: &mut View, claimant: &Claimant) {
        view.username = Some(claimant.subject.identifier.display_text());
        let field = self.new_password_field();
        view.fields.push(self.revealable(field));
        view.fields.push(self.confirm_password_field());
    }

    /// A field for a new password, with the brand's policy in its own words.
    pub(super) fn new_password_field(&self) -> Field {
        let mut field = self.field(FieldKind::NewPassword, Text::LabelNewPassword);
        field.policy.clone_from(&self.settings.password_hint);
        field
    }

    pub(super) fn confirm_password_field(&self) -> Field {
        let mut field = self.field(FieldKind::ConfirmPassword, Text::LabelConfirmPassword);
        field.hint = Some(Text::HintConfirm);
        field
    }
}
