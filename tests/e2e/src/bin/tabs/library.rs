//! The libraries that are compared: the widget and two others, each with its page.

use xtask::npm;
use xtask::paths;

/// A library that keeps a customer signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    Widget,
    Auth0,
    AuthJs,
}

/// A library's code.
pub(crate) struct Code {
    pub(crate) script: Vec<u8>,
    /// The glue and the wasm that the script loads, if the library has them.
    pub(crate) program: Option<[Vec<u8>; 2]>,
    pub(crate) version: String,
}

impl Library {
    pub(crate) const ALL: [Self; 3] = [Self::Widget, Self::Auth0, Self::AuthJs];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Widget => "ae-login",
            Self::Auth0 => "auth0-spa-js",
            Self::AuthJs => "supabase auth-js",
        }
    }

    /// The call that every tab makes for a token, and the library's settings.
    pub(crate) fn call(self) -> &'static str {
        match self {
            Self::Widget => "login.getToken(), storage=\"tab\"; signed in by a code",
            Self::Auth0 => {
                "client.getTokenSilently(), useRefreshTokens, cacheLocation \"localstorage\"; its login written there"
            }
            Self::AuthJs => {
                "client.getSession(), autoRefreshToken off, no lock of one's own (its default); its login written to localStorage"
            }
        }
    }

    /// The page of every tab.
    pub(crate) fn page(self) -> &'static str {
        match self {
            Self::Widget => include_str!("page/widget.html"),
            Self::Auth0 => include_str!("page/auth0.html"),
            Self::AuthJs => include_str!("page/auth-js.html"),
        }
    }

    /// The page's own script: it defines `renew()` and says when the tab is ready.
    pub(crate) fn page_script(self) -> &'static str {
        match self {
            Self::Widget => include_str!("page/widget.js"),
            Self::Auth0 => include_str!("page/auth0.js"),
            Self::AuthJs => include_str!("page/auth-js.js"),
        }
    }

    /// The library's files. Installs the library if it is missing.
    pub(crate) fn code(self) -> Result<Code, String> {
        let package = match self {
            Self::Widget => {
                let read = |name: &str| {
                    let file = paths::dist().join(name);
                    let read = std::fs::read(&file);
                    read.map_err(|error| {
                        format!("{}: {error}; `cargo bundle` builds it", file.display())
                    })
                };
                return Ok(Code {
                    script: read("ae-login.js")?,
                    program: Some([read("ae-login.core.js")?, read("ae-login.wasm")?]),
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                });
            }
            Self::Auth0 => "@auth0/auth0-spa-js",
            Self::AuthJs => "@supabase/auth-js",
        };
        let (script, version) = npm::peer(package).map_err(|problem| problem.to_string())?;
        Ok(Code {
            script: script.into_bytes(),
            program: None,
            version,
        })
    }
}
