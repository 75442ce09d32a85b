//! The language of the form, and texts that the shop replaces.

use std::path::Path;

use ae_e2e::{Fixture, Page, Shop, script};
use serde_json::{Map, Value, json};

use crate::passwords::add_customer_with_password;
use crate::sign_in::{SENT, TYPED};

/// The languages, by the names of their files.
fn languages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/texts");
    let files = std::fs::read_dir(folder).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let name = |file: &Path| file.file_stem().expect("a name").to_string_lossy().into();
    let mut names: Vec<String> = files.map(|file| name(&file)).collect();
    names.sort();
    names
}

/// All texts of a language, by name.
fn texts(language: &str) -> Map<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/texts");
    let text = std::fs::read_to_string(folder.join(format!("{language}.json"))).expect("a file");
    serde_json::from_str(&text).expect("an object")
}

/// A text of a language.
pub(crate) fn text_in(language: &str, name: &str) -> String {
    texts(language)[name].as_str().expect("a text").to_owned()
}

/// A shop whose widget is inside of an element with a language.
fn shop_in_language(language: &str) -> Shop {
    Shop::new().with_main(&format!(
        r#"<div lang="{language}"><ae-login base-url="{{{{engine}}}}" brand="DocDemo"></ae-login></div>"#
    ))
}

/// Waits until the form has a language and a direction.
async fn wait_for_language(page: &Page, language: &str, direction: &str) {
    let script = script!("language.js"; "return hasLanguage(...arguments)");
    let what = format!("a form in {language}, {direction}");
    page.waits_for(&what, script, json!([language, direction]))
        .await;
}

/// Sets an attribute of the widget, or removes it.
async fn set_attribute(page: &Page, name: &str, value: Option<&str>) {
    let script = script!("language.js"; "setAttributeOrRemove(...arguments)");
    page.evaluates(script, json!([name, value])).await;
}

fn language_file_requests(page: &Page) -> Vec<String> {
    let mut requests = page.requests();
    requests.retain(|request| request.contains(".json"));
    requests
}

pub(crate) async fn form_uses_the_language_of_the_page(fixture: &Fixture) {
    let page = fixture.opens(shop_in_language("pt")).await;
    page.is_at("identify").await;
    // Brazilian Portuguese is the only Portuguese. Its file is loaded before the form appears.
    wait_for_language(&page, "pt-BR", "ltr").await;
    page.sees(&text_in("pt-BR", "identifyTitle")).await;
    page.types(&text_in("pt-BR", "labelMobile"), TYPED).await;
    page.presses(&text_in("pt-BR", "continue")).await;
    page.is_at("code").await;
    let lead = text_in("pt-BR", "codeLead").replace("{}", &format!("+{SENT}"));
    page.sees(&lead).await;
    page.types(&text_in("pt-BR", "labelCode"), "000000").await;
    page.presses(&text_in("pt-BR", "signIn")).await;
    page.sees(&text_in("pt-BR", "codeWrong")).await;
    page.receives_error("rejected", Some(1506)).await;
    page.types(
        &text_in("pt-BR", "labelCode"),
        &fixture.engine.code_sent_to(SENT),
    )
    .await;
    page.presses(&text_in("pt-BR", "signIn")).await;
    page.is_at("signed-in").await;
    page.sees(&text_in("pt-BR", "signedInTitle")).await;
    assert_eq!(language_file_requests(&page), ["GET /ae-login.pt-BR.json"]);
}

pub(crate) async fn language_can_change_at_any_step(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    page.is_at("identify").await;
    wait_for_language(&page, "en", "ltr").await;
    assert_eq!(language_file_requests(&page), [""; 0]);
    page.types("Mobile number", TYPED).await;

    page.evaluates("document.documentElement.lang = 'ar-EG'", json!([]))
        .await;
    wait_for_language(&page, "ar", "rtl").await;
    page.sees(&text_in("ar", "identifyTitle")).await;
    page.has_value(&text_in("ar", "labelMobile"), TYPED).await;

    // The attribute `locale` comes before the language of the page.
    set_attribute(&page, "locale", Some("zh-TW")).await;
    wait_for_language(&page, "zh-Hant", "ltr").await;
    page.presses(&text_in("zh-Hant", "continue")).await;
    page.is_at("code").await;
    let title = text_in("zh-Hant", "codeTitle");
    page.sees(&title).await;

    page.types(&text_in("zh-Hant", "labelCode"), "12").await;
    set_attribute(&page, "locale", None).await;
    wait_for_language(&page, "ar", "rtl").await;
    page.no_longer_sees(&title).await;
    page.has_value(&text_in("ar", "labelCode"), "12").await;
    page.evaluates(
        "document.documentElement.removeAttribute('lang')",
        json!([]),
    )
    .await;
    // The language of the browser.
    wait_for_language(&page, "en", "ltr").await;
    assert_eq!(
        page.event_count("ae-step").await,
        1,
        "a change of language is not a step"
    );
}

pub(crate) async fn unsupported_language_falls_back_to_english_and_keeps_its_direction(
    fixture: &Fixture,
) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"locale="ps""#))
        .await;
    page.is_at("identify").await;
    wait_for_language(&page, "en", "rtl").await;
    page.sees("Mobile number").await;
    set_attribute(&page, "locale", Some("cy")).await;
    wait_for_language(&page, "en", "ltr").await;
    assert_eq!(language_file_requests(&page), [""; 0]);
}

pub(crate) async fn missing_language_file_falls_back_to_english(fixture: &Fixture) {
    let page = fixture
        .opens(
            Shop::new()
                .with_attributes(r#"locale="ur""#)
                .without_language_files(),
        )
        .await;
    page.allows_problem("ae-login.ur.json");
    page.allows_problem("the texts of ur could not be read");
    // The table of countries is missing as well.
    page.allows_problem("the table of countries could not be read");
    page.is_at("identify").await;
    wait_for_language(&page, "en", "rtl").await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn language_file_of_another_release_is_ignored(fixture: &Fixture) {
    let page = fixture
        .opens(
            Shop::new()
                .with_attributes(r#"locale="de""#)
                .with_language_files_of_another_release(),
        )
        .await;
    page.allows_problem("the texts of de could not be read");
    page.allows_problem("the table of countries could not be read");
    page.is_at("identify").await;
    wait_for_language(&page, "en", "ltr").await;
    page.sees("Sign in").await;
    assert!(!page.text().await.contains("Texts of another release"));
}

pub(crate) async fn messages_property_replaces_texts(fixture: &Fixture) {
    // Frameworks may set properties before the element is defined.
    let early = r#"<script type="module" src="/early_properties.js"></script>"#;
    let page = fixture.opens(Shop::new().with_early_head(early)).await;
    page.is_at("identify").await;
    page.sees("Welcome to the garden").await;
    page.sees("Mobile number").await;

    let own = json!({ "continue": "Go  on\nthen", "codeLead": "Look at {} now", "nonsense": "?" });
    page.allows_problem("unknown keys in messages: nonsense");
    page.evaluates("widget(null).messages = arguments[0]", json!([own]))
        .await;
    page.sees("Go on then").await;
    page.no_longer_sees("Welcome to the garden").await;
    set_attribute(&page, "locale", Some("de")).await;
    wait_for_language(&page, "de", "ltr").await;
    page.sees(&text_in("de", "identifyTitle")).await;
    page.types(&text_in("de", "labelMobile"), TYPED).await;
    page.presses("Go on then").await;
    page.is_at("code").await;
    page.sees(&format!("Look at +{SENT} now")).await;
    let kept = page
        .evaluates("return widget(null).messages.nonsense", json!([]))
        .await;
    assert_eq!(kept, "?");
}

pub(crate) async fn invalid_locale_is_a_configuration_error(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"locale="Deutsch!""#))
        .await;
    page.allows_problem("locale: found \"Deutsch!\", legal is a language tag");
    page.receives_error("configuration", None).await;
    set_attribute(&page, "locale", Some("en-GB")).await;
    page.is_at("identify").await;
}

/// A pseudo-translation: every text in brackets, and 40 % longer than in English.
fn pseudo_translation() -> Value {
    let widen = |(name, text): (String, Value)| {
        let text = text.as_str().expect("a text");
        let longer = "é".repeat(text.chars().count() * 2 / 5);
        (name, Value::from(format!("⟦{text} {longer}⟧")))
    };
    Value::Object(texts("en").into_iter().map(widen).collect())
}

/// Checks that all texts and names in the form come from the pseudo-translation, and that none is cut off.
async fn assert_translated_and_uncut(page: &Page) {
    for script in [
        script!("language.js"; "return untranslatedTexts()"),
        script!("language.js"; "return cutOffElements()"),
    ] {
        assert_eq!(page.evaluates(script, json!([])).await, json!([]));
    }
}

pub(crate) async fn every_visible_text_is_translatable(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let shop = Shop::new().with_attributes(
        r#"identifiers="mobile email" first-factor="auto" fallback-channels="SMS WHATSAPP ZALO" remember="ask""#,
    );
    let page = fixture.opens(shop).await;
    page.is_at("identify").await;
    page.evaluates(
        "widget(null).messages = arguments[0]; widget(null).style.setProperty('--ae-max-width', '280px')",
        json!([pseudo_translation()]),
    )
    .await;
    let button = |name: &str| {
        pseudo_translation()[name]
            .as_str()
            .expect("a text")
            .to_owned()
    };
    page.sees("⟦").await;
    assert_translated_and_uncut(&page).await;
    page.presses(&button("continue")).await;
    page.sees(&button("identifierEmpty")).await;
    assert_translated_and_uncut(&page).await;
    page.types(&button("labelEither"), TYPED).await;
    page.presses(&button("continue")).await;
    page.is_at("password").await;
    assert_translated_and_uncut(&page).await;
    page.types(&button("labelPassword"), "wrong").await;
    page.presses(&button("signIn")).await;
    page.sees(&button("passwordWrong")).await;
    page.receives_error("rejected", Some(1528)).await;
    assert_translated_and_uncut(&page).await;
    page.presses(&button("forgot")).await;
    page.is_at("forgot-password").await;
    assert_translated_and_uncut(&page).await;
    page.presses(&button("back")).await;
    page.is_at("password").await;
    page.presses(&button("useCode")).await;
    page.is_at("code").await;
    assert_translated_and_uncut(&page).await;
    page.presses(&button("signIn")).await;
    page.sees(&button("codeUnreadable")).await;
    assert_translated_and_uncut(&page).await;
    page.types(&button("labelCode"), &fixture.engine.code_sent_to(SENT))
        .await;
    page.presses(&button("signIn")).await;
    page.is_at("signed-in").await;
    assert_translated_and_uncut(&page).await;
}

pub(crate) async fn every_language_fits_a_280_px_form(fixture: &Fixture) {
    let page = fixture
        .opens(
            Shop::new()
                .with_attributes(r#"identifiers="mobile email" fallback-channels="WHATSAPP""#),
        )
        .await;
    page.is_at("identify").await;
    page.evaluates(
        "widget(null).style.setProperty('--ae-max-width', '280px')",
        json!([]),
    )
    .await;
    assert_fits_in_every_language(&page, "identifyTitle").await;
    page.types(&text_in("en", "labelEither"), TYPED).await;
    page.presses(&text_in("en", "continue")).await;
    page.is_at("code").await;
    assert_fits_in_every_language(&page, "codeTitle").await;
}

/// Shows the screen with this title in every language and checks that nothing is cut off. The last language is English.
async fn assert_fits_in_every_language(page: &Page, title: &str) {
    let cut_off = script!("language.js"; "return cutOffElements()");
    for language in languages().iter().map(String::as_str).chain(["en"]) {
        let is_right_to_left = matches!(language, "ar" | "fa" | "he" | "ur");
        set_attribute(page, "locale", Some(language)).await;
        wait_for_language(page, language, if is_right_to_left { "rtl" } else { "ltr" }).await;
        page.sees(&text_in(language, title)).await;
        assert_eq!(
            page.evaluates(cut_off, json!([])).await,
            json!([]),
            "{language}"
        );
    }
}
