<?php
// A page of Magento with the module in `docs/recipes/magento`: the few classes that it uses, with Magento's rules for escaping, for its
// settings, its layout and its policy. PHP's own server runs this file for each request.
//
// | variable | value |
// |---|---|
// | MODULE | the folder of the module |
// | SETTINGS | JSON: settings of an administrator by path, which win over those in config.xml |

namespace {
    require __DIR__ . '/common.php';

    /** Magento returns an object that becomes the translated text. */
    function __(string $text): string
    {
        return $text;
    }
}

namespace Magento\Framework\Component {
    class ComponentRegistrar
    {
        public const MODULE = 'module';
        /** @var array<string, string> the folder of each module */
        public static array $modules = [];

        public static function register(string $type, string $name, string $folder): void
        {
            if ($type !== self::MODULE) {
                throw new \LogicException("$type is not a module");
            }
            self::$modules[$name] = $folder;
        }
    }
}

namespace Magento\Store\Model {
    interface ScopeInterface
    {
        public const SCOPE_STORE = 'store';
    }
}

namespace Magento\Framework\View\Element\Block {
    interface ArgumentInterface
    {
    }
}

namespace Magento\Framework\App\Config {
    interface ScopeConfigInterface
    {
        public function getValue($path, $scopeType = 'default', $scopeCode = null);

        public function isSetFlag($path, $scopeType = 'default', $scopeCode = null);
    }
}

namespace Magento\Framework {
    class Escaper
    {
        private const FLAGS = ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5;

        public function escapeHtml(string $text): string
        {
            return htmlspecialchars($text, self::FLAGS, 'UTF-8', false);
        }

        /** Every ASCII character but letters, digits and `,._-` becomes a reference, so that a value is safe without quotes too. */
        public function escapeHtmlAttr(string $text): string
        {
            $reference = fn ($found) => sprintf('&#x%02X;', ord($found[0]));
            return preg_replace_callback('/[\x00-\x7F](?<![a-z0-9,.\-_])/i', $reference, $text);
        }

        public function escapeUrl(string $url): string
        {
            return $this->escapeHtml(preg_replace('/^[\s\x00-\x20]*(javascript|vbscript|data)\s*:/i', ':', $url));
        }
    }
}

namespace Magento\Framework\View\Element {
    class Template
    {
        public function __construct(private string $template, private array $data)
        {
        }

        public function getData(string $name)
        {
            return $this->data[$name] ?? null;
        }

        public function toHtml(): string
        {
            [$module, $path] = explode('::', $this->template);
            $folder = \Magento\Framework\Component\ComponentRegistrar::$modules[$module];
            $block = $this;
            $escaper = new \Magento\Framework\Escaper();
            ob_start();
            include "$folder/view/frontend/templates/$path";
            return ob_get_clean();
        }
    }
}

namespace AeLoginTest {
    use DOMDocument;
    use DOMElement;
    use Magento\Framework\App\Config\ScopeConfigInterface;
    use Magento\Framework\Component\ComponentRegistrar;
    use Magento\Framework\View\Element\Template;
    use Magento\Store\Model\ScopeInterface;

    /** The directives that Magento knows. */
    const DIRECTIVES = [
        'default-src', 'child-src', 'connect-src', 'font-src', 'frame-src', 'img-src', 'manifest-src', 'media-src', 'object-src',
        'script-src', 'style-src', 'base-uri', 'form-action', 'frame-ancestors',
    ];

    function read_xml(string $file): DOMElement
    {
        $document = new DOMDocument();
        // A file that is not well-formed is a warning, which the handler turns into an error.
        $document->load($file);
        return $document->documentElement;
    }

    function folder(): string
    {
        return ComponentRegistrar::$modules['Shop_AeLogin'];
    }

    /** The settings: those of an administrator, else those in config.xml. */
    class Config implements ScopeConfigInterface
    {
        public function __construct(private array $settings)
        {
        }

        public function getValue($path, $scopeType = 'default', $scopeCode = null)
        {
            if ($scopeType !== ScopeInterface::SCOPE_STORE) {
                throw new \LogicException('the settings of a store view are those of the store');
            }
            if (array_key_exists($path, $this->settings)) {
                return $this->settings[$path];
            }
            $node = read_xml(folder() . '/etc/config.xml');
            foreach (explode('/', "default/$path") as $name) {
                $children = array_filter(iterator_to_array($node->childNodes), fn ($child) => $child->nodeName === $name);
                $node = array_values($children)[0] ?? throw new \LogicException("config.xml has no default for $path");
            }
            return $node->textContent === '' ? null : $node->textContent;
        }

        public function isSetFlag($path, $scopeType = 'default', $scopeCode = null): bool
        {
            return !in_array($this->getValue($path, $scopeType), [null, false, '', '0', 'false'], true);
        }
    }

    /** The strictest policy of Magento, without inline scripts and `eval`, and what csp_whitelist.xml adds. */
    function policy(): string
    {
        $sources = array_fill_keys(DIRECTIVES, ["'self'"]);
        foreach (read_xml(folder() . '/etc/csp_whitelist.xml')->getElementsByTagName('policy') as $policy) {
            $id = $policy->getAttribute('id');
            if (!in_array($id, DIRECTIVES, true)) {
                throw new \LogicException("Magento has no directive $id");
            }
            foreach ($policy->getElementsByTagName('value') as $value) {
                if ($value->getAttribute('id') === '' || $value->getAttribute('type') !== 'host') {
                    throw new \LogicException('a value needs an id and the type host');
                }
                array_unshift($sources[$id], $value->nodeValue);
            }
        }
        return implode(' ', array_map(fn ($id) => "$id " . implode(' ', $sources[$id]) . ';', DIRECTIVES));
    }

    /** The blocks that the layout of the login page adds to the container `content`, around Magento's own. */
    function content(Config $config): string
    {
        $html = '<p>Registered Customers</p>';
        $layout = read_xml(folder() . '/view/frontend/layout/customer_account_login.xml');
        foreach ($layout->getElementsByTagName('block') as $block) {
            if ($block->parentNode->getAttribute('name') !== 'content') {
                throw new \LogicException('the block is not in a container that Luma and Hyvä have');
            }
            $data = [];
            foreach ($block->getElementsByTagName('argument') as $argument) {
                $type = $argument->getAttributeNS('http://www.w3.org/2001/XMLSchema-instance', 'type');
                if ($type !== 'object') {
                    throw new \LogicException("arguments of the type $type are not read");
                }
                $class = $argument->textContent;
                $data[$argument->getAttribute('name')] = new $class($config);
            }
            $own = (new Template($block->getAttribute('template'), $data))->toHtml();
            $html = $block->getAttribute('before') === '-' ? $own . $html : $html . $own;
        }
        return $html;
    }

    require \variable('MODULE') . '/registration.php';
    spl_autoload_register(function (string $class): void {
        require folder() . '/' . str_replace(['Shop\\AeLogin\\', '\\'], ['', '/'], $class) . '.php';
    });
    switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
        case '/':
            \begin_page(policy());
            echo content(new Config(json_decode(\variable('SETTINGS'), true, flags: JSON_THROW_ON_ERROR)));
            echo '</main></body></html>';
            break;
        case '/favicon.ico':
            header('Content-Type: image/x-icon');
            break;
        default:
            http_response_code(404);
    }
}
