//! Buttons with their countdown and spinner.

use leptos::prelude::*;

use super::around_element;
use crate::login::decimal::decimal;
use crate::login::text::Texts;
use crate::login::view::Button;

/// The submit button.
#[component(transparent)]
pub(super) fn Submit<'a>(
    texts: &'a Texts,
    button: &'a Button,
    busy: bool,
) -> impl IntoView + use<> {
    let (before, after) = around_element(texts, button.label);
    let wait = button.wait;
    view! {
        <button part="submit" type="submit" aria-disabled=aria_disabled(busy || wait.is_some())>
            <span part="submit-label">
                {before}
                <Countdown wait/>
                {after}
            </span>
            <Spinner/>
        </button>
    }
}

/// The spinner in the submit button. The style sheet shows it while a request is pending.
#[component(transparent)]
fn Spinner() -> impl IntoView {
    view! { <span part="spinner" aria-hidden="true"></span> }
}

/// A button other than the submit button. `name` is its accessible name, if the label alone is not clear enough.
#[component(transparent)]
pub(super) fn ActionButton<'a>(
    texts: &'a Texts,
    button: &'a Button,
    busy: bool,
    #[prop(optional)] name: Option<String>,
) -> impl IntoView + use<> {
    let (before, after) = around_element(texts, button.label);
    let wait = button.wait;
    let action = button.action;
    let is_disabled = wait.is_some() || (busy && action.sends_request());
    view! {
        <button
            part=action.part()
            type="button"
            data-action=action.as_str()
            aria-disabled=aria_disabled(is_disabled)
            aria-label=name
        >
            {before}
            <Countdown wait/>
            {after}
        </button>
    }
}

/// Returns the value of the attribute `aria-disabled`. Buttons never have `disabled`, which would remove the focus from them.
fn aria_disabled(is_disabled: bool) -> Option<&'static str> {
    is_disabled.then_some("true")
}

/// The minutes and seconds until a button can be pressed; empty if it can be pressed now. It is hidden from screen readers, which
/// would read it every second. The status region announces when the wait is over.
#[component(transparent)]
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
