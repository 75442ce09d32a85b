//! The handle of a form: its session, step and state as signals, and the methods of the element as functions.

use leptos::prelude::*;
use serde::Deserialize;

use super::ElementRef;
use crate::login::error_reason::ErrorReason;
use crate::login::problem::Kind;
use crate::login::view::StepName;

/// A session. Times are milliseconds since 1970 by the server's clock.
///
/// ```
/// use ae_login::AeLoginHandle;
/// use leptos::prelude::*;
///
/// #[component]
/// fn Greeting(login: AeLoginHandle) -> impl IntoView {
///     move || {
///         login.session().map(|session| {
///             view! { <p>"Signed in as " {session.identifier_value}</p> }
///         })
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The brand, as in the property `brand`.
    pub brand: String,
    /// The engine's id of the customer, if the token has one.
    pub user_id: Option<String>,
    /// The role in the token, such as `USER`.
    pub role: String,
    /// The type of the identifier as sent to the engine, such as `MOBILE`.
    pub identifier_type: String,
    /// The identifier as sent to the engine.
    pub identifier_value: String,
    /// The time when the token was issued.
    pub issued_at: u64,
    /// The time when the token expires.
    pub expires_at: u64,
    /// The time of the last login, which renewals do not change.
    pub signed_in_at: u64,
    /// The method of the second factor: `otp` or `password`; `None` if there was no second factor.
    pub second_factor: Option<String>,
}

/// The error of a failed operation.
///
/// ```
/// use ae_login::AeLoginError;
/// use ae_login::login::problem::Kind;
///
/// fn advice(error: &AeLoginError) -> &'static str {
///     match error.kind {
///         Kind::SignedOut => "Please sign in.",
///         _ if error.retryable => "Please try again in a moment.",
///         _ => "Please contact us.",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AeLoginError {
    /// The kind of the error, as in the event `ae-error`.
    pub kind: Kind,
    /// The engine's error code, if there is one.
    pub code: Option<i64>,
    /// Whether the same operation may succeed later.
    pub retryable: bool,
    /// The step that the form showed; `None` for errors of [`AeLoginHandle::token`].
    pub step: Option<StepName>,
    /// The fault in the page or in the settings of the engine, if the browser can tell; `None` for errors of
    /// [`AeLoginHandle::token`].
    pub reason: Option<ErrorReason>,
}

impl AeLoginError {
    /// Creates an error without a code of the engine.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            code: None,
            retryable: kind.is_retryable(),
            step: None,
            reason: None,
        }
    }
}

impl std::fmt::Display for AeLoginError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.as_str())?;
        match self.code {
            Some(code) => write!(f, " {code}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for AeLoginError {}

/// A handle of a form. Copies are handles of the same form.
///
/// Pass it to [`AeLogin`](crate::AeLogin) as `handle`, or provide it as context above the component:
///
/// ```
/// use ae_login::AeLoginHandle;
/// use leptos::prelude::*;
///
/// # let owner = Owner::new();
/// # owner.set();
/// let login = AeLoginHandle::new();
/// provide_context(login);
/// assert_eq!(use_context::<AeLoginHandle>().unwrap().session(), None);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AeLoginHandle {
    pub(super) session: RwSignal<Option<Session>>,
    pub(super) step: RwSignal<Option<StepName>>,
    pub(super) is_ready: RwSignal<bool>,
    pub(super) element: ElementRef,
}

impl Default for AeLoginHandle {
    fn default() -> Self {
        Self::new()
    }
}

impl AeLoginHandle {
    /// Creates a handle that is not connected to a form. Call it within a reactive owner, for example in a component.
    pub fn new() -> Self {
        Self {
            session: RwSignal::new(None),
            step: RwSignal::new(None),
            is_ready: RwSignal::new(false),
            element: ElementRef::new(),
        }
    }

    /// Returns the session; `None` while signed out. Reading it in a reactive context subscribes to changes.
    pub fn session(&self) -> Option<Session> {
        self.session.get()
    }

    /// Returns the step that the form shows; `None` before the form is ready. Reading it in a reactive context subscribes to
    /// changes.
    pub fn step(&self) -> Option<StepName> {
        self.step.get()
    }

    /// Returns whether the form is ready for use. Reading it in a reactive context subscribes to changes.
    pub fn is_ready(&self) -> bool {
        self.is_ready.get()
    }

    /// Returns a token that stays valid for at least `min_validity` seconds. It is renewed first if necessary.
    ///
    /// ```
    /// use ae_login::{AeLoginError, AeLoginHandle};
    ///
    /// async fn authorization(login: AeLoginHandle) -> Result<(&'static str, String), AeLoginError> {
    ///     let token = login.token(30).await?;
    ///     Ok(("cap_authorization", token))
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Kind::SignedOut`] without a session; [`Kind::Unavailable`] without a form, and always on a server; any other kind of the
    /// event `ae-error` if the renewal fails.
    pub async fn token(&self, min_validity: u32) -> Result<String, AeLoginError> {
        self.element.token(min_validity).await
    }

    /// Ends the session. All stored data of the session is erased before this returns. Does nothing on a server.
    pub fn sign_out(&self) {
        self.element.sign_out();
    }

    /// Returns to the first step. Does nothing on a server.
    pub fn restart(&self) {
        self.element.restart();
    }

    /// Opens the step in which a signed-in customer changes the password. Does nothing while signed out, and on a server.
    pub fn change_password(&self) {
        self.element.change_password();
    }

    /// Opens the dialog, or scrolls to the form. Does nothing on a server.
    ///
    /// ```
    /// use ae_login::{AeLogin, AeLoginHandle};
    /// use leptos::prelude::*;
    ///
    /// #[component]
    /// fn SignInButton() -> impl IntoView {
    ///     let login = AeLoginHandle::new();
    ///     view! {
    ///         <button on:click=move |_| login.show()>"Sign in"</button>
    ///         <AeLogin handle=login dialog=true base_url="https://eu.api.capillarytech.com" brand="DocDemo"/>
    ///     }
    /// }
    /// ```
    pub fn show(&self) {
        self.element.show();
    }

    /// Closes the dialog. Does nothing without a dialog, and on a server.
    pub fn close(&self) {
        self.element.close();
    }
}
