//! The engine's JSON: questions out, answers in, everything unknown kept harmless (contract §1.6, §2).

use super::config::Settings;
use super::identifier::Identifier;
use super::json::{Json, Object};
use super::secret::Secret;
use super::time::Millis;

/// The calls this version makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `web/token/generate`: open a login session (§2.1).
    OpenSession,
    /// `web/otp/generate`: send the code (§2.2).
    SendCode,
    /// `web/otp/validate`: prove the code (§2.3).
    CheckCode,
    /// `web/token/regenerate`: renew the token (§2.5).
    Renew,
}

impl Call {
    /// The path below the base URL.
    pub fn path(self) -> &'static str {
        match self {
            Self::OpenSession => "/auth/v1/web/token/generate",
            Self::SendCode => "/auth/v1/web/otp/generate",
            Self::CheckCode => "/auth/v1/web/otp/validate",
            Self::Renew => "/auth/v1/web/token/regenerate",
        }
    }
}

/// One question to the engine: always a `POST` with a JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which.
    pub call: Call,
    /// The body; secret, since it may hold a code or a token.
    pub body: Secret,
}

impl Request {
    /// Who asks (§1.4) and what comes on top; fields in the order of the vendor's samples.
    fn new(
        call: Call,
        settings: &Settings,
        identifier: &Identifier,
        more: impl FnOnce(Object) -> Object,
    ) -> Self {
        let mut body = Object::new()
            .text("identifierType", identifier.kind().wire())
            .text("identifierValue", identifier.value())
            .text("brand", &settings.brand);
        if let Some(device) = &settings.device_id {
            body = body.text("deviceId", device);
        }
        Self {
            call,
            body: more(body).end().into(),
        }
    }

    /// Opens a login session.
    pub fn open_session(settings: &Settings, identifier: &Identifier) -> Self {
        Self::new(Call::OpenSession, settings, identifier, |body| body)
    }

    /// Asks for a code.
    pub fn send_code(settings: &Settings, identifier: &Identifier, session: &Secret) -> Self {
        Self::new(Call::SendCode, settings, identifier, |body| {
            body.text("sessionId", session.expose())
        })
    }

    /// Proves the code: as a string, which keeps leading zeros.
    pub fn check_code(
        settings: &Settings,
        identifier: &Identifier,
        session: &Secret,
        code: &Secret,
    ) -> Self {
        Self::new(Call::CheckCode, settings, identifier, |body| {
            body.text("sessionId", session.expose())
                .text("otp", code.expose())
        })
    }

    /// Renews a token with the newest one, which despite the field's name need not have expired.
    pub fn renew(settings: &Settings, identifier: &Identifier, token: &Secret) -> Self {
        Self::new(Call::Renew, settings, identifier, |body| {
            body.text("expiredToken", token.expose())
        })
    }
}

/// An HTTP answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
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
pub enum Silence {
    /// Refused, reset, redirected, blocked by the page's policy or by CORS: the browser does not say which.
    Network,
    /// Not complete after ten seconds.
    Timeout,
    /// Longer than any answer of the contract, or not text.
    Unreadable,
}

/// What an answer that says "success" may bring; each question demands its own part of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// `auth.token`.
    pub token: Option<Secret>,
    /// `user.sessionId`.
    pub session: Option<Secret>,
    /// `user.role`, where it is a text that is not empty.
    pub role: Option<String>,
}

/// An answer that brings nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No answer at all.
    Silent(Silence),
    /// Asked too often: HTTP 429, code 429 or code 1534, which mean the same (§1.7).
    TooMany {
        /// When to ask again, if the answer says.
        retry_after: Option<Millis>,
        /// The code, if there was one.
        code: Option<i64>,
    },
    /// HTTP 5xx, or an HTTP error without the engine's envelope.
    Server,
    /// The engine says no.
    No {
        /// `status.code`, where it is a number.
        code: Option<i64>,
        /// `status.message`: only ever shown as text.
        message: Option<String>,
    },
    /// Not what the contract says.
    Malformed,
}

impl Answer {
    /// Reads an answer: the body first, the HTTP status second (§1.7).
    ///
    /// # Errors
    /// Anything but HTTP 2xx with `status.success: true`.
    pub fn read(reply: Result<Reply, Silence>) -> Result<Self, Refusal> {
        let reply = match reply {
            Ok(reply) => reply,
            Err(Silence::Unreadable) => return Err(Refusal::Malformed),
            Err(silence) => return Err(Refusal::Silent(silence)),
        };
        let fine = (200..300).contains(&reply.status);
        let json = if reply.html {
            None
        } else {
            Json::read(reply.body.expose().trim_start_matches('\u{feff}'))
        };
        let status = json
            .as_ref()
            .and_then(|json| json.get("status"))
            .filter(|status| matches!(status, Json::Map(_)));
        let code = status
            .and_then(|status| status.get("code"))
            .and_then(Json::int);
        let success = status.and_then(|status| status.get("success"));

        if reply.status == 429
            || (success != Some(&Json::Bool(true)) && matches!(code, Some(429 | 1534)))
        {
            return Err(Refusal::TooMany {
                retry_after: reply.retry_after,
                code,
            });
        }
        match (success, &json) {
            (Some(Json::Bool(true)), Some(json)) if fine => {
                let text = |object: &str, field: &str| {
                    json.get(object)?
                        .get(field)?
                        .text()
                        .filter(|text| !text.is_empty())
                };
                Ok(Self {
                    token: text("auth", "token").map(Secret::new),
                    session: text("user", "sessionId").map(Secret::new),
                    role: text("user", "role").map(str::to_owned),
                })
            }
            (Some(Json::Bool(false)), _) => {
                let message = status_message(status);
                Err(Refusal::No { code, message })
            }
            _ if reply.status >= 500 => Err(Refusal::Server),
            // A refusal without the envelope, such as the plain-text 400 of an unknown enum value.
            _ if reply.status >= 400 => Err(Refusal::No {
                code: None,
                message: None,
            }),
            _ => Err(Refusal::Malformed),
        }
    }
}

/// A server's words for a person: cut short, control characters dropped.
fn status_message(status: Option<&Json>) -> Option<String> {
    let text = status?.get("message")?.text()?;
    let clean = text
        .chars()
        .filter(|c| !c.is_control() && !super::identifier::is_invisible(*c))
        .take(200)
        .collect::<String>();
    Some(clean).filter(|text| !text.trim().is_empty())
}
