//! [`AeLogin`]: the sign-in form as a Leptos component, for storefronts that are written in Leptos themselves.
//!
//! It draws the element `<ae-login>`, defined by the storefront's own wasm instead of the loader, so everything that holds for
//! the element holds here: parts, custom properties, storage, several forms with one session. On a server it renders the element
//! with its attributes and children; the form begins in the browser.
//!
//! The languages other than English and the table of countries are files (`ae-login.de.json`, `ae-login.countries.txt`) of
//! `cargo bundle`. Serve them, and name the place in the property `files`.

mod handle;

#[cfg(target_arch = "wasm32")]
mod browser;

pub use handle::{AeLoginError, AeLoginHandle, Session};

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

use crate::login::config::{IdentifierKind, Method, SecondFactor, Storage};
use crate::login::session::Reason;
use crate::login::view::StepName;
use crate::login::wire::Channel;

/// A login is complete, or an earlier session was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who is signed in.
    pub session: Session,
    /// Whether the session was begun by an earlier page or another tab.
    pub restored: bool,
}

/// The form shows another step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepChange {
    /// The step now.
    pub step: StepName,
    /// The step before.
    pub previous: StepName,
}

/// The functions that are called for the events of a form.
#[derive(Clone, Copy, Default)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, reason = "a server has no form")
)]
pub(crate) struct Listeners {
    pub(crate) ready: Option<Callback<()>>,
    pub(crate) step: Option<Callback<StepChange>>,
    pub(crate) signed_in: Option<Callback<SignedIn>>,
    pub(crate) renewed: Option<Callback<Session>>,
    pub(crate) signed_out: Option<Callback<Reason>>,
    pub(crate) error: Option<Callback<AeLoginError>>,
}

/// A sign-in form.
///
/// Properties that are left out have the default of the attribute of the same name. All of them but `dialog` and `shadow` may be
/// signals: a change applies at once, and another `base_url` or `brand` starts over.
///
/// ```
/// use ae_login::{AeLogin, AeLoginHandle};
/// use ae_login::login::config::IdentifierKind;
/// use leptos::prelude::*;
///
/// #[component]
/// fn Account() -> impl IntoView {
///     let login = AeLoginHandle::new();
///     let name = move || login.session().map(|session| session.identifier_value);
///     view! {
///         <p>{move || name().map(|name| format!("Hello, {name}"))}</p>
///         <AeLogin
///             handle=login
///             base_url="https://eu.api.capillarytech.com"
///             brand="DocDemo"
///             identifiers=vec![IdentifierKind::Mobile, IdentifierKind::Email]
///             files="/ae-login/"
///             on_signed_in=move |event: ae_login::SignedIn| {
///                 leptos::logging::log!("user {:?}", event.session.user_id);
///             }
///         >
///             <p>"Sign-in needs JavaScript."</p>
///         </AeLogin>
///     }
/// }
/// ```
#[component]
pub fn AeLogin(
    /// The Auth Engine or the shop's proxy in front of it: an https URL (http only for loopback); a path prefix is allowed.
    #[prop(into)]
    base_url: Signal<String>,
    /// The name of the organisation, sent as written.
    #[prop(into)]
    brand: Signal<String>,
    /// What a customer may type. Default: mobile numbers.
    #[prop(into, optional)]
    identifiers: MaybeProp<Vec<IdentifierKind>>,
    /// How the first factor is proved. Default: [`Method::Otp`].
    #[prop(into, optional)]
    first_factor: MaybeProp<Method>,
    /// When a second factor is asked for. Default: [`SecondFactor::Auto`].
    #[prop(into, optional)]
    second_factor: MaybeProp<SecondFactor>,
    /// How the second factor is proved. Default: [`Method::Auto`].
    #[prop(into, optional)]
    second_factor_method: MaybeProp<Method>,
    /// What a customer goes by in the second factor. Default: the same as in the first.
    #[prop(into, optional)]
    second_factor_identifier: MaybeProp<IdentifierKind>,
    /// The roles that mean that the second factor is outstanding. Default: `MFA_PENDING`.
    #[prop(into, optional)]
    pending_roles: MaybeProp<Vec<String>>,
    /// The channels by which a code can be sent instead. Default: none.
    #[prop(into, optional)]
    fallback_channels: MaybeProp<Vec<Channel>>,
    /// A regular expression that new passwords must match as a whole, as in the attribute `pattern` of HTML. Default: none.
    #[prop(into, optional)]
    password_pattern: MaybeProp<String>,
    /// The same in words, shown below a new password. Default: none.
    #[prop(into, optional)]
    password_hint: MaybeProp<String>,
    /// The country of mobile numbers (ISO 3166-1 alpha-2). Default: from the browser's language.
    #[prop(into, optional)]
    country: MaybeProp<String>,
    /// The countries whose mobile numbers are accepted. Default: all.
    #[prop(into, optional)]
    countries: MaybeProp<Vec<String>>,
    /// The number of digits of a code, from 4 to 10. Default: 6.
    #[prop(into, optional)]
    otp_length: MaybeProp<u8>,
    /// Seconds before another code may be asked for. Default: 30.
    #[prop(into, optional)]
    resend_after: MaybeProp<u32>,
    /// The life of a login attempt in minutes, from 1 to 60. Default: 15.
    #[prop(into, optional)]
    session_minutes: MaybeProp<u8>,
    /// Where the session is kept. Default: [`Storage::Tab`].
    #[prop(into, optional)]
    storage: MaybeProp<Storage>,
    /// Whether "Keep me signed in on this device" is offered. Default: false.
    #[prop(into, optional)]
    ask_to_remember: MaybeProp<bool>,
    /// Minutes after the last real login at which renewing stops, from 1 to 43,200. Default: 1,440; 43,200 with
    /// [`Storage::Device`].
    #[prop(into, optional)]
    max_age: MaybeProp<u32>,
    /// Minutes without use of the page at which the session ends, from 1 to 43,200. Default: never.
    #[prop(into, optional)]
    max_idle: MaybeProp<u32>,
    /// The id of the device for the second factor. Default: random, kept in the browser.
    #[prop(into, optional)]
    device_id: MaybeProp<String>,
    /// Whether the device id goes along with every call. Default: false.
    #[prop(into, optional)]
    send_device_id: MaybeProp<bool>,
    /// Whether tokens are renewed only when they are asked for. Default: false.
    #[prop(into, optional)]
    no_renew: MaybeProp<bool>,
    /// Whether the form is shown inside a frame of another origin. Default: false.
    #[prop(into, optional)]
    allow_framing: MaybeProp<bool>,
    /// The origins to which [`AeLoginHandle::token`] may be sent by `fetch()` of the element. Default: the page's own.
    #[prop(into, optional)]
    allow_origins: MaybeProp<Vec<String>>,
    /// The language (BCP 47). Default: the nearest `lang`, then the browser's.
    #[prop(into, optional)]
    locale: MaybeProp<String>,
    /// Whether the form is a modal dialog, opened by [`AeLoginHandle::show`]. Read when the form is first shown.
    #[prop(optional)]
    dialog: bool,
    /// Whether the form is in an open shadow root. Read when the form is first shown.
    #[prop(optional)]
    shadow: bool,
    /// Where the language files and the table of countries are: an address that ends with a slash, absolute or relative to the
    /// page. Default: the folder of the page. The first form of a page decides for all of them.
    #[prop(into, optional)]
    files: Option<String>,
    /// The handle that gives the session and the token. Default: the one of the context, else none.
    #[prop(optional)]
    handle: Option<AeLoginHandle>,
    /// The form can be used.
    #[prop(into, optional)]
    on_ready: Option<Callback<()>>,
    /// The form shows another step.
    #[prop(into, optional)]
    on_step: Option<Callback<StepChange>>,
    /// A login is complete, or an earlier session was restored.
    #[prop(into, optional)]
    on_signed_in: Option<Callback<SignedIn>>,
    /// There is a new token, by this tab or another.
    #[prop(into, optional)]
    on_renewed: Option<Callback<Session>>,
    /// The session is over.
    #[prop(into, optional)]
    on_signed_out: Option<Callback<Reason>>,
    /// Something failed.
    #[prop(into, optional)]
    on_error: Option<Callback<AeLoginError>>,
    /// Shown until the form is there, and if it cannot run.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let handle = handle
        .or_else(use_context::<AeLoginHandle>)
        .unwrap_or_default();
    let listeners = Listeners {
        ready: on_ready,
        step: on_step,
        signed_in: on_signed_in,
        renewed: on_renewed,
        signed_out: on_signed_out,
        error: on_error,
    };
    let element = NodeRef::new();
    connect(element, handle, listeners, files);
    // An element takes 26 attributes at most; a group counts as one.
    let sign_in = (
        custom_attribute("identifiers", move || {
            identifiers
                .get()
                .map(|kinds| list(kinds, IdentifierKind::as_str))
        }),
        custom_attribute("first-factor", move || {
            first_factor.get().map(Method::as_str)
        }),
        custom_attribute("second-factor", move || {
            second_factor.get().map(SecondFactor::as_str)
        }),
        custom_attribute("second-factor-method", move || {
            second_factor_method.get().map(Method::as_str)
        }),
        custom_attribute("second-factor-identifier", move || {
            second_factor_identifier.get().map(IdentifierKind::as_str)
        }),
        custom_attribute("pending-roles", move || {
            pending_roles.get().map(|roles| roles.join(" "))
        }),
        custom_attribute("fallback-channels", move || {
            fallback_channels
                .get()
                .map(|channels| list(channels, Channel::api_name))
        }),
        custom_attribute("password-pattern", move || password_pattern.get()),
        custom_attribute("password-hint", move || password_hint.get()),
    );
    let numbers_and_codes = (
        custom_attribute("country", move || country.get()),
        custom_attribute("countries", move || {
            countries.get().map(|codes| codes.join(" "))
        }),
        custom_attribute("otp-length", move || {
            otp_length.get().map(|digits| digits.to_string())
        }),
        custom_attribute("resend-after", move || {
            resend_after.get().map(|seconds| seconds.to_string())
        }),
        custom_attribute("session-minutes", move || {
            session_minutes.get().map(|minutes| minutes.to_string())
        }),
        custom_attribute("locale", move || locale.get()),
    );
    let session = (
        custom_attribute("storage", move || storage.get().map(Storage::as_str)),
        custom_attribute("remember", move || {
            ask_to_remember
                .get()
                .map(|asks| if asks { "ask" } else { "off" })
        }),
        custom_attribute("max-age", move || {
            max_age.get().map(|minutes| minutes.to_string())
        }),
        custom_attribute("max-idle", move || {
            max_idle.get().map(|minutes| minutes.to_string())
        }),
        custom_attribute("device-id", move || device_id.get()),
        custom_attribute("send-device-id", move || present(send_device_id)),
        custom_attribute("no-renew", move || present(no_renew)),
        custom_attribute("allow-framing", move || present(allow_framing)),
        custom_attribute("allow-origins", move || {
            allow_origins.get().map(|origins| origins.join(" "))
        }),
    );
    view! {
        <ae-login
            node_ref=element
            base-url=move || base_url.get()
            brand=move || brand.get()
            dialog=dialog.then_some("")
            shadow=shadow.then_some("")
            {..sign_in}
            {..numbers_and_codes}
            {..session}
        >
            {children.map(|children| children())}
        </ae-login>
    }
}

/// The value of an attribute that is a list of words.
fn list<T: Copy>(items: Vec<T>, word: fn(T) -> &'static str) -> String {
    items.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The value of an attribute that is present or absent.
fn present(is: MaybeProp<bool>) -> Option<&'static str> {
    is.get().filter(|is| *is).map(|_| "")
}

/// The element in the page, of the type that [`NodeRef`] wants for a custom element.
type Element = leptos::html::Custom<&'static str>;

#[cfg(target_arch = "wasm32")]
use browser::connect;

/// A server has no form.
#[cfg(not(target_arch = "wasm32"))]
fn connect(
    _element: NodeRef<Element>,
    _handle: AeLoginHandle,
    _listeners: Listeners,
    _files: Option<String>,
) {
}
