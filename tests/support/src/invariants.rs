//! Rules that hold after every input: which calls an input may cause, which screens may be shown, which tokens may leave the login.

use ae_login::login::config::{FormSettings, Method, SecondFactor};
use ae_login::login::secret::Secret;
use ae_login::login::token::UnverifiedClaims;
use ae_login::login::view::{Action, FieldKind, StepName, View};
use ae_login::login::wire::Call;
use ae_login::login::{ChangedForms, HostId, Input};
use serde_json::Value;

/// Asserts that a token proves a complete login. Tokens that open a session, that renew, or that still need a second factor are
/// never stored and never handed to the page.
pub(crate) fn assert_login_token(token: &str) {
    let claims = UnverifiedClaims::parse(&Secret::new(token)).expect("a token");
    let incomplete = ["VIEW", "MFA_PENDING", "AUTH"];
    assert!(
        !incomplete.contains(&claims.role.as_str()),
        "the role {} is no login",
        claims.role
    );
}

/// Whether a call renews a token.
pub(crate) fn is_renewal(call: Call) -> bool {
    matches!(call, Call::Renew | Call::RenewByKey)
}

/// Whether the response to a call may complete a login.
pub(crate) fn may_complete_login(call: Call) -> bool {
    matches!(
        call,
        Call::CheckCode
            | Call::CheckPassword
            | Call::CheckSecondCode
            | Call::CheckSecondPassword
            | Call::OpenSecond
    )
}

/// Asserts that the forms that the login does not report as changed show the same screens as before: nobody draws them.
pub(crate) fn assert_unchanged(
    changed: ChangedForms,
    before: Vec<(HostId, Option<View>)>,
    after: &[(HostId, Option<View>)],
) {
    for (host, view) in before {
        let now = after.iter().find(|(other, _)| *other == host);
        if !changed.contains(host) && now.is_some() {
            assert_eq!(
                now,
                Some(&(host, view)),
                "a change that nobody draws: {changed:?}"
            );
        }
    }
}

/// The calls that an input may cause.
pub(crate) fn allowed_calls(input: &Input) -> &'static [Call] {
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
            // The customer enters the address that a code could not be sent without.
            Call::SendCode,
            Call::SendSecondCode,
        ],
        // A code is requested after its session is opened, the second factor after the first. A session is opened after a password
        // was reset, and without a password after the brand turned out to have no passwords.
        Input::Response(..) => &[
            Call::OpenSession,
            Call::SendCode,
            Call::OpenSecond,
            Call::SendSecondCode,
        ],
        Input::Press(_, Action::Resend | Action::UseCode | Action::Fallback(_)) => {
            &[Call::SendCode, Call::SendSecondCode]
        }
        Input::SecretTyped(..) => &[Call::CheckCode, Call::CheckSecondCode],
        Input::Press(_, Action::MoreTime) => &[Call::OpenSession, Call::OpenSecond],
        Input::Press(_, Action::SignOut) | Input::SignOut => &[Call::Expire],
        Input::LockGranted(_) | Input::SharedRecordRead(..) => &[Call::Renew, Call::RenewByKey],
        _ => &[],
    }
}

/// Whether a step can be reached under these settings. The engine may demand a new password (1520) under any of them.
pub(crate) fn is_step_allowed(form: &FormSettings, step: StepName) -> bool {
    match step {
        StepName::Password | StepName::ForgotPassword => form.first_factor != Method::Otp,
        StepName::SecondPassword => form.second_method != Method::Otp,
        StepName::SecondIdentify | StepName::SecondCode | StepName::SecondNewPassword => {
            form.second_factor != SecondFactor::Off
        }
        _ => true,
    }
}

/// Asserts that a screen has the fields and buttons of its step, that the customer can leave it, and that it holds no secret.
pub(crate) fn check_view(view: &View) {
    let actions = view.actions.iter().map(|button| button.action);
    let has = |action| actions.clone().any(|there| there == action);
    let has_submit = view
        .submit
        .as_ref()
        .is_some_and(|button| button.action == Action::Submit);
    let asked = view
        .fields
        .iter()
        .map(|field| field.kind)
        .collect::<Vec<_>>();
    let asks_for_identifier = asked.len() == 1 && !asked[0].is_secret();
    let can_leave = has(Action::Back) || has(Action::ChangeIdentifier);
    let new_password = [FieldKind::NewPassword, FieldKind::ConfirmPassword];
    let is_complete = match view.step {
        // The identifier of an earlier login may be offered instead of a field.
        StepName::Identify => {
            let is_offered = asked.is_empty() && can_leave && view.lead.is_some();
            (asks_for_identifier || is_offered) && has_submit
        }
        StepName::SecondIdentify => {
            asks_for_identifier && has_submit && can_leave && view.lead.is_some()
        }
        StepName::Code | StepName::SecondCode => {
            asked == [FieldKind::Code] && has_submit && can_leave && view.lead.is_some()
        }
        StepName::Password | StepName::SecondPassword => {
            asked == [FieldKind::Password] && has_submit && can_leave && view.username.is_some()
        }
        StepName::NewPassword | StepName::ForgotPassword | StepName::SecondNewPassword => {
            asked == new_password && has_submit && can_leave && view.username.is_some()
        }
        StepName::ChangePassword => {
            asked[..1] == [FieldKind::Password]
                && asked[1..] == new_password
                && has_submit
                && can_leave
                && view.username.is_some()
        }
        StepName::SignedIn => has(Action::SignOut) && view.lead.is_some(),
        StepName::Stuck => has_submit && view.notice.is_some(),
    };
    assert!(is_complete, "a field, button or text is missing: {view:?}");
    let can_time_out = !matches!(
        view.step,
        StepName::Identify
            | StepName::NewPassword
            | StepName::SecondIdentify
            | StepName::ChangePassword
            | StepName::SignedIn
            | StepName::Stuck
    );
    assert!(
        !view.is_short || can_time_out,
        "a warning about the time on a step without a time limit: {view:?}"
    );
    for field in &view.fields {
        assert!(
            field.value.is_empty() || !field.kind.is_secret(),
            "a secret in a view: {field:?}"
        );
    }
    for button in view.submit.iter().chain(&view.actions) {
        assert!(
            button.wait.is_none_or(|wait| wait > 0),
            "a countdown of 0 s: {button:?}"
        );
    }
}

/// All strings that are values of a JSON document, at any depth.
pub(crate) fn string_values(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(string_values).collect(),
        Value::Object(fields) => fields.values().flat_map(string_values).collect(),
        _ => Vec::new(),
    }
}
