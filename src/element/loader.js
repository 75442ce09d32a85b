// @ts-check
// Starts the download of the wasm at once, checks it, and defines the element. The build writes the entry module
// `ae-login.js`, which calls `define` with the values of the release.

import { defineElement } from "./element.js";

/**
 * What the build knows of a release.
 * @typedef {object} Release
 * @property {string} integrity the hash of the wasm (`sha384-…`), as in the attribute `integrity` of HTML
 * @property {string} style the style sheet of the form
 * @property {Record<string, string>} files the hashes of the files beside the module, see `files.js`
 * @property {string} base the address of the entry module; the other files lie beside it
 */

/**
 * Defines `<ae-login>`. Does nothing where there is no page, as on a server.
 * @param {typeof import("./core.js")} core what wasm-bindgen wrote for the wasm
 * @param {Release} release
 */
export function define(core, release) {
  if (typeof customElements !== "object" || customElements.get("ae-login")) return;
  /** @type {Promise<typeof core> | undefined} */
  let started;
  const load = () => (started ??= start(core, release));
  // Each element hears of a failure. Until there is one, nobody has to.
  load().catch(() => {});
  defineElement(load, release.style, { base: release.base, hashes: release.files });
}

/**
 * A session for pages without a form: the attributes in camel case, the members and events of the element.
 * @param {Record<string, unknown>} options
 */
export function createSession(options) {
  return /** @type {any} */ (customElements.get("ae-login")).createSession(options);
}

/**
 * Fetches and starts the wasm. With `integrity` the browser refuses any other bytes before one of them is run.
 * @param {typeof import("./core.js")} core
 * @param {Release} release
 */
async function start(core, { integrity, base }) {
  const response = await fetch(new URL("ae-login.wasm", base), { integrity });
  // Browsers compile while the bytes arrive only if the type is right.
  const isWasm = response.headers.get("content-type") === "application/wasm";
  await core.default({ module_or_path: isWasm ? response : await response.arrayBuffer() });
  return core;
}
