//! The form of one screen, with the elements around its fields.

use leptos::prelude::*;

use super::button::{ActionButton, Submit};
use super::field::{Field, Remember, Username};
use super::message::{Notice, TimeLeft};
use super::{around_element, element_id, owned};
use crate::login::text::{Text, Texts};
use crate::login::view::{self, Button, View};

/// One screen. The order of its elements is the same on every screen.
///
/// With `method="dialog"` the values do not appear in the URL if a script of the page calls `form.submit()`.
#[component]
pub(super) fn Form<'a>(
    view: &'a View,
    texts: &'a Texts,
    form_number: u32,
    is_dialog: bool,
) -> impl IntoView + use<> {
    let (lang, dir) = texts.language();
    let busy = view.busy;
    // If there is a lead, the button "Not you?" is in it.
    let (in_lead, below): (Vec<&Button>, Vec<&Button>) = view
        .actions
        .iter()
        .partition(|button| view.lead.is_some() && button.label == Text::NotYou);
    let fields = view.fields.iter().enumerate();
    view! {
        <form
            part="form"
            lang=lang.to_owned()
            dir=dir.to_owned()
            novalidate=true
            method="dialog"
        >
            {is_dialog.then(|| view! { <Close texts/> })}
            <Title texts title=view.title form_number/>
            {view.lead.as_ref().map(|lead| view! { <Lead texts lead buttons=&in_lead busy/> })}
            <Notice texts notice=view.notice.as_ref()/>
            <TimeLeft texts is_short=view.is_short busy/>
            {view.username.as_ref().map(|name| view! { <Username name/> })}
            {fields
                .map(|(index, field)| view! { <Field texts field form_number index/> })
                .collect_view()}
            {view.remember.map(|is_checked| view! { <Remember texts is_checked/> })}
            {view.submit.as_ref().map(|button| view! { <Submit texts button busy/> })}
            <div part="actions">{action_buttons(texts, &below, busy)}</div>
        </form>
    }
}

fn action_buttons(texts: &Texts, buttons: &[&Button], busy: bool) -> Vec<impl IntoView + use<>> {
    buttons
        .iter()
        .map(|button| view! { <ActionButton texts button busy/> })
        .collect_view()
}

/// The button that closes the dialog. `src/element/form-root.js` handles its clicks.
#[component]
fn Close<'a>(texts: &'a Texts) -> impl IntoView + use<> {
    view! {
        <button part="close" type="button" aria-label=owned(texts, Text::Close)></button>
    }
}

/// The heading. It receives the focus on screens without a field, and `aria-labelledby` of a dialog refers to it.
#[component]
fn Title<'a>(texts: &'a Texts, title: Text, form_number: u32) -> impl IntoView + use<> {
    view! {
        <h2 part="title" tabindex="-1" id=element_id(form_number, "title")>
            {owned(texts, title)}
        </h2>
    }
}

/// A sentence with the customer's identifier. `<bdi>` isolates the direction of the identifier from the text around it.
#[component]
fn Lead<'a>(
    texts: &'a Texts,
    lead: &'a view::Lead,
    buttons: &'a [&'a Button],
    busy: bool,
) -> impl IntoView + use<> {
    let (before, after) = around_element(texts, lead.text);
    view! {
        <p part="lead">
            {before}
            <bdi part="identity">{lead.identity.clone()}</bdi>
            {after}
            " "
            {action_buttons(texts, buttons, busy)}
        </p>
    }
}
