//! The element's life in a real browser: defined, shown, moved, removed, twice on a page, loaded twice, broken.

#![cfg(target_arch = "wasm32")]

use ae_login::element::functions::{define_element, functions};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/browser/page.js")]
extern "C" {
    fn begin();
    fn files() -> JsValue;
    fn will_answer(body: &str);
    fn heard_json() -> String;
    fn calls_json() -> String;
    fn put(attributes: &str) -> Element;
    fn type_and_send(element: &Element, text: &str);
    fn send(element: &Element);
    fn sent(field: &str) -> Option<String>;
    fn move_away(element: &Element);
    fn put_back(element: &Element);
    fn session_without_form(attributes: &str) -> JsValue;
    fn left_behind(key: &str, record: &str);
    fn typed(element: &Element) -> String;
    fn focus_elsewhere();
    fn press(element: &Element, part: &str);
    fn focused() -> String;
    fn block_storage(blocked: bool);
    fn when(name: &str, action: &JsValue);
    async fn refused_token(element: &Element) -> JsValue;
    fn sign_out(element: &Element) -> Promise;
    fn times_in_memory(memory: &JsValue, backwards: &str) -> u32;
    async fn turn();
    fn mend_fetch();
    fn ways_to_break_fetch() -> Vec<String>;
    fn break_fetch(how: &str);
    fn take_fetch_away(how: &str);
    fn stall_fetch(place: &str);
    fn trace_fetch();
    fn fetch_from_a_frame(body: &str);
    #[wasm_bindgen(variadic)]
    fn fetch_bytes(pieces: Vec<Uint8Array>);
    fn bad_headers(element: &Element, how: &str);
    fn next_error() -> Promise;
    fn hold_deadline();
    fn pass_deadline();
}

/// An empty page in which the element is defined.
fn page() {
    thread_local! {
        static LOAD: Closure<dyn Fn() -> Promise> = Closure::new({
            let functions = JsValue::from(functions());
            move || Promise::resolve(&functions)
        });
    }
    begin();
    // A second time on the same page, as when the script is loaded twice: the first definition stays, nothing is thrown.
    LOAD.with(|load| {
        define_element(
            load.as_ref().unchecked_ref(),
            "[part~=form] { display: grid }",
            &files(),
        );
    });
}

/// Lets everything happen that waits for nothing but turns of the page's event loop.
async fn settle() {
    for _ in 0..20 {
        turn().await;
    }
}

const SHOP: &str =
    r#"{"base-url":"https://engine.example","brand":"DocDemo","identifiers":"mobile email"}"#;

fn step(element: &Element) -> Option<String> {
    element.get_attribute("step")
}

fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

/// How often an event was heard.
fn heard(name: &str) -> usize {
    heard_json().matches(&format!("[\"{name}\"")).count()
}

#[wasm_bindgen_test]
async fn an_element_becomes_a_form_and_says_that_it_is_ready() {
    page();
    let element = put(SHOP);
    assert_eq!(text(&element), "fallback");
    settle().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert!(
        text(&element).contains("Mobile number or e-mail"),
        "{}",
        text(&element)
    );
    assert!(!text(&element).contains("fallback"));
    assert_eq!(heard("ae-ready"), 1);
    assert_eq!(calls_json(), "[]");
}

#[wasm_bindgen_test]
async fn a_moved_element_keeps_its_step_and_what_was_typed() {
    page();
    let element = put(SHOP);
    settle().await;
    type_and_send(&element, "nobody");
    assert!(text(&element).contains("This is not an e-mail address"));
    move_away(&element);
    settle().await;
    assert!(text(&element).contains("This is not an e-mail address"));
    assert_eq!(heard("ae-ready"), 1);
}

#[wasm_bindgen_test]
async fn a_moved_element_still_gets_its_answer() {
    page();
    let element = put(SHOP);
    settle().await;
    will_answer(r#"{"status":{"success":false,"code":1515,"message":""}}"#);
    type_and_send(&element, "ada@example.org");
    move_away(&element);
    settle().await;
    assert!(
        text(&element).contains("We do not know this number or address"),
        "{}",
        text(&element)
    );
}

#[wasm_bindgen_test]
async fn an_element_removed_while_it_asks_gives_up_asking_and_begins_anew_when_it_is_back() {
    page();
    let element = put(SHOP);
    settle().await;
    type_and_send(&element, "ada@example.org");
    assert_eq!(element.get_attribute("aria-busy").as_deref(), Some("true"));
    assert!(calls_json().contains("\"given_up\":false"));
    element.remove();
    settle().await;
    assert!(
        calls_json().contains("\"given_up\":true"),
        "{}",
        calls_json()
    );
    assert_eq!(text(&element), "fallback");
    assert_eq!(step(&element), None);
    assert_eq!(heard("ae-error"), 0);

    put_back(&element);
    settle().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert!(!element.has_attribute("busy"));
    assert_eq!(heard("ae-ready"), 2);
}

#[wasm_bindgen_test]
async fn two_elements_have_ids_of_their_own_and_one_network() {
    page();
    let (one, two) = (put(SHOP), put(SHOP));
    settle().await;
    let id = |element: &Element| {
        let input = element
            .query_selector("input")
            .ok()
            .flatten()
            .expect("each has a field");
        let label = element
            .query_selector("label")
            .ok()
            .flatten()
            .expect("each has a label");
        assert_eq!(label.get_attribute("for"), Some(input.id()));
        input.id()
    };
    assert_ne!(id(&one), id(&two));
    type_and_send(&one, "ada@example.org");
    settle().await;
    assert!(one.has_attribute("busy"));
    assert!(!two.has_attribute("busy"));
    assert_eq!(
        calls_json()
            .matches("https://engine.example/auth/v1/web/token/generate")
            .count(),
        1
    );
}

#[wasm_bindgen_test]
async fn in_a_shadow_root_there_is_the_same_form_and_the_fallback_comes_back_too() {
    page();
    let element = put(r#"{"base-url":"https://engine.example","brand":"DocDemo","shadow":""}"#);
    settle().await;
    let root = Reflect::get(&element, &"shadowRoot".into()).expect("elements have the property");
    let root: Element = root.unchecked_into();
    assert!(text(&root).contains("Mobile number"));
    type_and_send(&element, "12");
    assert!(text(&root).contains("This is not a mobile number"));
    element.remove();
    settle().await;
    // An empty slot shows the element's own children.
    assert!(root.query_selector("slot").ok().flatten().is_some());
    assert_eq!(text(&element), "fallback");
}

#[wasm_bindgen_test]
async fn bad_attributes_leave_the_fallback_and_ask_nothing_and_are_mended_by_good_ones() {
    page();
    let element = put(r#"{"base-url":"javascript:alert(1)","otp-length":"99"}"#);
    settle().await;
    assert_eq!(text(&element), "fallback");
    assert_eq!(heard("ae-error"), 1);
    assert!(heard_json().contains("\"kind\":\"configuration\""));
    assert_eq!(heard("ae-ready"), 0);
    assert_eq!(refused_token(&element).await, "AeError configuration");

    for (name, value) in [
        ("base-url", "https://engine.example"),
        ("brand", "DocDemo"),
        ("otp-length", "6"),
    ] {
        element.set_attribute(name, value).expect("a legal name");
    }
    settle().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert_eq!(heard("ae-ready"), 1);
    assert_eq!(calls_json(), "[]");
}

#[wasm_bindgen_test]
async fn another_attribute_applies_at_once_and_another_brand_begins_anew() {
    page();
    let element = put(SHOP);
    settle().await;
    type_and_send(&element, "nobody");
    element
        .set_attribute("identifiers", "mobile")
        .expect("a legal name");
    settle().await;
    assert!(text(&element).contains("Mobile number"));
    assert!(!text(&element).contains("or e-mail"));
    assert_eq!(heard("ae-ready"), 1);
    element
        .set_attribute("brand", "Bukl")
        .expect("a legal name");
    settle().await;
    assert_eq!(heard("ae-ready"), 2);
    assert!(!text(&element).contains("not a mobile number"));
}

#[wasm_bindgen_test]
async fn a_page_that_removes_the_element_in_its_own_handler_breaks_nothing() {
    page();
    let element = put(SHOP);
    let gone = element.clone();
    let action = Closure::once_into_js(move || {
        let _signing_out = sign_out(&gone);
        gone.remove();
    });
    when("ae-ready", &action);
    settle().await;
    assert_eq!(text(&element), "fallback");
    let again = put(SHOP);
    settle().await;
    assert_eq!(step(&again).as_deref(), Some("identify"));
}

#[wasm_bindgen_test]
async fn blocked_storage_is_told_once_and_stops_nothing() {
    page();
    block_storage(true);
    let element = put(SHOP);
    settle().await;
    will_answer(r#"{"status":{"success":false,"code":1515,"message":""}}"#);
    type_and_send(&element, "ada@example.org");
    settle().await;
    type_and_send(&element, "eve@example.org");
    settle().await;
    block_storage(false);
    assert_eq!(
        heard_json().matches("\"kind\":\"storage\"").count(),
        1,
        "{}",
        heard_json()
    );
    assert!(element.has_attribute("busy"));
}

#[wasm_bindgen_test]
async fn a_form_goes_on_where_the_page_before_was_even_if_a_session_without_a_form_came_first() {
    page();
    // A brand of its own: a session without a form stays as long as the page.
    left_behind(
        "ae-login:1:https://engine.example Bukl:step",
        r#"{"v":1,"brand":"Bukl","typed":"ada@exam"}"#,
    );
    let _session = session_without_form(r#"{"baseUrl":"https://engine.example","brand":"Bukl"}"#);
    settle().await;
    let element = put(&SHOP.replace("DocDemo", "Bukl"));
    settle().await;
    assert_eq!(typed(&element), "ada@exam");
}

const UNKNOWN: &str = r#"{"status":{"success":false,"code":1515,"message":""}}"#;

/// Sends the form and gives the kind of the error that ends it.
async fn sent_in_vain(element: &Element) -> Option<String> {
    let error = next_error();
    type_and_send(element, "ada@example.org");
    let error = JsFuture::from(error).await.expect("it never rejects");
    error.as_string()
}

/// Sends the form, which ends with an error of this kind. Then `fetch` is mended, and the same form goes on.
async fn ends_with_an_error(element: &Element, kind: &str, how: &str) {
    assert_eq!(sent_in_vain(element).await.as_deref(), Some(kind), "{how}");
    assert!(!element.has_attribute("busy"), "{how}");
    mend_fetch();
    will_answer(UNKNOWN);
    is_understood(element, how).await;
}

/// Sends the form, and the engine's refusal of an unknown customer is understood.
async fn is_understood(element: &Element, how: &str) {
    let error = sent_in_vain(element).await;
    assert_eq!(error.as_deref(), Some("rejected"), "{how}");
    assert!(!element.has_attribute("busy"), "{how}");
    assert!(text(element).contains("We do not know this"), "{how}");
}

#[wasm_bindgen_test]
async fn broken_fetch_ends_with_a_network_error() {
    page();
    let element = shown(SHOP).await;
    for how in ways_to_break_fetch() {
        break_fetch(&how);
        ends_with_an_error(&element, "network", &how).await;
    }
}

#[wasm_bindgen_test]
async fn missing_fetch_ends_with_a_network_error() {
    page();
    let element = shown(SHOP).await;
    for how in ["missing", "an object", "unreadable"] {
        take_fetch_away(how);
        ends_with_an_error(&element, "network", how).await;
    }
}

#[wasm_bindgen_test]
async fn illegal_request_headers_end_with_a_network_error() {
    page();
    for how in ["unreadable", "illegal", "a number"] {
        let element = shown(SHOP).await;
        bad_headers(&element, how);
        let error = sent_in_vain(&element).await;
        assert_eq!(error.as_deref(), Some("network"), "{how}");
        assert!(!element.has_attribute("busy"), "{how}");
        element.remove();
        settle().await;
    }
    assert_eq!(calls_json(), "[]");
}

#[wasm_bindgen_test]
async fn fetch_that_never_settles_ends_at_the_deadline() {
    page();
    let element = shown(SHOP).await;
    for place in ["headers", "body"] {
        hold_deadline();
        stall_fetch(place);
        let error = next_error();
        type_and_send(&element, "ada@example.org");
        settle().await;
        assert!(element.has_attribute("busy"), "{place}");
        pass_deadline();
        let error = JsFuture::from(error).await.expect("it never rejects");
        assert_eq!(error.as_string().as_deref(), Some("timeout"), "{place}");
        assert!(!element.has_attribute("busy"), "{place}");
        mend_fetch();
        will_answer(UNKNOWN);
        is_understood(&element, place).await;
    }
}

#[wasm_bindgen_test]
async fn deadline_aborts_the_request() {
    page();
    let element = shown(SHOP).await;
    hold_deadline();
    let error = next_error();
    type_and_send(&element, "ada@example.org");
    pass_deadline();
    let error = JsFuture::from(error).await.expect("it never rejects");
    assert_eq!(error.as_string().as_deref(), Some("timeout"));
    assert!(
        calls_json().contains("\"given_up\":true"),
        "{}",
        calls_json()
    );
    settle().await;
    assert_eq!(heard("ae-error"), 1);
}

#[wasm_bindgen_test]
async fn fetch_of_a_tracing_script_is_used() {
    page();
    let element = shown(SHOP).await;
    trace_fetch();
    will_answer(UNKNOWN);
    is_understood(&element, "traced").await;
}

#[wasm_bindgen_test]
async fn response_of_another_window_is_read() {
    page();
    let element = shown(SHOP).await;
    fetch_from_a_frame(UNKNOWN);
    is_understood(&element, "a frame's").await;
}

#[wasm_bindgen_test]
async fn body_is_read_in_pieces_up_to_64_kib() {
    page();
    let element = shown(SHOP).await;
    let bytes = |text: &str| Uint8Array::from(text.as_bytes());
    // A character that is cut in two, behind a byte order mark.
    let named = UNKNOWN.replace("\"\"", "\"\u{e9}\"");
    let middle = named.find('\u{e9}').expect("it is there") + 1;
    let (first, second) = named.as_bytes().split_at(middle);
    fetch_bytes(vec![
        bytes("\u{feff}"),
        Uint8Array::from(first),
        bytes(""),
        Uint8Array::from(second),
    ]);
    is_understood(&element, "in pieces").await;

    let filled = |length: usize| [UNKNOWN, &" ".repeat(length - UNKNOWN.len())].concat();
    fetch_bytes(vec![bytes(&filled(65_535)), bytes(" ")]);
    is_understood(&element, "64 KiB").await;
    fetch_bytes(vec![bytes(&filled(65_536)), bytes(" ")]);
    ends_with_an_error(&element, "malformed", "a byte more").await;
    fetch_bytes(vec![Uint8Array::from(&[0x7b, 0xff, 0x7d][..])]);
    ends_with_an_error(&element, "malformed", "not UTF-8").await;
}

/// The token of the vendor's published sample, as an earlier page of this tab would have kept it a moment ago.
fn signed_in_a_moment_ago() {
    const TOKEN: &str = "eyJpZHYiOlsiRU1BSUx8Y2FwdGVzdEBnbWFpbC5jb20iXSwiZGV2IjpudWxsLCJvcmciOiJET0NERU1PIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOiI0MDY4MjkxIiwiaXNzIjoiQ0FQSUxMQVJZIFRFQ0hOT0xPR0lFUyIsImlzYyI6ImZhbHNlIiwib2djIjpbIjEwMDczN3xuZWVyYWouZG9jIl0sImV4cCI6MTc2MDAxMzg0MywiaWF0IjoxNzYwMDEzNzUzLCJyb2wiOiJVU0VSIn0.N7ocUUT5eBXE-rRIoJvRWmMIEN56CIr8_NXQYkUGYig";
    let now = js_sys::Date::now();
    left_behind(
        "ae-login:1:https://engine.example DocDemo:session",
        &format!(
            r#"{{"v":1,"brand":"DocDemo","type":"EMAIL","value":"captest@gmail.com","token":"{TOKEN}","received":{now},"signedIn":1760013753000}}"#
        ),
    );
}

#[wasm_bindgen_test]
async fn who_signs_out_elsewhere_in_the_page_keeps_the_focus_there() {
    page();
    signed_in_a_moment_ago();
    let element = put(SHOP);
    settle().await;
    assert_eq!(step(&element).as_deref(), Some("signed-in"));
    focus_elsewhere();
    let _signing_out = sign_out(&element);
    settle().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert_eq!(focused(), "elsewhere");
}

#[wasm_bindgen_test]
async fn who_signs_out_in_the_form_finds_the_focus_in_its_field() {
    page();
    signed_in_a_moment_ago();
    let element = put(SHOP);
    settle().await;
    press(&element, "sign-out");
    settle().await;
    assert_eq!(focused(), "input identifier-input");
}

#[wasm_bindgen_test]
async fn an_answer_that_comes_late_leaves_the_focus_where_the_person_has_gone() {
    page();
    let element = put(SHOP);
    settle().await;
    will_answer(r#"{"status":{"success":false,"code":1515,"message":""}}"#);
    type_and_send(&element, "ada@example.org");
    focus_elsewhere();
    settle().await;
    assert!(text(&element).contains("We do not know this number or address"));
    assert_eq!(focused(), "elsewhere");
}

#[wasm_bindgen_test]
async fn a_browser_has_one_random_device_id_and_names_it_only_where_the_page_says_so() {
    page();
    type_and_send(&shown(SHOP).await, "ada@example.org");
    assert!(!calls_json().contains("deviceId"), "{}", calls_json());

    let sending = SHOP
        .replace("DocDemo", "Ukubl")
        .replace('}', r#","send-device-id":""}"#);
    type_and_send(&shown(&sending).await, "ada@example.org");
    let first = sent("deviceId").expect("it is sent");
    assert_eq!(first.matches('-').count(), 3, "{first}");
    type_and_send(
        &shown(&sending.replace("Ukubl", "Lbuk")).await,
        "ada@example.org",
    );
    assert_eq!(sent("deviceId"), Some(first));

    let own = sending
        .replace("Ukubl", "Own")
        .replace('}', r#","device-id":"till-7"}"#);
    type_and_send(&shown(&own).await, "ada@example.org");
    assert_eq!(sent("deviceId").as_deref(), Some("till-7"));
}

/// An element that is there.
async fn shown(attributes: &str) -> Element {
    let element = put(attributes);
    settle().await;
    element
}

/// An element that asks the vendor's sample customer for their password.
async fn asking_for_a_password() -> Element {
    page();
    let element = shown(&SHOP.replace('}', r#","first-factor":"password"}"#)).await;
    will_answer(include_str!(
        "../../emulator/fixtures/web-token-generate.existing-user.response.json"
    ));
    type_and_send(&element, "captest@gmail.com");
    settle().await;
    assert_eq!(step(&element).as_deref(), Some("password"));
    element
}

/// The only element of a part.
fn part(element: &Element, name: &str) -> HtmlInputElement {
    let found = element
        .query_selector(&format!("[part~={name}]"))
        .ok()
        .flatten();
    found.expect(name).unchecked_into()
}

#[wasm_bindgen_test]
async fn a_password_stays_as_it_was_typed_while_the_screen_around_it_changes() {
    let element = asking_for_a_password().await;
    let password = part(&element, "password-input");
    assert_eq!(password.type_(), "password");
    password.set_value("correct horse");
    let reveal = part(&element, "reveal");
    // Enter presses the first button that is no such one.
    assert_eq!(reveal.type_(), "button");
    for (kind, name) in [("text", "Hide password"), ("password", "Show password")] {
        press(&element, "reveal");
        assert_eq!(password.type_(), kind);
        assert_eq!(password.value(), "correct horse");
        assert_eq!(reveal.get_attribute("aria-label").as_deref(), Some(name));
    }

    press(&element, "forgot");
    assert_eq!(step(&element).as_deref(), Some("forgot-password"));
    let new = part(&element, "new-password-input");
    let again = part(&element, "confirm-password-input");
    assert_eq!(new.value(), "");
    new.set_value("battery staple");
    again.set_value("battery stable");
    press(&element, "reveal");
    assert_eq!([new.type_(), again.type_()], ["text", "text"]);
    element
        .set_attribute("password-hint", "Two words")
        .expect("a legal name");
    settle().await;
    assert!(text(&element).contains("Two words"));
    send(&element);
    assert!(text(&element).contains("The two passwords are not the same."));
    assert_eq!(focused(), "input confirm-password-input");
    assert_eq!(new.value(), "battery staple");
    assert_eq!(again.value(), "battery stable");
}

#[wasm_bindgen_test]
async fn a_password_manager_finds_the_customers_name_ahead_of_the_password() {
    let element = asking_for_a_password().await;
    let name = part(&element, "username");
    assert_eq!(name.value(), "captest@gmail.com");
    assert_eq!(
        name.get_attribute("autocomplete").as_deref(),
        Some("username")
    );
    assert!(name.read_only() && name.hidden());
    let first = element.query_selector("input").ok().flatten();
    assert_eq!(first.as_ref(), Some(name.as_ref()));
    let password = part(&element, "password-input");
    assert_eq!(
        password.get_attribute("autocomplete").as_deref(),
        Some("current-password")
    );
    assert!(!password.has_attribute("inputmode") && !password.has_attribute("maxlength"));
    assert_eq!(focused(), "input password-input");
}

#[wasm_bindgen_test]
async fn a_password_goes_out_to_the_byte_even_while_it_is_shown() {
    const PASSWORD: &str = " \u{a0}\"A\u{30a}\u{212b}\\ \u{1f511}\u{200d}\t<b>&amp; ";
    let element = asking_for_a_password().await;
    let password = part(&element, "password-input");
    password.set_value(PASSWORD);
    press(&element, "reveal");
    send(&element);
    assert_eq!(sent("password").as_deref(), Some(PASSWORD));
    // A password manager looks for it where it is hidden.
    assert_eq!(password.type_(), "password");
}

#[wasm_bindgen_test]
async fn nobody_is_given_a_token_before_a_login() {
    page();
    let element = put(SHOP);
    assert_eq!(refused_token(&element).await, "AeError signed-out");
    assert_eq!(calls_json(), "[]");
    element.remove();
    settle().await;
    let lone = put(SHOP);
    lone.remove();
    assert_eq!(refused_token(&lone).await, "AeError unavailable");
}

#[wasm_bindgen_test]
async fn three_hundred_comings_and_goings_leave_no_memory_behind() {
    page();
    let pages = || {
        let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
        buffer.byte_length() / 65_536
    };
    let mut after_warming_up = 0;
    for round in 0..300 {
        let element = put(SHOP);
        settle().await;
        element.remove();
        settle().await;
        if round == 50 {
            after_warming_up = pages();
        }
    }
    assert!(
        pages() <= after_warming_up + 1,
        "{} pages, {after_warming_up} before",
        pages()
    );
}

#[wasm_bindgen_test]
fn nothing_is_written_where_something_else_lies() {
    // Marsaglia's xorshift: sizes and turns that are the same in each run.
    let mut state = 2_463_534_242_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize
    };
    let mut held: Vec<Vec<usize>> = Vec::new();
    for round in 0..5_000 {
        if held.len() > 60 || (round % 3 == 0 && !held.is_empty()) {
            let piece = held.swap_remove(next() % held.len());
            assert!(piece.iter().all(|mark| *mark == piece[0]), "round {round}");
        }
        // Up to 10 KiB mostly, and sometimes more than a page of wasm.
        let most = if next() % 50 == 0 { 40_000 } else { 2_500 };
        let mut piece = vec![round; 1 + next() % most];
        piece.resize(1 + next() % most, round);
        held.push(piece);
    }
    for piece in held {
        assert!(piece.iter().all(|mark| *mark == piece[0]));
    }
}

#[wasm_bindgen_test]
fn memory_that_is_given_back_is_cleared_even_where_a_text_moved_to_grow() {
    // Backwards, since the program has in its memory whatever is written here.
    const BACKWARDS: &str = "ssarb ni tub ,krow sredliug eht naem ton od I";
    let times = || times_in_memory(&wasm_bindgen::memory(), BACKWARDS);
    // Behind something else: an allocator writes notes of its own where a piece that was given back begins.
    let mut text = "-".repeat(64);
    text.reserve_exact(BACKWARDS.len());
    text.extend(BACKWARDS.chars().rev());
    // It cannot grow where it is, with this behind it.
    let behind = text.clone();
    assert_eq!(times(), 2);
    for _ in 0..100 {
        text.push_str("and more of the same ");
        assert_eq!(times(), 2);
    }
    drop(behind);
    assert_eq!(times(), 1);
    text.clear();
    text.shrink_to_fit();
    assert_eq!(times(), 0);
}
