<?php
/**
 * In place of WooCommerce's myaccount/form-login.php. Other plugins find the hooks around the form that they know.
 */

defined( 'ABSPATH' ) || exit;

do_action( 'woocommerce_before_customer_login_form' );
?>
<h2><?php esc_html_e( 'Sign in', 'ae-login' ); ?></h2>
<?php
// The function escapes every value.
echo AeLogin\form(); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
do_action( 'woocommerce_after_customer_login_form' );
