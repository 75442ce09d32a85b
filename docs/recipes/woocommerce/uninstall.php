<?php
/**
 * WordPress runs this file when the plugin is deleted. Customers and their orders stay.
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'ae_login' );
