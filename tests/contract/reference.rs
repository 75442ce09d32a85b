//! The reference tables of the documents. Names, values, defaults, types and failures come from the code; what a name means stands
//! here, once, for the tables and for `src/element/custom-elements.json`.
//!
//! A table stands between two comments in a page below `docs/`:
//!
//! ```text
//! <!-- table: attributes -->
//! <!-- end of table -->
//! ```
//!
//! A page with an outdated table fails its test, which writes the fresh page and says how to copy it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::documents::{command_to_update, documents, read};
use crate::product;
use crate::public_names::custom_properties;

// What the names mean -------------------------------------------------------------------------------------------------------

/// What each attribute does.
pub(crate) const ATTRIBUTES: [(&str, &str); 28] = [
    (
        "base-url",
        "Address of the Auth Engine, or of the shop's proxy in front of it. A path prefix is allowed.",
    ),
    (
        "brand",
        "Name of the organisation at the engine. The widget sends it as written.",
    ),
    (
        "identifiers",
        "Kinds of identifier that a customer may type. With several kinds the form recognises the kind while the customer types.",
    ),
    (
        "first-factor",
        "How a customer proves who they are. `otp`: with a code. `password`: with a password; a customer without one chooses one \
         first. `auto`: with a password if the engine says that the customer has one, otherwise with a code.",
    ),
    (
        "second-factor",
        "When the form asks for a second factor. `auto`: if the role after the first factor is one of `pending-roles`. `always`: \
         after every first factor. `off`: never; customers whose role demands one cannot sign in.",
    ),
    (
        "second-factor-method",
        "How a customer proves the second factor. The values mean the same as for `first-factor`.",
    ),
    (
        "second-factor-identifier",
        "Identifier of the second factor. `same`: the first factor's. If it is another kind than the first factor's, the form asks \
         for it.",
    ),
    (
        "pending-roles",
        "Roles that mean that the engine still expects a second factor.",
    ),
    (
        "fallback-channels",
        "Channels that the form offers for a code besides the brand's usual one.",
    ),
    (
        "password-pattern",
        "Pattern that a new password must match from end to end before the widget sends it.",
    ),
    (
        "password-hint",
        "The same rule in words, shown below the field for a new password.",
    ),
    ("country", "Preselected country of mobile numbers."),
    ("countries", "Countries whose mobile numbers are accepted."),
    (
        "otp-length",
        "Number of digits that the form asks for. It accepts codes of other lengths as well.",
    ),
    (
        "resend-after",
        "Seconds before the customer can ask for another code. The wait survives a reload.",
    ),
    (
        "session-minutes",
        "Minutes that the engine keeps a login attempt. Two minutes before its end (at half of it, if it is shorter than four \
         minutes) the form says so and offers more time.",
    ),
    (
        "storage",
        "Where the session is kept. `tab`: in this tab, and in other open tabs of the shop. `memory`: in the page only. `device`: \
         on the device, beyond the end of the browser.",
    ),
    (
        "remember",
        "`ask` shows the choice \"Keep me signed in on this device\", which is not ticked at first. A ticked choice means \
         `storage=\"device\"` for this login.",
    ),
    (
        "max-age",
        "Minutes after the last complete login at which the session ends and is no longer renewed.",
    ),
    (
        "max-idle",
        "Minutes without use of the page, in any tab, at which the session ends.",
    ),
    (
        "device-id",
        "Device id that the widget sends as `deviceId` with the calls of the second factor.",
    ),
    (
        "send-device-id",
        "The widget sends `deviceId` with the calls of the first factor too, and `cap_device_id` with every `fetch()`.",
    ),
    (
        "allow-origins",
        "Origins, besides the page's own, to which `fetch()` may send the token.",
    ),
    (
        "no-renew",
        "The widget does not renew the token in the background. `getToken()` still renews it when needed.",
    ),
    (
        "allow-framing",
        "The form is shown inside a frame of another origin too. Without this attribute it is not.",
    ),
    ("locale", "Language and direction of the form."),
    (
        "dialog",
        "The form is a modal dialog, which `show()` opens. Read when the form is first shown.",
    ),
    (
        "shadow",
        "The form is in an open shadow root instead of the light DOM. Read when the form is first shown.",
    ),
];

/// What each attribute says that the widget sets on the element.
const STATE_ATTRIBUTES: [(&str, &str, &str); 4] = [
    (
        "step",
        "the steps below",
        "The step that the form shows. Absent while there is no form.",
    ),
    (
        "busy",
        "present or absent",
        "The form waits for an answer of the engine.",
    ),
    ("signed-in", "present or absent", "There is a session."),
    (
        "aria-busy",
        "`true` or `false`",
        "The same as `busy`, for assistive technology.",
    ),
];

/// What each step asks for.
const STEPS: [(&str, &str); 12] = [
    (
        "identify",
        "Asks for the identifier, or for an address that a code can go to.",
    ),
    ("code", "Asks for the code."),
    ("password", "Asks for the password."),
    ("new-password", "Asks for a first password."),
    (
        "forgot-password",
        "Asks for a new password in place of a forgotten one.",
    ),
    (
        "change-password",
        "Asks a signed-in customer for another password.",
    ),
    (
        "second-identify",
        "Asks for the identifier of the second factor.",
    ),
    ("second-code", "Asks for the code of the second factor."),
    (
        "second-password",
        "Asks for the password of the second factor.",
    ),
    (
        "second-new-password",
        "Asks for a new password of the second factor: a first one, or one in place of a forgotten one.",
    ),
    ("signed-in", "Says who is signed in."),
    ("stuck", "Says that only the shop can help."),
];

/// When each event is dispatched.
pub(crate) const EVENTS: [(&str, &str); 6] = [
    (
        "ae-ready",
        "The form, or the session without a form, can be used.",
    ),
    ("ae-step", "The form shows another step."),
    (
        "ae-signed-in",
        "A login is complete, or the widget has restored a session that began in an earlier page or in another tab.",
    ),
    (
        "ae-renewed",
        "The session has a new token, renewed by this tab or by another one.",
    ),
    ("ae-signed-out", "The session has ended."),
    ("ae-error", "Something failed."),
];

/// What the fields in the details of events mean.
const DETAIL_FIELDS: [(&str, &str, &str); 11] = [
    ("ae-ready", "version", "Version of the widget."),
    ("ae-step", "step", "Step that the form shows now."),
    ("ae-step", "previous", "Step that it showed before."),
    ("ae-signed-in", "session", "Who is signed in."),
    (
        "ae-signed-in",
        "restored",
        "`true` if the session began in an earlier page or in another tab.",
    ),
    (
        "ae-renewed",
        "session",
        "Who is signed in, with the new times.",
    ),
    ("ae-signed-out", "reason", "Why the session ended."),
    ("ae-error", "kind", "What kind of failure."),
    (
        "ae-error",
        "code",
        "The engine's number for the failure, if it gave one.",
    ),
    (
        "ae-error",
        "retryable",
        "Whether the same action may succeed a moment later.",
    ),
    (
        "ae-error",
        "step",
        "Step that the form shows; `null` for a session without a form, or without WebAssembly.",
    ),
];

/// Why a session ended.
const REASONS: [(&str, &str); 6] = [
    ("user", "The customer or the page signed out in this tab."),
    (
        "other-tab",
        "The customer or the page signed out in another tab.",
    ),
    (
        "expired",
        "The token expired, and the engine refused to renew it.",
    ),
    (
        "refused",
        "The engine refused, for good, to renew a token that had not expired.",
    ),
    (
        "too-old",
        "The last complete login is longer ago than `max-age`, or the last use of the page longer ago than `max-idle`.",
    ),
    ("replaced", "Another customer signed in."),
];

/// What each kind of failure means.
const KINDS: [(&str, &str); 10] = [
    (
        "configuration",
        "The page, its policy or the brand's settings are wrong. Only the shop can correct them.",
    ),
    ("network", "The engine could not be reached."),
    ("timeout", "The engine did not answer within 10 s."),
    (
        "rate-limited",
        "Too many requests: HTTP 429, code 429 or code 1534.",
    ),
    ("server", "The engine has a problem (HTTP 5xx)."),
    ("rejected", "The engine refused the request."),
    (
        "unavailable",
        "The widget cannot run in this page: no WebAssembly, a policy that forbids it, a damaged or missing file.",
    ),
    ("storage", "The browser did not store the session."),
    (
        "malformed",
        "The answer is not what the contract says. The widget does not use it.",
    ),
    (
        "signed-out",
        "There is no session. Promises reject with this kind; no event has it.",
    ),
];

/// What the fields of a session mean.
const SESSION_FIELDS: [(&str, &str); 9] = [
    ("brand", "Brand, as in the attribute."),
    (
        "userId",
        "Number of the customer at the engine, if the token has one.",
    ),
    ("role", "Role in the token, such as `USER`."),
    (
        "identifierType",
        "Kind of the first factor's identifier, as sent to the engine.",
    ),
    (
        "identifierValue",
        "The first factor's identifier, as sent to the engine.",
    ),
    ("issuedAt", "When the engine issued the token."),
    ("expiresAt", "When the token expires."),
    (
        "signedInAt",
        "When the customer last completed a login. Renewing does not change it.",
    ),
    (
        "secondFactor",
        "How the customer proved the second factor; `null` without one.",
    ),
];

/// What the engine means with each code (contract §1.7).
const CODES: [(i64, &str); 37] = [
    (1502, "The code could not be checked."),
    (1503, "The code could not be sent."),
    (1504, "The engine does not know the brand."),
    (1505, "The login session is unknown, used or expired."),
    (1506, "The code is wrong."),
    (1507, "The mobile number is not the login session's."),
    (
        1508,
        "The device is not the login session's, or not the token's.",
    ),
    (1509, "The brand is not the login session's."),
    (1515, "The engine does not know the customer."),
    (1518, "Too many wrong codes."),
    (1519, "A field of the request is missing or illegal."),
    (1520, "The brand demands a password."),
    (1521, "Password and confirmation differ."),
    (1523, "The password could not be changed."),
    (1524, "The brand does not use passwords."),
    (1525, "The token cannot be renewed."),
    (
        1526,
        "The password could not be checked: type and value of the identifier do not match.",
    ),
    (1527, "The new password is the old one."),
    (1528, "The password is wrong."),
    (1529, "The token has expired."),
    (1530, "Too many wrong passwords."),
    (1531, "The token could not be ended."),
    (1532, "The password could not be replaced."),
    (1535, "The brand's quota of codes is 0."),
    (1537, "No code was sent for these details."),
    (
        1540,
        "The code needs a mobile number or an e-mail address to go to.",
    ),
    (1541, "The identifier is not the login session's."),
    (1542, "The password does not match the brand's policy."),
    (1543, "The user name is taken."),
    (1546, "The kind of identifier is not valid."),
    (
        1597,
        "The key that renews a token has expired or is not valid.",
    ),
    (1601, "The other channel needs a mobile number."),
    (1602, "The other channel needs an e-mail address."),
    (1603, "The brand has not set up the other channel."),
    (3005, "Login with an external id is switched off."),
    (5004, "Encryption is switched on for this call."),
    (429, "Too many requests."),
];

/// The code that means the same as 429, and therefore is told apart before the others.
const CODE_QUOTA: (i64, &str) = (1534, "The customer's quota of codes is used up.");

// The declarations of types -------------------------------------------------------------------------------------------------

/// A public member of the element.
pub(crate) struct Member {
    pub(crate) name: String,
    /// As declared.
    pub(crate) declaration: String,
    pub(crate) meaning: String,
    /// Whether a session without a form has it too.
    pub(crate) is_on_sessions: bool,
}

impl Member {
    pub(crate) fn is_method(&self) -> bool {
        self.declaration.contains("): ")
    }
}

/// The members in `ae-login.d.ts`, each with the comment above it.
pub(crate) fn members() -> Vec<Member> {
    let types = read("src/element/ae-login.d.ts");
    let of = |interface: &str, is_on_sessions| {
        let (_, body) = types.split_once(interface).expect(interface);
        let (body, _) = body.split_once("\n}").expect("the end of an interface");
        declarations(body)
            .into_iter()
            .filter(|(declaration, _)| !declaration.starts_with("addEventListener"))
            .map(move |(declaration, meaning)| Member {
                name: declaration
                    .trim_start_matches("readonly ")
                    .split(['(', ':', '?', '<'])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                declaration,
                meaning,
                is_on_sessions,
            })
            .collect::<Vec<_>>()
    };
    let mut members = of("interface AeSessionMembers {\n", true);
    members.extend(of(
        "interface AeLoginElement extends HTMLElement, AeSessionMembers {\n",
        false,
    ));
    members
}

/// The declarations in the body of an interface, each on one line, with the comment above it.
fn declarations(body: &str) -> Vec<(String, String)> {
    let mut declarations = Vec::new();
    let mut comment = String::new();
    let mut declaration = String::new();
    let mut is_comment = false;
    for line in body.lines().map(str::trim) {
        let begins = line.starts_with("/**");
        is_comment |= begins;
        if is_comment {
            if begins {
                comment.clear();
            }
            let text = line.trim_start_matches("/**").trim_end_matches("*/");
            let text = text.trim().trim_start_matches('*').trim();
            append(&mut comment, text);
            is_comment = !line.ends_with("*/");
        } else {
            append(&mut declaration, line);
            if line.ends_with(';') {
                let text = declaration.trim_end_matches(';').to_owned();
                declarations.push((text, plain_links(&comment)));
                comment.clear();
                declaration.clear();
            }
        }
    }
    declarations
}

/// Appends words behind a space.
fn append(text: &mut String, words: &str) {
    if !text.is_empty() && !words.is_empty() {
        text.push(' ');
    }
    text.push_str(words);
}

/// `{@link AeError}` as it is written in Markdown.
fn plain_links(comment: &str) -> String {
    let mut parts = comment.split("{@link ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').expect("the end of a link");
        let _ = write!(text, "`{name}`{rest}");
    }
    text
}

/// The type of a field in the detail of an event.
fn detail_type(event: &str, field: &str) -> String {
    let types = read("src/element/ae-login.d.ts");
    let (_, rest) = types
        .split_once(&format!("\"{event}\": CustomEvent<{{"))
        .expect(event);
    let (detail, _) = rest.split_once("}>").expect("the end of a detail");
    let fields = detail
        .split(';')
        .filter_map(|field| field.trim().split_once(": "));
    let found = fields.into_iter().find(|(name, _)| *name == field);
    found.expect(field).1.to_owned()
}

/// The fields of `AeLoginSession` with their types.
fn session_fields() -> Vec<(String, String)> {
    let types = read("src/element/ae-login.d.ts");
    let (_, body) = types
        .split_once("interface AeLoginSession {\n")
        .expect("a session");
    let (body, _) = body.split_once("\n}").expect("its end");
    let fields = declarations(body).into_iter();
    fields
        .map(|(field, _)| {
            let field = field.trim_start_matches("readonly ");
            let (name, kind) = field.split_once(": ").expect("a type");
            (name.to_owned(), kind.to_owned())
        })
        .collect()
}

/// The properties of the Leptos component, as name, type and comment.
fn component_properties() -> Vec<[String; 3]> {
    let source = read("src/component/mod.rs");
    let (_, list) = source
        .split_once("pub fn AeLogin(\n")
        .expect("the component");
    let (list, _) = list.split_once("\n) -> ").expect("its end");
    let mut properties = Vec::new();
    let mut comment = FirstParagraph::default();
    for line in list.lines().map(str::trim) {
        if !comment.take(line) && !line.starts_with("#[") {
            let (name, kind) = line.trim_end_matches(',').split_once(": ").expect(line);
            let text = rustdoc_links(&comment.text);
            properties.push([name.to_owned(), kind.to_owned(), text]);
            comment = FirstParagraph::default();
        }
    }
    properties
}

/// The methods of the handle of the Leptos component, as declaration and comment.
fn handle_methods() -> Vec<[String; 2]> {
    let source = read("src/component/handle.rs");
    let (_, source) = source
        .split_once("impl AeLoginHandle {\n")
        .expect("the methods");
    let mut methods = Vec::new();
    let mut comment = FirstParagraph::default();
    for line in source.lines().map(str::trim) {
        if comment.take(line) {
            continue;
        }
        if let Some(rest) = line.strip_prefix("pub ")
            && rest.contains("fn ")
        {
            let declaration = rest.trim_end_matches(['{', '}']).trim();
            // A parameter that is not used begins with an underscore.
            let declaration = declaration.replace(", _", ", ");
            methods.push([declaration, rustdoc_links(&comment.text)]);
        }
        // Attributes stand between a comment and its method, an empty line behind the method.
        if line.is_empty() {
            comment = FirstParagraph::default();
        }
    }
    methods
}

/// The first paragraph of a doc comment. What follows, such as an example, is not for a table.
#[derive(Default)]
struct FirstParagraph {
    text: String,
    is_complete: bool,
}

impl FirstParagraph {
    /// Takes a line, if it is one of a doc comment.
    fn take(&mut self, line: &str) -> bool {
        let Some(text) = line.strip_prefix("///") else {
            return false;
        };
        self.is_complete |= text.trim().is_empty();
        if !self.is_complete {
            append(&mut self.text, text.trim());
        }
        true
    }
}

/// Links of rustdoc (`` [`Method::Otp`] ``, with or without a target) as code.
fn rustdoc_links(comment: &str) -> String {
    let mut text = comment.replace("[`", "`").replace("`]", "`");
    while let Some((before, rest)) = text.split_once("`(crate::") {
        let (_, behind) = rest.split_once(')').expect("the end of a link");
        text = format!("{before}`{behind}");
    }
    text
}

// The tables ----------------------------------------------------------------------------------------------------------------

/// Everything that can stand between the comments of a table.
const TABLES: [(&str, fn() -> String); 20] = [
    ("attributes", attributes_table),
    ("state-attributes", state_attributes_table),
    ("steps", steps_table),
    ("events", events_table),
    ("event-fields", event_fields_table),
    ("sign-out-reasons", sign_out_reasons_table),
    ("session-fields", session_fields_table),
    ("members", members_table),
    ("parts", parts_table),
    ("custom-properties", custom_properties_table),
    ("themes", themes_table),
    ("error-kinds", error_kinds_table),
    ("codes", codes_table),
    ("other-failures", other_failures_table),
    ("calls-of-the-engine", calls_table),
    ("component-properties", component_properties_table),
    ("handle-methods", handle_methods_table),
    ("texts", texts_table),
    ("languages", languages_table),
    ("commands", commands_table),
];

fn table(columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = format!(
        "| {} |\n|{}\n",
        columns.join(" | "),
        "---|".repeat(columns.len())
    );
    for row in rows {
        assert_eq!(row.len(), columns.len(), "{row:?}");
        let cells = row.iter().map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(table, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    table
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// The meaning of each name. Panics unless the list has exactly these names, in this order.
fn meanings<'a>(what: &str, names: &[&str], list: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    let listed: Vec<_> = list.iter().map(|(name, _)| *name).collect();
    assert_eq!(listed, names, "{what} in the code and in this file");
    list.iter().map(|(_, meaning)| *meaning).collect()
}

fn attributes_table() -> String {
    let attributes = product::attributes();
    let names: Vec<_> = attributes.iter().map(|attribute| attribute.name).collect();
    let rows = attributes
        .iter()
        .zip(meanings("attributes", &names, &ATTRIBUTES));
    table(
        &["attribute", "values", "default", "meaning"],
        rows.map(|(attribute, meaning)| {
            let values = attribute.values.to_owned();
            vec![
                code(attribute.name),
                values,
                attribute.default.to_owned(),
                meaning.to_owned(),
            ]
        }),
    )
}

fn state_attributes_table() -> String {
    let source = read("src/element/form-root.js");
    let (_, list) = source.split_once("STATE_ATTRIBUTES = [").expect("a list");
    let (list, _) = list.split_once(']').expect("its end");
    let set: Vec<_> = list
        .split(", ")
        .map(|name| name.trim_matches('"'))
        .collect();
    let known: Vec<_> = STATE_ATTRIBUTES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(set, known, "attributes that the widget sets");
    table(
        &["attribute", "values", "meaning"],
        STATE_ATTRIBUTES
            .map(|(name, values, meaning)| vec![code(name), values.to_owned(), meaning.to_owned()]),
    )
}

fn names_table(columns: [&str; 2], what: &str, names: &[&str], list: &[(&str, &str)]) -> String {
    let rows = names.iter().zip(meanings(what, names, list));
    table(
        &columns,
        rows.map(|(name, meaning)| vec![code(name), meaning.to_owned()]),
    )
}

fn steps_table() -> String {
    names_table(
        ["step", "what the form does"],
        "steps",
        &product::steps(),
        &STEPS,
    )
}

fn events_table() -> String {
    let events = product::events();
    let names: Vec<_> = events.iter().map(|(name, _)| *name).collect();
    let rows = events.iter().zip(meanings("events", &names, &EVENTS));
    table(
        &["event", "detail", "when"],
        rows.map(|((name, fields), meaning)| {
            vec![
                code(name),
                code(&format!("{{{}}}", fields.join(", "))),
                meaning.to_owned(),
            ]
        }),
    )
}

fn event_fields_table() -> String {
    let events = product::events();
    let fields: Vec<_> = events
        .iter()
        .flat_map(|(event, fields)| fields.iter().map(move |field| (*event, *field)))
        .collect();
    let known = DETAIL_FIELDS.map(|(event, field, _)| (event, field));
    let (mut listed, mut found) = (known.to_vec(), fields.clone());
    listed.sort_unstable();
    found.sort_unstable();
    assert_eq!(
        found, listed,
        "fields of events in the code and in this file"
    );
    table(
        &["event", "field", "type", "meaning"],
        DETAIL_FIELDS.map(|(event, field, meaning)| {
            vec![
                code(event),
                code(field),
                code(&detail_type(event, field)),
                meaning.to_owned(),
            ]
        }),
    )
}

fn sign_out_reasons_table() -> String {
    let reasons = product::sign_out_reasons();
    names_table(
        ["reason", "why the session ended"],
        "reasons",
        &reasons,
        &REASONS,
    )
}

fn session_fields_table() -> String {
    let fields = session_fields();
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let rows = fields
        .iter()
        .zip(meanings("fields of a session", &names, &SESSION_FIELDS));
    table(
        &["field", "type", "meaning"],
        rows.map(|((name, kind), meaning)| vec![code(name), code(kind), meaning.to_owned()]),
    )
}

fn members_table() -> String {
    table(
        &["member", "of", "what it does"],
        members().into_iter().map(|member| {
            let of = if member.is_on_sessions {
                "element, session"
            } else {
                "element"
            };
            vec![code(&member.declaration), of.to_owned(), member.meaning]
        }),
    )
}

fn parts_table() -> String {
    let parts = product::parts().into_iter();
    table(
        &["part", "what it is"],
        parts.map(|(name, meaning)| vec![code(name), meaning.to_owned()]),
    )
}

fn custom_properties_table() -> String {
    let properties = custom_properties().into_iter();
    table(
        &["property", "default", "type", "meaning"],
        properties.map(|property| {
            let default = code(&property.default);
            vec![
                code(&property.name),
                default,
                property.unit,
                property.meaning,
            ]
        }),
    )
}

/// The first sentence of each theme's own comment.
fn themes_table() -> String {
    let folder = crate::documents::root().join("style/themes");
    let files = std::fs::read_dir(folder).expect("a folder of themes");
    let mut rows: Vec<_> = files
        .map(|file| {
            let file = file.expect("a file").file_name();
            let file = file.to_str().expect("a name");
            let sheet = read(&format!("style/themes/{file}"));
            let line = sheet.lines().nth(1).expect("a comment");
            let (_, words) = line
                .split_once(": ")
                .expect("the name, a colon, then words");
            let name = file.trim_end_matches(".css");
            vec![code(name), words.to_owned()]
        })
        .collect();
    rows.sort();
    table(&["theme", "what it is"], rows)
}

fn error_kinds_table() -> String {
    let kinds = product::error_kinds();
    let names: Vec<_> = kinds.iter().map(|(name, _)| *name).collect();
    let rows = kinds.iter().zip(meanings("kinds", &names, &KINDS));
    table(
        &["kind", "retryable", "meaning"],
        rows.map(|((name, retryable), meaning)| {
            vec![code(name), code(&retryable.to_string()), meaning.to_owned()]
        }),
    )
}

/// The path of a call without what all have in common.
fn short(path: &str) -> &str {
    path.trim_start_matches("/auth/v1/")
}

fn codes_table() -> String {
    let mut meaning_of: BTreeMap<_, _> = CODES.into_iter().collect();
    meaning_of.insert(CODE_QUOTA.0, CODE_QUOTA.1);
    let mut rows = Vec::new();
    for (number, outcomes) in product::code_outcomes() {
        let meaning = meaning_of.remove(&number);
        let meaning = meaning.unwrap_or_else(|| panic!("CODES lacks {number}"));
        // The outcome of most calls comes last, and needs no names of calls.
        let mut outcomes: Vec<_> = outcomes.into_iter().collect();
        outcomes.sort_by_key(|(outcome, calls)| (calls.len(), outcome.clone()));
        let calls: usize = outcomes.iter().map(|(_, calls)| calls.len()).sum();
        assert_eq!(
            calls,
            product::call_count(),
            "{number} is known in every call"
        );
        let last = outcomes.len() - 1;
        for (at, (outcome, calls)) in outcomes.into_iter().enumerate() {
            let by = match (at == last, at) {
                (true, 0) => "all".to_owned(),
                (true, _) => "all others".to_owned(),
                (false, _) => {
                    let names: Vec<_> = calls.iter().map(|call| code(short(call))).collect();
                    names.join(", ")
                }
            };
            rows.push(vec![
                number.to_string(),
                meaning.to_owned(),
                by,
                code(outcome.kind),
                outcome.next,
                outcome.message.to_owned(),
            ]);
        }
    }
    assert!(
        meaning_of.is_empty(),
        "the widget does not know {meaning_of:?}"
    );
    let unknown = product::outcome_of_unknown_code();
    rows.push(vec![
        "any other".to_owned(),
        "Not documented, such as the code of a locked account.".to_owned(),
        "all".to_owned(),
        code(unknown.kind),
        unknown.next,
        format!(
            "{} Below it, the engine's own words and its number.",
            unknown.message
        ),
    ]);
    table(
        &[
            "code",
            "the engine says",
            "calls",
            "kind",
            "the customer",
            "message",
        ],
        rows,
    )
}

fn other_failures_table() -> String {
    let rows = product::other_outcomes().into_iter();
    table(
        &["what happened", "kind", "the customer", "message"],
        rows.map(|(cause, outcome)| {
            vec![
                cause.to_owned(),
                code(outcome.kind),
                outcome.next,
                outcome.message.to_owned(),
            ]
        }),
    )
}

fn calls_table() -> String {
    table(
        &["call", "method", "sent when"],
        product::calls().into_iter().map(|(path, method)| {
            let (_, meaning) = CALLS
                .into_iter()
                .find(|(call, _)| *call == short(path))
                .unwrap_or_else(|| panic!("CALLS lacks {path}"));
            vec![code(path), code(method), meaning.to_owned()]
        }),
    )
}

/// When the widget sends each call of the contract.
const CALLS: [(&str, &str); 15] = [
    (
        "web/token/generate",
        "The customer enters an identifier; the engine opens a login session.",
    ),
    (
        "web/otp/generate",
        "A code is needed; the engine sends it to the customer.",
    ),
    ("web/otp/validate", "The customer enters the code."),
    ("web/password/validate", "The customer enters the password."),
    (
        "web/token/regenerate",
        "The token is renewed, without a second factor.",
    ),
    (
        "web/password/change",
        "A signed-in customer chooses another password.",
    ),
    (
        "web/password/forget",
        "The customer replaces a forgotten password.",
    ),
    ("mfa/token/generate", "The second factor begins."),
    (
        "mfa/otp/generate",
        "A code of the second factor is needed; the engine sends it.",
    ),
    (
        "mfa/otp/validate",
        "The customer enters the second factor's code.",
    ),
    (
        "mfa/password/validate",
        "The customer enters the second factor's password.",
    ),
    (
        "mfa/password/change",
        "A signed-in customer chooses another password of the second factor.",
    ),
    (
        "mfa/password/forget",
        "The customer replaces a forgotten password of the second factor.",
    ),
    (
        "mfa/token/regenerate",
        "The token is renewed after a second factor, with its key.",
    ),
    (
        "mfa/token/expire",
        "The customer signs out after a second factor.",
    ),
];

fn component_properties_table() -> String {
    table(
        &["property", "type", "meaning"],
        component_properties()
            .into_iter()
            .map(|[name, kind, meaning]| vec![code(&name), code(&kind), meaning]),
    )
}

fn handle_methods_table() -> String {
    table(
        &["method", "what it does"],
        handle_methods()
            .into_iter()
            .map(|[declaration, meaning]| vec![code(&declaration), meaning]),
    )
}

fn texts_table() -> String {
    table(
        &["name", "English text"],
        product::texts()
            .into_iter()
            .map(|(key, english)| vec![code(&key), english.to_owned()]),
    )
}

/// The language of each file of texts.
const LANGUAGES: [(&str, &str); 27] = [
    ("ar", "Arabic"),
    ("bn", "Bengali"),
    ("de", "German"),
    ("en", "English"),
    ("es", "Spanish"),
    ("fil", "Filipino"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("hi", "Hindi"),
    ("id", "Indonesian"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("mr", "Marathi"),
    ("ms", "Malay"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("pt-BR", "Portuguese (Brazil)"),
    ("ru", "Russian"),
    ("ta", "Tamil"),
    ("te", "Telugu"),
    ("th", "Thai"),
    ("tr", "Turkish"),
    ("ur", "Urdu"),
    ("vi", "Vietnamese"),
    ("zh-Hans", "Chinese (simplified)"),
    ("zh-Hant", "Chinese (traditional)"),
];

fn languages_table() -> String {
    let files = crate::documents::files();
    let tags = files.iter().filter_map(|file| {
        let name = file.strip_prefix("src/texts/")?;
        name.strip_suffix(".json")
    });
    names_table(
        ["tag", "language"],
        "languages",
        &tags.collect::<Vec<_>>(),
        &LANGUAGES,
    )
}

/// What each command does.
const COMMANDS: [(&str, &str); 6] = [
    (
        "demo",
        "Builds the widget, starts the emulator and a demo shop on this machine, and prints their addresses.",
    ),
    (
        "bundle",
        "Builds the files that a shop serves into `dist/` and prints their sizes.",
    ),
    (
        "sms",
        "Checks whether phones can offer the code of a text message.",
    ),
    ("verify", "Installs what is missing and runs the tests."),
    (
        "tabs",
        "Measures renewals with many tabs, beside two other libraries. Needs `cargo bundle` first.",
    ),
    (
        "bench-page",
        "Measures time, memory and bytes of a page with the widget. Needs `cargo bundle` first.",
    ),
];

fn commands_table() -> String {
    let aliases = crate::documents::cargo_aliases();
    let names: Vec<_> = aliases.iter().map(String::as_str).collect();
    let rows = names.iter().zip(meanings("commands", &names, &COMMANDS));
    table(
        &["command", "what it does"],
        rows.map(|(name, meaning)| vec![code(&format!("cargo {name}")), meaning.to_owned()]),
    )
}

// The pages -----------------------------------------------------------------------------------------------------------------

const BEGIN: &str = "<!-- table: ";
const END: &str = "<!-- end of table -->";

/// A page with fresh tables, and the names of these.
fn with_fresh_tables(text: &str) -> (String, Vec<&str>) {
    let mut fresh = String::new();
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(BEGIN) {
        let (name, behind) = behind.split_once(" -->").expect("the end of a comment");
        let (_, behind) = behind
            .split_once(END)
            .unwrap_or_else(|| panic!("no {END:?} behind {name}"));
        let (_, table) = TABLES
            .into_iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("no table {name}"));
        let _ = write!(fresh, "{before}{BEGIN}{name} -->\n\n{}\n{END}", table());
        names.push(name);
        rest = behind;
    }
    fresh.push_str(rest);
    (fresh, names)
}

#[test]
fn tables_of_the_documents_are_current() {
    let documents = documents().into_iter();
    let commands: Vec<_> = documents
        .filter_map(|document| {
            let (fresh, _) = with_fresh_tables(&document.text);
            command_to_update(&document.path, &fresh)
        })
        .collect();
    assert!(
        commands.is_empty(),
        "tables are out of date; to accept the fresh ones:\n{}",
        commands.join("\n")
    );
}

#[test]
fn every_table_stands_in_one_document() {
    let documents = documents();
    let mut found: Vec<_> = documents
        .iter()
        .flat_map(|document| with_fresh_tables(&document.text).1)
        .collect();
    found.sort_unstable();
    let mut all = TABLES.map(|(name, _)| name);
    all.sort_unstable();
    assert_eq!(found, all);
}

#[test]
fn outdated_table_is_replaced_and_the_rest_of_the_page_kept() {
    let page = format!("# A\n\n{BEGIN}steps -->\n\n| old |\n\n{END}\n\nMore.\n");
    let (fresh, names) = with_fresh_tables(&page);
    assert_eq!(names, ["steps"]);
    assert!(fresh.starts_with(&format!("# A\n\n{BEGIN}steps -->\n\n| step |")));
    assert!(fresh.ends_with(&format!(" |\n\n{END}\n\nMore.\n")));
    assert!(!fresh.contains("| old |"));
}

// Values and defaults of attributes -----------------------------------------------------------------------------------------

const REQUIRED: [(&str, &str); 2] = [("base-url", "https://engine.example"), ("brand", "DocDemo")];

/// The settings with one attribute besides the required ones, or in place of one of them.
fn settings_with(name: &str, value: &str) -> Result<String, Vec<String>> {
    let required = REQUIRED
        .into_iter()
        .filter(|(required, _)| *required != name);
    let attributes: Vec<_> = required.chain([(name, value)]).collect();
    product::read_attributes(&attributes)
}

/// The texts in backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The smallest and the largest number of `… a whole number from 4 to 10 …`.
fn range(values: &str) -> Option<(i64, i64)> {
    let (_, range) = values.split_once("a whole number from ")?;
    let range = range.split(',').next()?;
    let (least, most) = range.split_once(" to ")?;
    Some((least.parse().ok()?, most.parse().ok()?))
}

#[test]
fn defaults_of_attributes_mean_the_same_as_absent_attributes() {
    let absent = product::read_attributes(&REQUIRED);
    let mut checked = 0;
    for attribute in product::attributes() {
        let default = attribute.default;
        let value = default.trim_matches('`');
        if format!("`{value}`") == default && !value.contains('`') {
            assert_eq!(
                settings_with(attribute.name, value),
                absent,
                "{}",
                attribute.name
            );
            checked += 1;
        }
    }
    assert!(checked >= 9, "{checked}");
    assert_eq!(product::default_max_age_minutes(), [1440, 43200]);
    let required = product::attributes().into_iter();
    let required = required.filter(|attribute| attribute.default == "required");
    let required: Vec<_> = required.map(|attribute| attribute.name).collect();
    assert_eq!(required, REQUIRED.map(|(name, _)| name));
    let mistakes = product::read_attributes(&[]).expect_err("two attributes are missing");
    assert_eq!(mistakes.len(), required.len());
}

#[test]
fn listed_values_of_attributes_are_legal_and_others_are_not() {
    for product::Attribute { name, values, .. } in product::attributes() {
        let legal = |value: &str| assert!(settings_with(name, value).is_ok(), "{name}={value}");
        let illegal = |value: &str| assert!(settings_with(name, value).is_err(), "{name}={value}");
        if let Some((least, most)) = range(values) {
            legal(&least.to_string());
            legal(&most.to_string());
            illegal(&(least - 1).to_string());
            illegal(&(most + 1).to_string());
            illegal("x");
        }
        // Examples behind "such as" and names of other attributes are no complete lists.
        let is_list = !values.contains("such as") && !values.contains("as in");
        if is_list && !quoted(values).is_empty() {
            quoted(values).into_iter().for_each(legal);
            illegal("nonsense");
        }
        if values.starts_with("any of ") {
            legal(&quoted(values).join(" "));
        }
        match values {
            "present or absent" | "text" => legal(""),
            _ => {}
        }
    }
}

#[test]
fn values_that_are_told_in_words_are_as_told() {
    let cases = [
        ("base-url", "https://engine.example/prefix", true),
        ("base-url", "http://127.0.0.1:4180", true),
        ("base-url", "http://engine.example", false),
        ("base-url", "https://engine.example?x", false),
        ("base-url", "https://engine.example#x", false),
        ("brand", "", false),
        ("country", "IN", true),
        ("country", "IND", false),
        ("countries", "IN GB", true),
        ("countries", "IN GBR", false),
        ("resend-after", "0", true),
        ("resend-after", "-1", false),
        ("pending-roles", "MFA_PENDING OTHER", true),
        (
            "allow-origins",
            "https://api.shop.example http://localhost:8080",
            true,
        ),
        ("allow-origins", "http://api.shop.example", false),
        ("allow-origins", "https://api.shop.example/path", false),
    ];
    for (name, value, is_legal) in cases {
        assert_eq!(
            settings_with(name, value).is_ok(),
            is_legal,
            "{name}={value}"
        );
    }
}

#[test]
fn members_of_the_types_are_members_of_the_class() {
    let class = read("src/element/element.js");
    let members = members();
    assert!(members.len() >= 10);
    for member in members {
        let name = &member.name;
        assert!(member.meaning.len() > 3, "{name} has no comment");
        let is_there = if member.is_method() {
            class.contains(&format!("\n    {name}("))
        } else {
            // `requestHeaders` is a property that the page sets and the wasm reads.
            class.contains(&format!("\n    get {name}(")) || is_read_by_the_wasm(name)
        };
        assert!(is_there, "{name} is declared and not there");
    }
    let public = class.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let name = line
            .strip_prefix("get ")
            .unwrap_or(line)
            .split('(')
            .next()?;
        let is_method = line.ends_with(") {") && !name.contains([' ', '#', '.']);
        is_method.then_some(name)
    });
    let inherited = ["constructor", "connectedCallback", "disconnectedCallback"];
    for name in public.filter(|name| !inherited.contains(name)) {
        assert!(
            crate::reference::members()
                .iter()
                .any(|member| member.name == name),
            "{name} is public and not declared"
        );
    }
}

/// Whether Rust reads a property of the page's object.
fn is_read_by_the_wasm(name: &str) -> bool {
    let files = crate::documents::files().into_iter();
    let mut sources =
        files.filter(|file| file.starts_with("src/browser/") && file.ends_with(".rs"));
    sources.any(|file| read(&file).contains(&format!("\"{name}\".into()")))
}
