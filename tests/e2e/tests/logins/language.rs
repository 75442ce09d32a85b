//! In the customer's language, or in the shop's own words.

use std::path::Path;

use ae_e2e::{Bench, Page, Shop};
use serde_json::{Map, Value, json};

use crate::passwords::a_customer_with_a_password;
use crate::sign_in::{SENT, TYPED};

/// The languages, as their files are called.
fn languages() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/texts");
    let files = std::fs::read_dir(folder).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let name = |file: &Path| file.file_stem().expect("a name").to_string_lossy().into();
    let mut names: Vec<String> = files.map(|file| name(&file)).collect();
    names.sort();
    names
}

/// Everything that is said in a language, by name.
fn texts(language: &str) -> Map<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src/texts");
    let text = std::fs::read_to_string(folder.join(format!("{language}.json"))).expect("a file");
    serde_json::from_str(&text).expect("an object")
}

pub(crate) fn said(language: &str, name: &str) -> String {
    texts(language)[name].as_str().expect("a text").to_owned()
}

/// A shop with the element inside of one in a language.
fn in_a_page_in(language: &str) -> Shop {
    Shop::new().of(&format!(
        r#"<div lang="{language}"><ae-login base-url="{{{{engine}}}}" brand="DocDemo"></ae-login></div>"#
    ))
}

/// Waits until the form speaks a language, in a direction.
async fn speaks(page: &Page, language: &str, direction: &str) {
    let script = "const [form] = inside(null, 'form'); \
         return form?.lang === arguments[0] && getComputedStyle(form).direction === arguments[1]";
    let what = format!("a form in {language}, {direction}");
    page.waits(&what, script, json!([language, direction]))
        .await;
}

async fn set(page: &Page, name: &str, value: Option<&str>) {
    let script = "const it = widget(null), [name, value] = arguments; \
         value === null ? it.removeAttribute(name) : it.setAttribute(name, value)";
    page.asks(script, json!([name, value])).await;
}

fn asked_for_words(page: &Page) -> Vec<String> {
    let mut asked = page.requests();
    asked.retain(|request| request.contains(".json"));
    asked
}

pub(crate) async fn form_uses_the_language_of_the_page(bench: &Bench) {
    let page = bench.opens(in_a_page_in("pt-PT")).await;
    page.is_at("identify").await;
    // The Portuguese there is; and the form began in it.
    speaks(&page, "pt-BR", "ltr").await;
    page.sees(&said("pt-BR", "identifyTitle")).await;
    page.types(&said("pt-BR", "labelMobile"), TYPED).await;
    page.presses(&said("pt-BR", "continue")).await;
    page.is_at("code").await;
    let lead = said("pt-BR", "codeLead").replace("{}", &format!("+{SENT}"));
    page.sees(&lead).await;
    page.types(&said("pt-BR", "labelCode"), "000000").await;
    page.presses(&said("pt-BR", "signIn")).await;
    page.sees(&said("pt-BR", "codeWrong")).await;
    page.hears_error("rejected", Some(1506)).await;
    page.types(
        &said("pt-BR", "labelCode"),
        &bench.engine.code_sent_to(SENT),
    )
    .await;
    page.presses(&said("pt-BR", "signIn")).await;
    page.is_at("signed-in").await;
    page.sees(&said("pt-BR", "signedInTitle")).await;
    assert_eq!(asked_for_words(&page), ["GET /ae-login.pt-BR.json"]);
}

pub(crate) async fn language_can_change_at_any_step(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.is_at("identify").await;
    speaks(&page, "en", "ltr").await;
    assert_eq!(asked_for_words(&page), [""; 0]);
    page.types("Mobile number", TYPED).await;

    page.asks("document.documentElement.lang = 'ar-EG'", json!([]))
        .await;
    speaks(&page, "ar", "rtl").await;
    page.sees(&said("ar", "identifyTitle")).await;
    page.holds(&said("ar", "labelMobile"), TYPED).await;

    // The element's own word counts for more than the page's.
    set(&page, "locale", Some("zh-TW")).await;
    speaks(&page, "zh-Hant", "ltr").await;
    page.presses(&said("zh-Hant", "continue")).await;
    page.is_at("code").await;
    let title = said("zh-Hant", "codeTitle");
    page.sees(&title).await;

    page.types(&said("zh-Hant", "labelCode"), "12").await;
    set(&page, "locale", None).await;
    speaks(&page, "ar", "rtl").await;
    page.no_longer_sees(&title).await;
    page.holds(&said("ar", "labelCode"), "12").await;
    page.asks(
        "document.documentElement.removeAttribute('lang')",
        json!([]),
    )
    .await;
    // The browser's own.
    speaks(&page, "en", "ltr").await;
    assert_eq!(page.count("ae-step").await, 1, "a language is no step");
}

pub(crate) async fn unsupported_language_falls_back_to_english_and_keeps_its_direction(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"locale="fa""#)).await;
    page.is_at("identify").await;
    speaks(&page, "en", "rtl").await;
    page.sees("Mobile number").await;
    set(&page, "locale", Some("sv")).await;
    speaks(&page, "en", "ltr").await;
    assert_eq!(asked_for_words(&page), [""; 0]);
}

pub(crate) async fn missing_language_file_falls_back_to_english(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"locale="ur""#).without_words())
        .await;
    page.excuses("ae-login.ur.json");
    page.excuses("says it in English instead of ur");
    // The list of countries lies with the words.
    page.excuses("goes on without the list of countries");
    page.is_at("identify").await;
    speaks(&page, "en", "rtl").await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
}

pub(crate) async fn language_file_of_another_release_is_ignored(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"locale="de""#).with_other_words())
        .await;
    page.excuses("says it in English instead of de");
    page.excuses("goes on without the list of countries");
    page.is_at("identify").await;
    speaks(&page, "en", "ltr").await;
    page.sees("Sign in").await;
    assert!(!page.text().await.contains("Other words"));
}

pub(crate) async fn messages_property_replaces_texts(bench: &Bench) {
    // Set before the element is there, as a framework may do it.
    let early = r#"<script type="module" src="/early.js"></script>"#;
    let page = bench.opens(Shop::new().with_ahead(early)).await;
    page.is_at("identify").await;
    page.sees("Welcome to the garden").await;
    page.sees("Mobile number").await;

    let own = json!({ "continue": "Go  on\nthen", "codeLead": "Look at {} now", "nonsense": "?" });
    page.excuses("messages has no nonsense");
    page.asks("widget(null).messages = arguments[0]", json!([own]))
        .await;
    page.sees("Go on then").await;
    page.no_longer_sees("Welcome to the garden").await;
    set(&page, "locale", Some("de")).await;
    speaks(&page, "de", "ltr").await;
    page.sees(&said("de", "identifyTitle")).await;
    page.types(&said("de", "labelMobile"), TYPED).await;
    page.presses("Go on then").await;
    page.is_at("code").await;
    page.sees(&format!("Look at +{SENT} now")).await;
    let kept = page
        .asks("return widget(null).messages.nonsense", json!([]))
        .await;
    assert_eq!(kept, "?");
}

pub(crate) async fn invalid_locale_is_a_configuration_error(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"locale="Deutsch!""#)).await;
    page.excuses("locale: found \"Deutsch!\", legal is a language tag");
    page.hears_error("configuration", None).await;
    set(&page, "locale", Some("en-GB")).await;
    page.is_at("identify").await;
}

/// A language that nobody speaks: every text in brackets, and longer than in English.
fn nobodys() -> Value {
    let widen = |(name, text): (String, Value)| {
        let text = text.as_str().expect("a text");
        let longer = "é".repeat(text.chars().count() * 2 / 5);
        (name, Value::from(format!("⟦{text} {longer}⟧")))
    };
    Value::Object(texts("en").into_iter().map(widen).collect())
}

/// Everything that can be read or heard in the form was said by the language, and all of it is seen.
async fn is_translated_and_whole(page: &Page) {
    let script = "
        const [form] = inside(null, 'form');
        const own = (text) => /^[\\s\\d:+.@]*$/.test(text) || text.includes('⟦') || text.includes('⟧');
        // The browser's words are in the language of the form; there is none for this one.
        const others = '[part~=identity], [part~=dial-code], option';
        const texts = document.createTreeWalker(form, NodeFilter.SHOW_TEXT);
        const found = [];
        while (texts.nextNode()) {
          const { data, parentElement } = texts.currentNode;
          if (!own(data) && !parentElement.matches(others)) found.push(data);
        }
        for (const it of form.querySelectorAll('*')) {
          for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description'])
            if (it.hasAttribute(name) && !own(it.getAttribute(name))) found.push(`${name}: ${it.getAttribute(name)}`);
          if (isSeen(it) && !it.matches('input, [part~=status]') && getComputedStyle(it).display !== 'inline' && it.scrollWidth > it.clientWidth + 1)
            found.push(`cut: ${it.outerHTML}`);
        }
        return found";
    let found = page.asks(script, json!([])).await;
    assert_eq!(found, json!([]));
}

pub(crate) async fn every_visible_text_is_translatable(bench: &Bench) {
    a_customer_with_a_password(bench);
    let shop = Shop::new().with(
        r#"identifiers="mobile email" first-factor="auto" fallback-channels="SMS WHATSAPP ZALO" remember="ask""#,
    );
    let page = bench.opens(shop).await;
    page.is_at("identify").await;
    page.asks(
        "widget(null).messages = arguments[0]; widget(null).style.setProperty('--ae-max-width', '280px')",
        json!([nobodys()]),
    )
    .await;
    let button = |name: &str| nobodys()[name].as_str().expect("a text").to_owned();
    page.sees("⟦").await;
    is_translated_and_whole(&page).await;
    page.presses(&button("continue")).await;
    page.sees(&button("identifierEmpty")).await;
    is_translated_and_whole(&page).await;
    page.types(&button("labelEither"), TYPED).await;
    page.presses(&button("continue")).await;
    page.is_at("password").await;
    is_translated_and_whole(&page).await;
    page.types(&button("labelPassword"), "wrong").await;
    page.presses(&button("signIn")).await;
    page.sees(&button("passwordWrong")).await;
    page.hears_error("rejected", Some(1528)).await;
    is_translated_and_whole(&page).await;
    page.presses(&button("forgot")).await;
    page.is_at("forgot-password").await;
    is_translated_and_whole(&page).await;
    page.presses(&button("back")).await;
    page.is_at("password").await;
    page.presses(&button("useCode")).await;
    page.is_at("code").await;
    is_translated_and_whole(&page).await;
    page.presses(&button("signIn")).await;
    page.sees(&button("codeUnreadable")).await;
    is_translated_and_whole(&page).await;
    page.types(&button("labelCode"), &bench.engine.code_sent_to(SENT))
        .await;
    page.presses(&button("signIn")).await;
    page.is_at("signed-in").await;
    is_translated_and_whole(&page).await;
}

pub(crate) async fn every_language_fits_a_280_px_form(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"identifiers="mobile email" fallback-channels="WHATSAPP""#))
        .await;
    page.is_at("identify").await;
    page.asks(
        "widget(null).style.setProperty('--ae-max-width', '280px')",
        json!([]),
    )
    .await;
    fits(&page, "identifyTitle").await;
    page.types(&said("en", "labelEither"), TYPED).await;
    page.presses(&said("en", "continue")).await;
    page.is_at("code").await;
    fits(&page, "codeTitle").await;
}

/// The screen of this title in every language, with nothing that sticks out; it ends in English.
async fn fits(page: &Page, title: &str) {
    let cut = "return inside(null, 'form, form *').filter((it) => isSeen(it) && !it.matches('input, [part~=status]') \
         && getComputedStyle(it).display !== 'inline' && it.scrollWidth > it.clientWidth + 1).map((it) => it.outerHTML)";
    for language in languages().iter().map(String::as_str).chain(["en"]) {
        let is_from_the_right = matches!(language, "ar" | "he" | "ur");
        set(page, "locale", Some(language)).await;
        speaks(
            page,
            language,
            if is_from_the_right { "rtl" } else { "ltr" },
        )
        .await;
        page.sees(&said(language, title)).await;
        assert_eq!(page.asks(cut, json!([])).await, json!([]), "{language}");
    }
}
