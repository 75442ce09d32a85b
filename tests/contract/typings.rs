//! Types and data for editors, made of the same tables as the documents: the generated part of `src/element/ae-login.d.ts`, and the
//! files of VS Code and of the editors of `JetBrains` in `package/types`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::documents::{command_to_update, read};
use crate::public_names::{camel_case, custom_properties};
use crate::{declarations, meanings, product};

/// The start of the generated part of the types.
const START: &str = "// Generated from the tables of attributes and texts. ";

/// The attributes with what they mean.
fn attributes() -> impl Iterator<Item = (product::Attribute, &'static str)> {
    let attributes = product::attributes().into_iter();
    attributes
        .zip(meanings::ATTRIBUTES)
        .map(|(attribute, (_, meaning))| (attribute, meaning))
}

/// The words in backticks, if the attribute has no other values.
fn words(attribute: &product::Attribute) -> Vec<&'static str> {
    let is_list = !attribute.values.contains("such as") && !attribute.values.contains("as in");
    let words = attribute.values.split('`').skip(1).step_by(2);
    if is_list { words.collect() } else { Vec::new() }
}

/// The type of a property.
fn type_of(attribute: &product::Attribute) -> String {
    let values = attribute.values;
    let union = words(attribute)
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(" | ");
    if values == "present or absent" {
        "boolean".to_owned()
    } else if values.starts_with("any of ") {
        format!("Words<{union}>")
    } else if values.contains("number") || values.starts_with("seconds") {
        let more = if union.is_empty() { "" } else { " | " };
        format!("number | `${{number}}`{more}{union}")
    } else if union.is_empty() {
        "string".to_owned()
    } else {
        union
    }
}

/// The members of an interface for all attributes.
fn members(name_of: impl Fn(&str) -> String, flag: &str) -> String {
    let mut text = String::new();
    for (attribute, meaning) in attributes() {
        let is_required = attribute.default == "required";
        let optional = if is_required {
            ("", "")
        } else {
            ("?", " | undefined")
        };
        let is_flag = attribute.values == "present or absent";
        let more = if is_flag { flag } else { "" };
        let _ = writeln!(
            text,
            "  /** {meaning} Values: {}. Default: {}. */\n  {}{}: {}{more}{};",
            attribute.values,
            attribute.default,
            name_of(attribute.name),
            optional.0,
            type_of(&attribute),
            optional.1,
        );
    }
    text
}

/// The generated part of the types.
fn generated() -> String {
    let mut messages = String::new();
    for line in read("src/texts/en.json").lines() {
        let entry = line.trim().trim_end_matches(',');
        if let Some((key, text)) = entry.split_once(": ") {
            let text: String = serde_json::from_str(text).expect("a text");
            let _ = writeln!(
                messages,
                "  /** {text} */\n  {}?: string | undefined;",
                key.trim_matches('"')
            );
        }
    }
    format!(
        "{START}`cargo test --test contract` prints the command that updates it.

/** Some of these words, separated by spaces. */
type Words<W extends string> = W | `${{W}} ${{W}}` | `${{W}} ${{W}} ${{W}}` | `${{W}} ${{W}} ${{W}} ${{W}}`;

/** The attributes as properties of the element. */
export interface AeLoginProperties {{
{}}}

/** The attributes as in HTML, for templates. */
export interface AeLoginAttributes {{
{}}}

/** Replacements for texts. Each key has the English text. `{{}}` is a placeholder, for example for the number a code was sent to. */
export interface AeLoginMessages {{
{messages}}}
",
        members(camel_case, ""),
        members(|name| format!("\"{name}\""), " | \"\""),
    )
}

#[test]
fn generated_types_are_current() {
    let file = "src/element/ae-login.d.ts";
    let types = read(file);
    let (written, _) = types.split_once(START).unwrap_or((&types, ""));
    let fresh = format!("{}\n\n{}", written.trim_end(), generated());
    assert_eq!(
        command_to_update(file, &fresh),
        None,
        "out of date; the command accepts the fresh one"
    );
}

/// The custom data of VS Code for HTML (<https://github.com/microsoft/vscode-custom-data>).
fn custom_data() -> Value {
    let attributes = attributes().map(|(attribute, meaning)| {
        let mut entry = json!({
            "name": attribute.name,
            "description": format!("{meaning} Values: {}. Default: {}.", attribute.values, attribute.default),
        });
        let values = words(&attribute);
        if attribute.values == "present or absent" {
            // The attribute needs no value.
            entry["valueSet"] = "v".into();
        } else if !values.is_empty() {
            entry["values"] = values.iter().map(|value| json!({ "name": value })).collect();
        }
        entry
    });
    json!({
        "version": 1.1,
        "tags": [{
            "name": "ae-login",
            "description": "Signs a customer in against the Auth Engine and keeps them signed in.",
            "attributes": attributes.collect::<Vec<_>>(),
        }],
    })
}

/// The web types of the editors of `JetBrains` (<https://github.com/JetBrains/web-types>).
fn web_types() -> Value {
    let described = |name: &str, text: &str| json!({ "name": name, "description": text });
    let attributes = attributes().map(|(attribute, meaning)| {
        let mut entry = described(
            attribute.name,
            &format!("{meaning} Values: {}.", attribute.values),
        );
        entry["required"] = (attribute.default == "required").into();
        entry["default"] = attribute.default.replace('`', "").into();
        entry["value"] = json!({ "type": type_of(&attribute), "required": attribute.values != "present or absent" });
        entry
    });
    let reflected = self::attributes()
        .map(|(attribute, meaning)| described(&camel_case(attribute.name), meaning));
    let members = declarations::members()
        .into_iter()
        .filter(|member| !member.is_method())
        .map(|member| described(&member.name, &member.meaning));
    let events = product::events().into_iter().zip(meanings::EVENTS);
    let events = events.map(|((name, _), (_, meaning))| described(name, meaning));
    let properties = custom_properties().into_iter();
    let properties = properties.map(|property| described(&property.name, &property.meaning));
    let parts = product::parts().into_iter();
    let parts = parts.map(|(name, meaning)| described(name, meaning));
    json!({
        "$schema": "https://json.schemastore.org/web-types",
        "name": "ae-login",
        "version": env!("CARGO_PKG_VERSION"),
        "description-markup": "markdown",
        "contributions": { "html": { "elements": [{
            "name": "ae-login",
            "description": "Signs a customer in against the Auth Engine and keeps them signed in.",
            "attributes": attributes.collect::<Vec<_>>(),
            "slots": crate::manifest::slots(),
            "js": {
                "properties": reflected.chain(members).collect::<Vec<_>>(),
                "events": events.collect::<Vec<_>>(),
            },
            "css": {
                "properties": properties.collect::<Vec<_>>(),
                "parts": parts.collect::<Vec<_>>(),
            },
        }] } },
    })
}

#[test]
fn data_for_editors_is_current() {
    let files = [
        ("package/types/html-custom-data.json", custom_data()),
        ("package/types/web-types.json", web_types()),
    ];
    let commands = files.map(|(file, data)| command_to_update(file, &format!("{data:#}\n")));
    assert_eq!(
        commands,
        [None, None],
        "out of date; the commands accept the fresh ones"
    );
}
