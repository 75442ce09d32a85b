//! The flow of a login: its steps, and what leads from one to the next.
//!
//! This diagram shows each change of the public step by one form in one tab. A login in another form or tab leads from any
//! step to `signed-in`. `tests/rules/flow_diagram.rs` compares the diagram with what the code does.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> identify
//!
//!     identify --> code : a code is sent
//!     identify --> password : the engine knows a password
//!     identify --> new_password : the method is a password, and there is none
//!     identify --> forgot_password : the engine wanted an address before a new password
//!     identify --> stuck : only the shop can help
//!
//!     code --> password : button "use a password"
//!     code --> signed_in : the code is right
//!     code --> second_identify : the code is right, and the second factor has its own identifier
//!     code --> second_code : the code is right, and a second code is sent
//!     code --> second_password : the code is right, and the second factor has a password
//!     code --> second_new_password : the code is right, and the second factor needs a first password
//!     code --> identify : button "use another number", or the attempt is over
//!     code --> stuck : only the shop can help
//!
//!     password --> code : button "use a code", or the brand has no passwords
//!     password --> forgot_password : button "I forgot my password", or too many wrong ones
//!     password --> signed_in : the password is right
//!     password --> second_identify : the password is right, and the second factor has its own identifier
//!     password --> second_code : the password is right, and a second code is sent
//!     password --> second_password : the password is right, and the second factor has a password
//!     password --> second_new_password : the password is right, and the second factor needs a first password
//!     password --> identify : button "not you?", or the attempt is over
//!     password --> stuck : only the shop can help
//!
//!     new_password --> code : a code confirms the password
//!     new_password --> password : the customer has a password by now
//!     new_password --> identify : button "not you?", or the attempt is over
//!     new_password --> stuck : only the shop can help
//!
//!     forgot_password --> code : a code confirms the password
//!     forgot_password --> password : button "back"
//!     forgot_password --> identify : the attempt is over
//!     forgot_password --> stuck : only the shop can help
//!
//!     second_identify --> second_code : a code is sent
//!     second_identify --> second_password : the engine knows a password
//!     second_identify --> second_new_password : the method is a password, and there is none
//!     second_identify --> identify : button "back", or the attempt is over
//!     second_identify --> stuck : only the shop can help
//!
//!     second_code --> second_password : button "use a password"
//!     second_code --> signed_in : the code is right
//!     second_code --> second_identify : button "use another number", or a channel needs an address
//!     second_code --> identify : button "use another number", or the attempt is over
//!     second_code --> stuck : only the shop can help
//!
//!     second_password --> second_code : button "use a code", or the brand has no passwords
//!     second_password --> second_new_password : button "I forgot my password", or too many wrong ones
//!     second_password --> signed_in : the password is right
//!     second_password --> second_identify : button "not you?", or a code needs an address
//!     second_password --> identify : button "not you?", or the attempt is over
//!     second_password --> stuck : only the shop can help
//!
//!     second_new_password --> second_code : a code confirms the password
//!     second_new_password --> second_password : button "back", or the customer has a password by now
//!     second_new_password --> signed_in : the first password is proof enough
//!     second_new_password --> second_identify : button "not you?", or a code needs an address
//!     second_new_password --> identify : button "not you?", or the attempt is over
//!     second_new_password --> stuck : only the shop can help
//!
//!     signed_in --> change_password : the page calls `changePassword()`
//!     signed_in --> identify : signed out
//!     change_password --> signed_in : the password is changed, or button "back"
//!     change_password --> identify : signed out
//!     stuck --> identify : button "try again"
//! ```
//!
//! # One module for each step
//!
//! | step | module | what it owns |
//! |---|---|---|
//! | `identify`, `second-identify` | `identify`, `identifier_field`, `remembered` | the identifier, and the address for codes |
//! | `code`, `second-code` | `code` | sending and checking a code |
//! | `password`, `second-password` | `password` | checking a password |
//! | `new-password`, `forgot-password`, `second-new-password` | `new_password` | choosing a password |
//! | `signed-in`, `change-password` | `signed_in` | the form of a signed-in customer |
//! | `stuck` | `stuck` | a problem that only the shop can solve |
//!
//! Both factors go the same way, so they share the modules: a session of the engine is opened (`open_session`), then a code or a
//! password is proved (`proof`). They differ in the calls ([`Call`](crate::login::wire::Call)), in the method that the settings
//! name, and in what follows the proof. `attempt` has the types for that, `failure` the way on after each failure, `record` what
//! a reload keeps, `activity` what is reported to the page, and `form` and `screen` what all steps share.
//!
//! This page dispatches: what is submitted, pressed, answered and shown goes to the module of the step.

mod activity;
mod attempt;
mod code;
mod failure;
mod form;
mod identifier_field;
mod identify;
mod new_password;
mod open_session;
mod password;
mod proof;
mod record;
mod remembered;
mod screen;
mod signed_in;
mod stuck;

pub use form::{Context, Form};
pub use remembered::{identifier_record, read_identifier};

use attempt::{PendingRequest, Purpose};
use form::Step;
use screen::{button, seconds};

use super::message::Input;
use super::problem::Problem;
use super::session::Session;
use super::text::Text;
use super::time::{Deadline, Now};
use super::view::{Action, Button, FieldValue, View};
use super::wire::{ApiError, ApiResponse};

impl Form {
    /// Handles what a person or the page does with this form.
    pub fn handle(&mut self, context: &mut Context<'_>, input: &Input) {
        match input {
            Input::FormSettingsChanged(_, settings) => {
                self.settings.clone_from(settings);
                let remembered = self.remembered.take();
                self.set_remembered(remembered.as_ref());
            }
            Input::IdentifierTyped(_, text) => self.identifier_typed(text),
            Input::CountryChosen(_, code) => self.country_chosen(code),
            Input::CountriesLoaded(_, table) => self.countries_loaded(table),
            Input::DialogToggled(_, is_open) => self.set_shown(context, *is_open),
            Input::SecretTyped(_, text) => self.secret_typed(context, text),
            Input::Submit(_, values) => self.submit(context, values),
            Input::Press(_, action) => self.press(context, *action),
            // A signed-in customer stays signed in: the page has `signOut()` for that.
            Input::Restart(_) if !matches!(self.step, Step::SignedIn) => {
                self.show_first_step(context);
            }
            Input::ChangePassword(_) => self.show_change_password(context),
            // The other inputs are not for a single form.
            _ => {}
        }
    }

    /// The form is submitted. The values of another screen's fields are ignored.
    pub(super) fn submit(&mut self, context: &mut Context<'_>, values: &[FieldValue]) {
        let pause = self.submit_pause;
        // A double click, a held Enter key or a password manager may submit twice: one request is enough.
        if !self.is_idle()
            || context.session.is_restoring()
            || pause.is_some_and(|pause| pause.remaining(context.now) > 0)
        {
            return;
        }
        match self.step.clone() {
            step @ (Step::Identify | Step::Address(..) | Step::SecondIdentify(..)) => {
                self.submit_identifier(context, step, values);
            }
            Step::Code(attempt) => self.submit_code(context, attempt, values),
            Step::Password(attempt) => self.submit_password(context, attempt, values),
            Step::NewPassword(claimant) => self.submit_first_password(context, claimant, values),
            Step::ForgotPassword(attempt) => {
                self.submit_forgotten_password(context, &attempt, values);
            }
            Step::ChangePassword => self.submit_change_password(context, values),
            Step::Stuck(_) => self.show_first_step(context),
            // This step has nothing to submit.
            Step::SignedIn => {}
        }
    }

    /// A button other than the submit button is pressed. A button of another screen, or one that waits, does nothing.
    fn press(&mut self, context: &mut Context<'_>, action: Action) {
        match (self.step.clone(), action) {
            (_, Action::Reveal) if self.is_idle() => self.is_revealed = !self.is_revealed,
            (Step::Identify, Action::Remember) if self.settings.may_remember => {
                self.is_remembered = !self.is_remembered;
            }
            (Step::Identify, Action::ChangeIdentifier) if self.is_idle() => {
                self.show_first_step(context);
                self.forget_identifier(context);
            }
            (Step::Address(_, _, purpose), Action::Back) => {
                self.back_from_address(context, purpose);
            }
            (Step::ChangePassword | Step::SecondIdentify(..), Action::Back) => {
                self.show_first_step(context);
            }
            (Step::Code(attempt), action) => self.press_at_code(context, attempt, action),
            (Step::Password(attempt), action) => self.press_at_password(context, attempt, action),
            (Step::NewPassword(claimant), Action::ChangeIdentifier) => {
                self.change_identifier(context, claimant);
            }
            (Step::ForgotPassword(attempt), action) => {
                self.press_at_forgotten_password(context, attempt, action);
            }
            (Step::SignedIn, action) => Self::press_at_signed_in(context, action),
            _ => {}
        }
    }

    /// The response that this form waits for has arrived.
    pub fn handle_response(
        &mut self,
        context: &mut Context<'_>,
        response: Result<ApiResponse, ApiError>,
    ) {
        let Some(PendingRequest { call, purpose, .. }) = self.pending.take() else {
            return;
        };
        self.status = None;
        let response = match response {
            Ok(response) => response,
            Err(error) => {
                let problem = Problem::from_api_error(error, call);
                return self.fail(context, problem, call, purpose);
            }
        };
        match purpose {
            Purpose::OpenSession(claimant, after, with) => {
                self.session_opened(context, claimant, after, with, response);
            }
            Purpose::SendFirstCode(attempt, channel, why) => {
                self.first_code_sent(context, *attempt, channel, why);
            }
            Purpose::SendCodeAgain(channel) => self.code_sent_again(context, channel),
            Purpose::CheckProof => self.factor_proved(context, call, response),
            Purpose::ResetPassword => self.password_reset(context),
            Purpose::ChangePassword => self.password_changed(context),
        }
    }

    /// Time passed: pauses end, and an attempt that the engine ended starts over.
    pub fn wake(&mut self, context: &mut Context<'_>) {
        if !self.is_idle() {
            return;
        }
        let is_over = |deadline: Deadline| deadline.remaining(context.now) == 0;
        if self.submit_pause.is_some_and(is_over) {
            self.submit_pause = None;
            self.status = Some(Text::TryAgain);
        }
        let resend = self.resend_wait();
        let may_resend = resend.is_some_and(|wait| wait.span > 0 && is_over(wait));
        let Some(attempt) = self.attempt_mut() else {
            return;
        };
        if is_over(attempt.expiry) {
            return self.start_over(context, Text::AttemptTimedOut, None);
        }
        attempt.is_expiring |= is_over(attempt.expiry_notice());
        if may_resend {
            // A span of 0 records that the end of the wait was announced, also for a later page.
            attempt.resend.span = 0;
            self.status = Some(Text::ResendReady);
        }
    }

    /// Returns the screen of this form.
    pub fn view(&self, now: Now, session: &Session) -> View {
        let is_busy = !self.is_idle() || session.is_restoring();
        let mut view = View {
            step: self.step(),
            busy: is_busy,
            screen: self.screen,
            title: Text::IdentifyTitle,
            lead: None,
            notice: self.notice.clone(),
            is_short: self.attempt().is_some_and(|attempt| attempt.is_expiring),
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
        let submit = match &self.step {
            Step::Identify => self.view_identify(&mut view),
            Step::Address(claimant, kinds, purpose) => {
                self.view_address(&mut view, claimant, kinds, purpose)
            }
            Step::SecondIdentify(first, kind) => self.view_second_identify(&mut view, first, *kind),
            Step::Code(attempt) => self.view_code(&mut view, now, attempt),
            Step::Password(attempt) => self.view_password(&mut view, now, attempt),
            Step::NewPassword(claimant) => self.view_first_password(&mut view, claimant),
            Step::ForgotPassword(attempt) => self.view_forgotten_password(&mut view, attempt),
            Step::ChangePassword => self.view_change_password(&mut view, session),
            Step::Stuck(problem) => Self::view_stuck(&mut view, problem),
            Step::SignedIn => {
                Self::view_signed_in(&mut view, session);
                return view;
            }
        };
        if !matches!(self.step, Step::ChangePassword) {
            self.mask_identity(&mut view);
        }
        view.submit = Some(Button {
            wait: self.submit_pause.and_then(|pause| seconds(pause, now)),
            ..button(Action::Submit, submit)
        });
        view
    }
}
