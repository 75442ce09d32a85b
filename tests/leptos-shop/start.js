// Starts the program. trunk would do so with an inline script, which a strict policy forbids.

import init from "./ae-leptos-shop.js";

await init({ module_or_path: new URL("ae-leptos-shop_bg.wasm", import.meta.url) });
