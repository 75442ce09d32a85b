//! The public names: the lists in the code are compared with the style sheets and the types. `reference.rs` compares the documents
//! with the same lists.

use std::collections::{BTreeMap, BTreeSet};

use ae_login::login::config::ATTRIBUTES;
use ae_login::login::problem::Kind;
use ae_login::login::session::Reason;
use ae_login::login::view::{Action, PARTS, StepName};
use ae_login::login::{EVENTS, Event};
use ae_test_support::TestPage;

use crate::documents::read;

// The style sheets ----------------------------------------------------------------------------------------------------------

/// A custom property, as its line in `style/tokens.css` declares it.
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) default: String,
    pub(crate) unit: String,
    pub(crate) meaning: String,
}

const UNITS: [&str; 6] = ["color", "length", "number", "font-family", "shadow", "time"];

/// The custom properties in `style/tokens.css`, from lines such as `--ae-x: default; /* unit; meaning */`.
pub(crate) fn custom_properties() -> Vec<Property> {
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

/// The words that follow directly after each occurrence of `before`.
fn words_after(text: &str, before: &str) -> BTreeSet<String> {
    let rest = text.split(before).skip(1);
    rest.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-' && !c.is_ascii_digit());
        rest[..end.unwrap_or(rest.len())].to_owned()
    })
    .collect()
}

#[test]
fn every_custom_property_has_unit_and_meaning_and_is_used() {
    let properties = custom_properties();
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
            "{name}: the meaning would break a table"
        );
        assert!(used.contains(name), "{name} is not used");
    }
}

/// The names that pages of version 1 may rely on. New names are added; none is ever removed or renamed.
const PUBLISHED: [(&str, &str); 2] = [
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
         use-password use-code forgot back change-identifier sign-out countdown remember remember-input status dialog close time-left more-time header footer",
    ),
];

#[test]
fn published_names_are_kept() {
    let properties = custom_properties()
        .into_iter()
        .map(|property| property.name);
    let parts = PARTS.map(|(name, _)| name.to_owned());
    let named = [properties.collect::<Vec<_>>(), parts.to_vec()];
    for ((kind, published), named) in PUBLISHED.into_iter().zip(named) {
        let bare = named.iter().map(|name| name.trim_start_matches("--ae-"));
        let bare = bare.collect::<BTreeSet<_>>();
        let published = published.split_whitespace().collect::<BTreeSet<_>>();
        let missing = published.difference(&bare).collect::<Vec<_>>();
        assert!(
            missing.is_empty(),
            "{kind} that are published and missing: {missing:?}"
        );
        let new = bare.difference(&published).collect::<Vec<_>>();
        assert!(
            new.is_empty(),
            "{kind} that must be added to the published names: {new:?}"
        );
    }
}

#[test]
fn every_used_custom_property_is_declared() {
    let declared = custom_properties()
        .into_iter()
        .map(|property| property.name);
    let mut declared = declared.collect::<BTreeSet<_>>();
    // Not public: the tone of a notice, set and used in the same rule.
    declared.insert("--ae-tone".to_owned());
    for name in words_after(&read("style/widget.css"), "var(") {
        assert!(declared.contains(&name), "{name}");
    }
}

/// The values in the second rule of `style/tokens.css`, for browsers without `light-dark()` or `color-mix()`.
fn fallback_values() -> BTreeMap<String, String> {
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
fn fallback_rules_have_the_light_colours() {
    let mut fallback = fallback_values();
    for Property { name, default, .. } in custom_properties() {
        let light = default.strip_prefix("light-dark(");
        if let Some((light, _)) = light.and_then(|page| page.split_once(',')) {
            assert_eq!(fallback.remove(&name).as_deref(), Some(light), "{name}");
        } else if default.contains("color-mix(") {
            let value = fallback.remove(&name).expect(&name);
            assert!(!value.contains("color-mix("), "{name}");
        }
    }
    assert!(fallback.is_empty(), "{fallback:?}");
}

#[test]
fn style_sheet_styles_existing_parts_only() {
    let parts = PARTS.map(|(name, _)| name);
    let styled = words_after(&read("style/widget.css"), "[part~=\"");
    for part in &styled {
        let part = part.as_str();
        assert!(parts.contains(&part), "{part}");
    }
    // The widget's own style sheet does not need these parts. They exist for the style sheets of shops.
    let unstyled = [
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
        // Always hidden, by the attribute `hidden`.
        "username",
    ];
    for part in parts {
        assert!(
            styled.contains(part) || unstyled.contains(&part),
            "{part} has no style"
        );
    }
}

#[test]
fn rendered_parts_are_the_listed_parts() {
    let files = ["button", "field", "form", "message"];
    let source = files
        .map(|file| read(&format!("src/ui/{file}.rs")))
        .concat();
    let literals = words_after(&source, "part=\"");
    assert!(!literals.is_empty());
    let parts = PARTS.map(|(name, _)| name);
    for part in literals.iter().filter(|part| !part.is_empty()) {
        assert!(
            parts.contains(&part.as_str()),
            "{part} is rendered and not listed"
        );
    }
    let quoted = source.split('"').skip(1).step_by(2);
    let quoted = quoted
        .flat_map(str::split_whitespace)
        .collect::<BTreeSet<_>>();
    // The part of a button comes from its action.
    let buttons = Action::ALL.map(Action::part);
    let buttons = buttons.iter().flat_map(|part| part.split_whitespace());
    // The slots for the page's own children are outside the form.
    let form_root = read("src/element/form-root.js");
    let slots = form_root.split("slot(\"").skip(1);
    let slots = slots.filter_map(|rest| rest.split('"').next());
    let rendered = quoted
        .into_iter()
        .chain(buttons)
        .chain(slots)
        .collect::<BTreeSet<_>>();
    for part in parts {
        assert!(rendered.contains(part), "{part} is listed and not rendered");
    }
    assert_eq!(
        parts.iter().collect::<BTreeSet<_>>().len(),
        parts.len(),
        "each once"
    );
}

// The loader and the types --------------------------------------------------------------------------------------------------

/// The quoted strings between two other texts.
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
fn types_list_every_kind_step_and_reason() {
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
    let reasons = crate::meanings::ERROR_REASONS.map(|(name, ..)| name);
    assert_eq!(union("AeErrorReason"), reasons);
}

#[test]
fn core_types_declare_every_exported_function() {
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
fn types_list_every_event_with_its_detail() {
    let types = read("src/element/ae-login.d.ts");
    let (_, map) = types
        .split_once("interface AeLoginEventMap {")
        .expect("a map");
    let (map, _) = map.split_once("\n}").expect("its end");
    let declared = map
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
    assert_eq!(declared.collect::<Vec<_>>(), listed);
}

#[test]
fn events_have_the_listed_fields() {
    let mut page = TestPage::with(&[], |engine| engine.set_lives(90));
    page.sign_in();
    page.network = ae_test_support::Network::Unreachable;
    page.advance(72 * ae_test_support::SECOND);
    page.network = ae_test_support::Network::Working;
    page.advance(5 * ae_test_support::SECOND);
    page.sign_out();
    let mut seen = BTreeSet::new();
    let activities = page.take_activities().into_iter().map(Event::Activity);
    let events = page.events().iter().map(|(_, event)| event.clone());
    for event in activities.chain(events) {
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
fn types_list_every_field_of_a_session() {
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
    let fields = session.as_object().expect("an object").keys().cloned();
    assert_eq!(named.collect::<Vec<_>>(), fields.collect::<Vec<_>>());
}

/// The name of a property that reflects an attribute.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (head, tail) = word.split_at(1);
        all + &head.to_ascii_uppercase() + tail
    })
}

#[test]
fn session_options_are_attributes_in_camel_case() {
    let types = read("src/element/ae-login.d.ts");
    let (_, options) = types
        .split_once("interface AeSessionOptions {")
        .expect("options");
    let (options, _) = options.split_once("\n}").expect("their end");
    let known = ATTRIBUTES.map(|attribute| camel_case(attribute.name));
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
