//! Fields: an input with its label, the list of countries, the reveal button, hint and error.

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use super::button::ActionButton;
use super::{element_id, owned, split_at_placeholder};
use crate::login::decimal::decimal;
use crate::login::text::{Text, Texts};
use crate::login::view::{self, Action, Button, FieldKind};

/// A labelled input with its hint and its error. The input names one of the two as its description.
#[component]
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

/// Returns what is wrong with a field; empty if nothing is. The password policy follows the error: the hint that says the
/// same is not seen then.
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

/// The input. Its `value` attribute is what stands in it when it is new; `drawing` changes the live value.
#[component]
fn Input<'a>(field: &'a view::Field, id: String, described_by: String) -> impl IntoView + use<> {
    let asked = field.kind;
    // `inputmode` is set where the type of the input does not bring the right keyboard.
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
    // The field's purpose in the words of HTML's autofill; the name is the same word.
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
            value=field.value.clone()
            aria-invalid=field.error.map(|_| "true")
            aria-describedby=described_by
        />
    }
}

/// Shows or hides the passwords of the screen. The words say what it does next; `aria-pressed` would contradict them.
#[component]
fn Reveal<'a>(texts: &'a Texts, button: &'a Button, is_revealed: bool) -> impl IntoView + use<> {
    let name = if is_revealed {
        Text::ConcealPassword
    } else {
        Text::RevealPassword
    };
    view! { <ActionButton texts button busy=false name=owned(texts, name)/> }
}

/// The list of countries. The element fills it with the browser's own names of countries.
#[component]
fn CountrySelect<'a>(texts: &'a Texts, country: &'a view::Country) -> impl IntoView + use<> {
    view! {
        <select
            part="country"
            autocomplete="tel-country-code"
            aria-label=owned(texts, Text::LabelCountry)
            hidden=!country.is_visible || !country.has_choice
        ></select>
    }
}

/// What is seen of the list while it is closed: country and dial code, or the dial code alone if there is no choice. It is
/// hidden from screen readers where the list says the same.
#[component]
fn DialCode<'a>(country: &'a view::Country) -> impl IntoView + use<> {
    let start = if country.has_choice { 0 } else { 3 };
    let code = country.name.get(start..).unwrap_or_default().to_owned();
    view! {
        <span
            part="dial-code"
            aria-hidden=country.has_choice.then_some("true")
            hidden=!country.is_visible
        >
            {code}
        </span>
    }
}

/// Names the customer to password managers, which keep passwords under this name. It is neither seen nor typed into.
#[component]
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

/// The choice to stay signed in on this device.
#[component]
pub(super) fn Remember<'a>(texts: &'a Texts, is_checked: bool) -> impl IntoView + use<> {
    view! {
        <label part="remember">
            <input
                part="remember-input"
                type="checkbox"
                data-action=Action::Remember.as_str()
                checked=is_checked
            />
            {owned(texts, Text::Remember)}
        </label>
    }
}
