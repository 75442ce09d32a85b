//! Mobile numbers of any country: the list, what is typed, pasted and filled in, and how it is written.

use ae_e2e::{Bench, Page, Shop};
use ae_engine::Endpoint;
use serde_json::json;

use crate::language::said;
use crate::sign_in::{SENT, TYPED};

const NUMBER: &str = "Mobile number";
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const BACKSPACE: &str = "\u{e003}";

/// Waits until the list shows a country, and what is seen of it while it is closed.
pub(crate) async fn lists(page: &Page, code: &str, shown: &str) {
    let script = "const [list] = inside(null, '[part~=country]'); const [it] = inside(null, '[part~=dial-code]'); \
         return list?.value === arguments[0] && list.selectedOptions[0]?.text.endsWith(`(\u{200e}${arguments[1].split(' ')[1]})`) && words(it) === arguments[1]";
    let what = format!("{shown} in the list of countries");
    page.waits(&what, script, json!([code, shown])).await;
}

/// The countries in the list, as they are called there.
async fn countries(page: &Page) -> Vec<String> {
    let script = "return [...inside(null, '[part~=country]')[0].options].map((it) => it.text)";
    serde_json::from_value(page.asks(script, json!([])).await).expect("names")
}

/// Sends the form, and says what the engine was sent.
async fn sends(bench: &Bench, page: &Page) -> String {
    page.presses("Continue").await;
    page.is_at("code").await;
    bench
        .engine
        .field(Endpoint::TokenGenerate, "identifierValue")
}

/// Waits until the caret is there.
async fn caret_is_at(page: &Page, at: usize) {
    let what = format!("the caret at {at}");
    let script = "return focused().selectionStart === arguments[0] && focused().selectionEnd === arguments[0]";
    page.waits(&what, script, json!([at])).await;
}

pub(crate) async fn country_can_be_chosen_by_keyboard(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    page.strikes(&format!("{TAB}{TAB}")).await;
    let focused = "return focused().matches('[part~=country]') && focused().ariaLabel === 'Country or region'";
    page.waits("the focus on the list", focused, json!([]))
        .await;
    // By its name, then by its dial code.
    page.strikes("germ").await;
    lists(&page, "DE", "DE +49").await;
    page.strikes("44").await;
    lists(&page, "GB", "GB +44").await;
    page.strikes(TAB).await;
    page.is_in(NUMBER).await;
    page.strikes("07400123456").await;
    page.holds(NUMBER, "07400 123456").await;
    page.strikes(ENTER).await;
    page.is_at("code").await;
    page.sees("+447400123456").await;
}

pub(crate) async fn national_number_gets_the_country_code_of_the_list(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    let (_, hint) = page.described(NUMBER).await;
    assert_eq!(hint, "The country code is added for you");
    page.types(NUMBER, "099999 22332").await;
    assert_eq!(sends(bench, &page).await, SENT);
    // What comes back is whole.
    page.presses("Use another number or e-mail").await;
    page.holds(NUMBER, &format!("+{SENT}")).await;
    lists(&page, "IN", "IN +91").await;
}

pub(crate) async fn list_starts_with_the_country_of_the_browser_language(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    let is_there =
        "return inside(null, '[part~=country]')[0]?.options.length > 200 && navigator.language";
    let what = "the list of countries";
    let language = page.waits(what, is_there, json!([])).await;
    let expected =
        "try { return new Intl.Locale(arguments[0]).maximize().region } catch { return '' }";
    let expected = page.asks(expected, json!([language])).await;
    let chosen = "return inside(null, '[part~=country]')[0].value";
    assert_eq!(page.asks(chosen, json!([])).await, expected, "{language}");
}

pub(crate) async fn countries_attribute_limits_the_list(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"countries="IN AE""#)).await;
    lists(&page, "IN", "IN +91").await;
    assert_eq!(
        countries(&page).await,
        ["India (\u{200e}+91)", "United Arab Emirates (\u{200e}+971)"]
    );
    page.types(NUMBER, "+44 7400 123456").await;
    page.presses("Continue").await;
    page.sees("Numbers from United Kingdom cannot be used here.")
        .await;
    page.types(NUMBER, "+971 50 123 4567").await;
    lists(&page, "AE", "AE +971").await;
    assert_eq!(sends(bench, &page).await, "971501234567");
}

pub(crate) async fn single_country_shows_no_list(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"countries="IN""#)).await;
    page.sees("+91").await;
    let seen = "return inside(null, '[part~=country]').length";
    assert_eq!(page.asks(seen, json!([])).await, 0);
    page.types(NUMBER, "9999922332").await;
    page.holds(NUMBER, "99999 22332").await;
    assert_eq!(sends(bench, &page).await, SENT);
}

pub(crate) async fn typed_country_code_selects_the_country(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    page.types(NUMBER, "+14162345678").await;
    lists(&page, "CA", "CA +1").await;
    page.holds(NUMBER, "+1 416 234 5678").await;
    // Another choice takes its place.
    page.asks(
        "const [list] = inside(null, '[part~=country]'); list.value = 'US'; list.dispatchEvent(new Event('input', { bubbles: true }))",
        json!([]),
    )
    .await;
    page.holds(NUMBER, "416 234 5678").await;
    page.types(NUMBER, "0044 7400 123456").await;
    lists(&page, "GB", "GB +44").await;
    assert_eq!(sends(bench, &page).await, "447400123456");
}

pub(crate) async fn pasted_number_is_normalized(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="GB""#)).await;
    lists(&page, "GB", "GB +44").await;
    for pasted in [
        "+91 91 99999 22332",
        "0091 (0) 99999-22332",
        "+91+919999922332",
        "\u{202a}+٩١ ٩٩٩٩٩ ٢٢٣٣٢\u{202c}",
    ] {
        page.pastes(NUMBER, pasted).await;
        lists(&page, "IN", "IN +91").await;
    }
    assert_eq!(sends(bench, &page).await, SENT);
}

pub(crate) async fn autofilled_number_is_normalized(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    let fill = "const input = field(null, arguments[0]); input.value = arguments[1]; \
         for (const name of ['input', 'change']) input.dispatchEvent(new Event(name, { bubbles: true }))";
    for (filled, shown) in [
        ("+919999922332", TYPED),
        ("9999922332", "99999 22332"),
        ("919999922332", "91 99999 22332"),
        ("91919999922332", "9191 99999 22332"),
    ] {
        page.asks(fill, json!([NUMBER, ""])).await;
        page.asks(fill, json!([NUMBER, filled])).await;
        page.holds(NUMBER, shown).await;
        lists(&page, "IN", "IN +91").await;
    }
    // Nobody is taken to a field that is filled in.
    let nowhere = "return focused() === document.body";
    assert_eq!(page.asks(nowhere, json!([])).await, json!(true));
    assert_eq!(sends(bench, &page).await, SENT);
}

pub(crate) async fn number_of_wrong_length_is_reported_with_its_country(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    page.types(NUMBER, "99999 2233").await;
    page.presses("Continue").await;
    page.is_in(NUMBER).await;
    let said = page.described(NUMBER).await;
    let short = "This number is too short for India. Check it.";
    assert_eq!(said, (true, short.to_owned()));
    // Also in another language, at once.
    page.asks("widget(null).setAttribute('locale', 'de')", json!([]))
        .await;
    page.sees("Diese Nummer ist zu kurz (Land: Indien)").await;
    page.asks("widget(null).setAttribute('locale', 'en')", json!([]))
        .await;
    page.sees(short).await;
    page.types(NUMBER, "+49 151 234567890").await;
    page.presses("Continue").await;
    page.sees("This number is too long for Germany. Check it.")
        .await;
    assert_eq!(bench.engine.calls(), [""; 0]);
}

pub(crate) async fn formatting_keeps_the_caret_at_its_digit(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    page.types(NUMBER, "999992233").await;
    page.holds(NUMBER, "99999 2233").await;
    caret_is_at(&page, 10).await;
    // In the middle: what was there moves on behind it.
    page.asks("focused().setSelectionRange(3, 3)", json!([]))
        .await;
    page.strikes("7").await;
    page.holds(NUMBER, "99979 92233").await;
    caret_is_at(&page, 4).await;
    page.strikes("8").await;
    page.holds(NUMBER, "99978 992233").await;
    caret_is_at(&page, 5).await;
    // What is taken back comes back in no other form.
    page.strikes(&format!("{BACKSPACE}{BACKSPACE}")).await;
    page.holds(NUMBER, "999 992233").await;
    caret_is_at(&page, 3).await;
    // A gap can be taken away, too.
    page.asks("focused().setSelectionRange(4, 4)", json!([]))
        .await;
    page.strikes(BACKSPACE).await;
    page.holds(NUMBER, "999992233").await;
    caret_is_at(&page, 3).await;
}

pub(crate) async fn input_method_composition_is_not_reformatted(bench: &Bench) {
    let page = bench.opens(Shop::new().with(r#"country="IN""#)).await;
    lists(&page, "IN", "IN +91").await;
    let fill = "const input = field(null, arguments[0]); input.value = arguments[1]; \
         input.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: arguments[2] })); return input.value";
    let composed = page.asks(fill, json!([NUMBER, "９９９９９２", true])).await;
    assert_eq!(composed, "９９９９９２");
    let done = page
        .asks(fill, json!([NUMBER, "９９９９９２２", false]))
        .await;
    assert_eq!(done, "９９９９９ ２２");
}

pub(crate) async fn list_appears_only_while_a_number_is_typed(bench: &Bench) {
    let shop = Shop::new().with(r#"country="IN" identifiers="mobile email""#);
    let page = bench.opens(shop).await;
    let either = "Mobile number or e-mail";
    let seen = "return inside(null, '[part~=country], [part~=dial-code]').length";
    page.is_at("identify").await;
    assert_eq!(page.asks(seen, json!([])).await, 0);
    page.types(either, "9999922332").await;
    lists(&page, "IN", "IN +91").await;
    page.is_in(either).await;
    page.holds(either, "99999 22332").await;
    page.types(either, "99@example.org").await;
    assert_eq!(page.asks(seen, json!([])).await, 0);
    page.is_in(either).await;
    page.holds(either, "99@example.org").await;
}

pub(crate) async fn countries_are_loaded_only_when_a_number_is_asked_for(bench: &Bench) {
    let asked = |page: &Page| {
        let requests = page.requests().into_iter();
        requests
            .filter(|request| request.contains("countries"))
            .collect::<Vec<_>>()
    };
    let page = bench
        .opens(Shop::new().with(r#"identifiers="username""#))
        .await;
    page.types("User name", "grace").await;
    assert_eq!(asked(&page), [""; 0]);
    page.presses("Continue").await;
    page.sees("Where should the code go?").await;
    page.types("Mobile number or e-mail", "+9199").await;
    lists(&page, "IN", "IN +91").await;
    assert_eq!(asked(&page), ["GET /ae-login.countries.txt"]);
}

pub(crate) async fn unknown_country_attribute_is_reported_in_the_console(bench: &Bench) {
    let shop = Shop::new().with(r#"country="uk" countries="IN UK AE""#);
    let page = bench.opens(shop).await;
    page.excuses("ae-login: no country");
    let told = "return window.trouble.length > 0 && window.trouble";
    let told = page.waits("words for the shop", told, json!([])).await;
    assert_eq!(told, json!(["console.warn: ae-login: no country UK"]));
    assert_eq!(
        countries(&page).await,
        ["India (\u{200e}+91)", "United Arab Emirates (\u{200e}+971)"]
    );
}

pub(crate) async fn missing_country_file_does_not_block_the_login(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"country="IN""#).without_words())
        .await;
    page.excuses("ae-login.countries.txt");
    page.excuses("console.warn: ae-login: goes on without the list of countries");
    page.is_at("identify").await;
    page.sees("With country code").await;
    page.types(NUMBER, "99@").await;
    page.presses("Continue").await;
    page.sees("This is not a mobile number.").await;
    page.types(NUMBER, TYPED).await;
    assert_eq!(sends(bench, &page).await, SENT);
}

pub(crate) async fn country_names_follow_the_form_language(bench: &Bench) {
    let page = bench
        .opens(Shop::new().with(r#"country="IN" locale="ar""#))
        .await;
    lists(&page, "IN", "IN +91").await;
    let named = "const [list] = inside(null, '[part~=country]'); \
         const name = new Intl.DisplayNames('ar', { type: 'region' }).of('IN'); \
         const { compare } = new Intl.Collator('ar'); const names = [...list.options].map((it) => it.text); \
         return list.selectedOptions[0].text.startsWith(name) && String(names) === String(names.toSorted(compare))";
    assert_eq!(page.asks(named, json!([])).await, json!(true));
    // A number is read from left to right, its country first.
    page.types(&said("ar", "labelMobile"), "9999922332").await;
    let left = "const [[list], [input], [code]] = ['country', 'input', 'dial-code'].map((it) => inside(null, `[part~=${it}]`)); \
         const [a, b, c] = [list, input, code].map((it) => it.getBoundingClientRect()); \
         const { direction, textAlign } = getComputedStyle(input); \
         return Math.abs(a.left - b.left) < 8 && Math.abs(c.left - a.left) < 8 && `${direction} ${textAlign} ${input.value}`";
    assert_eq!(page.asks(left, json!([])).await, "ltr left 99999 22332");
    page.asks("widget(null).setAttribute('locale', 'en')", json!([]))
        .await;
    let english =
        "return inside(null, '[part~=country]')[0].selectedOptions[0].text.startsWith('India')";
    page.waits("English names", english, json!([])).await;
    lists(&page, "IN", "IN +91").await;
    page.is_at("identify").await;
}

pub(crate) async fn country_list_passes_axe(bench: &Bench) {
    let axe = r#"<script src="/axe.js"></script>"#;
    for shop in [
        Shop::new(),
        Shop::new().dark(),
        Shop::new().with("shadow"),
        Shop::new().with(r#"locale="ar""#),
    ] {
        let page = bench
            .opens(shop.with(r#"country="IN""#).and_head(axe))
            .await;
        lists(&page, "IN", "IN +91").await;
        page.is_open_to_everybody().await;
        page.asks(
            "widget(null).style.setProperty('--ae-max-width', '280px')",
            json!([]),
        )
        .await;
        page.strikes(&format!("{TAB}{TAB}{TAB}99{ENTER}")).await;
        let wrong = "return inside(null, '[aria-invalid]').length === 1";
        page.waits("what is wrong", wrong, json!([])).await;
        page.is_open_to_everybody().await;
        // Nothing lies over what is typed, which has room beside the list.
        let sizes = "const [[list], [input]] = ['country', 'input'].map((it) => inside(null, `[part~=${it}]`)); \
             const [{ width, height }, ahead] = [list.getBoundingClientRect(), parseFloat(getComputedStyle(input).paddingLeft)]; \
             return [height, ahead - width, input.getBoundingClientRect().width - ahead]";
        let sizes = page.asks(sizes, json!([])).await;
        let sizes: [f64; 3] = serde_json::from_value(sizes).expect("sizes");
        assert!(
            sizes[0] >= 44.0 && sizes[1] >= 0.0 && sizes[2] > 100.0,
            "{sizes:?}"
        );
        page.is_at("identify").await;
    }
}
