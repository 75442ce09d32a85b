// The module that a shop loads: starts the download of the wasm at once, checks it, and defines the element.
// The build puts this file behind the glue and the element's class, and fills in the three texts.

import { define } from "./element.js";

/** This release. */
export const version = "__VERSION__";

const INTEGRITY = "__WASM_INTEGRITY__";
const STYLE = "__STYLE__";
const ATTRIBUTES = [
  "base-url",
  "brand",
  "identifiers",
  "otp-length",
  "resend-after",
  "session-minutes",
  "storage",
  "device-id",
  "send-device-id",
  "no-renew",
  "allow-framing",
  "first-factor",
  "second-factor",
  "second-factor-identifier",
  "remember",
];

let core;

/** The functions of wasm, once: `integrity` makes the browser refuse any other bytes before a single one is run. */
function load() {
  core ??= (async () => {
    const url = new URL("ae-login.wasm", import.meta.url);
    // wasm-bindgen's own way in: compiles while the bytes arrive.
    await wasm_bindgen({ module_or_path: fetch(url, { integrity: INTEGRITY }) });
    return wasm_bindgen;
  })();
  return core;
}

// Imported where there is no page (server rendering), the module does nothing.
if (typeof customElements === "object" && !customElements.get("ae-login")) {
  // Whoever waits for it hears of a failure; until then nobody does.
  load().catch(() => {});
  define(load, STYLE, ATTRIBUTES);
}

/** A session for pages without a form: the attributes in camel case, the members and events of the element. */
export function createSession(options) {
  return customElements.get("ae-login").createSession(options);
}
