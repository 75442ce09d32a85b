//! What a storefront holds of a form: the session as a signal, the methods of the element as functions.

use leptos::prelude::*;
use serde::Deserialize;

use crate::login::problem::Kind;
use crate::login::view::StepName;

/// Who is signed in. Times are milliseconds since 1970 by the server's clock.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The brand as in the property.
    pub brand: String,
    /// The customer's number at the engine, where the token has one.
    pub user_id: Option<String>,
    /// The role of the token: `USER`.
    pub role: String,
    /// The kind of identifier as sent to the engine, such as `MOBILE`.
    pub identifier_type: String,
    /// The identifier as sent to the engine.
    pub identifier_value: String,
    /// When the token was issued.
    pub issued_at: u64,
    /// When the token expires.
    pub expires_at: u64,
    /// When the customer last proved who they are.
    pub signed_in_at: u64,
    /// How the second factor was proved: `otp` or `password`; `None` without one.
    pub second_factor: Option<String>,
}

/// Why something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AeLoginError {
    /// What kind of failure.
    pub kind: Kind,
    /// The engine's number, where it gave one.
    pub code: Option<i64>,
    /// Whether the same call may succeed a moment later.
    pub retryable: bool,
    /// The step of the form; `None` for failures of [`AeLoginHandle::token`].
    pub step: Option<StepName>,
}

impl AeLoginError {
    /// A failure that no answer of the engine caused.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            code: None,
            retryable: kind.is_retryable(),
            step: None,
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

/// A handle on a form. Copies are handles on the same form.
///
/// Give it to [`AeLogin`](crate::AeLogin) as `handle`, or provide it as context above the component:
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
    #[cfg(target_arch = "wasm32")]
    pub(super) element: StoredValue<Option<super::browser::LoginElement>, LocalStorage>,
}

impl Default for AeLoginHandle {
    fn default() -> Self {
        Self::new()
    }
}

impl AeLoginHandle {
    /// A handle without a form. It needs a reactive owner, as every component has one.
    pub fn new() -> Self {
        Self {
            session: RwSignal::new(None),
            step: RwSignal::new(None),
            is_ready: RwSignal::new(false),
            #[cfg(target_arch = "wasm32")]
            element: StoredValue::new_local(None),
        }
    }

    /// Who is signed in. Reading it subscribes to changes.
    pub fn session(&self) -> Option<Session> {
        self.session.get()
    }

    /// The step that the form shows; `None` before the form is there. Reading it subscribes to changes.
    pub fn step(&self) -> Option<StepName> {
        self.step.get()
    }

    /// Whether the form can be used. Reading it subscribes to changes.
    pub fn is_ready(&self) -> bool {
        self.is_ready.get()
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl AeLoginHandle {
    /// A token that is good for at least `min_validity` seconds, renewed first if needed.
    ///
    /// # Errors
    /// [`Kind::SignedOut`] while nobody is signed in, [`Kind::Unavailable`] without a form (always on a server), else as the event
    /// `ae-error`.
    #[expect(
        clippy::unused_async,
        reason = "in a browser the token may have to be renewed first"
    )]
    pub async fn token(&self, _min_validity: u32) -> Result<String, AeLoginError> {
        Err(AeLoginError::new(Kind::Unavailable))
    }

    /// Ends the session: everything that is kept is erased first. Does nothing on a server.
    pub fn sign_out(&self) {}

    /// Back to the first step. Does nothing on a server.
    pub fn restart(&self) {}

    /// Lets a signed-in customer choose another password. Does nothing on a server.
    pub fn change_password(&self) {}

    /// Opens the dialog, or scrolls to the form. Does nothing on a server.
    pub fn show(&self) {}

    /// Closes the dialog. Does nothing on a server.
    pub fn close(&self) {}
}
