//! The text form of faults: `name` or `name:argument`; with a call, `endpoint=name:argument*times`.

use std::fmt;
use std::str::FromStr;

use super::{FAULTS, Fault, FaultDescription, PlannedFault};

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument() {
            Some(argument) => write!(formatter, "{}:{argument}", self.name()),
            None => formatter.write_str(self.name()),
        }
    }
}

impl FromStr for Fault {
    /// A sentence that says what is wrong and what is expected.
    type Err = String;

    fn from_str(text: &str) -> Result<Fault, String> {
        let (name, argument) = match text.split_once(':') {
            Some((name, argument)) => (name, Some(argument)),
            None => (text, None),
        };
        let Some(description) = FAULTS.iter().find(|known| known.name == name) else {
            return Err(unknown_fault(name));
        };
        let given = Argument {
            description,
            text: argument,
        };
        let fault = match name {
            "delay" => Fault::Delay(given.number()?),
            "status" => Fault::Status(given.status(&is_response_status, "200 to 599")?),
            "answer-as" => Fault::AnswerAs(given.status(&is_response_status, "200 to 599")?),
            "media-type" => Fault::MediaType(given.required()?.to_owned()),
            "role" => Fault::Role(given.required()?.to_owned()),
            "too-many" => Fault::TooMany {
                retry_after: argument.map(str::to_owned),
            },
            "code" => {
                let (code, message) = split(given.required()?);
                let code = Argument {
                    description,
                    text: Some(code),
                }
                .number()?;
                Fault::Code(code, message.map(str::to_owned))
            }
            "redirect" => {
                let argument = given.required()?;
                let (status, url) = match split(argument) {
                    (status, Some(url)) if status.parse::<u16>().is_ok() => (Some(status), url),
                    _ => (None, argument),
                };
                let status = Argument {
                    description,
                    text: Some(status.unwrap_or("307")),
                };
                let is_redirect = |status| matches!(status, 301 | 302 | 303 | 307 | 308);
                if url.is_empty() || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(given.invalid(url));
                }
                Fault::Redirect(
                    url.to_owned(),
                    status.status(&is_redirect, "301, 302, 303, 307, 308")?,
                )
            }
            "missing-fields" => {
                Fault::MissingFields(given.required()?.split(',').map(str::to_owned).collect())
            }
            "big-body" => Fault::BigBody(given.number()?),
            "gzip-bomb" => Fault::GzipBomb(given.number()?),
            "bytes" => {
                let hex = given.required()?;
                Fault::Bytes(from_hex(hex).ok_or_else(|| given.invalid(hex))?)
            }
            "token-life" => Fault::TokenLife(given.number()?),
            "body" => Fault::Body(argument.unwrap_or_default().to_owned()),
            _ => {
                given.ensure_absent()?;
                without_argument(name).ok_or_else(|| unknown_fault(name))?
            }
        };
        Ok(fault)
    }
}

impl fmt::Display for PlannedFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.endpoint, self.fault)?;
        self.left
            .map_or(Ok(()), |left| write!(formatter, "*{left}"))
    }
}

impl FromStr for PlannedFault {
    /// A sentence that says what is wrong and what is expected.
    type Err = String;

    /// Parses `ENDPOINT=FAULT[:ARGUMENT][*TIMES]`, the form of the flag `--fault`.
    fn from_str(text: &str) -> Result<PlannedFault, String> {
        let (endpoint, rest) = text.split_once('=').ok_or_else(|| {
            format!("{text:?} has no endpoint: expected ENDPOINT=FAULT[:ARGUMENT][*TIMES]")
        })?;
        let (fault, left) = match rest.rsplit_once('*') {
            Some((fault, times)) if times.parse::<u32>().is_ok() => (fault, times.parse().ok()),
            _ => (rest, None),
        };
        Ok(PlannedFault {
            endpoint: endpoint.parse()?,
            fault: fault.parse()?,
            left,
        })
    }
}

impl Fault {
    /// The argument in the text form.
    fn argument(&self) -> Option<String> {
        match self {
            Fault::Delay(ms) => Some(ms.to_string()),
            Fault::Status(status) | Fault::AnswerAs(status) => Some(status.to_string()),
            Fault::TooMany { retry_after } => retry_after.clone(),
            Fault::Code(code, None) => Some(code.to_string()),
            Fault::Code(code, Some(message)) => Some(format!("{code},{message}")),
            Fault::Redirect(url, status) => Some(format!("{status},{url}")),
            Fault::MissingFields(names) => Some(names.join(",")),
            Fault::BigBody(bytes) | Fault::GzipBomb(bytes) => Some(bytes.to_string()),
            Fault::Bytes(bytes) => Some(to_hex(bytes)),
            Fault::TokenLife(seconds) => Some(seconds.to_string()),
            Fault::Body(text) | Fault::MediaType(text) | Fault::Role(text) => Some(text.clone()),
            _ => None,
        }
    }
}

/// The argument of a fault, not parsed yet.
struct Argument<'a> {
    description: &'a FaultDescription,
    text: Option<&'a str>,
}

impl<'a> Argument<'a> {
    fn required(&self) -> Result<&'a str, String> {
        self.text
            .filter(|text| !text.is_empty())
            .ok_or_else(|| self.invalid(""))
    }

    fn ensure_absent(&self) -> Result<(), String> {
        self.text.map_or(Ok(()), |text| {
            Err(format!(
                "fault {} takes no argument, found {text:?}",
                self.description.name
            ))
        })
    }

    fn number<N: FromStr>(&self) -> Result<N, String> {
        let text = self.required()?;
        text.parse().map_err(|_| self.invalid(text))
    }

    fn status(&self, is_valid: &dyn Fn(u16) -> bool, expected: &str) -> Result<u16, String> {
        let status = self.number()?;
        if is_valid(status) {
            Ok(status)
        } else {
            Err(format!(
                "fault {} has the status {status}: expected {expected}",
                self.description.name
            ))
        }
    }

    fn invalid(&self, found: &str) -> String {
        format!(
            "fault {} has the argument {found:?}: expected {}:{}",
            self.description.name, self.description.name, self.description.argument
        )
    }
}

fn is_response_status(status: u16) -> bool {
    (200..=599).contains(&status)
}

fn unknown_fault(name: &str) -> String {
    let names: Vec<_> = FAULTS.iter().map(|known| known.name).collect();
    format!(
        "unknown fault {name:?}: expected one of {}",
        names.join(", ")
    )
}

/// The fault of this name that takes no argument.
fn without_argument(name: &str) -> Option<Fault> {
    [
        Fault::Dropped,
        Fault::Unheard,
        Fault::Stalled,
        Fault::Cut,
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
        Fault::Endless,
        Fault::Empty204,
        Fault::SameToken,
        Fault::BadToken,
        Fault::NoKey,
    ]
    .into_iter()
    .find(|fault| fault.name() == name)
}

fn to_hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16));
    let digits = digits.collect::<Option<Vec<_>>>()?;
    let bytes = digits.chunks(2).map(|pair| match *pair {
        [high, low] => u8::try_from(high * 16 + low).ok(),
        _ => None,
    });
    bytes.collect()
}

/// Splits at the first comma.
fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(',')
        .map_or((text, None), |(first, rest)| (first, Some(rest)))
}
