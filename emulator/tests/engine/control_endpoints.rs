//! The control endpoints under `/_emulator/`.

use ae_engine::Endpoint;
use serde_json::{Value, json};

use crate::support::http::TestServer;
use crate::support::{OTP_GENERATE, TOKEN_GENERATE, ada, decode_token, merge, token_of};

#[test]
fn settings_can_be_read_and_changed() {
    let server = TestServer::start();
    assert_eq!(
        server.control("GET", "/_emulator/settings", "")["user_life_s"],
        900
    );
    let changed = server.control(
        "PATCH",
        "/_emulator/settings",
        r#"{"preset":"samples","renew_life_s":5,"code":"999999"}"#,
    );
    assert_eq!(
        (&changed["user_life_s"], &changed["renew_life_s"]),
        (&json!(90), &json!(5))
    );
    assert_eq!(changed["code"], "999999");
    let response = server.post(TOKEN_GENERATE, &ada()).json();
    let (_, claims) = decode_token(&token_of(&response));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        90
    );
    let cleared = server.control(
        "PATCH",
        "/_emulator/settings",
        r#"{"code":null,"cors":["https://shop.example"]}"#,
    );
    assert_eq!(
        (&cleared["code"], &cleared["cors"]),
        (&Value::Null, &json!(["https://shop.example"]))
    );
}

#[test]
fn invalid_settings_are_reported_and_change_nothing() {
    let server = TestServer::start();
    let before = server.control("GET", "/_emulator/settings", "");
    for (body, message) in [
        ("nonsense", "not a JSON object"),
        (
            r#"{"tries":3,"colour":"red"}"#,
            "unknown setting \"colour\": expected one of preset, view_life_s",
        ),
        (
            r#"{"tries":3,"user_life_s":"long"}"#,
            "user_life_s is \"long\": invalid type: string \"long\", expected u64",
        ),
        (
            r#"{"tries":3,"code":"abc"}"#,
            "code is \"abc\": expected 1 to 18 digits",
        ),
        (
            r#"{"tries":3,"cors":"some"}"#,
            "expected \"all\", \"off\" or a list of origins",
        ),
        (
            r#"{"preset":"mine"}"#,
            "expected \"documented\" or \"samples\"",
        ),
        (r#"{"errors_as_http":200}"#, "expected 400 to 599"),
    ] {
        let response = server.request("PATCH", "/_emulator/settings", "", body);
        assert_eq!(response.status(), 400, "{body}");
        let error = response.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(message), "{body}: {error}");
    }
    assert_eq!(server.control("GET", "/_emulator/settings", ""), before);
}

#[test]
fn preset_sets_the_lifetimes_of_every_group() {
    let server = TestServer::start();
    let set = server.control("PATCH", "/_emulator/settings", r#"{"preset":"samples"}"#);
    let lives = [
        "view_life_s",
        "password_life_s",
        "mfa_user_life_s",
        "mobile_life_s",
    ];
    assert_eq!(
        lives.map(|name| set[name].as_u64().unwrap()),
        [90, 10_800, 900, 3600]
    );
}

#[test]
fn faults_can_be_added_listed_and_cleared() {
    let server = TestServer::start();
    let path = "/_emulator/faults";
    server.control(
        "POST",
        path,
        r#"{"endpoint":"token-generate","fault":"code","code":1504,"message":"No","times":1}"#,
    );
    server.control(
        "POST",
        path,
        r#"{"endpoint":"token-generate","fault":"too-many","retry_after":120,"times":1}"#,
    );
    server.control(
        "POST",
        path,
        r#"{"endpoint":"otp-validate","fault":"missing-fields","names":["auth.token","user"]}"#,
    );
    let listed = server.control(
        "POST",
        path,
        r#"{"endpoint":"all","fault":"delay:0","times":2}"#,
    );
    assert_eq!(
        listed["faults"][0],
        json!({ "endpoint": "token-generate", "fault": "code:1504,No", "times": 1 })
    );
    assert_eq!(
        listed["faults"][2]["fault"],
        "missing-fields:auth.token,user"
    );
    assert_eq!(
        listed["faults"].as_array().unwrap().len(),
        3 + Endpoint::ALL.len()
    );

    assert_eq!(
        server.post(TOKEN_GENERATE, &ada()).json()["status"]["message"],
        "No"
    );
    let second = server.post(TOKEN_GENERATE, &ada());
    assert_eq!(
        (second.status(), second.header("retry-after")),
        (429, Some("120"))
    );
    assert_eq!(
        second.header("access-control-expose-headers"),
        Some("Retry-After, Date")
    );
    assert_eq!(server.control("DELETE", path, ""), json!({ "faults": [] }));
    assert_eq!(server.control("GET", path, ""), json!({ "faults": [] }));
}

#[test]
fn invalid_fault_is_reported() {
    let server = TestServer::start();
    for (body, message) in [
        ("{}", "endpoint is missing"),
        (
            r#"{"endpoint":"otp","fault":"delay","ms":1}"#,
            "unknown endpoint \"otp\": expected one of token-generate",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"gone"}"#,
            "unknown fault \"gone\": expected one of delay",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"delay"}"#,
            "fault delay has the argument \"\": expected delay:MS",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"delay","seconds":1}"#,
            "unknown field \"seconds\" of the fault delay: expected one of endpoint, fault, times, ms",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"dropped","times":0}"#,
            "times is 0: expected 1 or more",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"dropped","times":"twice"}"#,
            "times is \"twice\"",
        ),
        (
            r#"{"endpoint":"otp-validate","fault":"delay","ms":{}}"#,
            "ms is {}",
        ),
    ] {
        let response = server.request("POST", "/_emulator/faults", "", body);
        assert_eq!(response.status(), 400, "{body}");
        let error = response.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(message), "{body}: {error}");
    }
}

#[test]
fn outbox_can_be_searched_and_emptied() {
    let server = TestServer::start();
    for name in ["ada+shop@example.org", "bob@example.org"] {
        let identity = merge(ada(), json!({ "identifierValue": name }));
        let session = server.post(TOKEN_GENERATE, &identity).json()["user"]["sessionId"].clone();
        server.post(
            OTP_GENERATE,
            &merge(identity, json!({ "sessionId": session })),
        );
    }
    let count = |query: &str| {
        let found = server.control("GET", &format!("/_emulator/outbox{query}"), "");
        found["messages"].as_array().unwrap().len()
    };
    assert_eq!(count(""), 2);
    assert_eq!(count("?to=ada+shop@example.org"), 1);
    assert_eq!(count("?to=ada%2Bshop%40example.org"), 1);
    assert_eq!(count("?to=carl@example.org"), 0);
    assert_eq!(count("?after=99999999999999"), 0);
    assert_eq!(
        server
            .request("GET", "/_emulator/outbox?since=1", "", "")
            .status(),
        400
    );
    assert_eq!(
        server
            .request("GET", "/_emulator/outbox?after=noon", "", "")
            .status(),
        400
    );
    server.control("DELETE", "/_emulator/outbox", "");
    assert_eq!(count(""), 0);
}

#[test]
fn journal_lists_calls_but_not_control_requests() {
    let server = TestServer::start();
    server.post(TOKEN_GENERATE, &ada());
    let entries = server.control("GET", "/_emulator/journal", "")["entries"].clone();
    assert_eq!(entries.as_array().unwrap().len(), 1);
    assert_eq!(
        (&entries[0]["endpoint"], &entries[0]["status"]),
        (&json!("token-generate"), &json!(200))
    );
    assert_eq!(entries[0]["body"], ada().to_string());
    assert_eq!(
        server.control("DELETE", "/_emulator/journal", ""),
        json!({ "entries": [] })
    );
    assert_eq!(
        server.control("GET", "/_emulator/journal", ""),
        json!({ "entries": [] })
    );
}

#[test]
fn customer_can_be_registered() {
    let server = TestServer::start();
    let path = "/_emulator/customers";
    let new = server.control(
        "POST",
        path,
        r#"{"identifier":"ada@example.org","registered_for_password":true}"#,
    );
    assert!(new["uid"].is_string());
    assert_eq!(
        server.post(TOKEN_GENERATE, &ada()).json()["user"]["userRegisteredForPassword"],
        true
    );
    for wrong in [
        "{}",
        r#"{"identifier":""}"#,
        r#"{"identifier":"a","uid":"x"}"#,
        r#"{"identifier":"a","name":"A"}"#,
    ] {
        assert_eq!(
            server.request("POST", path, "", wrong).status(),
            400,
            "{wrong}"
        );
    }
}

#[test]
fn customer_can_be_registered_with_all_fields() {
    let server = TestServer::start();
    let new = r#"{"identifier":"ada@example.org","uid":"7","password":"abc123","mfa":true,"mobile":"919999922332"}"#;
    let registered = server.control("POST", "/_emulator/customers", new);
    assert_eq!(
        registered,
        json!({
            "identifier": "ada@example.org", "uid": "7", "registered_for_password": false, "password": "abc123",
            "mfa": true, "mobile": "919999922332",
        })
    );
    let response = server.post(TOKEN_GENERATE, &ada()).json();
    assert_eq!(response["user"]["userRegisteredForPassword"], true);
    let wrong = r#"{"identifier":"x","mobile":"+91"}"#;
    let response = server.request("POST", "/_emulator/customers", "", wrong);
    assert_eq!(
        response.json()["error"],
        "mobile is \"+91\": expected digits"
    );
}

#[test]
fn scenes_can_be_listed_and_switched() {
    let server = TestServer::start();
    let listed = server.control("GET", "/_emulator/scenes", "");
    assert_eq!(listed["scenes"].as_array().unwrap().len(), 5);
    let set = server.control("POST", "/_emulator/scene", r#"{"name":"two-passwords"}"#);
    assert_eq!(set, listed["scenes"][3]);
    assert_eq!(set["attributes"]["second-factor-method"], "password");
    assert_eq!(set["customers"][0]["second_password"], "battery staple");
    let settings = server.control("GET", "/_emulator/settings", "");
    assert_eq!(settings["mfa_password"], true);
    assert_eq!(
        settings["customers"]["ada@example.org"]["password"],
        "correct horse"
    );
    for wrong in [
        "{}",
        r#"{"name":"nothing"}"#,
        r#"{"name":1}"#,
        r#"{"name":"passwords","title":"x"}"#,
    ] {
        let response = server.request("POST", "/_emulator/scene", "", wrong);
        assert_eq!(response.status(), 400, "{wrong}");
        assert!(response.json()["error"].is_string());
    }
    assert_eq!(
        server.request("GET", "/_emulator/scene", "", "").status(),
        405
    );
}

#[test]
fn control_endpoints_are_open_to_every_origin() {
    let server = TestServer::start();
    let response = server.request(
        "GET",
        "/_emulator/outbox",
        "Origin: http://127.0.0.1:8080\r\n",
        "",
    );
    assert_eq!(response.header("access-control-allow-origin"), Some("*"));
    let headers = "Origin: http://127.0.0.1:8080\r\nAccess-Control-Request-Method: PATCH\r\n\
        Access-Control-Request-Headers: content-type\r\n";
    let preflight = server.request("OPTIONS", "/_emulator/settings", headers, "");
    assert_eq!(
        (
            preflight.status(),
            preflight.header("access-control-allow-origin")
        ),
        (204, Some("*"))
    );
    assert!(
        preflight
            .header("access-control-allow-methods")
            .unwrap()
            .contains("PATCH")
    );
}

#[test]
fn overview_lists_everything_and_unknown_controls_are_404() {
    let server = TestServer::start();
    for path in ["/_emulator", "/_emulator/"] {
        let response = server.request("GET", path, "", "");
        let text = String::from_utf8(response.body).unwrap();
        for part in [
            "/auth/v1/web/otp/validate",
            "/_emulator/customers",
            "redirect (status, url)",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }
    let nothing = server.request("GET", "/_emulator/nothing", "", "");
    assert_eq!(nothing.status(), 404);
    assert!(
        nothing.json()["error"]
            .as_str()
            .unwrap()
            .contains("expected one of health, settings, faults, outbox, journal, customers")
    );
    let method = server.request("PUT", "/_emulator/outbox", "", "");
    assert_eq!(
        (method.status(), method.header("allow")),
        (405, Some("GET, DELETE"))
    );
}
