//! Every scenario in every browser.
//!
//! `cargo test -p ae-e2e` plays them all, `cargo test -p ae-e2e firefox::` those of one browser, and
//! `AE_SHOTS=shots cargo test -p ae-e2e` leaves a picture of every step in the folder `shots`.
//! They share nothing, so that any number may run at once; `-- --test-threads=2` is right for two processor cores.

mod access;
mod away;
mod canary;
mod code;
mod country;
mod fetch;
mod language;
mod leaks;
mod login;
mod names;
mod password;
mod place;
mod playground;
mod second;
mod session;
mod tabs;
mod trouble;

ae_e2e::scenarios! {
    login:
        a_whole_login_by_mobile_number
        a_whole_login_by_email
        a_number_and_an_address_are_told_apart_while_they_are_typed
        what_is_no_number_is_said_at_once_and_never_sent
        another_number_can_be_used_instead
    ;
    code:
        a_wrong_code_leaves_everything_in_place_for_the_right_one
        a_code_is_found_in_whatever_is_pasted
        a_new_code_takes_the_place_of_the_old_one
        a_reload_does_not_shorten_the_wait_for_another_code
    ;
    password:
        a_returning_customer_signs_in_by_password
        who_has_a_password_may_choose_and_who_has_none_gets_a_code
        a_first_password_is_chosen_and_counts_with_its_code
        a_password_that_the_engine_finds_unfit_is_marked
        a_wrong_password_leaves_everything_in_place_for_the_right_one
        a_password_can_be_looked_at_while_it_is_typed
        a_forgotten_password_is_replaced_once_a_code_is_proved
        too_many_wrong_passwords_lead_to_a_new_one
        somebody_signed_in_chooses_another_password
        a_brand_without_passwords_goes_on_with_a_code
        a_brand_that_wants_a_password_gets_one_whatever_the_page_says
        a_reload_keeps_the_wait_for_a_password
        a_password_is_sent_byte_for_byte
    ;
    second:
        a_code_and_a_second_code
        a_code_and_a_password
        a_password_and_a_code
        a_password_and_a_second_password
        a_first_second_password_is_chosen_and_counts_with_its_code
        a_forgotten_second_password_is_replaced_once_a_code_is_proved
        a_second_factor_by_another_address
        a_shop_may_always_ask_for_a_second_factor
        a_second_factor_that_is_owed_and_not_offered_signs_nobody_in
        trouble_between_the_factors_costs_another_press_and_nothing_else
        a_second_login_session_that_is_gone_leads_back_to_the_first_step
        a_reload_keeps_the_wait_for_a_second_code
        a_reload_keeps_the_wait_for_a_second_password
        after_a_second_factor_the_key_renews_once_in_each_life
        signing_out_tells_the_engine_when_everything_is_erased
        the_engine_is_told_even_if_the_page_is_left_at_once
        an_engine_that_cannot_be_told_keeps_nobody_signed_in
        a_browser_has_one_name_from_the_first_second_factor_on
        a_shop_may_name_the_browser_itself
        a_reload_before_the_second_factor_leads_back_with_the_number_at_hand
        signing_out_gives_up_a_second_factor_under_way
        an_engine_that_wants_no_browsers_is_no_loop
        a_brand_may_call_its_pending_role_otherwise
        a_signed_in_customer_changes_the_second_password
    ;
    names:
        a_user_name_has_its_code_sent_to_a_mobile_number
        a_user_name_has_its_code_sent_to_an_address
        a_user_name_with_a_password
        a_customer_number_needs_no_address
        a_brand_without_customer_numbers_says_so
        a_code_can_be_sent_by_another_channel
        a_channel_that_needs_a_number_asks_for_one
    ;
    session:
        a_reload_keeps_what_is_being_typed
        a_reload_keeps_the_wait_for_a_code
        a_reload_keeps_the_session
        a_token_is_renewed_once_in_each_life
        without_renewal_a_token_is_renewed_only_when_it_is_asked_for
        signing_out_erases_everything
        a_renewal_under_way_does_not_undo_signing_out
        a_session_outlasts_a_visit_to_another_page
        a_token_that_ran_out_meanwhile_is_renewed_once
        a_session_that_is_refused_ends_with_the_number_at_hand
        a_session_that_is_refused_on_return_ends_with_the_number_at_hand
        a_page_without_a_form_takes_up_the_session_of_the_tab
    ;
    tabs:
        signing_in_signs_in_every_open_tab
        a_new_tab_takes_up_the_session_while_another_has_it
        a_tab_that_was_loaded_again_still_hands_the_session_on
        nobody_is_signed_in_once_the_last_tab_is_closed
        three_tabs_renew_once
        a_lock_that_a_script_holds_for_ever_costs_one_call_for_all_tabs
        signing_out_signs_out_every_tab
        signing_out_reaches_every_tab_without_the_engine
        a_page_that_was_put_aside_comes_back_signed_out
        another_customer_in_one_tab_is_the_one_in_all
        a_tab_that_slept_through_a_change_of_customers_says_so
        a_device_keeps_the_session_when_all_tabs_are_closed
        in_memory_nothing_is_written_and_nobody_hears_of_it
        a_customer_may_choose_to_stay_signed_in
        who_does_not_choose_to_stay_is_signed_out_with_the_last_tab
        a_login_too_long_ago_is_renewed_no_more
        what_a_page_left_too_long_ago_is_no_session_and_asks_nothing
        a_page_that_lies_unused_ends_the_session_of_all_tabs
        a_tab_that_nobody_sees_renews_when_somebody_looks
        an_older_browser_shares_what_is_kept_on_the_device
        an_older_browser_keeps_a_session_to_its_tab
        an_insecure_page_keeps_a_session_to_its_tab
    ;
    fetch:
        a_call_carries_who_is_signed_in
        a_call_names_the_browser_where_the_engine_was_told_its_name
        a_token_goes_to_an_origin_that_is_allowed_and_to_no_other
        a_token_that_is_not_taken_is_renewed_and_the_call_made_again
        who_is_refused_twice_gets_the_refusal
        nobody_signed_in_asks_nothing
        a_call_may_wait_for_the_login
        calls_that_wait_go_out_in_the_order_they_were_made
        a_call_may_be_any_request_and_its_answer_is_read_as_it_comes
        who_waits_in_vain_is_told
        a_token_follows_nobody_elsewhere
        a_call_can_be_given_up
    ;
    country:
        a_country_is_chosen_by_keyboard_alone
        a_number_needs_no_country_code_beside_the_list
        the_list_begins_with_the_country_of_the_browsers_language
        only_the_countries_of_the_shop_are_there
        a_single_country_needs_no_list
        a_country_code_that_is_typed_chooses_the_country
        a_pasted_number_is_understood
        a_number_that_is_filled_in_is_understood
        a_number_of_another_length_is_said_with_its_country
        gaps_leave_the_caret_at_its_digit
        an_input_method_is_left_alone
        the_list_comes_while_a_number_is_typed_and_goes_again
        the_countries_are_loaded_where_a_number_is_asked_for
        countries_that_do_not_come_stop_nobody
        countries_are_called_as_in_the_language_of_the_form
        the_list_is_open_to_everybody
    ;
    language:
        a_form_speaks_the_language_around_it
        the_language_can_change_at_any_time
        a_language_without_words_is_english_in_its_own_direction
        words_that_do_not_come_are_said_in_english
        words_of_another_release_are_not_said
        a_shop_may_say_it_in_its_own_words
        a_locale_that_is_none_is_said_to_the_shop
        nothing_is_said_that_cannot_be_translated
        every_language_fits_a_phone
    ;
    trouble:
        an_engine_in_trouble_costs_another_press_and_nothing_else
        an_answer_that_got_lost_is_asked_for_again_by_the_customer_alone
        who_asks_too_often_waits_as_long_as_the_engine_says
        a_login_session_that_is_gone_leads_back_and_sends_nothing
        too_many_wrong_codes_lead_back_and_send_nothing
        words_of_the_engine_are_text_and_never_markup
        what_only_the_shop_can_mend_is_said_so
        nothing_follows_a_redirect_to_another_place
        who_finds_nobody_at_the_door_is_told_within_a_second
        ten_seconds_end_silence_and_a_stalled_body_and_a_trickle
        a_wait_may_be_a_date_by_the_engines_clock
        a_wait_that_makes_no_sense_is_neither_none_nor_for_ever
        an_answer_that_breaks_off_is_none
        an_answer_in_another_encoding_is_none
        a_body_without_end_is_cut
        a_small_body_that_unpacks_to_a_huge_one_is_cut
        an_engine_that_lets_no_page_ask_is_as_good_as_none
        an_answer_that_no_page_may_read_is_asked_for_again_by_the_customer_alone
        a_policy_that_forbids_the_engine_is_the_shops_to_mend
    ;
    away:
        a_session_without_a_network_lives_on_and_is_renewed_when_it_is_back
        a_form_without_a_network_keeps_what_was_typed_and_sends_nothing_by_itself
        every_sign_of_life_is_one_decision
        a_page_that_nobody_has_seen_asks_nothing_and_takes_no_focus
        a_page_that_was_put_aside_whole_comes_back_signed_out
        a_login_goes_on_where_it_was_when_its_page_comes_back
        a_login_whose_time_ran_out_meanwhile_begins_again_with_the_number
    ;
    place:
        a_page_that_forbids_wasm_shows_what_stands_in_the_element
        a_damaged_file_is_not_run
        a_missing_file_shows_what_stands_in_the_element
        a_file_by_another_name_is_run_once_it_was_checked
        a_slow_file_leaves_what_stands_in_the_element_until_it_is_there
        a_browser_that_keeps_something_else_keeps_nothing
        a_browser_without_room_keeps_nothing
        a_frame_of_another_site_keeps_its_session_to_itself
        a_strangers_frame_shows_no_form
        a_strangers_frame_shows_the_form_where_the_shop_allows_it
        bad_attributes_are_all_named_and_nothing_is_asked
        every_call_carries_the_headers_of_a_shops_proxy
        a_whole_login_in_a_shadow_tree
        the_storefront_can_be_another_brand
        two_elements_and_two_scripts_are_one_session
        an_element_that_is_moved_keeps_its_step_and_one_that_is_removed_its_session
        the_wasm_is_loaded_once_and_beside_the_script
        the_storefront_signs_a_customer_in
        whoever_is_named_behind_the_counter_can_sign_in
    ;
    playground:
        every_state_stands_in_the_playground
        whatever_is_turned_in_the_playground_acts
        the_address_of_the_playground_holds_what_was_chosen
        css_from_the_playground_looks_the_same_in_a_shop
        what_is_copied_in_the_playground_is_said
        the_playground_is_open_to_everybody
    ;
    access:
        a_whole_login_by_keyboard_alone
        a_login_by_password_by_keyboard_alone
        enter_pressed_twice_asks_once
        every_step_is_open_to_everybody_in_the_light
        every_step_is_open_to_everybody_in_the_dark
        every_step_is_open_to_everybody_in_a_shadow_tree
        every_other_way_is_open_to_everybody_in_the_light
        every_other_way_is_open_to_everybody_in_the_dark
        every_other_way_is_open_to_everybody_in_a_shadow_tree
    ;
    canary:
        codes_and_tokens_are_not_left_behind
        passwords_are_not_left_behind
        a_token_is_not_left_behind_by_the_next_one
        whatever_is_left_anywhere_is_found
    ;
    leaks:
        ten_thousand_renewals_leave_no_more_than_a_few
        three_hundred_logins_leave_no_more_than_a_few
        an_element_that_comes_and_goes_leaves_nothing_signed_in_or_asking
    ;

    [chromium]
    away:
        a_tab_that_freezes_while_it_renews_keeps_nobody_waiting
    ;
}
