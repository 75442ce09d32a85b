<?php
/**
 * The settings and their page: Settings > Auth Engine.
 */

namespace AeLogin;

defined( 'ABSPATH' ) || exit;

/** The option in the database, and the group of the settings. */
const OPTION = 'ae_login';

/** The capability that changing the settings needs. */
const CAPABILITY = 'manage_options';

const DEFAULTS = array(
	'base_url'    => 'https://eu.api.capillarytech.com',
	'brand'       => '',
	'release_url' => '',
	'integrity'   => '',
);

add_action( 'admin_init', __NAMESPACE__ . '\\add_setting' );
add_action( 'admin_menu', __NAMESPACE__ . '\\add_page' );

/**
 * Returns the settings, which are not escaped.
 */
function settings(): array {
	return array_map( 'strval', wp_parse_args( get_option( OPTION, array() ), DEFAULTS ) );
}

/**
 * Returns the secret of the engine's tokens; an empty string if wp-config.php has none.
 */
function token_secret(): string {
	return defined( 'AE_LOGIN_TOKEN_SECRET' ) ? (string) AE_LOGIN_TOKEN_SECRET : '';
}

/**
 * Whether every setting has a value.
 */
function is_complete( array $settings ): bool {
	return ! in_array( '', array_intersect_key( $settings, DEFAULTS ), true ) && '' !== token_secret();
}

/**
 * Registers the option. WordPress then cleans every new value with `sanitize`.
 */
function add_setting(): void {
	register_setting(
		OPTION,
		OPTION,
		array(
			'type'              => 'array',
			'sanitize_callback' => __NAMESPACE__ . '\\sanitize',
			'default'           => DEFAULTS,
		)
	);
}

/**
 * Returns the settings that a form has sent, each in a legal form. A value that is not legal is replaced by an empty one, and reported.
 *
 * @param mixed $values
 */
function sanitize( $values ): array {
	$values = wp_parse_args( is_array( $values ) ? array_filter( $values, 'is_string' ) : array(), DEFAULTS );
	$clean  = array(
		'base_url'    => untrailingslashit( sanitize_address( $values['base_url'] ) ),
		'brand'       => sanitize_text_field( $values['brand'] ),
		'release_url' => sanitize_address( $values['release_url'] ),
		'integrity'   => trim( $values['integrity'] ),
	);
	if ( '' !== $clean['release_url'] ) {
		$clean['release_url'] = trailingslashit( $clean['release_url'] );
	}
	if ( 1 !== preg_match( '~^sha384-[A-Za-z0-9+/]{64}$~D', $clean['integrity'] ) ) {
		$clean['integrity'] = '';
	}
	foreach ( $clean as $name => $value ) {
		if ( '' === $value && '' !== trim( $values[ $name ] ) ) {
			/* translators: %s: name of a setting */
			add_settings_error( OPTION, $name, sprintf( __( '%s has no legal value.', 'ae-login' ), labels()[ $name ] ) );
		}
	}
	return $clean;
}

/**
 * Returns an address with https, or with http on this computer, for tests. Returns an empty string for every other text.
 */
function sanitize_address( string $address ): string {
	$address  = esc_url_raw( trim( $address ), array( 'http', 'https' ) );
	$host     = wp_parse_url( $address, PHP_URL_HOST );
	$is_https = 'https' === wp_parse_url( $address, PHP_URL_SCHEME );
	return $host && ( $is_https || in_array( $host, array( '127.0.0.1', 'localhost' ), true ) ) ? $address : '';
}

function labels(): array {
	return array(
		'base_url'    => __( 'Address of the engine', 'ae-login' ),
		'brand'       => __( 'Brand', 'ae-login' ),
		'release_url' => __( 'Address of the folder of the release', 'ae-login' ),
		'integrity'   => __( 'Hash of ae-login.js in integrity.json of the release', 'ae-login' ),
	);
}

function add_page(): void {
	$title = __( 'Auth Engine', 'ae-login' );
	add_options_page( $title, $title, CAPABILITY, OPTION, __NAMESPACE__ . '\\show_page' );
}

/**
 * Prints the page of the settings. options.php checks the nonce and the capability before it saves.
 */
function show_page(): void {
	if ( ! current_user_can( CAPABILITY ) ) {
		return;
	}
	$settings = settings();
	?>
	<div class="wrap">
		<h1><?php echo esc_html( get_admin_page_title() ); ?></h1>
		<?php if ( '' === token_secret() ) : ?>
			<div class="notice notice-warning"><p>
				<?php esc_html_e( 'AE_LOGIN_TOKEN_SECRET is missing in wp-config.php. Until it is there, the form of WooCommerce is shown.', 'ae-login' ); ?>
			</p></div>
		<?php endif; ?>
		<form action="options.php" method="post">
			<?php settings_fields( OPTION ); ?>
			<table class="form-table" role="presentation">
				<?php foreach ( labels() as $name => $label ) : ?>
					<tr>
						<th scope="row"><label for="<?php echo esc_attr( "ae-login-$name" ); ?>"><?php echo esc_html( $label ); ?></label></th>
						<td><input class="regular-text" type="text" id="<?php echo esc_attr( "ae-login-$name" ); ?>"
							name="<?php echo esc_attr( OPTION . "[$name]" ); ?>" value="<?php echo esc_attr( $settings[ $name ] ); ?>"></td>
					</tr>
				<?php endforeach; ?>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}
