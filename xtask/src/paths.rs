//! Where things are kept.

use std::path::PathBuf;

/// The project's own folder.
pub fn root() -> PathBuf {
    // This package is directly below it; the programs are always run from a checkout.
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    absolute(
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from),
    )
}

/// Where pinned tools are installed and kept: `.tools`, or wherever `AE_LOGIN_TOOLS` says (for a cache in CI).
pub fn tools() -> PathBuf {
    absolute(
        std::env::var_os("AE_LOGIN_TOOLS").map_or_else(|| PathBuf::from(".tools"), PathBuf::from),
    )
}

/// The files a shop serves.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The storefront as `cargo demo` builds it. Not in `dist`, which holds the shipped files and nothing else.
pub fn storefront() -> PathBuf {
    target().join("storefront")
}

/// The storefront that is written in Leptos (`tests/leptos-shop`), as trunk builds it.
pub fn leptos_shop() -> PathBuf {
    target().join("leptos-shop")
}

fn absolute(path: PathBuf) -> PathBuf {
    if path.is_absolute() {
        path
    } else {
        root().join(path)
    }
}
