//! Reads what sources declare: the members and types in `ae-login.d.ts`, the properties and methods of the Leptos component.

use std::fmt::Write as _;

use crate::documents::read;

/// A public member of the element.
pub(crate) struct Member {
    pub(crate) name: String,
    /// As declared.
    pub(crate) declaration: String,
    pub(crate) meaning: String,
    /// Whether a session without a form has it too.
    pub(crate) is_on_sessions: bool,
}

impl Member {
    pub(crate) fn is_method(&self) -> bool {
        self.declaration.contains("): ")
    }
}

/// The members in `ae-login.d.ts`, each with the comment above it.
pub(crate) fn members() -> Vec<Member> {
    let types = read("src/element/ae-login.d.ts");
    let of = |interface: &str, is_on_sessions| {
        let (_, body) = types.split_once(interface).expect(interface);
        let (body, _) = body.split_once("\n}").expect("the end of an interface");
        declarations(body)
            .into_iter()
            .filter(|(declaration, _)| !declaration.starts_with("addEventListener"))
            .map(move |(declaration, meaning)| Member {
                name: declaration
                    .trim_start_matches("readonly ")
                    .split(['(', ':', '?', '<'])
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                declaration,
                meaning,
                is_on_sessions,
            })
            .collect::<Vec<_>>()
    };
    let mut members = of("interface AeSessionMembers {\n", true);
    members.extend(of(
        "interface AeLoginElement extends HTMLElement, AeSessionMembers, AeLoginReflected {\n",
        false,
    ));
    members
}

/// The declarations in the body of an interface, each on one line, with the comment above it.
fn declarations(body: &str) -> Vec<(String, String)> {
    let mut declarations = Vec::new();
    let mut comment = String::new();
    let mut declaration = String::new();
    let mut is_comment = false;
    for line in body.lines().map(str::trim) {
        let begins = line.starts_with("/**");
        is_comment |= begins;
        if is_comment {
            if begins {
                comment.clear();
            }
            let text = line.trim_start_matches("/**").trim_end_matches("*/");
            let text = text.trim().trim_start_matches('*').trim();
            append(&mut comment, text);
            is_comment = !line.ends_with("*/");
        } else {
            append(&mut declaration, line);
            if line.ends_with(';') {
                let text = declaration.trim_end_matches(';').to_owned();
                declarations.push((text, plain_links(&comment)));
                comment.clear();
                declaration.clear();
            }
        }
    }
    declarations
}

/// Appends words behind a space.
fn append(text: &mut String, words: &str) {
    if !text.is_empty() && !words.is_empty() {
        text.push(' ');
    }
    text.push_str(words);
}

/// `{@link AeError}` as it is written in Markdown.
fn plain_links(comment: &str) -> String {
    let mut parts = comment.split("{@link ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').expect("the end of a link");
        let _ = write!(text, "`{name}`{rest}");
    }
    text
}

/// The type of a field in the detail of an event.
pub(crate) fn detail_type(event: &str, field: &str) -> String {
    let types = read("src/element/ae-login.d.ts");
    let (_, rest) = types
        .split_once(&format!("\"{event}\": CustomEvent<{{"))
        .expect(event);
    let (detail, _) = rest.split_once("}>").expect("the end of a detail");
    let fields = detail
        .split(';')
        .filter_map(|field| field.trim().split_once(": "));
    let found = fields.into_iter().find(|(name, _)| *name == field);
    found.expect(field).1.to_owned()
}

/// The fields of `AeLoginSession` with their types.
pub(crate) fn session_fields() -> Vec<(String, String)> {
    let types = read("src/element/ae-login.d.ts");
    let (_, body) = types
        .split_once("interface AeLoginSession {\n")
        .expect("a session");
    let (body, _) = body.split_once("\n}").expect("its end");
    let fields = declarations(body).into_iter();
    fields
        .map(|(field, _)| {
            let field = field.trim_start_matches("readonly ");
            let (name, kind) = field.split_once(": ").expect("a type");
            (name.to_owned(), kind.to_owned())
        })
        .collect()
}

/// The properties of the Leptos component, as name, type and comment.
pub(crate) fn component_properties() -> Vec<[String; 3]> {
    let source = read("src/component/mod.rs");
    let (_, list) = source
        .split_once("pub fn AeLogin(\n")
        .expect("the component");
    let (list, _) = list.split_once("\n) -> ").expect("its end");
    let mut properties = Vec::new();
    let mut comment = FirstParagraph::default();
    for line in list.lines().map(str::trim) {
        if !comment.take(line) && !line.starts_with("#[") {
            let (name, kind) = line.trim_end_matches(',').split_once(": ").expect(line);
            let text = rustdoc_links(&comment.text);
            properties.push([name.to_owned(), kind.to_owned(), text]);
            comment = FirstParagraph::default();
        }
    }
    properties
}

/// The methods of the handle of the Leptos component, as declaration and comment.
pub(crate) fn handle_methods() -> Vec<[String; 2]> {
    let source = read("src/component/handle.rs");
    let (_, source) = source
        .split_once("impl AeLoginHandle {\n")
        .expect("the methods");
    let mut methods = Vec::new();
    let mut comment = FirstParagraph::default();
    for line in source.lines().map(str::trim) {
        if comment.take(line) {
            continue;
        }
        if let Some(rest) = line.strip_prefix("pub ")
            && rest.contains("fn ")
        {
            let declaration = rest.trim_end_matches(['{', '}']).trim();
            // A parameter that is not used begins with an underscore.
            let declaration = declaration.replace(", _", ", ");
            methods.push([declaration, rustdoc_links(&comment.text)]);
        }
        // Attributes stand between a comment and its method, an empty line behind the method.
        if line.is_empty() {
            comment = FirstParagraph::default();
        }
    }
    methods
}

/// The first paragraph of a doc comment. What follows, such as an example, is not for a table.
#[derive(Default)]
struct FirstParagraph {
    text: String,
    is_complete: bool,
}

impl FirstParagraph {
    /// Takes a line, if it is one of a doc comment.
    fn take(&mut self, line: &str) -> bool {
        let Some(text) = line.strip_prefix("///") else {
            return false;
        };
        self.is_complete |= text.trim().is_empty();
        if !self.is_complete {
            append(&mut self.text, text.trim());
        }
        true
    }
}

/// Links of rustdoc (`` [`Method::Otp`] ``, with or without a target) as code.
fn rustdoc_links(comment: &str) -> String {
    let mut text = comment.replace("[`", "`").replace("`]", "`");
    while let Some((before, rest)) = text.split_once("`(crate::") {
        let (_, behind) = rest.split_once(')').expect("the end of a link");
        text = format!("{before}`{behind}");
    }
    text
}

#[test]
fn members_of_the_types_are_the_public_members_of_the_class() {
    let class = read("src/element/element.js");
    let members = members();
    assert!(members.len() >= 10);
    for member in &members {
        let name = &member.name;
        assert!(member.meaning.len() > 3, "{name} has no comment");
        let is_there = if member.is_method() {
            class.contains(&format!("\n    {name}("))
        } else {
            class.contains(&format!("\n    get {name}("))
        };
        assert!(is_there, "{name} is declared and not there");
    }
    let public = class.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let name = line
            .strip_prefix("get ")
            .unwrap_or(line)
            .split('(')
            .next()?;
        let is_member = line.ends_with(") {") && !name.contains([' ', '#', '.']);
        is_member.then_some(name)
    });
    let callbacks = ["constructor", "connectedCallback", "disconnectedCallback"];
    for name in public.filter(|name| !callbacks.contains(name)) {
        assert!(
            members.iter().any(|member| member.name == name),
            "{name} is public and not declared"
        );
    }
}

#[test]
fn properties_reflect_every_attribute() {
    let class = read("src/element/element.js");
    let (_, list) = class
        .split_once("const REFLECTED =")
        .expect("the list of attributes");
    let (list, _) = list.split_once(';').expect("its end");
    let list = list.split('"').skip(1).step_by(2).collect::<String>();
    let reflected = list.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let attributes = crate::product::attributes().into_iter();
    let expected = attributes.map(|attribute| {
        let is_boolean = attribute.values == "present or absent";
        [attribute.name, if is_boolean { "?" } else { "" }].concat()
    });
    assert_eq!(reflected, expected.collect::<Vec<_>>());
}
