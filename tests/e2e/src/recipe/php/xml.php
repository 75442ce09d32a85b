<?php
// Reads the XML files in the arguments. Ends with an error at the first that is not well-formed.

declare(strict_types=1);

foreach (array_slice($argv, 1) as $file) {
    if (!(new DOMDocument())->load($file)) {
        exit(1);
    }
}
