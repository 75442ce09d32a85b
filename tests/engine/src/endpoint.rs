//! The calls the emulator knows: their names and their paths.

use std::fmt;
use std::str::FromStr;

/// A call of the engine. To add one: a variant, a row in [`Endpoint::ALL`], a name, a path, and a file in `call/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Opens a session: `web/token/generate`.
    TokenGenerate,
    /// Sends a code: `web/otp/generate`.
    OtpGenerate,
    /// Proves a code: `web/otp/validate`.
    OtpValidate,
    /// Renews a token: `web/token/regenerate`.
    TokenRegenerate,
}

impl Endpoint {
    /// Every call there is, in the order of a login.
    pub const ALL: [Endpoint; 4] = [
        Endpoint::TokenGenerate,
        Endpoint::OtpGenerate,
        Endpoint::OtpValidate,
        Endpoint::TokenRegenerate,
    ];

    /// The name used in flags and control calls.
    pub fn name(self) -> &'static str {
        match self {
            Endpoint::TokenGenerate => "token-generate",
            Endpoint::OtpGenerate => "otp-generate",
            Endpoint::OtpValidate => "otp-validate",
            Endpoint::TokenRegenerate => "token-regenerate",
        }
    }

    /// The path it answers under.
    pub fn path(self) -> &'static str {
        match self {
            Endpoint::TokenGenerate => "/auth/v1/web/token/generate",
            Endpoint::OtpGenerate => "/auth/v1/web/otp/generate",
            Endpoint::OtpValidate => "/auth/v1/web/otp/validate",
            Endpoint::TokenRegenerate => "/auth/v1/web/token/regenerate",
        }
    }

    /// The one method it is called with.
    pub fn method(self) -> &'static str {
        "POST"
    }

    /// The call that lives under a path, given without its query.
    pub fn at(path: &str) -> Option<Endpoint> {
        Endpoint::ALL
            .into_iter()
            .find(|endpoint| endpoint.path() == path)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Endpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Endpoint, String> {
        Endpoint::ALL
            .into_iter()
            .find(|endpoint| endpoint.name() == text)
            .ok_or_else(|| {
                let legal: Vec<_> = Endpoint::ALL.into_iter().map(Endpoint::name).collect();
                format!(
                    "no endpoint is called {text:?}: legal are {}",
                    legal.join(", ")
                )
            })
    }
}
