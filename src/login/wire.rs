//! The engine's JSON: questions out, answers in, everything unknown kept harmless (contract §1.6, §2).

use serde::{Deserialize, Serialize};

use super::codec::{from_json, lenient, to_json};
pub use super::contract::Channel;

use super::characters::is_invisible;
use super::config::Settings;
use super::contract::IdentifierKind;
use super::identifier::Identifier;
use super::secret::{Secret, expose, expose_option};
use super::time::Millis;

/// The calls of the contract, first factor and second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `web/token/generate`: open a login session (§2.1).
    OpenSession,
    /// `web/otp/generate`: send the code (§2.2).
    SendCode,
    /// `web/otp/validate`: prove the code (§2.3).
    CheckCode,
    /// `web/password/validate`: prove the password (§2.4).
    CheckPassword,
    /// `web/token/regenerate`: renew the token (§2.5).
    Renew,
    /// `web/password/change`: another password for somebody signed in (§2.6).
    ChangePassword,
    /// `web/password/forget`: another password in place of a forgotten one (§2.7).
    ResetPassword,
    /// `mfa/token/generate`: open the second factor's session (§3.1).
    OpenSecond,
    /// `mfa/otp/generate`: send the second code (§3.2).
    SendSecondCode,
    /// `mfa/otp/validate`: prove the second code (§3.3).
    CheckSecondCode,
    /// `mfa/password/validate`: prove the second password (§3.4).
    CheckSecondPassword,
    /// `mfa/password/change`: another second password for somebody signed in (§3.5).
    ChangeSecondPassword,
    /// `mfa/password/forget`: another second password in place of a forgotten one (§3.6).
    ResetSecondPassword,
    /// `mfa/token/regenerate`: renew a token with the key of the second factor (§3.7).
    RenewByKey,
    /// `mfa/token/expire`: end a token that came from the second factor (§3.8).
    Expire,
}

impl Call {
    /// Every call.
    pub const ALL: [Self; 15] = [
        Self::OpenSession,
        Self::SendCode,
        Self::CheckCode,
        Self::CheckPassword,
        Self::Renew,
        Self::ChangePassword,
        Self::ResetPassword,
        Self::OpenSecond,
        Self::SendSecondCode,
        Self::CheckSecondCode,
        Self::CheckSecondPassword,
        Self::ChangeSecondPassword,
        Self::ResetSecondPassword,
        Self::RenewByKey,
        Self::Expire,
    ];

    /// The path below the base URL.
    pub fn path(self) -> &'static str {
        match self {
            Self::OpenSession => "/auth/v1/web/token/generate",
            Self::SendCode => "/auth/v1/web/otp/generate",
            Self::CheckCode => "/auth/v1/web/otp/validate",
            Self::CheckPassword => "/auth/v1/web/password/validate",
            Self::Renew => "/auth/v1/web/token/regenerate",
            Self::ChangePassword => "/auth/v1/web/password/change",
            Self::ResetPassword => "/auth/v1/web/password/forget",
            Self::OpenSecond => "/auth/v1/mfa/token/generate",
            Self::SendSecondCode => "/auth/v1/mfa/otp/generate",
            Self::CheckSecondCode => "/auth/v1/mfa/otp/validate",
            Self::CheckSecondPassword => "/auth/v1/mfa/password/validate",
            Self::ChangeSecondPassword => "/auth/v1/mfa/password/change",
            Self::ResetSecondPassword => "/auth/v1/mfa/password/forget",
            Self::RenewByKey => "/auth/v1/mfa/token/regenerate",
            Self::Expire => "/auth/v1/mfa/token/expire",
        }
    }

    /// The HTTP method. One page of the vendor says `POST` for the end of a token, its samples and definitions say `DELETE`.
    pub fn method(self) -> &'static str {
        match self {
            Self::Expire => "DELETE",
            _ => "POST",
        }
    }

    /// Whether it is one of the second factor's, which demand a device (§3).
    pub fn is_second(self) -> bool {
        self.path().starts_with("/auth/v1/mfa/")
    }

    /// Whether it sends a code.
    pub fn sends_code(self) -> bool {
        matches!(self, Self::SendCode | Self::SendSecondCode)
    }
}

/// Who asks: the same two all through a session of the engine (§1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What the customer goes by.
    pub identifier: Identifier,
    /// The number or address that codes go to, where the identifier is none and the engine wants to be told.
    pub address: Option<Identifier>,
}

/// The JSON body of a request: the fields of all calls, in the order of the vendor's samples. Fields without a value are left out.
///
/// A caller fills in what its call demands on top of who asks; [`Request::new`] fills in who asks (§1.4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestBody {
    /// The browser's own id; [`Request::body_for`] fills it in.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub device_id: Option<Secret>,
    /// The engine's word for the kind of identifier.
    pub identifier_type: &'static str,
    /// What the customer goes by.
    #[serde(serialize_with = "expose")]
    pub identifier_value: Secret,
    /// The brand.
    pub brand: String,
    /// The number that codes go to, where the identifier is another one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub mobile: Option<Secret>,
    /// The address that codes go to, where the identifier is another one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub email: Option<Secret>,
    /// What opens the second factor: the token of the first one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub authorized_token: Option<Secret>,
    /// The engine's session.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub session_id: Option<Secret>,
    /// A code.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub otp: Option<Secret>,
    /// The password; where it is changed, the old one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub password: Option<Secret>,
    /// The new password, where it is changed.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub new_password: Option<Secret>,
    /// The new password again.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub confirm_password: Option<Secret>,
    /// The newest token.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub token: Option<Secret>,
    /// The newest token, where it is renewed; it need not have expired (§2.5).
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub expired_token: Option<Secret>,
    /// The key of the second factor, with which a token is renewed (§3.7).
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub key: Option<Secret>,
}

/// One question to the engine, with a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which.
    pub call: Call,
    /// The body, without the browser's own id.
    pub body: RequestBody,
    /// By what a code is to be sent, if not by the brand's first choice.
    pub channel: Option<Channel>,
    /// Whether the browser's own id has to be put in.
    pub names_device: bool,
}

impl Request {
    /// Who asks (§1.4), and what comes on top in `more`.
    pub fn new(call: Call, settings: &Settings, name: &Subject, more: RequestBody) -> Self {
        let mut body = RequestBody {
            identifier_type: name.identifier.kind().api_name(),
            identifier_value: Secret::new(name.identifier.value()),
            brand: settings.brand.clone(),
            ..more
        };
        // With a user name in every call, else only where a code is to go somewhere else than usual (§1.4).
        let is_named = name.identifier.kind() == IdentifierKind::Username || call.sends_code();
        if let Some(address) = name.address.as_ref().filter(|_| is_named) {
            let field = match address.kind() {
                IdentifierKind::Email => &mut body.email,
                _ => &mut body.mobile,
            };
            *field = Some(Secret::new(address.value()));
        }
        Self {
            call,
            body,
            channel: None,
            names_device: call.is_second() || settings.send_device,
        }
    }

    /// Where it goes, below the base URL.
    pub fn target(&self) -> String {
        match self.channel {
            Some(channel) => [self.call.path(), "?fallbackChannel=", channel.api_name()].concat(),
            None => self.call.path().to_owned(),
        }
    }

    /// The body as it is sent. `device` gives the browser's id, and is asked only where one is needed: no visitor is given one
    /// who does not need it.
    pub fn body_for(&self, device: impl FnOnce() -> String) -> Secret {
        let body = if self.names_device {
            &RequestBody {
                device_id: Some(device().into()),
                ..self.body.clone()
            }
        } else {
            &self.body
        };
        to_json(body).into()
    }
}

/// An HTTP answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Whether it calls itself HTML: the page of a captive portal or of an edge proxy.
    pub html: bool,
    /// `Retry-After` in milliseconds, where the browser lets it be read.
    pub retry_after: Option<Millis>,
    /// The body, 64 KiB at the most; secret, since it may hold a token.
    pub body: Secret,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// Refused, reset, redirected, blocked by CORS or by an extension: the browser does not say which.
    Network,
    /// Forbidden by the policy of the page itself.
    Forbidden,
    /// Not complete after ten seconds.
    Timeout,
    /// Longer than any answer of the contract, or not text.
    Unreadable,
    /// No answer, and the browser knows that it is offline.
    Offline,
}

/// What an answer that says "success" may bring; each question demands its own part of it.
#[derive(Debug, PartialEq, Eq)]
pub struct ApiResponse {
    /// `auth.token`.
    pub token: Option<Secret>,
    /// `auth.key`: what a token is renewed with after the second factor.
    pub key: Option<Secret>,
    /// `user.sessionId`.
    pub session: Option<Secret>,
    /// `user.role`, where it is a text that is not empty.
    pub role: Option<String>,
    /// `user.userRegisteredForPassword`, which counts where a session is opened (§1.6).
    pub has_password: bool,
}

/// An answer that brings nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// No answer at all.
    Transport(TransportError),
    /// Asked too often: HTTP 429, code 429 or code 1534, which mean the same (§1.7).
    RateLimited {
        /// When to ask again, if the answer says.
        retry_after: Option<Millis>,
        /// The code, if there was one.
        code: Option<i64>,
    },
    /// HTTP 5xx without the engine's envelope.
    Server {
        /// When to ask again, if the answer says.
        retry_after: Option<Millis>,
    },
    /// The engine says no.
    Rejected {
        /// `status.code`, where it is a number.
        code: Option<i64>,
        /// `status.message`: only ever shown as text.
        message: Option<String>,
        /// When to ask again, if the answer says.
        retry_after: Option<Millis>,
    },
    /// Not what the contract says.
    Malformed,
}

impl ApiResponse {
    /// Reads an answer: the body first, the HTTP status second (§1.7).
    ///
    /// # Errors
    /// Anything but HTTP 2xx with `status.success: true`.
    pub fn parse(reply: Result<HttpResponse, TransportError>) -> Result<Self, ApiError> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(TransportError::Unreadable) => return Err(ApiError::Malformed),
            Err(error) => return Err(ApiError::Transport(error)),
        };
        let fine = (200..300).contains(&reply.status);
        let envelope = if reply.html {
            None
        } else {
            from_json(reply.body.expose().trim_start_matches('\u{feff}')).ok()
        };
        let Envelope { status, auth, user } = envelope.unwrap_or_default();
        let Status {
            success,
            code,
            message,
        } = status;

        if reply.status == 429 || (success != Some(true) && matches!(code, Some(429 | 1534))) {
            return Err(ApiError::RateLimited {
                retry_after: reply.retry_after,
                code,
            });
        }
        match success {
            Some(true) if fine => Ok(Self {
                token: auth.token.filter(|token| !token.is_empty()),
                key: auth.key.filter(|key| !key.is_empty()),
                session: user.session_id.filter(|session| !session.is_empty()),
                role: user.role.filter(|role| !role.is_empty()),
                has_password: user.has_password,
            }),
            Some(false) => Err(ApiError::Rejected {
                code,
                message: message.and_then(|message| status_message(&message)),
                retry_after: reply.retry_after,
            }),
            _ if reply.status >= 500 => Err(ApiError::Server {
                retry_after: reply.retry_after,
            }),
            // A refusal without the envelope, such as the plain-text 400 of an unknown enum value.
            _ if reply.status >= 400 => Err(ApiError::Rejected {
                code: None,
                message: None,
                retry_after: reply.retry_after,
            }),
            _ => Err(ApiError::Malformed),
        }
    }
}

/// The envelope of every answer (§1.6). Each part and each field may be missing or of any type: that counts as missing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Envelope {
    status: Status,
    auth: Auth,
    user: User,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Status {
    #[serde(deserialize_with = "lenient::boolean")]
    success: Option<bool>,
    #[serde(deserialize_with = "lenient::int")]
    code: Option<i64>,
    #[serde(deserialize_with = "lenient::text")]
    message: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Auth {
    #[serde(deserialize_with = "lenient::text")]
    token: Option<Secret>,
    #[serde(deserialize_with = "lenient::text")]
    key: Option<Secret>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct User {
    #[serde(deserialize_with = "lenient::text")]
    session_id: Option<Secret>,
    #[serde(deserialize_with = "lenient::text")]
    role: Option<String>,
    #[serde(
        rename = "userRegisteredForPassword",
        deserialize_with = "lenient::is_true"
    )]
    has_password: bool,
}

/// A server's words for a person: cut short, control characters dropped.
fn status_message(text: &str) -> Option<String> {
    let clean = text
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .take(200)
        .collect::<String>();
    Some(clean).filter(|text| !text.trim().is_empty())
}
