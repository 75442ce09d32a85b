//! HTTP exchanges without a socket: a request, a response, and how the response is delivered.

use serde_json::Value;

/// An HTTP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method in capitals, such as `POST`.
    pub method: String,
    /// The path and the query, such as `/auth/v1/web/otp/generate?fallbackChannel=SMS`.
    pub path: String,
    /// Names and values. Names can have any case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An HTTP response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status, 100 to 599.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The outcome of a request: a response, and how to deliver it.
///
/// The engine does not wait and does not break connections. A caller that has a socket, such as [`Server`](crate::Server), must
/// do what `delay_ms` and `delivery` say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The response.
    pub response: Response,
    /// Milliseconds to wait before the response is sent; 0 without the fault [`Delay`](crate::Fault::Delay).
    pub delay_ms: u64,
    /// How much of the response arrives.
    pub delivery: Delivery,
}

/// How much of a response arrives, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// All of it.
    Whole,
    /// Nothing: the connection is closed without a response.
    Dropped,
    /// The headers and the first `after` bytes of the body; then nothing more arrives and the connection stays open.
    Stalled {
        /// Bytes of the body that arrive.
        after: usize,
    },
    /// The headers and the first `after` bytes of the body; then the connection is closed.
    Cut {
        /// Bytes of the body that arrive.
        after: usize,
    },
    /// All of it, followed by more bytes, up to one gibibyte.
    Endless,
    /// All of it, at a limited speed.
    Trickled {
        /// Bytes of the body per second, at least 1.
        bytes_per_second: u32,
    },
}

impl Request {
    /// A `POST` request with a JSON body.
    ///
    /// ```
    /// let request = ae_engine::Request::post("/auth/v1/web/token/generate", "{}");
    /// assert_eq!(request.header("content-type"), Some("application/json"));
    /// ```
    pub fn post(path: &str, body: impl Into<Vec<u8>>) -> Request {
        Request::json("POST", path, body)
    }

    /// A `DELETE` request with a JSON body, as mfa/token/expire takes it (contract 3.8).
    pub fn delete(path: &str, body: impl Into<Vec<u8>>) -> Request {
        Request::json("DELETE", path, body)
    }

    /// A request with any method and a JSON body.
    pub fn json(method: &str, path: &str, body: impl Into<Vec<u8>>) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }

    /// The value of the first header with this name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

impl Response {
    /// The value of the first header with this name, compared without case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    /// A response without a body.
    pub(crate) fn empty(status: u16) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A response with a text body.
    pub(crate) fn text(status: u16, media_type: &str, body: &str) -> Response {
        let response = Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        response.with_header("Content-Type", media_type)
    }

    /// A response with a JSON body.
    pub(crate) fn json(status: u16, body: &Value) -> Response {
        Response::text(status, "application/json", &body.to_string())
    }

    /// Adds a header; a header of the same name stays.
    pub(crate) fn with_header(mut self, name: &str, value: &str) -> Response {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Outcome {
    /// A response that is sent at once and arrives whole.
    pub(crate) fn immediate(response: Response) -> Outcome {
        Outcome {
            response,
            delay_ms: 0,
            delivery: Delivery::Whole,
        }
    }
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
