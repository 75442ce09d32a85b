//! A token endpoint for the other libraries: it answers a refresh token with a new access token, and counts the renewals. The refresh
//! token stays the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, Uri, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

/// An endpoint. Clones share its state.
#[derive(Debug, Clone, Default)]
pub(crate) struct TokenEndpoint {
    delay: Arc<AtomicU64>,
    renewals: Arc<AtomicUsize>,
}

impl TokenEndpoint {
    /// Sets how late every answer is, in milliseconds.
    pub(crate) fn answers_after(&self, delay: u64) {
        self.delay.store(delay, Ordering::Relaxed);
    }

    /// How many new tokens were given so far.
    pub(crate) fn renewals(&self) -> usize {
        self.renewals.load(Ordering::Relaxed)
    }

    /// The endpoint, at the paths where the libraries expect it, and `/sleep?MS`, which answers after so many milliseconds.
    pub(crate) fn api(&self) -> Router {
        let renew = |endpoint: Self| move |headers: HeaderMap| endpoint.clone().renew(headers);
        Router::new()
            .route("/oauth/token", post(renew(self.clone())))
            .route("/token", post(renew(self.clone())))
            .route("/sleep", get(sleep))
    }

    async fn renew(self, headers: HeaderMap) -> impl IntoResponse {
        let number = self.renewals.fetch_add(1, Ordering::Relaxed) + 1;
        tokio::time::sleep(Duration::from_millis(self.delay.load(Ordering::Relaxed))).await;
        let host = headers.get(header::HOST);
        let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
        // The claims never expire, however the clocks of the pages are set: only `expires_in` limits the token.
        let claims = json!({
            "iss": format!("http://{host}/"), "aud": "shop", "sub": "1", "iat": 1_700_000_000_u64, "exp": 4_000_000_000_u64, "n": number,
        });
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!(
            "{}.{}.{}",
            part(json!({ "alg": "RS256", "typ": "JWT" })),
            part(claims),
            URL_SAFE_NO_PAD.encode("unsigned")
        );
        let answer = json!({
            "access_token": token, "id_token": token, "refresh_token": "refresh", "expires_in": 900,
            "token_type": "bearer", "scope": "openid profile email offline_access", "user": { "id": "1" },
        });
        (
            [(header::CONTENT_TYPE, "application/json")],
            answer.to_string(),
        )
    }
}

async fn sleep(uri: Uri) -> &'static str {
    let ms = uri.query().and_then(|query| query.parse().ok());
    tokio::time::sleep(Duration::from_millis(ms.unwrap_or(0))).await;
    ""
}
