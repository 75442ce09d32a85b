<?php
// Module for Magento 2.4 and Hyvä. Copy this folder to app/code/Shop/AeLogin.
declare(strict_types=1);

use Magento\Framework\Component\ComponentRegistrar;

ComponentRegistrar::register(ComponentRegistrar::MODULE, 'Shop_AeLogin', __DIR__);
