//! Holds the themes against the contract: a theme is one file made of custom properties and parts, and of nothing else.

use std::collections::BTreeSet;

use ae_login::login::view::PARTS;

/// The themes that `docs/theme.md` names.
const THEMES: [&str; 5] = ["plain", "dense", "rounded", "high-contrast", "dark-luxury"];

/// The only condition: browsers from before 2024.
const OLD: &str = "@supports not (color: light-dark(#fff, #000))";

/// A rule: the condition around it, its selectors, and its declarations.
#[derive(Debug)]
struct Rule {
    condition: String,
    selectors: Vec<String>,
    declarations: Vec<(String, String)>,
}

#[test]
fn the_themes_are_those_that_are_named() {
    let folder = format!("{}/style/themes", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("a folder of themes");
    let found = files.map(|file| file.expect("a file").file_name());
    let found = found.map(|name| name.into_string().expect("a name"));
    let named = THEMES.map(|name| format!("{name}.css"));
    assert_eq!(
        found.collect::<BTreeSet<_>>(),
        named.into_iter().collect::<BTreeSet<_>>()
    );
    let page = read("docs/theme.md");
    let playground = read("style/playground/playground.js");
    let (_, listed) = playground.split_once("const THEMES = [").expect("a list");
    let (listed, _) = listed.split_once(']').expect("its end");
    let quoted = THEMES.map(|name| format!("\"{name}\""));
    assert_eq!(listed, quoted.join(", "));
    for name in THEMES {
        let row = format!("| `{name}` |");
        assert!(page.contains(&row), "docs/theme.md has no row of {name}");
    }
}

#[test]
fn a_theme_is_made_of_custom_properties_and_parts_alone() {
    let known = properties();
    for name in THEMES {
        for rule in rules(name) {
            assert!(
                rule.condition.is_empty() || rule.condition == OLD,
                "{name}: {rule:?}"
            );
            if rule.selectors == ["ae-login"] {
                for (property, _) in &rule.declarations {
                    assert!(known.contains(property), "{name}: {property}");
                }
                continue;
            }
            // One part, in the page and in a shadow tree.
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
                "{name}: {part} is no part"
            );
        }
    }
}

#[test]
fn a_theme_leaves_the_last_word_to_the_page() {
    for name in THEMES {
        for rule in rules(name) {
            for (property, value) in &rule.declarations {
                assert!(!value.contains('!'), "{name}: {property}: {value}");
                // Nothing is loaded that the page's policy would have to allow.
                assert!(!value.contains("url("), "{name}: {property}: {value}");
            }
        }
    }
}

#[test]
fn a_theme_has_the_light_colours_for_browsers_without_light_dark() {
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
            all(OLD).collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[test]
fn a_theme_leaves_targets_large_enough_for_a_thumb() {
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

/// The names in tokens.css.
fn properties() -> BTreeSet<String> {
    let sheet = read("style/tokens.css");
    let names = sheet.lines().filter_map(|line| line.trim().split_once(':'));
    let names = names.filter(|(name, _)| name.starts_with("--ae-"));
    names.map(|(name, _)| name.to_owned()).collect()
}

/// Reads a theme; conditions are one deep, and no text in it has a bracket or a semicolon.
fn rules(name: &str) -> Vec<Rule> {
    let sheet = without_comments(&read(&format!("style/themes/{name}.css")));
    let mut condition = String::new();
    let mut rules = Vec::new();
    let mut rest = sheet.as_str();
    while let Some((head, behind)) = rest.split_once('{') {
        let mut head = head.trim();
        if let Some(ended) = head.strip_prefix('}') {
            condition.clear();
            head = ended.trim();
        }
        if head.starts_with('@') {
            head.clone_into(&mut condition);
            rest = behind;
            continue;
        }
        let (body, behind) = behind.split_once('}').expect("the end of a rule");
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
        rest = behind;
    }
    assert!(!rules.is_empty(), "{name} has no rules");
    rules
}

fn without_comments(sheet: &str) -> String {
    let mut kept = String::new();
    let mut rest = sheet;
    while let Some((before, comment)) = rest.split_once("/*") {
        kept.push_str(before);
        let (_, behind) = comment.split_once("*/").expect("the end of a comment");
        rest = behind;
    }
    kept + rest
}

fn read(path: &str) -> String {
    let whole = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&whole).expect(&whole)
}
