//! Reads the state of the page: its visibility, the frames around it, and its origin.

use web_sys::{Url, VisibilityState, Window, window};

/// Returns whether the page is visible.
pub fn is_visible() -> bool {
    let document = window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Returns whether the page is in a frame of another origin. Such a page could cover the form (clickjacking, RFC 9700 §4.16).
pub fn is_framed_by_other_origin() -> bool {
    let Some(mut current) = window() else {
        return false;
    };
    loop {
        let Ok(Some(parent)) = current.parent() else {
            return true;
        };
        if parent == current {
            return false;
        }
        // Reading the address of a page of another origin throws.
        if parent.location().href().is_err() {
            return true;
        }
        current = parent;
    }
}

/// Returns the origin of the page, such as `https://shop.example`; empty if it cannot be read.
pub fn origin() -> String {
    let origin = window().map(|window: Window| window.location().origin());
    origin.and_then(Result::ok).unwrap_or_default()
}

/// Returns the origin of an absolute URL; `None` if `url` is not an absolute URL.
pub fn origin_of(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.origin())
}
