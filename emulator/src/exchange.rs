//! What goes in and out of the engine: a request, an answer, and the way the answer travels.

use serde_json::Value;

/// A request as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `POST`, `OPTIONS` and so on.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// Names and values; names in any case.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// An answer as it should go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// An answer and the way it should travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The answer.
    pub response: Response,
    /// How long to wait before it goes out.
    pub delay_ms: u64,
    /// How much of it arrives.
    pub delivery: Delivery,
}

/// How much of an answer arrives, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// All of it.
    Whole,
    /// None: the connection is closed without an answer.
    Dropped,
    /// The headers and some of the body; then silence.
    Stalled {
        /// Bytes of the body that arrive.
        after: usize,
    },
    /// The headers and some of the body; then the connection breaks.
    Cut {
        /// Bytes of the body that arrive.
        after: usize,
    },
    /// All of it, and then more and more, up to a gibibyte.
    Endless,
    /// All of it, slowly.
    Trickled {
        /// Bytes of the body in each second.
        bytes_per_second: u32,
    },
}

impl Request {
    /// A `POST` of JSON.
    pub fn post(path: &str, body: impl Into<Vec<u8>>) -> Request {
        Request::json("POST", path, body)
    }

    /// A `DELETE` with a body of JSON.
    pub fn delete(path: &str, body: impl Into<Vec<u8>>) -> Request {
        Request::json("DELETE", path, body)
    }

    /// A request with any method and a body of JSON.
    pub fn json(method: &str, path: &str, body: impl Into<Vec<u8>>) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: body.into(),
        }
    }

    /// The value of a header, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

impl Response {
    /// The value of a header, its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub(crate) fn empty(status: u16) -> Response {
        Response {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub(crate) fn text(status: u16, media_type: &str, body: &str) -> Response {
        let response = Response {
            status,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        response.with("Content-Type", media_type)
    }

    pub(crate) fn json(status: u16, body: &Value) -> Response {
        Response::text(status, "application/json", &body.to_string())
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Response {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Outcome {
    pub(crate) fn complete(response: Response) -> Outcome {
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
