//! The HTTP state: a socket in front of the core, which makes delays, silences and broken connections real.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Request as HttpRequest, Response as HttpResponse, request::Parts};
use axum::routing::any;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::{control, convert};
use crate::engine::Engine;
use crate::exchange::Delivery;
use crate::records::{JournalEntry, Message};

/// A running emulator. Dropping it stops it and closes its connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    engine: Arc<Mutex<Engine>>,
    endless_bytes_sent: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts to listen, inside the caller's tokio runtime. Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Whatever keeps the address from being taken.
    pub async fn start(engine: Engine, address: SocketAddr) -> io::Result<Server> {
        Server::start_with(engine, address, system_ms, |_, _| {}).await
    }

    /// Starts to listen with another clock (unix milliseconds), and tells of every request as it is answered, together with the
    /// message it had sent.
    ///
    /// # Errors
    ///
    /// Whatever keeps the address from being taken.
    pub async fn start_with(
        engine: Engine,
        address: SocketAddr,
        clock: impl Fn() -> u64 + Send + Sync + 'static,
        observer: impl Fn(&JournalEntry, Option<&Message>) + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let engine = Arc::new(Mutex::new(engine));
        let endless_bytes_sent = Arc::default();
        let state = ServerState {
            engine: Arc::clone(&engine),
            endless_bytes_sent: Arc::clone(&endless_bytes_sent),
            clock: Arc::new(clock),
            observer: Arc::new(observer),
        };
        let accepting = tokio::spawn(accept(listener, router(state)));
        Ok(Server {
            address,
            engine,
            endless_bytes_sent,
            accepting,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as `http://127.0.0.1:4180`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The engine behind the state. Hold the lock briefly: requests wait for it.
    pub fn engine(&self) -> Arc<Mutex<Engine>> {
        Arc::clone(&self.engine)
    }

    /// How many bytes of endless bodies were taken off its hands so far; what waits in a socket counts as taken.
    pub fn endless_bytes_sent(&self) -> u64 {
        self.endless_bytes_sent.load(Ordering::Relaxed)
    }

    /// Waits until it stops, which it does only when something goes very wrong.
    pub async fn stopped(mut self) {
        // An error here is a panic in the accepting task; either way it is over.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What every request needs.
#[derive(Clone)]
struct ServerState {
    engine: Arc<Mutex<Engine>>,
    endless_bytes_sent: Arc<AtomicU64>,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    observer: Arc<RequestObserver>,
}

impl ServerState {
    fn engine(&self) -> MutexGuard<'_, Engine> {
        // A panicking test must not take the emulator away from the others.
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is told of every request and the message it had sent.
type RequestObserver = dyn Fn(&JournalEntry, Option<&Message>) + Send + Sync;

/// Marks an answer that must not be sent; the connection is closed instead.
#[derive(Debug, Clone, Copy)]
struct CloseConnection;

impl fmt::Display for CloseConnection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the emulator was told to hang up")
    }
}

impl std::error::Error for CloseConnection {}

fn router(state: ServerState) -> Router {
    Router::new()
        .route("/_emulator", any(control_call))
        .route("/_emulator/", any(control_call))
        .route("/_emulator/{*rest}", any(control_call))
        .fallback(engine_call)
        .with_state(state)
}

async fn control_call(
    State(state): State<ServerState>,
    parts: Parts,
    body: Bytes,
) -> HttpResponse<Body> {
    let request = convert::request(&parts, &body);
    let response = control::answer(&mut state.engine(), &request);
    convert::response(response, Delivery::Whole, &state.endless_bytes_sent)
}

async fn engine_call(
    State(state): State<ServerState>,
    parts: Parts,
    body: Bytes,
) -> HttpResponse<Body> {
    let request = convert::request(&parts, &body);
    let outcome = {
        let mut engine = state.engine();
        let sent_before = engine.outbox().len();
        let outcome = engine.handle((state.clock)(), &request);
        let message = engine
            .outbox()
            .last()
            .filter(|_| engine.outbox().len() != sent_before);
        if let Some(entry) = engine.journal().last() {
            (state.observer)(entry, message);
        }
        outcome
    };
    tokio::time::sleep(Duration::from_millis(outcome.delay_ms)).await;
    let mut response = convert::response(
        outcome.response,
        outcome.delivery,
        &state.endless_bytes_sent,
    );
    if outcome.delivery == Delivery::Dropped {
        response.extensions_mut().insert(CloseConnection);
    }
    response
}

async fn accept(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // A slow body shall be slow at its own pace; if this fails, it is a little slower.
                let _ = stream.set_nodelay(true);
                connections.spawn(serve_connection(stream, router.clone()));
            }
            // Out of file handles, most likely: some will be closed soon.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: HttpRequest<hyper::body::Incoming>| {
        let answer = TowerToHyperService::new(router.clone()).call(request.map(Body::new));
        async move {
            let Ok::<_, Infallible>(response) = answer.await;
            // An error instead of an answer makes hyper close the connection without a word.
            if response.extensions().get::<CloseConnection>().is_some() {
                Err(CloseConnection)
            } else {
                Ok(response)
            }
        }
    });
    // One connection for each request: a browser quietly repeats a request whose kept-alive connection was closed, and a test
    // of a dropped call would then see it succeed.
    let serving = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // What goes wrong on one connection is the caller's to notice.
    let _ = serving.await;
}

fn system_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
