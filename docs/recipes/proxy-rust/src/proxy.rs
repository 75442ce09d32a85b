//! What the proxy does with a request.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, DATE, ORIGIN,
    RETRY_AFTER, VARY,
};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use axum::response::Response;
use form_urlencoded::Serializer;
use regex_lite::Regex;
use serde_json::{Value, json};

use crate::client::Client;
use crate::limit::Limit;
use crate::settings::{Captcha, Settings};

/// The calls of the widget.
const CALL: &str = r"^/auth/v1/(web|mfa)/(token|otp|password)/[a-z]+(\?fallbackChannel=[A-Z_]+)?$";
/// A part of the calls that send a message.
const SENDS_MESSAGE: &str = "/otp/generate";
/// The header with the answer of the captcha. The property `challenge` of the widget returns it.
const CAPTCHA_HEADER: &str = "x-captcha";
/// The longest body of a request, in bytes. The widget sends less than one KiB.
const MAX_REQUEST: usize = 8 * 1024;

/// The headers that are passed on in each direction. Cookies of the shop are none of the engine's business.
const REQUEST_HEADERS: &[HeaderName] = &[
    ACCEPT,
    CONTENT_TYPE,
    ORIGIN,
    ACCESS_CONTROL_REQUEST_METHOD,
    ACCESS_CONTROL_REQUEST_HEADERS,
];
const RESPONSE_HEADERS: &[HeaderName] = &[
    ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_MAX_AGE,
    CONTENT_TYPE,
    DATE,
    RETRY_AFTER,
    VARY,
];

/// The settings of the proxy and its counts.
#[derive(Debug)]
pub(crate) struct Proxy {
    settings: Settings,
    client: Client,
    call: Regex,
    // A household or an office shares an address, so the limit by address is generous. A customer needs few codes.
    calls_by_address: Limit,
    messages_by_address: Limit,
    messages_by_customer: Limit,
}

/// Why a request is not answered by the engine.
#[derive(Debug)]
enum Refusal {
    NoSuchCall,
    TooLong,
    NoCaptcha,
    /// The client has to wait for this number of seconds.
    TooMany(u64),
    /// The engine or the service that checks captchas did not answer.
    Unreachable(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Unreachable(error.into())
    }
}

/// Answers a request.
pub(crate) async fn handle(
    State(proxy): State<Arc<Proxy>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request<Body>,
) -> Response {
    match proxy.answer(peer, request).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

impl Proxy {
    pub(crate) fn new(settings: Settings, client: Client) -> Self {
        let now = Instant::now();
        Self {
            settings,
            client,
            call: Regex::new(CALL).expect("a valid pattern"),
            calls_by_address: Limit::new(120, 10, now),
            messages_by_address: Limit::new(15, 10, now),
            messages_by_customer: Limit::new(5, 10, now),
        }
    }

    async fn answer(&self, peer: SocketAddr, request: Request<Body>) -> Result<Response, Refusal> {
        let (head, body) = request.into_parts();
        let call = head.uri.to_string();
        let is_call = self.call.is_match(&call);
        if !is_call || ![Method::POST, Method::DELETE, Method::OPTIONS].contains(&head.method) {
            return Err(Refusal::NoSuchCall);
        }
        let address = client_address(&head.headers, peer, self.settings.trusts_forwarded);
        let now = Instant::now();
        let Ok(body) = to_bytes(body, MAX_REQUEST).await else {
            return Err(Refusal::TooLong);
        };
        if head.method != Method::OPTIONS {
            let too_many = Refusal::TooMany;
            self.calls_by_address
                .count(&address, now)
                .map_err(too_many)?;
            if call.contains(SENDS_MESSAGE) {
                if let Some(captcha) = &self.settings.captcha {
                    self.check_captcha(captcha, &head.headers, &address).await?;
                }
                self.messages_by_address
                    .count(&address, now)
                    .map_err(too_many)?;
                let customer = customer_in(&body);
                self.messages_by_customer
                    .count(&customer, now)
                    .map_err(too_many)?;
            }
        }
        let mut request = Request::new(Body::from(body));
        *request.method_mut() = head.method;
        *request.uri_mut() = format!("{}{call}", self.settings.engine).parse()?;
        *request.headers_mut() = pick(REQUEST_HEADERS, &head.headers);
        let (head, body) = self.send(request).await?;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = head.status;
        *response.headers_mut() = pick(RESPONSE_HEADERS, &head.headers);
        Ok(response)
    }

    async fn send(&self, request: Request<Body>) -> Result<(Parts, Bytes), Refusal> {
        let answer = self.client.send(request).await;
        answer.map_err(Refusal::Unreachable)
    }

    /// Checks that the captcha was solved.
    async fn check_captcha(
        &self,
        captcha: &Captcha,
        headers: &HeaderMap,
        address: &str,
    ) -> Result<(), Refusal> {
        let answer = headers
            .get(CAPTCHA_HEADER)
            .and_then(|value| value.to_str().ok());
        let answer = answer.filter(|answer| !answer.is_empty());
        let answer = answer.ok_or(Refusal::NoCaptcha)?;
        let body = Serializer::new(String::new())
            .append_pair("secret", &captcha.secret)
            .append_pair("response", answer)
            .append_pair("remoteip", address)
            .finish();
        let request = Request::post(&captcha.url)
            .header(
                CONTENT_TYPE,
                "application/x-www-form-urlencoded;charset=UTF-8",
            )
            .body(Body::from(body))?;
        let (_, verdict) = self.send(request).await?;
        let verdict: Value = serde_json::from_slice(&verdict)?;
        if verdict["success"] == true {
            Ok(())
        } else {
            Err(Refusal::NoCaptcha)
        }
    }
}

impl Refusal {
    /// An answer in the form of the engine's.
    fn into_response(self) -> Response {
        let (status, message) = match &self {
            Self::NoSuchCall => (StatusCode::NOT_FOUND, "There is no such call."),
            Self::TooLong => (StatusCode::PAYLOAD_TOO_LARGE, "The request is too long."),
            Self::NoCaptcha => (StatusCode::FORBIDDEN, "The captcha was not solved."),
            Self::TooMany(_) => (
                StatusCode::TOO_MANY_REQUESTS,
                "There were too many requests.",
            ),
            Self::Unreachable(error) => {
                eprintln!("{}", with_sources(&**error));
                (StatusCode::BAD_GATEWAY, "The service cannot be reached.")
            }
        };
        let code = status.as_u16();
        let body = json!({ "status": { "success": false, "code": code, "message": message } });
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Self::TooMany(seconds) = self {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

/// The address that a request is limited by: that of the client.
fn client_address(headers: &HeaderMap, peer: SocketAddr, trusts_forwarded: bool) -> String {
    let forwarded = headers.get_all("x-forwarded-for").into_iter().next_back();
    let forwarded = forwarded.filter(|_| trusts_forwarded);
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    last.map_or_else(|| peer.ip().to_string(), |last| last.trim().to_owned())
}

/// What a message is limited by: the kind of the identifier and the identifier.
fn customer_in(body: &[u8]) -> String {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return String::new();
    };
    let text = |name| match body.get(name) {
        Some(Value::String(text)) => text.to_lowercase(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    format!("{} {}", text("identifierType"), text("identifierValue"))
}

/// The headers with these names.
fn pick(names: &[HeaderName], headers: &HeaderMap) -> HeaderMap {
    let mut picked = HeaderMap::new();
    for name in names {
        for value in headers.get_all(name) {
            picked.append(name, value.clone());
        }
    }
    picked
}

/// The message of an error, and of the errors that caused it.
fn with_sources(error: &dyn Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_the_widget_pass_and_nothing_else() {
        let call = Regex::new(CALL).unwrap();
        for passed in [
            "/auth/v1/web/otp/generate",
            "/auth/v1/web/otp/generate?fallbackChannel=EMAIL",
            "/auth/v1/mfa/token/regenerate",
            "/auth/v1/web/password/validate",
        ] {
            assert!(call.is_match(passed), "{passed}");
        }
        for refused in [
            "/",
            "/admin",
            "/auth/v1/mobile/otp/generate",
            "/auth/v1/web/otp/generate/",
            "/auth/v1/web/otp/../../admin",
            "/auth/v1/web/otp/generate?fallbackChannel=email",
            "/auth/v1/web/otp/generate?other=1",
            "/auth/v1/web/otp/generate\n",
            "http://other.example/auth/v1/web/otp/generate",
            "/other/auth/v1/web/otp/generate",
        ] {
            assert!(!call.is_match(refused), "{refused}");
        }
    }

    #[test]
    fn customer_is_the_identifier_and_its_kind_without_case() {
        let customer =
            customer_in(br#"{"identifierType":"EMAIL","identifierValue":"Ada@Example.org"}"#);
        assert_eq!(customer, "email ada@example.org");
        let customer =
            customer_in(br#"{"identifierType":"MOBILE","identifierValue":919999922332}"#);
        assert_eq!(customer, "mobile 919999922332");
        assert_eq!(customer_in(b"{}"), " ");
        assert_eq!(customer_in(b"\xff"), "");
    }

    #[test]
    fn address_of_the_client_comes_from_a_trusted_server_or_the_connection() {
        let peer = SocketAddr::from(([127, 0, 0, 1], 50_000));
        let mut headers = HeaderMap::new();
        assert_eq!(client_address(&headers, peer, true), "127.0.0.1");
        headers.append(
            "x-forwarded-for",
            HeaderValue::from_static("1.1.1.1, 2.2.2.2"),
        );
        assert_eq!(client_address(&headers, peer, true), "2.2.2.2");
        assert_eq!(client_address(&headers, peer, false), "127.0.0.1");
        headers.append("x-forwarded-for", HeaderValue::from_static("3.3.3.3"));
        assert_eq!(client_address(&headers, peer, true), "3.3.3.3");
    }

    #[test]
    fn cookies_and_other_headers_are_not_passed_on() {
        let mut headers = HeaderMap::new();
        for name in [
            "cookie",
            "set-cookie",
            "x-captcha",
            "authorization",
            "content-type",
            "accept",
        ] {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static("value"),
            );
        }
        let names = |names| {
            let picked = pick(names, &headers);
            let mut picked: Vec<_> = picked.keys().map(|name| name.as_str().to_owned()).collect();
            picked.sort();
            picked
        };
        assert_eq!(names(REQUEST_HEADERS), ["accept", "content-type"]);
        assert_eq!(names(RESPONSE_HEADERS), ["content-type"]);
    }

    #[test]
    fn refusal_has_the_form_of_the_engine_and_says_how_long_to_wait() {
        let response = Refusal::TooMany(42).into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], "42");
        assert_eq!(response.headers()["content-type"], "application/json");
        let response = Refusal::NoCaptcha.into_response();
        assert_eq!(response.status(), 403);
        assert!(!response.headers().contains_key("retry-after"));
    }
}
