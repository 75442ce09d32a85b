//! Every scenario in every browser.
//!
//! `cargo test -p ae-e2e` plays them all, `cargo test -p ae-e2e firefox::` those of one browser, and
//! `AE_SHOTS=shots cargo test -p ae-e2e` leaves a picture of every step in the folder `shots`.
//! They share nothing, so that any number may run at once; `-- --test-threads=2` is right for two processor cores.

mod access;
mod code;
mod login;
mod place;
mod session;
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
    trouble:
        an_engine_in_trouble_costs_another_press_and_nothing_else
        an_answer_that_got_lost_is_asked_for_again_by_the_customer_alone
        who_asks_too_often_waits_as_long_as_the_engine_says
        a_login_session_that_is_gone_leads_back_and_sends_nothing
        too_many_wrong_codes_lead_back_and_send_nothing
        words_of_the_engine_are_text_and_never_markup
        what_only_the_shop_can_mend_is_said_so
        nothing_follows_a_redirect_to_another_place
    ;
    place:
        a_page_that_forbids_wasm_shows_what_stands_in_the_element
        a_damaged_file_is_not_run
        a_missing_file_shows_what_stands_in_the_element
        a_strangers_frame_shows_no_form
        a_strangers_frame_shows_the_form_where_the_shop_allows_it
        bad_attributes_are_all_named_and_nothing_is_asked
        a_whole_login_in_a_shadow_tree
        the_storefront_can_be_another_brand
        two_elements_and_two_scripts_are_one_session
        an_element_that_is_moved_keeps_its_step_and_one_that_is_removed_its_session
        the_wasm_is_loaded_once_and_beside_the_script
        the_storefront_signs_a_customer_in
    ;
    access:
        a_whole_login_by_keyboard_alone
        enter_pressed_twice_asks_once
        every_step_is_open_to_everybody_in_the_light
        every_step_is_open_to_everybody_in_the_dark
        every_step_is_open_to_everybody_in_a_shadow_tree
    ;
}
