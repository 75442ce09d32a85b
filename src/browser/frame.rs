//! Whether the page is shown inside somebody else's.

/// Whether any page around this one is of another origin: such a page could lay itself over the form (clickjacking, RFC 9700 §4.16).
pub(crate) fn is_foreign() -> bool {
    let Some(mut window) = super::clock::window() else {
        return false;
    };
    // A page is never nested deeper than this by anybody with good intentions.
    for _ in 0..16 {
        let Ok(Some(parent)) = window.parent() else {
            return true;
        };
        if js_sys::Object::is(&parent, &window) {
            return false;
        }
        // Reading the address of a page of another origin throws.
        if parent.location().href().is_err() {
            return true;
        }
        window = parent;
    }
    true
}
