//! The list of all scenarios, and the set that each belongs to.
//!
//! `cargo test -p ae-e2e --test logins -- FILTER` runs the scenarios whose path contains the filter. A path is
//! `set::browser::file::scenario`, for example `quick::chromium::sign_in::code_login_by_mobile_number_succeeds`:
//!
//! | filter | scenarios |
//! |---|---|
//! | `quick::` | the quick set: whole logins of every flow in Chromium, a smaller set in Firefox and WebKitGTK |
//! | `exhaustive::` | all others; both sets together are every scenario in every browser |
//! | `firefox::` | all in one browser; `quick::firefox::` the quick ones |
//! | `firefox::second_factor` | one file in one browser |
//! | `renewal` | the scenarios whose name contains a word |
//!
//! Without a filter, both sets run. `AE_SHOTS=shots` saves a screenshot of every step in the folder `shots`. What is known of a
//! scenario that has failed is in `target/failures/<browser>-<scenario>`.
//!
//! Scenarios that run at once share nothing; `--test-threads=2` is right for two processor cores. Those in Firefox share a browser one
//! after the other, which is cleared in between.

mod accessibility_basics;
mod activity;
mod auto_submit;
mod axe;
mod broken_fetch;
mod challenge;
mod countdowns;
mod dialog;
mod embedding;
mod engine_errors;
mod failure_reasons;
mod fetch;
mod first_screen;
mod foreign_styles;
mod identifiers;
mod keyboard_and_focus;
mod language;
mod leptos_shop;
mod memory_leaks;
mod one_time_code;
mod page_children;
mod page_lifecycle;
mod page_scripts;
mod password_managers;
mod passwords;
mod phone_numbers;
mod pinned_release;
mod playground;
mod recipes;
mod recipes_page;
mod recipes_php;
mod recipes_shopify;
mod remembered_identifier;
mod second_factor;
mod secrets_left_behind;
mod session;
mod shared_session;
mod sign_in;
mod theming;
mod web_otp;
mod without_web_assembly;

// The macro in `src/lib.rs` explains the marks. A scenario without a mark is in the exhaustive set.
ae_e2e::scenarios! {
    sign_in:
        [quick] code_login_by_mobile_number_succeeds
        [quick_in_chromium] code_login_by_email_succeeds
        [quick_in_chromium] number_and_email_are_recognized_while_typing
        [quick_in_chromium] invalid_number_is_reported_and_not_sent
        [quick_in_chromium] identifier_can_be_changed_at_the_code_step
    ;
    first_screen:
        [quick] text_caret_and_focus_survive_the_arrival_of_the_wasm
        typing_goes_on_at_every_moment_of_loading
        [quick_in_chromium] form_sent_before_the_wasm_is_there_is_sent_once
        [quick_in_chromium] wasm_that_cannot_be_loaded_is_reported_and_nothing_typed_is_lost
        first_screen_has_the_language_and_the_fields_of_the_page
        [quick_in_chromium] restored_session_never_shows_the_form
        [quick_in_chromium] first_screen_in_the_page_is_taken_over
        altered_first_screen_is_drawn_anew_with_what_was_typed
        [only_in_chromium] arrival_of_the_wasm_moves_nothing
        [only_in_chromium] loading_a_page_with_the_first_screen_moves_nothing
        text_typed_before_the_wasm_can_be_undone
    ;
    one_time_code:
        [quick] wrong_code_keeps_the_step_and_right_code_signs_in
        [quick_in_chromium] pasted_message_yields_its_code
        [quick_in_chromium] new_code_replaces_the_old_one
        reload_does_not_shorten_the_resend_wait
    ;
    passwords:
        [quick] password_login_succeeds
        [quick_in_chromium] first_factor_auto_offers_password_and_code
        [quick_in_chromium] first_password_is_set_and_confirmed_by_code
        password_refused_by_engine_policy_is_marked_invalid
        wrong_password_keeps_the_step_and_right_password_signs_in
        password_can_be_shown_and_hidden
        [quick_in_chromium] forgotten_password_is_reset_by_code
        [quick_in_chromium] too_many_wrong_passwords_require_a_new_password
        [quick_in_chromium] signed_in_customer_changes_password
        [quick_in_chromium] brand_without_passwords_falls_back_to_code
        brand_that_requires_a_password_gets_one_despite_attributes
        reload_keeps_the_password_step
        password_is_sent_unchanged
    ;
    second_factor:
        [quick] code_then_code_signs_in
        [quick_in_chromium] code_then_password_signs_in
        [quick_in_chromium] password_then_code_signs_in
        [quick] password_then_password_signs_in
        [quick_in_chromium] first_second_password_is_set_and_confirmed_by_code
        [quick_in_chromium] forgotten_second_password_is_reset_by_code
        [quick_in_chromium] second_factor_can_use_another_address
        [quick_in_chromium] second_factor_always_is_required_of_customers_not_enrolled
        [quick_in_chromium] required_second_factor_switched_off_signs_nobody_in
        error_between_factors_can_be_retried
        expired_second_factor_session_returns_to_the_first_step
        reload_keeps_the_second_code_step
        reload_keeps_the_second_password_step
        [quick_in_chromium] mfa_session_is_renewed_by_key_once_per_lifetime
        [quick_in_chromium] sign_out_erases_the_session_before_revoking_it_at_the_engine
        sign_out_is_sent_to_the_engine_when_the_page_unloads
        sign_out_succeeds_when_revoking_fails
        device_id_is_created_at_the_first_second_factor_and_kept
        device_id_attribute_replaces_the_created_one
        reload_before_the_second_factor_starts_returns_to_identify
        sign_out_cancels_a_pending_second_factor
        engine_that_refuses_web_tokens_ends_in_the_stuck_step
        pending_roles_attribute_names_the_brands_role
        signed_in_customer_changes_second_password
    ;
    identifiers:
        [quick_in_chromium] user_name_login_sends_the_code_to_a_number
        [quick_in_chromium] user_name_login_sends_the_code_to_an_email
        [quick_in_chromium] user_name_login_with_password_succeeds
        [quick_in_chromium] customer_number_login_needs_no_address
        customer_number_unsupported_by_brand_is_a_configuration_error
        [quick_in_chromium] code_can_be_sent_by_a_fallback_channel
        fallback_channel_without_a_number_asks_for_one
    ;
    session:
        reload_keeps_the_typed_identifier
        [quick_in_chromium] reload_keeps_the_code_step
        [quick] reload_keeps_the_session
        [quick] token_is_renewed_once_per_lifetime
        no_renew_renews_only_on_request
        [quick] sign_out_erases_the_session
        pending_renewal_does_not_undo_sign_out
        session_survives_a_visit_to_another_page
        token_expired_while_away_is_renewed_once
        [quick_in_chromium] renewal_refused_with_1525_signs_out_and_keeps_the_number
        renewal_refused_with_1529_on_return_signs_out_and_keeps_the_number
        [quick_in_chromium] page_without_a_form_restores_the_session_of_the_tab
        listener_of_a_restored_session_can_use_the_element
    ;
    shared_session:
        [quick] sign_in_reaches_every_open_tab
        [quick_in_chromium] new_tab_restores_the_session_of_another
        reloaded_tab_still_shares_the_session
        session_ends_when_the_last_tab_is_closed
        [quick_in_chromium] three_tabs_renew_once
        lock_held_forever_by_a_script_still_renews_once_for_all_tabs
        [quick] sign_out_reaches_every_tab
        sign_out_reaches_every_tab_without_the_engine
        [in_desktop_chromium] page_restored_from_cache_learns_of_a_sign_out
        another_customer_in_one_tab_replaces_the_session_in_all
        tab_that_missed_a_change_of_customers_reports_replaced
        [quick_in_chromium] device_storage_keeps_the_session_when_all_tabs_are_closed
        memory_storage_writes_nothing_and_shares_nothing
        [quick_in_chromium] remember_checkbox_keeps_the_session_on_the_device
        unticked_remember_checkbox_ends_the_session_with_the_last_tab
        [quick_in_chromium] session_expires_after_max_age
        stored_session_past_max_age_or_max_idle_is_not_restored
        max_idle_ends_the_session_of_all_tabs
        hidden_tab_renews_when_it_becomes_visible
        browser_without_locks_shares_device_storage
        browser_without_locks_keeps_the_session_in_its_tab
        insecure_context_keeps_the_session_in_its_tab
    ;
    fetch:
        [quick] call_carries_the_token_and_the_identity
        call_carries_the_device_id_after_a_second_factor
        token_is_sent_to_allowed_origins_only
        [quick_in_chromium] call_refused_with_401_is_repeated_with_a_renewed_token
        call_refused_twice_returns_the_refusal
        call_without_a_session_is_rejected_and_not_sent
        [quick_in_chromium] waiting_call_is_sent_after_sign_in
        waiting_calls_are_sent_in_order
        request_object_is_repeated_and_its_response_streams
        waiting_call_is_rejected_when_it_cannot_be_sent
        token_is_not_sent_to_redirect_targets
        call_can_be_aborted
        identifier_of_any_script_is_no_obstacle_and_addresses_stay_strings
    ;
    auto_submit:
        complete_code_is_sent_by_itself_once
    ;
    challenge:
        challenge_guards_every_message
    ;
    activity:
        activity_of_a_login_names_no_customer
    ;
    remembered_identifier:
        customer_is_welcomed_back_without_being_named
    ;
    phone_numbers:
        [quick_in_chromium] country_can_be_chosen_by_keyboard
        national_number_gets_the_country_code_of_the_list
        list_starts_with_the_country_of_the_browser_language
        countries_attribute_limits_the_list
        single_country_shows_no_list
        typed_country_code_selects_the_country
        [quick_in_chromium] pasted_number_is_normalized
        autofilled_number_is_normalized
        number_of_wrong_length_is_reported_with_its_country
        formatting_keeps_the_caret_at_its_digit
        input_method_composition_is_not_reformatted
        list_appears_only_while_a_number_is_typed
        countries_are_loaded_only_when_a_number_is_asked_for
        unknown_country_attribute_is_reported_in_the_console
        missing_country_file_does_not_block_the_login
        country_names_follow_the_form_language
        country_list_passes_axe
    ;
    language:
        [quick_in_chromium] form_uses_the_language_of_the_page
        language_can_change_at_any_step
        unsupported_language_falls_back_to_english_and_keeps_its_direction
        missing_language_file_falls_back_to_english
        language_file_of_another_release_is_ignored
        messages_property_replaces_texts
        invalid_locale_is_a_configuration_error
        every_visible_text_is_translatable
        every_language_fits_a_280_px_form
    ;
    engine_errors:
        [quick_in_chromium] engine_errors_keep_the_step_and_can_be_retried
        lost_answer_is_not_repeated_automatically
        [quick_in_chromium] rate_limited_customer_waits_for_retry_after
        [quick_in_chromium] expired_login_session_returns_to_identify_without_sending
        too_many_wrong_codes_return_to_identify_without_sending
        engine_message_is_shown_as_text_not_markup
        configuration_error_shows_the_stuck_step
        redirect_to_another_origin_is_not_followed
        refused_connection_is_reported_within_a_second
        silent_stalled_and_trickling_answers_time_out_after_ten_seconds
        retry_after_date_is_read_by_the_engine_clock
        nonsensical_retry_after_is_clamped
        truncated_answer_is_an_error
        answer_in_another_encoding_is_malformed
        endless_body_is_cut_off
        gzip_bomb_is_cut_off
        engine_without_cors_is_a_network_error
        answer_without_cors_is_not_repeated_automatically
        csp_that_blocks_the_engine_is_a_configuration_error
    ;
    leptos_shop:
        [quick_in_chromium] leptos_storefront_signs_a_customer_in
        leptos_storefront_restores_the_session
    ;
    broken_fetch:
        [quick_in_chromium] fetch_that_throws_is_a_network_error
        fetch_that_rejects_with_a_string_is_a_network_error
        fetch_that_resolves_to_a_plain_object_is_a_network_error
        fetch_that_takes_only_strings_and_plain_options_signs_in
    ;
    page_lifecycle:
        [quick_in_chromium] session_survives_offline_and_is_renewed_when_online
        offline_form_keeps_its_input_and_sends_nothing_by_itself
        each_wake_event_renews_at_most_once
        hidden_page_sends_nothing_and_takes_no_focus
        [in_desktop_chromium] login_continues_when_its_page_is_restored_from_cache
        [in_desktop_chromium] login_expired_while_its_page_was_cached_restarts_with_the_number
        [in_desktop_chromium] page_restored_from_cache_with_device_storage_is_signed_out
        [only_in_chromium] tab_frozen_while_it_renews_does_not_block_others
    ;
    recipes_php:
        [only_in_chromium] magento_page_signs_a_customer_in_under_the_policy_of_its_module
        [only_in_chromium] magento_page_runs_without_web_assembly_and_without_its_keyword
        [only_in_chromium] magento_settings_do_not_become_markup
        [only_in_chromium] woocommerce_account_follows_the_session_of_the_widget
        [only_in_chromium] woocommerce_accepts_valid_tokens_only
        [only_in_chromium] woocommerce_opens_accounts_of_customers_only
        [only_in_chromium] woocommerce_refusal_of_a_token_is_shown_in_the_page
        [only_in_chromium] woocommerce_session_changes_for_pages_of_the_shop_only
        [only_in_chromium] woocommerce_settings_do_not_become_markup
        [only_in_chromium] php_and_xml_files_of_the_recipes_have_no_syntax_errors
    ;
    recipes:
        [only_in_chromium] node_proxy_asks_for_a_captcha_and_limits_messages
        [only_in_chromium] rust_proxy_asks_for_a_captcha_and_limits_messages
        [only_in_chromium] nginx_proxy_limits_messages
        [only_in_chromium] node_backend_takes_the_token_of_the_widget
    ;
    recipes_page:
        [only_in_chromium] plain_page_shows_a_customer_the_answer_of_the_api
    ;
    recipes_shopify:
        [only_in_chromium] shopify_block_signs_a_customer_in
        [only_in_chromium] shopify_block_runs_no_altered_release
    ;
    countdowns:
        [quick_in_chromium] time_warning_is_announced_once_and_offers_more_time
        more_time_for_a_password_keeps_the_input
        failed_request_for_more_time_can_be_repeated
        more_time_for_a_second_factor_after_a_reload_repeats_both_factors
        resend_wait_announces_only_its_end
        offline_browser_is_named_in_the_error
        password_step_offers_a_change_of_identifier
    ;
    embedding:
        [quick_in_chromium] csp_without_wasm_and_compat_never_shows_the_fallback
        damaged_wasm_is_not_run
        missing_wasm_shows_the_fallback
        wasm_with_wrong_content_type_runs_after_the_integrity_check
        calls_before_the_wasm_arrives_are_answered_later
        storage_that_alters_values_keeps_no_session
        full_storage_keeps_no_session
        cross_site_frame_keeps_its_session_to_itself
        [quick_in_chromium] cross_origin_frame_shows_no_form
        allow_framing_shows_the_form_in_a_cross_origin_frame
        every_invalid_attribute_is_named_and_nothing_is_sent
        request_headers_are_sent_with_every_call
        [quick] login_in_a_shadow_tree_succeeds
        demo_storefront_can_switch_brands
        two_elements_and_two_scripts_share_one_session
        moved_element_keeps_its_step_and_removed_element_its_session
        files_are_loaded_once_and_the_script_first
        [quick_in_chromium] demo_storefront_signs_a_customer_in
        every_demo_visitor_can_sign_in
    ;
    page_scripts:
        [quick_in_chromium] scripts_of_the_page_receive_nothing_that_is_typed
    ;
    page_children:
        frameworks_set_properties_and_change_children_at_any_time
        header_and_footer_are_shown_around_the_form
    ;
    playground:
        playground_shows_every_state
        playground_controls_take_effect
        playground_url_keeps_the_settings
        playground_css_looks_the_same_in_a_shop
        playground_copy_is_confirmed
        playground_passes_axe
    ;
    accessibility_basics:
        [quick] code_login_by_keyboard_succeeds
        password_login_by_keyboard_succeeds
        enter_pressed_repeatedly_submits_once
        [quick_in_chromium] code_steps_pass_axe_in_light_colours
        code_steps_pass_axe_in_dark_colours
        code_steps_pass_axe_in_a_shadow_tree
        password_and_second_factor_steps_pass_axe_in_light_colours
        password_and_second_factor_steps_pass_axe_in_dark_colours
        password_and_second_factor_steps_pass_axe_in_a_shadow_tree
    ;
    theming:
        every_part_can_be_styled
        every_part_can_be_styled_in_a_shadow_tree
        every_custom_property_has_an_effect
        every_custom_property_has_an_effect_in_a_shadow_tree
        page_rule_wins_before_and_after_the_widget_sheet
        part_rule_wins_before_and_after_the_widget_sheet_in_a_shadow_tree
        unknown_custom_property_is_reported_once
    ;
    dialog:
        [quick] dialog_opens_closes_and_returns_the_focus
        dragging_a_selection_out_of_the_dialog_keeps_it_open
        page_behind_the_dialog_is_inert
        closed_dialog_takes_no_focus
        [quick_in_chromium] dialog_closes_after_login_and_stays_open_for_a_password_change
        show_called_before_loading_opens_the_dialog_later
        dialog_is_labelled_by_its_title
        waiting_call_opens_the_dialog
        login_in_a_dialog_in_a_shadow_tree_succeeds
        dialog_continues_after_a_reload
        dialog_uses_the_language_of_the_form
        dialog_fits_a_320_by_240_window
        dialog_passes_axe_in_light_colours
        dialog_passes_axe_in_dark_colours
        dialog_closes_when_its_element_moves_or_is_removed
        dialog_that_cannot_run_shows_the_fallback
        show_without_a_dialog_scrolls_the_form_into_view
    ;
    web_otp:
        [quick_in_chromium] code_from_a_message_is_filled_in_and_submitted
        wrong_code_from_a_message_is_submitted_once
        late_message_changes_nothing
        message_does_not_replace_typed_input
        each_code_step_requests_its_own_message
        refused_message_request_is_ignored
    ;
    password_managers:
        every_password_field_has_a_username_field
        [quick_in_chromium] password_manager_signs_in_every_way
        password_manager_signs_in_every_way_in_a_shadow_tree
        password_manager_fills_in_the_identifier
        password_manager_generates_a_new_password
        form_submit_without_an_event_does_not_navigate
        username_filled_in_beside_a_password_is_ignored
    ;
    foreign_styles:
        layout_survives_bootstrap
        layout_survives_tailwind_preflight
        layout_survives_bulma
        layout_survives_normalize
        layout_survives_foundation
        layout_survives_a_merchant_theme
        layout_survives_a_hostile_reset
        high_specificity_rules_do_not_reach_a_shadow_tree
        part_rules_win_over_every_foreign_sheet
    ;
    axe:
        code_login_states_pass_axe_in_every_environment
        password_login_states_pass_axe_in_every_environment
        user_name_login_states_pass_axe_in_every_environment
        second_factor_states_pass_axe_in_every_environment
    ;
    keyboard_and_focus:
        focus_follows_every_step
        announcements_come_once_and_in_order
        changed_password_is_announced_once
        countdown_is_not_announced_every_second
        accessible_names_match_the_visible_labels
        every_control_has_a_visible_focus_ring
        reduced_motion_disables_animation
        pasting_and_autofill_are_never_blocked
        form_declares_its_language_and_isolates_numbers
        identifier_is_asked_for_only_once
        first_password_by_keyboard_succeeds
        forgotten_password_by_keyboard_succeeds
        second_factor_by_keyboard_succeeds
        second_address_by_keyboard_succeeds
        user_name_login_by_keyboard_succeeds
        password_and_identifier_change_by_keyboard_succeeds
    ;
    secrets_left_behind:
        [quick_in_chromium] codes_and_tokens_are_erased_after_use
        passwords_are_erased_after_use
        replaced_token_is_erased
        search_finds_secrets_planted_in_every_place
    ;
    without_web_assembly:
        [only_in_chromium] browser_with_wasm_does_not_load_the_compat_build
        compat_build_is_loaded_once_where_wasm_is_missing
        [quick_in_chromium] csp_without_wasm_loads_the_compat_build
        [only_in_chromium] csp_with_nonce_and_no_policy_for_trusted_types_loads_the_compat_build
        [only_in_chromium] compat_always_loads_no_wasm
        [only_in_chromium] compat_never_shows_the_fallback_without_wasm
        damaged_compat_build_is_not_run
        [only_in_chromium] missing_compat_build_shows_the_fallback
        [only_in_chromium] compat_build_continues_when_its_memory_grows
        [only_in_chromium] compat_build_computes_with_times_as_the_wasm_does
        [only_in_chromium] compat_code_login
        [only_in_chromium] compat_code_login_by_email
        [only_in_chromium] compat_wrong_code
        [only_in_chromium] compat_password_login
        [only_in_chromium] compat_first_password
        [only_in_chromium] compat_forgotten_password
        [only_in_chromium] compat_password_change
        [only_in_chromium] compat_second_factor_by_code
        compat_second_factor_by_password
        [only_in_chromium] compat_mfa_renewal
        [only_in_chromium] compat_user_name_login
        [only_in_chromium] compat_reload
        compat_renewal
        [only_in_chromium] compat_sign_out
        [only_in_chromium] compat_device_storage
        [only_in_chromium] compat_shared_session
        [only_in_chromium] compat_fetch
        [only_in_chromium] compat_pasted_number
        [only_in_chromium] compat_language
        [only_in_chromium] compat_shadow_tree
        [only_in_chromium] compat_dialog
        [only_in_chromium] compat_secrets_are_erased
    ;
    pinned_release:
        pinned_page_refuses_an_altered_byte_in_any_file
    ;
    failure_reasons:
        file_problems_have_a_reason
        glue_file_problems_have_a_reason
        compat_file_problems_have_a_reason
        policy_problems_have_a_reason
        cors_problems_have_a_reason
        page_problems_have_a_reason
    ;
    memory_leaks:
        ten_thousand_renewals_leak_nothing
        three_hundred_logins_leak_nothing
        mounting_and_unmounting_leaks_nothing
    ;
}

/// The name of a failure's folder has browser and scenario, without the file.
#[test]
fn every_scenario_name_is_used_once() {
    let mut names: Vec<_> = SCENARIOS.iter().map(|(_, name, _)| *name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// At about 35 scenarios in a minute, the quick set takes less than three minutes.
#[test]
fn quick_set_stays_quick() {
    let count = |marks: &[&str]| {
        let marked = SCENARIOS.iter().filter(|(_, _, mark)| marks.contains(mark));
        marked.count()
    };
    let (chromium, others) = (count(&["quick", "quick_in_chromium"]), count(&["quick"]));
    assert!((1..=75).contains(&chromium), "{chromium} in Chromium");
    assert!(
        (1..=15).contains(&others),
        "{others} in Firefox and WebKitGTK"
    );
}

/// Demonstrations (`playground`), measurements of leaks and looks in foreign pages are left to the exhaustive set.
#[test]
fn every_flow_is_in_the_quick_set() {
    for file in [
        "sign_in",
        "first_screen",
        "one_time_code",
        "passwords",
        "second_factor",
        "identifiers",
        "session",
        "shared_session",
        "fetch",
        "embedding",
        "dialog",
        "accessibility_basics",
    ] {
        let mut scenarios = SCENARIOS.iter();
        let is_quick = scenarios.any(|(of, _, mark)| *of == file && mark.starts_with("quick"));
        assert!(is_quick, "{file}");
    }
}
