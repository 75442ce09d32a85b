//! The examples of the documents use public names only, and the Rust ones are compiled.

#[expect(
    unreachable_pub,
    reason = "in a storefront the component of the example is public"
)]
mod leptos_account;

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::documents::{CodeBlock, Document, documents, files, read};
use crate::public_names::custom_properties;
use crate::{declarations, product};

/// The names that pages may use.
struct Names {
    attributes: BTreeSet<&'static str>,
    state_attributes: BTreeSet<&'static str>,
    steps: BTreeSet<&'static str>,
    events: BTreeSet<&'static str>,
    detail_fields: BTreeSet<&'static str>,
    members: BTreeSet<String>,
    parts: BTreeSet<&'static str>,
    custom_properties: BTreeSet<String>,
    texts: BTreeSet<String>,
    session_options: BTreeSet<String>,
    files: BTreeSet<String>,
}

/// What every element has.
const STANDARD: [&str; 8] = [
    "addEventListener",
    "dispatchEvent",
    "getAttribute",
    "hasAttribute",
    "removeAttribute",
    "removeEventListener",
    "setAttribute",
    "toggleAttribute",
];

/// The fields of an `AeError`.
const ERROR_FIELDS: [&str; 6] = ["name", "message", "kind", "code", "retryable", "reason"];

impl Names {
    fn new() -> Self {
        let types = read("src/element/ae-login.d.ts");
        let (_, options) = types
            .split_once("interface AeSessionOptions {\n")
            .expect("options");
        let (options, _) = options.split_once("\n}").expect("their end");
        let options = options.lines().filter_map(|line| line.split_once(':'));
        let events = product::events();
        let languages = files();
        let languages = languages
            .iter()
            .filter_map(|file| file.strip_prefix("src/texts/"))
            .map(|name| format!("ae-login.{name}"));
        let shipped = ["js", "wasm", "css", "d.ts", "countries.txt", "server.mjs"]
            .map(|end| format!("ae-login.{end}"));
        Self {
            attributes: product::attributes().iter().map(|it| it.name).collect(),
            state_attributes: ["step", "busy", "signed-in", "aria-busy"].into(),
            steps: product::steps().into_iter().collect(),
            events: events.iter().map(|(name, _)| *name).collect(),
            detail_fields: events.into_iter().flat_map(|(_, fields)| fields).collect(),
            members: declarations::members()
                .into_iter()
                .map(|it| it.name)
                .collect(),
            parts: product::parts().into_iter().map(|(name, _)| name).collect(),
            custom_properties: custom_properties().into_iter().map(|it| it.name).collect(),
            texts: product::texts().into_iter().map(|(key, _)| key).collect(),
            session_options: options
                .map(|(name, _)| name.trim().trim_end_matches('?').to_owned())
                .collect(),
            files: languages.chain(shipped).collect(),
        }
    }

    /// What is wrong with a block of code.
    fn complaints(&self, block: &CodeBlock) -> Vec<String> {
        let code = &block.code;
        let mut complaints = match block.language.as_str() {
            "html" => self.html(code),
            "js" | "ts" => self.script(code),
            "css" => self.style(code),
            _ => Vec::new(),
        };
        for file in words(code, "ae-login.") {
            if !self.files.contains(file) && !file.ends_with('.') {
                complaints.push(format!("no file {file}"));
            }
        }
        for theme in words(code, "themes/") {
            if !files().contains(&format!("style/{theme}")) {
                complaints.push(format!("no {theme}"));
            }
        }
        complaints
    }

    fn html(&self, code: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        for tag in code.split("<ae-login").skip(1) {
            let (tag, _) = tag.split_once('>').expect("the end of a tag");
            let found = attributes(tag);
            let (ours, others): (Vec<_>, Vec<_>) = found
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .partition(|(name, _)| self.attributes.contains(name));
            for (name, _) in others {
                if !["id", "class", "lang", "dir"].contains(&name) {
                    complaints.push(format!("no attribute {name}"));
                }
            }
            // An example may leave the required ones out.
            let has = |name: &str| ours.iter().any(|(found, _)| *found == name);
            let required = [("base-url", "https://engine.example"), ("brand", "DocDemo")];
            let missing: Vec<_> = required
                .into_iter()
                .filter(|(name, _)| !has(name))
                .collect();
            let all = [ours, missing].concat();
            complaints.extend(product::read_attributes(&all).err().unwrap_or_default());
        }
        complaints
    }

    fn script(&self, code: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut check = |what: &str, name: &str, is_known: bool| {
            if !is_known {
                complaints.push(format!("no {what} {name}"));
            }
        };
        for text in code.split('"').skip(1).step_by(2) {
            let is_name = text
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter == '-');
            if is_name && text.starts_with("ae-") {
                check(
                    "event",
                    text,
                    self.events.contains(text) || text == "ae-login",
                );
            }
        }
        for name in members_of(code, "login") {
            check("member", name, self.has_member(name));
        }
        for name in members_of(code, "session") {
            let is_field = read("src/element/ae-login.d.ts").contains(&format!("readonly {name}:"));
            check("member", name, self.has_member(name) || is_field);
        }
        for name in members_of(code, "detail") {
            check("field", name, self.detail_fields.contains(name));
        }
        for name in members_of(code, "error") {
            check("field of AeError", name, ERROR_FIELDS.contains(&name));
        }
        for name in keys_behind(code, "createSession(") {
            check("option", name, self.session_options.contains(name));
        }
        for name in keys_behind(code, ".messages = ") {
            check("text", name, self.texts.contains(name));
        }
        for line in code.lines().filter(|line| line.contains("ae-login.js")) {
            if let Some((_, imported)) = line.split_once("import {") {
                let (imported, _) = imported.split_once('}').expect("the end of an import");
                for name in imported.split(',').map(str::trim) {
                    check("export", name, ["createSession", "version"].contains(&name));
                }
            }
        }
        complaints
    }

    fn has_member(&self, name: &str) -> bool {
        self.members.contains(name) || STANDARD.contains(&name)
    }

    fn style(&self, code: &str) -> Vec<String> {
        let mut complaints = Vec::new();
        for name in words(code, "--ae-") {
            if !self.custom_properties.contains(name) {
                complaints.push(format!("no custom property {name}"));
            }
        }
        for start in ["[part~=\"", "::part("] {
            for name in words(code, start) {
                let name = &name[start.len()..];
                if !self.parts.contains(name) {
                    complaints.push(format!("no part {name}"));
                }
            }
        }
        for selector in code.split("ae-login[").skip(1) {
            let (selector, _) = selector.split_once(']').expect("the end of a selector");
            let (name, value) = selector.split_once('=').unwrap_or((selector, ""));
            let is_known = self.state_attributes.contains(name) || self.attributes.contains(name);
            if !is_known {
                complaints.push(format!("no attribute {name}"));
            }
            if name == "step" && !self.steps.contains(value.trim_matches('"')) {
                complaints.push(format!("no step {value}"));
            }
        }
        complaints
    }
}

/// The words of a text that begin with `start`: letters, digits, hyphens, underscores and dots.
fn words<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(start).map(move |(at, _)| {
        let rest = &text[at + start.len()..];
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        &text[at..at + start.len() + length]
    })
}

/// The attributes of a tag, with their values.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = tag.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', '\n', '=']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix("=\"") {
            Some(behind) => {
                let (value, behind) = behind.split_once('"').expect("the end of a value");
                rest = behind;
                value.to_owned()
            }
            None => String::new(),
        };
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

/// The names behind `object.`.
fn members_of<'a>(code: &'a str, object: &str) -> Vec<&'a str> {
    let start = format!("{object}.");
    let members = code.match_indices(&start).filter_map(|(at, _)| {
        let before = code[..at].chars().next_back();
        let is_whole = before.is_none_or(|letter| !letter.is_ascii_alphanumeric() && letter != '-');
        let rest = &code[at + start.len()..];
        let length = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        // In a text, a full stop ends a sentence or begins the ending of a file.
        let is_text = code[..at].matches('"').count() % 2 == 1;
        (is_whole && !is_text && length > 0).then(|| &rest[..length])
    });
    members.collect()
}

/// The keys of the object literal behind `start`, one level deep.
fn keys_behind<'a>(code: &'a str, start: &str) -> Vec<&'a str> {
    let objects = code.split(start).skip(1);
    let objects = objects.filter_map(|rest| rest.trim_start().strip_prefix('{'));
    let entries = objects.flat_map(|rest| {
        let (body, _) = rest.split_once('}').expect("the end of an object");
        body.split([',', '\n'])
    });
    entries
        .map(|entry| entry.split(':').next().unwrap_or_default().trim())
        .filter(|key| !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric()))
        .collect()
}

#[test]
fn examples_use_public_names_only() {
    let names = Names::new();
    let mut languages = BTreeSet::new();
    let mut complaints = Vec::new();
    for document in documents() {
        for block in document.code_blocks() {
            for complaint in names.complaints(&block) {
                complaints.push(format!("{}:{}: {complaint}", document.path, block.line));
            }
            languages.insert(block.language);
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    for language in ["html", "js", "css", "rust", "sh"] {
        assert!(languages.contains(language), "{language}");
    }
}

/// Custom properties, events and headers that stand in sentences.
#[test]
fn names_in_sentences_exist() {
    let names = Names::new();
    let source: String = files()
        .iter()
        .filter(|file| file.starts_with("src/login/"))
        .map(|file| read(file))
        .collect();
    let emulator = read("emulator/README.md");
    let tools = ["ae-login", "ae-engine", "ae-e2e", "ae-test-support"];
    let mut complaints = Vec::new();
    for document in documents() {
        for (line, span) in document.code_spans() {
            let is_name = span
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter));
            let is_known = match span {
                _ if !is_name => true,
                "--ae-" => true,
                _ if span.starts_with("--ae-") => names.custom_properties.contains(span),
                _ if span.starts_with("ae-") => {
                    names.events.contains(span) || tools.contains(&span)
                }
                _ if span.starts_with("cap_") => source.contains(&format!("\"{span}\"")),
                _ => true,
            };
            if !is_known {
                complaints.push(format!("{}:{line}: {span}", document.path));
            }
        }
        for block in document.code_blocks() {
            let commands = block
                .code
                .lines()
                .filter(|line| line.contains("ae-engine "));
            for flag in commands.flat_map(|line| words(line, " --")) {
                let flag = flag.trim();
                if flag != "--" && !emulator.contains(&format!("`{flag}")) {
                    complaints.push(format!("{}:{}: {flag}", document.path, block.line));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn private_names_in_examples_are_found() {
    let complaints = |language: &str, code: &str| {
        let block = CodeBlock {
            line: 1,
            language: language.to_owned(),
            code: code.to_owned(),
        };
        Names::new().complaints(&block).join("; ")
    };
    let none = "";
    for (language, code, expected) in [
        (
            "html",
            r#"<ae-login storage="tab" dialog></ae-login>"#,
            none,
        ),
        (
            "html",
            "<ae-login colour></ae-login>",
            "no attribute colour",
        ),
        (
            "html",
            r#"<ae-login storage="cloud"></ae-login>"#,
            r#"storage: found "cloud", legal is `tab`, `memory` or `device`"#,
        ),
        (
            "html",
            r#"<script src="/ae-login.mjs">"#,
            "no file ae-login.mjs",
        ),
        (
            "js",
            r#"login.addEventListener("ae-done")"#,
            "no event ae-done",
        ),
        (
            "js",
            "await login.getToken(); login.token()",
            "no member token",
        ),
        ("js", "detail.session.userId; detail.user", "no field user"),
        (
            "js",
            "createSession({ baseUrl: 1, url: 2 })",
            "no option url",
        ),
        (
            "js",
            r#"login.messages = { onward: "x" }"#,
            "no text onward",
        ),
        (
            "css",
            "ae-login { --ae-colour: red }",
            "no custom property --ae-colour",
        ),
        ("css", "ae-login::part(button) {}", "no part button"),
        (
            "css",
            r#"ae-login[step="start"] [part~="submit"] {}"#,
            r#"no step "start""#,
        ),
    ] {
        assert_eq!(complaints(language, code), expected, "{code}");
    }
}

/// Each Rust example is a file that is compiled with these tests. The emulator's are compiled with its documentation.
#[test]
fn rust_examples_are_compiled() {
    let is_ours = |document: &Document| document.path != "emulator/README.md";
    let examples = documents()
        .into_iter()
        .filter(is_ours)
        .flat_map(|document| {
            let blocks = document.code_blocks().into_iter();
            let blocks = blocks.filter(|block| block.language.starts_with("rust"));
            blocks.map(|block| block.code).collect::<Vec<_>>()
        });
    let compiled = read("tests/contract/examples/leptos_account.rs");
    let (_, compiled) = compiled.split_once("\n\n").expect("a comment first");
    assert_eq!(examples.collect::<Vec<_>>(), [compiled]);
}

#[test]
fn leptos_example_renders_the_element_with_its_attributes() {
    let html = leptos::prelude::Owner::new().with(|| leptos_account::Account().to_html());
    assert!(
        html.contains(r#"<ae-login base-url="https://eu.api.capillarytech.com" brand="DocDemo""#),
        "{html}"
    );
    assert!(html.contains(r#"identifiers="mobile email""#), "{html}");
}
