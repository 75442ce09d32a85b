//! The shop's own API, which needs a token: it answers as it is configured, and records the requests it receives.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use xtask::site::{Served, Site};

use crate::page::{POLL_INTERVAL, TIME_LIMIT};
use crate::shop;

/// Answers `/orders`. `/orders/moved` redirects, and `/orders/slow` never answers.
#[derive(Debug, Clone, Default)]
pub struct Orders(Arc<Mutex<Record>>);

#[derive(Debug, Default)]
struct Record {
    /// How many of the next tokens are refused.
    refusals: usize,
    /// The target of `/orders/moved`.
    redirect: String,
    requests: Vec<Request>,
}

/// A request that the API has received.
#[derive(Debug, Clone)]
pub struct Request {
    /// Method and path, such as `GET /orders`.
    pub line: String,
    /// The body.
    pub body: String,
    headers: HeaderMap,
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Orders {
    /// Refuses the next tokens, so many of them, with status 401.
    pub fn refuses_tokens(&self, times: usize) {
        self.record().refusals = times;
    }

    /// Sets the address that `/orders/moved` redirects to.
    pub fn redirects_to(&self, to: &str) {
        to.clone_into(&mut self.record().redirect);
    }

    /// The requests so far in order, without preflights.
    pub fn requests(&self) -> Vec<Request> {
        self.record().requests.clone()
    }

    /// Waits until so many requests were received.
    pub async fn receives(&self, times: usize) {
        let deadline = Instant::now() + TIME_LIMIT;
        while self.record().requests.len() < times {
            assert!(
                Instant::now() < deadline,
                "waited {TIME_LIMIT:?} for request {times}: {:?}",
                self.requests()
            );
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Serves the API at an origin of its own, which allows pages of every other origin (CORS). It is served until the returned
    /// value is dropped.
    pub async fn serves_at_own_origin(&self) -> Served {
        let site = Site {
            root: shop::FOLDER.into(),
            api: self.api(),
            ..Site::default()
        };
        let served = site.serve((Ipv4Addr::LOCALHOST, 0).into()).await;
        served.expect("a free port for the orders")
    }

    pub(crate) fn api(&self) -> Router {
        Router::new()
            .route("/orders", any(answer))
            .route("/orders/{what}", any(answer))
            .with_state(self.clone())
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn answer(
    State(orders): State<Orders>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let cors = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "*"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "cap_authorization, cap_brand, cap_identifier_type, cap_identifier_value, cap_device_id, content-type",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    if method == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, cors).into_response();
    }
    let (is_refused, redirect, number) = {
        let mut record = orders.record();
        record.requests.push(Request {
            line: format!("{method} {}", uri.path()),
            body: String::from_utf8_lossy(&body).into_owned(),
            headers,
        });
        let is_refused = record.refusals > 0;
        record.refusals = record.refusals.saturating_sub(1);
        (is_refused, record.redirect.clone(), record.requests.len())
    };
    match uri.path() {
        "/orders/slow" => std::future::pending().await,
        "/orders/moved" => {
            let to = [(header::LOCATION, redirect)];
            (StatusCode::TEMPORARY_REDIRECT, cors, to).into_response()
        }
        _ if is_refused => (StatusCode::UNAUTHORIZED, cors, "not you").into_response(),
        _ => (cors, format!("answer {number}")).into_response(),
    }
}
