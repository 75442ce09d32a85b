//! A proxy in front of the Auth Engine, on the shop's own origin.
//!
//! ```sh
//! ENGINE=https://eu.api.capillarytech.com PORT=8080 cargo run --release
//! ```
//!
//! It passes on the calls of the widget and nothing else, limits how many there are, and can ask for a captcha before a message is sent.
//! `base-url` of the widget is the address of the proxy.
//!
//! | variable | value |
//! |---|---|
//! | `ENGINE` | the origin of the engine |
//! | `PORT` | the port to listen on, at 127.0.0.1; 8080 if it is absent |
//! | `CAPTCHA_URL` | the address that checks a captcha: of Turnstile, hCaptcha or reCAPTCHA; no captcha if it is absent |
//! | `CAPTCHA_SECRET` | the shop's secret for that address |
//! | `TRUST_FORWARDED` | 1 if a server of the shop is in front of this one and sets `X-Forwarded-For` |

mod client;
mod limit;
mod proxy;
mod settings;

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use crate::client::Client;
use crate::proxy::{Proxy, handle};
use crate::settings::Settings;

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// Answers requests until the program is ended.
async fn serve() -> Result<(), String> {
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let client =
        Client::new().map_err(|error| format!("no certificates of the system: {error}"))?;
    let address = (Ipv4Addr::LOCALHOST, settings.port);
    let proxy = Arc::new(Proxy::new(settings, client));
    let router = Router::new().fallback(handle).with_state(proxy);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind(address).await;
    let listener =
        listener.map_err(|error| format!("cannot listen on port {}: {error}", address.1))?;
    axum::serve(listener, service)
        .await
        .map_err(|error| error.to_string())
}
