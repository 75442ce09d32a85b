//! Response bodies that stall, arrive slowly or never end.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame};
use tokio::time::{Instant, Sleep, sleep};

/// The time between the last byte of a cut body and the end of its connection, so that the bytes are sent first.
const CUT_DELAY: Duration = Duration::from_millis(50);
/// The time between the last byte of a stalled body and the end of its connection.
const STALL_TIME: Duration = Duration::from_mins(1);
/// The largest number of pieces per second in which a slow body is sent.
const MAX_PIECES_PER_SECOND: u32 = 20;
/// The text that an endless body repeats.
const FILLER: [u8; 16 << 10] = [b'x'; 16 << 10];
/// The size at which an endless body ends after all.
const MAX_ENDLESS_BYTES: u64 = 1 << 30;

/// A body in pieces, with a pause before each of them.
pub(super) struct SlowBody {
    pieces: VecDeque<Bytes>,
    pause: Duration,
    sleep: Pin<Box<Sleep>>,
    /// Whether the body fails after its last piece, which closes the connection.
    fails: bool,
}

impl SlowBody {
    /// The first `after` bytes of a body, nothing for a minute, then a closed connection.
    pub(super) fn stalled(body: Vec<u8>, after: usize) -> SlowBody {
        SlowBody::failing(body, after, STALL_TIME)
    }

    /// The first `after` bytes of a body, then a closed connection.
    pub(super) fn cut(body: Vec<u8>, after: usize) -> SlowBody {
        SlowBody::failing(body, after, CUT_DELAY)
    }

    /// A whole body at a limited speed.
    pub(super) fn trickled(body: &[u8], bytes_per_second: u32) -> SlowBody {
        let pieces_per_second = bytes_per_second.clamp(1, MAX_PIECES_PER_SECOND);
        let size = usize::try_from(bytes_per_second.div_ceil(pieces_per_second))
            .unwrap_or(1)
            .max(1);
        let pause = Duration::from_secs(1) / pieces_per_second;
        SlowBody {
            pieces: body.chunks(size).map(Bytes::copy_from_slice).collect(),
            pause,
            sleep: Box::pin(sleep(pause)),
            fails: false,
        }
    }

    fn failing(mut body: Vec<u8>, after: usize, pause: Duration) -> SlowBody {
        body.truncate(after);
        SlowBody {
            pieces: VecDeque::from([Bytes::from(body)]),
            pause,
            sleep: Box::pin(sleep(Duration::ZERO)),
            fails: true,
        }
    }
}

impl Body for SlowBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.pieces.is_empty() && !self.fails {
            return Poll::Ready(None);
        }
        if self.sleep.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let next = Instant::now() + self.pause;
        self.sleep.as_mut().reset(next);
        match self.pieces.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None => Poll::Ready(Some(Err(io::Error::other("an injected fault")))),
        }
    }
}

/// A body followed by filler, sent as fast as the client reads.
pub(super) struct EndlessBody {
    next: Bytes,
    bytes_sent: Arc<AtomicU64>,
}

impl EndlessBody {
    /// A body that starts with `start` and adds the number of bytes sent to `bytes_sent`.
    pub(super) fn new(start: Vec<u8>, bytes_sent: Arc<AtomicU64>) -> EndlessBody {
        EndlessBody {
            next: Bytes::from(start),
            bytes_sent,
        }
    }
}

impl Body for EndlessBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let size = u64::try_from(self.next.len()).unwrap_or(u64::MAX);
        if self.bytes_sent.fetch_add(size, Ordering::Relaxed) > MAX_ENDLESS_BYTES {
            return Poll::Ready(None);
        }
        let next = std::mem::replace(&mut self.next, Bytes::from_static(&FILLER));
        Poll::Ready(Some(Ok(Frame::data(next))))
    }
}
