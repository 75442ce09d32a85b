// The module that a shop loads: starts the download of the wasm at once, checks it, and defines the element.
// The build puts this file behind the glue and the element's class, and fills in what stands in capitals.

import { Countries } from "./countries.js";
import { define } from "./element.js";
import { share } from "./tabs.js";
import { Speech } from "./texts.js";

/** This release. */
export const version = "__VERSION__";

const INTEGRITY = "__WASM_INTEGRITY__";
const STYLE = "__STYLE__";
const TEXTS = "__TEXTS__";

let core;

/** The functions of wasm, once: `integrity` makes the browser refuse any other bytes before a single one is run. */
function load() {
  return (core ??= start());
}

async function start() {
  const response = await fetch(new URL("ae-login.wasm", import.meta.url), { integrity: INTEGRITY });
  // Compiled while the bytes arrive, which browsers only do for the right type.
  const arrives = response.headers.get("content-type") === "application/wasm";
  const { instance, module } = arrives
    ? await WebAssembly.instantiateStreaming(response, wasm_bindgen.imports())
    : await WebAssembly.instantiate(await response.arrayBuffer(), wasm_bindgen.imports());
  wasm_bindgen.begin(instance, module);
  return wasm_bindgen;
}

// Imported where there is no page (server rendering), the module does nothing.
if (typeof customElements === "object" && !customElements.get("ae-login")) {
  // Whoever waits for it hears of a failure; until then nobody does.
  load().catch(() => {});
  define(load, STYLE, {
    share,
    speech: (...form) => new Speech(TEXTS, ...form),
    countries: (told) => new Countries(TEXTS.countries, told),
  });
}

/** A session for pages without a form: the attributes in camel case, the members and events of the element. */
export function createSession(options) {
  return customElements.get("ae-login").createSession(options);
}
