//! The component on a server: the element is rendered with its attributes and children, and there is no form.

use leptos::prelude::*;

use super::{AeLoginError, AeLoginHandle, ChallengeCall, ChallengeHeaders, Element, Listeners};
use crate::login::problem::Kind;

/// Takes the place of the reference to an element. Its methods do nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct ElementRef;

#[expect(
    clippy::unused_self,
    reason = "the methods use the element in a browser"
)]
impl ElementRef {
    pub(super) fn new() -> Self {
        Self
    }

    #[expect(clippy::unused_async, reason = "the method is async in a browser")]
    pub(super) async fn token(self, _min_validity: u32) -> Result<String, AeLoginError> {
        Err(AeLoginError::new(Kind::Unavailable))
    }

    pub(super) fn sign_out(self) {}

    pub(super) fn restart(self) {}

    pub(super) fn change_password(self) {}

    pub(super) fn show(self) {}

    pub(super) fn close(self) {}
}

/// Does nothing: the element is defined in the browser.
pub(super) fn connect(
    _element: NodeRef<Element>,
    _handle: AeLoginHandle,
    _listeners: Listeners,
    _challenge: Option<Callback<ChallengeCall, ChallengeHeaders>>,
    _files: Option<String>,
) {
}
