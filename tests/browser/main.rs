//! Tests of the element and of a session without a form in a real browser: opening, moving, removing, invalid attributes, a broken
//! `fetch`, focus, passwords, memory.
//!
//! `page.js` provides the page. Its network never answers unless a test queues an answer.

#![cfg(target_arch = "wasm32")]

use ae_login::element::functions::{define_element, functions};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen(module = "/tests/browser/page.js")]
extern "C" {
    #[wasm_bindgen(js_name = resetPage)]
    fn reset_page();
    fn files() -> JsValue;
    #[wasm_bindgen(js_name = queueAnswer)]
    fn queue_answer(body: &str);
    #[wasm_bindgen(js_name = eventsJson)]
    fn events_json() -> String;
    #[wasm_bindgen(js_name = requestsJson)]
    fn requests_json() -> String;
    #[wasm_bindgen(js_name = addElement)]
    fn add_element(attributes: &str) -> Element;
    #[wasm_bindgen(js_name = typeAndSubmit)]
    fn type_and_submit(element: &Element, text: &str);
    fn submit(element: &Element);
    #[wasm_bindgen(js_name = lastRequestField)]
    fn last_request_field(field: &str) -> Option<String>;
    #[wasm_bindgen(js_name = takeDrawings)]
    fn take_drawings() -> u32;
    #[wasm_bindgen(js_name = moveElement)]
    fn move_element(element: &Element);
    fn reinsert(element: &Element);
    #[wasm_bindgen(js_name = createSession)]
    fn create_session(attributes: &str) -> JsValue;
    #[wasm_bindgen(js_name = storeRecord)]
    fn store_record(key: &str, record: &str);
    #[wasm_bindgen(js_name = inputValue)]
    fn input_value(element: &Element) -> String;
    #[wasm_bindgen(js_name = focusOutside)]
    fn focus_outside();
    #[wasm_bindgen(js_name = clickPart)]
    fn click_part(element: &Element, part: &str);
    fn focused() -> String;
    #[wasm_bindgen(js_name = blockSessionStorage)]
    fn block_session_storage(blocked: bool);
    #[wasm_bindgen(js_name = listenOnce)]
    fn listen_once(name: &str, action: &JsValue);
    #[wasm_bindgen(js_name = tokenError)]
    async fn token_error(element: &Element) -> JsValue;
    #[wasm_bindgen(js_name = signOut)]
    fn sign_out(element: &Element) -> Promise;
    #[wasm_bindgen(js_name = occurrencesInMemory)]
    fn occurrences_in_memory(memory: &JsValue, backwards: &str) -> u32;
    #[wasm_bindgen(js_name = nextTask)]
    async fn next_task();
    #[wasm_bindgen(js_name = restoreFetch)]
    fn restore_fetch();
    #[wasm_bindgen(js_name = brokenFetches)]
    fn broken_fetches() -> Vec<String>;
    #[wasm_bindgen(js_name = breakFetch)]
    fn break_fetch(how: &str);
    #[wasm_bindgen(js_name = removeFetch)]
    fn remove_fetch(how: &str);
    #[wasm_bindgen(js_name = stallFetch)]
    fn stall_fetch(place: &str);
    #[wasm_bindgen(js_name = wrapFetch)]
    fn wrap_fetch();
    #[wasm_bindgen(js_name = fetchFromFrame)]
    fn fetch_from_frame(body: &str);
    #[wasm_bindgen(variadic, js_name = answerWithChunks)]
    fn answer_with_chunks(pieces: Vec<Uint8Array>);
    #[wasm_bindgen(js_name = setInvalidHeaders)]
    fn set_invalid_headers(element: &Element, how: &str);
    #[wasm_bindgen(js_name = nextError)]
    fn next_error() -> Promise;
    #[wasm_bindgen(js_name = holdDeadline)]
    fn hold_deadline();
    #[wasm_bindgen(js_name = fireDeadline)]
    fn fire_deadline();
}

/// Empties the page and defines the element.
fn new_page() {
    thread_local! {
        static LOAD: Closure<dyn Fn() -> Promise> = Closure::new({
            let functions = JsValue::from(functions());
            move || Promise::resolve(&functions)
        });
    }
    reset_page();
    // Every test calls this, so the element is defined again in the same page. The first definition stays, and nothing is thrown.
    LOAD.with(|load| {
        define_element(
            load.as_ref().unchecked_ref(),
            "[part~=form] { display: grid }",
            &files(),
        );
    });
}

/// Lets the tasks run that are queued in the event loop, with the tasks that they queue.
async fn run_tasks() {
    for _ in 0..20 {
        next_task().await;
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

/// The text that a person sees in an element of the page.
fn visible_text(element: &Element) -> String {
    element.unchecked_ref::<HtmlElement>().inner_text()
}

/// Counts the events of a type.
fn event_count(name: &str) -> usize {
    events_json().matches(&format!("[\"{name}\"")).count()
}

#[wasm_bindgen_test]
async fn element_shows_a_form_and_dispatches_ready() {
    new_page();
    let element = add_element(SHOP);
    assert_eq!(text(&element), "fallback");
    run_tasks().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert!(
        text(&element).contains("Mobile number or email"),
        "{}",
        text(&element)
    );
    assert!(!visible_text(&element).contains("fallback"));
    assert_eq!(event_count("ae-ready"), 1);
    assert_eq!(requests_json(), "[]");
}

#[wasm_bindgen_test]
async fn moved_element_keeps_its_step_and_values() {
    new_page();
    let element = add_element(SHOP);
    run_tasks().await;
    type_and_submit(&element, "nobody");
    assert!(text(&element).contains("That doesn't look like an email address"));
    move_element(&element);
    run_tasks().await;
    assert!(text(&element).contains("That doesn't look like an email address"));
    assert_eq!(event_count("ae-ready"), 1);
}

#[wasm_bindgen_test]
async fn moved_element_receives_its_answer() {
    new_page();
    let element = add_element(SHOP);
    run_tasks().await;
    queue_answer(r#"{"status":{"success":false,"code":1515,"message":""}}"#);
    type_and_submit(&element, "ada@example.org");
    move_element(&element);
    run_tasks().await;
    assert!(
        text(&element).contains("We couldn't find that number or email"),
        "{}",
        text(&element)
    );
}

#[wasm_bindgen_test]
async fn removed_element_aborts_its_request_and_starts_over_when_reinserted() {
    new_page();
    let element = add_element(SHOP);
    run_tasks().await;
    type_and_submit(&element, "ada@example.org");
    assert_eq!(element.get_attribute("aria-busy").as_deref(), Some("true"));
    assert!(requests_json().contains("\"aborted\":false"));
    element.remove();
    run_tasks().await;
    assert!(
        requests_json().contains("\"aborted\":true"),
        "{}",
        requests_json()
    );
    assert_eq!(text(&element), "fallback");
    assert_eq!(step(&element), None);
    assert_eq!(event_count("ae-error"), 0);

    reinsert(&element);
    run_tasks().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert!(!element.has_attribute("busy"));
    assert_eq!(event_count("ae-ready"), 2);
}

#[wasm_bindgen_test]
async fn two_elements_have_unique_ids_and_send_one_request() {
    new_page();
    let (first, second) = (add_element(SHOP), add_element(SHOP));
    run_tasks().await;
    let id = |element: &Element| {
        let input = element
            .query_selector("input")
            .ok()
            .flatten()
            .expect("a field");
        let label = element
            .query_selector("label")
            .ok()
            .flatten()
            .expect("a label");
        assert_eq!(label.get_attribute("for"), Some(input.id()));
        input.id()
    };
    assert_ne!(id(&first), id(&second));
    type_and_submit(&first, "ada@example.org");
    run_tasks().await;
    assert!(first.has_attribute("busy"));
    assert!(!second.has_attribute("busy"));
    assert_eq!(
        requests_json()
            .matches("https://engine.example/auth/v1/web/token/generate")
            .count(),
        1
    );
}

#[wasm_bindgen_test]
async fn shadow_root_contains_the_form_and_shows_the_fallback_after_removal() {
    new_page();
    let element =
        add_element(r#"{"base-url":"https://engine.example","brand":"DocDemo","shadow":""}"#);
    run_tasks().await;
    let root = Reflect::get(&element, &"shadowRoot".into()).expect("a property");
    let root: Element = root.unchecked_into();
    assert!(text(&root).contains("Mobile number"));
    type_and_submit(&element, "12");
    assert!(text(&root).contains("That doesn't look like a mobile number"));
    element.remove();
    run_tasks().await;
    // This slot shows the children of the element.
    let slot = root.query_selector("slot[name='']:not([hidden])");
    assert!(slot.ok().flatten().is_some());
    assert_eq!(text(&element), "fallback");
}

#[wasm_bindgen_test]
async fn invalid_attributes_show_the_fallback_until_they_are_corrected() {
    new_page();
    let element = add_element(r#"{"base-url":"javascript:alert(1)","otp-length":"99"}"#);
    run_tasks().await;
    assert_eq!(text(&element), "fallback");
    assert_eq!(event_count("ae-error"), 1);
    assert!(events_json().contains("\"kind\":\"configuration\""));
    assert_eq!(event_count("ae-ready"), 0);
    assert_eq!(token_error(&element).await, "AeError configuration");

    for (name, value) in [
        ("base-url", "https://engine.example"),
        ("brand", "DocDemo"),
        ("otp-length", "6"),
    ] {
        element.set_attribute(name, value).expect("a valid name");
    }
    run_tasks().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert_eq!(event_count("ae-ready"), 1);
    assert_eq!(requests_json(), "[]");
}

#[wasm_bindgen_test]
async fn changed_attribute_applies_at_once_and_changed_brand_starts_over() {
    new_page();
    let element = add_element(SHOP);
    run_tasks().await;
    type_and_submit(&element, "nobody");
    element
        .set_attribute("identifiers", "mobile")
        .expect("a valid name");
    run_tasks().await;
    assert!(text(&element).contains("Mobile number"));
    assert!(!text(&element).contains("or email"));
    assert_eq!(event_count("ae-ready"), 1);
    element
        .set_attribute("brand", "Bukl")
        .expect("a valid name");
    run_tasks().await;
    assert_eq!(event_count("ae-ready"), 2);
    assert!(!text(&element).contains("look like a mobile number"));
}

#[wasm_bindgen_test]
async fn element_can_be_removed_in_an_event_listener() {
    new_page();
    let element = add_element(SHOP);
    let removed = element.clone();
    let listener = Closure::once_into_js(move || {
        let _signed_out = sign_out(&removed);
        removed.remove();
    });
    listen_once("ae-ready", &listener);
    run_tasks().await;
    assert_eq!(text(&element), "fallback");
    let other = add_element(SHOP);
    run_tasks().await;
    assert_eq!(step(&other).as_deref(), Some("identify"));
}

#[wasm_bindgen_test]
async fn blocked_storage_is_reported_once_and_the_login_continues() {
    new_page();
    block_session_storage(true);
    let element = add_element(SHOP);
    run_tasks().await;
    queue_answer(r#"{"status":{"success":false,"code":1515,"message":""}}"#);
    type_and_submit(&element, "ada@example.org");
    run_tasks().await;
    type_and_submit(&element, "eve@example.org");
    run_tasks().await;
    block_session_storage(false);
    assert_eq!(
        events_json().matches("\"kind\":\"storage\"").count(),
        1,
        "{}",
        events_json()
    );
    assert!(element.has_attribute("busy"));
}

#[wasm_bindgen_test]
async fn form_restores_the_step_after_a_session_without_a_form() {
    new_page();
    // Another brand than in the other tests, because a session without a form lasts as long as the page.
    store_record(
        "ae-login:1:https://engine.example Bukl:step",
        r#"{"v":1,"brand":"Bukl","typed":"ada@exam"}"#,
    );
    let _session = create_session(r#"{"baseUrl":"https://engine.example","brand":"Bukl"}"#);
    run_tasks().await;
    let element = add_element(&SHOP.replace("DocDemo", "Bukl"));
    run_tasks().await;
    assert_eq!(input_value(&element), "ada@exam");
}

const UNKNOWN: &str = r#"{"status":{"success":false,"code":1515,"message":""}}"#;

/// Submits the form and returns the kind of the next `ae-error`.
async fn submit_and_get_error(element: &Element) -> Option<String> {
    let error = next_error();
    type_and_submit(element, "ada@example.org");
    let error = JsFuture::from(error).await.expect("it never rejects");
    error.as_string()
}

/// Submits the form and expects an error of this kind. Restores `fetch` and expects that the same form works again.
async fn assert_ends_with_error(element: &Element, kind: &str, how: &str) {
    assert_eq!(
        submit_and_get_error(element).await.as_deref(),
        Some(kind),
        "{how}"
    );
    assert!(!element.has_attribute("busy"), "{how}");
    restore_fetch();
    queue_answer(UNKNOWN);
    assert_answer_is_read(element, how).await;
}

/// Submits the form and expects that the engine's answer, an unknown customer, is shown.
async fn assert_answer_is_read(element: &Element, how: &str) {
    let error = submit_and_get_error(element).await;
    assert_eq!(error.as_deref(), Some("rejected"), "{how}");
    assert!(!element.has_attribute("busy"), "{how}");
    assert!(
        text(element).contains("We couldn't find that number"),
        "{how}"
    );
}

#[wasm_bindgen_test]
async fn broken_fetch_ends_with_a_network_error() {
    new_page();
    let element = open_element(SHOP).await;
    for how in broken_fetches() {
        break_fetch(&how);
        assert_ends_with_error(&element, "network", &how).await;
    }
}

#[wasm_bindgen_test]
async fn missing_fetch_ends_with_a_network_error() {
    new_page();
    let element = open_element(SHOP).await;
    for how in ["missing", "an object", "unreadable"] {
        remove_fetch(how);
        assert_ends_with_error(&element, "network", how).await;
    }
}

#[wasm_bindgen_test]
async fn invalid_request_headers_end_with_a_network_error() {
    new_page();
    for how in ["unreadable", "illegal", "a number"] {
        let element = open_element(SHOP).await;
        set_invalid_headers(&element, how);
        let error = submit_and_get_error(&element).await;
        assert_eq!(error.as_deref(), Some("network"), "{how}");
        assert!(!element.has_attribute("busy"), "{how}");
        element.remove();
        run_tasks().await;
    }
    assert_eq!(requests_json(), "[]");
}

#[wasm_bindgen_test]
async fn fetch_that_never_settles_ends_at_the_deadline() {
    new_page();
    let element = open_element(SHOP).await;
    for place in ["headers", "body"] {
        hold_deadline();
        stall_fetch(place);
        let error = next_error();
        type_and_submit(&element, "ada@example.org");
        run_tasks().await;
        assert!(element.has_attribute("busy"), "{place}");
        fire_deadline();
        let error = JsFuture::from(error).await.expect("it never rejects");
        assert_eq!(error.as_string().as_deref(), Some("timeout"), "{place}");
        assert!(!element.has_attribute("busy"), "{place}");
        restore_fetch();
        queue_answer(UNKNOWN);
        assert_answer_is_read(&element, place).await;
    }
}

#[wasm_bindgen_test]
async fn deadline_aborts_the_request() {
    new_page();
    let element = open_element(SHOP).await;
    hold_deadline();
    let error = next_error();
    type_and_submit(&element, "ada@example.org");
    fire_deadline();
    let error = JsFuture::from(error).await.expect("it never rejects");
    assert_eq!(error.as_string().as_deref(), Some("timeout"));
    assert!(
        requests_json().contains("\"aborted\":true"),
        "{}",
        requests_json()
    );
    run_tasks().await;
    assert_eq!(event_count("ae-error"), 1);
}

#[wasm_bindgen_test]
async fn fetch_of_a_tracing_script_is_used() {
    new_page();
    let element = open_element(SHOP).await;
    wrap_fetch();
    queue_answer(UNKNOWN);
    assert_answer_is_read(&element, "traced").await;
}

#[wasm_bindgen_test]
async fn response_of_another_window_is_read() {
    new_page();
    let element = open_element(SHOP).await;
    fetch_from_frame(UNKNOWN);
    assert_answer_is_read(&element, "frame").await;
}

#[wasm_bindgen_test]
async fn body_is_read_in_chunks_up_to_64_kib() {
    new_page();
    let element = open_element(SHOP).await;
    let bytes = |text: &str| Uint8Array::from(text.as_bytes());
    // A byte order mark, and a character that is split between two chunks.
    let named = UNKNOWN.replace("\"\"", "\"\u{e9}\"");
    let middle = named.find('\u{e9}').expect("it is there") + 1;
    let (first, second) = named.as_bytes().split_at(middle);
    answer_with_chunks(vec![
        bytes("\u{feff}"),
        Uint8Array::from(first),
        bytes(""),
        Uint8Array::from(second),
    ]);
    assert_answer_is_read(&element, "in chunks").await;

    let filled = |length: usize| [UNKNOWN, &" ".repeat(length - UNKNOWN.len())].concat();
    answer_with_chunks(vec![bytes(&filled(65_535)), bytes(" ")]);
    assert_answer_is_read(&element, "64 KiB").await;
    answer_with_chunks(vec![bytes(&filled(65_536)), bytes(" ")]);
    assert_ends_with_error(&element, "malformed", "one byte more").await;
    answer_with_chunks(vec![Uint8Array::from(&[0x7b, 0xff, 0x7d][..])]);
    assert_ends_with_error(&element, "malformed", "not UTF-8").await;
}

/// Stores the token of the vendor's published sample as if an earlier page of this tab had just received it.
fn store_signed_in_record() {
    const TOKEN: &str = "eyJpZHYiOlsiRU1BSUx8Y2FwdGVzdEBnbWFpbC5jb20iXSwiZGV2IjpudWxsLCJvcmciOiJET0NERU1PIiwiYWxnIjoiSFMyNTYifQ.eyJ1aWQiOiI0MDY4MjkxIiwiaXNzIjoiQ0FQSUxMQVJZIFRFQ0hOT0xPR0lFUyIsImlzYyI6ImZhbHNlIiwib2djIjpbIjEwMDczN3xuZWVyYWouZG9jIl0sImV4cCI6MTc2MDAxMzg0MywiaWF0IjoxNzYwMDEzNzUzLCJyb2wiOiJVU0VSIn0.N7ocUUT5eBXE-rRIoJvRWmMIEN56CIr8_NXQYkUGYig";
    let now = js_sys::Date::now();
    store_record(
        "ae-login:1:https://engine.example DocDemo:session",
        &format!(
            r#"{{"v":1,"brand":"DocDemo","type":"EMAIL","value":"captest@gmail.com","token":"{TOKEN}","received":{now},"signedIn":1760013753000}}"#
        ),
    );
}

#[wasm_bindgen_test]
async fn sign_out_by_the_page_keeps_the_focus_outside_the_form() {
    new_page();
    store_signed_in_record();
    let element = add_element(SHOP);
    run_tasks().await;
    assert_eq!(step(&element).as_deref(), Some("signed-in"));
    focus_outside();
    let _signed_out = sign_out(&element);
    run_tasks().await;
    assert_eq!(step(&element).as_deref(), Some("identify"));
    assert_eq!(focused(), "outside");
}

#[wasm_bindgen_test]
async fn sign_out_in_the_form_focuses_its_first_field() {
    new_page();
    store_signed_in_record();
    let element = add_element(SHOP);
    run_tasks().await;
    click_part(&element, "sign-out");
    run_tasks().await;
    assert_eq!(focused(), "input identifier-input");
}

#[wasm_bindgen_test]
async fn late_answer_does_not_move_the_focus_back_to_the_form() {
    new_page();
    let element = add_element(SHOP);
    run_tasks().await;
    queue_answer(r#"{"status":{"success":false,"code":1515,"message":""}}"#);
    type_and_submit(&element, "ada@example.org");
    focus_outside();
    run_tasks().await;
    assert!(text(&element).contains("We couldn't find that number or email"));
    assert_eq!(focused(), "outside");
}

#[wasm_bindgen_test]
async fn device_id_is_random_and_sent_only_with_send_device_id() {
    new_page();
    type_and_submit(&open_element(SHOP).await, "ada@example.org");
    assert!(!requests_json().contains("deviceId"), "{}", requests_json());

    let sending = SHOP
        .replace("DocDemo", "Ukubl")
        .replace('}', r#","send-device-id":""}"#);
    type_and_submit(&open_element(&sending).await, "ada@example.org");
    let first = last_request_field("deviceId").expect("it is sent");
    assert_eq!(first.matches('-').count(), 3, "{first}");
    type_and_submit(
        &open_element(&sending.replace("Ukubl", "Lbuk")).await,
        "ada@example.org",
    );
    assert_eq!(last_request_field("deviceId"), Some(first));

    let own = sending
        .replace("Ukubl", "Own")
        .replace('}', r#","device-id":"till-7"}"#);
    type_and_submit(&open_element(&own).await, "ada@example.org");
    assert_eq!(last_request_field("deviceId").as_deref(), Some("till-7"));
}

/// Adds an element and waits until it is open.
async fn open_element(attributes: &str) -> Element {
    let element = add_element(attributes);
    run_tasks().await;
    element
}

/// Opens an element at the step `password` of the vendor's sample customer.
async fn at_the_password_step() -> Element {
    new_page();
    let element = open_element(&SHOP.replace('}', r#","first-factor":"password"}"#)).await;
    queue_answer(include_str!(
        "../../emulator/fixtures/web-token-generate.existing-user.response.json"
    ));
    type_and_submit(&element, "captest@gmail.com");
    run_tasks().await;
    assert_eq!(step(&element).as_deref(), Some("password"));
    element
}

/// Returns the first element of a part.
fn part(element: &Element, name: &str) -> HtmlInputElement {
    let found = element
        .query_selector(&format!("[part~={name}]"))
        .ok()
        .flatten();
    found.expect(name).unchecked_into()
}

#[wasm_bindgen_test]
async fn typed_password_survives_reveal_and_redraw() {
    let element = at_the_password_step().await;
    let password = part(&element, "password-input");
    assert_eq!(password.type_(), "password");
    password.set_value("correct horse");
    let reveal = part(&element, "reveal");
    // The Enter key would press a submit button.
    assert_eq!(reveal.type_(), "button");
    for (kind, name) in [("text", "Hide password"), ("password", "Show password")] {
        click_part(&element, "reveal");
        assert_eq!(password.type_(), kind);
        assert_eq!(password.value(), "correct horse");
        assert_eq!(reveal.get_attribute("aria-label").as_deref(), Some(name));
    }

    click_part(&element, "forgot");
    assert_eq!(step(&element).as_deref(), Some("forgot-password"));
    let new = part(&element, "new-password-input");
    let again = part(&element, "confirm-password-input");
    assert_eq!(new.value(), "");
    new.set_value("battery staple");
    again.set_value("battery stable");
    click_part(&element, "reveal");
    assert_eq!([new.type_(), again.type_()], ["text", "text"]);
    element
        .set_attribute("password-hint", "Two words")
        .expect("a valid name");
    run_tasks().await;
    assert!(text(&element).contains("Two words"));
    submit(&element);
    assert!(text(&element).contains("The passwords don't match."));
    assert_eq!(focused(), "input confirm-password-input");
    assert_eq!(new.value(), "battery staple");
    assert_eq!(again.value(), "battery stable");
}

#[wasm_bindgen_test]
async fn username_input_precedes_the_password_for_password_managers() {
    let element = at_the_password_step().await;
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
async fn password_is_sent_unchanged_while_revealed() {
    const PASSWORD: &str = " \u{a0}\"A\u{30a}\u{212b}\\ \u{1f511}\u{200d}\t<b>&amp; ";
    let element = at_the_password_step().await;
    let password = part(&element, "password-input");
    password.set_value(PASSWORD);
    click_part(&element, "reveal");
    submit(&element);
    assert_eq!(last_request_field("password").as_deref(), Some(PASSWORD));
    // Password managers save the value of an input of this type.
    assert_eq!(password.type_(), "password");
}

#[wasm_bindgen_test]
async fn token_is_refused_before_a_login() {
    new_page();
    let element = add_element(SHOP);
    assert_eq!(token_error(&element).await, "AeError signed-out");
    assert_eq!(requests_json(), "[]");
    element.remove();
    run_tasks().await;
    let removed = add_element(SHOP);
    removed.remove();
    assert_eq!(token_error(&removed).await, "AeError unavailable");
}

#[wasm_bindgen_test]
async fn work_for_an_element_does_not_grow_with_their_number() {
    new_page();
    open_element(SHOP).await;
    take_drawings();
    open_element(SHOP).await;
    let for_the_second = take_drawings();
    assert!(for_the_second > 0);
    for _ in 2..40 {
        add_element(SHOP);
    }
    run_tasks().await;
    take_drawings();
    open_element(SHOP).await;
    assert_eq!(take_drawings(), for_the_second);
}

#[wasm_bindgen_test]
async fn inserting_and_removing_300_elements_leaks_no_memory() {
    new_page();
    let pages = || {
        let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        let buffer: js_sys::ArrayBuffer = memory.buffer().unchecked_into();
        buffer.byte_length() / 65_536
    };
    let mut pages_after_50 = 0;
    for round in 0..300 {
        let element = add_element(SHOP);
        run_tasks().await;
        element.remove();
        run_tasks().await;
        if round == 50 {
            pages_after_50 = pages();
        }
    }
    assert!(
        pages() <= pages_after_50 + 1,
        "{} pages, {pages_after_50} before",
        pages()
    );
}

#[wasm_bindgen_test]
fn allocations_do_not_overlap() {
    // Marsaglia's xorshift generates the same sizes in each run.
    let mut state = 2_463_534_242_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize
    };
    let mut allocations: Vec<Vec<usize>> = Vec::new();
    for round in 0..5_000 {
        if allocations.len() > 60 || (round % 3 == 0 && !allocations.is_empty()) {
            let block = allocations.swap_remove(next() % allocations.len());
            assert!(block.iter().all(|word| *word == block[0]), "round {round}");
        }
        // Most blocks have up to 10 KiB, some have more than a page of wasm (64 KiB).
        let max_length = if next() % 50 == 0 { 40_000 } else { 2_500 };
        let mut block = vec![round; 1 + next() % max_length];
        block.resize(1 + next() % max_length, round);
        allocations.push(block);
    }
    for block in allocations {
        assert!(block.iter().all(|word| *word == block[0]));
    }
}

#[wasm_bindgen_test]
fn freed_memory_is_cleared_after_reallocation() {
    // Backwards, because a constant is itself in memory.
    const BACKWARDS: &str = "ssarb ni tub ,krow sredliug eht naem ton od I";
    let count = || occurrences_in_memory(&wasm_bindgen::memory(), BACKWARDS);
    // The text does not begin at the start of its allocation, where allocators write their own data after freeing it.
    let mut text = "-".repeat(64);
    text.reserve_exact(BACKWARDS.len());
    text.extend(BACKWARDS.chars().rev());
    // The next allocation prevents that the first one grows in place.
    let next_allocation = text.clone();
    assert_eq!(count(), 2);
    for _ in 0..100 {
        text.push_str("and more of the same ");
        assert_eq!(count(), 2);
    }
    drop(next_allocation);
    assert_eq!(count(), 1);
    text.clear();
    text.shrink_to_fit();
    assert_eq!(count(), 0);
}
