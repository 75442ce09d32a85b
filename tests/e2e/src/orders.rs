//! The shop's own API, which wants a token: it answers as it is told, and writes down what it was asked.

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

use crate::page::{GLANCE, PATIENCE};

/// Answers below `/orders`; `/orders/moved` leads to where it is told to, `/orders/slow` never answers.
#[derive(Debug, Clone, Default)]
pub struct Orders(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    refusals: usize,
    moved: String,
    asked: Vec<Asked>,
}

/// What it was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Method and path, such as `GET /orders`.
    pub what: String,
    /// What came along.
    pub body: String,
    headers: HeaderMap,
}

impl Asked {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Orders {
    /// Takes no token, so many times.
    pub fn refuses(&self, times: usize) {
        self.book().refusals = times;
    }

    /// Leads whoever asks for `/orders/moved` to this address.
    pub fn moves(&self, to: &str) {
        to.clone_into(&mut self.book().moved);
    }

    /// What it was asked so far, in order; no preflights.
    pub fn asked(&self) -> Vec<Asked> {
        self.book().asked.clone()
    }

    /// Waits until it was asked so many times.
    pub async fn hears(&self, times: usize) {
        let deadline = Instant::now() + PATIENCE;
        while self.book().asked.len() < times {
            assert!(
                Instant::now() < deadline,
                "waited for order number {times} in vain: {:?}",
                self.asked()
            );
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Serves it at an origin of its own, with leave for pages of any other.
    pub async fn elsewhere(&self) -> Served {
        let site = Site {
            root: concat!(env!("CARGO_MANIFEST_DIR"), "/src/shop").into(),
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

    fn book(&self) -> MutexGuard<'_, Book> {
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
    let leave = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "*"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "cap_authorization, cap_brand, cap_identifier_type, cap_identifier_value, cap_device_id, content-type",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    if method == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, leave).into_response();
    }
    let (is_refused, moved, number) = {
        let mut book = orders.book();
        book.asked.push(Asked {
            what: format!("{method} {}", uri.path()),
            body: String::from_utf8_lossy(&body).into_owned(),
            headers,
        });
        let is_refused = book.refusals > 0;
        book.refusals = book.refusals.saturating_sub(1);
        (is_refused, book.moved.clone(), book.asked.len())
    };
    match uri.path() {
        "/orders/slow" => std::future::pending().await,
        "/orders/moved" => {
            let to = [(header::LOCATION, moved)];
            (StatusCode::TEMPORARY_REDIRECT, leave, to).into_response()
        }
        _ if is_refused => (StatusCode::UNAUTHORIZED, leave, "not you").into_response(),
        _ => (leave, format!("answer {number}")).into_response(),
    }
}
