//! The texts of all languages (`src/texts`): complete, translated, in the right script and direction, and not too long.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ae_login::login::text::Text;
use serde_json::{Map, Value};

/// The languages, and Unicode blocks. Each text of a language has at least one character of its blocks.
const LANGUAGES: [(&str, &[(char, char)]); 71] = [
    ("af", LATIN),
    ("ar", ARABIC),
    ("az", LATIN),
    ("bg", CYRILLIC),
    ("bn", &[('\u{980}', '\u{9ff}')]),
    ("bs", LATIN),
    ("ca", LATIN),
    ("cs", LATIN),
    ("da", LATIN),
    ("de", LATIN),
    ("el", &[('\u{370}', '\u{3ff}')]),
    ("en", LATIN),
    ("es", LATIN),
    ("et", LATIN),
    ("eu", LATIN),
    ("fa", ARABIC),
    ("fi", LATIN),
    ("fil", LATIN),
    ("fr", LATIN),
    ("ga", LATIN),
    ("gl", LATIN),
    ("gu", &[('\u{a80}', '\u{aff}')]),
    ("he", &[('\u{590}', '\u{5ff}')]),
    ("hi", DEVANAGARI),
    ("hr", LATIN),
    ("hu", LATIN),
    ("hy", &[('\u{530}', '\u{58f}')]),
    ("id", LATIN),
    ("is", LATIN),
    ("it", LATIN),
    ("ja", &[('\u{3040}', '\u{30ff}'), ('\u{4e00}', '\u{9fff}')]),
    ("ka", &[('\u{10a0}', '\u{10ff}')]),
    ("kk", CYRILLIC),
    ("km", &[('\u{1780}', '\u{17ff}')]),
    ("kn", &[('\u{c80}', '\u{cff}')]),
    ("ko", &[('\u{ac00}', '\u{d7af}')]),
    ("lo", &[('\u{e80}', '\u{eff}')]),
    ("lt", LATIN),
    ("lv", LATIN),
    ("mk", CYRILLIC),
    ("ml", &[('\u{d00}', '\u{d7f}')]),
    ("mn", CYRILLIC),
    ("mr", DEVANAGARI),
    ("ms", LATIN),
    ("my", &[('\u{1000}', '\u{109f}')]),
    ("nb", LATIN),
    ("ne", DEVANAGARI),
    ("nl", LATIN),
    ("pa", &[('\u{a00}', '\u{a7f}')]),
    ("pl", LATIN),
    ("pt-BR", LATIN),
    ("pt-PT", LATIN),
    ("ro", LATIN),
    ("ru", CYRILLIC),
    ("si", &[('\u{d80}', '\u{dff}')]),
    ("sk", LATIN),
    ("sl", LATIN),
    ("sq", LATIN),
    ("sr-Latn", LATIN),
    ("sv", LATIN),
    ("sw", LATIN),
    ("ta", &[('\u{b80}', '\u{bff}')]),
    ("te", &[('\u{c00}', '\u{c7f}')]),
    ("th", &[('\u{e00}', '\u{e7f}')]),
    ("tr", LATIN),
    ("uk", CYRILLIC),
    ("ur", ARABIC),
    ("uz", LATIN),
    ("vi", LATIN),
    ("zh-Hans", HAN),
    ("zh-Hant", HAN),
];
const LATIN: &[(char, char)] = &[('A', 'z')];
const ARABIC: &[(char, char)] = &[('\u{600}', '\u{6ff}')];
const CYRILLIC: &[(char, char)] = &[('\u{400}', '\u{4ff}')];
const DEVANAGARI: &[(char, char)] = &[('\u{900}', '\u{97f}')];
const HAN: &[(char, char)] = &[('\u{4e00}', '\u{9fff}')];

/// The languages that are written from right to left.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

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
            language == "en" || !has_words(text) || translation != text.english(),
            "{language}: {translation}"
        );
    });
}

#[test]
fn every_text_is_written_in_the_script_of_its_language() {
    let letters = BTreeMap::from(LANGUAGES);
    for_each_text(|language, text, translation| {
        let fits = |c| {
            letters[language]
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&c))
        };
        assert!(
            translation.chars().any(fits) == has_words(text),
            "{language}: {translation}"
        );
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
        let ends = |translation: &str| translation.ends_with(['.', '。', '।', '۔', '։', '။', '។']);
        let may_do_without = language == "th";
        assert!(
            may_do_without || ends(text.english()) == ends(translation),
            "{language}: {translation}"
        );
    });
}

/// Whether a text has words of its own. A text that is only its placeholder is the same in every language.
fn has_words(text: Text) -> bool {
    text.english() != "{}"
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
