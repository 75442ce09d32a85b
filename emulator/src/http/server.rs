//! The server: accepts connections and passes requests to the engine or to the control endpoints.

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

/// The pause after an error of `accept`, which usually means that the process has too many open files.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// An engine that listens on a socket. Dropping the server stops it and closes its connections.
///
/// Every connection serves one request. A browser silently repeats a request when a kept-alive connection is closed, and a test of
/// [`Fault::Dropped`](crate::Fault::Dropped) would then see the call succeed.
///
/// # Examples
///
/// A test starts the emulator on a free port and gives its address to the page under test:
///
/// ```
/// use ae_engine::{Endpoint, Engine, Fault, Server, Settings};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// # runtime.block_on(async {
/// let engine = Engine::new(Settings::samples(), 1);
/// let server = Server::start(engine, ([127, 0, 0, 1], 0).into()).await?;
/// assert!(server.url().starts_with("http://127.0.0.1:"));
///
/// let engine = server.engine();
/// let mut engine = engine.lock().expect("no test panicked with the lock");
/// engine.inject(Endpoint::OtpGenerate, Fault::Dropped, Some(1));
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    engine: Arc<Mutex<Engine>>,
    endless_bytes_sent: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts to listen, in the current tokio runtime and with the system's clock. Port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// The address cannot be bound, for example because another process uses the port.
    ///
    /// # Panics
    ///
    /// Panics if called outside a tokio runtime.
    pub async fn start(engine: Engine, address: SocketAddr) -> io::Result<Server> {
        Server::start_with(engine, address, system_time_ms, |_, _| {}).await
    }

    /// Starts to listen with another clock, and reports every call of the engine.
    ///
    /// `clock` returns milliseconds since the Unix epoch. `on_request` is called with the journal entry of each request, before its
    /// response is sent, and with the message that the request sent to a customer, if any. Control requests are not reported.
    ///
    /// # Errors
    ///
    /// The address cannot be bound, for example because another process uses the port.
    ///
    /// # Panics
    ///
    /// Panics if called outside a tokio runtime.
    pub async fn start_with(
        engine: Engine,
        address: SocketAddr,
        clock: impl Fn() -> u64 + Send + Sync + 'static,
        on_request: impl Fn(&JournalEntry, Option<&Message>) + Send + Sync + 'static,
    ) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let engine = Arc::new(Mutex::new(engine));
        let endless_bytes_sent = Arc::default();
        let shared = Shared {
            engine: Arc::clone(&engine),
            endless_bytes_sent: Arc::clone(&endless_bytes_sent),
            clock: Arc::new(clock),
            on_request: Arc::new(on_request),
        };
        let accepting = tokio::spawn(accept_connections(listener, router(shared)));
        Ok(Server {
            address,
            engine,
            endless_bytes_sent,
            accepting,
        })
    }

    /// The address that the server listens on, with the actual port.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address as a URL without a slash at the end, such as `http://127.0.0.1:4180`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The engine. Requests wait while its lock is held.
    pub fn engine(&self) -> Arc<Mutex<Engine>> {
        Arc::clone(&self.engine)
    }

    /// The number of bytes of endless bodies that were sent so far, bytes in socket buffers included.
    pub fn endless_bytes_sent(&self) -> u64 {
        self.endless_bytes_sent.load(Ordering::Relaxed)
    }

    /// Waits until the server stops, which happens only if its task panics.
    pub async fn stopped(mut self) {
        // The error of a panicked task is not needed: the panic has been printed.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

type OnRequest = dyn Fn(&JournalEntry, Option<&Message>) + Send + Sync;

/// The state that all requests share.
#[derive(Clone)]
struct Shared {
    engine: Arc<Mutex<Engine>>,
    endless_bytes_sent: Arc<AtomicU64>,
    clock: Arc<dyn Fn() -> u64 + Send + Sync>,
    on_request: Arc<OnRequest>,
}

impl Shared {
    /// Locks the engine, also after a test has panicked with the lock.
    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The extension of a response that is not sent: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
struct CloseConnection;

impl fmt::Display for CloseConnection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an injected fault closes the connection")
    }
}

impl std::error::Error for CloseConnection {}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/_emulator", any(handle_control))
        .route("/_emulator/", any(handle_control))
        .route("/_emulator/{*rest}", any(handle_control))
        .fallback(handle_call)
        .with_state(shared)
}

async fn handle_control(
    State(shared): State<Shared>,
    parts: Parts,
    body: Bytes,
) -> HttpResponse<Body> {
    let request = convert::request(&parts, &body);
    let response = control::respond(&mut shared.engine(), &request);
    convert::response(response, Delivery::Whole, &shared.endless_bytes_sent)
}

async fn handle_call(
    State(shared): State<Shared>,
    parts: Parts,
    body: Bytes,
) -> HttpResponse<Body> {
    let request = convert::request(&parts, &body);
    let outcome = {
        let mut engine = shared.engine();
        let sent_before = engine.outbox().len();
        let outcome = engine.handle((shared.clock)(), &request);
        let message = engine
            .outbox()
            .last()
            .filter(|_| engine.outbox().len() != sent_before);
        if let Some(entry) = engine.journal().last() {
            (shared.on_request)(entry, message);
        }
        outcome
    };
    tokio::time::sleep(Duration::from_millis(outcome.delay_ms)).await;
    let mut response = convert::response(
        outcome.response,
        outcome.delivery,
        &shared.endless_bytes_sent,
    );
    if outcome.delivery == Delivery::Dropped {
        response.extensions_mut().insert(CloseConnection);
    }
    response
}

async fn accept_connections(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Sends each piece of a slow body at once. If this fails, pieces may be sent together.
                let _ = stream.set_nodelay(true);
                connections.spawn(serve_connection(stream, router.clone()));
            }
            Err(_) => tokio::time::sleep(ACCEPT_RETRY).await,
        }
        // Removes finished connections.
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: HttpRequest<hyper::body::Incoming>| {
        let response = TowerToHyperService::new(router.clone()).call(request.map(Body::new));
        async move {
            let Ok::<_, Infallible>(response) = response.await;
            // For an error, hyper closes the connection without a response.
            if response.extensions().get::<CloseConnection>().is_some() {
                Err(CloseConnection)
            } else {
                Ok(response)
            }
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // An error means that the client went away or that a fault closed the connection.
    let _ = connection.await;
}

fn system_time_ms() -> u64 {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}
