// @ts-check
// Starts the download of the wasm and defines the element. The build generates the entry module `ae-login.js`,
// which calls `define` with the values of the release. The wasm and its glue are separate files, so that the first screen does not wait
// for them.

import { defineElement } from "./element.js";
import { checkScriptTag } from "./script-check.js";
import { start } from "./wasm-loader.js";

/**
 * The values of a release. The build generates them.
 * @typedef {object} Release
 * @property {string} version
 * @property {string} integrity the hash of the wasm (`sha384-…`), as in the attribute `integrity` of HTML
 * @property {string} [glue] the hash of the module that wasm-bindgen generates; a build for development has none
 * @property {string} [compat] the hash of the build without WebAssembly; a build for development has none
 * @property {string} style the style sheet of the form
 * @property {Record<string, string>} files the hashes of the files beside the module (`hashes` in `files.js`)
 * @property {import("./first-screen.js").Markup} firstScreen the markup of the first screen
 * @property {(file: string) => string} url returns the URL of a file of the release; an empty string if the file has none
 * @property {(url: string, integrity: string | undefined, file: string) => Promise<any>} importModule imports the glue, or the build
 *   without WebAssembly
 * @property {string} [base] the URL of the entry module, if `url` finds the other files beside it
 */

/**
 * Defines `<ae-login>` and starts the download. Does nothing where custom elements do not exist, as on a server.
 * @param {Release} release
 * @param {() => Promise<typeof import("./core.js")>} [loadGlue] loads the module that wasm-bindgen generates; without it, the file of the
 *   release is loaded
 */
export function define(release, loadGlue) {
  if (typeof customElements !== "object" || customElements.get("ae-login")) return;
  /** @type {Promise<typeof import("./core.js")> | undefined} */
  let loading;
  const load = () => {
    if (!loading) {
      loading = start(release, loadGlue);
      // After a failure the next call loads again.
      loading.catch(() => (loading = undefined));
    }
    return loading;
  };
  // Each element reports a failure. A page without an element needs no report.
  load().catch(() => {});
  defineElement(load, release.style, { url: release.url, hashes: release.files }, release.firstScreen);
  checkScriptTag();
}

/**
 * Creates a session without a form.
 * @param {Record<string, unknown>} options the attributes in camel case
 */
export function createSession(options) {
  return /** @type {any} */ (customElements.get("ae-login")).createSession(options);
}
