//! A code or a password was right: the customer is signed in, or the second factor follows.

use super::attempt::{Claimant, Purpose};
use super::form::{Context, Form, Step};
use crate::login::activity::ActivityAction;
use crate::login::config::SecondFactor;
use crate::login::problem::{Kind, Problem, Remedy};
use crate::login::session::{Authenticator, NewSession, SecondFactorProof};
use crate::login::text::Text;
use crate::login::wire::{ApiResponse, Call};

impl Form {
    /// Handles the response to a code or a password.
    ///
    /// | factor | role of the token | `second-factor` | what follows |
    /// |---|---|---|---|
    /// | first | `USER` | `auto`, `off` | signed in |
    /// | first | `USER` | `always` | second factor |
    /// | first | one of `pending-roles` | `auto`, `always` | second factor |
    /// | first | one of `pending-roles` | `off` | an error: the second factor is not available |
    /// | second | `USER` | any | signed in |
    /// | second | one of `pending-roles` | any | the same error, because a loop would help nobody |
    /// | any | any other | any | an error: the token signs nobody in (contract §6) |
    pub(super) fn factor_proved(
        &mut self,
        context: &mut Context<'_>,
        call: Call,
        response: ApiResponse,
    ) {
        let (Step::Code(attempt) | Step::Password(attempt)) = &mut self.step else {
            return;
        };
        let Claimant {
            subject,
            first_factor,
        } = attempt.claimant.clone();
        let validated = context.session.validate_token(
            context.now,
            context.settings,
            &subject.identifier,
            &response,
        );
        let (token, claims) = match validated {
            Ok(validated) => validated,
            Err(problem) => return self.fail(context, problem, call, Purpose::CheckProof),
        };
        let is_pending = self.settings.pending_roles.contains(&claims.role);
        let is_user = claims.are_complete();
        let policy = self.settings.second_factor;
        let (subject, second_factor) = match first_factor {
            None if (is_pending && policy != SecondFactor::Off)
                || (is_user && policy == SecondFactor::Always) =>
            {
                attempt.proof = Some(token.clone());
                self.report_as(context, ActivityAction::SecondFactor, None, true, None);
                self.unsupported.passwords = false;
                return self.open_second_factor(context, subject, token);
            }
            None if is_user => (subject, None),
            Some(first) if is_user => {
                let second = SecondFactorProof {
                    subject,
                    authenticator: match call {
                        Call::CheckSecondPassword => Authenticator::Password,
                        _ => Authenticator::Otp,
                    },
                    key: response.key,
                };
                (first.subject, Some(second))
            }
            _ => {
                let problem = if is_pending {
                    Problem::new(Kind::Configuration, Remedy::Stuck, Text::NeedsSecondFactor)
                } else {
                    Problem::malformed()
                };
                return self.fail(context, problem, call, Purpose::CheckProof);
            }
        };
        self.report_completed(context);
        let new = NewSession {
            subject,
            second_factor,
            is_remembered: self.is_remembered,
            token,
            claims,
        };
        let (now, settings) = (context.now, context.settings);
        context.session.begin(now, settings, new, context.out);
    }
}
