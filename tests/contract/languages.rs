//! The texts of all languages (`src/texts`): complete, translated, in the right script and direction, and not too long.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ae_login::login::text::Text;
use serde_json::{Map, Value};

/// The languages, and Unicode blocks. Each text of a language has at least one character of its blocks.
const LANGUAGES: [(&str, &[(char, char)]); 27] = [
    ("ar", ARABIC),
    ("bn", &[('\u{980}', '\u{9ff}')]),
    ("de", LATIN),
    ("en", LATIN),
    ("es", LATIN),
    ("fil", LATIN),
    ("fr", LATIN),
    ("he", &[('\u{590}', '\u{5ff}')]),
    ("hi", DEVANAGARI),
    ("id", LATIN),
    ("it", LATIN),
    ("ja", &[('\u{3040}', '\u{30ff}'), ('\u{4e00}', '\u{9fff}')]),
    ("ko", &[('\u{ac00}', '\u{d7af}')]),
    ("mr", DEVANAGARI),
    ("ms", LATIN),
    ("nl", LATIN),
    ("pl", LATIN),
    ("pt-BR", LATIN),
    ("ru", &[('\u{400}', '\u{4ff}')]),
    ("ta", &[('\u{b80}', '\u{bff}')]),
    ("te", &[('\u{c00}', '\u{c7f}')]),
    ("th", &[('\u{e00}', '\u{e7f}')]),
    ("tr", LATIN),
    ("ur", ARABIC),
    ("vi", LATIN),
    ("zh-Hans", HAN),
    ("zh-Hant", HAN),
];
const LATIN: &[(char, char)] = &[('A', 'z')];
const ARABIC: &[(char, char)] = &[('\u{600}', '\u{6ff}')];
const DEVANAGARI: &[(char, char)] = &[('\u{900}', '\u{97f}')];
const HAN: &[(char, char)] = &[('\u{4e00}', '\u{9fff}')];

/// The languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 3] = ["ar", "he", "ur"];

/// LEFT-TO-RIGHT ISOLATE: starts a run from left to right.
const ISOLATE: char = '\u{2066}';
/// POP DIRECTIONAL ISOLATE: ends the run.
const POP: char = '\u{2069}';

#[test]
fn texts_folder_has_one_file_for_each_language() {
    let found: BTreeSet<String> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name())
        .map(|name| name.to_string_lossy().replace(".json", ""))
        .collect();
    let wanted = LANGUAGES.map(|(language, _)| language.to_owned());
    assert_eq!(found, BTreeSet::from(wanted));
}

#[test]
fn english_file_equals_the_texts_in_the_code() {
    let english = Text::ALL
        .iter()
        .map(|text| (text.key(), Value::from(text.english())));
    let english = Value::Object(english.collect::<Map<_, _>>());
    let text = format!("{english:#}\n");
    let path = folder().join("en.json");
    if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("en.json");
        fs::write(&new, &text).expect("a folder for such files");
        panic!(
            "src/texts/en.json is out of date; copy {} over it",
            new.display()
        );
    }
}

#[test]
fn every_language_has_every_text_in_the_same_order() {
    let keys: Vec<String> = Text::ALL.iter().map(|text| text.key()).collect();
    for (language, texts) in texts() {
        let found: Vec<&String> = texts.iter().map(|(key, _)| key).collect();
        let missing: Vec<_> = keys.iter().filter(|key| !found.contains(key)).collect();
        assert!(missing.is_empty(), "{language} lacks {missing:?}");
        assert!(
            found.iter().copied().eq(&keys),
            "{language}: another order, or more texts"
        );
    }
}

#[test]
fn texts_have_as_many_placeholders_as_in_english() {
    for_each_text(|language, text, translation| {
        let count = |translation: &str| translation.matches("{}").count();
        assert_eq!(
            count(translation),
            count(text.english()),
            "{language}: {translation}"
        );
        let braces = translation.matches(['{', '}']).count();
        assert_eq!(braces, 2 * count(translation), "{language}: {translation}");
    });
}

#[test]
fn every_text_is_translated() {
    for_each_text(|language, text, translation| {
        assert!(
            language == "en" || translation != text.english(),
            "{language}: {translation}"
        );
    });
}

#[test]
fn every_text_is_written_in_the_script_of_its_language() {
    let letters = BTreeMap::from(LANGUAGES);
    for_each_text(|language, _, translation| {
        let fits = |c| {
            letters[language]
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&c))
        };
        assert!(translation.chars().any(fits), "{language}: {translation}");
    });
}

#[test]
fn every_text_is_one_trimmed_line_without_markup() {
    for_each_text(|language, _, translation| {
        assert_eq!(translation, translation.trim(), "{language}");
        assert!(
            !translation.is_empty() && !translation.contains(['\n', '<', '>', '&']),
            "{language}: {translation}"
        );
        assert!(!translation.contains("  "), "{language}: {translation}");
    });
}

#[test]
fn examples_are_the_same_in_every_language() {
    // Only whole words count: "Zaloguj" is Polish for "sign in" and does not name Zalo.
    let count = |translation: &str, example: &str| {
        let ends = translation
            .match_indices(example)
            .map(|(at, _)| at + example.len());
        ends.filter(|end| !translation[*end..].starts_with(|c: char| c.is_ascii_alphabetic()))
            .count()
    };
    let examples = [
        "+91 99999 22332",
        "+91",
        "name@example.com",
        "SMS",
        "WhatsApp",
        "Zalo",
    ];
    for_each_text(|language, text, translation| {
        for example in examples {
            assert_eq!(
                count(text.english(), example),
                count(translation, example),
                "{language}: {example} in: {translation}"
            );
        }
    });
}

#[test]
fn examples_in_right_to_left_texts_are_isolated() {
    for_each_text(|language, _, translation| {
        let is_isolated = |example: &str| translation.contains(&format!("{ISOLATE}{example}{POP}"));
        for example in ["+91 99999 22332", "+91", "name@example.com"] {
            let is_whole = translation.contains(example)
                && (example != "+91" || !translation.contains("+91 9"));
            assert!(
                !(RIGHT_TO_LEFT.contains(&language) && is_whole) || is_isolated(example),
                "{language}: {translation}"
            );
        }
        let (begun, ended) = (
            translation.matches(ISOLATE).count(),
            translation.matches(POP).count(),
        );
        assert_eq!(begun, ended, "{language}: {translation}");
        assert!(
            RIGHT_TO_LEFT.contains(&language) || begun == 0,
            "{language}: {translation}"
        );
    });
}

#[test]
fn texts_are_at_most_about_twice_as_long_as_in_english() {
    for_each_text(|language, text, translation| {
        let most = 2 * text.english().chars().count() + 12;
        assert!(
            translation.chars().count() <= most,
            "{language}: {translation}"
        );
    });
}

#[test]
fn texts_end_with_a_full_stop_where_the_english_text_does() {
    for_each_text(|language, text, translation| {
        let ends = |translation: &str| translation.ends_with(['.', '。', '।', '۔']);
        let may_do_without = language == "th";
        assert!(
            may_do_without || ends(text.english()) == ends(translation),
            "{language}: {translation}"
        );
    });
}

/// Checks every text of every language.
fn for_each_text(check: impl Fn(&str, Text, &str)) {
    for (language, texts) in texts() {
        for (text, (_, translation)) in Text::ALL.iter().zip(&texts) {
            check(language, *text, translation);
        }
    }
}

/// The keys and texts of each language, in the order of its file.
fn texts() -> Vec<(&'static str, Vec<(String, String)>)> {
    let read = |(language, _): (&'static str, _)| {
        let path = folder().join(format!("{language}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{language}: {error}"));
        let texts: Map<String, Value> = serde_json::from_str(&text).expect("an object");
        let string = |value: Value| value.as_str().expect("a text").to_owned();
        let texts = texts.into_iter().map(|(key, value)| (key, string(value)));
        (language, texts.collect())
    };
    LANGUAGES.into_iter().map(read).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/texts")
}
