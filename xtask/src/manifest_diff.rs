//! Compares the public names of two releases, and says what kind of version the newer one is. `RELEASING.md` has the rules.
//!
//! The names come from the Custom Elements Manifest: attributes with their values and defaults, events with the fields of their detail,
//! members, parts, custom properties, slots and exports. The names of texts come from the file `ae-login.messages.json` beside it, if
//! both releases have one.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::error::{Context as _, Result};
use crate::stage::{MESSAGES, file_name, read_text};

/// What a version is, from the smallest change to the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No public name differs.
    Patch,
    /// Names were added.
    Minor,
    /// Names were removed, or mean something else.
    Major,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

/// One difference between two releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The smallest version that may contain it.
    pub kind: Kind,
    /// What it is, in words.
    pub text: String,
}

/// Compares two manifests and the names of texts beside them.
///
/// # Errors
/// Returns an error if a file cannot be read or is not JSON.
pub fn compare_files(old: &Path, new: &Path) -> Result<Vec<Difference>> {
    let read = |file: &Path| -> Result<Value> {
        serde_json::from_str(&read_text(file)?).context(format_args!("{}", file.display()))
    };
    let mut differences = compare(&read(old)?, &read(new)?);
    let texts = |manifest: &Path| manifest.with_file_name(file_name(MESSAGES));
    let (old, new) = (texts(old), texts(new));
    if old.is_file() && new.is_file() {
        let names = |texts: &Value| -> Names {
            let texts = texts.as_array().into_iter().flatten();
            texts
                .filter_map(|name| Some((format!("text `{}`", name.as_str()?), Facts::default())))
                .collect()
        };
        differences.extend(compare_names(&names(&read(&old)?), &names(&read(&new)?)));
    }
    Ok(differences)
}

/// The kind of version that contains these differences. Before 1.0 a major change makes a minor version.
pub fn kind(differences: &[Difference]) -> Kind {
    let kinds = differences.iter().map(|difference| difference.kind);
    kinds.max().unwrap_or(Kind::Patch)
}

/// Compares two manifests.
pub fn compare(old: &Value, new: &Value) -> Vec<Difference> {
    compare_names(&names(old), &names(new))
}

/// Public names, each with what pages rely on.
type Names = BTreeMap<String, Facts>;

/// What pages rely on besides a name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Facts {
    /// The type, or whether a member is a method.
    kind: String,
    default: Option<String>,
    /// The legal values of an attribute, or the fields of an event's detail.
    words: Vec<String>,
}

fn compare_names(old: &Names, new: &Names) -> Vec<Difference> {
    let mut differences = Vec::new();
    let mut add = |kind, text| differences.push(Difference { kind, text });
    for (name, before) in old {
        let Some(after) = new.get(name) else {
            add(Kind::Major, format!("{name} was removed"));
            continue;
        };
        if before.kind != after.kind {
            let (before, after) = (&before.kind, &after.kind);
            add(
                Kind::Major,
                format!("{name} was {before:?} and is {after:?}"),
            );
        }
        if before.default != after.default {
            let text = |default: &Option<String>| {
                let default = default.as_ref();
                default.map_or_else(|| "nothing".to_owned(), |default| format!("{default:?}"))
            };
            let (before, after) = (text(&before.default), text(&after.default));
            add(
                Kind::Major,
                format!("the default of {name} was {before} and is {after}"),
            );
        }
        for word in before
            .words
            .iter()
            .filter(|word| !after.words.contains(word))
        {
            add(Kind::Major, format!("{name} lost `{word}`"));
        }
        for word in after
            .words
            .iter()
            .filter(|word| !before.words.contains(word))
        {
            add(Kind::Minor, format!("{name} has `{word}`"));
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        add(Kind::Minor, format!("{name} was added"));
    }
    differences
}

/// The public names in a manifest.
fn names(manifest: &Value) -> Names {
    let mut names = Names::new();
    for module in list(&manifest["modules"]) {
        for export in list(&module["exports"]) {
            let name = format!("export `{}`", text(&export["name"]));
            names.insert(name, Facts::default());
        }
        for declaration in list(&module["declarations"]) {
            for (field, word) in [
                ("attributes", "attribute"),
                ("members", "member"),
                ("events", "event"),
                ("cssParts", "part"),
                ("cssProperties", "custom property"),
                ("slots", "slot"),
            ] {
                for item in list(&declaration[field]) {
                    names.insert(
                        format!("{word} `{}`", text(&item["name"])),
                        facts(field, item),
                    );
                }
            }
        }
    }
    names
}

fn facts(field: &str, item: &Value) -> Facts {
    let kind = text(&item["type"]["text"]);
    let description = text(&item["description"]);
    match field {
        "attributes" => {
            let (_, values) = description.rsplit_once("Values: ").unwrap_or_default();
            let words = quoted(values, '`').chain(quoted(kind, '"'));
            Facts {
                // A list of words is compared word by word.
                kind: if kind.contains('"') { "string" } else { kind }.to_owned(),
                default: item["default"].as_str().map(str::to_owned),
                words: words.map(str::to_owned).collect(),
            }
        }
        "events" => {
            let (_, detail) = description.rsplit_once("Detail: {").unwrap_or_default();
            let (fields, _) = detail.split_once('}').unwrap_or_default();
            let fields = fields.split(',').map(str::trim);
            Facts {
                words: fields
                    .filter(|field| !field.is_empty())
                    .map(str::to_owned)
                    .collect(),
                ..Facts::default()
            }
        }
        "members" => Facts {
            kind: text(&item["kind"]).to_owned(),
            ..Facts::default()
        },
        // The look of a part and the value of a custom property may change.
        _ => Facts::default(),
    }
}

/// The texts between two marks.
fn quoted(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.split(mark).skip(1).step_by(2)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest() -> Value {
        json!({ "modules": [{
            "declarations": [{
                "attributes": [{
                    "name": "storage",
                    "type": { "text": "string" },
                    "default": "tab",
                    "description": "Where it lives. Values: `tab` or `memory`.",
                }],
                "members": [{ "kind": "field", "name": "session" }],
                "events": [{ "name": "ae-step", "description": "A step. Detail: {step, previous}." }],
                "cssParts": [{ "name": "title" }],
                "cssProperties": [{ "name": "--ae-gap", "default": "1rem" }],
                "slots": [{ "name": "" }],
            }],
            "exports": [{ "name": "version" }],
        }]})
    }

    /// The differences after a change, and the kind of version that they make.
    fn after(change: impl FnOnce(&mut Value)) -> (Vec<String>, Kind) {
        let mut new = manifest();
        change(&mut new["modules"][0]);
        let differences = compare(&manifest(), &new);
        let kind = kind(&differences);
        (
            differences
                .into_iter()
                .map(|difference| difference.text)
                .collect(),
            kind,
        )
    }

    #[test]
    fn same_names_are_a_patch() {
        assert_eq!(after(|_| {}), (vec![], Kind::Patch));
    }

    #[test]
    fn other_descriptions_and_looks_are_a_patch() {
        let (differences, kind) = after(|module| {
            let declaration = &mut module["declarations"][0];
            declaration["cssProperties"][0]["default"] = json!("2rem");
            declaration["cssParts"][0]["description"] = json!("the title");
            declaration["attributes"][0]["description"] =
                json!("Where the session lives. Values: `memory` or `tab`.");
        });
        assert_eq!((differences, kind), (vec![], Kind::Patch));
    }

    #[test]
    fn removed_name_is_major() {
        for (list, name) in [
            ("attributes", "attribute `storage`"),
            ("members", "member `session`"),
            ("events", "event `ae-step`"),
            ("cssParts", "part `title`"),
            ("cssProperties", "custom property `--ae-gap`"),
            ("slots", "slot ``"),
        ] {
            let (differences, kind) = after(|module| module["declarations"][0][list] = json!([]));
            assert_eq!(
                (differences, kind),
                (vec![format!("{name} was removed")], Kind::Major)
            );
        }
        let (differences, kind) = after(|module| module["exports"] = json!([]));
        assert_eq!(
            (differences, kind),
            (vec!["export `version` was removed".to_owned()], Kind::Major)
        );
    }

    #[test]
    fn added_name_is_minor() {
        for list in [
            "attributes",
            "members",
            "events",
            "cssParts",
            "cssProperties",
            "slots",
        ] {
            let (differences, kind) = after(|module| {
                let list = module["declarations"][0][list].as_array_mut().unwrap();
                list.push(json!({ "name": "new" }));
            });
            assert_eq!((differences.len(), kind), (1, Kind::Minor), "{list}");
            assert!(
                differences[0].ends_with("`new` was added"),
                "{differences:?}"
            );
        }
    }

    #[test]
    fn added_value_is_minor_and_removed_value_is_major() {
        let with = |description: &'static str| {
            after(move |module| {
                module["declarations"][0]["attributes"][0]["description"] = json!(description);
            })
        };
        let (differences, kind) = with("Values: `tab`, `memory` or `device`.");
        assert_eq!(
            (differences, kind),
            (
                vec!["attribute `storage` has `device`".to_owned()],
                Kind::Minor
            )
        );
        let (differences, kind) = with("Values: `tab`.");
        assert_eq!(
            (differences, kind),
            (
                vec!["attribute `storage` lost `memory`".to_owned()],
                Kind::Major
            )
        );
    }

    #[test]
    fn values_may_move_from_the_description_into_the_type() {
        let (differences, kind) = after(|module| {
            let attribute = &mut module["declarations"][0]["attributes"][0];
            attribute["type"]["text"] = json!("\"tab\" | \"memory\"");
            attribute["description"] = json!("Where it lives.");
        });
        assert_eq!((differences, kind), (vec![], Kind::Patch));
    }

    #[test]
    fn other_default_or_type_is_major() {
        let (differences, kind) = after(|module| {
            let attribute = &mut module["declarations"][0]["attributes"][0];
            attribute["default"] = json!("memory");
            attribute["type"]["text"] = json!("number");
        });
        assert_eq!(
            (differences, kind),
            (
                vec![
                    "attribute `storage` was \"string\" and is \"number\"".to_owned(),
                    "the default of attribute `storage` was \"tab\" and is \"memory\"".to_owned(),
                ],
                Kind::Major
            )
        );
        let (_, kind) =
            after(|module| module["declarations"][0]["members"][0]["kind"] = json!("method"));
        assert_eq!(kind, Kind::Major);
    }

    #[test]
    fn fields_of_a_detail_are_compared() {
        let with = |description: &'static str| {
            after(move |module| {
                module["declarations"][0]["events"][0]["description"] = json!(description);
            })
            .1
        };
        assert_eq!(with("Detail: {step, previous, at}."), Kind::Minor);
        assert_eq!(with("Detail: {step}."), Kind::Major);
        assert_eq!(with("Another step. Detail: {previous, step}."), Kind::Patch);
    }

    #[test]
    fn names_of_texts_beside_the_manifests_are_compared() {
        let root = crate::progress::tests::new_folder("manifest_diff");
        let write = |release: &str, texts: Value| {
            let folder = root.join(release);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("ae-login.messages.json"), texts.to_string()).unwrap();
            let file = folder.join("custom-elements.json");
            std::fs::write(&file, manifest().to_string()).unwrap();
            file
        };
        let old = write("old", json!(["back", "continue"]));
        let new = write("new", json!(["back", "next"]));
        let differences = compare_files(&old, &new).unwrap();
        let texts: Vec<_> = differences
            .iter()
            .map(|difference| difference.text.as_str())
            .collect();
        assert_eq!(
            texts,
            ["text `continue` was removed", "text `next` was added"]
        );
        assert!(compare_files(&old, &root.join("missing.json")).is_err());
    }

    #[test]
    fn current_manifest_has_names_of_every_sort() {
        let manifest = read_text(&crate::paths::root().join("src/element/custom-elements.json"));
        let names = names(&serde_json::from_str(&manifest.unwrap()).unwrap());
        for sort in [
            "attribute",
            "member",
            "event",
            "part",
            "custom property",
            "slot",
            "export",
        ] {
            assert!(
                names
                    .keys()
                    .any(|name| name.starts_with(&format!("{sort} `"))),
                "{sort}"
            );
        }
        assert!(
            names["attribute `storage`"]
                .words
                .contains(&"device".to_owned())
        );
        assert_eq!(names["event `ae-step`"].words, ["step", "previous"]);
    }
}
