//! DRAWS: puts a [`View`] on the page and says what a person did. Knows every kind of component and no step by name.
//!
//! A screen is a tree of Leptos components. Each component is a function of plain values; `Vec` and `Option` hold what comes
//! and goes. There are no signals: the view is the only thing that changes, and it comes from outside as a whole. The root
//! (`renderer`) keeps the typed state and calls Leptos' own `build`, `mount` and `rebuild`, so a screen is on the page when
//! the call returns, and a rebuild touches only the attributes and texts that differ.
//!
//! | file | components |
//! |---|---|
//! | `form` | the form and what frames its fields: close button, title, lead, actions |
//! | `field` | one field: label, countries, input, reveal button, hint, error; user name; choice to stay signed in |
//! | `button` | submit button, other buttons, countdown, spinner |
//! | `message` | status, notice, time left |
//! | `renderer` | the root in the browser (wasm only) |
//!
//! # Why an element may need a component of its own
//!
//! `view!` writes an element below its root as `innerHTML` if nothing in that element is an expression. Pages with Trusted
//! Types forbid this. So each element here is the root of its `view!` or has at least one expression in it.
#![expect(
    unreachable_pub,
    reason = "`#[component]` writes a public function for a component that other files use"
)]

mod button;
mod field;
mod form;
mod message;
#[cfg(target_arch = "wasm32")]
mod renderer;

use leptos::prelude::*;

use crate::login::decimal::decimal;
use crate::login::text::{Text, Texts};
use crate::login::view::View;

use form::Form;
use message::Status;
#[cfg(target_arch = "wasm32")]
pub(crate) use renderer::{Renderer, UserIntent};

/// Renders a screen to HTML: the status region, then the form.
///
/// `form_number` keeps the ids of this form apart from those of other forms of the page. `is_dialog` adds the close button.
/// Empty texts become one space, and comments (`<!>`) mark where text nodes meet and where an optional element would be.
#[cfg(not(target_arch = "wasm32"))]
pub fn to_html(view: &View, texts: &Texts, form_number: u32, is_dialog: bool) -> String {
    (
        status(texts, view.status),
        screen(view, texts, form_number, is_dialog),
    )
        .to_html()
}

/// The status region, which outlives screens.
fn status(texts: &Texts, message: Option<Text>) -> impl IntoView + use<> {
    view! { <Status texts message/> }
}

/// The form of one screen.
fn screen(view: &View, texts: &Texts, form_number: u32, is_dialog: bool) -> impl IntoView + use<> {
    view! { <Form view texts form_number is_dialog/> }
}

/// Returns an id that no other form of the page has.
fn element_id(form_number: u32, suffix: &str) -> String {
    ["ae-login-", &decimal(form_number.into()), "-", suffix].concat()
}

/// Returns a text as an owned string.
fn owned(texts: &Texts, text: Text) -> String {
    texts.say(text).into_owned()
}

/// Splits a text at its placeholder `{}` into what stands before and after it. Without a placeholder, nothing stands after it.
fn split_at_placeholder(text: &str) -> (&str, &str) {
    let (before, after) = text.split_once('{').unwrap_or((text, ""));
    (before, after.trim_start_matches('}'))
}

/// Returns what stands before and after an element that takes the place of `{}` in a text. Without a placeholder, the element
/// comes last, behind a space.
fn around_element(texts: &Texts, text: Text) -> (String, String) {
    let text = texts.say(text);
    let (before, after) = split_at_placeholder(&text);
    let space = if before.len() == text.len() { " " } else { "" };
    ([before, space].concat(), after.to_owned())
}
