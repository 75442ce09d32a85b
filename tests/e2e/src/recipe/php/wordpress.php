<?php
// A shop with WordPress, WooCommerce and the plugin in `docs/recipes/woocommerce`: the few functions and classes that it uses, with
// WordPress' rules for escaping, users, cookies and REST. PHP's own server runs this file for each request, one after the other.
//
// | variable | value |
// |---|---|
// | PLUGIN | the folder of the plugin |
// | DIST | the folder of the pinned release, served below /ae-login/ |
// | STATE | a file for users, sessions and transients |
// | HOME_URL | the origin of the shop |
// | ENGINE | the origin of the engine, for the policy |
// | SETTINGS | JSON: the option of the plugin, as it is in the database |
// | TOKEN_SECRET | the constant AE_LOGIN_TOKEN_SECRET of wp-config.php; none if it is empty |
//
// | path | what it is |
// |---|---|
// | / | "My account" |
// | /page | a page with the shortcode |
// | /logout | the link that signs out of WordPress |
// | /settings | the page of the settings, as an administrator; with `?as=customer` as a customer |
// | /sanitize | POST: JSON of a form, which the plugin cleans; the answer has the values and the names of the refused ones |
// | /forget | ends all sessions in WordPress, as time does |
// | /users | the users, as JSON; POST: adds one |

declare(strict_types=1);

require __DIR__ . '/common.php';

const ABSPATH = __DIR__;
const COOKIEPATH = '/';
const DAY_IN_SECONDS = 86400;
const LOGGED_IN_COOKIE = 'wordpress_logged_in_test';
if (variable('TOKEN_SECRET') !== '') {
    define('AE_LOGIN_TOKEN_SECRET', variable('TOKEN_SECRET'));
}

// State --------------------------------------------------------------------------------------------------------------------

/** Reads or changes what a database would hold. */
function state(?callable $change = null): array
{
    $file = variable('STATE');
    $state = is_file($file) ? json_decode(file_get_contents($file), true) : ['users' => [], 'sessions' => [], 'transients' => []];
    if ($change !== null) {
        $change($state);
        file_put_contents($file, json_encode($state));
    }
    return $state;
}

function get_transient($name)
{
    $stored = state()['transients'][$name] ?? null;
    return $stored !== null && $stored['until'] > time() ? $stored['value'] : false;
}

function set_transient($name, $value, $seconds = 0)
{
    state(function (&$state) use ($name, $value, $seconds) {
        $state['transients'][$name] = ['value' => $value, 'until' => time() + $seconds];
    });
    return true;
}

function get_option($name, $default = false)
{
    return $name === 'ae_login' ? json_decode(variable('SETTINGS'), true) : $default;
}

// Hooks --------------------------------------------------------------------------------------------------------------------

$hooks = [];

function add_filter($name, $callback, $priority = 10, $count = 1)
{
    // The same callback is added once.
    $GLOBALS['hooks'][$name][$priority][$callback] = $count;
    return true;
}

function add_action($name, $callback, $priority = 10, $count = 1)
{
    return add_filter($name, $callback, $priority, $count);
}

function remove_action($name, $callback, $priority = 10)
{
    unset($GLOBALS['hooks'][$name][$priority][$callback]);
}

function apply_filters($name, $value, ...$others)
{
    $priorities = $GLOBALS['hooks'][$name] ?? [];
    ksort($priorities);
    foreach ($priorities as $callbacks) {
        foreach ($callbacks as $callback => $count) {
            $value = $callback(...array_slice([$value, ...$others], 0, $count));
        }
    }
    return $value;
}

function do_action($name, ...$values)
{
    $priorities = $GLOBALS['hooks'][$name] ?? [];
    ksort($priorities);
    foreach ($priorities as $callbacks) {
        foreach ($callbacks as $callback => $count) {
            $callback(...array_slice($values, 0, $count));
        }
    }
}

// Texts --------------------------------------------------------------------------------------------------------------------

function __($text, $domain)
{
    return $text;
}

function esc_html($text)
{
    return htmlspecialchars((string)$text, ENT_QUOTES, 'UTF-8', false);
}

function esc_attr($text)
{
    return htmlspecialchars((string)$text, ENT_QUOTES, 'UTF-8', false);
}

function esc_html__($text, $domain)
{
    return esc_html(__($text, $domain));
}

function esc_attr__($text, $domain)
{
    return esc_attr(__($text, $domain));
}

function esc_html_e($text, $domain)
{
    echo esc_html__($text, $domain);
}

/** Removes characters that no address has, and refuses other schemes. */
function esc_url_raw($url, $schemes = ['http', 'https'])
{
    $url = preg_replace('~[^a-z0-9\-\~+_.?#=!&;,/:%@$|*\'()\[\]\x80-\xff]~i', '', ltrim($url));
    if ($url === '' || str_starts_with($url, '/')) {
        return $url;
    }
    if (!str_contains($url, ':')) {
        return "http://$url";
    }
    return in_array(strtolower(strstr($url, ':', true)), $schemes, true) ? $url : '';
}

function esc_url($url)
{
    return str_replace(['&', "'"], ['&#038;', '&#039;'], esc_url_raw($url));
}

function sanitize_text_field($text)
{
    return trim(preg_replace('/[\r\n\t ]+/', ' ', strip_tags($text)));
}

function wp_parse_args($values, $defaults)
{
    return array_merge($defaults, $values);
}

function wp_parse_url($url, $component = -1)
{
    return parse_url($url, $component);
}

function untrailingslashit($text)
{
    return rtrim($text, '/\\');
}

function trailingslashit($text)
{
    return untrailingslashit($text) . '/';
}

// Addresses ----------------------------------------------------------------------------------------------------------------

function home_url()
{
    return variable('HOME_URL');
}

function rest_url($path)
{
    return home_url() . '/wp-json/' . ltrim($path, '/');
}

function plugins_url($path, $file)
{
    if (dirname($file) !== variable('PLUGIN')) {
        throw new LogicException("$file is not a file in the plugin's folder");
    }
    return home_url() . "/wp-content/plugins/ae-login/$path";
}

function is_ssl()
{
    return false;
}

// Users --------------------------------------------------------------------------------------------------------------------

class WP_Error
{
    public function __construct(public string $code)
    {
    }
}

function is_wp_error($value)
{
    return $value instanceof WP_Error;
}

$current_user_id = 0;

function wp_set_current_user($id)
{
    $GLOBALS['current_user_id'] = $id;
}

function get_current_user_id()
{
    return $GLOBALS['current_user_id'];
}

function is_user_logged_in()
{
    return get_current_user_id() > 0;
}

/** Roles and the capabilities that the plugin asks for. */
function user_can($id, $capability)
{
    $role = state()['users'][$id]['role'];
    return $role === 'administrator' && in_array($capability, ['edit_posts', 'manage_woocommerce', 'manage_options'], true);
}

function current_user_can($capability)
{
    return is_user_logged_in() && user_can(get_current_user_id(), $capability);
}

function wp_insert_user($user)
{
    foreach (state()['users'] as $other) {
        if ($other['login'] === $user['user_login']) {
            return new WP_Error('existing_user_login');
        }
    }
    if (strlen($user['user_login']) > 60 || strlen($user['user_pass']) < 16) {
        throw new LogicException('WordPress refuses the name, or the password can be guessed');
    }
    $id = 0;
    state(function (&$state) use ($user, &$id) {
        $id = count($state['users']) + 1;
        $state['users'][$id] = ['login' => $user['user_login'], 'role' => $user['role'], 'meta' => $user['meta_input']];
    });
    return $id;
}

function get_users($query)
{
    // The database compares texts without regard to case.
    $is_found = fn ($user) => strcasecmp($user['meta'][$query['meta_key']] ?? '', $query['meta_value']) === 0;
    // WordPress returns ids as texts.
    return array_map('strval', array_keys(array_filter(state()['users'], $is_found)));
}

function get_userdata($id)
{
    return (object)['ID' => $id, 'user_login' => state()['users'][$id]['login']];
}

function get_user_meta($id, $key, $is_single)
{
    return state()['users'][$id]['meta'][$key] ?? '';
}

function wp_generate_password($length)
{
    return substr(bin2hex(random_bytes($length)), 0, $length);
}

function wp_salt($scheme)
{
    return "salt of $scheme";
}

function wp_set_auth_cookie($id, $is_remembered)
{
    $token = bin2hex(random_bytes(16));
    state(function (&$state) use ($id, $token) {
        $state['sessions'][hash('sha256', $token)] = $id;
    });
    $expires = $is_remembered ? time() + 14 * DAY_IN_SECONDS : 0;
    setcookie(LOGGED_IN_COOKIE, $token, ['expires' => $expires, 'path' => COOKIEPATH, 'httponly' => true]);
}

function wp_validate_auth_cookie($cookie, $scheme)
{
    $token = $cookie ?: ($_COOKIE[LOGGED_IN_COOKIE] ?? '');
    return state()['sessions'][hash('sha256', $token)] ?? false;
}

function wp_logout()
{
    $id = get_current_user_id();
    state(function (&$state) use ($id) {
        $name = hash('sha256', $_COOKIE[LOGGED_IN_COOKIE] ?? '');
        // WordPress ends a session of the current user only.
        if (($state['sessions'][$name] ?? 0) === $id) {
            unset($state['sessions'][$name]);
        }
    });
    setcookie(LOGGED_IN_COOKIE, ' ', ['expires' => 1, 'path' => COOKIEPATH]);
    wp_set_current_user(0);
    do_action('wp_logout', $id);
}

// REST ---------------------------------------------------------------------------------------------------------------------

class WP_REST_Request
{
    /** Names of headers are alike with `-` and `_`, as in PHP's variables. */
    public function get_header($name)
    {
        return $_SERVER['HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? null;
    }
}

class WP_REST_Response
{
    private array $headers = [];

    public function __construct(private array $data, private int $status = 200)
    {
    }

    public function header($name, $value)
    {
        $this->headers[$name] = $value;
    }

    public function send(): void
    {
        http_response_code($this->status);
        header('Content-Type: application/json');
        foreach ($this->headers as $name => $value) {
            header("$name: $value");
        }
        echo json_encode($this->data);
    }
}

$routes = [];

function register_rest_route($namespace, $route, $options)
{
    $GLOBALS['routes']["$namespace$route"][$options['methods']] = $options;
}

function serve_rest(string $path): void
{
    // Nobody is signed in without a nonce.
    wp_set_current_user(0);
    do_action('rest_api_init');
    $route = $GLOBALS['routes'][$path][$_SERVER['REQUEST_METHOD']] ?? null;
    $request = new WP_REST_Request();
    if ($route === null) {
        (new WP_REST_Response(['code' => 'rest_no_route'], 404))->send();
    } elseif (!$route['permission_callback']($request)) {
        (new WP_REST_Response(['code' => 'rest_forbidden'], 401))->send();
    } else {
        $route['callback']($request)->send();
    }
}

// Pages --------------------------------------------------------------------------------------------------------------------

$shortcodes = [];
$modules = [];

function add_shortcode($name, $callback)
{
    $GLOBALS['shortcodes'][$name] = $callback;
}

function wp_enqueue_script_module($id, $src, $dependencies = [], $version = false)
{
    $GLOBALS['modules'][$id] ??= $version === null ? $src : "$src?ver=$version";
}

function print_modules(): void
{
    foreach ($GLOBALS['modules'] as $id => $src) {
        $attributes = apply_filters('wp_script_attributes', ['type' => 'module', 'src' => $src, 'id' => "$id-js-module"]);
        echo '<script';
        foreach ($attributes as $name => $value) {
            printf(' %s="%s"', $name, $name === 'src' ? esc_url($value) : esc_attr($value));
        }
        echo '></script>';
    }
}

function wc_get_template($name)
{
    $template = apply_filters('wc_get_template', '', $name, [], '', '');
    if ($template === '') {
        echo '<form><p>The form of WooCommerce</p></form>';
        return;
    }
    include $template;
}

function show_page(callable $content): void
{
    $engine = variable('ENGINE');
    begin_page("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' $engine; img-src 'self'; form-action 'self'");
    do_action('wp_enqueue_scripts');
    $content();
    echo '</main>';
    do_action('wp_footer');
    print_modules();
    echo '</body></html>';
}

// The page of the settings -------------------------------------------------------------------------------------------------

$registered = [];
$refused = [];

function register_setting($group, $name, $options)
{
    $GLOBALS['registered'][$name] = $options;
}

function add_settings_error($setting, $code, $message)
{
    $GLOBALS['refused'][] = $code;
}

function add_options_page($title, $menu, $capability, $slug, $callback)
{
    if ($capability !== 'manage_options') {
        throw new LogicException('the page of the settings is for administrators');
    }
    add_action("settings_page_$slug", $callback);
}

function get_admin_page_title()
{
    return 'Auth Engine';
}

function settings_fields($group)
{
    echo '<input type="hidden" name="option_page" value="', esc_attr($group), '">';
}

function submit_button()
{
    echo '<button>Save Changes</button>';
}

// Requests -----------------------------------------------------------------------------------------------------------------

require variable('PLUGIN') . '/ae-login.php';

$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
wp_set_current_user((int)wp_validate_auth_cookie('', 'logged_in'));
switch ($path) {
    case '/':
        show_page(function () {
            if (is_user_logged_in()) {
                echo '<p>Hello from your account dashboard</p><p><a href="/logout">Log out</a></p>';
            } else {
                wc_get_template('myaccount/form-login.php');
            }
        });
        break;
    case '/page':
        show_page(fn () => print($shortcodes['ae_login']()));
        break;
    case '/logout':
        wp_logout();
        header('Location: /', true, 302);
        break;
    case '/settings':
        state(function (&$state) {
            $role = ($_GET['as'] ?? 'administrator') === 'customer' ? 'customer' : 'administrator';
            $state['users'][1000] = ['login' => 'visitor', 'role' => $role, 'meta' => []];
        });
        wp_set_current_user(1000);
        do_action('admin_menu');
        do_action('settings_page_ae_login');
        break;
    case '/sanitize':
        do_action('admin_init');
        $values = $registered['ae_login']['sanitize_callback'](json_decode(file_get_contents('php://input'), true));
        header('Content-Type: application/json');
        echo json_encode(['values' => $values, 'refused' => $refused]);
        break;
    case '/forget':
        state(function (&$state) {
            $state['sessions'] = [];
        });
        break;
    case '/users':
        if ($_SERVER['REQUEST_METHOD'] === 'POST') {
            state(function (&$state) {
                $state['users'][count($state['users']) + 1] = json_decode(file_get_contents('php://input'), true);
            });
        }
        header('Content-Type: application/json');
        echo json_encode(array_values(state()['users']));
        break;
    case '/favicon.ico':
        header('Content-Type: image/x-icon');
        break;
    case '/wp-content/plugins/ae-login/login.js':
        send_file(variable('PLUGIN') . '/login.js');
        break;
    default:
        if (str_starts_with($path, '/wp-json/')) {
            serve_rest(substr($path, strlen('/wp-json/')));
        } elseif (str_starts_with($path, '/ae-login/')) {
            send_file(variable('DIST') . '/' . substr($path, strlen('/ae-login/')));
        } else {
            http_response_code(404);
        }
}
