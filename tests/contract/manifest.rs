//! Writes `src/element/custom-elements.json`: a Custom Elements Manifest (schema 1.0.0) for editors and design tools, made of the
//! same names and meanings as the tables of the documents.

use serde_json::{Value, json};

use crate::documents::command_to_update;
use crate::public_names::{camel_case, custom_properties};
use crate::{declarations, meanings, product};

/// A text without the backticks of Markdown.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

fn attributes() -> Vec<Value> {
    let attributes = product::attributes().into_iter();
    attributes
        .zip(meanings::ATTRIBUTES)
        .map(|(attribute, (_, meaning))| {
            let is_flag = attribute.values == "present or absent";
            let (kind, description) = if is_flag {
                ("boolean", meaning.to_owned())
            } else {
                ("string", format!("{meaning} Values: {}.", attribute.values))
            };
            let mut entry = json!({
                "name": attribute.name,
                "fieldName": camel_case(attribute.name),
                "type": { "text": kind },
                "description": description,
            });
            if !["required", "none"].contains(&attribute.default) {
                entry["default"] = plain(attribute.default).into();
            }
            entry
        })
        .collect()
}

fn members() -> Vec<Value> {
    let members = declarations::members().into_iter();
    members
        .map(|member| {
            let kind = if member.is_method() {
                "method"
            } else {
                "field"
            };
            json!({ "kind": kind, "name": member.name, "description": member.meaning })
        })
        .collect()
}

fn events() -> Vec<Value> {
    let events = product::events().into_iter().zip(meanings::EVENTS);
    events
        .map(|((name, fields), (_, meaning))| {
            json!({
                "name": name,
                "type": { "text": "CustomEvent" },
                "description": format!("{meaning} Detail: {{{}}}.", fields.join(", ")),
            })
        })
        .collect()
}

fn css_properties() -> Vec<Value> {
    let properties = custom_properties().into_iter();
    properties
        .map(|property| {
            json!({
                "name": property.name,
                "default": property.default,
                "description": format!("{}: {}", property.unit, property.meaning),
            })
        })
        .collect()
}

fn css_parts() -> Vec<Value> {
    let parts = product::parts().into_iter();
    parts
        .map(|(name, meaning)| json!({ "name": name, "description": meaning }))
        .collect()
}

/// The slots for the page's own children.
pub(crate) fn slots() -> Value {
    json!([
        { "name": "", "description": "Shown until the form is ready, and if it cannot run." },
        { "name": "header", "description": "Shown above the form. With `dialog`, only with `shadow`." },
        { "name": "footer", "description": "Shown below the form. With `dialog`, only with `shadow`." },
    ])
}

fn manifest() -> Value {
    let module = "ae-login.js";
    let element = json!({
        "kind": "class",
        "customElement": true,
        "tagName": "ae-login",
        "name": "AeLogin",
        "description": "Signs a customer in against the Auth Engine and keeps them signed in.",
        "superclass": { "name": "HTMLElement" },
        "attributes": attributes(),
        "members": members(),
        "events": events(),
        "cssProperties": css_properties(),
        "cssParts": css_parts(),
        "slots": slots(),
    });
    json!({
        "schemaVersion": "1.0.0",
        "modules": [{
            "kind": "javascript-module",
            "path": module,
            "declarations": [
                element,
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
fn manifest_is_current() {
    let fresh = format!("{:#}\n", manifest());
    let command = command_to_update("src/element/custom-elements.json", &fresh);
    assert_eq!(
        command, None,
        "out of date; the command accepts the fresh one"
    );
}

#[test]
fn manifest_describes_everything_it_names() {
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
        for entry in all {
            let (name, words) = (entry["name"].as_str(), entry["description"].as_str());
            assert!(
                name.is_some_and(|name| !name.contains(['`', ' '])),
                "{entry}"
            );
            assert!(words.is_some_and(|words| words.len() > 3), "{entry}");
        }
    }
}
