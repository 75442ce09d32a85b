//! Mobile numbers: the list of countries, typed, pasted and autofilled numbers, and their format.

use ae_e2e::{Fixture, Page, Shop, script};
use ae_engine::Endpoint;
use serde_json::json;

use crate::language::text_in;
use crate::sign_in::{SENT, TYPED};

const NUMBER: &str = "Mobile number";
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const BACKSPACE: &str = "\u{e003}";

/// Waits until a country is selected and the closed list shows a text.
pub(crate) async fn country_is(page: &Page, code: &str, shown: &str) {
    let script = script!("phone_numbers.js"; "return showsCountry(...arguments)");
    let what = format!("{shown} in the list of countries");
    page.waits_for(&what, script, json!([code, shown])).await;
}

/// The names of the countries in the list.
async fn countries(page: &Page) -> Vec<String> {
    let script = "return [...findAll(null, '[part~=country]')[0].options].map((it) => it.text)";
    serde_json::from_value(page.evaluates(script, json!([])).await).expect("names")
}

/// Submits the form. Returns the number that the engine has received.
async fn submitted_number(fixture: &Fixture, page: &Page) -> String {
    page.presses("Continue").await;
    page.is_at("code").await;
    fixture
        .engine
        .field(Endpoint::TokenGenerate, "identifierValue")
}

/// Waits until the caret is at an offset.
async fn wait_for_caret_at(page: &Page, at: usize) {
    let what = format!("the caret at {at}");
    let script = "return focused().selectionStart === arguments[0] && focused().selectionEnd === arguments[0]";
    page.waits_for(&what, script, json!([at])).await;
}

pub(crate) async fn country_can_be_chosen_by_keyboard(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    page.presses_keys(&format!("{TAB}{TAB}")).await;
    let focused = "return focused().matches('[part~=country]') && focused().ariaLabel === 'Country or region'";
    page.waits_for("the focus on the list", focused, json!([]))
        .await;
    // First by name, then by dial code.
    page.presses_keys("germ").await;
    country_is(&page, "DE", "DE +49").await;
    page.presses_keys("44").await;
    country_is(&page, "GB", "GB +44").await;
    page.presses_keys(TAB).await;
    page.has_focus_in(NUMBER).await;
    page.presses_keys("07400123456").await;
    page.has_value(NUMBER, "07400 123456").await;
    page.presses_keys(ENTER).await;
    page.is_at("code").await;
    page.sees("+447400123456").await;
}

pub(crate) async fn national_number_gets_the_country_code_of_the_list(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    let (_, hint) = page.description_of(NUMBER).await;
    assert_eq!(hint, "We'll add the country code for you");
    page.types(NUMBER, "099999 22332").await;
    assert_eq!(submitted_number(fixture, &page).await, SENT);
    // When the customer returns to the number, the list has its country code.
    page.presses("Use a different number or email").await;
    page.has_value(NUMBER, "99999 22332").await;
    country_is(&page, "IN", "IN +91").await;
}

pub(crate) async fn list_starts_with_the_country_of_the_browser_language(fixture: &Fixture) {
    let page = fixture.opens(Shop::new()).await;
    let is_there =
        "return findAll(null, '[part~=country]')[0]?.options.length > 200 && navigator.language";
    let what = "the list of countries";
    let language = page.waits_for(what, is_there, json!([])).await;
    let script = script!("phone_numbers.js"; "return likelyRegion(arguments[0])");
    let expected = page.evaluates(script, json!([language])).await;
    let selected = "return findAll(null, '[part~=country]')[0].value";
    assert_eq!(
        page.evaluates(selected, json!([])).await,
        expected,
        "{language}"
    );
}

pub(crate) async fn countries_attribute_limits_the_list(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"countries="IN AE""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    assert_eq!(
        countries(&page).await,
        ["India (\u{200e}+91)", "United Arab Emirates (\u{200e}+971)"]
    );
    page.types(NUMBER, "+44 7400 123456").await;
    page.presses("Continue").await;
    page.sees("You can't use numbers from United Kingdom here.")
        .await;
    page.types(NUMBER, "+971 50 123 4567").await;
    country_is(&page, "AE", "AE +971").await;
    assert_eq!(submitted_number(fixture, &page).await, "971501234567");
}

pub(crate) async fn single_country_shows_no_list(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"countries="IN""#))
        .await;
    page.sees("+91").await;
    let count = "return findAll(null, '[part~=country]').length";
    assert_eq!(page.evaluates(count, json!([])).await, 0);
    page.types(NUMBER, "9999922332").await;
    page.has_value(NUMBER, "99999 22332").await;
    assert_eq!(submitted_number(fixture, &page).await, SENT);
}

pub(crate) async fn typed_country_code_selects_the_country(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    page.types(NUMBER, "+14162345678").await;
    country_is(&page, "CA", "CA +1").await;
    page.has_value(NUMBER, "+1 416 234 5678").await;
    // Selecting a country replaces the typed country code.
    let script = script!("phone_numbers.js"; "selectCountry('US')");
    page.evaluates(script, json!([])).await;
    page.has_value(NUMBER, "416 234 5678").await;
    page.types(NUMBER, "0044 7400 123456").await;
    country_is(&page, "GB", "GB +44").await;
    assert_eq!(submitted_number(fixture, &page).await, "447400123456");
}

pub(crate) async fn pasted_number_is_normalized(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="GB""#))
        .await;
    country_is(&page, "GB", "GB +44").await;
    for pasted in [
        "+91 91 99999 22332",
        "0091 (0) 99999-22332",
        "+91+919999922332",
        "\u{202a}+٩١ ٩٩٩٩٩ ٢٢٣٣٢\u{202c}",
    ] {
        page.pastes(NUMBER, pasted).await;
        country_is(&page, "IN", "IN +91").await;
    }
    assert_eq!(submitted_number(fixture, &page).await, SENT);
}

pub(crate) async fn autofilled_number_is_normalized(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    let autofill = script!("phone_numbers.js"; "autofill(...arguments)");
    for (filled, shown) in [
        ("+919999922332", TYPED),
        ("9999922332", "99999 22332"),
        ("919999922332", "91 99999 22332"),
        ("91919999922332", "9191 99999 22332"),
    ] {
        page.evaluates(autofill, json!([NUMBER, ""])).await;
        page.evaluates(autofill, json!([NUMBER, filled])).await;
        page.has_value(NUMBER, shown).await;
        country_is(&page, "IN", "IN +91").await;
    }
    // Autofill does not move the focus.
    let nowhere = "return focused() === document.body";
    assert_eq!(page.evaluates(nowhere, json!([])).await, json!(true));
    assert_eq!(submitted_number(fixture, &page).await, SENT);
}

pub(crate) async fn number_of_wrong_length_is_reported_with_its_country(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    page.types(NUMBER, "99999 2233").await;
    page.presses("Continue").await;
    page.has_focus_in(NUMBER).await;
    let description = page.description_of(NUMBER).await;
    let short = "That number is too short for India. Check it and try again.";
    assert_eq!(description, (true, short.to_owned()));
    // The message changes with the language.
    page.evaluates("widget(null).setAttribute('locale', 'de')", json!([]))
        .await;
    page.sees("Diese Nummer ist zu kurz (Land: Indien)").await;
    page.evaluates("widget(null).setAttribute('locale', 'en')", json!([]))
        .await;
    page.sees(short).await;
    page.types(NUMBER, "+49 151 234567890").await;
    page.presses("Continue").await;
    page.sees("That number is too long for Germany.").await;
    assert_eq!(fixture.engine.calls(), [""; 0]);
}

pub(crate) async fn formatting_keeps_the_caret_at_its_digit(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    page.types(NUMBER, "999992233").await;
    page.has_value(NUMBER, "99999 2233").await;
    wait_for_caret_at(&page, 10).await;
    // A digit in the middle moves the digits after it.
    page.evaluates("focused().setSelectionRange(3, 3)", json!([]))
        .await;
    page.presses_keys("7").await;
    page.has_value(NUMBER, "99979 92233").await;
    wait_for_caret_at(&page, 4).await;
    page.presses_keys("8").await;
    page.has_value(NUMBER, "99978 992233").await;
    wait_for_caret_at(&page, 5).await;
    // Deleting does not reformat the number.
    page.presses_keys(&format!("{BACKSPACE}{BACKSPACE}")).await;
    page.has_value(NUMBER, "999 992233").await;
    wait_for_caret_at(&page, 3).await;
    // A gap can be deleted.
    page.evaluates("focused().setSelectionRange(4, 4)", json!([]))
        .await;
    page.presses_keys(BACKSPACE).await;
    page.has_value(NUMBER, "999992233").await;
    wait_for_caret_at(&page, 3).await;
}

pub(crate) async fn input_method_composition_is_not_reformatted(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    let compose = script!("phone_numbers.js"; "return compose(...arguments)");
    let composed = page
        .evaluates(compose, json!([NUMBER, "９９９９９２", true]))
        .await;
    assert_eq!(composed, "９９９９９２");
    let done = page
        .evaluates(compose, json!([NUMBER, "９９９９９２２", false]))
        .await;
    assert_eq!(done, "９９９９９ ２２");
}

pub(crate) async fn list_appears_only_while_a_number_is_typed(fixture: &Fixture) {
    let shop = Shop::new().with_attributes(r#"country="IN" identifiers="mobile email""#);
    let page = fixture.opens(shop).await;
    let either = "Mobile number or email";
    let count = "return findAll(null, '[part~=country], [part~=dial-code]').length";
    page.is_at("identify").await;
    assert_eq!(page.evaluates(count, json!([])).await, 0);
    page.types(either, "9999922332").await;
    country_is(&page, "IN", "IN +91").await;
    page.has_focus_in(either).await;
    page.has_value(either, "99999 22332").await;
    page.types(either, "99@example.org").await;
    assert_eq!(page.evaluates(count, json!([])).await, 0);
    page.has_focus_in(either).await;
    page.has_value(either, "99@example.org").await;
}

pub(crate) async fn countries_are_loaded_only_when_a_number_is_asked_for(fixture: &Fixture) {
    let country_requests = |page: &Page| {
        let requests = page.requests().into_iter();
        requests
            .filter(|request| request.contains("countries"))
            .collect::<Vec<_>>()
    };
    let page = fixture
        .opens(Shop::new().with_attributes(r#"identifiers="username""#))
        .await;
    page.types("Username", "grace").await;
    assert_eq!(country_requests(&page), [""; 0]);
    page.presses("Continue").await;
    page.sees("Where should we send the code?").await;
    page.types("Mobile number or email", "+9199").await;
    country_is(&page, "IN", "IN +91").await;
    assert_eq!(country_requests(&page), ["GET /ae-login.countries.txt"]);
}

pub(crate) async fn unknown_country_attribute_is_reported_in_the_console(fixture: &Fixture) {
    let shop = Shop::new().with_attributes(r#"country="uk" countries="IN UK AE""#);
    let page = fixture.opens(shop).await;
    page.allows_problem("ae-login: unknown country");
    let script = "return window.problems.length > 0 && window.problems";
    let problems = page
        .waits_for("a warning in the console", script, json!([]))
        .await;
    assert_eq!(
        problems,
        json!(["console.warn: ae-login: unknown country UK"])
    );
    assert_eq!(
        countries(&page).await,
        ["India (\u{200e}+91)", "United Arab Emirates (\u{200e}+971)"]
    );
}

pub(crate) async fn missing_country_file_does_not_block_the_login(fixture: &Fixture) {
    let page = fixture
        .opens(
            Shop::new()
                .with_attributes(r#"country="IN""#)
                .without_language_files(),
        )
        .await;
    page.allows_problem("ae-login.countries.txt");
    page.allows_problem("console.warn: ae-login: the table of countries could not be read");
    page.is_at("identify").await;
    page.sees("With country code").await;
    page.types(NUMBER, "99@").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like a mobile number.").await;
    page.types(NUMBER, TYPED).await;
    assert_eq!(submitted_number(fixture, &page).await, SENT);
}

pub(crate) async fn country_names_follow_the_form_language(fixture: &Fixture) {
    let page = fixture
        .opens(Shop::new().with_attributes(r#"country="IN" locale="ar""#))
        .await;
    country_is(&page, "IN", "IN +91").await;
    let script = script!("phone_numbers.js"; "return areNamedIn('ar', 'IN')");
    assert_eq!(page.evaluates(script, json!([])).await, json!(true));
    // A number is written from left to right, after its country.
    page.types(&text_in("ar", "labelMobile"), "9999922332")
        .await;
    let script = script!("phone_numbers.js"; "return writingDirection()");
    assert_eq!(
        page.evaluates(script, json!([])).await,
        "ltr left 99999 22332"
    );
    page.evaluates("widget(null).setAttribute('locale', 'en')", json!([]))
        .await;
    let english =
        "return findAll(null, '[part~=country]')[0].selectedOptions[0].text.startsWith('India')";
    page.waits_for("English names", english, json!([])).await;
    country_is(&page, "IN", "IN +91").await;
    page.is_at("identify").await;
}

pub(crate) async fn country_list_passes_axe(fixture: &Fixture) {
    let axe = r#"<script src="/axe.js"></script>"#;
    for shop in [
        Shop::new(),
        Shop::new().dark(),
        Shop::new().with_attributes("shadow"),
        Shop::new().with_attributes(r#"locale="ar""#),
    ] {
        let page = fixture
            .opens(shop.with_attributes(r#"country="IN""#).with_head(axe))
            .await;
        country_is(&page, "IN", "IN +91").await;
        page.passes_axe().await;
        page.evaluates(
            "widget(null).style.setProperty('--ae-max-width', '280px')",
            json!([]),
        )
        .await;
        page.presses_keys(&format!("{TAB}{TAB}{TAB}99{ENTER}"))
            .await;
        let wrong = "return findAll(null, '[aria-invalid]').length === 1";
        page.waits_for("an error", wrong, json!([])).await;
        page.passes_axe().await;
        // The list does not cover the number, which has room beside it.
        let script = script!("phone_numbers.js"; "return roomBesideList()");
        let sizes = page.evaluates(script, json!([])).await;
        let sizes: [f64; 3] = serde_json::from_value(sizes).expect("sizes");
        assert!(
            sizes[0] >= 44.0 && sizes[1] >= 0.0 && sizes[2] > 100.0,
            "{sizes:?}"
        );
        page.is_at("identify").await;
    }
}
