//! [`AeLogin`]: the sign-in form as a Leptos component, for storefronts written in Leptos.
//!
//! The component renders the element `<ae-login>`, which the storefront's own wasm defines instead of the loader. Parts, custom
//! properties, storage and events are the same as those of the element. On a server the component renders the element with its
//! attributes and children; the form opens in the browser.
//!
//! The languages other than English and the table of countries are files that `cargo bundle` builds (`ae-login.de.json`,
//! `ae-login.countries.txt`). Serve them, and set the property `files` to their URL.
//!
//! | file | contents |
//! |---|---|
//! | `mod.rs` | the component |
//! | `handle.rs` | [`AeLoginHandle`], [`Session`], [`AeLoginError`] |
//! | `browser.rs` | the connection to the element (wasm only) |
//! | `server.rs` | the same interface without an element (all other targets) |

#[cfg(target_arch = "wasm32")]
mod browser;
mod handle;
#[cfg(not(target_arch = "wasm32"))]
mod server;

pub use handle::{AeLoginError, AeLoginHandle, Session};

use std::pin::Pin;

use leptos::prelude::*;
use leptos::tachys::html::attribute::custom::custom_attribute;

#[cfg(target_arch = "wasm32")]
use browser::{ElementRef, connect};
#[cfg(not(target_arch = "wasm32"))]
use server::{ElementRef, connect};

pub use crate::login::activity::Activity;
use crate::login::config::{IdentifierKind, Method, SecondFactor, Storage};
use crate::login::session::Reason;
use crate::login::view::StepName;
use crate::login::wire::Channel;

/// The event of a completed login or a restored session.
///
/// ```
/// use ae_login::SignedIn;
///
/// fn greeting(event: &SignedIn) -> String {
///     let name = &event.session.identifier_value;
///     if event.restored {
///         format!("Welcome back, {name}")
///     } else {
///         format!("Hello, {name}")
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// Whether the session was started by an earlier page or by another tab.
    pub restored: bool,
}

/// The event of another step.
///
/// ```
/// use ae_login::StepChange;
/// use ae_login::login::view::StepName;
///
/// fn is_first_code(event: &StepChange) -> bool {
///     event.previous == StepName::Identify && event.step == StepName::Code
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepChange {
    /// The current step.
    pub step: StepName,
    /// The previous step.
    pub previous: StepName,
}

/// The request that a challenge is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChallengeCall {
    /// Why a message is sent: `send-code`, `resend-code` or `change-channel`.
    pub action: String,
    /// The path of the request below `base_url`.
    pub endpoint: String,
}

/// The names and values of the headers that a challenge gives; `None` if it was not passed.
///
/// ```
/// use ae_login::{ChallengeCall, ChallengeHeaders};
/// use leptos::prelude::*;
///
/// async fn solve_captcha(action: &str) -> Option<String> {
/// #   None
/// }
///
/// let challenge = Callback::new(|call: ChallengeCall| -> ChallengeHeaders {
///     Box::pin(async move {
///         let token = solve_captcha(&call.action).await?;
///         Some(vec![("x-captcha".to_owned(), token)])
///     })
/// });
/// ```
pub type ChallengeHeaders = Pin<Box<dyn Future<Output = Option<Vec<(String, String)>>>>>;

/// The event listeners of a form.
#[derive(Clone, Copy, Default)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, reason = "a server dispatches no events")
)]
pub(crate) struct Listeners {
    pub(crate) ready: Option<Callback<()>>,
    pub(crate) step: Option<Callback<StepChange>>,
    pub(crate) signed_in: Option<Callback<SignedIn>>,
    pub(crate) renewed: Option<Callback<Session>>,
    pub(crate) signed_out: Option<Callback<Reason>>,
    pub(crate) error: Option<Callback<AeLoginError>>,
    pub(crate) activity: Option<Callback<Activity>>,
}

/// A sign-in form.
///
/// A property that is omitted has the default of the attribute with the same name. All settings except `dialog`, `shadow` and `files`
/// may be signals: a change applies at once, and another `base_url` or `brand` starts over.
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
    /// The URL of the Auth Engine, or of the shop's proxy in front of it. It must be https (http only for loopback addresses), and may
    /// have a path.
    #[prop(into)]
    base_url: Signal<String>,
    /// The name of the organisation, sent as written.
    #[prop(into)]
    brand: Signal<String>,
    /// The kinds of identifiers that a customer may enter. Default: mobile numbers.
    #[prop(into, optional)]
    identifiers: MaybeProp<Vec<IdentifierKind>>,
    /// The method of the first factor. Default: [`Method::Otp`].
    #[prop(into, optional)]
    first_factor: MaybeProp<Method>,
    /// When a second factor is required. Default: [`SecondFactor::Auto`].
    #[prop(into, optional)]
    second_factor: MaybeProp<SecondFactor>,
    /// The method of the second factor. Default: [`Method::Auto`].
    #[prop(into, optional)]
    second_factor_method: MaybeProp<Method>,
    /// The kind of identifier for the second factor. Default: the identifier of the first factor.
    #[prop(into, optional)]
    second_factor_identifier: MaybeProp<IdentifierKind>,
    /// The roles of a token that mean that the second factor is pending. Default: `MFA_PENDING`.
    #[prop(into, optional)]
    pending_roles: MaybeProp<Vec<String>>,
    /// Other channels that the form offers for sending a code. Default: none.
    #[prop(into, optional)]
    fallback_channels: MaybeProp<Vec<Channel>>,
    /// A regular expression that the whole new password must match, as with the attribute `pattern` of HTML. Default: none.
    #[prop(into, optional)]
    password_pattern: MaybeProp<String>,
    /// A description of `password_pattern`, shown below the field for a new password. Default: none.
    #[prop(into, optional)]
    password_hint: MaybeProp<String>,
    /// The preselected country of mobile numbers (ISO 3166-1 alpha-2). Default: the region of the browser's language.
    #[prop(into, optional)]
    country: MaybeProp<String>,
    /// The countries whose mobile numbers are accepted (ISO 3166-1 alpha-2). Default: all.
    #[prop(into, optional)]
    countries: MaybeProp<Vec<String>>,
    /// The number of digits of a code, from 4 to 10. Default: 6.
    #[prop(into, optional)]
    otp_length: MaybeProp<u8>,
    /// The number of seconds before another code can be requested. Default: 30.
    #[prop(into, optional)]
    resend_after: MaybeProp<u32>,
    /// The lifetime of a login attempt in minutes, from 1 to 60. Default: 15.
    #[prop(into, optional)]
    session_minutes: MaybeProp<u8>,
    /// The storage of the session. Default: [`Storage::Tab`].
    #[prop(into, optional)]
    storage: MaybeProp<Storage>,
    /// Whether the form has the checkbox "Keep me signed in on this device". Default: false.
    #[prop(into, optional)]
    ask_to_remember: MaybeProp<bool>,
    /// The number of minutes after a login when renewing stops, from 1 to 43,200. Default: 1,440; 43,200 with
    /// [`Storage::Device`].
    #[prop(into, optional)]
    max_age: MaybeProp<u32>,
    /// The number of minutes without use of the page after which the session ends, from 1 to 43,200. Default: none.
    #[prop(into, optional)]
    max_idle: MaybeProp<u32>,
    /// The device id for the second factor. Default: a random id that the browser keeps.
    #[prop(into, optional)]
    device_id: MaybeProp<String>,
    /// Whether requests of the first factor carry the device id too. Default: false.
    #[prop(into, optional)]
    send_device_id: MaybeProp<bool>,
    /// Whether a token is renewed only when it is requested. Default: false.
    #[prop(into, optional)]
    no_renew: MaybeProp<bool>,
    /// Whether the form is shown in a frame of another origin. Default: false.
    #[prop(into, optional)]
    allow_framing: MaybeProp<bool>,
    /// Origins that the element's method `fetch()` may send the token to, besides the origin of the page. Default: none.
    #[prop(into, optional)]
    allow_origins: MaybeProp<Vec<String>>,
    /// Whether a complete code is sent by itself. Default: false.
    #[prop(into, optional)]
    auto_submit: MaybeProp<bool>,
    /// Whether the identifier is stored on the device after a login, and offered the next time. Default: false.
    #[prop(into, optional)]
    remember_identifier: MaybeProp<bool>,
    /// Called before each request that sends a message; its headers go with the request. `None` stops the request. Default: none.
    #[prop(into, optional)]
    challenge: Option<Callback<ChallengeCall, ChallengeHeaders>>,
    /// The language (BCP 47). Default: the nearest attribute `lang`, or else the browser's language.
    #[prop(into, optional)]
    locale: MaybeProp<String>,
    /// Whether the form is a modal dialog, which [`AeLoginHandle::show`] opens. Applies when the form first opens.
    #[prop(optional)]
    dialog: bool,
    /// Whether the form is in an open shadow root. Applies when the form first opens.
    #[prop(optional)]
    shadow: bool,
    /// The URL of the directory with the language files and the table of countries, absolute or relative to the page, with a slash at
    /// the end. Default: the directory of the page. The value of the first form applies to all forms of the page.
    #[prop(into, optional)]
    files: Option<String>,
    /// The handle for reading the session and calling methods. Default: the handle in the context, if there is one.
    #[prop(optional)]
    handle: Option<AeLoginHandle>,
    /// Called when the form is ready for use.
    #[prop(into, optional)]
    on_ready: Option<Callback<()>>,
    /// Called when the form shows another step.
    #[prop(into, optional)]
    on_step: Option<Callback<StepChange>>,
    /// Called when a login is complete, or when an earlier session is restored.
    #[prop(into, optional)]
    on_signed_in: Option<Callback<SignedIn>>,
    /// Called when this tab or another one has renewed the token.
    #[prop(into, optional)]
    on_renewed: Option<Callback<Session>>,
    /// Called when the session has ended.
    #[prop(into, optional)]
    on_signed_out: Option<Callback<Reason>>,
    /// Called when an operation has failed.
    #[prop(into, optional)]
    on_error: Option<Callback<AeLoginError>>,
    /// Called when something has happened in a login attempt.
    #[prop(into, optional)]
    on_activity: Option<Callback<Activity>>,
    /// The fallback. It is shown until the form is ready, and if the form cannot run.
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
        activity: on_activity,
    };
    let element = NodeRef::new();
    connect(element, handle, listeners, challenge, files);
    // Leptos elements accept at most 26 attributes. A tuple counts as one.
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
        custom_attribute("auto-submit", move || boolean(auto_submit)),
        custom_attribute("locale", move || locale.get()),
    );
    let session = (
        custom_attribute("storage", move || storage.get().map(Storage::as_str)),
        custom_attribute("remember", move || {
            ask_to_remember
                .get()
                .map(|asks| if asks { "ask" } else { "off" })
        }),
        custom_attribute("remember-identifier", move || boolean(remember_identifier)),
        custom_attribute("max-age", move || {
            max_age.get().map(|minutes| minutes.to_string())
        }),
        custom_attribute("max-idle", move || {
            max_idle.get().map(|minutes| minutes.to_string())
        }),
        custom_attribute("device-id", move || device_id.get()),
        custom_attribute("send-device-id", move || boolean(send_device_id)),
        custom_attribute("no-renew", move || boolean(no_renew)),
        custom_attribute("allow-framing", move || boolean(allow_framing)),
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

/// Returns the value of an attribute that is a list.
fn list<T: Copy>(items: Vec<T>, as_str: fn(T) -> &'static str) -> String {
    items.into_iter().map(as_str).collect::<Vec<_>>().join(" ")
}

/// Returns the value of a boolean attribute; `None` if it is absent.
fn boolean(value: MaybeProp<bool>) -> Option<&'static str> {
    value.get().filter(|value| *value).map(|_| "")
}

/// The type of custom elements in Leptos, for [`NodeRef`].
type Element = leptos::html::Custom<&'static str>;
