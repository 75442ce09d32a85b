//! Between the core's plain requests and answers and those of the socket; bodies that stall or trickle.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderName, HeaderValue, Response as HttpResponse, StatusCode, request::Parts};
use http_body::{Body as HttpBody, Frame};
use tokio::time::{Instant, Sleep, sleep};

use crate::exchange::{Delivery, Request, Response};

/// A request as the core reads it.
pub(super) fn request(parts: &Parts, body: &Bytes) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: parts.method.to_string(),
        path: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: body.to_vec(),
    }
}

/// An answer as the socket sends it.
pub(super) fn response(
    answer: Response,
    delivery: Delivery,
    endless_bytes_sent: &Arc<AtomicU64>,
) -> HttpResponse<Body> {
    let length = answer.body.len();
    let (body, slow) = match delivery {
        Delivery::Whole | Delivery::Dropped => (Body::from(answer.body), false),
        Delivery::Stalled { after } => (
            Body::new(SlowBody::stalled(answer.body, after, STALL_TIME)),
            true,
        ),
        Delivery::Cut { after } => {
            let cut = SlowBody::stalled(answer.body, after, FLUSH_TIME);
            (Body::new(cut), true)
        }
        Delivery::Endless => {
            let endless = EndlessBody {
                next: Bytes::from(answer.body),
                endless_bytes_sent: Arc::clone(endless_bytes_sent),
            };
            (Body::new(endless), false)
        }
        Delivery::Trickled { bytes_per_second } => (
            Body::new(SlowBody::trickled(&answer.body, bytes_per_second)),
            true,
        ),
    };
    let mut response = HttpResponse::new(body);
    // 599 and the like are legal; what is no status at all cannot be set.
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    if slow {
        // The whole length is promised, so that a body cut short is known to be cut short.
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

/// A body that takes its time.
struct SlowBody {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    waiting: Pin<Box<Sleep>>,
    /// Whether it breaks off after its last piece and one more pause.
    breaks: bool,
}

impl SlowBody {
    /// So many bytes at once, then silence, and at last a broken connection.
    fn stalled(mut body: Vec<u8>, after: usize, pause: Duration) -> SlowBody {
        body.truncate(after);
        let piece = Bytes::from(body);
        SlowBody {
            pieces: VecDeque::from([piece]),
            pause,
            waiting: Box::pin(sleep(Duration::ZERO)),
            breaks: true,
        }
    }

    /// Byte by byte when slow; at most twenty pieces a second when faster.
    fn trickled(body: &[u8], bytes_per_second: u32) -> SlowBody {
        let pieces_per_second = bytes_per_second.clamp(1, 20);
        let size = usize::try_from(bytes_per_second.div_ceil(pieces_per_second))
            .unwrap_or(1)
            .max(1);
        let pieces = body.chunks(size).map(Bytes::copy_from_slice).collect();
        let pause = Duration::from_secs(1) / pieces_per_second;
        SlowBody {
            pieces,
            pause,
            waiting: Box::pin(sleep(pause)),
            breaks: false,
        }
    }
}

impl HttpBody for SlowBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.pieces.is_empty() && !self.breaks {
            return Poll::Ready(None);
        }
        if self.waiting.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let next = Instant::now() + self.pause;
        self.waiting.as_mut().reset(next);
        match self.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None => Poll::Ready(Some(Err(io::Error::other(
                "the emulator was told to stall",
            )))),
        }
    }
}

/// A body that goes on and on.
struct EndlessBody {
    next: Bytes,
    /// How much of it was taken.
    endless_bytes_sent: Arc<AtomicU64>,
}

impl HttpBody for EndlessBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let size = u64::try_from(self.next.len()).unwrap_or(u64::MAX);
        if self.endless_bytes_sent.fetch_add(size, Ordering::Relaxed) > GIBIBYTE {
            return Poll::Ready(None);
        }
        let next = std::mem::replace(&mut self.next, Bytes::from_static(&MORE));
        Poll::Ready(Some(Ok(Frame::data(next))))
    }
}

const MORE: [u8; 16 << 10] = [b'x'; 16 << 10];
const GIBIBYTE: u64 = 1 << 30;

/// So that what was sent before a connection breaks is on its way.
const FLUSH_TIME: Duration = Duration::from_millis(50);

/// How long a stalled body is silent before its connection is closed.
const STALL_TIME: Duration = Duration::from_mins(1);
