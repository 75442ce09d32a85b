<?php
/**
 * The session in WordPress: POST /wp-json/ae-login/v1/session signs the customer of a token in, DELETE signs the customer out.
 *
 * Both answer requests of the shop's own pages only. Other sites could otherwise sign a visitor out, or in as somebody else.
 */

namespace AeLogin;

use WP_Error;
use WP_REST_Request;
use WP_REST_Response;

defined( 'ABSPATH' ) || exit;

const ROUTE_NAMESPACE = 'ae-login/v1';
const ROUTE           = '/session';

/** The field of a WordPress user with the brand and the engine's id of the customer. */
const ENGINE_ID = '_ae_login_engine_id';

/** How many refused tokens are allowed from one address in a span of time, in seconds. Nothing from that address is checked afterwards. */
const REFUSAL_LIMIT = 30;
const REFUSAL_SPAN  = 600;

/** A cookie that tells login.js to sign the widget out. It has no secret, so that the script may read it. */
const SIGNED_OUT_COOKIE = 'ae_login_signed_out';

add_action( 'rest_api_init', __NAMESPACE__ . '\\add_routes' );
add_action( 'wp_logout', __NAMESPACE__ . '\\tell_widget' );

function add_routes(): void {
	foreach ( array(
		'POST'   => 'sign_in',
		'DELETE' => 'sign_out',
	) as $method => $callback ) {
		register_rest_route(
			ROUTE_NAMESPACE,
			ROUTE,
			array(
				'methods'             => $method,
				'callback'            => __NAMESPACE__ . '\\' . $callback,
				'permission_callback' => __NAMESPACE__ . '\\is_from_shop',
			)
		);
	}
}

/**
 * Whether a page of the shop has sent the request. Browsers add `Origin` to each POST and DELETE, and no page can change it. A nonce of
 * WordPress would be too old in a page from a cache.
 */
function is_from_shop( WP_REST_Request $request ): bool {
	$home   = wp_parse_url( home_url() );
	$origin = $home['scheme'] . '://' . $home['host'] . ( isset( $home['port'] ) ? ':' . $home['port'] : '' );
	return $request->get_header( 'origin' ) === $origin;
}

/**
 * Signs the customer of a token in.
 */
function sign_in( WP_REST_Request $request ): WP_REST_Response {
	$address = $_SERVER['REMOTE_ADDR'] ?? '';
	if ( count( refusals_of( $address, time() ) ) >= REFUSAL_LIMIT ) {
		$response = failure( 429, 'ae_login_limit' );
		$response->header( 'Retry-After', (string) REFUSAL_SPAN );
		return $response;
	}
	$settings  = settings();
	$engine_id = user_of_token( (string) $request->get_header( 'cap_authorization' ), token_secret(), $settings['brand'], time() );
	if ( null === $engine_id ) {
		count_refusal( $address, time() );
		return failure( 401, 'ae_login_token' );
	}
	$user_id = find_or_create_customer( strtoupper( $settings['brand'] ) . '|' . $engine_id );
	if ( is_wp_error( $user_id ) ) {
		return failure( 500, 'ae_login_customer' );
	}
	// A token of the engine opens no account that can change the shop.
	if ( user_can( $user_id, 'edit_posts' ) || user_can( $user_id, 'manage_woocommerce' ) ) {
		return failure( 403, 'ae_login_role' );
	}
	$user = get_userdata( $user_id );
	wp_set_current_user( $user_id );
	// The cookie ends with the browser.
	wp_set_auth_cookie( $user_id, false );
	// WooCommerce and other plugins expect this after each login.
	do_action( 'wp_login', $user->user_login, $user );
	return without_cache( new WP_REST_Response( array( 'signedIn' => true ) ) );
}

/**
 * Signs the customer out. Does nothing for users whom this plugin has not signed in.
 */
function sign_out(): WP_REST_Response {
	// In a REST request without a nonce nobody is signed in, so the cookie is read here. `is_from_shop` has the nonce's task.
	$user_id      = (int) wp_validate_auth_cookie( '', 'logged_in' );
	$is_signed_in = has_engine_id( $user_id );
	if ( $is_signed_in ) {
		wp_set_current_user( $user_id );
		remove_action( 'wp_logout', __NAMESPACE__ . '\\tell_widget' );
		wp_logout();
	}
	return without_cache( new WP_REST_Response( array( 'signedOut' => $is_signed_in ) ) );
}

/**
 * Tells the next page with the form that the customer has signed out of WordPress. The widget then signs out too.
 */
function tell_widget( int $user_id ): void {
	if ( ! has_engine_id( $user_id ) ) {
		return;
	}
	setcookie(
		SIGNED_OUT_COOKIE,
		'1',
		array(
			'path'     => COOKIEPATH,
			'samesite' => 'Lax',
			'secure'   => is_ssl(),
			'expires'  => time() + 30 * DAY_IN_SECONDS,
		)
	);
}

/**
 * Returns the WordPress user for an id of the engine. A new customer gets a user without an email address. An existing user is never
 * taken over because of an equal address: the engine may not have verified it.
 *
 * @return int|WP_Error
 */
function find_or_create_customer( string $engine_id ) {
	$user_id = find_customer( $engine_id );
	if ( $user_id ) {
		return $user_id;
	}
	$user_id = wp_insert_user(
		array(
			// Nobody can guess the name of another customer's user and register it before. Two requests at once make one user.
			'user_login' => 'ae-' . substr( hash_hmac( 'sha256', $engine_id, wp_salt( 'auth' ) ), 0, 32 ),
			'user_pass'  => wp_generate_password( 64, true, true ),
			'nickname'   => __( 'Customer', 'ae-login' ),
			'role'       => 'customer',
			'meta_input' => array( ENGINE_ID => $engine_id ),
		)
	);
	if ( ! is_wp_error( $user_id ) ) {
		return $user_id;
	}
	return find_customer( $engine_id ) ?: $user_id;
}

function find_customer( string $engine_id ): int {
	$found = get_users(
		array(
			'meta_key'   => ENGINE_ID,
			'meta_value' => $engine_id,
			'fields'     => 'ID',
		)
	);
	foreach ( $found as $user_id ) {
		// The database compares texts without regard to case and accents.
		if ( get_user_meta( (int) $user_id, ENGINE_ID, true ) === $engine_id ) {
			return (int) $user_id;
		}
	}
	return 0;
}

/**
 * Whether the engine knows this user.
 */
function has_engine_id( int $user_id ): bool {
	return $user_id > 0 && '' !== (string) get_user_meta( $user_id, ENGINE_ID, true );
}

/**
 * Returns when tokens from an address were refused, in seconds since 1970.
 */
function refusals_of( string $address, int $now ): array {
	$stored = get_transient( refusals_name( $address ) );
	return array_filter( is_array( $stored ) ? $stored : array(), fn ( $at ) => $now - $at < REFUSAL_SPAN );
}

/**
 * Counts a refused token. WordPress may lose a count if requests come at the same moment, so a server with much traffic should limit this
 * path as well.
 */
function count_refusal( string $address, int $now ): void {
	$refusals = array( ...refusals_of( $address, $now ), $now );
	set_transient( refusals_name( $address ), $refusals, REFUSAL_SPAN );
}

function refusals_name( string $address ): string {
	return 'ae_login_' . hash( 'sha256', $address );
}

function failure( int $status, string $code ): WP_REST_Response {
	return without_cache( new WP_REST_Response( array( 'code' => $code ), $status ) );
}

function without_cache( WP_REST_Response $response ): WP_REST_Response {
	$response->header( 'Cache-Control', 'no-store' );
	return $response;
}
