//! The form as a dialog over the page: how it opens and closes, where the focus goes, and what stays out of reach.

use ae_e2e::shop::{FALLBACK, Wasm};
use ae_e2e::{Bench, Orders, Page, Shop};
use serde_json::{Value, json};
use xtask::site::CSP;

use crate::passwords::a_customer_with_a_password;
use crate::sign_in::{SENT, TYPED, sign_in};

const TAB: &str = "\u{e004}";
const ESCAPE: &str = "\u{e00c}";
const ENTER: &str = "\u{e007}";

/// A page with a link that opens the dialog.
fn shop(attributes: &str) -> Shop {
    Shop::new().of(&page_of(attributes))
}

fn page_of(attributes: &str) -> String {
    format!(
        r#"<p><a id="opener" href="/account">My account</a></p>
<ae-login dialog base-url="{{{{engine}}}}" brand="DocDemo" {attributes}><p>{FALLBACK}</p></ae-login>"#
    )
}

/// Gives the page's own link its work, and presses it with the keyboard: not every browser gives it the focus for a press of the
/// mouse.
async fn opens(page: &Page) {
    let ready = "return heard.some(({ name }) => name === 'ae-ready')";
    page.waits("a form", ready, json!([])).await;
    let script = "const opener = document.querySelector('#opener'); \
         opener.onclick = (event) => (event.preventDefault(), widget().show()); opener.focus()";
    page.asks(script, json!([])).await;
    page.strikes(ENTER).await;
    is_open(page).await;
}

async fn is_open(page: &Page) {
    let script = "const [it] = inside(null, 'dialog'); return !!it && it.matches(':modal')";
    page.waits("an open dialog", script, json!([])).await;
}

async fn is_closed(page: &Page) {
    let script = "return !inside(null, 'dialog').length && !document.querySelector('dialog[open]')";
    page.waits("no dialog", script, json!([])).await;
}

/// Waits until the focus is back on the page's link.
async fn is_back(page: &Page) {
    is_closed(page).await;
    let script = "return focused().id === 'opener'";
    page.waits("the focus where it was", script, json!([]))
        .await;
}

async fn is_on(page: &Page, part: &str) {
    let script = "return !!focused()?.matches(`[part~=${arguments[0]}]`) && isSeen(focused())";
    let what = format!("the focus on {part:?}");
    page.waits(&what, script, json!([part])).await;
}

/// A point well inside a part of the page.
async fn point(page: &Page, selector: &str) -> (f64, f64) {
    let script = "const box = inside(null, arguments[0])[0].getBoundingClientRect(); \
         return [box.x + box.width / 2, box.y + box.height / 2]";
    let at = page.asks(script, json!([selector])).await;
    serde_json::from_value(at).expect("a point")
}

/// A point beside the dialog.
const BESIDE: (f64, f64) = (5.0, 300.0);

pub(crate) async fn dialog_opens_closes_and_returns_the_focus(bench: &Bench) {
    let page = bench.opens(shop("")).await;
    page.hears("ae-ready").await;
    let count = "window.closings = 0; widget().addEventListener('close', () => window.closings++)";
    page.asks(count, json!([])).await;
    is_closed(&page).await;
    page.has("step", Some("identify")).await;
    page.no_longer_sees(FALLBACK).await;
    opens(&page).await;
    page.is_in("Mobile number").await;
    page.types("Mobile number", TYPED).await;
    page.presses("Close").await;
    is_back(&page).await;

    opens(&page).await;
    page.is_in("Mobile number").await;
    // What was begun is still there.
    page.holds("Mobile number", TYPED).await;
    page.strikes(ESCAPE).await;
    is_back(&page).await;

    opens(&page).await;
    page.drags(BESIDE, BESIDE).await;
    is_back(&page).await;

    opens(&page).await;
    page.asks(
        "widget().show(); widget().close(); widget().close()",
        json!([]),
    )
    .await;
    is_back(&page).await;
    let told = "return window.closings === 4";
    page.waits("word of each time that it was closed", told, json!([]))
        .await;
    assert!(bench.engine.calls().is_empty());
    assert_eq!(page.count("ae-ready").await, 1);
}

pub(crate) async fn dragging_a_selection_out_of_the_dialog_keeps_it_open(bench: &Bench) {
    let page = bench.opens(shop("")).await;
    opens(&page).await;
    page.types("Mobile number", TYPED).await;
    let field = point(&page, "[part~=identifier-input]").await;
    page.drags(field, BESIDE).await;
    // Nor does a press on what is no control.
    let title = point(&page, "[part~=title]").await;
    page.drags(title, title).await;
    is_open(&page).await;
    page.holds("Mobile number", TYPED).await;
    page.drags(BESIDE, BESIDE).await;
    is_closed(&page).await;
}

pub(crate) async fn page_behind_the_dialog_is_inert(bench: &Bench) {
    let page = bench.opens(shop(r#"country="IN""#)).await;
    opens(&page).await;
    page.is_in("Mobile number").await;
    let mut met = Vec::new();
    for _ in 0..8 {
        page.strikes(TAB).await;
        // Between the last control and the first, a browser may show its own, or nothing.
        let script = "const it = focused(); return it?.getAttribute('part') ?? (it?.matches('ae-login, ae-login *, body, html') ? '' : it?.outerHTML)";
        let at = page.asks(script, json!([])).await;
        met.push(at.as_str().unwrap_or_default().to_owned());
    }
    for part in ["submit", "close", "input identifier-input"] {
        assert!(met.iter().any(|met| met == part), "{part}: {met:?}");
    }
    assert!(!met.iter().any(|met| met.starts_with('<')), "{met:?}");
    let script = "const box = document.querySelector('#opener').getBoundingClientRect(); \
         return document.elementFromPoint(box.x + 5, box.y + 5)?.matches('dialog')";
    assert_eq!(page.asks(script, json!([])).await, json!(true));
    let script = "document.querySelector('#opener').focus(); return focused().id";
    assert_ne!(page.asks(script, json!([])).await, json!("opener"));
}

pub(crate) async fn closed_dialog_takes_no_focus(bench: &Bench) {
    let page = bench.opens(shop("")).await;
    opens(&page).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.is_in("Code").await;
    // Pressed and closed before the answer comes.
    page.asks(
        "inside(null, '[part~=change-identifier]')[0].click(); widget().close()",
        json!([]),
    )
    .await;
    page.is_at("identify").await;
    is_back(&page).await;
    page.asks(
        "inside(null, '#top')[0].focus(); widget().restart()",
        json!([]),
    )
    .await;
    page.is_at("identify").await;
    let script = "return focused().id";
    assert_eq!(page.asks(script, json!([])).await, json!("top"));
}

pub(crate) async fn dialog_closes_after_login_and_stays_open_for_a_password_change(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench.opens(shop("")).await;
    opens(&page).await;
    sign_in(bench, &page).await;
    is_back(&page).await;

    opens(&page).await;
    page.sees("You are signed in").await;
    is_on(&page, "title").await;
    page.asks("widget().changePassword()", json!([])).await;
    page.is_at("change-password").await;
    is_open(&page).await;
    page.is_in("Current password").await;
    page.presses("Back").await;
    page.is_at("signed-in").await;
    is_open(&page).await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    page.is_in("Mobile number").await;
    is_open(&page).await;
    page.presses("Close").await;
    is_back(&page).await;
}

pub(crate) async fn show_called_before_loading_opens_the_dialog_later(bench: &Bench) {
    let (shop, comes) = shop("").with_late_wasm();
    let page = bench.opens(shop).await;
    page.sees(FALLBACK).await;
    page.waits("the class", "return !!widget().show", json!([]))
        .await;
    page.asks(
        "document.querySelector('#opener').focus(); widget().show()",
        json!([]),
    )
    .await;
    is_closed(&page).await;
    comes.send_replace(true);
    is_open(&page).await;
    page.is_in("Mobile number").await;
    page.strikes(ESCAPE).await;
    is_back(&page).await;

    // Whoever changed their mind meanwhile is not asked.
    let script = "const old = widget(); const it = old.cloneNode(true); \
         it.show(); old.replaceWith(it); it.close()";
    page.asks(script, json!([])).await;
    page.is_at("identify").await;
    is_closed(&page).await;
    // Asked for before it was anywhere.
    page.asks(&script.replace("it.close()", ""), json!([]))
        .await;
    is_open(&page).await;
}

pub(crate) async fn dialog_is_labelled_by_its_title(bench: &Bench) {
    for attributes in ["", "shadow"] {
        let page = bench.opens(shop(attributes)).await;
        opens(&page).await;
        let script = "const [it] = inside(null, 'dialog'); \
             return it.matches('[part=dialog]') && words(it.getRootNode().getElementById(it.getAttribute('aria-labelledby'))) === arguments[0]";
        page.waits("its name", script, json!(["Sign in"])).await;
        page.types("Mobile number", TYPED).await;
        page.presses("Continue").await;
        page.is_at("code").await;
        page.waits("its name", script, json!(["Enter your code"]))
            .await;
        let script = "const [it] = inside(null, '[part~=close]'); const box = it.getBoundingClientRect(); \
             return [it.type, it.getAttribute('aria-label'), box.width >= 44 && box.height >= 44]";
        assert_eq!(
            page.asks(script, json!([])).await,
            json!(["button", "Close", true])
        );
        page.presses("Use another number or e-mail").await;
        page.is_at("identify").await;
    }
}

pub(crate) async fn waiting_call_opens_the_dialog(bench: &Bench) {
    let orders = Orders::default();
    let page = bench.opens(shop("").with_orders(&orders)).await;
    page.is_at("identify").await;
    page.asks("document.querySelector('#opener').focus()", json!([]))
        .await;
    let wait = "window.answer = widget().fetch('/orders', { wait: true }).then((it) => it.text(), (it) => it.kind)";
    for close in [true, false] {
        page.asks(wait, json!([])).await;
        is_open(&page).await;
        page.is_in("Mobile number").await;
        if close {
            page.presses("Close").await;
        } else {
            // A second call changes nothing for who is typing already.
            page.types("Mobile number", TYPED).await;
            page.strikes(TAB).await;
            is_on(&page, "submit").await;
            page.asks(wait, json!([])).await;
            is_on(&page, "submit").await;
            sign_in(bench, &page).await;
        }
        let answer = page.promised("return window.answer", json!([])).await;
        let said = if close { "signed-out" } else { "answer 2" };
        // The two calls that waited may arrive in any order.
        let answer = answer
            .map(|answer| json!(answer.as_str().map(|it| it.replace("answer 1", "answer 2"))));
        assert_eq!(answer, Ok(json!(said)));
        is_back(&page).await;
    }
    assert_eq!(orders.asked().len(), 2);
}

pub(crate) async fn login_in_a_dialog_in_a_shadow_tree_succeeds(bench: &Bench) {
    let page = bench.opens(shop("shadow")).await;
    opens(&page).await;
    page.is_in("Mobile number").await;
    page.strikes(&format!("{TYPED}{ENTER}")).await;
    page.is_at("code").await;
    page.is_in("Code").await;
    page.strikes(ESCAPE).await;
    is_back(&page).await;
    opens(&page).await;
    page.is_in("Code").await;
    page.drags(BESIDE, BESIDE).await;
    is_back(&page).await;
    opens(&page).await;
    let code = bench.engine.code_sent_to(SENT);
    page.strikes(&format!("{code}{ENTER}")).await;
    page.is_at("signed-in").await;
    is_back(&page).await;
    let script = "return [widget().childElementCount, widget().shadowRoot.firstElementChild.matches('dialog') && !!widget().shadowRoot.querySelector('dialog > form')]";
    assert_eq!(page.asks(script, json!([])).await, json!([1, true]));
}

pub(crate) async fn dialog_continues_after_a_reload(bench: &Bench) {
    let page = bench.opens(shop("")).await;
    opens(&page).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.reloads().await;
    page.is_at("code").await;
    is_closed(&page).await;
    let body = "return focused() === document.body";
    assert_eq!(page.asks(body, json!([])).await, json!(true));
    opens(&page).await;
    page.is_in("Code").await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    is_back(&page).await;

    // A session that is taken up opens nothing.
    page.reloads().await;
    page.is_at("signed-in").await;
    is_closed(&page).await;
    // Nor does it close what was asked for.
    page.reloads().await;
    page.waits("the class", "return !!widget().show", json!([]))
        .await;
    page.asks("widget().show()", json!([])).await;
    is_open(&page).await;
    page.sees("You are signed in").await;
}

pub(crate) async fn dialog_uses_the_language_of_the_form(bench: &Bench) {
    let page = bench.opens(shop(r#"locale="ar""#)).await;
    opens(&page).await;
    let script = "const [it] = inside(null, '[part~=close]'); const form = it.closest('form').getBoundingClientRect(); \
         const side = it.getBoundingClientRect().x < form.x + form.width / 2 ? 'left' : 'right'; \
         return it.getAttribute('aria-label') === arguments[0] && side === arguments[1] && !it.innerText";
    page.waits("the button", script, json!(["إغلاق", "left"]))
        .await;
    page.has("step", Some("identify")).await;
    page.asks("widget().setAttribute('locale', 'de')", json!([]))
        .await;
    page.waits("the button", script, json!(["Schließen", "right"]))
        .await;
    page.presses("Schließen").await;
    is_back(&page).await;
}

pub(crate) async fn dialog_fits_a_320_by_240_window(bench: &Bench) {
    let framed = format!("{CSP}; frame-src 'self'");
    let page = bench.opens(shop("").under(&framed)).await;
    page.is_at("identify").await;
    let script = "const frame = document.createElement('iframe'); frame.src = '/'; frame.title = 'small'; \
         Object.assign(frame.style, { inlineSize: '320px', blockSize: '240px', border: 0 }); document.body.replaceChildren(frame); \
         window.small = frame";
    page.asks(script, json!([])).await;
    let script = "const there = small.contentDocument.querySelector('ae-login[step]'); there?.show(); return !!there";
    page.waits("the small page", script, json!([])).await;
    let script = "const { innerWidth, innerHeight, document } = small.contentWindow; \
         const dialog = document.querySelector('dialog'); const box = (it) => it.getBoundingClientRect(); \
         const { left, top, right, bottom } = box(dialog); \
         const meets = (...parts) => { \
           const [one, other] = parts.map((part) => box(dialog.querySelector(`[part=${part}]`))); \
           const inner = one.right - parseFloat(getComputedStyle(dialog.querySelector('[part=title]')).paddingRight); \
           return inner > other.left && one.top < other.bottom; \
         }; \
         const last = dialog.querySelector('[part~=submit]'); last.scrollIntoView({ block: 'end' }); \
         return [ \
           innerWidth === 320 && left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight, \
           dialog.scrollWidth <= dialog.clientWidth, \
           dialog.scrollHeight > dialog.clientHeight && box(last).bottom <= bottom + 1, \
           [...dialog.querySelectorAll('[part]')].filter((it) => isSeen(it) && it.scrollWidth > it.clientWidth + 1 \
             && !it.matches('input, [part~=status], [part~=notice]') && getComputedStyle(it).display !== 'inline').length, \
           meets('title', 'close') \
         ]";
    assert_eq!(
        page.asks(script, json!([])).await,
        json!([true, true, true, 0, false])
    );
}

pub(crate) async fn dialog_passes_axe_in_light_colours(bench: &Bench) {
    is_open_to_everybody(bench, shop("")).await;
}

pub(crate) async fn dialog_passes_axe_in_dark_colours(bench: &Bench) {
    is_open_to_everybody(bench, shop("shadow").dark()).await;
}

async fn is_open_to_everybody(bench: &Bench, shop: Shop) {
    let page = bench
        .opens(shop.and_head(r#"<script src="/axe.js"></script>"#))
        .await;
    page.is_at("identify").await;
    page.is_open_to_everybody().await;
    opens(&page).await;
    page.is_at("identify").await;
    page.is_open_to_everybody().await;
    page.presses("Continue").await;
    page.sees("Enter this to go on.").await;
    page.is_open_to_everybody().await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.is_open_to_everybody().await;
    page.types("Code", &bench.engine.code_sent_to(SENT)).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    is_closed(&page).await;
    page.is_open_to_everybody().await;
    opens(&page).await;
    page.is_at("signed-in").await;
    page.is_open_to_everybody().await;
}

pub(crate) async fn dialog_closes_when_its_element_moves_or_is_removed(bench: &Bench) {
    let page = bench.opens(shop("")).await;
    opens(&page).await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    // Moved, it is closed and keeps its step.
    page.asks(
        "document.querySelector('main').prepend(widget())",
        json!([]),
    )
    .await;
    is_closed(&page).await;
    page.is_at("code").await;
    opens(&page).await;
    page.is_in("Code").await;

    let script = "window.gone = widget(); gone.remove()";
    page.asks(script, json!([])).await;
    let reach = "document.querySelector('#opener').focus(); return focused().id === 'opener'";
    page.waits("the page in reach", reach, json!([])).await;
    page.asks(
        "gone.show(); gone.close(); document.querySelector('main').append(gone)",
        json!([]),
    )
    .await;
    page.waits(
        "the form again",
        "return widget().hasAttribute('step')",
        json!([]),
    )
    .await;
    is_closed(&page).await;
    opens(&page).await;

    // Another brand is another login.
    page.asks("widget().setAttribute('brand', 'Other')", json!([]))
        .await;
    is_back(&page).await;
    opens(&page).await;
    page.is_in("Mobile number").await;
}

pub(crate) async fn dialog_that_cannot_run_shows_the_fallback(bench: &Bench) {
    let page = bench.opens(shop("").with_wasm(Wasm::Damaged)).await;
    page.excuses("/ae-login.wasm");
    page.excuses("ae-login cannot run in this page.");
    page.hears_error("unavailable", None).await;
    page.asks(
        "widget().show(); widget().close(); widget().show()",
        json!([]),
    )
    .await;
    page.sees(FALLBACK).await;
    is_closed(&page).await;

    let page = bench.opens(shop(r#"otp-length="many""#)).await;
    page.excuses("otp-length");
    page.hears_error("configuration", None).await;
    page.asks("widget().show(); widget().close()", json!([]))
        .await;
    page.sees(FALLBACK).await;
    is_closed(&page).await;
}

pub(crate) async fn show_without_a_dialog_scrolls_the_form_into_view(bench: &Bench) {
    a_customer_with_a_password(bench);
    let page = bench
        .opens(Shop::new().with(r#"first-factor="password""#))
        .await;
    page.is_at("identify").await;
    let far = "widget().style.marginBlockStart = '3000px'; scrollTo(0, 0); widget().close(); widget().show()";
    page.asks(far, json!([])).await;
    page.is_in("Mobile number").await;
    let near = "const { top, bottom } = widget().getBoundingClientRect(); return scrollY > 1000 && top < innerHeight && bottom > 0";
    page.waits("the form in view", near, json!([])).await;
    assert_eq!(
        page.asks(
            "return inside(null, 'dialog, [part~=close]').length",
            Value::Null
        )
        .await,
        json!(0)
    );
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("password").await;
    page.strikes(TAB).await;
    is_on(&page, "reveal").await;
    page.asks("widget().show()", json!([])).await;
    is_on(&page, "reveal").await;
}
