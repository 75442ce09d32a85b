//! The kinds of piece that screens are made of; none of them knows a login.

use std::borrow::Cow;

use super::node::{Piece, Words, element, fixed};
use crate::login::json::decimal;
use crate::login::text::Text;
use crate::login::view::{Action, Asked, Button, Field, Lead, Notice};

/// What a text says.
pub(super) fn words(text: Text) -> Words {
    fixed(text.english())
}

/// The same as a piece.
pub(super) fn says(text: Text) -> Piece {
    Piece::Words(words(text))
}

/// A sentence around the customer's identifier, which is isolated so that a number keeps its direction in any text.
pub(super) fn lead(lead: &Lead) -> Piece {
    let identity = Some(Cow::Owned(lead.identity.clone()));
    element(
        "p",
        &[("part", fixed("lead"))],
        [
            says(lead.before),
            element(
                "bdi",
                &[("part", fixed("identity"))],
                [Piece::Words(identity)],
            ),
            Piece::Words(lead.after.and_then(words)),
        ],
    )
}

/// A message about the whole form. The element is always there: a live region must exist before it speaks (ARIA19).
pub(super) fn notice(notice: Option<&Notice>) -> Piece {
    let tone = notice.and_then(|notice| fixed(if notice.is_error { "error" } else { "info" }));
    let text = notice.map(|notice| {
        let detail = notice.detail.as_deref().unwrap_or_default();
        Cow::Owned([notice.text.english(), " ", detail].concat())
    });
    element(
        "p",
        &[
            ("part", fixed("notice")),
            ("role", fixed("alert")),
            ("data-tone", tone),
        ],
        [Piece::Words(text)],
    )
}

/// A labelled input with its hint and its error, which it names as its description.
pub(super) fn field(field: &Field, number: u32) -> Piece {
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
    let described = id(if field.error.is_some() {
        "-error"
    } else {
        "-hint"
    });
    let error = field.error.and_then(words);
    element(
        "div",
        &[("part", fixed("field"))],
        [
            element(
                "label",
                &[("part", fixed("label")), ("for", id(""))],
                [says(field.label)],
            ),
            element(
                "input",
                &[
                    ("part", fixed(part)),
                    ("id", id("")),
                    // The field's purpose in the words of HTML's autofill; the name is the same word.
                    ("name", fixed(name)),
                    ("autocomplete", fixed(name)),
                    ("type", fixed(kind)),
                    ("inputmode", fixed(mode)),
                    ("autocapitalize", fixed("none")),
                    ("spellcheck", fixed("false")),
                    ("enterkeyhint", fixed("go")),
                    ("required", fixed("")),
                    ("value", Some(Cow::Owned(field.value.clone()))),
                    ("aria-invalid", error.as_ref().and_then(|_| fixed("true"))),
                    ("aria-describedby", described),
                ],
                [],
            ),
            element(
                "p",
                &[("part", fixed("hint")), ("id", id("-hint"))],
                [says(field.hint)],
            ),
            element(
                "p",
                &[
                    ("part", fixed("error")),
                    ("id", id("-error")),
                    ("role", fixed("alert")),
                ],
                [Piece::Words(error)],
            ),
        ],
    )
}

/// The form's own button. It stays focusable while it waits, so that the focus has somewhere to be.
pub(super) fn submit(button: &Button, busy: bool) -> Piece {
    let waits = busy || button.wait.is_some();
    element(
        "button",
        &[
            ("part", fixed("submit")),
            ("type", fixed("submit")),
            ("aria-disabled", waits.then_some("true").and_then(fixed)),
        ],
        [
            element(
                "span",
                &[("part", fixed("submit-label"))],
                [says(button.label), countdown(button.wait)],
            ),
            element(
                "span",
                &[("part", fixed("spinner")), ("aria-hidden", fixed("true"))],
                [],
            ),
        ],
    )
}

/// Any other button.
pub(super) fn action(button: &Button, busy: bool) -> Piece {
    let part = match button.action {
        Action::Submit => "link",
        Action::Resend => "link resend",
        Action::ChangeIdentifier => "link change-identifier",
        Action::SignOut => "sign-out",
    };
    let waits = button.wait.is_some() || (busy && button.action == Action::Resend);
    element(
        "button",
        &[
            ("part", fixed(part)),
            ("type", fixed("button")),
            ("data-action", fixed(button.action.word())),
            ("aria-disabled", waits.then_some("true").and_then(fixed)),
        ],
        [says(button.label), countdown(button.wait)],
    )
}

/// Minutes and seconds; empty without any. Not a live region: nobody wants to hear every second.
fn countdown(wait: Option<u64>) -> Piece {
    let text = wait.map(|seconds| {
        let rest = seconds % 60;
        let zero = if rest < 10 { "0" } else { "" };
        Cow::Owned([" ", &decimal(seconds / 60), ":", zero, &decimal(rest)].concat())
    });
    element(
        "span",
        &[("part", fixed("countdown"))],
        [Piece::Words(text)],
    )
}
