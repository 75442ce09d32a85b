//! The kinds of piece that screens are made of; none of them knows a login.

use std::borrow::Cow;

use super::node::{Tag, Words};
use crate::login::json::decimal;
use crate::login::text::Text;
use crate::login::view::{Action, Asked, Button, Field, Lead, Notice};

/// What a text says.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where words may be missing"
)]
pub(super) fn words(text: Text) -> Words {
    Some(Cow::Borrowed(text.english()))
}

/// A sentence that ends with the customer's identifier, which is isolated so that a number keeps its direction in any text.
pub(super) fn lead(lead: &Lead) -> Tag {
    let mut identity = Tag::new("bdi", "identity");
    identity.say(Some(Cow::Owned(lead.identity.clone())));
    let mut tag = Tag::new("p", "lead");
    tag.say(words(lead.text)).add(identity);
    tag
}

/// A message about the whole form. The element is always there: a live region must exist before it speaks (ARIA19).
pub(super) fn notice(notice: Option<&Notice>) -> Tag {
    let tone = notice.map(|notice| Cow::Borrowed(if notice.is_error { "error" } else { "info" }));
    let text = notice.map(|notice| {
        let detail = notice.detail.as_deref().unwrap_or_default();
        Cow::Owned([notice.text.english(), " ", detail].concat())
    });
    let mut tag = Tag::new("p", "notice");
    tag.set("role", "alert").put("data-tone", tone).say(text);
    tag
}

/// A labelled input with its hint and its error, which it names as its description.
pub(super) fn field(field: &Field, number: u32) -> Tag {
    let (name, kind, mode, part) = match field.asked {
        Asked::Mobile => ("tel", "tel", "tel", "input identifier-input"),
        Asked::Email => ("email", "text", "email", "input identifier-input"),
        Asked::Either => ("username", "text", "email", "input identifier-input"),
        Asked::Code => ("one-time-code", "text", "numeric", "input code-input"),
    };
    let id = |suffix| {
        Some(Cow::Owned(
            ["ae-login-", &decimal(number.into()), "-", name, suffix].concat(),
        ))
    };
    let invalid = field.error.map(|_| Cow::Borrowed("true"));
    let described = id(if field.error.is_some() {
        "-error"
    } else {
        "-hint"
    });

    let mut label = Tag::new("label", "label");
    label.put("for", id("")).say(words(field.label));
    let mut input = Tag::new("input", part);
    input
        .put("id", id(""))
        // The field's purpose in the words of HTML's autofill; the name is the same word.
        .set("name", name)
        .set("autocomplete", name)
        .set("type", kind)
        .set("inputmode", mode)
        .set("autocapitalize", "none")
        .set("spellcheck", "false")
        .set("enterkeyhint", "go")
        .set("required", "")
        .put("value", Some(Cow::Owned(field.value.clone())))
        .put("aria-invalid", invalid)
        .put("aria-describedby", described);
    let mut hint = Tag::new("p", "hint");
    hint.put("id", id("-hint")).say(words(field.hint));
    let mut error = Tag::new("p", "error");
    error
        .put("id", id("-error"))
        .set("role", "alert")
        .say(field.error.and_then(words));

    let mut tag = Tag::new("div", "field");
    tag.add(label).add(input).add(hint).add(error);
    tag
}

/// The form's own button.
pub(super) fn submit(button: &Button, busy: bool) -> Tag {
    let mut label = Tag::new("span", "submit-label");
    label.say(words(button.label)).add(countdown(button.wait));
    let mut spinner = Tag::new("span", "spinner");
    spinner.set("aria-hidden", "true");
    let mut tag = Tag::new("button", "submit");
    tag.set("type", "submit")
        .put("aria-disabled", disabled(busy || button.wait.is_some()))
        .add(label)
        .add(spinner);
    tag
}

/// Any other button.
pub(super) fn action(button: &Button, busy: bool) -> Tag {
    let part = match button.action {
        Action::Submit => "link",
        Action::Resend => "link resend",
        Action::ChangeIdentifier => "link change-identifier",
        Action::SignOut => "sign-out",
    };
    let waits = button.wait.is_some() || (busy && button.action == Action::Resend);
    let mut tag = Tag::new("button", part);
    tag.set("type", "button")
        .set("data-action", button.action.word())
        .put("aria-disabled", disabled(waits))
        .say(words(button.label))
        .add(countdown(button.wait));
    tag
}

/// A button that waits stays focusable, so that the focus has somewhere to be.
fn disabled(waits: bool) -> Words {
    waits.then_some(Cow::Borrowed("true"))
}

/// Minutes and seconds; empty without any. Not a live region: nobody wants to hear every second.
fn countdown(wait: Option<u64>) -> Tag {
    let text = wait.map(|seconds| {
        let rest = seconds % 60;
        let zero = if rest < 10 { "0" } else { "" };
        Cow::Owned([" ", &decimal(seconds / 60), ":", zero, &decimal(rest)].concat())
    });
    let mut tag = Tag::new("span", "countdown");
    tag.say(text);
    tag
}
