//! The kinds of piece that screens are made of; none of them knows a login.

use std::borrow::Cow;

use super::node::{Piece, Tag, Words};
use crate::login::decimal::decimal;
use crate::login::text::{Text, Texts};
use crate::login::view::{Action, Asked, Button, Country, Field, Lead, Notice};

/// What a text says, if there is one.
pub(super) fn words(texts: &Texts, text: impl Into<Option<Text>>) -> Words {
    text.into().map(|text| texts.say(text))
}

/// An id that no other form of the page has.
pub(super) fn id(number: u32, rest: &str) -> String {
    ["ae-login-", &decimal(number.into()), "-", rest].concat()
}

/// A heading, which takes the focus where there is nothing to fill in, and names a dialog.
pub(super) fn title(texts: &Texts, text: Text, number: u32) -> Tag {
    let mut tag = Tag::new("h2", "title");
    tag.set("tabindex", "-1")
        .put("id", Some(Cow::Owned(id(number, "title"))))
        .say(words(texts, text));
    tag
}

/// The button that closes a dialog; whoever holds the dialog hears it.
pub(super) fn close(texts: &Texts) -> Tag {
    let mut tag = Tag::new("button", "close");
    tag.set("type", "button")
        .put("aria-label", words(texts, Text::Close));
    tag
}

/// A sentence with the customer's identifier in it, which is isolated so that a number keeps its direction in any text.
pub(super) fn lead(texts: &Texts, lead: &Lead) -> Tag {
    let mut identity = Tag::new("bdi", "identity");
    identity.say(Some(Cow::Owned(lead.identity.clone())));
    let mut tag = Tag::new("p", "lead");
    around(&mut tag, texts, lead.text, identity);
    tag.say(Some(" ".into()));
    tag
}

/// Says a text around what it is about; behind it, where the text is about nothing.
fn around(tag: &mut Tag, texts: &Texts, text: Text, about: Tag) {
    let whole = texts.say(text);
    let (before, after) = parts(&whole);
    let gap = if before.len() == whole.len() { " " } else { "" };
    tag.say(Some(Cow::Owned([before, gap].concat())))
        .add(about)
        .say(Some(Cow::Owned(after.to_owned())));
}

/// A text on both sides of what it is about.
fn parts(whole: &str) -> (&str, &str) {
    let (before, after) = whole.split_once('{').unwrap_or((whole, ""));
    (before, after.trim_start_matches('}'))
}

/// Says which language what is in an element is in.
pub(super) fn speaks<'a>(tag: &'a mut Tag, texts: &Texts) -> &'a mut Tag {
    let (lang, dir) = texts.language();
    tag.put("lang", Some(Cow::Owned(lang.to_owned())))
        .put("dir", Some(Cow::Owned(dir.to_owned())))
}

/// What a screen reader is told in passing.
pub(super) fn status(texts: &Texts, said: Option<Text>) -> Piece {
    let mut tag = Tag::new("p", "status");
    speaks(&mut tag, texts)
        .set("role", "status")
        .say(words(texts, said));
    Piece::Tag(tag)
}

/// A message about the whole form. The element is always there: a live region must exist before it speaks (ARIA19).
pub(super) fn notice(texts: &Texts, notice: Option<&Notice>) -> Tag {
    let tone = notice.map(|notice| Cow::Borrowed(notice.tone()));
    let text = notice.map(|notice| {
        let detail = notice.detail.as_deref().unwrap_or_default();
        Cow::Owned([&texts.say(notice.text), " ", detail].concat())
    });
    let mut tag = Tag::new("p", "notice");
    tag.set("role", "alert").put("data-tone", tone).say(text);
    tag
}

/// That time is short, with the button for more. A live region as well, but one that interrupts nobody (ARIA22).
pub(super) fn time_left(texts: &Texts, is_short: bool, busy: bool) -> Tag {
    let mut tag = Tag::new("div", "notice time-left");
    tag.set("role", "status");
    if is_short {
        let more = Button {
            action: Action::MoreTime,
            label: Text::MoreTime,
            wait: None,
        };
        around(&mut tag, texts, Text::TimeShort, action(texts, &more, busy));
    }
    tag
}

/// Whose password is asked for: not seen and not typed, but there for whoever keeps passwords under it.
pub(super) fn username(name: &str) -> Tag {
    let mut input = Tag::new("input", "username");
    input
        .set("name", "username")
        .set("autocomplete", "username")
        .set("type", "text")
        .set("readonly", "")
        .set("hidden", "")
        .put("value", Some(Cow::Owned(name.to_owned())));
    input
}

/// A labelled input with its hint and its error, which it names as its description.
pub(super) fn field(texts: &Texts, field: &Field, number: u32, at: usize) -> Tag {
    let asked = field.asked;
    // A keyboard is only asked for where the type of the input does not bring the right one.
    let (kind, mode, part) = match asked {
        Asked::Mobile => ("tel", None, "input identifier-input"),
        Asked::Email | Asked::Any => ("text", Some("email"), "input identifier-input"),
        Asked::Username | Asked::ExternalId => ("text", None, "input identifier-input"),
        Asked::Code => ("text", Some("numeric"), "input code-input"),
        Asked::Password => ("password", None, "input password-input"),
        Asked::NewPassword => ("password", None, "input new-password-input"),
        Asked::ConfirmPassword => ("password", None, "input confirm-password-input"),
    };
    let kind = if field.is_revealed && asked.is_password() {
        "text"
    } else {
        kind
    };
    let id = |suffix| Some(Cow::Owned(id(number, &(decimal(at as u64) + suffix))));
    let invalid = field.error.map(|_| Cow::Borrowed("true"));
    let described = id(if field.error.is_some() {
        "-error"
    } else {
        "-hint"
    });
    let policy = field
        .policy
        .as_deref()
        .map(|policy| Cow::Owned(policy.to_owned()));
    let error = match (field.error, &field.policy) {
        // What is asked of a password stands behind what is wrong with it: the hint is not seen then.
        (Some(error), Some(policy)) => Some(Cow::Owned([&texts.say(error), " ", policy].concat())),
        (error, _) => error.map(|error| {
            let whole = texts.say(error);
            let (before, after) = parts(&whole);
            Cow::Owned([before, &field.about, after].concat())
        }),
    };

    let mut label = Tag::new("label", "label");
    label.put("for", id("")).say(words(texts, field.label));
    let mut input = Tag::new("input", part);
    input
        .put("id", id(""))
        // The field's purpose in the words of HTML's autofill; the name is the same word.
        .set("name", field.autofill)
        .set("autocomplete", field.autofill)
        .set("type", kind)
        .put("inputmode", mode.map(Cow::Borrowed))
        .set("autocapitalize", "none")
        .set("autocorrect", "off")
        .set("spellcheck", "false")
        .set("enterkeyhint", "go")
        .set("required", "")
        .put("value", Some(Cow::Owned(field.value.clone())))
        .put("aria-invalid", invalid)
        .put("aria-describedby", described);
    let mut hint = Tag::new("p", "hint");
    hint.put("id", id("-hint"))
        .say(policy.or_else(|| words(texts, field.hint)));
    let mut wrong = Tag::new("p", "error");
    wrong
        .put("id", id("-error"))
        .set("role", "alert")
        .say(error);

    let mut tag = Tag::new("div", "field");
    tag.add(label);
    if let Some(country) = &field.country {
        let (list, code) = countries(texts, country);
        tag.add(list).add(code);
    }
    tag.add(input);
    if let Some(button) = &field.reveal {
        // Its words change with what it does next. It is not `aria-pressed` as well: "Hide, pressed" would say the opposite.
        let name = if field.is_revealed {
            Text::ConcealPassword
        } else {
            Text::RevealPassword
        };
        let mut reveal = action(texts, button, false);
        reveal.put("aria-label", words(texts, name));
        tag.add(reveal);
    }
    tag.add(hint).add(wrong);
    tag
}

/// The list of countries, which the browser's own words fill, and what is seen of it while it is closed.
fn countries(texts: &Texts, country: &Country) -> (Tag, Tag) {
    let hidden = |is_hidden: bool| is_hidden.then_some(Cow::Borrowed(""));
    let mut list = Tag::new("select", "country");
    list.set("autocomplete", "tel-country-code")
        .put("aria-label", words(texts, Text::LabelCountry))
        .put("hidden", hidden(!country.is_shown || !country.has_choice));
    let shown = if country.has_choice { 0 } else { 3 };
    let shown = country.name.get(shown..).unwrap_or_default();
    let mut code = Tag::new("span", "dial-code");
    // The list says the same to who does not see it.
    code.put(
        "aria-hidden",
        country.has_choice.then_some(Cow::Borrowed("true")),
    )
    .put("hidden", hidden(!country.is_shown))
    .say(Some(Cow::Owned(shown.to_owned())));
    (list, code)
}

/// The choice to stay signed in on this device.
pub(super) fn remember(texts: &Texts, is_ticked: bool) -> Tag {
    let mut input = Tag::new("input", "remember-input");
    input
        .set("type", "checkbox")
        .set("data-action", Action::Remember.word())
        .put("checked", is_ticked.then_some(Cow::Borrowed("")));
    let mut tag = Tag::new("label", "remember");
    tag.add(input).say(words(texts, Text::Remember));
    tag
}

/// The form's own button.
pub(super) fn submit(texts: &Texts, button: &Button, busy: bool) -> Tag {
    let mut label = Tag::new("span", "submit-label");
    around(&mut label, texts, button.label, countdown(button.wait));
    let mut spinner = Tag::new("span", "spinner");
    spinner.set("aria-hidden", "true");
    let mut tag = Tag::new("button", "submit");
    tag.set("type", "submit")
        .put("aria-disabled", disabled(busy || button.wait.is_some()))
        .add(label)
        .add(spinner);
    tag
}

/// Any other button.
pub(super) fn action(texts: &Texts, button: &Button, busy: bool) -> Tag {
    let waits = button.wait.is_some() || (busy && button.action.asks());
    let mut tag = Tag::new("button", button.action.part());
    tag.set("type", "button")
        .set("data-action", button.action.word())
        .put("aria-disabled", disabled(waits));
    around(&mut tag, texts, button.label, countdown(button.wait));
    tag
}

/// A button that waits stays focusable, so that the focus has somewhere to be.
fn disabled(waits: bool) -> Words {
    waits.then_some(Cow::Borrowed("true"))
}

/// Minutes and seconds; empty without any. Only seen: a name that changes every second would be
/// read out every second, and when it is over the status says so.
fn countdown(wait: Option<u64>) -> Tag {
    let text = wait.map(|seconds| {
        let rest = seconds % 60;
        let zero = if rest < 10 { "0" } else { "" };
        Cow::Owned([&decimal(seconds / 60), ":", zero, &decimal(rest)].concat())
    });
    let mut tag = Tag::new("span", "countdown");
    tag.set("aria-hidden", "true").say(text);
    tag
}
