//! The tables of the README: each lists what the emulator has, with the same names and defaults, and nothing else.

use std::collections::BTreeSet;
use std::process::Command;

use ae_engine::{Endpoint, FAULTS, SCENES, Settings};
use serde_json::Value;

use crate::support::http::TestServer;

/// The rows of the README's tables under a heading, each as its cells, without the rows of column titles.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let readme = include_str!("../../README.md");
    let (_, section) = readme
        .split_once(&format!("\n## {heading}\n"))
        .unwrap_or_else(|| panic!("no section {heading}"));
    let section = section.split("\n## ").next().unwrap();
    let lines: Vec<_> = section.lines().collect();
    let is_titles = |at: usize| {
        lines
            .get(at + 1)
            .is_some_and(|next| next.starts_with("|---"))
    };
    let rows = lines
        .iter()
        .enumerate()
        .filter(|(at, line)| line.starts_with("| ") && !is_titles(*at));
    rows.map(|(_, line)| {
        // A bar inside a cell is escaped.
        let line = line.replace("\\|", "\u{0}");
        let cells = line.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().replace('\u{0}', "|"))
            .collect()
    })
    .collect()
}

/// The first text in backticks of each cell in a column.
fn names(rows: &[Vec<String>], column: usize) -> Vec<&str> {
    rows.iter()
        .map(|cells| {
            let quoted = cells[column].split('`').nth(1);
            quoted.unwrap_or_else(|| panic!("no name in {cells:?}"))
        })
        .collect()
}

/// The flags in the help of the program, without `--help` and `--version`.
fn flags_in_help() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_ae-engine"))
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let (flags, _) = help.split_once("\nExamples:").unwrap();
    let flags = flags
        .lines()
        .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")));
    flags
        .filter(|flag| !["--help", "--version"].contains(flag))
        .map(str::to_owned)
        .collect()
}

/// All texts in backticks that start with two hyphens, without their arguments.
fn flags_in(text: &str) -> impl Iterator<Item = String> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted
        .filter_map(|word| word.split([' ', '=']).next())
        .filter(|word| word.starts_with("--"))
        .map(str::to_owned)
}

#[test]
fn settings_tables_list_every_setting_with_its_default() {
    let rows = rows("Settings");
    let settings = serde_json::to_value(Settings::default()).unwrap();
    let settings = settings.as_object().unwrap();
    let listed: BTreeSet<_> = names(&rows, 0).into_iter().collect();
    let existing: BTreeSet<_> = settings.keys().map(String::as_str).collect();
    assert_eq!(listed, existing);
    assert_eq!(rows.len(), listed.len(), "each setting has one row");
    for cells in &rows {
        let name = names(std::slice::from_ref(cells), 0)[0];
        let default = cells[2].as_str();
        let matches = match &settings[name] {
            Value::Null => ["random", "none", "unlimited", "all"].contains(&default),
            Value::Bool(_) | Value::Number(_) => {
                serde_json::from_str::<Value>(default).is_ok_and(|listed| listed == settings[name])
            }
            Value::String(_) if name == "secret" => default == "a public test value",
            Value::String(text) if name == "cors" => default == format!("`\"{text}\"`"),
            Value::String(text) => default == format!("`{text}`"),
            Value::Array(items) if items.is_empty() => default == "none",
            Value::Array(items) => {
                let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
                default == format!("`{}`", items.join("`, `"))
            }
            Value::Object(_) => default == "none",
        };
        assert!(matches, "{name} is {}, not {default}", settings[name]);
    }
}

#[test]
fn readme_names_exactly_the_flags_of_the_program() {
    let readme = include_str!("../../README.md");
    // Flags of cargo and curl stand in code blocks.
    let (prose, _): (Vec<_>, Vec<_>) = readme
        .split("```")
        .enumerate()
        .partition(|(at, _)| at % 2 == 0);
    let named: BTreeSet<_> = prose
        .into_iter()
        .flat_map(|(_, text)| flags_in(text))
        .filter(|flag| flag != "--help")
        .collect();
    assert_eq!(named, flags_in_help());
}

#[test]
fn table_of_faults_lists_every_fault_with_its_fields_and_effect() {
    let rows = rows("Faults");
    let faults: Vec<_> = rows
        .iter()
        .map(|cells| {
            let text = names(std::slice::from_ref(cells), 0)[0];
            let name = text.split([':', '[']).next().unwrap();
            let fields: Vec<_> = cells[1].split('`').skip(1).step_by(2).collect();
            (name, fields, cells[0].contains('∅'))
        })
        .collect();
    let existing: Vec<_> = FAULTS
        .iter()
        .map(|fault| {
            let no_effect = fault.effect.ends_with("no effect");
            (fault.name, fault.json_fields.to_vec(), no_effect)
        })
        .collect();
    assert_eq!(faults, existing);
}

#[test]
fn table_of_calls_lists_every_endpoint() {
    let mut listed = BTreeSet::new();
    for cells in rows("Calls") {
        for (cell, group) in cells[1..].iter().zip(["web/", "mfa/", ""]) {
            listed.extend(
                cell.split('`')
                    .skip(1)
                    .step_by(2)
                    .filter(|text| text.contains('/'))
                    .map(|path| format!("/auth/v1/{group}{path}")),
            );
        }
    }
    let existing = Endpoint::ALL.map(|endpoint| endpoint.path().to_owned());
    assert_eq!(listed, existing.into_iter().collect());
}

#[test]
fn table_of_scenes_lists_every_scene() {
    let rows = rows("Scenes");
    let existing: Vec<_> = SCENES.iter().map(|scene| scene.name).collect();
    assert_eq!(names(&rows, 0), existing);
}

#[test]
fn table_of_controls_lists_every_control_endpoint() {
    let rows = rows("Control endpoints");
    let overview = TestServer::start().request("GET", "/_emulator/", "", "");
    let overview = String::from_utf8(overview.body).unwrap();
    let (_, controls) = overview.split_once("Control endpoints:\n").unwrap();
    let existing: Vec<_> = controls
        .lines()
        .take_while(|line| !line.is_empty())
        .map(|line| {
            line.split_whitespace()
                .take(2)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(names(&rows, 0), existing);
}

#[test]
fn table_of_customer_fields_lists_every_field() {
    let fields = [
        "uid",
        "registered_for_password",
        "password",
        "mfa_password",
        "mfa",
        "mobile",
        "email",
        "username",
        "external_id",
    ];
    let rows = rows("Customers");
    let listed = rows
        .iter()
        .flat_map(|cells| cells[0].split('`').skip(1).step_by(2));
    assert_eq!(listed.collect::<Vec<_>>(), fields);
    // A customer with all fields is complete: the type knows no other field.
    let customer = fields.map(|name| match name {
        "registered_for_password" | "mfa" => (name.to_owned(), true.into()),
        _ => (name.to_owned(), "7".into()),
    });
    let customer = Value::Object(customer.into_iter().collect());
    let parsed: ae_engine::Customer = serde_json::from_value(customer.clone()).unwrap();
    assert_eq!(serde_json::to_value(parsed).unwrap(), customer);
}
