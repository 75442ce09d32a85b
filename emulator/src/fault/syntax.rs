//! How faults are written: `name`, `name:argument`, `endpoint=name:argument*times`.

use std::fmt;
use std::str::FromStr;

use super::{FAULTS, Fault, FaultDescription, PlannedFault};

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
            "status" => Fault::Status(given.status(&is_answer, "200 to 599")?),
            "answer-as" => Fault::AnswerAs(given.status(&is_answer, "200 to 599")?),
            "media-type" => Fault::MediaType(given.needed()?.to_owned()),
            "role" => Fault::Role(given.needed()?.to_owned()),
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
            "gzip-bomb" => Fault::GzipBomb(given.number()?),
            "bytes" => {
                let hex = given.needed()?;
                Fault::Bytes(from_hex(hex).ok_or_else(|| given.wrong(hex))?)
            }
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

impl fmt::Display for PlannedFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}", self.endpoint, self.fault)?;
        self.left.map_or(Ok(()), |left| write!(out, "*{left}"))
    }
}

/// `endpoint=fault[:argument][*times]`, as the flag is written.
impl FromStr for PlannedFault {
    type Err = String;

    fn from_str(text: &str) -> Result<PlannedFault, String> {
        let (endpoint, rest) = text.split_once('=').ok_or_else(|| {
            format!(
                "{text:?} names no endpoint: a fault is written ENDPOINT=FAULT[:ARGUMENT][*TIMES]"
            )
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

/// What stands after the colon.
struct Argument<'a> {
    known: &'a FaultDescription,
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

fn is_answer(status: u16) -> bool {
    (200..=599).contains(&status)
}

/// The faults that take no argument.
fn plain(name: &str) -> Option<Fault> {
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

fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(',')
        .map_or((text, None), |(first, rest)| (first, Some(rest)))
}
