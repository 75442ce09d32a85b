//! Settings: their JSON form and their validation.

use ae_engine::{Customer, Settings};
use serde_json::json;

#[test]
fn customer_as_json_needs_only_a_number() {
    let mut settings = serde_json::to_value(Settings::documented()).unwrap();
    settings["customers"] =
        json!({ "ada@example.org": { "uid": "7", "registered_for_password": true } });
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let expected = Customer {
        registered_for_password: true,
        ..Customer::new("7")
    };
    assert_eq!(settings.customers["ada@example.org"], expected);
    let written = serde_json::to_value(&settings.customers).unwrap();
    let short =
        json!({ "ada@example.org": { "uid": "7", "registered_for_password": true, "mfa": false } });
    assert_eq!(written, short);
}

#[test]
fn invalid_customer_is_reported() {
    for (customer, message) in [
        (
            Customer::new(""),
            "the uid of customer \"x\" is \"\": expected digits",
        ),
        (
            Customer {
                mobile: Some("+91".to_owned()),
                ..Customer::new("7")
            },
            "the mobile of customer \"x\" is \"+91\": expected digits",
        ),
        (
            Customer {
                email: Some("x".to_owned()),
                ..Customer::new("7")
            },
            "the email of customer \"x\" is \"x\": expected a name, an @ and a host",
        ),
        (
            Customer {
                password: Some(String::new()),
                ..Customer::new("7")
            },
            "the password of customer \"x\" is \"\": expected a text that is not empty, or null",
        ),
    ] {
        let mut settings = Settings::documented();
        settings.customers.insert("x".to_owned(), customer);
        assert_eq!(settings.validate().unwrap_err(), message);
    }
}

#[test]
fn invalid_policy_and_lock_code_are_reported() {
    for pattern in ["(", "a)|(b"] {
        let mut settings = Settings::documented();
        settings.mfa_password_policy = Some(pattern.to_owned());
        let message = settings.validate().unwrap_err();
        assert!(
            message.starts_with(&format!("mfa_password_policy is {pattern:?}: ")),
            "{message}"
        );
    }
    let mut settings = Settings::documented();
    settings.lock_code = 200;
    assert!(
        settings
            .validate()
            .unwrap_err()
            .starts_with("lock_code is 200")
    );
}

#[test]
fn sample_lifetimes_are_those_of_each_group() {
    let settings = Settings::samples();
    assert_eq!(
        [
            settings.view_life_s,
            settings.user_life_s,
            settings.renew_life_s,
            settings.password_life_s,
            settings.mfa_view_life_s,
            settings.mfa_user_life_s,
            settings.mfa_renew_life_s,
            settings.mobile_life_s,
        ],
        [90, 90, 90, 10_800, 900, 900, 900, 3600]
    );
}
