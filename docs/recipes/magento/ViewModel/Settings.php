<?php
declare(strict_types=1);

namespace Shop\AeLogin\ViewModel;

use Magento\Framework\App\Config\ScopeConfigInterface;
use Magento\Framework\View\Element\Block\ArgumentInterface;
use Magento\Store\Model\ScopeInterface;

/**
 * The settings of the store view. They are not escaped: the template escapes them.
 */
class Settings implements ArgumentInterface
{
    public function __construct(private readonly ScopeConfigInterface $scopeConfig)
    {
    }

    /**
     * Whether every setting has a value that can be right.
     */
    public function isComplete(): bool
    {
        return preg_match('~^https?://[^/]~', $this->getBaseUrl()) === 1
            && $this->getBrand() !== ''
            && preg_match('~^https?://[^/].*/$~', $this->read('release/release_url')) === 1
            && preg_match('~^sha384-[A-Za-z0-9+/]{64}$~D', $this->getIntegrity()) === 1;
    }

    public function getBaseUrl(): string
    {
        return $this->read('engine/base_url');
    }

    public function getBrand(): string
    {
        return $this->read('engine/brand');
    }

    public function getModuleUrl(): string
    {
        return $this->read('release/release_url') . 'ae-login.js';
    }

    public function getIntegrity(): string
    {
        return $this->read('release/integrity');
    }

    public function runsWithoutWebAssembly(): bool
    {
        return $this->scopeConfig->isSetFlag('ae_login/release/without_web_assembly', ScopeInterface::SCOPE_STORE);
    }

    private function read(string $name): string
    {
        return trim((string)$this->scopeConfig->getValue('ae_login/' . $name, ScopeInterface::SCOPE_STORE));
    }
}
