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
/// - `method="dialog"`: the values do not appear in the URL if a script of the page calls `form.submit()`.
/// - `slot`: the form is shown in light DOM (`src/element/form-root.js`).
/// - `translate`: a translator would replace texts that change later. Translators set `lang` of the page, and the form follows that.
/// - `class` and `data-…`: recorders of sessions do not record the form. Each name is documented by its vendor:
///
/// | name | recorder | documentation |
/// |---|---|---|
/// | `rr-block` | rrweb | <https://github.com/rrweb-io/rrweb/blob/main/guide.md#privacy> |
/// | `ph-no-capture` | `PostHog` | <https://posthog.com/docs/session-replay/privacy> |
/// | `sentry-mask` | Sentry | <https://docs.sentry.io/platforms/javascript/session-replay/privacy/> |
/// | `fs-mask` | Fullstory | <https://help.fullstory.com/hc/en-us/articles/360020623574> |
/// | `dd-privacy-mask` | Datadog | <https://docs.datadoghq.com/session_replay/browser/privacy_options/> |
/// | `ym-hide-content` | Yandex Metrica | <https://yandex.com/support/metrica/webvisor/settings.html> |
/// | `data-hj-suppress` | Hotjar | <https://help.hotjar.com/hc/en-us/articles/115012439167> |
/// | `data-clarity-mask` | Microsoft Clarity | <https://learn.microsoft.com/en-us/clarity/setup-and-installation/clarity-masking> |
/// | `data-private` | `LogRocket` | <https://docs.logrocket.com/reference/dom> |
#[component(transparent)]
pub(super) fn Form<'a>(
    view: &'a View,
    texts: &'a Texts,
    form_number: u32,
    is_dialog: bool,
) -> impl IntoView + use<> {
    let (lang, dir) = texts.language();
    let busy = view.busy;
    // On screens for a password, the button "Not you?" is in the lead. On the first screen that would make the lead two lines high.
    let (in_lead, below): (Vec<&Button>, Vec<&Button>) = view
        .actions
        .iter()
        .partition(|button| view.username.is_some() && button.label == Text::NotYou);
    let fields = view.fields.iter().enumerate();
    view! {
        <form
            part="form"
            slot="form"
            class="rr-block ph-no-capture sentry-mask fs-mask dd-privacy-mask ym-hide-content"
            data-hj-suppress=""
            data-clarity-mask="true"
            data-private=""
            lang=lang.to_owned()
            dir=dir.to_owned()
            translate="no"
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
#[component(transparent)]
fn Close<'a>(texts: &'a Texts) -> impl IntoView + use<> {
    view! {
        <button part="close" type="button" aria-label=owned(texts, Text::Close)></button>
    }
}

/// The heading. It receives the focus on screens without a field, and `aria-labelledby` of a dialog refers to it.
#[component(transparent)]
fn Title<'a>(texts: &'a Texts, title: Text, form_number: u32) -> impl IntoView + use<> {
    view! {
        <h2 part="title" tabindex="-1" id=element_id(form_number, "title")>
            {owned(texts, title)}
        </h2>
    }
}

/// A sentence with the customer's identifier. `<bdi>` isolates the direction of the identifier from the text around it.
#[component(transparent)]
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
