// What the module that a shop loads does at once: it starts the download of the wasm, checks it, and defines the element.

import { share } from "../browser/tabs.js";
import { Countries } from "./countries.js";
import { define as defineElement } from "./element.js";
import { Speech, setBase } from "./texts.js";

/**
 * Defines the element. `core` has the functions that wasm-bindgen exports; `release` has the version, the integrity of the wasm,
 * the style sheet, the short hashes of the files beside the module, and the module's address.
 */
export function define(core, { integrity, style, files, base }) {
  // Imported where there is no page (server rendering), the module does nothing.
  if (typeof customElements !== "object" || customElements.get("ae-login")) return;
  setBase(base);

  let loading;
  /** The functions of wasm, once: `integrity` makes the browser refuse any other bytes before a single one is run. */
  const load = () => (loading ??= start());
  const start = async () => {
    const response = await fetch(new URL("ae-login.wasm", base), { integrity });
    // Compiled while the bytes arrive, which browsers only do for the right type.
    const arrives = response.headers.get("content-type") === "application/wasm";
    await core.default({ module_or_path: arrives ? response : await response.arrayBuffer() });
    return core;
  };
  // Whoever waits for it hears of a failure; until then nobody does.
  load().catch(() => {});
  defineElement(load, style, {
    share,
    speech: (...form) => new Speech(files, ...form),
    countries: (told) => new Countries(files.countries, told),
  });
}

/** A session for pages without a form: the attributes in camel case, the members and events of the element. */
export function createSession(options) {
  return customElements.get("ae-login").createSession(options);
}
