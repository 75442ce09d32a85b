//! The form as a modal dialog: how it opens and closes, where the focus goes, and that the page behind it is inert.

use ae_e2e::shop::{FALLBACK, Wasm};
use ae_e2e::{Fixture, Orders, Page, Shop, script};
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::passwords::add_customer_with_password;
use crate::sign_in::{SENT, TYPED, sign_in};

const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

/// A page with a link that opens the dialog.
fn shop(attributes: &str) -> Shop {
    Shop::new().with_main(&main_with(attributes))
}

/// The content of the page: the link and the widget.
fn main_with(attributes: &str) -> String {
    format!(
        r#"<p><a id="opener" href="/account">My account</a></p>
<ae-login dialog base-url="{{{{engine}}}}" brand="DocDemo" {attributes}><p>{FALLBACK}</p></ae-login>"#
    )
}

/// Opens the dialog by the page's link and the keyboard. Not every browser gives a link the focus when it is clicked.
async fn open_dialog(page: &Page) {
    let ready = "return recordedEvents.some(({ name }) => name === 'ae-ready')";
    page.waits_for("a form", ready, json!([])).await;
    let script = script!("dialog.js"; "prepareOpener()");
    page.evaluates(script, json!([])).await;
    page.presses_keys(ENTER).await;
    wait_until_open(page).await;
}

/// Waits until the dialog is open and modal.
async fn wait_until_open(page: &Page) {
    let script = "const [it] = findAll(null, 'dialog'); return !!it && it.matches(':modal')";
    page.waits_for("an open dialog", script, json!([])).await;
}

/// Waits until no dialog is open.
async fn wait_until_closed(page: &Page) {
    let script =
        "return !findAll(null, 'dialog').length && !document.querySelector('dialog[open]')";
    page.waits_for("no dialog", script, json!([])).await;
}

/// Waits until the dialog is closed and the focus is back on the page's link.
async fn wait_until_focus_is_back(page: &Page) {
    wait_until_closed(page).await;
    let script = "return focused().id === 'opener'";
    page.waits_for("the focus on the link", script, json!([]))
        .await;
}

/// Waits until a part has the focus.
async fn wait_for_focus_on(page: &Page, part: &str) {
    let script = "return !!focused()?.matches(`[part~=${arguments[0]}]`) && isVisible(focused())";
    let what = format!("the focus on {part:?}");
    page.waits_for(&what, script, json!([part])).await;
}

/// The centre of an element.
async fn centre_of(page: &Page, selector: &str) -> (f64, f64) {
    let script = script!("dialog.js"; "return centreOfFirst(arguments[0])");
    let at = page.evaluates(script, json!([selector])).await;
    serde_json::from_value(at).expect("a point")
}

/// A point beside the dialog.
const BESIDE: (f64, f64) = (5.0, 300.0);

pub(crate) async fn dialog_opens_closes_and_returns_the_focus(fixture: &Fixture) {
    let page = fixture.opens(shop("")).await;
    page.receives("ae-ready").await;
    let count = "window.closings = 0; widget().addEventListener('close', () => window.closings++)";
    page.evaluates(count, json!([])).await;
    wait_until_closed(&page).await;
    page.has_attribute("step", Some("identify")).await;
    page.no_longer_sees(FALLBACK).await;
    open_dialog(&page).await;
    page.has_focus_in("Mobile number").await;
    page.types("Mobile number", TYPED).await;
    page.presses("Close").await;
    wait_until_focus_is_back(&page).await;

    open_dialog(&page).await;
    page.has_focus_in("Mobile number").await;
    // The field keeps its value.
    page.has_value("Mobile number", TYPED).await;
    page.presses_keys(ESCAPE).await;
    wait_until_focus_is_back(&page).await;

    open_dialog(&page).await;
    page.drags(BESIDE, BESIDE).await;
    wait_until_focus_is_back(&page).await;

    open_dialog(&page).await;
    page.evaluates(
        "widget().show(); widget().close(); widget().close()",
        json!([]),
    )
    .await;
    wait_until_focus_is_back(&page).await;
    let closed = "return window.closings === 4";
    page.waits_for("a close event for each time", closed, json!([]))
        .await;
    assert!(fixture.engine.calls().is_empty());
    assert_eq!(page.event_count("ae-ready").await, 1);
}

pub(crate) async fn dragging_a_selection_out_of_the_dialog_keeps_it_open(fixture: &Fixture) {
    let page = fixture.opens(shop("")).await;
    open_dialog(&page).await;
    page.types("Mobile number", TYPED).await;
    let field = centre_of(&page, "[part~=identifier-input]").await;
    page.drags(field, BESIDE).await;
    // A click on a part that is not a control does not close the dialog either.
    let title = centre_of(&page, "[part~=title]").await;
    page.drags(title, title).await;
    wait_until_open(&page).await;
    page.has_value("Mobile number", TYPED).await;
    page.drags(BESIDE, BESIDE).await;
    wait_until_closed(&page).await;
}

pub(crate) async fn page_behind_the_dialog_is_inert(fixture: &Fixture) {
    let page = fixture.opens(shop(r#"country="IN""#)).await;
    open_dialog(&page).await;
    page.has_focus_in("Mobile number").await;
    let mut parts = Vec::new();
    for _ in 0..8 {
        page.presses_keys(TAB).await;
        // Between the last control and the first, the browser's own controls may have the focus.
        let script = script!("dialog.js"; "return focusedPart()");
        let at = page.evaluates(script, json!([])).await;
        parts.push(at.as_str().unwrap_or_default().to_owned());
    }
    for part in ["submit", "close", "input identifier-input"] {
        assert!(parts.iter().any(|it| it == part), "{part}: {parts:?}");
    }
    assert!(!parts.iter().any(|it| it.starts_with('<')), "{parts:?}");
    let script = script!("dialog.js"; "return isOpenerCovered()");
    assert_eq!(page.evaluates(script, json!([])).await, json!(true));
    let script = "document.querySelector('#opener').focus(); return focused().id";
    assert_ne!(page.evaluates(script, json!([])).await, json!("opener"));
}

pub(crate) async fn closed_dialog_takes_no_focus(fixture: &Fixture) {
    let page = fixture.opens(shop("")).await;
    open_dialog(&page).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    // The dialog is closed right after a press that changes the step.
    page.evaluates(
        "findAll(null, '[part~=change-identifier]')[0].click(); widget().close()",
        json!([]),
    )
    .await;
    page.is_at("identify").await;
    wait_until_focus_is_back(&page).await;
    page.evaluates(
        "findAll(null, '#top')[0].focus(); widget().restart()",
        json!([]),
    )
    .await;
    page.is_at("identify").await;
    let script = "return focused().id";
    assert_eq!(page.evaluates(script, json!([])).await, json!("top"));
}

pub(crate) async fn dialog_closes_after_login_and_stays_open_for_a_password_change(
    fixture: &Fixture,
) {
    add_customer_with_password(fixture);
    let page = fixture.opens(shop("")).await;
    open_dialog(&page).await;
    sign_in(fixture, &page).await;
    wait_until_focus_is_back(&page).await;

    open_dialog(&page).await;
    page.sees("You're signed in").await;
    wait_for_focus_on(&page, "title").await;
    page.evaluates("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    wait_until_open(&page).await;
    page.has_focus_in("Current password").await;
    page.presses("Back").await;
    page.is_at("signed-in").await;
    wait_until_open(&page).await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.has_focus_in("Mobile number").await;
    wait_until_open(&page).await;
    page.presses("Close").await;
    wait_until_focus_is_back(&page).await;
}

pub(crate) async fn show_called_before_loading_opens_the_dialog_later(fixture: &Fixture) {
    let (shop, release) = shop("").with_late_wasm();
    let page = fixture.opens(shop).await;
    page.sees(FALLBACK).await;
    page.waits_for("the class", "return !!widget().show", json!([]))
        .await;
    page.evaluates(
        "document.querySelector('#opener').focus(); widget().show()",
        json!([]),
    )
    .await;
    wait_until_closed(&page).await;
    release.send_replace(true);
    wait_until_open(&page).await;
    page.has_focus_in("Mobile number").await;
    page.presses_keys(ESCAPE).await;
    wait_until_focus_is_back(&page).await;

    // `close()` before the element is in the page takes `show()` back.
    let script = script!("dialog.js"; "replaceByShownCopy(arguments[0])");
    page.evaluates(script, json!([true])).await;
    page.is_at("identify").await;
    wait_until_closed(&page).await;
    // `show()` before the element is in the page opens it there.
    page.evaluates(script, json!([false])).await;
    wait_until_open(&page).await;
}

pub(crate) async fn dialog_is_labelled_by_its_title(fixture: &Fixture) {
    for attributes in ["", "shadow"] {
        let page = fixture.opens(shop(attributes)).await;
        open_dialog(&page).await;
        let script = script!("dialog.js"; "return isLabelledBy(arguments[0])");
        page.waits_for("the label of the dialog", script, json!(["Sign in"]))
            .await;
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.is_at("code").await;
        page.waits_for(
            "the label of the dialog",
            script,
            json!(["Enter your code"]),
        )
        .await;
        let script = script!("dialog.js"; "return closeButton()");
        assert_eq!(
            page.evaluates(script, json!([])).await,
            json!(["button", "Close", true])
        );
        page.presses("Use a different number or email").await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn waiting_call_opens_the_dialog(fixture: &Fixture) {
    let orders = Orders::default();
    let page = fixture.opens(shop("").with_orders(&orders)).await;
    page.is_at("identify").await;
    page.evaluates("document.querySelector('#opener').focus()", json!([]))
        .await;
    let wait = script!("dialog.js"; "startWaitingCall()");
    for close in [true, false] {
        page.evaluates(wait, json!([])).await;
        wait_until_open(&page).await;
        page.has_focus_in("Mobile number").await;
        if close {
            page.presses("Close").await;
        } else {
            // A second call does not move the focus of a customer who is typing.
            page.types("Mobile number", TYPED).await;
            page.presses_keys(TAB).await;
            wait_for_focus_on(&page, "submit").await;
            page.evaluates(wait, json!([])).await;
            wait_for_focus_on(&page, "submit").await;
            sign_in(fixture, &page).await;
        }
        let answer = page.awaits("return window.answer", json!([])).await;
        let expected = if close { "signed-out" } else { "answer 2" };
        // The two waiting calls may arrive in any order.
        let answer = answer
            .map(|answer| json!(answer.as_str().map(|it| it.replace("answer 1", "answer 2"))));
        assert_eq!(answer, Ok(json!(expected)));
        wait_until_focus_is_back(&page).await;
    }
    assert_eq!(orders.requests().len(), 2);
}

pub(crate) async fn login_in_a_dialog_in_a_shadow_tree_succeeds(fixture: &Fixture) {
    let page = fixture.opens(shop("shadow")).await;
    open_dialog(&page).await;
    page.has_focus_in("Mobile number").await;
    page.presses_keys(&format!("{TYPED}{ENTER}")).await;
    page.is_at("code").await;
    page.has_focus_in("Code").await;
    page.presses_keys(ESCAPE).await;
    wait_until_focus_is_back(&page).await;
    open_dialog(&page).await;
    page.has_focus_in("Code").await;
    page.drags(BESIDE, BESIDE).await;
    wait_until_focus_is_back(&page).await;
    open_dialog(&page).await;
    let code = fixture.engine.code_sent_to(SENT);
    page.presses_keys(&format!("{code}{ENTER}")).await;
    page.is_at("signed-in").await;
    wait_until_focus_is_back(&page).await;
    let script = "return [widget().childElementCount, widget().shadowRoot.firstElementChild.matches('dialog') && !!widget().shadowRoot.querySelector('dialog form')]";
    assert_eq!(page.evaluates(script, json!([])).await, json!([1, true]));
}

pub(crate) async fn dialog_continues_after_a_reload(fixture: &Fixture) {
    let page = fixture.opens(shop("")).await;
    open_dialog(&page).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.reloads().await;
    page.is_at("code").await;
    wait_until_closed(&page).await;
    let body = "return focused() === document.body";
    assert_eq!(page.evaluates(body, json!([])).await, json!(true));
    open_dialog(&page).await;
    page.has_focus_in("Code").await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    wait_until_focus_is_back(&page).await;

    // A restored session does not open the dialog.
    page.reloads().await;
    page.is_at("signed-in").await;
    wait_until_closed(&page).await;
    // A restored session does not close a dialog that a script has shown.
    page.reloads().await;
    page.waits_for("the class", "return !!widget().show", json!([]))
        .await;
    page.evaluates("widget().show()", json!([])).await;
    wait_until_open(&page).await;
    page.sees("You're signed in").await;
}

pub(crate) async fn dialog_uses_the_language_of_the_form(fixture: &Fixture) {
    let page = fixture.opens(shop(r#"locale="ar""#)).await;
    open_dialog(&page).await;
    let script = script!("dialog.js"; "return isCloseButton(...arguments)");
    page.waits_for("the close button", script, json!(["إغلاق", "left"]))
        .await;
    page.has_attribute("step", Some("identify")).await;
    page.evaluates("widget().setAttribute('locale', 'de')", json!([]))
        .await;
    page.waits_for("the close button", script, json!(["Schließen", "right"]))
        .await;
    page.presses("Schließen").await;
    wait_until_focus_is_back(&page).await;
}

pub(crate) async fn dialog_fits_a_320_by_240_window(fixture: &Fixture) {
    let framed = format!("{CSP}; frame-src 'self'");
    let page = fixture.opens(shop("").with_csp(&framed)).await;
    page.is_at("identify").await;
    let script = script!("dialog.js"; "frameInSmallWindow()");
    page.evaluates(script, json!([])).await;
    let script = script!("dialog.js"; "return showInFrame()");
    page.waits_for("the small page", script, json!([])).await;
    let script = script!("dialog.js"; "return smallDialog()");
    assert_eq!(
        page.evaluates(script, json!([])).await,
        json!([true, true, true, 0, false])
    );
}

pub(crate) async fn dialog_passes_axe_in_light_colours(fixture: &Fixture) {
    check_steps(fixture, shop("")).await;
}

pub(crate) async fn dialog_passes_axe_in_dark_colours(fixture: &Fixture) {
    check_steps(fixture, shop("shadow").dark()).await;
}

/// Checks every step of a login in a dialog with axe.
async fn check_steps(fixture: &Fixture, shop: Shop) {
    let page = fixture
        .opens(shop.with_head(r#"<script src="/axe.js"></script>"#))
        .await;
    page.is_at("identify").await;
    page.passes_axe().await;
    open_dialog(&page).await;
    page.is_at("identify").await;
    page.passes_axe().await;
    page.presses("Continue").await;
    page.sees("Fill in this field to continue.").await;
    page.passes_axe().await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.passes_axe().await;
    page.types("Code", &fixture.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    wait_until_closed(&page).await;
    page.passes_axe().await;
    open_dialog(&page).await;
    page.is_at("signed-in").await;
    page.passes_axe().await;
}

pub(crate) async fn dialog_closes_when_its_element_moves_or_is_removed(fixture: &Fixture) {
    let page = fixture.opens(shop("")).await;
    open_dialog(&page).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    // A dialog that moves is closed, and the widget keeps its step.
    page.evaluates(
        "document.querySelector('main').prepend(widget())",
        json!([]),
    )
    .await;
    wait_until_closed(&page).await;
    page.is_at("code").await;
    open_dialog(&page).await;
    page.has_focus_in("Code").await;

    let script = "window.removed = widget(); removed.remove()";
    page.evaluates(script, json!([])).await;
    let can_focus = "document.querySelector('#opener').focus(); return focused().id === 'opener'";
    page.waits_for("the page to be interactive", can_focus, json!([]))
        .await;
    page.evaluates(
        "removed.show(); removed.close(); document.querySelector('main').append(removed)",
        json!([]),
    )
    .await;
    page.waits_for(
        "the form again",
        "return widget().hasAttribute('step')",
        json!([]),
    )
    .await;
    wait_until_closed(&page).await;
    open_dialog(&page).await;

    // Another brand starts another login.
    page.evaluates("widget().setAttribute('brand', 'Other')", json!([]))
        .await;
    wait_until_focus_is_back(&page).await;
    open_dialog(&page).await;
    page.has_focus_in("Mobile number").await;
}

pub(crate) async fn dialog_that_cannot_run_shows_the_fallback(fixture: &Fixture) {
    let page = fixture.opens(shop("").with_wasm(Wasm::Damaged)).await;
    page.allows_problem("/ae-login.wasm");
    page.allows_problem("ae-login cannot run in this page.");
    page.receives_error("unavailable", None).await;
    page.evaluates(
        "widget().show(); widget().close(); widget().show()",
        json!([]),
    )
    .await;
    page.sees(FALLBACK).await;
    wait_until_closed(&page).await;

    let page = fixture.opens(shop(r#"otp-length="many""#)).await;
    page.allows_problem("otp-length");
    page.receives_error("configuration", None).await;
    page.evaluates("widget().show(); widget().close()", json!([]))
        .await;
    page.sees(FALLBACK).await;
    wait_until_closed(&page).await;
}

pub(crate) async fn show_without_a_dialog_scrolls_the_form_into_view(fixture: &Fixture) {
    add_customer_with_password(fixture);
    let page = fixture
        .opens(Shop::new().with_attributes(r#"first-factor="password""#))
        .await;
    page.is_at("identify").await;
    let script = script!("dialog.js"; "showFarDown()");
    page.evaluates(script, json!([])).await;
    page.has_focus_in("Mobile number").await;
    let script = script!("dialog.js"; "return isInView()");
    page.waits_for("the form in view", script, json!([])).await;
    assert_eq!(
        page.evaluates(
            "return findAll(null, 'dialog, [part~=close]').length",
            Value::Null
        )
        .await,
        json!(0)
    );
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.presses_keys(TAB).await;
    wait_for_focus_on(&page, "reveal").await;
    page.evaluates("widget().show()", json!([])).await;
    wait_for_focus_on(&page, "reveal").await;
}
