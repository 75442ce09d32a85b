//! The calls the emulator knows: their names, their paths and their verbs.

use std::fmt;
use std::str::FromStr;

use Group::{Mfa, Mobile, Web};

use crate::factor::Factor;

/// A call of the engine. To add one: a variant, a place in [`Endpoint::ALL`], and a row in `row`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Opens a session: `web/token/generate`.
    TokenGenerate,
    /// Sends a code: `web/otp/generate`.
    OtpGenerate,
    /// Proves a code: `web/otp/validate`.
    OtpValidate,
    /// Proves a password: `web/password/validate`.
    PasswordValidate,
    /// Changes a password: `web/password/change`.
    PasswordChange,
    /// Replaces a forgotten password: `web/password/forget`.
    PasswordForget,
    /// Renews a token: `web/token/regenerate`.
    TokenRegenerate,
    /// Opens a session of the second factor: `mfa/token/generate`.
    MfaTokenGenerate,
    /// Sends a code for the second factor: `mfa/otp/generate`.
    MfaOtpGenerate,
    /// Proves a code of the second factor: `mfa/otp/validate`.
    MfaOtpValidate,
    /// Proves the second password: `mfa/password/validate`.
    MfaPasswordValidate,
    /// Changes the second password: `mfa/password/change`.
    MfaPasswordChange,
    /// Replaces a forgotten second password: `mfa/password/forget`.
    MfaPasswordForget,
    /// Gives a new token for a key: `mfa/token/regenerate`.
    MfaTokenRegenerate,
    /// Signs out: `mfa/token/expire`.
    MfaTokenExpire,
    /// Opens a session of an app: `token/generate`.
    MobileTokenGenerate,
    /// Sends a code to an app's customer: `otp/generate`.
    MobileOtpGenerate,
    /// Proves a code in an app: `otp/validate`.
    MobileOtpValidate,
    /// Proves a password in an app: `password/validate`.
    MobilePasswordValidate,
    /// Changes a password in an app: `password/change`.
    MobilePasswordChange,
    /// Replaces a forgotten password in an app: `password/forget`.
    MobilePasswordForget,
    /// Gives an app a new token for a key: `token/regenerate`.
    MobileTokenRegenerate,
}

/// The three families of calls. They do the same things and differ in devices, keys and lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Web,
    Mobile,
    Mfa,
}

/// What a call does, whichever family it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    TokenGenerate,
    OtpGenerate,
    OtpValidate,
    PasswordValidate,
    PasswordChange,
    PasswordForget,
    TokenRegenerate,
    TokenExpire,
}

impl Endpoint {
    /// Every call there is: of the web, of the second factor, of apps, each in the order of a login.
    pub const ALL: [Endpoint; 22] = [
        Endpoint::TokenGenerate,
        Endpoint::OtpGenerate,
        Endpoint::OtpValidate,
        Endpoint::PasswordValidate,
        Endpoint::PasswordChange,
        Endpoint::PasswordForget,
        Endpoint::TokenRegenerate,
        Endpoint::MfaTokenGenerate,
        Endpoint::MfaOtpGenerate,
        Endpoint::MfaOtpValidate,
        Endpoint::MfaPasswordValidate,
        Endpoint::MfaPasswordChange,
        Endpoint::MfaPasswordForget,
        Endpoint::MfaTokenRegenerate,
        Endpoint::MfaTokenExpire,
        Endpoint::MobileTokenGenerate,
        Endpoint::MobileOtpGenerate,
        Endpoint::MobileOtpValidate,
        Endpoint::MobilePasswordValidate,
        Endpoint::MobilePasswordChange,
        Endpoint::MobilePasswordForget,
        Endpoint::MobileTokenRegenerate,
    ];

    /// The name used in flags and control calls.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The path it answers under.
    pub fn path(self) -> &'static str {
        self.row().1
    }

    /// The method a client should call it with.
    pub fn method(self) -> &'static str {
        self.methods()[0]
    }

    /// Every method it answers to. There are two where the vendor's documents name two.
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Endpoint::MfaTokenExpire => &["DELETE", "POST"],
            Endpoint::MfaPasswordForget => &["POST", "GET"],
            _ => &["POST"],
        }
    }

    /// The call that lives under a path, given without its query.
    pub fn from_path(path: &str) -> Option<Endpoint> {
        Endpoint::ALL
            .into_iter()
            .find(|endpoint| endpoint.path() == path)
    }

    pub(crate) fn group(self) -> Group {
        self.row().2
    }

    pub(crate) fn operation(self) -> Operation {
        self.row().3
    }

    #[rustfmt::skip]
    fn row(self) -> (&'static str, &'static str, Group, Operation) {
        match self {
            Endpoint::TokenGenerate => ("token-generate", "/auth/v1/web/token/generate", Web, Operation::TokenGenerate),
            Endpoint::OtpGenerate => ("otp-generate", "/auth/v1/web/otp/generate", Web, Operation::OtpGenerate),
            Endpoint::OtpValidate => ("otp-validate", "/auth/v1/web/otp/validate", Web, Operation::OtpValidate),
            Endpoint::PasswordValidate => ("password-validate", "/auth/v1/web/password/validate", Web, Operation::PasswordValidate),
            Endpoint::PasswordChange => ("password-change", "/auth/v1/web/password/change", Web, Operation::PasswordChange),
            Endpoint::PasswordForget => ("password-forget", "/auth/v1/web/password/forget", Web, Operation::PasswordForget),
            Endpoint::TokenRegenerate => ("token-regenerate", "/auth/v1/web/token/regenerate", Web, Operation::TokenRegenerate),
            Endpoint::MfaTokenGenerate => ("mfa-token-generate", "/auth/v1/mfa/token/generate", Mfa, Operation::TokenGenerate),
            Endpoint::MfaOtpGenerate => ("mfa-otp-generate", "/auth/v1/mfa/otp/generate", Mfa, Operation::OtpGenerate),
            Endpoint::MfaOtpValidate => ("mfa-otp-validate", "/auth/v1/mfa/otp/validate", Mfa, Operation::OtpValidate),
            Endpoint::MfaPasswordValidate => ("mfa-password-validate", "/auth/v1/mfa/password/validate", Mfa, Operation::PasswordValidate),
            Endpoint::MfaPasswordChange => ("mfa-password-change", "/auth/v1/mfa/password/change", Mfa, Operation::PasswordChange),
            Endpoint::MfaPasswordForget => ("mfa-password-forget", "/auth/v1/mfa/password/forget", Mfa, Operation::PasswordForget),
            Endpoint::MfaTokenRegenerate => ("mfa-token-regenerate", "/auth/v1/mfa/token/regenerate", Mfa, Operation::TokenRegenerate),
            Endpoint::MfaTokenExpire => ("mfa-token-expire", "/auth/v1/mfa/token/expire", Mfa, Operation::TokenExpire),
            Endpoint::MobileTokenGenerate => ("mobile-token-generate", "/auth/v1/token/generate", Mobile, Operation::TokenGenerate),
            Endpoint::MobileOtpGenerate => ("mobile-otp-generate", "/auth/v1/otp/generate", Mobile, Operation::OtpGenerate),
            Endpoint::MobileOtpValidate => ("mobile-otp-validate", "/auth/v1/otp/validate", Mobile, Operation::OtpValidate),
            Endpoint::MobilePasswordValidate => ("mobile-password-validate", "/auth/v1/password/validate", Mobile, Operation::PasswordValidate),
            Endpoint::MobilePasswordChange => ("mobile-password-change", "/auth/v1/password/change", Mobile, Operation::PasswordChange),
            Endpoint::MobilePasswordForget => ("mobile-password-forget", "/auth/v1/password/forget", Mobile, Operation::PasswordForget),
            Endpoint::MobileTokenRegenerate => ("mobile-token-regenerate", "/auth/v1/token/regenerate", Mobile, Operation::TokenRegenerate),
        }
    }
}

impl Group {
    /// The factor its sessions prove.
    pub(crate) fn factor(self) -> Factor {
        match self {
            Group::Web | Group::Mobile => Factor::First,
            Group::Mfa => Factor::Second,
        }
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
