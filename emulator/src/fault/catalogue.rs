//! All faults with a line of help each. The help text of the program and the overview of the control endpoints print them.

/// The help for one fault.
#[derive(Debug, Clone, Copy)]
pub struct FaultDescription {
    /// The name in flags and control requests.
    pub name: &'static str,
    /// The argument after the colon, such as `MS`; empty for a fault without one. Optional parts stand in brackets.
    pub argument: &'static str,
    /// The names of the argument's parts in control requests.
    pub json_fields: &'static [&'static str],
    /// The effect of the fault, in one line.
    pub effect: &'static str,
}

/// All faults, in the order of [`Fault`](super::Fault).
#[rustfmt::skip]
pub const FAULTS: &[FaultDescription] = &[
    describe("delay", "MS", &["ms"], "the response is MS milliseconds late; applies with any other fault"),
    describe("dropped", "", &[], "the call takes effect, the connection closes without a response"),
    describe("unheard", "", &[], "the connection closes without a response; no effect"),
    describe("stalled", "", &[], "headers and half the body, nothing for a minute, then closed"),
    describe("cut", "", &[], "headers and half the body, then the connection closes"),
    describe("trickle", "", &[], "the body at one byte a second (setting trickle_bytes_per_s)"),
    describe("truncated", "", &[], "half the JSON as a complete response"),
    describe("html-503", "", &[], "503 with a page of HTML; no effect"),
    describe("status", "STATUS", &["status"], "any HTTP status with an empty body; no effect"),
    describe("too-many", "[RETRY-AFTER]", &["retry_after"], "429, with that Retry-After header if given; no effect"),
    describe("code", "CODE[,TEXT]", &["code", "message"], "any error code; no effect"),
    describe("redirect", "[STATUS,]URL", &["status", "url"], "301, 302, 303, 307 (default) or 308 to URL; no effect"),
    describe("wrong-types", "", &[], "every value of the body has another type"),
    describe("missing-fields", "NAME[,NAME...]", &["names"], "fields left out, by path (auth.token) or by name (sessionId)"),
    describe("null-auth", "", &[], "auth is null"),
    describe("other-customer", "", &[], "a correctly signed token of another customer"),
    describe("other-brand", "", &[], "a correctly signed token of another brand"),
    describe("expired-token", "", &[], "a token that expired a minute ago"),
    describe("plain-text-400", "", &[], "400 with the plain text of the engine's JSON reader; no effect"),
    describe("no-cors", "", &[], "no Access-Control headers; applies with any other fault"),
    describe("no-expose", "", &[], "pages cannot read Retry-After and Date; applies with any other fault"),
    describe("html-200", "", &[], "200 with a page of HTML, as from a captive portal; no effect"),
    describe("big-body", "BYTES", &["bytes"], "the body is padded to BYTES bytes (at most 256 MiB)"),
    describe("endless", "", &[], "the body never ends, at full speed, up to 1 GiB"),
    describe("gzip-bomb", "BYTES", &["bytes"], "a small compressed body that unpacks to BYTES bytes (at most 1 GiB)"),
    describe("empty-204", "", &[], "204 without a body"),
    describe("same-token", "", &[], "renewal returns the token that it should replace"),
    describe("token-life", "SECONDS", &["seconds"], "the token lives SECONDS; 0 or less: it has expired when it is issued"),
    describe("bad-token", "", &[], "a text that is not a token in place of the token"),
    describe("body", "TEXT", &["text"], "200 with TEXT as the body; no effect"),
    describe("bytes", "HEX", &["hex"], "200 with these bytes, in hex, as the body; no effect"),
    describe("media-type", "TYPE", &["type"], "the Content-Type is TYPE instead of application/json"),
    describe("answer-as", "STATUS", &["status"], "the response with another HTTP status, such as a success as 403"),
    describe("no-key", "", &[], "the key is null"),
    describe("role", "NAME", &["name"], "the token and the user have this role, such as MFA_PENDING"),
];

const fn describe(
    name: &'static str,
    argument: &'static str,
    json_fields: &'static [&'static str],
    effect: &'static str,
) -> FaultDescription {
    FaultDescription {
        name,
        argument,
        json_fields,
        effect,
    }
}
