//! Buttons, and the countdown of a button that waits.

use leptos::prelude::*;

use super::around_element;
use crate::login::decimal::decimal;
use crate::login::text::Texts;
use crate::login::view::Button;

/// The button that sends the form.
#[component]
pub(super) fn Submit<'a>(
    texts: &'a Texts,
    button: &'a Button,
    busy: bool,
) -> impl IntoView + use<> {
    let (before, after) = around_element(texts, button.label);
    let wait = button.wait;
    view! {
        <button part="submit" type="submit" aria-disabled=disabled(busy || wait.is_some())>
            <span part="submit-label">
                {before}
                <Countdown wait/>
                {after}
            </span>
            <Spinner/>
        </button>
    }
}

/// What turns while an answer is awaited.
#[component]
fn Spinner() -> impl IntoView {
    view! { <span part="spinner" aria-hidden="true"></span> }
}

/// Any other button. `name` is the accessible name, if the label alone does not say enough.
#[component]
pub(super) fn ActionButton<'a>(
    texts: &'a Texts,
    button: &'a Button,
    busy: bool,
    #[prop(optional)] name: Option<String>,
) -> impl IntoView + use<> {
    let (before, after) = around_element(texts, button.label);
    let wait = button.wait;
    let action = button.action;
    let waits = wait.is_some() || (busy && action.sends_request());
    view! {
        <button
            part=action.part()
            type="button"
            data-action=action.as_str()
            aria-disabled=disabled(waits)
            aria-label=name
        >
            {before}
            <Countdown wait/>
            {after}
        </button>
    }
}

/// Returns the value of `aria-disabled`. A button that waits stays focusable, so that the focus is not lost.
fn disabled(waits: bool) -> Option<&'static str> {
    waits.then_some("true")
}

/// Minutes and seconds that a button still waits; empty without a wait. It is hidden from screen readers, which would read it
/// out every second; the status region tells when the wait is over.
#[component]
fn Countdown(wait: Option<u64>) -> impl IntoView {
    let time = wait.map_or_else(String::new, |seconds| {
        let rest = seconds % 60;
        let zero = if rest < 10 { "0" } else { "" };
        [&decimal(seconds / 60), ":", zero, &decimal(rest)].concat()
    });
    view! {
        <span part="countdown" aria-hidden="true">
            {time}
        </span>
    }
}
