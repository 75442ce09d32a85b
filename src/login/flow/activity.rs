//! Reports what happens in a login attempt ([`crate::login::activity`]).

use super::attempt::Claimant;
use super::form::{Context, Form, Step};
use crate::login::activity::{Activity, ActivityAction, OpenAttempt};
use crate::login::message::Event;
use crate::login::session::Authenticator;
use crate::login::wire::Delivery;

impl Form {
    /// Whether the form is shown to a customer who is not signed in, and no attempt has begun.
    pub fn awaits_attempt(&self) -> bool {
        self.is_shown
            && self.open_attempt.is_none()
            && !matches!(self.step, Step::SignedIn | Step::ChangePassword)
    }

    /// Begins an attempt.
    pub fn begin_attempt(&mut self, context: &mut Context<'_>, id: String) {
        self.open_attempt = Some(OpenAttempt {
            id,
            begun: context.now.monotonic,
            // A reload continues after this step.
            is_identified: !matches!(self.step, Step::Identify),
        });
        self.report(context, ActivityAction::Shown);
    }

    /// The form is no longer shown: ends the attempt.
    pub fn abandon_attempt(&mut self, context: &mut Context<'_>) {
        self.report(context, ActivityAction::Abandoned);
        self.open_attempt = None;
    }

    /// The dialog was opened or closed.
    pub(super) fn set_shown(&mut self, context: &mut Context<'_>, is_shown: bool) {
        self.is_shown = is_shown;
        if !is_shown {
            self.abandon_attempt(context);
        }
    }

    /// Reports an action with the method and the factor of the present step. Does nothing without an attempt.
    pub(super) fn report(&self, context: &mut Context<'_>, action: ActivityAction) {
        let (method, is_second) = self.method_and_factor();
        self.report_as(context, action, method, is_second, None);
    }

    /// The method of the present step, and whether it belongs to the second factor.
    fn method_and_factor(&self) -> (Option<Authenticator>, bool) {
        let method = match &self.step {
            Step::Code(_) => Some(Authenticator::Otp),
            Step::Password(_) | Step::NewPassword(_) | Step::ForgotPassword(_) => {
                Some(Authenticator::Password)
            }
            _ => None,
        };
        let is_second = matches!(self.step, Step::SecondIdentify(..))
            || self.claimant().is_some_and(Claimant::is_at_second_factor);
        (method, is_second)
    }

    /// Reports an action.
    pub(super) fn report_as(
        &self,
        context: &mut Context<'_>,
        action: ActivityAction,
        method: Option<Authenticator>,
        is_second: bool,
        code: Option<i64>,
    ) {
        let Some(attempt) = &self.open_attempt else {
            return;
        };
        context.dispatch(Event::Activity(Activity {
            attempt: attempt.id.clone(),
            action,
            method,
            factor: if is_second { 2 } else { 1 },
            code,
            elapsed: context.now.monotonic.since(attempt.begun),
        }));
    }

    /// Reports that the engine knows the customer, once for each identifier.
    pub(super) fn report_identified(&mut self, context: &mut Context<'_>) {
        if let Some(attempt) = &mut self.open_attempt
            && !std::mem::replace(&mut attempt.is_identified, true)
        {
            self.report(context, ActivityAction::Identified);
        }
    }

    /// Reports that a code was sent.
    pub(super) fn report_sent_code(&self, context: &mut Context<'_>, delivery: Delivery) {
        let action = match delivery {
            Delivery::First => ActivityAction::CodeSent,
            Delivery::Again => ActivityAction::CodeResent,
            Delivery::OtherChannel => ActivityAction::ChannelChanged,
        };
        self.report(context, action);
    }

    /// Reports that the engine refused a code or a password.
    pub(super) fn report_failed_proof(&self, context: &mut Context<'_>, code: Option<i64>) {
        let (method, is_second) = self.method_and_factor();
        let action = ActivityAction::ProofFailed;
        self.report_as(context, action, method, is_second, code);
    }

    /// Reports that the customer is signed in, and ends the attempt.
    pub(super) fn report_completed(&mut self, context: &mut Context<'_>) {
        self.report(context, ActivityAction::Completed);
        self.open_attempt = None;
    }
}
