//! Opening a session of the engine: the request, and which step follows.

use super::attempt::{AfterOpening, Attempt, Claimant, FirstFactorProof, OpenedWith, Purpose};
use super::form::{Context, Form, Step, Unsupported};
use crate::login::config::Method;
use crate::login::problem::Problem;
use crate::login::secret::Secret;
use crate::login::session::{Authenticator, NewSession, SecondFactorProof};
use crate::login::text::Text;
use crate::login::time::Deadline;
use crate::login::view::{Focus, Notice};
use crate::login::wire::{ApiResponse, Call, Request, RequestBody, Subject};

impl Form {
    /// Opens a session, with a first password or without. The password is sent with this request and not kept.
    pub(super) fn open_session(
        &mut self,
        context: &mut Context<'_>,
        claimant: Claimant,
        after: AfterOpening,
        password: Option<&str>,
    ) {
        let mut more = RequestBody::default();
        if let Some(first) = &claimant.first_factor {
            if first.token.is_empty() {
                // The token that opens the second factor was not stored before the reload.
                return self.start_over(context, Text::AttemptOver, None);
            }
            more.authorized_token = Some(first.token.clone());
        }
        if let Some(password) = password {
            more.password = Some(Secret::new(password));
            more.confirm_password = Some(Secret::new(password));
        }
        let call = claimant.call(Call::OpenSession, Call::OpenSecond);
        let request = Request::new(call, context.settings, &claimant.subject, more);
        let with = match password {
            Some(_) => OpenedWith::FirstPassword,
            None => OpenedWith::Nothing,
        };
        self.send(
            context,
            request,
            Purpose::OpenSession(claimant, after, with),
        );
    }

    /// Opens a session for the first factor again.
    pub(super) fn open_first_factor(&mut self, context: &mut Context<'_>, subject: Subject) {
        self.unsupported = Unsupported::default();
        let claimant = Claimant {
            subject,
            first_factor: None,
        };
        self.open_session(context, claimant, AfterOpening::Usual, None);
    }

    /// Opens a session for the second factor: with the identifier of the first one, or with another one that is asked for.
    pub(super) fn open_second_factor(
        &mut self,
        context: &mut Context<'_>,
        subject: Subject,
        token: Secret,
    ) {
        let first = FirstFactorProof { subject, token };
        if let Some(kind) = self.second_identifier_kind(&first.subject) {
            return self.show_step(context, Step::SecondIdentify(first, kind));
        }
        let claimant = Claimant {
            subject: first.subject.clone(),
            first_factor: Some(first),
        };
        self.open_session(context, claimant, AfterOpening::Usual, None);
    }

    /// Opens another session for an attempt that ends soon.
    pub(super) fn extend_attempt(&mut self, context: &mut Context<'_>, attempt: Attempt) {
        let Attempt {
            claimant, proof, ..
        } = attempt;
        match (proof, claimant.first_factor) {
            (Some(token), _) => self.open_second_factor(context, claimant.subject, token),
            // The token that opens the second factor was not stored before the reload: both factors are proved again.
            (None, Some(first)) if first.token.is_empty() => {
                self.open_first_factor(context, first.subject);
            }
            (None, first_factor) => {
                let claimant = Claimant {
                    first_factor,
                    ..claimant
                };
                self.open_session(context, claimant, AfterOpening::SameStep, None);
            }
        }
    }

    /// A session is opened: shows the step that follows.
    pub(super) fn session_opened(
        &mut self,
        context: &mut Context<'_>,
        claimant: Claimant,
        after: AfterOpening,
        with: OpenedWith,
        response: ApiResponse,
    ) {
        let now = context.now;
        let call = claimant.call(Call::OpenSession, Call::OpenSecond);
        let purpose = Purpose::OpenSession(claimant.clone(), after, with);
        // The token of this response signs nobody in. But it must be this customer's, and it shows the engine's clock.
        let identifier = &claimant.subject.identifier;
        let validated =
            context
                .session
                .validate_token(now, context.settings, identifier, &response);
        let (token, claims) = match validated {
            Ok(validated) => validated,
            Err(problem) => return self.fail(context, problem, call, purpose),
        };
        // Exception: a first password of the second factor may be proof enough (`CONF_SKIP_OTP_VALIDATE`).
        if claims.are_complete()
            && with == OpenedWith::FirstPassword
            && let Some(first) = claimant.first_factor
        {
            self.report_completed(context);
            let second = SecondFactorProof {
                subject: claimant.subject,
                authenticator: Authenticator::Password,
                key: response.key,
            };
            let new = NewSession {
                subject: first.subject,
                second_factor: Some(second),
                is_remembered: self.is_remembered,
                token,
                claims,
            };
            return context
                .session
                .begin(now, context.settings, new, context.out);
        }
        let Some(session_id) = response.session else {
            return self.fail(context, Problem::malformed(), call, purpose);
        };
        let expiry = Deadline::after(now, self.settings.attempt_life);
        if after == AfterOpening::SameStep
            && let Some(old) = self.attempt_mut()
        {
            old.session_id = session_id;
            old.expiry = expiry;
            old.is_expiring = false;
            return self.continue_in_new_session(context);
        }
        if !claimant.is_at_second_factor() {
            self.report_identified(context);
        }
        let attempt = Attempt {
            claimant,
            session_id,
            has_password: response.has_password,
            is_code_sent: false,
            proof: None,
            expiry,
            is_expiring: false,
            resend: Deadline::after(now, 0),
        };
        self.show_step_after_opening(context, attempt, after, with);
    }

    /// The step stays, and the attempt has a new session.
    fn continue_in_new_session(&mut self, context: &mut Context<'_>) {
        self.move_focus(Focus::Field);
        match &mut self.step {
            Step::Code(attempt) => {
                let attempt = attempt.clone();
                self.send_code_again(context, &attempt, None);
            }
            // A code of the old session does not work in the new one.
            Step::Password(attempt) | Step::ForgotPassword(attempt) => attempt.is_code_sent = false,
            _ => {}
        }
    }

    fn show_step_after_opening(
        &mut self,
        context: &mut Context<'_>,
        attempt: Attempt,
        after: AfterOpening,
        with: OpenedWith,
    ) {
        let method = match after {
            AfterOpening::Code | AfterOpening::CodeInsteadOfPassword => Method::Otp,
            _ => self.method(&attempt.claimant),
        };
        if after == AfterOpening::Code
            && let Step::ForgotPassword(old) = &mut self.step
        {
            // If the code cannot be sent, the customer submits the new password again, in this session.
            old.clone_from(&attempt);
        }
        if after == AfterOpening::ForgotPassword {
            self.show_step(context, Step::ForgotPassword(attempt));
            self.notice = Some(Notice {
                is_error: true,
                text: Text::PasswordTriesUsedUp,
                detail: None,
            });
        } else if method != Method::Otp && attempt.has_password {
            self.show_step(context, Step::Password(attempt));
        } else if method == Method::Password && with == OpenedWith::Nothing {
            self.choose_first_password(context, attempt.claimant);
        } else {
            let why = (after == AfterOpening::CodeInsteadOfPassword).then_some(Text::NoPasswords);
            self.send_first_code(context, Box::new(attempt), None, why);
        }
    }
}
