//! What can be made to go wrong, and how it is written: `name`, `name:argument`.

use std::fmt;
use std::str::FromStr;

use crate::endpoint::Endpoint;

/// Something that goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The answer comes so many milliseconds late. Joins whatever else is due.
    Delay(u64),
    /// The call takes effect, but its connection is closed without an answer.
    Dropped,
    /// The connection is closed without an answer and the call takes no effect.
    Unheard,
    /// The headers and half the body arrive, then silence.
    Stalled,
    /// The body arrives a byte at a time, at the speed of the settings.
    Trickle,
    /// The body is only its first half, sent as if it were whole.
    Truncated,
    /// A 503 with a page of HTML, as from a proxy in front.
    Html503,
    /// Any HTTP status, with an empty body.
    Status(u16),
    /// 429.
    TooMany {
        /// The `Retry-After` header, as it should stand there.
        retry_after: Option<String>,
    },
    /// A refusal with any code, and a text of its own if one is given.
    Code(i64, Option<String>),
    /// A redirect to this address with this status: 301, 302, 303, 307 or 308.
    Redirect(String, u16),
    /// Every value of the body has another type.
    WrongTypes,
    /// Fields are left out of the body: by path (`auth.token`), or by name wherever it stands.
    MissingFields(Vec<String>),
    /// `auth` is null.
    NullAuth,
    /// The token is another customer's.
    OtherCustomer,
    /// The token is another brand's.
    OtherBrand,
    /// The token ended a minute ago.
    ExpiredToken,
    /// The plain-text 400 of the engine's JSON reader.
    PlainText400,
    /// The answer lacks the headers that let a page on another origin read it. Joins whatever else is due.
    NoCors,
    /// The answer can be read, but not its `Retry-After` and `Date`. Joins whatever else is due.
    NoExpose,
    /// A 200 with a page of HTML, as from a captive portal.
    Html200,
    /// The body is blown up to so many bytes.
    BigBody(usize),
    /// A 204 without a body; the call takes effect.
    Empty204,
    /// Renewal gives back the token it was given.
    SameToken,
    /// The token lives so many seconds; none or less makes it end before it begins.
    TokenLife(i64),
    /// The token is no token.
    BadToken,
    /// A 200 with this body.
    Body(String),
}

/// A fault waiting for its call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The call.
    pub endpoint: Endpoint,
    /// What goes wrong with it.
    pub fault: Fault,
    /// How many more times. `None`: until faults are cleared.
    pub left: Option<u32>,
}

/// A line of help about one fault.
#[derive(Debug, Clone, Copy)]
pub struct FaultHelp {
    /// Its name.
    pub name: &'static str,
    /// What may stand after the colon; empty if nothing does.
    pub argument: &'static str,
    /// The names of the argument's parts in control JSON.
    pub keys: &'static [&'static str],
    /// What it does.
    pub meaning: &'static str,
}

/// Every fault there is.
pub const FAULTS: &[FaultHelp] = &[
    help(
        "delay",
        "MS",
        &["ms"],
        "the answer comes MS milliseconds late; joins any other fault",
    ),
    help(
        "dropped",
        "",
        &[],
        "the call takes effect, the connection closes without an answer",
    ),
    help(
        "unheard",
        "",
        &[],
        "the connection closes without an answer, the call takes no effect",
    ),
    help(
        "stalled",
        "",
        &[],
        "headers and half the body, then a minute of silence",
    ),
    help(
        "trickle",
        "",
        &[],
        "the body comes a byte a second (setting trickle_bytes_per_s)",
    ),
    help(
        "truncated",
        "",
        &[],
        "half the JSON, sent as if it were whole",
    ),
    help("html-503", "", &[], "503 with a page of HTML; no effect"),
    help(
        "status",
        "STATUS",
        &["status"],
        "any HTTP status with an empty body; no effect",
    ),
    help(
        "too-many",
        "[RETRY-AFTER]",
        &["retry_after"],
        "429, with that Retry-After header if given; no effect",
    ),
    help(
        "code",
        "CODE[,TEXT]",
        &["code", "message"],
        "a refusal with any code; no effect",
    ),
    help(
        "redirect",
        "[STATUS,]URL",
        &["status", "url"],
        "301, 302, 303, 307 (default) or 308 to URL; no effect",
    ),
    help("wrong-types", "", &[], "every value has another type"),
    help(
        "missing-fields",
        "NAME[,NAME...]",
        &["names"],
        "fields left out: auth.token, or sessionId wherever it stands",
    ),
    help("null-auth", "", &[], "auth is null"),
    help(
        "other-customer",
        "",
        &[],
        "a well-signed token of another customer",
    ),
    help(
        "other-brand",
        "",
        &[],
        "a well-signed token of another brand",
    ),
    help("expired-token", "", &[], "a token that ended a minute ago"),
    help(
        "plain-text-400",
        "",
        &[],
        "400 with the plain text of the engine's JSON reader; no effect",
    ),
    help(
        "no-cors",
        "",
        &[],
        "no Access-Control headers on the answer; joins any other fault",
    ),
    help(
        "no-expose",
        "",
        &[],
        "Retry-After and Date are hidden from pages; joins any other fault",
    ),
    help(
        "html-200",
        "",
        &[],
        "200 with a page of HTML, as from a captive portal; no effect",
    ),
    help(
        "big-body",
        "BYTES",
        &["bytes"],
        "the answer is blown up to BYTES bytes (at most 256 MiB)",
    ),
    help("empty-204", "", &[], "204 without a body"),
    help(
        "same-token",
        "",
        &[],
        "renewal gives back the token it was given",
    ),
    help(
        "token-life",
        "SECONDS",
        &["seconds"],
        "the token lives SECONDS; 0 or less: it ends before it begins",
    ),
    help("bad-token", "", &[], "the token is no token"),
    help(
        "body",
        "TEXT",
        &["text"],
        "200 with TEXT as body; no effect",
    ),
];

impl Fault {
    /// Whether it joins other faults instead of waiting in line with them.
    pub(crate) fn joins(&self) -> bool {
        matches!(self, Fault::Delay(_) | Fault::NoCors | Fault::NoExpose)
    }

    pub(crate) fn delay_ms(&self) -> u64 {
        if let Fault::Delay(ms) = self { *ms } else { 0 }
    }

    /// The application code it answers with.
    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            Fault::Code(code, _) => Some(*code),
            Fault::TooMany { .. } => Some(429),
            _ => None,
        }
    }

    /// The name in flags and control calls.
    pub fn name(&self) -> &'static str {
        match self {
            Fault::Delay(_) => "delay",
            Fault::Dropped => "dropped",
            Fault::Unheard => "unheard",
            Fault::Stalled => "stalled",
            Fault::Trickle => "trickle",
            Fault::Truncated => "truncated",
            Fault::Html503 => "html-503",
            Fault::Status(_) => "status",
            Fault::TooMany { .. } => "too-many",
            Fault::Code(..) => "code",
            Fault::Redirect(..) => "redirect",
            Fault::WrongTypes => "wrong-types",
            Fault::MissingFields(_) => "missing-fields",
            Fault::NullAuth => "null-auth",
            Fault::OtherCustomer => "other-customer",
            Fault::OtherBrand => "other-brand",
            Fault::ExpiredToken => "expired-token",
            Fault::PlainText400 => "plain-text-400",
            Fault::NoCors => "no-cors",
            Fault::NoExpose => "no-expose",
            Fault::Html200 => "html-200",
            Fault::BigBody(_) => "big-body",
            Fault::Empty204 => "empty-204",
            Fault::SameToken => "same-token",
            Fault::TokenLife(_) => "token-life",
            Fault::BadToken => "bad-token",
            Fault::Body(_) => "body",
        }
    }

    fn argument(&self) -> Option<String> {
        match self {
            Fault::Delay(ms) => Some(ms.to_string()),
            Fault::Status(status) => Some(status.to_string()),
            Fault::TooMany { retry_after } => retry_after.clone(),
            Fault::Code(code, None) => Some(code.to_string()),
            Fault::Code(code, Some(message)) => Some(format!("{code},{message}")),
            Fault::Redirect(url, status) => Some(format!("{status},{url}")),
            Fault::MissingFields(names) => Some(names.join(",")),
            Fault::BigBody(bytes) => Some(bytes.to_string()),
            Fault::TokenLife(seconds) => Some(seconds.to_string()),
            Fault::Body(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument() {
            Some(argument) => write!(out, "{}:{argument}", self.name()),
            None => out.write_str(self.name()),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let Some(known) = FAULTS.iter().find(|known| known.name == name) else {
            let legal: Vec<_> = FAULTS.iter().map(|known| known.name).collect();
            return Err(format!(
                "no fault is called {name:?}: legal are {}",
                legal.join(", ")
            ));
        };
        let given = Argument {
            known,
            text: argument,
        };
        let fault = match name {
            "delay" => Fault::Delay(given.number()?),
            "status" => {
                Fault::Status(given.status(&|status| (200..=599).contains(&status), "200 to 599")?)
            }
            "too-many" => Fault::TooMany {
                retry_after: argument.map(str::to_owned),
            },
            "code" => {
                let (code, message) = split(given.needed()?);
                let code = Argument {
                    known,
                    text: Some(code),
                }
                .number()?;
                Fault::Code(code, message.map(str::to_owned))
            }
            "redirect" => {
                let whole = given.needed()?;
                let (status, url) = match split(whole) {
                    (status, Some(url)) if status.parse::<u16>().is_ok() => (Some(status), url),
                    _ => (None, whole),
                };
                let status = Argument {
                    known,
                    text: Some(status.unwrap_or("307")),
                };
                let legal = |status| matches!(status, 301 | 302 | 303 | 307 | 308);
                if url.is_empty() || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(given.wrong(url));
                }
                Fault::Redirect(
                    url.to_owned(),
                    status.status(&legal, "301, 302, 303, 307, 308")?,
                )
            }
            "missing-fields" => {
                Fault::MissingFields(given.needed()?.split(',').map(str::to_owned).collect())
            }
            "big-body" => Fault::BigBody(given.number()?),
            "token-life" => Fault::TokenLife(given.number()?),
            "body" => Fault::Body(argument.unwrap_or_default().to_owned()),
            _ => {
                given.none()?;
                plain(name).ok_or_else(|| format!("no fault is called {name:?}"))?
            }
        };
        Ok(fault)
    }
}

impl Planned {
    /// Takes what is due for a call out of the line.
    pub(crate) fn take(line: &mut Vec<Planned>, endpoint: Endpoint) -> Vec<Fault> {
        let mut due: Vec<Fault> = Vec::new();
        for planned in line
            .iter_mut()
            .filter(|planned| planned.endpoint == endpoint)
        {
            let another = |taken: &Fault| {
                if planned.fault.joins() {
                    taken.name() == planned.fault.name()
                } else {
                    !taken.joins()
                }
            };
            if due.iter().any(another) {
                continue;
            }
            due.push(planned.fault.clone());
            planned.left = planned.left.map(|left| left.saturating_sub(1));
        }
        line.retain(|planned| planned.left != Some(0));
        due
    }
}

impl fmt::Display for Planned {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}", self.endpoint, self.fault)?;
        self.left.map_or(Ok(()), |left| write!(out, "*{left}"))
    }
}

/// `endpoint=fault[:argument][*times]`, as the flag is written.
impl FromStr for Planned {
    type Err = String;

    fn from_str(text: &str) -> Result<Planned, String> {
        let (endpoint, rest) = text.split_once('=').ok_or_else(|| {
            format!(
                "{text:?} names no endpoint: a fault is written ENDPOINT=FAULT[:ARGUMENT][*TIMES]"
            )
        })?;
        let (fault, left) = match rest.rsplit_once('*') {
            Some((fault, times)) if times.parse::<u32>().is_ok() => (fault, times.parse().ok()),
            _ => (rest, None),
        };
        Ok(Planned {
            endpoint: endpoint.parse()?,
            fault: fault.parse()?,
            left,
        })
    }
}

/// What stands after the colon.
struct Argument<'a> {
    known: &'a FaultHelp,
    text: Option<&'a str>,
}

impl<'a> Argument<'a> {
    fn needed(&self) -> Result<&'a str, String> {
        self.text
            .filter(|text| !text.is_empty())
            .ok_or_else(|| self.wrong("nothing"))
    }

    fn none(&self) -> Result<(), String> {
        self.text.map_or(Ok(()), |text| {
            Err(format!(
                "fault {} takes no argument, {text:?} was given",
                self.known.name
            ))
        })
    }

    fn number<N: FromStr>(&self) -> Result<N, String> {
        let text = self.needed()?;
        text.parse().map_err(|_| self.wrong(text))
    }

    fn status(&self, is_legal: &dyn Fn(u16) -> bool, legal: &str) -> Result<u16, String> {
        let status = self.number()?;
        if is_legal(status) {
            Ok(status)
        } else {
            Err(format!(
                "fault {} takes a status, {status} was given: legal are {legal}",
                self.known.name
            ))
        }
    }

    fn wrong(&self, found: &str) -> String {
        format!(
            "fault {} is written {}:{}, {found:?} was given",
            self.known.name, self.known.name, self.known.argument
        )
    }
}

/// The faults that take no argument.
fn plain(name: &str) -> Option<Fault> {
    [
        Fault::Dropped,
        Fault::Unheard,
        Fault::Stalled,
        Fault::Trickle,
        Fault::Truncated,
        Fault::Html503,
        Fault::WrongTypes,
        Fault::NullAuth,
        Fault::OtherCustomer,
        Fault::OtherBrand,
        Fault::ExpiredToken,
        Fault::PlainText400,
        Fault::NoCors,
        Fault::NoExpose,
        Fault::Html200,
        Fault::Empty204,
        Fault::SameToken,
        Fault::BadToken,
    ]
    .into_iter()
    .find(|fault| fault.name() == name)
}

fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(',')
        .map_or((text, None), |(first, rest)| (first, Some(rest)))
}

const fn help(
    name: &'static str,
    argument: &'static str,
    keys: &'static [&'static str],
    meaning: &'static str,
) -> FaultHelp {
    FaultHelp {
        name,
        argument,
        keys,
        meaning,
    }
}
