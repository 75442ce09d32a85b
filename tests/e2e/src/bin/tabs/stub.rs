//! A token endpoint for the peers: it gives a new token for a refresh token, which stays the same, and counts.

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

/// How it is, and what it heard.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stub {
    delay: Arc<AtomicU64>,
    renewals: Arc<AtomicUsize>,
}

impl Stub {
    /// Makes it answer so many milliseconds late.
    pub(crate) fn answers_after(&self, delay: u64) {
        self.delay.store(delay, Ordering::Relaxed);
    }

    /// How often it gave a new token.
    pub(crate) fn renewals(&self) -> usize {
        self.renewals.load(Ordering::Relaxed)
    }

    /// The endpoint where each peer looks for it; and an answer that takes as long as one likes, for pages that freeze.
    pub(crate) fn api(&self) -> Router {
        let renew = |stub: Self| move |headers: HeaderMap| stub.clone().renew(headers);
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
        // One that nobody finds too old, whatever is done to the clocks: its life is what `expires_in` says.
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
