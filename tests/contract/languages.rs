//! Every language says everything, and nothing of it is left in English or pointing the wrong way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use ae_login::login::text::Text;
use serde_json::{Map, Value};

/// The languages that there are, and a letter range of which each text of theirs has at least one (Unicode blocks).
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

/// Those that are written from right to left.
const RIGHT_TO_LEFT: [&str; 4] = ["ar", "fa", "he", "ur"];

/// Begins and ends what keeps a direction of its own, left to right.
const ISOLATE: char = '\u{2066}';
const POP: char = '\u{2069}';

#[test]
fn the_folder_holds_these_languages_and_no_other() {
    let found: BTreeSet<String> = fs::read_dir(folder())
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name())
        .map(|name| name.to_string_lossy().replace(".json", ""))
        .collect();
    let wanted = LANGUAGES.map(|(language, _)| language.to_owned());
    assert_eq!(found, BTreeSet::from(wanted));
}

#[test]
fn the_english_file_says_what_the_code_says() {
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
            "{language}: another order, or more than that"
        );
    }
}

#[test]
fn a_text_says_what_it_is_about_as_often_as_the_english_one() {
    each(|language, text, said| {
        let count = |said: &str| said.matches("{}").count();
        assert_eq!(count(said), count(text.english()), "{language}: {said}");
        let braces = said.matches(['{', '}']).count();
        assert_eq!(braces, 2 * count(said), "{language}: {said}");
    });
}

#[test]
fn nothing_is_left_in_english() {
    each(|language, text, said| {
        assert!(
            language == "en" || !has_words(text) || said != text.english(),
            "{language}: {said}"
        );
    });
}

#[test]
fn every_text_is_written_in_the_letters_of_its_language() {
    let letters = BTreeMap::from(LANGUAGES);
    each(|language, text, said| {
        let fits = |c| {
            letters[language]
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&c))
        };
        assert!(
            said.chars().any(fits) == has_words(text),
            "{language}: {said}"
        );
    });
}

#[test]
fn a_text_is_one_trimmed_line_without_markup() {
    each(|language, _, said| {
        assert_eq!(said, said.trim(), "{language}");
        assert!(
            !said.is_empty() && !said.contains(['\n', '<', '>', '&']),
            "{language}: {said}"
        );
        assert!(!said.contains("  "), "{language}: {said}");
    });
}

#[test]
fn examples_are_the_same_in_every_language() {
    // Whole words: "Zaloguj" is Polish for "sign in" and does not mean Zalo.
    let count = |said: &str, example: &str| {
        let ends = said
            .match_indices(example)
            .map(|(at, _)| at + example.len());
        ends.filter(|end| !said[*end..].starts_with(|c: char| c.is_ascii_alphabetic()))
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
    each(|language, text, said| {
        for example in examples {
            assert_eq!(
                count(text.english(), example),
                count(said, example),
                "{language}: {example} in: {said}"
            );
        }
    });
}

#[test]
fn numbers_and_addresses_keep_their_direction_among_words_from_right_to_left() {
    each(|language, _, said| {
        let is_isolated = |example: &str| said.contains(&format!("{ISOLATE}{example}{POP}"));
        for example in ["+91 99999 22332", "+91", "name@example.com"] {
            let is_whole = said.contains(example) && (example != "+91" || !said.contains("+91 9"));
            assert!(
                !(RIGHT_TO_LEFT.contains(&language) && is_whole) || is_isolated(example),
                "{language}: {said}"
            );
        }
        let (begun, ended) = (said.matches(ISOLATE).count(), said.matches(POP).count());
        assert_eq!(begun, ended, "{language}: {said}");
        assert!(
            RIGHT_TO_LEFT.contains(&language) || begun == 0,
            "{language}: {said}"
        );
    });
}

#[test]
fn no_text_is_so_long_that_a_phone_cannot_show_it() {
    each(|language, text, said| {
        let most = 2 * text.english().chars().count() + 12;
        assert!(said.chars().count() <= most, "{language}: {said}");
    });
}

#[test]
fn the_end_of_a_sentence_is_the_end_of_one_in_every_language() {
    each(|language, text, said| {
        let ends = |said: &str| said.ends_with(['.', '。', '।', '۔', '։', '။', '។']);
        let may_do_without = language == "th";
        assert!(
            may_do_without || ends(text.english()) == ends(said),
            "{language}: {said}"
        );
    });
}

/// Whether a text has words of its own. A text that is only its placeholder is the same in every language.
fn has_words(text: Text) -> bool {
    text.english() != "{}"
}

/// Looks at every text of every language.
fn each(look: impl Fn(&str, Text, &str)) {
    for (language, texts) in texts() {
        for (text, (_, said)) in Text::ALL.iter().zip(&texts) {
            look(language, *text, said);
        }
    }
}

/// What each language's file says, in its order.
fn texts() -> Vec<(&'static str, Vec<(String, String)>)> {
    let read = |(language, _): (&'static str, _)| {
        let path = folder().join(format!("{language}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{language}: {error}"));
        let texts: Map<String, Value> = serde_json::from_str(&text).expect("an object");
        let said = |value: Value| value.as_str().expect("a text").to_owned();
        let texts = texts.into_iter().map(|(key, value)| (key, said(value)));
        (language, texts.collect())
    };
    LANGUAGES.into_iter().map(read).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/texts")
}
