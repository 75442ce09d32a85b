//! The example of `docs/leptos.md`.

use ae_login::login::config::IdentifierKind;
use ae_login::{AeLogin, AeLoginHandle, SignedIn};
use leptos::prelude::*;

#[component]
pub fn Account() -> impl IntoView {
    let login = AeLoginHandle::new();
    let name = move || login.session().map(|session| session.identifier_value);
    view! {
        <p>{move || name().map(|name| format!("Signed in as {name}"))}</p>
        <AeLogin
            handle=login
            base_url="https://eu.api.capillarytech.com"
            brand="DocDemo"
            identifiers=vec![IdentifierKind::Mobile, IdentifierKind::Email]
            files="/ae-login/"
            on_signed_in=move |event: SignedIn| {
                leptos::logging::log!("customer {:?}", event.session.user_id);
            }
        >
            <p>"Sign-in needs JavaScript."</p>
        </AeLogin>
    }
}
