// @ts-check
// Starts the download of the wasm, checks its integrity, and defines the element. The build generates the entry module `ae-login.js`,
// which calls `define` with the values of the release.

import { defineElement } from "./element.js";

/**
 * The values of a release. The build generates them.
 * @typedef {object} Release
 * @property {string} integrity the hash of the wasm (`sha384-…`), as in the attribute `integrity` of HTML
 * @property {string} style the style sheet of the form
 * @property {Record<string, string>} files the hashes of the files beside the module (`hashes` in `files.js`)
 * @property {string} base the URL of the entry module; the other files are in the same directory
 */

/**
 * Defines `<ae-login>` and starts the download. Does nothing where custom elements do not exist, as on a server.
 * @param {typeof import("./core.js")} core the module that wasm-bindgen generates
 * @param {Release} release
 */
export function define(core, release) {
  if (typeof customElements !== "object" || customElements.get("ae-login")) return;
  /** @type {Promise<typeof core> | undefined} */
  let loading;
  const load = () => (loading ??= start(core, release));
  // Each element reports a failure. A page without an element needs no report.
  load().catch(() => {});
  defineElement(load, release.style, { base: release.base, hashes: release.files });
}

/**
 * Creates a session without a form.
 * @param {Record<string, unknown>} options the attributes in camel case
 */
export function createSession(options) {
  return /** @type {any} */ (customElements.get("ae-login")).createSession(options);
}

/**
 * Fetches and instantiates the wasm. The browser rejects the response if its hash is not `integrity`.
 * @param {typeof import("./core.js")} core
 * @param {Release} release
 */
async function start(core, { integrity, base }) {
  const response = await fetch(new URL("ae-login.wasm", base), { integrity });
  // Browsers compile during the download only if the MIME type is correct.
  const isWasm = response.headers.get("content-type") === "application/wasm";
  await core.default({ module_or_path: isWasm ? response : await response.arrayBuffer() });
  return core;
}
