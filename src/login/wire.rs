//! Requests to the engine and its responses as JSON (contract §1.6, §2, §3). Unknown fields and values are ignored.

use serde::{Deserialize, Serialize};

use super::codec::{from_json, lenient, to_json};
pub use super::contract::Channel;

use super::characters::is_invisible;
use super::config::Settings;
use super::contract::IdentifierKind;
use super::identifier::Identifier;
use super::secret::{Secret, expose, expose_option};
use super::time::Millis;

/// The calls of the contract, for both factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `web/token/generate`: open a login session (§2.1).
    OpenSession,
    /// `web/otp/generate`: send the code (§2.2).
    SendCode,
    /// `web/otp/validate`: check the code (§2.3).
    CheckCode,
    /// `web/password/validate`: check the password (§2.4).
    CheckPassword,
    /// `web/token/regenerate`: renew the token (§2.5).
    Renew,
    /// `web/password/change`: change the password of a signed-in customer (§2.6).
    ChangePassword,
    /// `web/password/forget`: replace a forgotten password (§2.7).
    ResetPassword,
    /// `mfa/token/generate`: open the second factor's session (§3.1).
    OpenSecond,
    /// `mfa/otp/generate`: send the second code (§3.2).
    SendSecondCode,
    /// `mfa/otp/validate`: check the second code (§3.3).
    CheckSecondCode,
    /// `mfa/password/validate`: check the second password (§3.4).
    CheckSecondPassword,
    /// `mfa/password/change`: change the second password of a signed-in customer (§3.5).
    ChangeSecondPassword,
    /// `mfa/password/forget`: replace a forgotten second password (§3.6).
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

    /// The HTTP method. For the end of a token the vendor's samples and definitions say `DELETE`, and one page says `POST`.
    pub fn method(self) -> &'static str {
        match self {
            Self::Expire => "DELETE",
            _ => "POST",
        }
    }

    /// Whether it is a call of the second factor, which requires a device id (§3).
    pub fn is_second(self) -> bool {
        self.path().starts_with("/auth/v1/mfa/")
    }

    /// Whether it sends a code.
    pub fn sends_code(self) -> bool {
        matches!(self, Self::SendCode | Self::SendSecondCode)
    }
}

/// The customer in requests: the same identifier and address in all requests of a login session (§1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The identifier.
    pub identifier: Identifier,
    /// The mobile number or e-mail address for codes, if the identifier is neither and the engine requires one.
    pub address: Option<Identifier>,
}

/// The JSON body of a request: the fields of all calls, in the order of the vendor's samples. Fields without a value are left out.
///
/// Callers fill in what their call needs besides the customer. [`Request::new`] fills in the customer (§1.4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestBody {
    /// The device id; [`Request::body_for`] fills it in.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub device_id: Option<Secret>,
    /// The engine's name of the kind of identifier.
    pub identifier_type: &'static str,
    /// The identifier.
    #[serde(serialize_with = "expose")]
    pub identifier_value: Secret,
    /// The brand.
    pub brand: String,
    /// The mobile number for codes, if that is not the identifier.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub mobile: Option<Secret>,
    /// The e-mail address for codes, if that is not the identifier.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub email: Option<Secret>,
    /// The token of the first factor, which opens the second one.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub authorized_token: Option<Secret>,
    /// The id of the login session.
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
    /// The password; the old one if it is changed.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub password: Option<Secret>,
    /// The new password, if it is changed.
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
    /// The newest token, if it is renewed. It may still be valid (§2.5).
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub expired_token: Option<Secret>,
    /// The key of the second factor, which renews its token (§3.7).
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "expose_option"
    )]
    pub key: Option<Secret>,
}

/// Which code a request sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// The first one of an attempt.
    First,
    /// Another one, by the usual channel.
    Again,
    /// One by another channel.
    OtherChannel,
}

impl Delivery {
    /// The delivery of a code by a channel; `is_code_sent` says whether a code was sent before.
    pub fn of(channel: Option<Channel>, is_code_sent: bool) -> Self {
        match (channel, is_code_sent) {
            (Some(_), _) => Self::OtherChannel,
            (None, true) => Self::Again,
            (None, false) => Self::First,
        }
    }

    /// The value of `action` for the function `challenge` of the page.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "send-code",
            Self::Again => "resend-code",
            Self::OtherChannel => "change-channel",
        }
    }
}

/// A request to the engine, with a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The call.
    pub call: Call,
    /// The body, without the device id.
    pub body: RequestBody,
    /// The channel for a code, if it is not the brand's usual one.
    pub channel: Option<Channel>,
    /// The code that it sends; `None` for requests that send no message. The page may demand a challenge before a message is sent.
    pub delivery: Option<Delivery>,
    /// Whether the body needs the device id.
    pub names_device: bool,
}

impl Request {
    /// A request about a customer (§1.4). `more` has the other fields of the call.
    pub fn new(call: Call, settings: &Settings, subject: &Subject, more: RequestBody) -> Self {
        let mut body = RequestBody {
            identifier_type: subject.identifier.kind().api_name(),
            identifier_value: Secret::new(subject.identifier.value()),
            brand: settings.brand.clone(),
            ..more
        };
        // With a user name the address is in every call, else only in those that send a code (§1.4).
        let has_address =
            subject.identifier.kind() == IdentifierKind::Username || call.sends_code();
        if let Some(address) = subject.address.as_ref().filter(|_| has_address) {
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
            delivery: None,
            names_device: call.is_second() || settings.send_device,
        }
    }

    /// The path and query below the base URL.
    pub fn target(&self) -> String {
        match self.channel {
            Some(channel) => [self.call.path(), "?fallbackChannel=", channel.api_name()].concat(),
            None => self.call.path().to_owned(),
        }
    }

    /// The body as it is sent. `device` returns the device id. It is called only if the body needs one, so that visitors get an
    /// id no sooner than necessary.
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

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Whether its content type is HTML, such as the page of a captive portal or of a proxy.
    pub html: bool,
    /// The header `Retry-After` in milliseconds, if the browser lets the page read it (CORS).
    pub retry_after: Option<Millis>,
    /// The body, at most 64 KiB. It is secret because it may hold a token.
    pub body: Secret,
}

/// Why there is no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportError {
    /// The connection was refused, reset or redirected, or blocked by CORS or an extension. The browser does not say which.
    Network,
    /// The page's own Content Security Policy forbids the request.
    Forbidden,
    /// The engine has not answered any request of the page, but a request whose answer the page does not read reaches it. So it does
    /// not allow the page's origin (CORS).
    Unshared,
    /// The response was not complete after ten seconds.
    Timeout,
    /// The body is longer than 64 KiB, or not UTF-8.
    Unreadable,
    /// There is no response, and the browser is offline.
    Offline,
    /// The page's function `challenge` gave no headers, so that the request was not sent.
    Challenge,
}

/// The fields of a successful response. Each call uses its own part of them.
#[derive(Debug, PartialEq, Eq)]
pub struct ApiResponse {
    /// `auth.token`.
    pub token: Option<Secret>,
    /// `auth.key`: the key that renews a token of the second factor.
    pub key: Option<Secret>,
    /// `user.sessionId`.
    pub session: Option<Secret>,
    /// `user.role`, if it is a text that is not empty.
    pub role: Option<String>,
    /// `user.userRegisteredForPassword`. It counts when a session is opened (§1.6).
    pub has_password: bool,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiError {
    /// There is no response.
    Transport(TransportError),
    /// Too many requests: HTTP status 429, code 429 or code 1534 (§1.7).
    RateLimited {
        /// How long to wait before the next request, in milliseconds, if the response says so.
        retry_after: Option<Millis>,
        /// The engine's code, if there is one.
        code: Option<i64>,
    },
    /// HTTP status 5xx without the engine's envelope.
    Server {
        /// How long to wait before the next request, in milliseconds, if the response says so.
        retry_after: Option<Millis>,
    },
    /// The engine refuses the request.
    Rejected {
        /// `status.code`, if it is a number.
        code: Option<i64>,
        /// `status.message`, at most 200 characters without control characters. It is only shown as text.
        message: Option<String>,
        /// How long to wait before the next request, in milliseconds, if the response says so.
        retry_after: Option<Millis>,
    },
    /// The response does not follow the contract.
    Malformed,
}

impl ApiResponse {
    /// Parses a response: the body counts before the HTTP status (§1.7).
    ///
    /// # Errors
    /// Any response other than HTTP status 2xx with `status.success: true`.
    pub fn parse(reply: Result<HttpResponse, TransportError>) -> Result<Self, ApiError> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(TransportError::Unreadable) => return Err(ApiError::Malformed),
            Err(error) => return Err(ApiError::Transport(error)),
        };
        let is_success = (200..300).contains(&reply.status);
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
            Some(true) if is_success => Ok(Self {
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
            // A refusal without the envelope, such as the plain text of status 400 for an unknown enum value.
            _ if reply.status >= 400 => Err(ApiError::Rejected {
                code: None,
                message: None,
                retry_after: reply.retry_after,
            }),
            _ => Err(ApiError::Malformed),
        }
    }
}

/// The envelope of every response (§1.6). Parts and fields may be missing; those of a wrong type count as missing.
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

/// Cuts a message of the engine to 200 characters and drops control characters; `None` if nothing is left.
fn status_message(text: &str) -> Option<String> {
    let clean = text
        .chars()
        .filter(|c| !c.is_control() && !is_invisible(*c))
        .take(200)
        .collect::<String>();
    Some(clean).filter(|text| !text.trim().is_empty())
}
