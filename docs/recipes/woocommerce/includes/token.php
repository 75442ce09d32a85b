<?php
/**
 * Checks a token of the engine. This file uses nothing of WordPress.
 */

namespace AeLogin;

/** The longest token that is read, in bytes. */
const MAX_TOKEN = 8192;

/**
 * Returns the engine's id of the customer whose token this is. Returns null unless the token is the engine's, for this brand, still
 * valid, and that of a customer who is signed in.
 *
 * @param int $now Seconds since 1970.
 */
function user_of_token( string $token, string $secret, string $brand, int $now ): ?string {
	$parts = explode( '.', $token );
	// A signature with an empty secret can be made by everybody.
	if ( '' === $secret || '' === $brand || strlen( $token ) > MAX_TOKEN || 3 !== count( $parts ) ) {
		return null;
	}
	list( $head, $claims, $signature ) = $parts;
	$header = decode_part( $head );
	// Accept no other algorithm: a token may claim `none`. The engine writes the brand in capitals.
	if ( 'HS256' !== ( $header['alg'] ?? null ) || ! is_string( $header['org'] ?? null ) || 0 !== strcasecmp( $header['org'], $brand ) ) {
		return null;
	}
	$expected = hash_hmac( 'sha256', "$head.$claims", $secret, true );
	if ( ! hash_equals( $expected, decode_base64url( $signature ) ) ) {
		return null;
	}
	// The claims are trusted from here on. Other roles are those of unfinished logins.
	$claims  = decode_part( $claims );
	$expiry  = $claims['exp'] ?? null;
	$user_id = $claims['uid'] ?? null;
	if ( ! is_int( $expiry ) || $expiry <= $now || 'USER' !== ( $claims['rol'] ?? null ) ) {
		return null;
	}
	return is_string( $user_id ) && '' !== $user_id ? $user_id : null;
}

/**
 * Decodes the header or the claims of a token. Returns an empty array if they are not JSON.
 */
function decode_part( string $part ): array {
	$value = json_decode( decode_base64url( $part ), true );
	return is_array( $value ) ? $value : array();
}

/**
 * Decodes base64url without padding. Returns an empty string if it is something else.
 */
function decode_base64url( string $text ): string {
	if ( 1 !== preg_match( '/^[A-Za-z0-9_-]*$/D', $text ) ) {
		return '';
	}
	return (string) base64_decode( strtr( $text, '-_', '+/' ), true );
}
