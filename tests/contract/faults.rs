//! Which test stands for which fault: the table of `faults.md`, checked against the tests there are.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// A fault: its number, what goes wrong, the tests that make it happen, and what none of them can show.
struct Fault(
    u8,
    &'static str,
    &'static [&'static str],
    Option<&'static str>,
);

#[rustfmt::skip]
const NETWORK: &[Fault] = &[
    Fault(1, "Nothing answers the connection", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "an_engine_that_is_down_for_an_hour_signs_nobody_out_and_is_not_stormed", "who_finds_nobody_at_the_door_is_told_within_a_second"], None),
    Fault(2, "The engine's name is not found; to a page that is 1", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "who_finds_nobody_at_the_door_is_told_within_a_second"], None),
    Fault(3, "The connection is taken and nothing is said", &["an_engine_that_is_down_for_an_hour_signs_nobody_out_and_is_not_stormed", "who_cannot_be_served_hears_why_and_the_session_stays", "ten_seconds_end_silence_and_a_stalled_body_and_a_trickle"], None),
    Fault(4, "The answer begins and its body never comes", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "a_stalled_body_stops_in_the_middle_and_the_line_stays_open", "ten_seconds_end_silence_and_a_stalled_body_and_a_trickle"], None),
    Fault(5, "A byte a second", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "a_trickled_body_arrives_whole_in_the_end", "ten_seconds_end_silence_and_a_stalled_body_and_a_trickle"], None),
    Fault(6, "The connection breaks in the middle of the answer", &["an_answer_that_got_lost_is_asked_for_again_by_the_customer_alone", "answers_that_are_none_keep_the_token_while_it_runs_and_after", "an_answer_that_breaks_off_is_none"], None),
    Fault(7, "Half a JSON document and a good status", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "damaged_documents_are_accepted_and_refused_as_serde_json_does", "an_answer_that_breaks_off_is_none"], None),
    Fault(8, "500 and its neighbours", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "three_tries_then_a_rest_of_a_minute", "an_engine_in_trouble_costs_another_press_and_nothing_else"], None),
    Fault(9, "Too often, and the wait in seconds", &["the_button_waits_as_long_as_the_engine_asks_within_reason", "a_pause_that_the_engine_demanded_is_not_asked_away", "who_asks_too_often_waits_as_long_as_the_engine_says"], None),
    Fault(10, "Too often, and the wait as a date", &["a_wait_may_be_a_date_by_the_engines_clock"], None),
    Fault(11, "Too often, and a wait that makes no sense", &["the_button_waits_as_long_as_the_engine_asks_within_reason", "a_wait_that_makes_no_sense_is_neither_none_nor_for_ever"], None),
    Fault(12, "Too often, and the wait may not be read", &["a_wait_that_the_browser_hides_is_half_a_minute", "who_asks_too_often_waits_as_long_as_the_engine_says"], None),
    Fault(13, "An empty answer", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "answers_that_are_none_keep_the_token_while_it_runs_and_after"], None),
    Fault(14, "A network's own page with 200", &["answers_that_are_none_keep_the_token_while_it_runs_and_after", "an_engine_in_trouble_costs_another_press_and_nothing_else"], None),
    Fault(15, "JSON that is called HTML", &["json_that_calls_itself_html_is_not_read"], None),
    Fault(16, "Bytes that are not UTF-8", &["any_bytes_are_read_or_refused", "an_answer_in_another_encoding_is_none"], None),
    Fault(17, "A body without end, and brackets without end", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "depth_ends_where_it_is_said_to", "a_body_without_end_is_cut"], None),
    Fault(18, "A small body that unpacks to a huge one", &["a_small_body_that_unpacks_to_a_huge_one_is_cut"], None),
    Fault(19, "The browser may not ask", &["only_listed_origins_may_read_if_there_is_a_list", "an_engine_that_lets_no_page_ask_is_as_good_as_none"], Some("an error of its own for the shop: no script is told that a browser was not let ask, and the widget makes no other call to find out; the browser's console says it")),
    Fault(20, "The browser may ask and not read", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "the_question_may_be_allowed_and_the_answer_not", "an_answer_that_no_page_may_read_is_asked_for_again_by_the_customer_alone"], None),
    Fault(21, "A redirect to somebody else", &["nothing_follows_a_redirect_to_another_place", "no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well"], None),
    Fault(22, "The page's policy, or a blocker, forbids the connection", &["a_policy_that_forbids_the_engine_is_the_shops_to_mend"], Some("a blocker: no script can tell it from no network")),
    Fault(23, "An answer that nobody waits for any more", &["an_answer_to_a_changed_identifier_is_dropped", "an_answer_after_a_restart_is_dropped", "an_answer_for_a_form_that_is_gone_is_dropped", "an_element_removed_while_it_asks_gives_up_asking_and_begins_anew_when_it_is_back"], None),
    Fault(24, "Answers in the wrong order", &["an_answer_to_the_session_before_does_not_touch_the_next_one", "an_answer_to_the_session_before_is_not_taken_for_one_to_the_next"], None),
    Fault(25, "The code was sent and the answer lost", &["a_code_whose_sending_was_not_confirmed_is_not_asked_for_again_by_itself", "an_answer_that_got_lost_is_asked_for_again_by_the_customer_alone"], None),
    Fault(26, "No network, before, during, or every other second", &["a_network_that_comes_and_goes_every_second_is_used_once", "a_flood_of_wake_signals_never_asks_twice_within_a_second", "bad_network_when_a_page_comes_back_keeps_the_record_and_tries_again", "a_session_without_a_network_lives_on_and_is_renewed_when_it_is_back", "a_form_without_a_network_keeps_what_was_typed_and_sends_nothing_by_itself", "whoever_is_offline_is_told_so"], None),
    Fault(27, "The wasm is missing, damaged, or called something else", &["a_missing_file_shows_what_stands_in_the_element", "a_damaged_file_is_not_run", "a_page_that_forbids_wasm_shows_what_stands_in_the_element", "a_file_by_another_name_is_run_once_it_was_checked", "a_slow_file_leaves_what_stands_in_the_element_until_it_is_there"], None),
];

#[rustfmt::skip]
const TIME: &[Fault] = &[
    Fault(28, "A machine sleeps for eight hours", &["a_machine_that_slept_past_the_end_tries_once", "a_hundred_pages_that_wake_together_ask_once", "a_sleep_counts_towards_the_age"], None),
    Fault(29, "The device is a day ahead", &["a_clock_that_is_a_day_off_changes_nothing", "the_device_may_be_a_day_off_and_ages_count_all_the_same"], None),
    Fault(30, "The device is a day behind", &["a_clock_that_is_a_day_off_changes_nothing", "the_device_may_be_a_day_off_and_ages_count_all_the_same", "an_engine_whose_clock_is_a_day_off_changes_nothing_either"], None),
    Fault(31, "A clock jumps while a question is under way", &["a_clock_that_jumps_while_a_question_is_under_way_changes_neither_question_nor_answer", "however_the_clocks_jump_no_token_is_handed_out_after_its_end"], None),
    Fault(32, "Summer time begins, or the traveller lands", &["a_clock_set_forward_costs_one_renewal_and_one_set_back_none"], None),
    Fault(33, "Timers ring once a minute", &["timers_that_ring_once_a_minute_are_early_enough", "a_page_that_nobody_sees_does_not_renew_by_itself", "a_tab_that_nobody_sees_renews_when_somebody_looks"], None),
    Fault(34, "Timers stop, and go on", &["a_page_that_was_frozen_for_long_gives_out_no_token_that_has_ended", "a_page_that_freezes_while_it_renews_costs_three_seconds_and_one_call_however_many_wait", "every_sign_of_life_is_one_decision", "a_tab_that_freezes_while_it_renews_keeps_nobody_waiting"], None),
    Fault(35, "A token whose times make no sense", &["times_that_make_no_sense_are_refused_and_absurd_ones_clamped", "a_damaged_token_is_read_or_refused"], None),
    Fault(36, "The attempt ends while the code is typed", &["an_attempt_ends_with_the_engines_patience_and_the_identifier_stays", "a_login_session_that_is_gone_leads_back_and_sends_nothing", "two_minutes_before_an_attempt_ends_the_form_says_so_and_nothing_else_changes", "two_minutes_before_the_end_it_is_said_once_and_there_is_more_time"], None),
    Fault(37, "The code ends while it is under way", &["the_engines_verdict_on_a_late_code_is_waited_for"], None),
    Fault(38, "A monotonic clock that sleeps with the machine", &["sleep_that_stops_the_monotonic_clock_is_seen_by_the_wall_clock", "a_machine_that_slept_past_the_end_tries_once"], None),
];

#[rustfmt::skip]
const TABS: &[Fault] = &[
    Fault(39, "A hundred tabs wake at once", &["a_hundred_pages_that_wake_together_ask_once", "however_many_pages_there_are_a_token_is_renewed_once_in_its_life", "three_tabs_renew_once"], None),
    Fault(40, "The tab that renews is closed, or crashes", &["a_page_that_is_closed_while_it_renews_costs_no_time", "a_page_that_is_closed_while_it_waits_for_its_turn_holds_nobody_up"], None),
    Fault(41, "The tab that renews is frozen", &["pages_that_freeze_one_after_the_other_cost_three_seconds_and_a_call_each", "with_two_pages_a_frozen_holder_costs_exactly_one_call", "a_page_that_freezes_while_it_renews_costs_three_seconds_and_one_call_however_many_wait", "a_tab_that_freezes_while_it_renews_keeps_nobody_waiting"], None),
    Fault(42, "Somebody holds our lock for ever", &["a_lock_that_somebody_holds_for_ever_costs_three_seconds_of_each_life_and_no_call", "a_lock_that_a_script_holds_for_ever_costs_one_call_for_all_tabs"], None),
    Fault(43, "A sign-out in one tab, a renewal in another", &["an_answer_that_comes_after_a_sign_out_elsewhere_is_dropped", "a_renewal_that_is_asked_for_by_a_frozen_page_does_not_undo_a_sign_out", "signing_out_signs_out_every_tab", "signing_out_reaches_every_tab_without_the_engine"], None),
    Fault(44, "Another customer in one tab, a renewal in another", &["another_customer_signs_in_elsewhere_while_a_renewal_is_under_way", "another_customer_elsewhere_takes_this_ones_place_and_is_never_mixed_with_it", "another_customer_who_cannot_be_read_leaves_nobody_signed_in", "another_customer_in_one_tab_is_the_one_in_all", "a_tab_that_slept_through_a_change_of_customers_says_so"], None),
    Fault(45, "A page comes back after a sign-out elsewhere", &["a_page_that_was_put_aside_is_signed_out_before_anybody_sees_it", "a_page_that_is_asked_before_it_hears_of_a_sign_out_gives_no_token", "a_page_that_was_put_aside_comes_back_signed_out", "a_page_that_was_put_aside_whole_comes_back_signed_out"], None),
    Fault(46, "A page comes back in the middle of an attempt that is over", &["an_attempt_that_ended_while_the_machine_slept_or_the_page_was_away_is_over", "a_login_whose_time_ran_out_meanwhile_begins_again_with_the_number", "a_login_goes_on_where_it_was_when_its_page_comes_back"], None),
    Fault(47, "A tab is thrown away and loaded again", &["a_page_that_is_loaded_again_goes_on_with_the_newest_token", "a_page_that_comes_back_after_the_end_asks_before_anybody_hears_of_a_session", "a_reload_keeps_the_session", "a_tab_that_was_loaded_again_still_hands_the_session_on"], None),
    Fault(48, "A tab is duplicated", &["a_duplicated_tab_shares_the_session_from_its_first_moment"], None),
    Fault(49, "Messages that mean nothing, or far too many", &["a_flood_of_messages_asks_the_engine_nothing", "a_mark_that_is_none_means_nothing", "a_mark_is_read_as_it_was_written_and_nothing_else_is"], None),
    Fault(50, "No locks, no messages", &["without_locks_or_messages_pages_still_share_the_session", "an_older_browser_keeps_a_session_to_its_tab", "an_older_browser_shares_what_is_kept_on_the_device", "an_insecure_page_keeps_a_session_to_its_tab"], None),
    Fault(51, "A phone suspends the page and cuts its connection", &["a_question_that_dies_while_its_page_is_put_aside_is_asked_again_when_it_is_seen"], None),
    Fault(52, "A page that nobody has seen yet", &["a_session_that_ran_out_is_not_asked_for_before_its_page_is_seen", "a_page_that_opens_in_the_background_asks_nothing_and_hears_who_is_signed_in", "a_page_that_nobody_has_seen_asks_nothing_and_takes_no_focus"], None),
];

#[rustfmt::skip]
const STORAGE: &[Fault] = &[
    Fault(53, "Storage is forbidden", &["blocked_storage_is_told_once_and_stops_nothing"], None),
    Fault(54, "Storage is full", &["a_browser_that_keeps_nothing_is_told_of_and_the_login_goes_on", "a_browser_without_room_keeps_nothing"], None),
    Fault(55, "What was written reads differently", &["a_browser_that_keeps_something_else_keeps_nothing"], None),
    Fault(56, "A record that is damaged, or huge", &["a_record_that_is_not_ours_is_no_session", "a_record_that_is_not_ours_is_as_if_it_were_not_there", "a_record_that_cannot_be_read_leaves_a_new_page_at_its_first_step", "a_damaged_record_is_taken_up_or_ignored"], None),
    Fault(57, "A record of a newer version", &["records_of_a_newer_version_are_left_alone_until_somebody_signs_in"], None),
    Fault(58, "A record of an older version", &["a_record_from_before_there_were_marks_is_taken_up_and_shared_with_its_next_token"], None),
    Fault(59, "Cleared between a read and a write", &["storage_cleared_while_a_renewal_is_under_way_is_not_filled_by_its_answer"], None),
    Fault(60, "Cleared under a page", &["cleared_storage_ends_the_session_and_nothing_is_written_again"], None),
    Fault(61, "A frame of another site, with storage of its own", &["a_strangers_frame_shows_the_form_where_the_shop_allows_it", "a_frame_of_another_site_keeps_its_session_to_itself"], None),
    Fault(62, "Somebody else writes our records", &["a_record_under_another_mark_than_its_own_is_not_believed", "a_record_that_is_not_ours_is_no_session", "records_with_any_numbers_break_nothing"], None),
    Fault(63, "No cryptography, or a lost key", &["a_device_that_cannot_keep_a_key_keeps_the_session_in_the_tab", "a_lost_key_of_the_device_means_signing_in", "where_nothing_can_be_read_every_page_renews_its_own_token"], None),
];

#[rustfmt::skip]
const MEANING: &[Fault] = &[
    Fault(77, "200, and it says that it failed", &["success_is_a_good_status_and_the_word_true"], None),
    Fault(78, "400, and it says that it went well", &["success_is_a_good_status_and_the_word_true", "no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well"], None),
    Fault(79, "No token, an empty one, no session", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "a_renewed_token_that_is_not_this_customers_is_never_used_and_the_old_one_stays", "empty_texts_are_no_texts"], None),
    Fault(80, "A number for a text, a list for an object", &["no_answer_keeps_the_step_and_what_was_typed_and_the_same_again_goes_well", "a_damaged_answer_is_read_or_refused"], None),
    Fault(81, "A code or a word that nobody knows", &["an_unknown_code_shows_the_servers_words_as_text_and_cut_short", "a_refusal_without_an_envelope_is_a_rejection_without_a_code"], None),
    Fault(82, "Fields too many, and fields twice", &["documents_are_read_as_serde_json_reads_them"], None),
    Fault(83, "A token of another brand or customer", &["a_token_that_is_not_for_this_customer_and_brand_is_never_used", "a_renewed_token_that_is_not_this_customers_is_never_used_and_the_old_one_stays", "another_user_number_at_renewal_is_somebody_else"], None),
    Fault(84, "A token that is none, or that nobody signed", &["what_is_no_signed_token_is_refused", "a_token_is_used_only_if_it_is_signed_and_says_user"], None),
    Fault(85, "A token that ended before it came", &["a_token_that_is_not_for_this_customer_and_brand_is_never_used", "a_renewed_token_that_is_not_this_customers_is_never_used_and_the_old_one_stays"], None),
    Fault(86, "The same token again", &["the_same_token_again_is_kept_without_a_word_while_it_runs_and_is_asked_for_less_and_less", "the_same_token_again_is_no_answer_for_whom_it_does_not_last", "renewal_can_give_the_same_token_back"], None),
    Fault(87, "Not renewed because it still runs", &["what_the_engine_says_to_a_renewal_ends_a_session_or_not", "who_cannot_be_served_hears_why_and_the_session_stays"], None),
    Fault(88, "401 or 403 while the engine is being changed", &["a_refusal_without_an_envelope_does_not_end_a_session_that_runs"], None),
    Fault(89, "The engine's session is gone in the middle", &["a_login_session_that_is_gone_leads_back_and_sends_nothing", "a_second_login_session_that_is_gone_leads_back_to_the_first_step"], None),
    Fault(90, "Words with markup, or a megabyte of them", &["words_of_the_engine_are_text_and_never_markup", "an_unknown_code_shows_the_servers_words_as_text_and_cut_short"], None),
    Fault(91, "A second factor that never ends", &["a_second_factor_that_is_owed_again_is_an_error_and_no_loop", "an_engine_that_wants_no_browsers_is_no_loop"], None),
];

/// What no driver makes a browser do, in which browsers, and what is done in its place.
struct Undriven(
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

#[rustfmt::skip]
const UNDRIVEN: &[Undriven] = &[
    Undriven("Freezing a page", "Firefox, WebKit", "in Chromium, and natively", &["a_tab_that_freezes_while_it_renews_keeps_nobody_waiting", "a_page_that_freezes_while_it_renews_costs_three_seconds_and_one_call_however_many_wait"]),
    Undriven("Taking the network away from the browser itself", "Firefox, WebKit", "every connection is refused, and the page is told `offline` and `online`", &["a_session_without_a_network_lives_on_and_is_renewed_when_it_is_back", "a_form_without_a_network_keeps_what_was_typed_and_sends_nothing_by_itself"]),
    Undriven("Putting a signed-in page aside whole, where the session lives in tabs alone", "Firefox, which puts no page aside that holds a lock", "it is loaded again, as it would be; with `storage=\"device\"` it is put aside", &["a_page_that_was_put_aside_comes_back_signed_out", "a_page_that_was_put_aside_whole_comes_back_signed_out"]),
    Undriven("Hiding a tab behind another one, and showing it again", "all", "the page is told that it is hidden", &["a_tab_that_nobody_sees_renews_when_somebody_looks", "a_page_that_nobody_has_seen_asks_nothing_and_takes_no_focus"]),
    Undriven("Rendering a page ahead, before anybody sees it", "all", "the page is told that it is hidden", &["a_page_that_nobody_has_seen_asks_nothing_and_takes_no_focus"]),
    Undriven("Letting the machine sleep", "all", "the page's clocks are moved on, and it is woken", &["every_sign_of_life_is_one_decision", "a_machine_that_slept_past_the_end_tries_once"]),
    Undriven("Slowing timers down", "all", "natively", &["timers_that_ring_once_a_minute_are_early_enough"]),
    Undriven("Crashing a tab", "Firefox, WebKit", "in Chromium by `cargo tabs`, and natively", &["a_page_that_is_closed_while_it_renews_costs_no_time"]),
    Undriven("Duplicating a tab", "all", "natively", &["a_duplicated_tab_shares_the_session_from_its_first_moment"]),
    Undriven("Suspending the browser, as a phone does", "all", "natively", &["a_question_that_dies_while_its_page_is_put_aside_is_asked_again_when_it_is_seen"]),
    Undriven("A page without TLS: on this machine every page counts as secure", "all", "what such a page lacks is taken away before it loads", &["an_insecure_page_keeps_a_session_to_its_tab"]),
];

const PARTS: [(&str, &[Fault]); 5] = [
    ("Network", NETWORK),
    ("Time", TIME),
    ("Tabs and lifecycle", TABS),
    ("Storage", STORAGE),
    ("What the engine means", MEANING),
];

const HEAD: &str = "# Faults, and the tests that make them happen

What can go wrong around a login, by number, and where it is made to go wrong on purpose.
Written by `tests/contract/faults.rs`, which also checks that every test named here exists; edit the table there.
What stands in a file of `tests/e2e` is played in Chromium, Firefox and WebKit, unless the end of this page says otherwise.
A number stays with its fault for good; those between 63 and 77 are about what people type and do, and not in this table.
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
                let place = place.unwrap_or_else(|| panic!("{number}: no test is called {name}"));
                format!("`{name}` ({place})")
            });
            let places = places.collect::<Vec<_>>().join(", ");
            let missing = missing.unwrap_or_default();
            assert!(
                !(names.is_empty() && missing.is_empty()),
                "{number}: neither tests nor a word on what is missing"
            );
            let _ = writeln!(text, "| {number} | {fault} | {places} | {missing} |");
        }
    }
    let _ = write!(
        text,
        "\n## What no driver can do\n\n| | in | instead | tests |\n|---|---|---|---|\n"
    );
    for Undriven(what, browsers, instead, names) in UNDRIVEN {
        let places = names.iter().map(|name| {
            let place = tests.get(*name);
            let place = place.unwrap_or_else(|| panic!("{what}: no test is called {name}"));
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
