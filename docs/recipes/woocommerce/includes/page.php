<?php
/**
 * The form in the pages of the shop: the shortcode [ae_login], and in place of WooCommerce's own form on "My account".
 */

namespace AeLogin;

defined( 'ABSPATH' ) || exit;

/** The names of the modules. WordPress gives their elements the id `<name>-js-module`. */
const WIDGET = 'ae-login';
const SCRIPT = 'ae-login-session';

add_shortcode( 'ae_login', __NAMESPACE__ . '\\form' );
add_filter( 'wc_get_template', __NAMESPACE__ . '\\own_template', 10, 2 );
add_filter( 'wp_script_attributes', __NAMESPACE__ . '\\pin_release' );
add_action( 'wp_enqueue_scripts', __NAMESPACE__ . '\\follow_session' );

/**
 * Returns the form as HTML. It is empty for customers who are signed in.
 */
function form(): string {
	$settings = settings();
	if ( is_user_logged_in() || ! is_complete( $settings ) ) {
		return '';
	}
	load_scripts( $settings );
	return sprintf(
		'<ae-login base-url="%s" brand="%s"><p>%s</p></ae-login>',
		esc_url( $settings['base_url'] ),
		esc_attr( $settings['brand'] ),
		esc_html__( 'Sign-in needs JavaScript.', 'ae-login' )
	);
}

/**
 * Returns the file of the form for "My account". If a setting is missing, WooCommerce's own form stays.
 */
function own_template( string $template, string $name ): string {
	$is_form = 'myaccount/form-login.php' === $name && is_complete( settings() );
	return $is_form ? dirname( __DIR__ ) . '/templates/form-login.php' : $template;
}

/**
 * Loads the scripts in pages without the form too, if this plugin has signed the customer in: when the session at the engine ends in
 * another tab, the one in WordPress has to end as well.
 */
function follow_session(): void {
	$settings = settings();
	if ( is_complete( $settings ) && has_engine_id( get_current_user_id() ) ) {
		load_scripts( $settings );
	}
}

function load_scripts( array $settings ): void {
	// A version would be added to the address, and the hash of the release is for the file without it.
	wp_enqueue_script_module( WIDGET, $settings['release_url'] . 'ae-login.js', array(), null );
	// The script imports the widget by its address, after the element above has checked its hash.
	wp_enqueue_script_module( SCRIPT, plugins_url( 'login.js', dirname( __DIR__ ) . '/ae-login.php' ), array(), VERSION );
	// A second call with the same function adds nothing.
	add_action( 'wp_footer', __NAMESPACE__ . '\\print_data', 1 );
}

/**
 * Adds the hash of the release to the element that loads the widget.
 */
function pin_release( array $attributes ): array {
	if ( WIDGET . '-js-module' === ( $attributes['id'] ?? '' ) ) {
		$attributes['integrity']   = settings()['integrity'];
		$attributes['crossorigin'] = 'anonymous';
	}
	return $attributes;
}

/**
 * Prints what login.js needs to know, in an element instead of an inline script.
 */
function print_data(): void {
	$settings = settings();
	printf(
		'<div id="ae-login-data" hidden data-session="%s" data-module="%s" data-base-url="%s" data-brand="%s" data-signed-in="%s" data-cookie-path="%s" data-failure="%s"></div>',
		esc_url( rest_url( ROUTE_NAMESPACE . ROUTE ) ),
		esc_url( $settings['release_url'] . 'ae-login.js' ),
		esc_url( $settings['base_url'] ),
		esc_attr( $settings['brand'] ),
		esc_attr( is_user_logged_in() ? 'yes' : 'no' ),
		esc_attr( COOKIEPATH ),
		esc_attr__( 'The shop could not sign you in. Please try again in a few minutes.', 'ae-login' )
	);
}
