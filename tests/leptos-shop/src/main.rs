//! A storefront in Leptos for the end-to-end tests. It shows the session, a token on request, and the events of the form.
//!
//! `trunk build` builds the page. The storefront is mounted in the element whose attribute `data-engine` has the URL of the engine.

#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "the page is mounted in a browser only")
)]

use ae_login::login::config::IdentifierKind;
use ae_login::{AeLogin, AeLoginError, AeLoginHandle, SignedIn};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The page.
#[component]
fn Storefront(
    /// The URL of the engine.
    engine: String,
) -> impl IntoView {
    let login = AeLoginHandle::new();
    let events = RwSignal::new(Vec::<String>::new());
    let record = move |event: String| events.update(|events| events.push(event));
    let token = RwSignal::new(String::new());
    let show_token = move |_| {
        spawn_local(async move {
            token.set(match login.token(30).await {
                Ok(text) => format!("A token of {} characters", text.len()),
                Err(problem) => format!("No token: {problem}"),
            });
        });
    };
    let greeting = move || match login.session() {
        Some(session) => format!("Hello, {}", session.identifier_value),
        None => "Nobody is signed in".to_owned(),
    };
    let step = move || {
        login
            .step()
            .map_or("none", ae_login::login::view::StepName::as_str)
    };
    view! {
        <p id="greeting">{greeting}</p>
        <p id="step">{step}</p>
        <p id="token">{move || token.get()}</p>
        <p id="events">{move || events.get().join(", ")}</p>
        <button id="show-token" on:click=show_token>{"Show my token"}</button>
        <button id="sign-out" on:click=move |_| login.sign_out()>{"Leave"}</button>
        <AeLogin
            handle=login
            base_url=engine
            brand="DocDemo"
            identifiers=vec![IdentifierKind::Mobile, IdentifierKind::Email]
            files="/"
            on_ready=move |()| record("ready".to_owned())
            on_signed_in=move |event: SignedIn| record(format!("signed in, restored: {}", event.restored))
            on_signed_out=move |reason: ae_login::login::session::Reason| {
                record(format!("signed out: {}", reason.as_str()));
            }
            on_error=move |problem: AeLoginError| record(format!("error: {problem}"))
        >
            <p class=move || "fallback">{"Sign-in needs JavaScript."}</p>
        </AeLogin>
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {
    use leptos::wasm_bindgen::JsCast as _;

    // Without this hook a panic is reported as `unreachable` only.
    std::panic::set_hook(Box::new(|panic| leptos::logging::error!("{panic}")));
    let container = document().query_selector("[data-engine]").ok().flatten();
    let Some(container) = container else {
        return;
    };
    let engine = container.get_attribute("data-engine").unwrap_or_default();
    leptos::mount::mount_to(container.unchecked_into(), move || {
        view! { <Storefront engine=engine.clone()/> }
    })
    .forget();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This page runs in a browser. `trunk build` builds it.");
}
