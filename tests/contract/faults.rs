//! The table of faults in `faults.md`, and a check that every test it names exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A fault: its number, what goes wrong, the tests that cause it, and what no test can show.
struct Fault(
    u8,
    &'static str,
    &'static [&'static str],
    Option<&'static str>,
);

#[rustfmt::skip]
const NETWORK: &[Fault] = &[
    Fault(1, "Connections to the engine time out", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "unreachable_engine_for_an_hour_keeps_the_session_with_few_requests", "refused_connection_is_reported_within_a_second"], None),
    Fault(2, "The engine's host name is not found; a page cannot tell it from 1", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "refused_connection_is_reported_within_a_second"], None),
    Fault(3, "The connection is accepted, and no answer is sent", &["unreachable_engine_for_an_hour_keeps_the_session_with_few_requests", "get_token_rejects_with_the_kind_of_failure_and_the_session_stays", "silent_stalled_and_trickling_answers_time_out_after_ten_seconds"], None),
    Fault(4, "The headers arrive, and the body never does", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "stalled_body_stops_and_the_connection_stays_open", "silent_stalled_and_trickling_answers_time_out_after_ten_seconds"], None),
    Fault(5, "The body arrives at one byte a second", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "trickled_body_arrives_whole", "silent_stalled_and_trickling_answers_time_out_after_ten_seconds"], None),
    Fault(6, "The connection closes in the middle of the answer", &["lost_answer_is_not_repeated_automatically", "failed_renewals_keep_the_token_before_and_after_expiry", "truncated_answer_is_an_error"], None),
    Fault(7, "Half a JSON document with status 200", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "damaged_documents_are_accepted_and_refused_like_serde_json", "truncated_answer_is_an_error"], None),
    Fault(8, "Status 500, 502, 503 or 504", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "renewal_pauses_for_a_minute_after_three_failures", "engine_errors_keep_the_step_and_can_be_retried"], None),
    Fault(9, "Status 429, with Retry-After in seconds", &["submit_button_waits_for_retry_after_within_1_and_900_seconds", "get_token_does_not_shorten_a_retry_after", "rate_limited_customer_waits_for_retry_after"], None),
    Fault(10, "Status 429, with Retry-After as a date", &["retry_after_date_is_read_by_the_engine_clock"], None),
    Fault(11, "Status 429, with a Retry-After that makes no sense", &["submit_button_waits_for_retry_after_within_1_and_900_seconds", "nonsensical_retry_after_is_clamped"], None),
    Fault(12, "Status 429, with a Retry-After that CORS hides", &["retry_after_that_cors_hides_counts_as_30_seconds", "rate_limited_customer_waits_for_retry_after"], None),
    Fault(13, "An empty answer", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "failed_renewals_keep_the_token_before_and_after_expiry"], None),
    Fault(14, "The page of a captive portal, with status 200", &["failed_renewals_keep_the_token_before_and_after_expiry", "engine_errors_keep_the_step_and_can_be_retried"], None),
    Fault(15, "JSON with the content type of HTML", &["json_with_media_type_html_is_malformed"], None),
    Fault(16, "A body that is not UTF-8", &["any_bytes_cause_no_panic", "answer_in_another_encoding_is_malformed"], None),
    Fault(17, "A body without end, and JSON nested without end", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "documents_deeper_than_the_limit_are_refused", "endless_body_is_cut_off"], None),
    Fault(18, "A small compressed body that unpacks to a huge one", &["gzip_bomb_is_cut_off"], None),
    Fault(19, "CORS forbids the request", &["only_listed_origins_may_read_responses", "engine_without_cors_is_a_network_error"], Some("a separate error for the shop: browsers do not tell scripts that CORS failed, and the widget sends no second request to find out; the browser's console says so")),
    Fault(20, "CORS allows the request and forbids reading the answer", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "no_cors_hides_the_response_but_not_the_preflight", "answer_without_cors_is_not_repeated_automatically"], None),
    Fault(21, "A redirect to another host", &["redirect_to_another_origin_is_not_followed", "failed_request_keeps_step_and_input_and_a_second_try_succeeds"], None),
    Fault(22, "The page's policy, or an extension, blocks the connection", &["csp_that_blocks_the_engine_is_a_configuration_error"], Some("an extension that blocks the request: a script cannot tell it from a missing network")),
    Fault(23, "An answer to a request that was given up", &["response_after_changing_the_identifier_is_dropped", "response_after_a_restart_is_dropped", "response_for_a_removed_form_is_dropped", "removed_element_aborts_its_request_and_starts_over_when_reinserted"], None),
    Fault(24, "Answers in the wrong order", &["late_response_of_the_previous_session_does_not_change_the_next", "late_response_of_the_previous_session_does_not_settle_get_token"], None),
    Fault(25, "The code was sent, and the answer was lost", &["lost_response_to_a_resend_is_not_retried_automatically", "lost_answer_is_not_repeated_automatically"], None),
    Fault(26, "No network before a request, during it, or every other second", &["alternating_network_renews_once", "many_wake_signals_send_at_most_one_request_per_second", "restore_without_network_keeps_the_record_and_retries", "session_survives_offline_and_is_renewed_when_online", "offline_form_keeps_its_input_and_sends_nothing_by_itself", "offline_browser_is_named_in_the_error"], None),
    Fault(27, "The wasm is missing, damaged, or has another content type", &["missing_wasm_shows_the_fallback", "damaged_wasm_is_not_run", "csp_without_wasm_and_compat_never_shows_the_fallback", "wasm_with_wrong_content_type_runs_after_the_integrity_check", "calls_before_the_wasm_arrives_are_answered_later"], None),
];

#[rustfmt::skip]
const TIME: &[Fault] = &[
    Fault(28, "The machine sleeps for eight hours", &["machine_that_slept_past_expiry_renews_once", "hundred_pages_that_wake_together_renew_once", "sleep_counts_towards_max_age"], None),
    Fault(29, "The device's clock is a day ahead", &["device_clock_off_by_a_day_does_not_change_renewal", "device_clock_off_by_a_day_does_not_change_max_age"], None),
    Fault(30, "The device's clock is a day behind", &["device_clock_off_by_a_day_does_not_change_renewal", "device_clock_off_by_a_day_does_not_change_max_age", "engine_clock_off_by_a_day_does_not_change_renewal"], None),
    Fault(31, "The clock jumps during a request", &["clock_jump_during_a_renewal_changes_neither_timeout_nor_response", "expired_token_is_never_handed_out_after_clock_jumps"], None),
    Fault(32, "Daylight saving time starts, or the time zone changes", &["wall_clock_set_forward_renews_once_and_set_back_not_at_all"], None),
    Fault(33, "Timers are throttled to one a minute", &["timers_throttled_to_one_minute_renew_before_expiry", "hidden_page_does_not_renew", "hidden_tab_renews_when_it_becomes_visible"], None),
    Fault(34, "Timers stop while the page is frozen, and continue later", &["page_frozen_past_expiry_hands_out_a_new_token_only", "page_frozen_during_a_renewal_delays_others_by_3_seconds_and_one_request", "each_wake_event_renews_at_most_once", "tab_frozen_while_it_renews_does_not_block_others"], None),
    Fault(35, "A token whose times make no sense", &["life_is_limited_to_a_day_and_impossible_times_are_refused", "damaged_token_has_a_positive_life_or_is_refused"], None),
    Fault(36, "The login attempt expires while the code is typed", &["attempt_times_out_after_session_minutes_and_keeps_the_identifier", "expired_login_session_returns_to_identify_without_sending", "warning_two_minutes_before_the_timeout_changes_nothing_else", "time_warning_is_announced_once_and_offers_more_time"], None),
    Fault(37, "The code expires while it is being sent", &["attempt_does_not_time_out_while_a_code_is_checked"], None),
    Fault(38, "The monotonic clock stops while the machine sleeps", &["device_clock_counts_sleep_that_stops_the_monotonic_clock", "machine_that_slept_past_expiry_renews_once"], None),
];

#[rustfmt::skip]
const TABS: &[Fault] = &[
    Fault(39, "A hundred tabs wake at once", &["hundred_pages_that_wake_together_renew_once", "token_is_renewed_once_with_any_number_of_pages", "three_tabs_renew_once"], None),
    Fault(40, "The tab that renews is closed, or crashes", &["page_closed_during_a_renewal_lets_the_next_renew_at_once", "page_closed_while_queued_delays_nobody"], None),
    Fault(41, "The tab that renews is frozen", &["each_page_frozen_in_turn_costs_3_seconds_and_one_request", "frozen_lock_holder_of_two_pages_costs_one_request", "page_frozen_during_a_renewal_delays_others_by_3_seconds_and_one_request", "tab_frozen_while_it_renews_does_not_block_others"], None),
    Fault(42, "Another script holds our lock for ever", &["lock_that_is_never_released_costs_3_seconds_per_token_and_no_request", "lock_held_forever_by_a_script_still_renews_once_for_all_tabs"], None),
    Fault(43, "A sign-out in one tab during a renewal in another", &["response_after_a_sign_out_on_another_page_is_dropped", "renewal_of_a_frozen_page_does_not_undo_a_sign_out", "sign_out_reaches_every_tab", "sign_out_reaches_every_tab_without_the_engine"], None),
    Fault(44, "Another customer signs in in one tab during a renewal in another", &["another_customer_signing_in_during_a_renewal_replaces_the_session", "another_customer_on_another_page_replaces_the_session", "unreadable_session_of_another_customer_signs_the_page_out", "another_customer_in_one_tab_replaces_the_session_in_all", "tab_that_missed_a_change_of_customers_reports_replaced"], None),
    Fault(45, "A page returns from the back/forward cache after a sign-out elsewhere", &["resumed_page_is_signed_out_before_it_is_shown", "get_token_rejects_after_a_sign_out_that_was_not_announced", "page_restored_from_cache_learns_of_a_sign_out", "page_restored_from_cache_with_device_storage_is_signed_out"], None),
    Fault(46, "A page returns from the back/forward cache in a login attempt that has expired", &["attempt_times_out_while_the_machine_sleeps_or_the_page_is_closed", "login_expired_while_its_page_was_cached_restarts_with_the_number", "login_continues_when_its_page_is_restored_from_cache"], None),
    Fault(47, "The browser discards a tab and loads it again", &["reloaded_page_has_the_newest_token", "expired_session_is_renewed_before_it_is_restored", "reload_keeps_the_session", "reloaded_tab_still_shares_the_session"], None),
    Fault(48, "A tab is duplicated", &["duplicated_tab_shares_the_session_at_once"], None),
    Fault(49, "Messages that mean nothing, or a flood of them", &["many_messages_send_no_request", "invalid_version_text_is_ignored", "version_is_parsed_from_its_own_text_only"], None),
    Fault(50, "The browser has no Web Locks and no BroadcastChannel", &["session_is_shared_without_web_locks_or_broadcast_channel", "browser_without_locks_keeps_the_session_in_its_tab", "browser_without_locks_shares_device_storage", "insecure_context_keeps_the_session_in_its_tab"], None),
    Fault(51, "A phone suspends the page and closes its connections", &["request_lost_during_a_suspension_is_sent_again_when_the_page_is_shown"], None),
    Fault(52, "A page that was opened in the background", &["expired_session_is_not_renewed_while_the_page_is_hidden", "page_opened_in_the_background_is_signed_in_without_a_request", "hidden_page_sends_nothing_and_takes_no_focus"], None),
];

#[rustfmt::skip]
const STORAGE: &[Fault] = &[
    Fault(53, "Storage is blocked", &["blocked_storage_is_reported_once_and_the_login_continues"], None),
    Fault(54, "Storage is full", &["full_storage_is_reported_and_sign_in_succeeds", "full_storage_keeps_no_session"], None),
    Fault(55, "Storage returns another value than was written", &["storage_that_alters_values_keeps_no_session"], None),
    Fault(56, "A record that is damaged, or huge", &["invalid_session_record_is_ignored", "invalid_step_record_is_ignored", "unreadable_record_leaves_a_new_page_at_identify", "damaged_record_is_restored_or_ignored"], None),
    Fault(57, "A record of a newer version", &["records_of_a_newer_format_are_kept_until_the_next_sign_in"], None),
    Fault(58, "A record of an older version", &["record_without_a_version_is_restored_and_shared_after_its_renewal"], None),
    Fault(59, "Storage is cleared between a read and a write", &["storage_cleared_during_a_renewal_stays_empty_after_its_response"], None),
    Fault(60, "Storage is cleared while the page is open", &["cleared_storage_ends_the_session_and_stays_empty"], None),
    Fault(61, "A frame of another site has partitioned storage", &["allow_framing_shows_the_form_in_a_cross_origin_frame", "cross_site_frame_keeps_its_session_to_itself"], None),
    Fault(62, "Another script writes our records", &["record_stored_under_another_version_is_ignored", "invalid_session_record_is_ignored", "records_with_any_numbers_cause_no_panic"], None),
    Fault(63, "No Web Crypto, or a lost key", &["device_without_a_key_store_keeps_the_session_in_the_tab", "lost_device_key_requires_a_new_sign_in", "unreadable_records_make_each_page_renew_its_own_token"], None),
];

#[rustfmt::skip]
const MEANING: &[Fault] = &[
    Fault(77, "Status 200 with an error in the body", &["success_requires_a_2xx_status_and_success_true"], None),
    Fault(78, "Status 400 with success in the body", &["success_requires_a_2xx_status_and_success_true", "failed_request_keeps_step_and_input_and_a_second_try_succeeds"], None),
    Fault(79, "No token, an empty token, or no login session", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "renewed_token_of_another_customer_is_dropped_and_the_old_one_kept", "empty_strings_count_as_missing"], None),
    Fault(80, "A number in place of a text, a list in place of an object", &["failed_request_keeps_step_and_input_and_a_second_try_succeeds", "damaged_response_causes_no_panic"], None),
    Fault(81, "An unknown code or word", &["unknown_error_shows_the_engines_message_as_shortened_text", "error_without_a_json_body_is_reported_as_rejected_without_a_code"], None),
    Fault(82, "Unknown fields, and fields that occur twice", &["documents_are_read_like_serde_json"], None),
    Fault(83, "A token of another brand or customer", &["token_of_another_customer_or_brand_is_reported_as_malformed", "renewed_token_of_another_customer_is_dropped_and_the_old_one_kept", "renewed_token_with_another_user_id_is_dropped"], None),
    Fault(84, "A text that is not a token, or a token without a signature", &["text_that_is_not_a_signed_token_is_refused", "token_signs_in_only_if_it_is_signed_and_its_role_is_user"], None),
    Fault(85, "A token that had expired when it arrived", &["token_of_another_customer_or_brand_is_reported_as_malformed", "renewed_token_of_another_customer_is_dropped_and_the_old_one_kept"], None),
    Fault(86, "The same token again", &["unchanged_token_is_kept_silently_until_expiry_and_requested_less_often", "unchanged_token_rejects_get_token_with_a_longer_validity", "same_token_returns_the_token_to_renew"], None),
    Fault(87, "A renewal refused because the token is still valid", &["error_code_at_renewal_decides_whether_the_session_ends", "get_token_rejects_with_the_kind_of_failure_and_the_session_stays"], None),
    Fault(88, "Status 401 or 403 without the engine's JSON", &["http_error_without_a_json_body_at_renewal_keeps_the_session"], None),
    Fault(89, "The engine loses its login session in the middle of a login", &["expired_login_session_returns_to_identify_without_sending", "expired_second_factor_session_returns_to_the_first_step"], None),
    Fault(90, "A message with markup, or of a megabyte", &["engine_message_is_shown_as_text_not_markup", "unknown_error_shows_the_engines_message_as_shortened_text"], None),
    Fault(91, "A second factor that is demanded again and again", &["second_factor_demanded_again_leads_to_stuck", "engine_that_refuses_web_tokens_ends_in_the_stuck_step"], None),
];

/// Something that no driver makes a browser do, in which browsers, and what the tests do instead.
struct Undriven(
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

#[rustfmt::skip]
const UNDRIVEN: &[Undriven] = &[
    Undriven("Freezing a page", "Firefox, WebKit", "in Chromium, and natively", &["tab_frozen_while_it_renews_does_not_block_others", "page_frozen_during_a_renewal_delays_others_by_3_seconds_and_one_request"]),
    Undriven("Disconnecting the browser from the network", "Firefox, WebKit", "every connection is refused, and the page gets the events `offline` and `online`", &["session_survives_offline_and_is_renewed_when_online", "offline_form_keeps_its_input_and_sends_nothing_by_itself"]),
    Undriven("Putting a signed-in page into the back/forward cache, with `storage=\"tab\"`", "Firefox, which caches no page that holds a lock", "it is loaded again, as it would be; with `storage=\"device\"` it is put aside", &["page_restored_from_cache_learns_of_a_sign_out", "page_restored_from_cache_with_device_storage_is_signed_out"]),
    Undriven("Hiding a tab and showing it again", "all", "the page is told that it is hidden", &["hidden_tab_renews_when_it_becomes_visible", "hidden_page_sends_nothing_and_takes_no_focus"]),
    Undriven("Prerendering a page", "all", "the page is told that it is hidden", &["hidden_page_sends_nothing_and_takes_no_focus"]),
    Undriven("Letting the machine sleep", "all", "the page's clocks are advanced, and it gets the events of waking", &["each_wake_event_renews_at_most_once", "machine_that_slept_past_expiry_renews_once"]),
    Undriven("Throttling timers", "all", "natively", &["timers_throttled_to_one_minute_renew_before_expiry"]),
    Undriven("Crashing a tab", "Firefox, WebKit", "in Chromium by `cargo tabs`, and natively", &["page_closed_during_a_renewal_lets_the_next_renew_at_once"]),
    Undriven("Duplicating a tab", "all", "natively", &["duplicated_tab_shares_the_session_at_once"]),
    Undriven("Suspending the browser, as a phone does", "all", "natively", &["request_lost_during_a_suspension_is_sent_again_when_the_page_is_shown"]),
    Undriven("A page without TLS: on one machine every page counts as secure", "all", "the interfaces that such a page lacks are removed before it loads", &["insecure_context_keeps_the_session_in_its_tab"]),
];

const PARTS: [(&str, &[Fault]); 5] = [
    ("Network", NETWORK),
    ("Time", TIME),
    ("Tabs and lifecycle", TABS),
    ("Storage", STORAGE),
    ("Meaning of the engine's answers", MEANING),
];

const HEAD: &str = "# Faults, and the tests that cause them

What can go wrong around a login, by number, and the tests that make it go wrong on purpose.
`tests/contract/faults.rs` writes this file and checks that every test named here exists. Edit the table there.
Scenarios of `tests/e2e` run in Chromium, Firefox and WebKitGTK, unless the end of this page says otherwise.
A fault keeps its number. Numbers 64 to 76 are about what people type and do, and are not in this table.
";

#[test]
fn every_fault_names_tests_that_exist_and_the_table_shows_them() {
    let tests = tests();
    let mut text = HEAD.to_owned();
    for (title, faults) in PARTS {
        let _ = write!(
            text,
            "\n## {title}\n\n| | fault | tests | not shown |\n|---|---|---|---|\n"
        );
        for Fault(number, fault, names, missing) in faults {
            let places = names.iter().map(|name| {
                let place = tests.get(*name);
                let place = place.unwrap_or_else(|| panic!("{number}: there is no test {name}"));
                format!("`{name}` ({place})")
            });
            let places = places.collect::<Vec<_>>().join(", ");
            let missing = missing.unwrap_or_default();
            assert!(
                !(names.is_empty() && missing.is_empty()),
                "{number}: neither tests nor a text on what is missing"
            );
            let _ = writeln!(text, "| {number} | {fault} | {places} | {missing} |");
        }
    }
    let _ = write!(
        text,
        "\n## What drivers cannot do\n\n| | in | instead | tests |\n|---|---|---|---|\n"
    );
    for Undriven(what, browsers, instead, names) in UNDRIVEN {
        let places = names.iter().map(|name| {
            let place = tests.get(*name);
            let place = place.unwrap_or_else(|| panic!("{what}: there is no test {name}"));
            format!("`{name}` ({place})")
        });
        let places = places.collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "| {what} | {browsers} | {instead} | {places} |");
    }
    let path = root().join("tests/contract/faults.md");
    if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
        let new = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults.md");
        fs::write(&new, &text).expect("a folder for such files");
        panic!(
            "tests/contract/faults.md is out of date; copy {} over it",
            new.display()
        );
    }
}

#[test]
fn every_fault_of_these_parts_is_in_the_table_once() {
    let numbers = PARTS.iter().flat_map(|(_, faults)| *faults);
    let numbers = numbers.map(|Fault(number, ..)| *number).collect::<Vec<_>>();
    assert_eq!(numbers, (1..=63).chain(77..=91).collect::<Vec<_>>());
}

#[test]
fn no_fault_names_a_test_twice() {
    for Fault(number, _, names, _) in PARTS.iter().flat_map(|(_, faults)| *faults) {
        let once = names.iter().collect::<BTreeSet<_>>();
        assert_eq!(once.len(), names.len(), "{number}");
    }
}

/// Every function that is a test or a scenario, and where it stands.
fn tests() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = ["src", "emulator", "tests"]
        .map(|name| root().join(name))
        .to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                let place = path.strip_prefix(root()).expect("inside the project");
                let place = place.display().to_string().replace('\\', "/");
                let mut is_test = place.starts_with("tests/e2e/tests/logins/");
                for line in text.lines().map(str::trim) {
                    is_test |= line == "#[test]" || line.starts_with("#[wasm_bindgen_test");
                    if let Some((_, rest)) = line.split_once("fn ")
                        && let Some((name, _)) = rest.split_once('(')
                    {
                        if is_test {
                            found.insert(name.to_owned(), place.clone());
                        }
                        is_test = place.starts_with("tests/e2e/tests/logins/");
                    }
                }
            }
        }
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
