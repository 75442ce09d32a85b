//! The reference tables of the documents. Names, values, defaults, types and failures come from the code; what a name means comes
//! from `meanings.rs`.
//!
//! A table stands between two comments in a page below `docs/`:
//!
//! ```text
//! <!-- table: attributes -->
//! <!-- end of table -->
//! ```
//!
//! A page with an outdated table fails its test, which writes the fresh page and says how to copy it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::declarations::{
    component_properties, detail_type, handle_methods, members, session_fields,
};
use crate::documents::{command_to_update, documents, read};
use crate::meanings::{
    ACTIVITY_ACTIONS, ATTRIBUTES, CALLS, CODE_QUOTA, CODES, COMMANDS, DETAIL_FIELDS, ERROR_REASONS,
    EVENTS, KINDS, LANGUAGES, REASONS, SESSION_FIELDS, STATE_ATTRIBUTES, STEPS,
};
use crate::product;
use crate::public_names::custom_properties;

// The tables ----------------------------------------------------------------------------------------------------------------

/// A table in Markdown.
type Table = fn() -> String;

/// Everything that can stand between the comments of a table.
const TABLES: [(&str, Table); 22] = [
    ("attributes", attributes_table),
    ("state-attributes", state_attributes_table),
    ("steps", steps_table),
    ("events", events_table),
    ("event-fields", event_fields_table),
    ("sign-out-reasons", sign_out_reasons_table),
    ("activity-actions", activity_actions_table),
    ("session-fields", session_fields_table),
    ("members", members_table),
    ("parts", parts_table),
    ("custom-properties", custom_properties_table),
    ("themes", themes_table),
    ("error-kinds", error_kinds_table),
    ("error-reasons", error_reasons_table),
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

fn activity_actions_table() -> String {
    let actions = product::activity_actions();
    names_table(
        ["action", "when it is reported"],
        "actions",
        &actions,
        &ACTIVITY_ACTIONS,
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

fn error_reasons_table() -> String {
    let reasons = product::error_reasons();
    let names: Vec<_> = reasons.iter().map(|(name, _)| name.as_str()).collect();
    let listed = ERROR_REASONS.map(|(name, ..)| name);
    assert_eq!(
        BTreeSet::from_iter(names),
        BTreeSet::from(listed),
        "reasons in the code and in meanings.rs"
    );
    let remedy = |name: &str| {
        let found = reasons.iter().find(|(reason, _)| reason == name);
        found.map(|(_, remedy)| remedy.clone()).unwrap_or_default()
    };
    table(
        &["reason", "meaning", "how a browser can tell", "remedy"],
        ERROR_REASONS.map(|(name, meaning, test)| {
            vec![
                code(name),
                meaning.to_owned(),
                test.to_owned(),
                remedy(name),
            ]
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
