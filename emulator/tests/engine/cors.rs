//! CORS headers for pages on other origins.

use ae_engine::{Cors, Endpoint, Fault, Request, Response};

use crate::support::{START_MS, TOKEN_GENERATE, TestClient, ada};

const SHOP: &str = "https://shop.example";

/// The response to a request of a page on an origin.
fn respond_to_origin(client: &mut TestClient, method: &str, origin: &str) -> Response {
    let mut request = Request::json(method, TOKEN_GENERATE, ada().to_string());
    request
        .headers
        .push(("Origin".to_owned(), origin.to_owned()));
    request.headers.push((
        "Access-Control-Request-Headers".to_owned(),
        "content-type,x-shop".to_owned(),
    ));
    client.engine.handle(START_MS, &request).response
}

#[test]
fn preflight_allows_the_requesting_origin() {
    let mut client = TestClient::new();
    let response = respond_to_origin(&mut client, "OPTIONS", SHOP);
    assert_eq!(response.status, 204);
    assert_eq!(response.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(
        response.header("access-control-allow-methods"),
        Some("POST, DELETE, OPTIONS")
    );
    assert_eq!(
        response.header("access-control-allow-headers"),
        Some("content-type,x-shop")
    );
    assert_eq!(response.header("access-control-allow-credentials"), None);
    assert_eq!(response.header("vary"), Some("Origin"));
    assert_eq!(
        client.engine.call_count(Endpoint::TokenGenerate),
        0,
        "a preflight is not a call"
    );
}

#[test]
fn response_is_readable_with_its_exposed_headers() {
    let response = respond_to_origin(&mut TestClient::new(), "POST", SHOP);
    assert_eq!(response.header("access-control-allow-origin"), Some(SHOP));
    assert_eq!(
        response.header("access-control-expose-headers"),
        Some("Retry-After, Date")
    );
    assert_eq!(response.header("access-control-allow-credentials"), None);
    assert_eq!(
        response.header("date"),
        Some("Thu, 09 Oct 2025 08:53:20 GMT")
    );
}

#[test]
fn only_listed_origins_may_read_responses() {
    let mut client =
        TestClient::with_settings(|settings| settings.cors = Cors::Only(vec![SHOP.to_owned()]));
    assert_eq!(respond_to_origin(&mut client, "OPTIONS", SHOP).status, 204);
    for method in ["OPTIONS", "POST"] {
        let response = respond_to_origin(&mut client, method, "https://shop.example.evil");
        assert_eq!(response.header("access-control-allow-origin"), None);
    }
    assert_eq!(
        respond_to_origin(&mut client, "OPTIONS", "null").status,
        403
    );
    client.engine.settings_mut().cors = Cors::Off;
    assert_eq!(
        respond_to_origin(&mut client, "POST", SHOP).header("access-control-allow-origin"),
        None
    );
}

#[test]
fn no_cors_hides_the_response_but_not_the_preflight() {
    let mut client = TestClient::new();
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::NoCors, Some(1));
    client
        .engine
        .inject(Endpoint::TokenGenerate, Fault::NoExpose, Some(2));
    client.engine.inject(
        Endpoint::TokenGenerate,
        Fault::TooMany {
            retry_after: Some("1".to_owned()),
        },
        Some(2),
    );
    assert_eq!(respond_to_origin(&mut client, "OPTIONS", SHOP).status, 204);
    let first = respond_to_origin(&mut client, "POST", SHOP);
    assert_eq!(
        (first.status, first.header("access-control-allow-origin")),
        (429, None)
    );
    let second = respond_to_origin(&mut client, "POST", SHOP);
    assert_eq!(
        (second.status, second.header("access-control-allow-origin")),
        (429, Some(SHOP))
    );
    assert_eq!(second.header("access-control-expose-headers"), None);
}
