<?php
// What both test benches need: every problem of PHP is an error, and the files of the widget come from `dist`.

declare(strict_types=1);

ini_set('display_errors', '0');
ini_set('log_errors', '1');
set_error_handler(function (int $level, string $message, string $file, int $line): bool {
    throw new ErrorException($message, 0, $level, $file, $line);
});
// A page with an error must not look like a page that works.
set_exception_handler(function (Throwable $error): void {
    while (ob_get_level() > 0) {
        ob_end_clean();
    }
    error_log((string)$error);
    http_response_code(500);
    header('Content-Type: text/plain; charset=utf-8');
    echo $error;
});

/** The value of an environment variable, which must be there. */
function variable(string $name): string
{
    $value = getenv($name);
    if ($value === false) {
        throw new LogicException("$name is missing");
    }
    return $value;
}

/** Sends a file with its type; status 404 if there is none. */
function send_file(string $file): void
{
    $types = [
        'js' => 'text/javascript; charset=utf-8',
        'json' => 'application/json',
        'txt' => 'text/plain; charset=utf-8',
        'wasm' => 'application/wasm',
    ];
    $type = $types[pathinfo($file, PATHINFO_EXTENSION)] ?? null;
    if ($type === null || str_contains($file, '..') || !is_file($file)) {
        http_response_code(404);
        return;
    }
    header("Content-Type: $type");
    header('Cache-Control: no-store');
    readfile($file);
}

/** Begins a page with the policy. */
function begin_page(string $policy): void
{
    ob_start();
    header('Content-Type: text/html; charset=utf-8');
    header('Cache-Control: no-store');
    header("Content-Security-Policy: $policy");
    echo '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop for tests</title>';
    echo '</head><body><main><h1>My account</h1>';
}
