<?php
/**
 * Plugin Name: Sign-in with the Auth Engine
 * Description: Customers sign in to WooCommerce with the form of the Auth Engine.
 * Version: 1.0.0
 * Requires at least: 6.5
 * Requires PHP: 8.0
 * Requires Plugins: woocommerce
 * License: MIT OR Apache-2.0
 * Text Domain: ae-login
 *
 * Copy this folder to wp-content/plugins/ae-login. The secret of the engine's tokens belongs into wp-config.php, where neither the
 * database nor a page has it:
 *
 *     define( 'AE_LOGIN_TOKEN_SECRET', '…' );
 */

namespace AeLogin;

defined( 'ABSPATH' ) || exit;

const VERSION = '1.0.0';

require __DIR__ . '/includes/token.php';
require __DIR__ . '/includes/settings.php';
require __DIR__ . '/includes/page.php';
require __DIR__ . '/includes/session.php';
