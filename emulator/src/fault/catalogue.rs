//! Every fault in one line: its name, its argument, what it does. The help and the overview are made of these.

/// A line of help about one fault.
#[derive(Debug, Clone, Copy)]
pub struct FaultDescription {
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
#[rustfmt::skip]
pub const FAULTS: &[FaultDescription] = &[
    help("delay", "MS", &["ms"], "the answer comes MS milliseconds late; joins any other fault"),
    help("dropped", "", &[], "the call takes effect, the connection closes without an answer"),
    help("unheard", "", &[], "the connection closes without an answer, the call takes no effect"),
    help("stalled", "", &[], "headers and half the body, then a minute of silence"),
    help("cut", "", &[], "headers and half the body, then the connection breaks"),
    help("trickle", "", &[], "the body comes a byte a second (setting trickle_bytes_per_s)"),
    help("truncated", "", &[], "half the JSON, sent as if it were whole"),
    help("html-503", "", &[], "503 with a page of HTML; no effect"),
    help("status", "STATUS", &["status"], "any HTTP status with an empty body; no effect"),
    help("too-many", "[RETRY-AFTER]", &["retry_after"], "429, with that Retry-After header if given; no effect"),
    help("code", "CODE[,TEXT]", &["code", "message"], "a refusal with any code; no effect"),
    help("redirect", "[STATUS,]URL", &["status", "url"], "301, 302, 303, 307 (default) or 308 to URL; no effect"),
    help("wrong-types", "", &[], "every value has another type"),
    help("missing-fields", "NAME[,NAME...]", &["names"], "fields left out: auth.token, or sessionId wherever it stands"),
    help("null-auth", "", &[], "auth is null"),
    help("other-customer", "", &[], "a well-signed token of another customer"),
    help("other-brand", "", &[], "a well-signed token of another brand"),
    help("expired-token", "", &[], "a token that ended a minute ago"),
    help("plain-text-400", "", &[], "400 with the plain text of the engine's JSON reader; no effect"),
    help("no-cors", "", &[], "no Access-Control headers on the answer; joins any other fault"),
    help("no-expose", "", &[], "Retry-After and Date are hidden from pages; joins any other fault"),
    help("html-200", "", &[], "200 with a page of HTML, as from a captive portal; no effect"),
    help("big-body", "BYTES", &["bytes"], "the answer is blown up to BYTES bytes (at most 256 MiB)"),
    help("endless", "", &[], "the body goes on and on, as fast as it is taken, up to a gibibyte"),
    help("gzip-bomb", "BYTES", &["bytes"], "a small packed answer that unpacks to BYTES bytes (at most 1 GiB)"),
    help("empty-204", "", &[], "204 without a body"),
    help("same-token", "", &[], "renewal gives back the token it was to replace"),
    help("token-life", "SECONDS", &["seconds"], "the token lives SECONDS; 0 or less: it ends before it begins"),
    help("bad-token", "", &[], "the token is no token"),
    help("body", "TEXT", &["text"], "200 with TEXT as body; no effect"),
    help("bytes", "HEX", &["hex"], "200 with these bytes as body, in hex; no effect"),
    help("media-type", "TYPE", &["type"], "the answer is called TYPE instead of application/json"),
    help("answer-as", "STATUS", &["status"], "the answer with another HTTP status, such as a success as 403"),
    help("no-key", "", &[], "the key is null"),
    help("role", "NAME", &["name"], "the token and the user say this role, such as MFA_PENDING"),
];

const fn help(
    name: &'static str,
    argument: &'static str,
    keys: &'static [&'static str],
    meaning: &'static str,
) -> FaultDescription {
    FaultDescription {
        name,
        argument,
        keys,
        meaning,
    }
}
