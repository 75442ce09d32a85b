//! Draws a [`View`] with Leptos components and translates DOM events into the user's intents. The components do not depend on a
//! particular step.
//!
//! Each component is a function of plain values; `Vec` and `Option` hold elements that are not always present. There are no signals,
//! because the view changes only as a whole. `renderer` keeps the state of the component tree and calls Leptos' `build`, `mount` and
//! `rebuild`. The page therefore shows a screen when the call returns, and a rebuild changes only attributes and texts that differ.
//!
//! | file | contents |
//! |---|---|
//! | `form` | the form with close button, title, lead and actions |
//! | `field` | a field with label, list of countries, input, reveal button, hint and error; the hidden user name; the checkbox for staying signed in |
//! | `button` | the submit button, other buttons, countdown, spinner |
//! | `message` | the status region, the notice, the warning that little time is left |
//! | `renderer` | rendering in the browser (wasm only) |
//!
//! # Static elements need a component of their own
//!
//! If an element below the root of a `view!` contains no expression, `view!` writes it as `innerHTML`, which pages with Trusted Types
//! forbid. Therefore each element here is the root of its `view!` or contains at least one expression.
//!
//! # Attributes that come and go are optional texts
//!
//! Hydration sets an attribute whose value is a `bool` even if it is false (Leptos 0.8, `FROM_SERVER = false`). Such an attribute is
//! therefore `Some("")` or `None`.
#![expect(unreachable_pub, reason = "`#[component]` generates a public function")]

mod button;
mod field;
mod form;
mod message;
#[cfg(target_arch = "wasm32")]
mod renderer;

use leptos::prelude::*;

use crate::login::decimal::decimal;
use crate::login::text::{Text, Texts};
use crate::login::view::{StepName, View};

use form::Form;
use message::Status;
#[cfg(target_arch = "wasm32")]
pub(crate) use renderer::{Renderer, UserIntent};

/// Renders a screen to HTML: the status region, then the form.
///
/// `form_number` makes the ids unique among the forms of a page. `is_dialog` adds the close button. An empty text becomes one space.
/// The comment `<!>` separates adjacent text nodes and takes the place of an absent element.
///
/// ```
/// use ae_login::login::config::Config;
/// use ae_login::login::text::Texts;
/// use ae_login::login::time::Now;
/// use ae_login::login::{HostId, Input, Login};
/// use ae_login::ui::to_html;
///
/// let config = Config::parse(|name| match name {
///     "base-url" => Some("https://eu.api.capillarytech.com".to_owned()),
///     "brand" => Some("DocDemo".to_owned()),
///     _ => None,
/// })
/// .unwrap();
/// let now = Now::new(0, 1_760_000_000_000);
/// let form = HostId(1);
/// let mut login = Login::new(config.settings, 7);
/// login.handle(now, Input::Attach(form, Some(config.form), None));
///
/// let view = login.view(now, form).unwrap();
/// let html = to_html(&view, &Texts::new(String::new()), 1, false);
/// assert!(html.contains("Mobile number"));
/// ```
#[cfg(not(target_arch = "wasm32"))]
pub fn to_html(view: &View, texts: &Texts, form_number: u32, is_dialog: bool) -> String {
    (
        status(texts, view.status),
        screen(view, texts, form_number, is_dialog),
    )
        .to_html()
}

/// The key of a first screen, by which the loader knows its markup; `None` for a screen whose markup it does not know. Screens with
/// the same key have the same elements and the same fixed attributes.
///
/// The key has the kind and the purpose of the field, and whether the screen has the choice to stay signed in: `mobile tel`,
/// `any username remember`.
pub fn first_screen_key(view: &View) -> Option<String> {
    let [field] = view.fields.as_slice() else {
        return None;
    };
    let is_first = view.step == StepName::Identify
        && view.lead.is_none()
        && view.username.is_none()
        && view.actions.is_empty()
        && !view.is_short;
    let kind = field.kind.identifier_name()?;
    let country = if field.country.is_some() {
        " country"
    } else {
        ""
    };
    let remember = if view.remember.is_some() {
        " remember"
    } else {
        ""
    };
    is_first.then(|| [kind, " ", field.autofill, country, remember].concat())
}

/// The status region. It is kept when the screen changes.
fn status(texts: &Texts, message: Option<Text>) -> impl IntoView + use<> {
    view! { <Status texts message/> }
}

/// The form of one screen.
fn screen(view: &View, texts: &Texts, form_number: u32, is_dialog: bool) -> impl IntoView + use<> {
    view! { <Form view texts form_number is_dialog/> }
}

/// Returns an id that is unique among the forms of the page.
fn element_id(form_number: u32, suffix: &str) -> String {
    ["ae-login-", &decimal(form_number.into()), "-", suffix].concat()
}

/// Returns a text as an owned string.
fn owned(texts: &Texts, text: Text) -> String {
    texts.get(text).into_owned()
}

/// Returns the text before and after the placeholder `{}`. Without a placeholder, the second part is empty.
fn split_at_placeholder(text: &str) -> (&str, &str) {
    let (before, after) = text.split_once('{').unwrap_or((text, ""));
    (before, after.trim_start_matches('}'))
}

/// Returns the text before and after an element that replaces the placeholder `{}`. Without a placeholder, the element follows the
/// text and a space.
fn around_element(texts: &Texts, text: Text) -> (String, String) {
    let text = texts.get(text);
    let (before, after) = split_at_placeholder(&text);
    let space = if before.len() == text.len() { " " } else { "" };
    ([before, space].concat(), after.to_owned())
}
