//! Fields: an input with its label, list of countries, reveal button, hint and error.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use super::button::ActionButton;
use super::{element_id, owned, split_at_placeholder};
use crate::login::decimal::decimal;
use crate::login::text::{Text, Texts};
use crate::login::view::{self, Action, Button, FieldKind};

/// A labelled input with its hint and its error. `aria-describedby` of the input refers to the error if there is one, else to the hint.
#[component(transparent)]
pub(super) fn Field<'a>(
    texts: &'a Texts,
    field: &'a view::Field,
    form_number: u32,
    index: usize,
) -> impl IntoView + use<> {
    let id = |suffix| element_id(form_number, &(decimal(index as u64) + suffix));
    let (hint_id, error_id) = (id("-hint"), id("-error"));
    let described_by = if field.error.is_some() {
        error_id.clone()
    } else {
        hint_id.clone()
    };
    let hint = match (&field.policy, field.hint) {
        (Some(policy), _) => policy.clone(),
        (None, Some(hint)) => owned(texts, hint),
        (None, None) => String::new(),
    };
    let country = field.country.as_ref().map(|country| {
        view! {
            <CountrySelect texts country/>
            <DialCode country/>
        }
    });
    let reveal = field.reveal.as_ref().map(|button| {
        view! { <Reveal texts button is_revealed=field.is_revealed/> }
    });
    view! {
        <div part="field">
            <label part="label" for=id("")>
                {owned(texts, field.label)}
            </label>
            {country}
            <Input field id=id("") described_by/>
            {reveal}
            <p part="hint" id=hint_id>
                {hint}
            </p>
            <p part="error" id=error_id role="alert">
                {error(texts, field)}
            </p>
        </div>
    }
}

/// Returns the error message of a field; empty without an error. The password policy is appended, because the hint with the policy is
/// not visible beside an error.
fn error(texts: &Texts, field: &view::Field) -> String {
    let Some(error) = field.error else {
        return String::new();
    };
    let error = texts.get(error);
    if let Some(policy) = &field.policy {
        return [&error, " ", policy.as_str()].concat();
    }
    let (before, after) = split_at_placeholder(&error);
    [before, &field.error_country, after].concat()
}

/// The number of characters that a browser accepts in a field that is no password: a whole message with a code fits, and what is
/// pasted by mistake does not slow the page down.
const MOST_CHARACTERS: &str = "2000";

/// The input. Its attribute `value` is the initial value; `renderer` sets the property `value` later.
#[component(transparent)]
fn Input<'a>(field: &'a view::Field, id: String, described_by: String) -> impl IntoView + use<> {
    let asked = field.kind;
    // `inputmode` is set if the type of the input does not select the right keyboard.
    let (kind, input_mode, part) = match asked {
        FieldKind::Mobile => ("tel", None, "input identifier-input"),
        FieldKind::Email | FieldKind::Any => ("text", Some("email"), "input identifier-input"),
        FieldKind::Username | FieldKind::ExternalId => ("text", None, "input identifier-input"),
        FieldKind::Code => ("text", Some("numeric"), "input code-input"),
        FieldKind::Password => ("password", None, "input password-input"),
        FieldKind::NewPassword => ("password", None, "input new-password-input"),
        FieldKind::ConfirmPassword => ("password", None, "input confirm-password-input"),
    };
    let kind = if field.is_revealed && asked.is_password() {
        "text"
    } else {
        kind
    };
    // The field's purpose as an autofill token of HTML. The name of the input is the same.
    let purpose = field.autofill;
    view! {
        <input
            part=part
            id=id
            name=purpose
            autocomplete=purpose
            type=kind
            inputmode=input_mode
            autocapitalize="none"
            {..custom_attribute("autocorrect", "off")}
            spellcheck="false"
            enterkeyhint="go"
            required=true
            maxlength=(!asked.is_password()).then_some(MOST_CHARACTERS)
            value=field.value.clone()
            aria-invalid=field.error.map(|_| "true")
            aria-describedby=described_by
        />
    }
}

/// The button that shows or hides the passwords of the screen. Its name changes with the state, so it has no `aria-pressed`.
#[component(transparent)]
fn Reveal<'a>(texts: &'a Texts, button: &'a Button, is_revealed: bool) -> impl IntoView + use<> {
    let name = if is_revealed {
        Text::ConcealPassword
    } else {
        Text::RevealPassword
    };
    view! { <ActionButton texts button busy=false name=owned(texts, name)/> }
}

/// The list of countries. `src/browser/countries.js` adds the options, with names from the browser.
#[component(transparent)]
fn CountrySelect<'a>(texts: &'a Texts, country: &'a view::Country) -> impl IntoView + use<> {
    let is_hidden = !country.is_visible || !country.has_choice || !country.is_loaded;
    view! {
        <select
            part="country"
            autocomplete="tel-country-code"
            aria-label=owned(texts, Text::LabelCountry)
            hidden=is_hidden.then_some("")
        ></select>
    }
}

/// The text that covers the closed list: country code and dial code, or only the dial code if there is one country. It is hidden from
/// screen readers if the list has the same information.
#[component(transparent)]
fn DialCode<'a>(country: &'a view::Country) -> impl IntoView + use<> {
    let start = if country.has_choice { 0 } else { 3 };
    let code = country.name.get(start..).unwrap_or_default().to_owned();
    view! {
        <span
            part="dial-code"
            aria-hidden=if country.has_choice { "true" } else { "false" }
            hidden=(!country.is_visible).then_some("")
        >
            {code}
        </span>
    }
}

/// A hidden input with the customer's identifier. Password managers store the password under this name.
#[component(transparent)]
pub(super) fn Username<'a>(name: &'a str) -> impl IntoView + use<> {
    view! {
        <input
            part="username"
            name="username"
            autocomplete="username"
            type="text"
            readonly=true
            hidden=true
            value=name.to_owned()
        />
    }
}

/// The checkbox for staying signed in on this device.
#[component(transparent)]
pub(super) fn Remember<'a>(texts: &'a Texts, is_checked: bool) -> impl IntoView + use<> {
    view! {
        <label part="remember">
            <input
                part="remember-input"
                type="checkbox"
                data-action=Action::Remember.as_str()
                checked=is_checked.then_some("")
            />
            {owned(texts, Text::Remember)}
        </label>
    }
}
