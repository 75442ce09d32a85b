//! The folders that the commands read and write.

use std::path::PathBuf;

/// The root of the repository.
pub fn root() -> PathBuf {
    // This package is directly below the root, and cargo runs its programs in a checkout.
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// The folder that cargo builds into: `CARGO_TARGET_DIR`, or `target` by default.
pub fn target() -> PathBuf {
    absolute(
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from),
    )
}

/// The folder that pinned tools are installed into: `AE_LOGIN_TOOLS` (for a cache in CI), or `.tools` by default.
pub fn tools() -> PathBuf {
    absolute(
        std::env::var_os("AE_LOGIN_TOOLS").map_or_else(|| PathBuf::from(".tools"), PathBuf::from),
    )
}

/// The folder with the shipped files, which `cargo bundle` writes.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// The storefront that `cargo demo` builds and serves. It is not in `dist`, which holds nothing but the shipped files.
pub fn storefront() -> PathBuf {
    target().join("storefront")
}

/// The storefront that is written in Leptos (`tests/leptos-shop`), as trunk builds it.
pub fn leptos_shop() -> PathBuf {
    target().join("leptos-shop")
}

/// The name of the program in `docs/recipes/proxy-rust`.
pub const RUST_PROXY: &str = "auth-engine-proxy";

/// The proxy that is written in Rust, as cargo builds it for scenarios.
pub fn rust_proxy() -> PathBuf {
    target().join("debug").join(RUST_PROXY)
}

/// The folder with one folder for each end-to-end scenario that failed: `<browser>-<scenario>`.
pub fn failures() -> PathBuf {
    target().join("failures")
}

/// The folder where `cargo verify` keeps what a later run reads: counts of tests and fingerprints of builds.
pub fn verify() -> PathBuf {
    target().join("verify")
}

fn absolute(path: PathBuf) -> PathBuf {
    if path.is_absolute() {
        path
    } else {
        root().join(path)
    }
}
