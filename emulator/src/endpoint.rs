//! The calls of the engine: their names, paths and methods.

use std::fmt;
use std::str::FromStr;

use Group::{Mfa, Mobile, Web};

use crate::factor::Factor;

/// A call of the engine, named by the last two parts of its path.
///
/// Calls of the web have no prefix, calls of the second factor start with `Mfa`, calls of mobile apps with `Mobile`.
///
/// To add a call: add a variant, an item of [`Endpoint::ALL`] and a row in `row`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// Opens a session (contract 2.1): `web/token/generate`.
    TokenGenerate,
    /// Sends a code (contract 2.2): `web/otp/generate`.
    OtpGenerate,
    /// Validates a code (contract 2.3): `web/otp/validate`.
    OtpValidate,
    /// Validates a password (contract 2.4): `web/password/validate`.
    PasswordValidate,
    /// Changes a password (contract 2.6): `web/password/change`.
    PasswordChange,
    /// Replaces a forgotten password (contract 2.7): `web/password/forget`.
    PasswordForget,
    /// Renews a token (contract 2.5): `web/token/regenerate`.
    TokenRegenerate,
    /// Opens a session of the second factor (contract 3.1): `mfa/token/generate`.
    MfaTokenGenerate,
    /// Sends a code for the second factor (contract 3.2): `mfa/otp/generate`.
    MfaOtpGenerate,
    /// Validates a code of the second factor (contract 3.3): `mfa/otp/validate`.
    MfaOtpValidate,
    /// Validates a password of the second factor (contract 3.4): `mfa/password/validate`.
    MfaPasswordValidate,
    /// Changes a password of the second factor (contract 3.5): `mfa/password/change`.
    MfaPasswordChange,
    /// Replaces a forgotten password of the second factor (contract 3.6): `mfa/password/forget`.
    MfaPasswordForget,
    /// Issues a new token for a key (contract 3.7): `mfa/token/regenerate`.
    MfaTokenRegenerate,
    /// Signs out (contract 3.8): `mfa/token/expire`.
    MfaTokenExpire,
    /// Opens a session of a mobile app (contract 4): `token/generate`.
    MobileTokenGenerate,
    /// Sends a code to the customer of a mobile app (contract 4): `otp/generate`.
    MobileOtpGenerate,
    /// Validates a code in a mobile app (contract 4): `otp/validate`.
    MobileOtpValidate,
    /// Validates a password in a mobile app (contract 4): `password/validate`.
    MobilePasswordValidate,
    /// Changes a password in a mobile app (contract 4): `password/change`.
    MobilePasswordChange,
    /// Replaces a forgotten password in a mobile app (contract 4): `password/forget`.
    MobilePasswordForget,
    /// Issues a new token for a key of a mobile app (contract 4): `token/regenerate`.
    MobileTokenRegenerate,
}

/// The three groups of calls. They offer the same operations and differ in device ids, keys and lifetimes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// First factor in a browser: paths under `/auth/v1/web/`.
    Web,
    /// First factor in a mobile app: paths under `/auth/v1/`.
    Mobile,
    /// Second factor, in a browser or an app: paths under `/auth/v1/mfa/`.
    Mfa,
}

/// The operation of a call, independent of its group.
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
    /// All calls: those of the web, of the second factor and of mobile apps, each group in the order of a sign-in.
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

    /// The name in flags and control requests, such as `otp-validate`, `mfa-otp-validate` or `mobile-otp-validate`.
    pub fn name(self) -> &'static str {
        self.row().0
    }

    /// The path, such as `/auth/v1/web/otp/validate`.
    pub fn path(self) -> &'static str {
        self.row().1
    }

    /// The HTTP method that clients should use.
    pub fn method(self) -> &'static str {
        self.methods()[0]
    }

    /// The HTTP methods that the call accepts, the recommended one first.
    ///
    /// Two calls accept two methods because the vendor's documents contradict each other (contract 11).
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Endpoint::MfaTokenExpire => &["DELETE", "POST"],
            Endpoint::MfaPasswordForget => &["POST", "GET"],
            _ => &["POST"],
        }
    }

    /// The call with this path, which must not have a query.
    ///
    /// ```
    /// use ae_engine::Endpoint;
    ///
    /// assert_eq!(Endpoint::from_path("/auth/v1/mfa/token/expire"), Some(Endpoint::MfaTokenExpire));
    /// assert_eq!(Endpoint::from_path("/auth/v1/web/token/expire"), None);
    /// ```
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

    /// Name, path, group and operation.
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
    /// The factor that sessions of the group are for.
    pub(crate) fn factor(self) -> Factor {
        match self {
            Group::Web | Group::Mobile => Factor::First,
            Group::Mfa => Factor::Second,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Endpoint {
    /// A sentence that lists the valid names.
    type Err = String;

    /// Parses the name of a call, such as `otp-validate`.
    fn from_str(text: &str) -> Result<Endpoint, String> {
        Endpoint::ALL
            .into_iter()
            .find(|endpoint| endpoint.name() == text)
            .ok_or_else(|| {
                let names: Vec<_> = Endpoint::ALL.into_iter().map(Endpoint::name).collect();
                format!(
                    "unknown endpoint {text:?}: expected one of {}",
                    names.join(", ")
                )
            })
    }
}
