//! Scripts of the page that watch, copy, record or translate everything: none receives what a customer types.

use ae_e2e::{Fixture, Shop, script};
use serde_json::{Value, json};
use xtask::npm::page_script;
use xtask::site::CSP;

use crate::sign_in::{SENT, TYPED};

/// The page of a shop with jQuery, a recorder of sessions, a library that changes built-in objects, and scripts that watch all forms.
fn watched_shop() -> Shop {
    let script = |path| page_script(path).unwrap_or_else(|problem| panic!("{problem}"));
    // Calls of `with_early_script` put each script ahead of the one before. The recorder of sessions puts style sheets into the page.
    let watchers = r#"<script src="/form_watchers.js"></script>"#;
    Shop::new()
        .with_csp(&CSP.replace("style-src", "style-src 'unsafe-inline'"))
        .with_early_head(watchers)
        .with_early_script("/rrweb.js", script("rrweb/umd/rrweb.js"))
        .with_early_script("/jquery.js", script("jquery/dist/jquery.js"))
        .with_early_head(r#"<script src="/prototype_library.js"></script>"#)
}

pub(crate) async fn scripts_of_the_page_receive_nothing_that_is_typed(fixture: &Fixture) {
    let page = fixture
        .opens(watched_shop().with_attributes(r#"identifiers="mobile""#))
        .await;
    page.is_at("identify").await;
    page.types("Mobile number", "nobody").await;
    page.presses("Continue").await;
    page.sees("That doesn't look like a mobile number.").await;
    page.types("Mobile number", TYPED).await;
    // A script of the shop renders the part of the page with the form anew. The customer begins again.
    let script = script!("page_scripts.js"; "renderAgain()");
    page.evaluates(script, Value::Null).await;
    page.is_at("identify").await;
    page.types("Mobile number", TYPED).await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.types("Code", "000000").await;
    page.presses("Sign in").await;
    // The texts of the form are not stale: nobody translates them.
    page.receives_error("rejected", Some(1506)).await;
    page.sees("That code isn't right.").await;
    let code = fixture.engine.code_sent_to(SENT);
    page.types("Code", &code).await;
    page.presses_keys("\u{e007}").await;
    page.is_at("signed-in").await;
    let session = page.receives("ae-signed-in").await;
    assert_eq!(session["restored"], json!(false));

    let script = script!("page_scripts.js"; "return whatScriptsReceived()");
    let received = page.evaluates(script, Value::Null).await;
    assert_eq!(received["bubbled"], json!([]));
    // A listener that captures learns of the event. The form has no data for it.
    assert_eq!(received["captured"], json!(["", "", "", ""]));
    // The form itself shows the number, so it is in what has changed.
    let number = [TYPED.trim_start_matches("+91 "), &SENT[2..]];
    for (record, secrets) in [
        ("recording", &[&code, "000000", number[0], number[1]][..]),
        ("changes", &[&code, "000000"]),
    ] {
        let text = received[record].as_str().expect("a text");
        assert!(text.len() > 1000, "{record} is empty: {text}");
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {record}");
        }
    }
    // The page's own elements are as watched, recorded and translated as before.
    let script = script!("page_scripts.js"; "return useOwnForm()");
    let own = page.awaits(script, json!([])).await.expect("a result");
    assert_eq!(own, json!([true, true, true, true]));
}
