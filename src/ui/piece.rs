//! The kinds of piece that screens are made of; none of them knows a login.

use tachys::html::element as html;
use tachys::prelude::*;
use tachys::view::RenderHtml;

use crate::login::json::decimal;
use crate::login::view::{Action, Asked, Button, Field, Lead, Notice};

/// A sentence around the customer's identifier, which is isolated so that a number keeps its direction in any text.
pub(super) fn lead(lead: &Lead) -> impl RenderHtml + use<> {
    html::p().attr("part", "lead").child((
        lead.before.english(),
        html::bdi()
            .attr("part", "identity")
            .child(lead.identity.clone()),
        lead.after.map(|text| text.english()),
    ))
}

/// A message about the whole form. The element is always there: a live region must exist before it speaks (ARIA19).
pub(super) fn notice(notice: Option<&Notice>) -> impl RenderHtml + use<> {
    let tone = notice.map(|notice| if notice.is_error { "error" } else { "info" });
    let text = notice.map(|notice| {
        [
            notice.text.english(),
            " ",
            notice.detail.as_deref().unwrap_or_default(),
        ]
        .concat()
    });
    html::p()
        .attr("part", "notice")
        .attr("role", "alert")
        .attr("data-tone", tone)
        .child(text)
}

/// A labelled input with its hint and its error, which it names as its description.
pub(super) fn field(field: &Field, number: u32) -> impl RenderHtml + use<> {
    let (name, kind, mode, part) = match field.asked {
        Asked::Mobile => ("tel", "tel", "tel", "input identifier-input"),
        Asked::Email => ("email", "text", "email", "input identifier-input"),
        Asked::Either => ("username", "text", "email", "input identifier-input"),
        Asked::Code => ("one-time-code", "text", "numeric", "input code-input"),
    };
    let id = ["ae-login-", &decimal(number.into()), "-", name].concat();
    let hint = [&id, "-hint"].concat();
    let error = [&id, "-error"].concat();
    let described = if field.error.is_some() {
        error.clone()
    } else {
        hint.clone()
    };
    html::div().attr("part", "field").child((
        html::label()
            .attr("part", "label")
            .attr("for", id.clone())
            .child(field.label.english()),
        html::input()
            .attr("part", part)
            .attr("id", id)
            // The field's purpose in the words of HTML's autofill; the name is the same word.
            .attr("name", name)
            .attr("autocomplete", name)
            .attr("type", kind)
            .attr("inputmode", mode)
            .attr("autocapitalize", "none")
            .attr("spellcheck", "false")
            .attr("enterkeyhint", "go")
            .attr("required", "")
            .attr("value", field.value.clone())
            .attr("aria-invalid", field.error.map(|_| "true"))
            .attr("aria-describedby", described),
        html::p()
            .attr("part", "hint")
            .attr("id", hint)
            .child(field.hint.english()),
        html::p()
            .attr("part", "error")
            .attr("id", error)
            .attr("role", "alert")
            .child(field.error.map(|text| text.english())),
    ))
}

/// The form's own button. It stays focusable while it waits, so that the focus has somewhere to be.
pub(super) fn submit(button: &Button, busy: bool) -> impl RenderHtml + use<> {
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
pub(super) fn action(button: &Button, busy: bool) -> impl RenderHtml + use<> {
    let part = match button.action {
        Action::Submit => "link",
        Action::Resend => "link resend",
        Action::ChangeIdentifier => "link change-identifier",
        Action::SignOut => "sign-out",
    };
    let waits = button.wait.is_some() || (busy && button.action == Action::Resend);
    html::button()
        .attr("part", part)
        .attr("type", "button")
        .attr("data-action", button.action.word())
        .attr("aria-disabled", waits.then_some("true"))
        .child((button.label.english(), countdown(button.wait)))
}

/// Minutes and seconds. Not a live region: nobody wants to hear every second.
fn countdown(wait: Option<u64>) -> impl RenderHtml + use<> {
    wait.map(|seconds| {
        let rest = seconds % 60;
        let zero = if rest < 10 { "0" } else { "" };
        html::span()
            .attr("part", "countdown")
            .child([" ", &decimal(seconds / 60), ":", zero, &decimal(rest)].concat())
    })
}
