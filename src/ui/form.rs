//! The form of one screen, and what frames its fields.

use leptos::prelude::*;

use super::button::{ActionButton, Submit};
use super::field::{Field, Remember, Username};
use super::message::{Notice, TimeLeft};
use super::{around_element, element_id, owned};
use crate::login::text::{Text, Texts};
use crate::login::view::{self, Button, View};

/// One screen: all that the view holds, in the same order on every screen.
///
/// `method="dialog"` keeps what was typed out of the address if a script of the page submits the form itself.
#[component]
pub(super) fn Form<'a>(
    view: &'a View,
    texts: &'a Texts,
    form_number: u32,
    is_dialog: bool,
) -> impl IntoView + use<> {
    let (lang, dir) = texts.language();
    let busy = view.busy;
    // The button that leaves an identifier stands beside it, if there is one.
    let (beside, below): (Vec<&Button>, Vec<&Button>) = view
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
            {view.lead.as_ref().map(|lead| view! { <Lead texts lead buttons=&beside busy/> })}
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

/// The button that closes a dialog. The element listens to it; the view knows nothing of dialogs.
#[component]
fn Close<'a>(texts: &'a Texts) -> impl IntoView + use<> {
    view! {
        <button part="close" type="button" aria-label=owned(texts, Text::Close)></button>
    }
}

/// The heading. It takes the focus if there is nothing to fill in, and names a dialog.
#[component]
fn Title<'a>(texts: &'a Texts, title: Text, form_number: u32) -> impl IntoView + use<> {
    view! {
        <h2 part="title" tabindex="-1" id=element_id(form_number, "title")>
            {owned(texts, title)}
        </h2>
    }
}

/// A sentence with the identifier of the customer in it. `<bdi>` keeps the direction of a number in any language.
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
