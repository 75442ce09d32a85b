//! Whole logins: what is sent, what is told, what is kept.

use ae_e2e::{Bench, Shop};
use ae_engine::Endpoint;
use serde_json::json;

pub(crate) async fn a_whole_login_by_mobile_number(bench: &Bench) {
    let page = bench.opens(Shop::new()).await;
    page.is_at("identify").await;
    page.types("Mobile number", "+91 99999 22332").await;
    page.presses("Continue").await;
    page.is_at("code").await;
    page.sees("Enter your code").await;

    page.types("Code", &bench.engine.code_sent_to("919999922332"))
        .await;
    page.presses("Sign in").await;
    page.is_at("signed-in").await;
    let signed_in = page.hears("ae-signed-in").await;
    assert_eq!(signed_in["restored"], json!(false));
    assert_eq!(
        bench.engine.calls(),
        ["token-generate", "otp-generate", "otp-validate"]
    );
    assert_eq!(bench.engine.bodies(Endpoint::OtpValidate).len(), 1);
}
