//! Requests to the engine and to the service that checks captchas, by http or https.

use std::error::Error;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, response};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

/// The longest wait for a whole answer. The widget itself waits for ten seconds.
const TIME_LIMIT: Duration = Duration::from_secs(9);
/// The longest body of an answer, in bytes. The widget takes no longer one.
const MAX_ANSWER: usize = 64 * 1024;

/// Sends requests, and keeps connections open for the next ones.
#[derive(Debug)]
pub(crate) struct Client(legacy::Client<HttpsConnector<HttpConnector>, Body>);

impl Client {
    /// Reads the certificates of the system.
    pub(crate) fn new() -> std::io::Result<Self> {
        let connector = HttpsConnectorBuilder::new()
            .with_native_roots()?
            .https_or_http()
            .enable_http1()
            .build();
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self(client))
    }

    /// Returns the head and the body of the answer. Redirects are not followed.
    pub(crate) async fn send(
        &self,
        request: Request<Body>,
    ) -> Result<(response::Parts, Bytes), Box<dyn Error + Send + Sync>> {
        let exchange = async {
            let (head, body) = self.0.request(request).await?.into_parts();
            let body = to_bytes(Body::new(body), MAX_ANSWER).await?;
            Ok((head, body))
        };
        tokio::time::timeout(TIME_LIMIT, exchange).await?
    }
}
