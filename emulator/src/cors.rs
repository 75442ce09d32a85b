//! Who may read an answer: the headers that let a page on another origin see it.

use crate::exchange::{Request, Response};
use crate::settings::Settings;

/// Answers a browser's question before a call (a preflight), or a plain `OPTIONS`.
pub(crate) fn preflight(settings: &Settings, request: &Request) -> Response {
    let Some(origin) = request.header("origin") else {
        return Response::empty(204).with("Allow", METHODS);
    };
    if !settings.cors.allows(origin) {
        return Response::empty(403).with("Vary", "Origin");
    }
    let mut response = Response::empty(204)
        .with("Access-Control-Allow-Origin", origin)
        .with("Access-Control-Allow-Methods", METHODS)
        .with("Vary", "Origin");
    // No word on credentials: cookies are nothing to this engine.
    if let Some(headers) = request.header("access-control-request-headers") {
        response = response.with("Access-Control-Allow-Headers", headers);
    }
    response
}

/// Adds to an answer what lets the asking page read it, if it may.
pub(crate) fn add_headers(
    settings: &Settings,
    request: &Request,
    exposes: bool,
    response: Response,
) -> Response {
    let response = response.with("Vary", "Origin");
    let Some(origin) = request
        .header("origin")
        .filter(|origin| settings.cors.allows(origin))
    else {
        return response;
    };
    let response = response.with("Access-Control-Allow-Origin", origin);
    if exposes && !settings.expose_headers.is_empty() {
        response.with(
            "Access-Control-Expose-Headers",
            &settings.expose_headers.join(", "),
        )
    } else {
        response
    }
}

const METHODS: &str = "POST, DELETE, OPTIONS";
