//! CORS headers, which let a page on another origin read a response (Fetch standard, "CORS protocol").
//!
//! The vendor documents none of this; browser clients do call the service (contract 1.3). Credentials are never allowed,
//! because the engine uses no cookies.

use crate::exchange::{Request, Response};
use crate::settings::Settings;

/// The methods named in `Allow` and `Access-Control-Allow-Methods`.
const METHODS: &str = "POST, DELETE, OPTIONS";

/// The response to an `OPTIONS` request: to a preflight if it has an `Origin`, otherwise a list of methods.
pub(crate) fn preflight(settings: &Settings, request: &Request) -> Response {
    let Some(origin) = request.header("origin") else {
        return Response::empty(204).with_header("Allow", METHODS);
    };
    if !settings.cors.allows(origin) {
        return Response::empty(403).with_header("Vary", "Origin");
    }
    let response = Response::empty(204)
        .with_header("Access-Control-Allow-Origin", origin)
        .with_header("Access-Control-Allow-Methods", METHODS)
        .with_header("Vary", "Origin");
    match request.header("access-control-request-headers") {
        Some(headers) => response.with_header("Access-Control-Allow-Headers", headers),
        None => response,
    }
}

/// Adds the headers that let the requesting origin read a response, if the settings allow it.
///
/// With `expose`, the headers listed in the settings become readable too.
pub(crate) fn add_headers(
    settings: &Settings,
    request: &Request,
    expose: bool,
    response: Response,
) -> Response {
    let response = response.with_header("Vary", "Origin");
    let Some(origin) = request
        .header("origin")
        .filter(|origin| settings.cors.allows(origin))
    else {
        return response;
    };
    let response = response.with_header("Access-Control-Allow-Origin", origin);
    if expose && !settings.expose_headers.is_empty() {
        response.with_header(
            "Access-Control-Expose-Headers",
            &settings.expose_headers.join(", "),
        )
    } else {
        response
    }
}
