//! Messages: the status region for screen readers, the notice about the whole form, and the warning that little time is left.

use leptos::prelude::*;

use super::button::ActionButton;
use super::{around_element, owned};
use crate::login::text::{Text, Texts};
use crate::login::view::{self, Action, Button};

/// A live region for screen readers. It is visually hidden.
#[component(transparent)]
pub(super) fn Status<'a>(texts: &'a Texts, message: Option<Text>) -> impl IntoView + use<> {
    let (lang, dir) = texts.language();
    let message = message.map_or_else(String::new, |text| owned(texts, text));
    view! {
        <p
            part="status"
            slot="form"
            lang=lang.to_owned()
            dir=dir.to_owned()
            translate="no"
            role="status"
        >
            {message}
        </p>
    }
}

/// A message about the whole form. The element is always present, because a live region must exist before its message (WCAG technique
/// ARIA19).
#[component(transparent)]
pub(super) fn Notice<'a>(
    texts: &'a Texts,
    notice: Option<&'a view::Notice>,
) -> impl IntoView + use<> {
    let tone = notice.map(view::Notice::tone);
    let message = notice.map_or_else(String::new, |notice| {
        let detail = notice.detail.as_deref().unwrap_or_default();
        [&texts.get(notice.text), " ", detail].concat()
    });
    view! {
        <p part="notice" role="alert" data-tone=tone>
            {message}
        </p>
    }
}

/// A warning that the login attempt ends soon, with a button for more time. It is a live region that does not interrupt (WCAG
/// technique ARIA22), and is empty while there is enough time.
#[component(transparent)]
pub(super) fn TimeLeft<'a>(texts: &'a Texts, is_short: bool, busy: bool) -> impl IntoView + use<> {
    let content = is_short.then(|| {
        let (before, after) = around_element(texts, Text::TimeShort);
        let button = Button {
            action: Action::MoreTime,
            label: Text::MoreTime,
            wait: None,
        };
        view! {
            {before}
            <ActionButton texts button=&button busy/>
            {after}
        }
    });
    view! {
        <div part="notice time-left" role="status">
            {content}
        </div>
    }
}
