//! `ae-activity`: a shop's funnel, without anything that says who the customer is.

use ae_e2e::{Fixture, Page, Shop};
use serde_json::{Value, json};

use crate::sign_in::{SENT, request_code};

/// The recorded activities.
async fn activities(page: &Page) -> Vec<Value> {
    let mut events = page.events().await;
    events.retain(|event| event["name"] == "ae-activity");
    events
}

/// Action, method, factor and code of each activity.
fn described(activities: &[Value]) -> Vec<Value> {
    let fields = |it: &Value| json!([it["action"], it["method"], it["factor"], it["code"]]);
    activities.iter().map(fields).collect()
}

pub(crate) async fn activity_of_a_login_names_no_customer(fixture: &Fixture) {
    fixture
        .engine
        .configure(|settings| settings.otp_length = 10);
    let shop = Shop::new().with_attributes(r#"otp-length="10" dialog"#);
    let page = fixture.opens(shop).await;
    page.receives("ae-ready").await;
    assert_eq!(activities(&page).await, [json!(null); 0]);
    // A dialog is shown when it opens.
    page.evaluates("widget().show()", json!([])).await;
    page.evaluates("widget().close()", json!([])).await;
    page.receives("ae-activity").await;
    let closed = page.receives("ae-activity").await;
    assert_eq!(closed["action"], json!("abandoned"));
    page.evaluates("widget().show()", json!([])).await;
    request_code(&page).await;
    let code = fixture.engine.code_sent_to(SENT);
    page.types("Code", "7310984265").await;
    page.presses("Sign in").await;
    page.receives_error("rejected", Some(1506)).await;
    page.types("Code", &code).await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;

    let all = activities(&page).await;
    assert_eq!(
        described(&all),
        [
            json!(["shown", null, 1, null]),
            json!(["abandoned", null, 1, null]),
            json!(["shown", null, 1, null]),
            json!(["identified", null, 1, null]),
            json!(["code-sent", "otp", 1, null]),
            json!(["proof-failed", "otp", 1, 1506]),
            json!(["completed", "otp", 1, null]),
        ]
    );
    let attempts: Vec<_> = all.iter().map(|it| &it["attempt"]).collect();
    assert_ne!(attempts[0], attempts[2]);
    assert!(attempts[2..].iter().all(|attempt| *attempt == attempts[2]));
    assert!(all.iter().all(|it| it["isFrozen"] == json!(true)));
    let elapsed: Vec<_> = all[2..].iter().map(|it| it["elapsed"].as_u64()).collect();
    assert!(elapsed.is_sorted() && elapsed[0] == Some(0), "{elapsed:?}");

    let token = page.token(json!({})).await.expect("a token");
    let text = json!(all).to_string();
    let digits = &SENT[2..];
    for secret in [SENT, digits, &code, "7310984265", &token] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }

    // The page is left before the next attempt is complete: the last event comes while it goes.
    page.evaluates("widget().show()", json!([])).await;
    page.presses("Sign out").await;
    page.is_at("identify").await;
    let keep = "addEventListener('ae-activity', ({ detail }) => sessionStorage.setItem('last', detail.action))";
    page.evaluates(keep, json!([])).await;
    page.reloads().await;
    page.receives("ae-ready").await;
    let last = page
        .evaluates("return sessionStorage.getItem('last')", json!([]))
        .await;
    assert_eq!(last, json!("abandoned"));
}
