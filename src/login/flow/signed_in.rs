//! The steps of a signed-in customer: `signed-in` and `change-password`; and how a form follows the session.

use super::attempt::Purpose;
use super::form::{Context, Form, Step, info_notice, problem_notice};
use super::screen::{button, lead};
use crate::login::problem::Problem;
use crate::login::session::{Reason, Session};
use crate::login::text::Text;
use crate::login::view::{Action, FieldKind, FieldValue, View};

impl Form {
    /// The customer is signed in, by this form or by another one, or in another tab.
    pub fn signed_in(&mut self, context: &mut Context<'_>) {
        self.open_attempt = None;
        self.show_step(context, Step::SignedIn);
        // If the session ends by itself, the identifier is filled in again.
        let identifier = context
            .session
            .active()
            .map(|session| session.subject.identifier.display_text());
        self.prefill(identifier.unwrap_or_default());
    }

    /// The session ended.
    pub fn signed_out(&mut self, context: &mut Context<'_>, reason: Reason) {
        // A customer who signs out leaves no identifier behind, in no tab.
        let is_by_person = matches!(reason, Reason::User | Reason::OtherTab);
        if is_by_person || matches!(self.step, Step::SignedIn | Step::ChangePassword) {
            self.show_step(context, Step::Identify);
        }
        self.is_remembered = false;
        if is_by_person {
            self.identifier_text.clear();
            self.country.clear();
            self.status = Some(Text::SignedOut);
        } else if matches!(self.step, Step::Identify) {
            self.notice = Some(info_notice(Text::SessionEnded));
        }
    }

    /// A stored session is being restored. Its identifier is filled in, in case that fails.
    pub fn prefill_restored(&mut self, context: &mut Context<'_>) {
        if matches!(self.step, Step::Identify)
            && self.identifier_text.is_empty()
            && let Some(identifier) = context.session.restoring_identifier()
        {
            self.prefill(identifier.display_text());
            self.choose_country_of_number();
            self.revision += 1;
        }
    }

    /// A stored session could not be restored for now.
    pub fn restore_failed(&mut self, problem: &Problem) {
        if matches!(self.step, Step::Identify) {
            self.notice = Some(problem_notice(problem));
        }
    }

    /// Handles the buttons of the step `signed-in`.
    pub(super) fn press_at_signed_in(context: &mut Context<'_>, action: Action) {
        if action == Action::SignOut {
            context.session.sign_out(context.settings, context.out);
        }
    }

    /// The page shows the step in which a signed-in customer changes their password.
    pub(super) fn show_change_password(&mut self, context: &mut Context<'_>) {
        if matches!(self.step, Step::SignedIn) {
            self.show_step(context, Step::ChangePassword);
        }
    }

    /// Changes the password.
    pub(super) fn submit_change_password(
        &mut self,
        context: &mut Context<'_>,
        values: &[FieldValue],
    ) {
        let mut passwords = values.iter();
        let Some(old) = passwords.find(|value| value.kind == FieldKind::Password) else {
            return;
        };
        if old.value.is_empty() {
            self.set_field_error(FieldKind::Password, Text::PasswordEmpty);
        } else if let Some(new) = self.read_new_password(values) {
            let (settings, old) = (context.settings, old.value.expose());
            let request = context.session.change_password_request(settings, old, new);
            if let Some(request) = request {
                self.send(context, request, Purpose::ChangePassword);
            }
        }
    }

    /// The password is changed.
    pub(super) fn password_changed(&mut self, context: &mut Context<'_>) {
        self.show_step(context, Step::SignedIn);
        self.notice = Some(info_notice(Text::PasswordChanged));
    }

    /// Fills in the screen of the step `signed-in`.
    pub(super) fn view_signed_in(view: &mut View, session: &Session) {
        view.title = Text::SignedInTitle;
        if let Some(session) = session.active() {
            let identifier = session.subject.identifier.display_text();
            view.lead = lead(Text::SignedInLead, identifier);
        }
        view.actions.push(button(Action::SignOut, Text::SignOut));
    }

    /// Fills in the screen of the step `change-password`. Returns the label of its submit button.
    pub(super) fn view_change_password(&self, view: &mut View, session: &Session) -> Text {
        view.title = Text::ChangeTitle;
        if let Some(session) = session.active() {
            let identifier = session.subject.identifier.display_text();
            view.lead = lead(Text::SignedInLead, identifier.clone());
            view.username = Some(identifier);
        }
        let current = self.field(FieldKind::Password, Text::LabelCurrentPassword);
        view.fields.push(self.revealable(current));
        view.fields.push(self.new_password_field());
        view.fields.push(self.confirm_password_field());
        view.actions.push(button(Action::Back, Text::Back));
        Text::SavePassword
    }
}
