// @ts-check
// The functions that the entry modules of the npm package use besides those of the loader.

import { createSession as create } from "./loader.js";

/**
 * Creates a session without a form. Throws where the element is not defined: on a server, and ahead of `define()`.
 * @param {Record<string, unknown>} options the attributes in camel case
 */
export function createSession(options) {
  if (!globalThis.customElements?.get("ae-login")) {
    throw new Error("ae-login: createSession() works in browsers only, and after define() if the page calls that");
  }
  return create(options);
}

/**
 * Returns a function that returns the URL of a file in a folder.
 * @param {string | URL} folder may be relative to the page
 */
export function filesIn(folder) {
  return (/** @type {string} */ file) => new URL(file, new URL(String(folder).replace(/\/?$/, "/"), document.baseURI)).href;
}
