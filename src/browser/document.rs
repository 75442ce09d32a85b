//! Reads the state of the page: whether it is visible, whether another page is around it, and its origin.

use web_sys::{Url, VisibilityState, Window, window};

/// Whether anybody can see the page.
pub fn is_visible() -> bool {
    let document = window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether a page of another origin is around this one. Such a page could lay something over the form (clickjacking, RFC 9700
/// §4.16).
pub fn is_framed_by_other_origin() -> bool {
    let Some(mut at) = window() else { return false };
    loop {
        let Ok(Some(parent)) = at.parent() else {
            return true;
        };
        if parent == at {
            return false;
        }
        // The address of a page of another origin may not be read.
        if parent.location().href().is_err() {
            return true;
        }
        at = parent;
    }
}

/// The origin of the page, such as `https://shop.example`; empty where it cannot be read.
pub fn origin() -> String {
    let origin = window().map(|window: Window| window.location().origin());
    origin.and_then(Result::ok).unwrap_or_default()
}

/// The origin of an absolute address; `None` if it is not one.
pub fn origin_of(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.origin())
}
