//! Holds the public words against each other: the lists in code, the README's tables, the style sheets, the loader, the types.
//!
//! README.md has four tables, and each row begins with a name in backticks:
//!
//! | heading | columns, in this order, and then any others |
//! |---|---|
//! | `## Attributes` | attribute, values, default: `config::ATTRIBUTES` |
//! | `## Events` | event, detail: `login::EVENTS` |
//! | `## Custom properties` | property, default, unit, meaning: the lines of `style/tokens.css` |
//! | `## Parts` | part, what it is: `view::PARTS` |

use std::collections::{BTreeMap, BTreeSet};

use ae_login::login::EVENTS;
use ae_login::login::config::{ATTRIBUTES, DEFAULTS};
use ae_login::login::problem::Kind;
use ae_login::login::session::Reason;
use ae_login::login::view::{Action, PARTS, StepName};
use ae_test_support::TestPage;
use serde_json::{Value, json};

fn read(path: &str) -> String {
    let whole = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&whole).expect(&whole)
}

// The README ----------------------------------------------------------------------------------------------------------------

/// The rows of the first table under a heading, each as its first cells.
fn table(readme: &str, heading: &str, columns: usize) -> Vec<Vec<String>> {
    let (_, section) = readme
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("README.md has no {heading:?}"));
    section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            let cells = line.trim_matches('|').split('|').take(columns);
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// Compares a table with what it should say, and says what to paste where they differ.
fn holds(heading: &str, expected: &[Vec<String>]) {
    let readme = read("README.md");
    let columns = expected[0].len();
    let rows = expected
        .iter()
        .map(|row| format!("| {} |\n", row.join(" | ")));
    assert!(
        table(&readme, heading, columns) == expected,
        "the table under {heading:?} should begin its rows so:\n{}",
        rows.collect::<String>()
    );
}

fn ticked(name: &str) -> String {
    format!("`{name}`")
}

#[test]
fn the_readme_names_every_attribute_with_its_values_and_default() {
    let rows = ATTRIBUTES.iter().zip(DEFAULTS).map(|(attribute, default)| {
        vec![
            ticked(attribute.name),
            attribute.legal.to_owned(),
            default.to_owned(),
        ]
    });
    holds("## Attributes", &rows.collect::<Vec<_>>());
}

#[test]
fn the_readme_names_every_event_with_its_detail() {
    let rows = EVENTS.map(|(name, detail)| vec![ticked(name), detail.to_owned()]);
    holds("## Events", &rows);
}

#[test]
fn the_readme_names_every_custom_property() {
    let rows = properties().into_iter().map(|property| {
        vec![
            ticked(&property.name),
            ticked(&property.default),
            property.unit,
            property.meaning,
        ]
    });
    holds("## Custom properties", &rows.collect::<Vec<_>>());
}

#[test]
fn the_readme_names_every_part() {
    let rows = PARTS.map(|(name, meaning)| vec![ticked(name), meaning.to_owned()]);
    holds("## Parts", &rows);
}

#[test]
fn a_table_is_found_under_its_heading() {
    let readme = "# x\n\n## Parts\n\nWords.\n\n| part | what |\n|---|---|\n| `a` | b | more |\n| `c` | d |\n\n| e |\n";
    assert_eq!(
        table(readme, "## Parts", 2),
        [["`a`", "b"], ["`c`", "d"]].map(|row| row.map(str::to_owned).to_vec())
    );
}

// The manifest --------------------------------------------------------------------------------------------------------------

/// A Custom Elements Manifest (schema 1.0.0) of what the README's tables say.
fn manifest() -> Value {
    let readme = read("README.md");
    let rows = |heading: &str, columns, row: &dyn Fn(&[String]) -> Value| -> Vec<Value> {
        let rows = table(&readme, heading, columns);
        rows.iter().map(|cells| row(cells)).collect()
    };
    let bare = |cell: &str| cell.replace('`', "");
    let attribute = |cells: &[String]| {
        let default = (cells[2] != "required" && cells[2] != "none").then(|| bare(&cells[2]));
        let is_flag = cells[1] == "present or absent";
        let kind = if is_flag { "boolean" } else { "string" };
        let words = if is_flag {
            cells[3].clone()
        } else {
            format!("{}: {}", cells[1], cells[3])
        };
        let mut it =
            json!({ "name": bare(&cells[0]), "type": { "text": kind }, "description": words });
        if let Some(default) = default {
            it["default"] = default.into();
        }
        it
    };
    let event = |cells: &[String]| {
        json!({
            "name": bare(&cells[0]),
            "type": { "text": "CustomEvent" },
            "description": format!("detail {}: {}", cells[1], cells[2]),
        })
    };
    let member = |cells: &[String]| {
        let (name, kind) = match bare(&cells[0]).split_once('(') {
            Some((name, _)) => (name.to_owned(), "method"),
            None => (bare(&cells[0]), "field"),
        };
        json!({ "kind": kind, "name": name, "description": cells[1] })
    };
    let property = |cells: &[String]| {
        json!({
            "name": bare(&cells[0]),
            "default": bare(&cells[1]),
            "description": format!("{}: {}", cells[2], cells[3]),
        })
    };
    let part = |cells: &[String]| json!({ "name": bare(&cells[0]), "description": cells[1] });
    let module = "ae-login.js";
    let declaration = json!({
        "kind": "class",
        "customElement": true,
        "tagName": "ae-login",
        "name": "AeLogin",
        "description": "Signs a customer in against the Auth Engine and keeps them signed in.",
        "superclass": { "name": "HTMLElement" },
        "attributes": rows("## Attributes", 4, &attribute),
        "members": rows("## Methods and properties", 2, &member),
        "events": rows("## Events", 3, &event),
        "cssProperties": rows("## Custom properties", 4, &property),
        "cssParts": rows("## Parts", 2, &part),
        "slots": [{ "name": "", "description": "shown until the form is ready, and where it cannot run" }],
    });
    json!({
        "schemaVersion": "1.0.0",
        "modules": [{
            "kind": "javascript-module",
            "path": module,
            "declarations": [
                declaration,
                { "kind": "function", "name": "createSession", "description": "A session for pages without a form: the same members and events." },
                { "kind": "variable", "name": "version", "type": { "text": "string" } },
            ],
            "exports": [
                { "kind": "custom-element-definition", "name": "ae-login", "declaration": { "name": "AeLogin", "module": module } },
                { "kind": "js", "name": "createSession", "declaration": { "name": "createSession", "module": module } },
                { "kind": "js", "name": "version", "declaration": { "name": "version", "module": module } },
            ],
        }],
    })
}

#[test]
fn the_manifest_says_what_the_readme_says() {
    let text = format!("{:#}\n", manifest());
    let path = format!(
        "{}/src/element/custom-elements.json",
        env!("CARGO_MANIFEST_DIR")
    );
    if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
        let new = format!("{}/custom-elements.json", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(&new, &text).expect("a folder for such files");
        panic!("src/element/custom-elements.json is out of date; copy {new} over it");
    }
}

#[test]
fn the_manifest_describes_everything_it_names() {
    let manifest = manifest();
    let element = &manifest["modules"][0]["declarations"][0];
    for kind in [
        "attributes",
        "members",
        "events",
        "cssProperties",
        "cssParts",
    ] {
        let all = element[kind].as_array().expect("a list");
        assert!(!all.is_empty(), "{kind}");
        for it in all {
            let (name, words) = (it["name"].as_str(), it["description"].as_str());
            assert!(name.is_some_and(|name| !name.contains(['`', ' '])), "{it}");
            assert!(words.is_some_and(|words| words.len() > 3), "{it}");
        }
    }
}

// The style sheets ----------------------------------------------------------------------------------------------------------

struct Property {
    name: String,
    default: String,
    unit: String,
    meaning: String,
}

const UNITS: [&str; 6] = ["color", "length", "number", "font-family", "shadow", "time"];

/// The lines of tokens.css: `--ae-x: default; /* unit; meaning */`.
fn properties() -> Vec<Property> {
    let sheet = read("style/tokens.css");
    let (first, _) = sheet.split_once("\n}\n").expect("a first rule");
    let lines = first.lines().filter(|line| line.starts_with("  --"));
    lines
        .map(|line| {
            let found = (|| {
                let (name, rest) = line.trim().split_once(": ")?;
                let (default, rest) = rest.split_once("; /* ")?;
                let (unit, meaning) = rest.strip_suffix(" */")?.split_once("; ")?;
                Some(Property {
                    name: name.to_owned(),
                    default: default.to_owned(),
                    unit: unit.to_owned(),
                    meaning: meaning.to_owned(),
                })
            })();
            found.unwrap_or_else(|| panic!("not `--ae-x: default; /* unit; meaning */`: {line}"))
        })
        .collect()
}

/// What follows `before` wherever it stands, up to the end of the word.
fn words_after(text: &str, before: &str) -> BTreeSet<String> {
    let rest = text.split(before).skip(1);
    rest.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-' && !c.is_ascii_digit());
        rest[..end.unwrap_or(rest.len())].to_owned()
    })
    .collect()
}

#[test]
fn every_custom_property_has_a_unit_and_a_meaning_and_is_used() {
    let properties = properties();
    let names = properties.iter().map(|property| property.name.as_str());
    let unique = names.clone().collect::<BTreeSet<_>>();
    assert_eq!(unique.len(), properties.len(), "each is declared once");
    let sheets = read("style/tokens.css") + &read("style/widget.css");
    let used = words_after(&sheets, "var(");
    for property in &properties {
        let name = &property.name;
        assert!(name.starts_with("--ae-"), "{name}");
        assert!(
            UNITS.contains(&property.unit.as_str()),
            "{name}: {}",
            property.unit
        );
        assert!(
            !property.meaning.contains(['|', '`']),
            "{name}: fits a table"
        );
        assert!(used.contains(name), "{name} does nothing");
    }
}

/// What pages of version 1 may rely on: a name is added here when it is new, and never taken away or written otherwise.
const STAYING: [(&str, &str); 2] = [
    (
        "Custom properties",
        "accent accent-hover on-accent disabled on-disabled surface field field-text text muted border line link error success notice \
         focus focus-width focus-offset backdrop radius form-radius border-width gap padding control-height control-padding max-width \
         font font-size line-height small-size label-size label-weight button-weight title-font title-size title-weight code-size \
         code-spacing shadow duration",
    ),
    (
        "Parts",
        "form title lead identity notice field label input identifier-input country dial-code username code-input password-input \
         new-password-input confirm-password-input reveal hint error submit submit-label spinner actions link resend fallback-channel \
         use-password use-code forgot back change-identifier sign-out countdown remember remember-input status dialog close time-left more-time",
    ),
];

#[test]
fn names_that_pages_rely_on_stay() {
    let properties = properties().into_iter().map(|property| property.name);
    let parts = PARTS.map(|(name, _)| name.to_owned());
    let named = [properties.collect::<Vec<_>>(), parts.to_vec()];
    for ((kind, staying), named) in STAYING.into_iter().zip(named) {
        let bare = named.iter().map(|name| name.trim_start_matches("--ae-"));
        let bare = bare.collect::<BTreeSet<_>>();
        let staying = staying.split_whitespace().collect::<BTreeSet<_>>();
        let gone = staying.difference(&bare).collect::<Vec<_>>();
        assert!(gone.is_empty(), "{kind} that pages rely on: {gone:?}");
        let new = bare.difference(&staying).collect::<Vec<_>>();
        assert!(new.is_empty(), "{kind} that stay from now on: {new:?}");
    }
}

#[test]
fn every_custom_property_in_use_is_declared() {
    let declared = properties().into_iter().map(|property| property.name);
    let mut declared = declared.collect::<BTreeSet<_>>();
    // The sheet's own: what a notice is about, set and used in one rule.
    declared.insert("--ae-tone".to_owned());
    for name in words_after(&read("style/widget.css"), "var(") {
        assert!(declared.contains(&name), "{name}");
    }
}

/// What the second rule of tokens.css says in their place to browsers that do not know `light-dark()` or `color-mix()`.
fn plain() -> BTreeMap<String, String> {
    let sheet = read("style/tokens.css");
    let (_, fallback) = sheet.split_once("@supports").expect("a fallback");
    let lines = fallback.lines().map(str::trim);
    lines
        .filter_map(|line| {
            let (name, value) = line.strip_suffix(';')?.split_once(": ")?;
            Some((name.to_owned(), value.to_owned()))
        })
        .collect()
}

#[test]
fn browsers_without_light_dark_get_the_light_colours() {
    let mut plain = plain();
    for Property { name, default, .. } in properties() {
        let light = default.strip_prefix("light-dark(");
        if let Some((light, _)) = light.and_then(|page| page.split_once(',')) {
            assert_eq!(plain.remove(&name).as_deref(), Some(light), "{name}");
        } else if default.contains("color-mix(") {
            let value = plain.remove(&name).expect(&name);
            assert!(!value.contains("color-mix("), "{name}");
        }
    }
    assert!(plain.is_empty(), "{plain:?}");
}

#[test]
fn the_style_sheet_dresses_parts_that_exist() {
    let parts = PARTS.map(|(name, _)| name);
    let dressed = words_after(&read("style/widget.css"), "[part~=\"");
    for part in &dressed {
        let part = part.as_str();
        // Of version 1, and dressed before it is drawn.
        assert!(parts.contains(&part), "{part}");
    }
    // These are told apart by designers only; the sheet dresses what they have in common.
    let plain = [
        "identifier-input",
        "confirm-password-input",
        "resend",
        "use-password",
        "use-code",
        "forgot",
        "back",
        "change-identifier",
        "more-time",
        "time-left",
        // Not seen at all, by the attribute `hidden`.
        "username",
    ];
    for part in parts {
        assert!(
            dressed.contains(part) || plain.contains(&part),
            "{part} has no looks"
        );
    }
}

#[test]
fn what_is_drawn_is_what_is_listed() {
    let files = ["button", "field", "form", "message"];
    let drawing = files
        .map(|file| read(&format!("src/ui/{file}.rs")))
        .concat();
    let literals = words_after(&drawing, "part=\"");
    assert!(!literals.is_empty());
    let parts = PARTS.map(|(name, _)| name);
    for part in literals.iter().filter(|part| !part.is_empty()) {
        assert!(
            parts.contains(&part.as_str()),
            "{part} is drawn and not listed"
        );
    }
    let quoted = drawing.split('"').skip(1).step_by(2);
    let quoted = quoted
        .flat_map(str::split_whitespace)
        .collect::<BTreeSet<_>>();
    // Whoever draws a button asks the action for its part.
    let buttons = Action::ALL.map(Action::part);
    let buttons = buttons.iter().flat_map(|part| part.split_whitespace());
    let drawn = quoted.into_iter().chain(buttons).collect::<BTreeSet<_>>();
    for part in parts {
        assert!(drawn.contains(part), "{part} is listed and not drawn");
    }
    assert_eq!(
        parts.iter().collect::<BTreeSet<_>>().len(),
        parts.len(),
        "each once"
    );
}

// The loader and the types --------------------------------------------------------------------------------------------------

/// The texts in quotes between two marks.
fn quoted(text: &str, from: &str, to: &str) -> Vec<String> {
    let (_, rest) = text
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from:?}"));
    let (list, _) = rest.split_once(to).unwrap_or_else(|| panic!("no {to:?}"));
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_types_name_every_kind_step_and_reason() {
    let types = read("src/element/ae-login.d.ts");
    let union = |name: &str| quoted(&types, &format!("export type {name} ="), ";");
    let kinds = Kind::ALL.map(Kind::as_str);
    let (signed_out, kinds) = kinds.split_last().expect("kinds");
    assert_eq!(union("AeErrorKind"), kinds);
    assert_eq!(
        quoted(&types, "readonly kind: AeErrorKind |", ";"),
        [*signed_out]
    );
    assert_eq!(union("AeStep"), StepName::ALL.map(StepName::as_str));
    assert_eq!(union("AeSignedOutReason"), Reason::ALL.map(Reason::as_str));
}

#[test]
fn script_knows_every_function_of_the_wasm() {
    let exported: BTreeSet<_> = read("src/element/mod.rs")
        .split("#[wasm_bindgen]\npub fn ")
        .skip(1)
        .map(|function| function.split('(').next().expect("a name").to_owned())
        .collect();
    let declared: BTreeSet<_> = read("src/element/core.d.ts")
        .split("\nexport function ")
        .skip(1)
        .map(|function| function.split('(').next().expect("a name").to_owned())
        .collect();
    assert!(exported.contains("connect"), "{exported:?}");
    assert_eq!(exported, declared);
}

#[test]
fn the_types_name_every_event_with_its_detail() {
    let types = read("src/element/ae-login.d.ts");
    let (_, map) = types
        .split_once("interface AeLoginEventMap {")
        .expect("a map");
    let (map, _) = map.split_once("\n}").expect("its end");
    let told = map
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let name = line.split('"').nth(1).expect("a name").to_owned();
            let (_, detail) = line.split_once("CustomEvent<{").expect("a detail");
            let (detail, _) = detail.split_once("}>").expect("its end");
            let fields = detail.split(';').filter_map(|field| field.split_once(':'));
            let fields = fields.map(|(name, _)| name.trim()).collect::<Vec<_>>();
            (name, format!("`{{{}}}`", fields.join(", ")))
        });
    let listed = EVENTS.map(|(name, detail)| (name.to_owned(), detail.to_owned()));
    assert_eq!(told.collect::<Vec<_>>(), listed);
}

#[test]
fn events_carry_the_fields_that_are_listed() {
    let mut page = TestPage::with(&[], |engine| engine.set_lives(90));
    page.sign_in();
    page.network = ae_test_support::Network::Unreachable;
    page.advance(72 * ae_test_support::SECOND);
    page.network = ae_test_support::Network::Working;
    page.advance(5 * ae_test_support::SECOND);
    page.sign_out();
    let mut seen = BTreeSet::new();
    for (_, event) in page.events() {
        let (name, detail) = event.to_page();
        let detail: serde_json::Value = serde_json::from_str(&detail).expect("JSON");
        let fields = detail.as_object().expect("an object").keys();
        let fields = fields.map(String::as_str).collect::<Vec<_>>().join(", ");
        let (_, listed) = EVENTS
            .iter()
            .find(|(listed, _)| *listed == name)
            .expect(name);
        assert_eq!(*listed, format!("`{{{fields}}}`"), "{name}");
        seen.insert(name);
    }
    assert_eq!(seen.len(), EVENTS.len(), "{seen:?}");
}

#[test]
fn the_types_name_every_field_of_a_session() {
    let types = read("src/element/ae-login.d.ts");
    let (_, session) = types
        .split_once("interface AeLoginSession {")
        .expect("a session");
    let (session, _) = session.split_once("\n}").expect("its end");
    let named = session.lines().filter_map(|line| {
        let (name, _) = line.trim().strip_prefix("readonly ")?.split_once(':')?;
        Some(name.to_owned())
    });
    let mut page = TestPage::new();
    page.sign_in();
    let session = page.session().expect("a session");
    let told = session.as_object().expect("an object").keys().cloned();
    assert_eq!(named.collect::<Vec<_>>(), told.collect::<Vec<_>>());
}

#[test]
fn the_options_of_a_session_without_a_form_are_attributes_in_camel_case() {
    let types = read("src/element/ae-login.d.ts");
    let (_, options) = types
        .split_once("interface AeSessionOptions {")
        .expect("options");
    let (options, _) = options.split_once("\n}").expect("their end");
    let camel = |name: &str| {
        let mut words = name.split('-');
        let first = words.next().unwrap_or_default().to_owned();
        words.fold(first, |all, word| {
            let (head, tail) = word.split_at(1);
            all + &head.to_ascii_uppercase() + tail
        })
    };
    let known = ATTRIBUTES.map(|attribute| camel(attribute.name));
    let named = options
        .lines()
        .filter_map(|line| line.trim().split_once(':'));
    let named = named.map(|(name, _)| name.trim_end_matches('?').to_owned());
    let named = named.collect::<Vec<_>>();
    assert!(named.len() > 2);
    for option in named {
        assert!(known.contains(&option), "{option}");
    }
}
