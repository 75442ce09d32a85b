//! The themes: each is one style sheet that sets custom properties and styles parts, and does nothing else.

use std::collections::BTreeSet;

use ae_login::login::view::PARTS;

/// The themes that the README lists.
const THEMES: [&str; 5] = ["plain", "dense", "rounded", "high-contrast", "dark-luxury"];

/// The only condition that a theme may have: for browsers of before 2024, without `light-dark()`.
const NO_LIGHT_DARK: &str = "@supports not (color: light-dark(#fff, #000))";

/// A CSS rule.
#[derive(Debug)]
struct Rule {
    /// The condition of the `@supports` rule around it; empty without one.
    condition: String,
    selectors: Vec<String>,
    declarations: Vec<(String, String)>,
}

#[test]
fn theme_files_readme_and_playground_list_the_same_themes() {
    let folder = format!("{}/style/themes", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("a folder of themes");
    let found = files.map(|file| file.expect("a file").file_name());
    let found = found.map(|name| name.into_string().expect("a name"));
    let named = THEMES.map(|name| format!("{name}.css"));
    assert_eq!(
        found.collect::<BTreeSet<_>>(),
        named.into_iter().collect::<BTreeSet<_>>()
    );
    let readme = read("README.md");
    let playground = read("style/playground/playground.js");
    let (_, listed) = playground.split_once("const THEMES = [").expect("a list");
    let (listed, _) = listed.split_once(']').expect("its end");
    let quoted = THEMES.map(|name| format!("\"{name}\""));
    assert_eq!(listed, quoted.join(", "));
    for name in THEMES {
        let row = format!("| `{name}` |");
        assert!(readme.contains(&row), "README.md has no row of {name}");
    }
}

#[test]
fn theme_uses_custom_properties_and_parts_only() {
    let known = properties();
    for name in THEMES {
        for rule in rules(name) {
            assert!(
                rule.condition.is_empty() || rule.condition == NO_LIGHT_DARK,
                "{name}: {rule:?}"
            );
            if rule.selectors == ["ae-login"] {
                for (property, _) in &rule.declarations {
                    assert!(known.contains(property), "{name}: {property}");
                }
                continue;
            }
            // Each rule styles one part, in the light DOM and in a shadow tree.
            let [light, shadow] = &rule.selectors[..] else {
                panic!("{name}: {rule:?}");
            };
            let part = light
                .strip_prefix("ae-login [part~=\"")
                .and_then(|rest| rest.strip_suffix("\"]"));
            let part = part.unwrap_or_else(|| panic!("{name}: {light}"));
            assert_eq!(*shadow, format!("ae-login::part({part})"), "{name}");
            assert!(
                PARTS.iter().any(|(known, _)| *known == part),
                "{name}: there is no part {part}"
            );
        }
    }
}

#[test]
fn theme_has_no_important_and_no_url() {
    for name in THEMES {
        for rule in rules(name) {
            for (property, value) in &rule.declarations {
                assert!(!value.contains('!'), "{name}: {property}: {value}");
                // A theme loads no files, which a Content Security Policy could block.
                assert!(!value.contains("url("), "{name}: {property}: {value}");
            }
        }
    }
}

#[test]
fn theme_has_light_colours_for_browsers_without_light_dark() {
    for name in THEMES {
        let rules = rules(name);
        let all = |condition: &'static str| {
            let rules = rules.iter().filter(move |rule| rule.condition == condition);
            rules.flat_map(|rule| rule.declarations.clone())
        };
        let light = all("").filter_map(|(property, value)| {
            let (light, _) = value.strip_prefix("light-dark(")?.split_once(',')?;
            Some((property, light.to_owned()))
        });
        assert_eq!(
            light.collect::<Vec<_>>(),
            all(NO_LIGHT_DARK).collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[test]
fn theme_keeps_targets_at_least_44_px_high() {
    for name in THEMES {
        for rule in rules(name) {
            for (property, value) in rule.declarations {
                let is_height = property == "--ae-control-height";
                assert!(!is_height || value.contains("44px"), "{name}: {value}");
                let is_box = property.contains("block-size") || property.contains("height");
                let is_line = property.contains("line-height");
                assert!(is_height || is_line || !is_box, "{name}: {property}");
            }
        }
    }
}

/// The names of the custom properties in `style/tokens.css`.
fn properties() -> BTreeSet<String> {
    let sheet = read("style/tokens.css");
    let names = sheet.lines().filter_map(|line| line.trim().split_once(':'));
    let names = names.filter(|(name, _)| name.starts_with("--ae-"));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Parses a theme. Conditions are not nested, and no string in it contains a bracket or a semicolon.
fn rules(name: &str) -> Vec<Rule> {
    let sheet = without_comments(&read(&format!("style/themes/{name}.css")));
    let mut condition = String::new();
    let mut rules = Vec::new();
    let mut rest = sheet.as_str();
    while let Some((head, after)) = rest.split_once('{') {
        let mut head = head.trim();
        if let Some(ended) = head.strip_prefix('}') {
            condition.clear();
            head = ended.trim();
        }
        if head.starts_with('@') {
            head.clone_into(&mut condition);
            rest = after;
            continue;
        }
        let (body, after) = after.split_once('}').expect("the end of a rule");
        let declarations = body.split(';').map(str::trim);
        let declarations = declarations.filter(|line| !line.is_empty()).map(|line| {
            let (property, value) = line.split_once(':').expect("a declaration");
            (property.trim().to_owned(), value.trim().to_owned())
        });
        rules.push(Rule {
            condition: condition.clone(),
            selectors: head.split(", ").map(str::to_owned).collect(),
            declarations: declarations.collect(),
        });
        rest = after;
    }
    assert!(!rules.is_empty(), "{name} has no rules");
    rules
}

fn without_comments(sheet: &str) -> String {
    let mut kept = String::new();
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        let (_, after) = comment.split_once("*/").expect("the end of a comment");
        rest = after;
    }
    kept + rest
}

fn read(path: &str) -> String {
    let whole = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&whole).expect(&whole)
}
