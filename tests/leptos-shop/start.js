// Starts the wasm. trunk would do this in an inline script, which a strict Content Security Policy forbids.

import init from "./ae-leptos-shop.js";

await init({ module_or_path: new URL("ae-leptos-shop_bg.wasm", import.meta.url) });
