//! The rules that hold at every moment: which questions may follow from what, which screens may be shown, what a login is.

use ae_login::login::Input;
use ae_login::login::config::{FormSettings, Method, SecondFactor};
use ae_login::login::secret::Secret;
use ae_login::login::token::UnverifiedClaims;
use ae_login::login::view::{Action, FieldKind, StepName, View};
use ae_login::login::wire::Call;
use serde_json::Value;

/// A token that pages get and records keep is never one that opens a session, renews or owes a second factor.
pub(crate) fn is_login(token: &str) {
    let claims = UnverifiedClaims::parse(&Secret::new(token)).expect("a token");
    let half = ["VIEW", "MFA_PENDING", "AUTH"];
    assert!(!half.contains(&claims.role.as_str()), "{}", claims.role);
}

pub(crate) fn renews(call: Call) -> bool {
    matches!(call, Call::Renew | Call::RenewByKey)
}

/// Whether a call may end with a session.
pub(crate) fn proves(call: Call) -> bool {
    matches!(
        call,
        Call::CheckCode
            | Call::CheckPassword
            | Call::CheckSecondCode
            | Call::CheckSecondPassword
            | Call::OpenSecond
    )
}

/// Which questions may follow from what happened.
pub(crate) fn may_ask(input: &Input) -> &'static [Call] {
    match input {
        Input::Submit(..) => &[
            Call::OpenSession,
            Call::CheckCode,
            Call::CheckPassword,
            Call::ResetPassword,
            Call::ChangePassword,
            Call::OpenSecond,
            Call::CheckSecondCode,
            Call::CheckSecondPassword,
            Call::ResetSecondPassword,
            Call::ChangeSecondPassword,
            // An address for a code that could not be sent.
            Call::SendCode,
            Call::SendSecondCode,
        ],
        // A code follows the session that was opened for it, a second factor the first, a new session a new password or a brand
        // that uses none.
        Input::Response(..) => &[
            Call::OpenSession,
            Call::SendCode,
            Call::OpenSecond,
            Call::SendSecondCode,
        ],
        Input::Press(_, Action::Resend | Action::UseCode | Action::Fallback(_)) => {
            &[Call::SendCode, Call::SendSecondCode]
        }
        Input::Press(_, Action::MoreTime) => &[Call::OpenSession, Call::OpenSecond],
        Input::Press(_, Action::SignOut) | Input::SignOut => &[Call::Expire],
        Input::LockGranted(_) | Input::SharedRecordRead(..) => &[Call::Renew, Call::RenewByKey],
        _ => &[],
    }
}

/// Whether the brand's settings, or the engine's own demand (1520), can lead to a step.
pub(crate) fn allowed(form: &FormSettings, step: StepName) -> bool {
    match step {
        StepName::Password | StepName::ForgotPassword => form.first_factor != Method::Otp,
        StepName::SecondPassword => form.second_method != Method::Otp,
        StepName::SecondIdentify | StepName::SecondCode | StepName::SecondNewPassword => {
            form.second_factor != SecondFactor::Off
        }
        _ => true,
    }
}

/// A screen that a person can leave, whose pieces fit its step.
pub(crate) fn legal(view: &View) {
    let actions = view.actions.iter().map(|button| button.action);
    let has = |action| actions.clone().any(|there| there == action);
    let submits = view
        .submit
        .as_ref()
        .is_some_and(|button| button.action == Action::Submit);
    let asked = view
        .fields
        .iter()
        .map(|field| field.kind)
        .collect::<Vec<_>>();
    let names = asked.len() == 1 && !asked[0].is_secret();
    let leaves = has(Action::Back) || has(Action::ChangeIdentifier);
    let twice = [FieldKind::NewPassword, FieldKind::ConfirmPassword];
    let fits = match view.step {
        StepName::Identify => names && submits,
        StepName::SecondIdentify => names && submits && leaves && view.lead.is_some(),
        StepName::Code | StepName::SecondCode => {
            asked == [FieldKind::Code] && submits && leaves && view.lead.is_some()
        }
        StepName::Password | StepName::SecondPassword => {
            asked == [FieldKind::Password] && submits && leaves && view.username.is_some()
        }
        StepName::NewPassword | StepName::ForgotPassword | StepName::SecondNewPassword => {
            asked == twice && submits && leaves && view.username.is_some()
        }
        StepName::ChangePassword => {
            asked[..1] == [FieldKind::Password]
                && asked[1..] == twice
                && submits
                && leaves
                && view.username.is_some()
        }
        StepName::SignedIn => has(Action::SignOut) && view.lead.is_some(),
        StepName::Stuck => submits && view.notice.is_some(),
    };
    assert!(fits, "{view:?}");
    let runs_out = !matches!(
        view.step,
        StepName::Identify
            | StepName::NewPassword
            | StepName::SecondIdentify
            | StepName::ChangePassword
            | StepName::SignedIn
            | StepName::Stuck
    );
    assert!(!view.is_short || runs_out, "nothing ends there: {view:?}");
    for field in &view.fields {
        assert!(
            field.value.is_empty() || !field.kind.is_secret(),
            "{field:?}"
        );
    }
    for button in view.submit.iter().chain(&view.actions) {
        assert!(button.wait.is_none_or(|wait| wait > 0), "{button:?}");
    }
}

/// Every text that stands in a document as a value.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}
