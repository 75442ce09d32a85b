//! The kinds of piece that screens are made of; none of them knows a login.

use leptos::html;
use leptos::prelude::*;

use super::{Say, Sayer};
use crate::login::view::{Action, Asked, Button, Field, Lead, Notice};

/// A sentence around the customer's identifier, which is isolated so that a number keeps its direction in any text.
pub(super) fn lead(lead: Lead) -> impl IntoView {
    html::p().attr("part", "lead").child((
        lead.before.english(),
        html::bdi().attr("part", "identity").child(lead.identity),
        lead.after.map(|text| text.english()),
    ))
}

/// A message about the whole form. The element is always there: a live region must exist before it speaks (ARIA19).
pub(super) fn notice(notice: Option<Notice>) -> impl IntoView {
    let tone = notice
        .as_ref()
        .map(|notice| if notice.is_error { "error" } else { "info" });
    let text = notice.map(|notice| match notice.detail {
        Some(detail) => [notice.text.english(), " ", &detail].concat(),
        None => notice.text.english().to_owned(),
    });
    html::p()
        .attr("part", "notice")
        .attr("role", "alert")
        .attr("data-tone", tone)
        .child(text)
}

/// A labelled input with its hint and its error, which it names as its description.
pub(super) fn field(field: Field, say: Sayer) -> impl IntoView {
    let (name, kind, mode, autocomplete, part) = match field.asked {
        Asked::Mobile => ("tel", "tel", "tel", "tel", "input identifier-input"),
        Asked::Email => ("email", "text", "email", "email", "input identifier-input"),
        Asked::Either => (
            "username",
            "text",
            "email",
            "username",
            "input identifier-input",
        ),
        Asked::Code => (
            "one-time-code",
            "text",
            "numeric",
            "one-time-code",
            "input code-input",
        ),
    };
    let id = ["ae-login-", &say.number.to_string(), "-", name].concat();
    let hint_id = [&id, "-hint"].concat();
    let error_id = [&id, "-error"].concat();
    let described = [
        if field.error.is_some() {
            &error_id
        } else {
            &hint_id
        },
        "",
    ]
    .concat();
    // A code is secret and read once, when the form is sent.
    let watched = field.asked != Asked::Code;
    html::div().attr("part", "field").child((
        html::label()
            .attr("part", "label")
            .attr("for", id.clone())
            .child(field.label.english()),
        html::input()
            .attr("part", part)
            .attr("id", id)
            .attr("name", name)
            .attr("type", kind)
            .attr("inputmode", mode)
            .attr("autocomplete", autocomplete)
            .attr("autocapitalize", "none")
            .attr("spellcheck", "false")
            .attr("enterkeyhint", "go")
            .attr("required", "")
            .attr("value", field.value)
            .attr("aria-invalid", field.error.map(|_| "true"))
            .attr("aria-describedby", described)
            .on(leptos::ev::input, move |event| {
                if watched {
                    say.say(Say::Typed(event_target_value(&event)));
                }
            }),
        html::p()
            .attr("part", "hint")
            .attr("id", hint_id)
            .child(field.hint.english()),
        html::p()
            .attr("part", "error")
            .attr("id", error_id)
            .attr("role", "alert")
            .child(field.error.map(|text| text.english())),
    ))
}

/// The form's own button. It stays focusable while it waits, so that the focus has somewhere to be.
pub(super) fn submit(button: &Button, busy: bool) -> impl IntoView + use<> {
    html::button()
        .attr("part", "submit")
        .attr("type", "submit")
        .attr(
            "aria-disabled",
            (busy || button.wait.is_some()).then_some("true"),
        )
        .child((
            html::span()
                .attr("part", "submit-label")
                .child((button.label.english(), countdown(button.wait))),
            html::span()
                .attr("part", "spinner")
                .attr("aria-hidden", "true"),
        ))
}

/// Any other button.
pub(super) fn action(button: &Button, busy: bool, say: Sayer) -> impl IntoView + use<> {
    let part = match button.action {
        Action::Submit => "link",
        Action::Resend => "link resend",
        Action::ChangeIdentifier => "link change-identifier",
        Action::SignOut => "sign-out",
    };
    let action = button.action;
    let waits = button.wait.is_some() || (busy && action == Action::Resend);
    html::button()
        .attr("part", part)
        .attr("type", "button")
        .attr("aria-disabled", waits.then_some("true"))
        .on(leptos::ev::click, move |_| say.say(Say::Press(action)))
        .child((button.label.english(), countdown(button.wait)))
}

/// Minutes and seconds. Not a live region: nobody wants to hear every second.
fn countdown(wait: Option<u64>) -> impl IntoView {
    wait.map(|seconds| {
        let rest = seconds % 60;
        let zero = if rest < 10 { "0" } else { "" };
        html::span().attr("part", "countdown").child(
            [
                " ",
                &(seconds / 60).to_string(),
                ":",
                zero,
                &rest.to_string(),
            ]
            .concat(),
        )
    })
}
