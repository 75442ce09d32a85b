//! The markup of the first screen, which the loader draws before the wasm is there: `src/element/first-screen.json`.
//!
//! The file is made of what `ui` renders for every combination of the attributes that change the first screen. A file that differs
//! fails its test, which writes the fresh file and says how to copy it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use ae_login::login::config::Config;
use ae_login::login::text::{Text, Texts};
use ae_login::login::time::Now;
use ae_login::login::view::View;
use ae_login::login::{HostId, Input, Login};
use ae_login::ui::{first_screen_key, to_html};
use ae_test_support::TestPage;
use scraper::{ElementRef, Html, Node};
use serde_json::{Map, Value, json};

use crate::documents::{command_to_update, read};

const FILE: &str = "src/element/first-screen.json";

/// The number of the form in rendered ids. It appears nowhere else.
const FORM_NUMBER: u32 = 987_654;

/// All values of the attribute `identifiers`, each word once.
const IDENTIFIERS: [&str; 4] = ["email", "external-id", "mobile", "username"];
/// All values of the attribute `first-factor`; empty for an absent attribute.
const FIRST_FACTORS: [&str; 4] = ["", "otp", "password", "auto"];
/// All values of the attribute `remember`.
const REMEMBER: [&str; 3] = ["", "off", "ask"];

/// The texts that the loader uses. It has the first ones in each language, which are 45 bytes for each language in the download. It waits
/// for the language file for the others.
const TEXTS: [Text; 11] = [
    Text::IdentifyTitle,
    Text::Continue,
    Text::LabelMobile,
    Text::LabelEmail,
    Text::LabelEither,
    Text::LabelUsername,
    Text::LabelExternalId,
    Text::LabelAny,
    Text::LabelCountry,
    Text::Remember,
    Text::Network,
];

/// How many of these texts the loader has in each language. In English it has all.
const IN_EVERY_LANGUAGE: usize = 5;

/// The settings of a first screen.
#[derive(Clone)]
struct Settings {
    /// Sorted, with one space between two.
    identifiers: String,
    first_factor: &'static str,
    remember: &'static str,
}

/// Every combination of the attributes.
fn all_settings() -> Vec<Settings> {
    let mut all = Vec::new();
    for subset in 1_u8..16 {
        let chosen = IDENTIFIERS.iter().enumerate();
        let chosen = chosen.filter(|(bit, _)| subset & (1 << bit) != 0);
        let identifiers: Vec<_> = chosen.map(|(_, kind)| *kind).collect();
        for first_factor in FIRST_FACTORS {
            for remember in REMEMBER {
                all.push(Settings {
                    identifiers: identifiers.join(" "),
                    first_factor,
                    remember,
                });
            }
        }
    }
    all
}

impl Settings {
    /// The first screen with these settings.
    fn view(&self) -> View {
        let attribute = |name: &str| {
            let value = match name {
                "base-url" => "https://engine.example",
                "brand" => "DocDemo",
                "identifiers" => &self.identifiers,
                "first-factor" => self.first_factor,
                "remember" => self.remember,
                _ => "",
            };
            Some(value.to_owned()).filter(|value| !value.is_empty())
        };
        let config = Config::parse(attribute).expect("legal attributes");
        let now = Now::new(0, 1_760_000_000_000);
        let mut login = Login::new(config.settings, 7);
        login.handle(now, Input::Attach(HostId(1), Some(config.form), None));
        login.view(now, HostId(1)).expect("a form")
    }

    /// The name of the label's text.
    fn label(&self) -> String {
        self.view().fields[0].label.key()
    }

    /// The key of the screen.
    fn key(&self) -> String {
        first_screen_key(&self.view()).expect("a first screen")
    }
}

/// Renders a view with `{name}` in place of each text, the language, the direction and the number of the form.
fn render(view: &View) -> String {
    // `ui` looks for braces in texts, so the names have other brackets while it renders.
    let names = Text::ALL
        .iter()
        .map(|text| format!("\u{e000}{}\u{e001}", text.key()));
    let lines: Vec<_> = std::iter::once("\u{e000}lang\u{e001} \u{e000}dir\u{e001}".to_owned())
        .chain(names)
        .collect();
    let html = to_html(view, &Texts::new(lines.join("\n")), FORM_NUMBER, false);
    let html = html.replace(&FORM_NUMBER.to_string(), "{number}");
    html.replace('\u{e000}', "{").replace('\u{e001}', "}")
}

/// The nodes of HTML: a string for a text, null for a comment, and an array with the name, the attributes and the children of an
/// element.
fn nodes(html: &str) -> Vec<Value> {
    let parsed = Html::parse_fragment(html);
    let root = parsed.root_element();
    root.children().map(tree).collect()
}

/// A node of a parsed document.
type NodeRef<'a> = <ElementRef<'a> as Deref>::Target;

fn tree(node: NodeRef<'_>) -> Value {
    match node.value() {
        // Leptos renders an empty text as one space. In the page it is empty, so that `:empty` matches in the style sheet.
        Node::Text(text) if &*text.text == " " => Value::from(""),
        Node::Text(text) => Value::from(&*text.text),
        Node::Comment(_) => Value::Null,
        Node::Element(element) => {
            let attributes: BTreeMap<_, _> = element.attrs().collect();
            let mut array = vec![json!(element.name()), json!(attributes)];
            array.extend(node.children().map(tree));
            Value::Array(array)
        }
        other => panic!("an unexpected node: {other:?}"),
    }
}

/// Replaces the first descendant for which `is_part` is true by `hole`, and returns it.
fn take(node: &mut Value, is_part: &dyn Fn(&Value) -> bool, hole: &Value) -> Option<Value> {
    if is_part(node) {
        return Some(std::mem::replace(node, hole.clone()));
    }
    let children = node.as_array_mut()?.iter_mut();
    children
        .skip(2)
        .find_map(|child| take(child, is_part, hole))
}

fn is_hint(node: &Value) -> bool {
    is_part("hint")(node)
}

fn is_part(name: &str) -> impl Fn(&Value) -> bool {
    move |node| node[1]["part"] == name
}

/// A screen as the loader puts it together: the frame with the field and the choice to stay signed in.
struct Parts {
    frame: Value,
    field: Value,
    remember: Value,
}

fn parts(view: &View) -> Parts {
    let mut frame = Value::Array(nodes(&render(view)));
    // The frame is the list of the two roots, with the two places that an element has for its name and its attributes.
    let list = frame.as_array_mut().expect("a list");
    list.splice(0..0, [json!("fragment"), json!({})]);
    let mut field = take(&mut frame, &is_part("field"), &json!(["field"])).expect("a field");
    // Fields with the same key have different labels and hints.
    let label = &mut field[2][2];
    assert!(
        label
            .as_str()
            .is_some_and(|text| text.starts_with("{label")),
        "{label}"
    );
    *label = json!("{label}");
    let hint = take(&mut field, &is_hint, &Value::Null).expect("a hint");
    let children = field.as_array_mut().expect("an element");
    let at = children.len() - 2;
    assert_eq!(children[at], Value::Null);
    children[at] = json!(["p", hint[1], ""]);
    let remember = if view.remember.is_some() {
        take(&mut frame, &is_part("remember"), &json!(["remember"])).expect("a choice")
    } else {
        // The place of an absent choice is the comment behind the comment that ends the list of fields.
        let form = frame[3].as_array_mut().expect("a form");
        let at = form.iter().position(|node| *node == json!(["field"]));
        let place = &mut form[at.expect("a field") + 2];
        assert_eq!(*place, Value::Null);
        std::mem::replace(place, json!(["remember"]))
    };
    Parts {
        frame,
        field,
        remember,
    }
}

/// The key without what the loader adds itself.
fn field_key(key: &str) -> &str {
    key.strip_suffix(" remember").unwrap_or(key)
}

/// The form of a customer who has signed in by code.
fn held() -> Value {
    let mut page = TestPage::new();
    page.sign_in();
    let view = page.view();
    let identity = &view.lead.as_ref().expect("a lead").identity;
    let html = render(&view).replace(identity, "{identity}");
    nodes(&html).pop().expect("a form")
}

/// The form that offers the identifier of an earlier login, with the choice to stay signed in.
fn offer() -> Value {
    let attributes = [("remember-identifier", ""), ("remember", "ask")];
    let mut page = TestPage::with(&attributes, |_| {});
    page.sign_in();
    page.unload();
    page.stored.session = None;
    page.load();
    let view = page.view();
    let identity = &view.lead.as_ref().expect("a lead").identity;
    let html = render(&view).replace(identity, "{identity}");
    let mut form = nodes(&html).pop().expect("a form");
    take(&mut form, &is_part("remember"), &json!(["remember"])).expect("a choice");
    form
}

/// The place of a text in the language files.
fn line(text: Text) -> Option<usize> {
    Text::ALL.iter().position(|other| *other == text)
}

/// The content of the file.
fn data() -> Value {
    let mut keys = BTreeMap::new();
    let mut fields = BTreeMap::new();
    for settings in all_settings() {
        let key = settings.key();
        let field = field_key(&key).to_owned();
        let entry = keys.entry(settings.identifiers.clone());
        let screen: &mut Vec<String> = entry.or_insert_with(|| vec![settings.label()]);
        if !screen.contains(&field) {
            screen.push(field.clone());
        }
        fields.insert(field, parts(&settings.view()).field);
    }
    let any = |remember| Settings {
        identifiers: "mobile".to_owned(),
        first_factor: "",
        remember,
    };
    json!({
        "screens": keys,
        "fields": fields,
        "frame": parts(&any("").view()).frame,
        "remember": parts(&any("ask").view()).remember,
        "held": held(),
        "offer": offer(),
        "texts": TEXTS.map(Text::key),
        "lines": TEXTS.map(line),
        "inEveryLanguage": IN_EVERY_LANGUAGE,
    })
}

#[test]
fn markup_of_the_first_screen_is_current() {
    let content = serde_json::to_string_pretty(&data()).expect("plain data") + "\n";
    if let Some(command) = command_to_update(FILE, &content) {
        panic!("{FILE} is not what `ui` renders; this accepts it: {command}");
    }
}

/// The loader finds a screen by the attribute `identifiers`. Its list has the label, the key of the field for logins by code, and the key
/// for other logins, if that is another one.
#[test]
fn attributes_lead_to_the_key_of_their_screen() {
    let data = data();
    for settings in all_settings() {
        let screen = data["screens"][&settings.identifiers]
            .as_array()
            .expect("keys");
        let is_otp = matches!(settings.first_factor, "" | "otp");
        let field = if is_otp { screen.get(1) } else { screen.last() };
        let remember = if settings.remember == "ask" {
            " remember"
        } else {
            ""
        };
        let field = field.and_then(Value::as_str).expect("a key");
        assert_eq!(format!("{field}{remember}"), settings.key());
        assert_eq!(screen[0], settings.label());
        assert!(screen.len() <= 3, "{screen:?}");
    }
}

/// Puts a field and a choice into the frame, as the loader does.
fn fill(node: &Value, field: &Value, remember: &Value) -> Value {
    match node {
        Value::Array(list) if *list == ["field"] => field.clone(),
        Value::Array(list) if *list == ["remember"] => remember.clone(),
        Value::Array(list) => list
            .iter()
            .map(|node| fill(node, field, remember))
            .collect(),
        other => other.clone(),
    }
}

#[test]
fn parts_make_up_every_screen() {
    let data = data();
    for settings in all_settings() {
        let key = settings.key();
        let field = &data["fields"][field_key(&key)];
        let null = Value::Null;
        let remember = if key.ends_with(" remember") {
            &data["remember"]
        } else {
            &null
        };
        let made = fill(&data["frame"], field, remember).to_string();
        let label = format!("{{{}}}", settings.label());
        let made = made.replace("{label}", &label);
        let rendered = nodes(&render(&settings.view()));
        let mut rendered = vec![json!("fragment"), json!({})]
            .into_iter()
            .chain(rendered)
            .collect::<Value>()
            .to_string();
        // The hint comes with the language file.
        if let Some((before, hint)) = rendered.split_once("{hint") {
            let (_, after) = hint.split_once('}').expect("a name ends");
            rendered = [before, after].concat();
        }
        assert_eq!(made, rendered, "{key}");
    }
}

#[test]
fn loader_has_the_title_the_label_and_the_button_of_every_screen() {
    let known: BTreeSet<_> = TEXTS.map(Text::key).into_iter().collect();
    for settings in all_settings() {
        let html = render(&settings.view());
        let named = |before: &str| {
            let (_, rest) = html.split_once(before).expect(before);
            let (_, rest) = rest.split_once('>').expect("a tag ends");
            rest.split_once('}')
                .expect("a text")
                .0
                .trim_start_matches('{')
                .to_owned()
        };
        for element in [
            "<h2",
            "<label part=\"label\"",
            "<span part=\"submit-label\"",
        ] {
            assert!(known.contains(&named(element)), "{element} in {html}");
        }
    }
}

#[test]
fn markup_contains_no_script_and_no_style() {
    fn check(node: &Value) {
        let Some(list) = node.as_array().filter(|list| list.len() > 1) else {
            return;
        };
        assert!(list[0] != "script" && list[0] != "style", "{node}");
        let without = Map::new();
        for name in list[1].as_object().unwrap_or(&without).keys() {
            assert!(name != "style" && !name.starts_with("on"), "{name}");
        }
        list.iter().skip(2).for_each(check);
    }
    let data: Value = serde_json::from_str(&read(FILE)).expect("JSON");
    check(&data["frame"]);
    check(&data["remember"]);
    data["fields"]
        .as_object()
        .expect("fields")
        .values()
        .for_each(check);
}
